/* Owns the mending of a rendered part's text. Breaks are found as the rules say, by nested
 * scans for the first start and the first end: a paragraph, in it a run, in that a text. */
#include "render/mend.h"

#include <string.h>

#include "render/search.h"

#define NONE CVX_SEARCH_NONE

static struct cvx_span span_of(const struct cvx_buf *buf)
{
    return (struct cvx_span){buf->data, buf->len};
}

/* First line feed at or behind `from` that stands before a paragraph. Line feeds are rare,
 * and so looked for first: this reads every text that is rendered. */
static size_t find_line(struct cvx_span in, size_t from)
{
    size_t i = cvx_search_byte(in, from, '\n');

    while (i != NONE && !cvx_search_is_start(in, i, "\n<w:p"))
        i = cvx_search_byte(in, i + 1, '\n');
    return i;
}

/* First place of `what` at or behind `from`; its middle byte, '_', is rare. */
static size_t find_escape(struct cvx_span in, size_t from, const char *what)
{
    size_t i = cvx_search_byte(in, from + 1, '_');

    while (i != NONE && !cvx_search_at(in, i - 1, what))
        i = cvx_search_byte(in, i + 1, '_');
    return i == NONE ? NONE : i - 1;
}

/* Step 1: the line feed before every paragraph, which the cleaning pass put there, goes.
 * Values that end in one before a paragraph lose it too. */
static void unbreak_lines(struct cvx_buf *text)
{
    struct cvx_span in = span_of(text);
    size_t at = find_line(in, 0), to = at, next;

    if (at == NONE)
        return;
    for (; at != NONE; at = next) {
        size_t from = at + 1, end;

        next = find_line(in, from);
        end = next != NONE ? next : in.len;
        memmove(text->data + to, text->data + from, end - from);
        to += end - from;
    }
    cvx_buf_trim(text, to);
}

/* Step 2, one of them: the middle byte of each `what` goes. */
static void drop_middle(struct cvx_buf *text, const char *what)
{
    struct cvx_span in = span_of(text);
    size_t at = find_escape(in, 0, what), to = at, next;

    if (at == NONE)
        return;
    for (; at != NONE; at = next) {
        size_t end;

        next = find_escape(in, at + 3, what);
        end = next != NONE ? next : in.len;
        text->data[to] = what[0];
        text->data[to + 1] = what[2];
        memmove(text->data + to + 2, text->data + at + 3, end - (at + 3));
        to += 2 + (end - (at + 3));
    }
    cvx_buf_trim(text, to);
}

/* What surrounds a text, for the elements that its breaks make anew. */
struct around {
    struct cvx_span paragraph,
        run; /* whole property elements; empty when there is none */
};

static bool is_break(char c)
{
    return c == '\t' || c == '\n' || c == '\a' || c == '\f';
}

/* First break at or behind `from`. */
static size_t find_break(struct cvx_span in, size_t from)
{
    while (from < in.len && !is_break(in.p[from]))
        from++;
    return from < in.len ? from : NONE;
}

static void put_span(struct cvx_buf *out, struct cvx_span span)
{
    cvx_buf_put(out, span.p, span.len);
}

/* "\1" stands for the paragraph's properties, "\2" for the run's. */
static void put_pattern(struct cvx_buf *out, const char *pattern,
                        const struct around *around)
{
    for (size_t n; *pattern; pattern += n) {
        n = strcspn(pattern, "\1\2");
        cvx_buf_put(out, pattern, n);
        if (pattern[n] == '\0')
            return;
        put_span(out, pattern[n] == '\1' ? around->paragraph : around->run);
        n++;
    }
}

#define TEXT "<w:t xml:space=\"preserve\">"
#define PARAGRAPH "<w:p>\1<w:r>\2" TEXT
#define END_RUN "</w:t></w:r>"

/* In the order in which they are replaced: properties may hold such characters too. */
static const struct {
    char c;
    const char *pattern;
} k_breaks[] = {
    {'\t', END_RUN "<w:r>\2<w:tab/></w:r><w:r>\2" TEXT},
    {'\a', END_RUN "</w:p>" PARAGRAPH},
    {'\n', "</w:t><w:br/>" TEXT},
    {'\f', END_RUN "</w:p><w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>" PARAGRAPH},
};

static void replace(struct cvx_span in, char c, const char *pattern,
                    const struct around *around, struct cvx_buf *out)
{
    size_t done = 0;

    for (size_t i = cvx_search_byte(in, 0, c); i != NONE;
         i = cvx_search_byte(in, done, c)) {
        cvx_buf_put(out, in.p + done, i - done);
        put_pattern(out, pattern, around);
        done = i + 1;
    }
    cvx_buf_put(out, in.p + done, in.len - done);
}

/* Appends a text, its own tags included, with all its breaks made. */
static void put_text(struct cvx_span in, const struct around *around, struct cvx_buf *out)
{
    struct cvx_buf work = {.max = out->max}, next = {.max = out->max};

    for (size_t k = 0; k < sizeof(k_breaks) / sizeof(k_breaks[0]); k++) {
        if (cvx_search_byte(in, 0, k_breaks[k].c) == NONE)
            continue;
        cvx_buf_clear(&next);
        replace(in, k_breaks[k].c, k_breaks[k].pattern, around, &next);
        if (next.failed)
            break;

        struct cvx_buf old = work;

        work = next;
        next = old;
        in = span_of(&work);
    }
    if (next.failed) {
        out->failed = true;
        out->over = next.over;
    }
    put_span(out, in);
    cvx_buf_done(&work);
    cvx_buf_done(&next);
}

/* The first whole element from `open` to `close` that stands on one line; empty for none. */
static struct cvx_span find_properties(struct cvx_span in, const char *open,
                                       const char *close)
{
    struct cvx_search_ahead shut = {.what = close}, line = {.what = "\n"};

    for (size_t i = cvx_search_find(in, 0, open); i != NONE;
         i = cvx_search_find(in, i + 1, open)) {
        size_t from = i + strlen(open);
        size_t end = cvx_search_ahead(&shut, in, from);

        if (end == NONE)
            break;
        if (end < cvx_search_ahead(&line, in, from))
            return (struct cvx_span){in.p + i, end + strlen(close) - i};
    }
    return (struct cvx_span){NULL, 0};
}

/* One element from `open` up to the first '>', to the first `close` behind it. */
static bool find_element(struct cvx_span in, size_t from, const char *open,
                         const char *close, size_t *ret_begin, size_t *ret_end)
{
    size_t begin = cvx_search_find(in, from, open), end;

    if (begin == NONE)
        return false;
    end = cvx_search_byte(in, begin + strlen(open), '>');
    if (end == NONE)
        return false;
    end = cvx_search_find(in, end + 1, close);
    if (end == NONE)
        return false;
    *ret_begin = begin;
    *ret_end = end + strlen(close);
    return true;
}

/* Level 0: paragraphs of the part; 1: runs of a paragraph; 2: texts of a run. */
static const struct {
    const char *open, *close;
} k_levels[] = {{"<w:p", "</w:p>"}, {"<w:r", "</w:r>"}, {"<w:t", "</w:t>"}};

static void put_element(struct cvx_span in, unsigned level, struct around around,
                        struct cvx_buf *out);

/* Appends `in` with the breaks made in its elements of this level. */
static void put_level(struct cvx_span in, unsigned level, const struct around *around,
                      struct cvx_buf *out)
{
    size_t done = 0, next_break = find_break(in, 0), begin, end;

    while (next_break != NONE && find_element(in, done, k_levels[level].open,
                                              k_levels[level].close, &begin, &end)) {
        struct cvx_span element = {in.p + begin, end - begin};

        if (next_break < begin)
            next_break = find_break(in, begin);
        if (next_break < end) {
            cvx_buf_put(out, in.p + done, begin - done);
            put_element(element, level, *around, out);
            next_break = find_break(in, end);
        } else {
            cvx_buf_put(out, in.p + done, end - done);
        }
        done = end;
    }
    cvx_buf_put(out, in.p + done, in.len - done);
}

static void put_element(struct cvx_span in, unsigned level, struct around around,
                        struct cvx_buf *out)
{
    if (level == 2) {
        put_text(in, &around, out);
        return;
    }
    if (level == 0)
        around.paragraph = find_properties(in, "<w:pPr>", "</w:pPr>");
    else
        around.run = find_properties(in, "<w:rPr>", "</w:rPr>");
    put_level(in, level + 1, &around, out);
}

/* Step 3. */
static void make_breaks(struct cvx_buf *text)
{
    struct cvx_buf out = {.max = text->max};
    const struct around none = {{NULL, 0}, {NULL, 0}};

    if (find_break(span_of(text), 0) == NONE)
        return;
    put_level(span_of(text), 0, &none, &out);
    cvx_buf_done(text);
    *text = out;
}

void cvx_mend_text(struct cvx_buf *text)
{
    if (text->failed || text->len == 0)
        return;
    unbreak_lines(text);
    drop_middle(text, "{_{");
    drop_middle(text, "}_}");
    drop_middle(text, "{_%");
    drop_middle(text, "%_}");
    make_breaks(text);
}
