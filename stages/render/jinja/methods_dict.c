/* Methods of dict. Those that change it return None or what they took out. See
 * methods.h. */
#include "render/jinja/methods.h"

static int dict_clear(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    (void)rt;
    (void)m;
    (void)args;
    cvx_dict_clear(self.u.dict);
    *ret = cvx_value_none();
    return CVX_OK;
}

static int put_all(struct cvx_rt *rt, struct cvx_dict *dict, const struct cvx_dict *from)
{
    int rc = CVX_OK;
    for (size_t i = 0; i < cvx_dict_count(from) && !rc; i++) {
        struct cvx_dict_entry entry = *cvx_dict_at(from, i);
        rc = cvx_dict_put(rt, dict, entry.key, entry.value);
    }
    return rc;
}

static int dict_copy(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value copy = {0};
    int rc = cvx_dict_new(rt, &copy);
    (void)m;
    (void)args;
    if (!rc)
        rc = put_all(rt, copy.u.dict, self.u.dict);
    if (!rc)
        *ret = copy;
    return rc;
}

static int dict_fromkeys(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_value dict = {0};
    struct cvx_value value = args->n > 1 ? args->pos[1] : cvx_value_none();
    struct cvx_list *keys;
    int rc = cvx_dict_new(rt, &dict);
    (void)m;
    (void)self;
    if (!rc)
        rc = cvx_iter_collect(rt, args->pos[0], &keys);
    for (size_t i = 0; !rc && i < keys->n; i++)
        rc = cvx_dict_put(rt, dict.u.dict, keys->items[i], value);
    if (!rc)
        *ret = dict;
    return rc;
}

static int dict_get(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    const struct cvx_value *found;
    int rc = cvx_dict_find(rt, self.u.dict, args->pos[0], &found);
    (void)m;
    if (rc)
        return rc;
    *ret = found ? *found : args->n > 1 ? args->pos[1] : cvx_value_none();
    return CVX_OK;
}

/* keys, values, items. */
static int dict_view(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    (void)args;
    return cvx_iter_view(rt, self.u.dict, (enum cvx_view)m->option, ret);
}

static int dict_pop(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    const struct cvx_value *found = NULL;
    int rc = CVX_OK;
    (void)m;
    if (cvx_dict_count(self.u.dict) > 0) /* else Python does not look at the key */
        rc = cvx_dict_find(rt, self.u.dict, args->pos[0], &found);
    if (rc)
        return rc;
    if (!found && args->n < 2)
        return cvx_value_fail(rt, "KeyError", "pop(): the dict has no such key");
    if (!found) {
        *ret = args->pos[1];
        return CVX_OK;
    }
    struct cvx_value value = *found;
    bool removed;
    rc = cvx_dict_remove(rt, self.u.dict, args->pos[0], &removed);
    if (!rc)
        *ret = value;
    return rc;
}

static int dict_popitem(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    size_t n = cvx_dict_count(self.u.dict);
    struct cvx_value pair = {0};
    bool removed;
    (void)m;
    (void)args;
    if (n == 0)
        return cvx_value_fail(rt, "KeyError", "popitem(): the dict is empty");
    struct cvx_dict_entry last = *cvx_dict_at(self.u.dict, n - 1);
    int rc = cvx_value_list(rt, CVX_V_TUPLE, 2, &pair);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, last.key);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, last.value);
    if (!rc)
        rc = cvx_dict_remove(rt, self.u.dict, last.key, &removed);
    if (!rc)
        *ret = pair;
    return rc;
}

static int dict_setdefault(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    const struct cvx_value *found;
    struct cvx_value value = args->n > 1 ? args->pos[1] : cvx_value_none();
    int rc = cvx_dict_find(rt, self.u.dict, args->pos[0], &found);
    (void)m;
    if (!rc && found)
        value = *found;
    else if (!rc)
        rc = cvx_dict_put(rt, self.u.dict, args->pos[0], value);
    if (!rc)
        *ret = value;
    return rc;
}

static int put_pairs(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value pairs)
{
    struct cvx_iter *iter;
    struct cvx_value pair;
    struct cvx_list *two;
    bool more = true;
    int rc = cvx_iter_new(rt, pairs, &iter);
    for (size_t i = 0; !rc; i++) {
        rc = iter->next(rt, iter, &pair, &more);
        if (rc || !more)
            break;
        if (pair.kind == CVX_V_UNDEFINED)
            return cvx_value_fail(rt, "ValueError", "update(): item %zu is no pair", i);
        rc = cvx_iter_collect(rt, pair, &two);
        if (!rc && two->n != 2)
            rc = cvx_value_fail(rt, "ValueError",
                                "update(): item %zu has length %zu, not 2", i, two->n);
        if (!rc)
            rc = cvx_dict_put(rt, dict, two->items[0], two->items[1]);
    }
    return rc;
}

static int dict_update(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    int rc = CVX_OK;
    (void)m;
    if (args->n > 1)
        rc = cvx_value_fail(rt, "TypeError",
                            "update() takes at most 1 argument, %zu given", args->n);
    else if (args->n == 1 && args->pos[0].kind == CVX_V_UNDEFINED)
        rc = cvx_value_fail_undefined(rt, args->pos[0]);
    else if (args->n == 1 && args->pos[0].kind == CVX_V_DICT)
        rc = put_all(rt, self.u.dict, args->pos[0].u.dict);
    else if (args->n == 1)
        rc = put_pairs(rt, self.u.dict, args->pos[0]);
    for (size_t i = 0; i < args->n_kw && !rc; i++) {
        struct cvx_value key = {.kind = CVX_V_STR, .u.str = args->kw[i].name};
        rc = cvx_dict_put(rt, self.u.dict, key, args->kw[i].value);
    }
    if (!rc)
        *ret = cvx_value_none();
    return rc;
}

const struct cvx_method cvx_methods_dict_table[] = {
    {.name = "clear", .fn = dict_clear},
    {.name = "copy", .fn = dict_copy},
    {.name = "fromkeys", .fn = dict_fromkeys, .least = 1, .most = 2},
    {.name = "get", .fn = dict_get, .least = 1, .most = 2},
    {.name = "items", .fn = dict_view, .option = CVX_VIEW_ITEMS},
    {.name = "keys", .fn = dict_view, .option = CVX_VIEW_KEYS},
    {.name = "values", .fn = dict_view, .option = CVX_VIEW_VALUES},
    {.name = "pop", .fn = dict_pop, .least = 1, .most = 2},
    {.name = "popitem", .fn = dict_popitem},
    {.name = "setdefault", .fn = dict_setdefault, .least = 1, .most = 2},
    {.name = "update", .fn = dict_update, .keywords = true},
    {.name = NULL},
};
