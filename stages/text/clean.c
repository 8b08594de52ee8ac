/* The tidying of text: one pass over the bytes, runs that need no change copied whole.
 * Thread: any. */
#include "text/clean.h"

#include "text/unicode.h"

/* What becomes of a character. */
enum fate {
    KEEP,
    BLANK,       /* white space that normalising keeps as it is */
    NO_BREAK,    /* U+00A0: a space */
    CARRIAGE,    /* CR, with the LF behind it where there is one: LF */
    SOFT_HYPHEN, /* '-' */
    DROP         /* forbidden by XML 1.0; white space may be among them (U+000B) */
};

static enum fate fate_of_char(uint32_t c)
{
    if (c == 0xa0)
        return NO_BREAK;
    if (c == 0xad)
        return SOFT_HYPHEN;
    if (c == '\r')
        return CARRIAGE;
    if (!cvx_unicode_is_xml(c))
        return DROP;
    return cvx_unicode_is_space(c) ? BLANK : KEEP;
}

/* The fate of what begins at p (p < end), and its bytes. */
static enum fate look(const char *p, const char *end, size_t *ret_len)
{
    unsigned char b = (unsigned char)*p;

    if (b > ' ' && b < 0x80) {
        *ret_len = 1;
        return KEEP;
    }
    enum fate fate = fate_of_char(cvx_unicode_decode(p, end, ret_len));
    if (fate == CARRIAGE && end - p > 1 && p[1] == '\n')
        *ret_len = 2;
    return fate;
}

/* Bytes of the character at p when there is one that is kept, else 0. */
static size_t kept_len(const char *p, const char *end)
{
    size_t len;

    if (p == end || look(p, end, &len) != KEEP)
        return 0;
    return len;
}

/* Bytes from p on that cleaning leaves as they are, p at a character that is kept: kept
 * characters and each single space between two of them. */
static size_t clean_run(const char *p, const char *end)
{
    const char *q = p;
    size_t len;

    do {
        size_t blank = *q == ' ';
        len = kept_len(q + blank, end);
        if (len)
            q += blank + len;
    } while (len && q < end);
    return (size_t)(q - p);
}

/* Bytes from p on that normalising leaves as they are. */
static size_t normal_run(const char *p, const char *end)
{
    const char *q = p;

    while (q < end) {
        size_t len;
        enum fate fate = look(q, end, &len);
        if (fate != KEEP && fate != BLANK)
            break;
        q += len;
    }
    return (size_t)(q - p);
}

struct cvx_span cvx_clean_strip(struct cvx_span text)
{
    if (text.len == 0)
        return text;

    const char *p = text.p;
    const char *end = p + text.len;
    size_t len;
    while (p < end && cvx_unicode_is_space(cvx_unicode_decode(p, end, &len)))
        p += len;
    while (end > p) {
        const char *last = end - 1;
        while (last > p && ((unsigned char)*last & 0xc0) == 0x80)
            last--;
        if (!cvx_unicode_is_space(cvx_unicode_decode(last, end, &len)))
            break;
        end = last;
    }
    return (struct cvx_span){p, (size_t)(end - p)};
}

void cvx_clean_normalise(struct cvx_buf *buf, struct cvx_span text)
{
    size_t start = buf->len;
    const char *p = text.p;
    size_t len;

    for (size_t left = text.len; left > 0; left -= len, p += len) {
        enum fate fate = look(p, p + left, &len);
        bool leading = buf->len == start;
        if (fate == SOFT_HYPHEN) {
            cvx_buf_putc(buf, '-');
        } else if (fate == KEEP || (fate == BLANK && !leading)) {
            len = normal_run(p, p + left);
            cvx_buf_put(buf, p, len);
        } else if (fate != DROP && !leading) {
            cvx_buf_putc(buf, fate == CARRIAGE ? '\n' : ' ');
        }
    }
    if (buf->failed || buf->len == start)
        return;
    /* Characters dropped at the end may have hidden blanks: strip what was written. */
    text = cvx_clean_strip((struct cvx_span){buf->data + start, buf->len - start});
    cvx_buf_trim(buf, start + text.len);
}

void cvx_clean(struct cvx_buf *buf, struct cvx_span text)
{
    bool written = false;
    bool blank = false; /* owed before the next character, if there is one */
    const char *p = text.p;
    size_t len;

    for (size_t left = text.len; left > 0; left -= len, p += len) {
        enum fate fate = look(p, p + left, &len);
        if (fate == DROP)
            continue;
        if (fate != KEEP && fate != SOFT_HYPHEN) {
            blank = written;
            continue;
        }
        if (blank)
            cvx_buf_putc(buf, ' ');
        if (fate == KEEP)
            len = clean_run(p, p + left);
        cvx_buf_put(buf, fate == KEEP ? p : "-", fate == KEEP ? len : 1);
        written = true;
        blank = false;
    }
}

/* Appends the words of the text, joined by single spaces. */
static void put_words(struct cvx_buf *buf, struct cvx_span text)
{
    bool written = false;
    const char *p = text.p;
    const char *end = p + text.len;

    while (p < end) {
        size_t len;
        const char *word = p;
        while (p < end && cvx_unicode_is_word(cvx_unicode_decode(p, end, &len)))
            p += len;
        if (p > word) {
            if (written)
                cvx_buf_putc(buf, ' ');
            cvx_buf_put(buf, word, (size_t)(p - word));
            written = true;
        }
        if (p < end) {
            (void)cvx_unicode_decode(p, end, &len);
            p += len;
        }
    }
}

void cvx_clean_comparable(struct cvx_buf *buf, struct cvx_span text)
{
    struct cvx_buf cleaned = CVX_BUF_INIT;
    struct cvx_buf lower = CVX_BUF_INIT;

    cvx_clean(&cleaned, text);
    cvx_unicode_lower(&lower, cleaned.data, cleaned.len);
    if (cleaned.failed || lower.failed)
        buf->failed = true;
    else if (lower.len)
        put_words(buf, (struct cvx_span){lower.data, lower.len});
    cvx_buf_done(&cleaned);
    cvx_buf_done(&lower);
}
