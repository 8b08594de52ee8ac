/* Whether a Word document is in order, by rules of our own making: what Word refuses to open
 * or repairs. Thread: the test's. */
#ifndef TEST_DOCX_CHECK_H
#define TEST_DOCX_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

/* No name twice, types and relationships complete, every part XML that says it is, every
 * relationship that a part uses declared, ids of drawings unique within a part. On false the
 * buffer says what is wrong. */
bool docx_check(const void *data, size_t len, struct cvx_buf *ret_why);

#endif
