/* The tree of a parsed template: what the parser builds, the resolver completes (slots,
 * frames, constants) and the evaluator walks.
 *
 * Ownership: everything lies in the heap of the tree. Thread: the parser's until it is
 * complete; constant from then on. */
#ifndef CVX_JINJA_AST_H
#define CVX_JINJA_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "render/jinja/heap.h"
#include "render/jinja/value.h"

/* ---- names ----
 *
 * A name that a template sets lives in a slot of a unit: the body, a block, a macro, a
 * recursive loop or the condition of a loop, each of which is a function in jinja2. What is
 * set nowhere around is looked up in the context. */

struct cvx_ref {
    uint32_t hops; /* units to go outwards */
    uint32_t slot;
};

struct cvx_unit {
    const struct cvx_unit *up;
    uint32_t depth; /* units around it */
    uint32_t n_slots;
};

/* What a frame's names hold when it is entered. */
enum cvx_load_kind {
    CVX_LOAD_PARAM,    /* set by who enters */
    CVX_LOAD_CONTEXT,  /* what the context has */
    CVX_LOAD_ALIAS,    /* what the same name holds further out */
    CVX_LOAD_UNDEFINED /* nothing yet */
};

struct cvx_load {
    uint8_t kind;
    uint32_t slot;
    uint32_t name;      /* CONTEXT */
    struct cvx_ref ref; /* ALIAS */
};

struct cvx_frame {
    struct cvx_load *loads;
    uint32_t n;
};

/* A name set around a scoped block, which sees it. */
struct cvx_local {
    uint32_t name;
    struct cvx_ref ref;
};

/* ---- expressions ---- */

enum cvx_expr_kind {
    CVX_E_CONST,
    CVX_E_NAME,
    CVX_E_TUPLE,
    CVX_E_LIST,
    CVX_E_DICT,    /* items: key, value, key, value ... */
    CVX_E_MATH,    /* + - * ... of one precedence, left to right */
    CVX_E_CONCAT,  /* ~ */
    CVX_E_COMPARE, /* a < b < c */
    CVX_E_AND,
    CVX_E_OR,
    CVX_E_NOT,
    CVX_E_NEG,
    CVX_E_POS,
    CVX_E_COND,
    CVX_E_DOT,
    CVX_E_ITEM,
    CVX_E_SLICE,
    CVX_E_CALL,
    CVX_E_FILTER,
    CVX_E_TEST,
    CVX_E_INPUT /* what a filter block or a set block has caught */
};

enum cvx_compare {
    CVX_C_EQ,
    CVX_C_NE,
    CVX_C_LT,
    CVX_C_LE,
    CVX_C_GT,
    CVX_C_GE,
    CVX_C_IN,
    CVX_C_NOT_IN
};

struct cvx_expr;

struct cvx_named {
    const struct cvx_str *name;
    struct cvx_expr *value;
};

struct cvx_call {
    struct cvx_expr **pos;
    struct cvx_named *kw;
    uint32_t n, n_kw;
    struct cvx_expr *rest;        /* *args */
    struct cvx_expr *rest_kw;     /* **kwargs */
    const struct cvx_args *ready; /* all of them, when all are constants */
};

struct cvx_expr {
    uint8_t kind;     /* enum cvx_expr_kind */
    bool plain;       /* CONCAT: never makes safe text */
    bool constant;    /* has one value, known without a document */
    uint16_t depth;   /* of the tree below */
    uint32_t at, end; /* its source */
    union {
        struct cvx_value value; /* CONST */
        struct {
            uint32_t name;
            struct cvx_ref ref;
            const struct cvx_str *missing;
        } name;
        struct
        { /* TUPLE LIST DICT CONCAT AND OR; MATH COMPARE: ops[i] before item i + 1 */
            struct cvx_expr **items;
            uint8_t *ops; /* enum cvx_op, enum cvx_compare */
            uint32_t n;
        } row;
        struct cvx_expr *operand; /* NOT NEG POS */
        struct {
            struct cvx_expr *test, *yes, *no; /* no: NULL is undefined */
        } cond;
        struct { /* DOT: name; ITEM: key */
            struct cvx_expr *base, *key;
            const struct cvx_str *name;
            const struct cvx_str *missing; /* the text for an undefined result, or NULL */
            bool method;                   /* dicts have a method of that name */
        } reach;
        struct {
            struct cvx_expr *base, *start, *stop, *step; /* NULL: absent */
        } slice;
        struct { /* CALL FILTER TEST */
            struct cvx_expr *base;
            const struct cvx_str *name; /* FILTER TEST */
            struct cvx_call *args;
            cvx_filter_fn *filter; /* NULL: there is none, a fault when executed */
            cvx_test_fn *test;
        } call;
    } u;
};

/* ---- statements ---- */

enum cvx_target_kind { CVX_TARGET_NAME, CVX_TARGET_TUPLE, CVX_TARGET_ATTR };

/* What is assigned to. */
struct cvx_target {
    uint8_t kind;
    bool param;    /* of a 'with': belongs to its body alone */
    bool exported; /* set at the top: blocks see it */
    uint32_t name;
    struct cvx_ref ref; /* hops is 0 but for ATTR */
    const struct cvx_str *attr;
    struct cvx_target **items;
    uint32_t n;
};

/* How printed values are escaped: as the tag around says, or as it turns out. */
enum cvx_escape { CVX_ESCAPE_ON, CVX_ESCAPE_OFF, CVX_ESCAPE_DYNAMIC };

enum cvx_stmt_kind {
    CVX_S_TEXT,
    CVX_S_PRINT,
    CVX_S_IF,
    CVX_S_FOR,
    CVX_S_SET,
    CVX_S_SET_BLOCK,
    CVX_S_WITH,
    CVX_S_MACRO,
    CVX_S_CALL,
    CVX_S_FILTER,
    CVX_S_AUTOESCAPE,
    CVX_S_BLOCK,
    CVX_S_LOADER /* include, import, from, extends: there is nothing to load from */
};

struct cvx_stmt;

struct cvx_body {
    struct cvx_stmt *first;
};

struct cvx_param {
    uint32_t name;
    uint32_t slot;
    struct cvx_expr *dflt; /* NULL: none */
    const struct cvx_str *missing;
};

/* A macro, or the body of a call block. */
struct cvx_macro {
    const struct cvx_str *name; /* NULL: of a call block */
    struct cvx_param *params;
    uint32_t n;
    struct cvx_body body;
    struct cvx_unit unit;
    struct cvx_frame frame;
    bool takes_caller, takes_kwargs, takes_varargs;
    bool names_caller; /* caller is one of its own parameters */
    uint32_t caller_slot, kwargs_slot, varargs_slot;
};

struct cvx_for {
    struct cvx_target *target;
    struct cvx_target *test_target; /* the same in the test's unit */
    struct cvx_expr *iter;
    struct cvx_expr *test; /* NULL: none */
    struct cvx_body body, other;
    bool has_other, recursive, extended; /* extended: 'loop' may be used */
    uint8_t escape;
    uint32_t loop_slot;
    struct cvx_unit unit;      /* of a recursive loop */
    struct cvx_unit test_unit; /* of the test */
    struct cvx_frame frame, other_frame, test_frame;
};

struct cvx_block {
    const struct cvx_str *name;
    uint32_t id; /* place among the template's blocks */
    struct cvx_body body;
    struct cvx_unit unit;
    struct cvx_frame frame;
    bool scoped, required;
    bool uses_self, uses_super;
    uint32_t self_slot, super_slot;
    struct cvx_local *locals; /* of a scoped block */
    uint32_t n_locals;
    const struct cvx_str *no_super; /* the text for super */
};

struct cvx_stmt {
    uint8_t kind;     /* enum cvx_stmt_kind */
    uint8_t escape;   /* PRINT, SET_BLOCK, FILTER: enum cvx_escape */
    uint32_t at, end; /* the tag it begins with */
    struct cvx_stmt *next;
    union {
        struct {
            const char *data;
            size_t len;
        } text;
        struct cvx_expr *expr; /* PRINT */
        struct {
            struct cvx_expr *test;
            struct cvx_body body, other;
            struct cvx_stmt *elifs; /* IF statements of their own, without other */
        } branch;
        struct cvx_for *loop;
        struct { /* SET; SET_BLOCK: value is its filter over INPUT, or NULL */
            struct cvx_target *target;
            struct cvx_expr *value;
            struct cvx_body body;
            struct cvx_frame frame;
        } set;
        struct {
            struct cvx_target **targets;
            struct cvx_expr **values;
            uint32_t n;
            struct cvx_body body;
            struct cvx_frame frame;
        } with;
        struct {
            struct cvx_macro *def;
            struct cvx_target *target; /* MACRO */
            struct cvx_expr *call;     /* CALL */
        } macro;
        struct { /* FILTER: value over INPUT; AUTOESCAPE: the switch */
            struct cvx_expr *value;
            struct cvx_body body;
            struct cvx_frame frame;
        } scope;
        struct cvx_block *block;
        struct {
            const struct cvx_str *word; /* "include" ... */
            struct cvx_expr *what;
            struct cvx_target **targets; /* names that an import would set */
            uint32_t n;
        } loader;
    } u;
};

/* Calls fn for every expression directly below; stops at the first false and returns it. */
typedef bool cvx_expr_fn(void *arg, struct cvx_expr *expr);
bool cvx_ast_each(const struct cvx_expr *expr, cvx_expr_fn *fn, void *arg);

/* ---- the whole ---- */

struct cvx_tree {
    struct cvx_heap heap;
    const char *source; /* with LF line ends, without the last one */
    size_t len;
    const uint32_t *cut; /* where a CR LF became an LF, ascending */
    size_t n_cut;
    const struct cvx_str **names; /* of the template, each once */
    uint32_t n_names;
    struct cvx_body body;
    struct cvx_unit unit;
    struct cvx_frame frame;
    bool uses_self;
    uint32_t self_slot;
    struct cvx_block **blocks;
    uint32_t n_blocks;
};

#endif
