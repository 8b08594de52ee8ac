/* Passes over values, generators, and the live views of dicts. See value.h. */
#include "render/jinja/value.h"

#include <assert.h>
#include <string.h>

#include "text/unicode.h"

/* ---- passes ---- */

static int nothing_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                        bool *ret_more)
{
    (void)rt, (void)self, (void)ret;
    *ret_more = false;
    return CVX_OK;
}

struct list_iter {
    struct cvx_iter iter;
    const struct cvx_list *list;
    size_t at;
};

static int list_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct list_iter *it = (struct list_iter *)self;
    /* Asked at each step: a template that changes the list it walks meets the change. */
    *ret_more = it->at < it->list->n;
    if (!*ret_more)
        return CVX_OK;
    *ret = it->list->items[it->at++];
    return cvx_value_spend(rt);
}

struct text_iter {
    struct cvx_iter iter;
    const struct cvx_str *str;
    size_t at;
};

static int text_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct text_iter *it = (struct text_iter *)self;
    const char *data = it->str->data;
    size_t len;
    *ret_more = it->at < it->str->len;
    if (!*ret_more)
        return CVX_OK;
    (void)cvx_unicode_decode(data + it->at, data + it->str->len, &len);
    int rc = cvx_value_str(rt, data + it->at, len, false, ret);
    it->at += len;
    return rc ? rc : cvx_value_spend(rt);
}

static int bytes_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                      bool *ret_more)
{
    struct text_iter *it = (struct text_iter *)self;
    *ret_more = it->at < it->str->len;
    if (!*ret_more)
        return CVX_OK;
    *ret = cvx_value_int((unsigned char)it->str->data[it->at++]);
    return cvx_value_spend(rt);
}

struct dict_iter {
    struct cvx_iter iter;
    const struct cvx_dict *dict;
    size_t at, version;
    enum cvx_view view;
};

static int entry_value(struct cvx_rt *rt, const struct cvx_dict_entry *entry,
                       enum cvx_view view, struct cvx_value *ret)
{
    struct cvx_value pair = {0};
    if (view != CVX_VIEW_ITEMS) {
        *ret = view == CVX_VIEW_KEYS ? entry->key : entry->value;
        return CVX_OK;
    }
    int rc = cvx_value_list(rt, CVX_V_TUPLE, 2, &pair);
    if (rc)
        return rc;
    pair.u.list->items[0] = entry->key;
    pair.u.list->items[1] = entry->value;
    pair.u.list->n = 2;
    *ret = pair;
    return CVX_OK;
}

static int dict_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct dict_iter *it = (struct dict_iter *)self;
    if (it->version != cvx_dict_version(it->dict))
        return cvx_value_fail(rt, "RuntimeError", "a dict changed while it was walked");
    *ret_more = it->at < cvx_dict_count(it->dict);
    if (!*ret_more)
        return CVX_OK;
    int rc = entry_value(rt, cvx_dict_at(it->dict, it->at++), it->view, ret);
    return rc ? rc : cvx_value_spend(rt);
}

static int new_list_iter(struct cvx_rt *rt, const struct cvx_list *list,
                         struct cvx_iter **ret)
{
    struct list_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    *it = (struct list_iter){{list_next}, list, 0};
    *ret = &it->iter;
    return CVX_OK;
}

static int new_text_iter(struct cvx_rt *rt, struct cvx_value value, struct cvx_iter **ret)
{
    struct text_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    it->iter.next = value.kind == CVX_V_STR ? text_next : bytes_next;
    it->str = value.u.str;
    it->at = 0;
    *ret = &it->iter;
    return CVX_OK;
}

static int new_dict_iter(struct cvx_rt *rt, const struct cvx_dict *dict,
                         enum cvx_view view, struct cvx_iter **ret)
{
    struct dict_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    *it = (struct dict_iter){{dict_next}, dict, 0, cvx_dict_version(dict), view};
    *ret = &it->iter;
    return CVX_OK;
}

static int new_empty_iter(struct cvx_rt *rt, struct cvx_iter **ret)
{
    struct cvx_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    it->next = nothing_next;
    *ret = it;
    return CVX_OK;
}

int cvx_iter_new(struct cvx_rt *rt, struct cvx_value value, struct cvx_iter **ret)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
        return new_empty_iter(rt, ret);
    case CVX_V_STR:
    case CVX_V_BYTES:
        return new_text_iter(rt, value, ret);
    case CVX_V_LIST:
    case CVX_V_TUPLE:
        return new_list_iter(rt, value.u.list, ret);
    case CVX_V_DICT:
        return new_dict_iter(rt, value.u.dict, CVX_VIEW_KEYS, ret);
    case CVX_V_OBJECT:
        if (value.u.object->type->iter)
            return value.u.object->type->iter(rt, value.u.object, ret);
        break;
    case CVX_V_NONE:
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
        break;
    }
    return cvx_value_fail(rt, "TypeError", "'%s' cannot be iterated over",
                          cvx_value_type(value));
}

static int copy_list(struct cvx_rt *rt, const struct cvx_list *list,
                     struct cvx_list **ret)
{
    struct cvx_value made = {0};
    int rc = cvx_value_list(rt, CVX_V_LIST, list->n, &made);
    if (rc)
        return rc;
    if (list->n > 0)
        memcpy(made.u.list->items, list->items, list->n * sizeof(*list->items));
    made.u.list->n = list->n;
    *ret = made.u.list;
    return CVX_OK;
}

int cvx_iter_collect(struct cvx_rt *rt, struct cvx_value value, struct cvx_list **ret)
{
    if (value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE)
        return copy_list(rt, value.u.list, ret);

    struct cvx_iter *iter = NULL;
    struct cvx_value made = {0}, item = {0};
    bool more = true;
    int rc = cvx_iter_new(rt, value, &iter);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, 0, &made);
    if (rc)
        return rc;
    assert(iter != NULL);
    while (!rc && more) {
        rc = iter->next(rt, iter, &item, &more);
        if (!rc && more)
            rc = cvx_list_append(rt, made.u.list, item);
    }
    if (!rc)
        *ret = made.u.list;
    return rc;
}

/* ---- generators ---- */

struct generator {
    struct cvx_object object;
    struct cvx_iter *iter;
};

static int generator_iter(struct cvx_rt *rt, struct cvx_object *self,
                          struct cvx_iter **ret)
{
    (void)rt;
    *ret = ((struct generator *)self)->iter;
    return CVX_OK;
}

static const struct cvx_object_type k_generator = {
    .name = "generator",
    .iter = generator_iter,
};

int cvx_iter_object(struct cvx_rt *rt, struct cvx_iter *iter, struct cvx_value *ret)
{
    struct generator *made = cvx_heap_alloc(rt->heap, sizeof(*made));
    if (!made)
        return cvx_value_no_memory(rt);
    *made = (struct generator){{&k_generator}, iter};
    *ret = cvx_value_object(&made->object);
    return CVX_OK;
}

/* ---- views ---- */

struct view {
    struct cvx_object object;
    struct cvx_dict *dict;
    enum cvx_view view;
};

static int view_iter(struct cvx_rt *rt, struct cvx_object *self, struct cvx_iter **ret)
{
    const struct view *view = (const struct view *)self;
    return new_dict_iter(rt, view->dict, view->view, ret);
}

static int view_length(struct cvx_rt *rt, struct cvx_object *self, size_t *ret)
{
    (void)rt;
    *ret = cvx_dict_count(((const struct view *)self)->dict);
    return CVX_OK;
}

static int view_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    struct cvx_list *list = NULL;
    int rc = cvx_iter_collect(rt, cvx_value_object(self), &list);
    if (rc)
        return rc;
    cvx_buf_puts(out, self->type->name);
    cvx_buf_putc(out, '(');
    rc = cvx_repr_repr(rt, (struct cvx_value){.kind = CVX_V_LIST, .u.list = list}, out);
    cvx_buf_putc(out, ')');
    return rc;
}

/* Whether the dict has item as a key, or as a pair of key and value. */
static int view_contains(struct cvx_rt *rt, struct cvx_object *self,
                         struct cvx_value item, bool *ret)
{
    const struct view *view = (const struct view *)self;
    const struct cvx_value *value = NULL;
    bool pair = view->view == CVX_VIEW_ITEMS;
    if (pair && (item.kind != CVX_V_TUPLE || item.u.list->n != 2)) {
        *ret = false;
        return CVX_OK;
    }
    int rc = cvx_dict_find(rt, view->dict, pair ? item.u.list->items[0] : item, &value);
    if (rc)
        return rc;
    *ret = value != NULL;
    if (!pair || !value)
        return CVX_OK;
    if (cvx_compare_same(*value, item.u.list->items[1]))
        return CVX_OK;
    return cvx_compare_equal(rt, *value, item.u.list->items[1], ret);
}

static int view_equal(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value other,
                      bool *ret);

static const struct cvx_object_type k_views[] = {
    [CVX_VIEW_KEYS] = {.name = "dict_keys",
                       .iter = view_iter,
                       .length = view_length,
                       .print = view_print,
                       .contains = view_contains,
                       .equal = view_equal,
                       .unhashable = true},
    /* Values are found by walking, and are equal only to themselves. */
    [CVX_VIEW_VALUES] = {.name = "dict_values",
                         .iter = view_iter,
                         .length = view_length,
                         .print = view_print},
    [CVX_VIEW_ITEMS] = {.name = "dict_items",
                        .iter = view_iter,
                        .length = view_length,
                        .print = view_print,
                        .contains = view_contains,
                        .equal = view_equal,
                        .unhashable = true},
};

/* As sets: as many, and each in the other. */
static int view_equal(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value other,
                      bool *ret)
{
    const struct view *view = (const struct view *)self;
    bool equal =
        other.kind == CVX_V_OBJECT && (other.u.object->type == &k_views[CVX_VIEW_KEYS] ||
                                       other.u.object->type == &k_views[CVX_VIEW_ITEMS]);
    const struct view *theirs = equal ? (const struct view *)other.u.object : NULL;
    size_t n = cvx_dict_count(view->dict);
    equal = equal && cvx_dict_count(theirs->dict) == n;
    int rc = CVX_OK;
    for (size_t i = 0; i < n && equal && !rc; i++) {
        struct cvx_value item = {0};
        rc = entry_value(rt, cvx_dict_at(view->dict, i), view->view, &item);
        if (!rc)
            rc = view_contains(rt, other.u.object, item, &equal);
    }
    if (!rc)
        *ret = equal;
    return rc;
}

int cvx_iter_view(struct cvx_rt *rt, struct cvx_dict *dict, enum cvx_view view,
                  struct cvx_value *ret)
{
    struct view *made = cvx_heap_alloc(rt->heap, sizeof(*made));
    if (!made)
        return cvx_value_no_memory(rt);
    *made = (struct view){{&k_views[view]}, dict, view};
    *ret = cvx_value_object(&made->object);
    return CVX_OK;
}
