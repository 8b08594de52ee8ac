/* Many small texts that live and die together: a list of names costs its bytes, not an
 * allocation each. Thread: the holder of the arena. */
#ifndef CVX_ARENA_H
#define CVX_ARENA_H

#include <stddef.h>

struct cvx_arena;

/* NULL when memory is exhausted. */
struct cvx_arena *cvx_arena_new(void);
/* Copies len bytes and a NUL; the copy lives as long as the arena. NULL when memory is
 * exhausted (what is there stays). */
char *cvx_arena_put(struct cvx_arena *arena, const char *data, size_t len);
/* NULL is fine. */
void cvx_arena_free(struct cvx_arena *arena);

#endif
