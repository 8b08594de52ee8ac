/* SHA-256, for names of cached answers and checksums. Thread: any. */
#ifndef CVEXTRACT_HASH_H
#define CVEXTRACT_HASH_H

#include <stddef.h>

#define CVX_HASH_BYTES 32
#define CVX_HASH_HEX (2 * CVX_HASH_BYTES + 1)

struct cvx_hash {
    unsigned char bytes[CVX_HASH_BYTES];
};

struct cvx_hash cvx_hash_of(const void *data, size_t len);
/* Lower-case hex and a NUL. */
void cvx_hash_hex(const struct cvx_hash *hash, char ret[CVX_HASH_HEX]);

#endif
