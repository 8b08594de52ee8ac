/* The mini-language behind the colon of str.format: "{:>10,.2f}", and the conversions
 * before it.
 *
 * Thread: the session's worker. Failure: CVX_EFORMAT for what Python refuses, CVX_ELIMIT
 * for more text than CVX_TEMPLATE_OUTPUT_MAX; what was appended by then is of no use. */
#ifndef CVX_JINJA_FORMATSPEC_H
#define CVX_JINJA_FORMATSPEC_H

#include "render/jinja/value.h"
#include "text/clean.h"

/* format(value, spec), appended. The spec of a kind that has none must be empty. */
int cvx_formatspec_apply(struct cvx_rt *rt, struct cvx_value value, struct cvx_span spec,
                         struct cvx_buf *out);

/* str(), repr() or ascii() of value for the conversion 's', 'r' or 'a', appended. */
int cvx_formatspec_convert(struct cvx_rt *rt, struct cvx_value value, char conversion,
                           struct cvx_buf *out);

/* The number that *p begins with, decimal digits of any script, which are then taken off
 * it; *ret is -1 when it begins with none. CVX_EFORMAT past 63 bits. */
int cvx_formatspec_number(struct cvx_rt *rt, struct cvx_span *p, int64_t *ret);

/* CVX_ELIMIT when a width or precision alone is more than a text may be. */
int cvx_formatspec_bound(struct cvx_rt *rt, int64_t size);

/* The integer as the double that Python's formats make of it; CVX_EFORMAT when it is too
 * large. A double is itself. */
int cvx_formatspec_double(struct cvx_rt *rt, struct cvx_value value, double *ret);

/* Appends the character that number stands for (an integer); CVX_EFORMAT when none. */
int cvx_formatspec_character(struct cvx_rt *rt, struct cvx_value number,
                             struct cvx_buf *out);

#endif
