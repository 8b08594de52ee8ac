/* References and tags of HTML, decoded and removed. See htmltext.h. */
#include "render/jinja/htmltext.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "render/jinja/html_entities.h"
#include "text/unicode.h"

#define NAME_POINTS_MAX 32 /* characters of a name that are looked at */
#define REPLACEMENT 0xfffdu

/* What browsers make of the numbers 0x80 to 0x9f: windows-1252. */
static const uint16_t k_windows[32] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
    0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
};

static void put_point(struct cvx_buf *out, uint32_t c)
{
    if (c < 0x80) {
        cvx_buf_putc(out, (char)c);
    } else if (c < 0x800) {
        cvx_buf_putc(out, (char)(0xc0 | c >> 6));
        cvx_buf_putc(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        cvx_buf_putc(out, (char)(0xe0 | c >> 12));
        cvx_buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
        cvx_buf_putc(out, (char)(0x80 | (c & 0x3f)));
    } else {
        cvx_buf_putc(out, (char)(0xf0 | c >> 18));
        cvx_buf_putc(out, (char)(0x80 | (c >> 12 & 0x3f)));
        cvx_buf_putc(out, (char)(0x80 | (c >> 6 & 0x3f)));
        cvx_buf_putc(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* Numbers that stand for nothing at all: controls and noncharacters. */
static bool number_is_void(uint32_t c)
{
    return (c >= 0x1 && c <= 0x8) || (c >= 0xe && c <= 0x1f) ||
           (c >= 0x7f && c <= 0x9f) || (c >= 0xfdd0 && c <= 0xfdef) || c == 0xb ||
           (c & 0xfffe) == 0xfffe;
}

static void put_number(struct cvx_buf *out, uint32_t c)
{
    if (c >= 0x80 && c <= 0x9f)
        put_point(out, k_windows[c - 0x80]);
    else if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        put_point(out, REPLACEMENT);
    else if (c == '\r' || !number_is_void(c))
        put_point(out, c);
}

static int digit_of(char c, uint32_t base)
{
    int d = c >= '0' && c <= '9'   ? c - '0'
            : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                   : 99;
    return d < (int)base ? d : -1;
}

/* After "&#". Returns the bytes taken, 0 when there is no number. */
static size_t take_number(struct cvx_buf *out, const char *p, size_t len)
{
    uint32_t base = len > 0 && (p[0] == 'x' || p[0] == 'X') ? 16 : 10;
    size_t first = base == 16, at = first;
    uint32_t value = 0;
    for (; at < len && digit_of(p[at], base) >= 0; at++)
        if (value <= 0x10ffff)
            value = value * base + (uint32_t)digit_of(p[at], base);
    if (at == first)
        return 0;
    put_number(out, value);
    return at < len && p[at] == ';' ? at + 1 : at;
}

static const struct cvx_html_entity *entity_find(const char *name, size_t len)
{
    size_t low = 0, high = cvx_html_entities_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct cvx_html_entity *entity = &cvx_html_entities_table[mid];
        size_t n = strlen(entity->name);
        int order = memcmp(entity->name, name, n < len ? n : len);
        if (order == 0 && n == len)
            return entity;
        if (order == 0)
            order = n < len ? -1 : 1;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static bool ends_name(char c)
{
    return c == '\t' || c == '\n' || c == '\f' || c == ' ' || c == '<' || c == '&' ||
           c == '#' || c == ';';
}

/* After "&". Returns the bytes taken, 0 when no name is known. */
static size_t take_name(struct cvx_buf *out, const char *p, size_t len)
{
    size_t at = 0;
    for (size_t points = 0; at < len && points < NAME_POINTS_MAX && !ends_name(p[at]);
         points++) {
        size_t bytes;
        (void)cvx_unicode_decode(p + at, p + len, &bytes);
        at += bytes;
    }
    const struct cvx_html_entity *entity;
    if (at < len && p[at] == ';') {
        entity = entity_find(p, at);
        if (entity) {
            cvx_buf_puts(out, entity->text);
            return at + 1;
        }
    }
    for (; at > 1; at--) {
        entity = entity_find(p, at);
        if (entity && entity->bare) {
            cvx_buf_puts(out, entity->text);
            return at;
        }
    }
    return 0;
}

void cvx_htmltext_unescape(struct cvx_buf *out, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *amp = memchr(text, '&', (size_t)(end - text));
        const char *stop = amp ? amp : end;
        cvx_buf_put(out, text, (size_t)(stop - text));
        if (!amp)
            return;
        text = amp + 1;
        size_t left = (size_t)(end - text), taken;
        if (left > 0 && *text == '#') {
            taken = take_number(out, text + 1, left - 1);
            taken += taken > 0;
        } else {
            taken = take_name(out, text, left);
        }
        if (taken == 0)
            cvx_buf_putc(out, '&');
        text += taken;
    }
}

/* The place behind the next `close`, or NULL. */
static const char *behind(const char *p, const char *end, const char *close)
{
    size_t len = strlen(close);
    const char *found = memmem(p, (size_t)(end - p), close, len);
    return found ? found + len : NULL;
}

/* Copies p without the stretches from `open` to the next `close`. */
static void put_without(struct cvx_buf *out, const char *p, size_t len, const char *open,
                        const char *close)
{
    const char *end = p + len;
    while (p < end) {
        const char *start = memmem(p, (size_t)(end - p), open, strlen(open));
        const char *stop = start ? behind(start + strlen(open), end, close) : NULL;
        if (!stop)
            break; /* no further stretch is closed either */
        cvx_buf_put(out, p, (size_t)(start - p));
        p = stop;
    }
    cvx_buf_put(out, p, (size_t)(end - p));
}

static void put_collapsed(struct cvx_buf *out, const char *p, size_t len)
{
    const char *end = p + len;
    size_t start = out->len;
    bool blank = false;
    while (p < end) {
        size_t bytes;
        bool space = cvx_unicode_is_space(cvx_unicode_decode(p, end, &bytes));
        if (!space && blank && out->len > start)
            cvx_buf_putc(out, ' ');
        if (!space)
            cvx_buf_put(out, p, bytes);
        blank = space;
        p += bytes;
    }
}

void cvx_htmltext_striptags(struct cvx_buf *out, const char *text, size_t len)
{
    struct cvx_buf a = {.max = out->max}, b = {.max = out->max};
    put_without(&a, text, len, "<!--", "-->");
    if (!a.failed)
        put_without(&b, a.data, a.len, "<", ">");
    if (!a.failed && !b.failed) {
        cvx_buf_clear(&a);
        put_collapsed(&a, b.data, b.len);
    }
    if (a.failed || b.failed) {
        out->failed = true;
        out->over = a.over || b.over;
    } else {
        cvx_htmltext_unescape(out, a.data, a.len); /* a was filled before: not NULL */
    }
    cvx_buf_done(&a);
    cvx_buf_done(&b);
}
