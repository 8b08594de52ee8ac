/* Owns the making of certificates for tests. See tls_make.h. */
#include "tls_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void add_extension(X509 *cert, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(cert, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *cert_make(EVP_PKEY *key, const char *name, long serial)
{
    X509 *cert = X509_new();
    X509_NAME *subject = X509_get_subject_name(cert);

    assert_non_null(cert);
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name,
                               -1, -1, 0);
    return cert;
}

static void cert_sign(X509 *cert, X509 *issuer, EVP_PKEY *key)
{
    X509_set_issuer_name(cert, X509_get_subject_name(issuer));
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
}

void tls_authority_make(struct tls_authority *a)
{
    a->key = EVP_EC_gen("P-256");
    assert_non_null(a->key);
    a->cert = cert_make(a->key, "Authority of a test", 1);
    add_extension(a->cert, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(a->cert, NID_key_usage, "critical,keyCertSign,cRLSign");
    cert_sign(a->cert, a->cert, a->key);
}

void tls_authority_done(struct tls_authority *a)
{
    X509_free(a->cert);
    EVP_PKEY_free(a->key);
}

void tls_authority_write(const struct tls_authority *a, const char *path)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, a->cert), 1);
    assert_int_equal(fclose(file), 0);
}

SSL_CTX *tls_server_make(const struct tls_authority *a, const char *names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = cert_make(key, "server of a test", 2);
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    assert_non_null(ctx);
    add_extension(cert, NID_subject_alt_name, names);
    if (a)
        cert_sign(cert, a->cert, a->key);
    else
        cert_sign(cert, cert, key);
    assert_int_equal(SSL_CTX_use_certificate(ctx, cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    return ctx;
}
