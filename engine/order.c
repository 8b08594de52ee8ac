/* One call on its way: opened (cache looked up, body built), sent, judged, told. What the
 * lane decides in between is lane.c.
 *
 * cvx_order_enter() is the only writer of the state. A call is told of its end by a deferred
 * call, never from inside another. */
#include "order.h"

#include <assert.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#define TO(state) (1u << CVX_ORDER_##state)

/*    state        may go to */
#define ORDER_STATES(X)                                                                  \
    X(OPENING, TO(JOINED) | TO(QUEUED) | TO(SENT) | TO(JUDGING) | TO(ENDED))             \
    X(JOINED, TO(OPENING) | TO(ENDED))                                                   \
    X(QUEUED, TO(SENT) | TO(REBUILDING) | TO(ENDED))                                     \
    X(REBUILDING, TO(QUEUED) | TO(ENDED))                                                \
    X(SENT, TO(JUDGING) | TO(BACKOFF) | TO(QUEUED) | TO(REBUILDING) | TO(ENDED))         \
    X(BACKOFF, TO(QUEUED) | TO(SENT) | TO(ENDED))                                        \
    X(JUDGING, TO(ENDED))                                                                \
    X(ENDED, 0u)

static const struct {
    const char *name;
    unsigned next;
} k_state[] = {
#define X(name, next) {#name, next},
    ORDER_STATES(X)
#undef X
};

const char *cvx_order_state_name(enum cvx_order_state state)
{
    return k_state[state].name;
}

bool cvx_order_may(enum cvx_order_state from, enum cvx_order_state to)
{
    return (k_state[from].next & (1u << to)) != 0;
}

void cvx_order_enter(struct cvx_order *order, enum cvx_order_state to)
{
    assert(cvx_order_may(order->state, to));
    order->api->backing_off -= order->state == CVX_ORDER_BACKOFF;
    order->api->backing_off += to == CVX_ORDER_BACKOFF;
    order->state = to;
    if (to == CVX_ORDER_JUDGING || to == CVX_ORDER_ENDED)
        order->api->progress_ns = cvx_api_now(order->api);
}

/* ---- its place among all that are under way ---- */

static void orders_add(struct cvx_order_list *list, struct cvx_order *order)
{
    order->next = NULL;
    order->prev = list->tail;
    if (list->tail)
        list->tail->next = order;
    else
        list->head = order;
    list->tail = order;
}

static void orders_remove(struct cvx_order_list *list, struct cvx_order *order)
{
    if (order->prev)
        order->prev->next = order->next;
    else
        list->head = order->next;
    if (order->next)
        order->next->prev = order->prev;
    else
        list->tail = order->prev;
}

struct cvx_hash cvx_order_key(const struct cvx_hash *request, const char *url)
{
    struct cvx_hash both[2] = {*request, cvx_hash_of(url, strlen(url))};

    return cvx_hash_of(both, sizeof(both));
}

static void weigh(struct cvx_order *order, size_t weight)
{
    struct cvx_api *api = order->api;
    bool over = api->bytes > CVX_BODIES_MAX;

    api->bytes = api->bytes - order->weight + weight;
    order->weight = weight;
    if (over && api->bytes <= CVX_BODIES_MAX)
        cvx_api_pump(api);
}

void cvx_order_weigh(struct cvx_order *order)
{
    weigh(order, order->body.len + order->call->reply.body.len);
}

/* ---- the end ---- */

static void order_free(struct cvx_order *order)
{
    cvx_timer_free(order->timer);
    cvx_buf_done(&order->body);
    cvx_http_reply_done(&order->reply);
    cvx_free(order);
}

/* Those that joined get the same failure, or look for the answer in the cache. When nobody
 * wants this one any more the first of them takes its place. */
static void release_joined(struct cvx_order *order)
{
    bool failed =
        order->verdict == CVX_VERDICT_FAILED || order->verdict == CVX_VERDICT_STOP;
    struct cvx_order *other = order->joined, *next;

    for (order->joined = NULL; other; other = next) {
        next = other->join_next;
        other->join_next = other->leader = NULL;
        if (failed && order->cancel)
            cvx_lane_join(other);
        else if (failed)
            cvx_order_end(other, order->verdict, &order->err);
        else
            cvx_order_open(other);
    }
}

static void order_tell(struct cvx_deferred *end)
{
    struct cvx_order *order =
        (struct cvx_order *)((char *)end - offsetof(struct cvx_order, end));
    struct cvx_call *call = order->call;

    release_joined(order);
    orders_remove(&order->api->orders, order);
    call->verdict = order->verdict;
    call->usage = order->usage;
    call->err = order->err;
    call->reply.attempts = order->sends;
    call->lane_data = NULL;
    weigh(order, 0);
    order_free(order);
    call->on_done(call);
}

static void leave_leader(struct cvx_order *order)
{
    struct cvx_order **at;

    if (!order->leader)
        return;
    at = &order->leader->joined;
    while (*at != order)
        at = &(*at)->join_next;
    *at = order->join_next;
    order->leader = order->join_next = NULL;
}

void cvx_order_end(struct cvx_order *order, enum cvx_verdict verdict,
                   const struct cvx_err *err)
{
    leave_leader(order);
    order->verdict = verdict;
    if (err)
        order->err = *err;
    if (order->timer)
        cvx_timer_stop(order->timer);
    cvx_order_enter(order, CVX_ORDER_ENDED);
    if (order->lane)
        cvx_lane_ended(order);
    order->end.call = order_tell;
    cvx_loop_defer(order->api->env.loop, &order->end);
}

void cvx_order_abandon(struct cvx_order *order)
{
    cvx_fail(&order->err, CVX_ECANCELED, "canceled");
    cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
}

bool cvx_order_too_late(struct cvx_order *order)
{
    if (!order->deadline_ns || cvx_api_now(order->api) < order->deadline_ns)
        return false;
    cvx_lane_late(order);
    return true;
}

/* ---- from the beginning to the wire ---- */

static void on_timer(void *arg)
{
    struct cvx_order *order = arg;
    int64_t now = cvx_api_now(order->api);
    bool late = order->deadline_ns && now >= order->deadline_ns;

    switch (order->state) {
    case CVX_ORDER_OPENING:
    case CVX_ORDER_REBUILDING: /* looked at when the job is back */
    case CVX_ORDER_JUDGING:    /* answered in time */
    case CVX_ORDER_ENDED:
        return;
    case CVX_ORDER_SENT:
        if (late)
            cvx_api_http_cancel(order->api, &order->request);
        break;
    case CVX_ORDER_JOINED:
    case CVX_ORDER_QUEUED:
        if (late)
            cvx_lane_late(order);
        break;
    case CVX_ORDER_BACKOFF:
        if (late)
            cvx_lane_late(order);
        else if (now >= order->ready_ns && order->lane)
            cvx_lane_opened(order);
        else if (now >= order->ready_ns)
            cvx_order_send(order);
        break;
    }
    if (!late && order->state != CVX_ORDER_ENDED)
        cvx_order_wait(order, -1);
}

/* Arms the timer for what comes first; delay_ns < 0: the deadline alone, or what is set. */
void cvx_order_wait(struct cvx_order *order, int64_t delay_ns)
{
    int64_t now = cvx_api_now(order->api), at = order->deadline_ns;

    if (delay_ns >= 0)
        order->ready_ns = now + delay_ns;
    if (order->state == CVX_ORDER_BACKOFF && (!at || order->ready_ns < at))
        at = order->ready_ns;
    if (at)
        cvx_timer_start(order->timer, at - now);
}

struct cvx_order *cvx_order_new(struct cvx_api *api, struct cvx_lane *lane,
                                struct cvx_call *call, size_t place)
{
    struct cvx_order *order = cvx_zalloc(sizeof(*order));
    struct cvx_err err;

    if (!order)
        return NULL;
    order->api = api;
    order->lane = lane;
    order->call = call;
    order->place = place;
    order->seq = api->seq++;
    order->body.max = CVX_REQUEST_MAX;
    if (cvx_timer_new(api->env.loop, on_timer, order, &order->timer, &err)) {
        cvx_free(order);
        return NULL;
    }
    order->asked_ns = cvx_api_now(api);
    if (api->options->deadline_s > 0)
        order->deadline_ns =
            order->asked_ns + (int64_t)(api->options->deadline_s * (double)CVX_NS_PER_S);
    order->key = lane ? cvx_order_key(&call->key, lane->url) : call->key;
    api->progress_ns = order->asked_ns;
    call->lane_data = order;
    orders_add(&api->orders, order);
    return order;
}

void cvx_order_open(struct cvx_order *order)
{
    if (order->state == CVX_ORDER_JOINED)
        cvx_order_enter(order, CVX_ORDER_OPENING);
    order->profile = order->lane ? order->lane->profile : (struct cvx_profile){0};
    cvx_order_wait(order, -1);
    /* Without a cache to look into there is nothing to do that would need a worker. */
    if (!order->cancel && !order->api->env.cache.folder && cvx_order_ready(order)) {
        cvx_order_weigh(order);
        cvx_order_opened(order);
    } else {
        cvx_order_work(order, CVX_ORDER_OPEN);
    }
}

static void on_reply(struct cvx_http_request *request, struct cvx_http_reply *reply)
{
    struct cvx_order *order = request->arg;

    order->reply = *reply;
    reply->answer = (struct cvx_reply){0};
    cvx_http_reply_done(reply);
    cvx_reply_done(&order->call->reply);
    order->call->reply = order->reply.answer;
    order->call->reply.from_private = order->reply.from_private;
    order->reply.answer = (struct cvx_reply){0};
    cvx_order_weigh(order);
    cvx_lane_replied(order);
}

static void on_sent(struct cvx_http_request *request)
{
    struct cvx_order *order = request->arg;

    if (order->lane && !order->lane->connected) {
        order->lane->connected = true;
        cvx_lane_pump(order->lane);
    }
}

void cvx_order_send(struct cvx_order *order)
{
    const struct cvx_api_options *options = order->api->options;
    struct cvx_http_request *r = &order->request;

    cvx_order_enter(order, CVX_ORDER_SENT);
    cvx_http_reply_done(&order->reply);
    order->sends++;
    if (order->lane) { /* pages are no calls */
        order->api->counts.attempts++;
        order->api->counts.repeated += order->repeat;
    }
    order->repeat = false;
    memset(r, 0, sizeof(*r));
    r->arg = order;
    r->on_done = on_reply;
    r->on_sent = on_sent;
    r->connect_timeout_ns = 10 * CVX_NS_PER_S;
    r->log = order->api->env.debug_external ? &order->call->task->log : NULL;
    if (order->lane) {
        r->url = order->lane->url;
        r->headers = (const char *const *)order->api->headers;
        r->body = &order->body;
        r->timeout_ns = (int64_t)(options->timeout_s * (double)CVX_NS_PER_S) *
                        cvx_aimd_timeout_scale(&order->lane->aimd);
        r->max_body = CVX_CHAT_REPLY_MAX;
    } else {
        static const char *const none[] = {"Accept: text/html, text/plain;q=0.9", NULL};

        r->url = order->call->url;
        r->headers = none;
        r->timeout_ns = 10 * CVX_NS_PER_S;
        r->max_body = CVX_PAGE_MAX;
        r->redirects = 5;
        r->forbid_private = order->call->linked;
    }
    cvx_api_http_send(order->api, r);
}

void cvx_order_cancel(struct cvx_order *order)
{
    if (order->cancel)
        return;
    order->cancel = true;
    switch (order->state) {
    case CVX_ORDER_SENT:
        cvx_api_http_cancel(order->api, &order->request);
        break;
    case CVX_ORDER_QUEUED:
    case CVX_ORDER_BACKOFF:
    case CVX_ORDER_JOINED:
        cvx_order_abandon(order);
        break;
    case CVX_ORDER_OPENING:
    case CVX_ORDER_REBUILDING:
        cvx_pool_cancel(order->api->env.pool, &order->job);
        break;
    case CVX_ORDER_JUDGING: /* its answer is there: it is stored, and told */
    case CVX_ORDER_ENDED:
        break;
    }
}
