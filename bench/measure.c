/* Runs a program again and again; tells what it needed: median times, greatest memory.
 *
 *     bench_measure [-r RUNS] [-d FOLDER] [-w WHAT] PROGRAM [ARGUMENTS]
 *
 * The program's standard output is dropped. FOLDER is removed before each run, outside the
 * measured time. A run that does not end with status 0 ends the measurement in failure. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cvextract/err.h>

#include "meter.h"
#include "tree.h"

#define RUNS_MAX 1000u

struct sample {
    double wall_ms, cpu_ms;
};

static void become(char **argv)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0)
        execvp(argv[0], argv);
    fprintf(stderr, "bench_measure: '%s': %s\n", argv[0], strerror(errno));
    _exit(127);
}

static double ms_of(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* What one run took; its peak memory in *peak_kib when that is greater. */
static int run_once(char **argv, struct sample *ret, long *peak_kib)
{
    struct cvx_meter meter;
    struct rusage usage;
    int status;

    cvx_meter_start(&meter);
    pid_t child = fork();
    if (child == 0)
        become(argv);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        fprintf(stderr, "bench_measure: cannot run '%s': %s\n", argv[0], strerror(errno));
        return -1;
    }
    cvx_meter_stop(&meter);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench_measure: '%s' failed (wait status %d)\n", argv[0], status);
        return -1;
    }
    *ret = (struct sample){(double)meter.wall_ns / 1e6,
                           ms_of(usage.ru_utime) + ms_of(usage.ru_stime)};
    if (usage.ru_maxrss > *peak_kib)
        *peak_kib = usage.ru_maxrss;
    return 0;
}

static int by_wall(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;

    return (x->wall_ms > y->wall_ms) - (x->wall_ms < y->wall_ms);
}

static int by_cpu(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;

    return (x->cpu_ms > y->cpu_ms) - (x->cpu_ms < y->cpu_ms);
}

static int measure(unsigned runs, const char *folder, const char *what, char **argv)
{
    struct sample samples[RUNS_MAX];
    long peak_kib = 0;
    struct cvx_err err;

    for (unsigned i = 0; i < runs; i++) {
        if (folder && cvx_tree_remove(folder, &err)) {
            fprintf(stderr, "bench_measure: %s\n", cvx_err_root(&err));
            return 1;
        }
        if (run_once(argv, &samples[i], &peak_kib))
            return 1;
    }
    qsort(samples, runs, sizeof(samples[0]), by_wall);
    double wall = samples[runs / 2].wall_ms;
    qsort(samples, runs, sizeof(samples[0]), by_cpu);
    printf("{\"what\":\"%s\",\"runs\":%u,\"wall_ms\":%.3f,\"cpu_ms\":%.3f,"
           "\"rss_kib\":%ld}\n",
           what, runs, wall, samples[runs / 2].cpu_ms, peak_kib);
    return 0;
}

static int usage(void)
{
    fputs("usage: bench_measure [-r RUNS] [-d FOLDER] [-w WHAT] PROGRAM [ARGUMENTS]\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *folder = NULL, *what = "run";
    unsigned runs = 1;
    int option;

    while ((option = getopt(argc, argv, "+r:d:w:")) != -1) {
        if (option == 'r')
            runs = cvx_meter_number(optarg, RUNS_MAX);
        else if (option == 'd')
            folder = optarg;
        else if (option == 'w')
            what = optarg;
        else
            return usage();
    }
    if (runs == 0 || optind == argc)
        return usage();
    return measure(runs, folder, what, argv + optind);
}
