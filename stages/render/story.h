/* One part of a template that is rendered as XML: its source parsed once, what stands
 * around the rendered body, and the way from rendered text back to a part.
 *
 * Thread: constant once loaded. Ownership: the struct's holder; cvx_story_done(). */
#ifndef CVX_RENDER_STORY_H
#define CVX_RENDER_STORY_H

#include <stdbool.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "render/edit.h"
#include "text/clean.h"

struct cvx_jinja;
struct cvx_jinja_session;

enum cvx_story_kind {
    CVX_STORY_BODY,   /* the main document: its w:body alone is rendered, and mended */
    CVX_STORY_MARGIN, /* a header or footer: whole, and strict */
    CVX_STORY_NOTES   /* footnotes, endnotes: as a margin, but left alone without tags */
};

struct cvx_story {
    enum cvx_story_kind kind;
    const char *name;              /* of the part; the holder's */
    struct cvx_buf first;          /* the text before cleaning, for messages */
    struct cvx_edit_text source;   /* the way back to it; its text is gone */
    struct cvx_jinja *jinja;       /* NULL: the text is always the same */
    struct cvx_buf before, behind; /* BODY: the rest of the part */
    struct cvx_buf namespaces;     /* BODY: what the part declares around it */
    /* BODY: its start tag with those declarations, and without. */
    struct cvx_buf start, bare_start;
};

/* Parses a part. A story without tags has no jinja: *ret_constant gets its rendered text
 * then. CVX_EFORMAT with place and cause, CVX_ELIMIT, CVX_ENOMEM. */
int cvx_story_load(enum cvx_story_kind kind, const char *name, struct cvx_span xml,
                   struct cvx_story *ret, struct cvx_buf *ret_constant,
                   struct cvx_err *err);
void cvx_story_done(struct cvx_story *story);

/* Renders into *out, an empty buffer. Errors with place and cause. */
int cvx_story_render(const struct cvx_story *story, struct cvx_jinja_session *session,
                     struct cvx_buf *out, struct cvx_err *err);
/* From rendered text, which is changed, to the part's XML, appended to *out. */
int cvx_story_finish(const struct cvx_story *story, struct cvx_buf *text,
                     struct cvx_buf *out, struct cvx_err *err);

#endif
