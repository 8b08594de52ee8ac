/* Methods of str that cut it up or join it, and the own ones of safe strings. See
 * methods.h. */
#include "render/jinja/filterkit.h"
#include "render/jinja/htmltext.h"
#include "render/jinja/methods.h"

/* strip, lstrip, rstrip: option is the sides. */
static int cut_strip(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_span set;
    bool blank = args->n == 0 || args->pos[0].kind == CVX_V_NONE;
    int rc = blank ? CVX_OK : cvx_methods_text(rt, m, args->pos[0], &set);
    if (rc)
        return rc;
    struct cvx_span s =
        cvx_pystr_strip(cvx_methods_span(self), blank ? NULL : &set, (unsigned)m->option);
    return cvx_methods_part(rt, self, s, ret);
}

static int bind_split(struct cvx_rt *rt, const struct cvx_method *m,
                      const struct cvx_args *args, struct cvx_span *ret_sep,
                      bool *ret_blank, size_t *ret_most)
{
    static const char *const k_names[] = {"sep", "maxsplit"};
    struct cvx_value v[2];
    bool given[2];
    int64_t most = -1;
    int rc = cvx_args_bind(rt, m->name, args, k_names, 2, 0, v, given);
    if (rc)
        return rc;
    *ret_blank = !given[0] || v[0].kind == CVX_V_NONE;
    if (!*ret_blank)
        rc = cvx_methods_text(rt, m, v[0], ret_sep);
    if (!rc && given[1])
        rc = cvx_methods_size(rt, v[1], &most);
    if (!rc && !*ret_blank && ret_sep->len == 0)
        rc = cvx_value_fail(rt, "ValueError", "%s(): the separator is empty", m->name);
    *ret_most = most < 0 ? SIZE_MAX : (size_t)most;
    return rc;
}

static void turn_round(struct cvx_list *list)
{
    for (size_t i = 0; i < list->n / 2; i++) {
        struct cvx_value other = list->items[list->n - 1 - i];
        list->items[list->n - 1 - i] = list->items[i];
        list->items[i] = other;
    }
}

/* split (option 0), rsplit. */
static int cut_split(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_span sep, piece;
    struct cvx_value list = {0};
    size_t most;
    bool blank;
    int rc = bind_split(rt, m, args, &sep, &blank, &most);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, 0, &list);
    if (rc)
        return rc;

    struct cvx_pystr_cut cut = {.rest = cvx_methods_span(self),
                                .sep = blank ? NULL : &sep,
                                .left = most,
                                .right = m->option};
    while (!rc && cvx_pystr_cut_next(&cut, &piece))
        rc = cvx_methods_append_part(rt, list.u.list, piece);
    if (rc)
        return rc;
    if (cut.right)
        turn_round(list.u.list);
    *ret = list;
    return CVX_OK;
}

static int cut_splitlines(struct cvx_rt *rt, const struct cvx_method *m,
                          struct cvx_value self, const struct cvx_args *args,
                          struct cvx_value *ret)
{
    static const char *const k_names[] = {"keepends"};
    struct cvx_span rest = cvx_methods_span(self), line;
    struct cvx_value keep = {0}, list = {0};
    int64_t number = 0;
    bool given;
    int rc = cvx_args_bind(rt, m->name, args, k_names, 1, 0, &keep, &given);
    if (!rc && given)
        rc = cvx_methods_c_int(rt, keep, &number);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_LIST, 0, &list);
    while (!rc && cvx_pystr_line_next(&rest, number != 0, &line))
        rc = cvx_methods_append_part(rt, list.u.list, line);
    if (!rc)
        *ret = list;
    return rc;
}

/* partition (option 0), rpartition. */
static int cut_partition(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_span s = cvx_methods_span(self), sep;
    struct cvx_value by = args->pos[0], tuple = {0};
    int rc = self.safe ? cvx_repr_escape(rt, args->pos[0], &by) : CVX_OK;
    if (!rc)
        rc = cvx_methods_text(rt, m, by, &sep);
    if (!rc && sep.len == 0)
        rc = cvx_value_fail(rt, "ValueError", "%s(): the separator is empty", m->name);
    if (!rc)
        rc = cvx_value_list(rt, CVX_V_TUPLE, 3, &tuple);
    if (rc)
        return rc;

    size_t at = m->option ? cvx_pystr_rfind(s, sep) : cvx_pystr_find(s, sep);
    struct cvx_span parts[3] = {{"", 0}, {"", 0}, {"", 0}};
    if (at == CVX_PYSTR_NONE) {
        parts[m->option ? 2 : 0] = s;
    } else {
        parts[0] = (struct cvx_span){s.p, at};
        parts[1] = sep;
        parts[2] = (struct cvx_span){s.p + at + sep.len, s.len - at - sep.len};
    }
    for (size_t i = 0; i < 3 && !rc; i++)
        rc = cvx_methods_append_part(rt, tuple.u.list, parts[i]);
    if (rc)
        return rc;
    if (at != CVX_PYSTR_NONE)
        tuple.u.list->items[1] = by; /* the separator itself: safe when it was */
    *ret = tuple;
    return CVX_OK;
}

/* One more item: a safe separator takes in any value, escaped. */
static int join_item(struct cvx_rt *rt, struct cvx_value self, size_t i,
                     struct cvx_value item, struct cvx_buf *out)
{
    int rc = CVX_OK;
    if (self.safe)
        rc = cvx_repr_escape(rt, item, &item);
    else if (item.kind != CVX_V_STR)
        rc = cvx_value_fail(rt, "TypeError", "join(): item %zu is no str but '%s'", i,
                            cvx_value_type(item));
    if (rc)
        return rc;
    if (i > 0)
        cvx_buf_put(out, self.u.str->data, self.u.str->len);
    cvx_buf_put(out, item.u.str->data, item.u.str->len);
    return out->failed ? cvx_buf_check(out, rt->err) : CVX_OK;
}

static int cut_join(struct cvx_rt *rt, const struct cvx_method *m, struct cvx_value self,
                    const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct cvx_iter *iter;
    struct cvx_value item;
    bool more = true;
    (void)m;
    int rc = cvx_iter_new(rt, args->pos[0], &iter);
    for (size_t i = 0; !rc; i++) {
        rc = iter->next(rt, iter, &item, &more);
        if (rc || !more)
            break;
        rc = join_item(rt, self, i, item, &buf);
    }
    return cvx_filterkit_finish(rt, rc, &buf, self.safe, ret);
}

/* ---- of safe strings alone ---- */

static int markup_escape(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    (void)m;
    (void)self;
    return cvx_repr_escape(rt, args->pos[0], ret);
}

static int markup_unescape(struct cvx_rt *rt, const struct cvx_method *m,
                           struct cvx_value self, const struct cvx_args *args,
                           struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    (void)m;
    (void)args;
    cvx_htmltext_unescape(&buf, self.u.str->data, self.u.str->len);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

static int markup_striptags(struct cvx_rt *rt, const struct cvx_method *m,
                            struct cvx_value self, const struct cvx_args *args,
                            struct cvx_value *ret)
{
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    (void)m;
    (void)args;
    cvx_htmltext_striptags(&buf, self.u.str->data, self.u.str->len);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

#define PARTS .markup = CVX_METHODS_PARTS
#define WRAP .markup = CVX_METHODS_WRAP
#define OWN .markup = CVX_METHODS_OWN

const struct cvx_method cvx_methods_cut_table[] = {
    {"strip", cut_strip, 0, 1, WRAP, .option = CVX_PYSTR_LEFT | CVX_PYSTR_RIGHT},
    {"lstrip", cut_strip, 0, 1, WRAP, .option = CVX_PYSTR_LEFT},
    {"rstrip", cut_strip, 0, 1, WRAP, .option = CVX_PYSTR_RIGHT},
    {"split", cut_split, .keywords = true, PARTS},
    {"rsplit", cut_split, .keywords = true, PARTS, .option = 1},
    {"splitlines", cut_splitlines, .keywords = true, PARTS},
    {"partition", cut_partition, 1, 1, PARTS},
    {"rpartition", cut_partition, 1, 1, PARTS, .option = 1},
    {"join", cut_join, 1, 1, OWN},
    {"escape", markup_escape, 1, 1, OWN, .of_markup = true},
    {"unescape", markup_unescape, .of_markup = true},
    {"striptags", markup_striptags, .of_markup = true},
    {.name = NULL},
};
