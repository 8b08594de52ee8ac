/* "..." % values, Python's printf. See value.h.
 *
 * On markup, every value is taken through a wrapper that knows str, repr, int() and
 * float() alone, each of them escaped: so %x and %c refuse all of it there, while %d
 * reads numbers in strings. Numbers are percent_number.c's. */
#include "render/jinja/percent_private.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include <cvextract/limits.h>

#include "render/jinja/formatspec.h"
#include "render/jinja/pystr.h"

int cvx_percent_fail_type(struct cvx_percent_job *job, const char *text)
{
    return cvx_value_fail(job->rt, "TypeError", "the operator %%: %s", text);
}

int cvx_percent_fail_value(struct cvx_percent_job *job, const char *text)
{
    return cvx_value_fail(job->rt, "ValueError", "the operator %%: %s", text);
}

/* ---- the values ---- */

static int next_value(struct cvx_percent_job *job, struct cvx_value *ret)
{
    bool tuple = job->args.kind == CVX_V_TUPLE;
    if (tuple ? job->next >= job->args.u.list->n : job->spent)
        return cvx_percent_fail_type(job, "not enough arguments for the format");
    *ret = tuple ? job->args.u.list->items[job->next] : job->single;
    job->next += tuple;
    job->spent = true;
    return CVX_OK;
}

/* The value under that name is the single one from here on. */
static int choose_named(struct cvx_percent_job *job, struct cvx_span name)
{
    struct cvx_value key = {0};
    bool found = false;
    int rc = cvx_value_str(job->rt, name.p, name.len, false, &key);
    if (!rc)
        rc = cvx_access_find(job->rt, job->args, key, &job->single, &found);
    if (!rc && !found)
        rc = cvx_value_fail(job->rt,
                            job->args.kind == CVX_V_DICT ? "KeyError" : "TypeError",
                            "the operator %%: there is no '%s'", key.u.str->data);
    job->spent = false;
    return rc;
}

static bool has_items(struct cvx_value value)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
    case CVX_V_BYTES:
    case CVX_V_LIST:
    case CVX_V_DICT:
        return true;
    case CVX_V_OBJECT:
        return value.u.object->type->item != NULL;
    case CVX_V_NONE:
    case CVX_V_BOOL:
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
    case CVX_V_STR:
    case CVX_V_TUPLE:
        break;
    }
    return false;
}

/* ---- reading a field ---- */

static char peek(const struct cvx_percent_job *job)
{
    return job->rest.len > 0 ? *job->rest.p : '\0';
}

static void skip(struct cvx_percent_job *job, size_t n)
{
    job->rest = (struct cvx_span){job->rest.p + n, job->rest.len - n};
}

/* "(name)", which may hold pairs of brackets itself. */
static int read_name(struct cvx_percent_job *job)
{
    size_t open = 1, n = 0;
    if (peek(job) != '(')
        return CVX_OK;
    if (!job->mapping)
        return cvx_percent_fail_type(job,
                                     "the format names its values, these have no names");
    skip(job, 1);
    for (; n < job->rest.len && open > 0; n++)
        open += (size_t)(job->rest.p[n] == '(') - (size_t)(job->rest.p[n] == ')');
    if (open > 0)
        return cvx_percent_fail_value(job, "a name without its ')'");
    struct cvx_span name = {job->rest.p, n - 1};
    skip(job, n);
    return choose_named(job, name);
}

static void read_flags(struct cvx_percent_job *job, struct cvx_percent_field *field)
{
    static const char k_flags[] = "-+ #0";
    for (;;) {
        const char *at = peek(job) ? strchr(k_flags, peek(job)) : NULL;
        if (!at)
            return;
        field->flags |= CVX_PERCENT_LEFT << (at - k_flags);
        skip(job, 1);
    }
}

static int read_digits(struct cvx_percent_job *job, int64_t max, int64_t *ret)
{
    int64_t n = 0;
    for (; isdigit((unsigned char)peek(job)); skip(job, 1)) {
        int digit = peek(job) - '0';
        if (n > (max - digit) / 10)
            return cvx_percent_fail_value(job, "a width or precision of too many digits");
        n = n * 10 + digit;
    }
    *ret = n;
    return CVX_OK;
}

static int read_star(struct cvx_percent_job *job, int64_t *ret)
{
    struct cvx_value value = {0};
    skip(job, 1);
    int rc = next_value(job, &value);
    if (!rc && (job->safe || !cvx_numeric_is_integer(value)))
        rc = cvx_percent_fail_type(job, "'*' takes an integer");
    if (!rc && value.kind == CVX_V_BIG)
        rc = cvx_value_fail(job->rt, "OverflowError", "the operator %%: '*' of too many");
    return rc ? rc : cvx_numeric_index(job->rt, value, ret);
}

static int read_width(struct cvx_percent_job *job, struct cvx_percent_field *field)
{
    int rc = CVX_OK;
    if (peek(job) == '*') {
        rc = read_star(job, &field->width);
        if (!rc && field->width < 0) {
            field->flags |= CVX_PERCENT_LEFT;
            field->width = field->width == INT64_MIN ? INT64_MAX : -field->width;
        }
    } else if (isdigit((unsigned char)peek(job))) {
        rc = read_digits(job, INT64_MAX, &field->width);
    }
    return rc ? rc : cvx_formatspec_bound(job->rt, field->width);
}

static int read_precision(struct cvx_percent_job *job, struct cvx_percent_field *field)
{
    int rc;
    if (peek(job) != '.')
        return CVX_OK;
    skip(job, 1);
    if (peek(job) == '*') {
        rc = read_star(job, &field->precision);
        if (!rc && (field->precision > INT_MAX || field->precision < INT_MIN))
            rc = cvx_value_fail(job->rt, "OverflowError",
                                "the operator %%: a precision that is too large");
        if (!rc && field->precision < 0)
            field->precision = 0;
    } else {
        rc = read_digits(job, INT_MAX, &field->precision);
    }
    return rc;
}

static int read_field(struct cvx_percent_job *job, struct cvx_percent_field *ret)
{
    *ret = (struct cvx_percent_field){.width = -1, .precision = -1};
    int rc = read_name(job);
    if (rc)
        return rc;
    read_flags(job, ret);
    rc = read_width(job, ret);
    if (!rc)
        rc = read_precision(job, ret);
    if (rc)
        return rc;
    if (peek(job) == 'h' || peek(job) == 'l' || peek(job) == 'L')
        skip(job, 1);
    if (job->rest.len == 0)
        return cvx_percent_fail_value(job, "the format ends within a field");
    ret->type = *job->rest.p;
    skip(job, 1);
    return CVX_OK;
}

/* ---- writing ---- */

static void put_spaces(struct cvx_percent_job *job, size_t n)
{
    cvx_pystr_repeat(&job->out, (struct cvx_span){" ", 1}, n);
}

/* What stands before a number: its minus, or what a flag wants of the others. */
static char sign_of(const struct cvx_percent_field *field,
                    const struct cvx_percent_piece *piece)
{
    if (piece->sign || !piece->number)
        return piece->sign;
    return field->flags & CVX_PERCENT_PLUS    ? '+'
           : field->flags & CVX_PERCENT_BLANK ? ' '
                                              : '\0';
}

void cvx_percent_put_piece(struct cvx_percent_job *job,
                           const struct cvx_percent_field *field,
                           const struct cvx_percent_piece *piece)
{
    char sign = sign_of(field, piece);
    bool left = field->flags & CVX_PERCENT_LEFT;
    bool zeros = !left && piece->number && field->flags & CVX_PERCENT_ZERO;
    size_t width = field->width < 0 ? 0 : (size_t)field->width;
    size_t taken = (sign != 0) + piece->prefix_len + piece->zeros;
    taken += cvx_pystr_points(piece->body);
    size_t missing = width > taken ? width - taken : 0;
    if (!left && !zeros)
        put_spaces(job, missing);
    if (sign)
        cvx_buf_putc(&job->out, sign);
    cvx_buf_put(&job->out, piece->prefix, piece->prefix_len);
    cvx_pystr_repeat(&job->out, (struct cvx_span){"0", 1},
                     piece->zeros + (zeros ? missing : 0));
    cvx_buf_put(&job->out, piece->body.p, piece->body.len);
    if (left)
        put_spaces(job, missing);
}

/* ---- text: s r a c ---- */

static int put_quoted(struct cvx_percent_job *job, char type, struct cvx_value value,
                      struct cvx_buf *out)
{
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    int rc = cvx_formatspec_convert(job->rt, value, type, &text);
    if (!rc)
        rc = cvx_buf_check(&text, job->rt->err);
    if (!rc && job->safe)
        cvx_repr_escape_bytes(out, text.data, text.len);
    else if (!rc)
        cvx_buf_put(out, text.data, text.len);
    cvx_buf_done(&text);
    return rc;
}

static int put_string(struct cvx_percent_job *job, const struct cvx_percent_field *field,
                      struct cvx_value value)
{
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct cvx_percent_piece piece = {.number = false};
    int rc = field->type != 's' ? put_quoted(job, field->type, value, &text)
             : job->safe        ? cvx_repr_print(job->rt, value, &text)
                                : cvx_repr_str(job->rt, value, &text);
    cvx_buf_put(&text, "", 0);
    if (!rc)
        rc = cvx_buf_check(&text, job->rt->err);
    if (!rc) {
        piece.body = (struct cvx_span){text.data, text.len};
        if (field->precision >= 0)
            piece.body.len = cvx_pystr_offset(piece.body, (size_t)field->precision);
        cvx_percent_put_piece(job, field, &piece);
    }
    cvx_buf_done(&text);
    return rc;
}

static int put_character(struct cvx_percent_job *job,
                         const struct cvx_percent_field *field, struct cvx_value value)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = CVX_OK;
    bool one = value.kind == CVX_V_STR && value.u.str->points == 1;
    if (job->safe || (!one && !cvx_numeric_is_integer(value)))
        return cvx_percent_fail_type(job, "'%c' takes an integer or one character");
    if (one)
        cvx_buf_put(&text, value.u.str->data, value.u.str->len);
    else
        rc = cvx_formatspec_character(job->rt, value, &text);
    if (!rc)
        rc = cvx_buf_check(&text, job->rt->err);
    if (!rc) {
        struct cvx_percent_piece piece = {.body = {text.data, text.len}};
        cvx_percent_put_piece(job, field, &piece);
    }
    cvx_buf_done(&text);
    return rc;
}

/* ---- the whole ---- */

static int put_value(struct cvx_percent_job *job, const struct cvx_percent_field *field,
                     struct cvx_value value)
{
    switch (field->type) {
    case 's':
    case 'r':
    case 'a':
        return put_string(job, field, value);
    case 'c':
        return put_character(job, field, value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return cvx_percent_put_integer(job, field, value);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return cvx_percent_put_double(job, field, value);
    default:
        return cvx_percent_fail_value(job, "a format of unknown type");
    }
}

/* What follows a '%'. */
static int put_field(struct cvx_percent_job *job)
{
    struct cvx_value value = {0};
    struct cvx_percent_field field;
    if (peek(job) == '%') {
        cvx_buf_putc(&job->out, '%');
        skip(job, 1);
        return CVX_OK;
    }
    int rc = read_field(job, &field);
    if (!rc)
        rc = next_value(job, &value);
    if (!rc)
        rc = put_value(job, &field, value);
    if (!rc && job->out.failed)
        rc = cvx_buf_check(&job->out, job->rt->err);
    return rc;
}

static int put_all(struct cvx_percent_job *job)
{
    int rc = CVX_OK;
    cvx_buf_put(&job->out, "", 0);
    while (!rc && job->rest.len > 0) {
        const char *at = memchr(job->rest.p, '%', job->rest.len);
        size_t n = at ? (size_t)(at - job->rest.p) : job->rest.len;
        cvx_buf_put(&job->out, job->rest.p, n);
        skip(job, n);
        rc = cvx_buf_check(&job->out, job->rt->err);
        if (!rc && at) {
            skip(job, 1);
            rc = put_field(job);
        }
    }
    bool left = job->args.kind == CVX_V_TUPLE ? job->next < job->args.u.list->n
                                              : !job->spent && !job->mapping;
    if (!rc && left)
        rc = cvx_percent_fail_type(job, "not all arguments were used by the format");
    return rc;
}

int cvx_percent_format(struct cvx_rt *rt, struct cvx_value format, struct cvx_value args,
                       struct cvx_value *ret)
{
    struct cvx_percent_job job = {.rt = rt,
                                  .safe = format.safe,
                                  .rest = {format.u.str->data, format.u.str->len},
                                  .args = args,
                                  .single = args,
                                  .mapping = has_items(args),
                                  .out = {.max = CVX_TEMPLATE_OUTPUT_MAX}};
    int rc = put_all(&job);
    if (!rc)
        rc = cvx_value_str_buf(rt, &job.out, format.safe, ret);
    cvx_buf_done(&job.out);
    return rc;
}
