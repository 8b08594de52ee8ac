/* Values as text: str(), repr(), and what autoescape makes of it. See value.h.
 *
 * Every walk over a container stops once the buffer is full: shared lists within lists
 * can be printed far longer than they are. */
#include "render/jinja/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>

#include "text/quoted.h"
#include "json/number.h"

/* One container under way, on the stack; the chain starts at rt->printing. */
struct frame {
    const void *container;
    const struct frame *outer;
};

/* ---- escaping ---- */

static const char *entity(char c, size_t *ret_len)
{
    static const char k_amp[] = "&amp;", k_lt[] = "&lt;", k_gt[] = "&gt;";
    static const char k_apos[] = "&#39;", k_quote[] = "&#34;";
    const char *text = c == '&'    ? k_amp
                       : c == '<'  ? k_lt
                       : c == '>'  ? k_gt
                       : c == '\'' ? k_apos
                       : c == '"'  ? k_quote
                                   : NULL;
    *ret_len = c == '<' || c == '>' ? sizeof(k_lt) - 1 : sizeof(k_amp) - 1;
    return text;
}

void cvx_repr_escape_bytes(struct cvx_buf *out, const char *data, size_t len)
{
    size_t done = 0, size;
    cvx_buf_put(out, "", 0);
    for (size_t i = 0; i < len; i++) {
        /* All five lie below '?', as few letters of a text do. */
        if ((unsigned char)data[i] > '>')
            continue;
        const char *text = entity(data[i], &size);
        if (!text)
            continue;
        cvx_buf_put(out, data + done, i - done);
        cvx_buf_put(out, text, size);
        done = i + 1;
    }
    cvx_buf_put(out, data + done, len - done);
}

/* ---- repr of text ---- */

static char quote_for(const struct cvx_str *str)
{
    bool single = str->len && memchr(str->data, '\'', str->len) != NULL;
    return single && !memchr(str->data, '"', str->len) ? '"' : '\'';
}

static void repr_bytes(const struct cvx_str *str, struct cvx_buf *out)
{
    char quote = quote_for(str);
    cvx_buf_putc(out, 'b');
    cvx_buf_putc(out, quote);
    for (size_t i = 0; i < str->len; i++) {
        unsigned char c = (unsigned char)str->data[i];
        if (c == (unsigned char)quote || c == '\\')
            cvx_buf_putc(out, '\\');
        if (c == '\n' || c == '\r' || c == '\t')
            cvx_buf_printf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c < 0x20 || c >= 0x7f)
            cvx_buf_printf(out, "\\x%02x", c);
        else
            cvx_buf_putc(out, (char)c);
    }
    cvx_buf_putc(out, quote);
}

static void repr_str(struct cvx_value value, struct cvx_buf *out)
{
    if (value.safe)
        cvx_buf_puts(out, "Markup(");
    cvx_quoted_put(out, value.u.str->data, value.u.str->len);
    if (value.safe)
        cvx_buf_putc(out, ')');
}

/* ---- repr of containers ---- */

static bool is_printing(const struct cvx_rt *rt, const void *container)
{
    const struct frame *frame = rt->printing;
    while (frame && frame->container != container)
        frame = frame->outer;
    return frame != NULL;
}

static int repr_items(struct cvx_rt *rt, const struct cvx_list *list, struct cvx_buf *out)
{
    int rc = CVX_OK;
    for (size_t i = 0; i < list->n && !rc; i++) {
        if (i > 0)
            cvx_buf_put(out, ", ", 2);
        rc = cvx_repr_repr(rt, list->items[i], out);
        if (!rc && out->failed)
            rc = cvx_buf_check(out, rt->err);
    }
    return rc;
}

static int repr_pairs(struct cvx_rt *rt, const struct cvx_dict *dict, struct cvx_buf *out)
{
    int rc = CVX_OK;
    for (size_t i = 0; i < cvx_dict_count(dict) && !rc; i++) {
        struct cvx_dict_entry entry = *cvx_dict_at(dict, i);
        if (i > 0)
            cvx_buf_put(out, ", ", 2);
        rc = cvx_repr_repr(rt, entry.key, out);
        cvx_buf_put(out, ": ", 2);
        if (!rc)
            rc = cvx_repr_repr(rt, entry.value, out);
        if (!rc && out->failed)
            rc = cvx_buf_check(out, rt->err);
    }
    return rc;
}

static int repr_inside(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    bool tuple = value.kind == CVX_V_TUPLE, dict = value.kind == CVX_V_DICT;
    cvx_buf_putc(out, dict ? '{' : tuple ? '(' : '[');
    int rc = dict ? repr_pairs(rt, value.u.dict, out) : repr_items(rt, value.u.list, out);
    if (tuple && value.u.list->n == 1)
        cvx_buf_putc(out, ',');
    cvx_buf_putc(out, dict ? '}' : tuple ? ')' : ']');
    return rc;
}

static int repr_container(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    bool dict = value.kind == CVX_V_DICT;
    struct frame frame = {.outer = rt->printing};
    frame.container = dict ? (const void *)value.u.dict : (const void *)value.u.list;
    if (is_printing(rt, frame.container)) {
        cvx_buf_puts(out, dict ? "{...}" : value.kind == CVX_V_TUPLE ? "(...)" : "[...]");
        return CVX_OK;
    }
    int rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rt->printing = &frame;
    rc = repr_inside(rt, value, out);
    rt->printing = frame.outer;
    cvx_value_leave(rt);
    return rc;
}

static int repr_object(struct cvx_rt *rt, struct cvx_object *object, struct cvx_buf *out)
{
    if (!object->type->print)
        return cvx_value_fail(rt, "TypeError", "'%s' cannot be printed",
                              object->type->name);
    int rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rc = object->type->print(rt, object, out);
    cvx_value_leave(rt);
    return rc;
}

/* ---- all kinds ---- */

void cvx_repr_double(double value, char *ret, size_t ret_size)
{
    char text[CVX_NUMBER_ROOM];
    const char *word = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    bool finite = cvx_number_print(value, text) > 0;
    (void)snprintf(ret, ret_size, "%s", finite ? text : word);
}

int cvx_repr_repr(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    switch ((enum cvx_value_kind)value.kind) {
    case CVX_V_UNDEFINED:
        cvx_buf_puts(out, "Undefined");
        break;
    case CVX_V_NONE:
        cvx_buf_puts(out, "None");
        break;
    case CVX_V_BOOL:
        cvx_buf_puts(out, value.u.boolean ? "True" : "False");
        break;
    case CVX_V_INT:
    case CVX_V_BIG:
    case CVX_V_FLOAT:
        return cvx_numeric_print(rt, value, out);
    case CVX_V_STR:
        repr_str(value, out);
        break;
    case CVX_V_BYTES:
        repr_bytes(value.u.str, out);
        break;
    case CVX_V_LIST:
    case CVX_V_TUPLE:
    case CVX_V_DICT:
        return repr_container(rt, value, out);
    case CVX_V_OBJECT:
        return repr_object(rt, value.u.object, out);
    }
    return CVX_OK;
}

int cvx_repr_str(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    if (value.kind == CVX_V_STR)
        cvx_buf_put(out, value.u.str->data, value.u.str->len);
    else if (value.kind == CVX_V_UNDEFINED)
        cvx_buf_put(out, "", 0);
    else
        return cvx_repr_repr(rt, value, out);
    return CVX_OK;
}

int cvx_repr_value(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    if (value.kind == CVX_V_STR) {
        *ret = value;
        return CVX_OK;
    }
    int rc = cvx_repr_str(rt, value, &buf);
    if (!rc)
        rc = cvx_value_str_buf(rt, &buf, false, ret);
    cvx_buf_done(&buf);
    return rc;
}

int cvx_repr_print(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    /* Numbers and their like have nothing to escape; a safe string must not be. */
    if (value.kind < CVX_V_STR || (value.kind == CVX_V_STR && value.safe))
        return cvx_repr_str(rt, value, out);
    if (value.kind == CVX_V_STR) {
        cvx_repr_escape_bytes(out, value.u.str->data, value.u.str->len);
        return CVX_OK;
    }
    int rc = cvx_repr_str(rt, value, &buf);
    if (!rc)
        rc = cvx_buf_check(&buf, rt->err);
    if (!rc)
        cvx_repr_escape_bytes(out, buf.data, buf.len);
    cvx_buf_done(&buf);
    return rc;
}

int cvx_repr_escape(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    if (value.kind == CVX_V_STR && value.safe) {
        *ret = value;
        return CVX_OK;
    }
    int rc = cvx_repr_print(rt, value, &buf);
    if (!rc)
        rc = cvx_value_str_buf(rt, &buf, true, ret);
    cvx_buf_done(&buf);
    return rc;
}
