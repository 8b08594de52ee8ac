/* repr() of a str. See quoted.h. */
#include "text/quoted.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text/unicode.h"

static bool holds(const char *p, size_t len, char c)
{
    return len > 0 && memchr(p, c, len);
}

/* Whether the character stands for itself between these quotes. */
static bool is_plain(uint32_t c, char quote)
{
    return c != (unsigned char)quote && c != '\\' && cvx_unicode_is_printable(c);
}

static void put_escape(struct cvx_buf *buf, uint32_t c)
{
    if (c == '\\' || c == '\'' || c == '"')
        cvx_buf_printf(buf, "\\%c", (int)c);
    else if (c == '\n' || c == '\r' || c == '\t')
        cvx_buf_puts(buf, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
    else if (c < 0x100)
        cvx_buf_printf(buf, "\\x%02x", (unsigned)c);
    else if (c < 0x10000)
        cvx_buf_printf(buf, "\\u%04x", (unsigned)c);
    else
        cvx_buf_printf(buf, "\\U%08x", (unsigned)c);
}

void cvx_quoted_put(struct cvx_buf *buf, const char *p, size_t len)
{
    char quote = holds(p, len, '\'') && !holds(p, len, '"') ? '"' : '\'';
    const char *from = p, *end = p + len;

    cvx_buf_putc(buf, quote);
    while (p < end) {
        size_t n;
        uint32_t c = cvx_unicode_decode(p, end, &n);

        if (!is_plain(c, quote)) {
            cvx_buf_put(buf, from, (size_t)(p - from));
            put_escape(buf, c);
            from = p + n;
        }
        p += n;
    }
    cvx_buf_put(buf, from, (size_t)(p - from));
    cvx_buf_putc(buf, quote);
}
