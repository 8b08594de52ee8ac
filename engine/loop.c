/* The event loop on libevent. See loop.h for the rules; nothing else includes event2/.
 *
 * The base is made without locks: the only thing that other threads share with it is an
 * eventfd, which needs none. Deferred calls are a list of ours, drained by one event that
 * is activated when the list stops being empty. */
#include "loop.h"

#include <assert.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/event_struct.h>

#include <cvextract/mem.h>

struct cvx_loop {
    struct event_base *base;
    struct event *drain;              /* active while deferred calls wait */
    struct cvx_deferred *head, *tail; /* waiting for the next round */
    struct cvx_deferred *now_head;    /* the round that is being run */
    int64_t (*clock)(void *arg);
    void *clock_arg;
};

struct cvx_timer {
    struct event *event;
    void (*on_fire)(void *arg);
    void *arg;
};

struct cvx_watch {
    struct event *event;
    void (*on_readable)(void *arg);
    void *arg;
};

/* Connections come and go by the thousand: the event lies in its owner, one allocation. */
struct cvx_io {
    struct event event;
    struct cvx_loop *loop;
    int fd;
    unsigned want;
    void (*on_ready)(void *arg, int fd, unsigned what);
    void *arg;
};

static int64_t clock_monotonic(void *arg)
{
    struct timespec ts;

    (void)arg;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * CVX_NS_PER_S + ts.tv_nsec;
}

/* A deferred call waits in one of two lists: the round being run, or the next one. */
static void loop_unlink(struct cvx_loop *loop, struct cvx_deferred *d)
{
    if (d->prev)
        d->prev->next = d->next;
    else if (d == loop->now_head)
        loop->now_head = d->next;
    else
        loop->head = d->next;
    if (d->next)
        d->next->prev = d->prev;
    else if (d == loop->tail)
        loop->tail = d->prev;
    d->next = d->prev = NULL;
    d->queued = false;
}

/* One round: what is deferred meanwhile waits for the next, so that nothing starves. */
static void loop_drain(evutil_socket_t fd, short what, void *arg)
{
    struct cvx_loop *loop = arg;

    (void)fd;
    (void)what;
    loop->now_head = loop->head;
    loop->head = loop->tail = NULL;
    while (loop->now_head) {
        struct cvx_deferred *d = loop->now_head;

        loop_unlink(loop, d);
        d->call(d);
    }
}

/* libevent says a word on stderr and ends the process when it cannot have the descriptors of
 * a base (poll, timer, a pair for signals): whether they are to be had is tried first. */
static bool descriptors_left(void)
{
    int fds[4], n = 0;

    while (n < 4) {
        fds[n] = eventfd(0, EFD_CLOEXEC);
        if (fds[n] < 0)
            break;
        n++;
    }
    for (int i = 0; i < n; i++)
        close(fds[i]);
    return n == 4;
}

static struct event_base *base_new(bool precise)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;

    if (!config)
        return NULL;
    if (event_config_set_flag(config,
                              EVENT_BASE_FLAG_NOLOCK |
                                  (precise ? EVENT_BASE_FLAG_PRECISE_TIMER : 0)) == 0)
        base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

int cvx_loop_new(bool precise, struct cvx_loop **ret, struct cvx_err *err)
{
    struct cvx_loop *loop = cvx_zalloc(sizeof(*loop));
    int rc = CVX_OK;

    if (!loop)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the event loop");
    loop->clock = clock_monotonic;
    if (descriptors_left())
        loop->base = base_new(precise);
    if (!loop->base) {
        rc = cvx_fail(err, CVX_EIO, "cannot make an event base");
        goto out;
    }
    loop->drain = event_new(loop->base, -1, 0, loop_drain, loop);
    if (!loop->drain) {
        rc = cvx_fail(err, CVX_ENOMEM, "no memory for the event loop");
        goto out;
    }
    *ret = loop;
    loop = NULL;
out:
    cvx_loop_free(loop);
    return rc;
}

void cvx_loop_free(struct cvx_loop *loop)
{
    if (!loop)
        return;
    assert(!loop->head && !loop->now_head);
    if (loop->drain)
        event_free(loop->drain);
    if (loop->base)
        event_base_free(loop->base);
    cvx_free(loop);
}

void cvx_loop_run(struct cvx_loop *loop)
{
    /* With nothing pending the loop would return at once; the owner breaks it instead, so
     * that "nothing to wait for" is a visible hang of a test, never a silent early end. */
    event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void cvx_loop_break(struct cvx_loop *loop)
{
    event_base_loopbreak(loop->base);
}

int64_t cvx_loop_cpu_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (int64_t)ts.tv_sec * CVX_NS_PER_S + ts.tv_nsec;
}

int64_t cvx_loop_now(const struct cvx_loop *loop)
{
    return loop->clock(loop->clock_arg);
}

void cvx_loop_set_clock(struct cvx_loop *loop, int64_t (*now)(void *arg), void *arg)
{
    loop->clock = now ? now : clock_monotonic;
    loop->clock_arg = arg;
}

static void timer_fire(evutil_socket_t fd, short what, void *arg)
{
    struct cvx_timer *timer = arg;

    (void)fd;
    (void)what;
    timer->on_fire(timer->arg);
}

int cvx_timer_new(struct cvx_loop *loop, void (*on_fire)(void *arg), void *arg,
                  struct cvx_timer **ret, struct cvx_err *err)
{
    struct cvx_timer *timer = cvx_zalloc(sizeof(*timer));

    if (!timer)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a timer");
    timer->on_fire = on_fire;
    timer->arg = arg;
    timer->event = evtimer_new(loop->base, timer_fire, timer);
    if (!timer->event) {
        cvx_free(timer);
        return cvx_fail(err, CVX_ENOMEM, "no memory for a timer");
    }
    *ret = timer;
    return CVX_OK;
}

void cvx_timer_start(struct cvx_timer *timer, int64_t delay_ns)
{
    struct timeval tv;

    if (delay_ns < 0)
        delay_ns = 0;
    /* Rounded up: a timer may be late, never early. */
    delay_ns += 999;
    tv.tv_sec = (time_t)(delay_ns / CVX_NS_PER_S);
    tv.tv_usec = (suseconds_t)(delay_ns % CVX_NS_PER_S / 1000);
    /* libevent counts from the time it cached when the loop woke up. */
    event_base_update_cache_time(event_get_base(timer->event));
    event_add(timer->event, &tv);
}

void cvx_timer_stop(struct cvx_timer *timer)
{
    event_del(timer->event);
}

void cvx_timer_free(struct cvx_timer *timer)
{
    if (!timer)
        return;
    event_free(timer->event);
    cvx_free(timer);
}

static void watch_fire(evutil_socket_t fd, short what, void *arg)
{
    struct cvx_watch *watch = arg;

    (void)fd;
    (void)what;
    watch->on_readable(watch->arg);
}

int cvx_watch_new(struct cvx_loop *loop, int fd, void (*on_readable)(void *arg),
                  void *arg, struct cvx_watch **ret, struct cvx_err *err)
{
    struct cvx_watch *watch = cvx_zalloc(sizeof(*watch));

    if (!watch)
        return cvx_fail(err, CVX_ENOMEM, "no memory to watch a descriptor");
    watch->on_readable = on_readable;
    watch->arg = arg;
    watch->event = event_new(loop->base, fd, EV_READ | EV_PERSIST, watch_fire, watch);
    if (!watch->event || event_add(watch->event, NULL) != 0) {
        cvx_watch_free(watch);
        return cvx_fail(err, CVX_EIO, "cannot watch descriptor %d", fd);
    }
    *ret = watch;
    return CVX_OK;
}

void cvx_watch_free(struct cvx_watch *watch)
{
    if (!watch)
        return;
    if (watch->event)
        event_free(watch->event);
    cvx_free(watch);
}

static void io_fire(evutil_socket_t fd, short what, void *arg)
{
    struct cvx_io *io = arg;
    unsigned ready =
        (what & EV_READ ? CVX_IO_READ : 0) | (what & EV_WRITE ? CVX_IO_WRITE : 0);

    io->on_ready(io->arg, fd, ready); /* may free io */
}

int cvx_io_new(struct cvx_loop *loop, int fd,
               void (*on_ready)(void *arg, int fd, unsigned what), void *arg,
               struct cvx_io **ret, struct cvx_err *err)
{
    struct cvx_io *io = cvx_zalloc(sizeof(*io));

    if (!io)
        return cvx_fail(err, CVX_ENOMEM, "no memory to watch a descriptor");
    io->loop = loop;
    io->fd = fd;
    io->on_ready = on_ready;
    io->arg = arg;
    *ret = io;
    return CVX_OK;
}

int cvx_io_want(struct cvx_io *io, unsigned what, struct cvx_err *err)
{
    short flags = (short)(EV_PERSIST | (what & CVX_IO_READ ? EV_READ : 0) |
                          (what & CVX_IO_WRITE ? EV_WRITE : 0));

    if (what == io->want)
        return CVX_OK;
    /* An event may only be assigned anew while it is not pending. */
    if (io->want)
        event_del(&io->event);
    io->want = 0;
    if (what == 0)
        return CVX_OK;
    if (event_assign(&io->event, io->loop->base, io->fd, flags, io_fire, io) != 0 ||
        event_add(&io->event, NULL) != 0)
        return cvx_fail(err, CVX_EIO, "cannot watch descriptor %d", io->fd);
    io->want = what;
    return CVX_OK;
}

void cvx_io_free(struct cvx_io *io)
{
    if (!io)
        return;
    if (io->want)
        event_del(&io->event);
    cvx_free(io);
}

void cvx_loop_defer(struct cvx_loop *loop, struct cvx_deferred *deferred)
{
    if (deferred->queued)
        return;
    deferred->queued = true;
    deferred->next = NULL;
    deferred->prev = loop->tail;
    if (loop->tail)
        loop->tail->next = deferred;
    else
        loop->head = deferred;
    loop->tail = deferred;
    event_active(loop->drain, 0, 0);
}

void cvx_loop_undefer(struct cvx_loop *loop, struct cvx_deferred *deferred)
{
    if (deferred->queued)
        loop_unlink(loop, deferred);
}
