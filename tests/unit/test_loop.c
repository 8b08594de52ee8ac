/* The loop: timers, deferred calls in their order and rounds, descriptors, the clock seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "loop.h"

struct note {
    struct cvx_deferred deferred; /* first */
    struct trail *trail;
    char letter;
    struct note *then; /* deferred from inside the call */
    struct note *undo; /* taken back from inside the call */
};

struct trail {
    struct cvx_loop *loop;
    char text[64];
    size_t len, stop_at;
};

static void write_letter(struct trail *t, char letter)
{
    t->text[t->len++] = letter;
    t->text[t->len] = '\0';
    if (t->len == t->stop_at)
        cvx_loop_break(t->loop);
}

static void note_call(struct cvx_deferred *deferred)
{
    struct note *note = (struct note *)deferred;

    if (note->then)
        cvx_loop_defer(note->trail->loop, &note->then->deferred);
    if (note->undo)
        cvx_loop_undefer(note->trail->loop, &note->undo->deferred);
    write_letter(note->trail, note->letter);
}

static void make_notes(struct trail *t, struct note *notes, size_t count)
{
    struct cvx_err err;

    memset(t, 0, sizeof(*t));
    assert_int_equal(cvx_loop_new(true, &t->loop, &err), CVX_OK);
    memset(notes, 0, count * sizeof(*notes));
    for (size_t i = 0; i < count; i++) {
        notes[i].deferred.call = note_call;
        notes[i].trail = t;
        notes[i].letter = (char)('a' + (char)i);
    }
}

static void test_deferred_order_and_rounds(void **state)
{
    struct trail t;
    struct note n[4];

    (void)state;
    make_notes(&t, n, 4);
    t.stop_at = 4;
    n[0].then = &n[3]; /* comes after b and c: they are of this round */
    for (size_t i = 0; i < 3; i++) {
        cvx_loop_defer(t.loop, &n[i].deferred);
        cvx_loop_defer(t.loop, &n[i].deferred); /* twice is once */
    }
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "abcd");
    cvx_loop_free(t.loop);
}

static void test_undefer_everywhere(void **state)
{
    static const struct {
        size_t by, whom;
        const char *expect;
    } cases[] = {
        /* from inside the round, whom of the same round: head, middle, last */
        {0, 1, "acde"},
        {0, 2, "abde"},
        {0, 4, "abcd"},
        {2, 3, "abce"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct trail t;
        struct note n[5];

        make_notes(&t, n, 5);
        t.stop_at = 4;
        n[cases[i].by].undo = &n[cases[i].whom];
        for (size_t k = 0; k < 5; k++)
            cvx_loop_defer(t.loop, &n[k].deferred);
        cvx_loop_run(t.loop);
        assert_string_equal(t.text, cases[i].expect);
        cvx_loop_free(t.loop);
    }
}

static void test_undefer_before_the_round(void **state)
{
    struct trail t;
    struct note n[3];

    (void)state;
    make_notes(&t, n, 3);
    t.stop_at = 1;
    for (size_t i = 0; i < 3; i++)
        cvx_loop_defer(t.loop, &n[i].deferred);
    cvx_loop_undefer(t.loop, &n[0].deferred);
    cvx_loop_undefer(t.loop, &n[2].deferred);
    cvx_loop_undefer(t.loop, &n[2].deferred);
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "b");
    cvx_loop_free(t.loop);
}

static void on_timer_a(void *arg)
{
    write_letter(arg, 'a');
}

static void on_timer_b(void *arg)
{
    write_letter(arg, 'b');
}

static void on_timer_c(void *arg)
{
    write_letter(arg, 'c');
}

static void test_timers_fire_once_and_never_early(void **state)
{
    struct trail t = {.stop_at = 2};
    struct cvx_timer *a = NULL, *b = NULL, *c = NULL;
    struct cvx_err err;
    int64_t began;

    (void)state;
    assert_int_equal(cvx_loop_new(true, &t.loop, &err), CVX_OK);
    assert_int_equal(cvx_timer_new(t.loop, on_timer_a, &t, &a, &err), CVX_OK);
    assert_int_equal(cvx_timer_new(t.loop, on_timer_b, &t, &b, &err), CVX_OK);
    assert_int_equal(cvx_timer_new(t.loop, on_timer_c, &t, &c, &err), CVX_OK);
    began = cvx_loop_now(t.loop);
    cvx_timer_start(b, 20 * CVX_NS_PER_MS);
    cvx_timer_start(a, 5 * CVX_NS_PER_MS);
    cvx_timer_start(c, 1 * CVX_NS_PER_MS);
    cvx_timer_stop(c);
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "ab");
    assert_true(cvx_loop_now(t.loop) - began >= 20 * CVX_NS_PER_MS);
    cvx_timer_free(a);
    cvx_timer_free(b);
    cvx_timer_free(c);
    cvx_timer_free(NULL);
    cvx_loop_free(t.loop);
}

struct readable {
    struct trail *trail;
    int fd;
};

static void on_readable(void *arg)
{
    struct readable *r = arg;
    uint64_t count = 0;

    assert_int_equal(read(r->fd, &count, sizeof(count)), sizeof(count));
    write_letter(r->trail, (char)('0' + (char)count));
}

static void test_watch(void **state)
{
    struct trail t = {.stop_at = 1};
    struct readable r = {.trail = &t, .fd = eventfd(0, EFD_NONBLOCK)};
    struct cvx_watch *watch = NULL;
    struct cvx_err err;
    const uint64_t one = 1;

    (void)state;
    assert_int_equal(cvx_loop_new(true, &t.loop, &err), CVX_OK);
    assert_int_equal(cvx_watch_new(t.loop, r.fd, on_readable, &r, &watch, &err), CVX_OK);
    assert_int_equal(write(r.fd, &one, sizeof(one)), sizeof(one));
    assert_int_equal(write(r.fd, &one, sizeof(one)), sizeof(one));
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "2"); /* both writes, one call */
    cvx_watch_free(watch);
    close(r.fd);
    cvx_loop_free(t.loop);
}

struct ready {
    struct trail *trail;
    struct cvx_io *io;
    unsigned want_next; /* from inside on_ready */
    bool free_it;
};

static void on_ready(void *arg, int fd, unsigned what)
{
    struct ready *r = arg;
    struct cvx_err err;
    char byte;

    if (what & CVX_IO_READ)
        assert_int_equal(read(fd, &byte, 1), 1);
    if (r->free_it) {
        cvx_io_free(r->io);
        r->io = NULL;
    } else {
        assert_int_equal(cvx_io_want(r->io, r->want_next, &err), CVX_OK);
    }
    write_letter(r->trail, (char)('0' + (char)what));
}

static void io_make(struct trail *t, struct ready *r, int fds[2])
{
    struct cvx_err err;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    assert_int_equal(cvx_loop_new(true, &t->loop, &err), CVX_OK);
    assert_int_equal(cvx_io_new(t->loop, fds[0], on_ready, r, &r->io, &err), CVX_OK);
    r->trail = t;
}

static void io_done(struct trail *t, struct ready *r, int fds[2])
{
    cvx_io_free(r->io);
    close(fds[0]);
    close(fds[1]);
    cvx_loop_free(t->loop);
}

/* What is wanted is what is told; wishes change from inside the callback too. */
static void test_io_wishes(void **state)
{
    static const struct {
        unsigned want, next;
        size_t turns;
        const char *expect;
    } cases[] = {
        {CVX_IO_READ, CVX_IO_READ, 2, "11"},
        {CVX_IO_WRITE, CVX_IO_WRITE, 2, "22"},
        {CVX_IO_READ | CVX_IO_WRITE, CVX_IO_WRITE, 2, "32"},
        {CVX_IO_WRITE, CVX_IO_READ, 3, "211"},
        {CVX_IO_READ, CVX_IO_READ | CVX_IO_WRITE, 2, "13"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct trail t = {.stop_at = cases[i].turns};
        struct ready r = {.want_next = cases[i].next};
        struct cvx_err err;
        int fds[2];

        io_make(&t, &r, fds);
        assert_int_equal(write(fds[1], "two", 2), 2);
        assert_int_equal(cvx_io_want(r.io, cases[i].want, &err), CVX_OK);
        assert_int_equal(cvx_io_want(r.io, cases[i].want, &err), CVX_OK);
        cvx_loop_run(t.loop);
        assert_string_equal(t.text, cases[i].expect);
        io_done(&t, &r, fds);
    }
}

/* With no wish nothing comes, whatever there is to read. */
static void test_io_wants_nothing(void **state)
{
    struct trail t = {.stop_at = 1};
    struct ready r = {0};
    struct cvx_timer *timer = NULL;
    struct cvx_err err;
    int fds[2];

    (void)state;
    io_make(&t, &r, fds);
    assert_int_equal(cvx_timer_new(t.loop, on_timer_a, &t, &timer, &err), CVX_OK);
    assert_int_equal(write(fds[1], "x", 1), 1);
    assert_int_equal(cvx_io_want(r.io, CVX_IO_READ, &err), CVX_OK);
    assert_int_equal(cvx_io_want(r.io, 0, &err), CVX_OK);
    cvx_timer_start(timer, 5 * CVX_NS_PER_MS);
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "a");
    cvx_timer_free(timer);
    io_done(&t, &r, fds);
}

static void test_io_frees_itself(void **state)
{
    struct trail t = {.stop_at = 1};
    struct ready r = {.free_it = true};
    struct cvx_err err;
    int fds[2];

    (void)state;
    io_make(&t, &r, fds);
    assert_int_equal(cvx_io_want(r.io, CVX_IO_WRITE, &err), CVX_OK);
    cvx_loop_run(t.loop);
    assert_string_equal(t.text, "2");
    assert_null(r.io);
    io_done(&t, &r, fds);
    cvx_io_free(NULL);
}

static void keep_quiet(int severity, const char *message)
{
    (void)severity;
    (void)message;
}

/* What cannot be polled is refused, and may be given back. */
static void test_io_refused(void **state)
{
    struct trail t = {0};
    struct ready r = {.trail = &t};
    struct cvx_err err;
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)state;
    event_set_log_callback(keep_quiet);
    assert_int_equal(cvx_loop_new(true, &t.loop, &err), CVX_OK);
    assert_int_equal(cvx_io_new(t.loop, fd, on_ready, &r, &r.io, &err), CVX_OK);
    assert_int_equal(cvx_io_want(r.io, CVX_IO_READ, &err), CVX_EIO);
    assert_int_equal(cvx_io_want(r.io, 0, &err), CVX_OK);
    cvx_io_free(r.io);
    close(fd);
    cvx_loop_free(t.loop);
    event_set_log_callback(NULL);
}

static int64_t fixed_clock(void *arg)
{
    return *(const int64_t *)arg;
}

static void test_clock_seam(void **state)
{
    struct cvx_loop *loop = NULL;
    struct cvx_err err;
    int64_t now = 42;

    (void)state;
    assert_int_equal(cvx_loop_new(true, &loop, &err), CVX_OK);
    cvx_loop_set_clock(loop, fixed_clock, &now);
    assert_int_equal(cvx_loop_now(loop), 42);
    now = 43;
    assert_int_equal(cvx_loop_now(loop), 43);
    cvx_loop_set_clock(loop, NULL, NULL);
    assert_true(cvx_loop_now(loop) > 43);
    cvx_loop_free(loop);
    cvx_loop_free(NULL);
}

/* Too few descriptors are an error to be told: libevent itself would end the process. */
static void test_few_descriptors(void **state)
{
    struct rlimit keep, few;
    int next = eventfd(0, 0);
    bool refused = false, made = false;

    (void)state;
    assert_true(next >= 0);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &keep), 0);
    few = keep;
    for (unsigned room = 0; room < 10; room++) {
        struct cvx_loop *loop = NULL;
        struct cvx_err err;
        int rc;

        few.rlim_cur = (rlim_t)next + room;
        setrlimit(RLIMIT_NOFILE, &few);
        rc = cvx_loop_new(room % 2 == 0, &loop, &err);
        setrlimit(RLIMIT_NOFILE, &keep);
        assert_true(rc == CVX_OK || rc == CVX_EIO);
        refused = refused || rc == CVX_EIO;
        made = made || rc == CVX_OK;
        cvx_loop_free(loop);
    }
    assert_true(refused && made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deferred_order_and_rounds),
        cmocka_unit_test(test_undefer_everywhere),
        cmocka_unit_test(test_undefer_before_the_round),
        cmocka_unit_test(test_timers_fire_once_and_never_early),
        cmocka_unit_test(test_watch),
        cmocka_unit_test(test_clock_seam),
        cmocka_unit_test(test_io_wishes),
        cmocka_unit_test(test_io_wants_nothing),
        cmocka_unit_test(test_io_frees_itself),
        cmocka_unit_test(test_io_refused),
        cmocka_unit_test(test_few_descriptors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
