/* Owns how a document's text is collected: cleaned lines, up to a number of characters. */
#include "input/collect.h"

#include <cvextract/text.h>

#include "text/clean.h"

void cvx_collect_add(struct cvx_collect *collect, const char *p, size_t len)
{
    if (collect->chars < collect->max_chars &&
        collect->line.len + len <= CVX_COLLECT_LINE_MAX)
        cvx_buf_put(&collect->line, p, len);
    else
        collect->cut = true;
}

/* In place: what is kept never gets longer. */
static void drop_invalid(struct cvx_buf *buf)
{
    size_t to = 0, n;

    for (size_t at = 0; at < buf->len; at += n ? n : 1) {
        n = cvx_text_utf8_len(buf->data + at, buf->len - at);
        for (size_t i = 0; i < n; i++)
            buf->data[to++] = buf->data[at + i];
    }
    cvx_buf_trim(buf, to);
}

/* Bytes of the first `max` characters; their number in *ret_chars. */
static size_t first_chars(const struct cvx_buf *text, size_t max, size_t *ret_chars)
{
    size_t at = 0, chars = 0;

    while (at < text->len && chars < max) {
        at += cvx_text_utf8_len(text->data + at, text->len - at);
        chars++;
    }
    *ret_chars = chars;
    return at;
}

void cvx_collect_end(struct cvx_collect *collect, bool own, const char *mark)
{
    struct cvx_buf clean = CVX_BUF_INIT;
    size_t chars = 0, len;

    if (collect->line.len == 0)
        return;
    drop_invalid(&collect->line);
    if (collect->line.len > 0)
        cvx_clean(&clean, (struct cvx_span){collect->line.data, collect->line.len});
    cvx_buf_trim(&collect->line, 0);
    len = first_chars(&clean, collect->max_chars - collect->chars, &chars);
    if (len > 0) {
        if (mark)
            cvx_buf_puts(collect->text, mark);
        cvx_buf_put(collect->text, clean.data, len);
        cvx_buf_putc(collect->text, '\n');
    }
    collect->cut = collect->cut || len < clean.len;
    collect->chars += chars;
    collect->own_chars += own ? chars : 0;
    if (clean.failed)
        collect->text->failed = true;
    cvx_buf_done(&clean);
}

bool cvx_collect_failed(const struct cvx_collect *collect)
{
    return collect->line.failed || collect->text->failed;
}
