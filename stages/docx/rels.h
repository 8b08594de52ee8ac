/* Where a package's main document is, and which header parts belong to it. */
#ifndef CVX_DOCX_RELS_H
#define CVX_DOCX_RELS_H

#include <stddef.h>

#include "docx/package.h"

/* The entry of the main document part: what the first relationship of _rels/.rels whose
 * Type ends in "/relationships/officeDocument" names (Transitional or Strict, resolved
 * against the package root), else word/document.xml. CVX_EFORMAT "no main document part". */
int cvx_rels_main_part(struct cvx_package *package, size_t *ret, struct cvx_err *err);

/* The entries begin*.xml ("header", "footer") in the folder of part `main_part`, in bytewise
 * order of their names. *ret is an array that the caller frees with cvx_free(); NULL when
 * there is none. CVX_ENOMEM. */
int cvx_rels_parts(const struct cvx_package *package, size_t main_part, const char *begin,
                   size_t **ret, size_t *ret_count, struct cvx_err *err);
/* Those that begin with "header". */
int cvx_rels_header_parts(const struct cvx_package *package, size_t main_part,
                          size_t **ret, size_t *ret_count, struct cvx_err *err);

#endif
