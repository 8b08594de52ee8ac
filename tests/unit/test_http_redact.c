/* Secrets in texts: the key in every disguise, sensitive names, credentials in URLs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "http_redact.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY "sk-T0p/secret+key=="

static struct cvx_http_redact *redact_make(const char *secret)
{
    struct cvx_http_redact *redact = NULL;
    struct cvx_err err;

    assert_int_equal(cvx_http_redact_new(secret, &redact, &err), CVX_OK);
    return redact;
}

static void assert_text(const struct cvx_http_redact *redact, const char *text,
                        const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    cvx_http_redact_text(redact, text, strlen(text), strlen(text), &buf);
    cvx_buf_put(&buf, NULL, 0);
    assert_string_equal(buf.data, want);
    cvx_buf_done(&buf);
}

static void test_secret(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"nothing of it", "nothing of it"},
        {KEY, "[redacted]"},
        {"a" KEY "b" KEY, "a[redacted]b[redacted]"},
        {"sk-T0p/secret+key=", "sk-T0p/secret+key="}, /* not whole: not it */
        {"ssk-" KEY, "ssk-[redacted]"},
        /* percent-encoded, in any case and amount */
        {"sk-T0p%2Fsecret%2bkey%3D%3d", "[redacted]"},
        {"%73%6B%2D%54%30%70%2F%73%65%63%72%65%74%2B%6B%65%79%3D%3D.", "[redacted]."},
        /* within JSON */
        {"\"sk-T0p\\/secret+key==\"", "\"[redacted]\""},
        {"sk-T0p\\u002fsecret\\u002Bkey==", "[redacted]"},
        /* near misses at the end of the text */
        {"sk-T0p/secret+key=%3", "sk-T0p/secret+key=%3"},
        {"sk-T0p/secret+key=\\", "sk-T0p/secret+key=\\"},
        {"sk-T0p/secret+key=\\u003", "sk-T0p/secret+key=\\u003"},
    };
    struct cvx_http_redact *redact = redact_make(KEY);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_text(redact, cases[i].text, cases[i].want);
    cvx_http_redact_free(redact);
}

/* Whatever stands before and behind it, base64 of a text that holds the secret tells
 * nothing of it: not a run of five characters that the secret alone would give. */
static void test_secret_in_base64(void **state)
{
    static const char *const secrets[] = {"0123456789", KEY,
                                          "\xff\xfe\xfd\xfc\xfb\xfa\xf9"};

    (void)state;
    for (size_t s = 0; s < COUNT(secrets); s++) {
        struct cvx_http_redact *redact = redact_make(secrets[s]);

        for (int before = 0; before < 8; before++) {
            for (int behind = 0; behind < 4; behind++) {
                for (int url = 0; url < 2; url++) {
                    char plain[128], coded[256];
                    int n = snprintf(plain, sizeof(plain), "%.*s%s%.*s", before,
                                     "aladdin:", secrets[s], behind, "tail");
                    int m = EVP_EncodeBlock((unsigned char *)coded + 6,
                                            (const unsigned char *)plain, n);

                    memcpy(coded, "Basic ", 6);
                    for (int i = 6; url && i < 6 + m; i++)
                        coded[i] = (char)(coded[i] == '+'   ? '-'
                                          : coded[i] == '/' ? '_'
                                                            : coded[i]);
                    memcpy(coded + 6 + m, " x", 3);
                    assert_text(redact, coded, "Basic [redacted] x");
                }
            }
        }
        cvx_http_redact_free(redact);
    }
}

static void test_urls(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"http://u:p@host/x", "http://[redacted]@host/x"},
        {"see https://user@host:80/?a=b now", "see https://[redacted]@host:80/?a=b now"},
        {"http://a@b@c/", "http://[redacted]@c/"},
        {"http://host/x@y", "http://host/x@y"},
        {"http://host?x@y", "http://host?x@y"},
        {"'http://host' mail a@b", "'http://host' mail a@b"},
        {"://", "://"},
        {"://@", "://[redacted]@"},
        {"/p?key=abc", "/p?key=[redacted]"},
        {"/p?a=1&API_KEY=abc&b=2", "/p?a=1&API_KEY=[redacted]&b=2"},
        {"/p?a=1;access_token=x;b=2#f", "/p?a=1;access_token=[redacted];b=2#f"},
        {"href=\"/p?x=1&amp;sig=abc\">", "href=\"/p?x=1&amp;sig=[redacted]\">"},
        {"/p?X-Amz-Signature=ab&X-Amz-Credential=cd",
         "/p?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]"},
        {"/p?key=abc HTTP/1.1", "/p?key=[redacted] HTTP/1.1"},
        {"/p?api-version=2024-10-21&q=keys", "/p?api-version=2024-10-21&q=keys"},
        {"why? key=abc", "why? key=abc"},
        {"/p?key", "/p?key"},
        {"/p?", "/p?"},
    };
    struct cvx_http_redact *redact = redact_make(NULL);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_text(redact, cases[i].text, cases[i].want);
    cvx_http_redact_free(redact);
}

static void test_lines(void **state)
{
    static const struct {
        const char *line, *want;
    } cases[] = {
        {"HTTP/1.1 200 OK", "HTTP/1.1 200 OK"},
        {"Content-Type: text/plain", "Content-Type: text/plain"},
        {"Authorization: Bearer abc", "Authorization: [redacted]"},
        {"AUTHORIZATION:abc", "AUTHORIZATION: [redacted]"},
        {"Proxy-Authorization: Basic abc", "Proxy-Authorization: [redacted]"},
        {"api-key: abc", "api-key: [redacted]"},
        {"x-api-key: abc", "x-api-key: [redacted]"},
        {"Cookie: a=b; c=d", "Cookie: [redacted]"},
        {"set-cookie: a=b", "set-cookie: [redacted]"},
        {"x-auth-token: abc", "x-auth-token: [redacted]"},
        {"x-ratelimit-remaining-tokens: 100", "x-ratelimit-remaining-tokens: 100"},
        {"x-request-id: req_1", "x-request-id: req_1"},
        {"h2h3 [authorization: Bearer abc]", "h2h3 [authorization: [redacted]"},
        {"h2h3 [:authority: host]", "h2h3 [:authority: host]"},
        {"h2h3 [:path: /v1?key=abc]", "h2h3 [:path: /v1?key=[redacted]"},
        {"Proxy auth using Basic with user 'bob'",
         "Proxy auth using Basic with user ' [redacted]"},
        {"Issue another request to this URL: 'http://u:p@h/'",
         "Issue another request to this URL: 'http://[redacted]@h/'"},
        {"Location: https://h/cb?code=abc&state=1",
         "Location: https://h/cb?code=[redacted]&state=1"},
        {"", ""},
        {":", ":"},
        {"'", "'"},
    };
    struct cvx_http_redact *redact = redact_make("");

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_http_redact_line(redact, cases[i].line, strlen(cases[i].line), &buf);
        cvx_buf_put(&buf, NULL, 0);
        assert_string_equal(buf.data, cases[i].want);
        cvx_buf_done(&buf);
    }
    cvx_http_redact_free(redact);
    cvx_http_redact_free(NULL);
}

/* Cut anywhere, no part of the secret is left. */
static void test_stop(void **state)
{
    static const char text[] = "before 0123456789 behind\0x";
    static const char whole[] = "before [redacted] behind\\0x";
    struct cvx_http_redact *redact = redact_make("0123456789");

    (void)state;
    for (size_t stop = 0; stop < sizeof(text); stop++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_http_redact_text(redact, text, sizeof(text) - 1, stop, &buf);
        cvx_buf_put(&buf, NULL, 0);
        assert_memory_equal(buf.data, whole, buf.len);
        if (stop > 7)
            assert_true(buf.len >= strlen("before [redacted]"));
        cvx_buf_done(&buf);
    }
    cvx_http_redact_free(redact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secret), cmocka_unit_test(test_secret_in_base64),
        cmocka_unit_test(test_urls),   cmocka_unit_test(test_lines),
        cmocka_unit_test(test_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
