/* Owns one pass over a rendered body by SAX events, with a frame for each open element: what
 * cvx_tables_fix() would do with a tree, told without one. */
#include "render/plain.h"

#include <string.h>

#include <cvextract/limits.h>

#include "docx/xmltree.h"

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define SPAN_DIGITS 4 /* a span of more digits is left to the tree */

enum kind { OTHER, TABLE, GRID, ROW, CELL, PROPERTIES };

struct frame {
    enum kind kind;
    bool seen;      /* TABLE: a grid; CELL: properties; PROPERTIES: a span */
    unsigned cells; /* ROW: its own; TABLE: of the row that has the most */
    unsigned span;  /* likewise, in columns */
    unsigned columns;
    size_t table; /* depth of the table around it, itself included; 0 = none */
};

struct scan {
    struct cvx_span xml;
    struct cvx_buf *ids;
    bool plain;
    size_t depth; /* elements open */
    struct frame frames[CVX_XML_DEPTH_MAX + 1];
};

static bool is_uri(const xmlChar *uri, const char *want)
{
    return uri && strcmp((const char *)uri, want) == 0;
}

/* The number in the w:val of an element; false when it is none, or not plain to read. */
static bool read_val(const xmlChar **attributes, int n, unsigned *ret)
{
    for (int i = 0; i < n; i++) {
        const xmlChar **a = &attributes[(size_t)5 * (size_t)i];
        unsigned value = 0;

        if (strcmp((const char *)a[0], "val") != 0 || !is_uri(a[2], WORD))
            continue;
        if (a[3] == a[4] || a[4] - a[3] > SPAN_DIGITS)
            return false;
        for (const xmlChar *p = a[3]; p < a[4]; p++) {
            if (*p < '0' || *p > '9')
                return false;
            value = value * 10 + (unsigned)(*p - '0');
        }
        *ret = value;
        return true;
    }
    return false;
}

/* A span, in the properties of a cell, in a row. */
static void add_span(struct scan *scan, const xmlChar **attributes, int n)
{
    struct frame *row = &scan->frames[scan->depth - 2];
    unsigned span = 0;

    scan->frames[scan->depth].seen = true;
    if (!read_val(attributes, n, &span))
        scan->plain = false;
    else if (row->kind == ROW)
        row->span += span - 1; /* one was counted with the cell; a span of 0 wraps back */
}

/* Where in the text the number of a drawing stands: the parser shows its own copy of it. */
static void add_id(struct scan *scan, xmlParserCtxtPtr parser, const xmlChar **attributes,
                   int n)
{
    const xmlParserInput *input = parser->input;

    for (int i = 0; i < n; i++) {
        const xmlChar **a = &attributes[(size_t)5 * (size_t)i];
        struct cvx_plain_id id = {.len = (size_t)(a[4] - a[3])};

        if (strcmp((const char *)a[0], "id") != 0 || a[1])
            continue;
        if (a[3] < input->base || a[4] > input->end)
            break;
        id.at = (size_t)(a[3] - input->base) + input->consumed;
        /* Not so when the value had to be decoded. */
        if (id.at > scan->xml.len || id.len >= scan->xml.len - id.at ||
            memcmp(scan->xml.p + id.at, a[3], id.len) != 0 ||
            (unsigned char)scan->xml.p[id.at + id.len] != *a[4])
            break;
        cvx_buf_put(scan->ids, &id, sizeof(id));
        return;
    }
    scan->plain = false;
}

/* What an element is, told by its name and by the one around it. */
static enum kind classify(struct scan *scan, const char *name, const xmlChar **attributes,
                          int n)
{
    struct frame *outer = &scan->frames[scan->depth];

    if (strcmp(name, "tbl") == 0)
        return TABLE;
    if (strcmp(name, "tr") == 0)
        return ROW;
    if (outer->kind == TABLE && !outer->seen && strcmp(name, "tblGrid") == 0) {
        outer->seen = true;
        return GRID;
    }
    if (outer->kind == GRID && strcmp(name, "gridCol") == 0)
        scan->frames[outer->table].columns++;
    if (strcmp(name, "tc") == 0) {
        if (outer->kind == ROW) {
            outer->cells++;
            outer->span++;
        }
        return CELL;
    }
    if (outer->kind == CELL && !outer->seen && strcmp(name, "tcPr") == 0) {
        outer->seen = true;
        return PROPERTIES;
    }
    if (outer->kind == PROPERTIES && !outer->seen && strcmp(name, "gridSpan") == 0)
        add_span(scan, attributes, n);
    return OTHER;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                     int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct scan *scan = cvx_xmltree_user(ctx);
    struct frame frame = {.kind = OTHER};

    (void)prefix, (void)n_defaulted;
    if (!scan->plain)
        return;
    for (int i = 0; i < n_namespaces; i++)
        if (namespaces[2 * i + 1] && strpbrk((const char *)namespaces[2 * i + 1], "&<\""))
            scan->plain = false;
    if (is_uri(uri, DRAWING) && strcmp((const char *)name, "docPr") == 0)
        add_id(scan, ctx, attributes, n_attributes);
    if (scan->depth == CVX_XML_DEPTH_MAX)
        scan->plain = false;
    if (!scan->plain)
        return;
    if (is_uri(uri, WORD))
        frame.kind = classify(scan, (const char *)name, attributes, n_attributes);
    frame.table = scan->frames[scan->depth].table;
    scan->depth++;
    if (frame.kind == TABLE)
        frame.table = scan->depth;
    scan->frames[scan->depth] = frame;
}

/* A row's or a table's needs, counted for the table around it. */
static void count(struct frame *table, const struct frame *inner)
{
    if (inner->cells > table->cells)
        table->cells = inner->cells;
    if (inner->span > table->span)
        table->span = inner->span;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct scan *scan = cvx_xmltree_user(ctx);
    struct frame frame;
    size_t outer;

    (void)name, (void)prefix, (void)uri;
    if (!scan->plain)
        return;
    frame = scan->frames[scan->depth--];
    outer = scan->frames[scan->depth].table;
    if (frame.kind == TABLE &&
        (!frame.seen || frame.cells > frame.columns || frame.span < frame.columns))
        scan->plain = false;
    if ((frame.kind == TABLE || frame.kind == ROW) && outer > 0)
        count(&scan->frames[outer], &frame);
}

int cvx_plain_is(struct cvx_span xml, bool *ret, struct cvx_buf *ids, struct cvx_err *err)
{
    const xmlSAXHandler sax = {.startElementNs = on_start, .endElementNs = on_end};
    struct scan scan = {.xml = xml, .ids = ids, .plain = true};
    struct cvx_err why;
    int rc;

    cvx_err_init(&why);
    rc = cvx_xmltree_check(xml.p, xml.len, &sax, &scan, &why);
    if (rc == CVX_ENOMEM) {
        *err = why;
        return rc;
    }
    *ret = !rc && scan.plain;
    return cvx_buf_check(ids, err);
}
