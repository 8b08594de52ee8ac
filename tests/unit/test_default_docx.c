/* The default extractor as a stage: whole packages in, documents, warnings and fatal
 * texts out. What stands in parts is tested in test_wordml.c and test_layout_*.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>

#include "scratch.h"
#include "stage_run.h"
#include "stages.h"
#include "zipmake.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define STRICT "http://purl.oclc.org/ooxml/wordprocessingml/main"
#define LINE(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define IN(ns, inner) "<w:x xmlns:w='" ns "'>" inner "</w:x>"
#define BODY(inner) IN(W, "<w:body>" inner "</w:body>")
#define OVERVIEW(text) BODY(LINE("Overview") LINE(text))
#define HEADER(inner) IN(W, inner)
#define RELS(type, target)                                                               \
    "<Relationships><Relationship Id='r1' Type='http://x/relationships/" type            \
    "' Target='" target "'/></Relationships>"

static const struct cvx_stage *const k_stage = &cvx_default_docx_cv_extractor;
static void *g_state;
static struct scratch g_scratch;

static int set_up(void **state)
{
    struct cvx_err err;
    (void)state;
    scratch_make(&g_scratch);
    return stage_prepare(k_stage, &g_state, &err);
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(k_stage, g_state);
    scratch_remove(&g_scratch);
    return 0;
}

/* Runs the extractor over a file of this name in the scratch folder. */
static int extract(const char *name, struct cvx_task *task)
{
    static char path[512];
    static struct cvx_file_info file;

    file = (struct cvx_file_info){
        .path = scratch_path(&g_scratch, name, path, sizeof(path)), .rel = name};
    return stage_run(k_stage, g_state, &file, NULL, CVX_LEVEL_DEBUG, task);
}

static void save(struct zipmake *zip, const char *name)
{
    char path[512];
    zipmake_finish(zip, NULL);
    assert_true(zipmake_save(zip, scratch_path(&g_scratch, name, path, sizeof(path))));
    zipmake_done(zip);
}

struct part {
    const char *name, *text;
};

/* What comes of a package: its printed document holds `holds`, or it fails with `fails`.
 */
static const struct {
    struct part parts[5];
    const char *holds, *fails, *issues;
} k_packages[] = {
    {{{"word/document.xml", OVERVIEW("one")}}, "\"overview\": \"one\"", NULL, ""},
    {{{"word/document.xml", BODY("")}},
     "{\n  \"identity\": {\n    \"title\": \"\",\n    \"full_name\": \"\",\n"
     "    \"first_name\": \"\",\n    \"last_name\": \"\"\n  },\n  \"sidebar\": {\n"
     "    \"skills\": [],\n    \"languages\": [],\n    \"tools\": [],\n"
     "    \"certifications\": [],\n    \"industries\": [],\n"
     "    \"spoken_languages\": [],\n    \"academic_background\": []\n  },\n"
     "  \"overview\": \"\",\n  \"experiences\": []\n}",
     NULL,
     ""},
    {{{"word/document.xml", "<no-body-at-all/>"}}, "\"overview\": \"\"", NULL, ""},
    {{{"word/document.xml",
       IN(STRICT, "<w:body>" LINE("Overview:") LINE("s") "</w:body>")}},
     "\"overview\": \"s\"",
     NULL,
     ""},
    /* the main part is the one that the relationships name */
    {{{"_rels/.rels", RELS("officeDocument", "/odd/main.xml")},
      {"word/document.xml", OVERVIEW("wrong")},
      {"odd/main.xml", OVERVIEW("right")},
      {"word/header1.xml", HEADER(LINE("Wrong") LINE("Tools"))},
      {"odd/header1.xml", HEADER(LINE("Right") LINE("Tools"))}},
     "\"title\": \"Right\"",
     NULL,
     ""},
    /* headers in bytewise order */
    {{{"word/header2.xml", HEADER(LINE("two"))},
      {"word/header10.xml", HEADER(LINE("ten"))},
      {"word/header.xml", HEADER(LINE("none"))},
      {"word/header3.xml", HEADER(LINE("Tools"))},
      {"word/document.xml", BODY("")}},
     "\"full_name\": \"ten two\"",
     NULL,
     ""},
    /* one header that cannot be read costs a warning */
    {{{"word/header1.xml", ""},
      {"word/header2.xml", HEADER(LINE("Cook") LINE("Tools") LINE("pan"))},
      {"word/header3.xml", "no markup"},
      {"word/document.xml", OVERVIEW("x")}},
     "\"title\": \"Cook\"",
     NULL,
     "warnings: header part unreadable: word/header1.xml, "
     "header part unreadable: word/header3.xml"},
    /* of duplicates the last counts */
    {{{"word/document.xml", OVERVIEW("old")},
      {"word/header1.xml", HEADER(LINE("Cook") LINE("Tools"))},
      {"word/document.xml", OVERVIEW("new")}},
     "\"overview\": \"new\"",
     NULL,
     "warnings: duplicate part: word/document.xml (the last one counts)"},
    {{{"word/other.xml", OVERVIEW("x")}}, NULL, "no main document part", ""},
    {{{"word/document.xml", ""}}, NULL, "main document part is not readable XML", ""},
    {{{"word/document.xml", "text"}}, NULL, "main document part is not readable XML", ""},
};

static void check_package(size_t i)
{
    struct cvx_task task;
    struct cvx_buf text = CVX_BUF_INIT, issues = CVX_BUF_INIT;
    int rc = extract("x.docx", &task);

    if (k_packages[i].fails) {
        assert_int_equal(rc, CVX_EFORMAT);
        assert_string_equal(cvx_err_top(&task.err), k_packages[i].fails);
        assert_null(task.output);
    } else {
        if (rc)
            fail_msg("package %zu: %s", i, cvx_err_top(&task.err));
        assert_int_equal(cvx_cv_print(task.output, &text, NULL), CVX_OK);
        if (!strstr(text.data, k_packages[i].holds))
            fail_msg("package %zu: %s", i, text.data);
    }
    cvx_issues_print(&task.issues, &issues);
    assert_string_equal(issues.len ? issues.data : "", k_packages[i].issues);
    cvx_buf_done(&text);
    cvx_buf_done(&issues);
    stage_task_done(&task);
}

static void test_packages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_packages); i++) {
        struct zipmake zip;
        zipmake_init(&zip, NULL, 0);
        for (size_t k = 0; k < COUNT(k_packages[i].parts) && k_packages[i].parts[k].name;
             k++)
            zipmake_text(&zip, k_packages[i].parts[k].name, k_packages[i].parts[k].text);
        save(&zip, "x.docx");
        check_package(i);
    }
}

static void expect_failure(const char *name, int rc, const char *text)
{
    struct cvx_task task;
    int got = extract(name, &task);

    if (got != rc || !strstr(cvx_err_top(&task.err), text))
        fail_msg("%s: %d, %s", name, got, cvx_err_top(&task.err));
    assert_null(task.output);
    stage_task_done(&task);
}

static void test_no_packages(void **state)
{
    static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    (void)state;

    scratch_write(&g_scratch, "text.docx", "text", 4);
    scratch_write(&g_scratch, "ole.docx", ole, sizeof(ole));
    scratch_write(&g_scratch, "x.doc", "text", 4);
    expect_failure("text.docx", CVX_EFORMAT, "not a zip archive");
    expect_failure("ole.docx", CVX_EFORMAT, "an old .doc file (OLE), not .docx");
    expect_failure("x.doc", CVX_EFORMAT, "not a .docx file");
    expect_failure("docx", CVX_EFORMAT, "not a .docx file");
    expect_failure("none.docx", CVX_EIO, "cannot open the file");
}

/* Names are bytes, the ending in any case. */
static void test_names(void **state)
{
    static const char *const name[] = {"A.DOCX", "b.DocX", "\xff\n.docx"};
    (void)state;

    for (size_t i = 0; i < COUNT(name); i++) {
        struct zipmake zip;
        struct cvx_task task;
        zipmake_init(&zip, NULL, 0);
        zipmake_text(&zip, "word/document.xml", BODY(""));
        save(&zip, name[i]);
        assert_int_equal(extract(name[i], &task), CVX_OK);
        stage_task_done(&task);
    }
}

/* A limit of XML fails the file, also within a header, and the part is named. */
static void test_limit_in_header(void **state)
{
    struct zipmake zip;
    struct cvx_buf deep = CVX_BUF_INIT;
    struct cvx_task task;
    (void)state;

    for (size_t i = 0; i <= CVX_XML_DEPTH_MAX; i++)
        cvx_buf_puts(&deep, "<a>");
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", BODY(""));
    zipmake_text(&zip, "word/header1.xml", deep.data);
    save(&zip, "deep.docx");
    cvx_buf_done(&deep);
    assert_int_equal(extract("deep.docx", &task), CVX_ELIMIT);
    assert_string_equal(cvx_err_top(&task.err),
                        "part 'word/header1.xml': XML elements are nested 513 deep or "
                        "more, the limit is 512");
    stage_task_done(&task);
}

/* Many header parts that are each within the limit do not add up to more than one file
 * may have: here each counts 300 KiB of text 200 times. */
static void test_limit_over_parts(void **state)
{
    struct zipmake zip;
    struct cvx_buf part = CVX_BUF_INIT;
    (void)state;

    cvx_buf_puts(&part, "<w:d xmlns:w='" W "'>");
    for (int i = 0; i < 200; i++)
        cvx_buf_puts(&part, "<w:p>");
    cvx_buf_puts(&part, "<w:t>");
    for (int i = 0; i < 15 * 1024; i++)
        cvx_buf_printf(&part, "%-20d", i);
    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", BODY(""));
    zipmake_text(&zip, "word/header1.xml", part.data);
    zipmake_text(&zip, "word/header2.xml", part.data);
    save(&zip, "text.docx");
    cvx_buf_done(&part);
    expect_failure("text.docx", CVX_ELIMIT,
                   "the paragraphs have 122880000 bytes of text, the limit is 67108864");
}

static void test_log(void **state)
{
    static const char *const says[] = {
        "part 'word/document.xml': 174 bytes, 2 paragraphs with text, 9 bytes of text",
        "part 'word/header1.xml': not readable XML",
        "found: identity no, 0 sidebar items, overview of 1 bytes, 0 experiences",
    };
    struct zipmake zip;
    struct cvx_task task;
    (void)state;

    zipmake_init(&zip, NULL, 0);
    zipmake_text(&zip, "word/document.xml", OVERVIEW("x"));
    zipmake_text(&zip, "word/header1.xml", "");
    save(&zip, "log.docx");
    assert_int_equal(extract("log.docx", &task), CVX_OK);
    const struct cvx_log_record *record = task.log.first;
    for (size_t i = 0; i < COUNT(says); i++, record = record->next) {
        assert_non_null(record);
        assert_int_equal(record->level, CVX_LEVEL_DEBUG);
        assert_string_equal(record->text, says[i]);
    }
    assert_null(record);
    stage_task_done(&task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packages),
        cmocka_unit_test(test_no_packages),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_limit_in_header),
        cmocka_unit_test(test_limit_over_parts),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
