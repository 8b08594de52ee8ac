/* Error bodies of all dialects in one view. See error.h. */
#include "openai/error.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include <cvextract/text.h>

#include "json/reader.h"

/* Of the server's text, in a message of ours: cvx_err has 384 bytes. */
#define SAID_MAX 240

static const char *text_at(struct json_object *object, const char *key)
{
    struct json_object *value = json_object_object_get(object, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value)
                                                        : "";
}

/* LiteLLM writes Python's None as text. */
static const char *text_or_none(struct json_object *object, const char *key)
{
    const char *text = text_at(object, key);
    return strcmp(text, "None") == 0 ? "" : text;
}

static void read_object(struct json_object *object, struct cvx_openai_error *ret)
{
    struct json_object *code = json_object_object_get(object, "code");
    ret->message = text_at(object, "message");
    ret->type = text_or_none(object, "type");
    ret->param = text_or_none(object, "param");
    ret->code = text_or_none(object, "code");
    if (json_object_is_type(code, json_type_int)) {
        snprintf(ret->code_text, sizeof(ret->code_text), "%lld",
                 (long long)json_object_get_int64(code));
        ret->code = ret->code_text;
    }
}

/* FastAPI: a text, or a list of objects with `msg`. */
static const char *read_detail(struct json_object *detail)
{
    if (json_object_is_type(detail, json_type_string))
        return json_object_get_string(detail);
    if (!json_object_is_type(detail, json_type_array))
        return "";
    return text_at(json_object_array_get_idx(detail, 0), "msg");
}

void cvx_openai_error_from(struct json_object *root, struct cvx_openai_error *ret)
{
    struct json_object *inner = json_object_object_get(root, "error");
    *ret = (struct cvx_openai_error){.root = json_object_get(root),
                                     .message = "",
                                     .type = "",
                                     .param = "",
                                     .code = ""};
    if (json_object_is_type(inner, json_type_string)) {
        ret->message = json_object_get_string(inner);
        return;
    }
    read_object(json_object_is_type(inner, json_type_object) ? inner : root, ret);
    if (!*ret->message)
        ret->message = read_detail(json_object_object_get(root, "detail"));
}

bool cvx_openai_error_html(const struct cvx_reply *reply)
{
    const char *type = cvx_reply_header(reply, "content-type");
    if (type && strncasecmp(type, "text/html", 9) == 0)
        return true;
    if (reply->body.len == 0)
        return false;
    const char *start = reply->body.data + strspn(reply->body.data, " \t\r\n");
    return strncasecmp(start, "<!doctype", 9) == 0 || strncasecmp(start, "<html", 5) == 0;
}

int cvx_openai_error_read(const struct cvx_reply *reply, struct cvx_openai_error *ret,
                          struct cvx_err *err)
{
    struct json_object *root = NULL;
    *ret = (struct cvx_openai_error){.message = "", .type = "", .param = "", .code = ""};
    int rc = CVX_EFORMAT;
    if (reply->body.len > 0)
        rc = cvx_reader_parse(reply->body.data, reply->body.len, &root, err);
    if (rc == CVX_ENOMEM)
        return rc;
    struct json_object *object = root;
    if (!rc && json_object_is_type(root, json_type_array)) /* Google wraps it so */
        object = json_object_array_get_idx(root, 0);
    if (!rc && json_object_is_type(object, json_type_object)) {
        cvx_openai_error_from(object, ret);
    } else {
        ret->html = cvx_openai_error_html(reply);
        if (!ret->html && reply->body.len > 0)
            ret->message = reply->body.data;
    }
    json_object_put(root);
    return CVX_OK;
}

void cvx_openai_error_done(struct cvx_openai_error *error)
{
    json_object_put(error->root);
    error->root = NULL;
}

void cvx_openai_error_say(const struct cvx_openai_error *error, enum cvx_rc rc,
                          const char *what, struct cvx_err *err)
{
    struct cvx_buf said = CVX_BUF_INIT;
    size_t len = strlen(error->message);
    size_t kept = cvx_text_cut(error->message, len, SAID_MAX);
    cvx_text_printable(&said, error->message, kept);
    if (kept < len)
        cvx_buf_puts(&said, "...");
    /* Without memory for it the message is the shorter one. */
    bool more = !said.failed && said.len > 0;
    cvx_fail(err, rc, "%s%s%s", what, more ? ": " : "", more ? said.data : "");
    cvx_buf_done(&said);
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

bool cvx_openai_error_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    const char *at = strcasestr(text, word);
    for (; at; at = strcasestr(at + 1, word))
        if ((at == text || !is_word_char(at[-1])) && !is_word_char(at[len]))
            return true;
    return false;
}
