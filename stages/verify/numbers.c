/* Numbers by value. See numbers.h. */
#include "verify/numbers.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json/jsonc.h"
#include "json/number.h"

#define TWO_TO_63 9223372036854775808.0
#define DIGITS_ROOM 320 /* of the largest double, written out */

/* Whether the double is exactly this long integer. */
static bool is_digits(double real, const char *digits)
{
    char text[DIGITS_ROOM];

    if (!isfinite(real) || trunc(real) != real)
        return false;
    (void)snprintf(text, sizeof(text), "%.0f", real);
    return strcmp(text, digits) == 0;
}

static bool is_integer(double real, int64_t integer)
{
    return real >= -TWO_TO_63 && real < TWO_TO_63 && trunc(real) == real &&
           (int64_t)real == integer;
}

bool cvx_numbers_equal(struct json_object *a, struct json_object *b)
{
    const char *digits_a = cvx_jsonc_digits(a), *digits_b = cvx_jsonc_digits(b);
    bool int_a = json_object_is_type(a, json_type_int);
    bool int_b = json_object_is_type(b, json_type_int);

    if (digits_a && digits_b)
        return strcmp(digits_a, digits_b) == 0;
    if (digits_a)
        return !int_b && is_digits(json_object_get_double(b), digits_a);
    if (digits_b)
        return !int_a && is_digits(json_object_get_double(a), digits_b);
    if (int_a && int_b)
        return json_object_get_int64(a) == json_object_get_int64(b);
    if (int_a)
        return is_integer(json_object_get_double(b), json_object_get_int64(a));
    if (int_b)
        return is_integer(json_object_get_double(a), json_object_get_int64(b));
    return json_object_get_double(a) == json_object_get_double(b);
}

void cvx_numbers_print(struct json_object *value, struct cvx_buf *buf)
{
    const char *digits = cvx_jsonc_digits(value);
    char text[CVX_NUMBER_ROOM];
    double real;

    if (digits) {
        cvx_buf_puts(buf, digits);
        return;
    }
    if (json_object_is_type(value, json_type_int)) {
        cvx_buf_printf(buf, "%jd", (intmax_t)json_object_get_int64(value));
        return;
    }
    real = json_object_get_double(value);
    if (cvx_number_print(real, text) > 0)
        cvx_buf_puts(buf, text);
    else
        cvx_buf_puts(buf, isnan(real) ? "nan" : real > 0 ? "inf" : "-inf");
}
