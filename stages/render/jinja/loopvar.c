/* What a template asks of "loop". See loopvar.h. */
#include "render/jinja/loopvar.h"

#include <string.h>

/* ---- stepping ---- */

static int peek(struct cvx_rt *rt, struct cvx_loopvar *loop)
{
    if (loop->after.kind != CVX_V_MISSING)
        return CVX_OK;
    bool more = false;
    struct cvx_value item = {0};
    int rc = loop->iter->next(rt, loop->iter, &item, &more);
    if (!rc && more)
        loop->after = item;
    return rc;
}

int cvx_loopvar_step(struct cvx_rt *rt, struct cvx_loopvar *loop, struct cvx_value *ret,
                     bool *ret_more)
{
    int rc = peek(rt, loop);
    *ret_more = !rc && loop->after.kind != CVX_V_MISSING;
    if (rc || !*ret_more)
        return rc;
    loop->index0++;
    loop->before = loop->current;
    loop->current = loop->after;
    loop->after.kind = CVX_V_MISSING;
    *ret = loop->current;
    return CVX_OK;
}

/* What a length can be asked of, without making a fault of it. */
static bool is_sized(const struct cvx_loopvar *loop)
{
    struct cvx_value value = loop->iterable;
    if (loop->def->test)
        return false;
    return value.kind != CVX_V_OBJECT || value.u.object->type->length != NULL;
}

static int loop_length(struct cvx_rt *rt, struct cvx_loopvar *loop, size_t *ret)
{
    int rc = CVX_OK;
    if (!loop->has_length && is_sized(loop)) {
        rc = cvx_value_length(rt, loop->iterable, &loop->length);
    } else if (!loop->has_length) {
        struct cvx_value rest = {0};
        rc = cvx_value_list(rt, CVX_V_LIST, 0, &rest);
        for (bool more = true; !rc && more;) {
            struct cvx_value item = {0};
            rc = loop->iter->next(rt, loop->iter, &item, &more);
            if (!rc && more)
                rc = cvx_list_append(rt, rest.u.list, item);
        }
        if (!rc)
            rc = cvx_iter_new(rt, rest, &loop->iter);
        if (!rc)
            loop->length = rest.u.list->n + (size_t)(loop->index0 + 1) +
                           (loop->after.kind != CVX_V_MISSING);
    }
    loop->has_length = loop->has_length || !rc;
    if (!rc)
        *ret = loop->length;
    return rc;
}

/* ---- what is asked of "loop" ---- */

static int get_revindex(struct cvx_rt *rt, struct cvx_loopvar *loop, int64_t less,
                        struct cvx_value *ret)
{
    size_t length = 0;
    int rc = loop_length(rt, loop, &length);
    if (!rc)
        *ret = cvx_value_int((int64_t)length - loop->index0 - less);
    return rc;
}

static int get_last(struct cvx_rt *rt, struct cvx_loopvar *loop, struct cvx_value *ret)
{
    int rc = peek(rt, loop);
    if (!rc)
        *ret = cvx_value_bool(loop->after.kind == CVX_V_MISSING);
    return rc;
}

static int get_next(struct cvx_rt *rt, struct cvx_loopvar *loop, struct cvx_value *ret)
{
    static const struct cvx_str k_text = {
        .data = "'loop.nextitem' is undefined: this is the last item",
        .len = 51,
        .points = 51};
    int rc = peek(rt, loop);
    if (!rc)
        *ret =
            loop->after.kind == CVX_V_MISSING ? cvx_eval_undefined(&k_text) : loop->after;
    return rc;
}

static struct cvx_value get_previous(const struct cvx_loopvar *loop)
{
    static const struct cvx_str k_text = {
        .data = "'loop.previtem' is undefined: this is the first item",
        .len = 52,
        .points = 52};
    return loop->index0 == 0 ? cvx_eval_undefined(&k_text) : loop->before;
}

/* ---- loop.cycle and loop.changed ---- */

struct bound {
    struct cvx_object object;
    struct cvx_loopvar *loop;
};

static int call_cycle(struct cvx_rt *rt, struct cvx_object *self,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    const struct cvx_loopvar *loop = ((struct bound *)self)->loop;
    if (args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "loop.cycle() has no argument '%s'",
                              args->kw[0].name->data);
    if (args->n == 0)
        return cvx_value_fail(rt, "TypeError", "loop.cycle() needs an item");
    *ret = args->pos[(size_t)loop->index0 % args->n];
    return CVX_OK;
}

static int same_values(struct cvx_rt *rt, const struct cvx_list *old,
                       const struct cvx_args *args, bool *ret)
{
    bool same = old && old->n == args->n;
    int rc = CVX_OK;
    for (size_t i = 0; !rc && same && i < args->n; i++)
        if (!cvx_compare_same(old->items[i], args->pos[i]))
            rc = cvx_compare_equal(rt, old->items[i], args->pos[i], &same);
    *ret = same;
    return rc;
}

static int call_changed(struct cvx_rt *rt, struct cvx_object *self,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_loopvar *loop = ((struct bound *)self)->loop;
    bool same = false;
    if (args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "loop.changed() has no argument '%s'",
                              args->kw[0].name->data);
    int rc = same_values(rt, loop->changed, args, &same);
    if (rc || same) {
        *ret = cvx_value_bool(false);
        return rc;
    }
    struct cvx_value values = {0};
    rc = cvx_value_list(rt, CVX_V_TUPLE, args->n, &values);
    for (size_t i = 0; !rc && i < args->n; i++)
        rc = cvx_list_append(rt, values.u.list, args->pos[i]);
    if (!rc) {
        loop->changed = values.u.list;
        *ret = cvx_value_bool(true);
    }
    return rc;
}

static const struct cvx_object_type k_cycle = {.name = "method", .call = call_cycle};
static const struct cvx_object_type k_changed = {.name = "method", .call = call_changed};

static int get_bound(struct cvx_rt *rt, struct cvx_loopvar *loop,
                     const struct cvx_object_type *type, struct cvx_value *ret)
{
    struct bound *bound = cvx_heap_alloc(rt->heap, sizeof(*bound));
    if (!bound)
        return cvx_value_no_memory(rt);
    *bound = (struct bound){{type}, loop};
    *ret = cvx_value_object(&bound->object);
    return CVX_OK;
}

enum field {
    F_CHANGED,
    F_CYCLE,
    F_DEPTH,
    F_DEPTH0,
    F_FIRST,
    F_INDEX,
    F_INDEX0,
    F_LAST,
    F_LENGTH,
    F_NEXTITEM,
    F_PREVITEM,
    F_REVINDEX,
    F_REVINDEX0,
    F_NONE
};

static enum field find_field(const struct cvx_str *name)
{
    static const char *const k_fields[] = {
        "changed", "cycle",  "depth",    "depth0",   "first",    "index",    "index0",
        "last",    "length", "nextitem", "previtem", "revindex", "revindex0"};
    size_t i = 0;
    while (i < F_NONE && strcmp(k_fields[i], name->data) != 0)
        i++;
    return (enum field)i;
}

static int get_length(struct cvx_rt *rt, struct cvx_loopvar *loop, struct cvx_value *ret)
{
    size_t length = 0;
    int rc = loop_length(rt, loop, &length);
    if (!rc)
        *ret = cvx_value_int((int64_t)length);
    return rc;
}

static int loop_attr(struct cvx_rt *rt, struct cvx_object *self,
                     const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    struct cvx_loopvar *loop = (struct cvx_loopvar *)self;
    enum field field = find_field(name);
    *ret_found = field != F_NONE;
    switch (field) {
    case F_CHANGED:
        return get_bound(rt, loop, &k_changed, ret);
    case F_CYCLE:
        return get_bound(rt, loop, &k_cycle, ret);
    case F_DEPTH:
    case F_DEPTH0:
        *ret = cvx_value_int((int64_t)loop->depth0 + (field == F_DEPTH));
        return CVX_OK;
    case F_FIRST:
        *ret = cvx_value_bool(loop->index0 == 0);
        return CVX_OK;
    case F_INDEX:
    case F_INDEX0:
        *ret = cvx_value_int(loop->index0 + (field == F_INDEX));
        return CVX_OK;
    case F_LAST:
        return get_last(rt, loop, ret);
    case F_LENGTH:
        return get_length(rt, loop, ret);
    case F_NEXTITEM:
        return get_next(rt, loop, ret);
    case F_PREVITEM:
        *ret = get_previous(loop);
        return CVX_OK;
    case F_REVINDEX:
    case F_REVINDEX0:
        return get_revindex(rt, loop, field == F_REVINDEX0, ret);
    case F_NONE:
        break;
    }
    return CVX_OK;
}

static int loop_len(struct cvx_rt *rt, struct cvx_object *self, size_t *ret)
{
    return loop_length(rt, (struct cvx_loopvar *)self, ret);
}

static int loop_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    struct cvx_loopvar *loop = (struct cvx_loopvar *)self;
    size_t length = 0;
    int rc = loop_length(rt, loop, &length);
    if (!rc)
        cvx_buf_printf(out, "<LoopContext %lld/%zu>", (long long)loop->index0 + 1,
                       length);
    return rc;
}

/* Iterating over "loop" goes on with the loop itself, in pairs of the item and it. */
struct rest_iter {
    struct cvx_iter iter;
    struct cvx_loopvar *loop;
};

static int rest_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct cvx_loopvar *loop = ((struct rest_iter *)self)->loop;
    struct cvx_value item = {0}, pair = {0};
    int rc = cvx_loopvar_step(rt, loop, &item, ret_more);
    if (rc || !*ret_more)
        return rc;
    rc = cvx_value_list(rt, CVX_V_TUPLE, 2, &pair);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, item);
    if (!rc)
        rc = cvx_list_append(rt, pair.u.list, cvx_value_object(&loop->object));
    if (!rc)
        *ret = pair;
    return rc;
}

static int loop_iter(struct cvx_rt *rt, struct cvx_object *self, struct cvx_iter **ret)
{
    struct rest_iter *it = cvx_heap_alloc(rt->heap, sizeof(*it));
    if (!it)
        return cvx_value_no_memory(rt);
    *it = (struct rest_iter){{rest_next}, (struct cvx_loopvar *)self};
    *ret = &it->iter;
    return CVX_OK;
}

static const struct cvx_object_type k_loop = {.name = "LoopContext",
                                              .attr = loop_attr,
                                              .call = cvx_forloop_call,
                                              .iter = loop_iter,
                                              .length = loop_len,
                                              .print = loop_print};

int cvx_loopvar_new(struct cvx_run *run, const struct cvx_for *def, struct cvx_act *up,
                    struct cvx_value iterable, struct cvx_iter *iter, unsigned depth0,
                    struct cvx_loopvar **ret)
{
    struct cvx_loopvar *loop = cvx_heap_zalloc(run->rt->heap, sizeof(*loop));
    if (!loop)
        return cvx_value_no_memory(run->rt);
    loop->object.type = &k_loop;
    loop->def = def;
    loop->up = up;
    loop->iterable = iterable;
    loop->iter = iter;
    loop->index0 = -1;
    loop->depth0 = depth0;
    loop->before.kind = loop->current.kind = loop->after.kind = CVX_V_MISSING;
    *ret = loop;
    return CVX_OK;
}
