/* The text of a PDF, as far as simple ones go: strings shown by Tj, TJ and ' in streams that
 * are plain or deflated. Pure. */
#ifndef FAKE_PDF_H
#define FAKE_PDF_H

#include <cvextract/buf.h>

/* Appends the text of a data URL's document, one line per shown string; nothing when it
 * cannot be read. */
void fake_pdf_text(const char *data_url, struct cvx_buf *ret);

#endif
