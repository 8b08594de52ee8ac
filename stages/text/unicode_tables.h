/* The generated tables behind unicode.h: sorted ranges that do not touch, bits for ASCII,
 * and the caseless pairs. Read-only. Thread: any. */
#ifndef CVX_TEXT_UNICODE_TABLES_H
#define CVX_TEXT_UNICODE_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Both ends belong to the range. */
struct cvx_unicode_range {
    uint32_t first;
    uint32_t last;
};

#define CVX_UNICODE_SPACE 1u
#define CVX_UNICODE_DIGIT 2u
#define CVX_UNICODE_WORD 4u
extern const unsigned char cvx_unicode_tables_ascii[128];

/* What re.IGNORECASE takes for 'a' to 'z': up to four characters, zeros after the
 * last. */
#define CVX_UNICODE_CASELESS_MAX 4
extern const uint32_t cvx_unicode_tables_caseless[26][CVX_UNICODE_CASELESS_MAX];

extern const struct cvx_unicode_range cvx_unicode_tables_space[];
extern const size_t cvx_unicode_tables_space_count;
extern const struct cvx_unicode_range cvx_unicode_tables_digit[];
extern const size_t cvx_unicode_tables_digit_count;
extern const struct cvx_unicode_range cvx_unicode_tables_word[];
extern const size_t cvx_unicode_tables_word_count;
/* What Python's repr escapes: not str.isprintable. */
extern const struct cvx_unicode_range cvx_unicode_tables_hidden[];
extern const size_t cvx_unicode_tables_hidden_count;
/* For the final sigma: characters that make a word end there ("cased", those that are
 * passed over left out), and characters that are passed over ("case-ignorable"). */
extern const struct cvx_unicode_range cvx_unicode_tables_cased[];
extern const size_t cvx_unicode_tables_cased_count;
extern const struct cvx_unicode_range cvx_unicode_tables_ignorable[];
extern const size_t cvx_unicode_tables_ignorable_count;

#endif
