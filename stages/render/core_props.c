/* Owns the rendering of core properties. The part is written out once, with holes where
 * their texts go: a control character that no XML can hold, and the property's number. */
#include "render/core_props.h"

#include <string.h>

#include <cvextract/limits.h>

#include "docx/xmltree.h"
#include "render/jinja/jinja.h"
#include "render/place.h"
#include "text/unicode.h"

#define CORE_NS "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
#define DC_NS "http://purl.org/dc/elements/1.1/"
#define HOLE '\1'
#define LENGTH_MAX 255 /* code points: python-docx refuses more */

static const char *const k_names[CVX_CORE_PROPS] = {
    "creator", "description", "identifier", "language", "subject", "title"};

/* The time is no clock's, so that equal inputs give equal bytes. */
static const char k_default[] =
    "<cp:coreProperties xmlns:cp=\"" CORE_NS "\" xmlns:dc=\"" DC_NS "\""
    " xmlns:dcterms=\"http://purl.org/dc/terms/\""
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
    "<dc:title>Word Document</dc:title>"
    "<cp:lastModifiedBy>python-docx</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    "<dcterms:modified "
    "xsi:type=\"dcterms:W3CDTF\">1980-01-01T00:00:00Z</dcterms:modified>"
    "</cp:coreProperties>";

struct cvx_span cvx_core_props_default(void)
{
    return (struct cvx_span){k_default, sizeof(k_default) - 1};
}

static bool is_element(xmlNodePtr node, const char *name, const char *ns)
{
    return node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0 && node->ns &&
           xmlStrEqual(node->ns->href, (const xmlChar *)ns);
}

static xmlNodePtr find_property(xmlNodePtr root, const char *name)
{
    for (xmlNodePtr node = root->children; node; node = node->next)
        if (is_element(node, name, DC_NS))
            return node;
    return NULL;
}

static bool is_text(xmlNodePtr node)
{
    return node && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE);
}

/* The text that an element begins with. */
static void put_text(struct cvx_buf *out, xmlNodePtr element)
{
    cvx_buf_put(out, "", 0);
    for (xmlNodePtr node = element ? element->children : NULL; is_text(node);
         node = node->next)
        cvx_buf_puts(out, node->content ? (const char *)node->content : "");
}

/* Whether a template would give back the text itself. */
static bool is_plain(const struct cvx_buf *text)
{
    return !memchr(text->data, '{', text->len) && !memchr(text->data, '\r', text->len) &&
           !(text->len > 0 && text->data[text->len - 1] == '\n');
}

static int load_item(struct cvx_core_props *props, size_t i, xmlNodePtr root,
                     struct cvx_err *err)
{
    struct cvx_buf *text = &props->items[i].text;
    struct cvx_jinja_place place;
    int rc;

    put_text(text, find_property(root, k_names[i]));
    rc = cvx_buf_check(text, err);
    if (rc || is_plain(text))
        return rc;
    props->plain = false;
    rc = cvx_jinja_parse(text->data, text->len, &props->items[i].jinja, &place, err);
    if (rc)
        return cvx_place_property(err, props->name, k_names[i],
                                  (struct cvx_span){text->data, text->len});
    return CVX_OK;
}

/* The element, made when it is missing. */
static xmlNodePtr need_property(xmlDocPtr doc, const char *name)
{
    xmlNodePtr root = xmlDocGetRootElement(doc), node = find_property(root, name);
    xmlNsPtr ns;

    if (node)
        return node;
    node = xmlNewDocNode(doc, NULL, (const xmlChar *)name, NULL);
    if (!node)
        return NULL;
    (void)xmlAddChild(root, node);
    ns = xmlSearchNsByHref(doc, root, (const xmlChar *)DC_NS);
    if (!ns)
        ns = xmlNewNs(node, (const xmlChar *)DC_NS, (const xmlChar *)"dc");
    xmlSetNs(node, ns);
    return ns ? node : NULL;
}

/* Puts a hole in the place of a property's text. */
static int make_hole(xmlDocPtr doc, size_t i, struct cvx_err *err)
{
    const xmlChar hole[] = {HOLE, (xmlChar)('0' + i), '\0'};
    xmlNodePtr element = need_property(doc, k_names[i]), node = NULL;

    if (element)
        node = xmlNewDocText(doc, hole);
    if (!node)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a property");
    while (is_text(element->children)) {
        xmlNodePtr old = element->children;

        xmlUnlinkNode(old);
        xmlFreeNode(old);
    }
    if (element->children)
        (void)xmlAddPrevSibling(element->children, node);
    else
        (void)xmlAddChild(element, node);
    return CVX_OK;
}

static int load_items(struct cvx_core_props *props, struct cvx_span xml,
                      struct cvx_err *err)
{
    xmlDocPtr doc = NULL;
    xmlNodePtr root;
    int rc = cvx_xmltree_strict(xml.p, xml.len, &doc, err);

    if (rc)
        return cvx_place_part(err, props->name);
    root = xmlDocGetRootElement(doc);
    if (!is_element(root, "coreProperties", CORE_NS)) {
        cvx_fail(err, CVX_EFORMAT, "there are no core properties in it");
        rc = cvx_place_part(err, props->name);
    }
    for (size_t i = 0; !rc && i < CVX_CORE_PROPS; i++)
        rc = load_item(props, i, root, err);
    for (size_t i = 0; !rc && i < CVX_CORE_PROPS; i++)
        rc = make_hole(doc, i, err);
    if (!rc) {
        cvx_xmltree_put_declaration(&props->xml);
        cvx_xmltree_put(&props->xml, doc, root);
        rc = cvx_buf_check(&props->xml, err);
    }
    xmlFreeDoc(doc);
    return rc;
}

int cvx_core_props_load(const char *name, struct cvx_span xml, struct cvx_core_props *ret,
                        struct cvx_err *err)
{
    struct cvx_core_props props = {.name = name, .plain = true};
    int rc = load_items(&props, xml, err);

    if (rc) {
        cvx_core_props_done(&props);
        return rc;
    }
    *ret = props;
    return CVX_OK;
}

void cvx_core_props_done(struct cvx_core_props *props)
{
    cvx_buf_done(&props->xml);
    for (size_t i = 0; i < CVX_CORE_PROPS; i++) {
        cvx_buf_done(&props->items[i].text);
        cvx_jinja_free(props->items[i].jinja);
    }
}

static int check_value(const struct cvx_buf *text, struct cvx_err *err)
{
    size_t points = 0;

    for (size_t i = 0, n; i < text->len; i += n, points++) {
        uint32_t c = cvx_unicode_decode(text->data + i, text->data + text->len, &n);

        if (!cvx_unicode_is_xml(c))
            return cvx_fail(err, CVX_EFORMAT,
                            "the value holds U+%04X, which XML does not allow",
                            (unsigned)c);
    }
    if (points > LENGTH_MAX)
        return cvx_fail(err, CVX_EFORMAT,
                        "the value has %zu characters, the limit of the format is %d",
                        points, LENGTH_MAX);
    return CVX_OK;
}

/* The text of a property in this document, checked. */
static int render_item(const struct cvx_core_props *props, size_t i,
                       struct cvx_jinja_session *session, struct cvx_buf *ret,
                       struct cvx_err *err)
{
    const struct cvx_buf *text = &props->items[i].text;
    struct cvx_jinja_place place;
    int rc = CVX_OK;

    if (props->items[i].jinja)
        rc = cvx_jinja_render(props->items[i].jinja, session, ret, &place, err);
    else
        cvx_buf_put(ret, text->data, text->len);
    if (!rc)
        rc = cvx_buf_check(ret, err);
    if (!rc)
        rc = check_value(ret, err);
    if (rc)
        return cvx_place_property(err, props->name, k_names[i],
                                  (struct cvx_span){text->data, text->len});
    return CVX_OK;
}

static void put_escaped(struct cvx_buf *out, const struct cvx_buf *text)
{
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];

        if (c == '&')
            cvx_buf_puts(out, "&amp;");
        else if (c == '<')
            cvx_buf_puts(out, "&lt;");
        else if (c == '>')
            cvx_buf_puts(out, "&gt;");
        else if (c == '\r')
            cvx_buf_puts(out, "&#13;");
        else
            cvx_buf_putc(out, c);
    }
}

static void fill_holes(const struct cvx_core_props *props, const struct cvx_buf *values,
                       struct cvx_buf *out)
{
    const char *p = props->xml.data, *end = p + props->xml.len, *hole;

    while (p < end) {
        hole = memchr(p, HOLE, (size_t)(end - p));
        cvx_buf_put(out, p, (size_t)((hole ? hole : end) - p));
        if (!hole)
            break;
        put_escaped(out, &values[hole[1] - '0']);
        p = hole + 2;
    }
}

int cvx_core_props_render(const struct cvx_core_props *props,
                          struct cvx_jinja_session *session, struct cvx_buf *out,
                          struct cvx_err *err)
{
    struct cvx_buf values[CVX_CORE_PROPS];
    int rc = CVX_OK;

    for (size_t i = 0; i < CVX_CORE_PROPS; i++)
        values[i] = (struct cvx_buf){.max = CVX_TEMPLATE_OUTPUT_MAX};
    for (size_t i = 0; !rc && i < CVX_CORE_PROPS; i++)
        rc = render_item(props, i, session, &values[i], err);
    if (!rc)
        fill_holes(props, values, out);
    for (size_t i = 0; i < CVX_CORE_PROPS; i++)
        cvx_buf_done(&values[i]);
    return rc ? rc : cvx_buf_check(out, err);
}
