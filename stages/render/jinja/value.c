/* Making values, and the questions that every kind answers: type, truth, length. Also the
 * faults and budgets that all of the language shares. See value.h. */
#include "render/jinja/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/text.h>

#define LIST_FIRST ((size_t)4)

static const struct cvx_str k_empty = {.data = ""};

int cvx_value_fail(struct cvx_rt *rt, const char *kind, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return cvx_fail(rt->err, CVX_EFORMAT, "%s: %s", kind, text);
}

int cvx_value_no_memory(struct cvx_rt *rt)
{
    if (!rt->heap->over)
        return cvx_fail(rt->err, CVX_ENOMEM,
                        "out of memory for the values of a template");
    return cvx_fail(rt->err, CVX_ELIMIT,
                    "the values of the template need more than %zu MiB of memory",
                    rt->heap->max / CVX_MIB);
}

int cvx_value_spend(struct cvx_rt *rt)
{
    if (rt->rounds == 0)
        return cvx_fail(rt->err, CVX_ELIMIT, "loops: more than %zu rounds in all",
                        CVX_TEMPLATE_ROUNDS_MAX);
    rt->rounds--;
    return CVX_OK;
}

int cvx_value_enter(struct cvx_rt *rt)
{
    if (rt->depth >= CVX_TEMPLATE_DEPTH_MAX)
        return cvx_fail(rt->err, CVX_ELIMIT, "values or calls nested more than %d deep",
                        CVX_TEMPLATE_DEPTH_MAX);
    rt->depth++;
    return CVX_OK;
}

static size_t count_points(const char *data, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)data[i] & 0xc0) != 0x80;
    return n;
}

int cvx_value_str(struct cvx_rt *rt, const char *data, size_t len, bool safe,
                  struct cvx_value *ret)
{
    const struct cvx_str *str = &k_empty;
    if (len > 0) {
        /* One piece holds both: the heap itself refuses a length near SIZE_MAX. */
        struct cvx_str *made = cvx_heap_alloc(rt->heap, sizeof(*made) + 1 + len);
        if (!made)
            return cvx_value_no_memory(rt);
        char *copy = (char *)(made + 1);
        memcpy(copy, data, len);
        copy[len] = '\0';
        *made = (struct cvx_str){copy, len, count_points(data, len)};
        str = made;
    }
    *ret = (struct cvx_value){.kind = CVX_V_STR, .safe = safe, .u.str = str};
    return CVX_OK;
}

int cvx_value_str_buf(struct cvx_rt *rt, const struct cvx_buf *buf, bool safe,
                      struct cvx_value *ret)
{
    int rc = cvx_buf_check(buf, rt->err);
    return rc ? rc : cvx_value_str(rt, buf->data, buf->len, safe, ret);
}

int cvx_value_undefined(struct cvx_rt *rt, struct cvx_value *ret, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    /* The last byte kept may be within a character: cut before it. */
    if (len >= sizeof(text))
        len = cvx_text_cut(text, sizeof(text) - 1, sizeof(text) - 2);

    struct cvx_value str = {0};
    int rc = cvx_value_str(rt, text, len, false, &str);
    if (rc)
        return rc;
    *ret = (struct cvx_value){.kind = CVX_V_UNDEFINED, .u.str = str.u.str};
    return CVX_OK;
}

int cvx_value_fail_undefined(struct cvx_rt *rt, struct cvx_value value)
{
    const struct cvx_str *text = value.u.str;
    return cvx_value_fail(rt, "UndefinedError", "%s",
                          text && text->len ? text->data : "a value is undefined");
}

int cvx_value_list(struct cvx_rt *rt, enum cvx_value_kind kind, size_t cap,
                   struct cvx_value *ret)
{
    struct cvx_list *list = cvx_heap_zalloc(rt->heap, sizeof(*list));
    if (!list)
        return cvx_value_no_memory(rt);
    if (cap > 0) {
        list->items = cvx_heap_array(rt->heap, cap, sizeof(*list->items));
        if (!list->items)
            return cvx_value_no_memory(rt);
    }
    list->cap = cap;
    *ret = (struct cvx_value){.kind = (uint8_t)kind, .u.list = list};
    return CVX_OK;
}

static int list_grow(struct cvx_rt *rt, struct cvx_list *list)
{
    /* The old items stay in the heap: with doubling they are never more than the new. */
    size_t cap = list->cap < LIST_FIRST ? LIST_FIRST : list->cap * 2;
    struct cvx_value *items = cvx_heap_array(rt->heap, cap, sizeof(*items));
    if (!items)
        return cvx_value_no_memory(rt);
    if (list->n > 0)
        memcpy(items, list->items, list->n * sizeof(*items));
    list->items = items;
    list->cap = cap;
    return CVX_OK;
}

int cvx_list_append(struct cvx_rt *rt, struct cvx_list *list, struct cvx_value item)
{
    int rc = list->n == list->cap ? list_grow(rt, list) : CVX_OK;
    if (!rc)
        list->items[list->n++] = item;
    return rc;
}

int cvx_list_insert(struct cvx_rt *rt, struct cvx_list *list, size_t at,
                    struct cvx_value item)
{
    int rc = list->n == list->cap ? list_grow(rt, list) : CVX_OK;
    if (rc)
        return rc;
    memmove(list->items + at + 1, list->items + at, (list->n - at) * sizeof(item));
    list->items[at] = item;
    list->n++;
    return CVX_OK;
}

void cvx_list_remove(struct cvx_list *list, size_t at)
{
    list->n--;
    memmove(list->items + at, list->items + at + 1,
            (list->n - at) * sizeof(*list->items));
}

const char *cvx_value_type(struct cvx_value value)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
        return "Undefined";
    case CVX_V_NONE:
        return "NoneType";
    case CVX_V_BOOL:
        return "bool";
    case CVX_V_INT:
    case CVX_V_BIG:
        return "int";
    case CVX_V_FLOAT:
        return "float";
    case CVX_V_STR:
        return value.safe ? "Markup" : "str";
    case CVX_V_BYTES:
        return "bytes";
    case CVX_V_LIST:
        return "list";
    case CVX_V_TUPLE:
        return "tuple";
    case CVX_V_DICT:
        return "dict";
    case CVX_V_OBJECT:
        return value.u.object->type->name;
    }
    return "object";
}

/* Length of what has one; false for the rest. Objects are not asked. */
static bool plain_length(struct cvx_value value, size_t *ret)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
        *ret = 0;
        return true;
    case CVX_V_STR:
        *ret = value.u.str->points;
        return true;
    case CVX_V_BYTES:
        *ret = value.u.str->len;
        return true;
    case CVX_V_LIST:
    case CVX_V_TUPLE:
        *ret = value.u.list->n;
        return true;
    case CVX_V_DICT:
        *ret = cvx_dict_count(value.u.dict);
        return true;
    case CVX_V_NONE:
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
    case CVX_V_OBJECT:
        break;
    }
    return false;
}

static const struct cvx_object_type *object_type(struct cvx_value value)
{
    return value.kind == CVX_V_OBJECT ? value.u.object->type : NULL;
}

int cvx_value_truth(struct cvx_rt *rt, struct cvx_value value, bool *ret)
{
    const struct cvx_object_type *type = object_type(value);
    size_t n = 1;
    if (value.kind == CVX_V_BOOL)
        n = value.u.boolean;
    else if (value.kind == CVX_V_INT)
        n = value.u.integer != 0;
    else if (value.kind == CVX_V_FLOAT)
        n = value.u.real != 0;
    else if (value.kind == CVX_V_NONE)
        n = 0;
    else if (!type)
        (void)plain_length(value, &n); /* an integer of many limbs stays true */

    int rc = type && type->length ? type->length(rt, value.u.object, &n) : CVX_OK;
    if (!rc)
        *ret = n != 0;
    return rc;
}

int cvx_value_length(struct cvx_rt *rt, struct cvx_value value, size_t *ret)
{
    const struct cvx_object_type *type = object_type(value);
    if (type && type->length)
        return type->length(rt, value.u.object, ret);
    if (plain_length(value, ret))
        return CVX_OK;
    return cvx_value_fail(rt, "TypeError", "'%s' has no length", cvx_value_type(value));
}
