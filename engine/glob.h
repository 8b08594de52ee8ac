/* File name patterns, on bytes: * ? [set] as in a shell, ** for any number of folders.
 * Pure. Thread: any. */
#ifndef CVX_GLOB_H
#define CVX_GLOB_H

#include <stdbool.h>

/* Whether the pattern matches the whole of a relative path: on its last component alone
 * unless the pattern holds a '/'. "*" and "?" never match a '/'. Linear time up to a small
 * factor, whatever the pattern. */
bool cvx_glob_match(const char *pattern, const char *rel);
/* The default: a name that ends in ".docx", in any case of the four letters. */
bool cvx_glob_is_docx(const char *rel);

#endif
