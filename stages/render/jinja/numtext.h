/* Numbers as digits: what "%" and str.format share once a type, a precision and the
 * flags are known. Padding, grouping and the sign's form are the callers'.
 *
 * Thread: any (numtext.c keeps nothing). Failure: the buffer latches. */
#ifndef CVX_JINJA_NUMTEXT_H
#define CVX_JINJA_NUMTEXT_H

#include "render/jinja/value.h"

#define CVX_NUMTEXT_ALT 1u      /* '#': the point stays, 'g' keeps its zeros */
#define CVX_NUMTEXT_DOT_0 2u    /* without an exponent, a digit behind the point */
#define CVX_NUMTEXT_NO_NEG_0 4u /* 'z': no minus before nothing but zeros */

/* value as type writes it: e E f F g G, or r for repr, which takes no precision. A minus
 * comes first, a plus never. */
void cvx_numtext_double(struct cvx_buf *out, double value, char type, size_t precision,
                        unsigned flags);
/* The digits of |value|, an integer, as the type writes them: b o x X, else decimal. Returns
 * the base. */
int cvx_numtext_typed(struct cvx_buf *out, struct cvx_value value, char type);
/* The digits of |value|, an integer, in base 2, 8, 10 or 16, in small letters. */
void cvx_numtext_digits(struct cvx_buf *out, struct cvx_value value, int base);
bool cvx_numtext_is_negative(struct cvx_value value); /* an integer */

#endif
