/* The default extractor without its stage: a DOCX file of the one known layout to a document.
 * The stage reads inputs with it, the round trip reads back what was rendered. */
#ifndef CVX_EXTRACT_DEFAULT_DOCX_H
#define CVX_EXTRACT_DEFAULT_DOCX_H

#include <cvextract/cv.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>
#include <cvextract/log.h>

/* What all files of a run share: made once, then only read. Thread: any. */
struct cvx_default_docx;

/* CVX_ENOMEM, CVX_EINTERNAL. */
int cvx_default_docx_new(struct cvx_default_docx **ret, struct cvx_err *err);
void cvx_default_docx_free(struct cvx_default_docx *tools); /* NULL is fine */

/* Reads the file, whatever its name is. `issues` gets the warnings, `log` what was found; the
 * document is the caller's. Thread: a worker. CVX_EFORMAT with the fatal texts of
 * 20-extraction.md, CVX_ELIMIT, CVX_EIO, CVX_ENOMEM. */
int cvx_default_docx_read(const struct cvx_default_docx *tools, const char *path,
                          struct cvx_log *log, struct cvx_issues *issues,
                          struct cvx_cv **ret, struct cvx_err *err);

#endif
