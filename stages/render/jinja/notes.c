/* Noting what a frame loads and sets. See notes.h. */
#include "render/jinja/notes.h"

static bool note_expr(void *arg, struct cvx_expr *expr)
{
    struct cvx_notes *notes = arg;
    if (expr->kind == CVX_E_NAME)
        return cvx_scope_note_load(notes->heap, notes->scope, expr->u.name.name);
    return cvx_ast_each(expr, note_expr, notes);
}

bool cvx_notes_expr(struct cvx_notes *notes, struct cvx_expr *expr)
{
    return !expr || note_expr(notes, expr);
}

static bool note_target(struct cvx_notes *notes, const struct cvx_target *target)
{
    if (target->kind == CVX_TARGET_ATTR)
        return cvx_scope_note_load(notes->heap, notes->scope, target->name);
    if (target->kind == CVX_TARGET_NAME)
        return cvx_scope_note_store(notes->heap, notes->scope, target->name);
    for (uint32_t i = 0; i < target->n; i++)
        if (!note_target(notes, target->items[i]))
            return false;
    return true;
}

bool cvx_notes_params(struct cvx_notes *notes, const struct cvx_target *target)
{
    if (target->kind == CVX_TARGET_NAME)
        return cvx_scope_note_param(notes->heap, notes->scope, target->name, NULL);
    for (uint32_t i = 0; i < target->n; i++)
        if (!cvx_notes_params(notes, target->items[i]))
            return false;
    return true;
}

static bool note_elifs(struct cvx_notes *notes, const struct cvx_stmt *elifs);

static bool note_if(struct cvx_notes *notes, const struct cvx_stmt *stmt)
{
    struct cvx_scope_branch branches[3];
    if (!cvx_notes_expr(notes, stmt->u.branch.test))
        return false;
    for (int i = 0; i < 3; i++) {
        cvx_scope_branch_begin(notes->scope, &branches[i]);
        bool ok = i == 0   ? cvx_notes_body(notes, &stmt->u.branch.body)
                  : i == 1 ? note_elifs(notes, stmt->u.branch.elifs)
                           : cvx_notes_body(notes, &stmt->u.branch.other);
        if (!ok || !cvx_scope_branch_end(notes->heap, notes->scope, &branches[i]))
            return false;
    }
    return cvx_scope_branch_join(notes->heap, notes->scope, branches, 3);
}

/* All elifs together are one branch, in which each is an 'if' of its own. */
static bool note_elifs(struct cvx_notes *notes, const struct cvx_stmt *elifs)
{
    for (; elifs; elifs = elifs->next)
        if (!note_if(notes, elifs))
            return false;
    return true;
}

static bool note_loader(struct cvx_notes *notes, const struct cvx_stmt *stmt)
{
    bool ok = cvx_notes_expr(notes, stmt->u.loader.what);
    for (uint32_t i = 0; ok && i < stmt->u.loader.n; i++)
        ok = note_target(notes, stmt->u.loader.targets[i]);
    return ok;
}

static bool note_with(struct cvx_notes *notes, const struct cvx_stmt *stmt)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < stmt->u.with.n; i++)
        ok = cvx_notes_expr(notes, stmt->u.with.values[i]);
    return ok;
}

static bool note_stmt(struct cvx_notes *notes, const struct cvx_stmt *stmt)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_TEXT:
    case CVX_S_AUTOESCAPE: /* a frame, its switch included */
    case CVX_S_BLOCK:
        return true;
    case CVX_S_PRINT:
        return cvx_notes_expr(notes, stmt->u.expr);
    case CVX_S_IF:
        return note_if(notes, stmt);
    case CVX_S_FOR:
        return cvx_notes_expr(notes, stmt->u.loop->iter);
    case CVX_S_SET:
        return cvx_notes_expr(notes, stmt->u.set.value) &&
               note_target(notes, stmt->u.set.target);
    case CVX_S_SET_BLOCK: /* its filters are not looked at: nor does jinja2 */
        return note_target(notes, stmt->u.set.target);
    case CVX_S_WITH:
        return note_with(notes, stmt);
    case CVX_S_MACRO:
        return note_target(notes, stmt->u.macro.target);
    case CVX_S_CALL:
        return cvx_notes_expr(notes, stmt->u.macro.call);
    case CVX_S_FILTER:
        return cvx_notes_expr(notes, stmt->u.scope.value);
    case CVX_S_LOADER:
        return note_loader(notes, stmt);
    }
    return true;
}

bool cvx_notes_body(struct cvx_notes *notes, const struct cvx_body *body)
{
    for (const struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next)
        if (!note_stmt(notes, stmt))
            return false;
    return true;
}
