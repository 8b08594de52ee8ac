/* A scripted caller. */
#include "caller.h"

#include <assert.h>
#include <string.h>

static unsigned next_random(struct test_caller *c)
{
    c->seed = c->seed * 1664525u + 1013904223u;
    return c->seed >> 8;
}

static void turn(struct cvx_deferred *deferred)
{
    struct test_caller *c =
        (struct test_caller *)((char *)deferred - offsetof(struct test_caller, turn));
    struct cvx_call *call;
    size_t i;

    if (c->n_waiting == 0)
        return;
    /* Wait for company, but not for ever: two rounds in which nobody came are enough. */
    if (c->n_waiting < c->hold && c->quiet++ < 2) {
        cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
        return;
    }
    i = next_random(c) % c->n_waiting;
    call = c->waiting[i];
    if (call->reply.attempts < c->retries_each) {
        call->reply.attempts++;
        c->retried++;
        cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
        return;
    }
    c->waiting[i] = c->waiting[--c->n_waiting];
    if (c->n_waiting)
        cvx_loop_defer(c->loop(c->loop_arg), &c->turn);
    call->reply.attempts++;
    call->reply.status = 200;
    call->verdict = c->verdict;
    if (call->verdict != CVX_VERDICT_ACCEPTED)
        cvx_fail(&call->err, CVX_EIO, "the server said no");
    c->answered++;
    call->on_done(call);
}

static void send_call(struct cvx_caller *caller, struct cvx_call *call)
{
    struct test_caller *c = (struct test_caller *)caller;

    assert(c->n_waiting < CALLER_MAX);
    c->waiting[c->n_waiting++] = call;
    c->sent++;
    c->quiet = 0;
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
