/* A PDF file as a part of a request: nothing of it is read here but its size, its first bytes
 * and roughly the number of its pages. Thread: a worker. */
#ifndef CVX_INPUT_PDF_H
#define CVX_INPUT_PDF_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* Tokens that a page costs a model, beside its prompt (30-openai.md, "Adjusters", at the
 * end). */
#define CVX_PDF_PAGE_TOKENS ((size_t)2000)

/* Appends the file as a data URL (base64). *ret_pages: at least 1, at most CVX_PDF_PAGES_MAX.
 * CVX_EFORMAT "not a PDF file"; CVX_ELIMIT over CVX_PDF_MAX; CVX_EIO; CVX_ENOMEM. */
int cvx_pdf_read(const char *path, struct cvx_buf *url, size_t *ret_pages,
                 struct cvx_err *err);

/* Roughly: the page objects in the bytes of a file; where they are compressed and none is
 * seen, the number that it says it has; at least 1. Linear in len. */
size_t cvx_pdf_pages(const char *data, size_t len);

/* Appends the bytes in base64 (RFC 4648, padded). */
void cvx_pdf_base64(const char *data, size_t len, struct cvx_buf *buf);

#endif
