/* One lane: which call goes next and when, and what becomes of each answer. See lane.h for
 * the picture; order.c moves a single call, the limiter, aimd and backoff decide.
 *
 * The line is strict: the first call of the line waits for the gate, and nobody overtakes
 * it, so that early files finish early; a call in backoff is out of line until its time. */
#include "lane.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "order.h"

/* ---- the line: a binary heap ---- */

static bool before(const struct cvx_order *a, const struct cvx_order *b)
{
    return a->place != b->place ? a->place < b->place : a->seq < b->seq;
}

static void line_swap(struct cvx_lane *lane, size_t i, size_t k)
{
    struct cvx_order *order = lane->line[i];

    lane->line[i] = lane->line[k];
    lane->line[k] = order;
    lane->line[i]->at = i + 1;
    lane->line[k]->at = k + 1;
}

static void line_up(struct cvx_lane *lane, size_t i)
{
    while (i > 0 && before(lane->line[i], lane->line[(i - 1) / 2])) {
        line_swap(lane, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static void line_down(struct cvx_lane *lane, size_t i)
{
    for (;;) {
        size_t first = i, child = 2 * i + 1;

        for (size_t k = child; k < child + 2 && k < lane->n_line; k++)
            if (before(lane->line[k], lane->line[first]))
                first = k;
        if (first == i)
            return;
        line_swap(lane, i, first);
        i = first;
    }
}

static int line_put(struct cvx_lane *lane, struct cvx_order *order)
{
    if (lane->n_line == lane->cap_line) {
        size_t cap = lane->cap_line ? lane->cap_line * 2 : 64;
        struct cvx_order **more = cvx_realloc_array(lane->line, cap, sizeof(void *));

        if (!more)
            return CVX_ENOMEM;
        lane->line = more;
        lane->cap_line = cap;
    }
    lane->line[lane->n_line++] = order;
    order->at = lane->n_line;
    line_up(lane, lane->n_line - 1);
    return CVX_OK;
}

static void line_take(struct cvx_lane *lane, struct cvx_order *order)
{
    size_t i = order->at - 1;

    if (order->at == 0)
        return;
    line_swap(lane, i, lane->n_line - 1);
    lane->n_line--;
    order->at = 0;
    if (i < lane->n_line) {
        line_down(lane, i);
        line_up(lane, i);
    }
}

/* ---- the gate ---- */

static struct cvx_limiter_need need_of(const struct cvx_order *order)
{
    const struct cvx_call *call = order->call;

    return (struct cvx_limiter_need){.prompt_bytes = call->prompt_bytes,
                                     .fixed_tokens = call->fixed_tokens,
                                     .max_output = call->max_output};
}

static double estimate(const struct cvx_order *order)
{
    struct cvx_limiter_need need = need_of(order);

    return cvx_limiter_estimate(order->lane->limiter, &need);
}

/* By the given prices: what is not the answer is the prompt. */
static double estimate_cost(const struct cvx_order *order, double tokens, int64_t now)
{
    const struct cvx_api_options *o = order->api->options;
    double out = (double)order->call->max_output;
    struct cvx_limiter_view view;

    if (o->max_cost <= 0)
        return 0;
    cvx_limiter_look(order->lane->limiter, now, &view);
    out = fmin(tokens, out > 0 ? fmin(out, view.output_p95) : view.output_p95);
    return ((tokens - out) * o->price_in + out * o->price_out) / 1e6;
}

enum caps {
    CAPS_ROOM,
    CAPS_WAIT, /* what is in flight may turn out to need less than is set aside for it */
    CAPS_REACHED
};

/* Whether the caps of the run allow one more call of this size. */
static enum caps look_at_caps(const struct cvx_api *api, double tokens, double cost,
                              struct cvx_err *err)
{
    const struct cvx_api_options *o = api->options;
    const struct cvx_api_counts *c = &api->counts;
    double spent = (double)(c->tokens_in + c->tokens_out), most = INFINITY,
           most_cost = INFINITY;

    if (o->max_tokens_total)
        most = (double)o->max_tokens_total;
    if (o->max_cost > 0)
        most_cost = o->max_cost;
    if (spent + tokens > most) {
        cvx_fail(
            err, CVX_EQUOTA,
            "max-tokens-total=%zu reached: %.0f spent, the next call takes about %.0f",
            o->max_tokens_total, spent, tokens);
        return CAPS_REACHED;
    }
    if (c->cost + cost > most_cost) {
        cvx_fail(err, CVX_EQUOTA,
                 "max-cost=%.4g reached: %.4g spent, the next call takes about %.4g",
                 o->max_cost, c->cost, cost);
        return CAPS_REACHED;
    }
    if (api->holding > 0 && (spent + api->reserved + tokens > most ||
                             c->cost + api->reserved_cost + cost > most_cost))
        return CAPS_WAIT;
    return CAPS_ROOM;
}

static void send_first(struct cvx_lane *lane, struct cvx_order *order, double tokens,
                       double cost, int64_t now)
{
    struct cvx_limiter_need need = need_of(order);

    line_take(lane, order);
    order->reserved = tokens;
    order->reserved_cost = cost;
    order->holds_tokens = order->holds_slot = true;
    order->taught = false;
    lane->api->holding++;
    lane->api->reserved += tokens;
    lane->api->reserved_cost += cost;
    cvx_limiter_take(lane->limiter, &need, tokens, now, &order->ticket);
    cvx_aimd_start(&lane->aimd);
    lane->sent++;
    cvx_api_note_send(lane->api, tokens, now);
    cvx_order_send(order);
}

/* A pause that the server imposed and that goes beyond max-wait= fails the call. */
static bool paused_too_long(struct cvx_lane *lane, struct cvx_order *order, int64_t now)
{
    double limit = lane->api->options->max_wait_s, left;
    struct cvx_limiter_view view;

    cvx_limiter_look(lane->limiter, now, &view);
    left = (double)view.paused_ns / (double)CVX_NS_PER_S;
    if (left <= limit)
        return false;
    line_take(lane, order);
    cvx_fail(&order->err, CVX_EIO, "the server asks to wait %.0f s, over max-wait=%.0f",
             left, limit);
    cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    return true;
}

/* True when the line may be looked at again at once. */
static bool pump_one(struct cvx_lane *lane)
{
    struct cvx_api *api = lane->api;
    struct cvx_order *order = lane->line[0];
    int64_t now = cvx_api_now(api), wait;
    double tokens = estimate(order), cost;
    struct cvx_err err;
    enum caps caps;

    if (order->profile.generation != lane->profile.generation) {
        line_take(lane, order);
        order->profile = lane->profile;
        cvx_order_work(order, CVX_ORDER_BUILD);
        return true;
    }
    if (!cvx_aimd_room(&lane->aimd) || (!lane->connected && lane->aimd.in_flight > 0) ||
        (api->bytes > CVX_BODIES_MAX && lane->aimd.in_flight > 0))
        return false;
    cost = estimate_cost(order, tokens, now);
    caps = look_at_caps(api, tokens, cost, &err);
    if (caps == CAPS_REACHED)
        cvx_api_stop(api, &err);
    if (caps != CAPS_ROOM)
        return false;
    wait = cvx_limiter_wait(lane->limiter, tokens, now);
    if (wait > 0 && paused_too_long(lane, order, now))
        return true;
    if (wait > 0) {
        lane->gated_ns = now;
        lane->gated_line = lane->n_line;
        if (wait != INT64_MAX)
            cvx_timer_start(lane->timer, wait);
        return false;
    }
    send_first(lane, order, tokens, cost, now);
    return true;
}

static void pump(struct cvx_deferred *deferred)
{
    struct cvx_lane *lane =
        (struct cvx_lane *)((char *)deferred - offsetof(struct cvx_lane, pump));

    /* What stood in line before a closed gate, and how long: not what waits for a place. */
    if (lane->gated_ns)
        lane->quota_wait_s += (double)(cvx_api_now(lane->api) - lane->gated_ns) /
                              (double)CVX_NS_PER_S * (double)lane->gated_line;
    lane->gated_ns = 0;
    while (lane->n_line > 0 && pump_one(lane))
        ;
}

void cvx_lane_pump(struct cvx_lane *lane)
{
    cvx_loop_defer(lane->api->env.loop, &lane->pump);
}

static void on_gate(void *arg)
{
    cvx_lane_pump(arg);
}

/* ---- the life of a lane ---- */

int cvx_lane_new(struct cvx_api *api, const char *model, struct cvx_lane **ret,
                 struct cvx_err *err)
{
    const struct cvx_api_options *o = api->options;
    struct cvx_limiter_options limits = {
        .rpm = o->rpm, .tpm = o->tpm, .burst_s = o->burst_s, .output_cap = o->max_tokens};
    unsigned max = o->concurrency ? o->concurrency : api->env.files_in_flight;
    struct cvx_lane *lane = cvx_zalloc(sizeof(*lane));
    int rc = CVX_ENOMEM;

    if (!lane)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a lane");
    lane->api = api;
    lane->pump.call = pump;
    lane->model = cvx_strdup(model);
    lane->url = cvx_api_url(o, model);
    lane->limiter = cvx_limiter_new(&limits, cvx_api_now(api));
    if (lane->model && lane->url && lane->limiter)
        rc = cvx_timer_new(api->env.loop, on_gate, lane, &lane->timer, err);
    else
        cvx_fail(err, CVX_ENOMEM, "no memory for a lane");
    if (rc) {
        cvx_lane_free(lane);
        return rc;
    }
    cvx_aimd_init(&lane->aimd, max ? max : 1,
                  o->n_given || o->concurrency || o->rpm > 0 || o->tpm > 0);
    *ret = lane;
    return CVX_OK;
}

void cvx_lane_free(struct cvx_lane *lane)
{
    if (!lane)
        return;
    assert(lane->n_line == 0);
    cvx_loop_undefer(lane->api->env.loop, &lane->pump);
    cvx_timer_free(lane->timer);
    cvx_limiter_free(lane->limiter);
    cvx_free(lane->line);
    cvx_free(lane->model);
    cvx_free(lane->url);
    cvx_free(lane);
}

const char *cvx_lane_model(const struct cvx_lane *lane)
{
    return lane->model;
}

/* ---- a call comes ---- */

static struct cvx_order **bucket(const struct cvx_order *order)
{
    size_t hash;

    memcpy(&hash, &order->key, sizeof(hash));
    return &order->api->by_key[hash % CVX_ORDER_BUCKETS];
}

static struct cvx_order *find_twin(const struct cvx_order *order)
{
    struct cvx_order *o = *bucket(order);

    while (o && memcmp(&o->key, &order->key, sizeof(o->key)) != 0)
        o = o->twin;
    return o;
}

static void forget_twin(struct cvx_order *order)
{
    struct cvx_order **at = bucket(order);

    while (*at && *at != order)
        at = &(*at)->twin;
    if (*at)
        *at = order->twin;
    order->twin = NULL;
}

void cvx_lane_join(struct cvx_order *order)
{
    struct cvx_order *other = order->api->env.cache.folder ? find_twin(order) : NULL;

    if (!other) {
        order->twin = *bucket(order);
        *bucket(order) = order;
        cvx_order_open(order);
        return;
    }
    order->was_joined = true;
    order->join_next = other->joined;
    other->joined = order;
    order->leader = other;
    if (order->state != CVX_ORDER_JOINED)
        cvx_order_enter(order, CVX_ORDER_JOINED);
    cvx_order_wait(order, -1);
}

void cvx_lane_send(struct cvx_lane *lane, struct cvx_call *call, size_t place)
{
    struct cvx_order *order = cvx_order_new(lane->api, lane, call, place);

    if (order)
        cvx_lane_join(order);
    else
        cvx_api_bury(lane->api, call);
}

void cvx_lane_cancel(struct cvx_call *call)
{
    if (call->lane_data)
        cvx_order_cancel(call->lane_data);
}

/* The body is there: into the line, or back into it. */
void cvx_lane_opened(struct cvx_order *order)
{
    struct cvx_lane *lane = order->lane;

    if (lane->api->stopped.rc) {
        cvx_order_end(order, CVX_VERDICT_STOP, &lane->api->stopped);
        return;
    }
    if (lane->api->draining) {
        cvx_order_abandon(order);
        return;
    }
    if (cvx_order_too_late(order))
        return;
    if (order->state != CVX_ORDER_QUEUED)
        cvx_order_enter(order, CVX_ORDER_QUEUED);
    if (line_put(lane, order)) {
        cvx_fail(&order->err, CVX_ENOMEM, "no memory for the line of calls");
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
        return;
    }
    cvx_lane_pump(lane);
}

/* Out of the line, whatever its state was. */
void cvx_lane_ended(struct cvx_order *order)
{
    bool failed =
        order->verdict == CVX_VERDICT_FAILED || order->verdict == CVX_VERDICT_STOP;

    line_take(order->lane, order);
    forget_twin(order);
    if (failed && order->err.rc != CVX_ECANCELED)
        order->api->counts.failed++;
    cvx_lane_let_go(order);
    cvx_lane_pump(order->lane);
}

void cvx_lane_end_waiting(struct cvx_api *api, const struct cvx_lane *lane,
                          const struct cvx_err *err)
{
    struct cvx_order *next;

    for (struct cvx_order *o = api->orders.head; o; o = next) {
        next = o->next;
        if (o->lane != lane ||
            (o->state != CVX_ORDER_QUEUED && o->state != CVX_ORDER_BACKOFF))
            continue;
        if (err)
            cvx_order_end(o, CVX_VERDICT_STOP, err);
        else
            cvx_order_abandon(o);
    }
}

bool cvx_lane_has_room(const struct cvx_lane *lane)
{
    return lane->n_line < lane->aimd.limit;
}

void cvx_lane_count(const struct cvx_lane *lane, struct cvx_api_counts *counts)
{
    struct cvx_limiter_view view;

    cvx_limiter_look(lane->limiter, cvx_api_now(lane->api), &view);
    counts->episodes += view.episodes;
    counts->quota_wait_s += lane->quota_wait_s;
    counts->backoff_s += lane->backoff_s;
    counts->in_flight += lane->aimd.in_flight;
    counts->queued += lane->n_line;
    if (view.rpm > counts->rpm)
        counts->rpm = view.rpm;
    if (view.tpm > counts->tpm)
        counts->tpm = view.tpm;
    if (view.bucket_requests > counts->bucket_requests)
        counts->bucket_requests = view.bucket_requests;
    if (view.bucket_tokens > counts->bucket_tokens)
        counts->bucket_tokens = view.bucket_tokens;
}
