/* The rules of "Text of a paragraph" (20-extraction.md), element by element. Every event
 * costs constant time, so that a part costs linear time however it is nested. */
#include "docx/wordwalk.h"

#include <string.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

/* A t whose own text has ended: a child element was met. */
#define TEXT_ENDED ((unsigned char)(CVX_ELEMENT_OTHER + 1))
/* An element whose text is passed over. */
#define MUTED ((unsigned char)(CVX_ELEMENT_OTHER + 2))

void cvx_wordwalk_init(struct cvx_wordwalk *walk, struct cvx_err *err)
{
    walk->out = (struct cvx_paragraphs){0};
    walk->depth = walk->n_open = 0;
    walk->bodies = walk->textboxes = 0;
    walk->settled = 0;
    walk->once = walk->broken = false;
    walk->muted = walk->cells = 0;
    walk->row = walk->cell = false;
    walk->rc = CVX_OK;
    walk->err = err;
}

void cvx_wordwalk_done(struct cvx_wordwalk *walk)
{
    cvx_paragraphs_done(&walk->out);
}

static void walk_out_of_memory(struct cvx_wordwalk *walk)
{
    walk->rc = cvx_fail(walk->err, CVX_ENOMEM, "out of memory for paragraphs");
}

/* The innermost open paragraph; there is one. */
static struct cvx_paragraph *walk_innermost(const struct cvx_wordwalk *walk)
{
    return &walk->out.items[walk->open[walk->n_open - 1]];
}

/* Whether the innermost element is a child of w:pPr, and that of a paragraph's. */
static bool walk_in_properties(const struct cvx_wordwalk *walk)
{
    return walk->n_open > 0 && walk->depth > 1 &&
           walk->kind[walk->depth - 2] == CVX_ELEMENT_PROPERTIES;
}

/* Appends text with every byte that is no part of a UTF-8 character read as Latin-1. */
static void put_sound(struct cvx_buf *buf, const char *p, size_t len)
{
    while (len > 0) {
        size_t n = cvx_text_utf8_len(p, len);
        unsigned char c = (unsigned char)*p;
        if (n > 0) {
            cvx_buf_put(buf, p, n);
        } else {
            cvx_buf_putc(buf, (char)(0xc0 | c >> 6));
            cvx_buf_putc(buf, (char)(0x80 | (c & 0x3f)));
            n = 1;
        }
        p += n;
        len -= n;
    }
}

/* Called wherever text may be cut (elements open and close there): what came since the
 * last cut is whole, and is made well-formed UTF-8 by itself. */
static void walk_settle(struct cvx_wordwalk *walk)
{
    struct cvx_buf *text = &walk->out.text;
    size_t from = walk->settled;

    if (walk->broken && from < text->len &&
        !cvx_text_is_utf8(text->data + from, text->len - from)) {
        char *raw = cvx_memdup(text->data + from, text->len - from);
        size_t len = text->len - from;
        if (!raw) {
            walk_out_of_memory(walk);
            return;
        }
        cvx_buf_trim(text, from);
        put_sound(text, raw, len);
        cvx_free(raw);
        if (text->failed)
            walk_out_of_memory(walk);
    }
    walk->settled = text->len;
}

static void walk_put(struct cvx_wordwalk *walk, const char *p, size_t len)
{
    struct cvx_buf *text = &walk->out.text;

    if (walk->n_open == 0 || walk->muted > 0)
        return;
    cvx_buf_put(text, p, len);
    if (text->failed) {
        walk_out_of_memory(walk);
        return;
    }
    size_t size = text->len - walk->out.items[walk->open[0]].begin;
    if (size > CVX_PARAGRAPH_MAX)
        walk->rc = cvx_fail(walk->err, CVX_ELIMIT,
                            "a paragraph has %zu bytes of text or more, the limit is %zu",
                            size, CVX_PARAGRAPH_MAX);
}

static bool walk_grow(struct cvx_wordwalk *walk)
{
    size_t cap = walk->out.cap ? 2 * walk->out.cap : 64;
    void *items = cvx_realloc_array(walk->out.items, cap, sizeof(*walk->out.items));

    if (!items) {
        walk_out_of_memory(walk);
        return false;
    }
    walk->out.items = items;
    walk->out.cap = cap;
    return true;
}

static void open_paragraph(struct cvx_wordwalk *walk)
{
    struct cvx_paragraphs *out = &walk->out;

    if (out->count == out->cap && !walk_grow(walk))
        return;
    out->items[out->count] = (struct cvx_paragraph){
        .begin = (uint32_t)out->text.len,
        .in_body = walk->bodies > 0,
        .in_textbox = walk->textboxes > 0,
        .in_cell = walk->cells > 0,
        .row = walk->cells > 0 && walk->row,
        .cell = walk->cells > 0 && walk->cell,
    };
    walk->row = walk->cell = false;
    walk->open[walk->n_open++] = (uint32_t)out->count++;
}

static void close_paragraph(struct cvx_wordwalk *walk)
{
    struct cvx_paragraphs *out = &walk->out;
    struct cvx_paragraph *closed = walk_innermost(walk);
    size_t size = out->text.len - closed->begin;

    closed->end = (uint32_t)out->text.len;
    walk->n_open--;
    if (walk->n_open > 0) {
        /* What holds "anywhere below" is handed up one step at a time. */
        struct cvx_paragraph *outer = walk_innermost(walk);
        outer->numbered = outer->numbered || closed->numbered;
        if (!outer->styled && closed->styled) {
            outer->styled = true;
            outer->style = closed->style;
        }
    }
    /* One without text is passed over by every reader. It is the last of the list: those
     * nested in it have no text either. */
    if (size == 0) {
        walk->row = walk->row || closed->row;
        walk->cell = walk->cell || closed->cell;
        out->count--;
    }
    out->total += size;
    if (out->total > CVX_DOCUMENT_TEXT_MAX)
        walk->rc = cvx_fail(walk->err, CVX_ELIMIT,
                            "the paragraphs have %zu bytes of text, the limit is %zu",
                            out->total, CVX_DOCUMENT_TEXT_MAX);
}

static void walk_mute(struct cvx_wordwalk *walk)
{
    walk->kind[walk->depth - 1] = MUTED;
    walk->muted++;
}

/* What matters when each text is to come once. */
static void enter_once(struct cvx_wordwalk *walk, enum cvx_element element)
{
    size_t text = walk->out.text.len, depth = walk->depth;

    if (element == CVX_ELEMENT_ROW) {
        walk->row = true;
    } else if (element == CVX_ELEMENT_CELL) {
        walk->cells++;
        walk->cell = true;
    } else if (element == CVX_ELEMENT_CHOICES) {
        walk->choices[depth - 1] = (uint32_t)text;
    } else if (element == CVX_ELEMENT_MOVED ||
               (element == CVX_ELEMENT_CHOICE && depth > 1 &&
                walk->kind[depth - 2] == CVX_ELEMENT_CHOICES &&
                text > walk->choices[depth - 2])) {
        walk_mute(walk);
    }
}

static void walk_enter(struct cvx_wordwalk *walk, enum cvx_element element)
{
    switch (element) {
    case CVX_ELEMENT_PARAGRAPH:
        open_paragraph(walk);
        break;
    case CVX_ELEMENT_BODY:
        walk->bodies++;
        break;
    case CVX_ELEMENT_TEXTBOX:
        walk->textboxes++;
        break;
    case CVX_ELEMENT_NUMBERING:
        if (walk_in_properties(walk))
            walk_innermost(walk)->numbered = true;
        break;
    case CVX_ELEMENT_NEWLINE:
        walk_put(walk, "\n", 1);
        break;
    case CVX_ELEMENT_TAB:
        walk_put(walk, "\t", 1);
        break;
    case CVX_ELEMENT_HYPHEN:
        walk_put(walk, "-", 1);
        break;
    case CVX_ELEMENT_ROW:
    case CVX_ELEMENT_CELL:
    case CVX_ELEMENT_MOVED:
    case CVX_ELEMENT_CHOICES:
    case CVX_ELEMENT_CHOICE:
        if (walk->once)
            enter_once(walk, element);
        break;
    case CVX_ELEMENT_PROPERTIES:
    case CVX_ELEMENT_STYLE:
    case CVX_ELEMENT_TEXT:
    case CVX_ELEMENT_OTHER:
        break;
    }
}

void cvx_wordwalk_open(struct cvx_wordwalk *walk, enum cvx_element element)
{
    if (walk->rc)
        return;
    if (walk->depth == CVX_XML_DEPTH_MAX) {
        walk->rc = cvx_fail(walk->err, CVX_ELIMIT,
                            "XML elements are nested %zu deep or more, the limit is %zu",
                            walk->depth + 1, CVX_XML_DEPTH_MAX);
        return;
    }
    walk_settle(walk);
    if (walk->depth > 0 && walk->kind[walk->depth - 1] == CVX_ELEMENT_TEXT)
        walk->kind[walk->depth - 1] = TEXT_ENDED;
    walk->kind[walk->depth++] = (unsigned char)element;
    walk_enter(walk, element);
}

void cvx_wordwalk_style(struct cvx_wordwalk *walk, const char *value, size_t len)
{
    struct cvx_buf *styles = &walk->out.styles;

    if (walk->rc || !walk_in_properties(walk) || walk_innermost(walk)->styled)
        return;
    struct cvx_paragraph *paragraph = walk_innermost(walk);
    paragraph->styled = true;
    if (len == 0)
        return;
    /* Place 0 means none, and nothing is stored there. */
    if (styles->len == 0)
        cvx_buf_putc(styles, '\0');
    paragraph->style = (uint32_t)styles->len;
    cvx_buf_put(styles, value, len);
    cvx_buf_putc(styles, '\0');
    if (styles->failed)
        walk_out_of_memory(walk);
}

void cvx_wordwalk_text(struct cvx_wordwalk *walk, const char *text, size_t len)
{
    if (walk->rc == CVX_OK && walk->depth > 0 &&
        walk->kind[walk->depth - 1] == CVX_ELEMENT_TEXT)
        walk_put(walk, text, len);
}

void cvx_wordwalk_close_to(struct cvx_wordwalk *walk, size_t depth)
{
    while (walk->rc == CVX_OK && walk->depth > depth) {
        walk_settle(walk);
        unsigned char kind = walk->kind[--walk->depth];
        if (walk->rc)
            return;
        if (kind == CVX_ELEMENT_PARAGRAPH)
            close_paragraph(walk);
        else if (kind == CVX_ELEMENT_BODY)
            walk->bodies--;
        else if (kind == CVX_ELEMENT_TEXTBOX)
            walk->textboxes--;
        else if (kind == CVX_ELEMENT_CELL && walk->cells > 0)
            walk->cells--;
        else if (kind == MUTED)
            walk->muted--;
    }
}

void cvx_wordwalk_get_mark(const struct cvx_wordwalk *walk, struct cvx_wordwalk_mark *ret)
{
    *ret = (struct cvx_wordwalk_mark){
        .depth = walk->depth,
        .n_open = walk->n_open,
        .bodies = walk->bodies,
        .textboxes = walk->textboxes,
        .muted = walk->muted,
        .cells = walk->cells,
        .row = walk->row,
        .cell = walk->cell,
        .text = walk->out.text.len,
        .styles = walk->out.styles.len,
        .count = walk->out.count,
        .total = walk->out.total,
    };
    if (walk->depth > 0)
        ret->kind = walk->kind[walk->depth - 1];
    if (walk->n_open > 0)
        ret->innermost = *walk_innermost(walk);
}

void cvx_wordwalk_return_to(struct cvx_wordwalk *walk,
                            const struct cvx_wordwalk_mark *mark)
{
    if (walk->rc)
        return;
    walk->depth = mark->depth;
    walk->n_open = mark->n_open;
    walk->bodies = mark->bodies;
    walk->textboxes = mark->textboxes;
    walk->muted = mark->muted;
    walk->cells = mark->cells;
    walk->row = mark->row;
    walk->cell = mark->cell;
    walk->out.count = mark->count;
    walk->out.total = mark->total;
    cvx_buf_trim(&walk->out.text, mark->text);
    cvx_buf_trim(&walk->out.styles, mark->styles);
    if (walk->settled > mark->text)
        walk->settled = mark->text;
    if (mark->depth > 0)
        walk->kind[mark->depth - 1] = mark->kind;
    if (mark->n_open > 0)
        *walk_innermost(walk) = mark->innermost;
}
