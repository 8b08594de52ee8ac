/* A schema's text into its structure. See schema.h. The recursion is as deep as the JSON is
 * nested, which the reader bounds. */
#include "verify/schema.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "json/cv_json.h"

static int load_schema(struct json_object *value, struct cvx_schema **ret,
                       struct cvx_err *err);

static int fail_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory for a schema");
}

static bool is_string(struct json_object *value)
{
    return json_object_is_type(value, json_type_string);
}

static int check_keywords(struct json_object *value, struct cvx_err *err)
{
    static const char *const k_known[] = {
        "$schema",   "title",      "description", "type",
        "minLength", "properties", "required",    "additionalProperties",
        "items",     "enum",       "minimum",     "maximum",
        "minItems",  "maxItems",
    };
    if (!json_object_is_type(value, json_type_object))
        return cvx_fail(err, CVX_EFORMAT, "a schema must be an object");
    struct lh_entry *entry = json_object_get_object(value)->head;
    for (; entry; entry = entry->next) {
        const char *key = lh_entry_k(entry);
        size_t i = 0, n = sizeof(k_known) / sizeof(k_known[0]);
        while (i < n && strcmp(k_known[i], key) != 0)
            i++;
        if (i == n)
            return cvx_fail(err, CVX_EFORMAT, "unsupported schema keyword '%s'", key);
    }
    return CVX_OK;
}

static int load_type_name(struct json_object *value, unsigned *types, struct cvx_err *err)
{
    static const struct {
        const char *name;
        unsigned type;
    } k_types[] = {{"object", CVX_SCHEMA_OBJECT},   {"array", CVX_SCHEMA_ARRAY},
                   {"string", CVX_SCHEMA_STRING},   {"number", CVX_SCHEMA_NUMBER},
                   {"integer", CVX_SCHEMA_INTEGER}, {"boolean", CVX_SCHEMA_BOOLEAN},
                   {"null", CVX_SCHEMA_NULL}};
    const char *name = is_string(value) ? json_object_get_string(value) : "";
    for (size_t i = 0; i < sizeof(k_types) / sizeof(k_types[0]); i++) {
        if (strcmp(k_types[i].name, name) == 0) {
            *types |= k_types[i].type;
            return CVX_OK;
        }
    }
    return cvx_fail(err, CVX_EFORMAT, "unsupported schema type '%s'", name);
}

static int load_types(struct json_object *value, struct cvx_schema *schema,
                      struct cvx_err *err)
{
    struct json_object *type = json_object_object_get(value, "type");
    if (!json_object_is_type(type, json_type_array))
        return load_type_name(type, &schema->types, err);
    int rc = CVX_OK;
    for (size_t i = 0; !rc && i < json_object_array_length(type); i++)
        rc = load_type_name(json_object_array_get_idx(type, i), &schema->types, err);
    if (!rc && schema->types == 0)
        rc = cvx_fail(err, CVX_EFORMAT, "'type' names no type");
    return rc;
}

static int load_count(struct json_object *value, const char *keyword, size_t *ret,
                      struct cvx_err *err)
{
    struct json_object *count;
    if (!json_object_object_get_ex(value, keyword, &count))
        return CVX_OK;
    int64_t n = json_object_get_int64(count);
    if (!json_object_is_type(count, json_type_int) || n < 0)
        return cvx_fail(err, CVX_EFORMAT, "'%s' must be a number from 0", keyword);
    *ret = (size_t)n;
    return CVX_OK;
}

static int load_counts(struct json_object *value, struct cvx_schema *schema,
                       struct cvx_err *err)
{
    schema->max_items = SIZE_MAX;
    int rc = load_count(value, "minLength", &schema->min_length, err);
    if (!rc)
        rc = load_count(value, "minItems", &schema->min_items, err);
    return rc ? rc : load_count(value, "maxItems", &schema->max_items, err);
}

static int load_bound(struct json_object *value, const char *keyword, double *ret,
                      struct cvx_err *err)
{
    struct json_object *bound;
    if (!json_object_object_get_ex(value, keyword, &bound))
        return CVX_OK;
    if (!json_object_is_type(bound, json_type_int) &&
        !json_object_is_type(bound, json_type_double))
        return cvx_fail(err, CVX_EFORMAT, "'%s' must be a number", keyword);
    *ret = json_object_get_double(bound);
    return CVX_OK;
}

static int load_bounds(struct json_object *value, struct cvx_schema *schema,
                       struct cvx_err *err)
{
    schema->minimum = -INFINITY;
    schema->maximum = INFINITY;
    int rc = load_bound(value, "minimum", &schema->minimum, err);
    return rc ? rc : load_bound(value, "maximum", &schema->maximum, err);
}

static int load_enum(struct json_object *value, struct cvx_schema *schema,
                     struct cvx_err *err)
{
    struct json_object *list;
    if (!json_object_object_get_ex(value, "enum", &list))
        return CVX_OK;
    size_t count =
        json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (count == 0 || schema->types != CVX_SCHEMA_STRING)
        return cvx_fail(err, CVX_EFORMAT,
                        "'enum' must be a list of strings, for a string");
    schema->values = cvx_alloc_array(count, sizeof(*schema->values));
    if (!schema->values)
        return fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        if (!is_string(item))
            return cvx_fail(err, CVX_EFORMAT, "'enum' must hold strings");
        schema->values[i] = cvx_strdup(json_object_get_string(item));
        if (!schema->values[i])
            return fail_memory(err);
        schema->n_values++;
    }
    return CVX_OK;
}

static int load_field(struct lh_entry *entry, struct cvx_schema *schema,
                      struct cvx_err *err)
{
    struct cvx_schema_field *field = &schema->fields[schema->n_fields];
    int rc = load_schema(lh_entry_v(entry), &field->schema, err);
    if (rc) {
        cvx_wrap(err, "property '%s'", (const char *)lh_entry_k(entry));
        return rc;
    }
    /* Counted from here on: cvx_schema_free() takes a field without a name. */
    schema->n_fields++;
    field->name = cvx_strdup(lh_entry_k(entry));
    return field->name ? CVX_OK : fail_memory(err);
}

static int load_fields(struct json_object *value, struct cvx_schema *schema,
                       struct cvx_err *err)
{
    struct json_object *properties;
    if (!json_object_object_get_ex(value, "properties", &properties))
        return CVX_OK;
    if (!json_object_is_type(properties, json_type_object))
        return cvx_fail(err, CVX_EFORMAT, "'properties' must be an object");
    size_t count = (size_t)json_object_object_length(properties);
    schema->fields = cvx_alloc_array(count, sizeof(*schema->fields));
    if (!schema->fields)
        return fail_memory(err);
    memset(schema->fields, 0, count * sizeof(*schema->fields));
    int rc = CVX_OK;
    struct lh_entry *entry = json_object_get_object(properties)->head;
    for (; !rc && entry; entry = entry->next)
        rc = load_field(entry, schema, err);
    return rc;
}

static int mark_required(const char *name, struct cvx_schema *schema, struct cvx_err *err)
{
    for (size_t i = 0; i < schema->n_fields; i++) {
        if (strcmp(schema->fields[i].name, name) == 0) {
            schema->fields[i].required = true;
            return CVX_OK;
        }
    }
    return cvx_fail(err, CVX_EFORMAT, "'required' names no property: '%s'", name);
}

static int load_required(struct json_object *value, struct cvx_schema *schema,
                         struct cvx_err *err)
{
    struct json_object *required;
    int rc = CVX_OK;
    if (!json_object_object_get_ex(value, "required", &required))
        return CVX_OK;
    if (!json_object_is_type(required, json_type_array))
        return cvx_fail(err, CVX_EFORMAT, "'required' must be an array");
    for (size_t i = 0; !rc && i < json_object_array_length(required); i++) {
        struct json_object *item = json_object_array_get_idx(required, i);
        rc = mark_required(is_string(item) ? json_object_get_string(item) : "", schema,
                           err);
    }
    return rc;
}

static int load_closed(struct json_object *value, struct cvx_schema *schema,
                       struct cvx_err *err)
{
    struct json_object *additional;
    if (!json_object_object_get_ex(value, "additionalProperties", &additional))
        return CVX_OK;
    if (!json_object_is_type(additional, json_type_boolean))
        return cvx_fail(err, CVX_EFORMAT, "'additionalProperties' must be true or false");
    schema->closed = !json_object_get_boolean(additional);
    return CVX_OK;
}

static int load_items(struct json_object *value, struct cvx_schema *schema,
                      struct cvx_err *err)
{
    struct json_object *items;
    if (!json_object_object_get_ex(value, "items", &items))
        return CVX_OK;
    int rc = load_schema(items, &schema->items, err);
    if (rc)
        cvx_wrap(err, "items");
    return rc;
}

static int load_schema(struct json_object *value, struct cvx_schema **ret,
                       struct cvx_err *err)
{
    /* `required` marks fields, so it comes behind them whatever their order in the text. */
    static int (*const k_loaders[])(struct json_object *, struct cvx_schema *,
                                    struct cvx_err *) = {
        load_types,  load_counts,   load_bounds, load_enum,
        load_fields, load_required, load_closed, load_items,
    };
    int rc = check_keywords(value, err);
    if (rc)
        return rc;
    struct cvx_schema *schema = cvx_zalloc(sizeof(*schema));
    if (!schema)
        return fail_memory(err);
    for (size_t i = 0; !rc && i < sizeof(k_loaders) / sizeof(k_loaders[0]); i++)
        rc = k_loaders[i](value, schema, err);
    if (rc)
        cvx_schema_free(schema);
    else
        *ret = schema;
    return rc;
}

int cvx_schema_parse(const char *data, size_t len, struct cvx_schema **ret,
                     struct cvx_err *err)
{
    struct cvx_cv *text = NULL;
    int rc = cvx_cv_parse(data, len, &text, err);
    if (rc)
        return rc;
    rc = load_schema(cvx_cv_root(text), ret, err);
    cvx_cv_free(text);
    return rc;
}

void cvx_schema_free(struct cvx_schema *schema)
{
    if (!schema)
        return;
    for (size_t i = 0; i < schema->n_fields; i++) {
        cvx_free(schema->fields[i].name);
        cvx_schema_free(schema->fields[i].schema);
    }
    cvx_free(schema->fields);
    for (size_t i = 0; i < schema->n_values; i++)
        cvx_free(schema->values[i]);
    cvx_free(schema->values);
    cvx_schema_free(schema->items);
    cvx_free(schema);
}

const struct cvx_schema_field *cvx_schema_find(const struct cvx_schema *schema,
                                               const char *name)
{
    for (size_t i = 0; i < schema->n_fields; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            return &schema->fields[i];
    return NULL;
}
