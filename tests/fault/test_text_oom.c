/* Memory running out at each allocation of stages/text/: reported or latched, nothing
 * leaked (ASan), and never a wrong answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>

#include "text/clean.h"
#include "text/patterns.h"
#include "text/unicode.h"
#include "torture.h"

static int use_patterns(void)
{
    struct cvx_patterns *patterns = NULL;
    struct cvx_matcher *matcher = NULL;
    struct cvx_err err;
    struct cvx_span items;

    cvx_err_init(&err);
    int rc = cvx_patterns_new(&patterns, &err);
    if (!rc)
        rc = cvx_matcher_new(patterns, &matcher, &err);
    if (rc) {
        assert_int_equal(err.rc, rc);
        assert_null(matcher);
        goto out;
    }
    /* However PCRE2 fared inside (no JIT, say), the matching is the same, and needs no
     * memory that could fail. */
    long made = cvx_mem_count();
    assert_true(cvx_patterns_date_range(matcher, (struct cvx_span){"2019 - now", 10}));
    assert_false(cvx_patterns_date_range(matcher, (struct cvx_span){"2019 - no!", 10}));
    assert_true(cvx_patterns_environment(
        matcher, (struct cvx_span){"Env\u0131ronment: x", 15}, &items));
    assert_int_equal(items.len, 2);
    assert_int_equal(cvx_mem_count(), made);
out:
    cvx_matcher_free(matcher);
    cvx_patterns_free(patterns);
    return rc;
}

/* Not torture(): where PCRE2's own compiler to machine code finds no memory, the
 * pattern is interpreted instead and nothing needs reporting. */
static void test_patterns(void **state)
{
    long reported = 0;

    (void)state;
    cvx_mem_fail_at(-1);
    assert_int_equal(use_patterns(), CVX_OK);
    long count = cvx_mem_count();
    for (long i = 0; i < count; i++) {
        cvx_mem_fail_at(i);
        int rc = use_patterns();
        cvx_mem_fail_at(-1);
        assert_true(rc == CVX_OK || rc == CVX_ENOMEM);
        reported += rc != CVX_OK;
    }
    /* At the least both objects, PCRE2's contexts and codes, and the match data. */
    assert_true(reported >= 8);
}

static const char k_text[] =
    "  Stra\u00dfe\u00a0\u039f\u0394\u039f\u03a3,  one\r\ntwo\v ";

static int check(struct cvx_buf *buf, const char *want)
{
    int rc = cvx_buf_check(buf, NULL);
    if (!rc)
        assert_string_equal(buf->data, want);
    cvx_buf_done(buf);
    return rc;
}

static int use_normalise(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    cvx_clean_normalise(&buf, (struct cvx_span){k_text, strlen(k_text)});
    return check(&buf, "Stra\u00dfe \u039f\u0394\u039f\u03a3,  one\ntwo");
}

static int use_clean(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    cvx_clean(&buf, (struct cvx_span){k_text, strlen(k_text)});
    return check(&buf, "Stra\u00dfe \u039f\u0394\u039f\u03a3, one two");
}

static int use_comparable(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    cvx_clean_comparable(&buf, (struct cvx_span){k_text, strlen(k_text)});
    return check(&buf, "stra\u00dfe \u03bf\u03b4\u03bf\u03c2 one two");
}

static int use_case(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    cvx_unicode_upper(&buf, "\u00dfa", 3);
    cvx_unicode_lower(&buf, "\u0391\u03a3", 4);
    return check(&buf, "SSA\u03b1\u03c2");
}

static void test_texts_latch(void **state)
{
    (void)state;
    torture(use_normalise);
    torture(use_clean);
    torture(use_comparable);
    torture(use_case);
}

/* Many appends, so that growth fails in the middle of a text too. */
static int use_long_text(void)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_buf buf = CVX_BUF_INIT;

    for (int i = 0; i < 200; i++)
        cvx_buf_puts(&text, "\u00c4b  \u03a3\u00a0");
    int rc = cvx_buf_check(&text, NULL);
    if (!rc) {
        cvx_clean_normalise(&buf, (struct cvx_span){text.data, text.len});
        cvx_clean(&buf, (struct cvx_span){text.data, text.len});
        cvx_clean_comparable(&buf, (struct cvx_span){text.data, text.len});
        cvx_unicode_upper(&buf, text.data, text.len);
        rc = cvx_buf_check(&buf, NULL);
    }
    cvx_buf_done(&text);
    cvx_buf_done(&buf);
    return rc;
}

static void test_long_texts_latch(void **state)
{
    (void)state;
    torture(use_long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_texts_latch),
        cmocka_unit_test(test_long_texts_latch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
