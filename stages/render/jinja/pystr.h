/* Text as Python's str sees it, on borrowed runs of UTF-8: what the methods of strings and
 * the formats are made of. Positions are bytes unless "points" says code points.
 *
 * Pure; what is appended goes to a latching buffer and must not lie within it. Input is
 * well-formed UTF-8. Thread: any. */
#ifndef CVX_JINJA_PYSTR_H
#define CVX_JINJA_PYSTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>

#include "text/clean.h"

#define CVX_PYSTR_NONE SIZE_MAX /* no such place */

/* ---- code points and bytes (pystr.c) ---- */

size_t cvx_pystr_points(struct cvx_span s);
/* Where the nth code point starts; s.len when there are not so many. */
size_t cvx_pystr_offset(struct cvx_span s, size_t nth);
/* Appends the character c (no surrogate). */
void cvx_pystr_put(struct cvx_buf *out, uint32_t c);
/* Appends what ascii() makes of it: \xe9, \u4e00, \U0001f600 for what is not ASCII. */
void cvx_pystr_ascii(struct cvx_buf *out, struct cvx_span s);

/* ---- searching (pystr.c): the first and last place of needle in s, or none ---- */

size_t cvx_pystr_find(struct cvx_span s, struct cvx_span needle);
size_t cvx_pystr_rfind(struct cvx_span s, struct cvx_span needle);
/* Places that do not overlap; an empty needle is at each code point and at the end. */
size_t cvx_pystr_count(struct cvx_span s, struct cvx_span needle);
bool cvx_pystr_starts(struct cvx_span s, struct cvx_span with);
bool cvx_pystr_ends(struct cvx_span s, struct cvx_span with);
/* Appends s with the first `most` places of old replaced. */
void cvx_pystr_replace(struct cvx_buf *out, struct cvx_span s, struct cvx_span old,
                       struct cvx_span new, size_t most);

/* ---- cutting (pystr_cut.c) ---- */

#define CVX_PYSTR_LEFT 1u
#define CVX_PYSTR_RIGHT 2u
/* Without white space (set NULL), or without the characters of set, on those sides. */
struct cvx_span cvx_pystr_strip(struct cvx_span s, const struct cvx_span *set,
                                unsigned sides);

/* str.split and str.rsplit, one piece at a time: the first (right: the last) first. */
struct cvx_pystr_cut {
    struct cvx_span rest;
    const struct cvx_span *sep; /* NULL: runs of white space; never empty */
    size_t left;                /* cuts that may still be made */
    bool right;
    bool done;
};

bool cvx_pystr_cut_next(struct cvx_pystr_cut *cut, struct cvx_span *ret);

/* Takes the next line off *rest, with its break when keep; false when nothing is left. */
bool cvx_pystr_line_next(struct cvx_span *rest, bool keep, struct cvx_span *ret);

/* ---- filling up (pystr_cut.c): to `width` code points with the character `fill` ---- */

/* Appends s; align is '<', '>' or '^' (the odd one goes where str.center puts it). */
void cvx_pystr_pad(struct cvx_buf *out, struct cvx_span s, size_t width,
                   struct cvx_span fill, char align);
void cvx_pystr_repeat(struct cvx_buf *out, struct cvx_span fill, size_t times);
void cvx_pystr_zfill(struct cvx_buf *out, struct cvx_span s, size_t width);
/* Tabs become blanks up to the next multiple of size, which may be 0. */
void cvx_pystr_expandtabs(struct cvx_buf *out, struct cvx_span s, size_t size);

/* ---- letters (pystr_case.c): full mappings of Unicode 14, the final sigma ---- */

typedef void cvx_pystr_map_fn(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_upper(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_lower(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_title(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_capitalize(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_swapcase(struct cvx_buf *out, struct cvx_span s);
void cvx_pystr_casefold(struct cvx_buf *out, struct cvx_span s);

/* The predicates: all of s, and (ASCII and printable apart) s is not empty. */
typedef bool cvx_pystr_is_fn(struct cvx_span s);
bool cvx_pystr_is_alpha(struct cvx_span s);
bool cvx_pystr_is_alnum(struct cvx_span s);
bool cvx_pystr_is_ascii(struct cvx_span s);
bool cvx_pystr_is_decimal(struct cvx_span s);
bool cvx_pystr_is_digit(struct cvx_span s);
bool cvx_pystr_is_numeric(struct cvx_span s);
bool cvx_pystr_is_space(struct cvx_span s);
bool cvx_pystr_is_printable(struct cvx_span s);
bool cvx_pystr_is_identifier(struct cvx_span s);
bool cvx_pystr_is_lower(struct cvx_span s);
bool cvx_pystr_is_upper(struct cvx_span s);
bool cvx_pystr_is_title(struct cvx_span s);

/* The value of a decimal digit of any script, -1 for what is none. */
int cvx_pystr_decimal(uint32_t c);

#endif
