/* Owns which reader an input takes, and whether what came of it may be sent to a model. */
#include "input/text_input.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <cvextract/limits.h>

#include "input/collect.h"
#include "input/docx_text.h"
#include "input/encoding.h"
#include "input/file_bytes.h"
#include "input/html.h"
#include "text/unicode.h"

/* One control character in so many is more than a text has. */
#define CONTROLS_ONE_IN 20

static const struct {
    const char *ending;
    enum cvx_text_input_kind kind;
} k_endings[] = {
    {".docx", CVX_TEXT_INPUT_DOCX},      {".txt", CVX_TEXT_INPUT_PLAIN},
    {".text", CVX_TEXT_INPUT_PLAIN},     {".md", CVX_TEXT_INPUT_PLAIN},
    {".markdown", CVX_TEXT_INPUT_PLAIN}, {".html", CVX_TEXT_INPUT_HTML},
    {".htm", CVX_TEXT_INPUT_HTML},       {".xhtml", CVX_TEXT_INPUT_HTML},
    {".pdf", CVX_TEXT_INPUT_PDF},
};

enum cvx_text_input_kind cvx_text_input_kind_of(const char *path)
{
    size_t len = strlen(path);

    for (size_t i = 0; i < sizeof(k_endings) / sizeof(k_endings[0]); i++) {
        size_t n = strlen(k_endings[i].ending);

        if (len >= n && strcasecmp(path + len - n, k_endings[i].ending) == 0)
            return k_endings[i].kind;
    }
    return CVX_TEXT_INPUT_OTHER;
}

/* ---- bytes that are not what the name says ---- */

static const struct {
    const char *magic;
    size_t len;
    const char *what;
} k_magics[] = {
    {"%PDF-", 5, "a PDF file"},
    {"PK\3\4", 4, "a zip archive (perhaps a .docx)"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "an old Office file (OLE)"},
    {"{\\rtf", 5, "an RTF file"},
    {"\x89PNG", 4, "a picture"},
    {"\xff\xd8\xff", 3, "a picture"},
    {"GIF8", 4, "a picture"},
    {"\x1f\x8b", 2, "a compressed file"},
    {"\x7f"
     "ELF",
     4, "a program"},
};

static int check_magic(const char *data, size_t len, struct cvx_err *err)
{
    for (size_t i = 0; i < sizeof(k_magics) / sizeof(k_magics[0]); i++)
        if (len >= k_magics[i].len &&
            memcmp(data, k_magics[i].magic, k_magics[i].len) == 0)
            return cvx_fail(err, CVX_EFORMAT, "%s, not text", k_magics[i].what);
    return CVX_OK;
}

static int check_controls(const struct cvx_buf *text, struct cvx_err *err)
{
    size_t controls = text->len ? cvx_encoding_controls(text->data, text->len) : 0;

    if (controls * CONTROLS_ONE_IN <= text->len)
        return CVX_OK;
    return cvx_fail(err, CVX_EFORMAT,
                    "binary data, not text (%zu control characters in %zu bytes)",
                    controls, text->len);
}

static int check_size(const struct cvx_buf *text, struct cvx_err *err)
{
    if (text->len <= CVX_TEXT_MAX)
        return CVX_OK;
    return cvx_fail(err, CVX_ELIMIT,
                    "the document has %zu bytes of text or more, the limit is %zu",
                    text->len, CVX_TEXT_MAX);
}

/* ---- readers ---- */

static int from_plain(const char *data, size_t len, struct cvx_buf *text,
                      struct cvx_err *err)
{
    struct cvx_buf decoded = CVX_BUF_INIT;
    int rc = cvx_encoding_decode(data, len, NULL, &decoded, NULL, err);

    if (!rc)
        rc = check_controls(&decoded, err);
    if (!rc && decoded.len > 0) {
        cvx_encoding_tidy(decoded.data, decoded.len, text);
        rc = cvx_buf_check(text, err);
    }
    if (!rc)
        rc = check_size(text, err);
    cvx_buf_done(&decoded);
    return rc;
}

/* Pictures and the like: HTML never has a NUL, unless it is UTF-16. */
static int check_html(const char *data, size_t len, struct cvx_err *err)
{
    if (cvx_encoding_is_utf16(data, len) || !memchr(data, 0, len < 1024 ? len : 1024))
        return CVX_OK;
    return cvx_fail(err, CVX_EFORMAT, "binary data, not HTML");
}

/* All of a CV is sent or nothing: what is cut is not passed off as the whole. */
static int from_html(const char *data, size_t len, struct cvx_buf *text,
                     struct cvx_err *err)
{
    struct cvx_html_source source = {.data = data,
                                     .len = len,
                                     .with_nav = true,
                                     .marks = true,
                                     .max_chars = CVX_TEXT_MAX};
    struct cvx_html_text html = {0};
    int rc = check_html(data, len, err);

    if (!rc)
        rc = cvx_html_read(&source, &html, err);
    if (rc)
        return rc;
    if (html.ended)
        rc =
            cvx_fail(err, CVX_ELIMIT,
                     "HTML elements are nested over %u deep, or have over %zu attributes",
                     CVX_HTML_DEPTH_MAX, CVX_XML_ATTRIBUTES_MAX);
    else if (html.cut)
        rc = cvx_fail(
            err, CVX_ELIMIT,
            "the document's text is over the limit of %zu bytes (%zu in one line)",
            CVX_TEXT_MAX, CVX_COLLECT_LINE_MAX);
    else
        rc = check_size(&html.text, err);
    if (!rc && html.text.len > 0) {
        cvx_encoding_tidy(html.text.data, html.text.len, text);
        rc = cvx_buf_check(text, err);
    }
    cvx_buf_done(&html.text);
    return rc;
}

int cvx_text_input_from(const char *data, size_t len, enum cvx_text_input_kind kind,
                        struct cvx_buf *text, struct cvx_err *err)
{
    int rc = check_magic(data, len, err);

    if (rc)
        return rc;
    return kind == CVX_TEXT_INPUT_HTML ? from_html(data, len, text, err)
                                       : from_plain(data, len, text, err);
}

static int read_file(const char *path, enum cvx_text_input_kind kind,
                     struct cvx_buf *text, struct cvx_err *err)
{
    struct cvx_file_bytes bytes = {.file = {.fd = -1}};
    int rc = cvx_file_bytes_read(path, CVX_TEXT_FILE_MAX, &bytes, err);

    if (rc)
        return rc;
    rc = cvx_text_input_from(bytes.data, bytes.len, kind, text, err);
    cvx_file_bytes_done(&bytes);
    return rc;
}

/* ---- is it a CV at all? ---- */

static bool is_letter(uint32_t c)
{
    return c != '_' && cvx_unicode_is_word(c) && !cvx_unicode_is_digit(c);
}

int cvx_text_input_check(const char *text, size_t len, struct cvx_err *err)
{
    size_t letters = 0, n = 0;

    for (const char *p = text, *end = text + len;
         p < end && letters < CVX_TEXT_INPUT_LETTERS_MIN; p += n)
        letters += is_letter(cvx_unicode_decode(p, end, &n));
    if (letters >= CVX_TEXT_INPUT_LETTERS_MIN)
        return CVX_OK;
    return cvx_fail(err, CVX_EFORMAT, "too little text (%zu characters) to be a CV",
                    letters);
}

int cvx_text_input_read(const char *path, enum cvx_text_input_kind kind,
                        struct cvx_buf *text, struct cvx_issues *warnings,
                        struct cvx_err *err)
{
    size_t begin = text->len;
    int rc;

    if (kind == CVX_TEXT_INPUT_DOCX)
        rc = cvx_docx_text_read(path, text, warnings, err);
    else if (kind == CVX_TEXT_INPUT_PLAIN || kind == CVX_TEXT_INPUT_HTML)
        rc = read_file(path, kind, text, err);
    else
        rc = cvx_fail(err, CVX_EFORMAT, "not a .docx, .txt, .md, .html or .pdf file");
    if (!rc)
        rc = cvx_text_input_check(text->len ? text->data + begin : "", text->len - begin,
                                  err);
    return rc;
}
