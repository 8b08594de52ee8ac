/* The named character references of HTML 5 (generated table). Read-only. Thread: any. */
#ifndef CVX_JINJA_HTML_ENTITIES_H
#define CVX_JINJA_HTML_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>

struct cvx_html_entity {
    const char *name; /* without '&' and ';' */
    const char *text; /* UTF-8 */
    bool bare;        /* also known without its semicolon */
};

/* In the order of strcmp(). */
extern const struct cvx_html_entity cvx_html_entities_table[];
extern const size_t cvx_html_entities_count;

#endif
