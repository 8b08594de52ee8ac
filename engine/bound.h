/* The lower bound on a run's wall time, and which limit set it (32-field-notes.md, b5).
 * Pure: figures in, figures out. Thread: any. */
#ifndef CVX_BOUND_H
#define CVX_BOUND_H

#include <stddef.h>

#include <cvextract/figures.h>

struct cvx_bound_input {
    size_t files;     /* that were processed */
    size_t in_flight; /* n */
    unsigned cpu_threads;
    double cpu_total_s;                    /* sum of a_i + r_i over files */
    double path_max_s;                     /* max of a_i + sum L_ij + r_i */
    double path_total_s;                   /* sum of the same */
    double first_cpu_min_s;                /* min a_i */
    double last_min_s;                     /* min of L_i,last + r_i */
    size_t calls;                          /* N, answered calls */
    double tokens;                         /* sum of u_ij */
    double rpm, tpm;                       /* 0 = none known */
    double bucket_requests, bucket_tokens; /* B_R, B_T: what could go at once */
};

void cvx_bound_compute(const struct cvx_bound_input *in, struct cvx_bound *ret);

#endif
