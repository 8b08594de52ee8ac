/* The core properties of a document (author, title ...): six of them are templates of their
 * own (40-render.md, 1.5). Thread: constant once loaded. Ownership: the struct's holder. */
#ifndef CVX_RENDER_CORE_PROPS_H
#define CVX_RENDER_CORE_PROPS_H

#include <stdbool.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

struct cvx_jinja;
struct cvx_jinja_session;

#define CVX_CORE_PROPS 6

struct cvx_core_props {
    const char *name;   /* of the part; the holder's */
    struct cvx_buf xml; /* the part, with a hole for each of the six */
    struct {
        struct cvx_buf text;     /* as it was */
        struct cvx_jinja *jinja; /* NULL: a plain text */
    } items[CVX_CORE_PROPS];
    bool plain; /* all of them are */
};

/* What a document without the part gets. */
struct cvx_span cvx_core_props_default(void);
/* CVX_EFORMAT with place and cause, CVX_ENOMEM. */
int cvx_core_props_load(const char *name, struct cvx_span xml, struct cvx_core_props *ret,
                        struct cvx_err *err);
void cvx_core_props_done(struct cvx_core_props *props);
/* Appends the part. `session` may be NULL when all are plain. CVX_EFORMAT also for a value
 * of more than 255 characters, or with one that XML forbids. */
int cvx_core_props_render(const struct cvx_core_props *props,
                          struct cvx_jinja_session *session, struct cvx_buf *out,
                          struct cvx_err *err);

#endif
