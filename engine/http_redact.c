/* Owns the search for secrets in texts. See http_redact.h for what is found.
 *
 * One pass from left to right; at each byte the rules are tried in turn. It runs in debug
 * output and for error texts only, so it is plain rather than fast. */
#include "http_redact.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <cvextract/mem.h>

#define MARK "[redacted]"
#define BASE64_MIN ((size_t)6) /* shorter pieces would be found in innocent text */

/* Something to look for: the secret itself, or what is left of it within base64 when 0, 1
 * or 2 bytes stand before it in its group of three. */
struct needle {
    char *bytes;
    size_t len;
    bool base64;
};

struct cvx_http_redact {
    struct needle needles[4];
    size_t n_needles;
};

/* A place in a text, with what may still be looked at. */
struct place {
    const char *p;
    size_t left;
};

static const char k_base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The six bits from `bit` on, of the secret with `before` zero bytes in front. */
static unsigned sextet(const char *secret, size_t len, size_t before, size_t bit)
{
    unsigned value = 0;

    for (size_t i = bit; i < bit + 6; i++) {
        size_t byte = i / 8;
        bool none = byte < before || byte - before >= len;
        unsigned c = none ? 0 : (unsigned char)secret[byte - before];

        value = value << 1 | ((c >> (7 - i % 8)) & 1u);
    }
    return value;
}

/* The characters of base64 that depend on the secret alone. */
static int add_base64(struct cvx_http_redact *r, const char *secret, size_t before)
{
    size_t len = strlen(secret);
    size_t first = (8 * before + 5) / 6, end = 8 * (before + len) / 6;
    struct needle *needle = &r->needles[r->n_needles];

    if (end < first + BASE64_MIN)
        return CVX_OK;
    needle->bytes = cvx_alloc(end - first + 1);
    if (!needle->bytes)
        return CVX_ENOMEM;
    needle->len = end - first;
    needle->base64 = true;
    for (size_t i = first; i < end; i++)
        needle->bytes[i - first] = k_base64[sextet(secret, len, before, 6 * i)];
    needle->bytes[needle->len] = '\0';
    r->n_needles++;
    return CVX_OK;
}

static int add_secret(struct cvx_http_redact *r, const char *secret)
{
    r->needles[0].bytes = cvx_strdup(secret);
    if (!r->needles[0].bytes)
        return CVX_ENOMEM;
    r->needles[0].len = strlen(secret);
    r->n_needles = 1;
    for (size_t before = 0; before < 3; before++)
        if (add_base64(r, secret, before) != CVX_OK)
            return CVX_ENOMEM;
    return CVX_OK;
}

int cvx_http_redact_new(const char *secret, struct cvx_http_redact **ret,
                        struct cvx_err *err)
{
    struct cvx_http_redact *r = cvx_zalloc(sizeof(*r));

    if (!r)
        return cvx_fail(err, CVX_ENOMEM, "no memory for redaction");
    if (secret && secret[0] && add_secret(r, secret) != CVX_OK) {
        cvx_http_redact_free(r);
        return cvx_fail(err, CVX_ENOMEM, "no memory for redaction");
    }
    *ret = r;
    return CVX_OK;
}

void cvx_http_redact_free(struct cvx_http_redact *redact)
{
    if (!redact)
        return;
    for (size_t i = 0; i < redact->n_needles; i++)
        cvx_free(redact->needles[i].bytes);
    cvx_free(redact);
}

static bool name_is(const char *name, size_t len, const char *other)
{
    return len == strlen(other) && strncasecmp(name, other, len) == 0;
}

static bool name_ends(const char *name, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len >= n && strncasecmp(name + len - n, end, n) == 0;
}

bool cvx_http_redact_sensitive(const char *name, size_t len)
{
    static const char *const whole[] = {"sig",  "pwd", "pass", "code",
                                        "auth", "sid", "jwt"};
    static const char *const ends[] = {
        "authorization", "cookie", "cookie2",  "key",        "token",      "secret",
        "signature",     "passwd", "password", "credential", "credentials"};

    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
        if (name_is(name, len, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (name_ends(name, len, ends[i]))
            return true;
    return false;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* `digits` hex digits at p as a number, -1 when there are not so many. */
static int hex_at(const char *p, size_t left, size_t digits)
{
    int value = 0;

    if (left < digits)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        int digit = hex(p[i]);

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* How many bytes at `at` stand for the byte c, written in whatever way; 0 = they do not. */
static size_t unit_len(struct place at, unsigned char c)
{
    if (at.left == 0)
        return 0;
    if ((unsigned char)at.p[0] == c)
        return 1;
    if (at.p[0] == '%' && hex_at(at.p + 1, at.left - 1, 2) == c)
        return 3;
    if (at.p[0] == '\\' && at.left > 1) {
        if (at.p[1] == 'u' && hex_at(at.p + 2, at.left - 2, 4) == c)
            return 6;
        if ((unsigned char)at.p[1] == c)
            return 2;
    }
    return 0;
}

static size_t base64_unit_len(struct place at, char c)
{
    size_t n = unit_len(at, (unsigned char)c);

    /* The alphabet for URLs. */
    if (n == 0 && c == '+')
        n = unit_len(at, '-');
    if (n == 0 && c == '/')
        n = unit_len(at, '_');
    return n;
}

static bool is_base64(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("+/-_=%", c));
}

/* Bytes at `at` that are the needle; 0 = they are not. */
static size_t needle_len(const struct needle *needle, struct place at)
{
    size_t used = 0;

    for (size_t i = 0; i < needle->len; i++) {
        struct place here = {at.p + used, at.left - used};
        size_t n = needle->base64 ? base64_unit_len(here, needle->bytes[i])
                                  : unit_len(here, (unsigned char)needle->bytes[i]);

        if (n == 0)
            return 0;
        used += n;
    }
    /* The secret's last bits lie in the character behind. */
    while (needle->base64 && used < at.left && is_base64(at.p[used]))
        used++;
    return used;
}

static size_t secret_len(const struct cvx_http_redact *r, struct place at,
                         bool *ret_base64)
{
    for (size_t i = 0; i < r->n_needles; i++) {
        size_t n = needle_len(&r->needles[i], at);

        if (n > 0) {
            *ret_base64 = r->needles[i].base64;
            return n;
        }
    }
    return 0;
}

/* "://user:password@": bytes of the credentials behind "://", with the '@'; 0 = none. */
static size_t userinfo_len(struct place at)
{
    size_t end = 0, last = 0;

    while (end < at.left && !isspace((unsigned char)at.p[end]) &&
           !strchr("/?#\"'<>\\", at.p[end])) {
        end++;
        if (at.p[end - 1] == '@')
            last = end;
    }
    return last;
}

/* "name=value" in a query part: bytes of the name with its '=' when it is sensitive. */
static size_t parameter_len(struct place at)
{
    size_t n = 0;

    while (n < at.left && (isalnum((unsigned char)at.p[n]) ||
                           (at.p[n] != '\0' && strchr("_-.~", at.p[n]))))
        n++;
    if (n == 0 || n >= at.left || at.p[n] != '=')
        return 0;
    return cvx_http_redact_sensitive(at.p, n) ? n + 1 : 0;
}

static size_t value_len(struct place at)
{
    size_t n = 0;

    while (n < at.left && !isspace((unsigned char)at.p[n]) &&
           (at.p[n] == '\0' || !strchr("&#;\"'<>\\", at.p[n])))
        n++;
    return n;
}

/* Bytes at `at` that were dealt with, 0 = an ordinary byte. */
static size_t redact_at(const struct cvx_http_redact *r, struct place at,
                        struct cvx_buf *ret)
{
    bool base64 = false;
    size_t n = secret_len(r, at, &base64);

    if (n > 0) {
        /* The secret's first bits lie in the character before. */
        while (base64 && ret->len > 0 && !ret->failed &&
               is_base64(ret->data[ret->len - 1]))
            cvx_buf_trim(ret, ret->len - 1);
        cvx_buf_puts(ret, MARK);
        return n;
    }
    if (at.left > 3 && memcmp(at.p, "://", 3) == 0) {
        n = userinfo_len((struct place){at.p + 3, at.left - 3});
        if (n > 0)
            cvx_buf_puts(ret, "://" MARK "@");
        return n > 0 ? n + 3 : 0;
    }
    if (*at.p == '?' || *at.p == '&' || *at.p == ';') {
        size_t name = parameter_len((struct place){at.p + 1, at.left - 1});

        if (name == 0)
            return 0;
        cvx_buf_put(ret, at.p, 1 + name);
        cvx_buf_puts(ret, MARK);
        return 1 + name + value_len((struct place){at.p + 1 + name, at.left - 1 - name});
    }
    return 0;
}

void cvx_http_redact_text(const struct cvx_http_redact *redact, const char *text,
                          size_t len, size_t stop, struct cvx_buf *ret)
{
    assert(stop <= len);
    for (size_t i = 0; i < stop;) {
        size_t n = redact_at(redact, (struct place){text + i, len - i}, ret);

        if (n > 0) {
            i += n;
            continue;
        }
        if (text[i] == '\0')
            cvx_buf_puts(ret, "\\0");
        else
            cvx_buf_putc(ret, text[i]);
        i++;
    }
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Where the value of the first sensitive "name:" begins; len = nowhere. */
static size_t sensitive_value(const char *line, size_t len)
{
    static const char user[] = "with user '"; /* "Proxy auth using Basic with user 'x'" */
    size_t name = 0;

    for (size_t i = 0; i < len; i++) {
        if (line[i] == ':' && cvx_http_redact_sensitive(line + name, i - name))
            return i + 1;
        if (line[i] == '\'' && i + 1 >= sizeof(user) - 1 &&
            memcmp(line + i + 2 - sizeof(user), user, sizeof(user) - 1) == 0)
            return i + 1;
        if (!is_name(line[i]))
            name = i + 1;
    }
    return len;
}

void cvx_http_redact_line(const struct cvx_http_redact *redact, const char *line,
                          size_t len, struct cvx_buf *ret)
{
    size_t value = sensitive_value(line, len);

    cvx_http_redact_text(redact, line, value, value, ret);
    if (value < len)
        cvx_buf_puts(ret, " " MARK);
}
