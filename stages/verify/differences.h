/* Two documents compared as the round trip judges them (20-extraction.md, "Verifiers",
 * `roundtrip-verifier`): punctuation, case and white space do not count, and lists of items
 * may have been written in one line. Thread: the owner of both trees. */
#ifndef CVX_VERIFY_DIFFERENCES_H
#define CVX_VERIFY_DIFFERENCES_H

#include <json-c/json.h>

#include <cvextract/err.h>
#include <cvextract/issues.h>

/* Differences told before "and N more". */
#define CVX_DIFFERENCES_MAX ((size_t)10)

/* Adds one error for each difference between `was` and `now`. CVX_OK whatever was found,
 * CVX_ENOMEM. */
int cvx_differences_find(struct json_object *was, struct json_object *now,
                         struct cvx_issues *issues, struct cvx_err *err);

#endif
