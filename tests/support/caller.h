/* A scripted caller: stands where the API lane will, so that tests can drive stages that
 * make calls. Ends calls in an order shuffled from a seed; with `hold`, the calls that files
 * make (model NULL) wait until that many are there, or all that are still to come.
 * Thread: the loop's. */
#ifndef TEST_CALLER_H
#define TEST_CALLER_H

#include <stdbool.h>
#include <stddef.h>

#include "task.h"

#define CALLER_MAX 4096

struct test_caller {
    struct cvx_caller caller; /* first */
    struct cvx_loop *(*loop)(void *arg);
    void *loop_arg;
    struct cvx_deferred turn;
    struct cvx_call *waiting[CALLER_MAX];
    size_t n_waiting, n_files; /* of them, made by files */
    size_t hold, expected;     /* calls by files over the whole run */
    unsigned seed;
    /* Each call fails transiently this often before it is answered: the states SENT and
     * BACKOFF of a call, of which its stage and file see nothing. */
    unsigned retries_each;
    /* Answers with this verdict in the end. */
    enum cvx_verdict verdict;
    size_t sent, canceled, answered, retried, max_waiting;
};

void test_caller_init(struct test_caller *c, struct cvx_loop *(*loop)(void *), void *arg);

#endif
