/* The event loop: timers, deferred calls, readable descriptors, on libevent.
 *
 * One thread owns a loop and everything that hangs on it; nothing here locks. What other
 * threads want to tell comes through an eventfd that the loop watches (pool.c, run.c).
 * Failure: making things can fail, using them afterwards cannot (cvx_io_want() excepted, which
 * names a descriptor of somebody else's to the system). */
#ifndef CVX_LOOP_H
#define CVX_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <cvextract/err.h>

struct cvx_loop;
struct cvx_timer;
struct cvx_watch;

#define CVX_NS_PER_S INT64_C(1000000000)
#define CVX_NS_PER_MS INT64_C(1000000)

/* precise: timers to the microsecond, for pacing calls; costs a system call a turn. Else to
 * the millisecond or so, and never early. */
int cvx_loop_new(bool precise, struct cvx_loop **ret, struct cvx_err *err);
/* Everything made on the loop must be gone before. NULL is fine. */
void cvx_loop_free(struct cvx_loop *loop);

/* Runs callbacks until cvx_loop_break(). */
void cvx_loop_run(struct cvx_loop *loop);
/* Makes cvx_loop_run() return after the callback that is running. */
void cvx_loop_break(struct cvx_loop *loop);

/* CLOCK_MONOTONIC in ns, read now (not the loop's cached time). */
int64_t cvx_loop_now(const struct cvx_loop *loop);
/* CPU time of the calling thread, ns; any thread. */
int64_t cvx_loop_cpu_now(void);
/* Test seam: another clock for cvx_loop_now(); NULL = the real one. */
void cvx_loop_set_clock(struct cvx_loop *loop, int64_t (*now)(void *arg), void *arg);

/* A timer fires once per start; starting it again moves it. */
int cvx_timer_new(struct cvx_loop *loop, void (*on_fire)(void *arg), void *arg,
                  struct cvx_timer **ret, struct cvx_err *err);
void cvx_timer_start(struct cvx_timer *timer, int64_t delay_ns);
void cvx_timer_stop(struct cvx_timer *timer);
void cvx_timer_free(struct cvx_timer *timer);

/* Calls on_readable on the loop whenever fd can be read (level-triggered). The descriptor
 * stays the caller's. */
int cvx_watch_new(struct cvx_loop *loop, int fd, void (*on_readable)(void *arg),
                  void *arg, struct cvx_watch **ret, struct cvx_err *err);
void cvx_watch_free(struct cvx_watch *watch);

/* A descriptor watched for what its owner wants at the moment (level-triggered): libcurl's
 * sockets. The descriptor stays the caller's and may be closed once the io is freed. */
struct cvx_io;
#define CVX_IO_READ 1u
#define CVX_IO_WRITE 2u
int cvx_io_new(struct cvx_loop *loop, int fd,
               void (*on_ready)(void *arg, int fd, unsigned what), void *arg,
               struct cvx_io **ret, struct cvx_err *err);
/* 0 = nothing, as after cvx_io_new(). CVX_EIO when the system refuses the descriptor: nothing
 * is watched then. */
int cvx_io_want(struct cvx_io *io, unsigned what, struct cvx_err *err);
/* NULL is fine, and so is a call from inside on_ready. */
void cvx_io_free(struct cvx_io *io);

/* A call that the loop makes after the present callback has returned: how a function that
 * already knows the answer keeps the rule that no callback fires before the call that
 * armed it has returned. Embedded in its owner, so that deferring cannot fail. Calls run
 * in the order in which they were deferred; those deferred by them run in the next round. */
struct cvx_deferred {
    struct cvx_deferred *next, *prev;
    void (*call)(struct cvx_deferred *deferred);
    bool queued;
};
/* Does nothing when it is queued already. */
void cvx_loop_defer(struct cvx_loop *loop, struct cvx_deferred *deferred);
/* Takes it back; fine when it is not queued. */
void cvx_loop_undefer(struct cvx_loop *loop, struct cvx_deferred *deferred);

#endif
