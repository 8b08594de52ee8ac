/* Values for tests of the template language, written as JSON: what JSON lacks is an
 * object of one member. {"t":[..]} tuple, {"d":[[k,v]..]} dict, {"s":".."} safe text,
 * {"b":".."} bytes, {"f":"nan"} float, {"i":"123"} integer, {"u":"why"} undefined,
 * {"r":[1,9]} range, {"keys":d} {"values":d} {"items":d} views of a dict. Thread: the
 * test's. */
#ifndef CVX_TEST_JINJA_VALUES_H
#define CVX_TEST_JINJA_VALUES_H

#include <stddef.h>

#include "render/jinja/value.h"

struct jinja_values {
    struct cvx_rt rt;
    struct cvx_heap heap;
    struct cvx_err err;
};

/* Full budgets; contents released by jinja_values_done(). */
void jinja_values_init(struct jinja_values *all);
void jinja_values_done(struct jinja_values *all);
/* Reads json, an array, into at most max values; *ret_n of them. A failure is returned:
 * CVX_ENOMEM, or what the table got wrong. */
int jinja_values_read(struct jinja_values *all, const char *json, struct cvx_value *ret,
                      size_t max, size_t *ret_n);
/* One row of a table: what op makes of the values in json. Prints repr of the result, or
 * "!" and the error's text, into ret; returns the code of op. */
struct jinja_values_row {
    const char *op, *json, *result;
};
int jinja_values_run(struct jinja_values *all, const struct jinja_values_row *row,
                     char *ret, size_t size);
/* Runs all n rows, each with a heap of its own; a result that begins with "!" matches an
 * error whose text begins so. Fails the cmocka test with the rows that do not match. */
void jinja_values_table(const struct jinja_values_row *rows, size_t n);

#endif
