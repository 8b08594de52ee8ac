/* Text cut into lines and items. Pure. Thread: any. */
#ifndef CVX_TEXT_LINES_H
#define CVX_TEXT_LINES_H

#include <stdbool.h>

#include "text/clean.h"

/* Takes the next line off *rest as Python's str.splitlines does (no line after a final
 * break); false when nothing is left. */
bool cvx_lines_next(struct cvx_span *rest, struct cvx_span *ret_line);
/* Takes the next piece off *rest, cut at LF alone (str.split("\n"): n breaks give n+1
 * pieces). *rest must start with a non-NULL p; false when all pieces were taken. */
bool cvx_lines_next_lf(struct cvx_span *rest, struct cvx_span *ret_line);

#endif
