/* Cutting a template's source into tokens. See tokens.h. */
#include "render/jinja/tokens.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "render/jinja/lexeme.h"
#include "text/unicode.h"
#define BRACKETS_MAX ((size_t)512) /* open at once; the parser's own limit is lower */

struct reader {
    const char *s;
    size_t len, pos;
    struct cvx_heap *heap;
    struct cvx_tokens *out;
    char open[BRACKETS_MAX]; /* closing brackets awaited in the current tag */
    size_t n_open;
    bool faulty;
};

/* ---- putting ---- */

static int put(struct reader *r, enum cvx_token_kind kind, size_t at, size_t end)
{
    struct cvx_tokens *out = r->out;
    if (out->n == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 64;
        struct cvx_token *items = cvx_heap_array(r->heap, cap, sizeof(*items));
        if (!items)
            return CVX_ENOMEM;
        if (out->n > 0)
            memcpy(items, out->items, out->n * sizeof(*items));
        out->items = items;
        out->cap = cap;
    }
    out->items[out->n++] = (struct cvx_token){(uint8_t)kind, (uint32_t)at, (uint32_t)end};
    return CVX_OK;
}

__attribute__((format(printf, 3, 4))) static int fault(struct reader *r, size_t at,
                                                       const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(r->out->fault, sizeof(r->out->fault), fmt, ap);
    va_end(ap);
    r->faulty = true;
    return put(r, CVX_T_FAULT, at, at);
}

/* ---- looking ---- */

static bool at_text(const struct reader *r, size_t pos, const char *text)
{
    size_t n = strlen(text);
    return n <= r->len - pos && memcmp(r->s + pos, text, n) == 0;
}

static char byte_at(const struct reader *r, size_t pos)
{
    return pos < r->len ? r->s[pos] : '\0';
}

static uint32_t char_at(const struct reader *r, size_t pos, size_t *ret_len)
{
    return cvx_unicode_decode(r->s + pos, r->s + r->len, ret_len);
}

static size_t skip_space(const struct reader *r, size_t pos)
{
    while (pos < r->len) {
        size_t n = 0;
        if (!cvx_unicode_is_space(char_at(r, pos, &n)))
            break;
        pos += n;
    }
    return pos;
}

/* The end of s[from..to] without the white space at its end. */
static size_t trim_end(const struct reader *r, size_t from, size_t to)
{
    while (to > from) {
        size_t at = to - 1, n = 0;
        while (at > from && ((unsigned char)r->s[at] & 0xc0) == 0x80)
            at--;
        if (!cvx_unicode_is_space(char_at(r, at, &n)))
            break;
        to = at;
    }
    return to;
}

static bool is_sign(char c)
{
    return c == '-' || c == '+';
}

/* Where the tag "{% name %}" that begins at pos ends (after its own trimming); 0 when it is
 * another one. *ret_sign is what stands next to its first brace. */
static size_t word_tag(const struct reader *r, size_t pos, const char *name,
                       bool plus_end, char *ret_sign)
{
    if (!at_text(r, pos, "{%"))
        return 0;
    pos += 2;
    *ret_sign = is_sign(byte_at(r, pos)) ? r->s[pos] : '\0';
    pos = skip_space(r, pos + (*ret_sign != '\0'));
    if (!at_text(r, pos, name))
        return 0;
    pos = skip_space(r, pos + strlen(name));
    if (at_text(r, pos, "-%}"))
        return skip_space(r, pos + 3);
    if (plus_end && at_text(r, pos, "+%}"))
        return pos + 3;
    return at_text(r, pos, "%}") ? pos + 2 : 0;
}

static int put_data(struct reader *r, size_t from, size_t to, char sign)
{
    if (sign == '-')
        to = trim_end(r, from, to);
    return to > from ? put(r, CVX_T_DATA, from, to) : CVX_OK;
}

/* ---- within a tag ---- */

static enum cvx_token_kind operator_at(const struct reader *r, size_t pos,
                                       size_t *ret_len)
{
    static const struct {
        char text[3];
        uint8_t kind;
    } k_operators[] = {
        {"//", CVX_T_FLOORDIV}, {"**", CVX_T_POW},     {"==", CVX_T_EQ},
        {"!=", CVX_T_NE},       {">=", CVX_T_GE},      {"<=", CVX_T_LE},
        {"+", CVX_T_ADD},       {"-", CVX_T_SUB},      {"*", CVX_T_MUL},
        {"/", CVX_T_DIV},       {"%", CVX_T_MOD},      {"~", CVX_T_TILDE},
        {"(", CVX_T_LPAREN},    {")", CVX_T_RPAREN},   {"[", CVX_T_LBRACKET},
        {"]", CVX_T_RBRACKET},  {"{", CVX_T_LBRACE},   {"}", CVX_T_RBRACE},
        {"<", CVX_T_LT},        {">", CVX_T_GT},       {"=", CVX_T_ASSIGN},
        {".", CVX_T_DOT},       {":", CVX_T_COLON},    {"|", CVX_T_PIPE},
        {",", CVX_T_COMMA},     {";", CVX_T_SEMICOLON}};
    for (size_t i = 0; i < sizeof(k_operators) / sizeof(k_operators[0]); i++)
        if (at_text(r, pos, k_operators[i].text)) {
            *ret_len = strlen(k_operators[i].text);
            return (enum cvx_token_kind)k_operators[i].kind;
        }
    return CVX_T_FAULT;
}

/* Keeps the account of open brackets; false when this one closes nothing. */
static bool brackets_balance(struct reader *r, enum cvx_token_kind kind)
{
    static const char k_closing[] = {
        [CVX_T_LPAREN] = ')', [CVX_T_LBRACKET] = ']', [CVX_T_LBRACE] = '}',
        [CVX_T_RPAREN] = ')', [CVX_T_RBRACKET] = ']', [CVX_T_RBRACE] = '}'};
    if (kind == CVX_T_LPAREN || kind == CVX_T_LBRACKET || kind == CVX_T_LBRACE) {
        if (r->n_open == BRACKETS_MAX)
            return false;
        r->open[r->n_open++] = k_closing[kind];
    } else if (kind == CVX_T_RPAREN || kind == CVX_T_RBRACKET || kind == CVX_T_RBRACE) {
        if (r->n_open == 0 || r->open[r->n_open - 1] != k_closing[kind])
            return false;
        r->n_open--;
    }
    return true;
}

static int read_operator(struct reader *r)
{
    size_t n = 0;
    enum cvx_token_kind kind = operator_at(r, r->pos, &n);
    if (kind == CVX_T_FAULT) {
        (void)char_at(r, r->pos, &n);
        if (r->s[r->pos] == '"' || r->s[r->pos] == '\'')
            return fault(r, r->pos, "a text that begins with %c has no end",
                         r->s[r->pos]);
        return fault(r, r->pos, "unexpected character '%.*s'", (int)n, r->s + r->pos);
    }
    if (!brackets_balance(r, kind)) {
        if (r->n_open == BRACKETS_MAX)
            return fault(r, r->pos, "more than %zu open brackets", BRACKETS_MAX);
        if (r->n_open > 0)
            return fault(r, r->pos, "expected '%c', found '%c'", r->open[r->n_open - 1],
                         r->s[r->pos]);
        return fault(r, r->pos, "'%c' closes nothing that is open", r->s[r->pos]);
    }
    r->pos += n;
    return put(r, kind, r->pos - n, r->pos);
}

static int read_word(struct reader *r)
{
    const struct cvx_lexeme_text text = {r->s, r->len};
    size_t at = r->pos, end = cvx_lexeme_word(&text, at);
    if (!cvx_lexeme_is_name(&text, at, end))
        return fault(r, at, "'%.*s' is no name: a character in it cannot be in one",
                     (int)(end - at > 60 ? 60 : end - at), r->s + at);
    r->pos = end;
    return put(r, CVX_T_NAME, at, end);
}

static int read_token(struct reader *r)
{
    const struct cvx_lexeme_text text = {r->s, r->len};
    static const enum cvx_token_kind k_kinds[] = {CVX_T_FLOAT, CVX_T_INT, CVX_T_STRING};
    char c = r->s[r->pos];
    size_t ends[] = {cvx_lexeme_float(&text, r->pos), cvx_lexeme_int(&text, r->pos),
                     c == '"' || c == '\'' ? cvx_lexeme_string(&text, r->pos) : 0};
    for (size_t i = 0; i < 3; i++)
        if (ends[i]) {
            size_t at = r->pos;
            r->pos = ends[i];
            return put(r, k_kinds[i], at, r->pos);
        }
    size_t n = 0;
    if (cvx_lexeme_is_word(char_at(r, r->pos, &n)))
        return read_word(r);
    return read_operator(r);
}

/* Whether the tag ends at pos; *ret_pos is then what follows, trimmed. */
static bool tag_ends(const struct reader *r, bool print, size_t *ret_pos)
{
    const char *end = print ? "}}" : "%}";
    size_t sign = is_sign(byte_at(r, r->pos)) && !(print && r->s[r->pos] == '+');
    if (r->n_open > 0 || !at_text(r, r->pos + sign, end))
        return false;
    bool trim = sign && r->s[r->pos] == '-';
    *ret_pos = trim ? skip_space(r, r->pos + 3) : r->pos + sign + 2;
    return true;
}

static int read_tag(struct reader *r, bool print)
{
    r->n_open = 0;
    for (;;) {
        size_t next = 0;
        if (r->pos < r->len && tag_ends(r, print, &next)) {
            size_t at = r->pos;
            size_t shown = at + 2 + is_sign(r->s[at]);
            r->pos = next;
            return put(r, print ? CVX_T_PRINT_END : CVX_T_BLOCK_END, at, shown);
        }
        r->pos = skip_space(r, r->pos);
        if (r->pos >= r->len)
            return CVX_OK;
        if (tag_ends(r, print, &next))
            continue;
        int rc = read_token(r);
        if (rc || r->faulty)
            return rc;
    }
}

/* ---- between the tags ---- */

static int read_comment(struct reader *r, size_t at)
{
    if (r->pos == r->len)
        return CVX_OK;
    for (const char *p = r->s + r->pos; p < r->s + r->len; p++) {
        p = memchr(p, '#', (size_t)(r->s + r->len - p));
        if (!p)
            break;
        size_t pos = (size_t)(p - r->s);
        if (byte_at(r, pos + 1) != '}')
            continue;
        bool trim = pos > r->pos && p[-1] == '-';
        r->pos = trim ? skip_space(r, pos + 2) : pos + 2;
        return CVX_OK;
    }
    return fault(r, at, "expected '#}', found the end of the template");
}

/* Text as it stands up to {% endraw %}. */
static int read_raw(struct reader *r, size_t at)
{
    if (r->pos == r->len)
        return CVX_OK;
    for (size_t pos = r->pos; pos < r->len; pos++) {
        const char *p = memchr(r->s + pos, '{', r->len - pos);
        if (!p)
            break;
        char sign = '\0';
        pos = (size_t)(p - r->s);
        size_t end = word_tag(r, pos, "endraw", true, &sign);
        if (!end)
            continue;
        size_t from = r->pos;
        r->pos = end;
        return put_data(r, from, pos, sign);
    }
    return fault(r, at,
                 "expected 'endraw' for {%% raw %%}, found the end of the template");
}

/* The next "{{", "{%" or "{#"; the source's length when there is none. */
static size_t find_tag(const struct reader *r)
{
    size_t pos = r->pos;
    while (pos < r->len) {
        const char *p = memchr(r->s + pos, '{', r->len - pos);
        if (!p)
            return r->len;
        pos = (size_t)(p - r->s);
        char c = byte_at(r, pos + 1);
        if (c == '{' || c == '%' || c == '#')
            return pos;
        pos++;
    }
    return r->len;
}

static int read_next(struct reader *r)
{
    size_t at = find_tag(r);
    char sign = '\0';
    size_t raw = at < r->len ? word_tag(r, at, "raw", false, &sign) : 0;
    if (!raw)
        sign = is_sign(byte_at(r, at + 2)) ? r->s[at + 2] : '\0';
    int rc = put_data(r, r->pos, at, sign);
    if (rc || at == r->len) {
        r->pos = r->len;
        return rc;
    }
    r->pos = raw ? raw : at + 2 + (sign != '\0');
    if (raw)
        return read_raw(r, at);
    if (r->s[at + 1] == '#')
        return read_comment(r, at);
    bool print = r->s[at + 1] == '{';
    rc = put(r, print ? CVX_T_PRINT : CVX_T_BLOCK, at, at + 2);
    return rc ? rc : read_tag(r, print);
}

int cvx_tokens_read(const char *source, size_t len, struct cvx_heap *heap,
                    struct cvx_tokens *ret, struct cvx_err *err)
{
    struct reader r = {.s = source, .len = len, .heap = heap, .out = ret};
    int rc = CVX_OK;
    while (!rc && !r.faulty && r.pos < len)
        rc = read_next(&r);
    if (!rc && !r.faulty)
        rc = put(&r, CVX_T_EOF, len, len);
    if (rc)
        return cvx_fail(err, heap->over ? CVX_ELIMIT : CVX_ENOMEM,
                        "no memory to read the template");
    return CVX_OK;
}
