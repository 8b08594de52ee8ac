/* A page's HTML: its text by input/html.c, its links for page_links.c. */
#include "adjust/page_private.h"

#include "adjust/url.h"
#include "input/html.h"

struct page {
    const char *url;
    struct cvx_page_text *text;
};

/* A base that is no address of the web counts for nothing. */
static int on_link(void *user, const char *base, const char *href, struct cvx_span words)
{
    struct page *page = user;
    struct cvx_url url;

    return cvx_page_links_offer(page->text->links, page->url,
                                cvx_url_split(base, &url) ? base : page->url, href,
                                words);
}

int cvx_page_html_read(const struct cvx_page_source *source, const char *charset,
                       bool with_nav, struct cvx_page_text *ret, struct cvx_err *err)
{
    struct page page = {.url = source->url, .text = ret};
    struct cvx_html_source html = {
        .data = source->data,
        .len = source->len,
        .charset = charset,
        .with_nav = with_nav,
        .max_chars = source->max_chars,
        .on_link = on_link,
        .user = &page,
    };
    struct cvx_html_text text = {0};
    int rc = cvx_html_read(&html, &text, err);

    if (rc)
        return rc;
    ret->text = text.text;
    ret->chars = text.chars;
    return CVX_OK;
}
