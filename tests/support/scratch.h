/* A folder of a test's own, and files in it. Asserts on failure. Thread: the test's. */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stddef.h>

struct scratch {
    char root[256];
};

void scratch_make(struct scratch *s);
/* Removes the folder and all below it. */
void scratch_remove(struct scratch *s);
/* "root/rel" in a buffer of the test's own. */
const char *scratch_path(const struct scratch *s, const char *rel, char *buf,
                         size_t size);
/* Writes a file, parents made. */
void scratch_write(const struct scratch *s, const char *rel, const void *data,
                   size_t len);
/* Reads a file whole; NULL when it is not there; free() it. */
char *scratch_read(const struct scratch *s, const char *rel, size_t *ret_len);

#endif
