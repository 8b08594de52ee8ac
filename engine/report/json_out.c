/* Owns the form of the JSON that reports are written in. */
#include "json_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/text.h>

static void put_line(struct cvx_json_out *json)
{
    cvx_buf_putc(json->buf, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        cvx_buf_puts(json->buf, "  ");
}

/* What stands before a value. Keys are our own and need no escape. */
static void put_key(struct cvx_json_out *json, const char *key)
{
    if (json->begun)
        cvx_buf_putc(json->buf, ',');
    if (json->depth > 0)
        put_line(json);
    if (key)
        cvx_buf_printf(json->buf, "\"%s\": ", key);
    json->begun = true;
}

void cvx_json_out_open(struct cvx_json_out *json, const char *key)
{
    put_key(json, key);
    cvx_buf_putc(json->buf, '{');
    json->depth++;
    json->begun = false;
}

void cvx_json_out_close(struct cvx_json_out *json)
{
    json->depth--;
    if (json->begun)
        put_line(json);
    cvx_buf_putc(json->buf, '}');
    json->begun = true;
}

void cvx_json_out_null(struct cvx_json_out *json, const char *key)
{
    put_key(json, key);
    cvx_buf_puts(json->buf, "null");
}

void cvx_json_out_bool(struct cvx_json_out *json, const char *key, bool value)
{
    put_key(json, key);
    cvx_buf_puts(json->buf, value ? "true" : "false");
}

void cvx_json_out_size(struct cvx_json_out *json, const char *key, size_t value)
{
    put_key(json, key);
    cvx_buf_printf(json->buf, "%zu", value);
}

void cvx_json_out_number(struct cvx_json_out *json, const char *key, double value)
{
    char text[400]; /* the largest double has 309 digits */
    size_t len;

    if (!isfinite(value)) {
        cvx_json_out_null(json, key);
        return;
    }
    (void)snprintf(text, sizeof(text), "%.6f", value);
    len = strlen(text);
    while (text[len - 1] == '0' && text[len - 2] != '.')
        text[--len] = '\0';
    put_key(json, key);
    cvx_buf_put(json->buf, text, len);
}

void cvx_json_out_text(struct cvx_json_out *json, const char *key, const char *text)
{
    struct cvx_buf plain = CVX_BUF_INIT;

    cvx_text_printable(&plain, text, strlen(text));
    if (plain.failed)
        json->buf->failed = true;
    put_key(json, key);
    cvx_buf_putc(json->buf, '"');
    for (size_t i = 0; i < plain.len; i++) {
        if (plain.data[i] == '"' || plain.data[i] == '\\')
            cvx_buf_putc(json->buf, '\\');
        cvx_buf_putc(json->buf, plain.data[i]);
    }
    cvx_buf_putc(json->buf, '"');
    cvx_buf_done(&plain);
}
