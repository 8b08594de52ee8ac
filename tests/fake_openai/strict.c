/* Strict schemas: every object closed and its properties required, known keywords only,
 * limits of depth and size. */
#include "strict.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "util.h"

enum {
    DEPTH_MAX = 10,
    PROPERTIES_MAX = 5000,
    ENUM_MAX = 1000,
    ENUM_LONG = 250,
    ENUM_LONG_CHARS = 15000,
    CHARS_MAX = 120000,
    PATH_MAX_STEPS = 64
};

struct walk {
    struct json_object *root;
    char *text;
    const char *path[PATH_MAX_STEPS];
    size_t steps;
    size_t properties, enum_values, chars;
};

static bool node_check(struct walk *w, struct json_object *node, int depth);

static bool refuse(struct walk *w, const char *why, const char *what)
{
    int n = snprintf(w->text, FAKE_STRICT_TEXT, "In context=(");
    size_t used = (size_t)n;

    for (size_t i = 0; i < w->steps && used < FAKE_STRICT_TEXT - 80; i++)
        used += (size_t)snprintf(w->text + used, FAKE_STRICT_TEXT - used, "%s'%.40s'",
                                 i ? ", " : "", w->path[i]);
    if (used < FAKE_STRICT_TEXT) {
        used += (size_t)snprintf(w->text + used, FAKE_STRICT_TEXT - used, "), ");
        if (used < FAKE_STRICT_TEXT)
            snprintf(w->text + used, FAKE_STRICT_TEXT - used, why, what);
    }
    return false;
}

static bool in_list(const char *word, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(*list, word) == 0)
            return true;
    }
    return false;
}

static bool keywords_check(struct walk *w, struct json_object *node)
{
    static const char *const k_known[] = {"$schema",
                                          "type",
                                          "title",
                                          "description",
                                          "enum",
                                          "const",
                                          "anyOf",
                                          "$defs",
                                          "definitions",
                                          "$ref",
                                          "properties",
                                          "required",
                                          "additionalProperties",
                                          "items",
                                          "minItems",
                                          "maxItems",
                                          "pattern",
                                          "format",
                                          "minimum",
                                          "maximum",
                                          "exclusiveMinimum",
                                          "exclusiveMaximum",
                                          "multipleOf",
                                          NULL};

    json_object_object_foreach(node, key, value)
    {
        (void)value;
        if (!in_list(key, k_known))
            return refuse(w, "'%s' is not permitted.", key);
    }
    return true;
}

/* The type words of a node; a list may name several. */
static bool has_type(struct json_object *node, const char *word)
{
    struct json_object *type = fake_member(node, "type");

    if (json_object_is_type(type, json_type_string))
        return strcmp(json_object_get_string(type), word) == 0;
    if (!json_object_is_type(type, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(type); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(type, i)), word) == 0)
            return true;
    }
    return false;
}

static bool type_check(struct walk *w, struct json_object *node)
{
    static const char *const k_types[] = {"string", "number", "integer", "boolean",
                                          "object", "array",  "null",    NULL};
    struct json_object *type = fake_member(node, "type");

    if (!type) {
        if (fake_member(node, "anyOf") || fake_member(node, "enum") ||
            json_object_object_get_ex(node, "const", NULL))
            return true;
        return refuse(w, "schema must have a '%s' key.", "type");
    }
    if (json_object_is_type(type, json_type_string))
        return in_list(json_object_get_string(type), k_types) ||
               refuse(w, "'%s' is not a valid type.", json_object_get_string(type));
    if (!json_object_is_type(type, json_type_array) ||
        json_object_array_length(type) == 0)
        return refuse(w, "'%s' must be a string or a list of them.", "type");
    for (size_t i = 0; i < json_object_array_length(type); i++) {
        struct json_object *one = json_object_array_get_idx(type, i);

        if (!json_object_is_type(one, json_type_string) ||
            !in_list(json_object_get_string(one), k_types))
            return refuse(w, "'%s' holds no valid type.", "type");
    }
    return true;
}

static bool child_check(struct walk *w, const char *step, const char *name,
                        struct json_object *child, int depth)
{
    size_t steps = w->steps;

    if (steps + 2 > PATH_MAX_STEPS)
        return refuse(w, "%s", "the schema is too deep.");
    w->path[w->steps++] = step;
    if (name)
        w->path[w->steps++] = name;
    bool good = node_check(w, child, depth);
    w->steps = steps;
    return good;
}

static bool is_required(struct json_object *required, const char *name)
{
    for (size_t i = 0; i < json_object_array_length(required); i++) {
        struct json_object *one = json_object_array_get_idx(required, i);

        if (json_object_is_type(one, json_type_string) &&
            strcmp(json_object_get_string(one), name) == 0)
            return true;
    }
    return false;
}

static bool required_check(struct walk *w, struct json_object *properties,
                           struct json_object *required)
{
    if (!json_object_is_type(required, json_type_array))
        return refuse(
            w,
            "'%s' is required to be supplied and to be an array including every "
            "key in properties.",
            "required");
    json_object_object_foreach(properties, key, value)
    {
        (void)value;
        if (!is_required(required, key))
            return refuse(w,
                          "'required' is required to be supplied and to be an array "
                          "including every key in properties. Missing '%s'.",
                          key);
    }
    for (size_t i = 0; i < json_object_array_length(required); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));

        if (!name || !json_object_object_get_ex(properties, name, NULL))
            return refuse(w, "'required' holds an extra key '%s'.", name ? name : "null");
    }
    return true;
}

static bool object_check(struct walk *w, struct json_object *node, int depth)
{
    struct json_object *properties = fake_member(node, "properties");
    struct json_object *more = fake_member(node, "additionalProperties");

    if (!json_object_is_type(more, json_type_boolean) || json_object_get_boolean(more))
        return refuse(w, "'%s' is required to be supplied and to be false.",
                      "additionalProperties");
    if (!json_object_is_type(properties, json_type_object))
        return refuse(w, "'%s' is required to be supplied.", "properties");
    if (!required_check(w, properties, fake_member(node, "required")))
        return false;
    json_object_object_foreach(properties, key, value)
    {
        w->chars += strlen(key);
        if (++w->properties > PROPERTIES_MAX)
            return refuse(w, "%s", "the schema has more than 5000 properties.");
        if (!child_check(w, "properties", key, value, depth + 1))
            return false;
    }
    return true;
}

static bool enum_check(struct walk *w, struct json_object *values)
{
    size_t chars = 0, count;

    if (!json_object_is_type(values, json_type_array) ||
        json_object_array_length(values) == 0)
        return refuse(w, "'%s' must be a list with at least one value.", "enum");
    count = json_object_array_length(values);
    for (size_t i = 0; i < count; i++) {
        struct json_object *one = json_object_array_get_idx(values, i);

        if (json_object_is_type(one, json_type_string))
            chars += (size_t)json_object_get_string_len(one);
    }
    w->enum_values += count;
    w->chars += chars;
    if (w->enum_values > ENUM_MAX)
        return refuse(w, "%s", "the schema has more than 1000 enum values.");
    if (count > ENUM_LONG && chars > ENUM_LONG_CHARS)
        return refuse(w, "%s", "the enum is longer than 15000 characters.");
    return true;
}

static bool format_check(struct walk *w, struct json_object *node)
{
    static const char *const k_formats[] = {"date-time", "time",     "date", "duration",
                                            "email",     "hostname", "ipv4", "ipv6",
                                            "uuid",      NULL};
    struct json_object *format = fake_member(node, "format");

    if (!format)
        return true;
    if (json_object_is_type(format, json_type_string) &&
        in_list(json_object_get_string(format), k_formats))
        return true;
    return refuse(w, "'%s' is not a valid format.", json_object_get_string(format));
}

static bool ref_check(struct walk *w, struct json_object *node, struct json_object *ref)
{
    struct json_object *found = NULL;

    if (!json_object_is_type(ref, json_type_string))
        return refuse(w, "'%s' must be a string.", "$ref");
    if (json_object_object_length(node) > 1)
        return refuse(w, "'%s' cannot have keywords beside it.", "$ref");
    const char *to = json_object_get_string(ref);
    if (strcmp(to, "#") == 0)
        return true;
    if (strncmp(to, "#/", 2) != 0 || json_pointer_get(w->root, to + 1, &found) != 0)
        return refuse(w, "reference '%s' leads nowhere.", to);
    return true;
}

static bool any_of_check(struct walk *w, struct json_object *list, int depth)
{
    if (!json_object_is_type(list, json_type_array) ||
        json_object_array_length(list) == 0)
        return refuse(w, "'%s' must be a list of schemas.", "anyOf");
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (!child_check(w, "anyOf", NULL, json_object_array_get_idx(list, i), depth))
            return false;
    }
    return true;
}

static bool defs_check(struct walk *w, struct json_object *node, const char *where)
{
    struct json_object *defs = fake_member(node, where);

    if (!defs)
        return true;
    if (!json_object_is_type(defs, json_type_object))
        return refuse(w, "'%s' must be an object.", where);
    json_object_object_foreach(defs, key, value)
    {
        w->chars += strlen(key);
        if (!child_check(w, where, key, value, 1))
            return false;
    }
    return true;
}

static bool parts_check(struct walk *w, struct json_object *node, int depth)
{
    struct json_object *values = fake_member(node, "enum");
    struct json_object *any_of = fake_member(node, "anyOf");
    struct json_object *items = fake_member(node, "items");

    if (values && !enum_check(w, values))
        return false;
    if (has_type(node, "object") && !object_check(w, node, depth))
        return false;
    if (has_type(node, "array")) {
        if (!json_object_is_type(items, json_type_object))
            return refuse(w, "array schema missing '%s'.", "items");
        if (!child_check(w, "items", NULL, items, depth + 1))
            return false;
    }
    if (any_of && !any_of_check(w, any_of, depth))
        return false;
    return defs_check(w, node, "$defs") && defs_check(w, node, "definitions");
}

static bool node_check(struct walk *w, struct json_object *node, int depth)
{
    struct json_object *ref;

    if (!json_object_is_type(node, json_type_object))
        return refuse(w, "%s", "a schema must be an object.");
    if (depth > DEPTH_MAX)
        return refuse(w, "%s", "the schema exceeds the limit of 10 levels of nesting.");
    ref = fake_member(node, "$ref");
    if (ref)
        return ref_check(w, node, ref);
    if (!keywords_check(w, node) || !type_check(w, node) || !format_check(w, node) ||
        !parts_check(w, node, depth))
        return false;
    if (json_object_is_type(fake_member(node, "const"), json_type_string))
        w->chars += (size_t)json_object_get_string_len(fake_member(node, "const"));
    if (w->chars > CHARS_MAX)
        return refuse(w, "%s",
                      "names and enum values are longer than 120000 characters.");
    return true;
}

bool fake_strict_check(struct json_object *schema, char ret[FAKE_STRICT_TEXT])
{
    struct walk w = {.root = schema, .text = ret};
    const char *type = fake_text(schema, "type");

    if (fake_member(schema, "anyOf"))
        return refuse(&w, "schema must not have '%s' at the top level.", "anyOf");
    if (!type || strcmp(type, "object") != 0)
        return refuse(&w,
                      "schema must be a JSON Schema of 'type: \"%s\"', got 'type: None'.",
                      "object");
    return node_check(&w, schema, 1);
}
