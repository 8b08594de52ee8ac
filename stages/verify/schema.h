/* A JSON Schema as an immutable C structure that all workers may read at once.
 *
 * Understood: `type` (a name or a list of names of object, array, string, number, integer,
 * boolean, null), `properties`, `required`, `additionalProperties` (true or false), `items`,
 * `minLength`, `minimum`, `maximum`, `minItems`, `maxItems`, `enum` (of strings, where null
 * is no type); `$schema`, `title` and `description` are notes. Any other keyword is refused:
 * a rule that nobody checks must not stand in a schema. Thread: any, once made. */
#ifndef CVX_VERIFY_SCHEMA_H
#define CVX_VERIFY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>

enum cvx_schema_type {
    CVX_SCHEMA_OBJECT = 1u << 0,
    CVX_SCHEMA_ARRAY = 1u << 1,
    CVX_SCHEMA_STRING = 1u << 2,
    CVX_SCHEMA_NULL = 1u << 3,
    CVX_SCHEMA_NUMBER = 1u << 4,
    CVX_SCHEMA_INTEGER = 1u << 5, /* 3.0 is one too */
    CVX_SCHEMA_BOOLEAN = 1u << 6
};

struct cvx_schema_field;

/* One schema, and through fields and items the ones in it. */
struct cvx_schema {
    unsigned types;                  /* allowed enum cvx_schema_type bits, never none */
    size_t min_length;               /* of a string, in characters */
    char **values;                   /* enum: the only strings allowed */
    size_t n_values;                 /* 0 = any */
    double minimum, maximum;         /* of a number; infinite = none */
    size_t min_items, max_items;     /* of an array */
    bool closed;                     /* no fields but those named */
    struct cvx_schema_field *fields; /* in the schema's order */
    size_t n_fields;
    struct cvx_schema *items; /* of every item of an array; NULL = anything */
};

struct cvx_schema_field {
    char *name;
    bool required;
    struct cvx_schema *schema;
};

/* Reads the text of a schema. CVX_EFORMAT names what is wrong and where. */
int cvx_schema_parse(const char *data, size_t len, struct cvx_schema **ret,
                     struct cvx_err *err);
void cvx_schema_free(struct cvx_schema *schema);

/* The field of that name, NULL when the schema names none. */
const struct cvx_schema_field *cvx_schema_find(const struct cvx_schema *schema,
                                               const char *name);

#endif
