/* The filters that hand each item to another filter or test, as generators: map, select
 * and its family. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

#include "render/jinja/lazy.h"

static int copy_args(struct cvx_rt *rt, const struct cvx_args *args, struct cvx_args *ret)
{
    struct cvx_value *pos = cvx_heap_array(rt->heap, args->n, sizeof(*pos));
    struct cvx_kwarg *kw = pos ? cvx_heap_array(rt->heap, args->n_kw, sizeof(*kw)) : NULL;
    if (!pos || !kw)
        return cvx_value_no_memory(rt);
    if (args->n)
        memcpy(pos, args->pos, args->n * sizeof(*pos));
    if (args->n_kw)
        memcpy(kw, args->kw, args->n_kw * sizeof(*kw));
    *ret = (struct cvx_args){pos, args->n, kw, args->n_kw};
    return CVX_OK;
}

/* ---- map ---- */

struct map {
    struct cvx_lazy lazy;
    struct cvx_args given;
    cvx_filter_fn *filter; /* NULL: the attribute */
    struct cvx_args args;  /* of the filter */
    struct cvx_filterkit_key key;
    struct cvx_value dflt;
};

static int map_attribute(struct cvx_rt *rt, struct map *map)
{
    const struct cvx_args *args = &map->given;
    bool given = false;
    map->dflt = cvx_value_none();
    for (size_t i = 0; i < args->n_kw; i++) {
        struct cvx_value name = {.kind = CVX_V_STR, .u.str = args->kw[i].name};
        if (cvx_filterkit_is_text(name, "attribute")) {
            map->key.attribute = args->kw[i].value;
            given = true;
        } else if (cvx_filterkit_is_text(name, "default")) {
            map->dflt = args->kw[i].value;
        } else {
            return cvx_value_fail(rt, "FilterArgumentError",
                                  "filter 'map' knows no argument '%s'",
                                  args->kw[i].name->data);
        }
    }
    if (!given)
        return cvx_value_fail(rt, "FilterArgumentError",
                              "filter 'map' needs the name of a filter or an attribute");
    map->key.dflt = map->dflt.kind == CVX_V_NONE ? NULL : &map->dflt;
    return CVX_OK;
}

static bool has_keyword(const struct cvx_args *args, const char *name)
{
    for (size_t i = 0; i < args->n_kw; i++)
        if (strcmp(args->kw[i].name->data, name) == 0)
            return true;
    return false;
}

static int map_start(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    struct map *map = (struct map *)lazy;
    int rc = cvx_lazy_open_true(rt, lazy);
    if (rc || lazy->done)
        return rc;
    if (map->given.n == 0)
        return has_keyword(&map->given, "attribute") || map->given.n_kw == 0
                   ? map_attribute(rt, map)
                   : cvx_value_fail(rt, "FilterArgumentError",
                                    "filter 'map' needs the name of a filter");
    map->args = map->given;
    map->args.pos++;
    map->args.n--;
    if (map->given.pos[0].kind == CVX_V_STR)
        map->filter =
            cvx_filters_find(map->given.pos[0].u.str->data, map->given.pos[0].u.str->len);
    return CVX_OK;
}

static int map_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                    bool *ret_more)
{
    struct map *map = (struct map *)lazy;
    struct cvx_value item = {0};
    int rc = cvx_lazy_take(rt, lazy, &item, ret_more);
    if (rc || !*ret_more)
        return rc;
    if (map->filter)
        return map->filter(rt, item, &map->args, ret);
    if (map->given.n == 0)
        return cvx_filterkit_key_of(rt, &map->key, item, ret);
    struct cvx_value name = map->given.pos[0];
    return cvx_value_fail(rt, "TemplateRuntimeError", "no filter named '%s'",
                          name.kind == CVX_V_STR ? name.u.str->data
                                                 : cvx_value_type(name));
}

/* Keywords that Python would take for the filter's own first parameters. */
static int refuse_keywords(struct cvx_rt *rt, const char *what,
                           const struct cvx_args *args)
{
    static const char *const k_own[] = {"context", "value"};
    for (size_t i = 0; i < 2; i++)
        if (has_keyword(args, k_own[i]))
            return cvx_value_fail(rt, "TypeError", "%s got its argument '%s' twice", what,
                                  k_own[i]);
    return CVX_OK;
}

static int filter_map(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_lazy *lazy = NULL;
    int rc = refuse_keywords(rt, "filter 'map'", args);
    if (!rc)
        rc = cvx_lazy_new(rt, sizeof(struct map), input, map_start, map_step, &lazy, ret);
    return rc ? rc : copy_args(rt, args, &((struct map *)lazy)->given);
}

/* ---- select, reject, selectattr, rejectattr ---- */

struct choose {
    struct cvx_lazy lazy;
    struct cvx_args given;
    bool by_attribute;
    bool wanted; /* what the test must say: reject turns it round */
    struct cvx_filterkit_key key;
    const struct cvx_value *name; /* of the test; NULL: the item's truth */
    cvx_test_fn *test;
    struct cvx_args args;
};

static int choose_start(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    struct choose *choose = (struct choose *)lazy;
    int rc = cvx_lazy_open_true(rt, lazy);
    if (rc || lazy->done)
        return rc;
    choose->args = choose->given;
    choose->key.attribute = cvx_value_none();
    if (choose->by_attribute) {
        if (choose->given.n == 0)
            return cvx_value_fail(rt, "FilterArgumentError",
                                  "the name of the attribute to look at is missing");
        choose->key.attribute = choose->given.pos[0];
        choose->args.pos++;
        choose->args.n--;
    }
    if (choose->args.n == 0)
        return CVX_OK;
    choose->name = choose->args.pos++;
    choose->args.n--;
    if (choose->name->kind == CVX_V_STR)
        choose->test =
            cvx_tests_find(choose->name->u.str->data, choose->name->u.str->len);
    return CVX_OK;
}

static int choose_test(struct cvx_rt *rt, const struct choose *choose,
                       struct cvx_value value, bool *ret)
{
    const struct cvx_value *name = choose->name;
    if (choose->test)
        return choose->test(rt, value, &choose->args, ret);
    if (!name)
        return cvx_value_truth(rt, value, ret);
    return cvx_value_fail(rt, "TemplateRuntimeError", "no test named '%s'",
                          name->kind == CVX_V_STR ? name->u.str->data
                                                  : cvx_value_type(*name));
}

static int choose_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                       bool *ret_more)
{
    const struct choose *choose = (const struct choose *)lazy;
    struct cvx_value item = {0}, value = {0};
    bool chosen = !choose->wanted;
    int rc = CVX_OK;
    while (!rc && chosen != choose->wanted) {
        rc = cvx_lazy_take(rt, lazy, &item, ret_more);
        if (rc || !*ret_more)
            return rc;
        rc = cvx_filterkit_key_of(rt, &choose->key, item, &value);
        if (!rc)
            rc = choose_test(rt, choose, value, &chosen);
    }
    if (!rc)
        *ret = item;
    return rc;
}

static int choose_new(struct cvx_rt *rt, struct cvx_value input,
                      const struct cvx_args *args, const char *what, bool by_attribute,
                      bool wanted, struct cvx_value *ret)
{
    struct cvx_lazy *lazy = NULL;
    int rc = refuse_keywords(rt, what, args);
    if (!rc)
        rc = cvx_lazy_new(rt, sizeof(struct choose), input, choose_start, choose_step,
                          &lazy, ret);
    if (rc)
        return rc;
    struct choose *choose = (struct choose *)lazy;
    choose->by_attribute = by_attribute;
    choose->wanted = wanted;
    return copy_args(rt, args, &choose->given);
}

static int filter_select(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    return choose_new(rt, input, args, "filter 'select'", false, true, ret);
}

static int filter_reject(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    return choose_new(rt, input, args, "filter 'reject'", false, false, ret);
}

static int filter_selectattr(struct cvx_rt *rt, struct cvx_value input,
                             const struct cvx_args *args, struct cvx_value *ret)
{
    return choose_new(rt, input, args, "filter 'selectattr'", true, true, ret);
}

static int filter_rejectattr(struct cvx_rt *rt, struct cvx_value input,
                             const struct cvx_args *args, struct cvx_value *ret)
{
    return choose_new(rt, input, args, "filter 'rejectattr'", true, false, ret);
}

const struct cvx_filterkit_entry cvx_filters_lazy_table[] = {
    {"map", filter_map},
    {"select", filter_select},
    {"reject", filter_reject},
    {"selectattr", filter_selectattr},
    {"rejectattr", filter_rejectattr},
    {NULL, NULL},
};
