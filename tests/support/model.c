/* A scripted model and web. */
#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

static struct model_world *g_world; /* of the test that runs */

static void put_string(struct cvx_buf *buf, const char *text)
{
    cvx_buf_putc(buf, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            cvx_buf_putc(buf, '\\');
        if ((unsigned char)*p < 0x20)
            cvx_buf_printf(buf, "\\u%04x", (unsigned)*p);
        else
            cvx_buf_putc(buf, *p);
    }
    cvx_buf_putc(buf, '"');
}

void model_says(struct cvx_reply *reply, const char *content)
{
    struct cvx_buf *buf = &reply->body;

    reply->status = 200;
    cvx_buf_puts(buf,
                 "{\"id\":\"x\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                 "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
                 "\"content\":");
    put_string(buf, content);
    cvx_buf_puts(buf, "}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                      "\"total_tokens\":15}}");
}

void model_page(struct cvx_reply *reply, const char *type, const char *body)
{
    static const char name[] = "Content-Type";
    size_t head = sizeof(struct cvx_header);
    char *block = type ? cvx_alloc(head + sizeof(name) + strlen(type) + 1) : NULL;

    reply->status = 200;
    cvx_buf_puts(&reply->body, body);
    if (!block)
        return;
    memcpy(block + head, name, sizeof(name));
    memcpy(block + head + sizeof(name), type, strlen(type) + 1);
    reply->headers = (struct cvx_header *)(void *)block;
    reply->headers[0] = (struct cvx_header){block + head, block + head + sizeof(name)};
    reply->n_headers = 1;
}

/* ---- the caller ---- */

static void count(struct model_world *w, const struct cvx_call *call,
                  const struct cvx_buf *request)
{
    bool research = request->len && strstr(request->data, "\"company_profile\"");

    if (call->kind == CVX_CALL_FETCH) {
        snprintf(w->urls[w->fetches % MODEL_CALLS], sizeof(w->urls[0]), "%s%s",
                 call->linked ? "linked " : "", call->url);
        w->fetches++;
        return;
    }
    w->researches += research;
    w->chats += !research;
    struct cvx_buf *seen = research ? &w->research_request : &w->last_request;

    cvx_buf_clear(seen);
    cvx_buf_put(seen, request->data, request->len);
}

static void judge(struct model_world *w, struct cvx_call *call)
{
    struct cvx_profile profile = {0};
    struct cvx_buf request = CVX_BUF_INIT;
    int rc = CVX_OK;

    cvx_err_init(&call->err);
    if (call->build)
        rc = call->build(call, &profile, &request, &call->err);
    if (!rc) {
        count(w, call, &request);
        call->reply.attempts = 1 + w->fail_first;
        w->attempts += call->reply.attempts;
        w->answer(w, call, request.len ? request.data : "", &call->reply);
    }
    cvx_buf_done(&request);
    call->verdict = CVX_VERDICT_FAILED;
    if (rc)
        return;
    if (call->reply.status == 200)
        call->verdict = call->judge(call->task, call, &call->usage, &call->err);
    else
        cvx_fail(&call->err, CVX_EIO, "HTTP status %d", call->reply.status);
}

static void turn(struct cvx_deferred *deferred)
{
    struct model_world *w =
        (struct model_world *)((char *)deferred - offsetof(struct model_world, turn));
    struct cvx_call *call;

    if (w->n_waiting == 0)
        return;
    call = w->waiting[0];
    w->n_waiting--;
    memmove(w->waiting, w->waiting + 1, w->n_waiting * sizeof(*w->waiting));
    if (w->n_waiting > 0)
        cvx_loop_defer(w->loop, &w->turn);
    judge(w, call);
    call->on_done(call);
}

static void send_call(struct cvx_caller *caller, struct cvx_call *call)
{
    struct model_world *w = (struct model_world *)caller;

    assert_true(w->n_waiting < MODEL_CALLS);
    w->waiting[w->n_waiting++] = call;
    w->turn.call = turn;
    cvx_loop_defer(w->loop, &w->turn);
}

/* It ends like any other, from the loop. */
static void cancel_call(struct cvx_caller *caller, struct cvx_call *call)
{
    (void)caller;
    (void)call;
}

/* ---- the world ---- */

void model_world_make(struct model_world *w, const char *target, model_answer *answer)
{
    struct cvx_err err;

    memset(w, 0, sizeof(*w));
    w->caller.send = send_call;
    w->caller.cancel = cancel_call;
    w->answer = answer;
    w->target = target;
    w->file.rel = w->file.path = "someone.json";
    assert_int_equal(cvx_loop_new(false, &w->loop, &err), CVX_OK);
    w->env.loop = w->loop;
    w->env.log_level = CVX_LEVEL_NONE;
    w->env.caller = &w->caller;
    w->env.target = target;
    assert_int_equal(cvx_pool_new(w->loop, 2, &w->env.pool, &err), CVX_OK);
    assert_int_equal(cvx_shared_new(&w->env, &w->env.shared, &err), CVX_OK);
}

static void results_clear(struct model_world *w)
{
    for (size_t i = 0; i < MODEL_TASKS; i++) {
        cvx_cv_free(w->results[i].output);
        w->results[i] = (struct model_result){0};
    }
}

void model_world_done(struct model_world *w)
{
    results_clear(w);
    cvx_buf_done(&w->last_request);
    cvx_buf_done(&w->research_request);
    cvx_shared_free(w->env.shared);
    cvx_pool_free(w->env.pool);
    cvx_loop_free(w->loop);
}

static void look(void *arg)
{
    struct model_world *w = arg;

    if (w->ended == w->expect && cvx_shared_busy(w->env.shared) == 0)
        cvx_loop_break(w->loop);
}

static void task_ended(struct cvx_task_ctl *ctl)
{
    struct model_world *w = g_world;
    struct model_result *result = &w->results[ctl - w->tasks];
    struct cvx_buf issues = CVX_BUF_INIT;

    result->ended = true;
    result->rc = ctl->task.rc;
    if (ctl->task.rc)
        snprintf(result->err, sizeof(result->err), "%s", cvx_err_top(&ctl->task.err));
    cvx_issues_print(&ctl->task.issues, &issues);
    snprintf(result->issues, sizeof(result->issues), "%s", issues.len ? issues.data : "");
    cvx_buf_done(&issues);
    result->output = ctl->task.output;
    ctl->task.output = NULL;
    w->ended++;
    look(w);
}

static void run_tasks(struct model_world *w, const struct cvx_plan_stage *planned,
                      struct cvx_cv **cvs, size_t count_tasks)
{
    g_world = w;
    w->ended = 0;
    w->expect = count_tasks;
    cvx_shared_on_idle(w->env.shared, look, w);
    for (size_t i = 0; i < count_tasks; i++) {
        cvx_task_init(&w->tasks[i], &w->env, planned);
        w->tasks[i].on_end = task_ended;
        w->tasks[i].task.file = &w->file;
        w->tasks[i].task.input = cvs[i];
        cvx_task_start(&w->tasks[i], NULL);
    }
    cvx_loop_run(w->loop);
    for (size_t i = 0; i < count_tasks; i++)
        cvx_task_done(&w->tasks[i]);
}

static int prepare(struct model_world *w, struct cvx_plan_stage *planned)
{
    struct cvx_task task = {.stage = planned->stage,
                            .params = planned->params,
                            .n_params = planned->n_params,
                            .target = w->target};

    cvx_err_init(&task.err);
    struct cvx_next next = planned->stage->prepare(&task);

    if (next.rc)
        snprintf(w->results[0].err, sizeof(w->results[0].err), "%s",
                 cvx_err_top(&task.err));
    planned->state = task.made_state;
    return next.rc;
}

int model_world_run(struct model_world *w, const struct cvx_stage *stage,
                    const struct cvx_param *params, size_t n_params, const char *cv,
                    size_t count_tasks)
{
    struct cvx_plan_stage planned = {
        .stage = stage, .params = params, .n_params = n_params};
    struct cvx_cv *cvs[MODEL_TASKS] = {0};
    struct cvx_err err;
    int rc;

    assert_true(count_tasks <= MODEL_TASKS);
    results_clear(w);
    rc = prepare(w, &planned);
    for (size_t i = 0; !rc && i < count_tasks; i++)
        rc = cvx_cv_parse(cv, strlen(cv), &cvs[i], &err);
    if (!rc && count_tasks > 0)
        run_tasks(w, &planned, cvs, count_tasks);
    for (size_t i = 0; i < count_tasks; i++)
        cvx_cv_free(cvs[i]);
    stage->close(planned.state);
    return rc;
}
