/* What an adjusted CV must have in common with the one it was made from: checked in code,
 * because no prompt can promise it (30-openai.md, "Adjusters"). Pure. Thread: the owner of
 * the trees. */
#ifndef CVX_ADJUST_INVARIANTS_H
#define CVX_ADJUST_INVARIANTS_H

#include <json-c/json.h>

#include <cvextract/err.h>
#include <cvextract/issues.h>

#include "text/patterns.h"

enum cvx_invariant {
    /* The four fields of identity are equal. */
    CVX_INVARIANT_IDENTITY = 1u << 0,
    /* The three fields of the name are equal; the title may change its words. */
    CVX_INVARIANT_NAMES = 1u << 1,
    /* As many experiences, in the same order. */
    CVX_INVARIANT_EXPERIENCES = 1u << 2,
    /* A heading keeps its digits, in order, whatever script writes them. */
    CVX_INVARIANT_DIGITS = 1u << 3,
    /* A heading keeps its date ranges, to the byte. */
    CVX_INVARIANT_DATES = 1u << 4,
    /* No item in the sidebar or in an environment that the input does not have anywhere. */
    CVX_INVARIANT_ITEMS = 1u << 5,
    /* No number in overview, descriptions or bullets that the input does not have. */
    CVX_INVARIANT_NUMBERS = 1u << 6,
    /* Programming languages, tools and environments are equal. */
    CVX_INVARIANT_TERMS = 1u << 7,
    /* Every list is as long as before; no text has become empty. */
    CVX_INVARIANT_LENGTHS = 1u << 8
};

/* What each adjuster names as its checks. The schema comes before any of them. */
#define CVX_INVARIANTS_TAILORED                                                          \
    (CVX_INVARIANT_IDENTITY | CVX_INVARIANT_EXPERIENCES | CVX_INVARIANT_DIGITS |         \
     CVX_INVARIANT_DATES | CVX_INVARIANT_ITEMS | CVX_INVARIANT_NUMBERS)
#define CVX_INVARIANTS_TRANSLATED                                                        \
    (CVX_INVARIANT_NAMES | CVX_INVARIANT_EXPERIENCES | CVX_INVARIANT_DIGITS |            \
     CVX_INVARIANT_TERMS | CVX_INVARIANT_LENGTHS)

/* More violations than these are counted, not told. */
#define CVX_INVARIANTS_TOLD_MAX 20
/* Items that the input's lists do not have, looked for in all its text: no honest answer
 * has so many. */
#define CVX_INVARIANTS_SEARCHES_MAX 500

/* Adds an error for every violation, with its place ("experiences[0].heading ..."): a whole
 * sentence, fit for a person and for the model. Both trees fit the schema of a CV.
 * CVX_OK whatever was found; CVX_ENOMEM, CVX_EINTERNAL (patterns). */
int cvx_invariants_check(unsigned checks, const struct cvx_patterns *patterns,
                         struct json_object *input, struct json_object *answer,
                         struct cvx_issues *violations, struct cvx_err *err);

#endif
