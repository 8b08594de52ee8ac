/* Distinct runs of bytes in the order in which they first came: a list and a hash table
 * over one store. Adding costs constant time whoever chose the bytes (the seed of the
 * hash is secret). Thread: the holder. Ownership: the holder, who calls
 * cvx_span_set_done(). */
#ifndef CVX_EXTRACT_SPAN_SET_H
#define CVX_EXTRACT_SPAN_SET_H

#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

struct cvx_span_set {
    uint64_t seed;
    struct cvx_buf text;
    struct cvx_span_set_item *items;
    size_t count, cap;
    uint32_t *slots; /* place among the items plus one, 0 = free */
    size_t n_slots;  /* a power of two, or 0 */
};

void cvx_span_set_init(struct cvx_span_set *set, uint64_t seed);
void cvx_span_set_done(struct cvx_span_set *set);

/* Adds a copy unless an equal one is there. CVX_ENOMEM; CVX_ELIMIT beyond
 * CVX_DOCUMENT_TEXT_MAX bytes in all. */
int cvx_span_set_add(struct cvx_span_set *set, struct cvx_span span, struct cvx_err *err);
/* The i-th, i < count. Valid until the next one is added. */
struct cvx_span cvx_span_set_at(const struct cvx_span_set *set, size_t i);

#endif
