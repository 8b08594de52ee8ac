/* The scripted surroundings of a lane. */
#include "lane_world.h"

#include <setjmp.h>
#include <stdarg.h>

#include <assert.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

/* ---- the stage's part ---- */

static int build(const struct cvx_call *call, const struct cvx_profile *profile,
                 struct cvx_buf *body, struct cvx_err *err)
{
    struct world_call *c = (struct world_call *)call->data;

    c->built++;
    cvx_buf_printf(body, "%s generation %u mode %d", c->text, profile->generation,
                   (int)profile->schema_mode);
    return cvx_buf_check(body, err);
}

static bool says(const struct cvx_reply *reply, const char *word)
{
    return reply->body.data && strstr(reply->body.data, word);
}

static enum cvx_verdict classify(const struct cvx_reply *reply,
                                 struct cvx_profile *ret_profile, struct cvx_err *err)
{
    int status = reply->status;
    const char *should = cvx_reply_header(reply, "x-should-retry");
    bool retry = status == 408 || status == 429 || status >= 500;

    assert(reply->body.len <= 64 * 1024);
    if (should)
        retry = strcmp(should, "true") == 0;
    if (says(reply, "key")) {
        cvx_fail(err, CVX_EDENIED, "refused: %s", reply->body.data);
        return CVX_VERDICT_STOP;
    }
    if (says(reply, "quota")) {
        cvx_fail(err, CVX_EQUOTA, "no quota left");
        return CVX_VERDICT_STOP;
    }
    if (status == 400 && says(reply, "adapt") &&
        ret_profile->schema_mode < CVX_MODE_PROMPT) {
        ret_profile->schema_mode++;
        ret_profile->generation++;
        cvx_fail(err, CVX_EFORMAT, "no such schema");
        return CVX_VERDICT_ADAPT;
    }
    cvx_fail(err, CVX_EIO, "HTTP %d%s%s", status, reply->body.len ? ": " : "",
             reply->body.len ? reply->body.data : "");
    return retry ? CVX_VERDICT_RETRY : CVX_VERDICT_FAILED;
}

static enum cvx_verdict judge(struct cvx_task *task, struct cvx_call *call,
                              struct cvx_usage *ret_usage, struct cvx_err *err)
{
    struct world_call *c = call->data;

    assert(task == &c->task);
    c->judged++;
    if (call->kind == CVX_CALL_FETCH)
        return CVX_VERDICT_ACCEPTED;
    *ret_usage = (struct cvx_usage){.in = 100, .out = 50};
    if (says(&call->reply, "silent"))
        *ret_usage = (struct cvx_usage){.in = 80, .out = 40, .estimated = true};
    if (says(&call->reply, "ok") || says(&call->reply, "silent"))
        return CVX_VERDICT_ACCEPTED;
    cvx_fail(err, CVX_EFORMAT, "the answer is %s", call->reply.body.data);
    if (says(&call->reply, "repair"))
        return CVX_VERDICT_REPAIR;
    if (says(&call->reply, "longer"))
        return CVX_VERDICT_LONGER;
    return CVX_VERDICT_FAILED;
}

static void on_done(struct cvx_call *call)
{
    struct world_call *c = (struct world_call *)call;

    assert(!c->done && !c->sending);
    c->done = true;
    c->world->done_order[c->world->n_done++] = (size_t)(c - c->world->calls);
}

/* ---- the wire ---- */

static void wire_send(void *arg, struct cvx_http_request *request)
{
    struct world *w = arg;
    struct world_sent *s = &w->sent[w->n_sent++];

    assert(w->n_sent <= sizeof(w->sent) / sizeof(w->sent[0]));
    *s = (struct world_sent){.request = request, .at = cvx_loop_now(w->loop)};
    assert(request->timeout_ns > 0 && request->max_body > 0);
    if (request->body)
        snprintf(s->body, sizeof(s->body), "%s", request->body->data);
    snprintf(s->url, sizeof(s->url), "%s", request->url);
    for (size_t i = 0; i < w->n_calls; i++) {
        size_t len = strlen(w->calls[i].text);
        const char *shown = request->body ? s->body : s->url;

        if (!w->calls[i].done && strncmp(shown, w->calls[i].text, len) == 0 &&
            (shown[len] == ' ' || shown[len] == '\0'))
            s->call = &w->calls[i];
    }
    assert(s->call);
}

static void wire_cancel(void *arg, struct cvx_http_request *request)
{
    struct world *w = arg;

    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].request == request)
            w->sent[i].canceled = true;
}

static void finish(struct world *w, struct world_sent *s, struct cvx_http_reply *reply)
{
    struct cvx_http_request *request = s->request;

    s->request = NULL;
    reply->done_ns = cvx_loop_now(w->loop);
    request->on_done(request, reply);
}

static bool tell_canceled(struct world *w)
{
    for (size_t i = 0; i < w->n_sent; i++) {
        struct cvx_http_reply reply = {.fault = CVX_HTTP_CANCELED};

        if (!w->sent[i].request || !w->sent[i].canceled)
            continue;
        cvx_fail(&reply.err, CVX_ECANCELED, "canceled");
        finish(w, &w->sent[i], &reply);
        return true;
    }
    return false;
}

static bool tell_connected(struct world *w)
{
    for (size_t i = 0; i < w->n_sent && !w->no_connection; i++) {
        struct world_sent *s = &w->sent[i];

        if (!s->request || s->connected)
            continue;
        s->connected = true;
        s->request->on_sent(s->request);
        return true;
    }
    return false;
}

struct world_sent *world_on_wire(struct world *w, const char *text)
{
    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].request && strcmp(w->sent[i].call->text, text) == 0)
            return &w->sent[i];
    fail_msg("%s is not on the wire", text);
    return NULL;
}

bool world_is_sent(struct world *w, const char *text)
{
    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].request && strcmp(w->sent[i].call->text, text) == 0)
            return true;
    return false;
}

size_t world_in_flight(const struct world *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->n_sent; i++)
        n += w->sent[i].request != NULL;
    return n;
}

unsigned world_sends(const struct world *w, const char *text)
{
    unsigned n = 0;

    for (size_t i = 0; i < w->n_sent; i++)
        n += strcmp(w->sent[i].call->text, text) == 0;
    return n;
}

/* One allocation, as http.c makes it; not one that a test could fail. */
static void put_headers(struct cvx_reply *reply, const char *lines)
{
    size_t len = strlen(lines), n = 1;
    char *text, *save = NULL;

    for (const char *p = lines; *p; p++)
        n += *p == '\n';
    reply->headers = cvx_alloc(n * sizeof(*reply->headers) + len + 1);
    if (!reply->headers)
        return;
    text = (char *)(reply->headers + n);
    memcpy(text, lines, len + 1);
    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        char *colon = strchr(line, ':');

        *colon = '\0';
        reply->headers[reply->n_headers++] =
            (struct cvx_header){.name = line, .value = colon + 2};
    }
}

void world_reply(struct world *w, const char *text, int status, const char *headers,
                 const char *body)
{
    struct world_sent *s = world_on_wire(w, text);
    struct cvx_http_reply reply = {.fault = CVX_HTTP_OK,
                                   .sent_ns = s->at,
                                   .received = 100 + strlen(body),
                                   .answer = {.status = status, .attempts = 1}};

    put_headers(&reply.answer, headers);
    cvx_buf_puts(&reply.answer.body, body);
    if (reply.answer.body.failed || !reply.answer.headers) {
        cvx_reply_done(&reply.answer);
        reply.fault = CVX_HTTP_INTERNAL;
        cvx_fail(&reply.err, CVX_ENOMEM, "no memory for an answer");
    }
    finish(w, s, &reply);
    world_settle(w);
}

void world_fault_after(struct world *w, const char *text, enum cvx_http_fault fault,
                       size_t received)
{
    struct world_sent *s = world_on_wire(w, text);
    struct cvx_http_reply reply = {.fault = fault, .received = received};

    cvx_fail(&reply.err, CVX_EIO, "fault: %s", cvx_http_fault_name(fault));
    if (fault != CVX_HTTP_CONNECT && fault != CVX_HTTP_RESOLVE)
        reply.sent_ns = s->at;
    reply.resend = fault == CVX_HTTP_SEND && received == 1;
    finish(w, s, &reply);
    world_settle(w);
}

void world_fault(struct world *w, const char *text, enum cvx_http_fault fault)
{
    world_fault_after(w, text, fault, 0);
}

/* ---- life ---- */

static double chance(void *arg)
{
    const struct world *w = arg;

    return w->random;
}

void world_init(struct world *w)
{
    memset(w, 0, sizeof(*w));
    w->options = cvx_api_defaults();
    w->options.key = WORLD_SECRET;
    w->options.base_url = "http://127.0.0.1:9/v1";
    w->options.n_given = true;
    w->random = 0.5;
}

int world_open(struct world *w, struct cvx_err *err)
{
    int rc = cvx_loop_new(true, &w->loop, err);

    if (!rc)
        rc = cvx_pool_new(w->loop, 1, &w->pool, err);
    w->wire = (struct cvx_api_wire){wire_send, wire_cancel, w};
    w->env = (struct cvx_api_env){.loop = w->loop,
                                  .pool = w->pool,
                                  .options = &w->options,
                                  .cache = w->env.cache,
                                  .files_in_flight = 32,
                                  .wire = &w->wire,
                                  .random01 = chance,
                                  .random_arg = w};
    if (!rc)
        rc = cvx_api_new(&w->env, &w->api, err);
    return rc;
}

void world_open_cached(struct world *w)
{
    struct cvx_err err;

    scratch_make(&w->scratch);
    scratch_path(&w->scratch, ".cvextract", w->folder, sizeof(w->folder));
    w->env.cache.folder = w->folder;
    if (world_open(w, &err))
        abort();
}

void world_again(struct world *w)
{
    struct cvx_err err;

    world_close(w);
    if (world_open(w, &err))
        abort();
}

void world_close(struct world *w)
{
    for (size_t i = 0; i < w->n_calls; i++) {
        assert(w->calls[i].done);
        cvx_call_done(&w->calls[i].call);
        cvx_log_done(&w->calls[i].task.log);
    }
    w->n_calls = w->n_sent = w->n_done = 0;
    cvx_api_free(w->api);
    cvx_pool_free(w->pool);
    cvx_loop_free(w->loop);
    w->api = NULL;
    w->pool = NULL;
    w->loop = NULL;
}

void world_done(struct world *w)
{
    world_close(w);
    if (w->scratch.root[0])
        scratch_remove(&w->scratch);
}

/* ---- calls ---- */

static struct world_call *call_new(struct world *w, size_t place, const char *text)
{
    struct world_call *c = &w->calls[w->n_calls++];

    assert(w->n_calls <= WORLD_CALLS);
    memset(c, 0, sizeof(*c));
    c->world = w;
    c->text = text;
    c->file = (struct cvx_file_info){.index = place, .path = text, .rel = text};
    c->task.file = place == WORLD_SHARED ? NULL : &c->file;
    cvx_log_init(&c->task.log, CVX_LEVEL_NONE);
    c->call = (struct cvx_call){.key = cvx_hash_of(text, strlen(text)),
                                .judge = judge,
                                .data = c,
                                .task = &c->task,
                                .on_done = on_done};
    return c;
}

static void call_send(struct world *w, struct world_call *c)
{
    struct cvx_caller *caller = cvx_api_caller(w->api);

    c->sending = true;
    caller->send(caller, &c->call);
    c->sending = false;
    world_settle(w);
}

struct world_call *world_ask_as(struct world *w, size_t place, const char *text,
                                const char *model, unsigned long earlier)
{
    struct world_call *c = call_new(w, place, text);

    c->call.kind = CVX_CALL_MODEL;
    c->call.model = model;
    c->call.prompt_bytes = 300;
    c->call.max_output = 200;
    c->call.build = build;
    c->call.classify = classify;
    if (earlier) {
        c->call.earlier[0] = w->calls[earlier - 1].call.key;
        c->call.n_earlier = 1;
    }
    call_send(w, c);
    return c;
}

struct world_call *world_ask(struct world *w, size_t place, const char *text)
{
    return world_ask_as(w, place, text, "model", 0);
}

struct world_call *world_fetch(struct world *w, const char *url)
{
    struct world_call *c = call_new(w, 0, url);

    c->call.kind = CVX_CALL_FETCH;
    c->call.url = url;
    call_send(w, c);
    return c;
}

void world_cancel(struct world *w, struct world_call *call)
{
    struct cvx_caller *caller = cvx_api_caller(w->api);

    call->sending = true;
    caller->cancel(caller, &call->call);
    call->sending = false;
    world_settle(w);
}

/* ---- time ---- */

void world_settle(struct world *w)
{
    do
        fake_loop_settle(w->loop);
    while (tell_canceled(w) || tell_connected(w));
}

void world_wait(struct world *w, double seconds)
{
    int64_t until = cvx_loop_now(w->loop) + (int64_t)(seconds * 1e9);

    /* In small steps, so that what follows from a timer happens at its time. */
    while (cvx_loop_now(w->loop) < until) {
        int64_t left = until - cvx_loop_now(w->loop);

        fake_loop_advance(w->loop, left < 50000000 ? left : 50000000);
        world_settle(w);
    }
}

double world_now(const struct world *w)
{
    return (double)cvx_loop_now(w->loop) / 1e9;
}

enum cvx_verdict world_verdict(struct world *w, const struct world_call *call)
{
    world_settle(w);
    assert(call->done);
    return call->call.verdict;
}

struct cvx_api_counts world_counts(const struct world *w)
{
    struct cvx_api_counts counts;

    cvx_api_count(w->api, &counts);
    return counts;
}
