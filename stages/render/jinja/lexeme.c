/* The ends of numbers, names and texts. See lexeme.h. */
#include "render/jinja/lexeme.h"

#include <string.h>

#include <unictype.h>

#include "text/unicode.h"

static char byte_at(const struct cvx_lexeme_text *r, size_t pos)
{
    return pos < r->len ? r->s[pos] : '\0';
}

static uint32_t char_at(const struct cvx_lexeme_text *r, size_t pos, size_t *ret_len)
{
    return cvx_unicode_decode(r->s + pos, r->s + r->len, ret_len);
}

static bool is_sign(char c)
{
    return c == '-' || c == '+';
}

/* Digits with single underscores between them; pos itself when there are none. */
static size_t skip_digits(const struct cvx_lexeme_text *r, size_t pos)
{
    size_t end = pos;
    bool after_digit = false;
    while (pos < r->len) {
        size_t n = 0;
        uint32_t c = char_at(r, pos, &n);
        if (c == '_' && after_digit)
            after_digit = false;
        else if (cvx_unicode_is_digit(c))
            after_digit = true;
        else
            break;
        pos += n;
        if (after_digit)
            end = pos;
    }
    return end;
}

/* The end of the float at pos; 0 when there is none. */
size_t cvx_lexeme_float(const struct cvx_lexeme_text *r, size_t pos)
{
    if (pos > 0 && r->s[pos - 1] == '.')
        return 0;
    size_t end = skip_digits(r, pos);
    if (end == pos)
        return 0;
    bool fraction = false;
    if (byte_at(r, end) == '.' && skip_digits(r, end + 1) > end + 1) {
        end = skip_digits(r, end + 1);
        fraction = true;
    }
    if (byte_at(r, end) == 'e' || byte_at(r, end) == 'E') {
        size_t digits = end + 1 + is_sign(byte_at(r, end + 1));
        if (skip_digits(r, digits) > digits)
            return skip_digits(r, digits);
    }
    return fraction ? end : 0;
}

/* The end of a row of digits of `set`, each after at most one underscore. */
static size_t based_end(const struct cvx_lexeme_text *r, size_t pos, const char *set)
{
    bool hexadecimal = strlen(set) > 10; /* there any decimal digit of Unicode will do */
    for (;;) {
        size_t next = pos + (byte_at(r, pos) == '_'), n = 1;
        char c = byte_at(r, next);
        if (c == '\0')
            return pos;
        bool wide = (unsigned char)c >= 0x80 && hexadecimal;
        if (wide ? !cvx_unicode_is_digit(char_at(r, next, &n)) : !strchr(set, c))
            return pos;
        pos = next + n;
    }
}

/* The end of the integer at pos; 0 when there is none. */
size_t cvx_lexeme_int(const struct cvx_lexeme_text *r, size_t pos)
{
    static const struct {
        char mark[3];
        const char *digits;
    } k_bases[] = {{"bB", "01"}, {"oO", "01234567"}, {"xX", "0123456789abcdefABCDEF"}};

    char c = byte_at(r, pos);
    if (c >= '1' && c <= '9')
        return skip_digits(r, pos);
    if (c != '0')
        return 0;
    for (size_t i = 0; i < sizeof(k_bases) / sizeof(k_bases[0]); i++) {
        char mark = byte_at(r, pos + 1);
        if (mark == '\0' || !strchr(k_bases[i].mark, mark))
            continue;
        size_t end = based_end(r, pos + 2, k_bases[i].digits);
        if (end > pos + 2)
            return end;
    }
    return based_end(r, pos + 1, "0");
}

/* Of a word: letters, digits, '_', and what joins them in a name (accents that combine). */
bool cvx_lexeme_is_word(uint32_t c)
{
    return cvx_unicode_is_word(c) || (c >= 0x80 && uc_is_property_xid_continue(c));
}

size_t cvx_lexeme_word(const struct cvx_lexeme_text *r, size_t pos)
{
    while (pos < r->len) {
        size_t n = 0;
        if (!cvx_lexeme_is_word(char_at(r, pos, &n)))
            break;
        pos += n;
    }
    return pos;
}

/* Whether Python takes the word for a name. */
bool cvx_lexeme_is_name(const struct cvx_lexeme_text *r, size_t pos, size_t end)
{
    for (size_t at = pos, n = 0; at < end; at += n) {
        uint32_t c = char_at(r, at, &n);
        bool ok = c == '_' || (at == pos ? uc_is_property_xid_start(c)
                                         : uc_is_property_xid_continue(c));
        if (!ok)
            return false;
    }
    return true;
}

/* The end of the string at pos, its quotes included; 0 when it never ends. */
size_t cvx_lexeme_string(const struct cvx_lexeme_text *r, size_t pos)
{
    char quote = r->s[pos++];
    while (pos < r->len && r->s[pos] != quote)
        pos += r->s[pos] == '\\' ? 2 : 1;
    return pos < r->len ? pos + 1 : 0;
}
