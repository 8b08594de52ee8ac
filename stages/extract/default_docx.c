/* The default extractor as a stage: one job that reads a DOCX package part by part and
 * puts the document together. Only one part is in memory at a time. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/stage.h>

#include "docx/package.h"
#include "docx/rels.h"
#include "docx/wordml.h"
#include "extract/default_docx.h"
#include "extract/layout.h"
#include "stages.h"
#include "text/patterns.h"
#include "json/cv_json.h"
#include "json/jsonc.h"

struct cvx_default_docx {
    struct cvx_patterns *patterns;
    uint64_t seed; /* of hashes */
};

/* The reading of one file. */
struct extraction {
    const char *path;
    struct cvx_log *log;
    struct cvx_issues *issues;
    struct cvx_err *err;
    struct cvx_package *package;
    struct cvx_matcher *matcher;
    struct cvx_layout_header *header;
    size_t text; /* bytes of the paragraphs read so far */
    struct json_object *identity, *sidebar, *overview, *experiences;
};

static void log_part(struct extraction *e, const char *name, size_t len,
                     const struct cvx_paragraphs *paragraphs)
{
    cvx_log_add(e->log, CVX_LEVEL_DEBUG,
                "part '%s': %zu bytes, %zu paragraphs with text, %zu bytes of text", name,
                len, paragraphs->count, paragraphs->text.len);
}

/* Inflates and walks one part, and lets go of its bytes. `unreadable` is the text for one
 * that is no XML. */
static int read_part(struct extraction *e, size_t i, const char *unreadable,
                     struct cvx_paragraphs *ret, struct cvx_err *err)
{
    struct cvx_part part = {0};
    int rc = cvx_package_read(e->package, i, &part, err);

    if (rc)
        return rc;
    rc = cvx_wordml_read(part.data, part.len, ret, err);
    if (rc == CVX_OK)
        log_part(e, cvx_package_name(e->package, i), part.len, ret);
    else if (rc == CVX_EFORMAT)
        rc = cvx_wrap(err, "%s", unreadable);
    else
        cvx_wrap(err, "part '%s': %s", cvx_package_name(e->package, i), cvx_err_top(err));
    cvx_part_done(&part);
    return rc;
}

/* Thousands of header parts that each stay within the limit do not add up to more. */
static int count_text(struct extraction *e, const struct cvx_paragraphs *paragraphs)
{
    e->text += paragraphs->total;
    if (e->text <= CVX_DOCUMENT_TEXT_MAX)
        return CVX_OK;
    return cvx_fail(e->err, CVX_ELIMIT,
                    "the paragraphs have %zu bytes of text, the limit is %zu", e->text,
                    CVX_DOCUMENT_TEXT_MAX);
}

static int read_body(struct extraction *e, size_t main_part)
{
    struct cvx_err *err = e->err;
    struct cvx_paragraphs paragraphs = {0};
    int rc = read_part(e, main_part, "main document part is not readable XML",
                       &paragraphs, err);

    if (rc)
        return rc;
    rc = count_text(e, &paragraphs);
    if (rc == CVX_OK)
        rc = cvx_layout_body_read(&paragraphs, e->matcher, &e->overview, &e->experiences,
                                  err);
    cvx_paragraphs_done(&paragraphs);
    return rc;
}

/* A header part that cannot be read costs the file a warning, not its life. */
static int read_header(struct extraction *e, size_t i)
{
    struct cvx_err *err = e->err;
    struct cvx_paragraphs paragraphs = {0};
    int rc = read_part(e, i, "not readable XML", &paragraphs, err);

    if (rc == CVX_EFORMAT) {
        const char *name = cvx_package_name(e->package, i);
        cvx_log_add(e->log, CVX_LEVEL_DEBUG, "part '%s': %s", name, cvx_err_root(err));
        cvx_err_init(err);
        if (cvx_issues_add(e->issues, CVX_SEVERITY_WARNING, "header part unreadable: %s",
                           name))
            return cvx_fail(err, CVX_ENOMEM, "out of memory for a warning");
        return CVX_OK;
    }
    if (rc)
        return rc;
    rc = count_text(e, &paragraphs);
    if (rc == CVX_OK)
        rc = cvx_layout_header_add(e->header, &paragraphs, err);
    cvx_paragraphs_done(&paragraphs);
    return rc;
}

static int read_headers(struct extraction *e, size_t main_part)
{
    struct cvx_err *err = e->err;
    size_t *parts = NULL;
    size_t count = 0;
    int rc = cvx_rels_header_parts(e->package, main_part, &parts, &count, err);

    for (size_t i = 0; i < count && rc == CVX_OK; i++)
        rc = read_header(e, parts[i]);
    if (rc == CVX_OK)
        rc = cvx_layout_header_read(e->header, &e->identity, &e->sidebar, err);
    cvx_free(parts);
    return rc;
}

static int read_package(struct extraction *e)
{
    size_t main_part = 0;
    int rc = cvx_package_open(e->path, &e->package, e->err);

    if (rc)
        return rc;
    if (cvx_package_warn_duplicates(e->package, e->issues))
        return cvx_fail(e->err, CVX_ENOMEM, "out of memory for a warning");
    rc = cvx_rels_main_part(e->package, &main_part, e->err);
    if (rc == CVX_OK)
        rc = read_body(e, main_part);
    if (rc == CVX_OK)
        rc = read_headers(e, main_part);
    return rc;
}

static void log_document(const struct extraction *e)
{
    const char *title =
        json_object_get_string(json_object_object_get(e->identity, "title"));

    cvx_log_add(e->log, CVX_LEVEL_DEBUG,
                "found: identity %s, %zu sidebar items, overview of %d bytes, "
                "%zu experiences",
                *title ? "yes" : "no", cvx_layout_header_items(e->header),
                json_object_get_string_len(e->overview),
                json_object_array_length(e->experiences));
}

/* Puts the four together; they are the document's or gone afterwards. */
static int make_document(struct extraction *e, struct cvx_cv **ret)
{
    static const char *const key[] = {"identity", "sidebar", "overview", "experiences"};
    struct json_object **value[] = {&e->identity, &e->sidebar, &e->overview,
                                    &e->experiences};
    struct json_object *root = cvx_jsonc_object();
    int rc = root ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; i < 4 && rc == CVX_OK; i++) {
        rc = cvx_jsonc_put(root, key[i], *value[i]);
        *value[i] = NULL;
    }
    if (rc) {
        json_object_put(root);
        return cvx_fail(e->err, CVX_ENOMEM, "out of memory for the document");
    }
    return cvx_cv_from_root(root, ret, e->err);
}

static void extraction_done(struct extraction *e)
{
    json_object_put(e->identity);
    json_object_put(e->sidebar);
    json_object_put(e->overview);
    json_object_put(e->experiences);
    cvx_layout_header_free(e->header);
    cvx_matcher_free(e->matcher);
    cvx_package_close(e->package);
}

int cvx_default_docx_read(const struct cvx_default_docx *tools, const char *path,
                          struct cvx_log *log, struct cvx_issues *issues,
                          struct cvx_cv **ret, struct cvx_err *err)
{
    struct extraction e = {.path = path, .log = log, .issues = issues, .err = err};
    int rc = cvx_matcher_new(tools->patterns, &e.matcher, err);

    if (rc == CVX_OK)
        rc = cvx_layout_header_new(tools->seed, &e.header, err);
    if (rc == CVX_OK)
        rc = read_package(&e);
    if (rc == CVX_OK) {
        log_document(&e);
        rc = make_document(&e, ret);
    }
    extraction_done(&e);
    return rc;
}

void cvx_default_docx_free(struct cvx_default_docx *tools)
{
    if (!tools)
        return;
    cvx_patterns_free(tools->patterns);
    cvx_free(tools);
}

int cvx_default_docx_new(struct cvx_default_docx **ret, struct cvx_err *err)
{
    struct cvx_default_docx *tools = cvx_zalloc(sizeof(*tools));

    if (!tools)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the extractor");
    cvx_wordml_init();
    /* Without it hashes can be foreseen, and nothing else is lost. */
    (void)getrandom(&tools->seed, sizeof(tools->seed), GRND_NONBLOCK);
    int rc = cvx_patterns_new(&tools->patterns, err);
    if (rc) {
        cvx_default_docx_free(tools);
        return rc;
    }
    *ret = tools;
    return CVX_OK;
}

/* ---- the stage ---- */

static bool is_docx_name(const char *path)
{
    size_t len = strlen(path);
    return len >= 5 && strcasecmp(path + len - 5, ".docx") == 0;
}

static int extract_run(struct cvx_task *task)
{
    if (!is_docx_name(task->file->path))
        return cvx_fail(&task->err, CVX_EFORMAT, "not a .docx file");
    return cvx_default_docx_read(task->state, task->file->path, &task->log, &task->issues,
                                 &task->output, &task->err);
}

static void extract_close(void *made)
{
    cvx_default_docx_free(made);
}

static struct cvx_next extract_prepare(struct cvx_task *task)
{
    struct cvx_default_docx *tools = NULL;
    int rc = cvx_default_docx_new(&tools, &task->err);

    task->made_state = tools;
    return cvx_next_done(rc);
}

const struct cvx_stage cvx_default_docx_cv_extractor = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_EXTRACTOR,
    .name = "default-docx-cv-extractor",
    .summary = "Reads the one known CV layout from a DOCX file, offline",
    .folder = "structured_data",
    .suffix = ".json",
    .pattern = "*.docx",
    .run = extract_run,
    .prepare = extract_prepare,
    .close = extract_close,
};
