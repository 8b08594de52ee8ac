/* Owns what is added to a package: core properties where there are none, and the type of
 * relationships where it is not told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/tree.h>

#include <cvextract/mem.h>

#include "docx/xmltree.h"
#include "render/template_private.h"

#define CORE_NAME "docProps/core.xml"
#define CORE_REL                                                                         \
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"             \
    "core-properties"
#define CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"

/* The first "rIdN" that no relationship of the package has. One of as many numbers as there
 * are relationships, and one more, is free. */
static int free_id(struct cvx_template_load *load, char *ret, size_t size)
{
    size_t n = cvx_opc_rel_count(load->opc), free = 1;
    bool *used = cvx_zalloc(n + 2);

    if (!used)
        return cvx_fail(load->err, CVX_ENOMEM, "out of memory for an id");
    for (size_t i = 0; i < n; i++) {
        struct cvx_opc_rel rel = cvx_opc_rel(load->opc, i);
        char *end = NULL;
        unsigned long number;

        if (rel.from != CVX_OPC_ROOT || strncmp(rel.id, "rId", 3) != 0)
            continue;
        number = strtoul(rel.id + 3, &end, 10);
        if (*end == '\0' && number <= n)
            used[number] = true;
    }
    while (used[free])
        free++;
    cvx_free(used);
    (void)snprintf(ret, size, "rId%zu", free);
    return CVX_OK;
}

struct attribute {
    const char *name, *value;
};

/* One element that is added to the root of a part; the first attribute tells it from its
 * like. */
struct addition {
    const char *element;
    struct attribute attributes[3];
};

/* The child of root that says so already; NULL. */
static xmlNodePtr find_child(xmlNodePtr root, const struct addition *addition)
{
    for (xmlNodePtr node = root->children; node; node = node->next) {
        xmlChar *value;
        bool same;

        if (node->type != XML_ELEMENT_NODE)
            continue;
        value = xmlGetNoNsProp(node, (const xmlChar *)addition->attributes[0].name);
        same =
            value && strcasecmp((const char *)value, addition->attributes[0].value) == 0;
        xmlFree(value);
        if (same)
            return node;
    }
    return NULL;
}

static bool add_element(xmlNodePtr root, const struct addition *addition)
{
    xmlNodePtr node = find_child(root, addition);

    if (!node)
        node = xmlNewChild(root, root->ns, (const xmlChar *)addition->element, NULL);
    for (size_t i = 0; node && i < 3 && addition->attributes[i].name; i++)
        if (!xmlSetProp(node, (const xmlChar *)addition->attributes[i].name,
                        (const xmlChar *)addition->attributes[i].value))
            return false;
    return node != NULL;
}

/* Adds elements to the root of a part, or changes those that are there, and keeps the part
 * so. */
static int add_all(struct cvx_template_load *load, const char *part,
                   const struct addition *additions, size_t n)
{
    long i = cvx_package_find(load->package, part);
    struct cvx_part bytes = {0};
    struct cvx_buf text = CVX_BUF_INIT;
    xmlDocPtr doc = NULL;
    xmlNodePtr root;
    int rc = cvx_package_read(load->package, (size_t)i, &bytes, load->err);

    if (!rc)
        rc = cvx_xmltree_strict(bytes.data, bytes.len, &doc, load->err);
    if (rc)
        goto out;
    root = xmlDocGetRootElement(doc);
    for (size_t k = 0; !rc && k < n; k++)
        if (!add_element(root, &additions[k]))
            rc = cvx_fail(load->err, CVX_ENOMEM, "out of memory for an element");
    cvx_xmltree_put_declaration(&text);
    cvx_xmltree_put(&text, doc, root);
    if (!rc)
        rc = cvx_buf_check(&text, load->err);
    if (!rc)
        rc = cvx_template_pack(load, &load->template_->entries[load->entry_of[i]], &text);
out:
    xmlFreeDoc(doc);
    cvx_buf_done(&text);
    cvx_part_done(&bytes);
    return rc;
}

/* The entry of that name, made when there is none. */
static struct cvx_template_entry *need_entry(struct cvx_template *t)
{
    struct cvx_template_entry *entry = t->entries;

    for (; entry < t->entries + t->n_entries; entry++)
        if (strcmp(entry->name, CORE_NAME) == 0)
            return entry;
    entry->name = cvx_strdup(CORE_NAME);
    entry->story = CVX_TEMPLATE_NONE;
    if (!entry->name)
        return NULL;
    t->n_entries++;
    return entry;
}

static int add_core(struct cvx_template_load *load)
{
    struct cvx_template_entry *entry = need_entry(load->template_);
    char id[32];
    const struct addition rel = {"Relationship",
                                 {{"Id", id}, {"Type", CORE_REL}, {"Target", CORE_NAME}}};
    int rc;

    if (!entry)
        return cvx_fail(load->err, CVX_ENOMEM, "out of memory for a part's name");
    rc = free_id(load, id, sizeof(id));
    if (!rc)
        rc = cvx_template_take_core(load, entry, cvx_core_props_default());
    return rc ? rc : add_all(load, "_rels/.rels", &rel, 1);
}

int cvx_template_complete(struct cvx_template_load *load, bool has_core)
{
    static const struct addition rels = {
        "Default",
        {{"Extension", "rels"},
         {"ContentType", "application/vnd.openxmlformats-package.relationships+xml"}}};
    static const struct addition core = {
        "Override", {{"PartName", "/" CORE_NAME}, {"ContentType", CORE_TYPE}}};
    struct addition types[2];
    size_t n = 0;
    int rc = CVX_OK;

    if (!cvx_opc_has_default(load->opc, "rels"))
        types[n++] = rels;
    if (!has_core) {
        types[n++] = core;
        rc = add_core(load);
    }
    return rc || n == 0 ? rc : add_all(load, CVX_OPC_CONTENT_TYPES, types, n);
}
