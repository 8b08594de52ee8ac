/* What a CV states, so that another version of it can be asked whether it says more: all its
 * words, all its list items, all its numbers (30-openai.md, "Adjusters"). Made from a tree,
 * which it borrows. Thread: the tree's owner. */
#ifndef CVX_ADJUST_FACTS_H
#define CVX_ADJUST_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

struct cvx_facts;

/* The canonical text of a number, its NUL included; what is longer is cut to this. */
#define CVX_FACTS_NUMBER_ROOM 64

/* CVX_ENOMEM. */
int cvx_facts_new(struct json_object *cv, struct cvx_facts **ret, struct cvx_err *err);
void cvx_facts_free(struct cvx_facts *facts);

/* Whether some list of the CV has exactly this item. CVX_ENOMEM through err, as below. */
int cvx_facts_has_item(struct cvx_facts *facts, struct cvx_span item, bool *ret,
                       struct cvx_err *err);
/* Whether the CV has this text anywhere, as whole words, in any case, blanks cleaned. False
 * for a text without any word. CVX_ENOMEM through err. */
int cvx_facts_has_text(struct cvx_facts *facts, struct cvx_span text, bool *ret,
                       struct cvx_err *err);
/* Whether it has this number (as cvx_facts_next_number() writes it) anywhere. */
int cvx_facts_has_number(struct cvx_facts *facts, const char *number, bool *ret,
                         struct cvx_err *err);

/* Takes the next number off *rest: digits of any script, with single points or commas
 * between them; written with ASCII digits, without separators of thousands, with a point
 * before decimals. False when none is left. */
bool cvx_facts_next_number(struct cvx_span *rest, char ret[CVX_FACTS_NUMBER_ROOM]);
/* Appends all digits of the text, as ASCII, and nothing else. */
void cvx_facts_digits(struct cvx_span text, struct cvx_buf *buf);

#endif
