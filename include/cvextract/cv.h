/* A CV document: the JSON object that every stage reads or makes.
 *
 * Opaque: what holds it (json-c) is known to stages/json alone. Ownership: one owner at a
 * time, on one thread at a time, even for reading (reference counts are not atomic, and
 * reading can write). What many jobs read is frozen bytes instead. Shape: stages/contracts/
 * cv.schema.json, the single source of the format. */
#ifndef CVEXTRACT_CV_H
#define CVEXTRACT_CV_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_cv;

/* Reads one JSON value strictly (RFC 8259, UTF-8, limits of limits.h). Keeps the order of
 * keys (of equal keys the last value, at the first one's place) and integers of any length.
 * CVX_EFORMAT with line and column; CVX_ELIMIT; CVX_ENOMEM. */
int cvx_cv_parse(const char *data, size_t len, struct cvx_cv **ret, struct cvx_err *err);

/* The same, and also takes the numbers that Python's reader takes and RFC 8259 does not know:
 * NaN, Infinity, -Infinity, and those too large for a double. For documents that are shown
 * and not written again: cvx_cv_print() has no form for them. */
int cvx_cv_parse_python(const char *data, size_t len, struct cvx_cv **ret,
                        struct cvx_err *err);

/* Appends the canonical form of 10-cli.md, "Outputs" (Python's json.dump with
 * ensure_ascii=False, indent=2), without a newline at the end. CVX_ENOMEM, CVX_ELIMIT. */
int cvx_cv_print(const struct cvx_cv *cv, struct cvx_buf *buf, struct cvx_err *err);

/* A deep copy that shares nothing with cv. */
int cvx_cv_copy(const struct cvx_cv *cv, struct cvx_cv **ret, struct cvx_err *err);

void cvx_cv_free(struct cvx_cv *cv);

#endif
