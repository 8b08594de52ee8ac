/* The table of addresses that pages may not lead to: first and last of each block, the
 * neighbours outside, IPv4 in the clothes of IPv6. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "http_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const k_private[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.1.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:1::1",
    "fc00::",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    /* no address at all */
    "",
    "localhost",
    "1.2.3",
    "fe80::1%lo",
};

static const char *const k_public[] = {
    "1.0.0.1",         "9.255.255.255",    "11.0.0.0",    "100.63.255.255",
    "100.128.0.0",     "126.255.255.255",  "128.0.0.1",   "169.253.255.255",
    "169.255.0.0",     "172.15.255.255",   "172.32.0.0",  "192.0.1.0",
    "192.0.3.0",       "192.167.255.255",  "192.169.0.0", "198.17.255.255",
    "198.20.0.0",      "198.51.99.1",      "203.0.112.1", "223.255.255.255",
    "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8", "2001:200::1", "2001:db7::1",
    "2002:808:808::1", "2606:4700::1111",  "fbff::1",     "fe00::1",
    "2a00::1",
};

static bool socket_private(int family, const char *text)
{
    struct sockaddr_storage storage = {.ss_family = (sa_family_t)family};
    void *where = family == AF_INET
                      ? (void *)&((struct sockaddr_in *)(void *)&storage)->sin_addr
                      : (void *)&((struct sockaddr_in6 *)(void *)&storage)->sin6_addr;

    assert_int_equal(inet_pton(family, text, where), 1);
    return cvx_http_address_private((const struct sockaddr *)(const void *)&storage);
}

static void check(const char *text, bool want)
{
    unsigned char bytes[16];

    if (cvx_http_address_text_private(text) != want)
        fail_msg("'%s' is %s", text, want ? "private" : "public");
    if (inet_pton(AF_INET, text, bytes) == 1)
        assert_int_equal(socket_private(AF_INET, text), want);
    if (inet_pton(AF_INET6, text, bytes) == 1)
        assert_int_equal(socket_private(AF_INET6, text), want);
}

static void test_table(void **state)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};

    (void)state;
    for (size_t i = 0; i < COUNT(k_private); i++)
        check(k_private[i], true);
    for (size_t i = 0; i < COUNT(k_public); i++)
        check(k_public[i], false);
    assert_true(cvx_http_address_private((const struct sockaddr *)(const void *)&local));
}

static void test_urls(void **state)
{
    static const struct {
        const char *url;
        bool want;
    } cases[] = {
        {"http://example.com/", false},
        {"http://8.8.8.8/", false},
        {"http://127.0.0.1/", true},
        {"https://10.0.0.1:8443/x", true},
        {"http://2130706433/", true},
        {"http://0x7f.1/", true},
        {"http://[::1]/", true},
        {"http://[fe80::1%25eth0]/", true},
        {"http://[2606:4700::1111]/", false},
        {"http://localhost/", true},
        {"http://LOCALHOST./", true},
        {"http://a.localhost/", true},
        {"http://notlocalhost/", false},
        {"http://localhost.example/", false},
        {"http://u:p@127.0.0.1/", true},
        {"", true},
        {"nonsense://", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (cvx_http_address_url_private(cases[i].url) != cases[i].want)
            fail_msg("%s", cases[i].url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_urls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
