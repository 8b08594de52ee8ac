/* See strict_rules.h. */
#include "strict_rules.h"

#include <stdbool.h>
#include <string.h>

#define PROPERTIES_MAX 5000
#define LEVELS_MAX 10
#define CHARS_MAX 120000
#define ENUM_MAX 1000
#define LARGE_ENUM 250
#define LARGE_ENUM_CHARS 15000

struct totals {
    size_t properties, chars, values;
};

static bool listed(const char *word, const char *const list[])
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static const char *text(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
                                                        : "";
}

static bool has_type(struct json_object *schema, const char *name)
{
    struct json_object *type = json_object_object_get(schema, "type");
    if (!json_object_is_type(type, json_type_array))
        return strcmp(text(type), name) == 0;
    for (size_t i = 0; i < json_object_array_length(type); i++)
        if (strcmp(text(json_object_array_get_idx(type, i)), name) == 0)
            return true;
    return false;
}

static const char *check_keyword(struct json_object *schema, const char *key)
{
    static const char *const k_any[] = {"type",  "description", "title", "enum", "const",
                                        "anyOf", "$defs",       "$ref",  NULL};
    static const char *const k_object[] = {"properties", "required",
                                           "additionalProperties", NULL};
    static const char *const k_array[] = {"items", "minItems", "maxItems", NULL};
    static const char *const k_string[] = {"pattern", "format", NULL};
    static const char *const k_number[] = {
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", NULL};
    static const char *const k_formats[] = {"date-time", "time",     "date", "duration",
                                            "email",     "hostname", "ipv4", "ipv6",
                                            "uuid",      NULL};
    bool known = listed(key, k_any) ||
                 (listed(key, k_object) && has_type(schema, "object")) ||
                 (listed(key, k_array) && has_type(schema, "array")) ||
                 (listed(key, k_string) && has_type(schema, "string")) ||
                 (listed(key, k_number) &&
                  (has_type(schema, "number") || has_type(schema, "integer")));
    if (!known)
        return "a keyword that is not supported here";
    if (strcmp(key, "format") == 0 &&
        !listed(text(json_object_object_get(schema, key)), k_formats))
        return "a format that is not supported";
    return NULL;
}

static const char *check_type(struct json_object *schema)
{
    static const char *const k_types[] = {"string", "number", "integer", "boolean",
                                          "object", "array",  "null",    NULL};
    struct json_object *type = json_object_object_get(schema, "type");
    if (!type && (json_object_object_get(schema, "anyOf") ||
                  json_object_object_get(schema, "$ref")))
        return NULL;
    if (!json_object_is_type(type, json_type_array))
        return listed(text(type), k_types) ? NULL : "a type that is none";
    for (size_t i = 0; i < json_object_array_length(type); i++)
        if (!listed(text(json_object_array_get_idx(type, i)), k_types))
            return "a type that is none";
    return NULL;
}

static bool requires(struct json_object *schema, const char *name)
{
    struct json_object *required = json_object_object_get(schema, "required");
    for (size_t i = 0; i < json_object_array_length(required); i++)
        if (strcmp(text(json_object_array_get_idx(required, i)), name) == 0)
            return true;
    return false;
}

static const char *check(struct json_object *schema, unsigned level,
                         struct totals *totals);

static const char *check_object(struct json_object *schema, unsigned level,
                                struct totals *totals)
{
    struct json_object *properties = json_object_object_get(schema, "properties");
    struct json_object *required = json_object_object_get(schema, "required");
    struct json_object *more = json_object_object_get(schema, "additionalProperties");
    if (!json_object_is_type(more, json_type_boolean) || json_object_get_boolean(more))
        return "an object that is not closed";
    if (!json_object_is_type(properties, json_type_object) ||
        !json_object_is_type(required, json_type_array) ||
        json_object_array_length(required) !=
            (size_t)json_object_object_length(properties))
        return "a property that is not required";
    json_object_object_foreach(properties, name, property)
    {
        if (!requires(schema, name))
            return "a property that is not required";
        totals->properties++;
        totals->chars += strlen(name);
        const char *broken = check(property, level + 1, totals);
        if (broken)
            return broken;
    }
    return NULL;
}

static const char *check_enum(struct json_object *schema, struct totals *totals)
{
    struct json_object *values = json_object_object_get(schema, "enum");
    size_t chars = 0;
    if (!values)
        return NULL;
    if (!json_object_is_type(values, json_type_array) ||
        json_object_array_length(values) == 0)
        return "an enum that is no list";
    for (size_t i = 0; i < json_object_array_length(values); i++)
        chars += strlen(text(json_object_array_get_idx(values, i)));
    totals->values += json_object_array_length(values);
    totals->chars += chars;
    return json_object_array_length(values) > LARGE_ENUM && chars > LARGE_ENUM_CHARS
               ? "an enum that is too long"
               : NULL;
}

static const char *check_branches(struct json_object *schema, unsigned level,
                                  struct totals *totals)
{
    struct json_object *branches = json_object_object_get(schema, "anyOf");
    const char *broken = NULL;
    if (branches && (!json_object_is_type(branches, json_type_array) ||
                     json_object_array_length(branches) == 0))
        return "an anyOf that is no list";
    for (size_t i = 0; !broken && branches && i < json_object_array_length(branches); i++)
        broken = check(json_object_array_get_idx(branches, i), level, totals);
    return broken;
}

static const char *check(struct json_object *schema, unsigned level,
                         struct totals *totals)
{
    const char *broken = NULL;
    if (!json_object_is_type(schema, json_type_object))
        return "a schema that is no object";
    if (level > LEVELS_MAX)
        return "too many levels";
    json_object_object_foreach(schema, key, value)
    {
        (void)value;
        broken = check_keyword(schema, key);
        if (broken)
            return broken;
    }
    broken = check_type(schema);
    if (!broken)
        broken = check_enum(schema, totals);
    if (!broken && has_type(schema, "object"))
        broken = check_object(schema, level, totals);
    if (!broken && has_type(schema, "array"))
        broken = check(json_object_object_get(schema, "items"), level + 1, totals);
    return broken ? broken : check_branches(schema, level, totals);
}

const char *strict_rules_broken(struct json_object *schema)
{
    struct totals totals = {0};
    if (!json_object_is_type(schema, json_type_object) ||
        strcmp(text(json_object_object_get(schema, "type")), "object") != 0 ||
        json_object_object_get(schema, "anyOf"))
        return "a root that is no object";
    const char *broken = check(schema, 1, &totals);
    if (broken)
        return broken;
    if (totals.properties > PROPERTIES_MAX)
        return "too many properties";
    if (totals.values > ENUM_MAX)
        return "too many enum values";
    return totals.chars > CHARS_MAX ? "too many characters" : NULL;
}
