/* Owns the order in which a DOCX is read out, and where its lines end. A package is read part
 * by part: only one of them is in memory at a time. */
#include "input/docx_text.h"

#include <stdbool.h>
#include <string.h>

#include <cvextract/hash.h>
#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/package.h"
#include "docx/rels.h"
#include "docx/wordml.h"
#include "text/lines.h"

#define CELL_MARK " | "
#define ITEM_MARK "- "

/* ---- one part ---- */

struct lines {
    const struct cvx_paragraphs *paragraphs;
    struct cvx_buf own;   /* of one paragraph, raw */
    struct cvx_buf clean; /* of one line */
    struct cvx_buf *text;
    size_t begin;      /* of this part, in text */
    bool row, cell;    /* the next line begins one */
    size_t cell_lines; /* lines of the cell at hand */
};

static int check_text(const struct cvx_buf *text, struct cvx_err *err)
{
    if (text->failed)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a document's text");
    if (text->len > CVX_TEXT_MAX)
        return cvx_fail(err, CVX_ELIMIT,
                        "the document has %zu bytes of text or more, the limit is %zu",
                        text->len, CVX_TEXT_MAX);
    return CVX_OK;
}

/* The text of paragraph i without that of those nested in it, which come on their own. */
static void take_own(struct lines *lines, size_t i)
{
    const struct cvx_paragraphs *all = lines->paragraphs;
    const struct cvx_paragraph *outer = &all->items[i];
    size_t at = outer->begin;

    cvx_buf_clear(&lines->own);
    for (size_t k = i + 1; k < all->count && all->items[k].begin < outer->end; k++) {
        const struct cvx_paragraph *inner = &all->items[k];

        if (inner->begin > at)
            cvx_buf_put(&lines->own, all->text.data + at, inner->begin - at);
        if (inner->end > at)
            at = inner->end;
    }
    cvx_buf_put(&lines->own, all->text.data + at, outer->end - at);
}

static bool is_item(const struct lines *lines, const struct cvx_paragraph *paragraph)
{
    const char *style = cvx_paragraphs_style(lines->paragraphs, paragraph);

    return paragraph->numbered || strncasecmp(style, "list", 4) == 0 ||
           strcasestr(style, "bullet") != NULL;
}

/* Adds the line in lines->clean. A cell that had a single line is followed by the next one
 * on that line. */
static void put_line(struct lines *lines, const struct cvx_paragraph *paragraph,
                     bool item)
{
    struct cvx_buf *text = lines->text;
    bool joins = paragraph->in_cell && lines->cell && !lines->row &&
                 lines->cell_lines == 1 && text->len > lines->begin;

    if (lines->row || lines->cell || !paragraph->in_cell)
        lines->cell_lines = 0;
    lines->row = lines->cell = false;
    lines->cell_lines++;
    if (joins) {
        cvx_buf_trim(text, text->len - 1);
        cvx_buf_puts(text, CELL_MARK);
    } else if (item) {
        cvx_buf_puts(text, ITEM_MARK);
    }
    cvx_buf_put(text, lines->clean.data, lines->clean.len);
    cvx_buf_putc(text, '\n');
}

static int put_paragraph(struct lines *lines, size_t i, struct cvx_err *err)
{
    const struct cvx_paragraph *paragraph = &lines->paragraphs->items[i];
    bool item = is_item(lines, paragraph);
    struct cvx_span rest, line;

    take_own(lines, i);
    lines->row = paragraph->in_cell && (lines->row || paragraph->row);
    lines->cell = paragraph->in_cell && (lines->cell || paragraph->cell);
    rest = (struct cvx_span){lines->own.len ? lines->own.data : "", lines->own.len};
    while (!lines->own.failed && cvx_lines_next(&rest, &line)) {
        cvx_buf_clear(&lines->clean);
        cvx_clean(&lines->clean, line);
        if (lines->clean.failed)
            break;
        if (lines->clean.len == 0)
            continue;
        put_line(lines, paragraph, item);
        item = false;
    }
    if (lines->own.failed || lines->clean.failed)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a document's text");
    return check_text(lines->text, err);
}

int cvx_docx_text_lines(const struct cvx_paragraphs *paragraphs, struct cvx_buf *text,
                        struct cvx_err *err)
{
    struct lines lines = {.paragraphs = paragraphs, .text = text, .begin = text->len};
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < paragraphs->count; i++)
        rc = put_paragraph(&lines, i, err);
    cvx_buf_done(&lines.own);
    cvx_buf_done(&lines.clean);
    return rc;
}

/* ---- the package ---- */

/* The parts beside the body; `what` is what a warning calls them. */
struct beside {
    const char *begin, *what;
};

static const struct beside k_before[] = {{"header", "header part"}};
static const struct beside k_after[] = {{"footnotes", "part of footnotes"},
                                        {"endnotes", "part of endnotes"},
                                        {"footer", "footer part"}};

struct reading {
    struct cvx_package *package;
    size_t main_part;
    struct cvx_buf *text;
    struct cvx_issues *warnings;
    struct cvx_buf seen; /* struct cvx_hash of the parts beside the body */
};

/* Inflates one part, lets go of its bytes, appends its lines. */
static int read_part(struct reading *r, size_t i, struct cvx_err *err)
{
    struct cvx_part part = {0};
    struct cvx_paragraphs paragraphs = {0};
    int rc = cvx_package_read(r->package, i, &part, err);

    if (rc)
        return rc;
    rc = cvx_wordml_read_once(part.data, part.len, &paragraphs, err);
    cvx_part_done(&part);
    if (rc && rc != CVX_EFORMAT)
        return cvx_wrap(err, "part '%s': %s", cvx_package_name(r->package, i),
                        cvx_err_top(err));
    if (!rc && r->text->len > 0)
        cvx_buf_putc(r->text, '\n');
    if (!rc)
        rc = cvx_docx_text_lines(&paragraphs, r->text, err);
    cvx_paragraphs_done(&paragraphs);
    return rc;
}

/* The part whose text begins at `begin`, the blank line before it included. */
static bool is_repeated(struct reading *r, size_t begin)
{
    begin += begin > 0;
    struct cvx_hash hash = cvx_hash_of(r->text->data + begin, r->text->len - begin);

    for (size_t at = 0; at < r->seen.len; at += sizeof(hash))
        if (memcmp(r->seen.data + at, &hash, sizeof(hash)) == 0)
            return true;
    cvx_buf_put(&r->seen, &hash, sizeof(hash));
    return false;
}

/* Word keeps a header for the first page, for even and for other pages: often the same. */
static int read_beside(struct reading *r, size_t i, const char *what, struct cvx_err *err)
{
    size_t begin = r->text->len;
    int rc = read_part(r, i, err);

    if (rc == CVX_EFORMAT) {
        cvx_err_init(err);
        return cvx_issues_add(r->warnings, CVX_SEVERITY_WARNING, "%s unreadable: %s",
                              what, cvx_package_name(r->package, i))
                   ? cvx_fail(err, CVX_ENOMEM, "out of memory for a warning")
                   : CVX_OK;
    }
    if (!rc && r->text->len > begin &&
        (r->text->len - begin == 1 || is_repeated(r, begin)))
        cvx_buf_trim(r->text, begin);
    if (!rc && r->seen.failed)
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for a document's parts");
    return rc;
}

static int read_all_beside(struct reading *r, const struct beside *beside, size_t count,
                           struct cvx_err *err)
{
    int rc = CVX_OK;

    for (size_t k = 0; !rc && k < count; k++) {
        size_t *parts = NULL, n = 0;

        rc = cvx_rels_parts(r->package, r->main_part, beside[k].begin, &parts, &n, err);
        for (size_t i = 0; !rc && i < n; i++)
            rc = read_beside(r, parts[i], beside[k].what, err);
        cvx_free(parts);
    }
    return rc;
}

static int read_package(struct reading *r, struct cvx_err *err)
{
    int rc = cvx_rels_main_part(r->package, &r->main_part, err);

    if (rc)
        return rc;
    if (cvx_package_warn_duplicates(r->package, r->warnings))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a warning");
    rc = read_all_beside(r, k_before, sizeof(k_before) / sizeof(k_before[0]), err);
    if (!rc) {
        rc = read_part(r, r->main_part, err);
        if (rc == CVX_EFORMAT)
            rc = cvx_wrap(err, "main document part is not readable XML");
    }
    if (!rc)
        rc = read_all_beside(r, k_after, sizeof(k_after) / sizeof(k_after[0]), err);
    return rc;
}

int cvx_docx_text_read(const char *path, struct cvx_buf *text,
                       struct cvx_issues *warnings, struct cvx_err *err)
{
    struct reading r = {.text = text, .warnings = warnings};
    int rc = cvx_package_open(path, &r.package, err);

    if (rc)
        return rc;
    rc = read_package(&r, err);
    if (!rc)
        rc = check_text(text, err);
    cvx_package_close(r.package);
    cvx_buf_done(&r.seen);
    return rc;
}
