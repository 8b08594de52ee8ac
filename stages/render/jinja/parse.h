/* The parser: a template's source to its tree, names not yet resolved. Shared by parse.c
 * (what every part needs), parse_expr.c (expressions), parse_call.c (what is called and
 * tested), parse_stmt.c (statements).
 *
 * What returns a pointer returns NULL on failure, with the code in p->rc and the text in
 * the error of p->rt. Thread: the caller's. */
#ifndef CVX_JINJA_PARSE_H
#define CVX_JINJA_PARSE_H

#include "render/jinja/ast.h"
#include "render/jinja/tokens.h"

#define CVX_PARSE_DEPTH_MAX 128u      /* of an expression's nesting */
#define CVX_PARSE_TREE_MAX 250u       /* of an expression's tree, chains included */
#define CVX_PARSE_NAMED_MAX 4096u     /* parameters, or named arguments of one call */
#define CVX_PARSE_STATEMENTS_MAX 128u /* statements within statements */

struct cvx_parse {
    struct cvx_tree *tree;
    struct cvx_rt *rt; /* its heap is the tree's */
    struct cvx_heap *scratch;
    const struct cvx_token *tokens;
    const char *lexical_fault;
    size_t i; /* the current token */
    uint32_t tag_at;
    unsigned depth, nesting;
    int rc;
    uint32_t *name_slots; /* hash of the names: index + 1, 0 for free */
    uint32_t n_name_slots, cap_names;
};

/* A row that grows; its items lie in the tree's heap. */
struct cvx_parse_row {
    void **items;
    uint32_t n, cap;
};

/* Parses tree->source. On failure *ret_at is the offset of the tag at fault. */
int cvx_parse_template(struct cvx_tree *tree, struct cvx_rt *rt, struct cvx_heap *scratch,
                       uint32_t *ret_at);

/* ---- parse.c ---- */

void *cvx_parse_new(struct cvx_parse *p, size_t size);
int cvx_parse_push(struct cvx_parse *p, struct cvx_parse_row *row, void *item);
/* The name of the bytes at..end, as its index; UINT32_MAX on failure. */
uint32_t cvx_parse_name(struct cvx_parse *p, uint32_t at, uint32_t end);
const struct cvx_str *cvx_parse_text(struct cvx_parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

const struct cvx_token *cvx_parse_now(const struct cvx_parse *p);
const struct cvx_token *cvx_parse_look(const struct cvx_parse *p); /* the one after */
const struct cvx_token *cvx_parse_next(struct cvx_parse *p);       /* takes and returns */
bool cvx_parse_is(const struct cvx_parse *p, enum cvx_token_kind kind);
bool cvx_parse_is_word(const struct cvx_parse *p, const char *word);
bool cvx_parse_token_is(const struct cvx_parse *p, const struct cvx_token *token,
                        const char *word);
bool cvx_parse_skip(struct cvx_parse *p, enum cvx_token_kind kind);
bool cvx_parse_skip_word(struct cvx_parse *p, const char *word);
/* Takes the token or fails: "expected WHAT, found ...". */
bool cvx_parse_expect(struct cvx_parse *p, enum cvx_token_kind kind, const char *what);
uint32_t cvx_parse_last_end(const struct cvx_parse *p); /* of the token taken last */

/* Fails; always NULL. */
void *cvx_parse_fail(struct cvx_parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void *cvx_parse_expected(struct cvx_parse *p, const char *what);
bool cvx_parse_enter(struct cvx_parse *p); /* one level of expression; counted in depth */
/* Whether n named parameters or arguments are not too many. */
bool cvx_parse_count(struct cvx_parse *p, uint32_t n);

/* ---- parse_expr.c ---- */

struct cvx_expr *cvx_parse_expr(struct cvx_parse *p, bool with_cond);
/* One expression, or several as a tuple. */
struct cvx_expr *cvx_parse_expr_tuple(struct cvx_parse *p, bool with_cond);
struct cvx_expr *cvx_parse_expr_primary(struct cvx_parse *p);
struct cvx_expr *cvx_parse_expr_postfix(struct cvx_parse *p, struct cvx_expr *base);
struct cvx_expr *cvx_parse_expr_new(struct cvx_parse *p, enum cvx_expr_kind kind,
                                    uint32_t at);
/* Notes where it ends, and its depth above the deepest of the two (NULL allowed). */
struct cvx_expr *cvx_parse_expr_close(struct cvx_parse *p, struct cvx_expr *expr,
                                      const struct cvx_expr *a, const struct cvx_expr *b);
struct cvx_expr *cvx_parse_expr_const(struct cvx_parse *p, uint32_t at,
                                      struct cvx_value value);
bool cvx_parse_expr_items(struct cvx_parse *p, struct cvx_expr *expr,
                          const struct cvx_parse_row *row);

/* ---- parse_call.c ---- */

struct cvx_expr *cvx_parse_call(struct cvx_parse *p, struct cvx_expr *base);
/* `base` with the filter that follows: at its name. */
struct cvx_expr *cvx_parse_call_filter(struct cvx_parse *p, struct cvx_expr *base);
struct cvx_expr *cvx_parse_call_test(struct cvx_parse *p, struct cvx_expr *base);

/* ---- parse_stmt.c: the statements that hold others, and their targets ---- */

/* Statements up to a tag whose word is among `ends` (NULL: the end of the template), which
 * is then the current token. `owner` is the statement they belong to, for the message. */
bool cvx_parse_stmt_body(struct cvx_parse *p, const struct cvx_stmt *owner,
                         const char *const *ends, struct cvx_body *ret);
/* What can be assigned to: a name, names as a tuple, ns.name. */
struct cvx_target *cvx_parse_stmt_target(struct cvx_parse *p, bool with_tuple,
                                         bool with_attr);
/* The end of the tag, then a body up to one of ends; owner->end is noted. */
bool cvx_parse_stmt_inner(struct cvx_parse *p, struct cvx_stmt *owner,
                          const char *const *ends, struct cvx_body *ret);
/* As inner, for a statement with one end, which is taken. */
bool cvx_parse_stmt_whole(struct cvx_parse *p, struct cvx_stmt *owner, const char *end,
                          struct cvx_body *ret);

/* ---- parse_tag.c: one tag ---- */

/* At the tag's word. Puts the statement, or what it becomes, in *tail. */
bool cvx_parse_tag(struct cvx_parse *p, uint32_t at, struct cvx_stmt **ret);

#endif
