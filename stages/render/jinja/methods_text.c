/* Methods of str on letters and widths: case, predicates, filling up. See methods.h. */
#include "render/jinja/filterkit.h"
#include "render/jinja/methods.h"

static int text_map(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    (void)args;
    m->map(&buf, cvx_methods_span(self));
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int text_is(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                   const struct cvx_args *args, struct cvx_value *ret)
{
    (void)rt;
    (void)args;
    *ret = cvx_value_bool(m->is(cvx_methods_span(self)));
    return CVX_OK;
}

static size_t width_of(int64_t width)
{
    return width < 0 ? 0 : (size_t)width;
}

/* ljust, rjust, center: option is the side that the text goes to. */
static int text_pad(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_span fill = {" ", 1};
    int64_t width;
    int rc = cvx_methods_size(rt, args->pos[0], &width);
    if (!rc && args->n > 1)
        rc = cvx_methods_text(rt, m, args->pos[1], &fill);
    if (!rc && cvx_pystr_points(fill) != 1)
        rc = cvx_value_fail(rt, "TypeError", "%s() fills up with exactly one character",
                            m->name);
    if (rc)
        return rc;

    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_pystr_pad(&buf, cvx_methods_span(self), width_of(width), fill, (char)m->option);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int text_zfill(struct cvx_rt *rt, const struct cvx_method *m,
                      struct cvx_value self, const struct cvx_args *args,
                      struct cvx_value *ret)
{
    int64_t width;
    int rc = cvx_methods_size(rt, args->pos[0], &width);
    (void)m;
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_pystr_zfill(&buf, cvx_methods_span(self), width_of(width));
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int text_expandtabs(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    static const char *const k_names[] = {"tabsize"};
    struct cvx_value value = {0};
    int64_t size = 8;
    bool given;
    int rc = cvx_args_bind(rt, m->name, args, k_names, 1, 0, &value, &given);
    if (!rc && given)
        rc = cvx_methods_c_int(rt, value, &size);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_pystr_expandtabs(&buf, cvx_methods_span(self), width_of(size));
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int text_format(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    (void)m;
    return cvx_strformat(rt, self, args, ret);
}

static int text_format_map(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    (void)m;
    return cvx_strformat_map(rt, self, args->pos[0], ret);
}

#define WRAP .markup = CVX_METHODS_WRAP

const struct cvx_method cvx_methods_text_table[] = {
    {"upper", text_map, WRAP, .map = cvx_pystr_upper},
    {"lower", text_map, WRAP, .map = cvx_pystr_lower},
    {"title", text_map, WRAP, .map = cvx_pystr_title},
    {"capitalize", text_map, WRAP, .map = cvx_pystr_capitalize},
    {"swapcase", text_map, WRAP, .map = cvx_pystr_swapcase},
    {"casefold", text_map, .map = cvx_pystr_casefold},
    {"isalpha", text_is, .is = cvx_pystr_is_alpha},
    {"isalnum", text_is, .is = cvx_pystr_is_alnum},
    {"isascii", text_is, .is = cvx_pystr_is_ascii},
    {"isdecimal", text_is, .is = cvx_pystr_is_decimal},
    {"isdigit", text_is, .is = cvx_pystr_is_digit},
    {"isnumeric", text_is, .is = cvx_pystr_is_numeric},
    {"isspace", text_is, .is = cvx_pystr_is_space},
    {"isprintable", text_is, .is = cvx_pystr_is_printable},
    {"isidentifier", text_is, .is = cvx_pystr_is_identifier},
    {"islower", text_is, .is = cvx_pystr_is_lower},
    {"isupper", text_is, .is = cvx_pystr_is_upper},
    {"istitle", text_is, .is = cvx_pystr_is_title},
    {"ljust", text_pad, 1, 2, WRAP, .option = '<'},
    {"rjust", text_pad, 1, 2, WRAP, .option = '>'},
    {"center", text_pad, 1, 2, WRAP, .option = '^'},
    {"zfill", text_zfill, 1, 1, WRAP},
    {"expandtabs", text_expandtabs, .keywords = true, WRAP},
    {"format", text_format, .keywords = true, .markup = CVX_METHODS_OWN},
    {"format_map", text_format_map, 1, 1, .markup = CVX_METHODS_OWN},
    {.name = NULL},
};
