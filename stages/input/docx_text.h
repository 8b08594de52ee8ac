/* The text of a DOCX file as a person reads it, whatever its layout (30-openai.md, "Extractor
 * openai-extractor"). Thread: a worker. */
#ifndef CVX_INPUT_DOCX_TEXT_H
#define CVX_INPUT_DOCX_TEXT_H

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>

/* Appends the text of the file at `path`: headers, body, footnotes and endnotes, footers; a
 * blank line between parts. A line for each paragraph, "- " before items of lists; the cells
 * of a row on one line with " | " between them, or, where a cell has several paragraphs, one
 * below the other. Each text once: of the branches of an mc:AlternateContent the first one
 * that has text, a text box behind the paragraph that it is anchored in, one of several equal
 * header parts. Parts beside the body that cannot be read cost a warning. Faults as
 * cvx_package_open() and cvx_rels_main_part() tell them; CVX_EFORMAT "main document part is
 * not readable XML"; CVX_ELIMIT over CVX_TEXT_MAX; CVX_ENOMEM. */
int cvx_docx_text_read(const char *path, struct cvx_buf *text,
                       struct cvx_issues *warnings, struct cvx_err *err);

/* The paragraphs of one part (cvx_wordml_read_once()) as lines, appended. CVX_ELIMIT,
 * CVX_ENOMEM. */
struct cvx_paragraphs;
int cvx_docx_text_lines(const struct cvx_paragraphs *paragraphs, struct cvx_buf *text,
                        struct cvx_err *err);

#endif
