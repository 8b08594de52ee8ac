/* What the stand-in model answers: rules in place of a model, the same for the same request.
 * Nothing is invented: every text comes from the request. Pure. */
#ifndef FAKE_ANSWERS_H
#define FAKE_ANSWERS_H

#include <stddef.h>

#include "ask.h"

struct json_object;

/* The document for a request, shaped by its schema. The caller puts it. */
struct json_object *fake_answer(const struct fake_ask *ask);

/* The rules; each returns a new value. */
struct json_object *fake_answer_extract(const char *text, size_t len);
struct json_object *fake_answer_adjust(struct json_object *cv, const char *context);
struct json_object *fake_answer_translate(struct json_object *cv, const char *language);
struct json_object *fake_answer_research(const char *text, size_t len);

#endif
