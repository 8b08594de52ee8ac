/* The list of inputs: what the reader accepts and refuses, and the way round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inputs.h"
#include "scratch.h"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

static int read_text(const char *text, size_t len, struct cvx_inputs *ret,
                     struct cvx_err *err)
{
    char path[512];

    scratch_write(&g_scratch, "list", text, len);
    return cvx_inputs_read(scratch_path(&g_scratch, "list", path, sizeof(path)), ret,
                           err);
}

struct text_case {
    const char *text;
    const char *paths[4];
};

static void test_accepted(void **state)
{
    static const struct text_case cases[] = {
        {"", {NULL}},
        {"\n\n \t\n\r\n", {NULL}},
        {"# a comment\n#another\n  # and one more\n", {NULL}},
        {"in/a.docx\n", {"in/a.docx"}},
        {"in/a.docx", {"in/a.docx"}},
        {"in/a.docx\r\nin/b.docx\r\n", {"in/a.docx", "in/b.docx"}},
        {"- in/a.docx\n-  in/b.docx\n", {"in/a.docx", "in/b.docx"}},
        {"  - in/a.docx \n", {"in/a.docx"}},
        {"-in/a.docx\n-\n", {"-in/a.docx", "-"}},
        {"- # not a comment\n", {"# not a comment"}},
        {"a # b.docx\n", {"a # b.docx"}},
        {"\"in/a b.docx\"\n", {"in/a b.docx"}},
        {"- \"a\\nb\\\"\\\\\\377\\x41\"\r\n", {"a\nb\"\\\377A"}},
        {"\" lead\"\n", {" lead"}},
        {"\xEF\xBB\xBFin/a.docx\n", {"in/a.docx"}},
        {"in/a\\tb.docx\n", {"in/a\\tb.docx"}}, /* not quoted: as it stands */
        {"in/\xC3\xA9.docx\n", {"in/\xC3\xA9.docx"}},
        {"in/\xFF.docx\n", {"in/\xFF.docx"}},
        {"a\nb\nc\nd", {"a", "b", "c", "d"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_inputs inputs;
        size_t want = 0;

        assert_int_equal(read_text(cases[i].text, strlen(cases[i].text), &inputs, NULL),
                         0);
        while (want < 4 && cases[i].paths[want])
            want++;
        assert_int_equal(inputs.count, want);
        for (size_t k = 0; k < want; k++)
            assert_string_equal(inputs.paths[k], cases[i].paths[k]);
        cvx_inputs_done(&inputs);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *where;
    } cases[] = {
        {"\"no end\n", 8, "line 1"}, {"ok\n\n\"a\" b\n", 11, "line 3"},
        {"ok\n\"\"\n", 6, "line 2"}, {"# x\r\n\"\\q\"\r\n", 11, "line 2"},
        {"a\nb\0c\n", 6, "line 2"},  {"\"\\000\"", 6, "line 1"},
        {"\"\\0\"", 4, "line 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_inputs inputs = {.count = 77};
        struct cvx_err err;
        char text[1024];

        cvx_err_init(&err);
        assert_int_equal(read_text(cases[i].text, cases[i].len, &inputs, &err),
                         CVX_EFORMAT);
        assert_int_equal(inputs.count, 77);
        cvx_err_text(&err, text, sizeof(text));
        if (!strstr(text, cases[i].where))
            fail_msg("'%s' lacks '%s'", text, cases[i].where);
        assert_non_null(strstr(text, "/list"));
    }
}

static void test_odd_files(void **state)
{
    struct cvx_inputs inputs = {.count = 77};
    char path[512], text[1024];
    struct cvx_err err;
    int fd;

    (void)state;
    cvx_err_init(&err);
    scratch_path(&g_scratch, "missing", path, sizeof(path));
    assert_int_equal(cvx_inputs_read(path, &inputs, &err), CVX_EIO);
    cvx_err_text(&err, text, sizeof(text));
    assert_non_null(strstr(text, "missing: No such file"));
    assert_int_equal(cvx_inputs_read(g_scratch.root, &inputs, &err), CVX_EIO);

    /* Refused by its size, without room being made for it first. */
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, (off_t)65 << 20), 0);
    close(fd);
    assert_int_equal(cvx_inputs_read(path, &inputs, &err), CVX_ELIMIT);
    cvx_err_text(&err, text, sizeof(text));
    assert_non_null(strstr(text, "67108864"));
    assert_int_equal(inputs.count, 77);
}

/* A list out of a pipe, as a shell's <(...) gives it. */
static void test_pipe(void **state)
{
    struct cvx_inputs inputs;
    char path[64];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "a.docx\nb.docx\n", 14), 14);
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    assert_int_equal(cvx_inputs_read(path, &inputs, NULL), 0);
    assert_int_equal(inputs.count, 2);
    assert_string_equal(inputs.paths[1], "b.docx");
    cvx_inputs_done(&inputs);
    close(ends[0]);
}

struct line_case {
    const char *path, *line;
};

static const struct line_case k_lines[] = {
    {"in/a.docx", "in/a.docx\n"},
    {"in/a b.docx", "in/a b.docx\n"},
    {"in/it's.docx", "in/it's.docx\n"},
    {"-a", "-a\n"},
    {"-", "-\n"},
    {"a#b", "a#b\n"},
    {"a\\nb", "a\\nb\n"},
    {"in/\xC3\xA4\xE6\xBC\xA2.docx", "in/\xC3\xA4\xE6\xBC\xA2.docx\n"},
    {"- a", "\"- a\"\n"},
    {"#a", "\"#a\"\n"},
    {" a", "\" a\"\n"},
    {"\ta", "\"\\011a\"\n"},
    {"a ", "\"a \"\n"},
    {"a\t", "\"a\\011\"\n"},
    {"a\"b", "\"a\\\"b\"\n"},
    {"\"", "\"\\\"\"\n"},
    {"a\nb", "\"a\\012b\"\n"},
    {"a\r", "\"a\\015\"\n"},
    {"\n", "\"\\012\"\n"},
    {"a\x01"
     "1",
     "\"a\\0011\"\n"},
    {"a\x7F", "\"a\\177\"\n"},
    {"\xFF", "\"\\377\"\n"},
    {"a\xC3", "\"a\\303\"\n"},
    {"a\xC2\x85", "\"a\\302\\205\"\n"},
    {"\xED\xA0\x80", "\"\\355\\240\\200\"\n"},
    {"\xEF\xBB\xBF"
     "a",
     NULL},
    {"a\xE2\x80\xAE"
     "b",
     NULL},
    {"a\xE2\x80\xA8"
     "b",
     NULL},
    {"\\\x1B[31m", NULL},
};

#define N_LINES (sizeof(k_lines) / sizeof(k_lines[0]))

static void test_lines_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_LINES; i++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_inputs_write_line(&buf, k_lines[i].path);
        if (k_lines[i].line)
            assert_string_equal(buf.data, k_lines[i].line);
        else
            assert_int_equal(buf.data[0], '"');
        cvx_buf_done(&buf);
    }
}

static void round_trip(const struct cvx_buf *text, const char *const *paths, size_t count)
{
    struct cvx_inputs inputs;

    assert_int_equal(read_text(text->data, text->len, &inputs, NULL), 0);
    assert_int_equal(inputs.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(inputs.paths[i], paths[i]);
    cvx_inputs_done(&inputs);
}

static void test_round_trip_table(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    const char *paths[N_LINES];

    (void)state;
    /* Each as the first line of a file of its own, then all in one. */
    for (size_t i = 0; i < N_LINES; i++) {
        cvx_buf_clear(&buf);
        paths[i] = k_lines[i].path;
        cvx_inputs_write_line(&buf, paths[i]);
        round_trip(&buf, &paths[i], 1);
    }
    cvx_buf_clear(&buf);
    for (size_t i = 0; i < N_LINES; i++)
        cvx_inputs_write_line(&buf, paths[i]);
    round_trip(&buf, paths, N_LINES);
    cvx_buf_done(&buf);
}

/* Every pair of bytes at the beginning, every byte in the middle and at the end. */
static void test_round_trip_bytes(void **state)
{
    static char paths[255 * 255][8];
    static const char *pointers[255 * 255];
    struct cvx_buf buf = CVX_BUF_INIT;
    size_t count = 0;

    (void)state;
    for (unsigned a = 1; a < 256; a++) {
        for (unsigned b = 1; b < 256; b++) {
            char *path = paths[count];

            path[0] = (char)a;
            path[1] = (char)b;
            path[2] = 'x';
            path[3] = (char)b;
            path[4] = (char)a;
            pointers[count++] = path;
            cvx_inputs_write_line(&buf, path);
        }
    }
    round_trip(&buf, pointers, count);
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_odd_files),        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_lines_written),    cmocka_unit_test(test_round_trip_table),
        cmocka_unit_test(test_round_trip_bytes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
