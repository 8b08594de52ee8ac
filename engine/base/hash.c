/* Owns SHA-256, by libcrypto. Thread: any.
 *
 * Not through EVP: that fetches and allocates, so it could fail, and a name that cannot be
 * made would be a failure path in every user. These functions can do neither; OpenSSL 3
 * marks them as old, not as wrong. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <cvextract/hash.h>

#include <openssl/sha.h>

_Static_assert(CVX_HASH_BYTES == SHA256_DIGEST_LENGTH, "a SHA-256 has 32 bytes");

struct cvx_hash cvx_hash_of(const void *data, size_t len)
{
    struct cvx_hash hash;
    SHA256_CTX context;

    SHA256_Init(&context);
    if (len > 0) /* data may be NULL then */
        SHA256_Update(&context, data, len);
    SHA256_Final(hash.bytes, &context);
    return hash;
}

void cvx_hash_hex(const struct cvx_hash *hash, char ret[CVX_HASH_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < CVX_HASH_BYTES; i++) {
        ret[2 * i] = digits[hash->bytes[i] >> 4];
        ret[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    ret[CVX_HASH_HEX - 1] = '\0';
}
