/* Searching in a text for fixed words, in a way that never looks at a byte twice for one
 * question. Thread: any; pure. */
#ifndef CVX_RENDER_SEARCH_H
#define CVX_RENDER_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/clean.h"

#define CVX_SEARCH_NONE SIZE_MAX

/* Whether `what` stands at place i. */
bool cvx_search_at(struct cvx_span in, size_t i, const char *what);
/* First place of `what` at or behind `from`. */
size_t cvx_search_find(struct cvx_span in, size_t from, const char *what);
size_t cvx_search_byte(struct cvx_span in, size_t from, char what);
/* Last place of `what`. */
size_t cvx_search_last(struct cvx_span in, const char *what);
/* Whether `what` stands at i, followed by a space or '>'; and the
 * first place at or behind `from` where `what` is followed by a space or '>': "<w:p" finds
 * paragraphs and not their properties. */
bool cvx_search_is_start(struct cvx_span in, size_t i, const char *what);
size_t cvx_search_start(struct cvx_span in, size_t from, const char *what);
/* Behind the white space at i. */
size_t cvx_search_skip_space(struct cvx_span in, size_t i);

/* cvx_search_find() for one `what` and for places that never go back: all the calls
 * together read the text once. */
struct cvx_search_ahead {
    const char *what;
    size_t at;
    bool known;
};
size_t cvx_search_ahead(struct cvx_search_ahead *ahead, struct cvx_span in, size_t from);

#endif
