/* The methods of Python's builtin types as a template can call them: tables by type, and
 * what their functions share. Found by cvx_methods_find() of value.h.
 *
 * Thread: the session's worker. Failure: CVX_OK or a code with rt->err filled. */
#ifndef CVX_JINJA_METHODS_H
#define CVX_JINJA_METHODS_H

#include "render/jinja/pystr.h"
#include "render/jinja/value.h"

struct cvx_method;

typedef int cvx_method_fn(struct cvx_rt *rt, const struct cvx_method *method,
                          struct cvx_value self, const struct cvx_args *args,
                          struct cvx_value *ret);

/* What a method of str makes of a safe string (markupsafe's Markup). */
enum cvx_methods_markup {
    CVX_METHODS_PLAIN, /* as of any other: the answer is not safe */
    CVX_METHODS_WRAP,  /* strings among the arguments are escaped, the answer is safe */
    CVX_METHODS_PARTS, /* the strings in the list or tuple that it gives are safe */
    CVX_METHODS_OWN    /* sees to it itself */
};

struct cvx_method {
    const char *name;
    cvx_method_fn *fn;
    uint8_t least, most; /* arguments by position; the table's reader checks them */
    bool keywords;       /* takes some: binds its arguments itself */
    bool attribute;      /* read, not called */
    bool of_markup;      /* safe strings alone have it */
    enum cvx_methods_markup markup;
    int option;            /* which of several kin; their function knows */
    cvx_pystr_map_fn *map; /* likewise */
    cvx_pystr_is_fn *is;
};

/* Ended by a name of NULL. */
extern const struct cvx_method cvx_methods_text_table[];   /* str: letters, filling up */
extern const struct cvx_method cvx_methods_search_table[]; /* str: places, replacing */
extern const struct cvx_method cvx_methods_cut_table[];    /* str: cutting, joining */
extern const struct cvx_method cvx_methods_codec_table[];  /* str: encode, translate */
extern const struct cvx_method cvx_methods_bytes_table[];
extern const struct cvx_method cvx_methods_list_table[];
extern const struct cvx_method cvx_methods_tuple_table[];
extern const struct cvx_method cvx_methods_dict_table[];
extern const struct cvx_method cvx_methods_int_table[];
extern const struct cvx_method cvx_methods_float_table[];
extern const struct cvx_method cvx_methods_range_table[];
extern const struct cvx_method cvx_methods_view_table[]; /* of dict_keys, dict_items */

/* ---- arguments ---- */

/* Of a STR or BYTES. */
static inline struct cvx_span cvx_methods_span(struct cvx_value value)
{
    return (struct cvx_span){value.u.str->data, value.u.str->len};
}

/* value must be a string. */
int cvx_methods_text(struct cvx_rt *rt, const struct cvx_method *method,
                     struct cvx_value value, struct cvx_span *ret);
/* value must be an integer that Py_ssize_t (the other: that int) holds. */
int cvx_methods_size(struct cvx_rt *rt, struct cvx_value value, int64_t *ret);
int cvx_methods_c_int(struct cvx_rt *rt, struct cvx_value value, int64_t *ret);

/* Arguments first and first + 1 as the bounds [start, stop) of n items: integers, or with
 * `none` also None, negative ones counted from the end. *ret_start may be past n. */
int cvx_methods_bounds(struct cvx_rt *rt, const struct cvx_args *args, size_t first,
                       bool none, size_t n, size_t *ret_start, size_t *ret_stop);

/* encoding and errors, as encode and decode take them (methods_codec.c). */
struct cvx_codec;
int cvx_methods_bind_codec(struct cvx_rt *rt, const struct cvx_method *method,
                           const struct cvx_args *args, const struct cvx_codec **ret,
                           struct cvx_span *ret_errors);

/* float.fromhex (methods_hex.c). */
cvx_method_fn cvx_methods_fromhex;

/* ---- answers ---- */

/* A part of self (a STR): self again when it is the whole. Not safe. */
int cvx_methods_part(struct cvx_rt *rt, struct cvx_value self, struct cvx_span part,
                     struct cvx_value *ret);
int cvx_methods_append_part(struct cvx_rt *rt, struct cvx_list *list,
                            struct cvx_span part);
int cvx_methods_bytes(struct cvx_rt *rt, const void *data, size_t len,
                      struct cvx_value *ret);
/* Calls it on self, arguments checked. */
int cvx_methods_call(struct cvx_rt *rt, const struct cvx_method *method,
                     struct cvx_value self, const struct cvx_args *args,
                     struct cvx_value *ret);

#endif
