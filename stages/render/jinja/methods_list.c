/* Methods of list and tuple. Those that change a list return None. See methods.h. */
#include "render/jinja/filterkit.h"
#include "render/jinja/filtersort.h"
#include "render/jinja/methods.h"

static int done(struct cvx_value *ret)
{
    *ret = cvx_value_none();
    return CVX_OK;
}

static int list_append(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    int rc = cvx_list_append(rt, self.u.list, args->pos[0]);
    (void)m;
    return rc ? rc : done(ret);
}

static int list_clear(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    (void)rt;
    (void)m;
    (void)args;
    self.u.list->n = 0;
    return done(ret);
}

static int list_copy(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value copy = {0};
    int rc = cvx_value_list(rt, CVX_V_LIST, self.u.list->n, &copy);
    (void)m;
    (void)args;
    for (size_t i = 0; i < self.u.list->n && !rc; i++)
        rc = cvx_list_append(rt, copy.u.list, self.u.list->items[i]);
    if (!rc)
        *ret = copy;
    return rc;
}

/* All is collected first: a list may be extended by itself. */
static int list_extend(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    struct cvx_list *more;
    int rc = cvx_iter_collect(rt, args->pos[0], &more);
    (void)m;
    for (size_t i = 0; !rc && i < more->n; i++)
        rc = cvx_list_append(rt, self.u.list, more->items[i]);
    return rc ? rc : done(ret);
}

static int list_insert(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    int64_t at, n = (int64_t)self.u.list->n;
    int rc = cvx_methods_size(rt, args->pos[0], &at);
    (void)m;
    if (rc)
        return rc;
    at = at < 0 ? (at < -n ? 0 : at + n) : at > n ? n : at;
    rc = cvx_list_insert(rt, self.u.list, (size_t)at, args->pos[1]);
    return rc ? rc : done(ret);
}

static int list_pop(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    int64_t at = -1, n = (int64_t)self.u.list->n;
    int rc = args->n > 0 ? cvx_methods_size(rt, args->pos[0], &at) : CVX_OK;
    (void)m;
    if (rc)
        return rc;
    at += at < 0 ? n : 0;
    if (at < 0 || at >= n)
        return cvx_value_fail(rt, "IndexError", "pop(): the list has no such item");
    *ret = self.u.list->items[at];
    cvx_list_remove(self.u.list, (size_t)at);
    return CVX_OK;
}

static int is_item(struct cvx_rt *rt, struct cvx_value item, struct cvx_value wanted,
                   bool *ret)
{
    *ret = cvx_compare_same(item, wanted);
    return *ret ? CVX_OK : cvx_compare_equal(rt, item, wanted, ret);
}

/* The first place from start up to stop; stop when there is none. */
static int find_item(struct cvx_rt *rt, const struct cvx_list *list,
                     struct cvx_value wanted, size_t start, size_t stop, size_t *ret)
{
    bool is = false;
    int rc = CVX_OK;
    size_t i = start;
    for (; i < stop && i < list->n && !rc; i++) {
        rc = is_item(rt, list->items[i], wanted, &is);
        if (!rc && is)
            break;
    }
    *ret = is ? i : stop;
    return rc;
}

static int list_remove(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    size_t n = self.u.list->n, at;
    int rc = find_item(rt, self.u.list, args->pos[0], 0, n, &at);
    (void)m;
    if (rc)
        return rc;
    if (at == n)
        return cvx_value_fail(rt, "ValueError", "remove(): the value is not in the list");
    cvx_list_remove(self.u.list, at);
    return done(ret);
}

static int list_index(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    size_t start, stop, at;
    int rc = cvx_methods_bounds(rt, args, 1, false, self.u.list->n, &start, &stop);
    (void)m;
    if (!rc)
        rc = find_item(rt, self.u.list, args->pos[0], start, stop, &at);
    if (rc)
        return rc;
    if (at == stop)
        return cvx_value_fail(rt, "ValueError", "index(): the value is not in the %s",
                              cvx_value_type(self));
    *ret = cvx_value_int((int64_t)at);
    return CVX_OK;
}

static int list_count(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    int64_t n = 0;
    int rc = CVX_OK;
    (void)m;
    for (size_t i = 0; i < self.u.list->n && !rc; i++) {
        bool is = false;
        rc = is_item(rt, self.u.list->items[i], args->pos[0], &is);
        n += is;
    }
    if (!rc)
        *ret = cvx_value_int(n);
    return rc;
}

static int list_reverse(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_list *list = self.u.list;
    (void)rt;
    (void)m;
    (void)args;
    for (size_t i = 0; i < list->n / 2; i++) {
        struct cvx_value other = list->items[list->n - 1 - i];
        list->items[list->n - 1 - i] = list->items[i];
        list->items[i] = other;
    }
    return done(ret);
}

/* ---- sort ---- */

static int bind_sort(struct cvx_rt *rt, const struct cvx_args *args,
                     struct cvx_value *ret_key, bool *ret_reverse)
{
    static const char *const k_names[] = {"key", "reverse"};
    struct cvx_value v[2];
    bool given[2];
    if (args->n > 0)
        return cvx_value_fail(rt, "TypeError", "sort() takes no positional arguments");
    int rc = cvx_args_bind(rt, "sort()", args, k_names, 2, 0, v, given);
    *ret_reverse = false;
    if (!rc && given[1])
        rc = cvx_filterkit_reverse(rt, v[1], ret_reverse);
    *ret_key = given[0] ? v[0] : cvx_value_none();
    return rc;
}

static int fill_items(struct cvx_rt *rt, struct cvx_list list, struct cvx_value key,
                      struct cvx_filtersort_item *items)
{
    struct cvx_value *keys = cvx_heap_array(rt->heap, list.n + 1, sizeof(*keys));
    int rc = CVX_OK;
    if (!keys)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < list.n && !rc; i++) {
        struct cvx_value *value = &list.items[i];
        keys[i] = *value;
        if (key.kind != CVX_V_NONE)
            rc = cvx_access_call(rt, key, &(struct cvx_args){.pos = value, .n = 1},
                                 &keys[i]);
        items[i] = (struct cvx_filtersort_item){&keys[i], *value};
    }
    return rc;
}

/* The list is empty meanwhile, as Python has it: the key function may look at it. */
static int list_sort(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_list list = *self.u.list;
    struct cvx_filtersort_item *items =
        cvx_heap_array(rt->heap, list.n + 1, sizeof(*items));
    struct cvx_value key = {0};
    bool reverse = false;
    (void)m;
    if (!items)
        return cvx_value_no_memory(rt);
    int rc = bind_sort(rt, args, &key, &reverse);
    if (rc)
        return rc;
    *self.u.list = (struct cvx_list){0};
    rc = fill_items(rt, list, key, items);
    if (!rc)
        rc =
            cvx_filtersort_run(rt, items, list.n, reverse, cvx_filtersort_less_key, NULL);
    for (size_t i = 0; i < list.n && !rc; i++)
        list.items[i] = items[i].value;
    bool changed = self.u.list->items != NULL;
    *self.u.list = list;
    if (!rc && changed)
        rc = cvx_value_fail(rt, "ValueError", "the list was changed while it was sorted");
    return rc ? rc : done(ret);
}

const struct cvx_method cvx_methods_list_table[] = {
    {.name = "append", .fn = list_append, .least = 1, .most = 1},
    {.name = "clear", .fn = list_clear},
    {.name = "copy", .fn = list_copy},
    {.name = "count", .fn = list_count, .least = 1, .most = 1},
    {.name = "extend", .fn = list_extend, .least = 1, .most = 1},
    {.name = "index", .fn = list_index, .least = 1, .most = 3},
    {.name = "insert", .fn = list_insert, .least = 2, .most = 2},
    {.name = "pop", .fn = list_pop, .most = 1},
    {.name = "remove", .fn = list_remove, .least = 1, .most = 1},
    {.name = "reverse", .fn = list_reverse},
    {.name = "sort", .fn = list_sort, .keywords = true},
    {.name = NULL},
};

const struct cvx_method cvx_methods_tuple_table[] = {
    {.name = "count", .fn = list_count, .least = 1, .most = 1},
    {.name = "index", .fn = list_index, .least = 1, .most = 3},
    {.name = NULL},
};
