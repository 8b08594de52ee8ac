/* Owns the handling of namespace declarations in the trees of parts. */
#include "render/prefix.h"

#include <string.h>

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

static bool is_word_ns(const xmlNs *ns)
{
    return ns && xmlStrEqual(ns->href, (const xmlChar *)WORD);
}

static bool is_w(const xmlNs *ns)
{
    return xmlStrEqual(ns->prefix, (const xmlChar *)"w");
}

bool cvx_prefix_is_word(xmlNodePtr node, const char *name)
{
    return node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0 && is_word_ns(node->ns);
}

/* The next node in document order. */
static xmlNodePtr next_node(xmlNodePtr node, xmlNodePtr root)
{
    if (node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node != root && !node->next)
        node = node->parent;
    return node != root ? node->next : NULL;
}

/* Whether renaming breaks nothing: nothing else is called w, and no element declares the
 * namespace twice. */
static bool can_rename(xmlNodePtr root)
{
    for (xmlNodePtr node = root; node; node = next_node(node, root)) {
        size_t words = 0;

        if (node->type != XML_ELEMENT_NODE)
            continue;
        for (xmlNsPtr ns = node->nsDef; ns; ns = ns->next) {
            if (is_w(ns) && !is_word_ns(ns))
                return false;
            words += is_word_ns(ns);
        }
        if (words > 1)
            return false;
    }
    return true;
}

static bool rename_all(xmlNodePtr root)
{
    for (xmlNodePtr node = root; node; node = next_node(node, root)) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        for (xmlNsPtr ns = node->nsDef; ns; ns = ns->next) {
            xmlChar *prefix;

            if (!is_word_ns(ns) || is_w(ns))
                continue;
            prefix = xmlStrdup((const xmlChar *)"w");
            if (!prefix)
                return false;
            xmlFree((xmlChar *)ns->prefix);
            ns->prefix = prefix;
        }
    }
    return true;
}

int cvx_prefix_check(xmlNodePtr node, struct cvx_err *err)
{
    for (xmlNsPtr ns = node->nsDef; ns; ns = ns->next)
        if (ns->href && strpbrk((const char *)ns->href, "&<\""))
            return cvx_fail(err, CVX_EFORMAT,
                            "a namespace has a name with '&', '<' or '\"' in it");
    return CVX_OK;
}

int cvx_prefix_make_w(xmlDocPtr doc, struct cvx_err *err)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    int rc = CVX_OK;

    for (xmlNodePtr node = root; node && !rc; node = next_node(node, root))
        if (node->type == XML_ELEMENT_NODE)
            rc = cvx_prefix_check(node, err);
    if (rc)
        return rc;
    if (!root || !is_word_ns(root->ns) || is_w(root->ns))
        return CVX_OK;
    if (can_rename(root))
        return rename_all(root) ? CVX_OK
                                : cvx_fail(err, CVX_ENOMEM, "out of memory for a prefix");
    return cvx_fail(err, CVX_EFORMAT,
                    "it binds Word's namespace to the prefix \"%s\"; tags need \"w\"",
                    root->ns->prefix ? (const char *)root->ns->prefix : "");
}

static void put_text(struct cvx_buf *list, const xmlChar *text)
{
    const char *p = text ? (const char *)text : "";

    cvx_buf_put(list, p, strlen(p) + 1);
}

void cvx_prefix_list(struct cvx_buf *list, xmlNodePtr node)
{
    for (xmlNsPtr ns = node->nsDef; ns; ns = ns->next) {
        put_text(list, ns->prefix);
        put_text(list, ns->href);
    }
}

static bool is_listed(const struct cvx_buf *list, const xmlNs *ns)
{
    const char *prefix = ns->prefix ? (const char *)ns->prefix : "";
    const char *href = ns->href ? (const char *)ns->href : "";

    for (size_t i = 0; i < list->len;) {
        const char *a = list->data + i, *b = a + strlen(a) + 1;

        if (strcmp(a, prefix) == 0 && strcmp(b, href) == 0)
            return true;
        i = (size_t)(b - list->data) + strlen(b) + 1;
    }
    return false;
}

xmlNsPtr cvx_prefix_hide(xmlNodePtr node, const struct cvx_buf *list)
{
    xmlNsPtr hidden = NULL, *at = &node->nsDef;

    while (*at) {
        xmlNsPtr ns = *at;

        if (!is_listed(list, ns)) {
            at = &ns->next;
            continue;
        }
        *at = ns->next;
        ns->next = hidden;
        hidden = ns;
    }
    return hidden;
}

void cvx_prefix_show(xmlNodePtr node, xmlNsPtr hidden)
{
    while (hidden) {
        xmlNsPtr next = hidden->next;

        hidden->next = node->nsDef;
        node->nsDef = hidden;
        hidden = next;
    }
}
