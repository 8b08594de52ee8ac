/* What stands behind an operand: attributes, items, calls, filters and tests. See parse.h. */
#include "render/jinja/parse.h"

#include <string.h>

#define SOURCE_SHOWN ((uint32_t)160) /* bytes of an expression within a message */

/* ---- arguments ---- */

struct arguments {
    struct cvx_parse_row pos, kw;
    struct cvx_expr *rest, *rest_kw;
};

static struct cvx_expr *bad_call(struct cvx_parse *p)
{
    return cvx_parse_fail(
        p, "the arguments of a call are in a wrong order: first plain ones, then "
           "name=value, then *list, then **dict");
}

static bool parse_keyword(struct cvx_parse *p, struct arguments *args)
{
    const struct cvx_token *token = cvx_parse_next(p);
    cvx_parse_next(p);
    struct cvx_named *named = cvx_parse_new(p, sizeof(*named));
    uint32_t name = named ? cvx_parse_name(p, token->at, token->end) : UINT32_MAX;
    if (name == UINT32_MAX)
        return false;
    named->name = p->tree->names[name];
    named->value = cvx_parse_expr(p, true);
    return named->value && !cvx_parse_push(p, &args->kw, named) &&
           cvx_parse_count(p, args->kw.n);
}

static bool parse_argument(struct cvx_parse *p, struct arguments *args)
{
    if (cvx_parse_is(p, CVX_T_MUL)) {
        if (args->rest || args->rest_kw)
            return bad_call(p);
        cvx_parse_next(p);
        args->rest = cvx_parse_expr(p, true);
        return args->rest;
    }
    if (cvx_parse_is(p, CVX_T_POW)) {
        if (args->rest_kw)
            return bad_call(p);
        cvx_parse_next(p);
        args->rest_kw = cvx_parse_expr(p, true);
        return args->rest_kw;
    }
    if (cvx_parse_is(p, CVX_T_NAME) && cvx_parse_look(p)->kind == CVX_T_ASSIGN)
        return args->rest_kw ? bad_call(p) != NULL : parse_keyword(p, args);
    if (args->rest || args->rest_kw || args->kw.n > 0)
        return bad_call(p);
    struct cvx_expr *expr = cvx_parse_expr(p, true);
    return expr && !cvx_parse_push(p, &args->pos, expr);
}

/* Python's words: with one of them among the names of arguments jinja2 passes all of them as
 * a dict, where a name may come twice. */
static bool is_python_word(const struct cvx_str *name)
{
    static const char *const k_words[] = {
        "False",  "None",   "True",    "and",      "as",       "assert", "async",
        "await",  "break",  "class",   "continue", "def",      "del",    "elif",
        "else",   "except", "finally", "for",      "from",     "global", "if",
        "import", "in",     "is",      "lambda",   "nonlocal", "not",    "or",
        "pass",   "raise",  "return",  "try",      "while",    "with",   "yield"};
    for (size_t i = 0; i < sizeof(k_words) / sizeof(k_words[0]); i++)
        if (strcmp(name->data, k_words[i]) == 0)
            return true;
    return false;
}

static bool any_python_word(const struct cvx_call *call)
{
    bool any = false;
    for (uint32_t i = 0; i < call->n_kw; i++)
        any = any || is_python_word(call->kw[i].name);
    return any;
}

/* A name given twice is a fault, or the later one counts (see is_python_word). Names are
 * one per text, so pointers tell them apart. */
static bool unite_keywords(struct cvx_parse *p, struct cvx_call *call)
{
    bool as_dict = any_python_word(call);
    uint32_t n = 0;
    for (uint32_t i = 0; i < call->n_kw; i++) {
        uint32_t k = 0;
        while (k < n && call->kw[k].name != call->kw[i].name)
            k++;
        if (k < n && !as_dict) {
            cvx_parse_fail(p, "the argument '%s' is given twice", call->kw[i].name->data);
            return false;
        }
        call->kw[k] = call->kw[i];
        n += k == n;
    }
    call->n_kw = n;
    return true;
}

static struct cvx_call *close_arguments(struct cvx_parse *p, const struct arguments *args,
                                        struct cvx_expr *owner)
{
    struct cvx_call *call = cvx_parse_new(p, sizeof(*call));
    if (!call)
        return NULL;
    call->kw = cvx_heap_array(p->rt->heap, args->kw.n, sizeof(*call->kw));
    if (!call->kw) {
        p->rc = cvx_value_no_memory(p->rt);
        return NULL;
    }
    call->pos = (struct cvx_expr **)args->pos.items;
    call->n = args->pos.n;
    call->n_kw = args->kw.n;
    call->rest = args->rest;
    call->rest_kw = args->rest_kw;
    for (uint32_t i = 0; i < call->n; i++)
        if (!cvx_parse_expr_close(p, owner, call->pos[i], NULL))
            return NULL;
    for (uint32_t i = 0; i < call->n_kw; i++) {
        call->kw[i] = *(struct cvx_named *)args->kw.items[i];
        if (!cvx_parse_expr_close(p, owner, call->kw[i].value, NULL))
            return NULL;
    }
    if (!cvx_parse_expr_close(p, owner, args->rest, args->rest_kw))
        return NULL;
    return unite_keywords(p, call) ? call : NULL;
}

/* "(a, b=c, *d, **e)", with its depth noted in owner. */
static struct cvx_call *parse_arguments(struct cvx_parse *p, struct cvx_expr *owner)
{
    struct arguments args = {0};
    bool comma = false;
    cvx_parse_next(p);
    while (!cvx_parse_is(p, CVX_T_RPAREN)) {
        if (comma && !cvx_parse_expect(p, CVX_T_COMMA, "',' or ')'"))
            return NULL;
        if (comma && cvx_parse_is(p, CVX_T_RPAREN))
            break;
        if (!parse_argument(p, &args))
            return NULL;
        comma = true;
    }
    cvx_parse_next(p);
    return close_arguments(p, &args, owner);
}

static struct cvx_call *no_arguments(struct cvx_parse *p)
{
    return cvx_parse_new(p, sizeof(struct cvx_call));
}

struct cvx_expr *cvx_parse_call(struct cvx_parse *p, struct cvx_expr *base)
{
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_CALL, base->at);
    if (!expr)
        return NULL;
    expr->u.call.base = base;
    expr->u.call.args = parse_arguments(p, expr);
    return expr->u.call.args ? cvx_parse_expr_close(p, expr, base, NULL) : NULL;
}

/* ---- filters and tests ---- */

/* "name" or "name.name": jinja2 allows points, though no builtin has any. */
static const struct cvx_str *dotted_name(struct cvx_parse *p, const char *what)
{
    const struct cvx_token *token = cvx_parse_now(p);
    if (!cvx_parse_expect(p, CVX_T_NAME, what))
        return NULL;
    uint32_t name = cvx_parse_name(p, token->at, token->end);
    const struct cvx_str *text = name == UINT32_MAX ? NULL : p->tree->names[name];
    while (text && cvx_parse_skip(p, CVX_T_DOT)) {
        token = cvx_parse_now(p);
        if (!cvx_parse_expect(p, CVX_T_NAME, what))
            return NULL;
        text = cvx_parse_text(p, "%s.%.*s", text->data, (int)(token->end - token->at),
                              p->tree->source + token->at);
    }
    return text;
}

struct cvx_expr *cvx_parse_call_filter(struct cvx_parse *p, struct cvx_expr *base)
{
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_FILTER, base->at);
    if (!expr)
        return NULL;
    expr->u.call.base = base;
    expr->u.call.name = dotted_name(p, "a filter's name");
    if (!expr->u.call.name)
        return NULL;
    expr->u.call.args =
        cvx_parse_is(p, CVX_T_LPAREN) ? parse_arguments(p, expr) : no_arguments(p);
    return expr->u.call.args ? cvx_parse_expr_close(p, expr, base, NULL) : NULL;
}

static bool starts_argument(const struct cvx_parse *p)
{
    switch (cvx_parse_now(p)->kind) {
    case CVX_T_STRING:
    case CVX_T_INT:
    case CVX_T_FLOAT:
    case CVX_T_LPAREN:
    case CVX_T_LBRACKET:
    case CVX_T_LBRACE:
        return true;
    case CVX_T_NAME:
        return !cvx_parse_is_word(p, "else") && !cvx_parse_is_word(p, "or") &&
               !cvx_parse_is_word(p, "and");
    default:
        return false;
    }
}

/* A test's argument without parentheses: one primary. */
static struct cvx_call *parse_one_argument(struct cvx_parse *p, struct cvx_expr *owner)
{
    if (cvx_parse_is_word(p, "is"))
        return cvx_parse_fail(p, "two tests ('is') stand in a row without parentheses");
    struct arguments args = {0};
    struct cvx_expr *expr = cvx_parse_expr_primary(p);
    expr = expr ? cvx_parse_expr_postfix(p, expr) : NULL;
    if (!expr || cvx_parse_push(p, &args.pos, expr))
        return NULL;
    return close_arguments(p, &args, owner);
}

struct cvx_expr *cvx_parse_call_test(struct cvx_parse *p, struct cvx_expr *base)
{
    bool negated = cvx_parse_skip_word(p, "not");
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_TEST, base->at);
    if (!expr)
        return NULL;
    expr->u.call.base = base;
    expr->u.call.name = dotted_name(p, "a test's name");
    if (!expr->u.call.name)
        return NULL;
    if (cvx_parse_is(p, CVX_T_LPAREN))
        expr->u.call.args = parse_arguments(p, expr);
    else if (starts_argument(p))
        expr->u.call.args = parse_one_argument(p, expr);
    else
        expr->u.call.args = no_arguments(p);
    if (!expr->u.call.args || !cvx_parse_expr_close(p, expr, base, NULL) || !negated)
        return p->rc ? NULL : expr;

    struct cvx_expr *inverted = cvx_parse_expr_new(p, CVX_E_NOT, base->at);
    if (!inverted)
        return NULL;
    inverted->u.operand = expr;
    return cvx_parse_expr_close(p, inverted, expr, NULL);
}

/* ---- attributes and items ---- */

static bool is_dict_method(const struct cvx_str *name)
{
    static const char *const k_methods[] = {"clear",      "copy",   "fromkeys", "get",
                                            "items",      "keys",   "pop",      "popitem",
                                            "setdefault", "update", "values"};
    for (size_t i = 0; i < sizeof(k_methods) / sizeof(k_methods[0]); i++)
        if (strcmp(name->data, k_methods[i]) == 0)
            return true;
    return false;
}

/* The text that using an undefined result shows: the path as the author wrote it. */
static struct cvx_expr *note_missing(struct cvx_parse *p, struct cvx_expr *expr)
{
    uint32_t n = expr->end - expr->at;
    bool cut = n > SOURCE_SHOWN;
    uint32_t from = cut ? expr->end - SOURCE_SHOWN : expr->at;
    while (cut && ((unsigned char)p->tree->source[from] & 0xc0) == 0x80)
        from++;
    expr->u.reach.missing =
        cvx_parse_text(p, "'%s%.*s' is undefined", cut ? "..." : "",
                       (int)(expr->end - from), p->tree->source + from);
    return expr->u.reach.missing ? expr : NULL;
}

static struct cvx_expr *parse_dot(struct cvx_parse *p, struct cvx_expr *base)
{
    cvx_parse_next(p);
    const struct cvx_token *token = cvx_parse_now(p);
    if (token->kind == CVX_T_INT) {
        struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_ITEM, base->at);
        struct cvx_expr *key = expr ? cvx_parse_expr_primary(p) : NULL;
        if (!key || !cvx_parse_expr_close(p, expr, base, key))
            return NULL;
        expr->u.reach.base = base;
        expr->u.reach.key = key;
        return note_missing(p, expr);
    }
    if (!cvx_parse_expect(p, CVX_T_NAME, "a name or a number behind '.'"))
        return NULL;
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_DOT, base->at);
    uint32_t name = expr ? cvx_parse_name(p, token->at, token->end) : UINT32_MAX;
    if (name == UINT32_MAX || !cvx_parse_expr_close(p, expr, base, NULL))
        return NULL;
    expr->u.reach.base = base;
    expr->u.reach.name = p->tree->names[name];
    expr->u.reach.method = is_dict_method(expr->u.reach.name) ||
                           strncmp(expr->u.reach.name->data, "__", 2) == 0;
    return note_missing(p, expr);
}

static bool slice_part(struct cvx_parse *p, struct cvx_expr **ret)
{
    if (!cvx_parse_is(p, CVX_T_COLON) && !cvx_parse_is(p, CVX_T_RBRACKET) &&
        !cvx_parse_is(p, CVX_T_COMMA))
        *ret = cvx_parse_expr(p, true);
    return !p->rc;
}

/* Whether a ':' stands behind the expression, which makes a slice of it. */
static bool parse_slice(struct cvx_parse *p, struct cvx_expr *start, struct cvx_expr *ret)
{
    struct cvx_expr *stop = NULL, *step = NULL;
    cvx_parse_next(p);
    if (!slice_part(p, &stop) ||
        (cvx_parse_skip(p, CVX_T_COLON) && !slice_part(p, &step)))
        return false;
    ret->kind = CVX_E_SLICE;
    struct cvx_expr *base = ret->u.reach.base;
    ret->u.slice.base = base;
    ret->u.slice.start = start;
    ret->u.slice.stop = stop;
    ret->u.slice.step = step;
    return cvx_parse_expr_close(p, ret, start, stop) &&
           cvx_parse_expr_close(p, ret, step, NULL);
}

/* The key of [a, b]: a tuple. A slice within one is a fault, in Python too. */
static struct cvx_expr *parse_keys(struct cvx_parse *p, struct cvx_expr *first,
                                   uint32_t at)
{
    struct cvx_parse_row row = {0};
    if (first && cvx_parse_push(p, &row, first))
        return NULL;
    while (!cvx_parse_is(p, CVX_T_RBRACKET)) {
        if (row.n > 0 && !cvx_parse_expect(p, CVX_T_COMMA, "',' or ']'"))
            return NULL;
        struct cvx_expr *key = cvx_parse_expr(p, true);
        if (!key || cvx_parse_push(p, &row, key))
            return NULL;
    }
    struct cvx_expr *tuple = cvx_parse_expr_new(p, CVX_E_TUPLE, at);
    return tuple && cvx_parse_expr_items(p, tuple, &row) ? tuple : NULL;
}

static struct cvx_expr *parse_item(struct cvx_parse *p, struct cvx_expr *base)
{
    uint32_t at = cvx_parse_next(p)->at;
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_ITEM, base->at), *key = NULL;
    if (!expr)
        return NULL;
    expr->u.reach.base = base;
    if (!cvx_parse_is(p, CVX_T_RBRACKET) && !cvx_parse_is(p, CVX_T_COLON)) {
        key = cvx_parse_expr(p, true);
        if (!key)
            return NULL;
    }
    if (cvx_parse_is(p, CVX_T_COLON)) {
        if (!parse_slice(p, key, expr) || !cvx_parse_expect(p, CVX_T_RBRACKET, "']'"))
            return NULL;
        return cvx_parse_expr_close(p, expr, base, NULL);
    }
    if (!key || !cvx_parse_is(p, CVX_T_RBRACKET))
        key = parse_keys(p, key, at);
    if (!key || !cvx_parse_expect(p, CVX_T_RBRACKET, "']'"))
        return NULL;
    expr->u.reach.key = key;
    if (!cvx_parse_expr_close(p, expr, base, key))
        return NULL;
    return key->kind == CVX_E_CONST ? note_missing(p, expr) : expr;
}

struct cvx_expr *cvx_parse_expr_postfix(struct cvx_parse *p, struct cvx_expr *base)
{
    while (base) {
        if (cvx_parse_is(p, CVX_T_DOT))
            base = parse_dot(p, base);
        else if (cvx_parse_is(p, CVX_T_LBRACKET))
            base = parse_item(p, base);
        else if (cvx_parse_is(p, CVX_T_LPAREN))
            base = cvx_parse_call(p, base);
        else
            break;
    }
    return base;
}
