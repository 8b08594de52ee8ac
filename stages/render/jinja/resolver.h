/* What the two halves of the resolver share: resolve.c (expressions, plain statements, the
 * whole) and resolve_frames.c (loops and macros). See resolve.h.
 *
 * Thread: the parser's. */
#ifndef CVX_JINJA_RESOLVER_H
#define CVX_JINJA_RESOLVER_H

#include "render/jinja/ast.h"
#include "render/jinja/fold.h"
#include "render/jinja/notes.h"
#include "render/jinja/scope.h"

struct cvx_resolver {
    struct cvx_tree *tree;
    struct cvx_rt *rt;
    struct cvx_scope_heap heap;
    struct cvx_fold fold; /* with the autoescape tag around */
    uint32_t at;          /* the tag being read */
    uint32_t cap_blocks;
    struct { /* UINT32_MAX: the template does not have the name */
        uint32_t loop, caller, kwargs, varargs, self, super;
    } names;
};

/* What a part of the template is compiled in. */
struct cvx_resolve_place {
    struct cvx_scope *scope;
    bool top;  /* names set here are seen by blocks */
    bool soft; /* in an 'if': an unknown filter fails only when it is executed */
};

/* ---- resolve.c ---- */

int cvx_resolve_no_memory(const struct cvx_resolver *r);
int cvx_resolve_body(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_body *body);
int cvx_resolve_expr(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_expr *expr); /* NULL allowed */
int cvx_resolve_target(struct cvx_resolver *r, struct cvx_resolve_place at,
                       struct cvx_target *target);
uint8_t cvx_resolve_escape(const struct cvx_resolver *r); /* enum cvx_escape, here */
/* A frame within `at`, in a unit of its own when there is one; then what entering it does. */
int cvx_resolve_open(struct cvx_resolver *r, struct cvx_resolve_place at,
                     struct cvx_unit *unit, struct cvx_resolve_place *ret,
                     struct cvx_notes *notes);
int cvx_resolve_close(struct cvx_resolver *r, struct cvx_resolve_place at,
                      struct cvx_frame *ret);

/* ---- resolve_frames.c ---- */

int cvx_resolve_for(struct cvx_resolver *r, struct cvx_resolve_place at,
                    struct cvx_for *loop);
/* A macro, or the body of a call block. */
int cvx_resolve_macro(struct cvx_resolver *r, struct cvx_resolve_place at,
                      struct cvx_macro *def);

#endif
