/* Wrapping text at blanks, hyphens and dashes. See textwrap.h. */
#include "render/jinja/textwrap.h"

#include <stdint.h>
#include <string.h>

#include "text/unicode.h"

/* ---- characters ---- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static uint32_t point_at(const struct cvx_textwrap *w, const char *p)
{
    size_t len;
    return p < w->end ? cvx_unicode_decode(p, w->end, &len) : 0;
}

static const char *after(const struct cvx_textwrap *w, const char *p)
{
    size_t len;
    (void)cvx_unicode_decode(p, w->end, &len);
    return p + len;
}

/* The start of the character before p, or NULL. */
static const char *before(const struct cvx_textwrap *w, const char *p)
{
    if (!p || p == w->text)
        return NULL;
    do
        p--;
    while (p > w->text && ((unsigned char)*p & 0xc0) == 0x80);
    return p;
}

static bool is_letter(const struct cvx_textwrap *w, const char *p)
{
    if (!p || p >= w->end)
        return false;
    uint32_t c = point_at(w, p);
    return cvx_unicode_is_word(c) && !cvx_unicode_is_digit(c);
}

/* What may stand before a dash. */
static bool is_word_or_punct(const struct cvx_textwrap *w, const char *p)
{
    return p && ((*p != '\0' && strchr("!\"'&.,?", *p)) ||
                 cvx_unicode_is_word(point_at(w, p)));
}

/* How many characters; `most` when there are more. A chunk may be as long as the text,
 * and is looked at for each of its lines. */
static size_t points_of(const char *p, const char *end, double most)
{
    size_t n = 0;
    for (; p < end && (double)n < most; p++)
        n += ((unsigned char)*p & 0xc0) != 0x80;
    return n;
}

/* ---- chunks: what is never broken, unless it is longer than a line ---- */

/* The end of two or more '-' that stand before a word, or NULL. */
static const char *dash_end(const struct cvx_textwrap *w, const char *p)
{
    const char *q = p;
    while (q < w->end && *q == '-')
        q++;
    return q - p >= 2 && q < w->end && cvx_unicode_is_word(point_at(w, q)) ? q : NULL;
}

/* Whether a word may be parted behind the hyphen at p: letters on both sides. */
static bool hyphen_parts(const struct cvx_textwrap *w, const char *p)
{
    const char *a = before(w, p), *b = before(w, a), *c = before(w, b);
    bool left =
        is_letter(w, a) && (is_letter(w, b) || (b && *b == '-' && is_letter(w, c)));
    if (!left || !is_letter(w, p + 1))
        return false;
    const char *next = after(w, p + 1);
    if (next < w->end && *next == '-')
        next++;
    return is_letter(w, next);
}

static const char *word_end(const struct cvx_textwrap *w, const char *p)
{
    const char *prev = p;
    for (const char *q = after(w, p); q < w->end; prev = q, q = after(w, q)) {
        if (is_blank(*q))
            return q;
        if (*q != '-' || !w->break_on_hyphens)
            continue;
        if (hyphen_parts(w, q))
            return q + 1;
        if (is_word_or_punct(w, prev) && dash_end(w, q))
            return q;
    }
    return w->end;
}

static const char *chunk_end(const struct cvx_textwrap *w, const char *p)
{
    const char *q = p;
    while (q < w->end && is_blank(*q))
        q++;
    if (q > p || q == w->end)
        return q;
    const char *dash = NULL;
    if (w->break_on_hyphens && *p == '-' && is_word_or_punct(w, before(w, p)))
        dash = dash_end(w, p);
    return dash ? dash : word_end(w, p);
}

static bool all_space(const struct cvx_textwrap *w, const char *p, const char *end)
{
    while (p < end && cvx_unicode_is_space(point_at(w, p)))
        p = after(w, p);
    return p == end;
}

static void next_chunk(struct cvx_textwrap *w)
{
    w->at = w->stop;
    w->stop = chunk_end(w, w->at);
    w->blank = w->stop;
    while (w->blank > w->at && cvx_unicode_is_space(point_at(w, before(w, w->blank))))
        w->blank = before(w, w->blank);
}

/* ---- lines ---- */

void cvx_textwrap_start(struct cvx_textwrap *wrap, const char *text, size_t len)
{
    wrap->text = wrap->stop = text;
    wrap->end = text + len;
    wrap->any = false;
    next_chunk(wrap);
}

/* Takes as much of the current chunk, which is longer than a line, as `room` characters
 * hold: up to its last hyphen where that parts something. */
static void break_chunk(struct cvx_textwrap *w, size_t room)
{
    const char *p = w->at, *hyphen = NULL;
    bool other = false, parts = false;
    for (size_t n = 0; n < room && p < w->stop; n++, p = after(w, p)) {
        if (*p == '-') {
            hyphen = p;
            parts = other;
        }
        other = other || *p != '-';
    }
    /* Where nothing is left of the chunk, an empty one remains, as Python's does. */
    w->at = w->break_on_hyphens && p < w->stop && hyphen && parts ? hyphen + 1 : p;
}

/* Collects pieces from w->at on; *ret_last where the last of them begins. Returns how
 * many. */
static size_t fill_line(struct cvx_textwrap *w, const char **ret_last, bool *ret_fault)
{
    size_t used = 0, n = 0, pieces = 0;
    for (; w->at < w->end; next_chunk(w), pieces++) {
        n = points_of(w->at, w->stop, w->width + 1);
        if ((double)(used + n) > w->width)
            break;
        used += n;
        *ret_last = w->at;
    }
    if (w->at == w->end || (double)n <= w->width)
        return pieces;
    if (w->break_long_words) {
        *ret_fault = !w->whole && w->width >= 1;
        *ret_last = w->at;
        if (!*ret_fault)
            break_chunk(w, w->width < 1 ? 1 : (size_t)w->width - used);
        return pieces + 1;
    }
    if (pieces > 0)
        return pieces;
    *ret_last = w->at;
    next_chunk(w);
    return 1;
}

bool cvx_textwrap_next(struct cvx_textwrap *w, const char **ret, size_t *ret_len,
                       bool *ret_fault)
{
    *ret_fault = false;
    while (w->at < w->end) {
        if (w->any && w->at >= w->blank)
            next_chunk(w);
        const char *start = w->at, *last = start;
        size_t pieces = fill_line(w, &last, ret_fault);
        if (*ret_fault)
            return false;
        bool blank = pieces > 0 && all_space(w, last, w->at);
        const char *stop = blank ? last : w->at;
        if (pieces == blank)
            continue;
        w->any = true;
        *ret = start;
        *ret_len = (size_t)(stop - start);
        return true;
    }
    return false;
}
