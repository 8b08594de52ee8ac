/* Runs a program with a terminal as its standard error, and its standard output too unless
 * -o names a file. Everything that the terminal is sent goes to TRANSCRIPT.
 *
 *   on_terminal [-o FILE] [-w COLUMNS] TRANSCRIPT COMMAND...
 *
 * Exits as the program did, 128 + n when signal n ended it. */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOOL_BROKEN = 125, RUN_SECONDS = 120 };

static void die(const char *what)
{
    fprintf(stderr, "on_terminal: %s: %s\n", what, strerror(errno));
    exit(TOOL_BROKEN);
}

static void child(const char *out, char **command)
{
    if (out) {
        int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666);

        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
            _exit(TOOL_BROKEN);
        close(fd);
    }
    execvp(command[0], command);
    _exit(127);
}

/* Until the last holder of the terminal has closed it: read() then says EIO. */
static void copy(int terminal, int transcript)
{
    char chunk[4096];

    for (;;) {
        ssize_t n = read(terminal, chunk, sizeof(chunk));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        if (write(transcript, chunk, (size_t)n) != n)
            die("transcript");
    }
}

int main(int argc, char **argv)
{
    struct winsize size = {.ws_row = 25, .ws_col = 100};
    const char *out = NULL;
    int c, terminal = -1, transcript, status = 0;
    pid_t pid;

    while ((c = getopt(argc, argv, "+o:w:")) != -1) {
        if (c == 'o')
            out = optarg;
        else if (c == 'w')
            size.ws_col = (unsigned short)strtoul(optarg, NULL, 10);
        else
            return TOOL_BROKEN;
    }
    if (argc - optind < 2)
        return TOOL_BROKEN;
    transcript = open(argv[optind], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (transcript < 0)
        die(argv[optind]);
    pid = forkpty(&terminal, NULL, NULL, &size);
    if (pid < 0)
        die("forkpty");
    if (pid == 0)
        child(out, argv + optind + 1);
    alarm(RUN_SECONDS);
    copy(terminal, transcript);
    if (waitpid(pid, &status, 0) != pid)
        die("wait");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
