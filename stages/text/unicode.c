/* Characters as Python sees them: table look-ups, and full case mapping. Thread: any. */
#include "text/unicode.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>

#include <cvextract/buf.h>

#include "text/unicode_tables.h"

#define SIGMA 0x3a3u

/* Bytes handed to libunistring at once; no full case mapping of a character takes more
 * than three times its bytes, so that its answer fits beside them. */
#define CASE_CHUNK ((size_t)96)
#define CASE_GROWTH 3

typedef uint8_t *case_fn(const uint8_t *s, size_t n, const char *language, uninorm_t nf,
                         uint8_t *result, size_t *length);

static bool in_ranges(uint32_t c, const struct cvx_unicode_range *ranges, size_t count)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else if (c < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}

uint32_t cvx_unicode_decode(const char *p, const char *end, size_t *ret_len)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t len = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
    uint32_t c = len == 1 ? u[0] : u[0] & (0x7fu >> len);

    /* Well-formed text never takes this; it keeps a broken promise from reading on. */
    if (len > (size_t)(end - p))
        len = (size_t)(end - p);
    for (size_t i = 1; i < len; i++)
        c = c << 6 | (u[i] & 0x3fu);
    *ret_len = len;
    return c;
}

bool cvx_unicode_is_space(uint32_t c)
{
    if (c < 0x80)
        return cvx_unicode_tables_ascii[c] & CVX_UNICODE_SPACE;
    return in_ranges(c, cvx_unicode_tables_space, cvx_unicode_tables_space_count);
}

bool cvx_unicode_is_digit(uint32_t c)
{
    if (c < 0x80)
        return cvx_unicode_tables_ascii[c] & CVX_UNICODE_DIGIT;
    return in_ranges(c, cvx_unicode_tables_digit, cvx_unicode_tables_digit_count);
}

bool cvx_unicode_is_word(uint32_t c)
{
    if (c < 0x80)
        return cvx_unicode_tables_ascii[c] & CVX_UNICODE_WORD;
    return in_ranges(c, cvx_unicode_tables_word, cvx_unicode_tables_word_count);
}

bool cvx_unicode_is_printable(uint32_t c)
{
    if (c < 0x80)
        return c >= 0x20 && c != 0x7f;
    return !in_ranges(c, cvx_unicode_tables_hidden, cvx_unicode_tables_hidden_count);
}

bool cvx_unicode_is_xml(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static bool is_cased(uint32_t c)
{
    return in_ranges(c, cvx_unicode_tables_cased, cvx_unicode_tables_cased_count);
}

static bool is_ignorable(uint32_t c)
{
    return in_ranges(c, cvx_unicode_tables_ignorable, cvx_unicode_tables_ignorable_count);
}

static const char *char_before(const char *p)
{
    do
        p--;
    while (((unsigned char)*p & 0xc0) == 0x80);
    return p;
}

/* A cased character before the sigma and none behind it, those that are ignorable passed
 * over. Asked here because libunistring judges otherwise where a character is cased and
 * ignorable at once (U+0345, modifier letters) and of the apostrophe. Each walk stops at
 * the next sigma, which is cased, so that a text costs linear time. */
bool cvx_unicode_ends_word(const char *start, const char *p, const char *end)
{
    size_t len;
    bool cased = false;

    for (const char *q = p; q > start && !cased;) {
        q = char_before(q);
        uint32_t c = cvx_unicode_decode(q, end, &len);
        cased = is_cased(c);
        if (!cased && !is_ignorable(c))
            return false;
    }
    if (!cased)
        return false;
    for (const char *q = p + 2; q < end; q += len) {
        uint32_t c = cvx_unicode_decode(q, end, &len);
        if (!is_ignorable(c))
            return !is_cased(c);
    }
    return true;
}

/* Appends n bytes of ASCII, the 26 letters from `first` on changed to the other case. */
static void put_ascii(struct cvx_buf *buf, const char *p, size_t n, char first)
{
    char *room = n ? cvx_buf_room(buf, n) : NULL;
    if (!room)
        return;
    for (size_t i = 0; i < n; i++) {
        bool letter = (unsigned char)(p[i] - first) < 26;
        room[i] = letter ? (char)(p[i] ^ 0x20) : p[i];
    }
    cvx_buf_trim(buf, buf->len + n);
}

static void put_mapped(struct cvx_buf *buf, const char *p, size_t n, case_fn *map)
{
    uint8_t room[CASE_CHUNK * CASE_GROWTH];
    size_t len = sizeof(room);
    uint8_t *mapped = map((const uint8_t *)p, n, NULL, NULL, room, &len);

    if (!mapped) {
        buf->failed = true;
        return;
    }
    cvx_buf_put(buf, mapped, len);
    if (mapped != room)
        free(mapped); /* libunistring's own, from malloc */
}

/* No mapping but sigma's looks at its neighbours, so the text may be cut at any
 * character. */
static void put_foreign(struct cvx_buf *buf, const char *p, size_t n, case_fn *map)
{
    while (n > CASE_CHUNK) {
        size_t part = (size_t)(char_before(p + CASE_CHUNK) - p);
        put_mapped(buf, p, part, map);
        p += part;
        n -= part;
    }
    if (n)
        put_mapped(buf, p, n, map);
}

static bool is_sigma(const char *p, const char *end)
{
    return end - p >= 2 && memcmp(p, "\u03a3", 2) == 0;
}

static size_t ascii_run(const char *p, const char *end)
{
    const char *q = p;
    while (q < end && (unsigned char)*q < 0x80)
        q++;
    return (size_t)(q - p);
}

static size_t foreign_run(const char *p, const char *end)
{
    const char *q = p;
    while (q < end && (unsigned char)*q >= 0x80 && !is_sigma(q, end))
        q++;
    return (size_t)(q - p);
}

void cvx_unicode_upper(struct cvx_buf *buf, const char *p, size_t len)
{
    while (len > 0) {
        const char *end = p + len;
        size_t ascii = ascii_run(p, end);
        put_ascii(buf, p, ascii, 'a');
        p += ascii;
        size_t foreign = foreign_run(p, end);
        put_foreign(buf, p, foreign, u8_toupper);
        p += foreign;
        if (is_sigma(p, end)) {
            cvx_buf_put(buf, p, 2);
            p += 2;
        }
        len = (size_t)(end - p);
    }
}

void cvx_unicode_lower(struct cvx_buf *buf, const char *p, size_t len)
{
    const char *start = p;
    while (len > 0) {
        const char *end = p + len;
        size_t ascii = ascii_run(p, end);
        put_ascii(buf, p, ascii, 'A');
        p += ascii;
        size_t foreign = foreign_run(p, end);
        put_foreign(buf, p, foreign, u8_tolower);
        p += foreign;
        if (is_sigma(p, end)) {
            cvx_buf_puts(buf, cvx_unicode_ends_word(start, p, end) ? "\u03c2" : "\u03c3");
            p += 2;
        }
        len = (size_t)(end - p);
    }
}
