/* Completing the tree, frame by frame, in the order in which jinja2 compiles it. See
 * resolve.h and scope.h. */
#include "render/jinja/resolve.h"

#include <stdio.h>
#include <string.h>

#include "render/jinja/mentions.h"
#include "render/jinja/resolver.h"

int cvx_resolve_no_memory(const struct cvx_resolver *r)
{
    if (r->heap.scratch->over)
        return cvx_fail(r->rt->err, CVX_ELIMIT, "the template is too large to be read");
    return cvx_value_no_memory(r->rt);
}

/* ---- expressions ---- */

struct descent {
    struct cvx_resolver *r;
    struct cvx_resolve_place at;
    int rc;
};

static int do_expr(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_expr *expr);

static bool do_child(void *arg, struct cvx_expr *child)
{
    struct descent *d = arg;
    d->rc = do_expr(d->r, d->at, child);
    return d->rc == CVX_OK;
}

static int find_function(struct cvx_resolver *r, struct cvx_resolve_place at,
                         struct cvx_expr *expr)
{
    const struct cvx_str *name = expr->u.call.name;
    bool filter = expr->kind == CVX_E_FILTER;
    if (filter)
        expr->u.call.filter = cvx_filters_find(name->data, name->len);
    else
        expr->u.call.test = cvx_tests_find(name->data, name->len);
    if (at.soft || expr->u.call.filter || expr->u.call.test)
        return CVX_OK;
    return cvx_fail(r->rt->err, CVX_EFORMAT, "there is no %s named '%s'",
                    filter ? "filter" : "test", name->data);
}

static int do_name(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_expr *expr)
{
    if (cvx_scope_find(at.scope, expr->u.name.name, &expr->u.name.ref))
        return CVX_OK;
    return cvx_fail(r->rt->err, CVX_EFORMAT,
                    "the name '%s' cannot be used in the filter of a 'set' block",
                    r->tree->names[expr->u.name.name]->data);
}

/* Arguments that are all constants are made ready once. */
static int ready_args(struct cvx_resolver *r, struct cvx_call *call)
{
    bool ready = !call->rest && !call->rest_kw;
    for (uint32_t i = 0; ready && i < call->n; i++)
        ready = call->pos[i]->kind == CVX_E_CONST;
    for (uint32_t i = 0; ready && i < call->n_kw; i++)
        ready = call->kw[i].value->kind == CVX_E_CONST;
    if (!ready)
        return CVX_OK;

    struct cvx_args *args = cvx_heap_zalloc(&r->tree->heap, sizeof(*args));
    struct cvx_value *pos = cvx_heap_array(&r->tree->heap, call->n, sizeof(*pos));
    struct cvx_kwarg *kw = cvx_heap_array(&r->tree->heap, call->n_kw, sizeof(*kw));
    if (!args || !pos || !kw)
        return cvx_resolve_no_memory(r);
    for (uint32_t i = 0; i < call->n; i++)
        pos[i] = call->pos[i]->u.value;
    for (uint32_t i = 0; i < call->n_kw; i++)
        kw[i] = (struct cvx_kwarg){call->kw[i].name, call->kw[i].value->u.value};
    *args = (struct cvx_args){pos, call->n, kw, call->n_kw};
    call->ready = args;
    return CVX_OK;
}

static int do_expr(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_expr *expr)
{
    struct descent d = {r, at, CVX_OK};
    if (expr->kind == CVX_E_COND)
        d.at.soft = true;
    if (!cvx_ast_each(expr, do_child, &d))
        return d.rc;
    int rc = CVX_OK;
    if (expr->kind == CVX_E_NAME)
        rc = do_name(r, at, expr);
    else if (expr->kind == CVX_E_FILTER || expr->kind == CVX_E_TEST)
        rc = find_function(r, at, expr);
    else if (expr->kind == CVX_E_CONCAT)
        expr->plain = r->fold.dynamic || !r->fold.autoescape;
    if (!rc && (expr->kind == CVX_E_FILTER || expr->kind == CVX_E_TEST ||
                expr->kind == CVX_E_CALL))
        rc = ready_args(r, expr->u.call.args);
    return rc ? rc : cvx_fold_expr(&r->fold, expr);
}

int cvx_resolve_expr(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_expr *expr)
{
    return expr ? do_expr(r, at, expr) : CVX_OK;
}

uint8_t cvx_resolve_escape(const struct cvx_resolver *r)
{
    if (r->fold.dynamic)
        return CVX_ESCAPE_DYNAMIC;
    return r->fold.autoescape ? CVX_ESCAPE_ON : CVX_ESCAPE_OFF;
}

/* ---- frames ---- */

/* A frame within `at`, in a unit of its own when there is one. */
int cvx_resolve_open(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_unit *unit, struct cvx_resolve_place *ret,
                     struct cvx_notes *notes)
{
    struct cvx_scope *scope = cvx_scope_new(&r->heap, at.scope, unit);
    if (!scope)
        return cvx_resolve_no_memory(r);
    *ret = (struct cvx_resolve_place){.scope = scope};
    *notes = (struct cvx_notes){&r->heap, scope};
    return CVX_OK;
}

int cvx_resolve_close(struct cvx_resolver *r, struct cvx_resolve_place at,
                      struct cvx_frame *ret)
{
    return cvx_scope_frame(&r->heap, at.scope, ret) ? CVX_OK : cvx_resolve_no_memory(r);
}

int cvx_resolve_target(struct cvx_resolver *r, struct cvx_resolve_place at,
                       struct cvx_target *target)
{
    target->exported = at.top && target->kind == CVX_TARGET_NAME;
    if (target->kind != CVX_TARGET_TUPLE) {
        bool found = cvx_scope_find(at.scope, target->name, &target->ref);
        return found ? CVX_OK
                     : cvx_fail(r->rt->err, CVX_EINTERNAL, "a name without a slot: '%s'",
                                r->tree->names[target->name]->data);
    }
    int rc = CVX_OK;
    for (uint32_t i = 0; !rc && i < target->n; i++)
        rc = cvx_resolve_target(r, at, target->items[i]);
    return rc;
}

/* ---- the other statements ---- */

static int do_call(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_stmt *stmt)
{
    int rc = cvx_resolve_macro(r, at, stmt->u.macro.def);
    return rc ? rc : do_expr(r, at, stmt->u.macro.call);
}

/* A constant becomes the text that it prints. */
static int do_print(struct cvx_resolver *r, struct cvx_resolve_place at,
                    struct cvx_stmt *stmt)
{
    struct cvx_value text = {0};
    bool done = false;
    int rc = do_expr(r, at, stmt->u.expr);
    stmt->escape = cvx_resolve_escape(r);
    if (!rc)
        rc = cvx_fold_print(&r->fold, stmt->u.expr, &text, &done);
    if (!rc && done) {
        stmt->kind = CVX_S_TEXT;
        stmt->u.text.data = text.u.str->data;
        stmt->u.text.len = text.u.str->len;
    }
    return rc;
}

static int do_if(struct cvx_resolver *r, struct cvx_resolve_place at,
                 struct cvx_stmt *stmt)
{
    at.soft = true;
    int rc = do_expr(r, at, stmt->u.branch.test);
    if (!rc)
        rc = cvx_resolve_body(r, at, &stmt->u.branch.body);
    for (struct cvx_stmt *elif = stmt->u.branch.elifs; !rc && elif; elif = elif->next) {
        r->at = elif->at;
        rc = do_expr(r, at, elif->u.branch.test);
        if (!rc)
            rc = cvx_resolve_body(r, at, &elif->u.branch.body);
    }
    return rc ? rc : cvx_resolve_body(r, at, &stmt->u.branch.other);
}

static int do_set(struct cvx_resolver *r, struct cvx_resolve_place at,
                  struct cvx_stmt *stmt)
{
    int rc = cvx_resolve_target(r, at, stmt->u.set.target);
    return rc ? rc : do_expr(r, at, stmt->u.set.value);
}

static int do_set_block(struct cvx_resolver *r, struct cvx_resolve_place at,
                        struct cvx_stmt *stmt)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, NULL, &in, &notes);
    if (!rc && !cvx_notes_body(&notes, &stmt->u.set.body))
        rc = cvx_resolve_no_memory(r);
    if (!rc)
        rc = cvx_resolve_body(r, in, &stmt->u.set.body);
    if (!rc)
        rc = cvx_resolve_target(r, at, stmt->u.set.target);
    stmt->escape = cvx_resolve_escape(r);
    if (!rc)
        rc = cvx_resolve_expr(r, in, stmt->u.set.value);
    return rc ? rc : cvx_resolve_close(r, in, &stmt->u.set.frame);
}

static int do_with(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_stmt *stmt)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, NULL, &in, &notes);
    bool ok = !rc;
    for (uint32_t i = 0; ok && i < stmt->u.with.n; i++)
        ok = cvx_notes_params(&notes, stmt->u.with.targets[i]);
    if (!rc && (!ok || !cvx_notes_body(&notes, &stmt->u.with.body)))
        rc = cvx_resolve_no_memory(r);
    for (uint32_t i = 0; !rc && i < stmt->u.with.n; i++) {
        rc = cvx_resolve_target(r, in, stmt->u.with.targets[i]);
        if (!rc)
            rc = do_expr(r, at, stmt->u.with.values[i]);
    }
    if (!rc)
        rc = cvx_resolve_body(r, in, &stmt->u.with.body);
    return rc ? rc : cvx_resolve_close(r, in, &stmt->u.with.frame);
}

static int do_filter(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_stmt *stmt)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, NULL, &in, &notes);
    if (!rc && (!cvx_notes_body(&notes, &stmt->u.scope.body) ||
                !cvx_notes_expr(&notes, stmt->u.scope.value)))
        rc = cvx_resolve_no_memory(r);
    if (!rc)
        rc = cvx_resolve_body(r, in, &stmt->u.scope.body);
    stmt->escape = cvx_resolve_escape(r);
    if (!rc)
        rc = do_expr(r, in, stmt->u.scope.value);
    return rc ? rc : cvx_resolve_close(r, in, &stmt->u.scope.frame);
}

static int do_autoescape(struct cvx_resolver *r, struct cvx_resolve_place at,
                         struct cvx_stmt *stmt)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    struct cvx_fold saved = r->fold;
    bool on = false, known = false;
    int rc = cvx_resolve_open(r, at, NULL, &in, &notes);
    if (!rc && (!cvx_notes_expr(&notes, stmt->u.scope.value) ||
                !cvx_notes_body(&notes, &stmt->u.scope.body)))
        rc = cvx_resolve_no_memory(r);
    if (!rc)
        rc = do_expr(r, in, stmt->u.scope.value);
    if (!rc)
        rc = cvx_fold_truth(&r->fold, stmt->u.scope.value, &on, &known);
    if (!rc) {
        if (known)
            r->fold.autoescape = on;
        else
            r->fold.dynamic = true;
        rc = cvx_resolve_body(r, in, &stmt->u.scope.body);
    }
    r->fold = saved;
    return rc ? rc : cvx_resolve_close(r, in, &stmt->u.scope.frame);
}

/* Blocks are compiled after the body that names them; this notes them. */
static int do_block(struct cvx_resolver *r, struct cvx_resolve_place at,
                    struct cvx_stmt *stmt)
{
    struct cvx_block *block = stmt->u.block;
    struct cvx_tree *tree = r->tree;
    for (uint32_t i = 0; i < tree->n_blocks; i++)
        if (tree->blocks[i]->name == block->name)
            return cvx_fail(r->rt->err, CVX_EFORMAT, "the block '%s' is defined twice",
                            block->name->data);
    if (tree->n_blocks == r->cap_blocks) {
        uint32_t cap = r->cap_blocks ? r->cap_blocks * 2 : 4;
        struct cvx_block **blocks =
            cvx_heap_array(&tree->heap, cap, sizeof(struct cvx_block *));
        if (!blocks)
            return cvx_resolve_no_memory(r);
        if (tree->n_blocks > 0)
            memcpy(blocks, tree->blocks, tree->n_blocks * sizeof(struct cvx_block *));
        tree->blocks = blocks;
        r->cap_blocks = cap;
    }
    tree->blocks[tree->n_blocks++] = block;
    if (block->scoped &&
        !cvx_scope_locals(&r->heap, at.scope, &block->locals, &block->n_locals))
        return cvx_resolve_no_memory(r);
    return CVX_OK;
}

static int do_loader(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_stmt *stmt)
{
    if (strcmp(stmt->u.loader.word->data, "extends") == 0 && !at.top)
        return cvx_fail(r->rt->err, CVX_EFORMAT,
                        "'extends' cannot stand within another tag");
    return do_expr(r, at, stmt->u.loader.what);
}

static int do_stmt(struct cvx_resolver *r, struct cvx_resolve_place at,
                   struct cvx_stmt *stmt)
{
    switch ((enum cvx_stmt_kind)stmt->kind) {
    case CVX_S_TEXT:
        return CVX_OK;
    case CVX_S_PRINT:
        return do_print(r, at, stmt);
    case CVX_S_IF:
        return do_if(r, at, stmt);
    case CVX_S_FOR:
        return cvx_resolve_for(r, at, stmt->u.loop);
    case CVX_S_SET:
        return do_set(r, at, stmt);
    case CVX_S_SET_BLOCK:
        return do_set_block(r, at, stmt);
    case CVX_S_WITH:
        return do_with(r, at, stmt);
    case CVX_S_MACRO: {
        int rc = cvx_resolve_macro(r, at, stmt->u.macro.def);
        return rc ? rc : cvx_resolve_target(r, at, stmt->u.macro.target);
    }
    case CVX_S_CALL:
        return do_call(r, at, stmt);
    case CVX_S_FILTER:
        return do_filter(r, at, stmt);
    case CVX_S_AUTOESCAPE:
        return do_autoescape(r, at, stmt);
    case CVX_S_BLOCK:
        return do_block(r, at, stmt);
    case CVX_S_LOADER:
        return do_loader(r, at, stmt);
    }
    return CVX_OK;
}

int cvx_resolve_body(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_body *body)
{
    for (struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next) {
        uint32_t outer = r->at;
        r->at = stmt->at;
        int rc = do_stmt(r, at, stmt);
        if (rc)
            return rc;
        r->at = outer;
    }
    return CVX_OK;
}

/* ---- the whole ---- */

static uint32_t find_name(const struct cvx_tree *tree, const char *name)
{
    for (uint32_t i = 0; i < tree->n_names; i++)
        if (strcmp(tree->names[i]->data, name) == 0)
            return i;
    return UINT32_MAX;
}

static void find_names(struct cvx_resolver *r)
{
    r->names.loop = find_name(r->tree, "loop");
    r->names.caller = find_name(r->tree, "caller");
    r->names.kwargs = find_name(r->tree, "kwargs");
    r->names.varargs = find_name(r->tree, "varargs");
    r->names.self = find_name(r->tree, "self");
    r->names.super = find_name(r->tree, "super");
}

static int do_root(struct cvx_resolver *r)
{
    struct cvx_tree *tree = r->tree;
    struct cvx_mentions m = {.names = {r->names.self}, .n = 1};
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    cvx_mentions_find(&tree->body, &m);
    int rc = cvx_resolve_open(r, (struct cvx_resolve_place){0}, &tree->unit, &in, &notes);
    if (rc)
        return rc;
    in.top = true;
    tree->uses_self = m.found[0];
    if ((tree->uses_self &&
         !cvx_scope_note_param(&r->heap, in.scope, m.names[0], &tree->self_slot)) ||
        !cvx_notes_body(&notes, &tree->body))
        return cvx_resolve_no_memory(r);
    rc = cvx_resolve_body(r, in, &tree->body);
    return rc ? rc : cvx_resolve_close(r, in, &tree->frame);
}

static int do_block_body(struct cvx_resolver *r, struct cvx_block *block)
{
    struct cvx_mentions m = {.names = {r->names.self, r->names.super}, .n = 2};
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    char text[CVX_ERR_TEXT];
    struct cvx_value value = {0};
    cvx_mentions_find(&block->body, &m);
    int rc =
        cvx_resolve_open(r, (struct cvx_resolve_place){0}, &block->unit, &in, &notes);
    if (rc)
        return rc;
    block->uses_self = m.found[0];
    block->uses_super = m.found[1];
    if ((block->uses_self &&
         !cvx_scope_note_param(&r->heap, in.scope, m.names[0], &block->self_slot)) ||
        (block->uses_super &&
         !cvx_scope_note_param(&r->heap, in.scope, m.names[1], &block->super_slot)) ||
        !cvx_notes_body(&notes, &block->body))
        return cvx_resolve_no_memory(r);
    int n = snprintf(text, sizeof(text), "the block '%.200s' has no block above it",
                     block->name->data);
    rc = cvx_value_str(r->rt, text, (size_t)n, false, &value);
    block->no_super = value.u.str;
    if (!rc)
        rc = cvx_resolve_body(r, in, &block->body);
    return rc ? rc : cvx_resolve_close(r, in, &block->frame);
}

int cvx_resolve_tree(struct cvx_tree *tree, struct cvx_rt *rt, struct cvx_heap *scratch,
                     uint32_t *ret_at)
{
    struct cvx_resolver r = {.tree = tree,
                             .rt = rt,
                             .heap = {.scratch = scratch, .heap = &tree->heap},
                             .fold = {.rt = rt, .autoescape = true}};
    find_names(&r);
    int rc = do_root(&r);
    /* The row grows while blocks are found within blocks. */
    for (uint32_t i = 0; !rc && i < tree->n_blocks; i++)
        rc = do_block_body(&r, tree->blocks[i]);
    if (rc)
        *ret_at = r.at;
    return rc;
}
