/* Owns the chunks that many small texts are packed into. Thread: the holder. */
#include "arena.h"

#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#define CHUNK_SIZE (64 * CVX_KIB)
/* A text over this gets a chunk of its own, so that it does not waste what is left. */
#define LARGE_FROM (CHUNK_SIZE / 4)

struct chunk {
    struct chunk *next;
    size_t used, cap;
    char data[];
};

struct cvx_arena {
    struct chunk *chunks; /* the first is the one being filled */
};

struct cvx_arena *cvx_arena_new(void)
{
    return cvx_zalloc(sizeof(struct cvx_arena));
}

/* A new chunk; a large one goes behind the one being filled. */
static struct chunk *chunk_add(struct cvx_arena *arena, size_t size)
{
    size_t cap = size > LARGE_FROM ? size : CHUNK_SIZE;
    struct chunk *chunk = cvx_alloc(sizeof(*chunk) + cap);
    struct chunk **at = &arena->chunks;

    if (!chunk)
        return NULL;
    chunk->used = 0;
    chunk->cap = cap;
    if (size > LARGE_FROM && *at)
        at = &(*at)->next;
    chunk->next = *at;
    *at = chunk;
    return chunk;
}

char *cvx_arena_put(struct cvx_arena *arena, const char *data, size_t len)
{
    struct chunk *chunk = arena->chunks;

    if (!chunk || len >= chunk->cap - chunk->used)
        chunk = chunk_add(arena, len + 1);
    if (!chunk)
        return NULL;

    char *copy = chunk->data + chunk->used;

    memcpy(copy, data, len);
    copy[len] = '\0';
    chunk->used += len + 1;
    return copy;
}

void cvx_arena_free(struct cvx_arena *arena)
{
    if (!arena)
        return;
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        cvx_free(chunk);
    }
    cvx_free(arena);
}
