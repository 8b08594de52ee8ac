/* The loop and the pool of engine/ on a clock of the test's: linked in their place, one
 * thread, no descriptor, no waiting. A timer fires when the test moves the clock to it; a job
 * runs when the test lets the world settle. Thread: the test's. */
#ifndef CVX_TEST_FAKE_LOOP_H
#define CVX_TEST_FAKE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"
#include "pool.h"

/* Runs deferred calls and jobs until there are none. */
void fake_loop_settle(struct cvx_loop *loop);
/* Settles, then moves the clock by `ns`, firing each timer at its time. */
void fake_loop_advance(struct cvx_loop *loop, int64_t ns);
/* Settles, then moves the clock to the earliest timer; false when none is set. */
bool fake_loop_step(struct cvx_loop *loop);
/* While held no job is begun: they wait in the queue. */
void fake_pool_hold(struct cvx_pool *pool, bool hold);

#endif
