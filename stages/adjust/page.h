/* A web page that an adjuster needs: the call that fetches it, and its text out of the
 * reply. Threads: page_call on the loop, page_take on a worker. */
#ifndef CVX_ADJUST_PAGE_H
#define CVX_ADJUST_PAGE_H

#include <cvextract/call.h>
#include <cvextract/err.h>

#include "adjust/page_text.h"

/* Characters of a page that are handed to a model. */
#define CVX_PAGE_CHARS_MAX ((size_t)20000)

/* Makes call the fetch of this address, which is borrowed until the call has ended. `linked`:
 * not given by the user but found on a page of a public address. What call held before is
 * released. */
void cvx_page_call(struct cvx_call *call, const char *url, bool linked);
/* The text of the page that came. CVX_EFORMAT: none that could be used, or too little. */
int cvx_page_take(const struct cvx_call *call, size_t max_chars,
                  struct cvx_page_text *ret, struct cvx_err *err);

#endif
