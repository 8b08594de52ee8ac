/* Just enough of PDF for tests: see the header. */
#include "pdf.h"

#include <ctype.h>
#include <string.h>

#include <zlib.h>

#include "util.h"

static int sextet(char c)
{
    static const char k_digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(k_digits, c) : NULL;

    return at ? (int)(at - k_digits) : -1;
}

static void base64_decode(const char *text, struct cvx_buf *ret)
{
    unsigned bits = 0, n = 0;

    for (; *text; text++) {
        int value = sextet(*text);

        if (value < 0)
            continue;
        bits = bits << 6 | (unsigned)value;
        n += 6;
        if (n >= 8) {
            n -= 8;
            cvx_buf_putc(ret, (char)(bits >> n & 0xff));
        }
    }
}

/* One literal string, from after its '('. Returns where it ends. */
static size_t string_read(const char *p, size_t len, struct cvx_buf *ret)
{
    size_t i = 0;

    for (int depth = 1; i < len; i++) {
        if (p[i] == '\\' && i + 1 < len) {
            i++;
            if (p[i] == 'n')
                cvx_buf_putc(ret, '\n');
            else if (!isdigit((unsigned char)p[i]))
                cvx_buf_putc(ret, p[i]);
            continue;
        }
        depth += (p[i] == '(') - (p[i] == ')');
        if (depth == 0)
            break;
        cvx_buf_putc(ret, p[i]);
    }
    return i;
}

/* The strings of a content stream. A line ends where an operator moves the text position. */
static void content_read(const char *p, size_t len, struct cvx_buf *ret)
{
    for (size_t i = 0; i < len; i++) {
        bool word = isalpha((unsigned char)p[i]) || p[i] == '*' || p[i] == '\'';

        if (p[i] == '(') {
            i += 1 + string_read(p + i + 1, len - i - 1, ret);
        } else if (word && i + 1 < len &&
                   (strncmp(p + i, "Td", 2) == 0 || strncmp(p + i, "TD", 2) == 0 ||
                    strncmp(p + i, "T*", 2) == 0 || strncmp(p + i, "ET", 2) == 0 ||
                    strncmp(p + i, "Tm", 2) == 0)) {
            cvx_buf_putc(ret, '\n');
            i++;
        }
    }
}

static bool inflate_all(const char *p, size_t len, struct cvx_buf *ret)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)p, .avail_in = (unsigned)len};
    int rc = Z_OK;

    if (inflateInit(&z) != Z_OK)
        return false;
    while (rc == Z_OK && ret->len < (size_t)8 << 20) {
        char *room = cvx_buf_room(ret, 16384);

        if (!room)
            break;
        z.next_out = (unsigned char *)room;
        z.avail_out = 16384;
        rc = inflate(&z, Z_NO_FLUSH);
        ret->len += 16384 - z.avail_out;
    }
    cvx_buf_trim(ret, ret->len);
    inflateEnd(&z);
    return rc == Z_STREAM_END;
}

static void stream_read(const char *p, size_t len, struct cvx_buf *ret)
{
    struct cvx_buf plain = CVX_BUF_INIT;

    if (inflate_all(p, len, &plain))
        content_read(plain.data, plain.len, ret);
    else
        content_read(p, len, ret);
    cvx_buf_done(&plain);
}

void fake_pdf_text(const char *data_url, struct cvx_buf *ret)
{
    const char *comma = strchr(data_url, ',');
    struct cvx_buf pdf = CVX_BUF_INIT;
    size_t at = 0;

    base64_decode(comma ? comma + 1 : data_url, &pdf);
    while (at < pdf.len) {
        const char *from = memmem(pdf.data + at, pdf.len - at, "stream", 6);
        if (!from)
            break;
        from += 6;
        from += *from == '\r';
        from += *from == '\n';
        size_t left = pdf.len - (size_t)(from - pdf.data);
        const char *to = memmem(from, left, "endstream", 9);
        if (!to)
            break;
        stream_read(from, (size_t)(to - from), ret);
        at = (size_t)(to + 9 - pdf.data);
    }
    cvx_buf_done(&pdf);
}
