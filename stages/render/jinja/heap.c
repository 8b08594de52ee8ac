/* Memory that only grows: blocks of rising size, cut off from the front. See heap.h.
 *
 * Under the address sanitizer the bytes that are not handed out are poisoned, with a gap
 * behind each allocation: a step past its end is found although the block goes on. */
#include "render/jinja/heap.h"

#include <stdint.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#if defined(__SANITIZE_ADDRESS__)
#define HEAP_GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HEAP_GUARDED 1
#endif
#endif

#ifdef HEAP_GUARDED
#include <sanitizer/asan_interface.h>
#define GAP ((size_t)16)
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define GAP ((size_t)0)
#endif

#define ALIGN (_Alignof(max_align_t))
#define BLOCK_FIRST (8 * CVX_KIB)
#define BLOCK_MAX (256 * CVX_KIB)

struct cvx_heap_block {
    struct cvx_heap_block *next;
    size_t size, at; /* of data[] */
    _Alignas(max_align_t) char data[];
};

void cvx_heap_init(struct cvx_heap *heap, size_t max)
{
    *heap = (struct cvx_heap){.max = max};
}

static struct cvx_heap_block *block_new(size_t size)
{
    struct cvx_heap_block *block = cvx_alloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    block->next = NULL;
    block->size = size;
    block->at = 0;
    ASAN_POISON_MEMORY_REGION(block->data, size);
    return block;
}

/* A block that has `need` bytes left. What is large gets one of its own, behind the
 * newest, whose rest stays in use. */
static struct cvx_heap_block *heap_block(struct cvx_heap *heap, size_t need)
{
    struct cvx_heap_block *top = heap->blocks;
    if (top && need <= top->size - top->at)
        return top;

    bool own = need > BLOCK_FIRST / 2 && top;
    size_t size = !top ? BLOCK_FIRST : top->size < BLOCK_MAX ? top->size * 2 : BLOCK_MAX;
    struct cvx_heap_block *block = block_new(own || need > size ? need : size);
    if (!block)
        return NULL;
    if (own) {
        block->next = top->next;
        top->next = block;
    } else {
        block->next = top;
        heap->blocks = block;
    }
    return block;
}

void *cvx_heap_alloc(struct cvx_heap *heap, size_t size)
{
    /* The gap and the rounding are charged too: they are memory. What is said of a refusal
     * stays until the next one: callers may ask for two pieces before they look. */
    bool over = size > heap->max || heap->max - size < GAP + ALIGN;
    size_t need = over ? 0 : (size + GAP + ALIGN - 1) / ALIGN * ALIGN;
    over = over || need > heap->max - heap->used;
    struct cvx_heap_block *block = over ? NULL : heap_block(heap, need);
    if (!block) {
        heap->over = over;
        return NULL;
    }
    void *p = block->data + block->at;
    block->at += need;
    heap->used += need;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

void *cvx_heap_zalloc(struct cvx_heap *heap, size_t size)
{
    void *p = cvx_heap_alloc(heap, size);
    if (p)
        memset(p, 0, size);
    return p;
}

void *cvx_heap_array(struct cvx_heap *heap, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size) {
        heap->over = true;
        return NULL;
    }
    return cvx_heap_alloc(heap, count * size);
}

char *cvx_heap_copy(struct cvx_heap *heap, const void *data, size_t len)
{
    char *p = len < SIZE_MAX ? cvx_heap_alloc(heap, len + 1) : NULL;
    if (!p)
        return NULL;
    if (len)
        memcpy(p, data, len);
    p[len] = '\0';
    return p;
}

void cvx_heap_done(struct cvx_heap *heap)
{
    struct cvx_heap_block *next;
    for (struct cvx_heap_block *block = heap->blocks; block; block = next) {
        next = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        cvx_free(block);
    }
    heap->blocks = NULL;
    heap->used = 0;
    heap->over = false;
}
