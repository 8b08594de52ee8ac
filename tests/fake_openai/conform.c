/* Values by schema. */
#include "conform.h"

#include <string.h>

#include <json-c/json.h>

#include "util.h"

enum { DEPTH_MAX = 24 };

static struct json_object *conform(struct json_object *value, struct json_object *schema,
                                   struct json_object *root, int depth);

static struct json_object *resolved(struct json_object *schema, struct json_object *root)
{
    for (int i = 0; i < 8; i++) {
        const char *to = fake_text(schema, "$ref");
        struct json_object *found = NULL;

        if (!to)
            return schema;
        if (strcmp(to, "#") == 0)
            schema = root;
        else if (*to == '#' && json_pointer_get(root, to + 1, &found) == 0)
            schema = found;
        else
            return NULL;
    }
    return NULL;
}

static bool names_type(struct json_object *schema, const char *word)
{
    struct json_object *type = fake_member(schema, "type");

    if (json_object_is_type(type, json_type_string))
        return strcmp(json_object_get_string(type), word) == 0;
    for (size_t i = 0; type && i < json_object_array_length(type); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(type, i)), word) == 0)
            return true;
    }
    return false;
}

static const char *type_word(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return "object";
    case json_type_array:
        return "array";
    case json_type_string:
        return "string";
    case json_type_boolean:
        return "boolean";
    case json_type_int:
        return "integer";
    case json_type_double:
        return "number";
    case json_type_null:
        break;
    }
    return "null";
}

static bool fits(struct json_object *value, struct json_object *schema)
{
    const char *word = type_word(value);

    if (names_type(schema, word))
        return true;
    return json_object_is_type(value, json_type_int) && names_type(schema, "number");
}

/* The same through branches. */
static bool accepts(struct json_object *value, struct json_object *schema,
                    struct json_object *root)
{
    struct json_object *any_of = fake_member(resolved(schema, root), "anyOf");

    for (size_t i = 0; any_of && i < json_object_array_length(any_of); i++) {
        if (accepts(value, json_object_array_get_idx(any_of, i), root))
            return true;
    }
    return fits(value, resolved(schema, root));
}

/* The branch of an anyOf that suits the value; null where nothing does and it is allowed. */
static struct json_object *branch_of(struct json_object *any_of,
                                     struct json_object *value, struct json_object *root)
{
    struct json_object *null_branch = NULL, *first = NULL;

    for (size_t i = 0; i < json_object_array_length(any_of); i++) {
        struct json_object *one = resolved(json_object_array_get_idx(any_of, i), root);

        if (value && accepts(value, one, root))
            return one;
        if (names_type(one, "null"))
            null_branch = one;
        else if (!first)
            first = one;
    }
    return null_branch ? null_branch : first;
}

static struct json_object *conform_object(struct json_object *value,
                                          struct json_object *schema,
                                          struct json_object *root, int depth)
{
    struct json_object *properties = fake_member(schema, "properties");
    struct json_object *required = fake_member(schema, "required");
    struct json_object *made = json_object_new_object();

    if (!properties)
        return made;
    json_object_object_foreach(properties, key, sub)
    {
        struct json_object *given = fake_member(value, key);
        bool needed = false;

        for (size_t i = 0; required && i < json_object_array_length(required); i++)
            needed |=
                strcmp(json_object_get_string(json_object_array_get_idx(required, i)),
                       key) == 0;
        if (given || needed)
            json_object_object_add(made, key, conform(given, sub, root, depth + 1));
    }
    return made;
}

static struct json_object *conform_array(struct json_object *value,
                                         struct json_object *schema,
                                         struct json_object *root, int depth)
{
    struct json_object *made = json_object_new_array();
    struct json_object *items = fake_member(schema, "items");

    if (!json_object_is_type(value, json_type_array))
        return made;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        json_object_array_add(
            made, conform(json_object_array_get_idx(value, i), items, root, depth + 1));
    return made;
}

static struct json_object *conform_enum(struct json_object *value,
                                        struct json_object *list)
{
    for (size_t i = 0; value && i < json_object_array_length(list); i++) {
        if (json_object_equal(json_object_array_get_idx(list, i), value))
            return json_object_get(value);
    }
    return json_object_get(json_object_array_get_idx(list, 0));
}

static struct json_object *conform_scalar(struct json_object *value,
                                          struct json_object *schema)
{
    struct json_object *list = fake_member(schema, "enum");

    if (list && json_object_array_length(list) > 0)
        return conform_enum(value, list);
    if (value && fits(value, schema))
        return json_object_get(value);
    if (names_type(schema, "null"))
        return NULL;
    if (names_type(schema, "string"))
        return json_object_new_string("");
    if (names_type(schema, "boolean"))
        return json_object_new_boolean(0);
    if (names_type(schema, "number") || names_type(schema, "integer"))
        return json_object_new_int(0);
    return NULL;
}

static struct json_object *conform(struct json_object *value, struct json_object *schema,
                                   struct json_object *root, int depth)
{
    struct json_object *any_of;

    schema = resolved(schema, root);
    if (!schema || depth > DEPTH_MAX)
        return json_object_get(value);
    any_of = fake_member(schema, "anyOf");
    if (any_of)
        return conform(value, branch_of(any_of, value, root), root, depth + 1);
    if (!value && names_type(schema, "null"))
        return NULL;
    if (names_type(schema, "object") && (!value || fits(value, schema)))
        return conform_object(value, schema, root, depth);
    if (names_type(schema, "array") && (!value || fits(value, schema)))
        return conform_array(value, schema, root, depth);
    if (!fake_member(schema, "type") && !fake_member(schema, "enum"))
        return json_object_get(value);
    return conform_scalar(value, schema);
}

struct json_object *fake_conform(struct json_object *value, struct json_object *schema,
                                 struct json_object *root)
{
    return conform(value, schema, root, 0);
}
