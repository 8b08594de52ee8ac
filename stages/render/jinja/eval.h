/* The evaluator: a tree and the values of a document to text. Shared by eval.c and
 * eval_call.c (expressions), exec.c and exec_scope.c (statements), macro.c, forloop.c,
 * blocks.c (what a template itself defines).
 *
 * Thread: the session's worker; the tree is only read. */
#ifndef CVX_JINJA_EVAL_H
#define CVX_JINJA_EVAL_H

#include "render/jinja/ast.h"

/* Kinds that only slots and contexts hold. */
#define CVX_V_MISSING 0xff /* nobody has set it */
#define CVX_V_LAZY 0xfe    /* not looked up in the document yet */

/* The names that a template, or a scoped block in it, finds outside of its units. */
struct cvx_ctx {
    const struct cvx_tree *tree;
    struct cvx_value *vars; /* by name: set at the top of the template so far */
    struct cvx_value *base; /* by name: the document, then the globals */
};

/* One call of a unit: its slots. Macros and loops keep it alive by referring to it. */
struct cvx_act {
    struct cvx_act *up;
    struct cvx_ctx *ctx;
    struct cvx_value slots[];
};

struct cvx_run {
    struct cvx_rt *rt; /* whose eval this is */
    const struct cvx_dict *document;
    const struct cvx_value *globals;
    struct cvx_act *act;
    struct cvx_buf *out;
    struct cvx_value input; /* what INPUT stands for */
    const char *stack;      /* where the rendering began on the C stack */
    unsigned depth;         /* calls under way */
    size_t calls;           /* that may still be made */
    bool folding;           /* constants are computed: no act, no out */
    bool located;           /* the fault has its place */
    uint32_t at;            /* that place */
};

static inline struct cvx_run *cvx_eval_run(struct cvx_rt *rt)
{
    return rt->eval;
}

static inline struct cvx_value cvx_eval_undefined(const struct cvx_str *text)
{
    return (struct cvx_value){.kind = CVX_V_UNDEFINED, .u.str = text};
}

/* ---- eval.c ---- */

int cvx_eval(struct cvx_run *run, const struct cvx_expr *expr, struct cvx_value *ret);
int cvx_eval_truth(struct cvx_run *run, const struct cvx_expr *expr, bool *ret);
struct cvx_value *cvx_eval_slot(const struct cvx_act *act, struct cvx_ref ref);
/* One more call; CVX_ELIMIT when they are too deep or too many. Leave after it. */
int cvx_eval_enter(struct cvx_run *run);
void cvx_eval_leave(struct cvx_run *run);

/* ---- eval_call.c ---- */

/* The arguments; `caller` (NULL: none) is passed under that name as well. */
int cvx_eval_args(struct cvx_run *run, const struct cvx_call *call,
                  const struct cvx_value *caller, struct cvx_args *ret);
int cvx_eval_call(struct cvx_run *run, const struct cvx_expr *expr,
                  struct cvx_value *ret);
int cvx_eval_filter(struct cvx_run *run, const struct cvx_expr *expr,
                    struct cvx_value *ret);
int cvx_eval_test(struct cvx_run *run, const struct cvx_expr *expr,
                  struct cvx_value *ret);

/* ---- exec.c ---- */

int cvx_exec_body(struct cvx_run *run, const struct cvx_body *body);
/* Cuts what was put out since `mark` off and makes a text of it. */
int cvx_exec_capture(struct cvx_run *run, size_t mark, bool safe, struct cvx_value *ret);
/* Whether results are safe text under this mode, now. */
bool cvx_exec_safe(const struct cvx_run *run, uint8_t escape);
void cvx_exec_enter(struct cvx_run *run, const struct cvx_frame *frame);
void cvx_exec_leave(struct cvx_run *run, const struct cvx_frame *frame);
int cvx_exec_assign(struct cvx_run *run, const struct cvx_target *target,
                    struct cvx_value value);
/* A new call of the unit, within act `up`; NULL when memory is out (the fault is told). */
struct cvx_act *cvx_exec_act(struct cvx_run *run, const struct cvx_unit *unit,
                             struct cvx_act *up, struct cvx_ctx *ctx);

/* ---- exec_scope.c: statements that define or catch ---- */

int cvx_exec_scope(struct cvx_run *run, const struct cvx_stmt *stmt);

/* ---- macro.c ---- */

int cvx_macro_new(struct cvx_run *run, const struct cvx_macro *def,
                  struct cvx_value *ret);
bool cvx_macro_is(struct cvx_value value);
/* Calls it with its text put out; *ret_safe says whether it is safe text. */
int cvx_macro_put(struct cvx_run *run, struct cvx_value value,
                  const struct cvx_args *args, bool *ret_safe);

/* ---- forloop.c ---- */

int cvx_forloop_exec(struct cvx_run *run, const struct cvx_for *loop);
/* loop(iterable) of a recursive one: what it prints, as a text. */
int cvx_forloop_call(struct cvx_rt *rt, struct cvx_object *self,
                     const struct cvx_args *args, struct cvx_value *ret);

/* ---- blocks.c ---- */

int cvx_blocks_exec(struct cvx_run *run, const struct cvx_block *block);
/* The object "self". */
int cvx_blocks_self(struct cvx_run *run, struct cvx_ctx *ctx, struct cvx_value *ret);
/* What a name is outside of the units. */
struct cvx_value cvx_blocks_resolve(struct cvx_run *run, struct cvx_ctx *ctx,
                                    uint32_t name);

/* ---- globals.c ---- */

/* range, dict, lipsum, cycler, joiner, namespace: one value for each. */
#define CVX_GLOBALS 6
int cvx_globals_open(struct cvx_rt *rt, struct cvx_value *ret);
/* Among those; NULL for any other name. */
const struct cvx_value *cvx_globals_find(const struct cvx_value *globals,
                                         const struct cvx_str *name);

#endif
