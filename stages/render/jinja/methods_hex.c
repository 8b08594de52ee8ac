/* float.fromhex: C's hexadecimal floats as Python reads them. See methods.h. */
#include "render/jinja/methods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t digits(const char *p, size_t at)
{
    while (is_hex(p[at]))
        at++;
    return at;
}

/* The end of the number at p (NUL-terminated, no sign), 0 when there is none: digits with
 * or without a point, then perhaps an exponent. */
static size_t number_end(const char *p)
{
    size_t at = p[0] == '0' && (p[1] == 'x' || p[1] == 'X') ? 2 : 0;
    size_t start = at;
    at = digits(p, at);
    size_t n = at - start;
    if (p[at] == '.') {
        size_t end = digits(p, at + 1);
        n += end - at - 1;
        at = end;
    }
    if (n == 0)
        return 0;
    if (p[at] == 'p' || p[at] == 'P') {
        at += p[at + 1] == '+' || p[at + 1] == '-' ? 2 : 1;
        if (p[at] < '0' || p[at] > '9')
            return 0;
        while (p[at] >= '0' && p[at] <= '9')
            at++;
    }
    return at;
}

static bool is_word(const char *p, const char *word, size_t *ret_end)
{
    size_t n = strlen(word);
    if (strncasecmp(p, word, n) != 0)
        return false;
    *ret_end = n;
    return true;
}

/* p without its sign; *ret_end 0 when it is no number. strtod() wants the prefix that
 * Python does not. */
static int read_hex(struct cvx_rt *rt, const char *p, size_t *ret_end, double *ret)
{
    if (is_word(p, "infinity", ret_end) || is_word(p, "inf", ret_end)) {
        *ret = INFINITY;
        return CVX_OK;
    }
    if (is_word(p, "nan", ret_end)) {
        *ret = NAN;
        return CVX_OK;
    }
    *ret_end = number_end(p);
    if (*ret_end == 0)
        return CVX_OK;
    bool prefixed = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    char *text = cvx_heap_alloc(rt->heap, *ret_end + 3);
    if (!text)
        return cvx_value_no_memory(rt);
    memcpy(text, "0x", 2);
    memcpy(text + (prefixed ? 0 : 2), p, *ret_end);
    text[*ret_end + (prefixed ? 0 : 2)] = 0;
    *ret = strtod(text, NULL);
    if (isinf(*ret))
        return cvx_value_fail(rt, "OverflowError", "fromhex(): the value is too large");
    return CVX_OK;
}

int cvx_methods_fromhex(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_span text;
    double value = 0;
    size_t end = 0;
    (void)self;
    int rc = cvx_methods_text(rt, m, args->pos[0], &text);
    if (rc)
        return rc;
    /* Of blanks those of C alone. */
    text = cvx_pystr_strip(text, &(struct cvx_span){" \t\n\v\f\r", 6},
                           CVX_PYSTR_LEFT | CVX_PYSTR_RIGHT);
    struct cvx_value copy = {0};
    rc = cvx_value_str(rt, text.p, text.len, false, &copy);
    if (rc)
        return rc;
    const char *p = copy.u.str->data;
    bool sign = p[0] == '+' || p[0] == '-';
    rc = read_hex(rt, p + sign, &end, &value);
    if (!rc && (end == 0 || end + sign != text.len))
        rc = cvx_value_fail(rt, "ValueError", "fromhex(): this is no hexadecimal float");
    if (!rc)
        *ret = cvx_value_float(p[0] == '-' ? -value : value);
    return rc;
}
