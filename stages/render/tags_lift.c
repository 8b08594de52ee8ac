/* Owns the tags that stand for the whole element around them: "{%p ..%}" and its like take
 * the place of their row, cell, paragraph or run (steps 9 and 10). */
#include <stdio.h>
#include <string.h>

#include "render/tags_private.h"

/* Behind "{%p " or its like at `at`; CVX_SEARCH_NONE. */
static size_t content(const struct cvx_tags_around *around, struct cvx_span in, size_t at)
{
    size_t space = at + 2 + strlen(around->word);

    if (!cvx_search_at(in, at + 2, around->word) || !cvx_search_at(in, space, " "))
        return CVX_SEARCH_NONE;
    return space + 1;
}

/* "{%p ...%}" or "{{p ...}}", closed by the first '%' or '}' that comes. */
static bool match_tag(struct cvx_tags_around *around, struct cvx_span in, size_t at,
                      struct cvx_tags_tag *ret)
{
    size_t other;

    if (!cvx_search_at(in, at, "{%") && !cvx_search_at(in, at, "{{"))
        return false;
    ret->a = content(around, in, at);
    if (ret->a == CVX_SEARCH_NONE)
        return false;
    ret->b = cvx_search_ahead(&around->stop[0], in, ret->a);
    other = cvx_search_ahead(&around->stop[1], in, ret->a);
    if (other < ret->b)
        ret->b = other;
    ret->end = ret->b + 2;
    return ret->b != CVX_SEARCH_NONE && cvx_search_at(in, ret->b + 1, "}");
}

/* "{#p ...#}" with no '}' in it. */
static bool match_comment(struct cvx_tags_around *around, struct cvx_span in, size_t at,
                          struct cvx_tags_tag *ret)
{
    if (!cvx_search_at(in, at, "{#"))
        return false;
    ret->a = content(around, in, at);
    if (ret->a == CVX_SEARCH_NONE)
        return false;
    ret->b = cvx_search_ahead(&around->stop[0], in, ret->a);
    ret->end = ret->b + 2;
    return ret->b < cvx_search_ahead(&around->stop[1], in, ret->a) &&
           cvx_search_at(in, ret->b + 1, "}");
}

/* The element is dropped; its tag stays, without the letters that asked for this. */
static void act(const struct cvx_tags_around *around, struct cvx_edit *edit, size_t begin,
                size_t end, const struct cvx_tags_tag *tag)
{
    cvx_edit_keep(edit, begin);
    cvx_edit_drop(edit, tag->begin);
    cvx_edit_keep(edit, tag->begin + 2);
    cvx_edit_drop(edit, tag->begin + 2 + strlen(around->word));
    cvx_edit_keep(edit, tag->end);
    cvx_edit_drop(edit, end);
}

static void lift(struct cvx_edit *edit, struct cvx_tags_around *around)
{
    char start[8], close[8];

    (void)snprintf(start, sizeof(start), "<w:%s", around->word);
    (void)snprintf(close, sizeof(close), "</w:%s>", around->word);
    around->start = start;
    around->close = close;
    around->act = act;
    cvx_tags_around(around, edit);
}

void cvx_tags_lift(struct cvx_edit *edit, const void *arg)
{
    struct cvx_tags_around around = {
        .match = match_tag, .word = arg, .stop = {{.what = "%"}, {.what = "}"}}};

    lift(edit, &around);
}

void cvx_tags_lift_comment(struct cvx_edit *edit, const void *arg)
{
    struct cvx_tags_around around = {
        .match = match_comment, .word = arg, .stop = {{.what = "#"}, {.what = "}"}}};

    lift(edit, &around);
}
