/* A page's bytes into text: which reader it takes, and whether it says enough. See
 * page_text.h. */
#include "adjust/page_text.h"

#include <string.h>
#include <strings.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "adjust/page_private.h"
#include "input/collect.h"
#include "input/encoding.h"
#include "text/lines.h"

enum kind { KIND_HTML, KIND_PLAIN, KIND_OTHER };

static bool is_type(const char *content_type, const char *type)
{
    size_t n = strlen(type);

    return strncasecmp(content_type, type, n) == 0 &&
           strchr(" \t;,", content_type[n]) != NULL;
}

/* How PDF files and others that hold no text betray themselves. */
static bool is_binary(const struct cvx_page_source *source)
{
    size_t within = source->len < 1024 ? source->len : 1024;

    if (cvx_encoding_is_utf16(source->data, source->len))
        return false;
    return (within >= 5 && memcmp(source->data, "%PDF-", 5) == 0) ||
           memchr(source->data, 0, within) != NULL;
}

/* Servers that name no type mostly send HTML. */
static enum kind kind_of(const struct cvx_page_source *source)
{
    const char *type = source->content_type;

    if (is_binary(source))
        return KIND_OTHER;
    if (!type || type[0] == '\0' || is_type(type, "text/html") ||
        is_type(type, "application/xhtml+xml"))
        return KIND_HTML;
    return strncasecmp(type, "text/", 5) == 0 ? KIND_PLAIN : KIND_OTHER;
}

static int read_plain(const struct cvx_page_source *source, const char *charset,
                      struct cvx_page_text *ret, struct cvx_err *err)
{
    struct cvx_collect lines = {.text = &ret->text, .max_chars = source->max_chars};
    struct cvx_buf utf8 = CVX_BUF_INIT;
    struct cvx_span line;
    int rc = cvx_encoding_decode(source->data, source->len, charset, &utf8, NULL, err);
    struct cvx_span rest = {utf8.len ? utf8.data : "", utf8.len};

    while (!rc && cvx_lines_next(&rest, &line)) {
        cvx_collect_add(&lines, line.p, line.len);
        cvx_collect_end(&lines, true, NULL);
    }
    if (!rc && cvx_collect_failed(&lines))
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for a page's text");
    ret->chars = lines.own_chars;
    cvx_buf_done(&lines.line);
    cvx_buf_done(&utf8);
    return rc;
}

/* Some sites wrap all they have in <nav>, or never close it. */
static int read_html(const struct cvx_page_source *source, const char *charset,
                     struct cvx_page_text *ret, struct cvx_err *err)
{
    struct cvx_page_text again = {0};
    int rc = cvx_page_html_read(source, charset, false, ret, err);

    if (rc || ret->chars >= CVX_PAGE_TEXT_MIN)
        return rc;
    rc = cvx_page_html_read(source, charset, true, &again, err);
    if (!rc && again.chars > ret->chars) {
        cvx_page_text_done(ret);
        *ret = again;
        return CVX_OK;
    }
    cvx_page_text_done(&again);
    return rc;
}

int cvx_page_text_read(const struct cvx_page_source *source, struct cvx_page_text *ret,
                       struct cvx_err *err)
{
    struct cvx_page_text page = {0};
    struct cvx_buf charset = CVX_BUF_INIT, shown = CVX_BUF_INIT;
    enum kind kind = kind_of(source);
    int rc;

    if (source->content_type)
        cvx_page_charset_of(source->content_type, &charset);
    if (charset.failed)
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for a page's text");
    else if (kind == KIND_HTML)
        rc = read_html(source, charset.data, &page, err);
    else if (kind == KIND_PLAIN)
        rc = read_plain(source, charset.data, &page, err);
    else {
        const char *type = source->content_type ? source->content_type : "a binary file";

        cvx_text_printable(&shown, type, strcspn(type, ";"));
        rc = cvx_fail(err, CVX_EFORMAT, "neither HTML nor text (%.100s)",
                      shown.failed ? "something else" : shown.data);
    }
    cvx_buf_done(&charset);
    cvx_buf_done(&shown);
    if (rc)
        cvx_page_text_done(&page);
    else
        *ret = page;
    return rc;
}

void cvx_page_text_done(struct cvx_page_text *page)
{
    if (!page)
        return;
    cvx_buf_done(&page->text);
    for (size_t i = 0; i < CVX_PAGE_LINKS; i++)
        cvx_free(page->links[i]);
    *page = (struct cvx_page_text){0};
}

int cvx_page_text_check(const struct cvx_page_text *page, struct cvx_err *err)
{
    if (page->chars >= CVX_PAGE_TEXT_MIN)
        return CVX_OK;
    return cvx_fail(err, CVX_EFORMAT,
                    "only %zu characters of text, under %zu: it is probably made by "
                    "JavaScript, which is not run",
                    page->chars, CVX_PAGE_TEXT_MIN);
}
