/* What an answer that is not 2xx means: for this call, for the server's profile, or for the
 * whole run. See reply.h.
 *
 * Order of judgement: what no call of the run would survive; what this call cannot survive
 * whoever asks again; what another form of the request may cure; then the server's own word
 * (x-should-retry) and the status.
 *
 * 403: when the API itself speaks (JSON), region, project or model are not ours to use and
 * the run stops; a page for people is a firewall's, which may have disliked this one text,
 * so that only this call is lost. A permanent redirect stops the run: every call would get
 * it, and none is followed. */
#include "openai/reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "openai/error.h"

struct verdict_case {
    const struct cvx_reply *reply;
    const struct cvx_openai_error *error;
    struct cvx_profile *profile;
    struct cvx_err *err;
};

static enum cvx_verdict say(const struct verdict_case *c, enum cvx_verdict verdict,
                            enum cvx_rc rc, const char *what)
{
    cvx_openai_error_say(c->error, rc, what, c->err);
    return verdict;
}

static bool has_any(const char *text, const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}
#define HAS_ANY(text, words) has_any(text, words, sizeof(words) / sizeof((words)[0]))

static bool is_code(const struct verdict_case *c, const char *code)
{
    return strcmp(c->error->code, code) == 0 || strcmp(c->error->type, code) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_quota_word(const char *word)
{
    static const char *const k_words[] = {
        "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached",
        "budget_exceeded", /* LiteLLM */
    };
    for (size_t i = 0; i < sizeof(k_words) / sizeof(k_words[0]); i++)
        if (strcmp(word, k_words[i]) == 0)
            return true;
    return ends_with(word, "_spend_limit_exceeded") ||
           ends_with(word, "_usage_limit_exceeded");
}

/* --- what stops the run --- */

static enum cvx_verdict judge_missing(const struct verdict_case *c)
{
    static const char *const k_words[] = {"model", "deployment"};
    if (c->error->root &&
        (HAS_ANY(c->error->message, k_words) || strcasestr(c->error->code, "deployment")))
        return say(c, CVX_VERDICT_STOP, CVX_EDENIED, "the server knows no such model");
    return say(c, CVX_VERDICT_STOP, CVX_EDENIED,
               c->error->html ? "nothing at this address (HTTP 404): the server answered "
                                "HTML instead of JSON"
                              : "nothing at this address (HTTP 404)");
}

static enum cvx_verdict judge_stop(const struct verdict_case *c)
{
    int status = c->reply->status;
    if (status == 402 || is_quota_word(c->error->code) || is_quota_word(c->error->type))
        return say(c, CVX_VERDICT_STOP, CVX_EQUOTA, "the quota is exhausted");
    if (status == 401 || is_code(c, "invalid_api_key"))
        return say(c, CVX_VERDICT_STOP, CVX_EDENIED, "the server refused the key");
    if (is_code(c, "model_not_found"))
        return say(c, CVX_VERDICT_STOP, CVX_EDENIED, "the server knows no such model");
    if (status == 404)
        return judge_missing(c);
    if (status == 403 && c->error->root)
        return say(c, CVX_VERDICT_STOP, CVX_EDENIED, "the server refused access");
    if (status == 301 || status == 308)
        return say(c, CVX_VERDICT_STOP, CVX_EDENIED,
                   "the server has moved to another address, which is not followed");
    return CVX_VERDICT_NONE;
}

/* --- what only this call suffers from --- */

static enum cvx_verdict judge_lost(const struct verdict_case *c)
{
    static const char *const k_long[] = {
        "context length",    "context_length", "context window",
        "available context", "context size",
    };
    if (c->reply->status == 429 && strcasestr(c->error->message, "request too large"))
        return say(c, CVX_VERDICT_FAILED, CVX_ELIMIT,
                   "one request is larger than the limit per minute");
    if (is_code(c, "context_length_exceeded") ||
        is_code(c, "exceed_context_size_error") || HAS_ANY(c->error->message, k_long))
        return say(c, CVX_VERDICT_FAILED, CVX_ELIMIT, "too long for the model");
    if (is_code(c, "content_filter") || is_code(c, "content_policy_violation"))
        return say(c, CVX_VERDICT_FAILED, CVX_EFORMAT,
                   "the provider's content filter refused the text");
    return CVX_VERDICT_NONE;
}

/* --- what another form of the request may cure --- */

/* Whether the error is about that parameter: its own word for it, else its message. */
static bool names(const struct verdict_case *c, const char *param)
{
    const char *own = c->error->param;
    return cvx_openai_error_word(*own ? own : c->error->message, param);
}

/* Whether it says that it does not know something, and not that a value is too large. */
static bool is_unknown(const struct verdict_case *c)
{
    static const char *const k_words[] = {
        "unsupported",      "not support",   "unknown",     "unrecognized",
        "unexpected",       "not permitted", "not allowed", "extra inputs",
        "only the default", "not available", "not enabled", "supported values",
    };
    return HAS_ANY(c->error->message, k_words) ||
           strncmp(c->error->code, "unsupported", 11) == 0 ||
           strncmp(c->error->code, "unknown", 7) == 0;
}

static enum cvx_verdict adapt(const struct verdict_case *c, bool *flag, const char *what)
{
    /* Refused although it was not sent: nothing is left to change. */
    if (*flag)
        return CVX_VERDICT_NONE;
    *flag = true;
    c->profile->generation++;
    return say(c, CVX_VERDICT_ADAPT, CVX_EFORMAT, what);
}

static enum cvx_verdict adapt_schema(const struct verdict_case *c)
{
    static const char *const k_what[] = {
        "the server takes no strict schema",
        "the server takes no schema",
        "the server takes no response format",
    };
    enum cvx_schema_mode mode = c->profile->schema_mode;
    if (mode == CVX_MODE_PROMPT)
        return CVX_VERDICT_NONE;
    c->profile->schema_mode = mode + 1;
    c->profile->generation++;
    return say(c, CVX_VERDICT_ADAPT, CVX_EFORMAT, k_what[mode]);
}

static bool is_about_schema(const struct verdict_case *c)
{
    return names(c, "response_format") || names(c, "json_schema") ||
           (!*c->error->param && (strcasestr(c->error->message, "structured output") ||
                                  strcasestr(c->error->message, "json schema")));
}

/* The part itself, not a document that the server could not read. */
static bool is_about_files(const struct verdict_case *c)
{
    static const char *const k_words[] = {
        "invalid message format",     /* Ollama */
        "unknown part type",          /* vLLM */
        "unsupported content[].type", /* llama.cpp */
        "value: 'file'",              /* OpenAI, for models without files */
        "file inputs are not",
        "file input is not",
        "not support file",
        "not support pdf",
        "content type 'file'",
        "'file' content type",
    };
    return HAS_ANY(c->error->message, k_words);
}

static enum cvx_verdict judge_adapt(const struct verdict_case *c)
{
    struct cvx_profile *profile = c->profile;
    if (c->reply->status != 400)
        return CVX_VERDICT_NONE;
    if (is_about_schema(c))
        return adapt_schema(c);
    if (is_about_files(c))
        return adapt(c, &profile->no_files, "the server takes no PDF files");
    if (*c->error->param == '\0' && !is_unknown(c))
        return CVX_VERDICT_NONE;
    if (names(c, "max_completion_tokens") && is_unknown(c))
        return adapt(c, &profile->old_max_tokens,
                     "the server takes no max_completion_tokens");
    if (names(c, "reasoning_effort") || names(c, "reasoning"))
        return adapt(c, &profile->drop_effort, "the server takes no reasoning_effort");
    if (names(c, "temperature") && is_unknown(c))
        return adapt(c, &profile->drop_temperature, "the model takes no temperature");
    if (names(c, "store"))
        return adapt(c, &profile->drop_store, "the server takes no store");
    return CVX_VERDICT_NONE;
}

/* --- the rest --- */

static bool is_transient(int status)
{
    return status == 0 || status == 408 || status == 409 || status == 429 ||
           status == 500 || (status >= 502 && status <= 504) ||
           (status >= 520 && status <= 530);
}

static enum cvx_verdict judge_status(const struct verdict_case *c)
{
    char what[96];
    const char *should = cvx_reply_header(c->reply, "x-should-retry");
    bool retry = is_transient(c->reply->status);
    if (should && strcasecmp(should, "true") == 0)
        retry = true;
    if (should && strcasecmp(should, "false") == 0)
        retry = false;
    snprintf(what, sizeof(what), "HTTP %d%s", c->reply->status,
             c->error->html ? ": the server answered HTML instead of JSON" : "");
    return retry ? say(c, CVX_VERDICT_RETRY, CVX_EIO, what)
                 : say(c, CVX_VERDICT_FAILED, CVX_EFORMAT, what);
}

enum cvx_verdict cvx_openai_classify(const struct cvx_reply *reply,
                                     struct cvx_profile *profile, struct cvx_err *err)
{
    static enum cvx_verdict (*const k_judges[])(const struct verdict_case *) = {
        judge_stop,
        judge_lost,
        judge_adapt,
        judge_status,
    };
    struct cvx_openai_error error;
    struct verdict_case c = {reply, &error, profile, err};
    enum cvx_verdict verdict = CVX_VERDICT_NONE;
    if (cvx_openai_error_read(reply, &error, err))
        return CVX_VERDICT_FAILED;
    for (size_t i = 0; verdict == CVX_VERDICT_NONE; i++)
        verdict = k_judges[i](&c);
    cvx_openai_error_done(&error);
    return verdict;
}
