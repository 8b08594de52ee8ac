/* str.format and str.format_map, and Markup's own format, which escapes what it takes in
 * and differs in what a field's name may be. See value.h. The part behind the colon is
 * formatspec.c's.
 *
 * Fields are handled as they are met, so that of two faults the first is told. */
#include "render/jinja/value.h"

#include <string.h>

#include <cvextract/limits.h>

#include "render/jinja/formatspec.h"
#include "render/jinja/pystr.h"
#include "text/unicode.h"

#define NESTED_MAX 2 /* the text itself, and the specs within it */

enum numbering { NUMBERING_OPEN, NUMBERING_AUTO, NUMBERING_MANUAL };

struct job {
    struct cvx_rt *rt;
    const struct cvx_args *args;     /* NULL: format_map */
    const struct cvx_value *mapping; /* of format_map */
    bool safe;                       /* the format is markup: escape */
    bool stays_safe;                 /* the result is one field's markup, untouched */
    enum numbering numbering;
    size_t next; /* the next place of automatic numbering */
};

/* "{name!conversion:spec}" */
struct field {
    struct cvx_span name, spec;
    uint32_t conversion; /* 0: none */
};

static int fail(struct cvx_rt *rt, const char *text)
{
    return cvx_value_fail(rt, "ValueError", "str.format: %s", text);
}

/* ---- cutting the format up ---- */

static bool take_byte(struct cvx_span *p, char *ret)
{
    if (p->len == 0)
        return false;
    *ret = *p->p;
    *p = (struct cvx_span){p->p + 1, p->len - 1};
    return true;
}

/* The text up to the next field; doubled braces end it too, and *ret_field is then false. */
static int take_literal(struct cvx_rt *rt, struct cvx_span *p, struct cvx_span *ret,
                        bool *ret_field)
{
    size_t n = 0;
    while (n < p->len && p->p[n] != '{' && p->p[n] != '}')
        n++;
    *ret = (struct cvx_span){p->p, n};
    *ret_field = false;
    if (n == p->len) {
        p->len = 0;
        return CVX_OK;
    }
    char brace = p->p[n];
    bool twice = n + 1 < p->len && p->p[n + 1] == brace;
    if (!twice && (brace == '}' || n + 1 == p->len))
        return fail(rt, brace == '}' ? "a single '}'" : "a single '{'");
    ret->len += twice;
    *ret_field = !twice;
    n += twice ? 2 : 1;
    *p = (struct cvx_span){p->p + n, p->len - n};
    return CVX_OK;
}

/* The field's name, and in *ret_end what ended it: } : or !. Within [] all but ] is part
 * of the name. */
static int take_name(struct cvx_rt *rt, struct cvx_span *p, struct cvx_span *ret,
                     char *ret_end)
{
    const char *start = p->p;
    char c = '\0';
    while (take_byte(p, &c)) {
        if (c == '{')
            return fail(rt, "a '{' within a field's name");
        if (c == '}' || c == ':' || c == '!') {
            *ret = (struct cvx_span){start, (size_t)(p->p - start) - 1};
            *ret_end = c;
            return CVX_OK;
        }
        while (c == '[' && p->len > 0 && *p->p != ']')
            *p = (struct cvx_span){p->p + 1, p->len - 1};
    }
    return fail(rt, "a field without its '}'");
}

/* Up to the brace that closes the field. */
static int take_spec(struct cvx_rt *rt, struct cvx_span *p, struct cvx_span *ret)
{
    const char *start = p->p;
    size_t open = 1;
    char c;
    while (take_byte(p, &c)) {
        if (c == '{')
            open++;
        else if (c == '}' && --open == 0) {
            *ret = (struct cvx_span){start, (size_t)(p->p - start) - 1};
            return CVX_OK;
        }
    }
    return fail(rt, "a spec without its '}'");
}

static int take_field(struct cvx_rt *rt, struct cvx_span *p, struct field *ret)
{
    char c = '\0';
    *ret = (struct field){.spec = {"", 0}};
    int rc = take_name(rt, p, &ret->name, &c);
    if (rc || c == '}')
        return rc;
    if (c == '!') {
        size_t len;
        if (p->len == 0)
            return fail(rt, "a '!' without a conversion");
        ret->conversion = cvx_unicode_decode(p->p, p->p + p->len, &len);
        *p = (struct cvx_span){p->p + len, p->len - len};
        bool more = take_byte(p, &c);
        if (more && c == '}')
            return CVX_OK;
        if (more && c != ':')
            return fail(rt, "something other than ':' after a conversion");
    }
    return take_spec(rt, p, &ret->spec);
}

/* ---- what a name stands for ---- */

/* name as a number, -1 when it is none. */
static int as_number(struct cvx_rt *rt, struct cvx_span name, int64_t *ret)
{
    struct cvx_span rest = name;
    int rc = cvx_formatspec_number(rt, &rest, ret);
    if (rest.len > 0)
        *ret = -1;
    return rc;
}

static int missing(struct cvx_rt *rt, const char *kind, struct cvx_value key)
{
    if (key.kind == CVX_V_STR)
        return cvx_value_fail(rt, kind, "str.format: there is no '%s'", key.u.str->data);
    return cvx_value_fail(rt, kind, "str.format: there is no element %lld",
                          (long long)key.u.integer);
}

static int get_item(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                    struct cvx_value *ret)
{
    bool found = false;
    int rc = cvx_access_find(rt, value, key, ret, &found);
    if (rc || found)
        return rc;
    bool bare = value.kind < CVX_V_STR; /* what has no items at all */
    return missing(rt,
                   value.kind == CVX_V_DICT        ? "KeyError"
                   : bare || key.kind == CVX_V_STR ? "TypeError"
                                                   : "IndexError",
                   key);
}

static int get_keyword(struct job *job, struct cvx_value name, struct cvx_value *ret)
{
    if (job->mapping)
        return get_item(job->rt, *job->mapping, name, ret);
    for (size_t i = 0; i < job->args->n_kw; i++) {
        const struct cvx_str *key = job->args->kw[i].name;
        if (key->len == name.u.str->len &&
            memcmp(key->data, name.u.str->data, key->len) == 0) {
            *ret = job->args->kw[i].value;
            return CVX_OK;
        }
    }
    return missing(job->rt, "KeyError", name);
}

static int get_place(struct job *job, uint64_t place, struct cvx_value *ret)
{
    if (!job->args)
        return fail(job->rt, "format_map has no places");
    if (place >= job->args->n)
        return cvx_value_fail(job->rt, "IndexError",
                              "str.format: there is no argument %llu",
                              (unsigned long long)place);
    *ret = job->args->pos[place];
    return CVX_OK;
}

static int number_field(struct job *job, bool automatic)
{
    enum numbering wanted = automatic ? NUMBERING_AUTO : NUMBERING_MANUAL;
    if (job->numbering == NUMBERING_OPEN)
        job->numbering = wanted;
    if (job->numbering != wanted)
        return fail(job->rt, "numbered fields mixed with ones that are not");
    return CVX_OK;
}

/* Numbers the field: *ret_place is -1 when `first` is a name. str.format looks at the
 * first part of the field's name, Markup's at all of it. */
static int find_place(struct job *job, struct cvx_span name, struct cvx_span first,
                      int64_t *ret_place)
{
    int rc = as_number(job->rt, first, ret_place);
    struct cvx_span deciding = job->safe ? name : first;
    bool number = job->safe ? cvx_pystr_is_digit(name) : *ret_place >= 0;
    if (rc || (deciding.len > 0 && !number))
        return rc;
    rc = number_field(job, deciding.len == 0);
    if (!rc && deciding.len == 0)
        *ret_place = (int64_t)job->next++;
    return rc;
}

static int get_first(struct job *job, struct cvx_span name, struct cvx_span first,
                     struct cvx_value *ret)
{
    struct cvx_value key = {0};
    int64_t place;
    int rc = find_place(job, name, first, &place);
    if (rc)
        return rc;
    if (place >= 0)
        return get_place(job, (uint64_t)place, ret);
    rc = cvx_value_str(job->rt, first.p, first.len, false, &key);
    return rc ? rc : get_keyword(job, key, ret);
}

static int get_attribute(struct cvx_rt *rt, struct cvx_value value, struct cvx_span name,
                         struct cvx_value *ret)
{
    struct cvx_value key = {0};
    bool found = false;
    int rc = cvx_value_str(rt, name.p, name.len, false, &key);
    if (!rc)
        rc = cvx_access_attr(rt, value, key.u.str, ret, &found);
    if (rc || found)
        return rc;
    return cvx_value_fail(rt, "AttributeError", "'%s' has no '%s'", cvx_value_type(value),
                          key.u.str->data);
}

static int get_subscript(struct cvx_rt *rt, struct cvx_value value, struct cvx_span name,
                         struct cvx_value *ret)
{
    struct cvx_value key = {0};
    int64_t number;
    int rc = as_number(rt, name, &number);
    if (rc)
        return rc;
    if (number >= 0)
        key = cvx_value_int(number);
    else
        rc = cvx_value_str(rt, name.p, name.len, false, &key);
    return rc ? rc : get_item(rt, value, key, ret);
}

/* One ".name" or "[item]" off *rest. */
static int take_step(struct cvx_rt *rt, struct cvx_span *rest, struct cvx_value *value)
{
    char kind = *rest->p;
    bool item = kind == '[';
    if (!item && kind != '.')
        return fail(rt, "only '.' or '[' may follow a ']'");
    size_t n = 1;
    while (n < rest->len &&
           (item ? rest->p[n] != ']' : rest->p[n] != '.' && rest->p[n] != '['))
        n++;
    if (item && n == rest->len)
        return fail(rt, "a '[' without its ']'");
    struct cvx_span name = {rest->p + 1, n - 1};
    if (name.len == 0)
        return fail(rt, "an empty name");
    n += item;
    *rest = (struct cvx_span){rest->p + n, rest->len - n};
    return item ? get_subscript(rt, *value, name, value)
                : get_attribute(rt, *value, name, value);
}

static int get_field(struct job *job, struct cvx_span name, struct cvx_value *ret)
{
    size_t n = 0;
    while (n < name.len && name.p[n] != '.' && name.p[n] != '[')
        n++;
    struct cvx_span rest = {name.p + n, name.len - n};
    struct cvx_value value = {0};
    int rc = get_first(job, name, (struct cvx_span){name.p, n}, &value);
    while (!rc && rest.len > 0)
        rc = take_step(job->rt, &rest, &value);
    if (!rc)
        *ret = value;
    return rc;
}

/* ---- writing ---- */

static int convert(struct cvx_rt *rt, uint32_t conversion, struct cvx_value *value)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    if (conversion == 0)
        return CVX_OK;
    if (conversion != 's' && conversion != 'r' && conversion != 'a')
        return fail(rt, "a conversion that is none of !s, !r and !a");
    int rc = cvx_formatspec_convert(rt, *value, (char)conversion, &buf);
    if (!rc)
        rc = cvx_value_str_buf(rt, &buf, false, value);
    cvx_buf_done(&buf);
    return rc;
}

/* Markup stands as it is, all else is escaped once it is text. */
static int put_escaped(struct cvx_rt *rt, struct cvx_value value, struct cvx_span spec,
                       struct cvx_buf *out)
{
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    if (value.kind == CVX_V_STR && value.safe) {
        if (spec.len > 0)
            return fail(rt, "markup has no formats");
        cvx_buf_put(out, value.u.str->data, value.u.str->len);
        return CVX_OK;
    }
    int rc = cvx_formatspec_apply(rt, value, spec, &buf);
    if (!rc)
        rc = cvx_buf_check(&buf, rt->err);
    if (!rc)
        cvx_repr_escape_bytes(out, buf.data, buf.len);
    cvx_buf_done(&buf);
    return rc;
}

static int put_text(struct job *job, struct cvx_span text, unsigned nested,
                    struct cvx_buf *out);

/* What comes of a field; `spec` is the text that its own spec has become. */
static int put_value(struct job *job, struct cvx_value value, struct cvx_span spec,
                     bool last, struct cvx_buf *out)
{
    if (job->safe)
        return put_escaped(job->rt, value, spec, out);
    size_t before = out->len;
    int rc = cvx_formatspec_apply(job->rt, value, spec, out);
    /* A spec that changes nothing of a markup hands out that markup itself; so does a
     * format of nothing else. Without a spec it is str() of it that is handed out. */
    if (!rc && last && before == 0 && spec.len > 0)
        job->stays_safe = value.kind == CVX_V_STR && value.safe && out->len > 0 &&
                          out->len == value.u.str->len;
    return rc;
}

static int put_field(struct job *job, const struct field *field, unsigned nested,
                     bool last, struct cvx_buf *out)
{
    struct cvx_rt *rt = job->rt;
    struct cvx_buf buf = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct cvx_span spec = field->spec;
    struct cvx_value value = {0};
    int rc = get_field(job, field->name, &value);
    if (!rc)
        rc = convert(rt, field->conversion, &value);
    if (!rc && spec.len > 0 && memchr(spec.p, '{', spec.len)) {
        rc = put_text(job, spec, nested + 1, &buf);
        if (!rc)
            rc = cvx_buf_check(&buf, rt->err);
        spec = (struct cvx_span){buf.data, buf.len};
    }
    if (!rc)
        rc = put_value(job, value, spec, last, out);
    if (!rc && out->failed)
        rc = cvx_buf_check(out, rt->err);
    cvx_buf_done(&buf);
    return rc;
}

static int put_text(struct job *job, struct cvx_span text, unsigned nested,
                    struct cvx_buf *out)
{
    if (nested >= NESTED_MAX)
        return fail(job->rt, "fields nested too deep");
    cvx_buf_put(out, "", 0);
    int rc = CVX_OK;
    while (!rc && text.len > 0) {
        struct cvx_span literal;
        struct field field;
        bool more;
        rc = take_literal(job->rt, &text, &literal, &more);
        if (rc)
            break;
        cvx_buf_put(out, literal.p, literal.len);
        if (!more)
            continue;
        rc = cvx_buf_check(out, job->rt->err);
        if (!rc)
            rc = take_field(job->rt, &text, &field);
        if (!rc)
            rc = put_field(job, &field, nested, nested == 0 && text.len == 0, out);
    }
    return rc;
}

static int run(struct job *job, const struct cvx_str *format, struct cvx_value *ret)
{
    struct cvx_buf out = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct cvx_span text = {format->data, format->len};
    int rc = put_text(job, text, 0, &out);
    if (!rc)
        rc = cvx_value_str_buf(job->rt, &out, job->safe || job->stays_safe, ret);
    cvx_buf_done(&out);
    return rc;
}

int cvx_strformat(struct cvx_rt *rt, struct cvx_value format, const struct cvx_args *args,
                  struct cvx_value *ret)
{
    struct job job = {.rt = rt, .args = args, .safe = format.safe};
    return run(&job, format.u.str, ret);
}

int cvx_strformat_map(struct cvx_rt *rt, struct cvx_value format,
                      struct cvx_value mapping, struct cvx_value *ret)
{
    struct job job = {.rt = rt, .mapping = &mapping};
    const struct cvx_str *text = format.u.str;
    /* With no brace in it the format itself comes back, and markup stays what it is. */
    if (text->len > 0 && !memchr(text->data, '{', text->len) &&
        !memchr(text->data, '}', text->len)) {
        *ret = format;
        return CVX_OK;
    }
    return run(&job, text, ret);
}
