/* Owns what is safe to show: which characters are well-formed, which act on a terminal, and
 * the two escaped forms (for display, and the quoted literal that is read back). */
#include <cvextract/text.h>

#include <stdint.h>
#include <string.h>

/* Unicode's table 3-7: which second bytes a lead byte allows. Third and fourth bytes are
 * always 80..BF. */
static const struct utf8_row {
    unsigned char lead_from, lead_to, second_from, second_to;
    size_t len;
} k_utf8[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, /* from U+0080; C0, C1 would be overlong */
    {0xE0, 0xE0, 0xA0, 0xBF, 3}, /* from U+0800; overlong below A0 */
    {0xE1, 0xEC, 0x80, 0xBF, 3}, /* from U+1000 */
    {0xED, 0xED, 0x80, 0x9F, 3}, /* from U+D000; surrogates from A0 */
    {0xEE, 0xEF, 0x80, 0xBF, 3}, /* from U+E000 */
    {0xF0, 0xF0, 0x90, 0xBF, 4}, /* from U+10000; overlong below 90 */
    {0xF1, 0xF3, 0x80, 0xBF, 4}, /* from U+40000 */
    {0xF4, 0xF4, 0x80, 0x8F, 4}, /* from U+100000; past U+10FFFF from 90 */
};

static size_t row_match(const struct utf8_row *row, const unsigned char *p, size_t len)
{
    if (len < row->len || p[1] < row->second_from || p[1] > row->second_to)
        return 0;
    for (size_t i = 2; i < row->len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    return row->len;
}

size_t cvx_text_utf8_len(const char *p, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)p;

    if (len == 0)
        return 0;
    if (bytes[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof(k_utf8) / sizeof(k_utf8[0]); i++) {
        if (bytes[0] >= k_utf8[i].lead_from && bytes[0] <= k_utf8[i].lead_to)
            return row_match(&k_utf8[i], bytes, len);
    }
    return 0;
}

bool cvx_text_is_utf8(const char *p, size_t len)
{
    while (len > 0) {
        /* Most text is ASCII: eight bytes at a time. */
        uint64_t word = UINT64_MAX;

        if (len >= sizeof(word))
            memcpy(&word, p, sizeof(word));
        size_t n = word & UINT64_C(0x8080808080808080) ? cvx_text_utf8_len(p, len)
                                                       : sizeof(word);

        if (n == 0)
            return false;
        p += n;
        len -= n;
    }
    return true;
}

size_t cvx_text_cut(const char *p, size_t len, size_t max)
{
    if (len <= max)
        return len;
    /* Only a character that begins in the last three bytes can reach over the cut. */
    for (size_t back = 1; back <= 3 && back <= max; back++) {
        if (cvx_text_utf8_len(p + max - back, len - max + back) > back)
            return max - back;
    }
    return max;
}

/* The character of n bytes at p, which are well-formed. */
static uint32_t utf8_decode(const char *p, size_t n)
{
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)p[0] & lead_mask[n];

    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

/* Whether showing the character does more than put a glyph in its place. */
static bool char_acts(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F)         /* C0, DEL, C1 */
           || c == 0x061C || c == 0x200E || c == 0x200F /* bidirectional marks */
           || (c >= 0x2028 && c <= 0x202E)  /* separators, embeddings, overrides */
           || (c >= 0x2066 && c <= 0x2069); /* isolates */
}

/* How many bytes at p can be shown as they are, all in one run. */
static size_t shown_run(const char *p, size_t len, const char *but)
{
    size_t run = 0;

    while (run < len) {
        size_t n = cvx_text_utf8_len(p + run, len - run);

        if (n == 0 || char_acts(utf8_decode(p + run, n)))
            break;
        if (n == 1 && strchr(but, p[run]))
            break;
        run += n;
    }
    return run;
}

static void printable_escape(struct cvx_buf *buf, uint32_t c)
{
    switch (c) {
    case '\n':
        cvx_buf_puts(buf, "\\n");
        break;
    case '\r':
        cvx_buf_puts(buf, "\\r");
        break;
    case '\t':
        cvx_buf_puts(buf, "\\t");
        break;
    default:
        cvx_buf_printf(buf, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        break;
    }
}

void cvx_text_printable(struct cvx_buf *buf, const char *p, size_t len)
{
    while (len > 0) {
        size_t n = shown_run(p, len, "");

        if (n > 0) {
            cvx_buf_put(buf, p, n);
        } else {
            n = cvx_text_utf8_len(p, len);
            if (n > 0)
                printable_escape(buf, utf8_decode(p, n));
            else
                cvx_buf_printf(buf, "\\x%02x", (unsigned)(unsigned char)p[0]);
            n = n ? n : 1;
        }
        p += n;
        len -= n;
    }
}

void cvx_text_quote(struct cvx_buf *buf, const char *p, size_t len)
{
    cvx_buf_putc(buf, '"');
    while (len > 0) {
        size_t n = shown_run(p, len, "\"\\");

        if (n > 0) {
            cvx_buf_put(buf, p, n);
        } else {
            /* A hidden character of more bytes comes by again, byte for byte: what is left
             * of it is not well-formed. */
            n = 1;
            if (*p == '"' || *p == '\\')
                cvx_buf_printf(buf, "\\%c", *p);
            else
                cvx_buf_printf(buf, "\\%03o", (unsigned)(unsigned char)*p);
        }
        p += n;
        len -= n;
    }
    cvx_buf_putc(buf, '"');
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads digits of the base, at most `most` of them; returns how many, 0 also when their
 * value is no byte or the NUL that a name cannot hold. */
static size_t number_read(const char *p, size_t len, int base, size_t most, char *ret)
{
    int value = 0;
    size_t n = 0;

    while (n < len && n < most) {
        int digit = digit_value(p[n]);

        if (digit < 0 || digit >= base)
            break;
        value = value * base + digit;
        if (value > 0xFF)
            return 0;
        n++;
    }
    if (value == 0)
        return 0;
    *ret = (char)value;
    return n;
}

/* Reads one escape, p being behind its backslash; returns the bytes read, 0 = none. */
static size_t escape_read(const char *p, size_t len, char *ret)
{
    static const char names[] = "abfnrtv\\\"'?", values[] = "\a\b\f\n\r\t\v\\\"'?";

    if (len == 0 || p[0] == '\0')
        return 0;

    const char *name = strchr(names, p[0]);

    if (name) {
        *ret = values[name - names];
        return 1;
    }
    if (p[0] == 'x') { /* as in C, as many digits as there are */
        size_t n = number_read(p + 1, len - 1, 16, len, ret);

        return n ? n + 1 : 0;
    }
    return number_read(p, len, 8, 3, ret);
}

/* The literal's inside, without its quotes. */
static bool literal_read(struct cvx_buf *buf, const char *p, size_t len)
{
    while (len > 0) {
        size_t n = 1;
        char c = *p;

        if (c == '\0' || c == '\n' || c == '"')
            return false;
        if (c == '\\') {
            n = escape_read(p + 1, len - 1, &c);
            if (n == 0)
                return false;
            n++;
        }
        cvx_buf_putc(buf, c);
        p += n;
        len -= n;
    }
    return true;
}

int cvx_text_unquote(struct cvx_buf *buf, const char *p, size_t len, struct cvx_err *err)
{
    size_t before = buf->len;
    bool quoted = len >= 2 && p[0] == '"' && p[len - 1] == '"';

    if (!quoted || !literal_read(buf, p + 1, len - 2)) {
        cvx_buf_trim(buf, before);
        return cvx_fail(err, CVX_EFORMAT, "not a well-formed string in double quotes");
    }
    if (buf->failed)
        cvx_buf_trim(buf, before);
    return cvx_buf_check(buf, err);
}
