/* Decoding literals. See literal.h. */
#include "render/jinja/literal.h"

#include <string.h>

#include <unictype.h>
#include <uniname.h>
#include <unistr.h>

#include "text/unicode.h"

#define NAME_MAX_BYTES ((size_t)256) /* of a character's Unicode name */
#define FLOAT_MAX_BYTES ((size_t)4096)

struct text {
    struct cvx_rt *rt;
    const char *s;
    size_t len, pos;
    struct cvx_buf *out;
};

static int put_char(struct text *t, uint32_t c)
{
    uint8_t bytes[6];
    int n = u8_uctomb(bytes, c, (ptrdiff_t)sizeof(bytes));
    if (n <= 0)
        return cvx_value_fail(t->rt, "SyntaxError",
                              "an escape in a text names U+%04X, which is no character",
                              (unsigned)c);
    cvx_buf_put(t->out, bytes, (size_t)n);
    return CVX_OK;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \xhh, \uhhhh and \Uhhhhhhhh. */
static int put_hex(struct text *t, char mark, size_t digits)
{
    uint32_t c = 0;
    for (size_t i = 0; i < digits; i++, t->pos++) {
        int digit = t->pos < t->len ? hex_value(t->s[t->pos]) : -1;
        if (digit < 0)
            return cvx_value_fail(
                t->rt, "SyntaxError",
                "the escape \\%c in a text needs %zu hexadecimal digits", mark, digits);
        c = c << 4 | (uint32_t)digit;
    }
    return put_char(t, c);
}

static int put_octal(struct text *t, char first)
{
    uint32_t c = (uint32_t)(first - '0');
    for (int i = 0; i < 2 && t->pos < t->len; i++, t->pos++) {
        char digit = t->s[t->pos];
        if (digit < '0' || digit > '7')
            break;
        c = c * 8 + (uint32_t)(digit - '0');
    }
    return put_char(t, c);
}

/* \N{LATIN SMALL LETTER A} */
static int put_named(struct text *t)
{
    const char *from = t->s + t->pos;
    const char *end = memchr(from, '}', t->len - t->pos);
    char name[NAME_MAX_BYTES];
    size_t n = end ? (size_t)(end - from) : 0;
    if (n > 1 && n < sizeof(name) && from[0] == '{') {
        memcpy(name, from + 1, n - 1);
        name[n - 1] = '\0';
        ucs4_t c = unicode_name_character(name);
        if (c != UNINAME_INVALID) {
            t->pos += n + 1;
            return put_char(t, c);
        }
    }
    return cvx_value_fail(t->rt, "SyntaxError",
                          "the escape \\N in a text needs a character's name in braces");
}

/* A backslash before a character beyond ASCII: jinja2 hands both to Python's decoder as
 * escapes of their own, so the backslash pair is what is decoded and digits remain. */
static void put_wide(struct text *t)
{
    size_t n = 0;
    uint32_t c = cvx_unicode_decode(t->s + t->pos, t->s + t->len, &n);
    t->pos += n;
    if (c < 0x100)
        cvx_buf_printf(t->out, "\\x%02x", (unsigned)c);
    else if (c < 0x10000)
        cvx_buf_printf(t->out, "\\u%04x", (unsigned)c);
    else
        cvx_buf_printf(t->out, "\\U%08x", (unsigned)c);
}

static int put_escape(struct text *t)
{
    static const char k_marks[] = "abfnrtv\\'\"";
    static const char k_means[] = "\a\b\f\n\r\t\v\\'\"";

    if (t->pos < t->len && (unsigned char)t->s[t->pos] >= 0x80) {
        put_wide(t);
        return CVX_OK;
    }
    char c = t->s[t->pos++];
    const char *mark = c ? strchr(k_marks, c) : NULL;
    if (mark) {
        cvx_buf_putc(t->out, k_means[mark - k_marks]);
        return CVX_OK;
    }
    switch (c) {
    case '\n':
        return CVX_OK;
    case 'x':
        return put_hex(t, c, 2);
    case 'u':
        return put_hex(t, c, 4);
    case 'U':
        return put_hex(t, c, 8);
    case 'N':
        return put_named(t);
    default:
        break;
    }
    if (c >= '0' && c <= '7')
        return put_octal(t, c);
    cvx_buf_putc(t->out, '\\');
    cvx_buf_putc(t->out, c);
    return CVX_OK;
}

int cvx_literal_text(struct cvx_rt *rt, const char *text, size_t len, struct cvx_buf *out)
{
    struct text t = {.rt = rt, .s = text, .len = len, .out = out};
    int rc = CVX_OK;
    while (!rc && t.pos < len) {
        const char *next = memchr(text + t.pos, '\\', len - t.pos);
        size_t end = next ? (size_t)(next - text) : len;
        cvx_buf_put(out, text + t.pos, end - t.pos);
        t.pos = end;
        if (next) {
            t.pos++;
            rc = put_escape(&t);
        }
    }
    return rc;
}

/* Without its underscores; false when it does not fit. */
static bool plain_digits(const char *text, size_t len, struct cvx_buf *out)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] != '_')
            cvx_buf_putc(out, text[i]);
    return !out->failed;
}

int cvx_literal_int(struct cvx_rt *rt, const char *text, size_t len,
                    struct cvx_value *ret)
{
    struct cvx_buf digits = CVX_BUF_INIT;
    bool ok = false;
    int rc = CVX_OK;
    if (!plain_digits(text, len, &digits))
        rc = cvx_buf_check(&digits, rt->err);
    else
        rc = cvx_numeric_parse_int(rt, digits.data, digits.len, 0, ret, &ok);
    if (!rc && !ok)
        rc = cvx_value_fail(rt, "SyntaxError", "'%.*s' is no number",
                            (int)(len > 60 ? 60 : len), text);
    cvx_buf_done(&digits);
    return rc;
}

int cvx_literal_float(struct cvx_rt *rt, const char *text, size_t len,
                      struct cvx_value *ret)
{
    struct cvx_buf digits = CVX_BUF_INIT;
    double value = 0;
    int rc = CVX_OK;
    bool ascii = true;
    for (size_t i = 0; i < len; i++)
        ascii = ascii && (unsigned char)text[i] < 0x80;
    digits.max = FLOAT_MAX_BYTES;
    if (!plain_digits(text, len, &digits))
        rc = cvx_buf_check(&digits, rt->err);
    else if (!ascii || !cvx_numeric_parse_float(digits.data, digits.len, &value))
        rc = cvx_value_fail(rt, "SyntaxError", "'%.*s' is no number",
                            (int)(len > 60 ? 60 : len), text);
    else
        *ret = cvx_value_float(value);
    cvx_buf_done(&digits);
    return rc;
}
