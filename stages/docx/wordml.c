/* One recovering pull parse of a part by libxml2, its events handled in wordml_sax.c: the
 * set-up, the verdict, the memory. Thread: any; all state is on the stack of the call. */
#include "docx/wordml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/wordml_sax.h"

/* NOENT: entities in attribute values are put in place by the parser, as in a tree; none
 * but internal ones are ever handed to it (on_entity). */
#define OPTIONS (XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT)

/* For the errors that libxml2 raises without a context: faults of an encoding. */
static void on_stray_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

/* libxml2 allocates by itself; a torture test has it refuse here. */
static xmlParserCtxtPtr parser_new(const char *data, size_t len)
{
#ifdef CVX_FAULTS
    void *probe = cvx_alloc(1);
    cvx_free(probe);
    if (!probe)
        return NULL;
#endif
    return xmlCreateMemoryParserCtxt(data, (int)len);
}

static int reader_open(struct cvx_wordml_sax *reader, struct cvx_err *err)
{
    xmlParserCtxtPtr ctxt = parser_new(reader->data, reader->len);

    if (!ctxt)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the XML parser");
    (void)xmlCtxtUseOptions(ctxt, OPTIONS);
    (void)xmlDictSetLimit(ctxt->dict, CVX_XML_NAMES_MAX);
    cvx_wordml_sax_attach(reader, ctxt);
    return CVX_OK;
}

static void reader_close(struct cvx_wordml_sax *reader)
{
    if (reader->outer) {
        /* Declared entities are kept in a document of their own. */
        xmlFreeDoc(reader->outer->myDoc);
        xmlFreeParserCtxt(reader->outer);
    }
    cvx_wordwalk_done(&reader->walk);
}

static void reader_parse(struct cvx_wordml_sax *reader)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;

    /* This thread's own setting, put back before anyone else can see it. */
    xmlSetStructuredErrorFunc(NULL, on_stray_error);
    (void)xmlParseDocument(reader->outer);
    xmlSetStructuredErrorFunc(context, handler);
    cvx_wordwalk_close_to(&reader->walk, 0);
}

static int reader_verdict(struct cvx_wordml_sax *reader, struct cvx_err *err)
{
    if (reader->walk.rc)
        return reader->walk.rc;
    size_t names = xmlDictGetUsage(reader->outer->dict);
    if (names > CVX_XML_NAMES_MAX)
        return cvx_fail(err, CVX_ELIMIT, "bytes kept for names: %zu, the limit is %zu",
                        names, CVX_XML_NAMES_MAX);
    if (reader->no_memory)
        return cvx_fail(err, CVX_ENOMEM, "out of memory in the XML parser");
    if (!reader->rooted)
        return cvx_fail(err, CVX_EFORMAT, "not readable XML");
    return CVX_OK;
}

void cvx_wordml_init(void)
{
    xmlInitParser();
}

static int read_part(const char *data, size_t len, bool once, struct cvx_paragraphs *ret,
                     struct cvx_err *err)
{
    struct cvx_wordml_sax reader;

    if (len == 0)
        return cvx_fail(err, CVX_EFORMAT, "not readable XML");
    if (len > CVX_PART_MAX)
        return cvx_fail(err, CVX_ELIMIT, "the part has %zu bytes, the limit is %zu", len,
                        CVX_PART_MAX);
    cvx_wordml_sax_init(&reader, data, len, err);
    reader.walk.once = once;
    int rc = reader_open(&reader, err);
    if (rc)
        goto out;
    reader_parse(&reader);
    rc = reader_verdict(&reader, err);
    if (rc)
        goto out;
    *ret = reader.walk.out;
    reader.walk.out = (struct cvx_paragraphs){0};
out:
    reader_close(&reader);
    return rc;
}

int cvx_wordml_read(const char *data, size_t len, struct cvx_paragraphs *ret,
                    struct cvx_err *err)
{
    return read_part(data, len, false, ret, err);
}

int cvx_wordml_read_once(const char *data, size_t len, struct cvx_paragraphs *ret,
                         struct cvx_err *err)
{
    return read_part(data, len, true, ret, err);
}
