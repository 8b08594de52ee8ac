/* Owns which charset a page's Content-Type names. HTML is converted by libxml2, which also
 * knows what a page says about itself; plain text by input/encoding.c. */
#include "adjust/page_private.h"

#include <string.h>
#include <strings.h>

#include "input/encoding.h"

#define NAME_MAX_BYTES ((size_t)40)

/* Browsers read these as Windows-1252, so that is what pages so labelled hold. */
static bool is_latin1(const char *name)
{
    static const char *const k_names[] = {"iso-8859-1", "iso8859-1", "latin1",
                                          "us-ascii",   "ascii",     "cp1252"};
    for (size_t i = 0; i < sizeof(k_names) / sizeof(k_names[0]); i++)
        if (strcasecmp(name, k_names[i]) == 0)
            return true;
    return false;
}

void cvx_page_charset_of(const char *content_type, struct cvx_buf *buf)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.:+";
    const char *at = strcasestr(content_type, "charset=");
    char name[NAME_MAX_BYTES + 1];

    if (!at)
        return;
    at += strlen("charset=");
    at += *at == '"' || *at == '\'';
    size_t len = strspn(at, letters);

    if (len == 0 || len > NAME_MAX_BYTES)
        return;
    memcpy(name, at, len);
    name[len] = '\0';
    if (is_latin1(name))
        cvx_buf_puts(buf, "windows-1252");
    else if (cvx_encoding_is_known(name))
        cvx_buf_puts(buf, name);
}
