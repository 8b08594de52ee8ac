/* The list of issues and the line it makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/issues.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void assert_printed(const struct cvx_issues *issues, const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    cvx_buf_puts(&buf, "");
    cvx_issues_print(issues, &buf);
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
    assert_string_equal(buf.data, want);
    cvx_buf_done(&buf);
}

static void test_print(void **state)
{
    static const struct {
        const char *issues[4]; /* "e" or "w", then the text */
        const char *want;
    } cases[] = {
        {{NULL}, ""},
        {{"eidentity"}, "errors: identity"},
        {{"wlate"}, "warnings: late"},
        {{"ea", "eb"}, "errors: a, b"},
        {{"wa", "wb"}, "warnings: a, b"},
        {{"ea", "wb"}, "errors: a | warnings: b"},
        {{"wc", "ea", "wd", "eb"}, "errors: a, b | warnings: c, d"},
        {{"e"}, "errors: "},
        {{"wunknown field: x\n\x1b[0m\xFF"},
         "warnings: unknown field: x\\n\\x1b[0m\\xff"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_issues issues = {0};
        size_t count = 0, errors = 0;

        for (; count < 4 && cases[i].issues[count]; count++) {
            const char *issue = cases[i].issues[count];
            enum cvx_severity severity =
                issue[0] == 'e' ? CVX_SEVERITY_ERROR : CVX_SEVERITY_WARNING;

            assert_int_equal(cvx_issues_add(&issues, severity, "%s", issue + 1), CVX_OK);
            errors += severity == CVX_SEVERITY_ERROR;
        }
        assert_int_equal(issues.count, count);
        assert_int_equal(issues.errors, errors);
        assert_printed(&issues, cases[i].want);
        cvx_issues_done(&issues);
        assert_int_equal(issues.count, 0);
        assert_int_equal(issues.errors, 0);
        assert_null(issues.items);
    }
    cvx_issues_done(NULL);
}

static void test_text_is_copied(void **state)
{
    struct cvx_issues issues = {0};
    char name[] = "heading";

    (void)state;
    assert_int_equal(cvx_issues_add(&issues, CVX_SEVERITY_ERROR,
                                    "experiences[%d] missing required field: %s", 3,
                                    name),
                     CVX_OK);
    memset(name, '#', sizeof(name) - 1);
    assert_string_equal(issues.items[0].text,
                        "experiences[3] missing required field: heading");
    cvx_issues_done(&issues);
}

static void test_move(void **state)
{
    static const size_t sizes[] = {0, 1, 3, 4, 5, 17};

    (void)state;
    for (size_t a = 0; a < COUNT(sizes); a++) {
        for (size_t b = 0; b < COUNT(sizes); b++) {
            struct cvx_issues to = {0}, from = {0};

            for (size_t i = 0; i < sizes[a]; i++)
                assert_int_equal(cvx_issues_add(&to, CVX_SEVERITY_WARNING, "%zu", i), 0);
            for (size_t i = 0; i < sizes[b]; i++)
                assert_int_equal(
                    cvx_issues_add(&from, CVX_SEVERITY_ERROR, "%zu", sizes[a] + i), 0);
            assert_int_equal(cvx_issues_move(&to, &from), CVX_OK);
            assert_int_equal(from.count, 0);
            assert_int_equal(from.errors, 0);
            assert_int_equal(to.count, sizes[a] + sizes[b]);
            assert_int_equal(to.errors, sizes[b]);
            for (size_t i = 0; i < to.count; i++) {
                struct cvx_buf number = CVX_BUF_INIT;

                cvx_buf_printf(&number, "%zu", i);
                assert_string_equal(to.items[i].text, number.data);
                assert_int_equal(to.items[i].severity, i < sizes[a] ? CVX_SEVERITY_WARNING
                                                                    : CVX_SEVERITY_ERROR);
                cvx_buf_done(&number);
            }
            /* The giver can be used again. */
            assert_int_equal(cvx_issues_add(&from, CVX_SEVERITY_ERROR, "new"), 0);
            assert_printed(&from, "errors: new");
            cvx_issues_done(&from);
            cvx_issues_done(&to);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_text_is_copied),
        cmocka_unit_test(test_move),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
