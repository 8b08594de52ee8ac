/* What a translation must not touch, hidden from the model: names, e-mail and web addresses,
 * and the terms of a CV's lists of technologies are replaced by placeholders before it is
 * sent, and put back afterwards (30-openai.md, "Adjusters").
 *
 * A placeholder is U+27E6, a letter, a number, U+27E7: models copy it as it stands; the
 * letter is repeated as often as it takes for the text not to hold one already. One term has
 * one placeholder wherever it occurs. Pure: the same CV gives the same placeholders. Thread:
 * the tree's owner. */
#ifndef CVX_ADJUST_PROTECT_H
#define CVX_ADJUST_PROTECT_H

#include <json-c/json.h>

#include <cvextract/err.h>
#include <cvextract/issues.h>

struct cvx_protect;

/* Terms longer than this are not looked for in running text. */
#define CVX_PROTECT_TERM_MAX ((size_t)512)

/* Borrows the CV, which fits the schema. CVX_ENOMEM. */
int cvx_protect_new(struct json_object *cv, struct cvx_protect **ret,
                    struct cvx_err *err);
void cvx_protect_free(struct cvx_protect *protect);

/* The CV as it may be sent, borrowed. */
struct json_object *cvx_protect_tree(const struct cvx_protect *protect);

/* The answer, which fits the schema too, with every placeholder replaced by what it stands
 * for. The fields that are wholly protected (names, programming languages, tools,
 * environments) are the CV's own, whatever the answer has there. Adds an error for each
 * placeholder that a text lost, or has more often than the text that was sent, and for what
 * looks like one and is none. The caller puts *ret, which shares nothing with the CV.
 * CVX_ENOMEM. */
int cvx_protect_restore(const struct cvx_protect *protect, struct json_object *answer,
                        struct json_object **ret, struct cvx_issues *violations,
                        struct cvx_err *err);

#endif
