/* Owns the order of the cleaning pass, and the steps that join, strip and trim the text
 * around tags (1, 2, 5 to 8, 13). Cells are in tags_cell.c and tags_merge.c, whole elements
 * in tags_lift.c. */
#include "render/tags.h"

#include <string.h>

#include "render/tags_private.h"
#include "text/unicode.h"

#define NONE CVX_SEARCH_NONE
#define PRESERVE "<w:t xml:space=\"preserve\">"

static bool one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c);
}

static char byte_at(struct cvx_span in, size_t i)
{
    return i < in.len ? in.p[i] : '\0';
}

/* Behind the XML tags that stand one after the other, the first of them ended by `gt`. */
static size_t tags_end(struct cvx_span in, size_t gt)
{
    size_t end = gt + 1;

    while (byte_at(in, end) == '<') {
        gt = cvx_search_byte(in, end + 1, '>');
        if (gt == NONE)
            break;
        end = gt + 1;
    }
    return end;
}

/* Step 1: XML tags within a delimiter go. */
static void join(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    struct cvx_search_ahead ahead = {.what = ">"};
    size_t i = cvx_search_byte(in, 0, '<'), end = 0;

    (void)arg;
    while (i != NONE) {
        char before = i > 0 ? in.p[i - 1] : '\0';
        bool opens = before == '{', joins = false;

        if (opens || one_of("%}#", before)) {
            size_t gt = cvx_search_ahead(&ahead, in, i + 1);

            if (gt == NONE)
                return;
            if (gt >= end) /* else the same tags as before, entered at a later one */
                end = tags_end(in, gt);
            joins = opens ? one_of("{%#", byte_at(in, end)) : byte_at(in, end) == '}';
        }
        if (joins) {
            cvx_edit_keep(edit, i);
            cvx_edit_drop(edit, end);
        }
        i = cvx_search_byte(in, joins ? end : i + 1, '<');
    }
}

/* What closes the tag that begins at i. */
static const char *closer(struct cvx_span in, size_t i)
{
    switch (byte_at(in, i + 1)) {
    case '%':
        return "%}";
    case '{':
        return "}}";
    case '#':
        return "#}";
    default:
        return NULL;
    }
}

/* The end of the first "<w:t>" or "<w:t ...>" at or behind `from`. */
static size_t text_start_end(struct cvx_span in, size_t from)
{
    size_t i = cvx_search_start(in, from, "<w:t");
    size_t gt = i != NONE ? cvx_search_byte(in, i, '>') : NONE;

    return gt != NONE ? gt + 1 : NONE;
}

/* Within [from, in.len) all that stands between two texts goes. */
static void strip_range(struct cvx_edit *edit, struct cvx_span in, size_t from)
{
    size_t shut = cvx_search_find(in, from, "</w:t>");

    while (shut != NONE) {
        size_t open = text_start_end(in, shut + sizeof("</w:t>") - 1);

        if (open == NONE)
            break;
        cvx_edit_keep(edit, shut);
        cvx_edit_drop(edit, open);
        shut = cvx_search_find(in, open, "</w:t>");
    }
}

/* Step 2: a tag is freed of markup, up to its end or that of the whole text. */
static void strip(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    size_t i = cvx_search_byte(in, 0, '{');

    (void)arg;
    while (i != NONE) {
        const char *close = closer(in, i);
        size_t end = close ? cvx_search_find(in, i + 2, close) : i + 1;

        if (end == NONE)
            end = in.len;
        if (close)
            strip_range(edit, (struct cvx_span){in.p, end}, i);
        i = cvx_search_byte(in, end, '{');
    }
}

/* The last "{{" or "{%" in [from, to) that something closes. */
static size_t last_whole(struct cvx_span in, size_t from, size_t to, size_t last_print,
                         size_t last_block)
{
    struct cvx_span upto = {in.p, to};
    size_t found = NONE;

    for (size_t i = cvx_search_byte(upto, from, '{'); i != NONE;
         i = cvx_search_byte(upto, i + 1, '{')) {
        char second = byte_at(in, i + 1);
        size_t last = second == '{' ? last_print : second == '%' ? last_block : NONE;

        if (last != NONE && last >= i + 2)
            found = i;
    }
    return found;
}

/* Step 5: a text that holds a tag keeps its spaces. */
static void preserve(struct cvx_edit *edit, const void *arg)
{
    static const char open[] = "<w:t>";
    struct cvx_span in = edit->in;
    size_t last_print = cvx_search_last(in, "}}"), last_block = cvx_search_last(in, "%}");
    size_t i = cvx_search_find(in, 0, open);

    (void)arg;
    while (i != NONE) {
        size_t from = i + sizeof(open) - 1;
        size_t next = cvx_search_find(in, from, open);
        size_t tag =
            last_whole(in, from, next != NONE ? next : in.len, last_print, last_block);

        if (tag != NONE) {
            size_t end = cvx_search_find(in, tag + 2, closer(in, tag)) + 2;

            cvx_edit_keep(edit, i);
            cvx_edit_put(edit, PRESERVE);
            cvx_edit_drop(edit, from);
            if (next < end)
                next = cvx_search_find(in, end, open);
        }
        i = next;
    }
}

/* Behind the one white space at i that belongs to the opening of "{{r "; NONE. */
static size_t behind_space(struct cvx_span in, size_t i)
{
    size_t n = 0;

    if (i >= in.len)
        return NONE;
    if (!cvx_unicode_is_space(cvx_unicode_decode(in.p + i, in.p + in.len, &n)))
        return NONE;
    return i + n;
}

/* Step 6: "{{r ..}}" and "{%r ..%}" get a run of their own. */
static void isolate(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    struct cvx_search_ahead print = {.what = "}}"}, block = {.what = "%}"};
    size_t i = cvx_search_byte(in, 0, '{');

    (void)arg;
    while (i != NONE) {
        bool is_print = cvx_search_at(in, i, "{{r");
        size_t end = NONE;

        if (is_print || cvx_search_at(in, i, "{%r")) {
            size_t from = behind_space(in, i + 3);

            if (from != NONE)
                end = cvx_search_ahead(is_print ? &print : &block, in, from);
        }
        if (end != NONE) {
            cvx_edit_keep(edit, i);
            cvx_edit_put(edit, "</w:t></w:r><w:r>" PRESERVE);
            cvx_edit_keep(edit, end + 2);
            cvx_edit_put(edit, "</w:t></w:r><w:r>" PRESERVE);
        }
        i = cvx_search_byte(in, end != NONE ? end + 2 : i + 1, '{');
    }
}

/* Step 7: "{%-" takes away what stands between it and the end of the text before. */
static void trim_before(struct cvx_edit *edit, const void *arg)
{
    static const char shut[] = "</w:t>";
    struct cvx_span in = edit->in;
    struct cvx_search_ahead ahead = {.what = "{%-"};
    size_t i = cvx_search_find(in, 0, shut);

    (void)arg;
    while (i != NONE) {
        size_t from = i + sizeof(shut) - 1;
        size_t next = cvx_search_find(in, from, shut);
        size_t tag = cvx_search_ahead(&ahead, in, from);

        if (tag == NONE)
            return;
        if (tag < next) {
            cvx_edit_keep(edit, i);
            cvx_edit_drop(edit, tag);
            cvx_edit_keep(edit, tag + 2);
            cvx_edit_drop(edit, tag + 3);
        }
        i = next;
    }
}

/* Step 8: "-%}" takes away what stands between it and the next tag whose name begins with
 * w:t, unless another template tag comes first. */
static void trim_behind(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    struct cvx_search_ahead open = {.what = "<w:t"}, block = {.what = "{%"},
                            print = {.what = "{{"};
    size_t i = cvx_search_find(in, 0, "-%}");

    (void)arg;
    while (i != NONE) {
        size_t from = i + 3;
        size_t to = cvx_search_ahead(&open, in, from);
        size_t gt = NONE;

        if (to < cvx_search_ahead(&block, in, from) &&
            to < cvx_search_ahead(&print, in, from)) {
            gt = cvx_search_byte(in, to, '>');
            if (gt == NONE)
                return;
            cvx_edit_keep(edit, i);
            cvx_edit_drop(edit, i + 1);
            cvx_edit_keep(edit, from);
            cvx_edit_drop(edit, gt + 1);
        }
        i = cvx_search_find(in, gt != NONE ? gt + 1 : from, "-%}");
    }
}

/* What XML and Word make of the quotes and signs of an expression, and what was meant. */
static const struct {
    const char *found, *meant;
} k_signs[] = {
    {"&lt;", "<"},          {"&gt;", ">"},          {"&#8216;", "'"},
    {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""}, {"\xe2\x80\x98", "'"},
    {"\xe2\x80\x99", "'"},
};

static void unescape_range(struct cvx_edit *edit, size_t from, size_t to)
{
    struct cvx_span in = {edit->in.p, to};

    for (size_t i = from; i < to; i++) {
        if (in.p[i] != '&' && in.p[i] != '\xe2')
            continue;
        for (size_t k = 0; k < sizeof(k_signs) / sizeof(k_signs[0]); k++) {
            if (!cvx_search_at(in, i, k_signs[k].found))
                continue;
            cvx_edit_keep(edit, i);
            cvx_edit_put(edit, k_signs[k].meant);
            i += strlen(k_signs[k].found) - 1;
            cvx_edit_drop(edit, i + 1);
            break;
        }
    }
}

/* Where a tag's content ends, when it does so on the same line. */
struct line_end {
    struct cvx_search_ahead block, print, line;
};

static size_t tag_end_on_line(struct line_end *ends, struct cvx_span in, size_t from)
{
    size_t end = cvx_search_ahead(&ends->block, in, from);
    size_t other = cvx_search_ahead(&ends->print, in, from);

    if (other < end)
        end = other;
    return end <= cvx_search_ahead(&ends->line, in, from) ? end : NONE;
}

/* Step 13, from behind "{{" or "{%" up to the first "}}" or "%}". Where that is at once, the
 * search goes on to the next one. */
static void unescape(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    struct line_end first = {{.what = "%}"}, {.what = "}}"}, {.what = "\n"}};
    struct line_end second = first;
    size_t i = cvx_search_byte(in, 0, '{');

    (void)arg;
    while (i != NONE) {
        size_t from = i + 2, end = NONE;

        if (byte_at(in, i + 1) == '{' || byte_at(in, i + 1) == '%')
            end = tag_end_on_line(&first, in, from);
        if (end == from)
            end = tag_end_on_line(&second, in, from + 1);
        if (end != NONE)
            unescape_range(edit, from, end);
        /* What opens the next one may lie at the end of this one. */
        i = cvx_search_byte(in, end != NONE ? end - 2 : i + 1, '{');
    }
}

/* Mending takes these out again: they are seen by what counts or trims lines. */
static void break_lines(struct cvx_edit *edit, const void *arg)
{
    size_t i = cvx_search_start(edit->in, 0, "<w:p");

    (void)arg;
    while (i != NONE) {
        cvx_edit_keep(edit, i);
        cvx_edit_put(edit, "\n");
        i = cvx_search_start(edit->in, i + 1, "<w:p");
    }
}

void cvx_tags_clean(struct cvx_edit_text *text)
{
    static const struct {
        cvx_edit_pass *pass;
        const char *arg;
    } steps[] = {
        {join, NULL},
        {strip, NULL},
        {cvx_tags_colspan, NULL},
        {cvx_tags_cellbg, NULL},
        {preserve, NULL},
        {isolate, NULL},
        {trim_before, NULL},
        {trim_behind, NULL},
        {cvx_tags_lift, "tr"},
        {cvx_tags_lift, "tc"},
        {cvx_tags_lift, "p"},
        {cvx_tags_lift, "r"},
        {cvx_tags_lift_comment, "tr"},
        {cvx_tags_lift_comment, "tc"},
        {cvx_tags_lift_comment, "p"},
        {cvx_tags_vm, NULL},
        {cvx_tags_hm, NULL},
        {unescape, NULL},
        {break_lines, NULL},
    };

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        cvx_edit_run(text, steps[i].pass, steps[i].arg);
}
