/* Reaching into values: attributes, items, dotted paths, calls. See value.h. Slices lie
 * in slice.c. */
#include "render/jinja/value.h"

#include <string.h>

#include "text/unicode.h"

/* ---- what is missing ---- */

static int missing_name(struct cvx_rt *rt, struct cvx_value value, const char *name,
                        struct cvx_value *ret)
{
    return cvx_value_undefined(rt, ret, "there is no '%s' in this %s", name,
                               cvx_value_type(value));
}

static int missing_item(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                        struct cvx_value *ret)
{
    if (key.kind == CVX_V_STR)
        return missing_name(rt, value, key.u.str->data, ret);
    if (key.kind == CVX_V_INT)
        return cvx_value_undefined(rt, ret, "there is no element %lld in this %s",
                                   (long long)key.u.integer, cvx_value_type(value));
    return cvx_value_undefined(rt, ret, "there is no element under a %s in this %s",
                               cvx_value_type(key), cvx_value_type(value));
}

/* ---- attributes and items; *ret_found false: there is none ---- */

static bool is_name(const struct cvx_str *name, const char *text)
{
    return strcmp(name->data, text) == 0;
}

/* What groupby yields answers to two names beside its places. */
static bool named_attr(struct cvx_value value, const struct cvx_str *name,
                       struct cvx_value *ret)
{
    bool second = is_name(name, "list");
    if (!value.named || value.u.list->n != 2 || (!second && !is_name(name, "grouper")))
        return false;
    *ret = value.u.list->items[second];
    return true;
}

int cvx_access_attr(struct cvx_rt *rt, struct cvx_value value, const struct cvx_str *name,
                    struct cvx_value *ret, bool *ret_found)
{
    *ret_found = false;
    if (value.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, value);
    if (name->len >= 2 && memcmp(name->data, "__", 2) == 0)
        return CVX_OK;
    if (value.kind == CVX_V_OBJECT) {
        struct cvx_object *object = value.u.object;
        int rc = object->type->attr ? object->type->attr(rt, object, name, ret, ret_found)
                                    : CVX_OK;
        if (rc || *ret_found)
            return rc;
    }
    if (value.kind == CVX_V_TUPLE && named_attr(value, name, ret)) {
        *ret_found = true;
        return CVX_OK;
    }
    return cvx_methods_find(rt, value, name, ret, ret_found);
}

/* The place that key means among n; false when it is none of them. */
static bool place_of(struct cvx_rt *rt, struct cvx_value key, size_t n, size_t *ret)
{
    int64_t at = 0;
    if (!cvx_numeric_is_integer(key))
        return false;
    (void)cvx_numeric_index(rt, key, &at); /* of an integer it cannot fail */
    uint64_t place = at < 0 ? (uint64_t)at + n : (uint64_t)at;
    *ret = (size_t)place;
    return place < n;
}

static int text_item(struct cvx_rt *rt, struct cvx_value value, size_t at,
                     struct cvx_value *ret)
{
    const struct cvx_str *str = value.u.str;
    const char *p = str->data, *end = p + str->len;
    size_t len = 1;
    if (value.kind == CVX_V_BYTES) {
        *ret = cvx_value_int((unsigned char)p[at]);
        return CVX_OK;
    }
    if (str->points == str->len)
        return cvx_value_str(rt, p + at, 1, value.safe, ret);
    (void)cvx_unicode_decode(p, end, &len);
    for (; at > 0; at--) {
        p += len;
        (void)cvx_unicode_decode(p, end, &len);
    }
    return cvx_value_str(rt, p, len, value.safe, ret);
}

static int dict_item(struct cvx_rt *rt, const struct cvx_dict *dict, struct cvx_value key,
                     struct cvx_value *ret, bool *ret_found)
{
    const struct cvx_value *found = NULL;
    int rc = cvx_dict_find(rt, dict, key, &found);
    if (rc)
        return rc == CVX_EFORMAT ? CVX_OK : rc; /* no key at all: then it is not there */
    *ret_found = found != NULL;
    if (found)
        *ret = *found;
    return CVX_OK;
}

int cvx_access_find(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                    struct cvx_value *ret, bool *ret_found)
{
    size_t at;
    *ret_found = false;
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
        return cvx_value_fail_undefined(rt, value);
    case CVX_V_STR:
    case CVX_V_BYTES:
        *ret_found = place_of(
            rt, key, value.kind == CVX_V_STR ? value.u.str->points : value.u.str->len,
            &at);
        return *ret_found ? text_item(rt, value, at, ret) : CVX_OK;
    case CVX_V_LIST:
    case CVX_V_TUPLE:
        *ret_found = place_of(rt, key, value.u.list->n, &at);
        if (*ret_found)
            *ret = value.u.list->items[at];
        return CVX_OK;
    case CVX_V_DICT:
        return dict_item(rt, value.u.dict, key, ret, ret_found);
    case CVX_V_OBJECT:
        if (value.u.object->type->item)
            return value.u.object->type->item(rt, value.u.object, key, ret, ret_found);
        return CVX_OK;
    case CVX_V_NONE:
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
        break;
    }
    return CVX_OK;
}

int cvx_access_dot(struct cvx_rt *rt, struct cvx_value value, const struct cvx_str *name,
                   struct cvx_value *ret)
{
    struct cvx_value key = {.kind = CVX_V_STR, .u.str = name};
    bool found = false;
    int rc = cvx_access_attr(rt, value, name, ret, &found);
    if (!rc && !found)
        rc = cvx_access_find(rt, value, key, ret, &found);
    if (!rc && !found)
        rc = missing_name(rt, value, name->data, ret);
    return rc;
}

int cvx_access_item(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                    struct cvx_value *ret)
{
    bool found = false;
    int rc = cvx_access_find(rt, value, key, ret, &found);
    if (!rc && !found && key.kind == CVX_V_STR)
        rc = cvx_access_attr(rt, value, key.u.str, ret, &found);
    if (!rc && !found)
        rc = missing_item(rt, value, key, ret);
    return rc;
}

/* ---- dotted paths ---- */

static bool all_digits(const char *p, size_t len)
{
    const char *end = p + len;
    size_t n;
    for (; p < end; p += n)
        if (!cvx_unicode_is_digit(cvx_unicode_decode(p, end, &n)))
            return false;
    return len > 0;
}

static int path_key(struct cvx_rt *rt, const char *part, size_t len,
                    struct cvx_value *ret)
{
    bool ok = false;
    if (!all_digits(part, len))
        return cvx_value_str(rt, part, len, false, ret);
    int rc = cvx_numeric_parse_int(rt, part, len, 10, ret, &ok);
    if (!rc && !ok)
        rc = cvx_value_fail(rt, "ValueError", "an index of too many digits");
    return rc;
}

static int path_step(struct cvx_rt *rt, struct cvx_value *value, struct cvx_value key,
                     const struct cvx_value *dflt)
{
    int rc = cvx_access_item(rt, *value, key, value);
    if (!rc && value->kind == CVX_V_UNDEFINED && dflt && dflt->kind != CVX_V_NONE)
        *value = *dflt;
    return rc;
}

int cvx_access_path(struct cvx_rt *rt, struct cvx_value value, struct cvx_value attribute,
                    const struct cvx_value *dflt, struct cvx_value *ret)
{
    int rc = CVX_OK;
    if (attribute.kind != CVX_V_STR) {
        if (attribute.kind != CVX_V_NONE)
            rc = path_step(rt, &value, attribute, dflt);
        if (!rc)
            *ret = value;
        return rc;
    }
    const char *p = attribute.u.str->data, *end = p + attribute.u.str->len, *dot;
    do {
        struct cvx_value key = {0};
        dot = p < end ? memchr(p, '.', (size_t)(end - p)) : NULL;
        rc = path_key(rt, p, (size_t)((dot ? dot : end) - p), &key);
        if (!rc)
            rc = path_step(rt, &value, key, dflt);
        p = dot ? dot + 1 : end;
    } while (!rc && dot);
    if (!rc)
        *ret = value;
    return rc;
}

/* ---- calls ---- */

int cvx_access_call(struct cvx_rt *rt, struct cvx_value callee,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    if (callee.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, callee);
    if (callee.kind != CVX_V_OBJECT || !callee.u.object->type->call)
        return cvx_value_fail(rt, "TypeError", "'%s' cannot be called",
                              cvx_value_type(callee));
    int rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rc = callee.u.object->type->call(rt, callee.u.object, args, ret);
    cvx_value_leave(rt);
    return rc;
}
