/* Addresses that users name and pages link to, taken apart. Nothing is decoded: an address
 * is used as it was written. Pure. Thread: any. */
#ifndef CVX_ADJUST_URL_H
#define CVX_ADJUST_URL_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "text/clean.h"

/* Longer ones are refused. */
#define CVX_URL_MAX ((size_t)2048)

/* Borrowed from the address. */
struct cvx_url {
    struct cvx_span scheme; /* http or https, in any case */
    struct cvx_span host;   /* IPv6 addresses with their brackets; not empty */
    struct cvx_span port;   /* digits; empty = the scheme's own */
    struct cvx_span rest;   /* path, query and fragment */
};

/* False when it is no http or https address, has credentials, blanks or controls in it, or
 * is too long. */
bool cvx_url_split(const char *url, struct cvx_url *ret);
/* CVX_EUSAGE naming the key when an address that the user gave under it cannot be used. */
int cvx_url_check(const char *key, const char *url, struct cvx_err *err);
/* Whether a page links within its site: the same host, a leading "www." aside, and the same
 * port; https may follow http. */
bool cvx_url_same_site(const struct cvx_url *page, const struct cvx_url *linked);
/* Appends scheme, host and path: what is shown of it. Queries may hold secrets. */
void cvx_url_show(const char *url, struct cvx_buf *buf);
/* Appends it with its ASCII letters in lower case. */
void cvx_url_lower(const char *url, struct cvx_buf *buf);

#endif
