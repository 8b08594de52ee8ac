/* Statements to text: bodies, printing, branches, assignments. See eval.h. */
#include "render/jinja/eval.h"

#include <stdio.h>
#include <string.h>

#define TAG_SHOWN ((uint32_t)140) /* bytes of a tag within a message */

/* ---- frames ---- */

struct cvx_act *cvx_exec_act(struct cvx_run *run, const struct cvx_unit *unit,
                             struct cvx_act *up, struct cvx_ctx *ctx)
{
    struct cvx_act *act = cvx_heap_alloc(
        run->rt->heap, sizeof(*act) + unit->n_slots * sizeof(act->slots[0]));
    if (!act) {
        (void)cvx_value_no_memory(run->rt);
        return NULL;
    }
    act->up = up;
    act->ctx = ctx;
    for (uint32_t i = 0; i < unit->n_slots; i++)
        act->slots[i].kind = CVX_V_MISSING;
    return act;
}

void cvx_exec_enter(struct cvx_run *run, const struct cvx_frame *frame)
{
    struct cvx_value *slots = run->act->slots;
    for (uint32_t i = 0; i < frame->n; i++) {
        const struct cvx_load *load = &frame->loads[i];
        switch ((enum cvx_load_kind)load->kind) {
        case CVX_LOAD_PARAM:
            break;
        case CVX_LOAD_CONTEXT:
            slots[load->slot] = cvx_blocks_resolve(run, run->act->ctx, load->name);
            break;
        case CVX_LOAD_ALIAS:
            slots[load->slot] = *cvx_eval_slot(run->act, load->ref);
            break;
        case CVX_LOAD_UNDEFINED:
            slots[load->slot].kind = CVX_V_MISSING;
            break;
        }
    }
}

void cvx_exec_leave(struct cvx_run *run, const struct cvx_frame *frame)
{
    for (uint32_t i = 0; i < frame->n; i++)
        run->act->slots[frame->loads[i].slot].kind = CVX_V_MISSING;
}

/* ---- text caught ---- */

bool cvx_exec_safe(const struct cvx_run *run, uint8_t escape)
{
    return escape == CVX_ESCAPE_DYNAMIC ? !run->rt->no_escape : escape == CVX_ESCAPE_ON;
}

int cvx_exec_capture(struct cvx_run *run, size_t mark, bool safe, struct cvx_value *ret)
{
    struct cvx_buf *out = run->out;
    int rc = cvx_buf_check(out, run->rt->err);
    if (!rc)
        rc = cvx_value_str(run->rt, out->data + mark, out->len - mark, safe, ret);
    if (!rc)
        cvx_buf_trim(out, mark);
    return rc;
}

/* ---- assigning ---- */

static int assign_items(struct cvx_run *run, const struct cvx_target *target,
                        struct cvx_value value)
{
    struct cvx_iter *iter = NULL;
    int rc = cvx_iter_new(run->rt, value, &iter);
    for (uint32_t i = 0; !rc && i <= target->n; i++) {
        struct cvx_value item = {0};
        bool more = false;
        rc = iter->next(run->rt, iter, &item, &more);
        if (rc)
            break;
        if (more != (i < target->n))
            return cvx_value_fail(run->rt, "ValueError", "%s values for %u name%s",
                                  more ? "too many" : "not enough", target->n,
                                  target->n == 1 ? "" : "s");
        if (more)
            rc = cvx_exec_assign(run, target->items[i], item);
    }
    return rc;
}

static int assign_attr(struct cvx_run *run, const struct cvx_target *target,
                       struct cvx_value value)
{
    struct cvx_value holder = *cvx_eval_slot(run->act, target->ref);
    if (holder.kind != CVX_V_OBJECT || !holder.u.object->type->set_attr)
        return cvx_value_fail(run->rt, "TemplateRuntimeError",
                              "'%s' is no namespace: its attribute '%s' cannot be set",
                              run->act->ctx->tree->names[target->name]->data,
                              target->attr->data);
    return holder.u.object->type->set_attr(run->rt, holder.u.object, target->attr, value);
}

int cvx_exec_assign(struct cvx_run *run, const struct cvx_target *target,
                    struct cvx_value value)
{
    if (target->kind == CVX_TARGET_TUPLE)
        return assign_items(run, target, value);
    if (target->kind == CVX_TARGET_ATTR)
        return assign_attr(run, target, value);
    run->act->slots[target->ref.slot] = value;
    if (target->exported)
        run->act->ctx->vars[target->name] = value;
    return CVX_OK;
}

static int exec_set(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    struct cvx_value value = {0};
    int rc = cvx_eval(run, stmt->u.set.value, &value);
    return rc ? rc : cvx_exec_assign(run, stmt->u.set.target, value);
}

/* ---- printing ---- */

static int print_value(struct cvx_run *run, uint8_t escape, struct cvx_value value)
{
    return cvx_exec_safe(run, escape) ? cvx_repr_print(run->rt, value, run->out)
                                      : cvx_repr_str(run->rt, value, run->out);
}

/* A macro's text is put out as it comes, when it is safe: then it is printed as it is. */
static int print_macro(struct cvx_run *run, const struct cvx_stmt *stmt,
                       struct cvx_value macro)
{
    struct cvx_args args = {0};
    struct cvx_value value = {0};
    size_t mark = run->out->len;
    bool safe = false;
    int rc = cvx_eval_args(run, stmt->u.expr->u.call.args, NULL, &args);
    if (!rc)
        rc = cvx_macro_put(run, macro, &args, &safe);
    if (rc || safe || !cvx_exec_safe(run, stmt->escape))
        return rc;
    rc = cvx_exec_capture(run, mark, false, &value);
    return rc ? rc : print_value(run, stmt->escape, value);
}

static int exec_print(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    const struct cvx_expr *expr = stmt->u.expr;
    struct cvx_value value = {0};
    int rc = CVX_OK;
    if (expr->kind == CVX_E_CALL && expr->u.call.base->kind == CVX_E_NAME) {
        rc = cvx_eval(run, expr->u.call.base, &value);
        if (!rc && cvx_macro_is(value))
            return print_macro(run, stmt, value);
    }
    if (!rc)
        rc = cvx_eval(run, expr, &value);
    return rc ? rc : print_value(run, stmt->escape, value);
}

/* ---- branches ---- */

static int exec_if(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    bool truth = false;
    int rc = cvx_eval_truth(run, stmt->u.branch.test, &truth);
    if (rc || truth)
        return rc ? rc : cvx_exec_body(run, &stmt->u.branch.body);
    for (const struct cvx_stmt *elif = stmt->u.branch.elifs; elif; elif = elif->next) {
        rc = cvx_eval_truth(run, elif->u.branch.test, &truth);
        if (rc || truth)
            return rc ? rc : cvx_exec_body(run, &elif->u.branch.body);
    }
    return cvx_exec_body(run, &stmt->u.branch.other);
}

/* ---- all ---- */

static int exec_stmt(struct cvx_run *run, const struct cvx_stmt *stmt)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_TEXT:
        cvx_buf_put(run->out, stmt->u.text.data, stmt->u.text.len);
        return CVX_OK;
    case CVX_S_PRINT:
        return exec_print(run, stmt);
    case CVX_S_IF:
        return exec_if(run, stmt);
    case CVX_S_FOR:
        return cvx_forloop_exec(run, stmt->u.loop);
    case CVX_S_SET:
        return exec_set(run, stmt);
    case CVX_S_BLOCK:
        return cvx_blocks_exec(run, stmt->u.block);
    case CVX_S_SET_BLOCK:
    case CVX_S_WITH:
    case CVX_S_MACRO:
    case CVX_S_CALL:
    case CVX_S_FILTER:
    case CVX_S_AUTOESCAPE:
        return cvx_exec_scope(run, stmt);
    case CVX_S_LOADER:
        return cvx_value_fail(run->rt, "TypeError",
                              "'%s' needs another template, and there are none to load",
                              stmt->u.loader.word->data);
    }
    return cvx_fail(run->rt->err, CVX_EINTERNAL, "a statement of unknown kind");
}

/* The innermost statement at fault gives the message its place and its text. */
static int locate(struct cvx_run *run, const struct cvx_stmt *stmt, int rc)
{
    char text[CVX_ERR_TEXT];
    const char *source = run->act->ctx->tree->source;
    uint32_t n = stmt->end - stmt->at;
    bool cut = n > TAG_SHOWN;
    if (cut)
        for (n = TAG_SHOWN; ((unsigned char)source[stmt->at + n] & 0xc0) == 0x80;)
            n--;
    run->located = true;
    run->at = stmt->at;
    (void)snprintf(text, sizeof(text), "%.200s", cvx_err_top(run->rt->err));
    return cvx_fail(run->rt->err, (enum cvx_rc)rc, "%s, in %.*s%s", text, (int)n,
                    source + stmt->at, cut ? "..." : "");
}

int cvx_exec_body(struct cvx_run *run, const struct cvx_body *body)
{
    for (const struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next) {
        int rc = exec_stmt(run, stmt);
        if (rc)
            return run->located ? rc : locate(run, stmt, rc);
    }
    return CVX_OK;
}
