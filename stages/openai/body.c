/* A chat -> the bytes of its request. Written straight into the buffer, in one fixed order:
 * the same request is always the same bytes, which is what its key is made of. */
#include "openai/body.h"

#include <string.h>

#include <cvextract/text.h>

#include "json/number.h"
#include "json/writer.h"

/* What a request is written for. */
struct target {
    const struct cvx_profile *profile;
    size_t max_output;
    bool
        for_key; /* files by their digest: they are large, and a key is a digest anyway */
};

static void put_text(struct cvx_buf *buf, const char *text)
{
    cvx_writer_string(text, strlen(text), buf);
}

static void put_bytes(struct cvx_buf *buf, const struct cvx_buf *text)
{
    cvx_writer_string(text->len > 0 ? text->data : "", text->len, buf);
}

static bool schema_in_prompt(const struct cvx_profile *profile)
{
    return profile->schema_mode == CVX_MODE_OBJECT ||
           profile->schema_mode == CVX_MODE_PROMPT;
}

/* The message that the schema is appended to when it has to be told in words. */
static size_t schema_message(const struct cvx_chat *chat)
{
    for (size_t i = 0; i < chat->n_messages; i++)
        if (strcmp(chat->messages[i].role, "system") == 0)
            return i;
    return 0;
}

static int put_with_schema(struct cvx_buf *buf, const struct cvx_buf *text,
                           const struct cvx_openai_schema *schema, struct cvx_err *err)
{
    struct cvx_buf whole = CVX_BUF_INIT;
    cvx_buf_put(&whole, text->data, text->len);
    /* json_object mode refuses a prompt that does not say "JSON". */
    cvx_buf_puts(&whole, "\n\nAnswer with one JSON document that fits the following JSON "
                         "Schema, and with nothing else:\n");
    cvx_buf_puts(&whole, cvx_openai_schema_plain(schema));
    int rc = cvx_buf_check(&whole, err);
    if (!rc)
        put_bytes(buf, &whole);
    cvx_buf_done(&whole);
    return rc;
}

static void put_digest(struct cvx_buf *buf, const struct cvx_buf *data)
{
    char hex[CVX_HASH_HEX];
    struct cvx_hash hash = cvx_hash_of(data->data, data->len);
    cvx_hash_hex(&hash, hex);
    put_text(buf, hex);
}

static void put_file(struct cvx_buf *buf, const struct cvx_chat_message *message,
                     bool for_key)
{
    const struct cvx_buf *name = &message->file_name;
    cvx_buf_puts(buf, ",{\"type\":\"file\",\"file\":{\"filename\":");
    /* A name is any bytes to the system that gave it, a request is not. */
    if (name->len > 0 && cvx_text_is_utf8(name->data, name->len))
        put_bytes(buf, name);
    else
        put_text(buf, "document.pdf");
    cvx_buf_puts(buf, ",\"file_data\":");
    if (for_key)
        put_digest(buf, &message->file_data);
    else
        put_bytes(buf, &message->file_data);
    cvx_buf_puts(buf, "}}");
}

static int put_message(struct cvx_buf *buf, const struct cvx_chat *chat, size_t i,
                       const struct target *target, struct cvx_err *err)
{
    const struct cvx_chat_message *message = &chat->messages[i];
    bool file = message->file_data.len > 0;
    int rc = CVX_OK;
    cvx_buf_puts(buf, i > 0 ? ",{\"role\":" : "{\"role\":");
    put_text(buf, message->role);
    cvx_buf_puts(buf, ",\"content\":");
    if (file)
        cvx_buf_puts(buf, "[{\"type\":\"text\",\"text\":");
    if (schema_in_prompt(target->profile) && i == schema_message(chat))
        rc = put_with_schema(buf, &message->text, chat->schema, err);
    else
        put_bytes(buf, &message->text);
    if (file) {
        cvx_buf_putc(buf, '}');
        put_file(buf, message, target->for_key);
        cvx_buf_putc(buf, ']');
    }
    cvx_buf_putc(buf, '}');
    return rc;
}

static void put_response_format(struct cvx_buf *buf, const struct cvx_chat *chat,
                                enum cvx_schema_mode mode)
{
    bool strict = mode == CVX_MODE_STRICT;
    if (mode == CVX_MODE_PROMPT)
        return;
    cvx_buf_puts(buf, ",\"response_format\":{\"type\":");
    if (mode == CVX_MODE_OBJECT) {
        cvx_buf_puts(buf, "\"json_object\"}");
        return;
    }
    cvx_buf_puts(buf, "\"json_schema\",\"json_schema\":{\"name\":");
    put_text(buf, chat->schema_name);
    cvx_buf_puts(buf, strict ? ",\"strict\":true,\"schema\":" : ",\"schema\":");
    cvx_buf_puts(buf, strict ? cvx_openai_schema_strict(chat->schema)
                             : cvx_openai_schema_plain(chat->schema));
    cvx_buf_puts(buf, "}}");
}

static void put_settings(struct cvx_buf *buf, const struct cvx_chat *chat,
                         const struct target *target)
{
    const struct cvx_profile *profile = target->profile;
    char number[CVX_NUMBER_ROOM];
    cvx_buf_printf(buf, ",\"%s\":%zu",
                   profile->old_max_tokens ? "max_tokens" : "max_completion_tokens",
                   target->max_output);
    if (chat->has_temperature && !profile->drop_temperature) {
        cvx_buf_puts(buf, ",\"temperature\":");
        cvx_buf_put(buf, number, cvx_number_print(chat->temperature, number));
    }
    if (!profile->drop_effort)
        cvx_buf_puts(buf, ",\"reasoning_effort\":\"none\"");
    if (!profile->drop_store)
        cvx_buf_puts(buf, ",\"store\":false");
}

/* About the bytes that a request takes: to grow into them by doubling costs as much as to
 * write them. Without files, and never as many as are allowed. */
static size_t request_bytes(const struct cvx_chat *chat)
{
    size_t bytes = 4096 + strlen(cvx_openai_schema_strict(chat->schema));
    for (size_t i = 0; i < chat->n_messages; i++)
        bytes += chat->messages[i].text.len + chat->messages[i].text.len / 8;
    return bytes;
}

static int put_request(struct cvx_buf *buf, const struct cvx_chat *chat,
                       const struct target *target, struct cvx_err *err)
{
    int rc = CVX_OK;
    size_t bytes = request_bytes(chat);
    if (buf->max == 0 || bytes < buf->max - buf->len)
        (void)cvx_buf_room(buf, bytes);
    cvx_buf_puts(buf, "{\"model\":");
    put_text(buf, chat->model);
    cvx_buf_puts(buf, ",\"messages\":[");
    for (size_t i = 0; !rc && i < chat->n_messages; i++)
        rc = put_message(buf, chat, i, target, err);
    if (rc)
        return rc;
    cvx_buf_putc(buf, ']');
    put_response_format(buf, chat, target->profile->schema_mode);
    put_settings(buf, chat, target);
    cvx_buf_putc(buf, '}');
    return cvx_buf_check(buf, err);
}

static bool has_file(const struct cvx_chat *chat)
{
    for (size_t i = 0; i < chat->n_messages; i++)
        if (chat->messages[i].file_data.len > 0)
            return true;
    return false;
}

int cvx_openai_body(const struct cvx_chat *chat, size_t max_output,
                    const struct cvx_profile *profile, struct cvx_buf *body,
                    struct cvx_err *err)
{
    struct target target = {.profile = profile, .max_output = max_output};
    if (profile->no_files && has_file(chat))
        return cvx_fail(err, CVX_EFORMAT, "the server takes no PDF files");
    return put_request(body, chat, &target, err);
}

int cvx_openai_key(const struct cvx_chat *chat, size_t max_output, struct cvx_hash *ret,
                   struct cvx_buf *body, struct cvx_err *err)
{
    static const char k_path[] = "/chat/completions";
    static const struct cvx_profile k_untouched;
    struct target target = {
        .profile = &k_untouched, .max_output = max_output, .for_key = true};
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = put_request(&text, chat, &target, err);
    size_t len = text.len;
    /* The path goes behind, so that in front of it there is the request itself. */
    cvx_buf_put(&text, k_path, sizeof(k_path) - 1);
    if (!rc)
        rc = cvx_buf_check(&text, err);
    if (!rc) {
        *ret = cvx_hash_of(text.data, text.len);
        cvx_buf_trim(&text, len);
    }
    if (!rc && !has_file(chat))
        *body = text;
    else
        cvx_buf_done(&text);
    return rc;
}
