/* Shared by the files of the invariants. Thread: the check's. */
#ifndef CVX_ADJUST_INVARIANTS_PRIVATE_H
#define CVX_ADJUST_INVARIANTS_PRIVATE_H

#include <json-c/json.h>

#include "adjust/facts.h"
#include "adjust/invariants.h"

/* A check under way. */
struct cvx_invariants_check {
    unsigned checks;
    struct json_object *input, *answer;
    struct cvx_facts *facts;     /* of the input; ITEMS and NUMBERS only */
    struct cvx_matcher *matcher; /* DATES only */
    size_t searches;
    size_t untold;
    struct cvx_issues *violations;
    struct cvx_err *err;
};

/* Adds a violation, or counts it when there are enough. */
int cvx_invariants_tell(struct cvx_invariants_check *check, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The text of a string value; empty for anything else, NULL too. */
struct cvx_span cvx_invariants_text(struct json_object *value);
/* A member as a list: its length (0 when it is missing or null), its items. */
size_t cvx_invariants_count(struct json_object *object, const char *key);
struct json_object *cvx_invariants_item(struct json_object *object, const char *key,
                                        size_t i);

/* invariants_headings.c: experiences[i] of both; the order. */
int cvx_invariants_order(struct cvx_invariants_check *check);
int cvx_invariants_heading(struct cvx_invariants_check *check, size_t i);
/* invariants_invented.c: items and numbers over the whole answer. */
int cvx_invariants_invented(struct cvx_invariants_check *check);

#endif
