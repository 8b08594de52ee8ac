/* Text files that are built into the program (cvx_embed() of embed.cmake makes the arrays):
 * constant, followed by a NUL that is not counted. Thread: any. */
#ifndef CVX_CONTRACTS_EMBEDDED_H
#define CVX_CONTRACTS_EMBEDDED_H

#include <stddef.h>

/* cv.schema.json: the shape of a CV document. */
extern const char cvx_embedded_cv_schema[];
extern const size_t cvx_embedded_cv_schema_len;

#endif
