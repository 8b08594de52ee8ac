/* Statements that open a frame, define something, or catch what their body prints. See
 * eval.h. */
#include "render/jinja/eval.h"

/* The body with what it prints as a text, safe or not as the tags around say. */
static int catch_body(struct cvx_run *run, const struct cvx_body *body, uint8_t escape,
                      struct cvx_value *ret)
{
    size_t mark = run->out->len;
    cvx_buf_put(run->out, "", 0);
    int rc = cvx_exec_body(run, body);
    return rc ? rc : cvx_exec_capture(run, mark, cvx_exec_safe(run, escape), ret);
}

/* The filters of a tag over the text that its body gave. */
static int filter_text(struct cvx_run *run, const struct cvx_expr *filters,
                       struct cvx_value text, struct cvx_value *ret)
{
    struct cvx_value outer = run->input;
    run->input = text;
    int rc = cvx_eval(run, filters, ret);
    run->input = outer;
    return rc;
}

/* What jinja2 hands to the output as it is: only text can be. */
static int put_raw(struct cvx_run *run, const char *what, struct cvx_value value)
{
    if (value.kind != CVX_V_STR)
        return cvx_value_fail(run->rt, "TypeError",
                              "%s gave a value of type %s, not text", what,
                              cvx_value_type(value));
    cvx_buf_put(run->out, value.u.str->data, value.u.str->len);
    return CVX_OK;
}

static int exec_filter(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    struct cvx_value value = {0};
    cvx_exec_enter(run, &stmt->u.scope.frame);
    int rc = catch_body(run, &stmt->u.scope.body, stmt->escape, &value);
    if (!rc)
        rc = filter_text(run, stmt->u.scope.value, value, &value);
    if (!rc)
        rc = put_raw(run, "the filter", value);
    cvx_exec_leave(run, &stmt->u.scope.frame);
    return rc;
}

/* Markup(value): its text, made safe. */
static int made_safe(struct cvx_run *run, struct cvx_value *value)
{
    int rc = cvx_repr_value(run->rt, *value, value);
    if (!rc)
        value->safe = true;
    return rc;
}

static int exec_set_block(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    struct cvx_value value = {0};
    cvx_exec_enter(run, &stmt->u.set.frame);
    int rc = catch_body(run, &stmt->u.set.body, stmt->escape, &value);
    if (!rc && stmt->u.set.value)
        rc = filter_text(run, stmt->u.set.value, value, &value);
    if (!rc && !run->rt->no_escape)
        rc = made_safe(run, &value);
    if (!rc && !stmt->u.set.value)
        value.safe = !run->rt->no_escape;
    if (!rc)
        rc = cvx_exec_assign(run, stmt->u.set.target, value);
    cvx_exec_leave(run, &stmt->u.set.frame);
    return rc;
}

/* Values are computed outside of the frame that gets them. */
static int exec_with(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    int rc = CVX_OK;
    cvx_exec_enter(run, &stmt->u.with.frame);
    for (uint32_t i = 0; !rc && i < stmt->u.with.n; i++) {
        struct cvx_value value = {0};
        rc = cvx_eval(run, stmt->u.with.values[i], &value);
        if (!rc)
            rc = cvx_exec_assign(run, stmt->u.with.targets[i], value);
    }
    if (!rc)
        rc = cvx_exec_body(run, &stmt->u.with.body);
    cvx_exec_leave(run, &stmt->u.with.frame);
    return rc;
}

static int exec_autoescape(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    bool outer = run->rt->no_escape, on = false;
    cvx_exec_enter(run, &stmt->u.scope.frame);
    int rc = cvx_eval_truth(run, stmt->u.scope.value, &on);
    if (!rc) {
        run->rt->no_escape = !on;
        rc = cvx_exec_body(run, &stmt->u.scope.body);
        run->rt->no_escape = outer;
    }
    cvx_exec_leave(run, &stmt->u.scope.frame);
    return rc;
}

static int exec_macro(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    struct cvx_value macro = {0};
    int rc = cvx_macro_new(run, stmt->u.macro.def, &macro);
    return rc ? rc : cvx_exec_assign(run, stmt->u.macro.target, macro);
}

/* Calls with the body as a macro named caller; the result is put out as it is. */
static int exec_call(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    const struct cvx_expr *call = stmt->u.macro.call;
    struct cvx_value caller = {0}, callee = {0}, value = {0};
    struct cvx_args args = {0};
    bool safe = false;
    int rc = cvx_macro_new(run, stmt->u.macro.def, &caller);
    if (!rc)
        rc = cvx_eval(run, call->u.call.base, &callee);
    if (!rc)
        rc = cvx_eval_args(run, call->u.call.args, &caller, &args);
    if (!rc && cvx_macro_is(callee))
        return cvx_macro_put(run, callee, &args, &safe);
    if (!rc)
        rc = cvx_access_call(run->rt, callee, &args, &value);
    return rc ? rc : put_raw(run, "the call", value);
}

int cvx_exec_scope(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_SET_BLOCK:
        return exec_set_block(run, stmt);
    case CVX_S_WITH:
        return exec_with(run, stmt);
    case CVX_S_MACRO:
        return exec_macro(run, stmt);
    case CVX_S_CALL:
        return exec_call(run, stmt);
    case CVX_S_FILTER:
        return exec_filter(run, stmt);
    case CVX_S_AUTOESCAPE:
        return exec_autoescape(run, stmt);
    default:
        return cvx_fail(run->rt->err, CVX_EINTERNAL, "a statement of unknown kind");
    }
}
