/* The source of a template as a row of tokens: text between the tags with its white space
 * already trimmed, and what stands within them (40-render.md, section 4).
 *
 * Thread: the parser's. The tokens lie in the heap given. */
#ifndef CVX_JINJA_TOKENS_H
#define CVX_JINJA_TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include <cvextract/err.h>

#include "render/jinja/heap.h"

enum cvx_token_kind {
    CVX_T_EOF,
    CVX_T_FAULT, /* what cannot be read; struct cvx_tokens has the text */
    CVX_T_DATA,
    CVX_T_PRINT, /* {{ */
    CVX_T_PRINT_END,
    CVX_T_BLOCK, /* {% */
    CVX_T_BLOCK_END,
    CVX_T_NAME,
    CVX_T_STRING, /* with its quotes */
    CVX_T_INT,
    CVX_T_FLOAT,
    CVX_T_ADD,
    CVX_T_SUB,
    CVX_T_MUL,
    CVX_T_DIV,
    CVX_T_FLOORDIV,
    CVX_T_MOD,
    CVX_T_POW,
    CVX_T_TILDE,
    CVX_T_LPAREN,
    CVX_T_RPAREN,
    CVX_T_LBRACKET,
    CVX_T_RBRACKET,
    CVX_T_LBRACE,
    CVX_T_RBRACE,
    CVX_T_EQ,
    CVX_T_NE,
    CVX_T_LT,
    CVX_T_LE,
    CVX_T_GT,
    CVX_T_GE,
    CVX_T_ASSIGN,
    CVX_T_DOT,
    CVX_T_COLON,
    CVX_T_PIPE,
    CVX_T_COMMA,
    CVX_T_SEMICOLON
};

/* Bytes at .. end of the source. */
struct cvx_token {
    uint8_t kind; /* enum cvx_token_kind */
    uint32_t at, end;
};

struct cvx_tokens {
    struct cvx_token *items; /* the last is EOF or FAULT */
    size_t n, cap;
    char fault[160]; /* for FAULT: what is wrong, a whole statement */
};

/* Reads len bytes of UTF-8 with LF line ends only. CVX_ENOMEM or CVX_ELIMIT; what the
 * source does wrong is a FAULT token, so that the parser tells the first fault there is. */
int cvx_tokens_read(const char *source, size_t len, struct cvx_heap *heap,
                    struct cvx_tokens *ret, struct cvx_err *err);

#endif
