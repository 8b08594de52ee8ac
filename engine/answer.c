/* What becomes of each answer, or of its absence: accepted, retried, limited, adapted, failed,
 * or the end of the API side (30-openai.md, "Retry"). The only retry layer there is. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/text.h>

#include "order.h"

#define ERROR_BODY_MAX ((size_t)64 * 1024)
/* Further tries of a page, which the user waits for. */
#define PAGE_RETRIES 2u

/* The slot goes with the last byte. */
static void release(struct cvx_order *order, enum cvx_aimd_end how)
{
    if (!order->holds_slot)
        return;
    order->holds_slot = false;
    cvx_aimd_end(&order->lane->aimd, how, order->reply.sent_ns, cvx_api_now(order->api));
    cvx_lane_pump(order->lane);
}

/* The tokens go with the verdict. */
static void settle(struct cvx_order *order, const struct cvx_usage *usage)
{
    struct cvx_api *api = order->api;

    if (!order->holds_tokens)
        return;
    order->holds_tokens = false;
    api->reserved -= order->reserved;
    api->reserved_cost -= order->reserved_cost;
    if (--api->holding == 0) /* no rest of rounding */
        api->reserved = api->reserved_cost = 0;
    cvx_limiter_settle(order->lane->limiter, &order->ticket, usage, cvx_api_now(api));
    cvx_api_pump(api); /* the caps are the run's */
}

/* The limiter learns once how an attempt ended; rates NULL = without an answer. */
static void teach(struct cvx_order *order, const struct cvx_rates *rates)
{
    if (!order->taught)
        cvx_limiter_learn(order->lane->limiter, &order->ticket, rates,
                          cvx_api_now(order->api));
    order->taught = true;
}

void cvx_lane_let_go(struct cvx_order *order)
{
    if (order->holds_slot)
        teach(order, NULL);
    release(order, CVX_AIMD_NEUTRAL);
    settle(order, NULL);
}

/* --debug-external: what the lane makes of an exchange, beside the exchange itself. */
static void tell(struct cvx_order *order, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(struct cvx_order *order, const char *fmt, ...)
{
    va_list ap;

    if (!order->api->env.debug_external)
        return;
    va_start(ap, fmt);
    cvx_log_addv(&order->call->task->log, CVX_LEVEL_INFO, fmt, ap);
    va_end(ap);
}

static void tell_rate(struct cvx_order *order, const char *what,
                      const struct cvx_rate *rate)
{
    if (rate->limit > 0)
        tell(order, "attempt %u: %s left: %.0f of %.0f, full in %.3f s", order->sends,
             what, rate->remaining, rate->limit, rate->reset_s);
}

static void back_off(struct cvx_order *order, int64_t delay)
{
    tell(order, "attempt %u failed (%s), the next one in %.2f s", order->sends,
         cvx_err_top(&order->err), (double)delay / (double)CVX_NS_PER_S);
    order->lane->backoff_s += (double)delay / (double)CVX_NS_PER_S;
    cvx_order_enter(order, CVX_ORDER_BACKOFF);
    cvx_order_wait(order, delay);
}

/* No call ever got an answer, and the first has used up its attempts or its time: there is no
 * server. */
static void end_failed(struct cvx_order *order)
{
    struct cvx_api *api = order->api;

    if (api->counts.answered == 0 && order->sends > 0 && !order->lane->reached) {
        order->err.rc = CVX_EIO;
        cvx_api_stop(api, &order->err);
        cvx_order_end(order, CVX_VERDICT_STOP, NULL);
        return;
    }
    cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
}

static void give_up(struct cvx_order *order)
{
    cvx_wrap(&order->err, "given up after %u attempts: %s", order->sends,
             cvx_err_top(&order->err));
    end_failed(order);
}

void cvx_lane_late(struct cvx_order *order)
{
    char cause[CVX_ERR_TEXT];

    /* The last failure, if there was one, is the reason; else that nothing came. */
    snprintf(cause, sizeof(cause), "%s%s", order->err.depth ? ": " : "",
             cvx_err_top(&order->err));
    cvx_fail(&order->err, CVX_EIO, "no answer within deadline=%.0f s, %u attempts%s",
             order->api->options->deadline_s, order->sends, cause);
    if (order->lane)
        end_failed(order);
    else
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
}

static bool is_poison(struct cvx_order *order)
{
    const struct cvx_api_options *o = order->api->options;
    struct cvx_poison *p = &order->poison;
    struct cvx_hash hash = cvx_api_fingerprint(&order->call->reply, &order->err);
    int64_t now = cvx_api_now(order->api);

    if (p->times == 0 || memcmp(&hash, &p->last, sizeof(hash)) != 0) {
        *p = (struct cvx_poison){
            .last = hash, .first_ns = now, .answers_then = order->lane->answered};
    }
    p->times++;
    return o->poison && p->times >= o->poison && now - p->first_ns >= 30 * CVX_NS_PER_S &&
           order->lane->answered > p->answers_then;
}

static void asks_too_much(struct cvx_order *order, double wait_s, const char *limit,
                          double limit_s)
{
    cvx_wrap(&order->err, "the server asks to wait %.0f s, over %s%.0f s: %s", wait_s,
             limit, limit_s, cvx_err_top(&order->err));
    cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
}

/* A transient fault: the call waits by itself, and the attempt counts. `counter`: of retries
 * of this kind. */
static void retry(struct cvx_order *order, double hint_s, size_t *counter)
{
    struct cvx_api *api = order->api;
    const struct cvx_api_options *o = api->options;
    int64_t delay;

    order->attempts++;
    if (api->stopped.rc) {
        cvx_order_end(order, CVX_VERDICT_STOP, &api->stopped);
        return;
    }
    if (api->draining) {
        cvx_order_abandon(order);
        return;
    }
    if (order->attempts > o->retries || is_poison(order)) {
        give_up(order);
        return;
    }
    delay = cvx_backoff_delay(order->attempts, hint_s, cvx_api_random(api));
    if (delay < 0) {
        asks_too_much(order, hint_s, "the limit of ", 120);
        return;
    }
    if (hint_s > o->max_wait_s) {
        asks_too_much(order, hint_s, "max-wait=", o->max_wait_s);
        return;
    }
    ++*counter;
    back_off(order, delay);
}

/* 429: the lane waits as a whole; for the call it is neither attempt nor failure. */
static void limited(struct cvx_order *order, const struct cvx_rates *rates)
{
    struct cvx_api *api = order->api;
    int64_t wait = cvx_limiter_limited(order->lane->limiter, &order->ticket, rates,
                                       cvx_api_now(api));
    double wait_s = (double)wait / (double)CVX_NS_PER_S;

    order->taught = true;
    api->counts.limited++;
    tell(order, "attempt %u was too much for the server's limit: the lane waits %.2f s",
         order->sends, wait_s);
    release(order, CVX_AIMD_OVERLOAD);
    settle(order, NULL);
    if (wait_s > api->options->max_wait_s)
        asks_too_much(order, wait_s, "max-wait=", api->options->max_wait_s);
    else
        cvx_lane_opened(order);
}

static void adapt(struct cvx_order *order, const struct cvx_profile *changed)
{
    struct cvx_lane *lane = order->lane;

    /* A request of an older generation found out what is known already. */
    if (order->profile.generation == lane->profile.generation) {
        lane->profile = *changed;
        lane->profile.generation = order->profile.generation + 1;
    }
    order->profile = lane->profile;
    cvx_order_work(order, CVX_ORDER_BUILD);
}

/* A server may send back what it was sent, in words that are shown. */
static void hide_secrets(const struct cvx_order *order, struct cvx_err *err)
{
    for (int i = 0; i < err->depth; i++) {
        char *text = err->frame[i].text;
        struct cvx_buf safe = CVX_BUF_INIT;
        size_t len;

        cvx_http_redact(order->api->http, text, strlen(text), &safe);
        len = safe.failed ? 0 : cvx_text_cut(safe.data, safe.len, CVX_ERR_TEXT - 1);
        if (len > 0)
            memcpy(text, safe.data, len);
        text[len] = '\0';
        cvx_buf_done(&safe);
    }
}

/* What the server's refusal means. Its text is judged as it came; where the key is in it, it is
 * said from the text without it, so that not even the beginning of a cut key is shown. */
static enum cvx_verdict classify(struct cvx_order *order, struct cvx_profile *profile)
{
    struct cvx_call *call = order->call;
    struct cvx_buf *body = &call->reply.body, safe = CVX_BUF_INIT;
    struct cvx_profile again = *profile;
    enum cvx_verdict verdict;

    if (body->len > ERROR_BODY_MAX) {
        body->len = ERROR_BODY_MAX;
        body->data[ERROR_BODY_MAX] = '\0';
    }
    verdict = call->classify(&call->reply, profile, &order->err);
    if (body->len > 0)
        cvx_http_redact(order->api->http, body->data, body->len, &safe);
    if (!safe.failed && safe.data &&
        (safe.len != body->len || memcmp(safe.data, body->data, safe.len) != 0)) {
        cvx_buf_done(body);
        *body = safe;
        safe = CVX_BUF_INIT;
        call->classify(&call->reply, &again, &order->err);
    }
    cvx_buf_done(&safe);
    hide_secrets(order, &order->err);
    return verdict;
}

static void on_status(struct cvx_order *order, const struct cvx_rates *rates)
{
    struct cvx_call *call = order->call;
    struct cvx_profile profile = order->profile;
    enum cvx_backoff_class class = cvx_backoff_status(call->reply.status, rates);
    enum cvx_verdict verdict;

    cvx_err_init(&order->err);
    verdict = classify(order, &profile);
    if (class == CVX_BACKOFF_LIMITED && verdict == CVX_VERDICT_RETRY) {
        limited(order, rates);
        return;
    }
    teach(order, rates);
    release(order, class == CVX_BACKOFF_OVERLOAD    ? CVX_AIMD_OVERLOAD
                   : class == CVX_BACKOFF_TRANSIENT ? CVX_AIMD_TROUBLE
                                                    : CVX_AIMD_NEUTRAL);
    settle(order, NULL);
    if (verdict == CVX_VERDICT_STOP) {
        cvx_api_stop(order->api, &order->err);
        cvx_order_end(order, CVX_VERDICT_STOP, NULL);
    } else if (verdict == CVX_VERDICT_ADAPT) {
        adapt(order, &profile);
    } else if (verdict == CVX_VERDICT_FAILED || class == CVX_BACKOFF_NEVER) {
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    } else {
        if (class == CVX_BACKOFF_OVERLOAD && rates->retry_after_s > 0)
            cvx_limiter_pause(order->lane->limiter,
                              cvx_api_now(order->api) +
                                  (int64_t)(rates->retry_after_s * (double)CVX_NS_PER_S));
        retry(order, rates->retry_after_s, &order->api->counts.retries_status);
    }
}

static size_t *fault_counter(struct cvx_api_counts *c, enum cvx_http_fault fault)
{
    switch (fault) {
    case CVX_HTTP_TIMEOUT:
        return &c->retries_timeout;
    case CVX_HTTP_TRUNCATED:
    case CVX_HTTP_SEND:
        return &c->retries_truncated;
    default:
        return &c->retries_connect;
    }
}

static void on_fault(struct cvx_order *order)
{
    struct cvx_http_reply *reply = &order->reply;
    struct cvx_api *api = order->api;
    enum cvx_backoff_class class = cvx_backoff_fault(reply->fault);
    bool dead = reply->fault == CVX_HTTP_TIMEOUT && reply->received == 0;

    order->err = reply->err;
    teach(order, NULL);
    release(order, dead ? CVX_AIMD_TIMEOUT : CVX_AIMD_TROUBLE);
    settle(order, NULL);
    api->counts.resends += reply->resend;
    if (class == CVX_BACKOFF_STOP) {
        order->err.rc = CVX_EDENIED;
        cvx_api_stop(api, &order->err);
        cvx_order_end(order, CVX_VERDICT_STOP, NULL);
    } else if (class == CVX_BACKOFF_NEVER) {
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    } else if (!cvx_order_too_late(order)) {
        order->repeat = reply->sent_ns != 0;
        retry(order, -1, fault_counter(&api->counts, reply->fault));
    }
}

/* ---- pages: any 2xx will do, their text is the stage's affair ---- */

static void retry_page(struct cvx_order *order)
{
    struct cvx_api *api = order->api;

    if (api->draining) {
        cvx_order_abandon(order);
    } else if (++order->attempts > PAGE_RETRIES) {
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    } else if (!cvx_order_too_late(order)) {
        cvx_order_enter(order, CVX_ORDER_BACKOFF);
        cvx_order_wait(order,
                       cvx_backoff_delay(order->attempts, -1, cvx_api_random(api)));
    }
}

static void on_page(struct cvx_order *order)
{
    enum cvx_http_fault fault = order->reply.fault;
    int status = order->call->reply.status;
    enum cvx_backoff_class class;

    if (fault != CVX_HTTP_OK) {
        order->err = order->reply.err;
        class = cvx_backoff_fault(fault);
    } else if (status >= 200 && status < 300) {
        cvx_order_work(order, CVX_ORDER_JUDGE);
        return;
    } else {
        cvx_fail(&order->err, CVX_EIO, "%s answered status %d", order->call->url, status);
        hide_secrets(order, &order->err);
        class = cvx_backoff_status(status, NULL);
    }
    if (class == CVX_BACKOFF_NEVER || class == CVX_BACKOFF_STOP)
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    else
        retry_page(order);
}

/* ---- what came ---- */

static void on_answer(struct cvx_order *order, const struct cvx_rates *rates)
{
    struct cvx_api *api = order->api;
    int64_t took = order->reply.done_ns - order->reply.sent_ns;

    teach(order, rates);
    api->counts.answered++;
    order->lane->answered++;
    cvx_api_note_latency(api, (double)took / (double)CVX_NS_PER_S);
    order->call->latency_ns += took;
    release(order, order->attempts == 0 ? CVX_AIMD_GOOD : CVX_AIMD_NEUTRAL);
    cvx_buf_done(&order->body); /* it will not be sent again */
    cvx_order_weigh(order);
    cvx_order_work(order, CVX_ORDER_JUDGE);
}

void cvx_lane_replied(struct cvx_order *order)
{
    struct cvx_http_reply *reply = &order->reply;
    int status = order->call->reply.status;
    bool answered = reply->fault == CVX_HTTP_OK && status >= 200 && status < 300;
    struct cvx_rates rates;

    if (order->cancel && !answered) {
        cvx_order_abandon(order);
    } else if (reply->fault == CVX_HTTP_CANCELED) { /* by the timer */
        cvx_lane_late(order);
    } else if (!order->lane) {
        on_page(order);
    } else if (reply->fault != CVX_HTTP_OK) {
        on_fault(order);
    } else {
        order->lane->reached = true;
        cvx_rates_read(&order->call->reply, cvx_api_wall(), &rates);
        tell_rate(order, "requests", &rates.requests);
        tell_rate(order, "tokens", &rates.tokens);
        if (answered)
            on_answer(order, &rates);
        else
            on_status(order, &rates);
    }
}

/* What the server charged, as far as is known: an answer that could not be read, or stored,
 * has cost what was set aside for it. */
static void book(struct cvx_order *order)
{
    const struct cvx_api_options *o = order->api->options;
    struct cvx_api_counts *c = &order->api->counts;
    struct cvx_usage *u = &order->usage;

    if (u->in == 0 && u->out == 0)
        *u = (struct cvx_usage){.in = (size_t)order->reserved, .estimated = true};
    settle(order, u);
    c->tokens_in += u->in;
    c->tokens_out += u->out;
    c->tokens_cached += u->cached;
    c->usage_estimated += u->estimated;
    c->cost += ((double)u->in * o->price_in + (double)u->out * o->price_out) / 1e6;
}

void cvx_lane_judged(struct cvx_order *order)
{
    struct cvx_api_counts *c = &order->api->counts;

    if (order->lane && !order->hit) {
        tell(order, "tokens: %zu in (%zu cached by the server), %zu out%s",
             order->usage.in, order->usage.cached, order->usage.out,
             order->usage.estimated ? ", estimated" : "");
        book(order);
    } else if (order->lane)
        ++*(order->was_joined ? &c->joined : &c->cached);
    hide_secrets(order, &order->err);
    cvx_order_end(order, order->verdict, NULL);
}
