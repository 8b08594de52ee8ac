/* An input of any kind that is read as text, whatever its layout: DOCX, TXT, Markdown, HTML;
 * PDF is told apart. What kind it is says its name's ending; its bytes have to agree.
 * Thread: a worker. */
#ifndef CVX_INPUT_TEXT_INPUT_H
#define CVX_INPUT_TEXT_INPUT_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>

/* A text with fewer letters is no CV: a model that gets it invents one (32-field-notes.md,
 * rows 27 and 28). */
#define CVX_TEXT_INPUT_LETTERS_MIN ((size_t)40)

enum cvx_text_input_kind {
    CVX_TEXT_INPUT_DOCX,
    CVX_TEXT_INPUT_PLAIN, /* .txt, .text, .md, .markdown */
    CVX_TEXT_INPUT_HTML,  /* .html, .htm, .xhtml */
    CVX_TEXT_INPUT_PDF,
    CVX_TEXT_INPUT_OTHER
};

/* By the ending of the name, in any case. */
enum cvx_text_input_kind cvx_text_input_kind_of(const char *path);

/* Appends the text of an input that is no PDF: UTF-8, lines ended by LF, no control
 * characters but tab. CVX_EFORMAT: the ending is of no kind, the bytes are something else
 * than it says, or there is too little text; CVX_ELIMIT over CVX_TEXT_FILE_MAX and
 * CVX_TEXT_MAX; CVX_EIO; CVX_ENOMEM. */
int cvx_text_input_read(const char *path, enum cvx_text_input_kind kind,
                        struct cvx_buf *text, struct cvx_issues *warnings,
                        struct cvx_err *err);

/* The same for the bytes of a file of the kinds PLAIN and HTML. */
int cvx_text_input_from(const char *data, size_t len, enum cvx_text_input_kind kind,
                        struct cvx_buf *text, struct cvx_err *err);

/* CVX_EFORMAT when there are too few letters in it. */
int cvx_text_input_check(const char *text, size_t len, struct cvx_err *err);

#endif
