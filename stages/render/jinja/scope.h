/* Which slot a name means where: jinja2's rules of scope, worked out while compiling.
 *
 * A scope is the set of names of one frame (body, loop, macro ...). It is filled by looking
 * through the frame once, before anything in it is resolved; a name that it loads and
 * nobody around has set comes from the context, one that it sets hides the same name
 * further out. Slots are shared by frames of one unit at the same depth for one name, as
 * jinja2's local variables are.
 *
 * Thread: the parser's. Everything lies in the scratch heap. */
#ifndef CVX_JINJA_SCOPE_H
#define CVX_JINJA_SCOPE_H

#include "render/jinja/ast.h"

struct cvx_scope_unit;
struct cvx_scope_name;

struct cvx_scope {
    struct cvx_scope *up;
    struct cvx_scope_unit *unit;
    unsigned level;
    struct cvx_scope_name **table; /* hash by name */
    uint32_t n, cap;
    struct cvx_scope_name *first, *last; /* in order of appearance */
    struct cvx_scope_change *changes;    /* the newest first, while a branch is read */
};

/* What is shared while one template is resolved. */
struct cvx_scope_heap {
    struct cvx_heap *scratch;
    struct cvx_heap *heap; /* of the tree */
    uint32_t stamp;
};

/* A frame within up (NULL: none), in its unit or in `unit` when that is not NULL.
 * NULL when memory is out; so for all that returns a pointer. */
struct cvx_scope *cvx_scope_new(struct cvx_scope_heap *h, struct cvx_scope *up,
                                struct cvx_unit *unit);

/* What a look through a frame reports, in its order; false when memory is out. */
bool cvx_scope_note_load(struct cvx_scope_heap *h, struct cvx_scope *scope,
                         uint32_t name);
bool cvx_scope_note_store(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          uint32_t name);
/* A name that who enters the frame sets; *ret_slot (NULL allowed) is its place. */
bool cvx_scope_note_param(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          uint32_t name, uint32_t *ret_slot);

/* The branches of an 'if': begin before each, end after it; then join all of them. A name
 * that not every branch sets has outside of them what it had before. */
struct cvx_scope_branch {
    struct cvx_scope_change *before; /* changes of what is around */
    struct cvx_scope_change *found;  /* changes of this branch */
};
void cvx_scope_branch_begin(struct cvx_scope *scope, struct cvx_scope_branch *branch);
bool cvx_scope_branch_end(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          struct cvx_scope_branch *branch);
bool cvx_scope_branch_join(struct cvx_scope_heap *h, struct cvx_scope *scope,
                           const struct cvx_scope_branch *branches, uint32_t n);

/* Where the name is for an expression in this frame; false when nothing has noted it. */
bool cvx_scope_find(const struct cvx_scope *scope, uint32_t name, struct cvx_ref *ret);
/* What entering the frame has to do; false when memory is out. */
bool cvx_scope_frame(struct cvx_scope_heap *h, const struct cvx_scope *scope,
                     struct cvx_frame *ret);
/* All names set here and further out, the innermost of each. */
bool cvx_scope_locals(struct cvx_scope_heap *h, const struct cvx_scope *scope,
                      struct cvx_local **ret, uint32_t *ret_n);

#endif
