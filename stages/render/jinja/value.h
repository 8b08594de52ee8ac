/* What an expression yields: Python's values as far as a template can meet them
 * (40-render.md, section 5), and what every operation on them needs at hand.
 *
 * A value is 16 bytes, copied freely; what it points to lies in the session's heap, or in
 * the parsed template's (literals), and is never released before them. Strings, big
 * integers and literals are constant; lists and dicts are shared by reference and may be
 * changed, as in Python.
 * Thread: the session's worker. */
#ifndef CVX_JINJA_VALUE_H
#define CVX_JINJA_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gmp.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "render/jinja/heap.h"

enum cvx_value_kind {
    CVX_V_UNDEFINED, /* nobody set it; carries the path for the error */
    CVX_V_NONE,
    CVX_V_BOOL,
    CVX_V_INT,   /* fits int64_t: then never BIG, so one number has one form */
    CVX_V_BIG,   /* beyond int64_t, at most 4,300 digits when printed or read */
    CVX_V_FLOAT, /* a double */
    CVX_V_STR,
    CVX_V_BYTES, /* of str.encode() alone */
    CVX_V_LIST,
    CVX_V_TUPLE, /* a list that cannot be changed */
    CVX_V_DICT,
    CVX_V_OBJECT /* behaviour behind a table: range, loop, macro, bound method ... */
};

/* Valid UTF-8, followed by a NUL that is not counted; may hold NULs. */
struct cvx_str {
    const char *data;
    size_t len;    /* bytes */
    size_t points; /* code points; equal to len means ASCII */
};

struct cvx_bigint {
    int sign; /* -1 or 1 */
    mp_size_t n;
    mp_limb_t limbs[]; /* least significant first, for mpz_roinit_n() */
};

struct cvx_list;
struct cvx_dict;
struct cvx_object;
struct cvx_iter;

struct cvx_value {
    uint8_t kind; /* enum cvx_value_kind */
    bool safe;    /* STR: markup that autoescape leaves alone */
    bool named;   /* TUPLE: prints and unpacks as a tuple, from groupby */
    union {
        bool boolean;
        int64_t integer;
        double real;
        const struct cvx_bigint *big;
        const struct cvx_str *str; /* STR, BYTES; UNDEFINED: the fault's text, or NULL */
        struct cvx_list *list;     /* LIST, TUPLE */
        struct cvx_dict *dict;
        struct cvx_object *object;
    } u;
};

struct cvx_list {
    struct cvx_value *items;
    size_t n, cap;
};

/* One rendering's surroundings; the evaluator keeps its own state behind `eval`. */
struct cvx_rt {
    struct cvx_heap *heap;
    struct cvx_err *err;  /* where a failing function says why */
    size_t rounds;        /* loop rounds and iterator steps that may still be spent */
    unsigned depth;       /* calls and nested values under way */
    const void *printing; /* the innermost container that repr.c is within, or NULL */
    bool no_escape;       /* within {% autoescape false %}: eval.c sets it, filters ask */
    uint64_t seed;        /* random, lipsum: fixed, so that output is deterministic */
    void *eval;           /* struct of eval.c */
};

/* ---- arguments of a call ---- */

struct cvx_kwarg {
    const struct cvx_str *name;
    struct cvx_value value;
};

struct cvx_args {
    const struct cvx_value *pos;
    size_t n;
    const struct cvx_kwarg *kw;
    size_t n_kw;
};

/* (args.c) Binds args to the n_names parameters `names`, of which the first n_required
 * must be given, in the way Python binds them; what is absent becomes UNDEFINED in ret
 * with given[i] false. `what` names the callee in the error ("filter 'join'").
 * CVX_EFORMAT on too many, missing, doubled or unknown ones. */
int cvx_args_bind(struct cvx_rt *rt, const char *what, const struct cvx_args *args,
                  const char *const *names, size_t n_names, size_t n_required,
                  struct cvx_value *ret, bool *given);

/* ---- objects ---- */

/* What an object can do; an absent entry is "cannot" and gives Python's kind of error.
 * Each returns CVX_OK or a code with rt->err filled. */
struct cvx_object_type {
    const char *name; /* "generator", "dict_keys", "Macro", "Namespace" ... */
    /* *ret_found false: no such attribute (the caller makes UNDEFINED of it). */
    int (*attr)(struct cvx_rt *rt, struct cvx_object *self, const struct cvx_str *name,
                struct cvx_value *ret, bool *ret_found);
    int (*set_attr)(struct cvx_rt *rt, struct cvx_object *self,
                    const struct cvx_str *name, struct cvx_value value);
    int (*item)(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value key,
                struct cvx_value *ret, bool *ret_found);
    int (*call)(struct cvx_rt *rt, struct cvx_object *self, const struct cvx_args *args,
                struct cvx_value *ret);
    int (*iter)(struct cvx_rt *rt, struct cvx_object *self, struct cvx_iter **ret);
    int (*length)(struct cvx_rt *rt, struct cvx_object *self, size_t *ret);
    int (*print)(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out);
    int (*contains)(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value item,
                    bool *ret);
    int (*equal)(struct cvx_rt *rt, struct cvx_object *self, struct cvx_value other,
                 bool *ret);
    bool sequence;   /* for the test `sequence`: has __len__ and __getitem__ */
    bool unhashable; /* cannot be a key; else what has `equal` hashes by its type alone */
};

struct cvx_object {
    const struct cvx_object_type *type; /* first member of every object */
};

/* One pass over something; lies in the heap, needs no release. */
struct cvx_iter {
    /* *ret_more false: the end; *ret then untouched. Charges one of rt->rounds. */
    int (*next)(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                bool *ret_more);
};

/* ---- making values (value.c) ---- */

static inline struct cvx_value cvx_value_none(void)
{
    return (struct cvx_value){.kind = CVX_V_NONE};
}

static inline struct cvx_value cvx_value_bool(bool b)
{
    return (struct cvx_value){.kind = CVX_V_BOOL, .u.boolean = b};
}

static inline struct cvx_value cvx_value_int(int64_t i)
{
    return (struct cvx_value){.kind = CVX_V_INT, .u.integer = i};
}

static inline struct cvx_value cvx_value_float(double d)
{
    return (struct cvx_value){.kind = CVX_V_FLOAT, .u.real = d};
}

static inline struct cvx_value cvx_value_object(struct cvx_object *object)
{
    return (struct cvx_value){.kind = CVX_V_OBJECT, .u.object = object};
}

/* Copies len bytes of valid UTF-8 into the heap. */
int cvx_value_str(struct cvx_rt *rt, const char *data, size_t len, bool safe,
                  struct cvx_value *ret);
/* Takes what a latched buffer holds (copied); CVX_ENOMEM or CVX_ELIMIT when it failed.
 * The buffer stays the caller's. */
int cvx_value_str_buf(struct cvx_rt *rt, const struct cvx_buf *buf, bool safe,
                      struct cvx_value *ret);
/* UNDEFINED with the text that an error about it shows: "'zz' is undefined". */
int cvx_value_undefined(struct cvx_rt *rt, struct cvx_value *ret, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A new list or tuple with room for cap items. */
int cvx_value_list(struct cvx_rt *rt, enum cvx_value_kind kind, size_t cap,
                   struct cvx_value *ret);
int cvx_list_append(struct cvx_rt *rt, struct cvx_list *list, struct cvx_value item);
int cvx_list_insert(struct cvx_rt *rt, struct cvx_list *list, size_t at,
                    struct cvx_value item);
void cvx_list_remove(struct cvx_list *list, size_t at);

/* Python's name of the type: "str", "int", "NoneType", "Undefined", "generator". */
const char *cvx_value_type(struct cvx_value value);
/* Python's truth. */
int cvx_value_truth(struct cvx_rt *rt, struct cvx_value value, bool *ret);
/* len(): code points, items; CVX_EFORMAT for what has none. UNDEFINED is 0. */
int cvx_value_length(struct cvx_rt *rt, struct cvx_value value, size_t *ret);
/* The fault that using an undefined value is: CVX_EFORMAT, always. */
int cvx_value_fail_undefined(struct cvx_rt *rt, struct cvx_value value);
/* The fault of kind "kind: text", CVX_EFORMAT, always. kind is Python's word for it
 * ("TypeError", "ValueError" ...) so that people find it in what they know. */
int cvx_value_fail(struct cvx_rt *rt, const char *kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int cvx_value_no_memory(struct cvx_rt *rt); /* from the heap: CVX_ENOMEM or CVX_ELIMIT */
/* One loop round or iterator step; CVX_ELIMIT when none is left. */
int cvx_value_spend(struct cvx_rt *rt);
/* One level deeper into values or calls; CVX_ELIMIT (and not deeper) at the limit. */
int cvx_value_enter(struct cvx_rt *rt);
static inline void cvx_value_leave(struct cvx_rt *rt)
{
    rt->depth--;
}

/* ---- dicts (dict.c): insertion order, equal keys by Python's equality and hash ---- */

struct cvx_dict_entry {
    struct cvx_value key, value;
};

int cvx_dict_new(struct cvx_rt *rt, struct cvx_value *ret);
size_t cvx_dict_count(const struct cvx_dict *dict);
/* The i-th in order, i < count; valid until the dict changes. */
const struct cvx_dict_entry *cvx_dict_at(const struct cvx_dict *dict, size_t i);
/* CVX_EFORMAT "unhashable type" for lists and dicts as keys. *ret NULL = not there. */
int cvx_dict_find(struct cvx_rt *rt, const struct cvx_dict *dict, struct cvx_value key,
                  const struct cvx_value **ret);
/* For a string key of C text; NULL when it is not there. */
const struct cvx_value *cvx_dict_get(const struct cvx_dict *dict, const char *key,
                                     size_t len);
int cvx_dict_put(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value key,
                 struct cvx_value value);
int cvx_dict_remove(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value key,
                    bool *ret_found);
void cvx_dict_clear(struct cvx_dict *dict);
/* Changes whenever a key comes or goes. */
size_t cvx_dict_version(const struct cvx_dict *dict);

/* ---- passes (iter.c) ---- */

/* iter(value): strings by code point, dicts by key, UNDEFINED as nothing; CVX_EFORMAT for
 * what Python cannot iterate. */
int cvx_iter_new(struct cvx_rt *rt, struct cvx_value value, struct cvx_iter **ret);
/* All of it as a new list. */
int cvx_iter_collect(struct cvx_rt *rt, struct cvx_value value, struct cvx_list **ret);
/* An object "generator" around a pass: consumed once, cannot be printed. */
int cvx_iter_object(struct cvx_rt *rt, struct cvx_iter *iter, struct cvx_value *ret);
/* dict.keys(), .values(), .items(): live views that print as dict_keys([...]). */
enum cvx_view { CVX_VIEW_KEYS, CVX_VIEW_VALUES, CVX_VIEW_ITEMS };
int cvx_iter_view(struct cvx_rt *rt, struct cvx_dict *dict, enum cvx_view view,
                  struct cvx_value *ret);
/* range(): an object, printed range(0, 3). args as Python's. (range.c, with the next) */
int cvx_iter_range(struct cvx_rt *rt, const struct cvx_args *args, struct cvx_value *ret);
/* Whether value is a range; its first, step and count then. */
bool cvx_range_is(struct cvx_value value, int64_t *ret_start, int64_t *ret_step,
                  uint64_t *ret_count);
int cvx_range_new(struct cvx_rt *rt, int64_t start, int64_t stop, int64_t step,
                  struct cvx_value *ret);

/* ---- printing (repr.c) ---- */

/* str(value), appended, no escaping. UNDEFINED is nothing. */
int cvx_repr_str(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out);
/* repr(value), appended; self-containing lists print [...]. */
int cvx_repr_repr(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out);
/* str(value) as a value: a STR is itself. */
int cvx_repr_value(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret);
/* What autoescape prints: str(value) with & < > ' " escaped unless it is safe. */
int cvx_repr_print(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out);
/* markupsafe's escape(): a safe STR; safe input unchanged. */
int cvx_repr_escape(struct cvx_rt *rt, struct cvx_value value, struct cvx_value *ret);
void cvx_repr_escape_bytes(struct cvx_buf *out, const char *data, size_t len);
/* repr of a double as Python writes it. ret_size >= 32. */
void cvx_repr_double(double value, char *ret, size_t ret_size);

/* ---- numbers (numeric.c): bool counts as int ---- */

enum cvx_op {
    CVX_OP_ADD,
    CVX_OP_SUB,
    CVX_OP_MUL,
    CVX_OP_DIV,
    CVX_OP_FLOORDIV,
    CVX_OP_MOD,
    CVX_OP_POW
};

bool cvx_numeric_is(struct cvx_value value);         /* bool, int, float */
bool cvx_numeric_is_integer(struct cvx_value value); /* bool, int */
/* Both must be numbers. CVX_EFORMAT for 1/0 and results Python refuses; CVX_ELIMIT for
 * integers over 4,300 digits (also of a power that would be). */
int cvx_numeric_op(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a,
                   struct cvx_value b, struct cvx_value *ret);
/* Unary - and +, and abs(): also the fault for what is no number. */
int cvx_numeric_negate(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret);
int cvx_numeric_plus(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret);
int cvx_numeric_abs(struct cvx_rt *rt, struct cvx_value a, struct cvx_value *ret);
/* -1, 0, 1, or 2 for unordered (nan); exact between ints and floats. */
int cvx_numeric_compare(struct cvx_value a, struct cvx_value b);
/* int(text, base): Python's rules (blanks, sign, prefix, underscores, Unicode digits);
 * *ret_ok false when it is no integer. */
int cvx_numeric_parse_int(struct cvx_rt *rt, const char *text, size_t len, int base,
                          struct cvx_value *ret, bool *ret_ok);
/* float(text), inf and nan included. */
bool cvx_numeric_parse_float(const char *text, size_t len, double *ret);
/* int(double): truncated; CVX_EFORMAT for inf and nan. */
int cvx_numeric_from_double(struct cvx_rt *rt, double value, struct cvx_value *ret);
double cvx_numeric_to_double(struct cvx_value value); /* inf when too large */
/* As an index or count: CVX_EFORMAT when it is no integer; clamped to int64_t. */
int cvx_numeric_index(struct cvx_rt *rt, struct cvx_value value, int64_t *ret);
/* str() of a number, appended; of a bool its digit. */
int cvx_numeric_print(struct cvx_rt *rt, struct cvx_value value, struct cvx_buf *out);

/* ---- comparing (compare.c) ---- */

int cvx_compare_equal(struct cvx_rt *rt, struct cvx_value a, struct cvx_value b,
                      bool *ret);
/* a < b, <=, >, >= as Python orders them; CVX_EFORMAT for mixed kinds. */
enum cvx_order { CVX_LT, CVX_LE, CVX_GT, CVX_GE };
int cvx_compare_order(struct cvx_rt *rt, enum cvx_order order, struct cvx_value a,
                      struct cvx_value b, bool *ret);
/* item in container. */
int cvx_compare_in(struct cvx_rt *rt, struct cvx_value item, struct cvx_value container,
                   bool *ret);
/* Python's `is`. */
bool cvx_compare_same(struct cvx_value a, struct cvx_value b);
/* hash consistent with equal; CVX_EFORMAT for the unhashable. */
int cvx_compare_hash(struct cvx_rt *rt, struct cvx_value value, uint64_t *ret);
uint64_t cvx_compare_hash_bytes(const void *data, size_t len, uint64_t seed);

/* ---- operators on all kinds (operate.c) ---- */

/* + - * / // % ** as Python, strings and lists included; safe strings escape others. */
int cvx_operate(struct cvx_rt *rt, enum cvx_op op, struct cvx_value a, struct cvx_value b,
                struct cvx_value *ret);
/* a ~ b ~ ...: safe, with the others escaped, when any is (and autoescape is on). */
int cvx_operate_concat(struct cvx_rt *rt, const struct cvx_value *parts, size_t n,
                       struct cvx_value *ret);

/* ---- reaching in (access.c) ---- */

/* value.name: attribute (method) first, then item. Missing: UNDEFINED with a text that
 * names what is missing and the type it is missing in; who knows the expression may put
 * its path there instead. On UNDEFINED: the fault. */
int cvx_access_dot(struct cvx_rt *rt, struct cvx_value value, const struct cvx_str *name,
                   struct cvx_value *ret);
/* value[key]: item first, then (string key) attribute. Slices: cvx_access_slice. */
int cvx_access_item(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                    struct cvx_value *ret);
/* The item alone; *ret_found false when there is none, or the kind has no items at all. */
int cvx_access_find(struct cvx_rt *rt, struct cvx_value value, struct cvx_value key,
                    struct cvx_value *ret, bool *ret_found);
/* value[a:b:c]; an absent bound is NONE. (slice.c) */
int cvx_access_slice(struct cvx_rt *rt, struct cvx_value value, struct cvx_value start,
                     struct cvx_value stop, struct cvx_value step, struct cvx_value *ret);
/* The attribute alone (filter attr). */
int cvx_access_attr(struct cvx_rt *rt, struct cvx_value value, const struct cvx_str *name,
                    struct cvx_value *ret, bool *ret_found);
/* "a.b.0" as filters take it (make_attrgetter): parts of digits are indices; dflt, when
 * given, stands for an undefined end. */
int cvx_access_path(struct cvx_rt *rt, struct cvx_value value, struct cvx_value attribute,
                    const struct cvx_value *dflt, struct cvx_value *ret);
/* value(args). */
int cvx_access_call(struct cvx_rt *rt, struct cvx_value callee,
                    const struct cvx_args *args, struct cvx_value *ret);

/* ---- text as Python's str sees it (pystr.c): all in and out as bytes of UTF-8 ---- */
/* declared in render/jinja/pystr.h */

/* ---- methods (methods.c and its family) ---- */

/* The bound method `name` of a value of kind STR, BYTES, LIST, TUPLE, DICT, INT, FLOAT;
 * *ret_found false when Python's type has none of that name. Names with two leading
 * underscores are never found. */
int cvx_methods_find(struct cvx_rt *rt, struct cvx_value self, const struct cvx_str *name,
                     struct cvx_value *ret, bool *ret_found);
/* "..." % args and "...".format(args); safe formats escape what they take in. */
int cvx_percent_format(struct cvx_rt *rt, struct cvx_value format, struct cvx_value args,
                       struct cvx_value *ret);
int cvx_strformat(struct cvx_rt *rt, struct cvx_value format, const struct cvx_args *args,
                  struct cvx_value *ret);
/* "...".format_map(mapping): escapes nothing even in markup, as markupsafe. */
int cvx_strformat_map(struct cvx_rt *rt, struct cvx_value format,
                      struct cvx_value mapping, struct cvx_value *ret);

/* ---- filters and tests (filters*.c, tests.c) ---- */

typedef int cvx_filter_fn(struct cvx_rt *rt, struct cvx_value input,
                          const struct cvx_args *args, struct cvx_value *ret);
typedef int cvx_test_fn(struct cvx_rt *rt, struct cvx_value input,
                        const struct cvx_args *args, bool *ret);

/* By name; NULL when there is none (the parser asks at compile time). */
cvx_filter_fn *cvx_filters_find(const char *name, size_t len);
cvx_test_fn *cvx_tests_find(const char *name, size_t len);

#endif
