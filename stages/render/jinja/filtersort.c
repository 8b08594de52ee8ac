/* The sort that the filters use: runs found, binary insertion, and merges. See
 * filtersort.h. */
#include "render/jinja/filtersort.h"

#include <string.h>

/* Up to here Python's sort is binary insertion after the first run. */
#define RUN ((size_t)63)

struct sorter {
    struct cvx_rt *rt;
    cvx_filtersort_less *less;
    const void *ctx;
    struct cvx_filtersort_item *spare; /* half as long as the items */
};

int cvx_filtersort_less_key(struct cvx_rt *rt, const void *ctx,
                            const struct cvx_filtersort_item *a,
                            const struct cvx_filtersort_item *b, bool *ret)
{
    (void)ctx;
    return cvx_compare_order(rt, CVX_LT, a->keys[0], b->keys[0], ret);
}

static int less(const struct sorter *s, const struct cvx_filtersort_item *a,
                const struct cvx_filtersort_item *b, bool *ret)
{
    return s->less(s->rt, s->ctx, a, b, ret);
}

static void turn_round(struct cvx_filtersort_item *items, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct cvx_filtersort_item item = items[i];
        items[i] = items[n - 1 - i];
        items[n - 1 - i] = item;
    }
}

/* How many from the first on are in order; those strictly falling are turned round. */
static int first_run(const struct sorter *s, struct cvx_filtersort_item *items, size_t n,
                     size_t *ret)
{
    size_t run = n < 2 ? n : 2;
    bool falling = false, below = false;
    int rc = n < 2 ? CVX_OK : less(s, &items[1], &items[0], &falling);
    while (!rc && run >= 2 && run < n) {
        rc = less(s, &items[run], &items[run - 1], &below);
        if (rc || below != falling)
            break;
        run++;
    }
    if (rc)
        return rc;
    if (falling)
        turn_round(items, run);
    *ret = run;
    return CVX_OK;
}

static int insertion_sort(const struct sorter *s, struct cvx_filtersort_item *items,
                          size_t n)
{
    size_t start = 0;
    int rc = first_run(s, items, n, &start);
    for (; !rc && start < n; start++) {
        struct cvx_filtersort_item pivot = items[start];
        size_t low = 0, high = start;
        while (!rc && low < high) {
            size_t mid = low + (high - low) / 2;
            bool before = false;
            rc = less(s, &pivot, &items[mid], &before);
            if (before)
                high = mid;
            else
                low = mid + 1;
        }
        if (rc)
            return rc;
        memmove(items + low + 1, items + low, (start - low) * sizeof(*items));
        items[low] = pivot;
    }
    return rc;
}

/* The first n_a and the rest are in order each. */
static int merge(const struct sorter *s, struct cvx_filtersort_item *items, size_t n_a,
                 size_t n)
{
    bool before = false;
    int rc = less(s, &items[n_a], &items[n_a - 1], &before);
    if (rc || !before)
        return rc;
    memcpy(s->spare, items, n_a * sizeof(*items));
    size_t a = 0, b = n_a, to = 0;
    while (a < n_a && b < n) {
        rc = less(s, &items[b], &s->spare[a], &before);
        if (rc)
            return rc;
        items[to++] = before ? items[b++] : s->spare[a++];
    }
    memcpy(items + to, s->spare + a, (n_a - a) * sizeof(*items));
    return CVX_OK;
}

/* Merges sorted pieces of `piece` items, doubling it, until one is left. */
static int sort_all(const struct sorter *s, struct cvx_filtersort_item *items, size_t n)
{
    int rc = CVX_OK;
    for (size_t at = 0; !rc && at < n; at += RUN)
        rc = insertion_sort(s, items + at, n - at < RUN ? n - at : RUN);
    for (size_t piece = RUN; !rc && piece < n; piece *= 2)
        for (size_t at = 0; !rc && n - at > piece; at += 2 * piece) {
            size_t both = n - at < 2 * piece ? n - at : 2 * piece;
            rc = merge(s, items + at, piece, both);
            if (n - at <= 2 * piece)
                break;
        }
    return rc;
}

int cvx_filtersort_run(struct cvx_rt *rt, struct cvx_filtersort_item *items, size_t n,
                       bool reverse, cvx_filtersort_less *less_fn, const void *ctx)
{
    struct sorter s = {.rt = rt, .less = less_fn, .ctx = ctx};
    if (n > RUN) {
        s.spare = cvx_heap_array(rt->heap, n, sizeof(*items));
        if (!s.spare)
            return cvx_value_no_memory(rt);
    }
    /* Turned round before and after, so that equal ones keep their order. */
    if (reverse)
        turn_round(items, n);
    int rc = sort_all(&s, items, n);
    if (!rc && reverse)
        turn_round(items, n);
    return rc;
}
