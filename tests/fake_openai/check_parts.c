/* Messages, their parts, and the response format. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "strict.h"
#include "util.h"

static const char k_bad[] = "invalid_request_error";

enum { PDF_MAX = 20 * 1024 * 1024 };

static bool keys_check(struct json_object *object, const char *const *known,
                       const char *where, struct fake_refusal *ret)
{
    json_object_object_foreach(object, key, value)
    {
        const char *const *k = known;
        char param[128];

        (void)value;
        while (*k && strcmp(*k, key) != 0)
            k++;
        if (*k)
            continue;
        snprintf(param, sizeof param, "%s.%.60s", where, key);
        return fake_refuse(ret, 400, k_bad, param, "unknown_parameter",
                           "Unknown parameter: '%s'.", param);
    }
    return true;
}

static bool type_refuse(struct fake_refusal *ret, const char *where, const char *wanted)
{
    return fake_refuse(ret, 400, k_bad, where, "invalid_type",
                       "Invalid type for '%s': expected %s.", where, wanted);
}

/* Length of what base64 holds, -1 when it is none. */
static long base64_length(const char *text, size_t len)
{
    size_t pad = 0;

    if (len == 0 || len % 4)
        return -1;
    while (pad < 2 && text[len - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < len - pad; i++) {
        char c = text[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || c == '+' || c == '/'))
            return -1;
    }
    return (long)(len / 4 * 3 - pad);
}

static bool file_check(struct json_object *file, const char *where,
                       struct fake_refusal *ret)
{
    static const char *const k_keys[] = {"filename", "file_data", "file_id", NULL};
    static const char k_pdf[] = "data:application/pdf;base64,";
    struct json_object *data = fake_member(file, "file_data");
    long size;

    if (!json_object_is_type(file, json_type_object))
        return type_refuse(ret, where, "an object");
    if (!keys_check(file, k_keys, where, ret))
        return false;
    if (fake_member(file, "file_id"))
        return fake_refuse(ret, 404, k_bad, where, NULL, "No such File object.");
    if (!json_object_is_type(data, json_type_string))
        return fake_refuse(ret, 400, k_bad, where, "missing_required_parameter",
                           "Missing required parameter: '%s.file_data'.", where);
    if (!fake_text(file, "filename"))
        return fake_refuse(ret, 400, k_bad, where, "missing_required_parameter",
                           "Missing required parameter: '%s.filename'.", where);
    if (strncmp(json_object_get_string(data), k_pdf, sizeof k_pdf - 1) != 0)
        return fake_refuse(
            ret, 400, k_bad, where, "invalid_value",
            "Invalid file data: '%s.file_data'. Expected a base64-encoded data "
            "URL with an application/pdf MIME type.",
            where);
    size = base64_length(json_object_get_string(data) + sizeof k_pdf - 1,
                         (size_t)json_object_get_string_len(data) - (sizeof k_pdf - 1));
    if (size < 0)
        return fake_refuse(ret, 400, k_bad, where, "invalid_base64",
                           "Invalid base64 in '%s.file_data'.", where);
    if (size > PDF_MAX)
        return fake_refuse(ret, 400, k_bad, where, "file_too_large",
                           "The file is larger than the limit of 20 MB.");
    return true;
}

struct place {
    const char *role;
    const struct fake_model *model;
    enum fake_dialect dialect;
};

static bool files_refused(const struct place *at, const char *where,
                          struct fake_refusal *ret)
{
    if (at->dialect == FAKE_OLLAMA)
        return fake_refuse(ret, 400, k_bad, NULL, NULL, "invalid message format");
    if (at->dialect != FAKE_OPENAI && at->dialect != FAKE_AZURE)
        return fake_refuse(ret, 400, k_bad, where, "invalid_value",
                           "unsupported content[].type: file");
    if (at->model->no_files)
        return fake_refuse(
            ret, 400, k_bad, where, "invalid_value",
            "Invalid content type. The 'file' content type is not supported by "
            "this model.");
    return true;
}

static bool part_check(struct json_object *part, const struct place *at,
                       const char *where, struct fake_refusal *ret)
{
    static const char *const k_text[] = {"type", "text", "prompt_cache_breakpoint", NULL};
    static const char *const k_file[] = {"type", "file", "prompt_cache_breakpoint", NULL};
    const char *type = fake_text(part, "type");
    char inner[112];

    if (!type)
        return fake_refuse(ret, 400, k_bad, where, "missing_required_parameter",
                           "Missing required parameter: '%s.type'.", where);
    if (strcmp(type, "text") == 0) {
        if (!fake_text(part, "text"))
            return type_refuse(ret, where, "an object with a string 'text'");
        return keys_check(part, k_text, where, ret);
    }
    if (strcmp(type, "file") == 0 && strcmp(at->role, "user") == 0) {
        if (!files_refused(at, where, ret) || !keys_check(part, k_file, where, ret))
            return false;
        snprintf(inner, sizeof inner, "%.100s.file", where);
        return file_check(fake_member(part, "file"), inner, ret);
    }
    return fake_refuse(
        ret, 400, k_bad, where, "invalid_value",
        "Invalid value: '%.40s'. Supported values are: 'text', 'image_url', "
        "'input_audio', 'refusal', 'audio', and 'file'.",
        type);
}

static bool content_check(struct json_object *content, const struct place *at,
                          const char *where, struct fake_refusal *ret)
{
    if (json_object_is_type(content, json_type_string))
        return true;
    if (!json_object_is_type(content, json_type_array))
        return fake_refuse(ret, 400, k_bad, where, "invalid_type",
                           "Invalid type for '%s': expected one of a string or array of "
                           "objects, but got %s instead.",
                           where, json_type_to_name(json_object_get_type(content)));
    if (json_object_array_length(content) == 0)
        return fake_refuse(
            ret, 400, k_bad, where, "empty_array",
            "Invalid '%s': empty array. Expected an array with minimum length "
            "1, but got an empty array instead.",
            where);
    for (size_t i = 0; i < json_object_array_length(content); i++) {
        char inner[96];

        snprintf(inner, sizeof inner, "%.64s[%zu]", where, i);
        if (!part_check(json_object_array_get_idx(content, i), at, inner, ret))
            return false;
    }
    return true;
}

static bool message_check(struct json_object *message, struct place *at, size_t index,
                          struct fake_refusal *ret)
{
    static const char *const k_keys[] = {"role",          "content", "name",
                                         "refusal",       "audio",   "tool_calls",
                                         "function_call", NULL};
    static const char *const k_roles[] = {"system", "developer", "user", "assistant",
                                          NULL};
    char where[64];
    const char *const *r = k_roles;

    snprintf(where, sizeof where, "messages[%zu]", index);
    if (!json_object_is_type(message, json_type_object))
        return type_refuse(ret, where, "an object");
    at->role = fake_text(message, "role");
    snprintf(where, sizeof where, "messages[%zu].role", index);
    if (!at->role)
        return fake_refuse(ret, 400, k_bad, where, "missing_required_parameter",
                           "Missing required parameter: '%s'.", where);
    while (*r && strcmp(*r, at->role) != 0)
        r++;
    if (!*r)
        return fake_refuse(ret, 400, k_bad, where, "invalid_value",
                           "Invalid value: '%.40s'. Supported values are: 'system', "
                           "'assistant', 'user', 'function', 'tool', and 'developer'.",
                           at->role);
    snprintf(where, sizeof where, "messages[%zu]", index);
    if (!fake_check_is_lenient(at->dialect) && !keys_check(message, k_keys, where, ret))
        return false;
    snprintf(where, sizeof where, "messages[%zu].content", index);
    return content_check(fake_member(message, "content"), at, where, ret);
}

bool fake_check_messages(struct json_object *messages, const struct fake_model *model,
                         enum fake_dialect dialect, struct fake_refusal *ret)
{
    struct place at = {.model = model, .dialect = dialect};

    if (!json_object_is_type(messages, json_type_array))
        return type_refuse(ret, "messages", "an array of objects");
    if (json_object_array_length(messages) == 0)
        return fake_refuse(
            ret, 400, k_bad, "messages", "empty_array",
            "Invalid 'messages': empty array. Expected an array with minimum "
            "length 1, but got an empty array instead.");
    for (size_t i = 0; i < json_object_array_length(messages); i++) {
        if (!message_check(json_object_array_get_idx(messages, i), &at, i, ret))
            return false;
    }
    return true;
}

static bool name_is_good(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > 64)
        return false;
    return strspn(name,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
           len;
}

static bool schema_format_check(struct json_object *outer, bool model_strict,
                                struct fake_refusal *ret)
{
    static const char *const k_keys[] = {"name", "description", "schema", "strict", NULL};
    struct json_object *strict = fake_member(outer, "strict");
    struct json_object *schema = fake_member(outer, "schema");
    const char *name = fake_text(outer, "name");
    char why[FAKE_STRICT_TEXT];

    if (!json_object_is_type(outer, json_type_object))
        return fake_refuse(ret, 400, k_bad, "response_format.json_schema",
                           "missing_required_parameter",
                           "Missing required parameter: 'response_format.json_schema'.");
    if (!name)
        return fake_refuse(
            ret, 400, k_bad, "response_format.json_schema.name",
            "missing_required_parameter",
            "Missing required parameter: 'response_format.json_schema.name'.");
    if (!name_is_good(name))
        return fake_refuse(
            ret, 400, k_bad, "response_format.json_schema.name", "invalid_value",
            "Invalid 'response_format.json_schema.name': string does not match "
            "pattern. Expected a string that matches the pattern "
            "'^[a-zA-Z0-9_-]+$' with maximum length 64.");
    if (!keys_check(outer, k_keys, "response_format.json_schema", ret))
        return false;
    if (strict && !json_object_is_type(strict, json_type_boolean))
        return type_refuse(ret, "response_format.json_schema.strict", "a boolean");
    if (schema && !json_object_is_type(schema, json_type_object))
        return type_refuse(ret, "response_format.json_schema.schema", "an object");
    if (!json_object_get_boolean(strict))
        return true;
    if (!model_strict)
        return fake_refuse(
            ret, 400, k_bad, "response_format", NULL,
            "Invalid parameter: 'response_format' of type 'json_schema' with "
            "'strict' is not supported with this model.");
    if (!schema || !fake_strict_check(schema, why))
        return fake_refuse(ret, 400, k_bad, "response_format", NULL,
                           "Invalid schema for response_format '%.64s': %s", name,
                           schema ? why : "no schema given.");
    return true;
}

static bool says_json(struct json_object *messages)
{
    return fake_holds(json_object_to_json_string_ext(messages, JSON_C_TO_STRING_PLAIN),
                      "json");
}

static bool object_format_check(struct json_object *request, struct fake_refusal *ret)
{
    if (says_json(fake_member(request, "messages")))
        return true;
    return fake_refuse(ret, 400, k_bad, "messages", NULL,
                       "'messages' must contain the word 'json' in some form, to use "
                       "'response_format' of type 'json_object'.");
}

bool fake_check_format(struct json_object *request, const struct fake_model *model,
                       enum fake_dialect dialect, struct fake_refusal *ret)
{
    static const char *const k_keys[] = {"type", "json_schema", NULL};
    struct json_object *format = fake_member(request, "response_format");
    const char *type = fake_text(format, "type");

    /* Ollama and llama.cpp answer without constraint when the shape is wrong. */
    if (!format || dialect == FAKE_OLLAMA || dialect == FAKE_LLAMACPP)
        return true;
    if (!type)
        return fake_refuse(ret, 400, k_bad, "response_format.type",
                           "missing_required_parameter",
                           "Missing required parameter: 'response_format.type'.");
    if ((strcmp(type, "json_schema") == 0 && model->no_schema) ||
        (strcmp(type, "json_object") == 0 && model->no_json_mode))
        return fake_refuse(
            ret, 400, k_bad, "response_format", NULL,
            "Invalid parameter: 'response_format' of type '%s' is not supported "
            "with this model.",
            type);
    if (!fake_check_is_lenient(dialect) &&
        !keys_check(format, k_keys, "response_format", ret))
        return false;
    if (strcmp(type, "json_schema") == 0)
        return schema_format_check(fake_member(format, "json_schema"), !model->no_strict,
                                   ret);
    if (strcmp(type, "json_object") == 0)
        return object_format_check(request, ret);
    if (strcmp(type, "text") == 0)
        return true;
    return fake_refuse(ret, 400, k_bad, "response_format.type", "invalid_value",
                       "Invalid value: '%.40s'. Supported values are: 'json_object', "
                       "'json_schema', and 'text'.",
                       type);
}
