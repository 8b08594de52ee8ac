/* The SAX handlers: they tell wordwalk.c what opens and closes, and keep the parser
 * within the limits.
 *
 * Three things a tree would do by itself are done here. An element whose start tag is
 * broken off gets no end event: the parser's own count of open names says what is open.
 * An entity whose content turns out not to be well-formed leaves nothing behind, though
 * its events have come: the walk returns to where it was. And within an entity's content
 * namespaces declared outside of it are unknown to a tree, whatever the event says. What
 * remains different: an entity with prefixed markup is read anew at each reference, where
 * a tree copies what the first one gave, though the prefixes be declared at one place and
 * not at the other. Thread: any. */
#include "docx/wordml_sax.h"

#include <string.h>

#include <libxml/parserInternals.h>

#include <cvextract/limits.h>

/* Bytes copied for entities nested in attribute values, where every level copies what is
 * below it. */
#define ENTITY_WORK_MAX (64 * CVX_XML_ENTITY_MAX)

static const struct {
    const char *name;
    enum cvx_element element;
} k_elements[] = {
    {"p", CVX_ELEMENT_PARAGRAPH},
    {"t", CVX_ELEMENT_TEXT},
    {"pPr", CVX_ELEMENT_PROPERTIES},
    {"pStyle", CVX_ELEMENT_STYLE},
    {"numPr", CVX_ELEMENT_NUMBERING},
    {"br", CVX_ELEMENT_NEWLINE},
    {"tab", CVX_ELEMENT_TAB},
    {"cr", CVX_ELEMENT_NEWLINE},
    {"body", CVX_ELEMENT_BODY},
    {"txbxContent", CVX_ELEMENT_TEXTBOX},
    {"softHyphen", CVX_ELEMENT_HYPHEN},
    {"noBreakHyphen", CVX_ELEMENT_HYPHEN},
    {"tr", CVX_ELEMENT_ROW},
    {"tc", CVX_ELEMENT_CELL},
    {"moveFrom", CVX_ELEMENT_MOVED},
    {"AlternateContent", CVX_ELEMENT_CHOICES},
    {"Choice", CVX_ELEMENT_CHOICE},
    {"Fallback", CVX_ELEMENT_CHOICE},
};

_Static_assert(sizeof(k_elements) / sizeof(k_elements[0]) == CVX_WORDML_SAX_NAMES,
               "names");

static const char k_transitional[] =
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
static const char k_strict[] = "http://purl.oclc.org/ooxml/wordprocessingml/main";

static struct cvx_wordml_sax *sax_of(void *ctx)
{
    return ((xmlParserCtxtPtr)ctx)->_private;
}

/* Ends the parse after a failure. Only called where the parser holds no pointer into its
 * input: from start tags, entity references and the document type. */
static void sax_stop(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt)
{
    if (sax->walk.rc)
        xmlStopParser(ctxt);
}

static void sax_limit(struct cvx_wordml_sax *sax, const char *what, size_t seen,
                      size_t limit)
{
    if (sax->walk.rc == CVX_OK)
        sax->walk.rc = cvx_fail(sax->walk.err, CVX_ELIMIT, "%s: %zu, the limit is %zu",
                                what, seen, limit);
}

/* Brings the walk to what the parser holds for open. Contexts of entities need none of
 * it: an error in there undoes all of the entity. */
static void sax_sync(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt)
{
    if (ctxt == sax->outer && sax->walk.depth > (size_t)ctxt->nameNr)
        cvx_wordwalk_close_to(&sax->walk, (size_t)ctxt->nameNr);
}

/* Whether a tree would find the namespace that the prefix stands for. */
static bool prefix_is_known(const struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt,
                            const xmlChar *prefix)
{
    if (ctxt == sax->outer)
        return true;
    int base = sax->ns_base[ctxt->depth / 2];
    for (int i = ctxt->nsNr - 2; i >= base; i -= 2)
        if (ctxt->nsTab[i] == prefix)
            return true;
    return false;
}

static bool is_word(const struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt,
                    const xmlChar *prefix, const xmlChar *uri)
{
    return uri && (uri == sax->transitional || uri == sax->strict) &&
           prefix_is_known(sax, ctxt, prefix);
}

static size_t count_names(const struct cvx_wordml_sax *sax)
{
    return sax->walk.once ? CVX_WORDML_SAX_NAMES : CVX_WORDML_SAX_NAMES_ALWAYS;
}

static enum cvx_element classify(const struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt,
                                 const xmlChar *name, const xmlChar *prefix,
                                 const xmlChar *uri)
{
    size_t i = 0, count = count_names(sax);

    while (i < count && sax->name[i] != name)
        i++;
    /* To a tree the name of one with an undeclared prefix includes the prefix. */
    if (i == count || (prefix && !uri))
        return CVX_ELEMENT_OTHER;
    enum cvx_element element = k_elements[i].element;
    if (element >= CVX_ELEMENT_TEXT || is_word(sax, ctxt, prefix, uri))
        return element;
    return CVX_ELEMENT_OTHER;
}

static void check_start_tag(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt,
                            size_t count, size_t n_attributes, const xmlChar **attributes)
{
    size_t bytes = 0;

    for (size_t i = 0; i < n_attributes; i++)
        bytes += (size_t)(attributes[5 * i + 4] - attributes[5 * i + 3]);
    if (bytes > CVX_ATTRIBUTES_MAX)
        sax_limit(sax, "bytes of attributes of one element", bytes, CVX_ATTRIBUTES_MAX);
    if (count > CVX_XML_ATTRIBUTES_MAX)
        sax_limit(sax, "attributes of one element", count, CVX_XML_ATTRIBUTES_MAX);
    if ((size_t)ctxt->nsNr / 2 > CVX_XML_NAMESPACES_MAX)
        sax_limit(sax, "namespaces declared at once", (size_t)ctxt->nsNr / 2,
                  CVX_XML_NAMESPACES_MAX);
}

/* The attribute counts in the element's own namespace; the first one when a broken start
 * tag has several; a default of the document type stands behind them. */
static void read_style(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt,
                       const xmlChar *uri, size_t n_attributes,
                       const xmlChar **attributes)
{
    for (size_t i = 0; i < n_attributes; i++, attributes += 5) {
        if (attributes[0] != sax->val || attributes[2] != uri ||
            !prefix_is_known(sax, ctxt, attributes[1]))
            continue;
        cvx_wordwalk_style(&sax->walk, (const char *)attributes[3],
                           (size_t)(attributes[4] - attributes[3]));
        return;
    }
    cvx_wordwalk_style(&sax->walk, "", 0);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                     int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct cvx_wordml_sax *sax = sax_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    (void)namespaces;
    (void)n_defaulted;

    sax->rooted = true;
    sax_sync(sax, ctxt);
    if (ctxt != sax->outer && ctxt->nameNr == 0)
        sax->ns_base[ctxt->depth / 2] = ctxt->nsNr - 2 * n_namespaces;
    check_start_tag(sax, ctxt, (size_t)n_attributes + (size_t)n_namespaces,
                    (size_t)n_attributes, attributes);

    enum cvx_element element = classify(sax, ctxt, name, prefix, uri);
    cvx_wordwalk_open(&sax->walk, element);
    if (element == CVX_ELEMENT_STYLE)
        read_style(sax, ctxt, uri, (size_t)n_attributes, attributes);
    sax_stop(sax, ctxt);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct cvx_wordml_sax *sax = sax_of(ctx);
    (void)name;
    (void)prefix;
    (void)uri;

    sax_sync(sax, ctx);
    if (sax->walk.depth > 0)
        cvx_wordwalk_close_to(&sax->walk, sax->walk.depth - 1);
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct cvx_wordml_sax *sax = sax_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;

    sax_sync(sax, ctxt);
    /* After bytes that are no UTF-8 the parser passes everything on as it stands. */
    if (ctxt->charset != XML_CHAR_ENCODING_UTF8)
        sax->walk.broken = true;
    cvx_wordwalk_text(&sax->walk, (const char *)text, (size_t)len);
}

/* Charges one reference, wherever it stands. */
static void charge(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt, size_t len)
{
    sax->spent += len;
    sax->work += len * (size_t)(ctxt->depth + 1);
    sax->references++;
    if (sax->spent > sax->budget)
        sax_limit(sax, "bytes that entities expand to", sax->spent, sax->budget);
    if (sax->work > ENTITY_WORK_MAX)
        sax_limit(sax, "bytes copied for nested entities", sax->work, ENTITY_WORK_MAX);
    if (sax->references > CVX_XML_ENTITY_REFS_MAX)
        sax_limit(sax, "references to entities", sax->references,
                  CVX_XML_ENTITY_REFS_MAX);
    sax_stop(sax, ctxt);
}

/* The parser's own look-up would load an external entity, and is what it falls back to
 * when this finds none: so one that is declared but not to be read is answered with
 * `nothing`. */
static xmlEntityPtr on_entity(void *ctx, const xmlChar *name)
{
    struct cvx_wordml_sax *sax = sax_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    xmlEntityPtr entity = xmlGetDocEntity(ctxt->myDoc, name);

    if (ctxt == sax->outer)
        sax->marked = false;
    if (!entity || entity->etype == XML_INTERNAL_PREDEFINED_ENTITY)
        return entity;
    if (entity->etype != XML_INTERNAL_GENERAL_ENTITY || sax->walk.rc)
        return &sax->nothing;
    /* Asked for at its declaration, to be completed: no reference. */
    if (ctxt->instate == XML_PARSER_ENTITY_VALUE)
        return entity;
    charge(sax, ctxt, (size_t)entity->length);
    if (ctxt == sax->outer && ctxt->instate == XML_PARSER_CONTENT) {
        sax_sync(sax, ctxt);
        cvx_wordwalk_get_mark(&sax->walk, &sax->mark);
        sax->marked = true;
    }
    return sax->walk.rc ? &sax->nothing : entity;
}

static xmlEntityPtr on_parameter_entity(void *ctx, const xmlChar *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

/* A tree splits the name that is declared, and a bad one makes the document ill-formed:
 * entities are not expanded any more. */
static void on_attribute_decl(void *ctx, const xmlChar *element, const xmlChar *name,
                              int type, int def, const xmlChar *value,
                              xmlEnumerationPtr tokens)
{
    xmlChar *prefix = NULL;
    (void)element;
    (void)type;
    (void)def;
    (void)value;

    xmlFree(xmlSplitQName(ctx, name, &prefix));
    xmlFree(prefix);
    xmlFreeEnumeration(tokens);
}

/* Lists of attributes cost libxml2 time that is quadratic in their length, and no event
 * comes before their end. Real parts have no document type at all. In an encoding other
 * than UTF-8 the declarations are not looked for but supposed. */
static void on_document_type(void *ctx, const xmlChar *name, const xmlChar *public_id,
                             const xmlChar *system_id)
{
    static const char attlist[] = "<!ATTLIST";
    struct cvx_wordml_sax *sax = sax_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;
    (void)name;
    (void)public_id;
    (void)system_id;

    if (sax->len <= CVX_XML_ATTLIST_MAX)
        return;
    if (ctxt->input->buf->encoder ||
        memmem(sax->data, sax->len, attlist, sizeof(attlist) - 1))
        sax_limit(sax, "bytes of a part with attribute-list declarations", sax->len,
                  CVX_XML_ATTLIST_MAX);
    sax_stop(sax, ctxt);
}

/* Errors are what recovery is there for. Two of them say that the entity just expanded is
 * to leave nothing behind: that it failed to parse, and that it contains itself. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    struct cvx_wordml_sax *sax = sax_of(ctx);
    xmlParserCtxtPtr ctxt = ctx;

    if (error->code == XML_ERR_NO_MEMORY)
        sax->no_memory = true;
    /* In a tree, what is open in an entity when it proves ill-formed stays open, and that is
     * found at its end: it no longer counts as a loop, which would end the document. */
    if (ctxt != sax->outer && error->level == XML_ERR_FATAL && ctxt->nameNr > 0)
        (void)nodePop(ctxt);
    if (!sax->marked || ctxt != sax->outer)
        return;
    if (error->code == XML_ERR_UNDECLARED_ENTITY || error->code == XML_ERR_ENTITY_LOOP) {
        cvx_wordwalk_return_to(&sax->walk, &sax->mark);
        sax->marked = false;
    }
}

void cvx_wordml_sax_init(struct cvx_wordml_sax *sax, const char *data, size_t len,
                         struct cvx_err *err)
{
    cvx_wordwalk_init(&sax->walk, err);
    sax->outer = NULL;
    sax->data = data;
    sax->len = len;
    sax->budget = len > CVX_XML_ENTITY_MAX / CVX_XML_ENTITY_RATIO_MAX
                      ? CVX_XML_ENTITY_MAX
                      : len * CVX_XML_ENTITY_RATIO_MAX;
    sax->spent = sax->work = sax->references = 0;
    sax->marked = sax->rooted = sax->no_memory = false;
    sax->empty[0] = 0;
    /* `orig` is taken, or libxml2 would leave the raw text of a redeclaration there. */
    sax->nothing = (xmlEntity){.type = XML_ENTITY_DECL,
                               .name = sax->empty,
                               .orig = sax->empty,
                               .content = sax->empty,
                               .etype = XML_INTERNAL_GENERAL_ENTITY};
}

static const xmlChar *sax_name(struct cvx_wordml_sax *sax, const char *name)
{
    const xmlChar *found = xmlDictLookup(sax->outer->dict, (const xmlChar *)name, -1);

    if (!found)
        sax->no_memory = true;
    return found;
}

/* The handlers that are not set: no tree is built, no external subset is loaded. */
static void set_handlers(xmlParserCtxtPtr ctxt)
{
    *ctxt->sax = (xmlSAXHandler){
        .internalSubset = on_document_type,
        .getEntity = on_entity,
        .getParameterEntity = on_parameter_entity,
        .attributeDecl = on_attribute_decl,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .serror = on_error,
        .initialized = XML_SAX2_MAGIC,
    };
}

void cvx_wordml_sax_attach(struct cvx_wordml_sax *sax, xmlParserCtxtPtr ctxt)
{
    sax->outer = ctxt;
    ctxt->_private = sax;
    set_handlers(ctxt);
    for (size_t i = 0; i < count_names(sax); i++)
        sax->name[i] = sax_name(sax, k_elements[i].name);
    sax->val = sax_name(sax, "val");
    sax->transitional = sax_name(sax, k_transitional);
    sax->strict = sax_name(sax, k_strict);
}
