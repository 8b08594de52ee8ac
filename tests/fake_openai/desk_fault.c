/* Answers that are errors: faults on demand, and what every refusal needs. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "desk.h"

static int64_t unix_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void fake_desk_refuse(struct fake_call *call, const struct fake_refusal *refusal)
{
    fake_reply_refuse(&call->reply, refusal, call->dialect);
    snprintf(call->entry.error, sizeof call->entry.error, "%s",
             *refusal->code ? refusal->code : refusal->type);
}

void fake_desk_retry_head(struct fake_desk *desk, struct fake_call *call, int64_t wait_us)
{
    fake_retry_head(desk->options->retry_form, desk->options->retry_literal, wait_us,
                    unix_us(), &call->reply.head);
}

/* Errors whose text is always the same. */
static const struct {
    enum fake_fault_kind kind;
    int status;
    const char *type, *param, *code, *message;
} k_refusals[] = {
    {FAKE_FAULT_QUOTA, 429, "insufficient_quota", NULL, "insufficient_quota",
     "You exceeded your current quota, please check your plan and billing details. For "
     "more "
     "information on this error, read the docs: "
     "https://platform.openai.com/docs/guides/error-codes/api-errors."},
    {FAKE_FAULT_CREDIT, 429, "insufficient_quota", NULL, "credit_balance_exhausted",
     "Your credit balance is exhausted. Please add credits to continue."},
    {FAKE_FAULT_SPEND, 429, "insufficient_quota", NULL, "project_spend_limit_exceeded",
     "Your project has reached its monthly spend limit."},
    {FAKE_FAULT_USAGE_LIMIT, 429, "insufficient_quota", NULL,
     "organization_usage_limit_exceeded",
     "Your organization has reached its usage limit."},
    {FAKE_FAULT_SLOW_DOWN, 429, "rate_limit_error", NULL, "slow_down",
     "Your traffic rose too quickly. Reduce your request rate to its earlier level, keep "
     "it "
     "there for 15 minutes, then raise it gradually."},
    {FAKE_FAULT_TOO_LARGE, 429, "tokens", NULL, "rate_limit_exceeded",
     "Request too large for this model in organization org-fake on tokens per min (TPM): "
     "Limit "
     "1000, Requested 2000. The input or output tokens must be reduced in order to run "
     "successfully."},
    {FAKE_FAULT_OVERLOADED, 503, "service_unavailable_error", NULL,
     "server_is_overloaded",
     "The server is currently overloaded. Please try again later."},
    {FAKE_FAULT_FILTER_400, 400, NULL, "prompt", "content_filter",
     "The response was filtered due to the prompt triggering Azure OpenAI's content "
     "management "
     "policy."},
    {FAKE_FAULT_CONTEXT, 400, "invalid_request_error", "messages",
     "context_length_exceeded",
     "This model's maximum context length is 128000 tokens. However, your messages "
     "resulted in "
     "131000 tokens. Please reduce the length of the messages."},
    {FAKE_FAULT_NO_FORMAT, 400, "invalid_request_error", "response_format", NULL,
     "Invalid parameter: 'response_format' of type 'json_schema' is not supported with "
     "this "
     "model."},
};

static void fault_refusal(const struct fake_call *call, struct fake_refusal *r)
{
    const struct fake_fault *f = &call->fault;
    const char *param = *f->text ? f->text : "temperature";

    if (f->kind == FAKE_FAULT_UNSUPPORTED) {
        fake_refuse(r, 400, "invalid_request_error", param, "unsupported_parameter",
                    "Unsupported parameter: '%s' is not supported with this model.",
                    param);
        return;
    }
    if (f->kind == FAKE_FAULT_ECHO_KEY) {
        fake_refuse(r, 500, "server_error", NULL, NULL,
                    "upstream refused the header 'authorization: %.300s'",
                    call->authorization ? call->authorization : "");
        return;
    }
    for (size_t i = 0; i < sizeof k_refusals / sizeof *k_refusals; i++) {
        if (k_refusals[i].kind == f->kind) {
            fake_refuse(r, k_refusals[i].status, k_refusals[i].type, k_refusals[i].param,
                        k_refusals[i].code, "%s", k_refusals[i].message);
            return;
        }
    }
    fake_refusal_of_status((int)f->arg, call->model, r);
}

/* Bodies that are no JSON: a proxy's page, plain text. */
static bool foreign_body(struct fake_call *call)
{
    const struct fake_fault *f = &call->fault;
    bool html = f->kind == FAKE_FAULT_HTML;

    if (!html && f->kind != FAKE_FAULT_PLAIN)
        return false;
    call->reply.status = f->has_arg ? (int)f->arg : html ? 200 : 502;
    fake_reply_head(&call->reply, "Content-Type", html ? "text/html" : "text/plain");
    cvx_buf_puts(
        &call->reply.body,
        html ? "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
               "<body><center><h1>502 Bad Gateway</h1></center><hr>"
               "<center>nginx</center></body></html>\n"
             : "upstream connect error or disconnect/reset before headers\n");
    return true;
}

void fake_desk_fault(struct fake_desk *desk, struct fake_call *call)
{
    struct fake_refusal r;

    if (foreign_body(call))
        return;
    fault_refusal(call, &r);
    fake_desk_refuse(call, &r);
    if ((r.status == 429 || r.status == 503) &&
        strcmp(r.type, "insufficient_quota") != 0 && desk->options->retry_after_s >= 0)
        fake_desk_retry_head(desk, call, (int64_t)(desk->options->retry_after_s * 1e6));
}
