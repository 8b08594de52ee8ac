/* Owns the one walk over a rendered body: of each table it learns the largest number of
 * cells and the widest row, its nested tables included, and changes the grid when the table
 * ends; drawings are numbered as they come, comments made such as can be written. */
#include "render/tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "render/grid.h"
#include "render/prefix.h"

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"

/* A table that is open. */
struct table {
    xmlNodePtr node;
    struct cvx_grid_need need;
};

struct walk {
    struct table *tables; /* the innermost last */
    size_t n, cap;
    size_t next_id;
    struct cvx_err *err;
};

static bool is_element(xmlNodePtr node, const char *name, const char *uri)
{
    return node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0 && node->ns &&
           strcmp((const char *)node->ns->href, uri) == 0;
}

static int open_table(struct walk *walk, xmlNodePtr node)
{
    if (walk->n == walk->cap) {
        size_t cap = walk->cap > 0 ? 2 * walk->cap : 8;
        struct table *tables =
            cvx_realloc_array(walk->tables, cap, sizeof(*walk->tables));

        if (!tables)
            return cvx_fail(walk->err, CVX_ENOMEM, "out of memory for nested tables");
        walk->tables = tables;
        walk->cap = cap;
    }
    walk->tables[walk->n++] = (struct table){.node = node};
    return CVX_OK;
}

static int close_table(struct walk *walk)
{
    struct table table = walk->tables[--walk->n];

    if (walk->n > 0)
        cvx_grid_need_merge(&walk->tables[walk->n - 1].need, &table.need);
    return cvx_grid_fix(table.node, &table.need, walk->err);
}

static int number_drawing(struct walk *walk, xmlNodePtr node)
{
    char id[24];

    (void)snprintf(id, sizeof(id), "%zu", walk->next_id++);
    if (!xmlSetNsProp(node, NULL, (const xmlChar *)"id", (const xmlChar *)id))
        return cvx_fail(walk->err, CVX_ENOMEM, "out of memory for a drawing's id");
    return CVX_OK;
}

/* What recovery lets into a comment, but no comment may hold: two hyphens, or one at the
 * end. It would make the whole part unreadable. */
static void mend_comment(xmlNodePtr node)
{
    for (xmlChar *c = node->content; c && *c; c++)
        if (c[0] == '-' && (c[1] == '-' || c[1] == '\0'))
            *c = ' ';
}

static int enter(struct walk *walk, xmlNodePtr node)
{
    int rc = node->type == XML_ELEMENT_NODE && node->nsDef
                 ? cvx_prefix_check(node, walk->err)
                 : CVX_OK;

    if (rc)
        return rc;
    if (node->type == XML_COMMENT_NODE)
        mend_comment(node);
    if (is_element(node, "tbl", WORD))
        return open_table(walk, node);
    if (walk->n > 0 && is_element(node, "tr", WORD))
        return cvx_grid_need_row(&walk->tables[walk->n - 1].need, node, walk->err);
    if (is_element(node, "docPr", DRAWING))
        return number_drawing(walk, node);
    return CVX_OK;
}

static int leave(struct walk *walk, xmlNodePtr node)
{
    if (walk->n > 0 && walk->tables[walk->n - 1].node == node)
        return close_table(walk);
    return CVX_OK;
}

/* Every node below and with root, without recursion. */
static int walk_tree(struct walk *walk, xmlNodePtr root)
{
    size_t depth = 1;
    xmlNodePtr node = root;
    int rc;

    for (;;) {
        rc = enter(walk, node);
        if (rc)
            return rc;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            if (++depth > CVX_XML_DEPTH_MAX)
                return cvx_fail(walk->err, CVX_ELIMIT,
                                "elements nested deeper than the limit of %zu",
                                CVX_XML_DEPTH_MAX);
            continue;
        }
        for (;;) {
            rc = leave(walk, node);
            if (rc || node == root)
                return rc;
            if (node->next)
                break;
            node = node->parent;
            depth--;
        }
        node = node->next;
    }
}

int cvx_tables_fix(xmlNodePtr root, struct cvx_err *err)
{
    struct walk walk = {.next_id = CVX_TABLES_FIRST_ID, .err = err};
    int rc = walk_tree(&walk, root);

    cvx_free(walk.tables);
    return rc;
}
