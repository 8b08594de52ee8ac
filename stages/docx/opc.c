/* Owns the graph of a package: relationships in one list that grows as parts are reached,
 * each part's file read once. */
#include "docx/opc.h"

#include <stdlib.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "docx/opc_types.h"
#include "docx/xmltree.h"

#define RELS_NS "http://schemas.openxmlformats.org/package/2006/relationships"
#define NAME_SHOWN 120

struct rel {
    size_t from, to;
    bool external;
    size_t id, type;
};

struct part {
    bool reached, empty_rels;
    const char *type; /* NULL = none */
};

struct cvx_opc {
    struct cvx_package *package;
    struct cvx_opc_types types;
    struct cvx_buf texts; /* NUL-terminated */
    struct part *parts;
    struct rel *rels;
    size_t n_rels, cap_rels;
    size_t *queue; /* parts in the order in which they were reached */
    size_t n_queue;
};

static const char *text_at(const struct cvx_opc *opc, size_t place)
{
    return opc->texts.data + place;
}

/* Reading one of the package's own XML files. */

struct file {
    const char *name;
    struct cvx_part part;
    xmlDocPtr doc;
};

static void file_done(struct file *file)
{
    xmlFreeDoc(file->doc);
    cvx_part_done(&file->part);
}

static int file_read(struct cvx_opc *opc, size_t entry, const char *root, const char *ns,
                     struct file *ret, struct cvx_err *err)
{
    struct file file = {.name = cvx_package_name(opc->package, entry)};
    xmlNodePtr node;
    int rc = cvx_package_read(opc->package, entry, &file.part, err);

    if (!rc && file.part.len > CVX_PACKAGE_DIR_MAX)
        rc = cvx_fail(err, CVX_ELIMIT, "%s has %zu bytes, the limit is %zu", file.name,
                      file.part.len, CVX_PACKAGE_DIR_MAX);
    if (rc)
        goto out;
    rc = cvx_xmltree_strict(file.part.data, file.part.len, &file.doc, err);
    if (rc) {
        rc = cvx_wrap(err, "%s cannot be read", file.name);
        goto out;
    }
    node = xmlDocGetRootElement(file.doc);
    if (!xmlStrEqual(node->name, (const xmlChar *)root) || !node->ns ||
        !xmlStrEqual(node->ns->href, (const xmlChar *)ns))
        rc = cvx_fail(err, CVX_EFORMAT, "%s is no list of %s", file.name, root);
out:
    if (rc) {
        file_done(&file);
        return rc;
    }
    *ret = file;
    return CVX_OK;
}

static int read_types(struct cvx_opc *opc, struct cvx_err *err)
{
    long entry = cvx_package_find(opc->package, CVX_OPC_CONTENT_TYPES);
    struct file file;
    int rc;

    if (entry < 0)
        return cvx_fail(err, CVX_EFORMAT, "no " CVX_OPC_CONTENT_TYPES);
    rc = file_read(opc, (size_t)entry, "Types", CVX_OPC_TYPES_NS, &file, err);
    if (rc)
        return rc;
    rc = cvx_opc_types_read(&opc->types, file.name, xmlDocGetRootElement(file.doc), err);
    file_done(&file);
    return rc;
}

/* Relationships. */

/* Appends the segments of a path to `out`, "." and ".." resolved. */
static void put_segments(struct cvx_buf *out, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        if (n == 2 && memcmp(path, "..", 2) == 0) {
            const char *slash = out->data ? memrchr(out->data, '/', out->len) : NULL;

            cvx_buf_trim(out, slash ? (size_t)(slash - out->data) : 0);
        } else if (n > 0 && !(n == 1 && *path == '.')) {
            if (out->len > 0)
                cvx_buf_putc(out, '/');
            cvx_buf_put(out, path, n);
        }
        path += n + (path[n] == '/');
    }
}

/* The entry that a target means, -1 for none. */
static long find_target(const struct cvx_opc *opc, size_t from, const char *target,
                        struct cvx_buf *work)
{
    const char *base = from == CVX_OPC_ROOT ? "" : cvx_package_name(opc->package, from);
    const char *slash = strrchr(base, '/');

    cvx_buf_clear(work);
    cvx_buf_put(work, "", 0);
    if (target[0] != '/' && slash)
        cvx_buf_put(work, base, (size_t)(slash - base));
    put_segments(work, target);
    return work->failed ? -1 : cvx_package_find(opc->package, work->data);
}

static int reach(struct cvx_opc *opc, size_t part, struct cvx_buf *work,
                 struct cvx_err *err)
{
    const char *name = cvx_package_name(opc->package, part);

    if (opc->parts[part].reached)
        return CVX_OK;
    opc->parts[part].reached = true;
    opc->parts[part].type = cvx_opc_types_of(&opc->types, name, work);
    opc->queue[opc->n_queue++] = part;
    if (work->failed)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a part's name");
    if (!opc->parts[part].type)
        return cvx_fail(err, CVX_EFORMAT, "part %.*s has no content type",
                        (int)cvx_text_cut(name, strlen(name), NAME_SHOWN), name);
    return CVX_OK;
}

static int rel_add(struct cvx_opc *opc, const struct file *file, size_t from,
                   xmlNodePtr node, struct cvx_buf *work, struct cvx_err *err)
{
    struct rel rel = {.from = from, .to = CVX_OPC_ROOT};
    xmlChar *mode = xmlGetNoNsProp(node, (const xmlChar *)"TargetMode");
    size_t target = 0;
    long to;
    int rc;

    rel.external = xmlStrEqual(mode, (const xmlChar *)"External");
    xmlFree(mode);
    rc = cvx_opc_attribute(&opc->texts, file->name, node, "Id", &rel.id, err);
    if (!rc)
        rc = cvx_opc_attribute(&opc->texts, file->name, node, "Type", &rel.type, err);
    if (!rc)
        rc = cvx_opc_attribute(&opc->texts, file->name, node, "Target", &target, err);
    if (!rc)
        rc = cvx_opc_grow((void **)&opc->rels, opc->n_rels, &opc->cap_rels, sizeof(rel),
                          err);
    if (!rc && !rel.external) {
        to = find_target(opc, from, text_at(opc, target), work);
        if (work->failed)
            return cvx_fail(err, CVX_ENOMEM, "out of memory for a target");
        if (to < 0)
            return cvx_fail(err, CVX_EFORMAT, "%s names a part that is not there: %.*s",
                            file->name, NAME_SHOWN, text_at(opc, target));
        rel.to = (size_t)to;
        rc = reach(opc, rel.to, work, err);
    }
    if (!rc)
        opc->rels[opc->n_rels++] = rel;
    return rc;
}

/* The entry with a part's relationships, -1 for none: "a/b.xml" has "a/_rels/b.xml.rels". */
static long rels_entry(const struct cvx_opc *opc, size_t from, struct cvx_buf *work)
{
    const char *name = from == CVX_OPC_ROOT ? "" : cvx_package_name(opc->package, from);
    const char *slash = strrchr(name, '/');
    size_t folder = slash ? (size_t)(slash - name) + 1 : 0;

    cvx_buf_clear(work);
    cvx_buf_put(work, name, folder);
    cvx_buf_puts(work, "_rels/");
    cvx_buf_puts(work, name + folder);
    cvx_buf_puts(work, ".rels");
    return work->failed ? -1 : cvx_package_find(opc->package, work->data);
}

static int read_rels(struct cvx_opc *opc, size_t from, struct cvx_buf *work,
                     struct cvx_err *err)
{
    long entry = rels_entry(opc, from, work);
    size_t before = opc->n_rels;
    struct file file;
    int rc;

    if (work->failed)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a part's name");
    if (entry < 0)
        return CVX_OK;
    rc = file_read(opc, (size_t)entry, "Relationships", RELS_NS, &file, err);
    if (rc)
        return rc;
    for (xmlNodePtr node = xmlDocGetRootElement(file.doc)->children; node && !rc;
         node = node->next)
        if (cvx_opc_is_element(node, "Relationship", RELS_NS))
            rc = rel_add(opc, &file, from, node, work, err);
    opc->parts[entry].empty_rels = opc->n_rels == before;
    file_done(&file);
    return rc;
}

static int load(struct cvx_opc *opc, struct cvx_err *err)
{
    struct cvx_buf work = CVX_BUF_INIT;
    size_t n = cvx_package_count(opc->package);
    int rc;

    opc->parts = cvx_zalloc((n + 1) * sizeof(*opc->parts));
    opc->queue = cvx_alloc_array(n + 1, sizeof(*opc->queue));
    if (!opc->parts || !opc->queue)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for %zu parts", n);
    rc = read_types(opc, err);
    if (!rc)
        rc = read_rels(opc, CVX_OPC_ROOT, &work, err);
    for (size_t i = 0; !rc && i < opc->n_queue; i++)
        rc = read_rels(opc, opc->queue[i], &work, err);
    cvx_buf_done(&work);
    return rc;
}

int cvx_opc_load(struct cvx_package *package, struct cvx_opc **ret, struct cvx_err *err)
{
    struct cvx_opc *opc = cvx_zalloc(sizeof(*opc));
    int rc;

    if (!opc)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the package's parts");
    opc->package = package;
    rc = load(opc, err);
    if (rc) {
        cvx_opc_free(opc);
        return rc;
    }
    *ret = opc;
    return CVX_OK;
}

void cvx_opc_free(struct cvx_opc *opc)
{
    if (!opc)
        return;
    cvx_buf_done(&opc->texts);
    cvx_opc_types_done(&opc->types);
    cvx_free(opc->parts);
    cvx_free(opc->rels);
    cvx_free(opc->queue);
    cvx_free(opc);
}

const char *cvx_opc_type(const struct cvx_opc *opc, size_t part)
{
    return opc->parts[part].type;
}

bool cvx_opc_has_default(const struct cvx_opc *opc, const char *extension)
{
    return cvx_opc_types_default(&opc->types, extension) != NULL;
}

bool cvx_opc_reached(const struct cvx_opc *opc, size_t part)
{
    return opc->parts[part].reached;
}

bool cvx_opc_is_empty_rels(const struct cvx_opc *opc, size_t part)
{
    return opc->parts[part].empty_rels;
}

size_t cvx_opc_rel_count(const struct cvx_opc *opc)
{
    return opc->n_rels;
}

struct cvx_opc_rel cvx_opc_rel(const struct cvx_opc *opc, size_t i)
{
    const struct rel *rel = &opc->rels[i];

    return (struct cvx_opc_rel){rel->from, rel->to, rel->external, text_at(opc, rel->id),
                                text_at(opc, rel->type)};
}

int cvx_opc_find(const struct cvx_opc *opc, size_t from, const char *type, size_t *ret,
                 struct cvx_err *err)
{
    size_t found = CVX_OPC_ROOT;

    for (size_t i = 0; i < opc->n_rels; i++) {
        if (opc->rels[i].from != from ||
            strcmp(text_at(opc, opc->rels[i].type), type) != 0)
            continue;
        if (found != CVX_OPC_ROOT)
            return cvx_fail(err, CVX_EFORMAT, "several relationships of type %s", type);
        found = i;
    }
    *ret = found;
    return CVX_OK;
}
