/* Owns how a PDF becomes a data URL, and how many pages it is taken to have. */
#include "input/pdf.h"

#include <stdbool.h>
#include <string.h>

#include <cvextract/limits.h>

#include "input/file_bytes.h"

#define URL_BEGIN "data:application/pdf;base64,"
/* Readers look for the header within so many bytes. */
#define MAGIC_WITHIN ((size_t)1024)
#define MAGIC "%PDF-"

void cvx_pdf_base64(const char *data, size_t len, struct cvx_buf *buf)
{
    static const char k_digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = (const unsigned char *)data;
    size_t size = (len + 2) / 3 * 4;
    char *out = cvx_buf_room(buf, size);

    if (!out)
        return;
    for (size_t at = 0; at < len; at += 3) {
        size_t n = len - at < 3 ? len - at : 3;
        unsigned group = (unsigned)in[at] << 16;

        group |= n > 1 ? (unsigned)in[at + 1] << 8 : 0;
        group |= n > 2 ? (unsigned)in[at + 2] : 0;
        *out++ = k_digits[group >> 18];
        *out++ = k_digits[group >> 12 & 63];
        *out++ = n > 1 ? k_digits[group >> 6 & 63] : '=';
        *out++ = n > 2 ? k_digits[group & 63] : '=';
    }
    cvx_buf_trim(buf, buf->len + size);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0';
}

/* Where a name of PDF ends. */
static bool is_end(char c)
{
    return is_blank(c) || strchr("/<>[](){}%", c) != NULL;
}

/* The value that follows the key at `at`: past blanks. */
static size_t skip_blanks(const char *data, size_t len, size_t at)
{
    while (at < len && is_blank(data[at]))
        at++;
    return at;
}

static bool is_word(const char *data, size_t len, size_t at, const char *word)
{
    size_t n = strlen(word);

    return len - at >= n && memcmp(data + at, word, n) == 0 &&
           (at + n == len || is_end(data[at + n]));
}

static size_t number_at(const char *data, size_t len, size_t at)
{
    size_t value = 0;

    for (; at < len && data[at] >= '0' && data[at] <= '9'; at++)
        if (value <= CVX_PDF_PAGES_MAX)
            value = 10 * value + (size_t)(data[at] - '0');
    return value;
}

size_t cvx_pdf_pages(const char *data, size_t len)
{
    size_t objects = 0, said = 0, pages;
    const char *end = data + len, *slash = data;

    while ((slash = memchr(slash, '/', (size_t)(end - slash))) != NULL) {
        size_t at = (size_t)(slash - data);

        slash++;
        if (is_word(data, len, at, "/Type")) {
            at = skip_blanks(data, len, at + strlen("/Type"));
            objects += is_word(data, len, at, "/Page");
        } else if (is_word(data, len, at, "/Count") || is_word(data, len, at, "/N")) {
            bool count = data[at + 1] == 'C';

            /* /N is the number of pages in the first object of a linearized file alone. */
            at = skip_blanks(data, len, at + (count ? strlen("/Count") : strlen("/N")));
            size_t number = count || at < MAGIC_WITHIN ? number_at(data, len, at) : 0;
            said = number > said ? number : said;
        }
    }
    pages = objects > 0 ? objects : said;
    pages = pages > 0 ? pages : 1;
    return pages < CVX_PDF_PAGES_MAX ? pages : CVX_PDF_PAGES_MAX;
}

int cvx_pdf_read(const char *path, struct cvx_buf *url, size_t *ret_pages,
                 struct cvx_err *err)
{
    struct cvx_file_bytes bytes = {.file = {.fd = -1}};
    int rc = cvx_file_bytes_read(path, CVX_PDF_MAX, &bytes, err);

    if (rc)
        return rc;
    if (!memmem(bytes.data, bytes.len < MAGIC_WITHIN ? bytes.len : MAGIC_WITHIN, MAGIC,
                strlen(MAGIC))) {
        rc = cvx_fail(err, CVX_EFORMAT, "not a PDF file");
    } else {
        *ret_pages = cvx_pdf_pages(bytes.data, bytes.len);
        cvx_buf_puts(url, URL_BEGIN);
        cvx_pdf_base64(bytes.data, bytes.len, url);
        rc = cvx_buf_check(url, err);
    }
    cvx_file_bytes_done(&bytes);
    return rc;
}
