/* libxml2's side of reading a part: one recovering pull parse with SAX handlers that tell
 * wordwalk.c what opens and closes, and that keep the parser within the limits.
 *
 * Three things a tree would do by itself are done here. An element whose start tag is broken
 * off, or that is open at the end of input, gets no end event: the parser's own count of open
 * names says what is open. An entity whose content turns out not to be well-formed leaves
 * nothing behind, though its events have come: the walk returns to where it was. And within
 * an entity's content namespaces declared outside of it are unknown to a tree, whatever the
 * event says. Thread: any; all state is on the stack of the call. */
#include "docx/wordml.h"

#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/wordwalk.h"

/* NOENT: entities in attribute values are put in place by the parser, as in a tree; none but
 * internal ones are ever handed to it (on_entity). */
#define OPTIONS (XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT)

/* libxml2 nests entities this deep at most and counts two for each. */
#define ENTITY_LEVELS (1024 / 2 + 2)

/* Bytes copied for entities nested in attribute values, where every level copies what is
 * below it. */
#define ENTITY_WORK_MAX (64 * CVX_XML_ENTITY_MAX)

static const struct {
    const char *name;
    enum cvx_element element;
} k_elements[] = {
    {"p", CVX_ELEMENT_PARAGRAPH},       {"t", CVX_ELEMENT_TEXT},
    {"pPr", CVX_ELEMENT_PROPERTIES},    {"pStyle", CVX_ELEMENT_STYLE},
    {"numPr", CVX_ELEMENT_NUMBERING},   {"br", CVX_ELEMENT_NEWLINE},
    {"tab", CVX_ELEMENT_TAB},           {"cr", CVX_ELEMENT_NEWLINE},
    {"body", CVX_ELEMENT_BODY},         {"txbxContent", CVX_ELEMENT_TEXTBOX},
    {"softHyphen", CVX_ELEMENT_HYPHEN}, {"noBreakHyphen", CVX_ELEMENT_HYPHEN},
};

#define ELEMENTS (sizeof(k_elements) / sizeof(k_elements[0]))

static const char k_transitional[] =
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
static const char k_strict[] = "http://purl.oclc.org/ooxml/wordprocessingml/main";

struct reader {
    struct cvx_wordwalk walk;
    xmlParserCtxtPtr outer; /* the part's; each entity's content has one of its own */
    const char *data;
    size_t len;

    /* The parser's own copies of the names: equal names are equal pointers. */
    const xmlChar *name[ELEMENTS], *val, *transitional, *strict;

    size_t budget, spent, work, references; /* entities */
    int ns_base[ENTITY_LEVELS];             /* where an entity's namespaces begin */
    struct cvx_wordwalk_mark mark;          /* before the entity now expanded ... */
    bool marked;                            /* ... if there is one */
    xmlEntity nothing;                      /* stands for an entity that is not read; */
    xmlChar empty[1];                       /* its content, which libxml2 may write to */

    bool rooted;    /* a root element was seen */
    bool no_memory; /* the parser ran out of memory, or of names */
};

static struct reader *reader_of(void *ctx)
{
    return ((xmlParserCtxtPtr)ctx)->_private;
}

/* Ends the parse after a failure. Only called where the parser holds no pointer into its
 * input: from start tags, entity references and the document type. */
static void reader_stop(struct reader *reader, xmlParserCtxtPtr ctxt)
{
    if (reader->walk.rc)
        xmlStopParser(ctxt);
}

static void reader_limit(struct reader *reader, const char *what, size_t seen,
                         size_t limit)
{
    if (reader->walk.rc == CVX_OK)
        reader->walk.rc = cvx_fail(reader->walk.err, CVX_ELIMIT,
                                   "%s: %zu, the limit is %zu", what, seen, limit);
}

/* Brings the walk to what the parser holds for open. Contexts of entities need none of it:
 * an error in there undoes all of the entity. */
static void reader_sync(struct reader *reader, xmlParserCtxtPtr ctxt)
{
    if (ctxt == reader->outer && reader->walk.depth > (size_t)ctxt->nameNr)
        cvx_wordwalk_close_to(&reader->walk, (size_t)ctxt->nameNr);
}

/* Whether a tree would find the namespace that the prefix stands for. */
static bool prefix_is_known(const struct reader *reader, xmlParserCtxtPtr ctxt,
                            const xmlChar *prefix)
{
    if (ctxt == reader->outer)
        return true;
    int base = reader->ns_base[ctxt->depth / 2];
    for (int i = ctxt->nsNr - 2; i >= base; i -= 2)
        if (ctxt->nsTab[i] == prefix)
            return true;
    return false;
}

static bool is_word(const struct reader *reader, xmlParserCtxtPtr ctxt,
                    const xmlChar *prefix, const xmlChar *uri)
{
    return uri && (uri == reader->transitional || uri == reader->strict) &&
           prefix_is_known(reader, ctxt, prefix);
}

static enum cvx_element classify(const struct reader *reader, xmlParserCtxtPtr ctxt,
                                 const xmlChar *name, const xmlChar *prefix,
                                 const xmlChar *uri)
{
    size_t i = 0;

    while (i < ELEMENTS && reader->name[i] != name)
        i++;
    /* To a tree the name of one with an undeclared prefix includes the prefix. */
    if (i == ELEMENTS || (prefix && !uri))
        return CVX_ELEMENT_OTHER;
    enum cvx_element element = k_elements[i].element;
    if (element >= CVX_ELEMENT_TEXT || is_word(reader, ctxt, prefix, uri))
        return element;
    return CVX_ELEMENT_OTHER;
}

static void check_start_tag(struct reader *reader, xmlParserCtxtPtr ctxt, size_t count,
                            size_t n_attributes, const xmlChar **attributes)
{
    size_t bytes = 0;

    for (size_t i = 0; i < n_attributes; i++)
        bytes += (size_t)(attributes[5 * i + 4] - attributes[5 * i + 3]);
    if (bytes > CVX_ATTRIBUTES_MAX)
        reader_limit(reader, "bytes of attributes of one element", bytes,
                     CVX_ATTRIBUTES_MAX);
    if (count > CVX_XML_ATTRIBUTES_MAX)
        reader_limit(reader, "attributes of one element", count, CVX_XML_ATTRIBUTES_MAX);
    if ((size_t)ctxt->nsNr / 2 > CVX_XML_NAMESPACES_MAX)
        reader_limit(reader, "namespaces declared at once", (size_t)ctxt->nsNr / 2,
                     CVX_XML_NAMESPACES_MAX);
}

/* The attribute counts in the element's own namespace; the first one when a broken start
 * tag has several; a default of the document type stands behind them. */
static void read_style(struct reader *reader, xmlParserCtxtPtr ctxt, const xmlChar *uri,
                       size_t n_attributes, const xmlChar **attributes)
{
    for (size_t i = 0; i < n_attributes; i++, attributes += 5) {
        if (attributes[0] != reader->val || attributes[2] != uri ||
            !prefix_is_known(reader, ctxt, attributes[1]))
            continue;
        cvx_wordwalk_style(&reader->walk, (const char *)attributes[3],
                           (size_t)(attributes[4] - attributes[3]));
        return;
    }
    cvx_wordwalk_style(&reader->walk, "", 0);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                     int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct reader *reader = reader_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    (void)namespaces;
    (void)n_defaulted;

    reader->rooted = true;
    reader_sync(reader, ctxt);
    if (ctxt != reader->outer && ctxt->nameNr == 0)
        reader->ns_base[ctxt->depth / 2] = ctxt->nsNr - 2 * n_namespaces;
    check_start_tag(reader, ctxt, (size_t)(n_attributes + n_namespaces),
                    (size_t)n_attributes, attributes);

    enum cvx_element element = classify(reader, ctxt, name, prefix, uri);
    cvx_wordwalk_open(&reader->walk, element);
    if (element == CVX_ELEMENT_STYLE)
        read_style(reader, ctxt, uri, (size_t)n_attributes, attributes);
    reader_stop(reader, ctxt);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct reader *reader = reader_of(ctx);
    (void)name;
    (void)prefix;
    (void)uri;

    reader_sync(reader, ctx);
    if (reader->walk.depth > 0)
        cvx_wordwalk_close_to(&reader->walk, reader->walk.depth - 1);
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct reader *reader = reader_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;

    reader_sync(reader, ctxt);
    /* After bytes that are no UTF-8 the parser passes everything on as it stands. */
    if (ctxt->charset != XML_CHAR_ENCODING_UTF8)
        reader->walk.broken = true;
    cvx_wordwalk_text(&reader->walk, (const char *)text, (size_t)len);
}

/* Charges one reference, wherever it stands. */
static void charge(struct reader *reader, xmlParserCtxtPtr ctxt, size_t len)
{
    reader->spent += len;
    reader->work += len * (size_t)(ctxt->depth + 1);
    reader->references++;
    if (reader->spent > reader->budget)
        reader_limit(reader, "bytes that entities expand to", reader->spent,
                     reader->budget);
    if (reader->work > ENTITY_WORK_MAX)
        reader_limit(reader, "bytes copied for nested entities", reader->work,
                     ENTITY_WORK_MAX);
    if (reader->references > CVX_XML_ENTITY_REFS_MAX)
        reader_limit(reader, "references to entities", reader->references,
                     CVX_XML_ENTITY_REFS_MAX);
    reader_stop(reader, ctxt);
}

/* The parser's own look-up would load an external entity, and is what it falls back to when
 * this finds none: so one that is declared but not to be read is answered with `nothing`. */
static xmlEntityPtr on_entity(void *ctx, const xmlChar *name)
{
    struct reader *reader = reader_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    xmlEntityPtr entity = xmlGetDocEntity(ctxt->myDoc, name);

    if (ctxt == reader->outer)
        reader->marked = false;
    if (!entity || entity->etype == XML_INTERNAL_PREDEFINED_ENTITY)
        return entity;
    if (entity->etype != XML_INTERNAL_GENERAL_ENTITY || reader->walk.rc)
        return &reader->nothing;
    /* Asked for at its declaration, to be completed: no reference. */
    if (ctxt->instate == XML_PARSER_ENTITY_DECL)
        return entity;
    charge(reader, ctxt, (size_t)entity->length);
    if (ctxt == reader->outer && ctxt->instate == XML_PARSER_CONTENT) {
        reader_sync(reader, ctxt);
        cvx_wordwalk_get_mark(&reader->walk, &reader->mark);
        reader->marked = true;
    }
    return reader->walk.rc ? &reader->nothing : entity;
}

static xmlEntityPtr on_parameter_entity(void *ctx, const xmlChar *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

/* Lists of attributes cost libxml2 time that is quadratic in their length, and no event
 * comes before their end. Real parts have no document type at all. In an encoding other than
 * UTF-8 the declarations are not looked for but supposed. */
static void on_document_type(void *ctx, const xmlChar *name, const xmlChar *public_id,
                             const xmlChar *system_id)
{
    static const char attlist[] = "<!ATTLIST";
    struct reader *reader = reader_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    (void)name;
    (void)public_id;
    (void)system_id;

    if (reader->len <= CVX_XML_ATTLIST_MAX)
        return;
    if (ctxt->input->buf->encoder ||
        memmem(reader->data, reader->len, attlist, sizeof(attlist) - 1))
        reader_limit(reader, "bytes of a part with attribute-list declarations",
                     reader->len, CVX_XML_ATTLIST_MAX);
    reader_stop(reader, ctxt);
}

/* Errors are what recovery is there for. Two of them say that the entity just expanded is
 * to leave nothing behind: that it failed to parse, and that it contains itself. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    struct reader *reader = reader_of(ctx);

    if (error->code == XML_ERR_NO_MEMORY)
        reader->no_memory = true;
    if (!reader->marked || ctx != reader->outer)
        return;
    if (error->code == XML_ERR_UNDECLARED_ENTITY || error->code == XML_ERR_ENTITY_LOOP) {
        cvx_wordwalk_return_to(&reader->walk, &reader->mark);
        reader->marked = false;
    }
}

/* For the errors that libxml2 raises without a context: faults of an encoding. */
static void on_stray_error(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

static void reader_init(struct reader *reader, const char *data, size_t len,
                        struct cvx_err *err)
{
    cvx_wordwalk_init(&reader->walk, err);
    reader->outer = NULL;
    reader->data = data;
    reader->len = len;
    reader->budget = len > CVX_XML_ENTITY_MAX / CVX_XML_ENTITY_RATIO_MAX
                         ? CVX_XML_ENTITY_MAX
                         : len * CVX_XML_ENTITY_RATIO_MAX;
    reader->spent = reader->work = reader->references = 0;
    reader->marked = reader->rooted = reader->no_memory = false;
    reader->empty[0] = 0;
    /* `orig` is taken, or libxml2 would leave the raw text of a redeclaration there. */
    reader->nothing = (xmlEntity){.type = XML_ENTITY_DECL,
                                  .name = reader->empty,
                                  .orig = reader->empty,
                                  .content = reader->empty,
                                  .etype = XML_INTERNAL_GENERAL_ENTITY};
}

static const xmlChar *reader_name(struct reader *reader, const char *name)
{
    const xmlChar *found = xmlDictLookup(reader->outer->dict, (const xmlChar *)name, -1);

    if (!found)
        reader->no_memory = true;
    return found;
}

/* The handlers that are not set: no tree is built, no external subset is loaded. */
static void reader_set_handlers(xmlParserCtxtPtr ctxt)
{
    *ctxt->sax = (xmlSAXHandler){
        .internalSubset = on_document_type,
        .getEntity = on_entity,
        .getParameterEntity = on_parameter_entity,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .serror = on_error,
        .initialized = XML_SAX2_MAGIC,
    };
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

static int reader_open(struct reader *reader, struct cvx_err *err)
{
    xmlParserCtxtPtr ctxt = parser_new(reader->data, reader->len);

    if (!ctxt)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the XML parser");
    reader->outer = ctxt;
    ctxt->_private = reader;
    (void)xmlCtxtUseOptions(ctxt, OPTIONS);
    reader_set_handlers(ctxt);
    (void)xmlDictSetLimit(ctxt->dict, CVX_XML_NAMES_MAX);
    for (size_t i = 0; i < ELEMENTS; i++)
        reader->name[i] = reader_name(reader, k_elements[i].name);
    reader->val = reader_name(reader, "val");
    reader->transitional = reader_name(reader, k_transitional);
    reader->strict = reader_name(reader, k_strict);
    return CVX_OK;
}

static void reader_close(struct reader *reader)
{
    if (reader->outer) {
        /* Declared entities are kept in a document of their own. */
        xmlFreeDoc(reader->outer->myDoc);
        xmlFreeParserCtxt(reader->outer);
    }
    cvx_wordwalk_done(&reader->walk);
}

static void reader_parse(struct reader *reader)
{
    xmlStructuredErrorFunc handler = xmlStructuredError;
    void *context = xmlStructuredErrorContext;

    /* This thread's own setting, put back before anyone else can see it. */
    xmlSetStructuredErrorFunc(NULL, on_stray_error);
    (void)xmlParseDocument(reader->outer);
    xmlSetStructuredErrorFunc(context, handler);
    cvx_wordwalk_close_to(&reader->walk, 0);
}

static int reader_verdict(struct reader *reader, struct cvx_err *err)
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

int cvx_wordml_read(const char *data, size_t len, struct cvx_paragraphs *ret,
                    struct cvx_err *err)
{
    struct reader reader;

    if (len == 0)
        return cvx_fail(err, CVX_EFORMAT, "not readable XML");
    if (len > CVX_PART_MAX)
        return cvx_fail(err, CVX_ELIMIT, "the part has %zu bytes, the limit is %zu", len,
                        CVX_PART_MAX);
    reader_init(&reader, data, len, err);
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
