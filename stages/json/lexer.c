/* JSON text into tokens. See lexer.h. */
#include "json/lexer.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/text.h>

#include "json/plain.h"

#define BOM "\xEF\xBB\xBF"

void cvx_lexer_init(struct cvx_lexer *lexer, const char *data, size_t len)
{
    *lexer = (struct cvx_lexer){.data = data, .len = len, .decoded = CVX_BUF_INIT};
    if (len >= strlen(BOM) && memcmp(data, BOM, strlen(BOM)) == 0) {
        lexer->data += strlen(BOM);
        lexer->len -= strlen(BOM);
    }
}

void cvx_lexer_done(struct cvx_lexer *lexer)
{
    if (!lexer)
        return;
    cvx_buf_done(&lexer->decoded);
    *lexer = (struct cvx_lexer){0};
}

int cvx_lexer_fail(const struct cvx_lexer *lexer, enum cvx_rc rc, size_t at,
                   struct cvx_err *err, const char *fmt, ...)
{
    char what[CVX_ERR_TEXT];
    size_t line = 1, column = 1;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    for (size_t i = 0; i < at && i < lexer->len; i++) {
        unsigned char c = (unsigned char)lexer->data[i];
        if (c == '\n') {
            line++;
            column = 1;
        } else if ((c & 0xC0) != 0x80) {
            column++;
        }
    }
    return cvx_fail(err, rc, "line %zu, column %zu: %s", line, column, what);
}

const char *cvx_lexer_kind_name(enum cvx_lexer_kind kind)
{
    static const char *const k_names[] = {
        [CVX_LEXER_END] = "the end of the text",
        [CVX_LEXER_OBJECT] = "'{'",
        [CVX_LEXER_OBJECT_END] = "'}'",
        [CVX_LEXER_ARRAY] = "'['",
        [CVX_LEXER_ARRAY_END] = "']'",
        [CVX_LEXER_COMMA] = "','",
        [CVX_LEXER_COLON] = "':'",
        [CVX_LEXER_STRING] = "a string",
        [CVX_LEXER_INTEGER] = "a number",
        [CVX_LEXER_REAL] = "a number",
        [CVX_LEXER_TRUE] = "true",
        [CVX_LEXER_FALSE] = "false",
        [CVX_LEXER_NULL] = "null",
    };
    return k_names[kind];
}

/* The byte at the offset, -1 past the end. */
static int peek(const struct cvx_lexer *lexer, size_t at)
{
    return at < lexer->len ? (unsigned char)lexer->data[at] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Ends the current token at `end`. */
static int finish(struct cvx_lexer *lexer, enum cvx_lexer_kind kind, size_t end)
{
    lexer->kind = kind;
    lexer->pos = end;
    return CVX_OK;
}

/* --- strings --- */

static int hex_value(int c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The value of the escape \uXXXX at `at`, -1 when there is none. */
static int32_t unicode_escape(const struct cvx_lexer *lexer, size_t at)
{
    if (peek(lexer, at) != '\\' || peek(lexer, at + 1) != 'u')
        return -1;
    int32_t value = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = hex_value(peek(lexer, i));
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static void put_utf8(struct cvx_buf *buf, uint32_t c)
{
    char bytes[4];
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char k_lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = len - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    bytes[0] = (char)(k_lead[len] | c);
    cvx_buf_put(buf, bytes, len);
}

/* Decodes the \u escape at *at and moves past it (past both halves of a pair). */
static int decode_unicode(struct cvx_lexer *lexer, size_t *at, struct cvx_err *err)
{
    int32_t c = unicode_escape(lexer, *at);
    if (c < 0)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, *at, err,
                              "\\u must be followed by four hexadecimal digits");
    size_t end = *at + 6;
    if (c >= 0xD800 && c <= 0xDFFF) {
        int32_t low = unicode_escape(lexer, end);
        /* Python keeps such a half; UTF-8 has no form for it, so it could not be written. */
        if (c >= 0xDC00 || low < 0xDC00 || low > 0xDFFF)
            return cvx_lexer_fail(lexer, CVX_EFORMAT, *at, err,
                                  "\\u%04x is half of a surrogate pair and stands for no "
                                  "character",
                                  (unsigned)c);
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        end += 6;
    }
    put_utf8(&lexer->decoded, (uint32_t)c);
    *at = end;
    return CVX_OK;
}

static int decode_escape(struct cvx_lexer *lexer, size_t *at, struct cvx_err *err)
{
    static const char k_names[] = "\"\\/bfnrt", k_values[] = "\"\\/\b\f\n\r\t";
    int c = peek(lexer, *at + 1);
    if (c == 'u')
        return decode_unicode(lexer, at, err);
    const char *found = c > 0 ? strchr(k_names, c) : NULL;
    if (!found)
        return cvx_lexer_fail(
            lexer, CVX_EFORMAT, *at, err,
            "a backslash in a string must begin one of \\\" \\\\ \\/ \\b "
            "\\f \\n \\r \\t \\uXXXX");
    cvx_buf_putc(&lexer->decoded, k_values[found - k_names]);
    *at += 2;
    return CVX_OK;
}

/* The offset of the first byte from `at` that ends a run of plain characters: the quote, a
 * backslash, or a fault. */
static size_t plain_run(const struct cvx_lexer *lexer, size_t at)
{
    at += cvx_plain_run(lexer->data + at, lexer->len - at, 1);
    while (at < lexer->len) {
        unsigned char c = (unsigned char)lexer->data[at];
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        if (c < 0x80) {
            at++;
            continue;
        }
        size_t len = cvx_text_utf8_len(lexer->data + at, lexer->len - at);
        if (len == 0)
            break;
        at += len;
        at += cvx_plain_run(lexer->data + at, lexer->len - at, 1);
    }
    return at;
}

static int fail_in_string(const struct cvx_lexer *lexer, size_t at, struct cvx_err *err)
{
    int c = peek(lexer, at);
    if (c < 0)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, lexer->start, err,
                              "this string has no end");
    if (c < 0x20)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, at, err,
                              "a string must not hold a raw control character (0x%02x)",
                              (unsigned)c);
    return cvx_lexer_fail(lexer, CVX_EFORMAT, at, err, "not UTF-8 (byte 0x%02x)",
                          (unsigned)c);
}

static int lex_string(struct cvx_lexer *lexer, struct cvx_err *err)
{
    size_t from = lexer->start + 1;
    size_t at = plain_run(lexer, from);
    cvx_buf_clear(&lexer->decoded);
    while (peek(lexer, at) == '\\') {
        cvx_buf_put(&lexer->decoded, lexer->data + from, at - from);
        int rc = decode_escape(lexer, &at, err);
        if (rc)
            return rc;
        from = at;
        at = plain_run(lexer, from);
    }
    if (peek(lexer, at) != '"')
        return fail_in_string(lexer, at, err);
    /* Most strings hold no escape and need no copy. */
    if (from == lexer->start + 1) {
        lexer->text = lexer->data + from;
        lexer->text_len = at - from;
        return finish(lexer, CVX_LEXER_STRING, at + 1);
    }
    cvx_buf_put(&lexer->decoded, lexer->data + from, at - from);
    int rc = cvx_buf_check(&lexer->decoded, err);
    if (rc)
        return rc;
    lexer->text = lexer->decoded.data;
    lexer->text_len = lexer->decoded.len;
    return finish(lexer, CVX_LEXER_STRING, at + 1);
}

/* --- numbers and words --- */

static size_t skip_digits(const struct cvx_lexer *lexer, size_t at)
{
    while (is_digit(peek(lexer, at)))
        at++;
    return at;
}

/* Moves *at past a point with digits and an exponent, where there are any. */
static int lex_fraction(const struct cvx_lexer *lexer, size_t *at, struct cvx_err *err)
{
    if (peek(lexer, *at) == '.') {
        size_t from = *at + 1;
        *at = skip_digits(lexer, from);
        if (*at == from)
            return cvx_lexer_fail(lexer, CVX_EFORMAT, from, err,
                                  "a number needs a digit after its point");
    }
    if (peek(lexer, *at) == 'e' || peek(lexer, *at) == 'E') {
        size_t from = *at + 1;
        if (peek(lexer, from) == '+' || peek(lexer, from) == '-')
            from++;
        *at = skip_digits(lexer, from);
        if (*at == from)
            return cvx_lexer_fail(lexer, CVX_EFORMAT, from, err,
                                  "a number needs a digit in its exponent");
    }
    return CVX_OK;
}

/* Ends a token whose text is as it was written. */
static int finish_text(struct cvx_lexer *lexer, enum cvx_lexer_kind kind, size_t end)
{
    lexer->text = lexer->data + lexer->start;
    lexer->text_len = end - lexer->start;
    return finish(lexer, kind, end);
}

/* Whether exactly this word stands at the offset. */
static bool word_at(const struct cvx_lexer *lexer, size_t at, const char *word)
{
    size_t len = strlen(word);
    int next = peek(lexer, at + len);
    return lexer->len - at >= len && memcmp(lexer->data + at, word, len) == 0 &&
           !is_letter(next) && !is_digit(next);
}

static int lex_number(struct cvx_lexer *lexer, struct cvx_err *err)
{
    size_t first = lexer->start + (peek(lexer, lexer->start) == '-' ? 1 : 0);
    size_t whole = skip_digits(lexer, first);
    size_t end = whole;
    if (lexer->nonfinite && word_at(lexer, first, "Infinity"))
        return finish_text(lexer, CVX_LEXER_REAL, first + strlen("Infinity"));
    if (whole == first && peek(lexer, first) == 'I')
        return cvx_lexer_fail(lexer, CVX_EFORMAT, lexer->start, err,
                              "-Infinity is no JSON number");
    if (whole == first)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, first, err,
                              "a number needs a digit after '-'");
    if (whole > first + 1 && peek(lexer, first) == '0')
        return cvx_lexer_fail(lexer, CVX_EFORMAT, first, err,
                              "a number must not begin with a needless 0");
    int rc = lex_fraction(lexer, &end, err);
    if (rc)
        return rc;
    return finish_text(lexer, end > whole ? CVX_LEXER_REAL : CVX_LEXER_INTEGER, end);
}

static int lex_word(struct cvx_lexer *lexer, struct cvx_err *err)
{
    static const struct {
        const char *word;
        enum cvx_lexer_kind kind;
    } k_words[] = {
        {"true", CVX_LEXER_TRUE}, {"false", CVX_LEXER_FALSE}, {"null", CVX_LEXER_NULL}};
    const char *word = lexer->data + lexer->start;
    size_t end = lexer->start;
    while (is_letter(peek(lexer, end)) || is_digit(peek(lexer, end)))
        end++;
    size_t len = end - lexer->start;
    for (size_t i = 0; i < sizeof(k_words) / sizeof(k_words[0]); i++)
        if (strlen(k_words[i].word) == len && memcmp(word, k_words[i].word, len) == 0)
            return finish(lexer, k_words[i].kind, end);
    if (lexer->nonfinite &&
        (word_at(lexer, lexer->start, "NaN") || word_at(lexer, lexer->start, "Infinity")))
        return finish_text(lexer, CVX_LEXER_REAL, end);
    return cvx_lexer_fail(lexer, CVX_EFORMAT, lexer->start, err,
                          "'%.*s%s' is no JSON value (did you mean a string in double "
                          "quotes?)",
                          (int)(len < 40 ? len : 40), word, len < 40 ? "" : "...");
}

/* --- all tokens --- */

static int fail_stray(const struct cvx_lexer *lexer, size_t at, struct cvx_err *err)
{
    int c = peek(lexer, at);
    const char *hint = c == '\''  ? " (strings stand in double quotes)"
                       : c == '/' ? " (JSON has no comments)"
                       : c == '+' ? " (a number does not begin with '+')"
                       : c == '.' ? " (a number begins with a digit)"
                                  : "";
    if (c > 0x20 && c < 0x7F)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, at, err, "unexpected '%c'%s", c, hint);
    if (c >= 0x80 && cvx_text_utf8_len(lexer->data + at, lexer->len - at) == 0)
        return cvx_lexer_fail(lexer, CVX_EFORMAT, at, err, "not UTF-8 (byte 0x%02x)",
                              (unsigned)c);
    return cvx_lexer_fail(lexer, CVX_EFORMAT, at, err,
                          "unexpected character (byte 0x%02x)", (unsigned)c);
}

static int lex_mark(struct cvx_lexer *lexer, int c, struct cvx_err *err)
{
    static const char k_marks[] = "{}[],:";
    static const enum cvx_lexer_kind k_kinds[] = {CVX_LEXER_OBJECT, CVX_LEXER_OBJECT_END,
                                                  CVX_LEXER_ARRAY,  CVX_LEXER_ARRAY_END,
                                                  CVX_LEXER_COMMA,  CVX_LEXER_COLON};
    const char *found = c > 0 ? strchr(k_marks, c) : NULL;
    if (!found)
        return fail_stray(lexer, lexer->start, err);
    return finish(lexer, k_kinds[found - k_marks], lexer->start + 1);
}

int cvx_lexer_next(struct cvx_lexer *lexer, struct cvx_err *err)
{
    size_t at = lexer->pos;
    int c = peek(lexer, at);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t')
        c = peek(lexer, ++at);
    lexer->start = at;
    lexer->text = NULL;
    lexer->text_len = 0;
    if (c < 0)
        return finish(lexer, CVX_LEXER_END, at);
    if (c == '"')
        return lex_string(lexer, err);
    if (c == '-' || is_digit(c))
        return lex_number(lexer, err);
    if (is_letter(c))
        return lex_word(lexer, err);
    return lex_mark(lexer, c, err);
}
