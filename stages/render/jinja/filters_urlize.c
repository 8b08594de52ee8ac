/* The filter urlize: addresses in text become links. See value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

#include "render/jinja/filtersort.h"
#include "render/jinja/linkify.h"
#include "text/unicode.h"

struct span {
    const char *p, *end;
};

struct linker {
    struct cvx_rt *rt;
    struct cvx_buf *out;
    struct cvx_value limit; /* characters of an address that are shown; NONE: all */
    struct cvx_buf attrs;   /* ' rel="..." target="..."' */
    const struct cvx_list *schemes;
};

/* ---- the parts of a word ---- */

static size_t length_of(struct span s)
{
    return (size_t)(s.end - s.p);
}

static bool starts(struct span s, const char *text, size_t len)
{
    return length_of(s) >= len && memcmp(s.p, text, len) == 0;
}

static size_t count(struct span s, const char *text)
{
    size_t n = 0, len = strlen(text);
    const char *found = memmem(s.p, length_of(s), text, len);
    for (; found; found = memmem(s.p, length_of(s), text, len), n++)
        s.p = found + len;
    return n;
}

/* The brackets a word opens with. */
static const char *head_end(struct span s)
{
    for (;;)
        if (starts(s, "(", 1) || starts(s, "<", 1))
            s.p++;
        else if (starts(s, "&lt;", 4))
            s.p += 4;
        else
            return s.p;
}

/* The brackets and stops a word closes with. */
static const char *tail_start(struct span s)
{
    for (;;)
        if (s.end > s.p && s.end[-1] != '\0' && strchr(")>.,", s.end[-1]))
            s.end--;
        else if (length_of(s) >= 4 && memcmp(s.end - 4, "&gt;", 4) == 0)
            s.end -= 4;
        else
            return s.end;
}

/* Closing brackets belong to an address that opened them: moves the end of the middle. */
static const char *balance(struct span middle, const char *word_end)
{
    static const char *const k_pairs[][2] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
    for (size_t i = 0; i < sizeof(k_pairs) / sizeof(k_pairs[0]); i++) {
        const char *close = k_pairs[i][1];
        struct span tail = {middle.end, word_end};
        size_t opened = count(middle, k_pairs[i][0]), left = count(tail, close);
        if (opened <= count(middle, close))
            continue;
        for (size_t n = opened < left ? opened : left; n > 0; n--) {
            const char *found =
                memmem(middle.end, (size_t)(word_end - middle.end), close, strlen(close));
            middle.end = found + strlen(close);
        }
    }
    return middle.end;
}

/* ---- links ---- */

static void put_span(struct linker *linker, struct span s)
{
    cvx_buf_put(linker->out, s.p, length_of(s));
}

static void put_link(struct linker *linker, const char *before, struct span address,
                     bool attrs)
{
    cvx_buf_puts(linker->out, "<a href=\"");
    cvx_buf_puts(linker->out, before);
    put_span(linker, address);
    cvx_buf_putc(linker->out, '"');
    if (attrs && linker->attrs.len > 0)
        cvx_buf_put(linker->out, linker->attrs.data, linker->attrs.len);
    cvx_buf_putc(linker->out, '>');
}

/* The address as it is shown. */
static int put_shown(struct linker *linker, struct span address)
{
    struct cvx_rt *rt = linker->rt;
    struct cvx_value text = {0};
    bool longer = false;
    if (linker->limit.kind == CVX_V_NONE) {
        put_span(linker, address);
        return CVX_OK;
    }
    int rc = cvx_value_str(rt, address.p, length_of(address), false, &text);
    if (!rc)
        rc = cvx_compare_order(rt, CVX_GT, cvx_value_int((int64_t)text.u.str->points),
                               linker->limit, &longer);
    if (!rc && longer)
        rc = cvx_access_slice(rt, text, cvx_value_none(), linker->limit, cvx_value_none(),
                              &text);
    if (rc)
        return rc;
    cvx_buf_put(linker->out, text.u.str->data, text.u.str->len);
    cvx_buf_puts(linker->out, longer ? "..." : "");
    return CVX_OK;
}

/* One of the schemes that were asked for, and more behind it. */
static bool has_scheme(const struct linker *linker, struct span s)
{
    for (size_t i = 0; i < linker->schemes->n; i++) {
        const struct cvx_str *scheme = linker->schemes->items[i].u.str;
        if (length_of(s) > scheme->len && starts(s, scheme->data, scheme->len))
            return true;
    }
    return false;
}

static int put_middle(struct linker *linker, struct span s)
{
    size_t len = length_of(s), mailto = starts(s, "mailto:", 7) ? 7 : 0;
    struct span behind = {s.p + mailto, s.end};
    if (cvx_linkify_is_address(s.p, len)) {
        bool scheme = starts(s, "https://", 8) || starts(s, "http://", 7);
        put_link(linker, scheme ? "" : "https://", s, true);
        int rc = put_shown(linker, s);
        cvx_buf_puts(linker->out, "</a>");
        return rc;
    }
    if (mailto > 0 && cvx_linkify_is_mail(behind.p, len - mailto)) {
        put_link(linker, "", s, false);
        put_span(linker, behind);
    } else if (!starts(s, "www.", 4) && !memchr(s.p, ':', len) &&
               cvx_linkify_is_mail(s.p, len)) {
        put_link(linker, "mailto:", s, false);
        put_span(linker, s);
    } else if (has_scheme(linker, s)) {
        put_link(linker, "", s, true);
        put_span(linker, s);
    } else {
        put_span(linker, s);
        return CVX_OK;
    }
    cvx_buf_puts(linker->out, "</a>");
    return CVX_OK;
}

static int put_word(struct linker *linker, struct span word)
{
    struct span middle = {head_end(word), word.end};
    put_span(linker, (struct span){word.p, middle.p});
    middle.end = tail_start(middle);
    middle.end = balance(middle, word.end);
    int rc = put_middle(linker, middle);
    put_span(linker, (struct span){middle.end, word.end});
    return rc;
}

static int put_words(struct linker *linker, const struct cvx_str *text)
{
    const char *p = text->data, *end = p + text->len, *word = p;
    int rc = CVX_OK;
    while (p < end && !rc) {
        size_t len;
        if (!cvx_unicode_is_space(cvx_unicode_decode(p, end, &len))) {
            p += len;
            continue;
        }
        if (p > word)
            rc = put_word(linker, (struct span){word, p});
        cvx_buf_put(linker->out, p, len);
        p += len;
        word = p;
    }
    return rc || word == end ? rc : put_word(linker, (struct span){word, end});
}

/* ---- settings ---- */

/* The words of `rel`, and those that the filter adds. */
static int rel_words(struct cvx_rt *rt, struct cvx_value rel, bool nofollow,
                     struct cvx_value *ret)
{
    static const struct cvx_str k_split = CVX_FILTERKIT_TEXT("split");
    static const struct cvx_str k_nofollow = CVX_FILTERKIT_TEXT("nofollow");
    static const struct cvx_str k_noopener = CVX_FILTERKIT_TEXT("noopener");
    struct cvx_value add = CVX_FILTERKIT_STR(&k_noopener);
    bool given = false;
    int rc = cvx_value_truth(rt, rel, &given);
    if (!rc && given && rel.kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "AttributeError", "filter 'urlize': rel of type '%s'",
                            cvx_value_type(rel));
    if (!rc && given)
        rc = cvx_filterkit_method(rt, rel, &k_split, NULL, 0, ret);
    else if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, 2, ret);
    if (!rc)
        rc = cvx_list_append(rt, ret->u.list, add);
    add.u.str = &k_nofollow;
    return rc || !nofollow ? rc : cvx_list_append(rt, ret->u.list, add);
}

/* ' rel="..."': the words in order, each once. */
static int put_rel(struct linker *linker, struct cvx_value rel, bool nofollow)
{
    struct cvx_rt *rt = linker->rt;
    struct cvx_value list = {0};
    int rc = rel_words(rt, rel, nofollow, &list);
    if (rc)
        return rc;
    size_t n = list.u.list->n;
    struct cvx_filtersort_item *items = cvx_heap_array(rt->heap, n, sizeof(*items));
    if (!items)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct cvx_filtersort_item){.keys = &list.u.list->items[i]};
    rc = cvx_filtersort_run(rt, items, n, false, cvx_filtersort_less_key, NULL);
    for (size_t i = 0; i < n && !rc; i++) {
        const struct cvx_str *text = items[i].keys->u.str;
        const struct cvx_str *last = i > 0 ? items[i - 1].keys->u.str : NULL;
        if (last && last->len == text->len &&
            memcmp(last->data, text->data, text->len) == 0)
            continue;
        cvx_buf_puts(&linker->attrs, i == 0 ? " rel=\"" : " ");
        cvx_repr_escape_bytes(&linker->attrs, text->data, text->len);
    }
    cvx_buf_putc(&linker->attrs, '"');
    return rc;
}

static int put_target(struct linker *linker, struct cvx_value target)
{
    bool given = false;
    int rc = cvx_value_truth(linker->rt, target, &given);
    if (rc || !given)
        return rc;
    cvx_buf_puts(&linker->attrs, " target=\"");
    rc = cvx_repr_print(linker->rt, target, &linker->attrs);
    cvx_buf_putc(&linker->attrs, '"');
    return rc;
}

/* Two or more of letters, digits, "_.+-", then ":", "/" or "//" behind it. */
static bool is_scheme(struct span s)
{
    for (int i = 0; i < 2 && s.end > s.p && s.end[-1] == '/'; i++)
        s.end--;
    if (s.end == s.p || s.end[-1] != ':')
        return false;
    s.end--;
    size_t n = 0, len;
    for (; s.p < s.end; s.p += len, n++) {
        uint32_t c = cvx_unicode_decode(s.p, s.end, &len);
        if (!cvx_unicode_is_word(c) && c != '.' && c != '+' && c != '-')
            return false;
    }
    return n >= 2;
}

static int read_schemes(struct cvx_rt *rt, struct cvx_value schemes,
                        const struct cvx_list **ret)
{
    struct cvx_list *list = NULL;
    if (schemes.kind == CVX_V_NONE)
        schemes = (struct cvx_value){.kind = CVX_V_UNDEFINED}; /* none at all */
    int rc = cvx_iter_collect(rt, schemes, &list);
    for (size_t i = 0; !rc && i < list->n; i++) {
        const struct cvx_str *text = list->items[i].u.str;
        if (list->items[i].kind != CVX_V_STR ||
            !is_scheme((struct span){text->data, text->data + text->len}))
            rc = cvx_value_fail(rt, "FilterArgumentError",
                                "filter 'urlize': no scheme is one of extra_schemes");
    }
    if (!rc)
        *ret = list;
    return rc;
}

static int filter_urlize(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    static const struct cvx_filterkit_param k_params[] = {
        {"trim_url_limit", false, CVX_FILTERKIT_NONE},
        {"nofollow", false, CVX_FILTERKIT_BOOL(false)},
        {"target", false, CVX_FILTERKIT_NONE},
        {"rel", false, CVX_FILTERKIT_NONE},
        {"extra_schemes", false, CVX_FILTERKIT_NONE},
    };
    struct cvx_value v[5], text = {0};
    bool nofollow = false;
    int rc = cvx_filterkit_bind(rt, "filter 'urlize'", args, k_params, 5, v);
    if (rc)
        return rc;
    struct cvx_buf out = cvx_filterkit_buf(rt);
    struct linker linker = {.rt = rt, .out = &out, .limit = v[0]};
    linker.attrs.max = out.max;
    rc = cvx_value_truth(rt, v[1], &nofollow);
    if (!rc)
        rc = put_rel(&linker, v[3], nofollow);
    if (!rc)
        rc = put_target(&linker, v[2]);
    if (!rc)
        rc = read_schemes(rt, v[4], &linker.schemes);
    if (!rc)
        rc = cvx_repr_escape(rt, input, &text);
    if (!rc)
        rc = cvx_buf_check(&linker.attrs, rt->err);
    if (!rc)
        rc = put_words(&linker, text.u.str);
    cvx_buf_done(&linker.attrs);
    return cvx_filterkit_finish(rt, rc, &out, !rt->no_escape, ret);
}

const struct cvx_filterkit_entry cvx_filters_urlize_table[] = {
    {"urlize", filter_urlize},
    {NULL, NULL},
};
