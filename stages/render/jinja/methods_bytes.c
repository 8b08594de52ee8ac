/* Methods of bytes. Most of them are those of str, called on a text in which each byte is
 * one character: itself when it is ASCII, else one of no properties, so that letters,
 * digits and blanks are those of ASCII alone. See methods.h. */
#include "render/jinja/codec.h"
#include "render/jinja/filterkit.h"
#include "render/jinja/methods.h"

#include <string.h>

#include "text/unicode.h"

#define PRIVATE 0xe000u /* and up: characters for private use */

/* 0x1c to 0x1f are blanks in text, not in bytes. With `lines`, of the line breaks only LF
 * and CR are left. */
static uint32_t char_of(unsigned char byte, bool lines)
{
    bool hide = byte >= 0x80 || (byte >= 0x1c && byte <= 0x1f) ||
                (lines && (byte == 0x0b || byte == 0x0c));
    return hide ? PRIVATE + byte : byte;
}

static int to_text(struct cvx_rt *rt, struct cvx_value bytes, bool lines,
                   struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct cvx_span s = cvx_methods_span(bytes);
    for (size_t i = 0; i < s.len; i++)
        cvx_pystr_put(&buf, char_of((unsigned char)s.p[i], lines));
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int to_bytes(struct cvx_rt *rt, struct cvx_value *value)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct cvx_span s = cvx_methods_span(*value);
    size_t len;
    cvx_buf_put(&buf, "", 0);
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t c = cvx_unicode_decode(s.p + at, s.p + s.len, &len);
        cvx_buf_putc(&buf, (char)(c & 0xff));
    }
    int rc = cvx_buf_check(&buf, rt->err);
    if (!rc)
        rc = cvx_methods_bytes(rt, buf.data, buf.len, value);
    cvx_buf_done(&buf);
    return rc;
}

/* ---- arguments ---- */

#define TAKES_NUMBER 1 /* a number among the arguments may stand for a byte: find */
#define TAKES_MANY 2   /* the argument is a tuple of bytes, or any pass (join) */
#define LINES 4

static int byte_to_text(struct cvx_rt *rt, struct cvx_value *value)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    int64_t byte;
    int rc = cvx_numeric_index(rt, *value, &byte);
    if (!rc && (byte < 0 || byte > 255))
        rc = cvx_value_fail(rt, "ValueError", "a byte must be in range(0, 256)");
    if (!rc)
        cvx_pystr_put(&buf, char_of((unsigned char)byte, false));
    return cvx_filterkit_finish(rt, rc, &buf, false, value);
}

static int items_to_text(struct cvx_rt *rt, struct cvx_value *value)
{
    struct cvx_list *items;
    struct cvx_value tuple = {0};
    int rc = cvx_iter_collect(rt, *value, &items);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_TUPLE, items->n, &tuple);
    for (size_t i = 0; !rc && i < items->n; i++) {
        struct cvx_value item = items->items[i];
        if (item.kind != CVX_V_BYTES)
            return cvx_value_fail(rt, "TypeError", "item %zu is no bytes but '%s'", i,
                                  cvx_value_type(item));
        rc = to_text(rt, item, false, &item);
        if (!rc)
            rc = cvx_list_append(rt, tuple.u.list, item);
    }
    if (!rc)
        *value = tuple;
    return rc;
}

static int arg_to_text(struct cvx_rt *rt, const struct cvx_method *m, bool first,
                       struct cvx_value *value)
{
    bool join = strcmp(m->name, "join") == 0;
    if (first && (m->option & TAKES_MANY) && (value->kind == CVX_V_TUPLE || join))
        return items_to_text(rt, value);
    if (value->kind == CVX_V_BYTES)
        return to_text(rt, *value, false, value);
    if (value->kind == CVX_V_STR)
        return cvx_value_fail(rt, "TypeError", "%s() needs bytes, not 'str'", m->name);
    if (first && (m->option & TAKES_NUMBER) && cvx_numeric_is_integer(*value))
        return byte_to_text(rt, value);
    return CVX_OK;
}

static int args_to_text(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_args *args)
{
    struct cvx_value *pos = cvx_heap_array(rt->heap, args->n + 1, sizeof(*pos));
    struct cvx_kwarg *kw = cvx_heap_array(rt->heap, args->n_kw + 1, sizeof(*kw));
    int rc = CVX_OK;
    if (!pos || !kw)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < args->n && !rc; i++) {
        pos[i] = args->pos[i];
        rc = arg_to_text(rt, m, i == 0, &pos[i]);
    }
    for (size_t i = 0; i < args->n_kw && !rc; i++) {
        kw[i] = args->kw[i];
        rc = arg_to_text(rt, m, false, &kw[i].value);
    }
    args->pos = pos;
    args->kw = kw;
    return rc;
}

static int answer_to_bytes(struct cvx_rt *rt, struct cvx_value *value)
{
    bool list = value->kind == CVX_V_LIST || value->kind == CVX_V_TUPLE;
    int rc = CVX_OK;
    if (value->kind == CVX_V_STR)
        return to_bytes(rt, value);
    for (size_t i = 0; list && i < value->u.list->n && !rc; i++)
        rc = to_bytes(rt, &value->u.list->items[i]);
    return rc;
}

static const struct cvx_method *text_method(const char *name)
{
    const struct cvx_method *tables[] = {cvx_methods_search_table, cvx_methods_cut_table,
                                         cvx_methods_text_table};
    for (size_t i = 0; i < 3; i++)
        for (const struct cvx_method *m = tables[i]; m->name; m++)
            if (strcmp(m->name, name) == 0)
                return m;
    return NULL;
}

static int bytes_as_text(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_value text = {0}, value = {0};
    struct cvx_args given = *args;
    int rc = to_text(rt, self, m->option & LINES, &text);
    if (!rc)
        rc = args_to_text(rt, m, &given);
    if (!rc)
        rc = cvx_methods_call(rt, text_method(m->name), text, &given, &value);
    if (!rc)
        rc = answer_to_bytes(rt, &value);
    if (!rc)
        *ret = value;
    return rc;
}

/* isascii: bytes that are hidden are not ASCII, but for the four that are. */
static int bytes_isascii(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_span s = cvx_methods_span(self);
    bool ascii = true;
    (void)rt;
    (void)m;
    (void)args;
    for (size_t i = 0; i < s.len; i++)
        ascii = ascii && (unsigned char)s.p[i] < 0x80;
    *ret = cvx_value_bool(ascii);
    return CVX_OK;
}

static int bytes_decode(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    const struct cvx_codec *codec = NULL;
    struct cvx_span errors = {"", 0};
    int rc = cvx_methods_bind_codec(rt, m, args, &codec, &errors);
    if (!rc)
        rc = cvx_codec_decode(rt, codec, cvx_methods_span(self), errors, &buf);
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

/* ---- hex ---- */

static int bind_hex(struct cvx_rt *rt, const struct cvx_args *args,
                    struct cvx_value *ret_sep, int64_t *ret_group)
{
    static const char *const k_names[] = {"sep", "bytes_per_sep"};
    struct cvx_value v[2];
    bool given[2];
    int rc = cvx_args_bind(rt, "hex()", args, k_names, 2, 0, v, given);
    *ret_group = given[0] ? 1 : 0;
    if (!rc && given[1]) {
        int64_t group;
        rc = cvx_methods_c_int(rt, v[1], &group);
        *ret_group = given[0] ? group : 0;
    }
    if (!rc && given[0] && v[0].kind != CVX_V_STR && v[0].kind != CVX_V_BYTES)
        rc = cvx_value_fail(rt, "TypeError", "hex(): the separator must be str or bytes");
    if (!rc && given[0] && (v[0].u.str->len != 1 || v[0].u.str->data[0] < 0))
        rc = cvx_value_fail(rt, "ValueError",
                            "hex(): the separator must be one character");
    *ret_sep = v[0];
    return rc;
}

/* Groups are counted from the end when they are positive, else from the start. */
static int bytes_hex(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct cvx_span s = cvx_methods_span(self);
    struct cvx_value sep;
    int64_t group = 0;
    (void)m;
    int rc = bind_hex(rt, args, &sep, &group);
    size_t size = (size_t)(group < 0 ? -group : group);
    for (size_t i = 0; i < s.len && !rc; i++) {
        size_t place = group > 0 ? s.len - i : i;
        if (i > 0 && size > 0 && place % size == 0)
            cvx_buf_putc(&buf, sep.u.str->data[0]);
        cvx_buf_printf(&buf, "%02x", (unsigned)(unsigned char)s.p[i]);
    }
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

static int bytes_fromhex(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct cvx_span s;
    (void)self;
    int rc = cvx_methods_text(rt, m, args->pos[0], &s);
    cvx_buf_put(&buf, "", 0);
    for (size_t i = 0; !rc && i < s.len; i++) {
        if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r'))
            continue;
        int high = hex_value(s.p[i]), low = i + 1 < s.len ? hex_value(s.p[i + 1]) : -1;
        if (high < 0 || low < 0)
            rc = cvx_value_fail(rt, "ValueError", "fromhex(): this is no hexadecimal");
        else
            cvx_buf_putc(&buf, (char)(high << 4 | low));
        i++;
    }
    if (!rc)
        rc = cvx_buf_check(&buf, rt->err);
    if (!rc)
        rc = cvx_methods_bytes(rt, buf.data, buf.len, ret);
    cvx_buf_done(&buf);
    return rc;
}

/* ---- translate ---- */

static int bind_translate(struct cvx_rt *rt, const struct cvx_args *args,
                          struct cvx_span *ret_table, struct cvx_span *ret_delete)
{
    static const char *const k_names[] = {"table", "delete"};
    struct cvx_value v[2];
    bool given[2];
    int rc = cvx_args_bind(rt, "translate()", args, k_names, 2, 1, v, given);
    *ret_table = *ret_delete = (struct cvx_span){NULL, 0};
    for (size_t i = 0; i < 2 && !rc; i++) {
        bool none = i == 0 && v[0].kind == CVX_V_NONE;
        if (!given[i] || none)
            continue;
        if (v[i].kind != CVX_V_BYTES)
            rc = cvx_value_fail(rt, "TypeError", "translate() needs bytes, not '%s'",
                                cvx_value_type(v[i]));
        else if (i == 0)
            *ret_table = cvx_methods_span(v[i]);
        else
            *ret_delete = cvx_methods_span(v[i]);
    }
    if (!rc && ret_table->p && ret_table->len != 256)
        rc = cvx_value_fail(rt, "ValueError", "translate(): the table has no 256 bytes");
    return rc;
}

static int bytes_translate(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_span s = cvx_methods_span(self), table, without;
    (void)m;
    int rc = bind_translate(rt, args, &table, &without);
    char *bytes = rc ? NULL : cvx_heap_copy(rt->heap, s.p, s.len);
    size_t n = 0;
    if (rc || !bytes)
        return rc ? rc : cvx_value_no_memory(rt);
    for (size_t i = 0; i < s.len; i++) {
        if (without.len > 0 && memchr(without.p, s.p[i], without.len))
            continue;
        bytes[n++] = table.p ? table.p[(unsigned char)s.p[i]] : s.p[i];
    }
    return cvx_methods_bytes(rt, bytes, n, ret);
}

static int bytes_maketrans(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_value from = args->pos[0], to = args->pos[1];
    char table[256];
    (void)m;
    (void)self;
    if (from.kind != CVX_V_BYTES || to.kind != CVX_V_BYTES)
        return cvx_value_fail(rt, "TypeError", "maketrans() needs bytes");
    if (from.u.str->len != to.u.str->len)
        return cvx_value_fail(rt, "ValueError",
                              "maketrans(): the two arguments differ in length");
    for (int i = 0; i < 256; i++)
        table[i] = (char)i;
    for (size_t i = 0; i < from.u.str->len; i++)
        table[(unsigned char)from.u.str->data[i]] = to.u.str->data[i];
    return cvx_methods_bytes(rt, table, sizeof(table), ret);
}

/* Arguments are counted by the method of str. */
#define AS_TEXT .fn = bytes_as_text, .keywords = true

const struct cvx_method cvx_methods_bytes_table[] = {
    {.name = "decode", .fn = bytes_decode, .keywords = true},
    {.name = "hex", .fn = bytes_hex, .keywords = true},
    {.name = "fromhex", .fn = bytes_fromhex, .least = 1, .most = 1},
    {.name = "isascii", .fn = bytes_isascii},
    {.name = "translate", .fn = bytes_translate, .keywords = true},
    {.name = "maketrans", .fn = bytes_maketrans, .least = 2, .most = 2},
    {.name = "find", AS_TEXT, .option = TAKES_NUMBER},
    {.name = "rfind", AS_TEXT, .option = TAKES_NUMBER},
    {.name = "index", AS_TEXT, .option = TAKES_NUMBER},
    {.name = "rindex", AS_TEXT, .option = TAKES_NUMBER},
    {.name = "count", AS_TEXT, .option = TAKES_NUMBER},
    {.name = "startswith", AS_TEXT, .option = TAKES_MANY},
    {.name = "endswith", AS_TEXT, .option = TAKES_MANY},
    {.name = "join", AS_TEXT, .option = TAKES_MANY},
    {.name = "splitlines", AS_TEXT, .option = LINES},
    {.name = "removeprefix", AS_TEXT},
    {.name = "removesuffix", AS_TEXT},
    {.name = "replace", AS_TEXT},
    {.name = "strip", AS_TEXT},
    {.name = "lstrip", AS_TEXT},
    {.name = "rstrip", AS_TEXT},
    {.name = "split", AS_TEXT},
    {.name = "rsplit", AS_TEXT},
    {.name = "partition", AS_TEXT},
    {.name = "rpartition", AS_TEXT},
    {.name = "upper", AS_TEXT},
    {.name = "lower", AS_TEXT},
    {.name = "title", AS_TEXT},
    {.name = "capitalize", AS_TEXT},
    {.name = "swapcase", AS_TEXT},
    {.name = "isalpha", AS_TEXT},
    {.name = "isalnum", AS_TEXT},
    {.name = "isdigit", AS_TEXT},
    {.name = "isspace", AS_TEXT},
    {.name = "islower", AS_TEXT},
    {.name = "isupper", AS_TEXT},
    {.name = "istitle", AS_TEXT},
    {.name = "ljust", AS_TEXT},
    {.name = "rjust", AS_TEXT},
    {.name = "center", AS_TEXT},
    {.name = "zfill", AS_TEXT},
    {.name = "expandtabs", AS_TEXT},
    {.name = NULL},
};
