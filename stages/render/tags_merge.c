/* Owns the tags that merge the table cell around them with those of other rounds of the
 * loop: vm, down the column, and hm, along the row (steps 11 and 12). */
#include <string.h>

#include "render/tags_private.h"
#include "text/unicode.h"

#define IF_FIRST "{% if loop.first %}"
#define END_IF "{% endif %}"
#define V_MERGE                                                                          \
    "<w:vMerge w:val=\"{% if loop.first %}restart{% else %}continue{% endif %}\"/>"
#define SPAN_VALUE "w:gridSpan w:val=\""

/* A cell with a `word` tag: from a start up to the first such tag before the next start, on
 * to the first end. */
struct merge {
    const char *word;
    void (*act)(struct cvx_edit *edit, size_t begin, size_t end);
};

static void each_merge(struct cvx_edit *edit, const struct merge *merge)
{
    struct cvx_span in = edit->in;
    size_t tag_end = 0, tag = cvx_tags_find_word(in, 0, merge->word, &tag_end);
    size_t start = cvx_search_start(in, 0, "<w:tc"), next, end;

    while (start != CVX_SEARCH_NONE && tag != CVX_SEARCH_NONE) {
        next = cvx_search_start(in, start + 1, "<w:tc");
        while (tag < start)
            tag = cvx_tags_find_word(in, tag + 2, merge->word, &tag_end);
        if (tag < next) {
            end = cvx_search_start(in, tag_end, "</w:tc");
            if (end == CVX_SEARCH_NONE)
                return;
            end += sizeof("</w:tc>") - 1;
            merge->act(edit, start, end);
            if (next < end)
                next = cvx_search_start(in, end, "<w:tc");
        }
        start = next;
    }
}

/* What is done within the cell. */
struct within {
    const char *word;
    const char *property;    /* put before the end of the properties */
    const char *open, *shut; /* put around the rest of the text that the tag is in */
};

/* The end of the properties, the end of the next start of a text, the tag, the text's end:
 * each the first behind the one before. */
struct places {
    size_t properties, open, tag, tag_end, shut;
};

static bool find_places(struct cvx_span in, size_t from, const char *word,
                        struct places *ret)
{
    size_t text;

    ret->properties = cvx_search_start(in, from, "</w:tcPr");
    if (ret->properties == CVX_SEARCH_NONE)
        return false;
    text = cvx_search_find(in, ret->properties + sizeof("</w:tcPr>") - 1, "<w:t");
    if (text == CVX_SEARCH_NONE)
        return false;
    ret->open = cvx_search_byte(in, text + sizeof("<w:t") - 1, '>');
    if (ret->open == CVX_SEARCH_NONE)
        return false;
    ret->open++;
    ret->tag = cvx_tags_find_word(in, ret->open, word, &ret->tag_end);
    if (ret->tag == CVX_SEARCH_NONE)
        return false;
    ret->shut = cvx_search_find(in, ret->tag_end, "</w:t>");
    return ret->shut != CVX_SEARCH_NONE;
}

static void put_within(struct cvx_edit *edit, const void *arg)
{
    const struct within *within = arg;
    struct places at;

    while (find_places(edit->in, edit->done, within->word, &at)) {
        cvx_edit_keep(edit, at.properties);
        cvx_edit_put(edit, within->property);
        cvx_edit_keep(edit, at.open);
        cvx_edit_put(edit, within->open);
        cvx_edit_keep(edit, at.tag);
        cvx_edit_drop(edit, at.tag_end);
        cvx_edit_keep(edit, at.shut);
        cvx_edit_put(edit, within->shut);
        cvx_edit_keep(edit, at.shut + sizeof("</w:t>") - 1);
    }
}

static void act_vm(struct cvx_edit *edit, size_t begin, size_t end)
{
    static const struct within within = {"vm", V_MERGE, IF_FIRST, END_IF};
    struct cvx_edit_text text;

    cvx_edit_keep(edit, begin);
    cvx_edit_text_init(&text, (struct cvx_span){edit->in.p + begin, end - begin});
    cvx_edit_run(&text, put_within, &within);
    cvx_edit_splice(edit, &text, end);
    cvx_edit_text_done(&text);
}

void cvx_tags_vm(struct cvx_edit *edit, const void *arg)
{
    static const struct merge merge = {"vm", act_vm};

    (void)arg;
    each_merge(edit, &merge);
}

static size_t skip_digits(struct cvx_span in, size_t i)
{
    size_t n;

    while (i < in.len) {
        if (!cvx_unicode_is_digit(cvx_unicode_decode(in.p + i, in.p + in.len, &n)))
            break;
        i += n;
    }
    return i;
}

/* A cell that spans N columns spans N for each round. */
static void multiply_span(struct cvx_edit *edit, const void *arg)
{
    struct cvx_span in = edit->in;
    size_t i = cvx_search_find(in, 0, SPAN_VALUE);

    (void)arg;
    while (i != CVX_SEARCH_NONE) {
        size_t begin = i + sizeof(SPAN_VALUE) - 1;
        size_t end = skip_digits(in, begin);

        if (end > begin && cvx_search_at(in, end, "\"")) {
            cvx_edit_keep(edit, begin);
            cvx_edit_put(edit, "{{ ");
            cvx_edit_keep(edit, end);
            cvx_edit_put(edit, " * loop.length }}");
        }
        i = cvx_search_find(in, begin, SPAN_VALUE);
    }
}

static void drop_words(struct cvx_edit *edit, const void *arg)
{
    size_t end = 0, i = cvx_tags_find_word(edit->in, 0, arg, &end);

    while (i != CVX_SEARCH_NONE) {
        cvx_edit_keep(edit, i);
        cvx_edit_drop(edit, end);
        i = cvx_tags_find_word(edit->in, end, arg, &end);
    }
}

static void act_hm(struct cvx_edit *edit, size_t begin, size_t end)
{
    static const struct within within = {
        "hm", "<w:gridSpan w:val=\"{{ loop.length }}\"/>", "", ""};
    struct cvx_span cell = {edit->in.p + begin, end - begin};
    struct cvx_edit_text text;

    cvx_edit_keep(edit, begin);
    cvx_edit_put(edit, IF_FIRST);
    cvx_edit_text_init(&text, cell);
    if (cvx_search_find(cell, 0, "w:gridSpan") != CVX_SEARCH_NONE) {
        cvx_edit_run(&text, multiply_span, NULL);
        cvx_edit_run(&text, drop_words, "hm");
    } else {
        cvx_edit_run(&text, put_within, &within);
    }
    cvx_edit_splice(edit, &text, end);
    cvx_edit_put(edit, END_IF);
    cvx_edit_text_done(&text);
}

void cvx_tags_hm(struct cvx_edit *edit, const void *arg)
{
    static const struct merge merge = {"hm", act_hm};

    (void)arg;
    each_merge(edit, &merge);
}
