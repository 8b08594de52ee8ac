/* The list of failed and unfinished inputs: which, in which order, readable by a rerun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inputs.h>
#include <report.h>
#include <report/reporters.h>
#include <scratch.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct desk {
    struct scratch scratch;
    struct cvx_failed *failed;
    struct fake_run run;
    char path[512];
};

static void desk_open(struct desk *d)
{
    scratch_make(&d->scratch);
    scratch_path(&d->scratch, "lists/failed.txt", d->path, sizeof(d->path));
    d->failed = cvx_failed_new();
    assert_non_null(d->failed);
    d->run = (struct fake_run){.reporter = cvx_failed_reporter(d->failed)};
    assert_int_equal(d->run.reporter->log_level, CVX_LEVEL_NONE);
}

static void desk_close(struct desk *d)
{
    cvx_failed_free(d->failed);
    scratch_remove(&d->scratch);
}

static void assert_list(struct desk *d, const char *want)
{
    struct cvx_err err;
    char *text;

    assert_int_equal(cvx_failed_write(d->failed, d->path, &err), CVX_OK);
    text = scratch_read(&d->scratch, "lists/failed.txt", NULL);
    assert_non_null(text);
    assert_string_equal(text, want);
    free(text);
}

static void test_empty(void **state)
{
    struct desk d;

    (void)state;
    desk_open(&d);
    fake_started(&d.run, true, 2);
    fake_done(&d.run, &(struct fake_file){.rel = "a"});
    fake_done(&d.run, &(struct fake_file){.rel = "b", .outcome = CVX_OUTCOME_PARTIAL});
    fake_ended(&d.run, NULL);
    assert_list(&d, "");
    desk_close(&d);
}

/* Paths as they can be opened, in input order, whatever the order of the ends. */
static void test_order(void **state)
{
    struct desk d;

    (void)state;
    desk_open(&d);
    scratch_write(&d.scratch, "lists/failed.txt", "an older list", 13);
    for (size_t i = 0; i < 100; i++) {
        size_t index = i * 37 % 100;
        char rel[16], path[32];

        snprintf(rel, sizeof(rel), "%02zu.docx", index);
        snprintf(path, sizeof(path), "cvs/%s", rel);
        if (index % 10 == 5)
            fake_not_done(&d.run, index, path);
        else
            fake_done(&d.run,
                      &(struct fake_file){.rel = rel,
                                          .path = path,
                                          .index = index,
                                          .outcome = index % 10 == 0 ? CVX_OUTCOME_FAILED
                                                                     : CVX_OUTCOME_FULL});
    }
    assert_list(&d, "cvs/00.docx\ncvs/05.docx\ncvs/10.docx\ncvs/15.docx\ncvs/20.docx\n"
                    "cvs/25.docx\ncvs/30.docx\ncvs/35.docx\ncvs/40.docx\ncvs/45.docx\n"
                    "cvs/50.docx\ncvs/55.docx\ncvs/60.docx\ncvs/65.docx\ncvs/70.docx\n"
                    "cvs/75.docx\ncvs/80.docx\ncvs/85.docx\ncvs/90.docx\ncvs/95.docx\n");
    desk_close(&d);
}

/* What is written is what a rerun reads. */
static void test_read_back(void **state)
{
    static const char *const names[] = {
        "plain.docx",    "two words.docx", "# no comment", "- no item",
        " blank",        "new\nline",      "\"quoted\"",   "\xFF\xFE",
        "\xE2\x80\xAEx", "M\xC3\xBCller",  "back\\slash",  "end ",
    };
    struct desk d;
    struct cvx_inputs inputs = {0};
    struct cvx_err err;

    (void)state;
    desk_open(&d);
    for (size_t i = 0; i < COUNT(names); i++)
        fake_done(&d.run, &(struct fake_file){.rel = "rel",
                                              .path = names[i],
                                              .index = i,
                                              .outcome = CVX_OUTCOME_FAILED});
    assert_int_equal(cvx_failed_write(d.failed, d.path, &err), CVX_OK);
    assert_int_equal(cvx_inputs_read(d.path, &inputs, &err), CVX_OK);
    assert_int_equal(inputs.count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(inputs.paths[i], names[i]);
    cvx_inputs_done(&inputs);
    desk_close(&d);
}

/* A stream gets the list as it is; what is there already stays. */
static void test_streams(void **state)
{
    struct desk d;
    struct cvx_err err;
    char path[64], text[64] = "";
    int fds[2];

    (void)state;
    desk_open(&d);
    fake_not_done(&d.run, 0, "a");
    assert_int_equal(pipe(fds), 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", fds[1]);
    assert_int_equal(cvx_failed_write(d.failed, path, &err), CVX_OK);
    assert_int_equal(read(fds[0], text, sizeof(text) - 1), 2);
    assert_string_equal(text, "a\n");
    close(fds[0]);
    close(fds[1]);

    /* A regular file behind such a name: added to, not replaced. */
    scratch_write(&d.scratch, "kept", "before\n", 7);
    scratch_path(&d.scratch, "kept", text, sizeof(text));
    fds[0] = open(text, O_WRONLY | O_CLOEXEC);
    assert_true(fds[0] >= 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
    assert_int_equal(cvx_failed_write(d.failed, path, &err), CVX_OK);
    close(fds[0]);
    char *kept = scratch_read(&d.scratch, "kept", NULL);
    assert_non_null(kept);
    assert_string_equal(kept, "before\na\n");
    free(kept);
    desk_close(&d);
}

static void test_write_fails(void **state)
{
    struct desk d;
    struct cvx_err err;
    char text[1024];

    (void)state;
    desk_open(&d);
    scratch_write(&d.scratch, "lists/failed.txt/in the way", "", 0);
    fake_not_done(&d.run, 0, "a");
    assert_int_equal(cvx_failed_write(d.failed, d.path, &err), CVX_EIO);
    cvx_err_text(&err, text, sizeof(text));
    assert_non_null(strstr(text, "cannot write the list of failed files: "));
    desk_close(&d);
    cvx_failed_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),       cmocka_unit_test(test_order),
        cmocka_unit_test(test_read_back),   cmocka_unit_test(test_streams),
        cmocka_unit_test(test_write_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
