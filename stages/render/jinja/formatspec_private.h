/* A format spec once read, between formatspec.c and formatspec_number.c alone. */
#ifndef CVX_JINJA_FORMATSPEC_PRIVATE_H
#define CVX_JINJA_FORMATSPEC_PRIVATE_H

#include "render/jinja/formatspec.h"

struct cvx_formatspec {
    struct cvx_span fill; /* one character */
    char align;           /* < > = ^ */
    char sign;            /* + - blank, or 0 */
    bool no_neg_0, alt;
    int64_t width, precision; /* -1: not given */
    char group;               /* , or _, or 0 */
    uint32_t type;            /* 0: not given, and the kind has no default */
};

/* Reads p over the defaults of align and type that *spec comes with. */
int cvx_formatspec_read(struct cvx_rt *rt, struct cvx_span p,
                        struct cvx_formatspec *spec);
/* The faults of a type that the value does not have, and of `what` where `kind` is
 * formatted: CVX_EFORMAT, always. */
int cvx_formatspec_wrong_type(struct cvx_rt *rt, const struct cvx_formatspec *spec,
                              struct cvx_value value);
int cvx_formatspec_refuse(struct cvx_rt *rt, const char *what, const char *kind);

/* format(value, p) of a number, appended. (formatspec_number.c) */
int cvx_formatspec_put_number(struct cvx_rt *rt, struct cvx_value value,
                              struct cvx_span p, struct cvx_buf *out);

#endif
