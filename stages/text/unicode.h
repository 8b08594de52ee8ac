/* What Python 3.11 (Unicode 14) takes for white space, a digit, a word character, and
 * which characters its case-insensitive matching takes for an ASCII letter. One
 * generated table (unicode_tables.c, made by gen_unicode.py) used in place of \s, \d,
 * \w and (?i), which differ between libraries. Pure. Thread: any. */
#ifndef CVX_TEXT_UNICODE_H
#define CVX_TEXT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at p (well-formed UTF-8 only, p < end); *ret_len gets its
 * bytes. */
uint32_t cvx_unicode_decode(const char *p, const char *end, size_t *ret_len);

bool cvx_unicode_is_space(uint32_t c);     /* str.isspace */
bool cvx_unicode_is_digit(uint32_t c);     /* re's \d: category Nd */
bool cvx_unicode_is_word(uint32_t c);      /* str.isalnum or '_' */
bool cvx_unicode_is_printable(uint32_t c); /* str.isprintable */

/* Whether the capital sigma at p, in the text from start to end, ends a word: its small
 * letter is then the final one. */
bool cvx_unicode_ends_word(const char *start, const char *p, const char *end);

/* Characters allowed by XML 1.0. */
bool cvx_unicode_is_xml(uint32_t c);

/* Python's str.upper / str.lower (full mappings, final sigma): appended to buf. ASCII
 * and the final sigma are handled here, the rest by libunistring. Input is well-formed
 * UTF-8 and does not lie in buf. Failure: buf latches. */
struct cvx_buf;
void cvx_unicode_upper(struct cvx_buf *buf, const char *p, size_t len);
void cvx_unicode_lower(struct cvx_buf *buf, const char *p, size_t len);

#endif
