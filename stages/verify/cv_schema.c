/* cv-schema-verifier: the document's shape, as the embedded schema file tells it. No field
 * name stands here; all of them, their order and their types come from the schema. */
#include "verify/cv_schema.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cvextract/buf.h>

#include "contracts/embedded.h"
#include "stages.h"
#include "json/cv_json.h"
#include "json/number.h"

/* The check under way. */
struct check {
    struct cvx_issues *issues;
    struct cvx_buf path; /* of the value at hand: "experiences[0].bullets", root: empty */
};

static const struct {
    unsigned type;
    const char *one, *many;
} k_types[] = {
    {CVX_SCHEMA_OBJECT, "an object", "objects"},
    {CVX_SCHEMA_ARRAY, "an array", "arrays"},
    {CVX_SCHEMA_STRING, "a string", "strings"},
    {CVX_SCHEMA_NUMBER, "a number", "numbers"},
    {CVX_SCHEMA_INTEGER, "a whole number", "whole numbers"},
    {CVX_SCHEMA_BOOLEAN, "true or false", "true or false"},
    {CVX_SCHEMA_NULL, "null", "null"},
};
#define N_TYPES (sizeof(k_types) / sizeof(k_types[0]))

static int check_value(struct check *check, const struct cvx_schema *schema,
                       struct json_object *value);
static int find_unknown(struct check *check, const struct cvx_schema *schema,
                        struct json_object *value);

static const char *path_text(const struct check *check)
{
    return check->path.len > 0 ? check->path.data : "";
}

/* Each returns the length to give to path_leave(). */
static size_t path_enter_field(struct check *check, const char *name)
{
    size_t len = check->path.len;
    if (len > 0)
        cvx_buf_putc(&check->path, '.');
    cvx_buf_puts(&check->path, name);
    return len;
}

static size_t path_enter_item(struct check *check, size_t index)
{
    size_t len = check->path.len;
    cvx_buf_printf(&check->path, "[%zu]", index);
    return len;
}

static void path_leave(struct check *check, size_t len)
{
    cvx_buf_trim(&check->path, len);
}

static void put_bound(const char *words, double bound, struct cvx_buf *buf)
{
    char text[CVX_NUMBER_ROOM];
    if (!isfinite(bound))
        return;
    size_t len = cvx_number_print(bound, text);
    if (len > 2 && text[len - 2] == '.' && text[len - 1] == '0')
        len -= 2;
    cvx_buf_puts(buf, words);
    cvx_buf_put(buf, text, len);
}

static void put_string(const struct cvx_schema *schema, bool many, struct cvx_buf *buf)
{
    if (schema->n_values == 0 && schema->min_length == 0)
        cvx_buf_puts(buf, many ? "strings" : "a string");
    else if (schema->n_values == 0)
        cvx_buf_puts(buf, many ? "non-empty strings" : "a non-empty string");
    for (size_t i = 0; i < schema->n_values; i++) {
        cvx_buf_puts(buf, i == 0 ? "one of " : ", ");
        cvx_buf_puts(buf, schema->values[i]);
    }
}

static void put_limits(const struct cvx_schema *schema, unsigned type,
                       struct cvx_buf *buf)
{
    if (type & (CVX_SCHEMA_NUMBER | CVX_SCHEMA_INTEGER)) {
        put_bound(" from ", schema->minimum, buf);
        put_bound(" up to ", schema->maximum, buf);
    }
    if (type != CVX_SCHEMA_ARRAY)
        return;
    if (schema->min_items > 0)
        cvx_buf_printf(buf, " from %zu", schema->min_items);
    if (schema->max_items < SIZE_MAX)
        cvx_buf_printf(buf, " up to %zu", schema->max_items);
    if (schema->min_items > 0 || schema->max_items < SIZE_MAX)
        cvx_buf_puts(buf, " items long");
}

/* What the schema asks for, in words; of one value, or of all items of a list. */
static void put_wanted(const struct cvx_schema *schema, bool many, struct cvx_buf *buf)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        if (!(schema->types & k_types[i].type))
            continue;
        if (buf->len > 0)
            cvx_buf_puts(buf, " or ");
        if (k_types[i].type == CVX_SCHEMA_STRING)
            put_string(schema, many, buf);
        else
            cvx_buf_puts(buf, many ? k_types[i].many : k_types[i].one);
        put_limits(schema, k_types[i].type, buf);
    }
}

/* "P must be an array or null", or with `many` "P items must be strings". */
static int add_wrong_type(struct check *check, const struct cvx_schema *schema, bool many)
{
    struct cvx_buf wanted = CVX_BUF_INIT;
    put_wanted(schema, many, &wanted);
    int rc = wanted.failed || check->path.failed ? CVX_ENOMEM : CVX_OK;
    if (!rc)
        rc = cvx_issues_add(check->issues, CVX_SEVERITY_ERROR, "%s%s must be %s",
                            check->path.len > 0 ? check->path.data : "document",
                            many ? " items" : "", wanted.data);
    cvx_buf_done(&wanted);
    return rc;
}

static int add_missing(struct check *check, const struct cvx_schema_field *field)
{
    if (check->path.failed)
        return CVX_ENOMEM;
    return cvx_issues_add(check->issues, CVX_SEVERITY_ERROR,
                          "%s%smissing required field: %s", path_text(check),
                          check->path.len > 0 ? " " : "", field->name);
}

static bool long_enough(const struct cvx_schema *schema, struct json_object *string)
{
    const char *text = json_object_get_string(string);
    size_t len = (size_t)json_object_get_string_len(string), chars = 0;
    for (size_t i = 0; i < len && chars < schema->min_length; i++)
        chars += ((unsigned char)text[i] & 0xC0) != 0x80;
    return chars >= schema->min_length;
}

static bool is_listed(const struct cvx_schema *schema, struct json_object *string)
{
    const char *text = json_object_get_string(string);
    size_t len = (size_t)json_object_get_string_len(string);
    for (size_t i = 0; i < schema->n_values; i++)
        if (strlen(schema->values[i]) == len && memcmp(schema->values[i], text, len) == 0)
            return true;
    return schema->n_values == 0;
}

static bool is_whole(double value)
{
    /* From 2^53 on every double is, those of integers beyond 64 bits among them. */
    return fabs(value) >= 9007199254740992.0 || (double)(int64_t)value == value;
}

/* All the types that a value is of. */
static unsigned types_of(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return CVX_SCHEMA_NULL;
    case json_type_boolean:
        return CVX_SCHEMA_BOOLEAN;
    case json_type_int:
        return CVX_SCHEMA_INTEGER | CVX_SCHEMA_NUMBER;
    case json_type_double:
        return is_whole(json_object_get_double(value))
                   ? CVX_SCHEMA_INTEGER | CVX_SCHEMA_NUMBER
                   : CVX_SCHEMA_NUMBER;
    case json_type_string:
        return CVX_SCHEMA_STRING;
    case json_type_array:
        return CVX_SCHEMA_ARRAY;
    case json_type_object:
        return CVX_SCHEMA_OBJECT;
    }
    return 0;
}

/* Type and limits; not what is inside of it. */
static bool type_fits(const struct cvx_schema *schema, struct json_object *value)
{
    unsigned types = types_of(value);
    if (!(schema->types & types))
        return false;
    if (types == CVX_SCHEMA_STRING)
        return long_enough(schema, value) && is_listed(schema, value);
    if (types & CVX_SCHEMA_NUMBER)
        return json_object_get_double(value) >= schema->minimum &&
               json_object_get_double(value) <= schema->maximum;
    if (types == CVX_SCHEMA_ARRAY)
        return json_object_array_length(value) >= schema->min_items &&
               json_object_array_length(value) <= schema->max_items;
    return true;
}

static int check_field(struct check *check, const struct cvx_schema_field *field,
                       struct json_object *object)
{
    struct json_object *value;
    if (!json_object_object_get_ex(object, field->name, &value)) {
        /* The root's were all named before. */
        return field->required && check->path.len > 0 ? add_missing(check, field)
                                                      : CVX_OK;
    }
    size_t len = path_enter_field(check, field->name);
    int rc = check_value(check, field->schema, value);
    path_leave(check, len);
    return rc;
}

static bool is_plain(const struct cvx_schema *schema)
{
    return !(schema->types & (CVX_SCHEMA_OBJECT | CVX_SCHEMA_ARRAY));
}

static int check_items(struct check *check, const struct cvx_schema *items,
                       struct json_object *array)
{
    /* Plain values share one message for the whole list. */
    bool plain = is_plain(items);
    size_t count = json_object_array_length(array);
    int rc = CVX_OK;
    for (size_t i = 0; !rc && i < count; i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        if (plain && type_fits(items, item))
            continue;
        if (plain)
            return add_wrong_type(check, items, true);
        size_t len = path_enter_item(check, i);
        rc = check_value(check, items, item);
        path_leave(check, len);
    }
    return rc;
}

static int check_value(struct check *check, const struct cvx_schema *schema,
                       struct json_object *value)
{
    int rc = CVX_OK;
    if (!type_fits(schema, value))
        return add_wrong_type(check, schema, false);
    if (json_object_is_type(value, json_type_array) && schema->items)
        return check_items(check, schema->items, value);
    if (!json_object_is_type(value, json_type_object))
        return CVX_OK;
    for (size_t i = 0; !rc && i < schema->n_fields; i++)
        rc = check_field(check, &schema->fields[i], value);
    return rc;
}

static int find_root_missing(struct check *check, const struct cvx_schema *schema,
                             struct json_object *root)
{
    int rc = CVX_OK;
    if (!json_object_is_type(root, json_type_object))
        return CVX_OK;
    for (size_t i = 0; !rc && i < schema->n_fields; i++)
        if (schema->fields[i].required &&
            !json_object_object_get_ex(root, schema->fields[i].name, NULL))
            rc = add_missing(check, &schema->fields[i]);
    return rc;
}

static int add_unknown(struct check *check, const char *name)
{
    size_t len = path_enter_field(check, name);
    int rc = check->path.failed ? CVX_ENOMEM
                                : cvx_issues_add(check->issues, CVX_SEVERITY_ERROR,
                                                 "unknown field: %s", check->path.data);
    path_leave(check, len);
    return rc;
}

static int find_unknown_fields(struct check *check, const struct cvx_schema *schema,
                               struct json_object *object)
{
    int rc = CVX_OK;
    struct lh_entry *entry = json_object_get_object(object)->head;
    for (; !rc && schema->closed && entry; entry = entry->next)
        if (!cvx_schema_find(schema, lh_entry_k(entry)))
            rc = add_unknown(check, lh_entry_k(entry));
    for (size_t i = 0; !rc && i < schema->n_fields; i++) {
        struct json_object *value = NULL;
        json_object_object_get_ex(object, schema->fields[i].name, &value);
        size_t len = path_enter_field(check, schema->fields[i].name);
        rc = find_unknown(check, schema->fields[i].schema, value);
        path_leave(check, len);
    }
    return rc;
}

static int find_unknown(struct check *check, const struct cvx_schema *schema,
                        struct json_object *value)
{
    int rc = CVX_OK;
    if (json_object_is_type(value, json_type_object))
        return find_unknown_fields(check, schema, value);
    if (!json_object_is_type(value, json_type_array) || !schema->items ||
        is_plain(schema->items))
        return CVX_OK;
    for (size_t i = 0; !rc && i < json_object_array_length(value); i++) {
        size_t len = path_enter_item(check, i);
        rc = find_unknown(check, schema->items, json_object_array_get_idx(value, i));
        path_leave(check, len);
    }
    return rc;
}

/* --- without words --- */

static bool fits(const struct cvx_schema *schema, struct json_object *value);

/* Walks the fields of object and schema side by side: mostly they have one order, and no
 * look-up is needed. */
static bool object_fits(const struct cvx_schema *schema, struct json_object *object)
{
    struct lh_entry *entry = json_object_get_object(object)->head;
    size_t at = 0, required = 0, found = 0;
    for (size_t i = 0; i < schema->n_fields; i++)
        required += schema->fields[i].required;
    for (; entry; entry = entry->next) {
        const char *key = lh_entry_k(entry);
        size_t tried = 0;
        while (tried < schema->n_fields && strcmp(schema->fields[at].name, key) != 0) {
            at = at + 1 < schema->n_fields ? at + 1 : 0;
            tried++;
        }
        if (tried == schema->n_fields && schema->closed)
            return false;
        if (tried == schema->n_fields)
            continue;
        if (!fits(schema->fields[at].schema, lh_entry_v(entry)))
            return false;
        found += schema->fields[at].required;
    }
    return found == required;
}

/* As deep as the schema: what no schema tells of is not entered. */
static bool fits(const struct cvx_schema *schema, struct json_object *value)
{
    if (!type_fits(schema, value))
        return false;
    if (json_object_is_type(value, json_type_object))
        return object_fits(schema, value);
    if (!json_object_is_type(value, json_type_array) || !schema->items)
        return true;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!fits(schema->items, json_object_array_get_idx(value, i)))
            return false;
    return true;
}

bool cvx_cv_schema_fits(const struct cvx_schema *schema, struct json_object *root)
{
    return fits(schema, root);
}

int cvx_cv_schema_check(const struct cvx_schema *schema, struct json_object *root,
                        struct cvx_issues *issues, struct cvx_err *err)
{
    struct check check = {.issues = issues, .path = CVX_BUF_INIT};
    if (fits(schema, root)) /* nearly all do: places and words cost more than the check */
        return CVX_OK;
    int rc = find_root_missing(&check, schema, root);
    if (!rc)
        rc = check_value(&check, schema, root);
    if (!rc)
        rc = find_unknown(&check, schema, root);
    if (!rc && check.path.failed)
        rc = CVX_ENOMEM;
    cvx_buf_done(&check.path);
    return rc ? cvx_fail(err, CVX_ENOMEM, "out of memory while checking a document")
              : CVX_OK;
}

/* --- the stage --- */

static struct cvx_next prepare(struct cvx_task *task)
{
    struct cvx_schema *schema = NULL;
    int rc = cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len, &schema,
                              &task->err);
    if (rc)
        cvx_wrap(&task->err, "the program's own CV schema");
    task->made_state = schema;
    return cvx_next_done(rc);
}

static void close_state(void *state)
{
    cvx_schema_free(state);
}

static int run(struct cvx_task *task)
{
    return cvx_cv_schema_check(task->state, cvx_cv_root(task->input), &task->issues,
                               &task->err);
}

const struct cvx_stage cvx_cv_schema_verifier = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_VERIFIER,
    .default_after = CVX_AFTER(CVX_EXTRACTOR) | CVX_AFTER(CVX_ADJUSTER),
    .name = "cv-schema-verifier",
    .summary = "Checks that a document has the fields and types of the CV schema",
    .run = run,
    .prepare = prepare,
    .close = close_state,
};
