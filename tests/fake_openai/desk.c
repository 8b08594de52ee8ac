/* Answering calls. */
#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "answers.h"
#include "ask.h"
#include "check.h"
#include "util.h"

void fake_desk_init(struct fake_desk *desk, const struct fake_options *options,
                    int64_t now)
{
    *desk = (struct fake_desk){.options = options, .rules = options->rules};
    desk->limits.announce = options->announce;
    desk->limits.headers = options->rate_headers;
    desk->limits.count_refused = options->count_refused;
    fake_bucket_init(&desk->limits.requests, options->limit_kind, options->rpm,
                     options->bucket_s, now);
    fake_bucket_init(&desk->limits.tokens, options->limit_kind, options->tpm,
                     options->bucket_s, now);
}

void fake_desk_done(struct fake_desk *desk)
{
    fake_seen_done(&desk->prefixes);
}

/* ---- the key ------------------------------------------------------------------------------ */

/* The key of a call, NULL when it has none. */
static const char *key_of(const struct fake_call *call)
{
    if (call->api_key && call->dialect == FAKE_AZURE)
        return call->api_key;
    if (call->authorization && strncmp(call->authorization, "Bearer ", 7) == 0 &&
        call->authorization[7])
        return call->authorization + 7;
    return NULL;
}

static bool key_check(struct fake_desk *desk, struct fake_journal *journal,
                      struct fake_call *call)
{
    const char *key = key_of(call), *right = desk->options->key;
    struct fake_refusal r;
    bool needed = right || !fake_check_is_lenient(call->dialect);

    call->entry.key = key != NULL;
    journal->key_missing += key == NULL;
    if (key && right && strcmp(key, right) != 0) {
        size_t len = strlen(key);

        journal->key_wrong++;
        fake_refuse(
            &r, 401, "invalid_request_error", NULL, "invalid_api_key",
            "Incorrect API key provided: %.4s****%s. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            key, len > 12 ? key + len - 4 : "");
        fake_desk_refuse(call, &r);
        return false;
    }
    if (key || !needed)
        return true;
    fake_refuse(
        &r, 401, "invalid_request_error", NULL, NULL,
        "You didn't provide an API key. You need to provide your API key in an "
        "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
    fake_desk_refuse(call, &r);
    return false;
}

static void fault_choose(struct fake_desk *desk, struct fake_call *call)
{
    struct fake_occasion o = {.job = call->entry.job,
                              .body = call->body,
                              .len = call->len,
                              .print = call->entry.print,
                              .times = call->entry.times};
    uint64_t state =
        desk->rules.seed * 31 ^ call->entry.print ^ (uint64_t)call->entry.times;

    call->fault = fake_rules_choose(&desk->rules, &o);
    if (desk->options->has_latency)
        call->latency_us = fake_latency_draw(&desk->options->latency, &state);
    if (!call->marker)
        return;
    if (strncmp(call->marker, "latency=", 8) == 0)
        call->latency_us = strtol(call->marker + 8, NULL, 10) * 1000;
    else
        fake_fault_parse(call->marker, &call->fault);
}

/* ---- limits ----------------------------------------------------------------------------------- */

static bool limits_check(struct fake_desk *desk, struct fake_call *call, long max_tokens)
{
    long real = call->reply.prompt_tokens + call->reply.completion_tokens;
    long charged =
        desk->options->charge_estimate ? call->reply.prompt_tokens + max_tokens : real;
    int64_t wait = 0;
    struct fake_refusal r;
    struct cvx_buf when = CVX_BUF_INIT;
    enum fake_limited how =
        fake_limits_admit(&desk->limits, (double)charged, call->now_us, &wait);

    if (how != FAKE_TOO_LARGE && how != FAKE_FREE)
        fake_go_duration(wait, &when);
    if (how == FAKE_LIMITED_REQUESTS)
        fake_refuse(
            &r, 429, "requests", NULL, "rate_limit_exceeded",
            "Rate limit reached for %s in organization org-fake on requests per min "
            "(RPM): Limit %.0f, Used %.0f, Requested 1. Please try again in %s. Visit "
            "https://platform.openai.com/account/rate-limits to learn more.",
            call->model, desk->options->rpm, desk->options->rpm, when.data);
    else if (how == FAKE_LIMITED_TOKENS)
        fake_refuse(
            &r, 429, "tokens", NULL, "rate_limit_exceeded",
            "Rate limit reached for %s in organization org-fake on tokens per min "
            "(TPM): Limit %.0f, Used %.0f, Requested %ld. Please try again in %s. Visit "
            "https://platform.openai.com/account/rate-limits to learn more.",
            call->model, desk->options->tpm,
            desk->options->tpm - fake_bucket_level(&desk->limits.tokens, call->now_us),
            charged, when.data);
    else if (how == FAKE_TOO_LARGE)
        fake_refuse(
            &r, 429, "tokens", NULL, "rate_limit_exceeded",
            "Request too large for %s in organization org-fake on tokens per min (TPM): "
            "Limit %.0f, Requested %ld. The input or output tokens must be reduced in "
            "order to run successfully. Visit "
            "https://platform.openai.com/account/rate-limits to learn more.",
            call->model, desk->options->tpm, charged);
    cvx_buf_done(&when);
    if (how == FAKE_FREE)
        return true;
    fake_reply_done(&call->reply);
    call->reply = (struct fake_reply){0};
    fake_desk_refuse(call, &r);
    if (how != FAKE_TOO_LARGE)
        fake_desk_retry_head(desk, call, wait);
    return false;
}

/* ---- the answer --------------------------------------------------------------------------------- */

static long max_tokens_of(const struct fake_call *call, struct json_object *request)
{
    struct json_object *newer = fake_member(request, "max_completion_tokens");
    struct json_object *older = fake_member(request, "max_tokens");

    /* Those who know max_tokens alone ignore the other without a word. */
    if (call->dialect == FAKE_OLLAMA || call->dialect == FAKE_LLAMACPP)
        newer = NULL;
    return (long)json_object_get_int64(newer ? newer : older);
}

/* Bytes of the first message when it was seen before: the provider's prompt cache. */
static size_t cached_bytes(struct fake_desk *desk, struct json_object *request)
{
    struct json_object *messages = fake_member(request, "messages");
    struct json_object *content =
        fake_member(json_object_array_get_idx(messages, 0), "content");
    size_t len;

    if (!json_object_is_type(content, json_type_string))
        return 0;
    len = (size_t)json_object_get_string_len(content);
    uint64_t print = fake_print_of(json_object_get_string(content), len, 7);
    return fake_seen_count(&desk->prefixes, print) > 1 && len >= 4096 ? len : 0;
}

static void say(struct fake_desk *desk, struct fake_call *call,
                struct json_object *request, const char *content, size_t prompt_bytes)
{
    struct fake_completion c = {.model = call->model,
                                .content = content,
                                .content_len = strlen(content),
                                .prompt_bytes = prompt_bytes,
                                .max_tokens = max_tokens_of(call, request),
                                .print = call->entry.print,
                                .no_usage = desk->options->no_usage,
                                .dialect = call->dialect,
                                .fault = call->fault};

    c.cached_bytes = cached_bytes(desk, request);
    fake_reply_complete(&call->reply, &c);
    if (!limits_check(desk, call, c.max_tokens))
        return;
    call->entry.prompt_tokens = call->reply.prompt_tokens;
    call->entry.completion_tokens = call->reply.completion_tokens;
}

static bool context_check(const struct fake_model *model, struct fake_call *call,
                          size_t prompt_bytes)
{
    long limit = model->context ? model->context : 400000,
         tokens = (long)(prompt_bytes / 4);
    struct fake_refusal r;

    if (tokens <= limit)
        return true;
    fake_refuse(
        &r, 400, "invalid_request_error", "messages", "context_length_exceeded",
        "This model's maximum context length is %ld tokens. However, your messages "
        "resulted in %ld tokens. Please reduce the length of the messages.",
        limit, tokens);
    fake_desk_refuse(call, &r);
    return false;
}

static void ask_answer(struct fake_desk *desk, struct fake_journal *journal,
                       struct fake_call *call, const struct fake_model *model,
                       struct json_object *request)
{
    struct fake_ask ask;
    struct json_object *document;

    fake_ask_read(request, &ask);
    journal->by_job[ask.job]++;
    call->entry.job = fake_job_name(ask.job);
    fault_choose(desk, call);
    if (call->fault.klass == FAKE_CLASS_STATUS) {
        fake_desk_fault(desk, call);
    } else if (context_check(model, call, ask.prompt_bytes)) {
        document = fake_answer(&ask);
        fake_reply_spoil(document, call->fault.kind);
        say(desk, call, request,
            json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN |
                                                         JSON_C_TO_STRING_NOSLASHESCAPE),
            ask.prompt_bytes);
        json_object_put(document);
    }
    fake_ask_done(&ask);
}

/* ---- light ---------------------------------------------------------------------------------------- */

/* The document in the last user message: from its last "{" at the start of a line, or its
 * first one, to its last "}". Cut in place by the caller's copy. */
static const char *document_echo(struct json_object *request, struct cvx_buf *ret)
{
    struct json_object *messages = fake_member(request, "messages");
    size_t n = messages ? json_object_array_length(messages) : 0;

    for (size_t i = n; i-- > 0;) {
        struct json_object *message = json_object_array_get_idx(messages, i);
        const char *text = fake_text(message, "content"),
                   *role = fake_text(message, "role");

        if (!text || !role || strcmp(role, "user") != 0)
            continue;
        const char *from = strstr(text, "\n{"), *to = strrchr(text, '}');
        from = from ? from + 1 : strchr(text, '{');
        if (!from || !to || to < from)
            continue;
        cvx_buf_put(ret, from, (size_t)(to - from) + 1);
        return ret->data;
    }
    return "{}";
}

static void light_answer(struct fake_desk *desk, struct fake_call *call,
                         struct json_object *request)
{
    struct cvx_buf document = CVX_BUF_INIT;

    call->entry.job = "other";
    fault_choose(desk, call);
    if (call->fault.klass == FAKE_CLASS_STATUS)
        fake_desk_fault(desk, call);
    else
        say(desk, call, request, document_echo(request, &document), call->len);
    cvx_buf_done(&document);
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static const struct fake_model *model_find(struct fake_desk *desk, struct fake_call *call,
                                           struct json_object *request)
{
    const char *name = call->deployment ? call->deployment : fake_text(request, "model");
    const struct fake_model *model =
        name ? fake_models_find(&desk->options->models, name) : NULL;
    struct fake_refusal r;

    if (name || call->dialect == FAKE_LLAMACPP)
        snprintf(call->model, sizeof call->model, "%.90s", name ? name : "default");
    if (!model && call->dialect == FAKE_LLAMACPP)
        model = fake_models_find(&desk->options->models, "default");
    if (model)
        return model;
    if (!name)
        fake_refuse(&r, 400, "invalid_request_error", NULL, NULL,
                    "you must provide a model parameter");
    else if (call->deployment)
        fake_refuse(&r, 404, NULL, NULL, "DeploymentNotFound",
                    "The API deployment for this resource does not exist.");
    else
        fake_refusal_of_status(404, call->model, &r);
    fake_desk_refuse(call, &r);
    return NULL;
}

static bool only_blanks(const char *text, size_t from, size_t len)
{
    while (from < len && strchr(" \t\r\n", text[from]))
        from++;
    return from >= len;
}

static struct json_object *request_parse(struct fake_call *call)
{
    struct json_tokener *tok = json_tokener_new_ex(128);
    struct json_object *request = NULL;
    struct fake_refusal r;

    if (!tok)
        fake_die("out of memory");
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    if (call->len > 0)
        request = json_tokener_parse_ex(tok, call->body, (int)call->len);
    if (json_tokener_get_error(tok) != json_tokener_success ||
        !only_blanks(call->body, json_tokener_get_parse_end(tok), call->len) ||
        !json_object_is_type(request, json_type_object)) {
        json_object_put(request);
        request = NULL;
        fake_refuse(
            &r, 400, "invalid_request_error", NULL, NULL,
            "We could not parse the JSON body of your request. (HINT: This likely means "
            "you aren't using your HTTP library correctly. The OpenAI API expects a "
            "JSON payload, but what was sent was not valid JSON.)");
        fake_desk_refuse(call, &r);
    }
    json_tokener_free(tok);
    return request;
}

static bool type_check(struct fake_call *call)
{
    struct fake_refusal r;

    if (call->content_type &&
        strncasecmp(call->content_type, "application/json", 16) == 0)
        return true;
    fake_refuse(&r, 400, "invalid_request_error", NULL, "unsupported_content_type",
                "Unsupported content type: '%.60s'. This API method only accepts "
                "'application/json' requests.",
                call->content_type ? call->content_type : "");
    fake_desk_refuse(call, &r);
    return false;
}

void fake_desk_answer(struct fake_desk *desk, struct fake_journal *journal,
                      struct fake_call *call)
{
    struct json_object *request = NULL;
    const struct fake_model *model;
    struct fake_refusal r;

    call->entry.job = "other";
    if (!key_check(desk, journal, call) || !type_check(call))
        return;
    request = request_parse(call);
    if (!request)
        return;
    model = desk->options->light ? NULL : model_find(desk, call, request);
    if (desk->options->light) {
        const char *name = fake_text(request, "model");

        snprintf(call->model, sizeof call->model, "%.90s", name ? name : "default");
        light_answer(desk, call, request);
    } else if (model) {
        if (fake_check_request(request, model, call->dialect, &r))
            ask_answer(desk, journal, call, model, request);
        else
            fake_desk_refuse(call, &r);
    }
    json_object_put(request);
    call->entry.model = call->model;
    fake_limits_head(&desk->limits, call->now_us, &call->reply.head);
}
