/* Parsing, sessions, rendering: what the rest of the program sees of the language. See
 * jinja.h. */
#include "render/jinja/jinja.h"

#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "render/jinja/ast.h"
#include "render/jinja/context.h"
#include "render/jinja/eval.h"
#include "render/jinja/parse.h"
#include "render/jinja/resolve.h"

#define PARSE_HEAP_MAX (1024 * CVX_MIB) /* the largest part, its tokens and its tree */
#define CALLS_MAX ((size_t)1000000)     /* of macros and blocks in one session */
#define SEED 20100301u

struct cvx_jinja {
    struct cvx_tree tree;
};

struct cvx_jinja_session {
    struct cvx_heap heap;
    struct cvx_value document;
    struct cvx_value globals[CVX_GLOBALS];
    size_t rounds, calls; /* that may still be spent */
};

/* ---- parsing ---- */

/* Line ends become LF, and the last one is dropped. */
static char *copy_source(struct cvx_tree *tree, const char *source, size_t len,
                         uint32_t *cut)
{
    char *copy = cvx_heap_alloc(&tree->heap, len + 1);
    size_t n = 0;
    if (!copy)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        bool pair = source[i] == '\r' && i + 1 < len && source[i + 1] == '\n';
        if (pair) {
            cut[tree->n_cut++] = (uint32_t)n;
            i++;
        }
        copy[n++] = pair || source[i] == '\r' ? '\n' : source[i];
    }
    if (n > 0 && copy[n - 1] == '\n')
        n--;
    copy[n] = '\0';
    tree->source = copy;
    tree->len = n;
    return copy;
}

static size_t count_pairs(const char *source, size_t len)
{
    size_t n = 0;
    const char *end = source + len;
    for (const char *p = source; p < end; p++) {
        p = memchr(p, '\r', (size_t)(end - p));
        if (!p)
            break;
        n += p + 1 < end && p[1] == '\n';
    }
    return n;
}

static int take_source(struct cvx_tree *tree, const char *source, size_t len,
                       struct cvx_err *err)
{
    if (len > CVX_PART_MAX)
        return cvx_fail(err, CVX_ELIMIT, "a template of %zu bytes; at most %zu MiB", len,
                        CVX_PART_MAX / CVX_MIB);
    uint32_t *cut = cvx_heap_array(&tree->heap, count_pairs(source, len), sizeof(*cut));
    if (!cut || !copy_source(tree, source, len, cut))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a template");
    tree->cut = cut;
    return CVX_OK;
}

/* Where the byte lies in the source as it was given. */
static size_t given_offset(const struct cvx_tree *tree, uint32_t at)
{
    size_t n = 0;
    while (n < tree->n_cut && tree->cut[n] < at)
        n++;
    return at + n;
}

static int parse_tree(struct cvx_tree *tree, struct cvx_heap *scratch, uint32_t *ret_at,
                      struct cvx_err *err)
{
    struct cvx_rt rt = {
        .heap = &tree->heap, .err = err, .rounds = CVX_TEMPLATE_ROUNDS_MAX, .seed = SEED};
    int rc = cvx_parse_template(tree, &rt, scratch, ret_at);
    return rc ? rc : cvx_resolve_tree(tree, &rt, scratch, ret_at);
}

int cvx_jinja_parse(const char *source, size_t len, struct cvx_jinja **ret,
                    struct cvx_jinja_place *place, struct cvx_err *err)
{
    struct cvx_jinja *jinja = cvx_zalloc(sizeof(*jinja));
    struct cvx_heap scratch;
    uint32_t at = 0;
    if (!jinja)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a template");
    cvx_heap_init(&jinja->tree.heap, PARSE_HEAP_MAX);
    cvx_heap_init(&scratch, PARSE_HEAP_MAX);
    int rc = take_source(&jinja->tree, source, len, err);
    if (!rc)
        rc = parse_tree(&jinja->tree, &scratch, &at, err);
    if (rc && place)
        place->offset = given_offset(&jinja->tree, at);
    if (!rc) {
        *ret = jinja;
        jinja = NULL;
    }
    cvx_heap_done(&scratch);
    cvx_jinja_free(jinja);
    return rc;
}

void cvx_jinja_free(struct cvx_jinja *jinja)
{
    if (!jinja)
        return;
    cvx_heap_done(&jinja->tree.heap);
    cvx_free(jinja);
}

/* ---- sessions ---- */

int cvx_jinja_open(const struct cvx_cv *context, struct cvx_jinja_session **ret,
                   struct cvx_err *err)
{
    struct cvx_jinja_session *session = cvx_zalloc(sizeof(*session));
    if (!session)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a document's values");
    cvx_heap_init(&session->heap, CVX_TEMPLATE_MEMORY_MAX);
    session->rounds = CVX_TEMPLATE_ROUNDS_MAX;
    session->calls = CALLS_MAX;
    struct cvx_rt rt = {.heap = &session->heap, .err = err};
    int rc = cvx_context_load(&rt, context, &session->document);
    if (!rc)
        rc = cvx_globals_open(&rt, session->globals);
    if (!rc) {
        *ret = session;
        session = NULL;
    }
    cvx_jinja_close(session);
    return rc;
}

void cvx_jinja_close(struct cvx_jinja_session *session)
{
    if (!session)
        return;
    cvx_heap_done(&session->heap);
    cvx_free(session);
}

/* ---- rendering ---- */

static struct cvx_ctx *new_ctx(struct cvx_run *run, const struct cvx_tree *tree)
{
    size_t n = tree->n_names;
    struct cvx_ctx *ctx = cvx_heap_alloc(run->rt->heap, sizeof(*ctx));
    struct cvx_value *values = cvx_heap_array(run->rt->heap, 2 * n, sizeof(*values));
    if (!ctx || !values) {
        (void)cvx_value_no_memory(run->rt);
        return NULL;
    }
    *ctx = (struct cvx_ctx){tree, values, values + n};
    for (size_t i = 0; i < n; i++) {
        ctx->vars[i].kind = CVX_V_MISSING;
        ctx->base[i].kind = CVX_V_LAZY;
    }
    return ctx;
}

static int run_tree(struct cvx_run *run, const struct cvx_tree *tree)
{
    struct cvx_ctx *ctx = new_ctx(run, tree);
    run->act = ctx ? cvx_exec_act(run, &tree->unit, NULL, ctx) : NULL;
    if (!run->act)
        return run->rt->err->rc;
    if (tree->uses_self) {
        int rc = cvx_blocks_self(run, ctx, &run->act->slots[tree->self_slot]);
        if (rc)
            return rc;
    }
    cvx_buf_put(run->out, "", 0); /* texts are caught at its end: never NULL */
    cvx_exec_enter(run, &tree->frame);
    int rc = cvx_exec_body(run, &tree->body);
    return rc ? rc : cvx_buf_check(run->out, run->rt->err);
}

int cvx_jinja_render(const struct cvx_jinja *jinja, struct cvx_jinja_session *session,
                     struct cvx_buf *out, struct cvx_jinja_place *place,
                     struct cvx_err *err)
{
    struct cvx_err own;
    struct cvx_rt rt = {.heap = &session->heap,
                        .err = err ? err : &own,
                        .rounds = session->rounds,
                        .seed = SEED};
    struct cvx_run run = {.rt = &rt,
                          .document = session->document.u.dict,
                          .globals = session->globals,
                          .out = out,
                          .stack = __builtin_frame_address(0),
                          .calls = session->calls};
    size_t mark = out->len, max = out->max;
    rt.eval = &run;
    cvx_err_init(rt.err);
    if (max == 0 || max > mark + CVX_TEMPLATE_OUTPUT_MAX)
        out->max = mark + CVX_TEMPLATE_OUTPUT_MAX;
    int rc = run_tree(&run, &jinja->tree);
    out->max = max;
    session->rounds = rt.rounds;
    session->calls = run.calls;
    if (rc && out->data && !out->failed)
        cvx_buf_trim(out, mark);
    if (rc && place)
        place->offset = given_offset(&jinja->tree, run.at);
    return rc;
}
