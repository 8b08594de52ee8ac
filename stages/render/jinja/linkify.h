/* Which words the filter urlize takes for addresses. Pure. Thread: any. */
#ifndef CVX_JINJA_LINKIFY_H
#define CVX_JINJA_LINKIFY_H

#include <stdbool.h>
#include <stddef.h>

/* A web address: a scheme or "www." with a host, or a host of one of the old domains
 * ("example.org"); then perhaps a port and a path. The whole of the text, without regard
 * to case. */
bool cvx_linkify_is_address(const char *text, size_t len);

/* An address of electronic mail: something, "@", and a host with a dot. */
bool cvx_linkify_is_mail(const char *text, size_t len);

#endif
