/* The content of a 2xx answer as a document. See reply.h.
 *
 * A model without a schema to bind it thinks aloud, fences its answer, or talks around it:
 * what is meant is looked for in that order, and only what the strict reader takes counts. */
#include "openai/reply.h"

#include <string.h>

#include <json-c/json.h>

#include "openai/error.h"
#include "json/reader.h"

/* Bytes of text that make a token, until something better is known. */
#define BYTES_PER_TOKEN 3
#define COUNT_MAX ((int64_t)1 << 40)

struct answer {
    struct json_object *message;
    const char *finish; /* "" when the server does not say */
    struct cvx_buf text;
    const char *refusal; /* NULL = none */
    struct cvx_err *err;
};

static struct json_object *member(struct json_object *object, const char *key)
{
    return json_object_is_type(object, json_type_object)
               ? json_object_object_get(object, key)
               : NULL;
}

static const char *text_of(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
                                                        : "";
}

/* --- tokens --- */

static bool get_count(struct json_object *object, const char *key, size_t *ret)
{
    struct json_object *value = member(object, key);
    int64_t count = json_object_get_int64(value);
    if (!json_object_is_type(value, json_type_int) || count < 0 || count > COUNT_MAX)
        return false;
    *ret = (size_t)count;
    return true;
}

static void read_usage(struct json_object *root, size_t prompt_bytes, size_t answer_bytes,
                       struct cvx_usage *ret)
{
    struct json_object *usage = member(root, "usage");
    *ret = (struct cvx_usage){.in = prompt_bytes / BYTES_PER_TOKEN + 1,
                              .out = answer_bytes / BYTES_PER_TOKEN + 1};
    bool in = get_count(usage, "prompt_tokens", &ret->in);
    bool out = get_count(usage, "completion_tokens", &ret->out);
    ret->estimated = !in || !out;
    get_count(member(usage, "prompt_tokens_details"), "cached_tokens", &ret->cached);
    if (ret->cached > ret->in)
        ret->cached = ret->in;
}

/* --- what the model wrote --- */

/* A part: its text is added, unless it is a refusal. */
static void read_part(struct json_object *part, struct answer *answer)
{
    struct json_object *refusal = member(part, "refusal");
    struct json_object *text = member(part, "text");
    if (json_object_is_type(refusal, json_type_string))
        answer->refusal = json_object_get_string(refusal);
    if (json_object_is_type(text, json_type_string))
        cvx_buf_put(&answer->text, json_object_get_string(text),
                    (size_t)json_object_get_string_len(text));
}

static int read_content(struct answer *answer)
{
    struct json_object *content = member(answer->message, "content");
    struct json_object *refusal = member(answer->message, "refusal");
    if (refusal)
        answer->refusal = text_of(refusal);
    if (json_object_is_type(content, json_type_string))
        cvx_buf_put(&answer->text, json_object_get_string(content),
                    (size_t)json_object_get_string_len(content));
    if (json_object_is_type(content, json_type_array))
        for (size_t i = 0; i < json_object_array_length(content); i++)
            read_part(json_object_array_get_idx(content, i), answer);
    return cvx_buf_check(&answer->text, answer->err);
}

struct span {
    const char *data;
    size_t len;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct span trim(struct span span)
{
    while (span.len > 0 && is_space(span.data[0])) {
        span.data++;
        span.len--;
    }
    while (span.len > 0 && is_space(span.data[span.len - 1]))
        span.len--;
    return span;
}

static bool starts_with(struct span span, const char *text)
{
    size_t len = strlen(text);
    return span.len >= len && memcmp(span.data, text, len) == 0;
}

/* What stands behind the first `mark`; nothing when there is none. */
static struct span behind(struct span span, const char *mark)
{
    const char *at = memmem(span.data, span.len, mark, strlen(mark));
    if (!at)
        return (struct span){span.data + span.len, 0};
    at += strlen(mark);
    return (struct span){at, span.len - (size_t)(at - span.data)};
}

/* Without a leading <think> block and without code fences. */
static struct span strip(struct span span)
{
    span = trim(span);
    if (starts_with(span, "<think>"))
        span = trim(behind(span, "</think>"));
    if (!starts_with(span, "```"))
        return span;
    span = behind(span, "```");
    while (span.len > 0 && is_letter(span.data[0])) { /* ```json */
        span.data++;
        span.len--;
    }
    for (size_t i = span.len; i >= 3; i--)
        if (memcmp(span.data + i - 3, "```", 3) == 0)
            return trim((struct span){span.data, i - 3});
    return trim(span);
}

/* From the first '{' to the last '}'; nothing when there is no such pair. */
static struct span outermost(struct span span)
{
    const char *from = span.len > 0 ? memchr(span.data, '{', span.len) : NULL;
    const char *to = span.len > 0 ? memrchr(span.data, '}', span.len) : NULL;
    if (!from || !to || to < from)
        return (struct span){span.data, 0};
    return (struct span){from, (size_t)(to - from) + 1};
}

static int find_document(struct span text, struct json_object **ret, struct cvx_err *err)
{
    struct span whole = strip(text);
    struct span inner = outermost(whole);
    int rc = cvx_reader_parse(whole.data, whole.len, ret, err);
    if (rc && rc != CVX_ENOMEM && inner.len == 0)
        return cvx_fail(err, CVX_EFORMAT, "no JSON document in it");
    if (rc && rc != CVX_ENOMEM && inner.len < whole.len)
        rc = cvx_reader_parse(inner.data, inner.len, ret, err);
    if (!rc && !json_object_is_type(*ret, json_type_object)) {
        json_object_put(*ret);
        *ret = NULL;
        return cvx_fail(err, CVX_EFORMAT, "the JSON in it is no object");
    }
    return rc;
}

/* --- the verdict --- */

static enum cvx_verdict say(struct answer *answer, enum cvx_verdict verdict,
                            const char *what, const char *more)
{
    struct cvx_openai_error said = {.message = more};
    cvx_openai_error_say(&said, CVX_EFORMAT, what, answer->err);
    return verdict;
}

static enum cvx_verdict judge_text(struct answer *answer, struct json_object **ret)
{
    struct span text = {answer->text.data, answer->text.len};
    struct json_object *root = NULL;
    struct cvx_err why;
    char said[CVX_ERR_TEXT];
    cvx_err_init(&why);
    int rc = find_document(text, &root, &why);
    if (!rc) {
        *ret = root;
        return CVX_VERDICT_ACCEPTED;
    }
    if (rc == CVX_ENOMEM) {
        if (answer->err)
            *answer->err = why;
        return CVX_VERDICT_FAILED;
    }
    cvx_err_text(&why, said, sizeof(said));
    if (!*answer->finish)
        return say(answer, CVX_VERDICT_FAILED,
                   "the answer is not JSON and does not say how it ended", said);
    return say(answer, CVX_VERDICT_REPAIR, "the answer is not JSON", said);
}

static enum cvx_verdict judge_answer(struct answer *answer, struct json_object **ret)
{
    const char *finish = answer->finish;
    if (answer->refusal && (*answer->refusal || answer->text.len == 0))
        return say(answer, CVX_VERDICT_FAILED, "the model refused", answer->refusal);
    if (strcmp(finish, "length") == 0)
        return say(answer, CVX_VERDICT_LONGER, "the answer was cut by its cap", "");
    if (strcmp(finish, "content_filter") == 0)
        return say(answer, CVX_VERDICT_FAILED,
                   "the provider's content filter cut the answer", "");
    if (*finish && strcmp(finish, "stop") != 0)
        return say(answer, CVX_VERDICT_FAILED, "the answer ended with finish_reason",
                   finish);
    if (trim((struct span){answer->text.data, answer->text.len}).len == 0)
        return say(answer, CVX_VERDICT_FAILED, "the answer is empty", "");
    return judge_text(answer, ret);
}

/* An answer that is no chat completion, although its status says so. */
static enum cvx_verdict judge_stray(struct json_object *root, struct answer *answer)
{
    struct cvx_openai_error error;
    if (!json_object_is_type(root, json_type_object))
        return say(answer, CVX_VERDICT_FAILED, "the answer is no chat completion", "");
    cvx_openai_error_from(root, &error);
    cvx_openai_error_say(&error, CVX_EFORMAT,
                         member(root, "error") ? "the server answered with an error"
                                               : "the answer has no choices",
                         answer->err);
    cvx_openai_error_done(&error);
    return CVX_VERDICT_FAILED;
}

static enum cvx_verdict judge_root(struct json_object *root, size_t prompt_bytes,
                                   struct answer *answer, struct json_object **ret,
                                   struct cvx_usage *usage)
{
    struct json_object *choices = member(root, "choices");
    struct json_object *first = NULL;
    if (json_object_is_type(choices, json_type_array))
        first = json_object_array_get_idx(choices, 0);
    answer->message = member(first, "message");
    answer->finish = text_of(member(first, "finish_reason"));
    int rc = read_content(answer);
    read_usage(root, prompt_bytes, answer->text.len, usage);
    if (rc)
        return CVX_VERDICT_FAILED;
    return first ? judge_answer(answer, ret) : judge_stray(root, answer);
}

static enum cvx_verdict judge_unreadable(const struct cvx_reply *reply,
                                         struct answer *answer)
{
    char said[CVX_ERR_TEXT] = "";
    if (answer->err)
        cvx_err_text(answer->err, said, sizeof(said));
    if (reply->body.len == 0)
        return say(answer, CVX_VERDICT_FAILED, "the server answered nothing", "");
    if (cvx_openai_error_html(reply))
        return say(answer, CVX_VERDICT_FAILED, "the server answered HTML instead of JSON",
                   "");
    return say(answer, CVX_VERDICT_FAILED, "the server's answer is not JSON", said);
}

enum cvx_verdict cvx_openai_reply(const struct cvx_reply *reply, size_t prompt_bytes,
                                  struct json_object **ret, struct cvx_buf *text,
                                  struct cvx_usage *usage, struct cvx_err *err)
{
    struct answer answer = {.finish = "", .text = CVX_BUF_INIT, .err = err};
    struct json_object *root = NULL;
    enum cvx_verdict verdict = CVX_VERDICT_FAILED;
    read_usage(NULL, prompt_bytes, reply->body.len, usage);
    int rc = cvx_reader_parse(reply->body.len > 0 ? reply->body.data : "",
                              reply->body.len, &root, err);
    if (!rc)
        verdict = judge_root(root, prompt_bytes, &answer, ret, usage);
    else if (rc != CVX_ENOMEM)
        verdict = judge_unreadable(reply, &answer);
    json_object_put(root);
    if (text) {
        cvx_buf_done(text);
        *text = answer.text;
    } else {
        cvx_buf_done(&answer.text);
    }
    return verdict;
}
