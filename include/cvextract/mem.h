/* The allocation seam: all heap memory of the program's own code comes from here.
 *
 * In builds with CVX_FAULTS the nth allocation can be made to fail, which is how the
 * torture tests visit every failure path. Third-party libraries keep their own allocators.
 * Thread: any. */
#ifndef CVEXTRACT_MEM_H
#define CVEXTRACT_MEM_H

#include <stddef.h>

/* Each returns NULL on failure (out of memory, or a size that overflows), else memory that
 * the caller releases with cvx_free(). Sizes of zero give a valid, unique pointer. */
void *cvx_alloc(size_t size) __attribute__((malloc));
void *cvx_zalloc(size_t size) __attribute__((malloc)); /* all bytes zero */
void *cvx_alloc_array(size_t count, size_t size) __attribute__((malloc));
/* Grows or shrinks `p` (NULL allowed); on failure p is untouched and still owned. */
void *cvx_realloc_array(void *p, size_t count, size_t size);
char *cvx_strdup(const char *text) __attribute__((malloc));
/* Copies len bytes (any bytes) and adds a NUL. */
char *cvx_memdup(const char *data, size_t len) __attribute__((malloc));
void cvx_free(void *p);

/* A process-wide account of the large, short-lived buffers that inflated parts need
 * (50-quality.md: 1 GiB inflated in memory over all). cvx_mem_reserve() waits until `size`
 * bytes fit beside what other threads hold, first come, first served. Rule that keeps it free of deadlock: a thread
 * holds at most one reservation at a time. A size over the whole account is refused
 * (returns -1) instead of waiting for ever. */
int cvx_mem_reserve(size_t size);
void cvx_mem_release(size_t size);

#ifdef CVX_FAULTS
/* Makes the allocation with this number (0 = the next) fail once, and restarts the count;
 * -1 = none fails. */
void cvx_mem_fail_at(long nth);
/* Allocations asked for since the last cvx_mem_fail_at(). */
long cvx_mem_count(void);
#endif

#endif
