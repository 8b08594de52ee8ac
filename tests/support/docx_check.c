/* Owns the check of rendered packages. Reads them with our own package reader, the XML with
 * libxml2 directly. */
#include "docx_check.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "docx/opc.h"
#include "docx/package.h"

#define R_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

struct check {
    struct cvx_package *package;
    struct cvx_opc *opc;
    struct cvx_buf *why;
    long ids[1024]; /* of the drawings of one part */
    size_t n_ids;
};

static bool wrong(struct check *check, const char *part, const char *what,
                  const char *detail)
{
    cvx_buf_printf(check->why, "%s: %s%s%s", part, what, detail ? " " : "",
                   detail ? detail : "");
    return false;
}

static bool has_rel(const struct check *check, size_t part, const char *id)
{
    for (size_t i = 0; i < cvx_opc_rel_count(check->opc); i++) {
        struct cvx_opc_rel rel = cvx_opc_rel(check->opc, i);

        if (rel.from == part && strcmp(rel.id, id) == 0)
            return true;
    }
    return false;
}

static bool check_attributes(struct check *check, size_t part, xmlNodePtr node)
{
    const char *name = cvx_package_name(check->package, part);
    bool ok = true;

    for (xmlAttrPtr a = node->properties; a && ok; a = a->next) {
        xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
        const char *text = value ? (const char *)value : "";

        if (a->ns && strcmp((const char *)a->ns->href, R_NS) == 0 &&
            !has_rel(check, part, text))
            ok = wrong(check, name, "uses a relationship that is not there:", text);
        if (!a->ns && strcmp((const char *)a->name, "id") == 0 &&
            strcmp((const char *)node->name, "docPr") == 0) {
            long id = strtol(text, NULL, 10);

            for (size_t i = 0; i < check->n_ids && ok; i++)
                if (check->ids[i] == id)
                    ok = wrong(check, name, "has two drawings with the id", text);
            if (check->n_ids < sizeof(check->ids) / sizeof(check->ids[0]))
                check->ids[check->n_ids++] = id;
        }
        xmlFree(value);
    }
    return ok;
}

static bool check_tree(struct check *check, size_t part, xmlNodePtr root)
{
    xmlNodePtr node = root;

    check->n_ids = 0;
    while (node) {
        if (node->type == XML_ELEMENT_NODE && !check_attributes(check, part, node))
            return false;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next)
            node = node->parent;
        node = node == root ? NULL : node->next;
    }
    return true;
}

static bool ends_in(const char *name, const char *end)
{
    size_t a = strlen(name), b = strlen(end);

    return a >= b && strcmp(name + a - b, end) == 0;
}

static bool check_part(struct check *check, size_t part)
{
    const char *name = cvx_package_name(check->package, part);
    struct cvx_part bytes = {0};
    struct cvx_err err;
    xmlDocPtr doc;
    bool ok = true;

    cvx_err_init(&err);
    if (cvx_package_read(check->package, part, &bytes, &err))
        return wrong(check, name, "cannot be read:", cvx_err_root(&err));
    if (ends_in(name, ".xml") || ends_in(name, ".rels")) {
        doc = xmlReadMemory(bytes.data, (int)bytes.len, NULL, NULL,
                            XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
        ok = doc ? check_tree(check, part, xmlDocGetRootElement(doc))
                 : wrong(check, name, "is not well-formed", NULL);
        xmlFreeDoc(doc);
    }
    cvx_part_done(&bytes);
    return ok;
}

static bool check_package(struct check *check)
{
    struct cvx_issues issues = {0};
    struct cvx_err err;
    bool ok = true;

    cvx_err_init(&err);
    if (cvx_package_warn_duplicates(check->package, &issues) || issues.count > 0)
        ok = wrong(check, "package", "has a name twice", NULL);
    cvx_issues_done(&issues);
    if (ok && cvx_opc_load(check->package, &check->opc, &err))
        ok = wrong(check, "package", cvx_err_root(&err), NULL);
    for (size_t i = 0; ok && i < cvx_package_count(check->package); i++)
        ok = check_part(check, i);
    return ok;
}

bool docx_check(const void *data, size_t len, struct cvx_buf *ret_why)
{
    struct check check = {.why = ret_why};
    struct cvx_err err;
    bool ok;

    cvx_err_init(&err);
    if (cvx_package_open_memory(data, len, &check.package, &err))
        return wrong(&check, "package", cvx_err_root(&err), NULL);
    ok = check_package(&check);
    cvx_opc_free(check.opc);
    cvx_package_close(check.package);
    return ok;
}
