/* The filters on text that methods of str do most of: case, blanks, replacing, cutting,
 * counting, printf-like formats. Safe strings stay safe as far as their methods keep them
 * so. See value.h. */
#include "render/jinja/filterkit.h"

#include "text/unicode.h"

static const struct cvx_str k_upper = CVX_FILTERKIT_TEXT("upper");
static const struct cvx_str k_lower = CVX_FILTERKIT_TEXT("lower");
static const struct cvx_str k_capitalize = CVX_FILTERKIT_TEXT("capitalize");
static const struct cvx_str k_center = CVX_FILTERKIT_TEXT("center");
static const struct cvx_str k_strip = CVX_FILTERKIT_TEXT("strip");
static const struct cvx_str k_replace = CVX_FILTERKIT_TEXT("replace");
static const struct cvx_str k_rsplit = CVX_FILTERKIT_TEXT("rsplit");
static const struct cvx_str k_dots = CVX_FILTERKIT_TEXT("...");
static const struct cvx_str k_blank = CVX_FILTERKIT_TEXT(" ");

/* str(input).name(pos...): what most filters on text are. */
static int text_method(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_str *name, const struct cvx_value *pos, size_t n,
                       struct cvx_value *ret)
{
    struct cvx_value text = {0};
    int rc = cvx_repr_value(rt, input, &text);
    return rc ? rc : cvx_filterkit_method(rt, text, name, pos, n, ret);
}

static int filter_upper(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'upper'", args);
    return rc ? rc : text_method(rt, input, &k_upper, NULL, 0, ret);
}

static int filter_lower(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'lower'", args);
    return rc ? rc : text_method(rt, input, &k_lower, NULL, 0, ret);
}

static int filter_capitalize(struct cvx_rt *rt, struct cvx_value input,
                             const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'capitalize'", args);
    return rc ? rc : text_method(rt, input, &k_capitalize, NULL, 0, ret);
}

static int filter_center(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"width", false, CVX_FILTERKIT_INT(80)},
    };
    struct cvx_value width;
    int rc = cvx_filterkit_bind(rt, "filter 'center'", args, k_params, 1, &width);
    return rc ? rc : text_method(rt, input, &k_center, &width, 1, ret);
}

static int filter_trim(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"chars", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value chars;
    int rc = cvx_filterkit_bind(rt, "filter 'trim'", args, k_params, 1, &chars);
    return rc ? rc : text_method(rt, input, &k_strip, &chars, 1, ret);
}

static int filter_string(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'string'", args);
    return rc ? rc : cvx_repr_value(rt, input, ret);
}

/* A character that starts a new word for the filter title, unlike the method. */
static bool parts_words(uint32_t c)
{
    return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' ||
           cvx_unicode_is_space(c);
}

/* The bytes up to the next character that parts words, or is none of those. */
static size_t span_of(const char *p, const char *end, bool parting)
{
    size_t at = 0, len;
    while (p + at < end && parts_words(cvx_unicode_decode(p + at, end, &len)) == parting)
        at += len;
    return at;
}

static int filter_title(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value text = {0};
    int rc = cvx_filterkit_bind_none(rt, "filter 'title'", args);
    if (!rc)
        rc = cvx_repr_value(rt, input, &text);
    if (rc)
        return rc;

    struct cvx_buf buf = cvx_filterkit_buf(rt);
    const char *p = text.u.str->data, *end = p + text.u.str->len;
    while (p < end) {
        size_t gap = span_of(p, end, true), first = 0;
        cvx_buf_put(&buf, p, gap);
        p += gap;
        size_t word = span_of(p, end, false);
        if (word > 0)
            (void)cvx_unicode_decode(p, end, &first);
        /* In two parts: what the rest becomes does not depend on the first letter. */
        cvx_unicode_upper(&buf, p, first);
        cvx_unicode_lower(&buf, p + first, word - first);
        p += word;
    }
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int filter_replace(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"old", true, CVX_FILTERKIT_NONE},
        {"new", true, CVX_FILTERKIT_NONE},
        {"count", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[3], text = {0};
    int rc = cvx_filterkit_bind(rt, "filter 'replace'", args, k_params, 3, v);
    if (rc)
        return rc;
    if (v[2].kind == CVX_V_NONE)
        v[2] = cvx_value_int(-1);

    bool escape = !rt->no_escape &&
                  (cvx_filterkit_is_safe(v[0]) ||
                   (cvx_filterkit_is_safe(v[1]) && !cvx_filterkit_is_safe(input)));
    rc = escape ? cvx_repr_escape(rt, input, &text) : cvx_repr_value(rt, input, &text);
    for (int i = 0; i < 2 && !rc; i++)
        rc = cvx_repr_value(rt, v[i], &v[i]);
    if (rc)
        return rc;
    if (rt->no_escape)
        text.safe = v[0].safe = v[1].safe = false;
    return cvx_filterkit_method(rt, text, &k_replace, v, 3, ret);
}

static int filter_wordcount(struct cvx_rt *rt, struct cvx_value input,
                            const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value text = {0};
    int rc = cvx_filterkit_bind_none(rt, "filter 'wordcount'", args);
    if (!rc)
        rc = cvx_repr_value(rt, input, &text);
    if (rc)
        return rc;

    const char *p = text.u.str->data, *end = p + text.u.str->len;
    int64_t words = 0;
    bool within = false;
    while (p < end) {
        size_t len;
        bool word = cvx_unicode_is_word(cvx_unicode_decode(p, end, &len));
        words += word && !within;
        within = word;
        p += len;
    }
    *ret = cvx_value_int(words);
    return CVX_OK;
}

static int keywords_dict(struct cvx_rt *rt, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    int rc = cvx_dict_new(rt, ret);
    for (size_t i = 0; i < args->n_kw && !rc; i++) {
        struct cvx_value key = {.kind = CVX_V_STR, .u.str = args->kw[i].name};
        if (cvx_filterkit_is_text(key, "value"))
            return cvx_value_fail(rt, "TypeError",
                                  "filter 'format' got its argument 'value' twice");
        rc = cvx_dict_put(rt, ret->u.dict, key, args->kw[i].value);
    }
    return rc;
}

static int filter_format(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value text = {0}, values = {0};
    if (args->n && args->n_kw)
        return cvx_value_fail(rt, "FilterArgumentError",
                              "filter 'format' takes either names or places, not both");
    int rc = cvx_repr_value(rt, input, &text);
    if (!rc && args->n_kw) {
        rc = keywords_dict(rt, args, &values);
    } else if (!rc) {
        rc = cvx_value_list(rt, CVX_V_TUPLE, args->n, &values);
        for (size_t i = 0; i < args->n && !rc; i++)
            rc = cvx_list_append(rt, values.u.list, args->pos[i]);
    }
    return rc ? rc : cvx_percent_format(rt, text, values, ret);
}

/* Refuses a limit that would not be kept; *ret_fits when the text is short enough. */
static int truncate_fits(struct cvx_rt *rt, struct cvx_value input, size_t n_end,
                         const struct cvx_value *v, bool *ret_fits)
{
    size_t n;
    bool valid;
    struct cvx_value most = {0};
    int rc = cvx_compare_order(rt, CVX_GE, v[0], cvx_value_int((int64_t)n_end), &valid);
    if (!rc && !valid)
        return cvx_value_fail(rt, "AssertionError",
                              "filter 'truncate': the length is below that of the end");
    if (!rc)
        rc = cvx_compare_order(rt, CVX_GE, v[3], cvx_value_int(0), &valid);
    if (!rc && !valid)
        return cvx_value_fail(rt, "AssertionError",
                              "filter 'truncate': the leeway is below 0");
    if (!rc)
        rc = cvx_value_length(rt, input, &n);
    if (!rc)
        rc = cvx_operate(rt, CVX_OP_ADD, v[0], v[3], &most);
    return rc ? rc
              : cvx_compare_order(rt, CVX_LE, cvx_value_int((int64_t)n), most, ret_fits);
}

/* Takes off what follows the last blank. */
static int drop_last_word(struct cvx_rt *rt, struct cvx_value *text)
{
    struct cvx_value pos[2] = {{.kind = CVX_V_STR, .u.str = &k_blank}, cvx_value_int(1)};
    struct cvx_value parts = {0};
    int rc = cvx_filterkit_method(rt, *text, &k_rsplit, pos, 2, &parts);
    if (!rc)
        *text = parts.u.list->items[0]; /* never empty when there is a separator */
    return rc;
}

static int truncate_cut(struct cvx_rt *rt, struct cvx_value input, size_t n_end,
                        const struct cvx_value *v, struct cvx_value *ret)
{
    struct cvx_value stop = {0}, head = {0};
    bool kill;
    bool sliced =
        input.kind == CVX_V_STR || input.kind == CVX_V_LIST || input.kind == CVX_V_TUPLE;
    int rc = cvx_value_truth(rt, v[1], &kill);
    if (!rc && (!sliced || (!kill && input.kind != CVX_V_STR)))
        return cvx_value_fail(rt, "TypeError", "filter 'truncate' cannot cut a '%s'",
                              cvx_value_type(input));
    if (!rc)
        rc = cvx_operate(rt, CVX_OP_SUB, v[0], cvx_value_int((int64_t)n_end), &stop);
    if (!rc)
        rc = cvx_access_slice(rt, input, cvx_value_none(), stop, cvx_value_none(), &head);
    if (!rc && !kill)
        rc = drop_last_word(rt, &head);
    return rc ? rc : cvx_operate(rt, CVX_OP_ADD, head, v[2], ret);
}

static int filter_truncate(struct cvx_rt *rt, struct cvx_value input,
                           const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"length", false, CVX_FILTERKIT_INT(255)},
        {"killwords", false, CVX_FILTERKIT_BOOL(false)},
        {"end", false, CVX_FILTERKIT_STR(&k_dots)},
        {"leeway", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[4];
    size_t n_end;
    bool fits = false;
    int rc = cvx_filterkit_bind(rt, "filter 'truncate'", args, k_params, 4, v);
    if (rc)
        return rc;
    if (v[3].kind == CVX_V_NONE)
        v[3] = cvx_value_int(5);
    rc = cvx_value_length(rt, v[2], &n_end);
    if (!rc)
        rc = truncate_fits(rt, input, n_end, v, &fits);
    if (rc)
        return rc;
    if (!fits)
        return truncate_cut(rt, input, n_end, v, ret);
    *ret = input;
    return CVX_OK;
}

const struct cvx_filterkit_entry cvx_filters_text_table[] = {
    {"upper", filter_upper},         {"lower", filter_lower},
    {"title", filter_title},         {"capitalize", filter_capitalize},
    {"trim", filter_trim},           {"replace", filter_replace},
    {"string", filter_string},       {"truncate", filter_truncate},
    {"center", filter_center},       {"format", filter_format},
    {"wordcount", filter_wordcount}, {NULL, NULL},
};
