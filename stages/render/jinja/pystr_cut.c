/* Stripping, splitting and filling up of UTF-8. See pystr.h. */
#include "render/jinja/pystr.h"

#include <string.h>

#include "text/unicode.h"

/* ---- stripping ---- */

static bool is_edge(uint32_t c, const char *p, size_t len, const struct cvx_span *set)
{
    if (!set)
        return cvx_unicode_is_space(c);
    return cvx_pystr_find(*set, (struct cvx_span){p, len}) != CVX_PYSTR_NONE;
}

static size_t last_char(struct cvx_span s)
{
    size_t len = 1;
    while (len < s.len && ((unsigned char)s.p[s.len - len] & 0xc0) == 0x80)
        len++;
    return len;
}

struct cvx_span cvx_pystr_strip(struct cvx_span s, const struct cvx_span *set,
                                unsigned sides)
{
    size_t len;
    while ((sides & CVX_PYSTR_LEFT) && s.len > 0) {
        uint32_t c = cvx_unicode_decode(s.p, s.p + s.len, &len);
        if (!is_edge(c, s.p, len, set))
            break;
        s.p += len;
        s.len -= len;
    }
    while ((sides & CVX_PYSTR_RIGHT) && s.len > 0) {
        const char *p = s.p + s.len - last_char(s);
        uint32_t c = cvx_unicode_decode(p, s.p + s.len, &len);
        if (!is_edge(c, p, len, set))
            break;
        s.len -= len;
    }
    return s;
}

/* ---- splitting ---- */

/* The bytes of the word at the start (right: at the end) of s. */
static size_t word_len(struct cvx_span s, bool right)
{
    size_t len, word = 0;
    while (word < s.len) {
        struct cvx_span rest = {s.p, s.len - word};
        const char *p = right ? s.p + rest.len - last_char(rest) : s.p + word;
        if (cvx_unicode_is_space(cvx_unicode_decode(p, s.p + s.len, &len)))
            break;
        word += len;
    }
    return word;
}

static bool cut_word(struct cvx_pystr_cut *cut, struct cvx_span *ret)
{
    unsigned side = cut->right ? CVX_PYSTR_RIGHT : CVX_PYSTR_LEFT;
    struct cvx_span rest = cvx_pystr_strip(cut->rest, NULL, side);
    if (rest.len == 0)
        return false;

    size_t word = cut->left > 0 ? word_len(rest, cut->right) : rest.len;
    *ret = (struct cvx_span){cut->right ? rest.p + rest.len - word : rest.p, word};
    cut->rest = (struct cvx_span){cut->right ? rest.p : rest.p + word, rest.len - word};
    cut->left -= cut->left > 0;
    return true;
}

static bool cut_piece(struct cvx_pystr_cut *cut, struct cvx_span *ret)
{
    struct cvx_span rest = cut->rest, sep = *cut->sep;
    size_t at = CVX_PYSTR_NONE;
    if (cut->done)
        return false;
    if (cut->left > 0)
        at = cut->right ? cvx_pystr_rfind(rest, sep) : cvx_pystr_find(rest, sep);
    if (at == CVX_PYSTR_NONE) {
        *ret = rest;
        cut->done = true;
        return true;
    }

    struct cvx_span before = {rest.p, at};
    struct cvx_span behind = {rest.p + at + sep.len, rest.len - at - sep.len};
    *ret = cut->right ? behind : before;
    cut->rest = cut->right ? before : behind;
    cut->left--;
    return true;
}

bool cvx_pystr_cut_next(struct cvx_pystr_cut *cut, struct cvx_span *ret)
{
    return cut->sep ? cut_piece(cut, ret) : cut_word(cut, ret);
}

static bool is_break(uint32_t c)
{
    return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 ||
           c == 0x2028 || c == 0x2029;
}

bool cvx_pystr_line_next(struct cvx_span *rest, bool keep, struct cvx_span *ret)
{
    const char *p = rest->p, *end = rest->p + rest->len;
    size_t len = 0;
    if (rest->len == 0)
        return false;
    while (p < end && !is_break(cvx_unicode_decode(p, end, &len)))
        p += len;

    const char *next = p < end ? p + len : p;
    if (p < end && *p == '\r' && next < end && *next == '\n')
        next++;
    *ret = (struct cvx_span){rest->p, (size_t)((keep ? next : p) - rest->p)};
    *rest = (struct cvx_span){next, (size_t)(end - next)};
    return true;
}

/* ---- filling up ---- */

void cvx_pystr_repeat(struct cvx_buf *out, struct cvx_span fill, size_t times)
{
    size_t len;
    bool over = __builtin_mul_overflow(fill.len, times, &len);
    char *room = times == 0 ? NULL : cvx_buf_room(out, over ? SIZE_MAX : len);
    if (!room)
        return;
    if (fill.len == 1)
        memset(room, fill.p[0], len);
    for (size_t i = 0; fill.len > 1 && i < len; i += fill.len)
        memcpy(room + i, fill.p, fill.len);
    cvx_buf_trim(out, out->len + len);
}

void cvx_pystr_pad(struct cvx_buf *out, struct cvx_span s, size_t width,
                   struct cvx_span fill, char align)
{
    size_t points = cvx_pystr_points(s);
    size_t gap = width > points ? width - points : 0;
    size_t left = align == '<' ? 0 : align == '>' ? gap : gap / 2 + (gap & width & 1);

    cvx_pystr_repeat(out, fill, left);
    cvx_buf_put(out, s.p, s.len);
    cvx_pystr_repeat(out, fill, gap - left);
}

void cvx_pystr_zfill(struct cvx_buf *out, struct cvx_span s, size_t width)
{
    size_t points = cvx_pystr_points(s);
    bool sign = s.len > 0 && (s.p[0] == '+' || s.p[0] == '-');

    if (sign)
        cvx_buf_putc(out, s.p[0]);
    cvx_pystr_repeat(out, (struct cvx_span){"0", 1}, width > points ? width - points : 0);
    cvx_buf_put(out, s.p + sign, s.len - sign);
}

void cvx_pystr_expandtabs(struct cvx_buf *out, struct cvx_span s, size_t size)
{
    size_t column = 0, len;
    for (size_t at = 0; at < s.len && !out->failed; at += len) {
        char c = s.p[at];
        (void)cvx_unicode_decode(s.p + at, s.p + s.len, &len);
        if (c == '\t') {
            size_t gap = size ? size - column % size : 0;
            cvx_pystr_repeat(out, (struct cvx_span){" ", 1}, gap);
            column += gap;
            continue;
        }
        cvx_buf_put(out, s.p + at, len);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
}
