/* Owns the set-up of libxml2's tree parser and writer. */
#include "docx/xmltree.h"

#include <stdbool.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#define STRICT                                                                           \
    (XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA | XML_PARSE_NONET | XML_PARSE_COMPACT)
/* HUGE, so that long texts are not cut; depth is judged by who walks the tree. */
#define RECOVER                                                                          \
    (XML_PARSE_RECOVER | XML_PARSE_NOENT | XML_PARSE_NOCDATA | XML_PARSE_NONET |         \
     XML_PARSE_COMPACT | XML_PARSE_HUGE)
#define CHECK (XML_PARSE_NONET)
#define SHOWN ((size_t)160) /* bytes of a parser's message */

/* The first fault of one parse. */
struct faults {
    void *user; /* of cvx_xmltree_check() */
    bool any;   /* apart from entities that nobody declared */
    bool no_memory;
    int line;
    char text[SHOWN + 1];
};

static void on_error(void *ctx, xmlErrorPtr error)
{
    xmlParserCtxtPtr parser = ctx;
    struct faults *faults = parser ? parser->_private : NULL;
    size_t len;

    if (!faults || error->level < XML_ERR_ERROR)
        return;
    if (error->code == XML_ERR_NO_MEMORY)
        faults->no_memory = true;
    if (faults->any || error->code == XML_WAR_UNDECLARED_ENTITY)
        return;
    faults->any = true;
    faults->line = error->line;
    if (!error->message)
        return;
    len = strcspn(error->message, "\n");
    len = cvx_text_cut(error->message, len, SHOWN);
    memcpy(faults->text, error->message, len);
    faults->text[len] = '\0';
}

void *cvx_xmltree_user(void *ctx)
{
    return ((struct faults *)((xmlParserCtxtPtr)ctx)->_private)->user;
}

/* For what libxml2 says without a context: faults of an encoding. */
static void on_stray_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

/* libxml2 allocates by itself; a torture test has it refuse here. */
static xmlParserCtxtPtr parser_new(struct faults *faults)
{
    xmlParserCtxtPtr parser;
#ifdef CVX_FAULTS
    void *probe = cvx_alloc(1);
    cvx_free(probe);
    if (!probe)
        return NULL;
#endif
    parser = xmlNewParserCtxt();
    if (!parser)
        return NULL;
    parser->_private = faults;
    parser->sax->serror = on_error;
    return parser;
}

static int fail_format(const struct faults *faults, struct cvx_err *err)
{
    struct cvx_buf shown = CVX_BUF_INIT;

    cvx_text_printable(&shown, faults->text, strlen(faults->text));
    cvx_fail(err, CVX_EFORMAT, "not well-formed XML: %s (line %d)",
             shown.data && !shown.failed ? shown.data : "", faults->line);
    cvx_buf_done(&shown);
    return CVX_EFORMAT;
}

static int check_len(size_t len, struct cvx_err *err)
{
    if (len <= CVX_PART_MAX)
        return CVX_OK;
    return cvx_fail(err, CVX_ELIMIT, "%zu bytes of XML, the limit is %zu", len,
                    CVX_PART_MAX);
}

/* Reads with what libxml2 says kept from the terminal. */
static xmlDocPtr read_quietly(xmlParserCtxtPtr parser, const char *data, size_t len,
                              const char *encoding, int options)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlDocPtr doc;

    /* This thread's own setting, put back before anyone else can see it. */
    xmlSetStructuredErrorFunc(NULL, on_stray_error);
    doc = xmlCtxtReadMemory(parser, data, (int)len, NULL, encoding, options);
    xmlSetStructuredErrorFunc(context, handler);
    return doc;
}

static int parse(const char *data, size_t len, int options, xmlDocPtr *ret,
                 struct cvx_err *err)
{
    const bool strict = !(options & XML_PARSE_RECOVER);
    struct faults faults = {.text = "there is nothing to read"};
    int rc = check_len(len, err);
    xmlParserCtxtPtr parser;
    xmlDocPtr doc;

    if (rc)
        return rc;
    parser = parser_new(&faults);
    if (!parser)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the XML parser");
    doc = read_quietly(parser, data, len, strict ? NULL : "UTF-8", options);
    if (faults.no_memory)
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory in the XML parser");
    else if (!doc || !xmlDocGetRootElement(doc) || (strict && faults.any))
        rc = fail_format(&faults, err);
    xmlFreeParserCtxt(parser);
    if (rc) {
        xmlFreeDoc(doc);
        return rc;
    }
    *ret = doc;
    return CVX_OK;
}

int cvx_xmltree_check(const char *data, size_t len, const xmlSAXHandler *sax, void *user,
                      struct cvx_err *err)
{
    struct faults faults = {.text = "there is nothing to read"};
    int rc = check_len(len, err);
    xmlParserCtxtPtr parser;

    if (rc)
        return rc;
    parser = parser_new(&faults);
    if (!parser)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the XML parser");
    memset(parser->sax, 0, sizeof(*parser->sax));
    if (sax)
        *parser->sax = *sax;
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->serror = on_error;
    faults.user = user;
    xmlFreeDoc(read_quietly(parser, data, len, NULL, CHECK));
    if (faults.no_memory)
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory in the XML parser");
    else if (!parser->wellFormed || faults.any)
        rc = fail_format(&faults, err);
    xmlFreeParserCtxt(parser);
    return rc;
}

int cvx_xmltree_strict(const char *data, size_t len, xmlDocPtr *ret, struct cvx_err *err)
{
    return parse(data, len, STRICT, ret, err);
}

int cvx_xmltree_recover(const char *data, size_t len, xmlDocPtr *ret, struct cvx_err *err)
{
    return parse(data, len, RECOVER, ret, err);
}

static int on_write(void *ctx, const char *data, int len)
{
    struct cvx_buf *out = ctx;

    cvx_buf_put(out, data, (size_t)len);
    return out->failed ? -1 : len;
}

void cvx_xmltree_put(struct cvx_buf *out, xmlDocPtr doc, xmlNodePtr node)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;
    xmlOutputBufferPtr writer;

    if (out->failed)
        return;
    /* It would print what goes wrong with the writing. */
    xmlSetStructuredErrorFunc(NULL, on_stray_error);
    writer = xmlOutputBufferCreateIO(on_write, NULL, out, NULL);
    if (writer)
        xmlNodeDumpOutput(writer, doc, node, 0, 0, "UTF-8");
    if (!writer || xmlOutputBufferClose(writer) < 0)
        out->failed = true;
    xmlSetStructuredErrorFunc(context, handler);
}

/* Declares on `copy` what the elements around `node` declare and it does not. */
static bool add_namespaces(xmlNodePtr copy, xmlNodePtr node)
{
    for (node = node->parent; node && node->type == XML_ELEMENT_NODE; node = node->parent)
        for (xmlNsPtr ns = node->nsDef; ns; ns = ns->next) {
            bool known = false;

            for (xmlNsPtr own = copy->nsDef; own && !known; own = own->next)
                known = xmlStrEqual(own->prefix, ns->prefix);
            if (!known && !xmlNewNs(copy, ns->href, ns->prefix))
                return false;
        }
    return true;
}

int cvx_xmltree_put_alone(struct cvx_buf *out, xmlNodePtr node, struct cvx_err *err)
{
    /* Attributes and namespaces are copied; the children are shown, not moved. */
    xmlNodePtr copy = xmlDocCopyNode(node, node->doc, 2);

    if (!copy)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for an element");
    if (!add_namespaces(copy, node)) {
        xmlFreeNode(copy);
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a namespace");
    }
    copy->children = node->children;
    copy->last = node->last;
    copy->parent = node->parent;
    cvx_xmltree_put(out, node->doc, copy);
    copy->children = copy->last = copy->parent = NULL;
    xmlFreeNode(copy);
    return cvx_buf_check(out, err);
}

void cvx_xmltree_put_declaration(struct cvx_buf *out)
{
    cvx_buf_puts(out, "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n");
}
