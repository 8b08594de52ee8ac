/* Where words begin and end in a CV's text: for terms that are looked for in it. Pure.
 * Thread: any. */
#ifndef CVX_ADJUST_WORDS_H
#define CVX_ADJUST_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "text/unicode.h"

/* Scripts from U+2E80 on (Han, kana ...) set no blanks between words: every character of
 * theirs may begin and end one. */
static inline bool cvx_words_unspaced(uint32_t c)
{
    return c >= 0x2E80;
}

/* Whether this character, next to a term of another kind of script, makes it a part of a
 * longer word: "C" is not in "C++", "C#" or "Ca". */
static inline bool cvx_words_joins(uint32_t c)
{
    return c == '+' || c == '#' || (!cvx_words_unspaced(c) && cvx_unicode_is_word(c));
}

#endif
