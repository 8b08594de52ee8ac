/* The rules that a schema must keep for strict structured outputs, as OpenAI's guide states
 * them (31-openai-wire.md §2.4). Written from those rules, not from the program's own
 * derivation. Pure. */
#ifndef FAKE_STRICT_H
#define FAKE_STRICT_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

#define FAKE_STRICT_TEXT 384

/* True when the schema may be used; else `ret` says where and why, in OpenAI's words:
 * "In context=('properties', 'x'), 'required' is required ..." */
bool fake_strict_check(struct json_object *schema, char ret[FAKE_STRICT_TEXT]);

#endif
