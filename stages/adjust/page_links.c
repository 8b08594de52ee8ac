/* Owns which links of a company's page are followed: one page each about the company, its
 * products, its open positions. */
#include "adjust/page_private.h"

#include <string.h>

#include <libxml/uri.h>

#include <cvextract/mem.h>

#include "adjust/url.h"

/* Of the words that a link shows, what is looked at. */
#define WORDS_MAX ((size_t)80)

/* How the words of paths and links begin, in the languages that are likely; '-' stands for
 * whatever separates words. */
static const char *const k_begins[CVX_PAGE_LINKS][14] = {
    [CVX_PAGE_ABOUT] = {"about", "company", "who-we-are", "our-story", "ueber-uns",
                        "uber-uns", "über-uns", "unternehmen", "a-propos", "sobre",
                        "chi-siamo", "over-ons", "om-oss"},
    [CVX_PAGE_PRODUCTS] = {"product", "solution", "services", "what-we-do", "platform",
                           "produkt", "leistung", "loesung", "lösung", "produit",
                           "producto", "prodotti", "servicio"},
    [CVX_PAGE_CAREERS] = {"career", "jobs", "join-us", "work-with-us", "vacanc", "hiring",
                          "karriere", "stellen", "carri", "emploi", "empleo", "lavora",
                          "werken-bij"},
};

/* Pages that tell nothing about a company, whatever else their address holds. */
static const char *const k_never[] = {"terms",  "privacy",     "legal",
                                      "cookie", "login",       "signin",
                                      "signup", "datenschutz", "impressum"};

/* ASCII letters in lower case, everything that is neither letter nor digit '-': one at the
 * beginning too. */
static void fold(const char *p, size_t len, struct cvx_buf *buf)
{
    cvx_buf_putc(buf, '-');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)p[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        bool kept = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        cvx_buf_putc(buf, kept ? (char)c : '-');
    }
}

static bool has_word(const char *folded, const char *begin)
{
    size_t n = strlen(begin);

    for (const char *at = strchr(folded, '-'); at; at = strchr(at + 1, '-'))
        if (strncmp(at + 1, begin, n) == 0)
            return true;
    return false;
}

/* CVX_PAGE_LINKS = none of them. */
static size_t kind_of(const char *folded)
{
    for (size_t i = 0; i < sizeof(k_never) / sizeof(k_never[0]); i++)
        if (has_word(folded, k_never[i]))
            return CVX_PAGE_LINKS;
    for (size_t kind = 0; kind < CVX_PAGE_LINKS; kind++)
        for (size_t i = 0; i < 14 && k_begins[kind][i]; i++)
            if (has_word(folded, k_begins[kind][i]))
                return kind;
    return CVX_PAGE_LINKS;
}

/* By its path, else by the words that it shows. */
static int classify(const struct cvx_url *url, struct cvx_span words, size_t *ret)
{
    struct cvx_buf folded = CVX_BUF_INIT;

    fold(url->rest.p, strcspn(url->rest.p, "?#"), &folded);
    size_t kind = folded.failed ? CVX_PAGE_LINKS : kind_of(folded.data);

    if (kind == CVX_PAGE_LINKS && !folded.failed) {
        cvx_buf_putc(&folded, '-');
        fold(words.p, words.len < WORDS_MAX ? words.len : WORDS_MAX, &folded);
        kind = folded.failed ? CVX_PAGE_LINKS : kind_of(folded.data);
    }
    int rc = folded.failed ? CVX_ENOMEM : CVX_OK;

    cvx_buf_done(&folded);
    *ret = kind;
    return rc;
}

static bool same_page(const char *page, const char *link)
{
    size_t n = strcspn(page, "#");

    return strncmp(page, link, n) == 0 && link[n] == '\0';
}

static int keep(char *links[CVX_PAGE_LINKS], const char *page, const char *link,
                struct cvx_span words)
{
    struct cvx_url from, to;
    size_t kind = CVX_PAGE_LINKS;

    if (!cvx_url_split(page, &from) || !cvx_url_split(link, &to) ||
        !cvx_url_same_site(&from, &to) || same_page(page, link))
        return CVX_OK;
    int rc = classify(&to, words, &kind);

    if (rc || kind == CVX_PAGE_LINKS || links[kind])
        return rc;
    for (size_t i = 0; i < CVX_PAGE_LINKS; i++)
        if (links[i] && strcmp(links[i], link) == 0)
            return CVX_OK;
    links[kind] = cvx_strdup(link);
    return links[kind] ? CVX_OK : CVX_ENOMEM;
}

int cvx_page_links_offer(char *links[CVX_PAGE_LINKS], const char *page, const char *base,
                         const char *href, struct cvx_span words)
{
    int rc = CVX_OK;

    href += strspn(href, " \t\r\n");
    if (strlen(href) > CVX_URL_MAX || strlen(base) > CVX_URL_MAX)
        return CVX_OK;
    /* NULL: no address that could be made whole. */
    xmlChar *whole = xmlBuildURI((const xmlChar *)href, (const xmlChar *)base);

    if (whole) {
        whole[strcspn((const char *)whole, "#")] = '\0';
        rc = keep(links, page, (const char *)whole, words);
    }
    xmlFree(whole);
    return rc;
}
