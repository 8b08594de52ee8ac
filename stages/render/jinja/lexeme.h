/* How far the words of the language reach: numbers, names, texts between quotes.
 *
 * Thread: any. Pure. */
#ifndef CVX_JINJA_LEXEME_H
#define CVX_JINJA_LEXEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cvx_lexeme_text {
    const char *s; /* valid UTF-8 */
    size_t len;
};

/* Each gives the end of what begins at pos < len; 0 when nothing of the kind does. */
size_t cvx_lexeme_float(const struct cvx_lexeme_text *r, size_t pos);
size_t cvx_lexeme_int(const struct cvx_lexeme_text *r, size_t pos);
size_t cvx_lexeme_string(const struct cvx_lexeme_text *r, size_t pos); /* at its quote */
size_t cvx_lexeme_word(const struct cvx_lexeme_text *r, size_t pos);   /* pos: none */

/* Whether c can be in a word; and whether Python takes the word pos..end for a name. */
bool cvx_lexeme_is_word(uint32_t c);
bool cvx_lexeme_is_name(const struct cvx_lexeme_text *r, size_t pos, size_t end);

#endif
