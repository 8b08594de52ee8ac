/* The memory of one parsed template, or of one document's rendering: a bump allocator that
 * only grows and is released whole, so that values need no owner of their own.
 *
 * Thread: one at a time while it grows; what lies in it may be read by all once the writer
 * is done (a parsed template). Failure: CVX_ENOMEM, or CVX_ELIMIT past `max`. */
#ifndef CVX_JINJA_HEAP_H
#define CVX_JINJA_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct cvx_heap_block;

struct cvx_heap {
    struct cvx_heap_block *blocks; /* the newest first */
    size_t used;                   /* bytes handed out */
    size_t max;                    /* most it may hand out */
    bool over;                     /* the last refusal was for max, not for memory */
};

void cvx_heap_init(struct cvx_heap *heap, size_t max);
/* Bytes aligned for anything, not cleared; NULL on failure. A size of 0 is valid. */
void *cvx_heap_alloc(struct cvx_heap *heap, size_t size);
void *cvx_heap_zalloc(struct cvx_heap *heap, size_t size);
void *cvx_heap_array(struct cvx_heap *heap, size_t count, size_t size);
/* Copies len bytes and adds a NUL. */
char *cvx_heap_copy(struct cvx_heap *heap, const void *data, size_t len);
void cvx_heap_done(struct cvx_heap *heap);

#endif
