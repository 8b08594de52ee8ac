/* The filters that make safe strings, and those that take markup away or make text fit
 * into an address: e, forceescape, safe, striptags, xmlattr, urlencode. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

#include "render/jinja/htmltext.h"

static int filter_escape(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'escape'", args);
    return rc ? rc : cvx_repr_escape(rt, input, ret);
}

static int filter_forceescape(struct cvx_rt *rt, struct cvx_value input,
                              const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value text = {0};
    int rc = cvx_filterkit_bind_none(rt, "filter 'forceescape'", args);
    if (!rc)
        rc = cvx_repr_value(rt, input, &text);
    text.safe = false;
    return rc ? rc : cvx_repr_escape(rt, text, ret);
}

static int filter_safe(struct cvx_rt *rt, struct cvx_value input,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'safe'", args);
    if (!rc)
        rc = cvx_repr_value(rt, input, ret);
    if (!rc)
        ret->safe = true;
    return rc;
}

static int filter_striptags(struct cvx_rt *rt, struct cvx_value input,
                            const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value text = {0};
    int rc = cvx_filterkit_bind_none(rt, "filter 'striptags'", args);
    if (!rc)
        rc = cvx_repr_value(rt, input, &text);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_htmltext_striptags(&buf, text.u.str->data, text.u.str->len);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

/* ---- xmlattr ---- */

/* No name of an attribute holds what would end it. */
static bool is_attr_name(const struct cvx_str *name)
{
    static const char k_ends[] = " \t\n\v\f\r/>=";
    for (size_t i = 0; i < name->len; i++)
        if (memchr(k_ends, name->data[i], sizeof(k_ends) - 1))
            return false;
    return true;
}

static int put_attr(struct cvx_rt *rt, const struct cvx_dict_entry *entry,
                    struct cvx_buf *buf)
{
    struct cvx_value value = entry->value;
    if (value.kind == CVX_V_NONE || value.kind == CVX_V_UNDEFINED)
        return CVX_OK;
    if (entry->key.kind != CVX_V_STR)
        return cvx_value_fail(rt, "TypeError", "filter 'xmlattr': a name of type '%s'",
                              cvx_value_type(entry->key));
    if (!is_attr_name(entry->key.u.str))
        return cvx_value_fail(rt, "ValueError", "filter 'xmlattr': '%s' is no name",
                              entry->key.u.str->data);
    if (buf->len > 0)
        cvx_buf_putc(buf, ' ');
    int rc = cvx_repr_print(rt, entry->key, buf);
    cvx_buf_puts(buf, "=\"");
    if (!rc)
        rc = cvx_repr_print(rt, value, buf);
    cvx_buf_putc(buf, '"');
    return rc;
}

static int filter_xmlattr(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"autospace", false, CVX_FILTERKIT_BOOL(true)},
    };
    struct cvx_value v;
    bool space = false;
    int rc = cvx_filterkit_bind(rt, "filter 'xmlattr'", args, k_params, 1, &v);
    if (!rc)
        rc = cvx_value_truth(rt, v, &space);
    if (!rc && input.kind == CVX_V_UNDEFINED)
        rc = cvx_value_fail_undefined(rt, input);
    if (!rc && input.kind != CVX_V_DICT)
        rc = cvx_value_fail(rt, "AttributeError", "'%s' is no dict",
                            cvx_value_type(input));
    if (rc)
        return rc;

    struct cvx_buf buf = cvx_filterkit_buf(rt), spaced = cvx_filterkit_buf(rt);
    for (size_t i = 0; i < cvx_dict_count(input.u.dict) && !rc; i++)
        rc = put_attr(rt, cvx_dict_at(input.u.dict, i), &buf);
    if (!rc && space && buf.len > 0) {
        cvx_buf_putc(&spaced, ' ');
        cvx_buf_put(&spaced, buf.data, buf.len);
        rc = cvx_buf_check(&buf, rt->err);
        cvx_buf_done(&buf);
        buf = spaced;
    }
    return cvx_filterkit_finish(rt, rc, &buf, !rt->no_escape, ret);
}

/* ---- urlencode ---- */

static void put_quoted(struct cvx_buf *buf, const struct cvx_str *text, bool query)
{
    static const char k_hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text->len; i++) {
        unsigned char c = (unsigned char)text->data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
                     c == '~' || (c == '/' && !query);
        if (plain) {
            cvx_buf_putc(buf, (char)c);
        } else if (c == ' ' && query) {
            cvx_buf_putc(buf, '+');
        } else {
            char quoted[3] = {'%', k_hex[c >> 4], k_hex[c & 15]};
            cvx_buf_put(buf, quoted, sizeof(quoted));
        }
    }
}

static int quote_value(struct cvx_rt *rt, struct cvx_value value, bool query,
                       struct cvx_buf *buf)
{
    struct cvx_value text = value;
    int rc = value.kind == CVX_V_BYTES ? CVX_OK : cvx_repr_value(rt, value, &text);
    if (!rc)
        put_quoted(buf, text.u.str, query);
    return rc;
}

static bool is_iterable(struct cvx_value value)
{
    if (value.kind == CVX_V_OBJECT)
        return value.u.object->type->iter != NULL;
    return value.kind == CVX_V_UNDEFINED || value.kind == CVX_V_BYTES ||
           value.kind == CVX_V_LIST || value.kind == CVX_V_TUPLE ||
           value.kind == CVX_V_DICT;
}

/* The pairs of a dict, or of anything that holds pairs, as a query. */
static int quote_pairs(struct cvx_rt *rt, struct cvx_value input, struct cvx_buf *buf)
{
    struct cvx_iter *iter = NULL;
    struct cvx_value pair = {0}, v[2];
    bool more = true;
    int rc = CVX_OK;
    if (input.kind == CVX_V_DICT)
        rc = cvx_iter_view(rt, input.u.dict, CVX_VIEW_ITEMS, &input);
    if (!rc)
        rc = cvx_iter_new(rt, input, &iter);
    for (bool first = true; !rc; first = false) {
        rc = iter->next(rt, iter, &pair, &more);
        if (rc || !more)
            break;
        rc = cvx_filterkit_unpack2(rt, pair, v);
        if (!first)
            cvx_buf_putc(buf, '&');
        if (!rc)
            rc = quote_value(rt, v[0], true, buf);
        cvx_buf_putc(buf, '=');
        if (!rc)
            rc = quote_value(rt, v[1], true, buf);
    }
    return rc;
}

static int filter_urlencode(struct cvx_rt *rt, struct cvx_value input,
                            const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'urlencode'", args);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    rc = is_iterable(input) ? quote_pairs(rt, input, &buf)
                            : quote_value(rt, input, false, &buf);
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

const struct cvx_filterkit_entry cvx_filters_markup_table[] = {
    {"e", filter_escape},
    {"escape", filter_escape},
    {"safe", filter_safe},
    {"striptags", filter_striptags},
    {"forceescape", filter_forceescape},
    {"urlencode", filter_urlencode},
    {"xmlattr", filter_xmlattr},
    {NULL, NULL},
};
