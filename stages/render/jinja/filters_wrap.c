/* The filters that lay text out in lines: wordwrap, indent. See value.h. */
#include "render/jinja/filterkit.h"

#include "render/jinja/textwrap.h"

static const struct cvx_str k_splitlines = CVX_FILTERKIT_TEXT("splitlines");
static const struct cvx_str k_newline = CVX_FILTERKIT_TEXT("\n");

static int split_lines(struct cvx_rt *rt, struct cvx_value text, struct cvx_list **ret)
{
    struct cvx_value lines = {0};
    if (text.kind != CVX_V_STR && text.kind != CVX_V_UNDEFINED)
        return cvx_value_fail(rt, "AttributeError", "'%s' has no lines",
                              cvx_value_type(text));
    int rc = cvx_filterkit_method(rt, text, &k_splitlines, NULL, 0, &lines);
    if (!rc)
        *ret = lines.u.list;
    return rc;
}

/* ---- wordwrap ---- */

static int wrap_settings(struct cvx_rt *rt, const struct cvx_value *v,
                         struct cvx_textwrap *ret)
{
    if (v[0].kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, v[0]);
    if (!cvx_numeric_is(v[0]))
        return cvx_value_fail(rt, "TypeError", "filter 'wordwrap': a width of type '%s'",
                              cvx_value_type(v[0]));
    ret->width = cvx_numeric_to_double(v[0]);
    ret->whole = v[0].kind != CVX_V_FLOAT;
    if (!(ret->width > 0))
        return cvx_value_fail(rt, "ValueError",
                              "filter 'wordwrap': the width is not over 0");
    int rc = cvx_value_truth(rt, v[1], &ret->break_long_words);
    return rc ? rc : cvx_value_truth(rt, v[3], &ret->break_on_hyphens);
}

static void put_piece(struct cvx_buf *buf, const char *text, size_t len, bool escape)
{
    if (escape)
        cvx_repr_escape_bytes(buf, text, len);
    else
        cvx_buf_put(buf, text, len);
}

/* Appends one line of the text, wrapped. */
static int wrap_line(struct cvx_rt *rt, struct cvx_textwrap *wrap, struct cvx_value line,
                     struct cvx_value separator, struct cvx_buf *buf)
{
    const char *piece = NULL;
    size_t len = 0;
    bool fault = false;
    cvx_textwrap_start(wrap, line.u.str->data, line.u.str->len);
    for (bool first = true; cvx_textwrap_next(wrap, &piece, &len, &fault);
         first = false) {
        int rc = cvx_value_spend(rt);
        if (rc)
            return rc;
        if (!first)
            cvx_buf_put(buf, separator.u.str->data, separator.u.str->len);
        put_piece(buf, piece, len, separator.safe);
    }
    return fault ? cvx_value_fail(rt, "TypeError",
                                  "filter 'wordwrap': a width of type 'float'")
                 : CVX_OK;
}

static int filter_wordwrap(struct cvx_rt *rt, struct cvx_value input,
                           const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"width", false, CVX_FILTERKIT_INT(79)},
        {"break_long_words", false, CVX_FILTERKIT_BOOL(true)},
        {"wrapstring", false, CVX_FILTERKIT_NONE},
        {"break_on_hyphens", false, CVX_FILTERKIT_BOOL(true)},
    };
    struct cvx_value v[4];
    struct cvx_list *lines = NULL;
    struct cvx_textwrap wrap = {0};
    int rc = cvx_filterkit_bind(rt, "filter 'wordwrap'", args, k_params, 4, v);
    if (rc)
        return rc;
    if (v[2].kind == CVX_V_NONE)
        v[2] = (struct cvx_value)CVX_FILTERKIT_STR(&k_newline);
    if (v[2].kind != CVX_V_STR)
        return cvx_value_fail(rt, "AttributeError",
                              "filter 'wordwrap': lines joined by '%s'",
                              cvx_value_type(v[2]));
    rc = split_lines(rt, input, &lines);
    if (rc || !lines)
        return rc;
    if (lines->n > 0)
        rc = wrap_settings(rt, v, &wrap);

    struct cvx_buf buf = cvx_filterkit_buf(rt);
    for (size_t i = 0; !rc && i < lines->n; i++) {
        if (i > 0)
            cvx_buf_put(&buf, v[2].u.str->data, v[2].u.str->len);
        rc = wrap_line(rt, &wrap, lines->items[i], v[2], &buf);
    }
    return cvx_filterkit_finish(rt, rc, &buf, v[2].safe, ret);
}

/* ---- indent ---- */

/* The text to indent by: as given, or so many blanks. */
static int indent_text(struct cvx_rt *rt, struct cvx_value width, struct cvx_value *ret)
{
    struct cvx_value blank = {0};
    if (width.kind == CVX_V_STR) {
        *ret = width;
        return CVX_OK;
    }
    int rc = cvx_value_str(rt, " ", 1, false, &blank);
    return rc ? rc : cvx_operate(rt, CVX_OP_MUL, blank, width, ret);
}

/* The lines but for the first, each behind its newline. `escape`: the indent is safe and
 * the text is not. */
static void put_rest(struct cvx_buf *buf, const struct cvx_list *lines,
                     const struct cvx_str *indent, bool blank, bool escape)
{
    for (size_t i = 1; i < lines->n; i++) {
        const struct cvx_str *line = lines->items[i].u.str;
        cvx_buf_putc(buf, '\n');
        if (line->len > 0 || blank)
            cvx_buf_put(buf, indent->data, indent->len);
        put_piece(buf, line->data, line->len, escape);
    }
}

/* Where a safe indent meets a text that is not, what it touches is escaped: the lines it
 * is joined to become text again, unless blank lines count; then the first line too. */
static int indent_lines(struct cvx_rt *rt, const struct cvx_list *lines, bool safe,
                        struct cvx_value indent, const bool *flags, struct cvx_value *ret)
{
    bool first = flags[0], blank = flags[1], escape = indent.safe && !safe;
    struct cvx_value body = {0};
    const struct cvx_str *line = lines->items[0].u.str;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    put_piece(&buf, line->data, line->len, escape && blank);
    put_rest(&buf, lines, indent.u.str, blank, escape);
    int rc = cvx_filterkit_finish(rt, CVX_OK, &buf, safe || (escape && blank), &body);
    if (rc)
        return rc;
    if (safe)
        indent.safe = true;
    if (first)
        return cvx_operate(rt, CVX_OP_ADD, indent, body, ret);
    *ret = body;
    return CVX_OK;
}

static int filter_indent(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"width", false, CVX_FILTERKIT_INT(4)},
        {"first", false, CVX_FILTERKIT_BOOL(false)},
        {"blank", false, CVX_FILTERKIT_BOOL(false)},
    };
    struct cvx_value v[3], indent = {0}, text = {0};
    struct cvx_value newline = CVX_FILTERKIT_STR(&k_newline);
    struct cvx_list *lines = NULL;
    bool flags[2] = {0};
    int rc = cvx_filterkit_bind(rt, "filter 'indent'", args, k_params, 3, v);
    if (!rc)
        rc = indent_text(rt, v[0], &indent);
    if (!rc && indent.kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "TypeError", "filter 'indent': a width of type '%s'",
                            cvx_value_type(v[0]));
    /* One newline more, so that even an empty text has a line. */
    newline.safe = cvx_filterkit_is_safe(input);
    if (!rc)
        rc = cvx_operate(rt, CVX_OP_ADD, input, newline, &text);
    if (!rc)
        rc = split_lines(rt, text, &lines);
    for (int i = 0; i < 2 && !rc; i++)
        rc = cvx_value_truth(rt, v[1 + i], &flags[i]);
    return rc || !lines ? rc : indent_lines(rt, lines, text.safe, indent, flags, ret);
}

const struct cvx_filterkit_entry cvx_filters_wrap_table[] = {
    {"wordwrap", filter_wordwrap},
    {"indent", filter_indent},
    {NULL, NULL},
};
