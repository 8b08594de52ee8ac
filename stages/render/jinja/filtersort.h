/* The sort behind the filters sort, groupby, dictsort, tojson and pprint.
 *
 * Thread: the session's worker. */
#ifndef CVX_JINJA_FILTERSORT_H
#define CVX_JINJA_FILTERSORT_H

#include "render/jinja/value.h"

struct cvx_filtersort_item {
    const struct cvx_value *keys; /* what the comparison looks at */
    struct cvx_value value;
};

/* Whether a comes before b. */
typedef int cvx_filtersort_less(struct cvx_rt *rt, const void *ctx,
                                const struct cvx_filtersort_item *a,
                                const struct cvx_filtersort_item *b, bool *ret);

/* Stable, also when reversed. Fewer than 64 items are compared in the very order in which
 * Python's sort compares them, so that values without an order (nan) end up in the same
 * places. Failure: that of less(), or memory; the items are then in some order. */
int cvx_filtersort_run(struct cvx_rt *rt, struct cvx_filtersort_item *items, size_t n,
                       bool reverse, cvx_filtersort_less *less, const void *ctx);

/* A less() for keys[0] alone: Python's `<`. */
int cvx_filtersort_less_key(struct cvx_rt *rt, const void *ctx,
                            const struct cvx_filtersort_item *a,
                            const struct cvx_filtersort_item *b, bool *ret);

#endif
