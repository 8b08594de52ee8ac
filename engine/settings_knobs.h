/* The knobs of --openai: one table, which the parser, --help and the README's table (a test
 * compares it) read. Thread: any (constant). */
#ifndef CVX_SETTINGS_KNOBS_H
#define CVX_SETTINGS_KNOBS_H

#include <stddef.h>

#include <cvextract/api.h>
#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "cli_words.h"

/* What a knob takes, and so the type of its field. */
enum cvx_settings_knobs_type {
    CVX_KNOB_NUMBER, /* double: decimal digits, perhaps with a point */
    CVX_KNOB_COUNT,  /* unsigned */
    CVX_KNOB_SIZE,   /* size_t */
    CVX_KNOB_SWITCH, /* bool: on or off */
    CVX_KNOB_BARE,   /* bool, set by the bare key */
    CVX_KNOB_PATH    /* const char *, borrowed from argv */
};

struct cvx_settings_knob {
    const char *key;
    enum cvx_settings_knobs_type type;
    size_t field; /* offset in struct cvx_api_options */
    size_t mark;  /* offset of the bool that tells that it was given; 0 = there is none */
    double min, max;
    const char *unit;   /* "" = none */
    const char *normal; /* the default in words; NULL = what cvx_api_defaults() has */
    const char *off;    /* "0 = none"; "" = cannot be switched off */
    const char *help;
};

/* NULL past the end. */
const struct cvx_settings_knob *cvx_settings_knobs_at(size_t i);
/* Appends the default as people read it. */
void cvx_settings_knobs_normal(const struct cvx_settings_knob *knob, struct cvx_buf *buf);

/* The words of --openai into *api, whose other fields stay. CVX_EUSAGE: no word, an unknown
 * key, one given twice, a value that is missing, no number or out of range, a cap on money
 * without prices; *api is not written then. */
int cvx_settings_knobs_read(const struct cvx_cli_given *given,
                            struct cvx_api_options *api, struct cvx_err *err);

#endif
