/* The libzip calls of package.c that can fail, each of them failable in test builds with an
 * error of libzip's own.
 *
 * Thread: that of the zip archive. Ownership as in libzip's manual. */
#ifndef CVX_DOCX_ZIPLIB_H
#define CVX_DOCX_ZIPLIB_H

#include <stddef.h>

#include <zip.h>

#include "docx/view.h"

/* Opens what the view shows. NULL with *error set. */
zip_t *cvx_ziplib_open(struct cvx_view *view, zip_error_t *error);
/* As stored; borrowed. NULL when memory is out. */
const char *cvx_ziplib_name(zip_t *zip, zip_uint64_t i);
/* -1, NULL: see zip_get_error(zip). */
int cvx_ziplib_stat(zip_t *zip, zip_uint64_t i, zip_stat_t *st);
zip_file_t *cvx_ziplib_fopen(zip_t *zip, zip_uint64_t i);
/* The entry's compressed bytes. */
zip_file_t *cvx_ziplib_fopen_packed(zip_t *zip, zip_uint64_t i);
/* -1: see zip_file_get_error(file). */
zip_int64_t cvx_ziplib_fread(zip_file_t *file, void *to, size_t len);

#ifdef CVX_FAULTS
/* Makes the call with this number (0 = the next) on this thread fail once, and restarts the
 * count; -1 = none fails. */
void cvx_ziplib_fail_at(long nth);
/* Calls on this thread since the last cvx_ziplib_fail_at(). */
long cvx_ziplib_count(void);
#endif

#endif
