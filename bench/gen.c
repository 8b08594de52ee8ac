/* Makes packages for the benchmarks: as many distinct CVs as asked for, the same ones for
 * the same seed, each a Word-like package of 36 parts, or the JSON of the same person. All
 * people in them are invented.
 *
 *     bench_gen [-j] [-n COUNT] [-s SEED] FOLDER
 *
 * writes FOLDER/cv-000001.docx ..., with -j cv-000001.json ... */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#include "gen_document.h"
#include "gen_json.h"
#include "gen_parts.h"
#include "meter.h"

#define COUNT_MAX 1000000u
#define SEED_MAX 0x7fffffffu
/* Word compresses as fast as it can. */
#define LEVEL 1u
/* 1980-01-01, what Word writes too. */
#define DOS_DATE 0x21u

enum own { OWN_BODY, OWN_HEADER, OWN_CORE, OWN_SETTINGS, OWN_PARTS };

struct gen {
    const char *folder;
    unsigned seed;
    bool json;
    struct cvx_gen_parts shared;
    struct cvx_buf own[OWN_PARTS]; /* the parts of the person at hand */
};

static const char *const k_own[OWN_PARTS] = {"word/document.xml", "word/header1.xml",
                                             "docProps/core.xml", "word/settings.xml"};

static int make_own(struct gen *gen, unsigned number, struct cvx_err *err)
{
    struct cvx_gen_text text = {((uint64_t)gen->seed << 32) + number};
    struct cvx_gen_markup markup;
    struct cvx_gen_cv cv;

    cvx_gen_text_cv(&text, number, &cv);
    cvx_gen_markup_init(&markup, &gen->own[OWN_BODY], &text);
    for (unsigned i = 0; i < OWN_PARTS; i++)
        cvx_buf_clear(&gen->own[i]);
    cvx_gen_document_body(&markup, &cv);
    markup.out = &gen->own[OWN_HEADER];
    cvx_gen_document_header(&markup, &cv);
    markup.out = &gen->own[OWN_CORE];
    cvx_gen_document_core(&markup, &cv);
    markup.out = &gen->own[OWN_SETTINGS];
    cvx_gen_document_settings(&markup);
    for (unsigned i = 0; i < OWN_PARTS; i++)
        if (cvx_buf_check(&gen->own[i], err))
            return cvx_wrap(err, "part '%s'", k_own[i]);
    return CVX_OK;
}

static int add_part(zip_t *zip, const char *name, const struct cvx_buf *bytes,
                    struct cvx_err *err)
{
    zip_source_t *source = zip_source_buffer(zip, bytes->data, bytes->len, 0);

    if (!source)
        return cvx_fail(err, CVX_ENOMEM, "%s", zip_strerror(zip));
    zip_int64_t i = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (i < 0) {
        zip_source_free(source);
        return cvx_fail(err, CVX_EIO, "'%s': %s", name, zip_strerror(zip));
    }
    if (zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_DEFLATE, LEVEL) ||
        zip_file_set_dostime(zip, (zip_uint64_t)i, 0, DOS_DATE, 0))
        return cvx_fail(err, CVX_EIO, "'%s': %s", name, zip_strerror(zip));
    return CVX_OK;
}

/* In the order of Word: types and links, the text, then all the rest. */
static int add_parts(zip_t *zip, const struct gen *gen, struct cvx_err *err)
{
    const struct cvx_gen_parts *shared = &gen->shared;
    int rc = CVX_OK;

    for (size_t i = 0; i < shared->count && !rc; i++) {
        for (unsigned k = 0; i == 3 && k < OWN_PARTS && !rc; k++)
            rc = add_part(zip, k_own[k], &gen->own[k], err);
        if (!rc)
            rc = add_part(zip, shared->items[i].name, &shared->items[i].bytes, err);
    }
    return rc;
}

static int write_package(struct gen *gen, unsigned number, struct cvx_err *err)
{
    char path[4096];
    int rc, code;

    rc = make_own(gen, number, err);
    if (rc)
        return rc;
    snprintf(path, sizeof(path), "%s/cv-%06u.docx", gen->folder, number);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!zip)
        return cvx_fail(err, CVX_EIO, "'%s': cannot be opened (libzip: %d)", path, code);
    rc = add_parts(zip, gen, err);
    if (!rc && zip_close(zip) == 0)
        return CVX_OK;
    if (!rc)
        rc = cvx_fail(err, CVX_EIO, "'%s': %s", path, zip_strerror(zip));
    zip_discard(zip);
    return rc;
}

static int write_json(struct gen *gen, unsigned number, struct cvx_err *err)
{
    struct cvx_gen_text text = {((uint64_t)gen->seed << 32) + number};
    struct cvx_buf *out = &gen->own[OWN_BODY];
    struct cvx_gen_cv cv;
    char path[4096];
    int rc;

    cvx_gen_text_cv(&text, number, &cv);
    cvx_buf_clear(out);
    cvx_gen_json_cv(&cv, out);
    rc = cvx_buf_check(out, err);
    if (rc)
        return rc;
    snprintf(path, sizeof(path), "%s/cv-%06u.json", gen->folder, number);
    FILE *file = fopen(path, "w");
    if (!file)
        return cvx_fail_errno(err, errno, "'%s'", path);
    bool whole = fwrite(out->data, 1, out->len, file) == out->len;
    if (fclose(file) != 0 || !whole)
        return cvx_fail_errno(err, errno, "'%s'", path);
    return CVX_OK;
}

static int write_all(struct gen *gen, unsigned count, struct cvx_err *err)
{
    int rc = cvx_gen_parts_make(&gen->shared, err);

    if (!rc && mkdir(gen->folder, 0777) != 0 && errno != EEXIST)
        rc = cvx_fail_errno(err, errno, "'%s'", gen->folder);
    for (unsigned i = 1; i <= count && !rc; i++)
        rc = gen->json ? write_json(gen, i, err) : write_package(gen, i, err);
    for (unsigned i = 0; i < OWN_PARTS; i++)
        cvx_buf_done(&gen->own[i]);
    cvx_gen_parts_done(&gen->shared);
    return rc;
}

static int usage(void)
{
    fputs("usage: bench_gen [-j] [-n COUNT] [-s SEED] FOLDER\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct gen gen = {.seed = 1};
    unsigned count = 1000;
    struct cvx_err err;
    int option;

    while ((option = getopt(argc, argv, "jn:s:")) != -1) {
        if (option == 'j')
            gen.json = true;
        else if (option == 'n')
            count = cvx_meter_number(optarg, COUNT_MAX);
        else if (option == 's')
            gen.seed = cvx_meter_number(optarg, SEED_MAX);
        else
            return usage();
    }
    if (count == 0 || argc - optind != 1)
        return usage();
    gen.folder = argv[optind];
    if (write_all(&gen, count, &err)) {
        char text[1024];
        fprintf(stderr, "bench_gen: %s\n", cvx_err_text(&err, text, sizeof(text)));
        return 1;
    }
    return 0;
}
