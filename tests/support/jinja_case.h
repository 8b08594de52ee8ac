/* A template and the text it makes of one small document. */
#ifndef CVX_TEST_JINJA_CASE_H
#define CVX_TEST_JINJA_CASE_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct jinja_case {
    const char *source;
    const char *text; /* NULL: rendering, or parsing, is refused with CVX_EFORMAT */
};

/* Renders source with the document into out (the caller's to release). */
int jinja_case_render(const char *source, struct cvx_buf *out, struct cvx_err *err);

/* Asserts each case. */
void jinja_cases_run(const struct jinja_case *cases, size_t n);

#endif
