/* Owns the clocks of the benchmarks. */
#include "meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t system_ns(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_stime.tv_sec * 1000000000 + usage.ru_stime.tv_usec * 1000;
}

void cvx_meter_start(struct cvx_meter *meter)
{
    meter->system_ns = system_ns();
    meter->wall_ns = now_ns(CLOCK_MONOTONIC);
    meter->self_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
    meter->cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void cvx_meter_stop(struct cvx_meter *meter)
{
    meter->cpu_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID) - meter->cpu_ns;
    meter->self_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - meter->self_ns;
    meter->wall_ns = now_ns(CLOCK_MONOTONIC) - meter->wall_ns;
    meter->system_ns = system_ns() - meter->system_ns;
}

long cvx_meter_peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

void cvx_meter_print(const struct cvx_meter *meter, const char *what, size_t files,
                     unsigned threads, const char *more)
{
    double per = files > 0 ? 1e3 * (double)files : 1e3;

    printf("{\"what\":\"%s\",\"files\":%zu,\"threads\":%u,\"wall_us\":%.2f,"
           "\"cpu_us\":%.2f,\"self_us\":%.2f,\"system_us\":%.2f,\"wall_s\":%.4f,"
           "\"cpu_s\":%.4f,\"rss_kib\":%ld%s%s}\n",
           what, files, threads, (double)meter->wall_ns / per,
           (double)meter->cpu_ns / per, (double)meter->self_ns / per,
           (double)meter->system_ns / per, (double)meter->wall_ns / 1e9,
           (double)meter->cpu_ns / 1e9, cvx_meter_peak_kib(), *more ? "," : "", more);
}

unsigned cvx_meter_number(const char *text, unsigned max)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end || value > max)
        return 0;
    return (unsigned)value;
}
