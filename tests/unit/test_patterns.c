/* Date ranges and environment lines, as Python's re would match them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>

#include "text/patterns.h"

struct fixture {
    struct cvx_patterns *patterns;
    struct cvx_matcher *matcher;
};

static int setup(void **state)
{
    static struct fixture fixture;

    if (cvx_patterns_new(&fixture.patterns, NULL))
        return -1;
    if (cvx_matcher_new(fixture.patterns, &fixture.matcher, NULL))
        return -1;
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    cvx_matcher_free(fixture->matcher);
    cvx_patterns_free(fixture->patterns);
    return 0;
}

static bool date_range(void **state, const char *line)
{
    struct fixture *fixture = *state;

    return cvx_patterns_date_range(fixture->matcher,
                                   (struct cvx_span){line, strlen(line)});
}

static void assert_date(void **state, const char *line, bool want)
{
    if (date_range(state, line) != want)
        fail_msg("'%s' should %sbegin with a date range", line, want ? "" : "not ");
}

static void test_ranges(void **state)
{
    static const char *const row[] = {
        "Jan 2019 - Present",
        "January 2019 – Dec 2020 | Lead",
        "Jan 2019-Nowhere",
        "Sept 2019 — 03/2020",
        "May\t\u20032019\u3000-\u00a0NOW",
        "May 2019 -\xc2\x85now",
        "JUNE 0000--june 9999",
        "Jul 2019 - 1/1999",
        "01/2019 - 12/2020",
        "1/2019--Present",
        "10/1900 \u2011 9/2099",
        "2019 - 2020",
        "2019--Current",
        "2019|",
        "2019 | Engineer",
        "2019\u2003| Engineer",
        "0000 \u2012 9999",
        "2019 \u2212 20201",
        /* Unicode's digits, where a year may have them. */
        "\u0662\u0660\u0661\u0669 - \u0967\u0967\u0967\u0967",
        "Jan \uff12\uff10\uff11\uff19 - 02/20\u0661\u0669",
        "02/20\u0661\u0669 - now",
        "\U0001d7d0\U0001d7ce\U0001d7cf\U0001d7d7 |",
        /* What is caselessly an s or an i to Python. */
        "\u017fep 2019 - pre\u017fent",
        "apr\u0131l 2019 - Apr\u0130l 2020",
        "AUGU\u017fT 2019 - now",
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_date(state, row[i], true);
}

static void test_no_ranges(void **state)
{
    static const char *const row[] = {
        "",
        " 2019 - 2020",
        "x 2019 - 2020",
        "2019",
        "2019 -",
        "2019 - Jan 2020",
        "2019 - 02/2020",
        "2019 - today",
        "2019 – 202",
        "219 - 2020",
        "20191 - 2020",
        "2019 - - 2020",
        "2019 --- 2020",
        "2019 \u2010 2020",
        "2019 \u2015 2020",
        "2019 ~ 2020",
        "2019 to 2020",
        "2019 \u00ad 2020",
        "2019 \u200b- 2020",
        "Jan2019 - Present",
        "Janu 2019 - Present",
        "Januar 2019 - Present",
        "Septe 2019 - Present",
        "Jan 19 - Present",
        "Jan 2019 - 2020",
        "Jan 2019 |",
        "Jan 2019",
        "Jan. 2019 - Present",
        "Jan 2019 - Presen",
        "Jan 2019 - 13/2020",
        "Jan 2019 - 00/2020",
        "Jan 2019 - 1/1800",
        "Jan 2019 - 1 / 2020",
        "13/2019 - 2/2020",
        "0/2019 - 2/2020",
        "001/2019 - 2/2020",
        "01/2019 - Jan 2020",
        "01/2019 - 2020",
        "01/2019 |",
        "01/2119 - now",
        "\u0661/2019 - now",
        "01/\u0662\u0660\u0661\u0669 - now",
        "\u00b2019 - now",
        "\u2160\u2160\u2160\u2160 |",
        "ma\u00df 2019 - now",
        "\u0161ep 2019 - now",
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_date(state, row[i], false);
}

/* Every form of every month with every dash and every end. */
static void test_every_combination(void **state)
{
    static const char *const month[] = {
        "January",   "February", "March",    "April",    "May", "June", "July", "August",
        "September", "October",  "November", "December", "Jan", "Feb",  "Mar",  "Apr",
        "Jun",       "Jul",      "Aug",      "Sep",      "Oct", "Nov",  "Dec",  "Sept"};
    static const char *const dash[] = {"--",     "-",      "\u2013", "\u2014",
                                       "\u2011", "\u2012", "\u2212"};
    static const char *const end[] = {"present", "NOW",      "Current", "May 2001",
                                      "1/1999",  "sep 2001", "12/2012"};
    struct cvx_buf line = CVX_BUF_INIT;

    for (size_t m = 0; m < sizeof(month) / sizeof(month[0]); m++)
        for (size_t d = 0; d < sizeof(dash) / sizeof(dash[0]); d++)
            for (size_t e = 0; e < sizeof(end) / sizeof(end[0]); e++) {
                cvx_buf_clear(&line);
                cvx_buf_printf(&line, "%s 2000%s%s", month[m], dash[d], end[e]);
                assert_date(state, line.data, true);
                line.data[strlen(month[m]) - 1] = '#';
                assert_date(state, line.data, false);
            }
    cvx_buf_done(&line);
}

static void test_numeric_months(void **state)
{
    for (int month = 0; month < 130; month++) {
        char line[32] = {0};
        struct cvx_buf buf = CVX_BUF_INIT;
        cvx_buf_printf(&buf, "%d/2019 - now", month);
        assert_date(state, buf.data, month >= 1 && month <= 12);
        cvx_buf_clear(&buf);
        cvx_buf_printf(&buf, "0%d/2019 - now", month);
        memcpy(line, buf.data, buf.len);
        assert_date(state, line, month >= 1 && month <= 9);
        cvx_buf_done(&buf);
    }
}

static void assert_environment(void **state, const char *line, const char *want)
{
    struct fixture *fixture = *state;
    static const char untouched[] = "?";
    struct cvx_span items = {untouched, 1};
    bool got = cvx_patterns_environment(fixture->matcher,
                                        (struct cvx_span){line, strlen(line)}, &items);

    if (got != (want != NULL))
        fail_msg("'%s' should %sbe an environment line", line, want ? "" : "not ");
    if (!want) {
        assert_ptr_equal(items.p, untouched);
        return;
    }
    assert_int_equal(items.len, strlen(want));
    assert_memory_equal(items.p, want, items.len);
    assert_ptr_equal(items.p + items.len, line + strlen(line));
}

static void test_environment(void **state)
{
    static const char *const row[][2] = {
        {"Environment: C, D", " C, D"},
        {"environment:x", "x"},
        {"ENVIRONMENT \t\u00a0\u2003: é", " é"},
        {"Env\u0131ronment:x", "x"},
        {"Env\u0130ronment:x", "x"},
        {"Environment::", ":"},
        {"Environment: ,", " ,"},
        {"Environment:\U0001f600", "\U0001f600"},
        {"Environment", NULL},
        {"Environment:", NULL},
        {"Environment :", NULL},
        {"Environments: x", NULL},
        {"Environment\u200b: x", NULL},
        {"Environment\uff1a x", NULL},
        {"Envronment: x", NULL},
        {" Environment: x", NULL},
        {"xEnvironment: x", NULL},
        {"E", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
        assert_environment(state, row[i][0], row[i][1]);
}

/* Long lines meet neither a match limit (which would assert) nor a deep stack. */
static void test_long_lines(void **state)
{
    static const struct {
        const char *head, *fill, *tail;
        bool want;
    } row[] = {
        {"Jan", " ", "2019 - now", true},
        {"Jan", "\u3000", "2019 - now", true},
        {"Jan", " ", "x", false},
        {"2019", "\u3000", "| x", true},
        {"2019", " ", "", false},
        {"2019 -", " ", "2020", true},
        {"2019 -", "\u00a0", "x", false},
        {"1/2019", "\u2003", "--now", true},
        {"Jan 2019 - Jan", " ", "9", false},
        {"2", "0", "", false},
        {"2019", "-", "2020", false},
        {"2019 | ", "x", "", true},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        struct cvx_buf line = CVX_BUF_INIT;
        cvx_buf_puts(&line, row[i].head);
        for (int n = 0; n < 100000; n++)
            cvx_buf_puts(&line, row[i].fill);
        cvx_buf_puts(&line, row[i].tail);
        assert_int_equal(cvx_buf_check(&line, NULL), CVX_OK);
        assert_int_equal(date_range(state, line.data), row[i].want);
        cvx_buf_done(&line);
    }
}

static void test_two_matchers_share_the_patterns(void **state)
{
    struct fixture *fixture = *state;
    struct fixture other = {.patterns = fixture->patterns};
    void *other_state = &other;

    assert_int_equal(cvx_matcher_new(other.patterns, &other.matcher, NULL), CVX_OK);
    assert_environment(&other_state, "Environment: a", " a");
    assert_date(state, "2019 - now", true);
    cvx_matcher_free(other.matcher);
    assert_date(state, "2019 - now", true);
}

static void test_free_takes_null(void **state)
{
    (void)state;
    cvx_matcher_free(NULL);
    cvx_patterns_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_no_ranges),
        cmocka_unit_test(test_every_combination),
        cmocka_unit_test(test_numeric_months),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_two_matchers_share_the_patterns),
        cmocka_unit_test(test_free_takes_null),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
