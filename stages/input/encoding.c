/* Owns which characters the bytes of a text stand for. See encoding.h. */
#include "input/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "text/unicode.h"

#define UTF8_MARK "\xef\xbb\xbf"
#define REPLACEMENT "\xef\xbf\xbd"

bool cvx_encoding_is_utf16(const char *data, size_t len)
{
    return len >= 2 &&
           (memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0);
}

bool cvx_encoding_is_known(const char *name)
{
    iconv_t converter = iconv_open("UTF-8", name);

    if (converter == (iconv_t)-1)
        return false;
    iconv_close(converter);
    return true;
}

static void put_whole(const char *data, size_t len, struct cvx_buf *buf)
{
    for (size_t at = 0; at < len;) {
        size_t n = cvx_text_utf8_len(data + at, len - at);

        cvx_buf_put(buf, n ? data + at : REPLACEMENT, n ? n : sizeof(REPLACEMENT) - 1);
        at += n ? n : 1;
    }
}

/* A unit (of one byte, or two) that stands for nothing is passed over. */
static void convert(iconv_t converter, const char *data, size_t len, size_t unit,
                    struct cvx_buf *buf)
{
    char out[4096];
    char *in = (char *)(uintptr_t)data; /* iconv only reads it */

    while (len > 0 && !buf->failed) {
        char *to = out;
        size_t room = sizeof(out);
        size_t n = iconv(converter, &in, &len, &to, &room);

        cvx_buf_put(buf, out, sizeof(out) - room);
        if (n == (size_t)-1 && errno != E2BIG) {
            size_t skipped = unit < len ? unit : len;

            in += skipped;
            len -= skipped;
        }
    }
}

/* libc allocates for a converter; a torture test has it refuse here. */
static iconv_t converter_new(const char *charset)
{
#ifdef CVX_FAULTS
    void *probe = cvx_alloc(1);
    cvx_free(probe);
    if (!probe) {
        errno = ENOMEM;
        return (iconv_t)-1;
    }
#endif
    return iconv_open("UTF-8", charset);
}

static int decode_from(const char *charset, const char *data, size_t len,
                       struct cvx_buf *buf, struct cvx_err *err)
{
    iconv_t converter = converter_new(charset);

    if (converter == (iconv_t)-1)
        return errno == EINVAL
                   ? cvx_fail(err, CVX_EFORMAT, "text in the unknown charset %.60s",
                              charset)
                   : cvx_fail(err, CVX_ENOMEM, "out of memory for a text's charset");
    convert(converter, data, len, strncmp(charset, "UTF-16", 6) == 0 ? 2 : 1, buf);
    iconv_close(converter);
    return CVX_OK;
}

/* The mark says in which order the bytes are; a converter that is told would keep it. */
static const char *utf16_of(const char *data)
{
    return (unsigned char)data[0] == 0xff ? "UTF-16LE" : "UTF-16BE";
}

int cvx_encoding_decode(const char *data, size_t len, const char *charset,
                        struct cvx_buf *buf, const char **ret_name, struct cvx_err *err)
{
    const char *name = "UTF-8";
    int rc = CVX_OK;

    if (len >= 3 && memcmp(data, UTF8_MARK, 3) == 0) {
        put_whole(data + 3, len - 3, buf);
    } else if (cvx_text_is_utf8(data, len)) {
        cvx_buf_put(buf, data, len);
    } else if (cvx_encoding_is_utf16(data, len)) {
        name = utf16_of(data);
        rc = decode_from(name, data + 2, len - 2, buf, err);
    } else {
        name = charset && strcasecmp(charset, "utf-8") != 0 ? charset : "WINDOWS-1252";
        rc = decode_from(name, data, len, buf, err);
    }
    if (!rc)
        rc = cvx_buf_check(buf, err);
    if (!rc && ret_name)
        *ret_name = name;
    return rc;
}

static bool is_break(uint32_t c)
{
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_control(uint32_t c)
{
    return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0);
}

size_t cvx_encoding_controls(const char *text, size_t len)
{
    size_t n = 0, count = 0;

    for (const char *p = text, *end = text + len; p < end; p += n) {
        uint32_t c = cvx_unicode_decode(p, end, &n);

        count += is_control(c) && !is_break(c) && c != 0x1b;
    }
    return count;
}

void cvx_encoding_tidy(const char *text, size_t len, struct cvx_buf *buf)
{
    const char *end = text + len, *kept = text;
    bool after_cr = false;
    size_t n = 0;

    for (const char *p = text; p < end; p += n) {
        uint32_t c = cvx_unicode_decode(p, end, &n);

        if (!is_break(c) && !is_control(c) && c != 0xfeff) {
            after_cr = false;
            continue;
        }
        cvx_buf_put(buf, kept, (size_t)(p - kept));
        kept = p + n;
        if (is_break(c) && !(c == '\n' && after_cr))
            cvx_buf_putc(buf, '\n');
        after_cr = c == '\r';
    }
    cvx_buf_put(buf, kept, (size_t)(end - kept));
}
