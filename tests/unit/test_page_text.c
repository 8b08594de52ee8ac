/* The text of pages: what is kept of HTML, in which charset, how much, which links; and the
 * addresses that all of it goes by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "adjust/page_text.h"
#include "adjust/url.h"

#define HTML "text/html; charset=utf-8"
#define SITE "https://www.acme.example/en/"

static int read_page(const char *data, size_t len, const char *type, size_t max_chars,
                     struct cvx_page_text *ret, struct cvx_err *err)
{
    struct cvx_page_source source = {.data = data,
                                     .len = len,
                                     .content_type = type,
                                     .url = SITE,
                                     .max_chars = max_chars};

    return cvx_page_text_read(&source, ret, err);
}

static void test_text(void **state)
{
    static const struct {
        const char *html, *text;
    } cases[] = {
        {"", ""},
        {"<p>One  two\n three<p>four", "One two three\nfour\n"},
        {"<title>T &amp; U</title><h1>Head<em>line</em></h1>a<br>b",
         "T & U\nHeadline\na\nb\n"},
        {"<meta name=Description content='It  is.'><body>x", "It is.\nx\n"},
        {"a<script>var "
         "x='<p>no</p>';</script>b<style>i{}</style>c<noscript>no</noscript>d",
         "a\nb\nc\nd\n"},
        {"<nav>menu <a href=/x>x</a></nav><main>text</main>", "menu x\ntext\n"},
        {"<ul><li>a<li>b<ul><li>c</ul></ul><table><tr><td>d<td>e</table>",
         "a\nb\nc\nd\ne\n"},
        {"<div hidden>no<p>no</div><div>yes</div><select><option>no</select>", "yes\n"},
        {"<!-- no --><svg><title>no</title><text>no</text></svg>yes", "yes\n"},
        {"&euro;&#8364;&#x20ac;&bogus;\u00e4\u00a0\u00adx",
         "\u20ac\u20ac\u20ac&bogus;\u00e4 -x\n"},
        {"<p>un<b>closed<i>tags<p>and</b></i></div></p></span>more",
         "unclosedtags\nand\nmore\n"},
        {"<custom-card><p>a</p></custom-card>b", "a\nb\n"},
        {"no tags at all", "no tags at all\n"},
        {"<p>a\x01\x02"
         "b</p>",
         "ab\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_page_text page = {0};
        struct cvx_err err;

        assert_int_equal(
            read_page(cases[i].html, strlen(cases[i].html), HTML, 1000, &page, &err),
            CVX_OK);
        if (strcmp(page.text.len ? page.text.data : "", cases[i].text) != 0)
            fail_msg("%s\nwanted: %s\nfound: %s", cases[i].html, cases[i].text,
                     page.text.data);
        cvx_page_text_done(&page);
    }
}

/* Navigation is left out when enough remains without it. */
static void test_nav(void **state)
{
    struct cvx_buf html = CVX_BUF_INIT;
    struct cvx_page_text page = {0};
    struct cvx_err err;

    (void)state;
    cvx_buf_puts(&html, "<nav>menu</nav><p>");
    for (int i = 0; i < 60; i++)
        cvx_buf_puts(&html, "word ");
    assert_int_equal(read_page(html.data, html.len, HTML, 1000, &page, &err), CVX_OK);
    assert_null(strstr(page.text.data, "menu"));
    assert_int_equal(page.chars, 299);
    assert_int_equal(cvx_page_text_check(&page, &err), CVX_OK);
    cvx_page_text_done(&page);
    cvx_buf_done(&html);
}

/* Title and description are no text of the page's own; nor is a script. */
static void test_too_little(void **state)
{
    static const char html[] = "<title>A rather long title of a page that is made by a "
                               "script and says so at great "
                               "length, which is of no use at all to anybody who cannot "
                               "run the script in question"
                               "</title><meta name=description content='And just as long "
                               "a description that says "
                               "even less about what could be found on it'><div "
                               "id=root></div><script>x()</script>";
    struct cvx_page_text page = {0};
    struct cvx_err err;

    (void)state;
    assert_int_equal(read_page(html, strlen(html), NULL, 1000, &page, &err), CVX_OK);
    assert_int_equal(page.chars, 0);
    assert_true(page.text.len > 200);
    assert_int_equal(cvx_page_text_check(&page, &err), CVX_EFORMAT);
    assert_non_null(strstr(cvx_err_top(&err), "JavaScript"));
    assert_non_null(strstr(cvx_err_top(&err), "0 characters"));
    cvx_page_text_done(&page);
}

static void test_charset(void **state)
{
    static const struct {
        const char *type, *data;
        size_t len;
        const char *text; /* NULL: refused */
    } cases[] = {
        {NULL, "<p>gr\xc3\xb6\xc3\x9f", 0, "gr\u00f6\u00df\n"},
        {"text/html", "<p>gr\xf6\xdf \x80", 0, "gr\u00f6\u00df \u20ac\n"},
        {"text/html; charset=ISO-8859-1", "<p>gr\xf6\xdf \x80", 0,
         "gr\u00f6\u00df \u20ac\n"},
        {"text/html;charset=\"iso-8859-15\"", "<p>\xa4", 0, "\u20ac\n"},
        {"text/html", "<meta charset=iso-8859-2><p>\xb3", 0, "\u0142\n"},
        {"text/html; charset=no-such", "<p>\xc3\xb6", 0, "\u00f6\n"},
        {"text/html; charset=utf-8", "<p>ok \xff ok", 0, "ok ok\n"},
        {"text/html; charset=shift_jis", "<p>\x93\x8c\x8b\x9e", 0, "\u6771\u4eac\n"},
        {"text/html", "\xff\xfe<\0p\0>\0\xf6\0", 10, "\u00f6\n"},
        {"text/plain", "a\r\n\n b\t c \xc3\xb6", 0, "a\nb c \u00f6\n"},
        {"text/plain; charset=us-ascii", "\xf6 \x93q\x94", 0, "\u00f6 \u201cq\u201d\n"},
        {"text/plain", "\xfe\xff\0a\0\xf6", 6, "a\u00f6\n"},
        {"text/markdown", "# a\n<b>", 0, "# a\n<b>\n"},
        {"application/xhtml+xml", "<p>x</p>", 0, "x\n"},
        {"application/pdf", "%PDF-1.7", 0, NULL},
        {NULL, "%PDF-1.7 x", 0, NULL},
        {"text/html", "PK\x03\x04\0\0", 6, NULL},
        {"image/png\x1b[31m", "x", 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_page_text page = {0};
        struct cvx_err err;
        size_t len = cases[i].len ? cases[i].len : strlen(cases[i].data);
        int rc = read_page(cases[i].data, len, cases[i].type, 1000, &page, &err);

        assert_int_equal(rc, cases[i].text ? CVX_OK : CVX_EFORMAT);
        if (rc)
            assert_null(strchr(cvx_err_top(&err), '\x1b'));
        else if (strcmp(page.text.data, cases[i].text) != 0)
            fail_msg("%zu: wanted %s, found %s", i, cases[i].text, page.text.data);
        cvx_page_text_done(&page);
    }
}

/* At most so many characters, whole ones. */
static void test_limit(void **state)
{
    struct cvx_buf html = CVX_BUF_INIT;
    struct cvx_page_text page = {0};
    struct cvx_err err;

    (void)state;
    for (int i = 0; i < 3000; i++)
        cvx_buf_puts(&html, "<p>\u00f6\u20ac\U0001f600");
    assert_int_equal(read_page(html.data, html.len, HTML, 1000, &page, &err), CVX_OK);
    assert_int_equal(page.chars, 1000);
    assert_true(cvx_text_is_utf8(page.text.data, page.text.len));
    assert_int_equal(page.text.len, 333 * (2 + 3 + 4 + 1) + 2 + 1);
    cvx_page_text_done(&page);
    cvx_buf_done(&html);
}

static void test_links(void **state)
{
    static const struct {
        const char *html, *links[CVX_PAGE_LINKS];
    } cases[] = {
        {"<a href=/about>x</a><a href='../products/'>y</a><a href=jobs#top>z</a>",
         {"https://www.acme.example/about", "https://www.acme.example/products/",
          "https://www.acme.example/en/jobs"}},
        /* by their words, in the menu, nested */
        {"<nav><a href=/1>\u00dcber uns</a><a href=/2>Our <b>Solutions</b></a>"
         "<a href=/3><span>Karriere</span></a></nav>",
         {NULL, "https://www.acme.example/2", "https://www.acme.example/3"}},
        {"<a href=/ueber-uns.html>x</a><a href=/produkte>x</a><a "
         "href=/stellenangebote>x</a>",
         {"https://www.acme.example/ueber-uns.html", "https://www.acme.example/produkte",
          "https://www.acme.example/stellenangebote"}},
        /* other sites, schemes, credentials, ports, the page itself */
        {"<a href=https://other.example/about>a</a><a href=javascript:about()>a</a>"
         "<a href=mailto:jobs@acme.example>j</a><a "
         "href=http://www.acme.example/about>a</a>"
         "<a href=https://u:p@www.acme.example/about>a</a>"
         "<a href=https://www.acme.example:8443/about>a</a>"
         "<a href=//127.0.0.1/about>a</a><a href=file:///about>a</a>"
         "<a href='#about'>a</a><a href=''>about</a>",
         {NULL, NULL, NULL}},
        {"<a href=https://acme.example:443/careers>x</a>",
         {NULL, NULL, "https://acme.example:443/careers"}},
        /* what only sounds like it */
        {"<a href=/terms-of-services>Services</a><a href=/roundabout>x</a>"
         "<a href=/privacy/about>x</a><a href=/byproducts>x</a>",
         {NULL, NULL, NULL}},
        /* the first of a kind; no page twice; <base> */
        {"<a href=/about>a</a><a href=/about-us>b</a><a href=/about>Jobs</a>",
         {"https://www.acme.example/about", NULL, NULL}},
        {"<base href=https://www.acme.example/de/><a href=about>a</a>",
         {"https://www.acme.example/de/about", NULL, NULL}},
        {"<base href=https://evil.example/><a href=about>a</a>", {NULL, NULL, NULL}},
        {"<a href='/about?x=<y>'>a</a><a href='/ jobs'>z</a>", {NULL, NULL, NULL}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_page_text page = {0};
        struct cvx_err err;

        assert_int_equal(
            read_page(cases[i].html, strlen(cases[i].html), HTML, 1000, &page, &err),
            CVX_OK);
        for (size_t k = 0; k < CVX_PAGE_LINKS; k++) {
            const char *found = page.links[k] ? page.links[k] : "none";
            const char *wanted = cases[i].links[k] ? cases[i].links[k] : "none";

            if (strcmp(found, wanted) != 0)
                fail_msg("case %zu, link %zu: wanted %s, found %s", i, k, wanted, found);
        }
        cvx_page_text_done(&page);
    }
}

static void fill(struct cvx_buf *buf, size_t bytes, const char *fmt)
{
    for (unsigned i = 0; buf->len < bytes; i++)
        cvx_buf_printf(buf, fmt, i);
}

/* Pages that would make the parser look through ever longer lists. Each is 2 MB, so that
 * one that takes more than linear time is not read within the test's own. */
static void test_hostile(void **state)
{
    static const struct {
        const char *first, *then;
        size_t switch_at;
    } cases[] = {
        {"<i>", "</b>", 1000000}, /* deep, and ends of what is not open */
        {"<p a%u ", "a%u ", 10},  /* one element of many attributes */
        {"<a href='/about?%u'>x", "<a href='/about?%u'>x", 0},
        {"<div><p>", "</p></div>", 1000000},
        {"&#x%x;", "&amp%u", 1000000},
        {"<!--", "x%u", 10},
        {"<title>", "<", 10},
        {"<table><tr><td>", "</table>", 1500000},
        {"\xff\xfe", "\x01\xd8", 2}, /* halves of pairs */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_buf html = CVX_BUF_INIT;
        struct cvx_page_text page = {0};
        struct cvx_err err;

        cvx_buf_puts(&html, "<p>beginning</p>");
        fill(&html, cases[i].switch_at, cases[i].first);
        fill(&html, 2000000, cases[i].then);
        assert_int_equal(read_page(html.data, html.len, HTML, 20000, &page, &err),
                         CVX_OK);
        assert_true(page.chars <= 20000);
        assert_non_null(strstr(page.text.data, "beginning"));
        cvx_page_text_done(&page);
        cvx_buf_done(&html);
    }
}

static void test_urls(void **state)
{
    static const struct {
        const char *url;
        bool good;
        const char *host, *port;
    } cases[] = {
        {"https://acme.example", true, "acme.example", ""},
        {"HTTP://Acme.example:8080/a?b#c", true, "Acme.example", "8080"},
        {"http://[::1]:80/", true, "[::1]", "80"},
        {"http://[::1]", true, "[::1]", ""},
        {"http://127.0.0.1?x@y", true, "127.0.0.1", ""},
        {"acme.example", false, "", ""},
        {"ftp://acme.example", false, "", ""},
        {"httpx://acme.example", false, "", ""},
        {"://acme.example", false, "", ""},
        {"https:///path", false, "", ""},
        {"https://:80/", false, "", ""},
        {"https://user@acme.example/", false, "", ""},
        {"https://user:word@acme.example/", false, "", ""},
        {"https://acme.example\\@evil.example/", false, "", ""},
        {"https://acme.example/a b", false, "", ""},
        {"https://acme.example/\n", false, "", ""},
        {"https://acme.example:http/", false, "", ""},
        {"https://acme.example:123456/", false, "", ""},
        {"", false, "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_url url;
        struct cvx_err err;
        bool good = cvx_url_split(cases[i].url, &url);
        int rc = cvx_url_check("customer-url", cases[i].url, &err);

        if (good != cases[i].good || (rc == CVX_OK) != good)
            fail_msg("'%s'", cases[i].url);
        if (!good) {
            assert_int_equal(rc, CVX_EUSAGE);
            assert_non_null(strstr(cvx_err_top(&err), "customer-url="));
            continue;
        }
        assert_int_equal(url.host.len, strlen(cases[i].host));
        assert_memory_equal(url.host.p, cases[i].host, url.host.len);
        assert_int_equal(url.port.len, strlen(cases[i].port));
        assert_memory_equal(url.port.p, cases[i].port, url.port.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),       cmocka_unit_test(test_nav),
        cmocka_unit_test(test_too_little), cmocka_unit_test(test_charset),
        cmocka_unit_test(test_limit),      cmocka_unit_test(test_links),
        cmocka_unit_test(test_hostile),    cmocka_unit_test(test_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
