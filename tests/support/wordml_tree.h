/* The same paragraphs read off a tree: what cvx_wordml_read() has to agree with. A plain,
 * recursive reading of "Text of a paragraph" (20-extraction.md) over the document that
 * libxml2 builds when it recovers, with no regard to time or memory. For small parts. */
#ifndef CVX_TESTS_WORDML_TREE_H
#define CVX_TESTS_WORDML_TREE_H

#include <stdbool.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>

#include <cvextract/buf.h>
#include <cvextract/text.h>

/* One line of text for each paragraph, so that a test can compare and print them. */
static void tree_put_paragraph(struct cvx_buf *ret, const char *text, size_t len,
                               const char *style, bool numbered, bool in_body,
                               bool in_textbox)
{
    cvx_buf_printf(ret, "%d%d%d [", numbered, in_body, in_textbox);
    cvx_buf_puts(ret, style);
    cvx_buf_puts(ret, "] ");
    cvx_text_printable(ret, text, len);
    cvx_buf_putc(ret, '\n');
}

static const char *tree_word_uri(const xmlNode *node)
{
    static const char *const uri[] = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    };
    if (node->type != XML_ELEMENT_NODE || !node->ns || !node->ns->href)
        return NULL;
    for (size_t i = 0; i < 2; i++)
        if (strcmp((const char *)node->ns->href, uri[i]) == 0)
            return uri[i];
    return NULL;
}

static bool tree_is_word(const xmlNode *node, const char *name)
{
    return tree_word_uri(node) && strcmp((const char *)node->name, name) == 0;
}

static void tree_put_latin1(struct cvx_buf *buf, const char *p, size_t len)
{
    if (cvx_text_is_utf8(p, len)) {
        cvx_buf_put(buf, p, len);
        return;
    }
    for (size_t n; len > 0; p += n, len -= n) {
        n = cvx_text_utf8_len(p, len);
        unsigned char c = (unsigned char)*p;
        char two[2] = {(char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f))};
        if (n > 0)
            cvx_buf_put(buf, p, n);
        else
            cvx_buf_put(buf, two, 2);
        n = n ? n : 1;
    }
}

static void tree_put_own_text(const xmlNode *t, struct cvx_buf *text)
{
    struct cvx_buf own = CVX_BUF_INIT;
    for (const xmlNode *n = t->children; n && n->type != XML_ELEMENT_NODE; n = n->next)
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
            cvx_buf_puts(&own, (const char *)n->content);
    if (own.len)
        tree_put_latin1(text, own.data, own.len);
    cvx_buf_done(&own);
}

static void tree_text(const xmlNode *node, struct cvx_buf *text)
{
    const char *name = (const char *)node->name;
    if (node->type != XML_ELEMENT_NODE)
        return;
    if (strcmp(name, "t") == 0)
        tree_put_own_text(node, text);
    else if (strcmp(name, "br") == 0 || strcmp(name, "cr") == 0)
        cvx_buf_putc(text, '\n');
    else if (strcmp(name, "tab") == 0)
        cvx_buf_putc(text, '\t');
    else if (strcmp(name, "noBreakHyphen") == 0 || strcmp(name, "softHyphen") == 0)
        cvx_buf_putc(text, '-');
    for (const xmlNode *n = node->children; n; n = n->next)
        tree_text(n, text);
}

/* The first child with this name of any w:pPr below the paragraph, in document order. */
static const xmlNode *tree_property(const xmlNode *node, const char *name)
{
    for (const xmlNode *n = node->children; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (tree_is_word(n, name) && tree_is_word(node, "pPr"))
            return n;
        const xmlNode *below = tree_property(n, name);
        if (below)
            return below;
    }
    return NULL;
}

static void tree_paragraph(const xmlNode *p, bool in_body, bool in_textbox,
                           struct cvx_buf *ret)
{
    struct cvx_buf text = CVX_BUF_INIT;
    tree_text(p, &text);
    if (text.len > 0) {
        const xmlNode *style = tree_property(p, "pStyle");
        xmlChar *value = style ? xmlGetNsProp(style, (const xmlChar *)"val",
                                              (const xmlChar *)tree_word_uri(style))
                               : NULL;
        tree_put_paragraph(ret, text.data, text.len, value ? (const char *)value : "",
                           tree_property(p, "numPr") != NULL, in_body, in_textbox);
        xmlFree(value);
    }
    cvx_buf_done(&text);
}

static void tree_paragraphs(const xmlNode *node, bool in_body, bool in_textbox,
                            struct cvx_buf *ret)
{
    if (node->type != XML_ELEMENT_NODE)
        return;
    if (tree_is_word(node, "p"))
        tree_paragraph(node, in_body, in_textbox, ret);
    in_body = in_body || tree_is_word(node, "body");
    in_textbox = in_textbox || tree_is_word(node, "txbxContent");
    for (const xmlNode *n = node->children; n; n = n->next)
        tree_paragraphs(n, in_body, in_textbox, ret);
}

static void tree_ignore_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

static xmlEntityPtr tree_no_entity(void *ctx, const xmlChar *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

/* Appends the paragraphs; false when recovery keeps no root element. ret_entities, unless
 * NULL: whether the part declares entities. */
static bool tree_read(const char *data, size_t len, struct cvx_buf *ret,
                      bool *ret_entities)
{
    xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
    ctxt->sax->serror = tree_ignore_error;
    ctxt->sax->getParameterEntity = tree_no_entity;
    xmlSetStructuredErrorFunc(NULL, tree_ignore_error);
    xmlDocPtr doc = xmlCtxtReadMemory(ctxt, data, (int)len, NULL, NULL,
                                      XML_PARSE_RECOVER | XML_PARSE_NONET |
                                          XML_PARSE_HUGE | XML_PARSE_NOENT);
    xmlSetStructuredErrorFunc(NULL, NULL);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (root)
        tree_paragraphs(root, false, false, ret);
    if (ret_entities)
        *ret_entities = doc && doc->intSubset && doc->intSubset->entities;
    xmlFreeDoc(doc);
    xmlFreeParserCtxt(ctxt);
    return root != NULL;
}

#endif
