/* The filter tojson: JSON that may stand within HTML. Keys are sorted, everything beyond
 * ASCII is escaped, and so are < > & and '. See value.h. */
#include "render/jinja/filterkit.h"

#include <math.h>

#include "render/jinja/filtersort.h"
#include "text/unicode.h"

struct json {
    struct cvx_rt *rt;
    struct cvx_buf *out;
    const struct cvx_str *indent; /* NULL: all on one line */
    bool plain;                   /* nothing is done for HTML */
    bool markup; /* a safe indent: strings behind it in a list are escaped first */
};

static int put_value(struct json *json, struct cvx_value value, size_t level);

static void put_unit(struct cvx_buf *out, uint32_t unit)
{
    static const char k_hex[] = "0123456789abcdef";
    char text[6] = {'\\',
                    'u',
                    k_hex[unit >> 12 & 15],
                    k_hex[unit >> 8 & 15],
                    k_hex[unit >> 4 & 15],
                    k_hex[unit & 15]};
    cvx_buf_put(out, text, sizeof(text));
}

static bool is_html(uint32_t c)
{
    return c == '<' || c == '>' || c == '&' || c == '\'';
}

static void put_point(const struct json *json, uint32_t c)
{
    struct cvx_buf *out = json->out;
    static const char k_short[] = "btn?fr"; /* 8 to 13 */
    if (c == '"' || c == '\\' || (c >= 8 && c <= 13 && c != 11)) {
        cvx_buf_putc(out, '\\');
        cvx_buf_putc(out, c < 32 ? k_short[c - 8] : (char)c);
    } else if (c >= 0x10000) {
        put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
        put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else if (c < 32 || c > 126 || (is_html(c) && !json->plain)) {
        put_unit(out, c);
    } else {
        cvx_buf_putc(out, (char)c);
    }
}

static void put_text(struct json *json, const struct cvx_str *text)
{
    cvx_buf_putc(json->out, '"');
    for (const char *p = text->data, *end = p + text->len; p < end;) {
        size_t len;
        put_point(json, cvx_unicode_decode(p, end, &len));
        p += len;
    }
    cvx_buf_putc(json->out, '"');
}

/* The same, escaped as HTML, before the '&' of that is escaped as JSON. */
static void put_text_twice(struct json *json, const struct cvx_str *text)
{
    struct cvx_buf once = {.max = json->out->max}, twice = {.max = json->out->max};
    struct json inner = {.rt = json->rt, .out = &once, .plain = true};
    put_text(&inner, text);
    cvx_repr_escape_bytes(&twice, once.data ? once.data : "", once.len);
    if (once.failed || twice.failed) {
        json->out->failed = true;
        json->out->over = once.over || twice.over;
    }
    for (size_t i = 0; i < twice.len; i++)
        if (twice.data[i] == '&')
            put_unit(json->out, '&');
        else
            cvx_buf_putc(json->out, twice.data[i]);
    cvx_buf_done(&once);
    cvx_buf_done(&twice);
}

static void put_float(struct json *json, double value)
{
    char text[64];
    if (isnan(value)) {
        cvx_buf_puts(json->out, "NaN");
    } else if (isinf(value)) {
        cvx_buf_puts(json->out, value < 0 ? "-Infinity" : "Infinity");
    } else {
        cvx_repr_double(value, text, sizeof(text));
        cvx_buf_puts(json->out, text);
    }
}

/* The indent once. It is the template's own text, and may hold anything. */
static void put_indent(struct json *json)
{
    const char *p = json->indent->data, *end = p + json->indent->len;
    while (p < end) {
        const char *run = p;
        while (p < end && !is_html((unsigned char)*p))
            p++;
        cvx_buf_put(json->out, run, (size_t)(p - run));
        if (p < end)
            put_unit(json->out, (unsigned char)*p++);
    }
}

static void put_newline(struct json *json, size_t level)
{
    if (!json->indent)
        return;
    cvx_buf_putc(json->out, '\n');
    for (; level > 0 && !json->out->failed; level--)
        put_indent(json);
}

static void put_comma(struct json *json, size_t level)
{
    cvx_buf_puts(json->out, json->indent ? "," : ", ");
    put_newline(json, level);
}

static int put_list(struct json *json, const struct cvx_list *list, size_t level)
{
    int rc = CVX_OK;
    cvx_buf_putc(json->out, '[');
    for (size_t i = 0; i < list->n && !rc; i++) {
        if (i > 0)
            put_comma(json, level + 1);
        else
            put_newline(json, level + 1);
        if (json->markup && list->items[i].kind == CVX_V_STR)
            put_text_twice(json, list->items[i].u.str);
        else
            rc = put_value(json, list->items[i], level + 1);
    }
    if (list->n > 0)
        put_newline(json, level);
    cvx_buf_putc(json->out, ']');
    return rc;
}

/* Keys that are not strings are written as JSON would write them, in quotes. */
static int put_key(struct json *json, struct cvx_value key)
{
    bool plain = key.kind == CVX_V_NONE || key.kind == CVX_V_BOOL ||
                 key.kind == CVX_V_INT || key.kind == CVX_V_BIG ||
                 key.kind == CVX_V_FLOAT;
    if (key.kind != CVX_V_STR && !plain)
        return cvx_value_fail(json->rt, "TypeError",
                              "filter 'tojson': a key of type '%s'", cvx_value_type(key));
    if (plain)
        cvx_buf_putc(json->out, '"');
    int rc = put_value(json, key, 0);
    if (plain)
        cvx_buf_putc(json->out, '"');
    cvx_buf_puts(json->out, ": ");
    return rc;
}

/* The entries in the order of their keys; *ret lies in the heap. */
static int sorted_entries(struct cvx_rt *rt, const struct cvx_dict *dict,
                          struct cvx_filtersort_item **ret)
{
    size_t n = cvx_dict_count(dict);
    struct cvx_filtersort_item *items = cvx_heap_array(rt->heap, n, sizeof(*items));
    struct cvx_value *keys = items ? cvx_heap_array(rt->heap, n, sizeof(*keys)) : NULL;
    if (!items || !keys)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < n; i++) {
        const struct cvx_dict_entry *entry = cvx_dict_at(dict, i);
        keys[i] = entry->key;
        items[i] = (struct cvx_filtersort_item){&keys[i], entry->value};
    }
    *ret = items;
    return cvx_filtersort_run(rt, items, n, false, cvx_filtersort_less_key, NULL);
}

static int put_dict(struct json *json, const struct cvx_dict *dict, size_t level)
{
    struct cvx_filtersort_item *items = NULL;
    size_t n = cvx_dict_count(dict);
    int rc = sorted_entries(json->rt, dict, &items);
    if (rc || !items)
        return rc;
    cvx_buf_putc(json->out, '{');
    for (size_t i = 0; i < n && !rc; i++) {
        if (i > 0)
            put_comma(json, level + 1);
        else
            put_newline(json, level + 1);
        rc = put_key(json, items[i].keys[0]);
        if (!rc)
            rc = put_value(json, items[i].value, level + 1);
    }
    if (n > 0)
        put_newline(json, level);
    cvx_buf_putc(json->out, '}');
    return rc;
}

static int put_container(struct json *json, struct cvx_value value, size_t level)
{
    int rc = cvx_value_enter(json->rt);
    if (rc)
        return rc;
    rc = value.kind == CVX_V_DICT ? put_dict(json, value.u.dict, level)
                                  : put_list(json, value.u.list, level);
    cvx_value_leave(json->rt);
    return rc;
}

static int put_value(struct json *json, struct cvx_value value, size_t level)
{
    int rc = CVX_OK;
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_NONE:
        cvx_buf_puts(json->out, "null");
        break;
    case CVX_V_BOOL:
        cvx_buf_puts(json->out, value.u.boolean ? "true" : "false");
        break;
    case CVX_V_INT:
    case CVX_V_BIG:
        return cvx_numeric_print(json->rt, value, json->out);
    case CVX_V_FLOAT:
        put_float(json, value.u.real);
        break;
    case CVX_V_STR:
        put_text(json, value.u.str);
        break;
    case CVX_V_LIST:
    case CVX_V_TUPLE:
    case CVX_V_DICT:
        return put_container(json, value, level);
    case CVX_V_UNDEFINED:
    case CVX_V_BYTES:
    case CVX_V_OBJECT:
        rc = cvx_value_fail(json->rt, "TypeError", "a '%s' cannot be written as JSON",
                            cvx_value_type(value));
        break;
    }
    return rc;
}

/* The text each level is indented by; *ret stays as it is for NONE. */
static int json_indent(struct cvx_rt *rt, struct cvx_value indent, struct cvx_value *ret)
{
    struct cvx_value blank = {0};
    if (indent.kind == CVX_V_NONE || indent.kind == CVX_V_STR) {
        *ret = indent;
        return CVX_OK;
    }
    int rc = cvx_value_str(rt, " ", 1, false, &blank);
    if (!rc)
        rc = cvx_operate(rt, CVX_OP_MUL, blank, indent, ret);
    if (!rc && ret->kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "TypeError", "filter 'tojson': an indent of type '%s'",
                            cvx_value_type(indent));
    return rc;
}

static int filter_tojson(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"indent", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value indent;
    int rc = cvx_filterkit_bind(rt, "filter 'tojson'", args, k_params, 1, &indent);
    /* A string alone is written before anybody looks at the indent. */
    if (!rc && input.kind != CVX_V_STR)
        rc = json_indent(rt, indent, &indent);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct json json = {.rt = rt, .out = &buf};
    if (indent.kind == CVX_V_STR) {
        json.indent = indent.u.str;
        json.markup = indent.safe;
    }
    rc = put_value(&json, input, 0);
    return cvx_filterkit_finish(rt, rc, &buf, true, ret);
}

const struct cvx_filterkit_entry cvx_filters_json_table[] = {
    {"tojson", filter_tojson},
    {NULL, NULL},
};
