/* The parts that every generated package has alike: what a Word file carries beside its
 * text. Made once, then shared by all packages. Thread: any. */
#ifndef CVX_BENCH_GEN_PARTS_H
#define CVX_BENCH_GEN_PARTS_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_gen_part {
    char name[48]; /* as in the package */
    struct cvx_buf bytes;
};

#define CVX_GEN_PARTS_MAX 40

struct cvx_gen_parts {
    struct cvx_gen_part items[CVX_GEN_PARTS_MAX];
    size_t count;
};

/* CVX_ENOMEM; *ret is to be released then too. */
int cvx_gen_parts_make(struct cvx_gen_parts *ret, struct cvx_err *err);
void cvx_gen_parts_done(struct cvx_gen_parts *parts);

#endif
