/* Owns the search for the paragraph around a place, and what is shown of it. */
#include "render/place.h"

#include <stdbool.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/text.h>

#include "render/search.h"

#define NONE CVX_SEARCH_NONE
#define DEPTH 32            /* paragraphs nested in text boxes that are told apart */
#define SHOWN ((size_t)100) /* bytes of a text */
#define LEAD ((size_t)40)   /* of them before the fault */
#define NAME_SHOWN 80

static const char k_open[] = "<w:p", k_shut[] = "</w:p>";

/* Reads paragraph starts and ends, one after the other. */
struct reader {
    struct cvx_span xml;
    size_t at;
};

/* The next one at or behind reader->at, which moves behind it: 1 a start, -1 an end, 0 none.
 * Paragraphs that are empty elements are passed over. */
static int next_edge(struct reader *reader, size_t *ret_at)
{
    for (;;) {
        size_t open = cvx_search_start(reader->xml, reader->at, k_open);
        size_t shut = cvx_search_find(reader->xml, reader->at, k_shut);
        size_t gt;

        if (open == NONE && shut == NONE)
            return 0;
        if (shut < open) {
            *ret_at = shut;
            reader->at = shut + sizeof(k_shut) - 1;
            return -1;
        }
        gt = cvx_search_byte(reader->xml, open, '>');
        reader->at = gt != NONE ? gt + 1 : reader->xml.len;
        *ret_at = open;
        if (gt == NONE || reader->xml.p[gt - 1] != '/')
            return 1;
    }
}

/* The innermost paragraph around `at`, else the next one behind. */
static bool find_paragraph(struct cvx_span xml, size_t at, struct cvx_span *ret)
{
    struct reader reader = {xml, 0};
    size_t starts[DEPTH], depth = 0, edge = 0, begin;
    int kind = next_edge(&reader, &edge);

    while (kind != 0 && edge <= at) {
        if (kind > 0 && depth < DEPTH)
            starts[depth] = edge;
        depth = kind > 0 ? depth + 1 : depth > 0 ? depth - 1 : 0;
        kind = next_edge(&reader, &edge);
    }
    if (depth == 0 && kind <= 0)
        return false;
    begin = depth == 0 ? edge : starts[depth <= DEPTH ? depth - 1 : DEPTH - 1];
    reader.at = begin;
    depth = 0;
    do {
        kind = next_edge(&reader, &edge);
        depth = kind > 0 ? depth + 1 : depth - 1;
    } while (kind != 0 && depth > 0);
    *ret = (struct cvx_span){xml.p + begin, (kind ? edge : xml.len) - begin};
    return true;
}

static void put_decoded(struct cvx_buf *out, struct cvx_span text)
{
    static const struct {
        const char *found, c;
    } names[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};

    for (size_t i = 0; i < text.len; i++) {
        size_t k = 0;

        while (k < 3 && !cvx_search_at(text, i, names[k].found))
            k++;
        cvx_buf_putc(out, k < 3 ? names[k].c : text.p[i]);
        i += k < 3 ? strlen(names[k].found) - 1 : 0;
    }
}

/* Appends the texts that lie in [from, to) of the paragraph; *ret_at becomes where in them
 * place `at` is, when it is in one of them or behind. */
static void put_texts(struct cvx_buf *out, struct cvx_span paragraph, size_t from,
                      size_t to, size_t at, size_t *ret_at)
{
    struct cvx_span in = {paragraph.p, to};

    for (;;) {
        size_t text = cvx_search_start(in, from, "<w:t");
        size_t open = text != NONE ? cvx_search_byte(in, text, '>') : NONE;
        size_t shut = open != NONE ? cvx_search_find(in, open, "</w:t>") : NONE;

        if (shut == NONE)
            return;
        if (text <= at)
            *ret_at = out->len + (at > open ? at - open - 1 : 0);
        put_decoded(out, (struct cvx_span){in.p + open + 1, shut - open - 1});
        from = shut;
    }
}

/* The texts of the paragraph that are not in one within it; *ret_at is where in them the
 * fault lies. */
static void put_visible(struct cvx_buf *out, struct cvx_span paragraph, size_t at,
                        size_t *ret_at)
{
    struct reader reader = {paragraph, 0};
    size_t depth = 0, from = 0, edge = 0;
    int kind;

    *ret_at = 0;
    do {
        kind = next_edge(&reader, &edge);
        if (depth == 1)
            put_texts(out, paragraph, from, kind != 0 ? edge : paragraph.len, at, ret_at);
        from = reader.at;
        depth = kind > 0 ? depth + 1 : depth > 0 ? depth - 1 : 0;
    } while (kind != 0);
}

/* Appends what is shown of a text: so much of it around `at`. */
static void put_shown(struct cvx_buf *out, struct cvx_span text, size_t at)
{
    size_t from = 0, len;

    if (text.len > SHOWN && at > LEAD)
        from = at - LEAD < text.len - SHOWN ? at - LEAD : text.len - SHOWN;
    while (from > 0 && ((unsigned char)text.p[from] & 0xc0) == 0x80)
        from--;
    len = cvx_text_cut(text.p + from, text.len - from, SHOWN);
    if (from > 0)
        cvx_buf_puts(out, "...");
    cvx_text_printable(out, text.p + from, len);
    if (from + len < text.len)
        cvx_buf_puts(out, "...");
}

/* Tells `what` (NULL allowed) and the shown text, then the cause. */
static int tell(struct cvx_err *err, const char *part, const char *what,
                const struct cvx_buf *shown)
{
    struct cvx_buf cause = CVX_BUF_INIT, name = CVX_BUF_INIT;
    enum cvx_rc rc = err->rc;

    cvx_buf_puts(&cause, cvx_err_top(err));
    cvx_text_printable(&name, part, cvx_text_cut(part, strlen(part), NAME_SHOWN));
    if (cause.failed || name.failed || (shown && shown->failed))
        rc = CVX_ENOMEM;
    if (rc == CVX_ENOMEM)
        cvx_fail(err, rc, "out of memory for a rendered part");
    else if (what && shown->len > 0)
        cvx_fail(err, rc, "%s, %s \"%s\": %s", name.data, what, shown->data, cause.data);
    else
        cvx_fail(err, rc, "%s: %s", name.data, cause.data);
    cvx_buf_done(&cause);
    cvx_buf_done(&name);
    return (int)rc;
}

int cvx_place_part(struct cvx_err *err, const char *part)
{
    return tell(err, part, NULL, NULL);
}

int cvx_place_property(struct cvx_err *err, const char *part, const char *property,
                       struct cvx_span text)
{
    struct cvx_buf shown = CVX_BUF_INIT;
    int rc;

    put_shown(&shown, text, 0);
    rc = tell(err, part, property, &shown);
    cvx_buf_done(&shown);
    return rc;
}

int cvx_place_paragraph(struct cvx_err *err, const char *part, struct cvx_span xml,
                        size_t at)
{
    struct cvx_buf visible = CVX_BUF_INIT, shown = CVX_BUF_INIT;
    struct cvx_span paragraph;
    size_t visible_at = 0;
    int rc;

    if (find_paragraph(xml, at, &paragraph)) {
        size_t begin = (size_t)(paragraph.p - xml.p);

        put_visible(&visible, paragraph, at > begin ? at - begin : 0, &visible_at);
        if (!visible.failed && visible.len > 0)
            put_shown(&shown, (struct cvx_span){visible.data, visible.len},
                      visible_at < visible.len ? visible_at : visible.len - 1);
    }
    shown.failed = shown.failed || visible.failed;
    rc = tell(err, part, "paragraph", &shown);
    cvx_buf_done(&visible);
    cvx_buf_done(&shown);
    return rc;
}
