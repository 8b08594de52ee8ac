/* Loops and macros: the frames that have units and special names of their own. See
 * resolver.h. */
#include "render/jinja/resolver.h"

#include "render/jinja/mentions.h"

/* ---- loops ---- */

static struct cvx_target *copy_target(struct cvx_resolver *r,
                                      const struct cvx_target *from)
{
    struct cvx_target *to = cvx_heap_alloc(&r->tree->heap, sizeof(*to));
    if (!to)
        return NULL;
    *to = *from;
    to->items = cvx_heap_array(&r->tree->heap, from->n, sizeof(struct cvx_target *));
    for (uint32_t i = 0; to->items && i < from->n; i++) {
        to->items[i] = copy_target(r, from->items[i]);
        if (!to->items[i])
            return NULL;
    }
    return to->items ? to : NULL;
}

static int do_for_test(struct cvx_resolver *r, struct cvx_resolve_place at,
                       struct cvx_for *loop)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, &loop->test_unit, &in, &notes);
    if (rc)
        return rc;
    loop->test_target = copy_target(r, loop->target);
    if (!loop->test_target || !cvx_notes_params(&notes, loop->target) ||
        !cvx_notes_expr(&notes, loop->test))
        return cvx_resolve_no_memory(r);
    rc = cvx_resolve_target(r, in, loop->test_target);
    if (!rc)
        rc = cvx_resolve_expr(r, in, loop->test);
    return rc ? rc : cvx_resolve_close(r, in, &loop->test_frame);
}

static int do_for_other(struct cvx_resolver *r, struct cvx_resolve_place at,
                        struct cvx_for *loop)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, NULL, &in, &notes);
    if (!rc && !cvx_notes_body(&notes, &loop->other))
        rc = cvx_resolve_no_memory(r);
    if (!rc)
        rc = cvx_resolve_body(r, in, &loop->other);
    return rc ? rc : cvx_resolve_close(r, in, &loop->other_frame);
}

static bool uses_loop(const struct cvx_for *loop, uint32_t name)
{
    struct cvx_mentions m = {.names = {name}, .n = 1};
    cvx_mentions_find(&loop->body, &m);
    return loop->recursive || m.found[0] || cvx_mentions_scoped_block(loop);
}

static int do_for_body(struct cvx_resolver *r, struct cvx_resolve_place at,
                       struct cvx_for *loop, uint32_t name)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, loop->recursive ? &loop->unit : NULL, &in, &notes);
    if (rc)
        return rc;
    loop->extended = name != UINT32_MAX && uses_loop(loop, name);
    if (loop->extended &&
        !cvx_scope_note_param(&r->heap, in.scope, name, &loop->loop_slot))
        return cvx_resolve_no_memory(r);
    if (!cvx_notes_params(&notes, loop->target) || !cvx_notes_body(&notes, &loop->body))
        return cvx_resolve_no_memory(r);
    rc = cvx_resolve_target(r, in, loop->target);
    if (!rc)
        rc = cvx_resolve_body(r, in, &loop->body);
    if (!rc)
        rc = cvx_resolve_close(r, in, &loop->frame);
    /* The 'else' of a recursive loop is in its unit, beside the body. */
    struct cvx_resolve_place beside = at;
    struct cvx_scope outer = *in.scope;
    if (loop->recursive) {
        outer = (struct cvx_scope){
            .up = at.scope, .unit = in.scope->unit, .level = in.scope->level - 1};
        beside.scope = &outer;
    }
    return rc || !loop->has_other ? rc : do_for_other(r, beside, loop);
}

int cvx_resolve_for(struct cvx_resolver *r, struct cvx_resolve_place at,
                    struct cvx_for *loop)
{
    uint32_t name = r->names.loop;
    if (name != UINT32_MAX && cvx_mentions_assigned(loop, name))
        return cvx_fail(r->rt->err, CVX_EFORMAT,
                        "'loop' cannot be assigned to within a 'for'");
    int rc = cvx_resolve_expr(r, at, loop->iter);
    if (!rc && loop->test)
        rc = do_for_test(r, at, loop);
    loop->escape = cvx_resolve_escape(r);
    return rc ? rc : do_for_body(r, at, loop, name);
}

/* ---- macros ---- */

static int check_caller(struct cvx_resolver *r, const struct cvx_macro *def,
                        uint32_t caller)
{
    for (uint32_t i = 0; i < def->n; i++)
        if (def->params[i].name == caller && !def->params[i].dflt)
            return cvx_fail(r->rt->err, CVX_EFORMAT,
                            "the parameter 'caller' needs a default");
    return CVX_OK;
}

static bool has_param(const struct cvx_macro *def, uint32_t name)
{
    for (uint32_t i = 0; i < def->n; i++)
        if (def->params[i].name == name)
            return true;
    return false;
}

/* caller, kwargs and varargs are there for who mentions them. */
static int special_params(struct cvx_resolver *r, struct cvx_macro *def,
                          struct cvx_scope *scope)
{
    struct cvx_mentions m = {
        .names = {r->names.caller, r->names.kwargs, r->names.varargs}, .n = 3};
    cvx_mentions_find(&def->body, &m);
    def->takes_caller = m.found[0];
    def->names_caller = has_param(def, m.names[0]);
    def->takes_kwargs = m.found[1] && !has_param(def, m.names[1]);
    def->takes_varargs = m.found[2] && !has_param(def, m.names[2]);
    int rc = def->takes_caller ? check_caller(r, def, m.names[0]) : CVX_OK;
    bool ok = true;
    if (def->takes_caller && !def->names_caller)
        ok = cvx_scope_note_param(&r->heap, scope, m.names[0], &def->caller_slot);
    if (ok && def->takes_kwargs)
        ok = cvx_scope_note_param(&r->heap, scope, m.names[1], &def->kwargs_slot);
    if (ok && def->takes_varargs)
        ok = cvx_scope_note_param(&r->heap, scope, m.names[2], &def->varargs_slot);
    return rc || ok ? rc : cvx_resolve_no_memory(r);
}

int cvx_resolve_macro(struct cvx_resolver *r, struct cvx_resolve_place at,
                      struct cvx_macro *def)
{
    struct cvx_resolve_place in = {0};
    struct cvx_notes notes = {0};
    int rc = cvx_resolve_open(r, at, &def->unit, &in, &notes);
    if (rc)
        return rc;
    bool ok = true;
    for (uint32_t i = 0; ok && i < def->n; i++)
        ok = cvx_scope_note_param(&r->heap, in.scope, def->params[i].name,
                                  &def->params[i].slot);
    for (uint32_t i = 0; ok && i < def->n; i++)
        ok = cvx_notes_expr(&notes, def->params[i].dflt);
    if (!ok || !cvx_notes_body(&notes, &def->body))
        return cvx_resolve_no_memory(r);
    rc = special_params(r, def, in.scope);
    for (uint32_t i = 0; !rc && i < def->n; i++)
        rc = cvx_resolve_expr(r, in, def->params[i].dflt);
    if (!rc)
        rc = cvx_resolve_body(r, in, &def->body);
    return rc ? rc : cvx_resolve_close(r, in, &def->frame);
}
