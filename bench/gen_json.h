/* The person of a generated CV as the JSON that an extraction writes: inputs of runs that
 * adjust. Thread: any. */
#ifndef CVX_BENCH_GEN_JSON_H
#define CVX_BENCH_GEN_JSON_H

#include <cvextract/buf.h>

#include "gen_text.h"

/* Appends the document; the buffer latches its own failure. */
void cvx_gen_json_cv(const struct cvx_gen_cv *cv, struct cvx_buf *ret);

#endif
