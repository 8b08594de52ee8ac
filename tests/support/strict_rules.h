/* The provider's rules for a strict schema, written from 31-openai-wire.md §2.4 alone and
 * sharing nothing with the code that derives one. Thread: the test's. */
#ifndef CVX_TESTS_STRICT_RULES_H
#define CVX_TESTS_STRICT_RULES_H

#include <json-c/json.h>

/* NULL when the schema keeps the rules, else which one it breaks. Static text. */
const char *strict_rules_broken(struct json_object *schema);

#endif
