/* A schema made ready for a run: its forms for servers, and its structure for our own check
 * of what they answer. See schema.h. */
#include "openai/schema.h"

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "verify/cv_schema.h"
#include "verify/schema.h"

struct cvx_openai_schema {
    struct cvx_schema *rules;
    struct cvx_buf strict, plain;
};

/* Leaves minLength to the verifier: see cvx_openai_schema_check(). */
static void allow_empty(struct cvx_schema *rules)
{
    rules->min_length = 0;
    for (size_t i = 0; i < rules->n_fields; i++)
        allow_empty(rules->fields[i].schema);
    if (rules->items)
        allow_empty(rules->items);
}

int cvx_openai_schema_new(const char *text, size_t len, struct cvx_openai_schema **ret,
                          struct cvx_err *err)
{
    struct cvx_openai_schema *schema = cvx_zalloc(sizeof(*schema));
    if (!schema)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a schema");
    int rc = cvx_schema_parse(text, len, &schema->rules, err);
    if (!rc)
        rc = cvx_openai_schema_derive(text, len, true, &schema->strict, err);
    if (!rc)
        rc = cvx_openai_schema_derive(text, len, false, &schema->plain, err);
    if (rc) {
        cvx_openai_schema_free(schema);
        return rc;
    }
    allow_empty(schema->rules);
    *ret = schema;
    return CVX_OK;
}

void cvx_openai_schema_free(struct cvx_openai_schema *schema)
{
    if (!schema)
        return;
    cvx_schema_free(schema->rules);
    cvx_buf_done(&schema->strict);
    cvx_buf_done(&schema->plain);
    cvx_free(schema);
}

const char *cvx_openai_schema_strict(const struct cvx_openai_schema *schema)
{
    return schema->strict.data;
}

const char *cvx_openai_schema_plain(const struct cvx_openai_schema *schema)
{
    return schema->plain.data;
}

static void relax(const struct cvx_schema *rules, struct json_object *value);

static void relax_object(const struct cvx_schema *rules, struct json_object *object)
{
    for (size_t i = 0; i < rules->n_fields; i++) {
        const struct cvx_schema_field *field = &rules->fields[i];
        struct json_object *value;
        if (!json_object_object_get_ex(object, field->name, &value))
            continue;
        if (value)
            relax(field->schema, value);
        else if (!field->required && !(field->schema->types & CVX_SCHEMA_NULL))
            json_object_object_del(object, field->name);
    }
}

static void relax(const struct cvx_schema *rules, struct json_object *value)
{
    if (json_object_is_type(value, json_type_object))
        relax_object(rules, value);
    if (!json_object_is_type(value, json_type_array) || !rules->items)
        return;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        relax(rules->items, json_object_array_get_idx(value, i));
}

void cvx_openai_schema_relax(const struct cvx_openai_schema *schema,
                             struct json_object *answer)
{
    if (!cvx_cv_schema_fits(schema->rules, answer))
        relax(schema->rules, answer);
}

int cvx_openai_schema_check(const struct cvx_openai_schema *schema,
                            struct json_object *answer, struct cvx_issues *violations,
                            struct cvx_err *err)
{
    return cvx_cv_schema_check(schema->rules, answer, violations, err);
}
