/* Looking for special names. See mentions.h. */
#include "render/jinja/mentions.h"

/* ---- what is loaded ---- */

static bool find_in_expr(void *arg, struct cvx_expr *expr)
{
    struct cvx_mentions *m = arg;
    for (uint32_t i = 0; expr->kind == CVX_E_NAME && i < m->n; i++)
        if (expr->u.name.name == m->names[i] && !m->set[i])
            m->found[i] = true;
    return cvx_ast_each(expr, find_in_expr, m);
}

static void find_in(struct cvx_expr *expr, struct cvx_mentions *m)
{
    if (expr)
        (void)find_in_expr(m, expr);
}

static void find_set(uint32_t name, struct cvx_mentions *m)
{
    for (uint32_t i = 0; i < m->n; i++)
        m->set[i] = m->set[i] || name == m->names[i];
}

static void find_target(const struct cvx_target *target, struct cvx_mentions *m)
{
    if (target->kind == CVX_TARGET_NAME)
        find_set(target->name, m);
    for (uint32_t i = 0; i < target->n; i++)
        find_target(target->items[i], m);
}

static void find_macro(const struct cvx_macro *def, struct cvx_mentions *m)
{
    for (uint32_t i = 0; i < def->n; i++)
        find_set(def->params[i].name, m);
    for (uint32_t i = 0; i < def->n; i++)
        find_in(def->params[i].dflt, m);
    cvx_mentions_find(&def->body, m);
}

static void find_with(const struct cvx_stmt *stmt, struct cvx_mentions *m)
{
    for (uint32_t i = 0; i < stmt->u.with.n; i++)
        find_target(stmt->u.with.targets[i], m);
    for (uint32_t i = 0; i < stmt->u.with.n; i++)
        find_in(stmt->u.with.values[i], m);
    cvx_mentions_find(&stmt->u.with.body, m);
}

static void find_if(const struct cvx_stmt *stmt, struct cvx_mentions *m)
{
    find_in(stmt->u.branch.test, m);
    cvx_mentions_find(&stmt->u.branch.body, m);
    for (const struct cvx_stmt *elif = stmt->u.branch.elifs; elif; elif = elif->next) {
        find_in(elif->u.branch.test, m);
        cvx_mentions_find(&elif->u.branch.body, m);
    }
    cvx_mentions_find(&stmt->u.branch.other, m);
}

static void find_for(const struct cvx_for *loop, struct cvx_mentions *m)
{
    find_target(loop->target, m);
    find_in(loop->iter, m);
    cvx_mentions_find(&loop->body, m);
    cvx_mentions_find(&loop->other, m);
    find_in(loop->test, m);
}

/* Parts in the order in which jinja2 goes through them, which matters for `set`. */
static void find_stmt(const struct cvx_stmt *stmt, struct cvx_mentions *m)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_TEXT:
    case CVX_S_BLOCK:
        break;
    case CVX_S_PRINT:
        find_in(stmt->u.expr, m);
        break;
    case CVX_S_IF:
        find_if(stmt, m);
        break;
    case CVX_S_FOR:
        find_for(stmt->u.loop, m);
        break;
    case CVX_S_SET:
    case CVX_S_SET_BLOCK:
        find_target(stmt->u.set.target, m);
        find_in(stmt->u.set.value, m);
        cvx_mentions_find(&stmt->u.set.body, m);
        break;
    case CVX_S_WITH:
        find_with(stmt, m);
        break;
    case CVX_S_CALL:
        find_in(stmt->u.macro.call, m);
        find_macro(stmt->u.macro.def, m);
        break;
    case CVX_S_MACRO:
        find_macro(stmt->u.macro.def, m);
        break;
    case CVX_S_FILTER:
        cvx_mentions_find(&stmt->u.scope.body, m);
        find_in(stmt->u.scope.value, m);
        break;
    case CVX_S_AUTOESCAPE:
        find_in(stmt->u.scope.value, m);
        cvx_mentions_find(&stmt->u.scope.body, m);
        break;
    case CVX_S_LOADER:
        find_in(stmt->u.loader.what, m);
        break;
    }
}

void cvx_mentions_find(const struct cvx_body *body, struct cvx_mentions *m)
{
    for (const struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next)
        find_stmt(stmt, m);
}

/* ---- what lies within ---- */

struct search {
    uint32_t name;
    bool blocks; /* looks for scoped blocks, else for assignments of name */
};

static bool in_body(const struct cvx_body *body, const struct search *s);

static bool in_target(const struct cvx_target *target, const struct search *s)
{
    if (s->blocks)
        return false;
    bool found = target->kind == CVX_TARGET_NAME && target->name == s->name;
    for (uint32_t i = 0; !found && i < target->n; i++)
        found = in_target(target->items[i], s);
    return found;
}

static bool in_for(const struct cvx_for *loop, const struct search *s)
{
    return in_target(loop->target, s) || in_body(&loop->body, s) ||
           in_body(&loop->other, s);
}

static bool in_if(const struct cvx_stmt *stmt, const struct search *s)
{
    bool found = in_body(&stmt->u.branch.body, s) || in_body(&stmt->u.branch.other, s);
    for (const struct cvx_stmt *elif = stmt->u.branch.elifs; elif && !found;
         elif = elif->next)
        found = in_body(&elif->u.branch.body, s);
    return found;
}

static bool in_stmt(const struct cvx_stmt *stmt, const struct search *s)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_TEXT:
    case CVX_S_PRINT:
    case CVX_S_LOADER:
        break;
    case CVX_S_IF:
        return in_if(stmt, s);
    case CVX_S_FOR:
        return in_for(stmt->u.loop, s);
    case CVX_S_SET:
    case CVX_S_SET_BLOCK:
        return in_target(stmt->u.set.target, s) || in_body(&stmt->u.set.body, s);
    case CVX_S_WITH:
        return in_body(&stmt->u.with.body, s);
    case CVX_S_MACRO:
    case CVX_S_CALL:
        return in_body(&stmt->u.macro.def->body, s);
    case CVX_S_FILTER:
    case CVX_S_AUTOESCAPE:
        return in_body(&stmt->u.scope.body, s);
    case CVX_S_BLOCK:
        return (s->blocks && stmt->u.block->scoped) || in_body(&stmt->u.block->body, s);
    }
    return false;
}

static bool in_body(const struct cvx_body *body, const struct search *s)
{
    for (const struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next)
        if (in_stmt(stmt, s))
            return true;
    return false;
}

bool cvx_mentions_scoped_block(const struct cvx_for *loop)
{
    const struct search s = {.blocks = true};
    return in_for(loop, &s);
}

bool cvx_mentions_assigned(const struct cvx_for *loop, uint32_t name)
{
    const struct search s = {.name = name};
    return in_for(loop, &s);
}
