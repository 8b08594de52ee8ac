/* HTML read as libxml2's events: no tree is built. The parser is fed piece by piece, so that
 * it can be ended where a document would cost more than linear time: it looks through all
 * open elements at every end tag, and through all attributes of an element at each of them. */
#include "input/html.h"

#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>
#include <libxml/xmlerror.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "input/collect.h"
#include "input/encoding.h"

#define OPTIONS                                                                          \
    (HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING)
/* Bytes handed to the parser at once. */
#define PIECE 4096
/* Where a document says which charset it is in, if it does. */
#define CHARSET_WITHIN 4096
/* Links looked at: of more, the rest is of the same kind. */
#define LINKS_MAX 2000u
/* Bytes of an address, of the words that a link shows. */
#define HREF_MAX ((size_t)2048)
#define WORDS_MAX 200
/* Characters of a title, of a description. */
#define HEAD_LINE_MAX 400

struct reading {
    const struct cvx_html_source *source;
    struct cvx_html_text *result;
    htmlParserCtxtPtr parser;
    size_t pos; /* bytes handed out */
    bool failed;
    unsigned depth;
    unsigned skip; /* depth of the element whose text is passed over, 0 = none */
    unsigned pre;  /* of the outermost <pre>, 0 = none */
    bool in_title;
    bool item; /* an item of a list has begun, no text of it came yet */
    struct cvx_collect lines;
    struct cvx_buf base, href, words; /* href: of the open link, empty = none is open */
    unsigned links;
};

static bool is_one_of(const xmlChar *name, const char *const *names)
{
    for (; *names; names++)
        if (strcasecmp((const char *)name, *names) == 0)
            return true;
    return false;
}

static bool is_inline(const xmlChar *name)
{
    static const char *const k_names[] = {
        "a",     "abbr",   "acronym", "b",      "bdi",     "bdo",  "big", "cite",
        "code",  "data",   "del",     "dfn",    "em",      "font", "i",   "img",
        "ins",   "kbd",    "label",   "mark",   "picture", "q",    "s",   "samp",
        "small", "source", "span",    "strike", "strong",  "sub",  "sup", "time",
        "tt",    "u",      "var",     "wbr",    NULL};

    return is_one_of(name, k_names);
}

static const xmlChar *attribute(const xmlChar **atts, const char *name)
{
    for (; atts && atts[0]; atts += 2)
        if (strcasecmp((const char *)atts[0], name) == 0)
            return atts[1] ? atts[1] : (const xmlChar *)"";
    return NULL;
}

static bool is_skipped(const struct reading *r, const xmlChar *name, const xmlChar **atts)
{
    static const char *const k_names[] = {
        "script", "style",  "noscript", "template", "svg",      "math", "iframe",
        "object", "canvas", "select",   "textarea", "datalist", NULL};

    return is_one_of(name, k_names) || attribute(atts, "hidden") ||
           (!r->source->with_nav && strcasecmp((const char *)name, "nav") == 0);
}

static void line_end(struct reading *r, bool own)
{
    size_t before = r->lines.chars;

    cvx_collect_end(&r->lines, own, r->item && r->source->marks ? "- " : NULL);
    if (r->lines.chars > before)
        r->item = false;
}

/* ---- links ---- */

static void link_end(struct reading *r)
{
    struct cvx_span words = {r->words.len ? r->words.data : "", r->words.len};

    if (r->href.len == 0)
        return;
    if (r->words.failed || r->base.failed ||
        r->source->on_link(r->source->user, r->base.len ? r->base.data : "", r->href.data,
                           words))
        r->failed = true;
    cvx_buf_trim(&r->href, 0);
    cvx_buf_clear(&r->words);
}

static void link_begin(struct reading *r, const xmlChar **atts)
{
    const xmlChar *href = attribute(atts, "href");

    link_end(r);
    if (r->source->on_link && href && r->links++ < LINKS_MAX &&
        strlen((const char *)href) <= HREF_MAX)
        cvx_buf_puts(&r->href, (const char *)href);
}

/* The first <base> that is an address counts. */
static void base_set(struct reading *r, const xmlChar **atts)
{
    const char *href = (const char *)attribute(atts, "href");

    if (href && r->base.len == 0 && strstr(href, "://") && strlen(href) <= HREF_MAX)
        cvx_buf_puts(&r->base, href);
}

/* ---- events ---- */

static void description(struct reading *r, const xmlChar **atts)
{
    const xmlChar *name = attribute(atts, "name"), *text = attribute(atts, "content");

    if (!name || !text || strcasecmp((const char *)name, "description") != 0)
        return;
    size_t len = strlen((const char *)text);

    line_end(r, true);
    cvx_collect_add(&r->lines, (const char *)text,
                    cvx_text_cut((const char *)text, len, HEAD_LINE_MAX));
    line_end(r, false);
}

/* What is left comes as an end of input (on_read): to stop the parser itself would free what
 * it is reading from. */
static void end_reading(struct reading *r)
{
    r->result->ended = true;
}

static void start_element(struct reading *r, const xmlChar *name, const xmlChar **atts)
{
    const char *element = (const char *)name;

    if (strcasecmp(element, "a") == 0)
        link_begin(r, atts);
    else if (strcasecmp(element, "base") == 0)
        base_set(r, atts);
    else if (strcasecmp(element, "meta") == 0)
        description(r, atts);
    else if (strcasecmp(element, "title") == 0)
        r->in_title = true;
    else if (strcasecmp(element, "li") == 0)
        r->item = true;
    else if (strcasecmp(element, "pre") == 0 && r->pre == 0)
        r->pre = r->depth;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
    struct reading *r = ctx;

    if (r->result->ended)
        return;
    if (++r->depth > CVX_HTML_DEPTH_MAX) {
        end_reading(r);
        return;
    }
    if (!is_inline(name))
        line_end(r, true);
    if (r->skip == 0 && is_skipped(r, name, atts))
        r->skip = r->depth;
    start_element(r, name, atts);
}

static void on_end(void *ctx, const xmlChar *name)
{
    struct reading *r = ctx;

    if (r->result->ended)
        return;
    if (strcasecmp((const char *)name, "a") == 0)
        link_end(r);
    if (!is_inline(name))
        line_end(r, !r->in_title);
    if (strcasecmp((const char *)name, "title") == 0)
        r->in_title = false;
    if (strcasecmp((const char *)name, "li") == 0)
        r->item = false;
    if (r->depth == r->skip)
        r->skip = 0;
    if (r->depth == r->pre)
        r->pre = 0;
    if (r->depth > 0)
        r->depth--;
}

static void add_lines(struct reading *r, const char *text, size_t len)
{
    const char *end = text + len, *feed;

    while ((feed = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        cvx_collect_add(&r->lines, text, (size_t)(feed - text));
        line_end(r, true);
        text = feed + 1;
    }
    cvx_collect_add(&r->lines, text, (size_t)(end - text));
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct reading *r = ctx;

    if (r->result->ended || len <= 0)
        return;
    if (r->href.len > 0 && r->words.len + (size_t)len <= WORDS_MAX)
        cvx_buf_put(&r->words, text, (size_t)len);
    if (r->skip > 0)
        return;
    if (r->pre > 0)
        add_lines(r, (const char *)text, (size_t)len);
    else
        cvx_collect_add(&r->lines, (const char *)text, (size_t)len);
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

/* ---- the parser ---- */

static int on_read(void *ctx, char *to, int room)
{
    struct reading *r = ctx;
    size_t left = r->source->len - r->pos, n = room > 0 ? (size_t)room : 0;

    /* Names and values of the element with the most attributes so far. */
    if (r->parser->maxatts > 2 * (int)CVX_XML_ATTRIBUTES_MAX)
        end_reading(r);
    if (r->result->ended || r->failed)
        return 0;
    n = n < PIECE ? n : PIECE;
    n = n < left ? n : left;
    memcpy(to, r->source->data + r->pos, n);
    r->pos += n;
    return (int)n;
}

static int on_close(void *ctx)
{
    (void)ctx;
    return 0;
}

/* libxml2 allocates by itself; a torture test has it refuse here. */
static htmlParserCtxtPtr parser_new(void)
{
#ifdef CVX_FAULTS
    void *probe = cvx_alloc(1);
    cvx_free(probe);
    if (!probe)
        return NULL;
#endif
    return htmlNewParserCtxt();
}

/* What its carrier said; else UTF-8 when it is that; else what the document says of itself,
 * which libxml2 reads (NULL). */
static const char *charset_of(const struct cvx_html_source *source)
{
    size_t within = source->len < CHARSET_WITHIN ? source->len : CHARSET_WITHIN;

    if (source->charset)
        return source->charset;
    if (cvx_text_is_utf8(source->data, source->len))
        return "UTF-8";
    if (cvx_encoding_is_utf16(source->data, source->len))
        return NULL;
    for (size_t i = 0; i + 7 <= within; i++)
        if (strncasecmp(source->data + i, "charset", 7) == 0)
            return NULL;
    return "windows-1252";
}

static void parse(struct reading *r)
{
    htmlSAXHandler *sax = r->parser->sax;

    *sax = (htmlSAXHandler){
        .startElement = on_start,
        .endElement = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .initialized = XML_SAX2_MAGIC,
        .serror = on_error,
    };
    r->parser->userData = r;
    /* For faults of an encoding, which libxml2 raises without a context: this thread's own
     * setting, put back before anyone else can see it. */
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;

    xmlSetStructuredErrorFunc(NULL, on_error);
    htmlDocPtr doc = htmlCtxtReadIO(r->parser, on_read, on_close, r, NULL,
                                    charset_of(r->source), OPTIONS);

    xmlSetStructuredErrorFunc(context, handler);
    xmlFreeDoc(doc);
    if (r->parser->errNo == XML_ERR_NO_MEMORY)
        r->failed = true;
    link_end(r);
    line_end(r, true);
}

int cvx_html_read(const struct cvx_html_source *source, struct cvx_html_text *ret,
                  struct cvx_err *err)
{
    struct cvx_html_text result = {0};
    struct reading r = {.source = source, .result = &result};
    int rc = CVX_OK;

    r.lines.text = &result.text;
    r.lines.max_chars = source->max_chars;
    r.parser = parser_new();
    if (r.parser)
        parse(&r);
    result.chars = r.lines.own_chars;
    result.cut = r.lines.cut;
    if (!r.parser || r.failed || cvx_collect_failed(&r.lines) || r.base.failed ||
        r.href.failed || r.words.failed) {
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for a document's text");
        cvx_buf_done(&result.text);
    } else {
        *ret = result;
    }
    htmlFreeParserCtxt(r.parser);
    cvx_buf_done(&r.lines.line);
    cvx_buf_done(&r.base);
    cvx_buf_done(&r.href);
    cvx_buf_done(&r.words);
    return rc;
}
