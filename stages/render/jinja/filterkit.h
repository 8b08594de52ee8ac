/* What the filters share: their tables, the binding of arguments with defaults, calls of
 * methods, keys of items.
 *
 * Thread: the session's worker. Failure: CVX_OK or a code with rt->err filled. */
#ifndef CVX_JINJA_FILTERKIT_H
#define CVX_JINJA_FILTERKIT_H

#include "render/jinja/value.h"

/* ---- tables: each file of filters has one, ended by a name of NULL ---- */

struct cvx_filterkit_entry {
    const char *name;
    cvx_filter_fn *fn;
};

extern const struct cvx_filterkit_entry cvx_filters_text_table[];
extern const struct cvx_filterkit_entry cvx_filters_wrap_table[];
extern const struct cvx_filterkit_entry cvx_filters_list_table[];
extern const struct cvx_filterkit_entry cvx_filters_sort_table[];
extern const struct cvx_filterkit_entry cvx_filters_lazy_table[];
extern const struct cvx_filterkit_entry cvx_filters_chunk_table[];
extern const struct cvx_filterkit_entry cvx_filters_number_table[];
extern const struct cvx_filterkit_entry cvx_filters_round_table[];
extern const struct cvx_filterkit_entry cvx_filters_markup_table[];
extern const struct cvx_filterkit_entry cvx_filters_urlize_table[];
extern const struct cvx_filterkit_entry cvx_filters_json_table[];
extern const struct cvx_filterkit_entry cvx_filters_pprint_table[];

/* ---- arguments ---- */

#define CVX_FILTERKIT_PARAMS_MAX 5

struct cvx_filterkit_param {
    const char *name;
    bool required;          /* those that are come first */
    struct cvx_value value; /* when it is not given */
};

/* Binds args to the n parameters; ret has room for n. `what` as for cvx_args_bind. */
int cvx_filterkit_bind(struct cvx_rt *rt, const char *what, const struct cvx_args *args,
                       const struct cvx_filterkit_param *params, size_t n,
                       struct cvx_value *ret);
/* For filters without any. */
int cvx_filterkit_bind_none(struct cvx_rt *rt, const char *what,
                            const struct cvx_args *args);

/* Values of parameters that a static table can hold. */
#define CVX_FILTERKIT_NONE                                                               \
    {                                                                                    \
        .kind = CVX_V_NONE                                                               \
    }
#define CVX_FILTERKIT_INT(i)                                                             \
    {                                                                                    \
        .kind = CVX_V_INT, .u.integer = (i)                                              \
    }
#define CVX_FILTERKIT_BOOL(b)                                                            \
    {                                                                                    \
        .kind = CVX_V_BOOL, .u.boolean = (b)                                             \
    }
#define CVX_FILTERKIT_STR(s)                                                             \
    {                                                                                    \
        .kind = CVX_V_STR, .u.str = (s)                                                  \
    }
/* A struct cvx_str of an ASCII literal. */
#define CVX_FILTERKIT_TEXT(s)                                                            \
    {                                                                                    \
        (s), sizeof(s) - 1, sizeof(s) - 1                                                \
    }

/* ---- values ---- */

static inline bool cvx_filterkit_is_text(struct cvx_value value, const char *text)
{
    const struct cvx_str *str = value.kind == CVX_V_STR ? value.u.str : NULL;
    return str && __builtin_strlen(text) == str->len &&
           __builtin_memcmp(str->data, text, str->len) == 0;
}

static inline bool cvx_filterkit_is_safe(struct cvx_value value)
{
    return value.kind == CVX_V_STR && value.safe;
}

/* A buffer that may grow as far as the session's heap. */
static inline struct cvx_buf cvx_filterkit_buf(const struct cvx_rt *rt)
{
    return (struct cvx_buf){.max = rt->heap->max};
}

/* What buf holds becomes a string, when rc is CVX_OK; the buffer is released in any
 * case. */
int cvx_filterkit_finish(struct cvx_rt *rt, int rc, struct cvx_buf *buf, bool safe,
                         struct cvx_value *ret);

/* self.name(args...): name must outlive the rendering. A fault when there is none. */
int cvx_filterkit_method(struct cvx_rt *rt, struct cvx_value self,
                         const struct cvx_str *name, const struct cvx_value *pos,
                         size_t n, struct cvx_value *ret);

/* The parameter `reverse` of what sorts: Python's sorted() takes integers only, and those
 * that a C int holds. */
int cvx_filterkit_reverse(struct cvx_rt *rt, struct cvx_value value, bool *ret);

/* The two values of what must hold just two, as `for k, v in items` takes it apart. */
int cvx_filterkit_unpack2(struct cvx_rt *rt, struct cvx_value pair,
                          struct cvx_value ret[2]);

/* An item's attribute as filters look at it; strings in lower case with `fold`. */
struct cvx_filterkit_key {
    struct cvx_value attribute;   /* NONE: the item itself */
    const struct cvx_value *dflt; /* or NULL */
    bool fold;
};

int cvx_filterkit_key_of(struct cvx_rt *rt, const struct cvx_filterkit_key *key,
                         struct cvx_value item, struct cvx_value *ret);

#endif
