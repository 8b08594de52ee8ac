/* The fields of a request: a table of what OpenAI's API description says about each. */
#include "check.h"

#include <string.h>

#include <json-c/json.h>

#include "util.h"

static const char k_bad[] = "invalid_request_error";

static const char *const k_efforts[] = {"none", "minimal", "low", "medium",
                                        "high", "xhigh",   "max", NULL};
static const char *const k_verbosity[] = {"low", "medium", "high", NULL};
static const char *const k_tiers[] = {"auto",     "default", "flex", "scale",
                                      "priority", "fast",    NULL};
static const char *const k_retention[] = {"in_memory", "24h", NULL};

enum {
    T_STRING = 1 << json_type_string,
    T_BOOL = 1 << json_type_boolean,
    T_INT = 1 << json_type_int,
    T_NUMBER = T_INT | 1 << json_type_double,
    T_OBJECT = 1 << json_type_object,
    T_ARRAY = 1 << json_type_array,
    T_NULL = 1 << json_type_null
};

struct field {
    const char *name;
    int types;
    const char *const *values;
    double min, max; /* both 0: no range */
    size_t max_len;
};

static const struct field k_fields[] = {
    {.name = "model", .types = T_STRING},
    {.name = "messages", .types = T_ARRAY},
    {.name = "response_format", .types = T_OBJECT},
    {.name = "max_completion_tokens", .types = T_INT | T_NULL, .min = 1, .max = 1e9},
    {.name = "max_tokens", .types = T_INT | T_NULL, .min = 1, .max = 1e9},
    {.name = "temperature", .types = T_NUMBER | T_NULL, .min = 0, .max = 2},
    {.name = "top_p", .types = T_NUMBER | T_NULL, .min = 0, .max = 1},
    {.name = "reasoning_effort", .types = T_STRING | T_NULL, .values = k_efforts},
    {.name = "verbosity", .types = T_STRING | T_NULL, .values = k_verbosity},
    {.name = "store", .types = T_BOOL | T_NULL},
    {.name = "n", .types = T_INT | T_NULL, .min = 1, .max = 1},
    {.name = "stream", .types = T_BOOL | T_NULL},
    {.name = "stream_options", .types = T_OBJECT | T_NULL},
    {.name = "stop", .types = T_STRING | T_ARRAY | T_NULL},
    {.name = "seed", .types = T_INT | T_NULL},
    {.name = "service_tier", .types = T_STRING | T_NULL, .values = k_tiers},
    {.name = "frequency_penalty", .types = T_NUMBER | T_NULL, .min = -2, .max = 2},
    {.name = "presence_penalty", .types = T_NUMBER | T_NULL, .min = -2, .max = 2},
    {.name = "logprobs", .types = T_BOOL | T_NULL},
    {.name = "top_logprobs", .types = T_INT | T_NULL, .min = 0, .max = 20},
    {.name = "logit_bias", .types = T_OBJECT | T_NULL},
    {.name = "user", .types = T_STRING},
    {.name = "safety_identifier", .types = T_STRING | T_NULL, .max_len = 64},
    {.name = "prompt_cache_key", .types = T_STRING | T_NULL},
    {.name = "prompt_cache_options", .types = T_OBJECT | T_NULL},
    {.name = "prompt_cache_retention", .types = T_STRING | T_NULL, .values = k_retention},
    {.name = "metadata", .types = T_OBJECT | T_NULL},
    {.name = "modalities", .types = T_ARRAY | T_NULL},
    {.name = "audio", .types = T_OBJECT | T_NULL},
    {.name = "moderation", .types = T_OBJECT | T_NULL},
    {.name = "prediction", .types = T_OBJECT | T_NULL},
    {.name = "web_search_options", .types = T_OBJECT},
    {.name = "tools", .types = T_ARRAY},
    {.name = "tool_choice", .types = T_STRING | T_OBJECT},
    {.name = "parallel_tool_calls", .types = T_BOOL},
    {.name = "functions", .types = T_ARRAY},
    {.name = "function_call", .types = T_STRING | T_OBJECT},
};

bool fake_check_is_lenient(enum fake_dialect dialect)
{
    return dialect == FAKE_OLLAMA || dialect == FAKE_VLLM || dialect == FAKE_VLLM_OLD ||
           dialect == FAKE_LLAMACPP;
}

static const struct field *field_of(const char *name)
{
    for (size_t i = 0; i < sizeof k_fields / sizeof *k_fields; i++) {
        if (strcmp(k_fields[i].name, name) == 0)
            return &k_fields[i];
    }
    return NULL;
}

static const char *expected(int types)
{
    return types & T_STRING                              ? "a string"
           : types & T_ARRAY                             ? "an array of objects"
           : types & T_OBJECT                            ? "an object"
           : types & T_BOOL                              ? "a boolean"
           : types == T_INT || types == (T_INT | T_NULL) ? "an integer"
                                                         : "a decimal";
}

static bool value_check(const struct field *f, const char *text, struct fake_refusal *ret)
{
    for (const char *const *v = f->values; *v; v++) {
        if (strcmp(*v, text) == 0)
            return true;
    }
    return fake_refuse(ret, 400, k_bad, f->name, "invalid_value",
                       "Invalid value: '%.80s'. Supported values are listed at "
                       "https://platform.openai.com/docs/api-reference/chat for '%s'.",
                       text, f->name);
}

static bool range_check(const struct field *f, double value, struct fake_refusal *ret)
{
    const char *kind = f->types & (1 << json_type_double) ? "decimal" : "integer";

    if (value > f->max)
        return fake_refuse(
            ret, 400, k_bad, f->name,
            *kind == 'd' ? "decimal_above_max_value" : "integer_above_max_value",
            "Invalid '%s': %s above maximum value. Expected a value <= %g, but "
            "got %g instead.",
            f->name, kind, f->max, value);
    if (value < f->min)
        return fake_refuse(
            ret, 400, k_bad, f->name,
            *kind == 'd' ? "decimal_below_min_value" : "integer_below_min_value",
            "Invalid '%s': %s below minimum value. Expected a value >= %g, but "
            "got %g instead.",
            f->name, kind, f->min, value);
    return true;
}

static bool field_check(const struct field *f, struct json_object *value,
                        struct fake_refusal *ret)
{
    enum json_type type = json_object_get_type(value);

    if (!(f->types & (1 << type)))
        return fake_refuse(ret, 400, k_bad, f->name, "invalid_type",
                           "Invalid type for '%s': expected %s, but got %s instead.",
                           f->name, expected(f->types), json_type_to_name(type));
    if (type == json_type_string && f->values)
        return value_check(f, json_object_get_string(value), ret);
    if (type == json_type_string && f->max_len &&
        (size_t)json_object_get_string_len(value) > f->max_len)
        return fake_refuse(
            ret, 400, k_bad, f->name, "string_above_max_length",
            "Invalid '%s': string too long. Expected a string with maximum "
            "length %zu.",
            f->name, f->max_len);
    if ((type == json_type_int || type == json_type_double) &&
        (f->min != 0 || f->max != 0))
        return range_check(f, json_object_get_double(value), ret);
    return true;
}

static bool fields_check(struct json_object *request, bool lenient,
                         struct fake_refusal *ret)
{
    json_object_object_foreach(request, key, value)
    {
        const struct field *f = field_of(key);

        if (!f && lenient)
            continue;
        if (!f)
            return fake_refuse(ret, 400, k_bad, key, "unknown_parameter",
                               "Unknown parameter: '%.80s'.", key);
        if (!field_check(f, value, ret))
            return false;
    }
    return true;
}

static bool metadata_check(struct json_object *metadata, struct fake_refusal *ret)
{
    if (!metadata)
        return true;
    if (json_object_object_length(metadata) > 16)
        return fake_refuse(
            ret, 400, k_bad, "metadata", "object_above_max_properties",
            "Invalid 'metadata': too many properties. Expected at most 16.");
    json_object_object_foreach(metadata, key, value)
    {
        if (!json_object_is_type(value, json_type_string))
            return fake_refuse(ret, 400, k_bad, "metadata", "invalid_type",
                               "Invalid type for 'metadata.%.40s': expected a string.",
                               key);
        if (strlen(key) > 64 || json_object_get_string_len(value) > 512)
            return fake_refuse(ret, 400, k_bad, "metadata", "string_above_max_length",
                               "Invalid 'metadata': a key or value is too long.");
    }
    return true;
}

static bool unsupported(struct fake_refusal *ret, const char *name)
{
    return fake_refuse(ret, 400, k_bad, name, "unsupported_parameter",
                       "Unsupported parameter: '%s' is not supported with this model.",
                       name);
}

/* What this model refuses of what the API knows. */
static bool quirks_check(struct json_object *request, const struct fake_model *m,
                         struct fake_refusal *ret)
{
    struct json_object *temperature = fake_member(request, "temperature");
    const char *effort = fake_text(request, "reasoning_effort");

    if (m->no_effort && fake_member(request, "reasoning_effort"))
        return unsupported(ret, "reasoning_effort");
    if (m->no_none && effort && strcmp(effort, "none") == 0)
        return fake_refuse(
            ret, 400, k_bad, "reasoning_effort", "unsupported_value",
            "Unsupported value: 'reasoning_effort' does not support 'none' with "
            "this model. Supported values are: 'low', 'medium', and 'high'.");
    if (m->no_temperature && temperature && json_object_get_double(temperature) != 1)
        return fake_refuse(
            ret, 400, k_bad, "temperature", "unsupported_value",
            "Unsupported value: 'temperature' does not support %g with this "
            "model. Only the default (1) value is supported.",
            json_object_get_double(temperature));
    if (m->no_store && fake_member(request, "store"))
        return unsupported(ret, "store");
    if (m->old_max && fake_member(request, "max_completion_tokens"))
        return unsupported(ret, "max_completion_tokens");
    if (m->new_max && fake_member(request, "max_tokens"))
        return fake_refuse(
            ret, 400, k_bad, "max_tokens", "unsupported_parameter",
            "Unsupported parameter: 'max_tokens' is not supported with this "
            "model. Use 'max_completion_tokens' instead.");
    return true;
}

static bool cap_check(struct json_object *request, const struct fake_model *m,
                      struct fake_refusal *ret)
{
    static const char *const k_names[] = {"max_completion_tokens", "max_tokens"};
    long cap = m->output_cap ? m->output_cap : 128000;

    if (fake_member(request, k_names[0]) && fake_member(request, k_names[1]))
        return fake_refuse(
            ret, 400, k_bad, "max_tokens", "invalid_parameter_combination",
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time "
            "is not supported.");
    for (size_t i = 0; i < 2; i++) {
        struct json_object *given = fake_member(request, k_names[i]);

        if (given && json_object_get_int64(given) > cap)
            return fake_refuse(ret, 400, k_bad, k_names[i], "invalid_value",
                               "%s is too large: %lld. This model supports at most %ld "
                               "completion tokens, whereas you provided %lld.",
                               k_names[i], (long long)json_object_get_int64(given), cap,
                               (long long)json_object_get_int64(given));
    }
    return true;
}

static bool missing(struct fake_refusal *ret, const char *name)
{
    return fake_refuse(ret, 400, k_bad, name, "missing_required_parameter",
                       "Missing required parameter: '%s'.", name);
}

bool fake_check_request(struct json_object *request, const struct fake_model *model,
                        enum fake_dialect dialect, struct fake_refusal *ret)
{
    bool lenient = fake_check_is_lenient(dialect);
    struct json_object *messages = fake_member(request, "messages");

    if (!messages)
        return missing(ret, "messages");
    if (!fields_check(request, lenient, ret))
        return false;
    if (!metadata_check(fake_member(request, "metadata"), ret))
        return false;
    if (json_object_get_boolean(fake_member(request, "stream")))
        return fake_refuse(ret, 400, k_bad, "stream", "unsupported_value",
                           "Unsupported value: 'stream' does not support true here.");
    return quirks_check(request, model, ret) &&
           (lenient || cap_check(request, model, ret)) &&
           fake_check_messages(messages, model, dialect, ret) &&
           fake_check_format(request, model, dialect, ret);
}
