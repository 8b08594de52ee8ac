/* Runs a program with its standard output held on a short leash, and does something to it
 * once so many lines have come: what a shell cannot time.
 *
 *   drive [-o FILE] [-k LINES] [-s SIGNALS] [-c] [-m FILE] [-t SECONDS] COMMAND...
 *
 *   -o  the program's standard output goes there (default: nowhere)
 *   -k  act when so many lines have been read (0: at once when the first byte comes)
 *   -s  the act: these signals, in this order (INT,INT), each sent when the one before has
 *       been delivered
 *   -c  the act: close the reading end
 *   -p  bytes that the pipe takes, so that the program cannot run far ahead (default 4096)
 *   -m  peak resident memory in KiB goes there
 *   -t  kill after so many seconds (default 120) and exit 124
 *
 * Exits as the program did, 128 + n when signal n ended it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRIVE_BROKEN = 125, TIMED_OUT = 124, SIGNALS_MAX = 8, DELIVERY_POLLS = 20000 };

struct drive {
    int out; /* -1: nowhere */
    long lines;
    int signals[SIGNALS_MAX];
    int n_signals;
    bool close_early;
    int pipe_size;
    const char *memory;
    unsigned seconds;
};

static volatile sig_atomic_t g_timed_out;
static pid_t g_child;

static void die(const char *what)
{
    fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
    exit(DRIVE_BROKEN);
}

static void on_alarm(int signo)
{
    (void)signo;
    g_timed_out = 1;
    kill(g_child, SIGKILL);
}

static int signal_of(const char *name)
{
    static const struct {
        const char *name;
        int signo;
    } known[] = {{"INT", SIGINT}, {"TERM", SIGTERM}, {"KILL", SIGKILL}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(name, known[i].name) == 0)
            return known[i].signo;
    fprintf(stderr, "drive: no signal %s\n", name);
    exit(DRIVE_BROKEN);
}

static void read_signals(struct drive *drive, char *list)
{
    char *rest = list;

    for (char *name = strsep(&rest, ","); name; name = strsep(&rest, ",")) {
        if (drive->n_signals == SIGNALS_MAX)
            exit(DRIVE_BROKEN);
        drive->signals[drive->n_signals++] = signal_of(name);
    }
}

static void read_options(struct drive *drive, int argc, char **argv)
{
    int c;

    while ((c = getopt(argc, argv, "+o:k:s:cp:m:t:")) != -1) {
        if (c == 'o')
            drive->out = open(optarg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        else if (c == 'k')
            drive->lines = strtol(optarg, NULL, 10);
        else if (c == 's')
            read_signals(drive, optarg);
        else if (c == 'c')
            drive->close_early = true;
        else if (c == 'p')
            drive->pipe_size = (int)strtol(optarg, NULL, 10);
        else if (c == 'm')
            drive->memory = optarg;
        else if (c == 't')
            drive->seconds = (unsigned)strtoul(optarg, NULL, 10);
        else
            exit(DRIVE_BROKEN);
        if (c == 'o' && drive->out < 0)
            die(optarg);
    }
    if (optind == argc)
        exit(DRIVE_BROKEN);
}

/* The reading end. */
static int start(const struct drive *drive, char **command)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        die("pipe");
    /* The kernel rounds up to a page; where it refuses the leash is only longer. */
    (void)fcntl(ends[1], F_SETPIPE_SZ, drive->pipe_size);
    g_child = fork();
    if (g_child < 0)
        die("fork");
    if (g_child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    return ends[0];
}

/* Whether a signal sent to the child still waits to be delivered. Nothing is delivered to
 * one that has ended. */
static bool is_pending(void)
{
    char path[64], line[128];
    bool pending = false, ended = false;
    FILE *f;

    (void)snprintf(path, sizeof(path), "/proc/%ld/status", (long)g_child);
    f = fopen(path, "re");
    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, "ShdPnd:", 7) == 0 || strncmp(line, "SigPnd:", 7) == 0)
            pending = pending || strtoull(line + 7, NULL, 16) != 0;
        ended = ended || strncmp(line, "State:\tZ", 8) == 0;
    }
    if (f)
        fclose(f);
    return pending && !ended;
}

static void send_signals(const struct drive *drive)
{
    for (int i = 0; i < drive->n_signals; i++) {
        kill(g_child, drive->signals[i]);
        for (int poll = 0; poll < DELIVERY_POLLS && is_pending(); poll++)
            usleep(100);
    }
}

static void put(int fd, const char *data, size_t len)
{
    while (fd >= 0 && len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0)
            die("write");
        data += n;
        len -= (size_t)n;
    }
}

/* Reads to the end, acts on the way. Small reads: no line is taken before its turn. */
static void follow(const struct drive *drive, int fd)
{
    char chunk[64];
    long lines = 0;
    bool acted = drive->lines < 0;

    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        put(drive->out, chunk, (size_t)n);
        for (ssize_t i = 0; i < n; i++)
            lines += chunk[i] == '\n';
        if (acted || lines < drive->lines)
            continue;
        acted = true;
        send_signals(drive);
        if (drive->close_early)
            break;
    }
    close(fd);
}

static int end(const struct drive *drive)
{
    struct rusage usage;
    int status = 0;

    while (wait4(g_child, &status, 0, &usage) < 0)
        if (errno != EINTR)
            die("wait");
    if (drive->memory) {
        FILE *f = fopen(drive->memory, "we");

        if (!f || fprintf(f, "%ld\n", usage.ru_maxrss) < 0 || fclose(f) != 0)
            die(drive->memory);
    }
    if (g_timed_out)
        return TIMED_OUT;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    struct drive drive = {.out = -1, .lines = -1, .pipe_size = 4096, .seconds = 120};
    struct sigaction alarmed = {.sa_handler = on_alarm};
    int fd;

    read_options(&drive, argc, argv);
    sigaction(SIGALRM, &alarmed, NULL);
    fd = start(&drive, argv + optind);
    alarm(drive.seconds);
    follow(&drive, fd);
    return end(&drive);
}
