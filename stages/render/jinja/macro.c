/* Macros, and the bodies of call blocks, as callable values. See eval.h. */
#include "render/jinja/eval.h"

#include <string.h>

struct macro {
    struct cvx_object object;
    const struct cvx_macro *def;
    struct cvx_act *act; /* where it was defined */
};

static const char *shown_name(const struct cvx_macro *def)
{
    return def->name ? def->name->data : "caller";
}

/* ---- arguments ---- */

struct binding {
    struct cvx_run *run;
    const struct cvx_macro *def;
    const struct cvx_args *args;
    struct cvx_act *act;
    size_t n_used; /* keywords that were taken */
    bool *used;
};

static bool is_name(const struct cvx_str *a, const struct cvx_str *b)
{
    return a == b || (a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

/* Takes the keyword; false when it was not given. */
static bool take_keyword(struct binding *b, const struct cvx_str *name,
                         struct cvx_value *ret)
{
    for (size_t i = 0; i < b->args->n_kw; i++)
        if (!b->used[i] && is_name(b->args->kw[i].name, name)) {
            b->used[i] = true;
            b->n_used++;
            *ret = b->args->kw[i].value;
            return true;
        }
    return false;
}

static int put_kwargs(struct binding *b)
{
    struct cvx_rt *rt = b->run->rt;
    struct cvx_value dict = {0};
    int rc = cvx_dict_new(rt, &dict);
    for (size_t i = 0; !rc && i < b->args->n_kw; i++)
        if (!b->used[i])
            rc = cvx_dict_put(
                rt, dict.u.dict,
                (struct cvx_value){.kind = CVX_V_STR, .u.str = b->args->kw[i].name},
                b->args->kw[i].value);
    if (!rc)
        b->act->slots[b->def->kwargs_slot] = dict;
    return rc;
}

static int put_varargs(struct binding *b)
{
    struct cvx_rt *rt = b->run->rt;
    struct cvx_value tuple = {0};
    size_t n = b->args->n > b->def->n ? b->args->n - b->def->n : 0;
    int rc = cvx_value_list(rt, CVX_V_TUPLE, n, &tuple);
    for (size_t i = 0; !rc && i < n; i++)
        rc = cvx_list_append(rt, tuple.u.list, b->args->pos[b->def->n + i]);
    if (!rc)
        b->act->slots[b->def->varargs_slot] = tuple;
    return rc;
}

/* The caller of who asks for it without naming it a parameter. */
static void put_caller(struct binding *b)
{
    static const struct cvx_str k_caller = {.data = "caller", .len = 6, .points = 6};
    static const struct cvx_str k_missing = {
        .data = "'caller' is undefined: nobody calls with a body",
        .len = 47,
        .points = 47};
    struct cvx_value caller = {.kind = CVX_V_NONE};
    (void)take_keyword(b, &k_caller, &caller);
    if (caller.kind == CVX_V_NONE)
        caller = cvx_eval_undefined(&k_missing);
    b->act->slots[b->def->caller_slot] = caller;
}

static int check_left(const struct binding *b)
{
    struct cvx_rt *rt = b->run->rt;
    const char *name = shown_name(b->def);
    for (size_t i = 0; i < b->args->n_kw && !b->def->takes_kwargs; i++)
        if (!b->used[i])
            return cvx_value_fail(rt, "TypeError", "the macro '%s' has no argument '%s'",
                                  name, b->args->kw[i].name->data);
    if (b->args->n > b->def->n && !b->def->takes_varargs)
        return cvx_value_fail(rt, "TypeError",
                              "the macro '%s' takes at most %u argument%s, %zu given",
                              name, b->def->n, b->def->n == 1 ? "" : "s", b->args->n);
    return CVX_OK;
}

static int bind(struct binding *b)
{
    const struct cvx_str *const *names = b->act->ctx->tree->names;
    for (uint32_t i = 0; i < b->def->n; i++) {
        struct cvx_value *slot = &b->act->slots[b->def->params[i].slot];
        if (i < b->args->n)
            *slot = b->args->pos[i];
        else
            (void)take_keyword(b, names[b->def->params[i].name], slot);
    }
    if (b->def->takes_caller && !b->def->names_caller)
        put_caller(b);
    int rc = b->def->takes_kwargs ? put_kwargs(b) : CVX_OK;
    if (!rc && b->def->takes_varargs)
        rc = put_varargs(b);
    return rc ? rc : check_left(b);
}

static int bind_arguments(struct cvx_run *run, const struct macro *macro,
                          const struct cvx_args *args, struct cvx_act *act)
{
    bool few[8] = {false};
    struct binding b = {
        .run = run, .def = macro->def, .args = args, .act = act, .used = few};
    if (args->n_kw > sizeof(few) / sizeof(few[0])) {
        b.used = cvx_heap_zalloc(run->rt->heap, args->n_kw);
        if (!b.used)
            return cvx_value_no_memory(run->rt);
    }
    return bind(&b);
}

/* Defaults are computed within the macro: a later one may use an earlier argument. */
static int fill_defaults(struct cvx_run *run, const struct cvx_macro *def)
{
    int rc = CVX_OK;
    for (uint32_t i = 0; !rc && i < def->n; i++) {
        const struct cvx_param *param = &def->params[i];
        struct cvx_value *slot = &run->act->slots[param->slot];
        if (slot->kind != CVX_V_MISSING)
            continue;
        struct cvx_value value = cvx_eval_undefined(param->missing);
        if (param->dflt)
            rc = cvx_eval(run, param->dflt, &value);
        *slot = value;
    }
    return rc;
}

/* ---- calling ---- */

static int put_body(struct cvx_run *run, const struct macro *macro,
                    const struct cvx_args *args)
{
    struct cvx_act *outer = run->act;
    struct cvx_act *act =
        cvx_exec_act(run, &macro->def->unit, macro->act, macro->act->ctx);
    if (!act)
        return run->rt->err->rc;
    int rc = bind_arguments(run, macro, args, act);
    if (rc)
        return rc;
    run->act = act;
    cvx_exec_enter(run, &macro->def->frame);
    rc = fill_defaults(run, macro->def);
    if (!rc)
        rc = cvx_exec_body(run, &macro->def->body);
    run->act = outer;
    return rc;
}

int cvx_macro_put(struct cvx_run *run, struct cvx_value value,
                  const struct cvx_args *args, bool *ret_safe)
{
    const struct macro *macro = (const struct macro *)value.u.object;
    bool safe = !run->rt->no_escape;
    int rc = cvx_eval_enter(run);
    if (rc)
        return rc;
    rc = put_body(run, macro, args);
    cvx_eval_leave(run);
    if (!rc)
        *ret_safe = safe;
    return rc;
}

static int macro_call(struct cvx_rt *rt, struct cvx_object *self,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_run *run = cvx_eval_run(rt);
    size_t mark = run->out->len;
    bool safe = false;
    cvx_buf_put(run->out, "", 0);
    int rc = cvx_macro_put(run, cvx_value_object(self), args, &safe);
    return rc ? rc : cvx_exec_capture(run, mark, safe, ret);
}

/* ---- looking at one ---- */

static int arguments_tuple(struct cvx_rt *rt, const struct macro *macro,
                           struct cvx_value *ret)
{
    struct cvx_value tuple = {0};
    int rc = cvx_value_list(rt, CVX_V_TUPLE, macro->def->n, &tuple);
    for (uint32_t i = 0; !rc && i < macro->def->n; i++) {
        const struct cvx_str *name =
            macro->act->ctx->tree->names[macro->def->params[i].name];
        rc = cvx_list_append(rt, tuple.u.list,
                             (struct cvx_value){.kind = CVX_V_STR, .u.str = name});
    }
    if (!rc)
        *ret = tuple;
    return rc;
}

static int macro_attr(struct cvx_rt *rt, struct cvx_object *self,
                      const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    const struct macro *macro = (const struct macro *)self;
    const struct cvx_macro *def = macro->def;
    *ret_found = true;
    if (strcmp(name->data, "arguments") == 0)
        return arguments_tuple(rt, macro, ret);
    if (strcmp(name->data, "name") == 0)
        *ret = def->name ? (struct cvx_value){.kind = CVX_V_STR, .u.str = def->name}
                         : cvx_value_none();
    else if (strcmp(name->data, "caller") == 0)
        *ret = cvx_value_bool(def->takes_caller);
    else if (strcmp(name->data, "catch_kwargs") == 0)
        *ret = cvx_value_bool(def->takes_kwargs);
    else if (strcmp(name->data, "catch_varargs") == 0)
        *ret = cvx_value_bool(def->takes_varargs);
    else if (strcmp(name->data, "explicit_caller") == 0)
        *ret = cvx_value_bool(def->names_caller);
    else
        *ret_found = false;
    return CVX_OK;
}

static int macro_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    const struct cvx_macro *def = ((const struct macro *)self)->def;
    (void)rt;
    if (def->name)
        cvx_buf_printf(out, "<Macro '%s'>", def->name->data);
    else
        cvx_buf_puts(out, "<Macro anonymous>");
    return CVX_OK;
}

static const struct cvx_object_type k_macro = {
    .name = "Macro", .attr = macro_attr, .call = macro_call, .print = macro_print};

bool cvx_macro_is(struct cvx_value value)
{
    return value.kind == CVX_V_OBJECT && value.u.object->type == &k_macro;
}

int cvx_macro_new(struct cvx_run *run, const struct cvx_macro *def, struct cvx_value *ret)
{
    struct macro *macro = cvx_heap_alloc(run->rt->heap, sizeof(*macro));
    if (!macro)
        return cvx_value_no_memory(run->rt);
    *macro = (struct macro){{&k_macro}, def, run->act};
    *ret = cvx_value_object(&macro->object);
    return CVX_OK;
}
