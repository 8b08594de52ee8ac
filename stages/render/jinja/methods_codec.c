/* Methods of str on characters as numbers: encode, translate, maketrans. See methods.h. */
#include "render/jinja/codec.h"
#include "render/jinja/filterkit.h"
#include "render/jinja/methods.h"

#include "text/unicode.h"

int cvx_methods_bind_codec(struct cvx_rt *rt, const struct cvx_method *m,
                           const struct cvx_args *args, const struct cvx_codec **ret,
                           struct cvx_span *ret_errors)
{
    static const char *const k_names[] = {"encoding", "errors"};
    struct cvx_value v[2];
    struct cvx_span encoding = {"utf-8", 5}, errors = {"strict", 6};
    bool given[2];
    int rc = cvx_args_bind(rt, m->name, args, k_names, 2, 0, v, given);
    if (!rc && given[0])
        rc = cvx_methods_text(rt, m, v[0], &encoding);
    if (!rc && given[1])
        rc = cvx_methods_text(rt, m, v[1], &errors);
    if (rc)
        return rc;
    *ret = cvx_codec_find(encoding);
    if (!*ret)
        return cvx_value_fail(rt, "LookupError", "%s(): unknown encoding", m->name);
    *ret_errors = errors;
    return CVX_OK;
}

static int codec_encode(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    const struct cvx_codec *codec = NULL;
    struct cvx_span errors = {"", 0};
    int rc = cvx_methods_bind_codec(rt, m, args, &codec, &errors);
    if (!rc)
        rc = cvx_codec_encode(rt, codec, cvx_methods_span(self), errors, &buf);
    if (!rc)
        rc = cvx_buf_check(&buf, rt->err);
    if (!rc)
        rc = cvx_methods_bytes(rt, buf.data, buf.len, ret);
    cvx_buf_done(&buf);
    return rc;
}

/* ---- translate ---- */

static int put_number(struct cvx_rt *rt, struct cvx_value number, struct cvx_buf *out)
{
    int64_t c;
    int rc = cvx_numeric_index(rt, number, &c);
    if (rc)
        return rc;
    if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return cvx_value_fail(rt, "ValueError",
                              "translate(): no character has this number");
    cvx_pystr_put(out, (uint32_t)c);
    return CVX_OK;
}

/* The character at s becomes what the table has for its number, else stays. */
static int put_translated(struct cvx_rt *rt, struct cvx_value table, uint32_t c,
                          struct cvx_span s, struct cvx_buf *out)
{
    struct cvx_value to = {0};
    bool found = false;
    int rc = cvx_access_find(rt, table, cvx_value_int((int64_t)c), &to, &found);
    if (rc)
        return rc;
    if (!found)
        cvx_buf_put(out, s.p, s.len);
    else if (to.kind == CVX_V_STR)
        cvx_buf_put(out, to.u.str->data, to.u.str->len);
    else if (cvx_numeric_is_integer(to))
        return put_number(rt, to, out);
    else if (to.kind != CVX_V_NONE)
        return cvx_value_fail(rt, "TypeError",
                              "translate(): the table gives neither number nor str");
    return CVX_OK;
}

static bool has_items(struct cvx_value value)
{
    return value.kind == CVX_V_DICT || value.kind == CVX_V_LIST ||
           value.kind == CVX_V_TUPLE || value.kind == CVX_V_STR ||
           value.kind == CVX_V_BYTES || value.kind == CVX_V_UNDEFINED ||
           (value.kind == CVX_V_OBJECT && value.u.object->type->item);
}

static int codec_translate(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_span s = cvx_methods_span(self);
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    size_t len;
    int rc = CVX_OK;
    (void)m;
    if (s.len > 0 && !has_items(args->pos[0]))
        return cvx_value_fail(rt, "TypeError", "translate(): '%s' is no table",
                              cvx_value_type(args->pos[0]));
    for (size_t at = 0; at < s.len && !rc && !buf.failed; at += len) {
        uint32_t c = cvx_unicode_decode(s.p + at, s.p + s.len, &len);
        rc = put_translated(rt, args->pos[0], c, (struct cvx_span){s.p + at, len}, &buf);
    }
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

/* ---- maketrans ---- */

static struct cvx_value point_of(struct cvx_span s, size_t *ret_len)
{
    return cvx_value_int((int64_t)cvx_unicode_decode(s.p, s.p + s.len, ret_len));
}

/* maketrans({"a": "x", 98: none}). */
static int table_of_dict(struct cvx_rt *rt, struct cvx_value from, struct cvx_dict *table)
{
    size_t len;
    int rc = CVX_OK;
    if (from.kind != CVX_V_DICT)
        return cvx_value_fail(rt, "TypeError",
                              "maketrans() of one argument needs a dict");
    for (size_t i = 0; i < cvx_dict_count(from.u.dict) && !rc; i++) {
        struct cvx_dict_entry entry = *cvx_dict_at(from.u.dict, i);
        bool text = entry.key.kind == CVX_V_STR;
        if (text && entry.key.u.str->points != 1)
            rc = cvx_value_fail(rt, "ValueError",
                                "maketrans(): a string key must be one character");
        else if (!text && !cvx_numeric_is_integer(entry.key))
            rc = cvx_value_fail(rt, "TypeError",
                                "maketrans(): a key is neither number nor str");
        else if (text)
            entry.key = point_of(cvx_methods_span(entry.key), &len);
        if (!rc)
            rc = cvx_dict_put(rt, table, entry.key, entry.value);
    }
    return rc;
}

/* Each character of from to that of `to` at its place, or (NULL) to None. */
static int table_of_text(struct cvx_rt *rt, struct cvx_span from,
                         const struct cvx_span *to, struct cvx_dict *table)
{
    struct cvx_span target = to ? *to : (struct cvx_span){"", 0};
    size_t len, target_len = 0;
    int rc = CVX_OK;
    for (size_t at = 0; at < from.len && !rc; at += len) {
        struct cvx_value key =
            point_of((struct cvx_span){from.p + at, from.len - at}, &len);
        struct cvx_value value = to ? point_of(target, &target_len) : cvx_value_none();
        target.p += target_len;
        target.len -= target_len;
        rc = cvx_dict_put(rt, table, key, value);
    }
    return rc;
}

static int codec_maketrans(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_span text[3];
    struct cvx_value table = {0};
    (void)self;
    int rc = cvx_dict_new(rt, &table);
    if (!rc && args->n == 1)
        rc = table_of_dict(rt, args->pos[0], table.u.dict);
    for (size_t i = 0; i < args->n && args->n > 1 && !rc; i++)
        rc = cvx_methods_text(rt, m, args->pos[i], &text[i]);
    if (!rc && args->n > 1 && cvx_pystr_points(text[0]) != cvx_pystr_points(text[1]))
        rc = cvx_value_fail(rt, "ValueError",
                            "maketrans(): the two strings differ in length");
    if (!rc && args->n > 1)
        rc = table_of_text(rt, text[0], &text[1], table.u.dict);
    if (!rc && args->n > 2)
        rc = table_of_text(rt, text[2], NULL, table.u.dict);
    if (!rc)
        *ret = table;
    return rc;
}

const struct cvx_method cvx_methods_codec_table[] = {
    {.name = "encode", .fn = codec_encode, .keywords = true},
    {.name = "translate", .fn = codec_translate, 1, 1, .markup = CVX_METHODS_WRAP},
    {.name = "maketrans", .fn = codec_maketrans, 1, 3, .markup = CVX_METHODS_PLAIN},
    {.name = NULL},
};
