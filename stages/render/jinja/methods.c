/* Finding a method by name, binding it to its value, calling it. See methods.h. */
#include "render/jinja/methods.h"

#include <limits.h>
#include <string.h>

/* A method with the value that it is of. */
struct bound {
    struct cvx_object object;
    const struct cvx_method *method;
    struct cvx_value self;
};

/* ---- calling ---- */

static int check_count(struct cvx_rt *rt, const struct cvx_method *m,
                       const struct cvx_args *args)
{
    if (args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "%s() takes no keyword arguments",
                              m->name);
    if (args->n < m->least || args->n > m->most)
        return cvx_value_fail(rt, "TypeError", "%s() takes %s%d argument%s, %zu given",
                              m->name, m->least == m->most ? "" : "at most ", m->most,
                              m->most == 1 ? "" : "s", args->n);
    return CVX_OK;
}

/* The strings among the arguments escaped, in copies. */
static int escape_args(struct cvx_rt *rt, struct cvx_args *args)
{
    struct cvx_value *pos = cvx_heap_array(rt->heap, args->n + 1, sizeof(*pos));
    struct cvx_kwarg *kw = cvx_heap_array(rt->heap, args->n_kw + 1, sizeof(*kw));
    int rc = CVX_OK;
    if (!pos || !kw)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < args->n && !rc; i++) {
        pos[i] = args->pos[i];
        if (pos[i].kind == CVX_V_STR)
            rc = cvx_repr_escape(rt, args->pos[i], &pos[i]);
    }
    for (size_t i = 0; i < args->n_kw && !rc; i++) {
        kw[i] = args->kw[i];
        if (kw[i].value.kind == CVX_V_STR)
            rc = cvx_repr_escape(rt, args->kw[i].value, &kw[i].value);
    }
    args->pos = pos;
    args->kw = kw;
    return rc;
}

static void mark_parts(struct cvx_value value)
{
    for (size_t i = 0; i < value.u.list->n; i++)
        if (value.u.list->items[i].kind == CVX_V_STR)
            value.u.list->items[i].safe = true;
}

int cvx_methods_call(struct cvx_rt *rt, const struct cvx_method *method,
                     struct cvx_value self, const struct cvx_args *args,
                     struct cvx_value *ret)
{
    struct cvx_args given = *args;
    struct cvx_value value = {0};
    bool safe = self.kind == CVX_V_STR && self.safe;
    int rc = method->keywords ? CVX_OK : check_count(rt, method, args);

    if (!rc && safe && method->markup == CVX_METHODS_WRAP)
        rc = escape_args(rt, &given);
    if (!rc)
        rc = method->fn(rt, method, self, &given, &value);
    if (rc)
        return rc;
    if (self.kind == CVX_V_STR && method->markup != CVX_METHODS_OWN) {
        if (method->markup == CVX_METHODS_PARTS && safe)
            mark_parts(value);
        else if (value.kind == CVX_V_STR)
            value.safe = safe && method->markup == CVX_METHODS_WRAP;
    }
    *ret = value;
    return CVX_OK;
}

static int bound_call(struct cvx_rt *rt, struct cvx_object *object,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    const struct bound *bound = (const struct bound *)object;
    return cvx_methods_call(rt, bound->method, bound->self, args, ret);
}

static int bound_equal(struct cvx_rt *rt, struct cvx_object *object,
                       struct cvx_value other, bool *ret);

static const struct cvx_object_type k_bound_type = {
    .name = "builtin_function_or_method",
    .call = bound_call,
    .equal = bound_equal,
};

/* The same method of the same value. */
static int bound_equal(struct cvx_rt *rt, struct cvx_object *object,
                       struct cvx_value other, bool *ret)
{
    const struct bound *a = (const struct bound *)object;
    (void)rt;
    *ret = other.kind == CVX_V_OBJECT && other.u.object->type == &k_bound_type;
    if (*ret) {
        const struct bound *b = (const struct bound *)other.u.object;
        *ret = a->method == b->method && cvx_compare_same(a->self, b->self);
    }
    return CVX_OK;
}

/* ---- finding ---- */

#define TABLES_MAX 5

static const struct cvx_method *table_of_object(struct cvx_value self)
{
    const char *type = self.u.object->type->name;
    if (cvx_range_is(self, &(int64_t){0}, &(int64_t){0}, &(uint64_t){0}))
        return cvx_methods_range_table;
    if (strcmp(type, "dict_keys") == 0 || strcmp(type, "dict_items") == 0)
        return cvx_methods_view_table;
    return NULL;
}

static void tables_of(struct cvx_value self, const struct cvx_method *ret[TABLES_MAX])
{
    size_t n = 0;
    switch ((enum cvx_value_kind)self.kind) {
    case CVX_V_STR:
        ret[n++] = cvx_methods_search_table;
        ret[n++] = cvx_methods_cut_table;
        ret[n++] = cvx_methods_text_table;
        ret[n++] = cvx_methods_codec_table;
        break;
    case CVX_V_BYTES:
        ret[n++] = cvx_methods_bytes_table;
        break;
    case CVX_V_LIST:
        ret[n++] = cvx_methods_list_table;
        break;
    case CVX_V_TUPLE:
        ret[n++] = cvx_methods_tuple_table;
        break;
    case CVX_V_DICT:
        ret[n++] = cvx_methods_dict_table;
        break;
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
        ret[n++] = cvx_methods_int_table;
        break;
    case CVX_V_FLOAT:
        ret[n++] = cvx_methods_float_table;
        break;
    case CVX_V_OBJECT:
        ret[n++] = table_of_object(self);
        break;
    case CVX_V_UNDEFINED:
    case CVX_V_NONE:
        break;
    }
    ret[n] = NULL;
}

static const struct cvx_method *method_named(struct cvx_value self,
                                             const struct cvx_str *name)
{
    const struct cvx_method *tables[TABLES_MAX];
    tables_of(self, tables);
    for (size_t i = 0; tables[i]; i++)
        for (const struct cvx_method *m = tables[i]; m->name; m++)
            if (m->name[0] == name->data[0] && strcmp(m->name, name->data) == 0 &&
                strlen(m->name) == name->len && (!m->of_markup || self.safe))
                return m;
    return NULL;
}

int cvx_methods_find(struct cvx_rt *rt, struct cvx_value self, const struct cvx_str *name,
                     struct cvx_value *ret, bool *ret_found)
{
    const struct cvx_method *method = method_named(self, name);
    if (!method) {
        *ret_found = false;
        return CVX_OK;
    }
    if (method->attribute) {
        int rc = method->fn(rt, method, self, &(struct cvx_args){0}, ret);
        if (!rc)
            *ret_found = true;
        return rc;
    }

    struct bound *bound = cvx_heap_alloc(rt->heap, sizeof(*bound));
    if (!bound)
        return cvx_value_no_memory(rt);
    *bound = (struct bound){{&k_bound_type}, method, self};
    *ret = cvx_value_object(&bound->object);
    *ret_found = true;
    return CVX_OK;
}

/* ---- arguments ---- */

int cvx_methods_text(struct cvx_rt *rt, const struct cvx_method *method,
                     struct cvx_value value, struct cvx_span *ret)
{
    if (value.kind != CVX_V_STR)
        return cvx_value_fail(rt, "TypeError", "%s() needs a str, not '%s'", method->name,
                              cvx_value_type(value));
    *ret = cvx_methods_span(value);
    return CVX_OK;
}

int cvx_methods_size(struct cvx_rt *rt, struct cvx_value value, int64_t *ret)
{
    if (value.kind == CVX_V_BIG)
        return cvx_value_fail(rt, "OverflowError",
                              "cannot fit 'int' into an index-sized integer");
    return cvx_numeric_index(rt, value, ret);
}

int cvx_methods_c_int(struct cvx_rt *rt, struct cvx_value value, int64_t *ret)
{
    int64_t size = 0;
    int rc = cvx_methods_size(rt, value, &size);
    if (!rc && (size < INT_MIN || size > INT_MAX))
        rc = cvx_value_fail(rt, "OverflowError", "the integer is too large");
    if (!rc)
        *ret = size;
    return rc;
}

static int read_bound(struct cvx_rt *rt, struct cvx_value value, bool none, size_t n,
                      size_t *ret)
{
    int64_t i = 0;
    if (none && value.kind == CVX_V_NONE)
        return CVX_OK;
    int rc = cvx_numeric_index(rt, value, &i);
    if (rc)
        return rc;
    if (i < 0)
        i = i < -(int64_t)n ? 0 : i + (int64_t)n;
    *ret = (size_t)i;
    return CVX_OK;
}

int cvx_methods_bounds(struct cvx_rt *rt, const struct cvx_args *args, size_t first,
                       bool none, size_t n, size_t *ret_start, size_t *ret_stop)
{
    size_t start = 0, stop = n;
    int rc = CVX_OK;
    if (args->n > first)
        rc = read_bound(rt, args->pos[first], none, n, &start);
    if (!rc && args->n > first + 1)
        rc = read_bound(rt, args->pos[first + 1], none, n, &stop);
    if (rc)
        return rc;
    *ret_start = start;
    *ret_stop = stop < n ? stop : n;
    return CVX_OK;
}

/* ---- answers ---- */

int cvx_methods_part(struct cvx_rt *rt, struct cvx_value self, struct cvx_span part,
                     struct cvx_value *ret)
{
    if (part.len != self.u.str->len)
        return cvx_value_str(rt, part.p, part.len, false, ret);
    *ret = self;
    ret->safe = false;
    return CVX_OK;
}

int cvx_methods_append_part(struct cvx_rt *rt, struct cvx_list *list,
                            struct cvx_span part)
{
    struct cvx_value value = {0};
    int rc = cvx_value_str(rt, part.p, part.len, false, &value);
    return rc ? rc : cvx_list_append(rt, list, value);
}

int cvx_methods_bytes(struct cvx_rt *rt, const void *data, size_t len,
                      struct cvx_value *ret)
{
    struct cvx_str *str = cvx_heap_alloc(rt->heap, sizeof(*str));
    char *copy = str ? cvx_heap_copy(rt->heap, data, len) : NULL;
    if (!copy)
        return cvx_value_no_memory(rt);
    *str = (struct cvx_str){copy, len, len};
    *ret = (struct cvx_value){.kind = CVX_V_BYTES, .u.str = str};
    return CVX_OK;
}
