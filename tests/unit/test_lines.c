/* Line breaks: as Python's str.splitlines and str.split("\n") cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "text/lines.h"

#define MOST 6

typedef bool cut_fn(struct cvx_span *rest, struct cvx_span *ret_line);

struct row {
    const char *text;
    size_t count;
    const char *line[MOST];
};

static void assert_cut(cut_fn *next, const struct row *row)
{
    /* A copy without a NUL behind it: what reads past the end is caught by ASan. */
    char copy[64];
    size_t len = strlen(row->text);
    char *text = copy + sizeof(copy) - len;
    struct cvx_span rest = {text, len};
    struct cvx_span line;
    size_t count = 0;

    memcpy(text, row->text, len);
    while (next(&rest, &line)) {
        assert_true(count < row->count);
        assert_int_equal(line.len, strlen(row->line[count]));
        assert_memory_equal(line.p, row->line[count], line.len);
        count++;
    }
    assert_int_equal(count, row->count);
    assert_false(next(&rest, &line));
}

static void test_splitlines(void **state)
{
    static const struct row rows[] = {
        {"", 0, {0}},
        {"a", 1, {"a"}},
        {"a\n", 1, {"a"}},
        {"\n", 1, {""}},
        {"\n\n", 2, {"", ""}},
        {"a\nb", 2, {"a", "b"}},
        {"a\r\nb\r", 2, {"a", "b"}},
        {"a\n\rb", 3, {"a", "", "b"}},
        {"a\r\r\nb", 3, {"a", "", "b"}},
        {"a\vb\fc", 3, {"a", "b", "c"}},
        {"a\x1c"
         "b\x1d"
         "c\x1e"
         "d\x1f"
         "e",
         4,
         {"a", "b", "c",
          "d\x1f"
          "e"}},
        {"é\xc2\x85ü", 2, {"é", "ü"}},
        {"–\u2028—\u2029", 2, {"–", "—"}},
        {"a\u2027\u202a\u00a0\xc2\x84", 1, {"a\u2027\u202a\u00a0\xc2\x84"}},
        /* The bytes of a break inside other characters. */
        {"\u0145\u1e85\u5145", 1, {"\u0145\u1e85\u5145"}},
        /* Cut short: never read past the end. */
        {"a\xc2", 1, {"a\xc2"}},
        {"a\xe2\x80", 1, {"a\xe2\x80"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_cut(cvx_lines_next, &rows[i]);
}

static void test_split_at_lf(void **state)
{
    static const struct row rows[] = {
        {"", 1, {""}},
        {"a", 1, {"a"}},
        {"\n", 2, {"", ""}},
        {"a\n", 2, {"a", ""}},
        {"a\n\nb", 3, {"a", "", "b"}},
        {"a\rb\v\x1c\xc2\x85\u2028c", 1, {"a\rb\v\x1c\xc2\x85\u2028c"}},
        {"é\nü\n", 3, {"é", "ü", ""}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_cut(cvx_lines_next_lf, &rows[i]);
}

static void test_nothing_to_cut(void **state)
{
    struct cvx_span rest = {NULL, 0};
    struct cvx_span line = {"x", 1};

    (void)state;
    assert_false(cvx_lines_next(&rest, &line));
    assert_false(cvx_lines_next_lf(&rest, &line));
    assert_int_equal(line.len, 1);
}

/* A NUL is a character like any other. */
static void test_nul_inside(void **state)
{
    struct cvx_span rest = {"a\0b\nc", 5};
    struct cvx_span line;

    (void)state;
    assert_true(cvx_lines_next_lf(&rest, &line));
    assert_int_equal(line.len, 3);
    rest = (struct cvx_span){"a\0b\nc", 5};
    assert_true(cvx_lines_next(&rest, &line));
    assert_int_equal(line.len, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splitlines),
        cmocka_unit_test(test_split_at_lf),
        cmocka_unit_test(test_nothing_to_cut),
        cmocka_unit_test(test_nul_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
