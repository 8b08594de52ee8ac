/* Shared by the files of the protection: the table of terms and what stands for them.
 * Thread: the holder. */
#ifndef CVX_ADJUST_PROTECT_PRIVATE_H
#define CVX_ADJUST_PROTECT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include <cvextract/buf.h>

#include "adjust/protect.h"
#include "text/clean.h"

/* Terms, borrowed from the CV; sorted and distinct once sealed. A term's place is the number
 * of its placeholder. */
struct cvx_protect_terms {
    struct cvx_span *items;
    size_t count, cap;
    bool failed;
};

struct cvx_protect {
    struct json_object *cv;
    struct json_object *sent;
    struct cvx_protect_terms terms;
    struct cvx_buf mark; /* how a placeholder begins */
};

/* How a value of a CV is protected. */
enum cvx_protect_kind {
    CVX_PROTECT_TEXT, /* what occurs in it */
    CVX_PROTECT_WHOLE /* all of it */
};

/* protect_terms.c */

/* Whether a member of this name, inside of a member `parent` (NULL at the root; a list's
 * items count as the list's own), is protected as a whole. */
enum cvx_protect_kind cvx_protect_kind_of(const char *parent, const char *key);
/* Takes over every term that the CV has, in whatever order, and seals the table. A failure
 * of memory latches. */
void cvx_protect_terms_collect(struct cvx_protect_terms *terms, struct json_object *cv);
void cvx_protect_terms_done(struct cvx_protect_terms *terms);
/* The number of the term that is exactly this text; `count` when there is none. */
size_t cvx_protect_terms_find(const struct cvx_protect_terms *terms,
                              struct cvx_span text);
/* The number of the longest term that begins at text.p and ends where a word ends; `count`
 * when there is none. */
size_t cvx_protect_terms_match(const struct cvx_protect_terms *terms,
                               struct cvx_span text);

/* protect_address.c */

/* Takes the next e-mail or web address off *rest. */
bool cvx_protect_address_next(struct cvx_span *rest, struct cvx_span *ret);

/* protect_marks.c */

/* Chooses a mark that occurs nowhere in the CV. */
void cvx_protect_mark_choose(struct json_object *cv, struct cvx_buf *mark);
void cvx_protect_mark_put(const struct cvx_protect *protect, size_t term,
                          struct cvx_buf *buf);
/* Takes text up to and with the next placeholder off *rest: *ret_text is what stands before
 * it, *ret_term its number; `count` and the mark alone for what is broken. False when there
 * is none: then *ret_text is all of it. */
bool cvx_protect_mark_next(const struct cvx_protect *protect, struct cvx_span *rest,
                           struct cvx_span *ret_text, size_t *ret_term);

#endif
