/* Whether a chat completion request is one that OpenAI would take: fields, types, ranges,
 * messages, the response format (OpenAI's own API description, 31-openai-wire.md §2.1). Pure. */
#ifndef FAKE_CHECK_H
#define FAKE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "models.h"
#include "refusal.h"

struct json_object;

/* True when the request is good for the dialect; else *ret is what to answer. The model must
 * have been found before. */
bool fake_check_request(struct json_object *request, const struct fake_model *model,
                        enum fake_dialect dialect, struct fake_refusal *ret);

/* The parts of it. */
bool fake_check_messages(struct json_object *messages, const struct fake_model *model,
                         enum fake_dialect dialect, struct fake_refusal *ret);
bool fake_check_format(struct json_object *request, const struct fake_model *model,
                       enum fake_dialect dialect, struct fake_refusal *ret);

/* A dialect that ignores what it does not know. */
bool fake_check_is_lenient(enum fake_dialect dialect);

#endif
