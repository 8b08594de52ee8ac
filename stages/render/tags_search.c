/* Owns the two ways in which the cleaning pass looks for template tags: by their word, and
 * by the element around them. */
#include <string.h>

#include "render/tags_private.h"

size_t cvx_tags_word(struct cvx_span in, size_t i, const char *word)
{
    if (!cvx_search_at(in, i, "{%"))
        return CVX_SEARCH_NONE;
    i = cvx_search_skip_space(in, i + 2);
    if (!cvx_search_at(in, i, word))
        return CVX_SEARCH_NONE;
    i = cvx_search_skip_space(in, i + strlen(word));
    return cvx_search_at(in, i, "%}") ? i + 2 : CVX_SEARCH_NONE;
}

size_t cvx_tags_find_word(struct cvx_span in, size_t from, const char *word,
                          size_t *ret_end)
{
    for (size_t i = cvx_search_find(in, from, "{%"); i != CVX_SEARCH_NONE;
         i = cvx_search_find(in, i + 2, "{%")) {
        size_t end = cvx_tags_word(in, i, word);

        if (end != CVX_SEARCH_NONE) {
            *ret_end = end;
            return i;
        }
    }
    return CVX_SEARCH_NONE;
}

/* The last tag that begins in [from, to) and has a close behind it. */
static bool last_tag(struct cvx_tags_around *around, struct cvx_span in, size_t from,
                     size_t to, size_t last_close, struct cvx_tags_tag *ret)
{
    bool found = false;

    for (size_t i = from; i < to; i++) {
        const char *p = memchr(in.p + i, '{', to - i);
        struct cvx_tags_tag tag;

        if (!p)
            break;
        i = (size_t)(p - in.p);
        if (around->match(around, in, i, &tag) && tag.end <= last_close) {
            tag.begin = i;
            *ret = tag;
            found = true;
        }
    }
    return found;
}

void cvx_tags_around(struct cvx_tags_around *around, struct cvx_edit *edit)
{
    struct cvx_span in = edit->in;
    size_t last_close = cvx_search_last(in, around->close);
    size_t start = cvx_search_start(in, 0, around->start);
    struct cvx_tags_tag tag;

    if (last_close == CVX_SEARCH_NONE)
        return;
    while (start != CVX_SEARCH_NONE && !edit->fault) {
        size_t next = cvx_search_start(in, start + 1, around->start);
        size_t to = next != CVX_SEARCH_NONE ? next : in.len;

        if (last_tag(around, in, start, to, last_close, &tag)) {
            size_t end =
                cvx_search_find(in, tag.end, around->close) + strlen(around->close);

            around->act(around, edit, start, end, &tag);
            next = next != CVX_SEARCH_NONE && next >= end
                       ? next
                       : cvx_search_start(in, end, around->start);
        }
        start = next;
    }
}
