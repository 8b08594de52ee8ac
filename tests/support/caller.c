/* A scripted caller. */
#include "caller.h"

#include <assert.h>
#include <string.h>

static unsigned next_random(struct test_caller *c)
{
    c->seed = c->seed * 1664525u + 1013904223u;
    return c->seed >> 8;
}

/* Whether a call that a file makes may be answered now. */
static bool enough(const struct test_caller *c)
{
    return c->n_files >= (c->hold < c->expected ? c->hold : c->expected);
}

static bool pick(struct test_caller *c, size_t *ret)
{
    size_t start = next_random(c) % c->n_waiting;

    for (size_t k = 0; k < c->n_waiting; k++) {
        *ret = (start + k) % c->n_waiting;
        if (c->waiting[*ret]->model || enough(c))
            return true;
    }
    return false;
}

static void answer(struct test_caller *c, size_t i)
{
    struct cvx_call *call = c->waiting[i];

    c->waiting[i] = c->waiting[--c->n_waiting];
    if (!call->model) {
        c->n_files--;
        if (c->expected)
            c->expected--;
    }
    call->reply.attempts++;
    call->reply.status = 200;
    call->verdict = c->verdict;
    if (call->verdict != CVX_VERDICT_ACCEPTED)
        cvx_fail(&call->err, CVX_EIO, "the server said no");
    c->answered++;
    call->on_done(call);
}

static void turn(struct cvx_deferred *deferred)
{
    struct test_caller *c =
        (struct test_caller *)((char *)deferred - offsetof(struct test_caller, turn));
    size_t i;

    if (c->n_waiting == 0 || !pick(c, &i))
        return;
    if (c->n_waiting > 1 || c->waiting[i]->reply.attempts < c->retries_each)
        cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
    if (c->waiting[i]->reply.attempts < c->retries_each) {
        c->waiting[i]->reply.attempts++;
        c->retried++;
        return;
    }
    answer(c, i);
}

static void send_call(struct cvx_caller *caller, struct cvx_call *call)
{
    struct test_caller *c = (struct test_caller *)caller;

    assert(c->n_waiting < CALLER_MAX);
    c->waiting[c->n_waiting++] = call;
    c->sent++;
    c->n_files += call->model == NULL;
    if (c->n_waiting > c->max_waiting)
        c->max_waiting = c->n_waiting;
    c->turn.call = turn;
    cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
}

static void cancel_call(struct cvx_caller *caller, struct cvx_call *call)
{
    struct test_caller *c = (struct test_caller *)caller;

    (void)call;
    /* It ends like any other, from the loop; what matters is that it ends. */
    c->canceled++;
    c->hold = 0;
    cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
}

void test_caller_init(struct test_caller *c, struct cvx_loop *(*loop)(void *), void *arg)
{
    memset(c, 0, sizeof(*c));
    c->caller.send = send_call;
    c->caller.cancel = cancel_call;
    c->loop = loop;
    c->loop_arg = arg;
    c->seed = 1;
    c->verdict = CVX_VERDICT_ACCEPTED;
}
