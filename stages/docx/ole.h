/* OLE compound files, told apart from zip archives: an old .doc, or an encrypted Office file
 * that carries its package as a stream. Thread: any (pure, apart from reads). */
#ifndef CVX_DOCX_OLE_H
#define CVX_DOCX_OLE_H

#include <stdbool.h>

#include "docx/archive.h"

/* CVX_OK when the bytes begin otherwise, and CVX_EFORMAT with the fatal text of
 * 20-extraction.md when they are an OLE file. CVX_EIO. */
int cvx_ole_refuse(const struct cvx_archive *archive, struct cvx_err *err);

#endif
