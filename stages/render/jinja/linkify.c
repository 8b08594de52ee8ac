/* Matching addresses by hand: whatever may follow the host starts with a character that
 * no host holds, so nothing is ever tried twice. See linkify.h. */
#include "render/jinja/linkify.h"

#include <stdint.h>
#include <string.h>

#include "text/unicode.h"
#include "text/unicode_tables.h"

struct span {
    const char *p, *end;
};

/* ---- characters, as Python's re takes them without regard to case ---- */

/* The ASCII letter in lower case that c is taken for, or c. */
static uint32_t plain_letter(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    for (uint32_t letter = 0; c >= 128 && letter < 26; letter++)
        for (size_t i = 0; i < CVX_UNICODE_CASELESS_MAX; i++)
            if (cvx_unicode_tables_caseless[letter][i] == c)
                return 'a' + letter;
    return c;
}

static uint32_t take(struct span *s)
{
    size_t len;
    uint32_t c = cvx_unicode_decode(s->p, s->end, &len);
    s->p += len;
    return c;
}

static bool is_empty(struct span s)
{
    return s.p == s.end;
}

/* Cuts `text` (ASCII, in lower case) off the front. */
static bool skip(struct span *s, const char *text)
{
    struct span at = *s;
    for (; *text; text++)
        if (is_empty(at) || plain_letter(take(&at)) != (unsigned char)*text)
            return false;
    *s = at;
    return true;
}

static bool is_hex(uint32_t c)
{
    uint32_t letter = plain_letter(c);
    return (letter >= 'a' && letter <= 'f') || cvx_unicode_is_digit(c);
}

enum class { LETTERS, LABEL, IDNA, WORD, DIGITS };

static bool in_class(enum class class, uint32_t c)
{
    switch (class) {
    case LETTERS:
        return plain_letter(c) >= 'a' && plain_letter(c) <= 'z';
    case LABEL:
        return cvx_unicode_is_word(c) || c == '%' || c == '-';
    case IDNA:
        return cvx_unicode_is_word(c) || c == '%';
    case WORD:
        return cvx_unicode_is_word(c);
    case DIGITS:
        return cvx_unicode_is_digit(c);
    }
    return false;
}

/* Whether s is of that class alone, and so many characters long. */
static bool is_all(struct span s, enum class class, size_t least, size_t most)
{
    size_t n = 0;
    for (; !is_empty(s); n++)
        if (!in_class(class, take(&s)))
            return false;
    return n >= least && n <= most;
}

/* ---- hosts ---- */

/* Takes off what stands behind the last dot; false when there is none. */
static bool split_last(struct span *s, struct span *ret_last)
{
    const char *dot = memrchr(s->p, '.', (size_t)(s->end - s->p));
    if (!dot)
        return false;
    *ret_last = (struct span){dot + 1, s->end};
    s->end = dot;
    return true;
}

static bool are_labels(struct span s, size_t least, size_t most)
{
    struct span label;
    while (split_last(&s, &label))
        if (!is_all(label, LABEL, least, most))
            return false;
    return is_all(s, LABEL, least, most);
}

static bool is_top_level(struct span s)
{
    struct span rest = s;
    return is_all(s, LETTERS, 2, 63) ||
           (skip(&rest, "xn--") && is_all(rest, IDNA, 2, 59));
}

/* Behind a scheme or "www.". */
static bool is_named_host(struct span s)
{
    struct span last = s;
    if (!split_last(&s, &last))
        return is_top_level(s);
    return is_top_level(last) && are_labels(s, 1, SIZE_MAX);
}

/* Without a scheme: one of the old domains only. */
static bool is_bare_host(struct span s)
{
    static const char *const k_domains[] = {"com", "net", "int",  "edu",
                                            "gov", "org", "info", "mil"};
    struct span last;
    if (!split_last(&s, &last) || !are_labels(s, 2, 63))
        return false;
    for (size_t i = 0; i < sizeof(k_domains) / sizeof(k_domains[0]); i++) {
        struct span rest = last;
        if (skip(&rest, k_domains[i]) && is_empty(rest))
            return true;
    }
    return false;
}

static bool is_ipv4(struct span s)
{
    struct span part;
    for (int i = 0; i < 3; i++)
        if (!split_last(&s, &part) || !is_all(part, DIGITS, 1, 3))
            return false;
    return is_all(s, DIGITS, 1, 3);
}

/* Up to four digits, and a colon: whether there was one. */
static bool take_group(struct span *s)
{
    for (int i = 0; i < 4 && !is_empty(*s); i++) {
        struct span rest = *s;
        if (!is_hex(take(&rest)))
            break;
        *s = rest;
    }
    bool colon = !is_empty(*s) && *s->p == ':';
    s->p += colon;
    return colon;
}

/* Cuts "[...]" off the front. */
static bool skip_ipv6(struct span *s)
{
    const char *close =
        is_empty(*s) || *s->p != '[' ? NULL : memchr(s->p, ']', (size_t)(s->end - s->p));
    if (!close)
        return false;
    struct span inner = {s->p + 1, close};
    for (int i = 0; i < 2; i++)
        if (!take_group(&inner))
            return false;
    for (int i = 0; i < 6; i++)
        (void)take_group(&inner);
    s->p = close + 1;
    return is_empty(inner);
}

/* What may follow a host: a port, and a path, query or fragment. */
static bool is_rest(struct span s)
{
    if (!is_empty(s) && *s.p == ':') {
        s.p++;
        struct span digits = s;
        while (!is_empty(s) && !strchr("/?#", *s.p))
            s.p++;
        digits.end = s.p;
        if (!is_all(digits, DIGITS, 1, 5))
            return false;
    }
    if (is_empty(s))
        return true;
    if (*s.p == '\0' || !strchr("/?#", *s.p))
        return false;
    while (!is_empty(s))
        if (cvx_unicode_is_space(take(&s)))
            return false;
    return true;
}

bool cvx_linkify_is_address(const char *text, size_t len)
{
    struct span s = {text, text + len};
    bool scheme = skip(&s, "https://") || skip(&s, "http://");
    struct span host = s, bracket = s;
    if (scheme && skip_ipv6(&bracket))
        return is_rest(bracket);
    while (!is_empty(s) && !strchr(":/?#", *s.p))
        s.p++;
    host.end = s.p;
    if (!is_rest(s))
        return false;
    if (scheme)
        return is_named_host(host) || is_ipv4(host);
    struct span named = host;
    return (skip(&named, "www.") && is_named_host(named)) || is_bare_host(host);
}

bool cvx_linkify_is_mail(const char *text, size_t len)
{
    struct span s = {text, text + len}, host = s, last;
    const char *at = memrchr(s.p, '@', (size_t)(s.end - s.p));
    if (!at || at == s.p)
        return false;
    host.p = at + 1;
    if (!split_last(&host, &last) || !is_all(last, WORD, 1, SIZE_MAX) || is_empty(host) ||
        !cvx_unicode_is_word(take(&host)))
        return false;
    while (!is_empty(host)) {
        uint32_t c = take(&host);
        if (!cvx_unicode_is_word(c) && c != '.' && c != '-')
            return false;
    }
    while (!is_empty(s))
        if (cvx_unicode_is_space(take(&s)))
            return false;
    return true;
}
