/* Certificates of a test's own: an authority, and servers that it vouches for. Asserts.
 * Thread: the test's. */
#ifndef TEST_TLS_MAKE_H
#define TEST_TLS_MAKE_H

#include <openssl/ssl.h>
#include <openssl/x509.h>

struct tls_authority {
    EVP_PKEY *key;
    X509 *cert;
};

void tls_authority_make(struct tls_authority *a);
void tls_authority_done(struct tls_authority *a);
/* Its certificate as PEM. */
void tls_authority_write(const struct tls_authority *a, const char *path);

/* A server's context with a certificate for these names ("IP:127.0.0.1", "DNS:a.example"),
 * by the authority; by itself when `a` is NULL. */
SSL_CTX *tls_server_make(const struct tls_authority *a, const char *names);

#endif
