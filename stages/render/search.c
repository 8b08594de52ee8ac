/* Owns the searches: the C library's, made to work by places in a span. */
#include "render/search.h"

#include <string.h>

#include "text/unicode.h"

bool cvx_search_at(struct cvx_span in, size_t i, const char *what)
{
    size_t len = strlen(what);

    return i <= in.len && in.len - i >= len && memcmp(in.p + i, what, len) == 0;
}

size_t cvx_search_find(struct cvx_span in, size_t from, const char *what)
{
    const char *p;

    if (from >= in.len)
        return CVX_SEARCH_NONE;
    p = memmem(in.p + from, in.len - from, what, strlen(what));
    return p ? (size_t)(p - in.p) : CVX_SEARCH_NONE;
}

size_t cvx_search_byte(struct cvx_span in, size_t from, char what)
{
    const char *p = from < in.len ? memchr(in.p + from, what, in.len - from) : NULL;

    return p ? (size_t)(p - in.p) : CVX_SEARCH_NONE;
}

size_t cvx_search_last(struct cvx_span in, const char *what)
{
    size_t len = strlen(what);

    for (size_t end = in.len; end >= len;) {
        const char *p = memrchr(in.p, what[0], end - len + 1);

        if (!p)
            break;
        if (memcmp(p, what, len) == 0)
            return (size_t)(p - in.p);
        end = (size_t)(p - in.p) + len - 1;
    }
    return CVX_SEARCH_NONE;
}

bool cvx_search_is_start(struct cvx_span in, size_t i, const char *what)
{
    size_t end = i + strlen(what);

    return cvx_search_at(in, i, what) && end < in.len &&
           (in.p[end] == ' ' || in.p[end] == '>');
}

size_t cvx_search_start(struct cvx_span in, size_t from, const char *what)
{
    size_t len = strlen(what);

    for (size_t i = cvx_search_find(in, from, what); i != CVX_SEARCH_NONE;
         i = cvx_search_find(in, i + len, what))
        if (cvx_search_is_start(in, i, what))
            return i;
    return CVX_SEARCH_NONE;
}

size_t cvx_search_skip_space(struct cvx_span in, size_t i)
{
    size_t n;

    while (i < in.len) {
        if (!cvx_unicode_is_space(cvx_unicode_decode(in.p + i, in.p + in.len, &n)))
            break;
        i += n;
    }
    return i;
}

size_t cvx_search_ahead(struct cvx_search_ahead *ahead, struct cvx_span in, size_t from)
{
    if (!ahead->known || ahead->at < from) {
        ahead->at = cvx_search_find(in, from, ahead->what);
        ahead->known = true;
    }
    return ahead->at;
}
