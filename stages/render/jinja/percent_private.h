/* One run of the operator "%", between percent.c and percent_number.c alone. */
#ifndef CVX_JINJA_PERCENT_PRIVATE_H
#define CVX_JINJA_PERCENT_PRIVATE_H

#include "render/jinja/value.h"
#include "text/clean.h"

#define CVX_PERCENT_LEFT 1u
#define CVX_PERCENT_PLUS 2u
#define CVX_PERCENT_BLANK 4u
#define CVX_PERCENT_ALT 8u
#define CVX_PERCENT_ZERO 16u

struct cvx_percent_job {
    struct cvx_rt *rt;
    bool safe;
    struct cvx_span rest;    /* of the format */
    struct cvx_value args;   /* all of them */
    struct cvx_value single; /* in use when args is no tuple: the one there is */
    bool spent;              /* single was taken */
    bool mapping;            /* args can be asked for names */
    size_t next;             /* of a tuple */
    struct cvx_buf out;
};

/* "%-5.2f" */
struct cvx_percent_field {
    unsigned flags;
    int64_t width, precision; /* -1: none */
    char type;
};

/* What a value became: sign and prefix stand before zeros that fill. */
struct cvx_percent_piece {
    char sign; /* 0: none */
    char prefix[2];
    size_t prefix_len;
    size_t zeros; /* before the body, for a precision */
    bool number;
    struct cvx_span body;
};

/* The faults of either kind: CVX_EFORMAT, always. */
int cvx_percent_fail_type(struct cvx_percent_job *job, const char *text);
int cvx_percent_fail_value(struct cvx_percent_job *job, const char *text);
void cvx_percent_put_piece(struct cvx_percent_job *job,
                           const struct cvx_percent_field *field,
                           const struct cvx_percent_piece *piece);

/* diouxX and eEfFgG (percent_number.c); value is any. */
int cvx_percent_put_integer(struct cvx_percent_job *job,
                            const struct cvx_percent_field *field,
                            struct cvx_value value);
int cvx_percent_put_double(struct cvx_percent_job *job,
                           const struct cvx_percent_field *field, struct cvx_value value);

#endif
