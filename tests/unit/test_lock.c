/* The lock on a target: who is let in, who is named, how a death is told from an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"
#include "scratch.h"
#include "unprivileged.h"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    assert_int_equal(chdir(g_scratch.root), 0);
    assert_int_equal(chmod(g_scratch.root, 0755), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

static struct cvx_lock *take(const char *target, bool exclusive, bool want_unclean)
{
    struct cvx_lock *lock = NULL;
    bool unclean = !want_unclean;
    struct cvx_err err;

    cvx_err_init(&err);
    if (cvx_lock_acquire(target, exclusive, &lock, &unclean, &err) != CVX_OK)
        fail_msg("lock: %s", cvx_err_root(&err));
    assert_int_equal(unclean, want_unclean);
    return lock;
}

static void assert_refused(const char *target, bool exclusive, int rc,
                           const char *message)
{
    struct cvx_lock *lock = NULL;
    bool unclean = true;
    char text[1024];
    struct cvx_err err;

    cvx_err_init(&err);
    assert_int_equal(cvx_lock_acquire(target, exclusive, &lock, &unclean, &err), rc);
    assert_string_equal(cvx_err_text(&err, text, sizeof(text)), message);
    assert_null(lock);
    assert_true(unclean);
}

/* A process that holds the lock until it is told to go. */
struct holder {
    pid_t pid;
    int go; /* a byte = release and end; closed = end at once */
};

static struct holder holder_start(const char *target, bool exclusive)
{
    struct holder holder;
    int go[2], ready[2];
    char c = 0;

    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    holder.pid = fork();
    assert_true(holder.pid >= 0);
    if (holder.pid == 0) {
        struct cvx_lock *lock = NULL;
        bool unclean;
        int rc = cvx_lock_acquire(target, exclusive, &lock, &unclean, NULL);

        c = rc == CVX_OK ? 'y' : 'n';
        close(go[1]);
        if (write(ready[1], &c, 1) == 1 && read(go[0], &c, 1) == 1)
            cvx_lock_release(lock);
        _exit(0);
    }
    close(go[0]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    close(ready[0]);
    holder.go = go[1];
    return holder;
}

static void holder_end(struct holder holder, bool clean)
{
    if (clean)
        assert_int_equal(write(holder.go, "x", 1), 1);
    else
        assert_int_equal(kill(holder.pid, SIGKILL), 0);
    assert_int_equal(waitpid(holder.pid, NULL, 0), holder.pid);
    close(holder.go);
}

static void test_alone_and_again(void **state)
{
    struct stat st;
    struct cvx_lock *lock;

    (void)state;
    lock = take("a/out", true, false);
    assert_int_equal(stat("a/out/.cvextract", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat("a/out/.cvextract/lock", &st), 0);
    assert_true(st.st_size > 0);
    cvx_lock_release(lock);
    assert_int_equal(stat("a/out/.cvextract/lock", &st), 0);
    assert_int_equal(st.st_size, 0);
    cvx_lock_release(take("a/out/", true, false));
    cvx_lock_release(NULL);
}

static void test_refusals_name_the_holder(void **state)
{
    static const struct {
        bool held, asked;
    } cases[] = {{true, true}, {true, false}, {false, true}};
    char want[128];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct holder holder = holder_start("out", cases[i].held);

        snprintf(want, sizeof(want), "another run (pid %ld) holds out/",
                 (long)holder.pid);
        assert_refused("out///", cases[i].asked, CVX_EBUSY, want);
        assert_refused("out", cases[i].asked, CVX_EBUSY, want);
        holder_end(holder, true);
        cvx_lock_release(take("out", cases[i].asked, false));
    }
}

/* The pid that is written may be that of one who died; the one who holds is named. */
static void test_the_living_is_named(void **state)
{
    struct holder dead = holder_start("out", true), living;
    char want[128];

    (void)state;
    holder_end(dead, false);
    living = holder_start("out", false);
    snprintf(want, sizeof(want), "another run (pid %ld) holds out/", (long)living.pid);
    assert_refused("out", true, CVX_EBUSY, want);
    holder_end(living, true);
}

static void test_within_one_process(void **state)
{
    static const bool held[] = {true, false};
    char want[128];

    (void)state;
    snprintf(want, sizeof(want), "another run (pid %ld) holds out/", (long)getpid());
    for (size_t i = 0; i < 2; i++) {
        struct cvx_lock *lock = take("out", held[i], false);

        assert_refused("out", true, CVX_EBUSY, want);
        cvx_lock_release(lock);
    }
    cvx_lock_release(take("out", true, false));
}

static void test_sharers(void **state)
{
    struct cvx_lock *first = take("out", false, false),
                    *second = take("out", false, false);
    struct holder third = holder_start("out", false);
    struct cvx_lock *lock = NULL;
    bool unclean;

    (void)state;
    cvx_lock_release(first);
    assert_int_equal(cvx_lock_acquire("out", true, &lock, &unclean, NULL), CVX_EBUSY);
    holder_end(third, true);
    assert_int_equal(cvx_lock_acquire("out", true, &lock, &unclean, NULL), CVX_EBUSY);
    cvx_lock_release(second);
    cvx_lock_release(take("out", true, false));
}

static void test_unclean_ends(void **state)
{
    static const bool how[] = {true, false};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        holder_end(holder_start("out", how[i]), false);
        /* Sharers neither hear of it nor wipe it out. */
        cvx_lock_release(take("out", false, false));
        /* Nor does one who hears of it and dies too. */
        holder_end(holder_start("out", true), false);
        cvx_lock_release(take("out", true, true));
        cvx_lock_release(take("out", true, false));
    }
}

static void test_sharers_that_died_among_others(void **state)
{
    struct holder dead = holder_start("out", false), living = holder_start("out", false);

    (void)state;
    holder_end(dead, false);
    holder_end(living, true);
    cvx_lock_release(take("out", true, true));
    cvx_lock_release(take("out", true, false));
}

static void test_not_inherited(void **state)
{
    struct cvx_lock *lock = take("out", true, false);
    DIR *dir = opendir("/proc/self/fd");
    const struct dirent *entry;
    int open_on_exec = 0;

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        char target[512] = "";
        int fd = (int)strtol(entry->d_name, NULL, 10);

        if (readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) > 0 &&
            strstr(target, ".cvextract") && !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
            open_on_exec++;
    }
    closedir(dir);
    assert_int_equal(open_on_exec, 0);
    cvx_lock_release(lock);
}

static void test_odd_targets(void **state)
{
    (void)state;
    scratch_write(&g_scratch, "file", "x", 1);
    assert_refused("file", true, CVX_EIO, "target is not a folder: file");
    assert_refused("file/out", true, CVX_EIO,
                   "target file/out/: cannot make the folder file/out: Not a directory");
    scratch_write(&g_scratch, "t1/.cvextract", "x", 1);
    assert_refused("t1", true, CVX_EIO, "cannot open the lock of t1/: Not a directory");
    assert_int_equal(mkdir("t2", 0755), 0);
    assert_int_equal(symlink("../elsewhere", "t2/.cvextract"), 0);
    assert_int_equal(mkdir("elsewhere", 0755), 0);
    assert_refused("t2", true, CVX_EIO, "cannot open the lock of t2/: Not a directory");
    assert_int_equal(access("elsewhere/lock", F_OK), -1);
    scratch_write(&g_scratch, "precious", "x", 1);
    assert_int_equal(mkdir("t3", 0755), 0);
    assert_int_equal(mkdir("t3/.cvextract", 0700), 0);
    assert_int_equal(symlink("../../precious", "t3/.cvextract/lock"), 0);
    assert_refused("t3", true, CVX_EIO,
                   "cannot open the lock of t3/: Too many levels of symbolic links");
    assert_int_equal(mkdir("t4", 0755), 0);
    assert_int_equal(mkdir("t4/.cvextract", 0700), 0);
    assert_int_equal(mkfifo("t4/.cvextract/lock", 0600), 0);
    assert_refused("t4", true, CVX_EIO, "t4/.cvextract/lock is not a regular file");
}

static void acquire_to(int fd, const void *arg)
{
    struct cvx_lock *lock;
    bool unclean;
    struct cvx_err err;
    char text[1024];

    cvx_err_init(&err);
    int rc = cvx_lock_acquire(arg, true, &lock, &unclean, &err);

    dprintf(fd, "%s: %s", cvx_rc_name((enum cvx_rc)rc),
            cvx_err_text(&err, text, sizeof(text)));
}

static void test_permissions(void **state)
{
    char got[2048];

    (void)state;
    assert_int_equal(mkdir("closed", 0555), 0);
    unprivileged_run(acquire_to, "closed", got, sizeof(got));
    assert_string_equal(got, "io: cannot write to the target closed/: Permission denied");
    unprivileged_run(acquire_to, "closed/out", got, sizeof(got));
    assert_string_equal(got, "io: target closed/out/: cannot make the folder closed/out: "
                             "Permission denied");
    assert_int_equal(mkdir("theirs", 0777), 0);
    assert_int_equal(chmod("theirs", 0777), 0);
    cvx_lock_release(take("theirs", true, false));
    if (geteuid() == 0) { /* else it is ours */
        unprivileged_run(acquire_to, "theirs", got, sizeof(got));
        assert_string_equal(got,
                            "io: cannot open the lock of theirs/: Permission denied");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_alone_and_again),
        TEST(test_refusals_name_the_holder),
        TEST(test_the_living_is_named),
        TEST(test_within_one_process),
        TEST(test_sharers),
        TEST(test_unclean_ends),
        TEST(test_sharers_that_died_among_others),
        TEST(test_not_inherited),
        TEST(test_odd_targets),
        TEST(test_permissions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
