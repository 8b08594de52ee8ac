/* The names of an archive's entries, of each the last one, found by binary search.
 *
 * Thread: that of the zip archive. Ownership: the struct's holder; the texts are borrowed
 * from the zip archive. */
#ifndef CVX_DOCX_NAMES_H
#define CVX_DOCX_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include <zip.h>

#include <cvextract/err.h>

struct cvx_name {
    const char *text;   /* as stored; a NUL has become a space */
    zip_uint64_t index; /* in the zip archive */
    bool repeated;      /* others of this name came before it */
};

struct cvx_names {
    struct cvx_name *items; /* in the archive's order */
    size_t count;
    const struct cvx_name **sorted; /* bytewise by name */
};

/* *ret is to be released by cvx_names_done() after failure too. CVX_ENOMEM. */
int cvx_names_read(zip_t *zip, struct cvx_names *ret, struct cvx_err *err);
/* Place in items, -1 when there is none of exactly this name. */
long cvx_names_find(const struct cvx_names *names, const char *text);
void cvx_names_done(struct cvx_names *names);

#endif
