/* Any bytes as the body of a template: cleaned, parsed, rendered and mended as text; and,
 * where they are XML, as the body of a whole package, twice to the same bytes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cvextract/cv.h>
#include <cvextract/text.h>

#include "docx/package.h"
#include "render/jinja/jinja.h"
#include "render/mend.h"
#include "render/tags.h"
#include "render/template.h"
#include "zipmake.h"

enum { INPUT_MAX = 1 << 16 };

#define MIME "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define DOC "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PKG "http://schemas.openxmlformats.org/package/2006/"

static const char k_document[] =
    "{\"s\":\"it's <b>\\u00dcn\\u00ef</b>\",\"i\":2,\"t\":true,\"n\":null,\"e\":\"\","
    "\"l\":[3,1,2],\"d\":{\"a\":1},\"p\":[{\"n\":\"bob\",\"t\":[1]},{\"n\":\"Al\"}],"
    "\"u\":\"a\\nb\\tc\\u0007d\\fe\\u0001\",\"m\":\"</w:t><w:br/>&x;<w:p>\"}";

static const char k_types[] =
    "<Types xmlns=\"" PKG "content-types\"><Default Extension=\"rels\" ContentType=\""
    "application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Override PartName=\"/word/document.xml\" ContentType=\"" MIME
    "document.main+xml\"/></Types>";
static const char k_rels[] =
    "<Relationships xmlns=\"" PKG "relationships\"><Relationship Id=\"rId1\" Type=\"" DOC
    "/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
static const char k_begin[] =
    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
    " xmlns:r=\"" DOC "\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/"
    "wordprocessingDrawing\" xmlns:mc=\"http://schemas.openxmlformats.org/"
    "markup-compatibility/2006\" xmlns:wps=\"http://schemas.microsoft.com/office/word/"
    "2010/wordprocessingShape\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/"
    "2006/main\" xmlns:v=\"urn:schemas-microsoft-com:vml\"><w:body>";
static const char k_end[] = "</w:body></w:document>";

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void check_rc(int rc, const struct cvx_err *err)
{
    check(rc == CVX_OK || rc == CVX_EFORMAT || rc == CVX_ELIMIT || rc == CVX_ENOMEM);
    if (rc != CVX_OK)
        check(err->rc == rc && cvx_err_root(err)[0] != '\0');
}

static struct cvx_cv *document(void)
{
    struct cvx_cv *cv = NULL;

    check(cvx_cv_parse(k_document, sizeof(k_document) - 1, &cv, NULL) == CVX_OK);
    return cv;
}

/* ---- the text alone: no XML is asked for -------------------------------------------------*/

static void render_text(const struct cvx_jinja *jinja)
{
    struct cvx_jinja_session *session = NULL;
    struct cvx_jinja_place place = {0};
    struct cvx_buf out = {.max = 64 << 20};
    struct cvx_cv *cv = document();
    struct cvx_err err;

    cvx_err_init(&err);
    check(cvx_jinja_open(cv, &session, &err) == CVX_OK);
    int rc = cvx_jinja_render(jinja, session, &out, &place, &err);
    check_rc(rc, &err);
    if (rc == CVX_OK)
        cvx_mend_text(&out);
    check(out.failed || out.len == 0 || cvx_text_is_utf8(out.data, out.len));
    cvx_buf_done(&out);
    cvx_jinja_close(session);
    cvx_cv_free(cv);
}

static void as_text(const char *data, size_t size)
{
    struct cvx_edit_text text;
    struct cvx_jinja_place place = {0};
    struct cvx_jinja *jinja = NULL;
    struct cvx_err err;

    cvx_err_init(&err);
    cvx_edit_text_init(&text, (struct cvx_span){data, size});
    cvx_tags_clean(&text);
    check(!text.text.failed);
    if (!text.fault) {
        struct cvx_span source = cvx_edit_text_span(&text);
        int rc = cvx_jinja_parse(source.p, source.len, &jinja, &place, &err);
        check_rc(rc, &err);
        if (rc == CVX_OK)
            render_text(jinja);
        else
            check(cvx_edit_origin(&text, place.offset) <= size);
    }
    cvx_jinja_free(jinja);
    cvx_edit_text_done(&text);
}

/* ---- as the body of a package ------------------------------------------------------------*/

static void make_package(struct zipmake *zip, const char *data, size_t size)
{
    struct cvx_buf body = CVX_BUF_INIT;

    cvx_buf_puts(&body, k_begin);
    cvx_buf_put(&body, data, size);
    cvx_buf_puts(&body, k_end);
    check(!body.failed);
    const struct zipmake_part main_part = {
        .name = "word/document.xml", .data = body.data, .len = body.len};
    zipmake_init(zip, NULL, 0);
    zipmake_text(zip, "[Content_Types].xml", k_types);
    zipmake_text(zip, "_rels/.rels", k_rels);
    zipmake_add(zip, &main_part);
    zipmake_finish(zip, NULL);
    check(!zip->bytes.failed);
    cvx_buf_done(&body);
}

static int render_once(const struct cvx_template *template, struct cvx_buf *out)
{
    struct cvx_cv *cv = document();
    struct cvx_err err;

    cvx_err_init(&err);
    int rc = cvx_template_render(template, cv, out, &err);
    check_rc(rc, &err);
    cvx_cv_free(cv);
    return rc;
}

static void render_package(const struct cvx_template *template)
{
    struct cvx_buf first = CVX_BUF_INIT, again = CVX_BUF_INIT;
    struct cvx_package *package = NULL;
    struct cvx_err err;
    int rc = render_once(template, &first);

    check(render_once(template, &again) == rc);
    if (rc == CVX_OK) {
        check(first.len > 0 && first.len == again.len);
        check(memcmp(first.data, again.data, first.len) == 0);
        check(cvx_package_open_memory(first.data, first.len, &package, &err) == CVX_OK);
    }
    cvx_package_close(package);
    cvx_buf_done(&first);
    cvx_buf_done(&again);
}

static void as_package(const char *data, size_t size)
{
    struct cvx_template *template = NULL;
    struct zipmake zip;
    struct cvx_err err;
    char path[64];
    int fd = memfd_create("template", MFD_CLOEXEC);

    check(fd >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    make_package(&zip, data, size);
    check(write(fd, zip.bytes.data, zip.bytes.len) == (ssize_t)zip.bytes.len);
    zipmake_done(&zip);
    cvx_err_init(&err);
    int rc = cvx_template_load(path, &template, &err);
    check_rc(rc, &err);
    if (rc == CVX_OK)
        render_package(template);
    cvx_template_free(template);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = size > 0 ? (const char *)data : "";

    if (size > INPUT_MAX)
        return 0;
    if (cvx_text_is_utf8(text, size))
        as_text(text, size);
    as_package(text, size);
    return 0;
}
