/* Python's textwrap.wrap, as the filter wordwrap uses it: tabs and other blanks are left
 * as they are, blanks at the edges of the lines made are dropped. No memory of its own:
 * the lines are pieces of the text. Thread: any. */
#ifndef CVX_JINJA_TEXTWRAP_H
#define CVX_JINJA_TEXTWRAP_H

#include <stdbool.h>
#include <stddef.h>

struct cvx_textwrap {
    double width; /* characters of a line, above 0 */
    bool whole;   /* the width is of whole characters: else no word can be broken */
    bool break_long_words;
    bool break_on_hyphens;
    const char *text, *end; /* what is wrapped: valid UTF-8 */
    const char *at, *stop;  /* private: the current chunk */
    const char *blank;      /* private: from here to stop it is white space alone */
    bool any;               /* private: a line was made */
};

/* The settings stay as they are. */
void cvx_textwrap_start(struct cvx_textwrap *wrap, const char *text, size_t len);

/* The next line; false at the end, and with *ret_fault when a word would have to be
 * broken although the width is a fraction. */
bool cvx_textwrap_next(struct cvx_textwrap *wrap, const char **ret, size_t *ret_len,
                       bool *ret_fault);

#endif
