/* Pages of invented companies, as an adjuster would fetch them. Pure. */
#ifndef FAKE_PAGES_H
#define FAKE_PAGES_H

#include <stdbool.h>

#include "reply.h"

/* Answers GET path ("/pages/..."), `host` being this server as the client calls it
 * ("127.0.0.1:1234"), `scheme` "http" or "https". */
void fake_pages_get(const char *path, const char *scheme, const char *host,
                    struct fake_reply *reply);

#endif
