/* A text changed in several passes, each of which copies, drops and inserts from left to
 * right, and which still knows of every byte where in the first text it came from: so that
 * a fault found in the last text can be shown in the words of the first.
 *
 * Thread: the holder. Ownership: cvx_edit_text_done() releases. Failure: memory latches in
 * the text's buffer, as in buf.h, and later passes do nothing. */
#ifndef CVX_RENDER_EDIT_H
#define CVX_RENDER_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

/* From here on, byte `at` of the text stood at `from` in the first one. */
struct cvx_edit_point {
    size_t at, from;
};

struct cvx_edit_text {
    struct cvx_buf text;
    struct cvx_buf points; /* struct cvx_edit_point, ascending; none: nothing was moved */
    const char *fault;     /* static: what a pass could not accept */
    size_t fault_at;       /* where in the first text */
};

/* One pass under way over `in`. */
struct cvx_edit {
    struct cvx_span in;
    size_t done; /* bytes of in that were copied or dropped */
    bool changed;
    struct cvx_buf out, points;
    const char *fault;
    size_t fault_at;
};

/* Copies what is not done yet up to `upto`. */
void cvx_edit_keep(struct cvx_edit *edit, size_t upto);
/* Leaves out what is not done yet up to `upto`. */
void cvx_edit_drop(struct cvx_edit *edit, size_t upto);
void cvx_edit_put(struct cvx_edit *edit, const char *text);
void cvx_edit_put_bytes(struct cvx_edit *edit, const char *text, size_t len);
/* Puts a text that was made from the bytes of `in` up to `upto` that are not done yet. */
void cvx_edit_splice(struct cvx_edit *edit, const struct cvx_edit_text *part,
                     size_t upto);
/* Ends the pass: the template asks for what cannot be. */
void cvx_edit_fault(struct cvx_edit *edit, const char *text, size_t at);

/* What is not done at its return is kept. Calls with pass(edit, arg). */
typedef void cvx_edit_pass(struct cvx_edit *edit, const void *arg);

/* The first text: a copy. */
void cvx_edit_text_init(struct cvx_edit_text *text, struct cvx_span first);
void cvx_edit_text_done(struct cvx_edit_text *text);
struct cvx_span cvx_edit_text_span(const struct cvx_edit_text *text);
void cvx_edit_run(struct cvx_edit_text *text, cvx_edit_pass *pass, const void *arg);
/* Where in the first text byte `at` came from; for inserted bytes, where they were put. */
size_t cvx_edit_origin(const struct cvx_edit_text *text, size_t at);

#endif
