/* Equality, order, membership and hashes, across all kinds. See value.h.
 *
 * Comparing two containers spends a round: lists within lists that share their parts have
 * exponentially many pairs. */
#include "render/jinja/value.h"

#include <string.h>

/* ---- identity and equality ---- */

static int compare_text(const struct cvx_str *a, const struct cvx_str *b)
{
    /* Bytes of UTF-8 sort as their code points do. */
    size_t len = a->len < b->len ? a->len : b->len;
    int sign = len ? memcmp(a->data, b->data, len) : 0;
    return sign != 0 ? (sign > 0) - (sign < 0) : (a->len > b->len) - (a->len < b->len);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

bool cvx_compare_same(struct cvx_value a, struct cvx_value b)
{
    if (a.kind != b.kind)
        return false;
    switch ((enum cvx_value_kind)a.kind) {
    case CVX_V_UNDEFINED:
        return a.u.str == b.u.str;
    case CVX_V_NONE:
        return true;
    case CVX_V_BOOL:
        return a.u.boolean == b.u.boolean;
    case CVX_V_INT:
        return a.u.integer == b.u.integer;
    case CVX_V_FLOAT: /* by its bits: a nan is itself, 0.0 is not -0.0 */
        return bits_of(a.u.real) == bits_of(b.u.real);
    case CVX_V_BIG:
        return cvx_numeric_compare(a, b) == 0;
    case CVX_V_STR:
    case CVX_V_BYTES:
        return a.safe == b.safe && compare_text(a.u.str, b.u.str) == 0;
    case CVX_V_LIST:
    case CVX_V_TUPLE:
        return a.u.list == b.u.list;
    case CVX_V_DICT:
        return a.u.dict == b.u.dict;
    case CVX_V_OBJECT:
        return a.u.object == b.u.object;
    }
    return false;
}

/* As members of containers are compared: the same one is equal without being asked. */
static int item_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                      bool *ret)
{
    if (!cvx_compare_same(a, b))
        return cvx_compare_equal(rt, a, b, ret);
    *ret = true;
    return CVX_OK;
}

/* The first place where a and b differ, n when they do not within the shorter one. */
static int first_difference(struct cvx_rt *rt, const struct cvx_list *a,
                            const struct cvx_list *b, size_t *ret)
{
    size_t n = a->n < b->n ? a->n : b->n, i = 0;
    bool equal = true;
    while (i < n) {
        int rc = item_equal(rt, a->items[i], b->items[i], &equal);
        if (rc)
            return rc;
        if (!equal)
            break;
        i++;
    }
    *ret = i;
    return CVX_OK;
}

static int list_equal(struct cvx_rt *rt, const struct cvx_list *a,
                      const struct cvx_list *b, bool *ret)
{
    size_t at = 0;
    int rc = a->n == b->n ? first_difference(rt, a, b, &at) : CVX_OK;
    if (!rc)
        *ret = a->n == b->n && at == a->n;
    return rc;
}

static int dict_equal(struct cvx_rt *rt, const struct cvx_dict *a,
                      const struct cvx_dict *b, bool *ret)
{
    bool equal = cvx_dict_count(a) == cvx_dict_count(b);
    for (size_t i = 0; equal && i < cvx_dict_count(a); i++) {
        struct cvx_dict_entry entry = *cvx_dict_at(a, i);
        const struct cvx_value *other = NULL;
        int rc = cvx_dict_find(rt, b, entry.key, &other);
        if (!rc && other)
            rc = item_equal(rt, entry.value, *other, &equal);
        if (rc)
            return rc;
        equal = equal && other;
    }
    *ret = equal;
    return CVX_OK;
}

static int container_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                           bool *ret)
{
    int rc = cvx_value_spend(rt);
    if (!rc)
        rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rc = a.kind == CVX_V_DICT ? dict_equal(rt, a.u.dict, b.u.dict, ret)
                              : list_equal(rt, a.u.list, b.u.list, ret);
    cvx_value_leave(rt);
    return rc;
}

static int object_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                        bool *ret)
{
    const struct cvx_object_type *type = a.kind == CVX_V_OBJECT ? a.u.object->type : NULL;
    if (cvx_compare_same(a, b)) {
        *ret = true;
        return CVX_OK;
    }
    if (type && type->equal)
        return type->equal(rt, a.u.object, b, ret);
    if (b.kind == CVX_V_OBJECT && b.u.object->type->equal)
        return b.u.object->type->equal(rt, b.u.object, a, ret);
    *ret = false;
    return CVX_OK;
}

int cvx_compare_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                      bool *ret)
{
    if (a.kind == CVX_V_OBJECT || b.kind == CVX_V_OBJECT)
        return object_equal(rt, a, b, ret);
    if (cvx_numeric_is(a) && cvx_numeric_is(b)) {
        *ret = cvx_numeric_compare(a, b) == 0;
        return CVX_OK;
    }
    if (a.kind != b.kind) {
        *ret = false;
        return CVX_OK;
    }
    if (a.kind == CVX_V_STR || a.kind == CVX_V_BYTES)
        *ret = a.u.str->len == b.u.str->len && compare_text(a.u.str, b.u.str) == 0;
    else if (a.kind == CVX_V_LIST || a.kind == CVX_V_TUPLE || a.kind == CVX_V_DICT)
        return container_equal(rt, a, b, ret);
    else
        *ret = true; /* None; two undefined ones */
    return CVX_OK;
}

/* ---- order ---- */

static bool judge(enum cvx_order order, int sign)
{
    switch (order) {
    case CVX_LT:
        return sign < 0;
    case CVX_LE:
        return sign <= 0;
    case CVX_GT:
        return sign > 0;
    case CVX_GE:
        return sign >= 0;
    }
    return false;
}

static int no_order(struct cvx_rt *rt, enum cvx_order order, struct cvx_value a,
                    struct cvx_value b)
{
    static const char *const k_names[] = {"<", "<=", ">", ">="};
    if (a.kind == CVX_V_UNDEFINED || b.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, a.kind == CVX_V_UNDEFINED ? a : b);
    return cvx_value_fail(rt, "TypeError", "'%s' %s '%s' has no meaning",
                          cvx_value_type(a), k_names[order], cvx_value_type(b));
}

static int list_order(struct cvx_rt *rt, enum cvx_order order, const struct cvx_list *a,
                      const struct cvx_list *b, bool *ret)
{
    size_t at = 0;
    int rc = cvx_value_spend(rt);
    if (!rc)
        rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rc = first_difference(rt, a, b, &at);
    if (!rc && at < a->n && at < b->n)
        rc = cvx_compare_order(rt, order, a->items[at], b->items[at], ret);
    else if (!rc)
        *ret = judge(order, (a->n > b->n) - (a->n < b->n));
    cvx_value_leave(rt);
    return rc;
}

int cvx_compare_order(struct cvx_rt *rt, enum cvx_order order, struct cvx_value a,
                      struct cvx_value b, bool *ret)
{
    if (cvx_numeric_is(a) && cvx_numeric_is(b)) {
        int sign = cvx_numeric_compare(a, b);
        *ret = sign != 2 && judge(order, sign);
        return CVX_OK;
    }
    if (a.kind != b.kind)
        return no_order(rt, order, a, b);
    if (a.kind == CVX_V_STR || a.kind == CVX_V_BYTES) {
        *ret = judge(order, compare_text(a.u.str, b.u.str));
        return CVX_OK;
    }
    if (a.kind == CVX_V_LIST || a.kind == CVX_V_TUPLE)
        return list_order(rt, order, a.u.list, b.u.list, ret);
    return no_order(rt, order, a, b);
}

/* ---- membership ---- */

static int in_iter(struct cvx_rt *rt, struct cvx_value item, struct cvx_value container,
                   bool *ret)
{
    struct cvx_iter *iter = NULL;
    struct cvx_value each = {0};
    bool found = false, more = true;
    int rc = cvx_iter_new(rt, container, &iter);
    while (!rc && more && !found) {
        rc = iter->next(rt, iter, &each, &more);
        if (!rc && more)
            rc = item_equal(rt, each, item, &found);
    }
    if (!rc)
        *ret = found;
    return rc;
}

static int in_text(struct cvx_rt *rt, struct cvx_value item, struct cvx_value container,
                   bool *ret)
{
    const struct cvx_str *all = container.u.str;
    if (container.kind == CVX_V_BYTES && cvx_numeric_is_integer(item)) {
        int64_t byte = -1;
        (void)cvx_numeric_index(rt, item, &byte); /* of an integer it cannot fail */
        if (byte < 0 || byte > 255)
            return cvx_value_fail(rt, "ValueError", "a byte is 0 to 255");
        *ret = all->len && memchr(all->data, (int)byte, all->len) != NULL;
        return CVX_OK;
    }
    if (item.kind != container.kind)
        return cvx_value_fail(rt, "TypeError", "'%s' cannot be part of '%s'",
                              cvx_value_type(item), cvx_value_type(container));
    const struct cvx_str *part = item.u.str;
    *ret = part->len == 0 ||
           (all->len > 0 && memmem(all->data, all->len, part->data, part->len) != NULL);
    return CVX_OK;
}

static int in_list(struct cvx_rt *rt, struct cvx_value item, const struct cvx_list *list,
                   bool *ret)
{
    bool found = false;
    int rc = CVX_OK;
    for (size_t i = 0; i < list->n && !rc && !found; i++)
        rc = item_equal(rt, list->items[i], item, &found);
    if (!rc)
        *ret = found;
    return rc;
}

int cvx_compare_in(struct cvx_rt *rt, struct cvx_value item, struct cvx_value container,
                   bool *ret)
{
    const struct cvx_value *found = NULL;
    switch ((enum cvx_value_kind)container.kind) {
    case CVX_V_STR:
    case CVX_V_BYTES:
        return in_text(rt, item, container, ret);
    case CVX_V_LIST:
    case CVX_V_TUPLE:
        return in_list(rt, item, container.u.list, ret);
    case CVX_V_DICT: {
        int rc = cvx_dict_find(rt, container.u.dict, item, &found);
        if (!rc)
            *ret = found != NULL;
        return rc;
    }
    case CVX_V_OBJECT:
        if (container.u.object->type->contains)
            return container.u.object->type->contains(rt, container.u.object, item, ret);
        break;
    case CVX_V_UNDEFINED:
    case CVX_V_NONE:
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
        break;
    }
    return in_iter(rt, item, container, ret);
}

/* ---- hashes ---- */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 32;
}

uint64_t cvx_compare_hash_bytes(const void *data, size_t len, uint64_t seed)
{
    const char *p = data;
    uint64_t word, hash = mix(seed ^ len);
    for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = mix(hash ^ word);
    }
    word = 0;
    if (len > 0)
        memcpy(&word, p, len);
    return mix(hash ^ word);
}

static uint64_t number_hash(struct cvx_value value)
{
    /* What is equal hashes alike: whole numbers of 64 bits as such, others as doubles,
     * among which a big integer equals a double only when it is one. */
    double d = cvx_numeric_to_double(value);
    int64_t whole = 0;
    bool small = value.kind == CVX_V_BOOL || value.kind == CVX_V_INT;
    if (small)
        whole = value.kind == CVX_V_BOOL ? value.u.boolean : value.u.integer;
    if (!small && d >= -0x1p63 && d < 0x1p63) {
        whole = (int64_t)d;
        small = (double)whole == d;
    }
    return small ? cvx_compare_hash_bytes(&whole, sizeof(whole), CVX_V_INT)
                 : cvx_compare_hash_bytes(&d, sizeof(d), CVX_V_FLOAT);
}

static int tuple_hash(struct cvx_rt *rt, const struct cvx_list *list, uint64_t *ret)
{
    uint64_t hash = CVX_V_TUPLE, one = 0;
    int rc = cvx_value_spend(rt);
    if (!rc)
        rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    for (size_t i = 0; i < list->n && !rc; i++) {
        rc = cvx_compare_hash(rt, list->items[i], &one);
        hash = cvx_compare_hash_bytes(&one, sizeof(one), hash);
    }
    cvx_value_leave(rt);
    if (!rc)
        *ret = hash;
    return rc;
}

static uint64_t object_hash(const struct cvx_object *object)
{
    const void *p =
        object->type->equal ? (const void *)object->type : (const void *)object;
    return cvx_compare_hash_bytes(&p, sizeof(p), CVX_V_OBJECT);
}

int cvx_compare_hash(struct cvx_rt *rt, struct cvx_value value, uint64_t *ret)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
    case CVX_V_NONE:
        *ret = mix(value.kind + 1u);
        return CVX_OK;
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
        *ret = number_hash(value);
        return CVX_OK;
    case CVX_V_STR:
    case CVX_V_BYTES:
        *ret = cvx_compare_hash_bytes(value.u.str->data, value.u.str->len, value.kind);
        return CVX_OK;
    case CVX_V_TUPLE:
        return tuple_hash(rt, value.u.list, ret);
    case CVX_V_OBJECT:
        if (value.u.object->type->unhashable)
            break;
        *ret = object_hash(value.u.object);
        return CVX_OK;
    case CVX_V_LIST:
    case CVX_V_DICT:
        break;
    }
    return cvx_value_fail(rt, "TypeError", "'%s' cannot be a key", cvx_value_type(value));
}
