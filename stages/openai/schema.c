/* A schema's text into the forms that servers take. See schema.h.
 *
 * The result is written straight from the source's tree: there is no second tree. The
 * recursion is bounded by the nesting that strict mode allows. */
#include "openai/schema.h"

#include <string.h>

#include <json-c/json.h>

#include "json/reader.h"
#include "json/writer.h"

/* "up to 10 levels of nesting" (31-openai-wire.md §2.4). */
#define LEVELS_MAX 10

struct derive {
    struct cvx_buf *buf;
    bool strict;
    unsigned level;
    struct cvx_err *err;
};

static int put_schema(struct derive *d, struct json_object *schema, bool optional);

/* What becomes of a keyword. */
enum fate {
    FATE_COPY,   /* in the strict subset as it stands */
    FATE_DROP,   /* a note, or a rule that only the local check knows */
    FATE_OWN,    /* written in its own way */
    FATE_REFUSE, /* a rule that would be lost */
};

static enum fate keyword_fate(const char *key)
{
    static const struct {
        const char *key;
        enum fate fate;
    } k_fates[] = {
        {"description", FATE_COPY},
        {"minimum", FATE_COPY},
        {"maximum", FATE_COPY},
        {"exclusiveMinimum", FATE_COPY},
        {"exclusiveMaximum", FATE_COPY},
        {"multipleOf", FATE_COPY},
        {"minItems", FATE_COPY},
        {"maxItems", FATE_COPY},
        {"pattern", FATE_COPY},
        {"type", FATE_OWN},
        {"format", FATE_OWN},
        {"enum", FATE_OWN},
        {"properties", FATE_OWN},
        {"required", FATE_OWN},
        {"items", FATE_OWN},
        {"additionalProperties", FATE_OWN},
        {"$schema", FATE_DROP},
        {"$id", FATE_DROP},
        {"$comment", FATE_DROP},
        {"title", FATE_DROP},
        {"default", FATE_DROP},
        {"examples", FATE_DROP},
        {"deprecated", FATE_DROP},
        {"readOnly", FATE_DROP},
        {"writeOnly", FATE_DROP},
        {"minLength", FATE_DROP},
        {"maxLength", FATE_DROP},
        {"uniqueItems", FATE_DROP},
        {"minProperties", FATE_DROP},
        {"maxProperties", FATE_DROP},
    };
    for (size_t i = 0; i < sizeof(k_fates) / sizeof(k_fates[0]); i++)
        if (strcmp(k_fates[i].key, key) == 0)
            return k_fates[i].fate;
    return FATE_REFUSE;
}

static const char *text_of(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
                                                        : "";
}

static void put_string(struct derive *d, const char *text)
{
    cvx_writer_string(text, strlen(text), d->buf);
}

/* A comma first, but for the first member. */
static void put_key(struct derive *d, const char *key)
{
    if (d->buf->len > 0 && d->buf->data[d->buf->len - 1] != '{')
        cvx_buf_putc(d->buf, ',');
    put_string(d, key);
    cvx_buf_putc(d->buf, ':');
}

static bool is_known_format(const char *format)
{
    static const char *const k_formats[] = {
        "date-time", "time", "date", "duration", "email",
        "hostname",  "ipv4", "ipv6", "uuid",
    };
    for (size_t i = 0; i < sizeof(k_formats) / sizeof(k_formats[0]); i++)
        if (strcmp(k_formats[i], format) == 0)
            return true;
    return false;
}

/* The one type beside null, and whether null is allowed. */
static int find_type(struct derive *d, struct json_object *schema, const char **ret,
                     bool *ret_null)
{
    struct json_object *type = json_object_object_get(schema, "type");
    size_t count = 1, named = 0;
    *ret_null = false;
    if (json_object_is_type(type, json_type_array))
        count = json_object_array_length(type);
    for (size_t i = 0; i < count; i++) {
        const char *name = text_of(json_object_is_type(type, json_type_array)
                                       ? json_object_array_get_idx(type, i)
                                       : type);
        if (strcmp(name, "null") == 0) {
            *ret_null = true;
        } else if (*name) {
            *ret = name;
            named++;
        }
    }
    return named == 1
               ? CVX_OK
               : cvx_fail(d->err, CVX_EFORMAT, "a schema needs one type, null aside");
}

static bool is_required(struct json_object *schema, const char *name)
{
    struct json_object *required = json_object_object_get(schema, "required");
    if (!json_object_is_type(required, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(required); i++)
        if (strcmp(text_of(json_object_array_get_idx(required, i)), name) == 0)
            return true;
    return false;
}

static int put_properties(struct derive *d, struct json_object *schema,
                          struct json_object *properties)
{
    put_key(d, "properties");
    cvx_buf_putc(d->buf, '{');
    struct lh_entry *entry = json_object_get_object(properties)->head;
    for (; entry; entry = entry->next) {
        const char *name = lh_entry_k(entry);
        put_key(d, name);
        int rc =
            put_schema(d, lh_entry_v(entry), d->strict && !is_required(schema, name));
        if (rc) {
            cvx_wrap(d->err, "property '%s'", name);
            return rc;
        }
    }
    cvx_buf_putc(d->buf, '}');
    return CVX_OK;
}

static void put_required(struct derive *d, struct json_object *schema,
                         struct json_object *properties)
{
    bool first = true;
    put_key(d, "required");
    cvx_buf_putc(d->buf, '[');
    struct lh_entry *entry = json_object_get_object(properties)->head;
    for (; entry; entry = entry->next) {
        if (!d->strict && !is_required(schema, lh_entry_k(entry)))
            continue;
        if (!first)
            cvx_buf_putc(d->buf, ',');
        first = false;
        put_string(d, lh_entry_k(entry));
    }
    cvx_buf_putc(d->buf, ']');
}

static int put_object(struct derive *d, struct json_object *schema)
{
    struct json_object *properties = json_object_object_get(schema, "properties");
    struct json_object *more = json_object_object_get(schema, "additionalProperties");
    bool named = json_object_is_type(properties, json_type_object);
    bool closed = json_object_is_type(more, json_type_boolean)
                      ? !json_object_get_boolean(more)
                      : !more && named;
    if (!named || !closed)
        return cvx_fail(d->err, CVX_EFORMAT, "an object of open-ended keys");
    int rc = put_properties(d, schema, properties);
    if (rc)
        return rc;
    put_required(d, schema, properties);
    put_key(d, "additionalProperties");
    cvx_buf_puts(d->buf, "false");
    return CVX_OK;
}

static int put_items(struct derive *d, struct json_object *schema)
{
    struct json_object *items;
    if (!json_object_object_get_ex(schema, "items", &items))
        return cvx_fail(d->err, CVX_EFORMAT, "an array without items");
    put_key(d, "items");
    int rc = put_schema(d, items, false);
    if (rc)
        cvx_wrap(d->err, "items");
    return rc;
}

/* Null goes beside a value as a schema of its own, so it is taken out of an enum. */
static int put_enum(struct derive *d, struct json_object *values)
{
    bool first = true;
    if (!json_object_is_type(values, json_type_array))
        return cvx_fail(d->err, CVX_EFORMAT, "'enum' must be an array");
    put_key(d, "enum");
    cvx_buf_putc(d->buf, '[');
    for (size_t i = 0; i < json_object_array_length(values); i++) {
        struct json_object *value = json_object_array_get_idx(values, i);
        if (!value)
            continue;
        if (!first)
            cvx_buf_putc(d->buf, ',');
        first = false;
        int rc = cvx_writer_print(value, d->buf, d->err);
        if (rc)
            return rc;
    }
    cvx_buf_putc(d->buf, ']');
    return CVX_OK;
}

static int put_keyword(struct derive *d, const char *key, struct json_object *value)
{
    switch (keyword_fate(key)) {
    case FATE_COPY:
        put_key(d, key);
        return cvx_writer_print(value, d->buf, d->err);
    case FATE_OWN:
        if (strcmp(key, "enum") == 0)
            return put_enum(d, value);
        if (strcmp(key, "format") == 0 && is_known_format(text_of(value))) {
            put_key(d, key);
            put_string(d, text_of(value));
        }
        return CVX_OK;
    case FATE_DROP:
        return CVX_OK;
    case FATE_REFUSE:
        break;
    }
    return cvx_fail(d->err, CVX_EFORMAT, "the keyword '%s' has no form for a server",
                    key);
}

/* A schema of exactly this type. */
static int put_typed(struct derive *d, struct json_object *schema, const char *type)
{
    cvx_buf_putc(d->buf, '{');
    put_key(d, "type");
    put_string(d, type);
    struct lh_entry *entry = json_object_get_object(schema)->head;
    for (; entry; entry = entry->next) {
        int rc = put_keyword(d, lh_entry_k(entry), lh_entry_v(entry));
        if (rc)
            return rc;
    }
    int rc = CVX_OK;
    if (strcmp(type, "object") == 0)
        rc = put_object(d, schema);
    else if (strcmp(type, "array") == 0)
        rc = put_items(d, schema);
    cvx_buf_putc(d->buf, '}');
    return rc;
}

static int put_schema(struct derive *d, struct json_object *schema, bool optional)
{
    const char *type = "";
    bool null = false;
    if (!json_object_is_type(schema, json_type_object))
        return cvx_fail(d->err, CVX_EFORMAT, "a schema must be an object");
    int rc = find_type(d, schema, &type, &null);
    if (rc)
        return rc;
    if (d->level == 0 && (null || strcmp(type, "object") != 0))
        return cvx_fail(d->err, CVX_EFORMAT, "the root must be an object");
    if (d->level == LEVELS_MAX)
        return cvx_fail(d->err, CVX_EFORMAT, "nested over %d levels", LEVELS_MAX);
    d->level++;
    if (null || optional)
        cvx_buf_puts(d->buf, "{\"anyOf\":[");
    rc = put_typed(d, schema, type);
    if (null || optional)
        cvx_buf_puts(d->buf, ",{\"type\":\"null\"}]}");
    d->level--;
    return rc;
}

int cvx_openai_schema_derive(const char *text, size_t len, bool strict,
                             struct cvx_buf *buf, struct cvx_err *err)
{
    struct json_object *root = NULL;
    struct derive d = {.buf = buf, .strict = strict, .err = err};
    int rc = cvx_reader_parse(text, len, &root, err);
    if (!rc)
        rc = put_schema(&d, root, false);
    json_object_put(root);
    return rc ? rc : cvx_buf_check(buf, err);
}
