/* Which models there are, and what each refuses. Pure. */
#ifndef FAKE_MODELS_H
#define FAKE_MODELS_H

#include <stdbool.h>
#include <stddef.h>

#define FAKE_MODELS_MAX 16

struct fake_model {
    char name[64];
    long output_cap; /* most tokens of an answer, 0 = 128,000 */
    long context;    /* most tokens of a prompt, 0 = 400,000 */
    bool no_effort;  /* refuses reasoning_effort */
    bool no_none;    /* knows reasoning_effort, but not "none" */
    bool no_temperature, no_store;
    bool old_max;      /* knows max_tokens only */
    bool new_max;      /* refuses max_tokens */
    bool no_strict;    /* refuses json_schema with strict */
    bool no_schema;    /* refuses json_schema */
    bool no_json_mode; /* refuses json_object too */
    bool no_files;
};

struct fake_models {
    struct fake_model model[FAKE_MODELS_MAX];
    size_t count;
    bool any; /* unknown names are taken, as a model without quirks */
};

/* "NAME" or "NAME:quirk,quirk": cap=N context=N noeffort nonone notemp nostore oldmax newmax
 * nostrict noschema nojson nofiles. False when malformed or too many. */
bool fake_models_add(struct fake_models *models, const char *spec);
/* The models of a server that was given none. */
void fake_models_defaults(struct fake_models *models);
/* NULL when unknown. */
const struct fake_model *fake_models_find(const struct fake_models *models,
                                          const char *name);

#endif
