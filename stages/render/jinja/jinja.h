/* The template language: source text to an immutable tree, tree and values to text
 * (40-render.md, sections 4 to 8). Knows nothing of DOCX: the caller cleans the XML before
 * and mends it afterwards.
 *
 * Thread: a parsed template is constant and may be read by many workers at once; a session
 * belongs to one worker. Autoescape is on. */
#ifndef CVX_JINJA_JINJA_H
#define CVX_JINJA_JINJA_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_cv;
struct cvx_jinja;         /* one parsed template */
struct cvx_jinja_session; /* the values of one document, and what it may still spend */

/* Where in the source a fault lies: a byte offset within the tag at fault, so that the
 * caller can show the paragraph's text around it. */
struct cvx_jinja_place {
    size_t offset;
};

/* Parses len bytes of UTF-8. The source is copied as far as it is needed. On a fault of the
 * template: CVX_EFORMAT with a text that says what was found and what was expected, and
 * *place (NULL allowed). Else CVX_ELIMIT (expression depth 128, statements nested), CVX_ENOMEM. */
int cvx_jinja_parse(const char *source, size_t len, struct cvx_jinja **ret,
                    struct cvx_jinja_place *place, struct cvx_err *err);
void cvx_jinja_free(struct cvx_jinja *jinja);

/* Opens a session over a document whose top level must be an object (else CVX_EFORMAT). Its
 * values are copied: what a template does to them dies with the session, and is seen by
 * the templates that the same session renders later (as docxtpl's one context is). Values
 * may come to refer to constants of a template: free the templates after the session. */
int cvx_jinja_open(const struct cvx_cv *context, struct cvx_jinja_session **ret,
                   struct cvx_err *err);
void cvx_jinja_close(struct cvx_jinja_session *session);

/* Appends the rendered text to out. Names that one template sets are unknown in the next.
 * CVX_EFORMAT for what the data and the template do not agree on (the text names the
 * expression, the kind of fault, and for an undefined name the path that was missing),
 * with *place; CVX_ELIMIT for loops (1,000,000 rounds a session), output, memory, depth. */
int cvx_jinja_render(const struct cvx_jinja *jinja, struct cvx_jinja_session *session,
                     struct cvx_buf *out, struct cvx_jinja_place *place,
                     struct cvx_err *err);

#endif
