/* Any bytes as a page of the web: read in any disguise, what comes out is sound. The first
 * byte picks the type, the second how much text is wanted. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/text.h>

#include "adjust/page_text.h"
#include "adjust/url.h"

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static size_t count_chars(const char *text, size_t len)
{
    size_t chars = 0;

    for (size_t i = 0; i < len; i++)
        chars += ((unsigned char)text[i] & 0xC0) != 0x80 && text[i] != '\n';
    return chars;
}

static void check_text(const struct cvx_page_text *page, size_t max_chars)
{
    const char *text = page->text.len ? page->text.data : "";
    size_t len = page->text.len;

    expect(cvx_text_is_utf8(text, len));
    expect(len == 0 || text[len - 1] == '\n');
    for (size_t i = 0; i < len; i++)
        expect(text[i] == '\n' || (unsigned char)text[i] >= ' ');
    expect(count_chars(text, len) <= max_chars && page->chars <= max_chars);
}

static void check_links(const struct cvx_page_text *page, const char *url)
{
    struct cvx_url from, to;

    expect(cvx_url_split(url, &from));
    for (size_t i = 0; i < CVX_PAGE_LINKS; i++) {
        if (!page->links[i])
            continue;
        expect(cvx_url_split(page->links[i], &to) && cvx_url_same_site(&from, &to));
        for (size_t k = 0; k < i; k++)
            expect(!page->links[k] || strcmp(page->links[k], page->links[i]) != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const k_types[] = {NULL,
                                          "text/html",
                                          "text/html; charset=utf-8",
                                          "text/html; charset=utf-16",
                                          "text/html; charset=shift_jis",
                                          "text/plain",
                                          "text/plain; charset=iso-2022-jp",
                                          "application/xhtml+xml",
                                          "application/pdf"};
    static const char url[] = "https://www.acme.example/en/";

    if (size < 2)
        return 0;
    struct cvx_page_source source = {
        .data = (const char *)data + 2,
        .len = size - 2,
        .content_type = k_types[data[0] % (sizeof(k_types) / sizeof(k_types[0]))],
        .url = url,
        .max_chars = data[1] % 2 ? 20000 : data[1]};
    struct cvx_page_text page = {0};
    struct cvx_err err;
    int rc = cvx_page_text_read(&source, &page, &err);

    expect(rc == CVX_OK || rc == CVX_EFORMAT);
    if (rc == CVX_OK) {
        check_text(&page, source.max_chars);
        check_links(&page, url);
    }
    cvx_page_text_done(&page);
    return 0;
}
