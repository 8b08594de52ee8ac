/* Bodies of statements, and what is assigned to. See parse.h. */
#include "render/jinja/parse.h"

#include <stdio.h>
#include <string.h>

#define TAG_SHOWN ((uint32_t)80) /* bytes of a tag within a message */

/* ---- targets ---- */

static struct cvx_target *target_new(struct cvx_parse *p, enum cvx_target_kind kind)
{
    struct cvx_target *target = cvx_parse_new(p, sizeof(*target));
    if (target)
        target->kind = (uint8_t)kind;
    return target;
}

static struct cvx_target *from_expr(struct cvx_parse *p, const struct cvx_expr *expr);

static struct cvx_target *from_tuple(struct cvx_parse *p, const struct cvx_expr *expr)
{
    struct cvx_target *target = target_new(p, CVX_TARGET_TUPLE);
    uint32_t n = expr->u.row.n;
    if (!target)
        return NULL;
    target->items = cvx_parse_new(p, (n + 1) * sizeof(*target->items));
    for (uint32_t i = 0; target->items && i < n; i++) {
        target->items[i] = from_expr(p, expr->u.row.items[i]);
        if (!target->items[i])
            return NULL;
    }
    target->n = n;
    return target->items ? target : NULL;
}

/* Names and tuples of names only; the depth is the expression's, which is bounded. */
static struct cvx_target *from_expr(struct cvx_parse *p, const struct cvx_expr *expr)
{
    if (expr->kind == CVX_E_TUPLE)
        return from_tuple(p, expr);
    uint32_t n = expr->end - expr->at;
    if (expr->kind != CVX_E_NAME)
        return cvx_parse_fail(p, "cannot assign to '%.*s'", (int)(n > 60 ? 60 : n),
                              p->tree->source + expr->at);
    struct cvx_target *target = target_new(p, CVX_TARGET_NAME);
    if (target)
        target->name = expr->u.name.name;
    return target;
}

/* ns.name */
static struct cvx_target *parse_attr(struct cvx_parse *p)
{
    struct cvx_target *target = target_new(p, CVX_TARGET_ATTR);
    const struct cvx_token *token = cvx_parse_next(p);
    if (!target)
        return NULL;
    target->name = cvx_parse_name(p, token->at, token->end);
    cvx_parse_next(p);
    token = cvx_parse_now(p);
    if (target->name == UINT32_MAX ||
        !cvx_parse_expect(p, CVX_T_NAME, "a name behind '.'"))
        return NULL;
    uint32_t attr = cvx_parse_name(p, token->at, token->end);
    if (attr == UINT32_MAX)
        return NULL;
    target->attr = p->tree->names[attr];
    return target;
}

/* "a, b": primaries only, so that the word after them ends it. */
static struct cvx_target *parse_targets(struct cvx_parse *p)
{
    struct cvx_parse_row row = {0};
    bool is_tuple = false;
    while (!cvx_parse_is(p, CVX_T_BLOCK_END) && !cvx_parse_is(p, CVX_T_RPAREN)) {
        struct cvx_expr *expr = cvx_parse_expr_primary(p);
        if (!expr || cvx_parse_push(p, &row, expr))
            return NULL;
        if (!cvx_parse_skip(p, CVX_T_COMMA))
            break;
        is_tuple = true;
    }
    if (row.n == 0)
        return cvx_parse_expected(p, "a name");
    if (!is_tuple)
        return from_expr(p, row.items[0]);
    struct cvx_expr tuple = {.kind = CVX_E_TUPLE};
    tuple.u.row.items = (struct cvx_expr **)row.items;
    tuple.u.row.n = row.n;
    return from_tuple(p, &tuple);
}

static bool is_reserved(const struct cvx_parse *p, const struct cvx_token *token)
{
    static const char *const k_words[] = {"true",  "True", "false",
                                          "False", "none", "None"};
    for (size_t i = 0; i < sizeof(k_words) / sizeof(k_words[0]); i++)
        if (cvx_parse_token_is(p, token, k_words[i]))
            return true;
    return false;
}

static struct cvx_target *parse_one_name(struct cvx_parse *p)
{
    const struct cvx_token *token = cvx_parse_now(p);
    if (!cvx_parse_expect(p, CVX_T_NAME, "a name"))
        return NULL;
    if (is_reserved(p, token))
        return cvx_parse_fail(p, "cannot assign to '%.*s'", (int)(token->end - token->at),
                              p->tree->source + token->at);
    struct cvx_target *target = target_new(p, CVX_TARGET_NAME);
    if (!target)
        return NULL;
    target->name = cvx_parse_name(p, token->at, token->end);
    return target->name == UINT32_MAX ? NULL : target;
}

struct cvx_target *cvx_parse_stmt_target(struct cvx_parse *p, bool with_tuple,
                                         bool with_attr)
{
    if (with_attr && cvx_parse_is(p, CVX_T_NAME) && cvx_parse_look(p)->kind == CVX_T_DOT)
        return parse_attr(p);
    return with_tuple ? parse_targets(p) : parse_one_name(p);
}

/* ---- bodies ---- */

static bool ends_here(const struct cvx_parse *p, const char *const *ends)
{
    for (; ends && *ends; ends++)
        if (cvx_parse_is_word(p, *ends))
            return true;
    return false;
}

/* "'elif', 'else' or 'endif' for {% if x %}" */
static void describe_ends(const struct cvx_parse *p, const struct cvx_stmt *owner,
                          const char *const *ends, char *ret, size_t size)
{
    struct cvx_buf text = CVX_BUF_INIT;
    for (size_t i = 0; ends[i]; i++)
        cvx_buf_printf(&text, "%s'%s'",
                       i == 0        ? ""
                       : ends[i + 1] ? ", "
                                     : " or ",
                       ends[i]);
    uint32_t n = owner->end - owner->at;
    bool cut = n > TAG_SHOWN;
    if (cut)
        for (n = TAG_SHOWN;
             ((unsigned char)p->tree->source[owner->at + n] & 0xc0) == 0x80;)
            n--;
    cvx_buf_printf(&text, " for %.*s%s", (int)n, p->tree->source + owner->at,
                   cut ? "..." : "");
    (void)snprintf(ret, size, "%s", text.failed ? "the end of a tag" : text.data);
    cvx_buf_done(&text);
}

static bool fail_ends(struct cvx_parse *p, const struct cvx_stmt *owner,
                      const char *const *ends)
{
    char what[CVX_ERR_TEXT];
    describe_ends(p, owner, ends, what, sizeof(what));
    if (cvx_parse_is(p, CVX_T_EOF))
        p->tag_at = owner->at;
    return cvx_parse_expected(p, what);
}

static struct cvx_stmt *parse_data(struct cvx_parse *p)
{
    const struct cvx_token *token = cvx_parse_next(p);
    struct cvx_stmt *stmt = cvx_parse_new(p, sizeof(*stmt));
    if (!stmt)
        return NULL;
    stmt->kind = CVX_S_TEXT;
    stmt->at = token->at;
    stmt->end = token->end;
    stmt->u.text.data = p->tree->source + token->at;
    stmt->u.text.len = token->end - token->at;
    return stmt;
}

static struct cvx_stmt *parse_print(struct cvx_parse *p)
{
    struct cvx_stmt *stmt = cvx_parse_new(p, sizeof(*stmt));
    if (!stmt)
        return NULL;
    stmt->kind = CVX_S_PRINT;
    stmt->at = cvx_parse_next(p)->at;
    stmt->u.expr = cvx_parse_expr_tuple(p, true);
    if (!stmt->u.expr || !cvx_parse_expect(p, CVX_T_PRINT_END, "'}}'"))
        return NULL;
    stmt->end = cvx_parse_last_end(p);
    return stmt;
}

static bool parse_block(struct cvx_parse *p, uint32_t at, const struct cvx_stmt *owner,
                        const char *const *ends, struct cvx_stmt **ret)
{
    static const char *const k_ends[] = {
        "endif",    "endfor",  "endset",   "endwith",   "else",          "elif",
        "endmacro", "endcall", "endblock", "endfilter", "endautoescape", NULL};
    if (owner && ends_here(p, k_ends))
        return fail_ends(p, owner, ends);
    return cvx_parse_tag(p, at, ret) && cvx_parse_expect(p, CVX_T_BLOCK_END, "'%}'");
}

static bool parse_body(struct cvx_parse *p, const struct cvx_stmt *owner,
                       const char *const *ends, struct cvx_body *ret)
{
    struct cvx_stmt **tail = &ret->first;
    for (;;) {
        uint32_t at = cvx_parse_now(p)->at;
        if (cvx_parse_is(p, CVX_T_DATA)) {
            *tail = parse_data(p);
        } else if (cvx_parse_is(p, CVX_T_PRINT)) {
            *tail = parse_print(p);
        } else if (cvx_parse_skip(p, CVX_T_BLOCK)) {
            if (ends_here(p, ends))
                return true;
            (void)parse_block(p, at, owner, ends, tail);
        } else if (owner) {
            return fail_ends(p, owner, ends);
        } else {
            return cvx_parse_is(p, CVX_T_EOF) || cvx_parse_expected(p, "a tag");
        }
        if (p->rc)
            return false;
        while (*tail)
            tail = &(*tail)->next;
    }
}

bool cvx_parse_stmt_body(struct cvx_parse *p, const struct cvx_stmt *owner,
                         const char *const *ends, struct cvx_body *ret)
{
    if (p->nesting == CVX_PARSE_STATEMENTS_MAX) {
        p->rc = cvx_fail(p->rt->err, CVX_ELIMIT, "tags are nested more than %u deep",
                         CVX_PARSE_STATEMENTS_MAX);
        return false;
    }
    p->nesting++;
    bool ok = parse_body(p, owner, ends, ret);
    p->nesting--;
    return ok;
}

bool cvx_parse_stmt_inner(struct cvx_parse *p, struct cvx_stmt *owner,
                          const char *const *ends, struct cvx_body *ret)
{
    cvx_parse_skip(p, CVX_T_COLON);
    if (!cvx_parse_expect(p, CVX_T_BLOCK_END, "'%}'"))
        return false;
    if (owner->end == 0)
        owner->end = cvx_parse_last_end(p);
    return cvx_parse_stmt_body(p, owner, ends, ret);
}

bool cvx_parse_stmt_whole(struct cvx_parse *p, struct cvx_stmt *owner, const char *end,
                          struct cvx_body *ret)
{
    const char *const ends[] = {end, NULL};
    if (!cvx_parse_stmt_inner(p, owner, ends, ret))
        return false;
    cvx_parse_next(p);
    return true;
}
