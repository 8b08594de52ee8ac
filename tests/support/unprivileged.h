/* Runs a piece of a test in a child that permissions bind: root ignores modes. The child
 * asserts nothing; it writes what it found, and the test compares. Thread: the test's. */
#ifndef CVX_TEST_UNPRIVILEGED_H
#define CVX_TEST_UNPRIVILEGED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNPRIVILEGED_ID 65534

/* body writes to fd; what it wrote is left in ret, with a NUL. */
static inline void unprivileged_run(void (*body)(int fd, const void *arg),
                                    const void *arg, char *ret, size_t size)
{
    int ends[2], status = 0;
    size_t len = 0;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        if (geteuid() == 0 &&
            (setgroups(0, NULL) != 0 ||
             setresgid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID) != 0 ||
             setresuid(UNPRIVILEGED_ID, UNPRIVILEGED_ID, UNPRIVILEGED_ID) != 0))
            _exit(99);
        body(ends[1], arg);
        _exit(0);
    }
    close(ends[1]);
    for (;;) {
        ssize_t n = read(ends[0], ret + len, size - 1 - len);

        if (n <= 0)
            break;
        len += (size_t)n;
    }
    ret[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#endif
