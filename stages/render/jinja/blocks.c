/* Blocks, "self", and names that are looked up outside of the template. See eval.h. */
#include "render/jinja/eval.h"

#include <string.h>

/* ---- names ---- */

struct cvx_value cvx_blocks_resolve(struct cvx_run *run, struct cvx_ctx *ctx,
                                    uint32_t name)
{
    if (ctx->vars[name].kind != CVX_V_MISSING)
        return ctx->vars[name];
    struct cvx_value *base = &ctx->base[name];
    if (base->kind != CVX_V_LAZY)
        return *base;
    const struct cvx_str *text = ctx->tree->names[name];
    const struct cvx_value *found = cvx_dict_get(run->document, text->data, text->len);
    if (!found)
        found = cvx_globals_find(run->globals, text);
    *base = (struct cvx_value){.kind = CVX_V_MISSING};
    if (found)
        *base = *found;
    return *base;
}

/* ---- calling a block ---- */

static int put_block(struct cvx_run *run, const struct cvx_block *block,
                     struct cvx_ctx *ctx)
{
    struct cvx_act *outer = run->act;
    struct cvx_act *act = cvx_exec_act(run, &block->unit, NULL, ctx);
    int rc = CVX_OK;
    if (!act)
        return run->rt->err->rc;
    if (block->uses_self)
        rc = cvx_blocks_self(run, ctx, &act->slots[block->self_slot]);
    if (block->uses_super)
        act->slots[block->super_slot] = cvx_eval_undefined(block->no_super);
    if (rc)
        return rc;
    run->act = act;
    cvx_exec_enter(run, &block->frame);
    rc = cvx_exec_body(run, &block->body);
    run->act = outer;
    return rc;
}

static int call_block(struct cvx_run *run, const struct cvx_block *block,
                      struct cvx_ctx *ctx)
{
    int rc = cvx_eval_enter(run);
    if (rc)
        return rc;
    rc = put_block(run, block, ctx);
    cvx_eval_leave(run);
    return rc;
}

/* The context of a scoped block: what is set around it goes before the document. */
static int derive(struct cvx_run *run, const struct cvx_block *block,
                  struct cvx_ctx **ret)
{
    const struct cvx_ctx *outer = run->act->ctx;
    size_t n = outer->tree->n_names;
    struct cvx_ctx *ctx = cvx_heap_alloc(run->rt->heap, sizeof(*ctx));
    struct cvx_value *values = cvx_heap_array(run->rt->heap, 2 * n, sizeof(*values));
    if (!ctx || !values)
        return cvx_value_no_memory(run->rt);
    *ctx = (struct cvx_ctx){outer->tree, values, values + n};
    for (size_t i = 0; i < n; i++) {
        ctx->vars[i].kind = CVX_V_MISSING;
        ctx->base[i] =
            outer->vars[i].kind == CVX_V_MISSING ? outer->base[i] : outer->vars[i];
    }
    for (uint32_t i = 0; i < block->n_locals; i++) {
        struct cvx_value value = *cvx_eval_slot(run->act, block->locals[i].ref);
        if (value.kind != CVX_V_MISSING)
            ctx->base[block->locals[i].name] = value;
    }
    *ret = ctx;
    return CVX_OK;
}

int cvx_blocks_exec(struct cvx_run *run, const struct cvx_block *block)
{
    struct cvx_ctx *ctx = run->act->ctx;
    if (block->required)
        return cvx_value_fail(run->rt, "TemplateRuntimeError",
                              "the block '%s' is required, and nothing fills it",
                              block->name->data);
    int rc = block->scoped ? derive(run, block, &ctx) : CVX_OK;
    return rc ? rc : call_block(run, block, ctx);
}

/* ---- self.name and self.name() ---- */

struct reference {
    struct cvx_object object;
    struct cvx_ctx *ctx;
    const struct cvx_block *block; /* NULL: self */
};

static int reference_call(struct cvx_rt *rt, struct cvx_object *self,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    const struct reference *ref = (const struct reference *)self;
    struct cvx_run *run = cvx_eval_run(rt);
    size_t mark = run->out->len;
    if (args->n + args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "self.%s() takes no arguments",
                              ref->block->name->data);
    int rc = call_block(run, ref->block, ref->ctx);
    return rc ? rc : cvx_exec_capture(run, mark, !rt->no_escape, ret);
}

static int reference_attr(struct cvx_rt *rt, struct cvx_object *self,
                          const struct cvx_str *name, struct cvx_value *ret,
                          bool *ret_found)
{
    const struct reference *ref = (const struct reference *)self;
    (void)rt;
    *ret_found = true;
    if (strcmp(name->data, "name") == 0)
        *ret = (struct cvx_value){.kind = CVX_V_STR, .u.str = ref->block->name};
    else if (strcmp(name->data, "super") == 0)
        *ret = cvx_eval_undefined(ref->block->no_super);
    else
        *ret_found = false;
    return CVX_OK;
}

static const struct cvx_object_type k_reference = {
    .name = "BlockReference", .attr = reference_attr, .call = reference_call};

static int reference_new(struct cvx_rt *rt, const struct cvx_object_type *type,
                         struct cvx_ctx *ctx, const struct cvx_block *block,
                         struct cvx_value *ret)
{
    struct reference *ref = cvx_heap_alloc(rt->heap, sizeof(*ref));
    if (!ref)
        return cvx_value_no_memory(rt);
    *ref = (struct reference){{type}, ctx, block};
    *ret = cvx_value_object(&ref->object);
    return CVX_OK;
}

static int self_item(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value key,
                     struct cvx_value *ret, bool *ret_found)
{
    struct cvx_ctx *ctx = ((struct reference *)self)->ctx;
    const struct cvx_tree *tree = ctx->tree;
    for (uint32_t i = 0; key.kind == CVX_V_STR && i < tree->n_blocks; i++)
        if (tree->blocks[i]->name->len == key.u.str->len &&
            memcmp(tree->blocks[i]->name->data, key.u.str->data, key.u.str->len) == 0) {
            *ret_found = true;
            return reference_new(rt, &k_reference, ctx, tree->blocks[i], ret);
        }
    *ret_found = false;
    return CVX_OK;
}

static int self_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    (void)rt;
    (void)self;
    cvx_buf_puts(out, "<TemplateReference None>");
    return CVX_OK;
}

static const struct cvx_object_type k_self = {
    .name = "TemplateReference", .item = self_item, .print = self_print};

int cvx_blocks_self(struct cvx_run *run, struct cvx_ctx *ctx, struct cvx_value *ret)
{
    return reference_new(run->rt, &k_self, ctx, NULL, ret);
}
