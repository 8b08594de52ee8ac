/* Owns how an address is taken apart. See url.h. */
#include "adjust/url.h"

#include <string.h>
#include <strings.h>

static bool has_blank(const char *url, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f || url[i] == '\\')
            return true;
    return false;
}

static bool is_port(struct cvx_span port)
{
    for (size_t i = 0; i < port.len; i++)
        if (port.p[i] < '0' || port.p[i] > '9')
            return false;
    return port.len <= 5;
}

/* "host", "host:port", "[::1]:port". */
static bool split_authority(struct cvx_span authority, struct cvx_url *url)
{
    const char *end = authority.p + authority.len, *colon = NULL;
    const char *bracket = memrchr(authority.p, ']', authority.len);

    if (memchr(authority.p, '@', authority.len))
        return false;
    for (const char *p = bracket ? bracket : authority.p; p < end && !colon; p++)
        if (*p == ':')
            colon = p;
    url->host =
        (struct cvx_span){authority.p, (size_t)((colon ? colon : end) - authority.p)};
    url->port = (struct cvx_span){end, 0};
    if (colon)
        url->port = (struct cvx_span){colon + 1, (size_t)(end - colon - 1)};
    return url->host.len > 0 && is_port(url->port);
}

bool cvx_url_split(const char *url, struct cvx_url *ret)
{
    size_t len = strlen(url);
    const char *sep = strstr(url, "://");
    struct cvx_url parts;

    if (!sep || len > CVX_URL_MAX || has_blank(url, len))
        return false;
    parts.scheme = (struct cvx_span){url, (size_t)(sep - url)};
    if (!(parts.scheme.len == 4 && strncasecmp(url, "http", 4) == 0) &&
        !(parts.scheme.len == 5 && strncasecmp(url, "https", 5) == 0))
        return false;
    struct cvx_span authority = {sep + 3, strcspn(sep + 3, "/?#")};

    parts.rest = (struct cvx_span){authority.p + authority.len,
                                   strlen(authority.p + authority.len)};
    if (!split_authority(authority, &parts))
        return false;
    *ret = parts;
    return true;
}

int cvx_url_check(const char *key, const char *url, struct cvx_err *err)
{
    struct cvx_url parts;

    if (!url || url[0] == '\0')
        return cvx_fail(err, CVX_EUSAGE, "%s= needs a value", key);
    if (strlen(url) > CVX_URL_MAX)
        return cvx_fail(err, CVX_EUSAGE, "%s= has %zu bytes, the limit is %zu", key,
                        strlen(url), CVX_URL_MAX);
    if (!cvx_url_split(url, &parts))
        return cvx_fail(err, CVX_EUSAGE,
                        "%s= must be an http:// or https:// address without blanks or "
                        "credentials in it",
                        key);
    return CVX_OK;
}

static bool is_https(const struct cvx_url *url)
{
    return url->scheme.len == 5;
}

static struct cvx_span bare_host(const struct cvx_url *url)
{
    if (url->host.len > 4 && strncasecmp(url->host.p, "www.", 4) == 0)
        return (struct cvx_span){url->host.p + 4, url->host.len - 4};
    return url->host;
}

static bool same(struct cvx_span a, struct cvx_span b)
{
    return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

/* With the scheme's own port left out. */
static struct cvx_span odd_port(const struct cvx_url *url)
{
    const char *own = is_https(url) ? "443" : "80";

    if (same(url->port, (struct cvx_span){own, strlen(own)}))
        return (struct cvx_span){url->port.p, 0};
    return url->port;
}

bool cvx_url_same_site(const struct cvx_url *page, const struct cvx_url *linked)
{
    return same(bare_host(page), bare_host(linked)) &&
           same(odd_port(page), odd_port(linked)) &&
           (is_https(linked) || !is_https(page));
}

void cvx_url_show(const char *url, struct cvx_buf *buf)
{
    cvx_buf_put(buf, url, strcspn(url, "?#"));
}

void cvx_url_lower(const char *url, struct cvx_buf *buf)
{
    for (const char *p = url; *p; p++)
        cvx_buf_putc(buf, *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p);
}
