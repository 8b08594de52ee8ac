/* What the soak's probes share: requests on standard input, one answer each on standard
 * output, until the input ends. A request is a line "<bytes of first> <bytes of second>",
 * then the two texts; an answer is a line "<code of err.h> <bytes>", then that many bytes:
 * what was made, or the error's text. Thread: main. */
#ifndef CVX_TESTS_SOAK_PROBE_H
#define CVX_TESTS_SOAK_PROBE_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_cv;

/* Answers one request: `first` is what the probe says it is, `data` the parsed second text. */
typedef int probe_fn(const char *first, size_t len, const struct cvx_cv *data,
                     struct cvx_buf *out, struct cvx_err *err);

/* The exit status for main(): 0 at the end of input, 1 when a request made no sense. */
int probe_serve(probe_fn *answer);

#endif
