/* Code points, searching and replacing in UTF-8. See pystr.h. */
#include "render/jinja/pystr.h"

#include <string.h>

#include "text/unicode.h"

size_t cvx_pystr_points(struct cvx_span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static size_t char_len(struct cvx_span s, size_t at)
{
    size_t len;
    (void)cvx_unicode_decode(s.p + at, s.p + s.len, &len);
    return len;
}

size_t cvx_pystr_offset(struct cvx_span s, size_t nth)
{
    size_t at = 0;
    while (nth > 0 && at < s.len) {
        at += char_len(s, at);
        nth--;
    }
    return at;
}

void cvx_pystr_put(struct cvx_buf *out, uint32_t c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char k_lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = len; i > 1; i--) {
        bytes[i - 1] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    bytes[0] = (char)(k_lead[len] | c);
    cvx_buf_put(out, bytes, len);
}

void cvx_pystr_ascii(struct cvx_buf *out, struct cvx_span s)
{
    size_t len;
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t c = cvx_unicode_decode(s.p + at, s.p + s.len, &len);
        if (c < 0x80)
            cvx_buf_putc(out, (char)c);
        else if (c < 0x100)
            cvx_buf_printf(out, "\\x%02x", (unsigned)c);
        else
            cvx_buf_printf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    }
}

/* ---- searching: well-formed text within well-formed text starts at a character ---- */

size_t cvx_pystr_find(struct cvx_span s, struct cvx_span needle)
{
    if (needle.len == 0)
        return 0;
    const char *found =
        s.len < needle.len ? NULL : memmem(s.p, s.len, needle.p, needle.len);
    return found ? (size_t)(found - s.p) : CVX_PYSTR_NONE;
}

size_t cvx_pystr_rfind(struct cvx_span s, struct cvx_span needle)
{
    if (needle.len == 0)
        return s.len;
    while (s.len >= needle.len) {
        const char *last = memrchr(s.p + needle.len - 1, needle.p[needle.len - 1],
                                   s.len - needle.len + 1);
        if (!last)
            break;
        s.len = (size_t)(last - s.p) + 1;
        if (memcmp(s.p + s.len - needle.len, needle.p, needle.len) == 0)
            return s.len - needle.len;
        s.len--;
    }
    return CVX_PYSTR_NONE;
}

static struct cvx_span from(struct cvx_span s, size_t at)
{
    return (struct cvx_span){s.p + at, s.len - at};
}

size_t cvx_pystr_count(struct cvx_span s, struct cvx_span needle)
{
    if (needle.len == 0)
        return cvx_pystr_points(s) + 1;
    size_t n = 0;
    for (;;) {
        size_t at = cvx_pystr_find(s, needle);
        if (at == CVX_PYSTR_NONE)
            return n;
        n++;
        s = from(s, at + needle.len);
    }
}

bool cvx_pystr_starts(struct cvx_span s, struct cvx_span with)
{
    return with.len == 0 || (s.len >= with.len && memcmp(s.p, with.p, with.len) == 0);
}

bool cvx_pystr_ends(struct cvx_span s, struct cvx_span with)
{
    return with.len == 0 ||
           (s.len >= with.len && memcmp(s.p + s.len - with.len, with.p, with.len) == 0);
}

/* "ab" with "-" for "" is "-a-b-". */
static void put_between(struct cvx_buf *out, struct cvx_span s, struct cvx_span new,
                        size_t most)
{
    while (most > 0 && s.len > 0 && !out->failed) {
        size_t len = char_len(s, 0);
        cvx_buf_put(out, new.p, new.len);
        cvx_buf_put(out, s.p, len);
        s = from(s, len);
        most--;
    }
    if (most > 0)
        cvx_buf_put(out, new.p, new.len);
    cvx_buf_put(out, s.p, s.len);
}

void cvx_pystr_replace(struct cvx_buf *out, struct cvx_span s, struct cvx_span old,
                       struct cvx_span new, size_t most)
{
    if (old.len == 0) {
        put_between(out, s, new, most);
        return;
    }
    while (most > 0 && !out->failed) {
        size_t at = cvx_pystr_find(s, old);
        if (at == CVX_PYSTR_NONE)
            break;
        cvx_buf_put(out, s.p, at);
        cvx_buf_put(out, new.p, new.len);
        s = from(s, at + old.len);
        most--;
    }
    cvx_buf_put(out, s.p, s.len);
}
