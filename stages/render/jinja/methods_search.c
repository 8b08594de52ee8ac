/* Methods of str on places within it: finding, counting, affixes, replacing. See
 * methods.h. */
#include "render/jinja/filterkit.h"
#include "render/jinja/methods.h"

/* Options of the four that find. */
#define FIND_LAST 1
#define FIND_MUST 2

/* A stretch of self that start and stop bound, in code points; false when they cross. */
static bool stretch(struct cvx_value self, size_t start, size_t stop,
                    struct cvx_span *ret)
{
    struct cvx_span s = cvx_methods_span(self);
    bool ascii = self.u.str->points == s.len;
    if (start > stop)
        return false;
    size_t from = ascii ? start : cvx_pystr_offset(s, start);
    struct cvx_span rest = {s.p + from, s.len - from};
    *ret = (struct cvx_span){rest.p,
                             ascii ? stop - start : cvx_pystr_offset(rest, stop - start)};
    return true;
}

static int search_find(struct cvx_rt *rt, const struct cvx_method *m,
                       struct cvx_value self, const struct cvx_args *args,
                       struct cvx_value *ret)
{
    struct cvx_span needle, s;
    size_t start, stop, at = CVX_PYSTR_NONE;
    int rc = cvx_methods_text(rt, m, args->pos[0], &needle);
    if (!rc)
        rc = cvx_methods_bounds(rt, args, 1, true, self.u.str->points, &start, &stop);
    if (rc)
        return rc;

    if (stretch(self, start, stop, &s))
        at = m->option & FIND_LAST ? cvx_pystr_rfind(s, needle)
                                   : cvx_pystr_find(s, needle);
    if (at == CVX_PYSTR_NONE && (m->option & FIND_MUST))
        return cvx_value_fail(rt, "ValueError", "%s(): the text is not found", m->name);
    if (at == CVX_PYSTR_NONE)
        *ret = cvx_value_int(-1);
    else
        *ret = cvx_value_int(
            (int64_t)(start + cvx_pystr_points((struct cvx_span){s.p, at})));
    return CVX_OK;
}

static int search_count(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_span needle, s;
    size_t start, stop, n = 0;
    int rc = cvx_methods_text(rt, m, args->pos[0], &needle);
    if (!rc)
        rc = cvx_methods_bounds(rt, args, 1, true, self.u.str->points, &start, &stop);
    if (rc)
        return rc;
    if (stretch(self, start, stop, &s))
        n = cvx_pystr_count(s, needle);
    *ret = cvx_value_int((int64_t)n);
    return CVX_OK;
}

/* startswith (option 0), endswith: the affix is a string or a tuple of them. */
static int search_affix(struct cvx_rt *rt, const struct cvx_method *m,
                        struct cvx_value self, const struct cvx_args *args,
                        struct cvx_value *ret)
{
    struct cvx_value affix = args->pos[0];
    bool tuple = affix.kind == CVX_V_TUPLE, is = false;
    size_t start, stop, n = tuple ? affix.u.list->n : 1;
    struct cvx_span s = {0}, part;
    int rc = cvx_methods_bounds(rt, args, 1, true, self.u.str->points, &start, &stop);
    if (rc)
        return rc;

    bool within = stretch(self, start, stop, &s);
    for (size_t i = 0; i < n && !is; i++) {
        rc = cvx_methods_text(rt, m, tuple ? affix.u.list->items[i] : affix, &part);
        if (rc)
            return rc;
        is = within && (m->option ? cvx_pystr_ends(s, part) : cvx_pystr_starts(s, part));
    }
    *ret = cvx_value_bool(is);
    return CVX_OK;
}

/* removeprefix (option 0), removesuffix. */
static int search_remove(struct cvx_rt *rt, const struct cvx_method *m,
                         struct cvx_value self, const struct cvx_args *args,
                         struct cvx_value *ret)
{
    struct cvx_span s = cvx_methods_span(self), affix;
    int rc = cvx_methods_text(rt, m, args->pos[0], &affix);
    if (rc)
        return rc;
    if (m->option ? cvx_pystr_ends(s, affix) : cvx_pystr_starts(s, affix)) {
        s.p += m->option ? 0 : affix.len;
        s.len -= affix.len;
    }
    return cvx_methods_part(rt, self, s, ret);
}

static int search_replace(struct cvx_rt *rt, const struct cvx_method *m,
                          struct cvx_value self, const struct cvx_args *args,
                          struct cvx_value *ret)
{
    struct cvx_span old, new;
    int64_t most = -1;
    int rc = cvx_methods_text(rt, m, args->pos[0], &old);
    if (!rc)
        rc = cvx_methods_text(rt, m, args->pos[1], &new);
    if (!rc && args->n > 2)
        rc = cvx_methods_size(rt, args->pos[2], &most);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    cvx_pystr_replace(&buf, cvx_methods_span(self), old, new,
                      most < 0 ? SIZE_MAX : (size_t)most);
    return cvx_filterkit_finish(rt, CVX_OK, &buf, false, ret);
}

const struct cvx_method cvx_methods_search_table[] = {
    {"find", search_find, 1, 3, .option = 0},
    {"rfind", search_find, 1, 3, .option = FIND_LAST},
    {"index", search_find, 1, 3, .option = FIND_MUST},
    {"rindex", search_find, 1, 3, .option = FIND_LAST | FIND_MUST},
    {"count", search_count, 1, 3, .option = 0},
    {"startswith", search_affix, 1, 3, .option = 0},
    {"endswith", search_affix, 1, 3, .option = 1},
    {"removeprefix", search_remove, 1, 1, .option = 0},
    {"removesuffix", search_remove, 1, 1, .option = 1},
    {"replace", search_replace, 2, 3, .markup = CVX_METHODS_WRAP},
    {.name = NULL},
};
