/* JSON numbers by value, as Python compares and prints them: 1 equals 1.0, integers of any
 * length are exact. Thread: the owner of the values. */
#ifndef CVX_VERIFY_NUMBERS_H
#define CVX_VERIFY_NUMBERS_H

#include <stdbool.h>

#include <json-c/json.h>

#include <cvextract/buf.h>

/* Both values are numbers. */
bool cvx_numbers_equal(struct json_object *a, struct json_object *b);
/* Appends the number as Python's repr writes it. Failure: buf latches. */
void cvx_numbers_print(struct json_object *value, struct cvx_buf *buf);

#endif
