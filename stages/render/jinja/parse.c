/* What every part of the parser needs: tokens, names, rows, faults. See parse.h. */
#include "render/jinja/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- memory ---- */

void *cvx_parse_new(struct cvx_parse *p, size_t size)
{
    void *made = cvx_heap_zalloc(p->rt->heap, size);
    if (!made)
        p->rc = cvx_value_no_memory(p->rt);
    return made;
}

int cvx_parse_push(struct cvx_parse *p, struct cvx_parse_row *row, void *item)
{
    if (row->n == row->cap) {
        uint32_t cap = row->cap ? row->cap * 2 : 4;
        void **items = cvx_heap_array(p->rt->heap, cap, sizeof(*items));
        if (!items) {
            p->rc = cvx_value_no_memory(p->rt);
            return p->rc;
        }
        if (row->n > 0)
            memcpy(items, row->items, row->n * sizeof(*items));
        row->items = items;
        row->cap = cap;
    }
    row->items[row->n++] = item;
    return CVX_OK;
}

const struct cvx_str *cvx_parse_text(struct cvx_parse *p, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len >= sizeof(text)) {
        len = sizeof(text) - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    struct cvx_value value = {0};
    int rc = cvx_value_str(p->rt, text, len, false, &value);
    if (rc)
        p->rc = rc;
    return rc ? NULL : value.u.str;
}

/* ---- names ---- */

static uint64_t name_hash(const char *data, size_t len)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)data[i]) * 1099511628211u;
    return h ^ h >> 29;
}

static uint32_t *name_slot(const struct cvx_parse *p, const char *data, size_t len)
{
    uint32_t mask = p->n_name_slots - 1;
    for (uint32_t i = (uint32_t)name_hash(data, len) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &p->name_slots[i];
        if (*slot == 0)
            return slot;
        const struct cvx_str *name = p->tree->names[*slot - 1];
        if (name->len == len && memcmp(name->data, data, len) == 0)
            return slot;
    }
}

static bool grow_names(struct cvx_parse *p)
{
    uint32_t cap = p->cap_names ? p->cap_names * 2 : 32;
    const struct cvx_str **names = cvx_heap_array(p->rt->heap, cap, sizeof(*names));
    uint32_t *slots = cvx_heap_zalloc(p->scratch, (size_t)cap * 2 * sizeof(*slots));
    if (!names || !slots) {
        p->rc = cvx_value_no_memory(p->rt);
        return false;
    }
    if (p->tree->n_names > 0)
        memcpy(names, p->tree->names, p->tree->n_names * sizeof(const struct cvx_str *));
    p->tree->names = names;
    p->cap_names = cap;
    p->name_slots = slots;
    p->n_name_slots = cap * 2;
    for (uint32_t i = 0; i < p->tree->n_names; i++)
        *name_slot(p, names[i]->data, names[i]->len) = i + 1;
    return true;
}

uint32_t cvx_parse_name(struct cvx_parse *p, uint32_t at, uint32_t end)
{
    if (p->tree->n_names == p->cap_names && !grow_names(p))
        return UINT32_MAX;
    const char *data = p->tree->source + at;
    uint32_t *slot = name_slot(p, data, end - at);
    if (*slot == 0) {
        struct cvx_value value = {0};
        p->rc = cvx_value_str(p->rt, data, end - at, false, &value);
        if (p->rc)
            return UINT32_MAX;
        p->tree->names[p->tree->n_names] = value.u.str;
        *slot = ++p->tree->n_names;
    }
    return *slot - 1;
}

/* ---- tokens ---- */

const struct cvx_token *cvx_parse_now(const struct cvx_parse *p)
{
    return &p->tokens[p->i];
}

static bool is_last(const struct cvx_token *token)
{
    return token->kind == CVX_T_EOF || token->kind == CVX_T_FAULT;
}

const struct cvx_token *cvx_parse_look(const struct cvx_parse *p)
{
    return is_last(cvx_parse_now(p)) ? cvx_parse_now(p) : &p->tokens[p->i + 1];
}

const struct cvx_token *cvx_parse_next(struct cvx_parse *p)
{
    const struct cvx_token *token = cvx_parse_now(p);
    if (token->kind == CVX_T_PRINT || token->kind == CVX_T_BLOCK)
        p->tag_at = token->at;
    if (!is_last(token))
        p->i++;
    return token;
}

bool cvx_parse_is(const struct cvx_parse *p, enum cvx_token_kind kind)
{
    return cvx_parse_now(p)->kind == kind;
}

bool cvx_parse_token_is(const struct cvx_parse *p, const struct cvx_token *token,
                        const char *word)
{
    size_t n = strlen(word);
    return token->kind == CVX_T_NAME && token->end - token->at == n &&
           memcmp(p->tree->source + token->at, word, n) == 0;
}

bool cvx_parse_is_word(const struct cvx_parse *p, const char *word)
{
    return cvx_parse_token_is(p, cvx_parse_now(p), word);
}

bool cvx_parse_skip(struct cvx_parse *p, enum cvx_token_kind kind)
{
    bool found = cvx_parse_is(p, kind);
    if (found)
        cvx_parse_next(p);
    return found;
}

bool cvx_parse_skip_word(struct cvx_parse *p, const char *word)
{
    bool found = cvx_parse_is_word(p, word);
    if (found)
        cvx_parse_next(p);
    return found;
}

bool cvx_parse_expect(struct cvx_parse *p, enum cvx_token_kind kind, const char *what)
{
    if (cvx_parse_skip(p, kind))
        return true;
    cvx_parse_expected(p, what);
    return false;
}

uint32_t cvx_parse_last_end(const struct cvx_parse *p)
{
    return p->i > 0 ? p->tokens[p->i - 1].end : 0;
}

/* ---- faults ---- */

void *cvx_parse_fail(struct cvx_parse *p, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    p->rc = cvx_fail(p->rt->err, CVX_EFORMAT, "%s", text);
    return NULL;
}

void *cvx_parse_expected(struct cvx_parse *p, const char *what)
{
    const struct cvx_token *token = cvx_parse_now(p);
    uint32_t n = token->end - token->at;
    switch (token->kind) {
    case CVX_T_FAULT:
        p->tag_at = token->at;
        return cvx_parse_fail(p, "%s", p->lexical_fault);
    case CVX_T_EOF:
        return cvx_parse_fail(p, "expected %s, found the end of the template", what);
    case CVX_T_DATA:
        return cvx_parse_fail(p, "expected %s, found text", what);
    default:
        return cvx_parse_fail(p, "expected %s, found '%.*s'%s", what,
                              (int)(n > 60 ? 60 : n), p->tree->source + token->at,
                              n > 60 ? "..." : "");
    }
}

bool cvx_parse_enter(struct cvx_parse *p)
{
    if (p->depth == CVX_PARSE_DEPTH_MAX) {
        p->rc =
            cvx_fail(p->rt->err, CVX_ELIMIT, "an expression is nested more than %u deep",
                     CVX_PARSE_DEPTH_MAX);
        return false;
    }
    p->depth++;
    return true;
}

bool cvx_parse_count(struct cvx_parse *p, uint32_t n)
{
    if (n <= CVX_PARSE_NAMED_MAX)
        return true;
    p->rc = cvx_fail(p->rt->err, CVX_ELIMIT, "more than %u named arguments",
                     CVX_PARSE_NAMED_MAX);
    return false;
}

int cvx_parse_template(struct cvx_tree *tree, struct cvx_rt *rt, struct cvx_heap *scratch,
                       uint32_t *ret_at)
{
    struct cvx_tokens tokens = {0};
    int rc = cvx_tokens_read(tree->source, tree->len, scratch, &tokens, rt->err);
    if (rc)
        return rc;
    struct cvx_parse p = {.tree = tree,
                          .rt = rt,
                          .scratch = scratch,
                          .tokens = tokens.items,
                          .lexical_fault = tokens.fault};
    if (!cvx_parse_stmt_body(&p, NULL, NULL, &tree->body))
        *ret_at = p.tag_at;
    return p.rc;
}
