/* Any bytes as an input that is read as text: the first byte tells how ('h' HTML of a CV, 'p' a
 * page with links, anything else plain text). Whatever comes, the text is sound or the reason
 * is told; nothing is read twice as long as it is. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/text.h>

#include "input/encoding.h"
#include "input/html.h"
#include "input/text_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static void require_sound(const struct cvx_buf *text)
{
    if (text->len == 0)
        return;
    require(cvx_text_is_utf8(text->data, text->len));
    require(cvx_encoding_controls(text->data, text->len) == 0);
    require(memchr(text->data, 0, text->len) == NULL);
}

static void try_input(const char *data, size_t len, enum cvx_text_input_kind kind)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_err err;
    cvx_err_init(&err);
    int rc = cvx_text_input_from(data, len, kind, &text, &err);
    require(rc == CVX_OK || rc == CVX_EFORMAT || rc == CVX_ELIMIT);
    require(rc == CVX_OK || *cvx_err_top(&err));
    if (rc == CVX_OK) {
        require_sound(&text);
        rc = cvx_text_input_check(text.len ? text.data : "", text.len, &err);
        require(rc == CVX_OK || rc == CVX_EFORMAT);
    }
    cvx_buf_done(&text);
}

static int on_link(void *user, const char *base, const char *href, struct cvx_span words)
{
    size_t *links = user;
    require(strlen(base) <= 2048 && strlen(href) <= 2048 && words.len <= 2048);
    require(++*links <= 4000);
    return CVX_OK;
}

static void try_page(const char *data, size_t len)
{
    size_t links = 0;
    struct cvx_html_source source = {
        .data = data, .len = len, .max_chars = 300, .on_link = on_link, .user = &links};
    struct cvx_html_text text = {0};
    require(cvx_html_read(&source, &text, NULL) == CVX_OK);
    require(text.chars <= 300);
    if (text.text.len > 0)
        require(cvx_text_is_utf8(text.text.data, text.text.len));
    cvx_buf_done(&text.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    if (data[0] == 'p')
        try_page(text, size - 1);
    else
        try_input(text, size - 1,
                  data[0] == 'h' ? CVX_TEXT_INPUT_HTML : CVX_TEXT_INPUT_PLAIN);
    return 0;
}
