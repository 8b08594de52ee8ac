/* What a generated CV says: an invented person's data, from a seed alone. Thread: any;
 * the struct is plain memory. */
#ifndef CVX_BENCH_GEN_TEXT_H
#define CVX_BENCH_GEN_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define CVX_GEN_JOBS 3
#define CVX_GEN_BULLETS 4
#define CVX_GEN_LINE 512
#define CVX_GEN_SECTIONS 7

/* SplitMix64: the same numbers everywhere. */
struct cvx_gen_text {
    uint64_t state;
};

struct cvx_gen_job {
    char heading[CVX_GEN_LINE], description[CVX_GEN_LINE], environment[CVX_GEN_LINE];
    char bullets[CVX_GEN_BULLETS][CVX_GEN_LINE];
    unsigned n_bullets;
};

struct cvx_gen_cv {
    char title[128], first[64], last[64];
    char overview[1024];
    struct cvx_gen_job jobs[CVX_GEN_JOBS];
    unsigned n_jobs;
    char sidebar[CVX_GEN_SECTIONS][CVX_GEN_LINE]; /* items, joined by ", " */
};

/* The titles of the sidebar's sections, in the order of cvx_gen_cv.sidebar. */
extern const char *const cvx_gen_text_sections[CVX_GEN_SECTIONS];

uint64_t cvx_gen_text_next(struct cvx_gen_text *text);
/* 0 .. n-1. */
unsigned cvx_gen_text_below(struct cvx_gen_text *text, unsigned n);
/* The person with this number: no two have the same texts. */
void cvx_gen_text_cv(struct cvx_gen_text *text, size_t number, struct cvx_gen_cv *ret);

#endif
