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
#include "extract/layout.h"
#include "stages.h"
#include "text/patterns.h"
#include "json/cv_json.h"
#include "json/jsonc.h"

/* Made once a run; read by all workers. */
struct state {
    struct cvx_patterns *patterns;
    uint64_t seed; /* of hashes */
};

/* The reading of one file. */
struct extraction {
    struct cvx_task *task;
    struct cvx_package *package;
    struct cvx_matcher *matcher;
    struct cvx_layout_header *header;
    size_t text; /* bytes of the paragraphs read so far */
    struct json_object *identity, *sidebar, *overview, *experiences;
};

static void log_part(struct extraction *e, const char *name, size_t len,
                     const struct cvx_paragraphs *paragraphs)
{
    cvx_log_add(&e->task->log, CVX_LEVEL_DEBUG,
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
    return cvx_fail(&e->task->err, CVX_ELIMIT,
                    "the paragraphs have %zu bytes of text, the limit is %zu", e->text,
                    CVX_DOCUMENT_TEXT_MAX);
}

static int read_body(struct extraction *e, size_t main_part)
{
    struct cvx_err *err = &e->task->err;
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
    struct cvx_task *task = e->task;
    struct cvx_paragraphs paragraphs = {0};
    int rc = read_part(e, i, "not readable XML", &paragraphs, &task->err);

    if (rc == CVX_EFORMAT) {
        const char *name = cvx_package_name(e->package, i);
        cvx_log_add(&task->log, CVX_LEVEL_DEBUG, "part '%s': %s", name,
                    cvx_err_root(&task->err));
        cvx_err_init(&task->err);
        if (cvx_issues_add(&task->issues, CVX_SEVERITY_WARNING,
                           "header part unreadable: %s", name))
            return cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a warning");
        return CVX_OK;
    }
    if (rc)
        return rc;
    rc = count_text(e, &paragraphs);
    if (rc == CVX_OK)
        rc = cvx_layout_header_add(e->header, &paragraphs, &task->err);
    cvx_paragraphs_done(&paragraphs);
    return rc;
}

static int read_headers(struct extraction *e, size_t main_part)
{
    struct cvx_err *err = &e->task->err;
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
    struct cvx_task *task = e->task;
    size_t main_part = 0;
    int rc = cvx_package_open(task->file->path, &e->package, &task->err);

    if (rc)
        return rc;
    if (cvx_package_warn_duplicates(e->package, &task->issues))
        return cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a warning");
    rc = cvx_rels_main_part(e->package, &main_part, &task->err);
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

    cvx_log_add(&e->task->log, CVX_LEVEL_DEBUG,
                "found: identity %s, %zu sidebar items, overview of %d bytes, "
                "%zu experiences",
                *title ? "yes" : "no", cvx_layout_header_items(e->header),
                json_object_get_string_len(e->overview),
                json_object_array_length(e->experiences));
}

/* Puts the four together; they are the document's or gone afterwards. */
static int make_document(struct extraction *e)
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
        return cvx_fail(&e->task->err, CVX_ENOMEM, "out of memory for the document");
    }
    return cvx_cv_from_root(root, &e->task->output, &e->task->err);
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

static bool is_docx_name(const char *path)
{
    size_t len = strlen(path);
    return len >= 5 && strcasecmp(path + len - 5, ".docx") == 0;
}

static int extract_run(struct cvx_task *task)
{
    const struct state *state = task->state;
    struct extraction e = {.task = task};
    int rc;

    if (!is_docx_name(task->file->path))
        return cvx_fail(&task->err, CVX_EFORMAT, "not a .docx file");
    rc = cvx_matcher_new(state->patterns, &e.matcher, &task->err);
    if (rc == CVX_OK)
        rc = cvx_layout_header_new(state->seed, &e.header, &task->err);
    if (rc == CVX_OK)
        rc = read_package(&e);
    if (rc == CVX_OK) {
        log_document(&e);
        rc = make_document(&e);
    }
    extraction_done(&e);
    return rc;
}

static void extract_close(void *made)
{
    struct state *state = made;

    if (!state)
        return;
    cvx_patterns_free(state->patterns);
    cvx_free(state);
}

static struct cvx_next extract_prepare(struct cvx_task *task)
{
    struct state *state = cvx_zalloc(sizeof(*state));

    if (!state)
        return cvx_next_done(
            cvx_fail(&task->err, CVX_ENOMEM, "out of memory for the extractor"));
    cvx_wordml_init();
    /* Without it hashes can be foreseen, and nothing else is lost. */
    (void)getrandom(&state->seed, sizeof(state->seed), GRND_NONBLOCK);
    int rc = cvx_patterns_new(&state->patterns, &task->err);
    if (rc) {
        extract_close(state);
        return cvx_next_done(rc);
    }
    task->made_state = state;
    return cvx_next_done(CVX_OK);
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
