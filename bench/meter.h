/* What work costs this process: wall time, CPU time of all its threads, peak memory, and
 * the one line of JSON in which every program here reports them. Thread: the caller's. */
#ifndef CVX_BENCH_METER_H
#define CVX_BENCH_METER_H

#include <stddef.h>
#include <stdint.h>

struct cvx_meter {
    int64_t wall_ns, cpu_ns; /* start: the clocks then; stop: what passed since */
    int64_t self_ns;         /* of the CPU time, what the calling thread spent */
    int64_t system_ns;       /* of the CPU time, by the system's less exact account */
};

void cvx_meter_start(struct cvx_meter *meter);
void cvx_meter_stop(struct cvx_meter *meter);

/* Peak resident memory of this process so far, in KiB. */
long cvx_meter_peak_kib(void);

/* Writes {"what":...} to standard output: times in microseconds per file and in seconds.
 * `more` is further JSON members without braces, "" for none. */
void cvx_meter_print(const struct cvx_meter *meter, const char *what, size_t files,
                     unsigned threads, const char *more);

/* A number of an option's value: 0 when it is none, or over max. */
unsigned cvx_meter_number(const char *text, unsigned max);

#endif
