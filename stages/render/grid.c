/* Owns the arithmetic of table grids: columns added in proportion, columns taken away and
 * their width shared out. Numbers are read and cut as Python's float() and int() do. */
#include "render/grid.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

#include "render/jinja/value.h"
#include "text/unicode.h"

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
/* An integer of a double's size, printed. */
#define NUMBER_SIZE 330

static const xmlChar *const k_word = (const xmlChar *)WORD;

static bool is_word(xmlNodePtr node, const char *name)
{
    return node->type == XML_ELEMENT_NODE &&
           strcmp((const char *)node->name, name) == 0 && node->ns &&
           xmlStrEqual(node->ns->href, k_word);
}

static xmlNodePtr first_child(xmlNodePtr node, const char *name)
{
    for (node = node->children; node; node = node->next)
        if (is_word(node, name))
            return node;
    return NULL;
}

static xmlNodePtr next_sibling(xmlNodePtr node, const char *name)
{
    for (node = node->next; node; node = node->next)
        if (is_word(node, name))
            return node;
    return NULL;
}

/* int(text) as Python has it, as a double: what float() takes, without its other letters. */
static bool parse_int(const char *p, size_t len, double *ret)
{
    for (size_t i = 0, n; i < len; i += n) {
        uint32_t c = cvx_unicode_decode(p + i, p + len, &n);

        if (!cvx_unicode_is_space(c) && !cvx_unicode_is_digit(c) && c != '+' &&
            c != '-' && c != '_')
            return false;
    }
    return cvx_numeric_parse_float(p, len, ret);
}

static int fail_value(struct cvx_err *err, const char *what, const xmlChar *value)
{
    if (!value)
        return cvx_fail(err, CVX_EFORMAT, "%s has no value", what);
    return cvx_fail(err, CVX_EFORMAT, "%s is no number: \"%.40s\"", what,
                    (const char *)value);
}

/* How many columns a cell takes. */
static int cell_span(xmlNodePtr cell, double *ret, struct cvx_err *err)
{
    xmlNodePtr properties = first_child(cell, "tcPr");
    xmlNodePtr span = properties ? first_child(properties, "gridSpan") : NULL;
    xmlChar *value;
    int rc = CVX_OK;

    *ret = 1;
    if (!span)
        return CVX_OK;
    value = xmlGetNsProp(span, (const xmlChar *)"val", k_word);
    if (!value || !parse_int((const char *)value, strlen((const char *)value), ret))
        rc = fail_value(err, "a cell's gridSpan", value);
    xmlFree(value);
    return rc;
}

int cvx_grid_need_row(struct cvx_grid_need *need, xmlNodePtr row, struct cvx_err *err)
{
    struct cvx_grid_need own = {0, 0};

    for (xmlNodePtr cell = first_child(row, "tc"); cell;
         cell = next_sibling(cell, "tc")) {
        double span;
        int rc = cell_span(cell, &span, err);

        if (rc)
            return rc;
        own.cells++;
        own.span += span;
    }
    cvx_grid_need_merge(need, &own);
    return CVX_OK;
}

void cvx_grid_need_merge(struct cvx_grid_need *need, const struct cvx_grid_need *other)
{
    if (other->cells > need->cells)
        need->cells = other->cells;
    if (other->span > need->span)
        need->span = other->span;
}

/* *ret_has false when there is none. */
static int read_width(xmlNodePtr column, double *ret, bool *ret_has, struct cvx_err *err)
{
    xmlChar *value = xmlGetNsProp(column, (const xmlChar *)"w", k_word);
    int rc = CVX_OK;

    *ret_has = value != NULL;
    if (value &&
        !cvx_numeric_parse_float((const char *)value, strlen((const char *)value), ret))
        rc = fail_value(err, "a table column's width", value);
    xmlFree(value);
    return rc;
}

static int need_width(xmlNodePtr column, double *ret, struct cvx_err *err)
{
    bool has;
    int rc = read_width(column, ret, &has, err);

    if (!rc && !has)
        return fail_value(err, "a table column's width", NULL);
    return rc;
}

static int write_width(xmlNodePtr column, double width, struct cvx_err *err)
{
    char text[NUMBER_SIZE];

    if (!isfinite(width))
        return cvx_fail(err, CVX_EFORMAT, "a table column's width is not finite");
    width = trunc(width);
    (void)snprintf(text, sizeof(text), "%.0f", width == 0 ? 0.0 : width);
    if (!xmlSetNsProp(column, column->ns, (const xmlChar *)"w", (const xmlChar *)text))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a table column");
    return CVX_OK;
}

static int add_column(xmlNodePtr grid, double width, struct cvx_err *err)
{
    xmlNodePtr column =
        xmlNewDocNode(grid->doc, grid->ns, (const xmlChar *)"gridCol", NULL);

    if (!column)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a table column");
    (void)xmlAddChild(grid, column);
    return write_width(column, width, err);
}

/* Some row has more cells than there are columns: all share the width there is. */
static int widen(xmlNodePtr grid, size_t columns, size_t add, struct cvx_err *err)
{
    double total = 0, width = 0, new_mean, old_mean;
    xmlNodePtr column;
    bool has = false;
    int rc = CVX_OK;

    for (column = first_child(grid, "gridCol"); !rc && column;
         column = next_sibling(column, "gridCol")) {
        rc = read_width(column, &width, &has, err);
        if (!rc && has)
            total += width;
    }
    if (rc || !(total > 0))
        return rc;
    new_mean = total / (double)(columns + add);
    old_mean = total / (double)columns;
    for (column = first_child(grid, "gridCol"); !rc && column;
         column = next_sibling(column, "gridCol")) {
        rc = need_width(column, &width, err);
        if (!rc)
            rc = write_width(column, width * new_mean / old_mean, err);
    }
    while (!rc && add-- > 0)
        rc = add_column(grid, new_mean, err);
    return rc;
}

/* Takes a column away with the text behind it, if there is any: so does lxml. */
static void drop_column(xmlNodePtr column)
{
    xmlNodePtr text = column->next;

    while (text &&
           (text->type == XML_TEXT_NODE || text->type == XML_CDATA_SECTION_NODE)) {
        xmlNodePtr next = text->next;

        xmlUnlinkNode(text);
        xmlFreeNode(text);
        text = next;
    }
    xmlUnlinkNode(column);
    xmlFreeNode(column);
}

/* No row is as wide as the grid: the last columns go, the others share their width. */
static int narrow(xmlNodePtr grid, size_t keep, struct cvx_err *err)
{
    double removed = 0, width = 0;
    xmlNodePtr column = first_child(grid, "gridCol"), next;
    int rc = CVX_OK;

    for (size_t i = 0; column; i++, column = next) {
        next = next_sibling(column, "gridCol");
        if (i < keep)
            continue;
        rc = need_width(column, &width, err);
        if (rc)
            return rc;
        removed += width;
        drop_column(column);
    }
    if (keep == 0)
        return CVX_OK;
    removed = trunc(removed / (double)keep);
    for (column = first_child(grid, "gridCol"); !rc && column;
         column = next_sibling(column, "gridCol")) {
        rc = need_width(column, &width, err);
        if (!rc)
            rc = write_width(column, width + removed, err);
    }
    return rc;
}

int cvx_grid_fix(xmlNodePtr table, const struct cvx_grid_need *need, struct cvx_err *err)
{
    xmlNodePtr grid = first_child(table, "tblGrid");
    size_t columns = 0;
    int rc = CVX_OK;

    if (!grid)
        return cvx_fail(err, CVX_EFORMAT, "a table has no w:tblGrid");
    for (xmlNodePtr c = first_child(grid, "gridCol"); c; c = next_sibling(c, "gridCol"))
        columns++;
    if (need->cells > columns)
        rc = widen(grid, columns, need->cells - columns, err);
    columns = 0;
    for (xmlNodePtr c = first_child(grid, "gridCol"); c; c = next_sibling(c, "gridCol"))
        columns++;
    if (!rc && need->span < (double)columns)
        rc = narrow(grid, (size_t)need->span, err);
    return rc;
}
