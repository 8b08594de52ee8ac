/* The tags of the language, each from its word to its end. See parse.h. */
#include "render/jinja/parse.h"

#include <string.h>

static struct cvx_stmt *stmt_new(struct cvx_parse *p, enum cvx_stmt_kind kind,
                                 uint32_t at)
{
    struct cvx_stmt *stmt = cvx_parse_new(p, sizeof(*stmt));
    if (stmt) {
        stmt->kind = (uint8_t)kind;
        stmt->at = at;
    }
    return stmt;
}

/* ---- for, if ---- */

static bool parse_for_head(struct cvx_parse *p, struct cvx_for *loop)
{
    loop->target = cvx_parse_stmt_target(p, true, false);
    if (!loop->target)
        return false;
    if (!cvx_parse_skip_word(p, "in")) {
        cvx_parse_expected(p, "'in'");
        return false;
    }
    loop->iter = cvx_parse_expr_tuple(p, false);
    if (loop->iter && cvx_parse_skip_word(p, "if"))
        loop->test = cvx_parse_expr(p, true);
    loop->recursive = !p->rc && cvx_parse_skip_word(p, "recursive");
    return !p->rc;
}

static bool parse_for(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    static const char *const k_ends[] = {"else", "endfor", NULL};
    struct cvx_for *loop = cvx_parse_new(p, sizeof(*loop));
    if (!loop || !parse_for_head(p, loop))
        return false;
    stmt->kind = CVX_S_FOR;
    stmt->u.loop = loop;
    if (!cvx_parse_stmt_inner(p, stmt, k_ends, &loop->body))
        return false;
    loop->has_other = cvx_parse_skip_word(p, "else");
    if (loop->has_other)
        return cvx_parse_stmt_whole(p, stmt, "endfor", &loop->other);
    cvx_parse_next(p);
    return true;
}

/* The test and the body of an if or elif. */
static bool parse_branch(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    static const char *const k_ends[] = {"elif", "else", "endif", NULL};
    stmt->kind = CVX_S_IF;
    stmt->u.branch.test = cvx_parse_expr_tuple(p, false);
    return stmt->u.branch.test &&
           cvx_parse_stmt_inner(p, stmt, k_ends, &stmt->u.branch.body);
}

static bool parse_if(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    struct cvx_stmt **tail = &stmt->u.branch.elifs;
    if (!parse_branch(p, stmt))
        return false;
    while (cvx_parse_is_word(p, "elif")) {
        cvx_parse_next(p);
        *tail = stmt_new(p, CVX_S_IF, p->tag_at);
        if (!*tail || !parse_branch(p, *tail))
            return false;
        tail = &(*tail)->next;
    }
    if (cvx_parse_skip_word(p, "else"))
        return cvx_parse_stmt_whole(p, stmt, "endif", &stmt->u.branch.other);
    cvx_parse_next(p);
    return true;
}

/* ---- set, with, autoescape, filter ---- */

/* The filters of a tag over what its body gives. */
static struct cvx_expr *parse_chain(struct cvx_parse *p)
{
    struct cvx_expr *expr = cvx_parse_expr_new(p, CVX_E_INPUT, cvx_parse_now(p)->at);
    expr = expr ? cvx_parse_call_filter(p, expr) : NULL;
    while (expr && cvx_parse_skip(p, CVX_T_PIPE))
        expr = cvx_parse_call_filter(p, expr);
    return expr;
}

static bool parse_set(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    stmt->kind = CVX_S_SET;
    stmt->u.set.target = cvx_parse_stmt_target(p, true, true);
    if (!stmt->u.set.target)
        return false;
    if (cvx_parse_skip(p, CVX_T_ASSIGN)) {
        stmt->u.set.value = cvx_parse_expr_tuple(p, true);
        return stmt->u.set.value;
    }
    stmt->kind = CVX_S_SET_BLOCK;
    if (cvx_parse_skip(p, CVX_T_PIPE))
        stmt->u.set.value = parse_chain(p);
    return !p->rc && cvx_parse_stmt_whole(p, stmt, "endset", &stmt->u.set.body);
}

static bool parse_with(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    struct cvx_parse_row targets = {0}, values = {0};
    stmt->kind = CVX_S_WITH;
    while (!cvx_parse_is(p, CVX_T_BLOCK_END)) {
        if (targets.n > 0 && !cvx_parse_expect(p, CVX_T_COMMA, "',' or '%}'"))
            return false;
        struct cvx_target *target = cvx_parse_stmt_target(p, true, false);
        if (!target || cvx_parse_push(p, &targets, target) ||
            !cvx_parse_expect(p, CVX_T_ASSIGN, "'='"))
            return false;
        struct cvx_expr *value = cvx_parse_expr(p, true);
        if (!value || cvx_parse_push(p, &values, value))
            return false;
    }
    stmt->u.with.targets = (struct cvx_target **)targets.items;
    stmt->u.with.values = (struct cvx_expr **)values.items;
    stmt->u.with.n = targets.n;
    return cvx_parse_stmt_whole(p, stmt, "endwith", &stmt->u.with.body);
}

static bool parse_autoescape(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    stmt->kind = CVX_S_AUTOESCAPE;
    stmt->u.scope.value = cvx_parse_expr(p, true);
    return stmt->u.scope.value &&
           cvx_parse_stmt_whole(p, stmt, "endautoescape", &stmt->u.scope.body);
}

static bool parse_filter(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    stmt->kind = CVX_S_FILTER;
    stmt->u.scope.value = parse_chain(p);
    return stmt->u.scope.value &&
           cvx_parse_stmt_whole(p, stmt, "endfilter", &stmt->u.scope.body);
}

/* ---- macro, call ---- */

static bool parse_param(struct cvx_parse *p, struct cvx_parse_row *params, bool *defaults)
{
    struct cvx_target *target = cvx_parse_stmt_target(p, false, false);
    struct cvx_param *param = target ? cvx_parse_new(p, sizeof(*param)) : NULL;
    if (!param)
        return false;
    const char *name = p->tree->names[target->name]->data;
    for (uint32_t i = 0; i < params->n; i++)
        if (((struct cvx_param *)params->items[i])->name == target->name)
            return cvx_parse_fail(p, "the parameter '%s' is named twice", name);
    param->name = target->name;
    param->missing = cvx_parse_text(p, "parameter '%s' was not provided", name);
    if (!param->missing || cvx_parse_push(p, params, param) ||
        !cvx_parse_count(p, params->n))
        return false;
    if (cvx_parse_skip(p, CVX_T_ASSIGN)) {
        *defaults = true;
        param->dflt = cvx_parse_expr(p, true);
        return param->dflt;
    }
    if (*defaults)
        return cvx_parse_fail(
            p, "the parameter '%s' has no default, but one before it has", name);
    return true;
}

/* "(a, b=1)" */
static bool parse_params(struct cvx_parse *p, struct cvx_macro *def)
{
    struct cvx_parse_row params = {0};
    bool defaults = false;
    if (!cvx_parse_expect(p, CVX_T_LPAREN, "'('"))
        return false;
    while (!cvx_parse_is(p, CVX_T_RPAREN))
        if ((params.n > 0 && !cvx_parse_expect(p, CVX_T_COMMA, "',' or ')'")) ||
            !parse_param(p, &params, &defaults))
            return false;
    cvx_parse_next(p);
    def->params = cvx_parse_new(p, (params.n + 1) * sizeof(*def->params));
    if (!def->params)
        return false;
    for (uint32_t i = 0; i < params.n; i++)
        def->params[i] = *(struct cvx_param *)params.items[i];
    def->n = params.n;
    return true;
}

static bool parse_macro(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    struct cvx_macro *def = cvx_parse_new(p, sizeof(*def));
    stmt->kind = CVX_S_MACRO;
    stmt->u.macro.def = def;
    stmt->u.macro.target = def ? cvx_parse_stmt_target(p, false, false) : NULL;
    if (!stmt->u.macro.target)
        return false;
    def->name = p->tree->names[stmt->u.macro.target->name];
    return parse_params(p, def) && cvx_parse_stmt_whole(p, stmt, "endmacro", &def->body);
}

static bool parse_call(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    struct cvx_macro *def = cvx_parse_new(p, sizeof(*def));
    stmt->kind = CVX_S_CALL;
    stmt->u.macro.def = def;
    if (!def || (cvx_parse_is(p, CVX_T_LPAREN) && !parse_params(p, def)))
        return false;
    struct cvx_expr *call = cvx_parse_expr(p, true);
    if (!call)
        return false;
    if (call->kind != CVX_E_CALL)
        return cvx_parse_fail(
            p, "expected a call behind 'call', found '%.*s'",
            (int)(call->end - call->at > 60 ? 60 : call->end - call->at),
            p->tree->source + call->at);
    for (uint32_t i = 0; i < call->u.call.args->n_kw; i++)
        if (strcmp(call->u.call.args->kw[i].name->data, "caller") == 0)
            return cvx_parse_fail(p, "the argument 'caller' is given twice");
    stmt->u.macro.call = call;
    return cvx_parse_stmt_whole(p, stmt, "endcall", &def->body);
}

/* ---- block ---- */

static bool is_blank(const struct cvx_body *body)
{
    for (const struct cvx_stmt *stmt = body->first; stmt; stmt = stmt->next)
        for (size_t i = 0; stmt->kind != CVX_S_TEXT || i < stmt->u.text.len; i++)
            if (stmt->kind != CVX_S_TEXT || !strchr(" \t\n\v\f\r", stmt->u.text.data[i]))
                return false;
    return true;
}

static bool parse_block(struct cvx_parse *p, struct cvx_stmt *stmt)
{
    struct cvx_block *block = cvx_parse_new(p, sizeof(*block));
    const struct cvx_token *token = cvx_parse_now(p);
    if (!block || !cvx_parse_expect(p, CVX_T_NAME, "a block's name"))
        return false;
    uint32_t name = cvx_parse_name(p, token->at, token->end);
    if (name == UINT32_MAX)
        return false;
    stmt->kind = CVX_S_BLOCK;
    stmt->u.block = block;
    block->name = p->tree->names[name];
    block->scoped = cvx_parse_skip_word(p, "scoped");
    block->required = cvx_parse_skip_word(p, "required");
    if (!cvx_parse_stmt_whole(p, stmt, "endblock", &block->body))
        return false;
    if (block->required && !is_blank(&block->body))
        return cvx_parse_fail(p, "the required block '%s' is not empty",
                              block->name->data);
    cvx_parse_skip_word(p, block->name->data);
    return true;
}

/* ---- what would load another template ---- */

static bool parse_context(struct cvx_parse *p)
{
    bool found = (cvx_parse_is_word(p, "with") || cvx_parse_is_word(p, "without")) &&
                 cvx_parse_token_is(p, cvx_parse_look(p), "context");
    if (found) {
        cvx_parse_next(p);
        cvx_parse_next(p);
    }
    return found;
}

static bool parse_loaded_name(struct cvx_parse *p, struct cvx_parse_row *names)
{
    struct cvx_target *target = cvx_parse_stmt_target(p, false, false);
    if (!target)
        return false;
    if (p->tree->names[target->name]->data[0] == '_')
        return cvx_parse_fail(p, "'%s' cannot be imported: it begins with '_'",
                              p->tree->names[target->name]->data);
    if (cvx_parse_skip_word(p, "as"))
        target = cvx_parse_stmt_target(p, false, false);
    return target && !cvx_parse_push(p, names, target);
}

/* "from x import a, b as c" */
static bool parse_from(struct cvx_parse *p, struct cvx_parse_row *names)
{
    if (!cvx_parse_skip_word(p, "import"))
        return cvx_parse_expected(p, "'import'");
    for (;;) {
        if (parse_context(p))
            return true;
        if (!parse_loaded_name(p, names))
            return false;
        if (parse_context(p) || !cvx_parse_skip(p, CVX_T_COMMA))
            return true;
    }
}

static bool parse_import(struct cvx_parse *p, struct cvx_parse_row *names)
{
    if (!cvx_parse_skip_word(p, "as"))
        return cvx_parse_expected(p, "'as'");
    struct cvx_target *target = cvx_parse_stmt_target(p, false, false);
    (void)(target && !cvx_parse_push(p, names, target) && parse_context(p));
    return !p->rc;
}

static bool parse_loader(struct cvx_parse *p, struct cvx_stmt *stmt, const char *word)
{
    struct cvx_parse_row names = {0};
    stmt->kind = CVX_S_LOADER;
    stmt->u.loader.word = cvx_parse_text(p, "%s", word);
    stmt->u.loader.what = stmt->u.loader.word ? cvx_parse_expr(p, true) : NULL;
    bool ok = stmt->u.loader.what;
    if (ok && strcmp(word, "include") == 0) {
        if (cvx_parse_is_word(p, "ignore") &&
            cvx_parse_token_is(p, cvx_parse_look(p), "missing")) {
            cvx_parse_next(p);
            cvx_parse_next(p);
        }
        parse_context(p);
    } else if (ok && strcmp(word, "import") == 0) {
        ok = parse_import(p, &names);
    } else if (ok && strcmp(word, "from") == 0) {
        ok = parse_from(p, &names);
    }
    stmt->u.loader.targets = (struct cvx_target **)names.items;
    stmt->u.loader.n = names.n;
    return ok;
}

/* ---- print ---- */

/* "{% print a, b %}": a statement for each, *ret NULL for none. */
static bool parse_print(struct cvx_parse *p, uint32_t at, struct cvx_stmt **ret)
{
    struct cvx_stmt **tail = ret;
    while (!cvx_parse_is(p, CVX_T_BLOCK_END)) {
        if (*ret && !cvx_parse_expect(p, CVX_T_COMMA, "',' or '%}'"))
            return false;
        struct cvx_expr *expr = cvx_parse_expr(p, true);
        struct cvx_stmt *stmt = expr ? stmt_new(p, CVX_S_PRINT, at) : NULL;
        if (!stmt)
            return false;
        stmt->u.expr = expr;
        *tail = stmt;
        tail = &stmt->next;
    }
    for (struct cvx_stmt *stmt = *ret; stmt; stmt = stmt->next)
        stmt->end = cvx_parse_now(p)->end;
    return true;
}

/* ---- all ---- */

typedef bool tag_fn(struct cvx_parse *p, struct cvx_stmt *stmt);

static tag_fn *find_tag(const struct cvx_parse *p)
{
    static const struct {
        const char *word;
        tag_fn *parse;
    } k_tags[] = {{"for", parse_for},       {"if", parse_if},
                  {"set", parse_set},       {"with", parse_with},
                  {"macro", parse_macro},   {"call", parse_call},
                  {"filter", parse_filter}, {"autoescape", parse_autoescape},
                  {"block", parse_block}};
    for (size_t i = 0; i < sizeof(k_tags) / sizeof(k_tags[0]); i++)
        if (cvx_parse_is_word(p, k_tags[i].word))
            return k_tags[i].parse;
    return NULL;
}

static const char *find_loader(const struct cvx_parse *p)
{
    static const char *const k_words[] = {"include", "import", "from", "extends"};
    for (size_t i = 0; i < sizeof(k_words) / sizeof(k_words[0]); i++)
        if (cvx_parse_is_word(p, k_words[i]))
            return k_words[i];
    return NULL;
}

bool cvx_parse_tag(struct cvx_parse *p, uint32_t at, struct cvx_stmt **ret)
{
    const struct cvx_token *word = cvx_parse_now(p);
    if (word->kind != CVX_T_NAME)
        return cvx_parse_expected(p, "a tag's word ('for', 'if' ...)");
    if (cvx_parse_skip_word(p, "print"))
        return parse_print(p, at, ret);

    struct cvx_stmt *stmt = stmt_new(p, CVX_S_LOADER, at);
    tag_fn *parse = find_tag(p);
    const char *loader = find_loader(p);
    if (!stmt)
        return false;
    if (!parse && !loader)
        return cvx_parse_fail(
            p, "unknown tag '%.*s'",
            (int)(word->end - word->at > 60 ? 60 : word->end - word->at),
            p->tree->source + word->at);
    cvx_parse_next(p);
    if (!(parse ? parse(p, stmt) : parse_loader(p, stmt, loader)))
        return false;
    if (stmt->end == 0)
        stmt->end = cvx_parse_now(p)->end;
    *ret = stmt;
    return true;
}
