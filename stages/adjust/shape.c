/* Owns how an answer becomes a document of our form. See shape.h. */
#include "adjust/shape.h"

#include <stdbool.h>

#include "json/jsonc.h"

static int like(const struct cvx_schema *schema, struct json_object *input,
                struct json_object *answer, struct json_object **ret);

static int copy(struct json_object *value, struct json_object **ret)
{
    *ret = NULL;
    if (value && (cvx_jsonc_refused() || json_object_deep_copy(value, ret, NULL) != 0))
        return CVX_ENOMEM;
    return CVX_OK;
}

int cvx_shape_copy(struct json_object *value, struct json_object **ret,
                   struct cvx_err *err)
{
    struct json_object *made = NULL;

    if (copy(value, &made))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a copy of a document");
    *ret = made;
    return CVX_OK;
}

/* Null, or a list of nothing: two ways to say "none". */
static bool is_none(struct json_object *value)
{
    return !value || (json_object_is_type(value, json_type_array) &&
                      json_object_array_length(value) == 0);
}

static int put_field(const struct cvx_schema_field *field, struct json_object *input,
                     struct json_object *answer, struct json_object *to)
{
    struct json_object *was = NULL, *is = NULL, *made = NULL;
    bool had = json_object_object_get_ex(input, field->name, &was);
    bool has = json_object_object_get_ex(answer, field->name, &is);
    int rc;

    if (is_none(is) && had && is_none(was))
        rc = copy(was, &made);
    else if (has && (!is_none(is) || had || field->required))
        rc = like(field->schema, was, is, &made);
    else
        return CVX_OK;
    return rc ? rc : cvx_jsonc_put(to, field->name, made);
}

static int like_object(const struct cvx_schema *schema, struct json_object *input,
                       struct json_object *answer, struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_object();
    int rc = made ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; !rc && i < schema->n_fields; i++)
        rc = put_field(&schema->fields[i], input, answer, made);
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

static int like_array(const struct cvx_schema *schema, struct json_object *input,
                      struct json_object *answer, struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_array();
    size_t known =
        json_object_is_type(input, json_type_array) ? json_object_array_length(input) : 0;
    int rc = made ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; !rc && i < json_object_array_length(answer); i++) {
        struct json_object *item = NULL;

        rc = like(schema->items, i < known ? json_object_array_get_idx(input, i) : NULL,
                  json_object_array_get_idx(answer, i), &item);
        if (!rc)
            rc = cvx_jsonc_append(made, item);
    }
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

/* The recursion is as deep as the schema. */
static int like(const struct cvx_schema *schema, struct json_object *input,
                struct json_object *answer, struct json_object **ret)
{
    if (schema && json_object_is_type(answer, json_type_object))
        return like_object(schema, input, answer, ret);
    if (schema && schema->items && json_object_is_type(answer, json_type_array))
        return like_array(schema, input, answer, ret);
    *ret = json_object_get(answer);
    return CVX_OK;
}

int cvx_shape_like(const struct cvx_schema *schema, struct json_object *input,
                   struct json_object *answer, struct json_object **ret,
                   struct cvx_err *err)
{
    struct json_object *made = NULL;

    if (like(schema, input, answer, &made))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for an adjusted document");
    *ret = made;
    return CVX_OK;
}
