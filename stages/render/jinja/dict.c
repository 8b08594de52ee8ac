/* Dicts: entries in the order they came, and beside them, once there are more than a few,
 * a table of places by hash. See value.h.
 *
 * A removed entry stays where it was, as a dead one, so that the others need not move;
 * dead ones at either end are cut off at once, and those between are closed up when
 * somebody asks for an entry by number, or when the room is used up. Keys are hashed with
 * the dict's own address, which no document can know: no choice of keys makes it slow. */
#include "render/jinja/value.h"

#include <string.h>

/* Up to this many are searched one by one. */
#define SMALL ((size_t)8)
#define DEAD UINT8_MAX /* a kind that no value has */
/* In the table: 0 = never used, LOST = its entry was removed, else the place + 1. */
#define LOST UINT32_MAX

struct slot {
    struct cvx_dict_entry entry;
    uint64_t hash;
};

struct table {
    struct slot *slots; /* [first, end): live and dead, the outermost live */
    size_t first, end, cap;
    size_t live;
    size_t version;
    uint32_t *places; /* NULL while cap is small */
    size_t n_places;  /* a power of two, at least twice cap */
    size_t filled;    /* places that are not 0 */
    uint64_t seed;
};

struct cvx_dict {
    struct table *table; /* const dicts close gaps too, which nobody can see */
};

struct whole {
    struct cvx_dict dict;
    struct table table;
};

int cvx_dict_new(struct cvx_rt *rt, struct cvx_value *ret)
{
    struct whole *whole = cvx_heap_zalloc(rt->heap, sizeof(*whole));
    if (!whole)
        return cvx_value_no_memory(rt);
    whole->dict.table = &whole->table;
    whole->table.seed = (uint64_t)(uintptr_t)whole;
    *ret = (struct cvx_value){.kind = CVX_V_DICT, .u.dict = &whole->dict};
    return CVX_OK;
}

size_t cvx_dict_count(const struct cvx_dict *dict)
{
    return dict->table->live;
}

size_t cvx_dict_version(const struct cvx_dict *dict)
{
    return dict->table->version;
}

/* Fills the places anew from the slots. */
static void table_index(struct table *table)
{
    if (!table->places)
        return;
    memset(table->places, 0, table->n_places * sizeof(*table->places));
    for (size_t i = table->first; i < table->end; i++) {
        if (table->slots[i].entry.key.kind == DEAD)
            continue;
        size_t at = (size_t)table->slots[i].hash & (table->n_places - 1);
        while (table->places[at] != 0)
            at = (at + 1) & (table->n_places - 1);
        table->places[at] = (uint32_t)(i + 1);
    }
    table->filled = table->live;
}

static void table_close_up(struct table *table)
{
    size_t to = 0;
    for (size_t i = table->first; i < table->end; i++)
        if (table->slots[i].entry.key.kind != DEAD)
            table->slots[to++] = table->slots[i];
    table->first = 0;
    table->end = to;
    table_index(table);
}

const struct cvx_dict_entry *cvx_dict_at(const struct cvx_dict *dict, size_t i)
{
    struct table *table = dict->table;
    if (table->end - table->first != table->live)
        table_close_up(table);
    return &table->slots[table->first + i].entry;
}

static bool same_text(const struct cvx_str *a, const char *data, size_t len)
{
    return a->len == len && memcmp(a->data, data, len) == 0;
}

static int key_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b, bool *ret)
{
    if (a.kind == CVX_V_STR && b.kind == CVX_V_STR) {
        *ret = same_text(a.u.str, b.u.str->data, b.u.str->len);
        return CVX_OK;
    }
    if (cvx_compare_same(a, b)) {
        *ret = true;
        return CVX_OK;
    }
    return cvx_compare_equal(rt, a, b, ret);
}

/* The hash within this dict. */
static int key_hash(struct cvx_rt *rt, const struct table *table, struct cvx_value key,
                    uint64_t *ret)
{
    if (key.kind == CVX_V_STR) {
        *ret = cvx_compare_hash_bytes(key.u.str->data, key.u.str->len, table->seed);
        return CVX_OK;
    }
    uint64_t hash;
    int rc = cvx_compare_hash(rt, key, &hash);
    if (!rc)
        *ret = cvx_compare_hash_bytes(&hash, sizeof(hash), table->seed);
    return rc;
}

/* One key being looked for: by value with rt, or by text alone. */
struct wanted {
    struct cvx_rt *rt; /* NULL: text */
    struct cvx_value key;
    const char *text;
    size_t len;
    uint64_t hash;
};

static int slot_matches(const struct slot *slot, const struct wanted *wanted, bool *ret)
{
    *ret = false;
    if (slot->entry.key.kind == DEAD || slot->hash != wanted->hash)
        return CVX_OK;
    if (wanted->rt)
        return key_equal(wanted->rt, slot->entry.key, wanted->key, ret);
    *ret = slot->entry.key.kind == CVX_V_STR &&
           same_text(slot->entry.key.u.str, wanted->text, wanted->len);
    return CVX_OK;
}

/* *ret the slot, or NULL; *ret_place the place that leads to it. */
static int table_search(const struct table *table, const struct wanted *wanted,
                        struct slot **ret, size_t *ret_place)
{
    bool found = false;
    int rc = CVX_OK;
    *ret = NULL;
    if (!table->places) {
        for (size_t i = table->first; i < table->end && !rc && !found; i++) {
            rc = slot_matches(&table->slots[i], wanted, &found);
            if (!rc && found)
                *ret = &table->slots[i];
        }
        return rc;
    }
    size_t mask = table->n_places - 1;
    for (size_t at = (size_t)wanted->hash & mask; table->places[at] != 0;
         at = (at + 1) & mask) {
        if (table->places[at] == LOST)
            continue;
        struct slot *slot = &table->slots[table->places[at] - 1];
        rc = slot_matches(slot, wanted, &found);
        if (rc || found) {
            *ret = rc ? NULL : slot;
            *ret_place = at;
            return rc;
        }
    }
    return CVX_OK;
}

static int dict_search(struct cvx_rt *rt, const struct cvx_dict *dict,
                       struct cvx_value key, struct slot **ret, size_t *ret_place,
                       uint64_t *ret_hash)
{
    struct wanted wanted = {.rt = rt, .key = key, .text = ""};
    int rc = key_hash(rt, dict->table, key, &wanted.hash);
    if (rc)
        return rc;
    *ret_hash = wanted.hash;
    return table_search(dict->table, &wanted, ret, ret_place);
}

int cvx_dict_find(struct cvx_rt *rt, const struct cvx_dict *dict, struct cvx_value key,
                  const struct cvx_value **ret)
{
    struct slot *slot = NULL;
    size_t place;
    uint64_t hash;
    int rc = dict_search(rt, dict, key, &slot, &place, &hash);
    if (!rc)
        *ret = slot ? &slot->entry.value : NULL;
    return rc;
}

const struct cvx_value *cvx_dict_get(const struct cvx_dict *dict, const char *key,
                                     size_t len)
{
    struct wanted wanted = {.text = key, .len = len};
    struct slot *slot;
    size_t place;
    wanted.hash = cvx_compare_hash_bytes(key, len, dict->table->seed);
    (void)table_search(dict->table, &wanted, &slot, &place); /* text alone cannot fail */
    return slot ? &slot->entry.value : NULL;
}

/* New slots and places of twice the size, or the same closed up when many are dead. */
static int table_grow(struct cvx_rt *rt, struct table *table)
{
    if (table->live < table->cap / 2) {
        table_close_up(table);
        return CVX_OK;
    }
    size_t cap = table->cap ? table->cap * 2 : SMALL;
    struct slot *slots = cvx_heap_array(rt->heap, cap, sizeof(*slots));
    uint32_t *places = NULL;
    if (slots && cap > SMALL)
        places = cvx_heap_array(rt->heap, cap * 2, sizeof(*places));
    if (!slots || (cap > SMALL && !places))
        return cvx_value_no_memory(rt);
    if (table->end > table->first)
        memcpy(slots, table->slots + table->first,
               (table->end - table->first) * sizeof(*slots));
    table->end -= table->first;
    table->first = 0;
    table->slots = slots;
    table->cap = cap;
    table->places = places;
    table->n_places = places ? cap * 2 : 0;
    table_index(table);
    return CVX_OK;
}

static int table_add(struct cvx_rt *rt, struct table *table, struct slot slot)
{
    int rc = table->end == table->cap ? table_grow(rt, table) : CVX_OK;
    if (rc)
        return rc;
    /* Places of removed entries fill the table too; only an empty one ends a search. */
    if (table->places && table->filled + 1 > table->n_places / 4 * 3)
        table_index(table);
    if (table->places) {
        size_t at = (size_t)slot.hash & (table->n_places - 1);
        while (table->places[at] != 0)
            at = (at + 1) & (table->n_places - 1);
        table->places[at] = (uint32_t)(table->end + 1);
        table->filled++;
    }
    table->slots[table->end++] = slot;
    table->live++;
    table->version++;
    return CVX_OK;
}

int cvx_dict_put(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value key,
                 struct cvx_value value)
{
    struct slot *slot = NULL;
    size_t place;
    uint64_t hash;
    int rc = dict_search(rt, dict, key, &slot, &place, &hash);
    if (rc)
        return rc;
    if (!slot)
        return table_add(rt, dict->table, (struct slot){{key, value}, hash});
    slot->entry.value = value;
    return CVX_OK;
}

static void table_cut(struct table *table)
{
    while (table->first < table->end &&
           table->slots[table->end - 1].entry.key.kind == DEAD)
        table->end--;
    while (table->first < table->end && table->slots[table->first].entry.key.kind == DEAD)
        table->first++;
}

int cvx_dict_remove(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value key,
                    bool *ret_found)
{
    struct table *table = dict->table;
    struct slot *slot = NULL;
    size_t place = 0;
    uint64_t hash;
    int rc = dict_search(rt, dict, key, &slot, &place, &hash);
    if (rc)
        return rc;
    *ret_found = slot != NULL;
    if (!slot)
        return CVX_OK;
    if (table->places)
        table->places[place] = LOST;
    slot->entry.key.kind = DEAD;
    table->live--;
    table->version++;
    table_cut(table);
    return CVX_OK;
}

void cvx_dict_clear(struct cvx_dict *dict)
{
    struct table *table = dict->table;
    table->first = table->end = table->live = 0;
    table->version++;
    table_index(table);
}
