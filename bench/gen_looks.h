/* The parts that say how a generated document looks: most of a package's bytes, nothing
 * that extraction reads. Thread: any. Each function appends one whole part. */
#ifndef CVX_BENCH_GEN_LOOKS_H
#define CVX_BENCH_GEN_LOOKS_H

#include <stdbool.h>

#include <cvextract/buf.h>

/* Near 47 KB, or 30 KB without the styles of the document's own. */
void cvx_gen_looks_styles(struct cvx_buf *out, bool own);
void cvx_gen_looks_numbering(struct cvx_buf *out); /* near 57 KB */
void cvx_gen_looks_web(struct cvx_buf *out);       /* near 108 KB */
void cvx_gen_looks_theme(struct cvx_buf *out);     /* near 8 KB */
void cvx_gen_looks_fonts(struct cvx_buf *out);     /* near 4 KB */

#endif
