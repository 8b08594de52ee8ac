/* The document that a template is rendered with: a JSON object as values. */
#ifndef CVX_JINJA_CONTEXT_H
#define CVX_JINJA_CONTEXT_H

#include "render/jinja/value.h"

struct cvx_cv;

/* Copies cv into rt's heap: the order of keys is kept, integers stay exact, every other
 * number is a double, null is None. *ret is a DICT. CVX_EFORMAT when cv is no object,
 * CVX_ELIMIT (an integer of too many digits, memory, depth), CVX_ENOMEM. */
int cvx_context_load(struct cvx_rt *rt, const struct cvx_cv *cv, struct cvx_value *ret);

#endif
