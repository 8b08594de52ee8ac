/* Integers between values and GMP, and their exactly rounded quotients.
 *
 * GMP's own memory is used for the span of one operation; it ends the program when there
 * is none, so every caller bounds its operands first (CVX_TEMPLATE_DIGITS_MAX keeps an
 * integer below 2 KiB, a product below 4). Thread: any. */
#ifndef CVX_JINJA_BIGINT_H
#define CVX_JINJA_BIGINT_H

#include "render/jinja/value.h"

_Static_assert(GMP_NUMB_BITS == 64, "an int64_t is held in one limb");

/* An integer as GMP reads it: borrows a BIG's limbs, holds those of the others. */
struct cvx_bigint_operand {
    mpz_t z;
    mp_limb_t limb;
};

/* value is BOOL, INT or BIG. Needs no release; value's limbs and *operand must stay. */
mpz_srcptr cvx_bigint_read(struct cvx_bigint_operand *operand, struct cvx_value value);
/* z as a value: INT when it fits, else BIG in the heap. CVX_ELIMIT past the digits. */
int cvx_bigint_store(struct cvx_rt *rt, mpz_srcptr z, struct cvx_value *ret);
/* a / b rounded once, half to even; infinite when too large. b is not 0. */
double cvx_bigint_quotient(mpz_srcptr a, mpz_srcptr b);
double cvx_bigint_double(mpz_srcptr z);
int cvx_bigint_too_long(struct cvx_rt *rt); /* CVX_ELIMIT, always */

#endif
