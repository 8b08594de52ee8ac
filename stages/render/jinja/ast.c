/* Going through the tree. See ast.h. */
#include "render/jinja/ast.h"

static bool visit(struct cvx_expr *expr, cvx_expr_fn *fn, void *arg)
{
    return !expr || fn(arg, expr);
}

static bool visit_call(const struct cvx_call *call, cvx_expr_fn *fn, void *arg)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < call->n; i++)
        ok = visit(call->pos[i], fn, arg);
    for (uint32_t i = 0; ok && i < call->n_kw; i++)
        ok = visit(call->kw[i].value, fn, arg);
    return ok && visit(call->rest, fn, arg) && visit(call->rest_kw, fn, arg);
}

static bool visit_row(const struct cvx_expr *expr, cvx_expr_fn *fn, void *arg)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < expr->u.row.n; i++)
        ok = visit(expr->u.row.items[i], fn, arg);
    return ok;
}

bool cvx_ast_each(const struct cvx_expr *expr, cvx_expr_fn *fn, void *arg)
{
    switch ((enum cvx_expr_kind)expr->kind) {
    case CVX_E_CONST:
    case CVX_E_NAME:
    case CVX_E_INPUT:
        return true;
    case CVX_E_TUPLE:
    case CVX_E_LIST:
    case CVX_E_DICT:
    case CVX_E_MATH:
    case CVX_E_CONCAT:
    case CVX_E_COMPARE:
    case CVX_E_AND:
    case CVX_E_OR:
        return visit_row(expr, fn, arg);
    case CVX_E_NOT:
    case CVX_E_NEG:
    case CVX_E_POS:
        return visit(expr->u.operand, fn, arg);
    case CVX_E_COND:
        return visit(expr->u.cond.test, fn, arg) && visit(expr->u.cond.yes, fn, arg) &&
               visit(expr->u.cond.no, fn, arg);
    case CVX_E_DOT:
    case CVX_E_ITEM:
        return visit(expr->u.reach.base, fn, arg) && visit(expr->u.reach.key, fn, arg);
    case CVX_E_SLICE:
        return visit(expr->u.slice.base, fn, arg) &&
               visit(expr->u.slice.start, fn, arg) &&
               visit(expr->u.slice.stop, fn, arg) && visit(expr->u.slice.step, fn, arg);
    case CVX_E_CALL:
    case CVX_E_FILTER:
    case CVX_E_TEST:
        return visit(expr->u.call.base, fn, arg) &&
               visit_call(expr->u.call.args, fn, arg);
    }
    return true;
}
