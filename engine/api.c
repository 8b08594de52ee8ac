/* The API side of a run: which lane a call goes to, what all lanes count together, and the
 * stop that ends all of it. */
#include "api.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <cvextract/mem.h>

#include "order.h"

#define ENDPOINT "/chat/completions"

struct cvx_api_options cvx_api_defaults(void)
{
    return (struct cvx_api_options){.timeout_s = 120,
                                    .retries = 7,
                                    .deadline_s = 900,
                                    .max_tokens = 16384,
                                    .burst_s = 1,
                                    .max_wait_s = 120,
                                    .stall_s = 600,
                                    .poison = 3,
                                    .cache = true};
}

/* ---- where and as whom ---- */

/* A text as one component of a URL. */
static void put_escaped(struct cvx_buf *url, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (isalnum(c) || strchr("-._~", c))
            cvx_buf_putc(url, (char)c);
        else
            cvx_buf_printf(url, "%%%02X", c);
    }
}

static void azure_path(struct cvx_buf *url, const char *model, const char *version)
{
    cvx_buf_puts(url, "/openai/deployments/");
    put_escaped(url, model);
    cvx_buf_puts(url, ENDPOINT "?api-version=");
    put_escaped(url, version);
}

char *cvx_api_url(const struct cvx_api_options *o, const char *model)
{
    struct cvx_buf url = CVX_BUF_INIT;

    cvx_buf_puts(&url, o->base_url ? o->base_url : "https://api.openai.com/v1");
    if (o->dialect == CVX_API_AZURE_CLASSIC)
        azure_path(&url, model, o->api_version);
    else
        cvx_buf_puts(&url, ENDPOINT);
    if (url.failed)
        cvx_buf_done(&url);
    return url.data;
}

static int header_add(char **headers, size_t *n, const char *name, const char *value)
{
    struct cvx_buf line = CVX_BUF_INIT;

    if (!value || !*value)
        return CVX_OK;
    cvx_buf_printf(&line, "%s%s", name, value);
    if (line.failed) {
        cvx_buf_done(&line);
        return CVX_ENOMEM;
    }
    headers[(*n)++] = line.data;
    return CVX_OK;
}

static int make_headers(struct cvx_api *api)
{
    const struct cvx_api_options *o = api->options;
    bool azure = o->dialect != CVX_API_OPENAI;
    size_t n = 0;
    int rc;

    api->headers = cvx_zalloc(8 * sizeof(*api->headers));
    if (!api->headers)
        return CVX_ENOMEM;
    rc = header_add(api->headers, &n, "", "Content-Type: application/json");
    if (!rc)
        rc = header_add(api->headers, &n, "", "Accept: application/json");
    if (!rc)
        rc = header_add(api->headers, &n, azure ? "api-key: " : "Authorization: Bearer ",
                        o->key);
    if (!rc)
        rc = header_add(api->headers, &n, "OpenAI-Organization: ", o->organization);
    if (!rc)
        rc = header_add(api->headers, &n, "OpenAI-Project: ", o->project);
    return rc;
}

/* ---- life ---- */

static void tell_stillborn(struct cvx_deferred *bury);
static void api_send(struct cvx_caller *caller, struct cvx_call *call);
static void api_cancel(struct cvx_caller *caller, struct cvx_call *call);

int cvx_api_new(const struct cvx_api_env *env, struct cvx_api **ret, struct cvx_err *err)
{
    const struct cvx_http_options http = {.ca_file = env->options->ca_file,
                                          .ca_path = env->options->ca_path,
                                          .http11 = env->options->http11,
                                          .secret = env->options->key};
    struct cvx_api *api = cvx_zalloc(sizeof(*api));
    int rc;

    if (!api)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the API side");
    api->env = *env;
    api->options = env->options;
    api->caller.send = api_send;
    api->caller.cancel = api_cancel;
    api->bury.call = tell_stillborn;
    api->progress_ns = cvx_api_now(api);
    rc = make_headers(api);
    if (rc)
        cvx_fail(err, CVX_ENOMEM, "no memory for the API side");
    else
        rc = cvx_http_new(env->loop, &http, &api->http, err);
    if (rc) {
        cvx_api_free(api);
        return rc;
    }
    *ret = api;
    return CVX_OK;
}

void cvx_api_free(struct cvx_api *api)
{
    if (!api)
        return;
    assert(!api->orders.head && !api->stillborn);
    for (size_t i = 0; i < api->n_lanes; i++)
        cvx_lane_free(api->lanes[i]);
    cvx_free(api->lanes);
    if (api->http)
        cvx_http_free(api->http);
    for (size_t i = 0; api->headers && api->headers[i]; i++) {
        explicit_bzero(api->headers[i], strlen(api->headers[i]));
        cvx_free(api->headers[i]);
    }
    cvx_free(api->headers);
    cvx_free(api->latencies);
    cvx_free(api);
}

struct cvx_caller *cvx_api_caller(struct cvx_api *api)
{
    return &api->caller;
}

/* ---- calls ---- */

void cvx_api_bury(struct cvx_api *api, struct cvx_call *call)
{
    call->lane_data = api->stillborn;
    api->stillborn = call;
    cvx_loop_defer(api->env.loop, &api->bury);
}

static void tell_stillborn(struct cvx_deferred *bury)
{
    struct cvx_api *api =
        (struct cvx_api *)((char *)bury - offsetof(struct cvx_api, bury));
    struct cvx_call *call = api->stillborn, *next;

    for (api->stillborn = NULL; call; call = next) {
        next = call->lane_data;
        call->lane_data = NULL;
        call->verdict = CVX_VERDICT_FAILED;
        cvx_fail(&call->err, CVX_ENOMEM, "no memory for a call");
        call->on_done(call);
    }
}

static struct cvx_lane *lane_for(struct cvx_api *api, const char *model)
{
    struct cvx_lane **more, *lane = NULL;
    struct cvx_err err;

    for (size_t i = 0; i < api->n_lanes; i++)
        if (strcmp(cvx_lane_model(api->lanes[i]), model) == 0)
            return api->lanes[i];
    more = cvx_realloc_array(api->lanes, api->n_lanes + 1, sizeof(struct cvx_lane *));
    if (!more)
        return NULL;
    api->lanes = more;
    if (cvx_lane_new(api, model, &lane, &err))
        return NULL;
    api->lanes[api->n_lanes++] = lane;
    return lane;
}

/* A shared result has no file: it goes before all, since files wait for it. */
static size_t place_of(const struct cvx_call *call)
{
    return call->task->file ? call->task->file->index + 1 : 0;
}

static void send_page(struct cvx_api *api, struct cvx_call *call)
{
    struct cvx_order *order = cvx_order_new(api, NULL, call, place_of(call));

    if (order)
        cvx_order_open(order);
    else
        cvx_api_bury(api, call);
}

static void api_send(struct cvx_caller *caller, struct cvx_call *call)
{
    struct cvx_api *api = (struct cvx_api *)caller;
    struct cvx_lane *lane;

    call->lane_data = NULL;
    cvx_err_init(&call->err);
    if (call->kind == CVX_CALL_FETCH) {
        send_page(api, call);
        return;
    }
    api->counts.calls++;
    lane = lane_for(api, call->model);
    if (lane)
        cvx_lane_send(lane, call, place_of(call));
    else
        cvx_api_bury(api, call);
}

static void api_cancel(struct cvx_caller *caller, struct cvx_call *call)
{
    struct cvx_api *api = (struct cvx_api *)caller;

    /* One that no order was made for ends anyway, and soon. */
    for (struct cvx_call *c = api->stillborn; c; c = c->lane_data)
        if (c == call)
            return;
    cvx_lane_cancel(call);
}

void cvx_api_http_send(struct cvx_api *api, struct cvx_http_request *request)
{
    const struct cvx_api_wire *wire = api->env.wire;

    if (wire)
        wire->send(wire->arg, request);
    else
        cvx_http_send(api->http, request);
}

void cvx_api_http_cancel(struct cvx_api *api, struct cvx_http_request *request)
{
    const struct cvx_api_wire *wire = api->env.wire;

    if (wire)
        wire->cancel(wire->arg, request);
    else
        cvx_http_cancel(api->http, request);
}

void cvx_api_pump(struct cvx_api *api)
{
    for (size_t i = 0; i < api->n_lanes; i++)
        cvx_lane_pump(api->lanes[i]);
}

/* ---- the stop ---- */

void cvx_api_drain(struct cvx_api *api)
{
    api->draining = true;
    for (size_t i = 0; i < api->n_lanes; i++)
        cvx_lane_end_waiting(api, api->lanes[i], NULL);
    cvx_lane_end_waiting(api, NULL, NULL);
}

void cvx_api_stop(struct cvx_api *api, const struct cvx_err *err)
{
    if (api->stopped.rc)
        return;
    api->stopped = *err;
    for (size_t i = 0; i < api->n_lanes; i++)
        cvx_lane_end_waiting(api, api->lanes[i], &api->stopped);
}

const struct cvx_err *cvx_api_stopped(const struct cvx_api *api)
{
    return &api->stopped;
}

/* ---- time and chance ---- */

int64_t cvx_api_now(const struct cvx_api *api)
{
    return cvx_loop_now(api->env.loop);
}

double cvx_api_wall(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

double cvx_api_random(struct cvx_api *api)
{
    uint32_t r = 0;

    if (api->env.random01)
        return api->env.random01(api->env.random_arg);
    if (getrandom(&r, sizeof(r), GRND_NONBLOCK) != (ssize_t)sizeof(r))
        r = (uint32_t)(api->seq * 2654435761u);
    return (double)r / 4294967296.0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_-.:", c));
}

struct cvx_hash cvx_api_fingerprint(const struct cvx_reply *reply,
                                    const struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    size_t len = reply->body.len < 4096 ? reply->body.len : 4096;
    struct cvx_hash hash;

    cvx_buf_printf(&text, "%d %s ", reply->status, reply->status ? "" : cvx_err_top(err));
    for (size_t i = 0, end; i < len; i = end) {
        /* Ids and times: words that hold a digit. */
        bool digit = false;

        for (end = i; end < len && is_word(reply->body.data[end]); end++)
            digit = digit || isdigit((unsigned char)reply->body.data[end]);
        if (end == i)
            end++;
        if (!digit)
            cvx_buf_put(&text, reply->body.data + i, end - i);
    }
    hash = cvx_hash_of(text.data ? text.data : "", text.len);
    cvx_buf_done(&text);
    return hash;
}

size_t cvx_api_backing_off(const struct cvx_api *api)
{
    return api->backing_off;
}

bool cvx_api_has_room(const struct cvx_api *api)
{
    for (size_t i = 0; i < api->n_lanes; i++)
        if (!cvx_lane_has_room(api->lanes[i]))
            return false;
    return true;
}

/* ---- counting ---- */

int64_t cvx_api_progress(const struct cvx_api *api)
{
    return api->progress_ns;
}

void cvx_api_note_send(struct cvx_api *api, double tokens, int64_t now)
{
    int64_t second = now / CVX_NS_PER_S;
    size_t i = (size_t)(second % 10);

    if (api->recent_start[i] != second) {
        api->recent_start[i] = second;
        api->recent_calls[i] = api->recent_tokens[i] = 0;
    }
    api->recent_calls[i] += 1;
    api->recent_tokens[i] += tokens;
}

void cvx_api_note_latency(struct cvx_api *api, double seconds)
{
    if (api->n_latencies == api->cap_latencies) {
        size_t cap = api->cap_latencies ? api->cap_latencies * 2 : 256;
        float *more = cvx_realloc_array(api->latencies, cap, sizeof(*more));

        if (!more) /* one sample less in the percentiles */
            return;
        api->latencies = more;
        api->cap_latencies = cap;
    }
    api->latencies[api->n_latencies++] = (float)seconds;
}

static int latency_cmp(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static double percentile(const float *sorted, size_t n, double q)
{
    return n ? (double)sorted[(size_t)(q * (double)(n - 1) + 0.5)] : 0;
}

static void count_recent(const struct cvx_api *api, struct cvx_api_counts *ret)
{
    int64_t second = cvx_api_now(api) / CVX_NS_PER_S;

    for (size_t i = 0; i < 10; i++) {
        if (second - api->recent_start[i] < 10) {
            ret->rpm_now += api->recent_calls[i] * 6;
            ret->tpm_now += api->recent_tokens[i] * 6;
        }
    }
}

void cvx_api_count(const struct cvx_api *api, struct cvx_api_counts *ret)
{
    *ret = api->counts;
    ret->bytes = api->bytes;
    for (size_t i = 0; i < api->n_lanes; i++)
        cvx_lane_count(api->lanes[i], ret);
    if (api->n_latencies)
        qsort(api->latencies, api->n_latencies, sizeof(float), latency_cmp);
    ret->latency_p50_s = percentile(api->latencies, api->n_latencies, 0.50);
    ret->latency_p90_s = percentile(api->latencies, api->n_latencies, 0.90);
    ret->latency_p99_s = percentile(api->latencies, api->n_latencies, 0.99);
    count_recent(api, ret);
}
