/* The console: what is printed, in which pieces, where the live line is, what happens when
 * the descriptor refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

#include <report.h>
#include <report/reporters.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RULE "============================================================\n"
#define ERASE "\r\x1b[K"

/* A console whose blocks can be read back one by one: each write is a packet. */
struct desk {
    struct cvx_console *console;
    struct fake_run run;
    int out[2], err[2];
    char text[8192];
};

static void desk_open(struct desk *d, struct cvx_console_options options)
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, d->out), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, d->err), 0);
    options.out = d->out[1];
    options.err_fd = d->err[1];
    d->console = cvx_console_new(&options);
    assert_non_null(d->console);
    d->run.reporter = cvx_console_reporter(d->console);
}

static const char *packet(int fd, char *text, size_t size)
{
    ssize_t n = recv(fd, text, size - 1, 0);

    if (n < 0)
        assert_int_equal(errno, EAGAIN);
    text[n < 0 ? 0 : n] = '\0';
    return text;
}

#define assert_block(d, want)                                                            \
    assert_string_equal(packet((d)->out[0], (d)->text, sizeof((d)->text)), (want))
#define assert_live(d, want)                                                             \
    assert_string_equal(packet((d)->err[0], (d)->text, sizeof((d)->text)), (want))

/* Nothing more was written than the test has seen. */
static void desk_close(struct desk *d)
{
    assert_int_equal(cvx_console_fault(d->console), 0);
    cvx_console_free(d->console);
    assert_block(d, "");
    assert_live(d, "");
    for (int i = 0; i < 2; i++) {
        close(d->out[i]);
        close(d->err[i]);
    }
}

static void log_fill(struct cvx_log *log)
{
    cvx_log_init(log, CVX_LEVEL_DEBUG);
    cvx_log_add(log, CVX_LEVEL_DEBUG, "reading");
    cvx_log_add(log, CVX_LEVEL_INFO, "extracting with\nan \x1b[31mextractor");
    cvx_log_add(log, CVX_LEVEL_WARNING, "odd");
    cvx_log_add(log, CVX_LEVEL_ERROR, "extract: no space");
}

static void err_fill(struct cvx_err *err)
{
    cvx_err_init(err);
    cvx_err_fail(err, CVX_ENOSPC, "engine/store.c", 120, "no space");
    cvx_err_wrap(err, "engine/file.c", 31, "cannot write a.json");
}

static const struct fake_file k_full = {.rel = "team/a.docx"};
static const struct fake_file k_partial = {
    .rel = "b.docx", .outcome = CVX_OUTCOME_PARTIAL, .issues = "warnings: odd"};
static const struct fake_file k_failed = {.rel = "c.docx",
                                          .outcome = CVX_OUTCOME_FAILED,
                                          .issues = "errors: extract: no space"};

static void test_minimal(void **state)
{
    struct desk d = {0};
    struct cvx_log log;
    struct cvx_err err;
    struct fake_file failed = k_failed;

    (void)state;
    desk_open(&d, (struct cvx_console_options){.level = CVX_LEVEL_NONE});
    log_fill(&log);
    err_fill(&err);
    failed.log = &log;
    failed.err = &err;
    fake_started(&d.run, true, 20);
    assert_block(&d, "Processing 20 files matching '*.docx' with 10 parallel workers\n");
    fake_log(&d.run, NULL, &log);
    fake_done(&d.run, &k_full);
    assert_block(&d, "✅ [ 1/20 |   5%] E:🟢·✅ team/a.docx\n");
    fake_tick(&d.run, 1);
    fake_done(&d.run, &k_partial);
    assert_block(&d, "⚠️ [ 2/20 |  10%] E:🟢·❎ b.docx | warnings: odd\n");
    fake_done(&d.run, &failed);
    assert_block(&d, "❌ [ 3/20 |  15%] E:❌·➖ c.docx | errors: extract: no space\n");
    fake_not_done(&d.run, 3, "d.docx");
    fake_ended(&d.run, NULL);
    assert_block(&d,
                 RULE "Completed: 2/20 files succeeded (1 full, 1 partial), 1 failed, "
                      "1 not done\n");
    cvx_log_done(&log);
    desk_close(&d);
}

/* The block of a file in a batch: one write, at the level asked for. */
static void test_blocks(void **state)
{
    static const char line[] =
        "FAIL [1/1 | 100%] E:FAIL/- c.docx | errors: extract: no space\n";
    static const struct {
        enum cvx_level level;
        bool causes;
        const char *want;
    } cases[] = {
        {CVX_LEVEL_NONE, false, ""},
        {CVX_LEVEL_INFO, false,
         "INFO: extracting with\nINFO: an \\x1b[31mextractor\nWARNING: odd\n"
         "ERROR: extract: no space\n"},
        {CVX_LEVEL_DEBUG, true,
         "DEBUG: reading\nINFO: extracting with\nINFO: an \\x1b[31mextractor\n"
         "WARNING: odd\nERROR: extract: no space\n"
         "DEBUG: failed: cannot write a.json (engine/file.c:31)\n"
         "DEBUG:   caused by: no space (engine/store.c:120)\n"},
    };
    struct cvx_log log;
    struct cvx_err err;

    (void)state;
    log_fill(&log);
    err_fill(&err);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk d = {0};
        struct fake_file failed = k_failed;
        char want[1024];

        desk_open(&d, (struct cvx_console_options){.level = cases[i].level,
                                                   .causes = cases[i].causes,
                                                   .ascii = true});
        assert_int_equal(d.run.reporter->log_level, cases[i].level);
        failed.log = &log;
        failed.err = &err;
        fake_started(&d.run, true, 1);
        packet(d.out[0], d.text, sizeof(d.text));
        fake_log(&d.run, "c.docx", &log);
        assert_block(&d, "");
        fake_done(&d.run, &failed);
        snprintf(want, sizeof(want), "%s%s", cases[i].want, line);
        assert_block(&d, want);
        desk_close(&d);
    }
    cvx_log_done(&log);
}

/* Records that belong to no file stand between blocks. */
static void test_run_records(void **state)
{
    struct desk d = {0};
    struct cvx_log log;

    (void)state;
    desk_open(&d, (struct cvx_console_options){.level = CVX_LEVEL_INFO});
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    cvx_log_add(&log, CVX_LEVEL_DEBUG, "unseen");
    cvx_log_add(&log, CVX_LEVEL_WARNING, "a stop\nwas asked for");
    fake_started(&d.run, true, 20);
    packet(d.out[0], d.text, sizeof(d.text));
    fake_log(&d.run, NULL, &log);
    assert_block(&d, "WARNING: a stop\nWARNING: was asked for\n");
    cvx_log_done(&log);
    desk_close(&d);
}

static void test_single(void **state)
{
    struct desk d = {0};
    struct cvx_log log;
    struct cvx_err err;
    struct fake_file failed = k_failed;

    (void)state;
    desk_open(&d, (struct cvx_console_options){.level = CVX_LEVEL_INFO, .causes = true});
    log_fill(&log);
    err_fill(&err);
    failed.log = &log;
    failed.err = &err;
    fake_started(&d.run, false, 1);
    assert_block(&d, "");
    fake_log(&d.run, "c.docx", &log);
    assert_block(&d, "INFO: extracting with\nINFO: an \\x1b[31mextractor\n");
    assert_block(&d, "WARNING: odd\n");
    assert_block(&d, "ERROR: extract: no space\n");
    fake_done(&d.run, &failed);
    assert_block(&d, "DEBUG: failed: cannot write a.json (engine/file.c:31)\n"
                     "DEBUG:   caused by: no space (engine/store.c:120)\n"
                     "❌ E:❌·➖ c.docx | errors: extract: no space\n");
    fake_ended(&d.run, NULL);
    assert_block(&d, "");
    cvx_log_done(&log);
    desk_close(&d);
}

static void test_stopped(void **state)
{
    static const char causes[] = "DEBUG: failed: cannot write a.json (engine/file.c:31)\n"
                                 "DEBUG:   caused by: no space (engine/store.c:120)\n";
    struct cvx_err err;

    (void)state;
    err_fill(&err);
    for (int i = 0; i < 4; i++) {
        bool parallel = i & 1, debug = i & 2;
        struct desk d = {0};
        char want[1024];

        desk_open(&d,
                  (struct cvx_console_options){.level = CVX_LEVEL_NONE, .causes = debug});
        fake_started(&d.run, parallel, 2);
        packet(d.out[0], d.text, sizeof(d.text));
        fake_ended(&d.run, &err);
        snprintf(want, sizeof(want), "Stopped: cannot write a.json: no space\n%s%s",
                 debug ? causes : "",
                 parallel ? RULE "Completed: 0/2 files succeeded (0 full, 0 partial), 0 "
                                 "failed\n"
                          : "");
        assert_block(&d, want);
        desk_close(&d);
    }
}

/* What the API side came to stands below the summary of a batch; an estimate is what a dry
 * run is for, of one file too. */
static void test_api(void **state)
{
    const struct cvx_figures figures = {
        .counts = {.calls = 2, .answered = 2, .attempts = 3},
        .bound = {.bound_s = 1, .binding = "CPU"},
        .wall_s = 1,
        .ratio = 1};
    const struct cvx_estimate estimate = {.calls = 2, .tokens_in = 30, .tokens_out = 20};
    static const char summary[] =
        RULE "Completed: 0/2 files succeeded (0 full, 0 partial), 0 failed\n";
    static const char stop[] = "Stopped calling the API: cannot write a.json\n";
    static const char causes[] = "DEBUG: failed: cannot write a.json (engine/file.c:31)\n"
                                 "DEBUG:   caused by: no space (engine/store.c:120)\n";
    static const char api[] =
        "API: 2 calls, 3 sends; bound 1.0 s (CPU), took 1.0 s: 1.00 "
        "of the best possible\n";
    static const char dry[] =
        "Dry run: 2 files would make 2 calls, about 30 tokens in and "
        "20 out (assumed: ";
    struct cvx_err err;

    (void)state;
    err_fill(&err);
    for (int i = 0; i < 32; i++) {
        bool parallel = i & 1, debug = i & 2, stopped = i & 4, used = i & 8, est = i & 16;
        struct desk d = {0};
        char want[1024];

        desk_open(&d,
                  (struct cvx_console_options){.level = CVX_LEVEL_NONE, .causes = debug});
        fake_started(&d.run, parallel, 2);
        packet(d.out[0], d.text, sizeof(d.text));
        fake_ended_api(&d.run, stopped ? &err : NULL, used ? &figures : NULL,
                       est ? &estimate : NULL);
        snprintf(want, sizeof(want), "%s%s%s%s%s", parallel ? summary : "",
                 parallel && stopped ? stop : "",
                 parallel && stopped && debug ? causes : "", parallel && used ? api : "",
                 est ? dry : "");
        packet(d.out[0], d.text, sizeof(d.text));
        /* The rest of the estimate is the line's own affair. */
        assert_int_equal(strncmp(d.text, want, strlen(want)), 0);
        assert_true(est || strlen(d.text) == strlen(want));
        assert_true(d.text[0] == '\0' || d.text[strlen(d.text) - 1] == '\n');
        desk_close(&d);
    }
}

/* What the engine builds for a console is what that console needs. */
static void test_mask(void **state)
{
    static const struct {
        enum cvx_level level;
        bool progress;
        unsigned more;
    } cases[] = {
        {CVX_LEVEL_NONE, false, 0},
        {CVX_LEVEL_NONE, true, CVX_EVENT_BIT(CVX_EVENT_TICK)},
        {CVX_LEVEL_INFO, false, CVX_EVENT_BIT(CVX_EVENT_LOG)},
        {CVX_LEVEL_DEBUG, true,
         CVX_EVENT_BIT(CVX_EVENT_LOG) | CVX_EVENT_BIT(CVX_EVENT_TICK)},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk d = {0};

        desk_open(&d, (struct cvx_console_options){.level = cases[i].level,
                                                   .progress = cases[i].progress});
        assert_int_equal(d.run.reporter->mask, cases[i].more |
                                                   CVX_EVENT_BIT(CVX_EVENT_RUN_STARTED) |
                                                   CVX_EVENT_BIT(CVX_EVENT_FILE_DONE) |
                                                   CVX_EVENT_BIT(CVX_EVENT_RUN_DONE));
        desk_close(&d);
    }
    cvx_console_free(NULL);
}

static void test_live(void **state)
{
    struct cvx_console_options options = {.level = CVX_LEVEL_INFO, .progress = true};
    struct desk d = {0};
    struct cvx_log log;

    (void)state;
    desk_open(&d, options);
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    cvx_log_add(&log, CVX_LEVEL_DEBUG, "unseen");
    fake_started(&d.run, true, 4);
    assert_block(&d, "Processing 4 files matching '*.docx' with 10 parallel workers\n");
    assert_live(&d, "");
    d.run.totals.in_flight = 2;
    fake_tick(&d.run, 1);
    assert_live(&d, ERASE "0/4 done | 0 failed | 2 in flight | elapsed 0:01");
    fake_tick(&d.run, 2);
    assert_live(&d, ERASE "0/4 done | 0 failed | 2 in flight | elapsed 0:02");
    /* Nothing printed, nothing erased. */
    fake_log(&d.run, NULL, &log);
    assert_live(&d, "");
    fake_done(&d.run, &k_full);
    assert_live(&d, ERASE);
    packet(d.out[0], d.text, sizeof(d.text));
    fake_done(&d.run, &k_full);
    assert_live(&d, "");
    packet(d.out[0], d.text, sizeof(d.text));
    fake_tick(&d.run, 4);
    assert_live(&d, ERASE "2/4 done | 0 failed | 2 in flight | elapsed 0:04 | ETA 0:04");
    fake_ended(&d.run, NULL);
    assert_live(&d, ERASE);
    packet(d.out[0], d.text, sizeof(d.text));
    desk_close(&d);

    options.color = true;
    desk_open(&d, options);
    fake_started(&d.run, false, 1);
    fake_tick(&d.run, 1);
    assert_live(&d,
                ERASE "\x1b[2m0/1 done | 0 failed | 0 in flight | elapsed 0:01\x1b[0m");
    /* A run that broke off. */
    cvx_console_free(d.console);
    assert_live(&d, ERASE);
    d.console = cvx_console_new(&options);
    cvx_log_done(&log);
    desk_close(&d);
}

/* A live line that cannot be shown is no fault of the run. */
static void test_live_lost(void **state)
{
    struct desk d = {0};

    (void)state;
    desk_open(&d,
              (struct cvx_console_options){.level = CVX_LEVEL_NONE, .progress = true});
    fake_started(&d.run, false, 1);
    close(d.err[0]);
    fake_tick(&d.run, 1);
    fake_tick(&d.run, 2);
    fake_done(&d.run, &k_full);
    assert_block(&d, "✅ E:🟢·✅ team/a.docx\n");
    fake_ended(&d.run, NULL);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, d.err), 0);
    desk_close(&d);
}

/* Both on one terminal: everything printed begins where the live line was erased. */
static void test_terminal(void **state)
{
    static const struct {
        unsigned short columns;
        const char *live;
    } cases[] = {
        {0, "1/20 done | 0 failed | 8 in flight | elapsed 1:40 | ETA 31:40"},
        {80, "1/20 done | 0 failed | 8 in flight | elapsed 1:40 | ETA 31:40"},
        {62, "1/20 done | 0 failed | 8 in flight | elapsed 1:40 | ETA 31:40"},
        {61, "1/20 done | 0 failed | 8 in flight | elapsed 1:40"},
        {12, "1/20 done"},
        {1, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct winsize size = {.ws_row = 25, .ws_col = cases[i].columns};
        struct termios raw;
        struct fake_run run = {0};
        char seen[1024], want[1024];
        int master, slave;

        memset(&raw, 0, sizeof(raw));
        cfmakeraw(&raw);
        assert_int_equal(openpty(&master, &slave, NULL, &raw, &size), 0);
        struct cvx_console *console = cvx_console_new(&(struct cvx_console_options){
            .out = slave, .err_fd = slave, .level = CVX_LEVEL_NONE, .progress = true});

        assert_non_null(console);
        run.reporter = cvx_console_reporter(console);
        fake_started(&run, true, 20);
        run.totals.full = 1;
        run.totals.in_flight = 8;
        fake_tick(&run, 100);
        fake_done(&run, &k_full);
        fake_ended(&run, NULL);
        cvx_console_free(console);
        snprintf(want, sizeof(want),
                 "Processing 20 files matching '*.docx' with 10 parallel workers\n" ERASE
                 "%s" ERASE "✅ [ 2/20 |  10%%] E:🟢·✅ team/a.docx\n" RULE
                 "Completed: 2/20 files succeeded (2 full, 0 partial), 0 failed\n",
                 cases[i].live);

        size_t len = 0;

        while (len < strlen(want)) {
            ssize_t n = read(master, seen + len, sizeof(seen) - 1 - len);

            assert_true(n > 0);
            len += (size_t)n;
        }
        seen[len] = '\0';
        assert_string_equal(seen, want);
        close(slave);
        close(master);
    }
}

static int broken_pipe(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    return ends[1];
}

static int full_device(void)
{
    return open("/dev/full", O_WRONLY | O_CLOEXEC);
}

static int closed_number(void)
{
    int fd = open("/dev/null", O_WRONLY);

    close(fd);
    return fd;
}

/* The first error is kept, and what might be written again later is not. */
static void test_faults(void **state)
{
    static const struct {
        int (*make)(void);
        int want;
    } cases[] = {
        {broken_pipe, EPIPE},
        {full_device, ENOSPC},
        {closed_number, EBADF},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fake_run run = {0};
        char text[64];
        int ends[2], fd;

        assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
        fd = cases[i].make();

        struct cvx_console *console = cvx_console_new(&(struct cvx_console_options){
            .out = fd, .err_fd = fd, .level = CVX_LEVEL_NONE});

        assert_non_null(console);
        run.reporter = cvx_console_reporter(console);
        assert_int_equal(cvx_console_fault(console), 0);
        fake_started(&run, true, 1);
        assert_int_equal(cvx_console_fault(console), cases[i].want);
        assert_int_equal(dup2(ends[1], fd), fd);
        fake_done(&run, &k_full);
        fake_ended(&run, NULL);
        assert_int_equal(cvx_console_fault(console), cases[i].want);
        assert_int_equal(read(ends[0], text, sizeof(text)), -1);
        assert_int_equal(errno, EAGAIN);
        cvx_console_free(console);
        close(ends[0]);
        close(ends[1]);
        close(fd);
    }
}

/* Reads all that comes, but lets the writer wait on a full pipe until signals have come. */
struct reader {
    int fd;
    char *data;
    size_t len, cap;
};

static sem_t g_alarms;
static atomic_bool g_over;

static void on_alarm(int signo)
{
    (void)signo;
    sem_post(&g_alarms);
}

/* From now on three alarms, of which the writer, before a full pipe by then, meets the last:
 * its write() is interrupted with nothing written. */
static void alarms_wait(void)
{
    while (sem_trywait(&g_alarms) == 0)
        continue;
    for (int i = 0; i < 3 && !g_over; i++)
        sem_wait(&g_alarms);
}

static void *reader_run(void *arg)
{
    struct reader *reader = arg;
    ssize_t n;

    do {
        size_t room = reader->cap - reader->len;

        alarms_wait();
        n = read(reader->fd, reader->data + reader->len, room < 65536 ? room : 65536);
        if (n > 0)
            reader->len += (size_t)n;
    } while (n > 0);
    return NULL;
}

/* Blocks SIGALRM in the thread that is made, so that the writer gets all of them. */
static pthread_t reader_start(struct reader *reader)
{
    sigset_t alarms, before;
    pthread_t thread;

    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    assert_int_equal(pthread_create(&thread, NULL, reader_run, reader), 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return thread;
}

static void interrupts_start(void)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval timer = {{0, 200}, {0, 200}};

    sem_init(&g_alarms, 0, 0);
    g_over = false;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Lets the reader run to its end. */
static void interrupts_stop(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    g_over = true;
    for (int i = 0; i < 3; i++)
        sem_post(&g_alarms);
}

#define BLOCKS 5
#define RECORDS 100
#define DIGITS 2000

/* Prints BLOCKS files into a pipe whose write end has these flags, with signals all the
 * while; the reader gets it all. */
static void print_through_pipe(int flags, struct reader *reader)
{
    struct fake_run run = {0};
    struct fake_file file = k_full;
    struct cvx_log log;
    pthread_t thread;
    int ends[2];

    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    for (int i = 0; i < RECORDS; i++)
        cvx_log_add(&log, CVX_LEVEL_INFO, "%02d %0*d", i, DIGITS, 0);
    file.log = &log;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
    reader->fd = ends[0];
    interrupts_start();
    thread = reader_start(reader);

    struct cvx_console *console = cvx_console_new(&(struct cvx_console_options){
        .out = ends[1], .err_fd = -1, .level = CVX_LEVEL_INFO});

    assert_non_null(console);
    run.reporter = cvx_console_reporter(console);
    fake_started(&run, true, BLOCKS);
    for (int i = 0; i < BLOCKS; i++)
        fake_done(&run, &file);
    interrupts_stop();
    assert_int_equal(cvx_console_fault(console), 0);
    cvx_console_free(console);
    close(ends[1]);
    pthread_join(thread, NULL);
    sem_destroy(&g_alarms);
    close(ends[0]);
    cvx_log_done(&log);
}

/* Returns what follows the block. */
static const char *assert_whole_block(const char *at, int block)
{
    char want[64];
    int n;

    for (int i = 0; i < RECORDS; i++) {
        n = snprintf(want, sizeof(want), "INFO: %02d 0", i);
        assert_memory_equal(at, want, (size_t)n);
        at += n - 1;
        assert_int_equal(strspn(at, "0"), DIGITS);
        at += DIGITS;
        assert_int_equal(*at++, '\n');
    }
    n = snprintf(want, sizeof(want), "✅ [%d/5 | %3d%%] E:🟢·✅ team/a.docx\n",
                 block, block * 20);
    assert_memory_equal(at, want, (size_t)n);
    return at + n;
}

/* Blocks of 200 KB through a pipe of 64 KiB, over a descriptor that waits and over one that
 * refuses to: whole, in order. */
static void test_whole(void **state)
{
    static const int flags[] = {0, O_NONBLOCK};

    (void)state;
    for (size_t i = 0; i < COUNT(flags); i++) {
        struct reader reader = {.cap = 2 * 1024 * 1024};
        const char *at;

        reader.data = calloc(reader.cap, 1);
        assert_non_null(reader.data);
        print_through_pipe(flags[i], &reader);
        at = memchr(reader.data, '\n', reader.len);
        assert_non_null(at);
        at++;
        for (int block = 1; block <= BLOCKS; block++)
            at = assert_whole_block(at, block);
        assert_int_equal(at - reader.data, reader.len);
        free(reader.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal),     cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_run_records), cmocka_unit_test(test_single),
        cmocka_unit_test(test_stopped),     cmocka_unit_test(test_api),
        cmocka_unit_test(test_mask),        cmocka_unit_test(test_live),
        cmocka_unit_test(test_live_lost),   cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_faults),      cmocka_unit_test(test_whole),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
