/* Expressions, from the loosest operator down to names and literals. See parse.h. */
#include "render/jinja/parse.h"

#include <string.h>

#include "render/jinja/literal.h"

struct cvx_expr *cvx_parse_expr_new(struct cvx_parse *p, enum cvx_expr_kind kind,
                                    uint32_t at)
{
    struct cvx_expr *expr = cvx_parse_new(p, sizeof(*expr));
    if (!expr)
        return NULL;
    expr->kind = (uint8_t)kind;
    expr->at = at;
    expr->end = at;
    return expr;
}

struct cvx_expr *cvx_parse_expr_close(struct cvx_parse *p, struct cvx_expr *expr,
                                      const struct cvx_expr *a, const struct cvx_expr *b)
{
    unsigned depth = expr->depth;
    if (a && a->depth >= depth)
        depth = a->depth + 1u;
    if (b && b->depth >= depth)
        depth = b->depth + 1u;
    if (depth > CVX_PARSE_TREE_MAX) {
        p->rc = cvx_fail(p->rt->err, CVX_ELIMIT,
                         "an expression has more than %u parts one upon the other",
                         CVX_PARSE_TREE_MAX);
        return NULL;
    }
    expr->depth = (uint16_t)depth;
    expr->end = cvx_parse_last_end(p);
    return expr;
}

struct cvx_expr *cvx_parse_expr_const(struct cvx_parse *p, uint32_t at,
                                      struct cvx_value value)
{
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_CONST, at);
    if (!expr)
        return NULL;
    expr->u.value = value;
    expr->end = cvx_parse_last_end(p);
    return expr;
}

bool cvx_parse_expr_items(struct cvx_parse *p, struct cvx_expr *expr,
                          const struct cvx_parse_row *row)
{
    expr->u.row.items = (struct cvx_expr **)row->items;
    expr->u.row.n = row->n;
    for (uint32_t i = 0; i < row->n; i++)
        if (!cvx_parse_expr_close(p, expr, expr->u.row.items[i], NULL))
            return false;
    expr->end = cvx_parse_last_end(p);
    return true;
}

/* ---- rows of one operator ---- */

typedef struct cvx_expr *parse_fn(struct cvx_parse *p);

static struct cvx_expr *row_of(struct cvx_parse *p, enum cvx_expr_kind kind,
                               struct cvx_expr *first, parse_fn *operand,
                               bool (*skip)(struct cvx_parse *p))
{
    struct cvx_parse_row row = {0};
    if (!first || cvx_parse_push(p, &row, first))
        return NULL;
    while (skip(p)) {
        struct cvx_expr *next = operand(p);
        if (!next || cvx_parse_push(p, &row, next))
            return NULL;
    }
    if (row.n == 1)
        return first;
    struct cvx_expr *expr = cvx_parse_expr_new(p, kind, first->at);
    return expr && cvx_parse_expr_items(p, expr, &row) ? expr : NULL;
}

/* A row whose operators differ: `op` says which one the current token is, -1 for none, and
 * takes it. */
static struct cvx_expr *chain_of(struct cvx_parse *p, enum cvx_expr_kind kind,
                                 struct cvx_expr *first, parse_fn *operand,
                                 int (*op)(struct cvx_parse *p))
{
    struct cvx_parse_row row = {0}, ops = {0};
    if (!first || cvx_parse_push(p, &row, first))
        return NULL;
    for (int found = op(p); found >= 0; found = op(p)) {
        struct cvx_expr *next = operand(p);
        if (!next || cvx_parse_push(p, &row, next) ||
            cvx_parse_push(p, &ops, (void *)(uintptr_t)found))
            return NULL;
    }
    if (row.n == 1)
        return first;
    struct cvx_expr *expr = cvx_parse_expr_new(p, kind, first->at);
    uint8_t *kinds = expr ? cvx_parse_new(p, ops.n) : NULL;
    if (!kinds || !cvx_parse_expr_items(p, expr, &row))
        return NULL;
    for (uint32_t i = 0; i < ops.n; i++)
        kinds[i] = (uint8_t)(uintptr_t)ops.items[i];
    expr->u.row.ops = kinds;
    return expr;
}

struct op_token {
    uint8_t token, op;
};

static int take_operator(struct cvx_parse *p, const struct op_token *ops, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cvx_parse_skip(p, (enum cvx_token_kind)ops[i].token))
            return ops[i].op;
    return -1;
}

static int take_pow(struct cvx_parse *p)
{
    static const struct op_token k_ops[] = {{CVX_T_POW, CVX_OP_POW}};
    return take_operator(p, k_ops, 1);
}

static int take_mul(struct cvx_parse *p)
{
    static const struct op_token k_ops[] = {{CVX_T_MUL, CVX_OP_MUL},
                                            {CVX_T_DIV, CVX_OP_DIV},
                                            {CVX_T_FLOORDIV, CVX_OP_FLOORDIV},
                                            {CVX_T_MOD, CVX_OP_MOD}};
    return take_operator(p, k_ops, 4);
}

static int take_add(struct cvx_parse *p)
{
    static const struct op_token k_ops[] = {{CVX_T_ADD, CVX_OP_ADD},
                                            {CVX_T_SUB, CVX_OP_SUB}};
    return take_operator(p, k_ops, 2);
}

static int take_compare(struct cvx_parse *p)
{
    static const struct op_token k_ops[] = {{CVX_T_EQ, CVX_C_EQ}, {CVX_T_NE, CVX_C_NE},
                                            {CVX_T_LT, CVX_C_LT}, {CVX_T_LE, CVX_C_LE},
                                            {CVX_T_GT, CVX_C_GT}, {CVX_T_GE, CVX_C_GE}};
    if (cvx_parse_skip_word(p, "in"))
        return CVX_C_IN;
    if (cvx_parse_is_word(p, "not") && cvx_parse_token_is(p, cvx_parse_look(p), "in")) {
        cvx_parse_next(p);
        cvx_parse_next(p);
        return CVX_C_NOT_IN;
    }
    return take_operator(p, k_ops, 6);
}

static bool skip_tilde(struct cvx_parse *p)
{
    return cvx_parse_skip(p, CVX_T_TILDE);
}

static bool skip_and(struct cvx_parse *p)
{
    return cvx_parse_skip_word(p, "and");
}

static bool skip_or(struct cvx_parse *p)
{
    return cvx_parse_skip_word(p, "or");
}

/* ---- the levels ---- */

/* What follows an operand: filters, tests, and calls of what they gave. */
static struct cvx_expr *parse_filters(struct cvx_parse *p, struct cvx_expr *base)
{
    while (base) {
        if (cvx_parse_skip(p, CVX_T_PIPE))
            base = cvx_parse_call_filter(p, base);
        else if (cvx_parse_skip_word(p, "is"))
            base = cvx_parse_call_test(p, base);
        else if (cvx_parse_is(p, CVX_T_LPAREN))
            base = cvx_parse_call(p, base);
        else
            break;
    }
    return base;
}

static struct cvx_expr *parse_signed(struct cvx_parse *p, bool with_filters)
{
    uint32_t at = cvx_parse_now(p)->at;
    bool minus = cvx_parse_is(p, CVX_T_SUB);
    struct cvx_expr *expr = NULL;
    if (minus || cvx_parse_is(p, CVX_T_ADD)) {
        if (!cvx_parse_enter(p))
            return NULL;
        cvx_parse_next(p);
        struct cvx_expr *operand = parse_signed(p, false);
        p->depth--;
        expr = operand ? cvx_parse_expr_new(p, minus ? CVX_E_NEG : CVX_E_POS, at) : NULL;
        if (!expr || !cvx_parse_expr_close(p, expr, operand, NULL))
            return NULL;
        expr->u.operand = operand;
    } else {
        expr = cvx_parse_expr_primary(p);
    }
    expr = expr ? cvx_parse_expr_postfix(p, expr) : NULL;
    return with_filters ? parse_filters(p, expr) : expr;
}

static struct cvx_expr *parse_unary(struct cvx_parse *p)
{
    return parse_signed(p, true);
}

static struct cvx_expr *parse_pow(struct cvx_parse *p)
{
    return chain_of(p, CVX_E_MATH, parse_unary(p), parse_unary, take_pow);
}

static struct cvx_expr *parse_mul(struct cvx_parse *p)
{
    return chain_of(p, CVX_E_MATH, parse_pow(p), parse_pow, take_mul);
}

static struct cvx_expr *parse_concat(struct cvx_parse *p)
{
    return row_of(p, CVX_E_CONCAT, parse_mul(p), parse_mul, skip_tilde);
}

static struct cvx_expr *parse_add(struct cvx_parse *p)
{
    return chain_of(p, CVX_E_MATH, parse_concat(p), parse_concat, take_add);
}

static struct cvx_expr *parse_not(struct cvx_parse *p)
{
    if (!cvx_parse_is_word(p, "not"))
        return chain_of(p, CVX_E_COMPARE, parse_add(p), parse_add, take_compare);
    if (!cvx_parse_enter(p))
        return NULL;
    uint32_t at = cvx_parse_next(p)->at;
    struct cvx_expr *operand = parse_not(p);
    p->depth--;
    struct cvx_expr *expr = operand ? cvx_parse_expr_new(p, CVX_E_NOT, at) : NULL;
    if (!expr)
        return NULL;
    expr->u.operand = operand;
    return cvx_parse_expr_close(p, expr, operand, NULL);
}

static struct cvx_expr *parse_and(struct cvx_parse *p)
{
    return row_of(p, CVX_E_AND, parse_not(p), parse_not, skip_and);
}

static struct cvx_expr *parse_or(struct cvx_parse *p)
{
    return row_of(p, CVX_E_OR, parse_and(p), parse_and, skip_or);
}

/* "yes if test else no", the first part read already. */
static struct cvx_expr *parse_cond_tail(struct cvx_parse *p, struct cvx_expr *yes)
{
    struct cvx_expr *test = parse_or(p), *no = NULL;
    if (test && cvx_parse_skip_word(p, "else"))
        no = cvx_parse_expr(p, true);
    struct cvx_expr *expr = p->rc ? NULL : cvx_parse_expr_new(p, CVX_E_COND, yes->at);
    if (!expr || !cvx_parse_expr_close(p, expr, test, no))
        return NULL;
    expr->u.cond.test = test;
    expr->u.cond.yes = yes;
    expr->u.cond.no = no;
    return cvx_parse_expr_close(p, expr, yes, NULL);
}

struct cvx_expr *cvx_parse_expr(struct cvx_parse *p, bool with_cond)
{
    if (!cvx_parse_enter(p))
        return NULL;
    struct cvx_expr *expr = parse_or(p);
    while (with_cond && expr && cvx_parse_skip_word(p, "if"))
        expr = parse_cond_tail(p, expr);
    p->depth--;
    return expr;
}

/* ---- primaries ---- */

static bool tuple_ends(const struct cvx_parse *p)
{
    return cvx_parse_is(p, CVX_T_PRINT_END) || cvx_parse_is(p, CVX_T_BLOCK_END) ||
           cvx_parse_is(p, CVX_T_RPAREN);
}

/* `parenthesised`: "()" is a tuple; without parentheses nothing is a fault. */
static struct cvx_expr *parse_tuple(struct cvx_parse *p, bool with_cond,
                                    bool parenthesised)
{
    uint32_t at = cvx_parse_now(p)->at;
    struct cvx_parse_row row = {0};
    bool is_tuple = false;
    while (!tuple_ends(p)) {
        struct cvx_expr *item = cvx_parse_expr(p, with_cond);
        if (!item || cvx_parse_push(p, &row, item))
            return NULL;
        if (!cvx_parse_skip(p, CVX_T_COMMA))
            break;
        is_tuple = true;
    }
    if (!is_tuple && row.n == 1)
        return row.items[0];
    if (!is_tuple && !parenthesised)
        return cvx_parse_expected(p, "an expression");
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_TUPLE, at);
    return expr && cvx_parse_expr_items(p, expr, &row) ? expr : NULL;
}

struct cvx_expr *cvx_parse_expr_tuple(struct cvx_parse *p, bool with_cond)
{
    return parse_tuple(p, with_cond, false);
}

static struct cvx_expr *parse_parentheses(struct cvx_parse *p)
{
    uint32_t at = cvx_parse_next(p)->at;
    struct cvx_expr *expr = parse_tuple(p, true, true);
    if (!expr || !cvx_parse_expect(p, CVX_T_RPAREN, "')'"))
        return NULL;
    expr->at = at;
    expr->end = cvx_parse_last_end(p);
    return expr;
}

/* "[a, b]" and "{k: v}". */
static struct cvx_expr *parse_brackets(struct cvx_parse *p, bool dict)
{
    uint32_t at = cvx_parse_next(p)->at;
    enum cvx_token_kind close = dict ? CVX_T_RBRACE : CVX_T_RBRACKET;
    const char *awaited = dict ? "',' or '}'" : "',' or ']'";
    struct cvx_parse_row row = {0};
    while (!cvx_parse_is(p, close)) {
        if (row.n > 0 && !cvx_parse_expect(p, CVX_T_COMMA, awaited))
            return NULL;
        if (cvx_parse_is(p, close))
            break;
        struct cvx_expr *item = cvx_parse_expr(p, true);
        if (!item || cvx_parse_push(p, &row, item))
            return NULL;
        if (!dict)
            continue;
        item = cvx_parse_expect(p, CVX_T_COLON, "':'") ? cvx_parse_expr(p, true) : NULL;
        if (!item || cvx_parse_push(p, &row, item))
            return NULL;
    }
    cvx_parse_next(p);
    struct cvx_expr *expr = cvx_parse_expr_new(p, dict ? CVX_E_DICT : CVX_E_LIST, at);
    return expr && cvx_parse_expr_items(p, expr, &row) ? expr : NULL;
}

/* Adjacent texts are one. */
static struct cvx_expr *parse_strings(struct cvx_parse *p)
{
    uint32_t at = cvx_parse_now(p)->at;
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_value value = {0};
    cvx_buf_put(&buf, "", 0);
    while (!p->rc && cvx_parse_is(p, CVX_T_STRING)) {
        const struct cvx_token *token = cvx_parse_next(p);
        p->rc = cvx_literal_text(p->rt, p->tree->source + token->at + 1,
                                 token->end - token->at - 2, &buf);
    }
    if (!p->rc)
        p->rc = cvx_value_str_buf(p->rt, &buf, false, &value);
    cvx_buf_done(&buf);
    return p->rc ? NULL : cvx_parse_expr_const(p, at, value);
}

static struct cvx_expr *parse_number(struct cvx_parse *p)
{
    const struct cvx_token *token = cvx_parse_next(p);
    const char *text = p->tree->source + token->at;
    size_t len = token->end - token->at;
    struct cvx_value value = {0};
    p->rc = token->kind == CVX_T_INT ? cvx_literal_int(p->rt, text, len, &value)
                                     : cvx_literal_float(p->rt, text, len, &value);
    return p->rc ? NULL : cvx_parse_expr_const(p, token->at, value);
}

static bool named_const(const struct cvx_parse *p, struct cvx_value *ret)
{
    if (cvx_parse_is_word(p, "true") || cvx_parse_is_word(p, "True"))
        *ret = cvx_value_bool(true);
    else if (cvx_parse_is_word(p, "false") || cvx_parse_is_word(p, "False"))
        *ret = cvx_value_bool(false);
    else if (cvx_parse_is_word(p, "none") || cvx_parse_is_word(p, "None"))
        *ret = cvx_value_none();
    else
        return false;
    return true;
}

static struct cvx_expr *parse_name(struct cvx_parse *p)
{
    struct cvx_value value = {0};
    bool is_const = named_const(p, &value);
    const struct cvx_token *token = cvx_parse_next(p);
    if (is_const)
        return cvx_parse_expr_const(p, token->at, value);

    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_NAME, token->at);
    uint32_t name = expr ? cvx_parse_name(p, token->at, token->end) : UINT32_MAX;
    if (name == UINT32_MAX)
        return NULL;
    expr->u.name.name = name;
    expr->u.name.missing =
        cvx_parse_text(p, "'%s' is undefined", p->tree->names[name]->data);
    expr->end = token->end;
    return expr->u.name.missing ? expr : NULL;
}

struct cvx_expr *cvx_parse_expr_primary(struct cvx_parse *p)
{
    switch (cvx_parse_now(p)->kind) {
    case CVX_T_NAME:
        return parse_name(p);
    case CVX_T_STRING:
        return parse_strings(p);
    case CVX_T_INT:
    case CVX_T_FLOAT:
        return parse_number(p);
    case CVX_T_LPAREN:
        return parse_parentheses(p);
    case CVX_T_LBRACKET:
        return parse_brackets(p, false);
    case CVX_T_LBRACE:
        return parse_brackets(p, true);
    default:
        return cvx_parse_expected(p, "an expression");
    }
}
