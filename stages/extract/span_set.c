/* An insertion-ordered set of byte strings: open addressing, at most half full. */
#include "extract/span_set.h"

#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

struct cvx_span_set_item {
    uint64_t hash;
    uint32_t begin, len;
};

/* Multiply-and-fold over words, started from the seed: fast, and not to be predicted. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xe7037ed1a0b428dbu);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash(uint64_t seed, struct cvx_span span)
{
    uint64_t h = mix(seed, span.len);
    uint64_t word;

    for (; span.len >= sizeof(word); span.p += sizeof(word), span.len -= sizeof(word)) {
        memcpy(&word, span.p, sizeof(word));
        h = mix(h ^ seed, word ^ h);
    }
    word = 0;
    memcpy(&word, span.p, span.len);
    return mix(h ^ seed, word ^ h);
}

void cvx_span_set_init(struct cvx_span_set *set, uint64_t seed)
{
    *set = (struct cvx_span_set){.seed = seed};
}

void cvx_span_set_done(struct cvx_span_set *set)
{
    cvx_buf_done(&set->text);
    cvx_free(set->items);
    cvx_free(set->slots);
    cvx_span_set_init(set, set->seed);
}

struct cvx_span cvx_span_set_at(const struct cvx_span_set *set, size_t i)
{
    return (struct cvx_span){set->text.data + set->items[i].begin, set->items[i].len};
}

/* The slot that holds an equal one, or the free slot where it belongs. */
static uint32_t *set_slot(const struct cvx_span_set *set, uint64_t h,
                          struct cvx_span span)
{
    size_t mask = set->n_slots - 1;

    for (size_t at = h & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &set->slots[at];
        if (*slot == 0)
            return slot;
        const struct cvx_span_set_item *item = &set->items[*slot - 1];
        if (item->hash == h && item->len == span.len &&
            memcmp(set->text.data + item->begin, span.p, span.len) == 0)
            return slot;
    }
}

/* Twice the places; the items keep theirs, the slots are dealt anew. */
static int set_grow(struct cvx_span_set *set, struct cvx_err *err)
{
    size_t cap = set->cap ? 2 * set->cap : 16;
    size_t n_slots = 2 * cap;
    void *items = cvx_realloc_array(set->items, cap, sizeof(*set->items));

    if (items)
        set->items = items;
    uint32_t *slots = items ? cvx_alloc_array(n_slots, sizeof(*slots)) : NULL;
    if (!slots)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for lines");
    memset(slots, 0, n_slots * sizeof(*slots));
    cvx_free(set->slots);
    set->cap = cap;
    set->slots = slots;
    set->n_slots = n_slots;
    for (size_t i = 0; i < set->count; i++) {
        size_t at = set->items[i].hash & (n_slots - 1);
        while (slots[at])
            at = (at + 1) & (n_slots - 1);
        slots[at] = (uint32_t)(i + 1);
    }
    return CVX_OK;
}

int cvx_span_set_add(struct cvx_span_set *set, struct cvx_span span, struct cvx_err *err)
{
    if (set->count == set->cap) {
        int rc = set_grow(set, err);
        if (rc)
            return rc;
    }
    uint64_t h = hash(set->seed, span);
    uint32_t *slot = set_slot(set, h, span);
    if (*slot)
        return CVX_OK;
    size_t begin = set->text.len;
    if (span.len > CVX_DOCUMENT_TEXT_MAX - begin)
        return cvx_fail(err, CVX_ELIMIT,
                        "distinct lines of %zu bytes in all, the limit is %zu",
                        begin + span.len, CVX_DOCUMENT_TEXT_MAX);
    cvx_buf_put(&set->text, span.p, span.len);
    if (set->text.failed)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for lines");
    set->items[set->count++] =
        (struct cvx_span_set_item){h, (uint32_t)begin, (uint32_t)span.len};
    *slot = (uint32_t)set->count;
    return CVX_OK;
}
