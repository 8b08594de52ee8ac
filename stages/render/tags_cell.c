/* Owns the tags that set a property of the table cell around them: colspan and cellbg
 * (steps 3 and 4). */
#include <string.h>

#include "render/tags_private.h"

/* "{% WORD EXPR %}", EXPR without '%'. */
static bool match_cell(struct cvx_tags_around *around, struct cvx_span in, size_t at,
                       struct cvx_tags_tag *ret)
{
    size_t i;

    if (!cvx_search_at(in, at, "{%"))
        return false;
    i = cvx_search_skip_space(in, at + 2);
    if (!cvx_search_at(in, i, around->word))
        return false;
    i += strlen(around->word);
    ret->a = cvx_search_skip_space(in, i);
    if (ret->a == i)
        return false;
    ret->b = cvx_search_byte(in, ret->a, '%');
    ret->end = ret->b + 2;
    return ret->b != CVX_SEARCH_NONE && cvx_search_at(in, ret->b + 1, "}");
}

/* What to do with one cell. */
struct cell {
    const char *drop;            /* the element whose first occurrence goes: "<w:shd" */
    const char *before, *behind; /* what is put in around the expression */
    struct cvx_span expr;
};

static void drop_range(struct cvx_edit *edit, const void *arg)
{
    const size_t *range = arg;

    cvx_edit_keep(edit, range[0]);
    cvx_edit_drop(edit, range[1]);
}

/* The runs that hold an empty text, such as the tag's own: from a run's start up to the
 * last empty text before the next start, and on to the first end. */
static void drop_empty_runs(struct cvx_edit *edit, const void *arg)
{
    static const char empty[] = "<w:t></w:t>", close[] = "</w:r>";
    struct cvx_span in = edit->in;
    size_t last_close = cvx_search_last(in, close);
    struct cvx_search_ahead ahead = {.what = empty};
    size_t start = cvx_search_start(in, 0, "<w:r"), next;

    (void)arg;
    if (last_close == CVX_SEARCH_NONE)
        return;
    for (; start != CVX_SEARCH_NONE; start = next) {
        size_t found = CVX_SEARCH_NONE, i;

        next = cvx_search_start(in, start + 1, "<w:r");
        for (i = cvx_search_ahead(&ahead, in, start); i < next;
             i = cvx_search_ahead(&ahead, in, i + 1))
            if (i + sizeof(empty) - 1 <= last_close)
                found = i;
        if (found == CVX_SEARCH_NONE)
            continue;
        i = cvx_search_find(in, found + sizeof(empty) - 1, close) + sizeof(close) - 1;
        cvx_edit_keep(edit, start);
        cvx_edit_drop(edit, i);
        if (next < i)
            next = cvx_search_start(in, i, "<w:r");
    }
}

/* The first element of the name that is empty and has no '/' before its end. */
static void drop_element(struct cvx_edit *edit, const void *arg)
{
    const struct cell *cell = arg;
    struct cvx_span in = edit->in;
    struct cvx_search_ahead ahead = {.what = "/"};

    for (size_t i = cvx_search_find(in, 0, cell->drop); i != CVX_SEARCH_NONE;
         i = cvx_search_find(in, i + 1, cell->drop)) {
        size_t slash = cvx_search_ahead(&ahead, in, i);

        if (slash == CVX_SEARCH_NONE)
            return;
        if (cvx_search_at(in, slash + 1, ">")) {
            cvx_edit_keep(edit, i);
            cvx_edit_drop(edit, slash + 2);
            return;
        }
    }
}

/* The expression, in which a backslash counts twice over: once more than in other tags. */
static void put_expr(struct cvx_edit *edit, struct cvx_span expr)
{
    static const char known[] = "\\abfnrtv", meant[] = "\\\a\b\f\n\r\t\v";

    for (size_t i = 0; i < expr.len; i++) {
        const char *p;

        if (expr.p[i] != '\\') {
            cvx_edit_put_bytes(edit, expr.p + i, 1);
            continue;
        }
        p = i + 1 < expr.len ? memchr(known, expr.p[i + 1], sizeof(known) - 1) : NULL;
        if (!p) {
            cvx_edit_fault(edit, "a backslash in a colspan or cellbg tag", edit->done);
            return;
        }
        cvx_edit_put_bytes(edit, &meant[p - known], 1);
        i++;
    }
}

/* The new element becomes the first property of the cell. */
static void put_property(struct cvx_edit *edit, const void *arg)
{
    const struct cell *cell = arg;
    struct cvx_span in = edit->in;
    size_t i = cvx_search_find(in, 0, "<w:tcPr");

    while (i != CVX_SEARCH_NONE && !edit->fault) {
        size_t end = cvx_search_byte(in, i, '>');

        if (end == CVX_SEARCH_NONE)
            return;
        cvx_edit_keep(edit, end + 1);
        cvx_edit_put(edit, cell->before);
        put_expr(edit, cell->expr);
        cvx_edit_put(edit, cell->behind);
        i = cvx_search_find(in, end + 1, "<w:tcPr");
    }
}

/* Changes in[begin, end), one cell, in passes of its own. */
static void change_cell(struct cvx_edit *edit, size_t begin, size_t end,
                        const struct cvx_tags_tag *tag, struct cell *cell)
{
    struct cvx_span in = edit->in;
    size_t range[2] = {tag->begin - begin, tag->end - begin};
    struct cvx_edit_text text;

    cell->expr = (struct cvx_span){in.p + tag->a, tag->b - tag->a};
    cvx_edit_keep(edit, begin);
    cvx_edit_text_init(&text, (struct cvx_span){in.p + begin, end - begin});
    cvx_edit_run(&text, drop_range, range);
    cvx_edit_run(&text, drop_empty_runs, NULL);
    cvx_edit_run(&text, drop_element, cell);
    cvx_edit_run(&text, put_property, cell);
    cvx_edit_splice(edit, &text, end);
    cvx_edit_text_done(&text);
}

static void act_colspan(const struct cvx_tags_around *around, struct cvx_edit *edit,
                        size_t begin, size_t end, const struct cvx_tags_tag *tag)
{
    struct cell cell = {
        .drop = "<w:gridSpan", .before = "<w:gridSpan w:val=\"{{", .behind = "}}\"/>"};

    (void)around;
    change_cell(edit, begin, end, tag, &cell);
}

static void act_cellbg(const struct cvx_tags_around *around, struct cvx_edit *edit,
                       size_t begin, size_t end, const struct cvx_tags_tag *tag)
{
    struct cell cell = {.drop = "<w:shd",
                        .before = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{{",
                        .behind = "}}\"/>"};

    (void)around;
    change_cell(edit, begin, end, tag, &cell);
}

void cvx_tags_colspan(struct cvx_edit *edit, const void *arg)
{
    struct cvx_tags_around around = {.start = "<w:tc",
                                     .close = "</w:tc>",
                                     .match = match_cell,
                                     .act = act_colspan,
                                     .word = "colspan"};

    (void)arg;
    cvx_tags_around(&around, edit);
}

void cvx_tags_cellbg(struct cvx_edit *edit, const void *arg)
{
    struct cvx_tags_around around = {.start = "<w:tc",
                                     .close = "</w:tc>",
                                     .match = match_cell,
                                     .act = act_cellbg,
                                     .word = "cellbg"};

    (void)arg;
    cvx_tags_around(&around, edit);
}
