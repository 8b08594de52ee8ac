/* JSON text into tokens, strictly as RFC 8259 writes them.
 *
 * Why not json-c's tokener: even in strict mode it takes single quotes and raw control
 * characters, cuts keys at U+0000 and clamps long integers. Guarding it needs a lexer that
 * knows every token anyway, and then building the tree from these tokens is less code and
 * one pass instead of two; json-c keeps what it is good at, the tree.
 *
 * Thread: the holder. */
#ifndef CVX_JSON_LEXER_H
#define CVX_JSON_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

enum cvx_lexer_kind {
    CVX_LEXER_END, /* end of the text */
    CVX_LEXER_OBJECT,
    CVX_LEXER_OBJECT_END,
    CVX_LEXER_ARRAY,
    CVX_LEXER_ARRAY_END,
    CVX_LEXER_COMMA,
    CVX_LEXER_COLON,
    CVX_LEXER_STRING,
    CVX_LEXER_INTEGER, /* no point, no exponent */
    CVX_LEXER_REAL,
    CVX_LEXER_TRUE,
    CVX_LEXER_FALSE,
    CVX_LEXER_NULL
};

struct cvx_lexer {
    const char *data; /* borrowed */
    size_t len, pos;
    bool nonfinite; /* NaN, Infinity and -Infinity are REAL tokens; set after init */
    /* The current token. */
    enum cvx_lexer_kind kind;
    size_t start; /* where it begins */
    const char
        *text; /* STRING: its characters, decoded; numbers: as written. Borrowed from */
    size_t text_len; /* data or `decoded`, until the next token; no NUL behind it */
    struct cvx_buf decoded;
};

/* A byte order mark at the very start is passed over: editors leave one. */
void cvx_lexer_init(struct cvx_lexer *lexer, const char *data, size_t len);
void cvx_lexer_done(struct cvx_lexer *lexer);

/* Reads the next token; at the end, END as often as asked. CVX_EFORMAT names line and
 * column (both from 1, in characters): bad UTF-8, raw control characters, escapes for half
 * a surrogate pair, everything that is no token. CVX_ENOMEM. */
int cvx_lexer_next(struct cvx_lexer *lexer, struct cvx_err *err);

/* Fails with rc and "line L, column C: " for the offset `at`, then the message. */
int cvx_lexer_fail(const struct cvx_lexer *lexer, enum cvx_rc rc, size_t at,
                   struct cvx_err *err, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* What the current token is called in a message: "'}'", "a string", "the end" ... Static. */
const char *cvx_lexer_kind_name(enum cvx_lexer_kind kind);

#endif
