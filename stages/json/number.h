/* JSON numbers between text and machine, as Python reads and prints them, whatever the
 * locale. Thread: any (pure). */
#ifndef CVX_JSON_NUMBER_H
#define CVX_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any printed double: sign, 17 digits, point, exponent, NUL, with some to spare. */
#define CVX_NUMBER_ROOM 40

/* Reads a JSON integer (already checked: -?digits). False, and *ret is untouched, when it
 * does not fit. */
bool cvx_number_int64(const char *text, size_t len, int64_t *ret);

/* Reads a JSON number (already checked, NUL-terminated) as the nearest double: infinite when
 * it is out of range, zero when it is nearer to zero than to the smallest double. CVX_OK or
 * CVX_ENOMEM. */
int cvx_number_double(const char *text, double *ret);

/* Writes a finite double as Python's repr does: the shortest digits that read back as the
 * same double, the nearest of those to it; an exponent when the first digit stands for less
 * than 1e-4 or at least 1e16, else a point with at least one digit behind it. Returns the
 * length; a NUL follows. 0 when value is not finite. */
size_t cvx_number_print(double value, char ret[CVX_NUMBER_ROOM]);

#endif
