/* Error bodies of OpenAI and of those who copy it, each with its own idea of the shape. */
#include "refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

static void put(char *ret, size_t size, const char *text)
{
    snprintf(ret, size, "%s", text ? text : "");
}

bool fake_refuse(struct fake_refusal *ret, int status, const char *type,
                 const char *param, const char *code, const char *fmt, ...)
{
    va_list ap;

    *ret = (struct fake_refusal){.status = status};
    put(ret->type, sizeof ret->type, type);
    put(ret->param, sizeof ret->param, param);
    put(ret->code, sizeof ret->code, code);
    va_start(ap, fmt);
    vsnprintf(ret->message, sizeof ret->message, fmt, ap);
    va_end(ap);
    return false;
}

static void member(struct cvx_buf *body, const char *name, const char *value)
{
    cvx_buf_printf(body, ",\"%s\":", name);
    if (*value)
        fake_put_string(body, value, strlen(value));
    else
        cvx_buf_puts(body, "null");
}

static void openai_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    cvx_buf_puts(body, "{\"error\":{\"message\":");
    fake_put_string(body, r->message, strlen(r->message));
    member(body, "type", r->type);
    member(body, "param", r->param);
    member(body, "code", r->code);
    cvx_buf_puts(body, "}}");
}

static const char *vllm_type(int status)
{
    return status == 404  ? "NotFoundError"
           : status < 500 ? "BadRequestError"
                          : "InternalServerError";
}

static void vllm_body(const struct fake_refusal *r, bool flat, struct cvx_buf *body)
{
    cvx_buf_puts(body, flat ? "{\"object\":\"error\",\"message\":"
                            : "{\"error\":{\"message\":");
    fake_put_string(body, r->message, strlen(r->message));
    member(body, "type", vllm_type(r->status));
    member(body, "param", r->param);
    cvx_buf_printf(body, ",\"code\":%d%s", r->status, flat ? "}" : "}}");
}

static void llamacpp_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    bool loading = r->status == 503, context = strstr(r->code, "context_length") != NULL;

    cvx_buf_printf(body, "{\"error\":{\"code\":%d,\"message\":", r->status);
    fake_put_string(body, r->message, strlen(r->message));
    member(body, "type",
           loading            ? "unavailable_error"
           : context          ? "exceed_context_size_error"
           : r->status == 501 ? "not_supported_error"
           : r->status >= 500 ? "server_error"
                              : "invalid_request_error");
    if (context)
        cvx_buf_puts(body, ",\"n_prompt_tokens\":9000,\"n_ctx\":4096");
    cvx_buf_puts(body, "}}");
}

static void ollama_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    cvx_buf_puts(body, "{\"error\":{\"message\":");
    fake_put_string(body, r->message, strlen(r->message));
    member(body, "type",
           r->status == 404   ? "not_found_error"
           : r->status == 400 ? "invalid_request_error"
                              : "api_error");
    cvx_buf_puts(body, ",\"param\":null,\"code\":null}}");
}

static void litellm_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    bool provider = r->status == 429 || r->status >= 500;

    cvx_buf_puts(body, "{\"error\":{\"message\":");
    struct cvx_buf text = CVX_BUF_INIT;
    cvx_buf_printf(&text, "litellm.%s: OpenAIException - %s",
                   r->status == 429 ? "RateLimitError"
                   : provider       ? "InternalServerError"
                                    : "BadRequestError",
                   r->message);
    fake_put_string(body, text.data, text.len);
    cvx_buf_done(&text);
    member(body, "type",
           r->status == 429 && !strstr(r->code, "quota") ? "throttling_error" : r->type);
    member(body, "param", r->param);
    cvx_buf_printf(body, ",\"code\":\"%d\"}}", r->status);
}

/* Azure's gateway answers these itself, with two members only. */
static void gateway_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    cvx_buf_puts(body, "{\"error\":{\"message\":");
    fake_put_string(body, r->message, strlen(r->message));
    if (*r->code && r->status != 401)
        cvx_buf_printf(body, ",\"code\":\"%s\"}}", r->code);
    else
        cvx_buf_printf(body, ",\"code\":\"%d\"}}", r->status);
}

static void azure_body(const struct fake_refusal *r, struct cvx_buf *body)
{
    if (r->status == 429 || r->status == 401 || r->status == 404) {
        gateway_body(r, body);
        return;
    }
    openai_body(r, body);
    if (strcmp(r->code, "content_filter") == 0) {
        cvx_buf_trim(body, body->len - 2);
        cvx_buf_puts(body, ",\"status\":400}}");
    }
}

void fake_refusal_body(const struct fake_refusal *r, enum fake_dialect dialect,
                       struct cvx_buf *body)
{
    switch (dialect) {
    case FAKE_OPENAI:
        openai_body(r, body);
        break;
    case FAKE_AZURE:
        azure_body(r, body);
        break;
    case FAKE_OLLAMA:
        ollama_body(r, body);
        break;
    case FAKE_VLLM:
    case FAKE_VLLM_OLD:
        vllm_body(r, dialect == FAKE_VLLM_OLD, body);
        break;
    case FAKE_LLAMACPP:
        llamacpp_body(r, body);
        break;
    case FAKE_LITELLM:
        litellm_body(r, body);
        break;
    }
}

void fake_refusal_of_status(int status, const char *model, struct fake_refusal *ret)
{
    switch (status) {
    case 401:
        fake_refuse(
            ret, 401, "invalid_request_error", NULL, "invalid_api_key",
            "Incorrect API key provided: sk-fake*****0000. You can find your API key at "
            "https://platform.openai.com/account/api-keys.");
        break;
    case 403:
        fake_refuse(ret, 403, "request_forbidden", NULL,
                    "unsupported_country_region_territory",
                    "Country, region, or territory not supported");
        break;
    case 404:
        fake_refuse(ret, 404, "invalid_request_error", NULL, "model_not_found",
                    "The model `%s` does not exist or you do not have access to it.",
                    model);
        break;
    case 429:
        fake_refuse(
            ret, 429, "requests", NULL, "rate_limit_exceeded",
            "Rate limit reached for %s in organization org-fake. Please try again in "
            "120ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
            model);
        break;
    case 503:
        fake_refuse(ret, 503, "service_unavailable_error", NULL, NULL,
                    "The service is temporarily unavailable. Please try again later.");
        break;
    default:
        if (status >= 500)
            fake_refuse(
                ret, status, "server_error", NULL, NULL,
                "The server had an error while processing your request. Sorry about "
                "that!");
        else
            fake_refuse(ret, status, "invalid_request_error", NULL, NULL,
                        "The request was refused with status %d.", status);
    }
}
