/* The jobs of a call: its answer looked up and its body built, built anew, its answer stored
 * and judged. The job_* functions run on a worker and touch this order, its call and that
 * call's task alone; the rest is the loop's. */
#include "order.h"

bool cvx_order_ready(struct cvx_order *order)
{
    return order->call->ready &&
           order->call->ready(order->call, &order->profile, &order->body);
}

/* On a worker: is the answer there already? Else the body for the server as known now. */
static void job_open(struct cvx_order *order)
{
    struct cvx_call *call = order->call;
    int rc = cvx_cache_get(&order->api->env.cache, call->kind, &order->key, &call->reply,
                           &order->hit, &order->err);

    if (!rc && !order->hit && call->build && !cvx_order_ready(order))
        rc = call->build(call, &order->profile, &order->body, &order->err);
    order->verdict = rc ? CVX_VERDICT_FAILED : CVX_VERDICT_NONE;
}

static void job_build(struct cvx_order *order)
{
    cvx_buf_clear(&order->body);
    order->verdict = CVX_VERDICT_NONE;
    if (order->call->build(order->call, &order->profile, &order->body, &order->err))
        order->verdict = CVX_VERDICT_FAILED;
}

/* The answer led nowhere, and those that led to it neither. */
static void reject(const struct cvx_order *order)
{
    const struct cvx_cache *cache = &order->api->env.cache;
    const struct cvx_call *call = order->call;

    cvx_cache_reject(cache, call->kind, &order->key);
    for (unsigned i = 0; order->lane && i < call->n_earlier; i++) {
        struct cvx_hash key = cvx_order_key(&call->earlier[i], order->lane->url);

        cvx_cache_reject(cache, call->kind, &key);
    }
}

/* A call is completed when its whole answer is stored, before anything else is done. */
static void job_judge(struct cvx_order *order)
{
    struct cvx_call *call = order->call;
    int rc = CVX_OK;

    if (!order->hit)
        rc = cvx_cache_put(&order->api->env.cache, call->kind, &order->key, &call->reply,
                           &order->err);
    order->verdict = rc ? CVX_VERDICT_FAILED
                        : call->judge(call->task, call, &order->usage, &order->err);
    if (order->verdict == CVX_VERDICT_FAILED && !rc)
        reject(order);
}

static void job_run(struct cvx_job *job)
{
    struct cvx_order *order =
        (struct cvx_order *)((char *)job - offsetof(struct cvx_order, job));

    if (order->what == CVX_ORDER_OPEN)
        job_open(order);
    else if (order->what == CVX_ORDER_BUILD)
        job_build(order);
    else
        job_judge(order);
}

void cvx_order_opened(struct cvx_order *order)
{
    if (order->hit)
        cvx_order_work(order, CVX_ORDER_JUDGE);
    else if (order->lane)
        cvx_lane_opened(order);
    else if (order->api->draining)
        cvx_order_abandon(order);
    else if (!cvx_order_too_late(order))
        cvx_order_send(order);
}

static void job_done(struct cvx_job *job)
{
    struct cvx_order *order =
        (struct cvx_order *)((char *)job - offsetof(struct cvx_order, job));

    order->call->cpu_ns += job->cpu_ns;
    cvx_order_weigh(order);
    if (order->what == CVX_ORDER_JUDGE) {
        /* Paid for and stored: whoever canceled it meanwhile, the answer was faster. */
        cvx_lane_judged(order);
    } else if (order->cancel || job->canceled) {
        cvx_order_abandon(order);
    } else if (order->verdict == CVX_VERDICT_FAILED) {
        cvx_order_end(order, CVX_VERDICT_FAILED, NULL);
    } else if (order->what == CVX_ORDER_OPEN) {
        cvx_order_opened(order);
    } else {
        cvx_lane_opened(order);
    }
}

void cvx_order_work(struct cvx_order *order, enum cvx_order_job what)
{
    if (what == CVX_ORDER_JUDGE)
        cvx_order_enter(order, CVX_ORDER_JUDGING);
    else if (what == CVX_ORDER_BUILD)
        cvx_order_enter(order, CVX_ORDER_REBUILDING);
    cvx_err_init(&order->err);
    order->what = what;
    order->job.run = job_run;
    order->job.done = job_done;
    /* Its document is in memory already, and an answer holds tokens until it is judged. */
    order->job.urgent = true;
    cvx_pool_submit(order->api->env.pool, &order->job);
}
