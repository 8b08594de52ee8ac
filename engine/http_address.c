/* Owns the table of addresses that pages may not lead to. Pure. */
#include "http_private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

struct block {
    unsigned char bytes[16];
    unsigned bits;
};

static bool block_holds(const struct block *block, const unsigned char *address)
{
    unsigned whole = block->bits / 8, rest = block->bits % 8;

    if (memcmp(block->bytes, address, whole) != 0)
        return false;
    return rest == 0 || (block->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

/* The special-purpose registries for IPv4 and IPv6, and multicast. */
static bool private4(const unsigned char *address)
{
    static const struct block blocks[] = {
        {{0}, 8},             /* this host */
        {{10}, 8},            /* private */
        {{100, 64}, 10},      /* shared by a carrier's customers */
        {{127}, 8},           /* loopback */
        {{169, 254}, 16},     /* link-local, cloud metadata */
        {{172, 16}, 12},      /* private */
        {{192, 0, 0}, 24},    /* protocol assignments */
        {{192, 0, 2}, 24},    /* documentation */
        {{192, 168}, 16},     /* private */
        {{198, 18}, 15},      /* benchmarks */
        {{198, 51, 100}, 24}, /* documentation */
        {{203, 0, 113}, 24},  /* documentation */
        {{224}, 4},           /* multicast */
        {{240}, 4},           /* reserved, broadcast */
    };

    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
        if (block_holds(&blocks[i], address))
            return true;
    return false;
}

static bool private6(const unsigned char *address)
{
    static const struct {
        struct block block;
        int inner; /* where the IPv4 address lies that decides; -1 = none, it is private */
    } blocks[] = {
        {{{[15] = 1}, 128}, -1},                 /* loopback */
        {{{[10] = 0xff, 0xff}, 96}, 12},         /* IPv4-mapped */
        {{{0}, 96}, 12},                         /* unspecified, IPv4-compatible */
        {{{0, 0x64, 0xff, 0x9b}, 96}, 12},       /* NAT64 */
        {{{0, 0x64, 0xff, 0x9b, 0, 1}, 48}, -1}, /* local NAT64 */
        {{{1}, 64}, -1},                         /* discard */
        {{{0x20, 0x01, 0, 0}, 23}, -1},          /* protocol assignments, Teredo */
        {{{0x20, 0x01, 0x0d, 0xb8}, 32}, -1},    /* documentation */
        {{{0x20, 0x02}, 16}, 2},                 /* 6to4 */
        {{{0xfc}, 7}, -1},                       /* unique local */
        {{{0xfe, 0x80}, 10}, -1},                /* link-local */
        {{{0xfe, 0xc0}, 10}, -1},                /* site-local */
        {{{0xff}, 8}, -1},                       /* multicast */
    };

    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
        if (block_holds(&blocks[i].block, address))
            return blocks[i].inner < 0 || private4(address + blocks[i].inner);
    return false;
}

bool cvx_http_address_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof(in));
        return private4((const unsigned char *)&in.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof(in6));
        return private6((const unsigned char *)&in6.sin6_addr);
    }
    return true;
}

bool cvx_http_address_text_private(const char *text)
{
    unsigned char bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        return private4(bytes);
    if (inet_pton(AF_INET6, text, bytes) == 1)
        return private6(bytes);
    return true;
}

static bool host_private(char *host)
{
    static const char local[] = "localhost";
    size_t len = strlen(host), n = sizeof(local) - 1;

    if (host[0] == '[') { /* an IPv6 address, perhaps with its zone */
        host[strcspn(host, "]%")] = '\0';
        return cvx_http_address_text_private(host + 1);
    }
    if (len > 0 && host[len - 1] == '.')
        host[--len] = '\0';
    if (len >= n && strcasecmp(host + len - n, local) == 0 &&
        (len == n || host[len - n - 1] == '.'))
        return true;
    unsigned char bytes[4];

    return inet_pton(AF_INET, host, bytes) == 1 && private4(bytes);
}

bool cvx_http_address_url_private(const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    bool result = true; /* also when it cannot be told */

    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        result = host_private(host);
    curl_free(host);
    curl_url_cleanup(parts);
    return result;
}
