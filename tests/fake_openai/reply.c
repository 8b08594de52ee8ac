/* Chat completions as text. */
#include "reply.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "util.h"

void fake_reply_done(struct fake_reply *reply)
{
    cvx_buf_done(&reply->head);
    cvx_buf_done(&reply->body);
}

void fake_reply_head(struct fake_reply *reply, const char *name, const char *fmt, ...)
{
    va_list ap;

    cvx_buf_printf(&reply->head, "%s: ", name);
    va_start(ap, fmt);
    cvx_buf_vprintf(&reply->head, fmt, ap);
    va_end(ap);
    cvx_buf_puts(&reply->head, "\r\n");
}

void fake_reply_refuse(struct fake_reply *reply, const struct fake_refusal *refusal,
                       enum fake_dialect dialect)
{
    reply->status = refusal->status;
    cvx_buf_clear(&reply->body);
    fake_refusal_body(refusal, dialect, &reply->body);
    fake_reply_head(reply, "Content-Type", "application/json");
}

/* What the model "writes", before it is put into the reply. */
struct speech {
    struct cvx_buf text;
    bool null, parts;
    const char *refusal;
    const char *finish; /* NULL = null */
};

static void speech_cut(struct speech *s, size_t len)
{
    if (len >= s->text.len)
        return;
    /* Not inside of a character. */
    while (len > 0 && ((unsigned char)s->text.data[len] & 0xc0) == 0x80)
        len--;
    cvx_buf_trim(&s->text, len);
    s->finish = "length";
}

static void speech_make(const struct fake_completion *c, struct speech *s)
{
    const char *before = "", *after = "";

    s->finish = "stop";
    switch (c->fault.kind) {
    case FAKE_FAULT_FENCE:
        before = "```json\n";
        after = "\n```";
        break;
    case FAKE_FAULT_THINK:
        before =
            "<think>\nThe user wants {\"this\": \"as JSON\"}. Let me see.\n</think>\n\n";
        break;
    case FAKE_FAULT_PROSE:
        before = "Here is the JSON you asked for:\n\n";
        after = "\n\nLet me know if anything is missing.";
        break;
    case FAKE_FAULT_NOT_JSON:
        cvx_buf_puts(&s->text, "I am afraid I could not find a CV in that.");
        return;
    case FAKE_FAULT_EMPTY:
        cvx_buf_puts(&s->text, "");
        return;
    case FAKE_FAULT_NULL:
        s->null = true;
        return;
    case FAKE_FAULT_REFUSAL:
        s->null = true;
        s->refusal = "I'm sorry, I can't assist with that request.";
        return;
    case FAKE_FAULT_FILTERED:
        s->finish = "content_filter";
        break;
    case FAKE_FAULT_NO_FINISH:
        s->finish = NULL;
        break;
    case FAKE_FAULT_PARTS:
        s->parts = true;
        break;
    default:
        break;
    }
    cvx_buf_puts(&s->text, before);
    cvx_buf_put(&s->text, c->content, c->content_len);
    cvx_buf_puts(&s->text, after);
    if (c->fault.kind == FAKE_FAULT_FILTERED || c->fault.kind == FAKE_FAULT_LENGTH) {
        const char *finish =
            c->fault.kind == FAKE_FAULT_FILTERED ? "content_filter" : "length";

        speech_cut(s, s->text.len / 2);
        s->finish = finish;
    }
    if (c->max_tokens > 0)
        speech_cut(s, (size_t)c->max_tokens * 4);
}

static void put_content(struct cvx_buf *body, const struct speech *s)
{
    if (s->null) {
        cvx_buf_puts(body, "null");
        return;
    }
    if (s->parts)
        cvx_buf_puts(body, "[{\"type\":\"text\",\"text\":");
    fake_put_string(body, s->text.data ? s->text.data : "", s->text.len);
    if (s->parts)
        cvx_buf_puts(body, "}]");
}

static void put_message(struct cvx_buf *body, const struct fake_completion *c,
                        const struct speech *s)
{
    cvx_buf_puts(body, "{\"role\":\"assistant\",\"content\":");
    put_content(body, s);
    if (c->dialect == FAKE_OPENAI || c->dialect == FAKE_AZURE) {
        cvx_buf_puts(body, ",\"refusal\":");
        if (s->refusal)
            fake_put_string(body, s->refusal, strlen(s->refusal));
        else
            cvx_buf_puts(body, "null");
        cvx_buf_puts(body, ",\"annotations\":[]");
    } else if (s->refusal) {
        cvx_buf_puts(body, ",\"refusal\":");
        fake_put_string(body, s->refusal, strlen(s->refusal));
    }
    cvx_buf_puts(body, "}");
}

static void put_usage(struct fake_reply *reply, const struct fake_completion *c)
{
    if (c->no_usage || c->fault.kind == FAKE_FAULT_NO_USAGE)
        return;
    cvx_buf_printf(&reply->body,
                   ",\"usage\":{\"prompt_tokens\":%ld,\"completion_tokens\":%ld,"
                   "\"total_tokens\":%ld",
                   reply->prompt_tokens, reply->completion_tokens,
                   reply->prompt_tokens + reply->completion_tokens);
    if (c->dialect == FAKE_OPENAI || c->dialect == FAKE_AZURE)
        cvx_buf_printf(
            &reply->body,
            ",\"prompt_tokens_details\":{\"cached_tokens\":%ld,\"audio_tokens\":0},"
            "\"completion_tokens_details\":{\"reasoning_tokens\":0,"
            "\"audio_tokens\":0,\"accepted_prediction_tokens\":0,"
            "\"rejected_prediction_tokens\":0}",
            reply->cached_tokens);
    cvx_buf_putc(&reply->body, '}');
}

static void put_completion(struct fake_reply *reply, const struct fake_completion *c,
                           const struct speech *s)
{
    struct cvx_buf *body = &reply->body;

    cvx_buf_printf(body,
                   "{\"id\":\"chatcmpl-%016" PRIx64 "\",\"object\":\"chat.completion\","
                   "\"created\":%lld,\"model\":",
                   c->print, (long long)time(NULL));
    fake_put_string(body, c->model, strlen(c->model));
    if (c->fault.kind == FAKE_FAULT_NO_CHOICES) {
        cvx_buf_puts(body, ",\"choices\":[]");
    } else {
        cvx_buf_puts(body, ",\"choices\":[{\"index\":0,\"message\":");
        put_message(body, c, s);
        cvx_buf_puts(body, ",\"logprobs\":null,\"finish_reason\":");
        if (s->finish)
            cvx_buf_printf(body, "\"%s\"}]", s->finish);
        else
            cvx_buf_puts(body, "null}]");
    }
    put_usage(reply, c);
    if (c->dialect == FAKE_OPENAI || c->dialect == FAKE_AZURE)
        cvx_buf_puts(body, ",\"service_tier\":\"default\",\"system_fingerprint\":null");
    cvx_buf_puts(body, "}\n");
}

void fake_reply_complete(struct fake_reply *reply, const struct fake_completion *c)
{
    struct speech s = {.text = CVX_BUF_INIT};

    speech_make(c, &s);
    reply->status = 200;
    reply->prompt_tokens = (long)(c->prompt_bytes / 4) + 8;
    reply->cached_tokens = (long)(c->cached_bytes / 4 / 128 * 128);
    reply->completion_tokens = (long)(s.text.len / 4) + 1;
    put_completion(reply, c, &s);
    if (c->fault.kind == FAKE_FAULT_HALF_JSON)
        cvx_buf_trim(&reply->body, reply->body.len / 2);
    if (c->fault.kind == FAKE_FAULT_NO_BODY)
        cvx_buf_clear(&reply->body);
    fake_reply_head(reply, "Content-Type", "application/json");
    cvx_buf_done(&s.text);
}

void fake_reply_spoil(struct json_object *document, enum fake_fault_kind kind)
{
    struct json_object *jobs = fake_member(document, "experiences"), *job;

    if (kind == FAKE_FAULT_BAD_SCHEMA) {
        if (jobs)
            json_object_object_add(document, "experiences",
                                   json_object_new_string("none"));
        json_object_object_add(document, "surprise", json_object_new_int(1));
        json_object_object_del(document, "name");
    }
    if (kind != FAKE_FAULT_INVENT)
        return;
    if (!json_object_is_type(jobs, json_type_array)) {
        json_object_object_add(document, "name",
                               json_object_new_string("Invented Holdings"));
        return;
    }
    job = json_object_new_object();
    json_object_object_add(
        job, "heading",
        json_object_new_string("2001 - 2003 Invented Holdings, Director"));
    json_object_object_add(job, "description",
                           json_object_new_string("Led 4711 people who do not exist."));
    json_object_object_add(job, "bullets", json_object_new_array());
    json_object_object_add(job, "environment", NULL);
    json_object_array_add(jobs, job);
}
