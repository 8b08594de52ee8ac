/* Memory runs out at every point of the base: each is told, nothing leaks, what was there
 * before stays. */
#include <torture.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/issues.h>
#include <cvextract/log.h>
#include <cvextract/text.h>

static int buf_body(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    size_t len = 0;

    cvx_err_init(&err);
    for (int i = 0; i < 40; i++) {
        cvx_buf_printf(&buf, "%d and ", i);
        cvx_buf_puts(&buf, "more text than fits beside it");
        assert_true(buf.len >= len);
        len = buf.len;
    }
    if (buf.data)
        assert_int_equal(buf.data[buf.len], '\0');

    int rc = cvx_buf_check(&buf, &err);

    assert_int_equal(err.rc, rc);
    cvx_buf_done(&buf);
    return rc;
}

static int quote_body(void)
{
    static const char name[] =
        "a \"quoted\"\n\x1b name \xC3\xA9 \xFF, long enough to grow "
        "the buffer once more on its way there and back";
    struct cvx_buf quoted = CVX_BUF_INIT, back = CVX_BUF_INIT;
    int rc;

    cvx_text_quote(&quoted, name, sizeof(name) - 1);
    rc = cvx_buf_check(&quoted, NULL);
    if (rc)
        goto out;
    rc = cvx_text_unquote(&back, quoted.data, quoted.len, NULL);
    assert_int_equal(back.len, rc ? 0 : sizeof(name) - 1);
out:
    cvx_buf_done(&quoted);
    cvx_buf_done(&back);
    return rc;
}

static int printable_body(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    for (int i = 0; i < 30; i++)
        cvx_text_printable(&buf, "x\n\xE2\x80\xAE\xFF", 6);

    int rc = cvx_buf_check(&buf, NULL);

    cvx_buf_done(&buf);
    return rc;
}

static int issues_body(void)
{
    struct cvx_issues to = {0}, from = {0};
    struct cvx_buf line = CVX_BUF_INIT;
    int rc = CVX_OK;

    for (int i = 0; !rc && i < 10; i++) {
        rc = cvx_issues_add(i % 2 ? &to : &from, CVX_SEVERITY_ERROR, "issue %d", i);
        assert_int_equal(to.count + from.count, i + (rc == CVX_OK));
        assert_int_equal(to.errors + from.errors, i + (rc == CVX_OK));
    }
    if (!rc) {
        rc = cvx_issues_move(&to, &from);
        assert_int_equal(to.count, rc ? 5 : 10);
        assert_int_equal(from.count, rc ? 5 : 0);
        assert_int_equal(to.errors, to.count);
    }
    if (!rc) {
        cvx_issues_print(&to, &line);
        rc = cvx_buf_check(&line, NULL);
    }
    cvx_buf_done(&line);
    cvx_issues_done(&to);
    cvx_issues_done(&from);
    return rc;
}

static int log_body(void)
{
    struct cvx_log log, from;
    size_t records = 0;

    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    cvx_log_init(&from, CVX_LEVEL_DEBUG);
    for (int i = 0; i < 5; i++) {
        cvx_log_add(&log, CVX_LEVEL_INFO, "record %d", i);
        cvx_log_add(&from, CVX_LEVEL_INFO, "other %d", i);
    }
    cvx_log_move(&log, &from);

    int rc = log.lost ? CVX_ENOMEM : CVX_OK;

    for (const struct cvx_log_record *r = log.first; r; r = r->next)
        records++;
    assert_int_equal(records, log.lost ? 9 : 10);
    cvx_log_done(&log);
    cvx_log_done(&from);
    return rc;
}

static int copies_body(void)
{
    char *a = cvx_strdup("a"), *b = cvx_memdup("b", 1);
    int *c = cvx_alloc_array(3, sizeof(*c)), *d = cvx_zalloc(sizeof(*d));
    int rc = a && b && c && d ? CVX_OK : CVX_ENOMEM;

    cvx_free(a);
    cvx_free(b);
    cvx_free(c);
    cvx_free(d);
    return rc;
}

static void test_buf(void **state)
{
    (void)state;
    torture(buf_body);
}

static void test_text(void **state)
{
    (void)state;
    torture(quote_body);
    torture(printable_body);
}

static void test_issues(void **state)
{
    (void)state;
    torture(issues_body);
}

static void test_log(void **state)
{
    (void)state;
    torture(log_body);
}

static void test_mem(void **state)
{
    (void)state;
    torture(copies_body);
}

/* Dropping needs no memory: a log that overflows says so whatever fails. A lost record and
 * the refused give-back of the marker's room are the only effects. */
static void test_full_log(void **state)
{
    (void)state;
    for (long nth = 0; nth < 12; nth++) {
        size_t records = 0, lost = 0;
        struct cvx_log log;

        cvx_log_init(&log, CVX_LEVEL_DEBUG);
        cvx_mem_fail_at(nth);
        for (int i = 0; i < 10; i++)
            cvx_log_add(&log, CVX_LEVEL_INFO, "%060000d", i);
        cvx_mem_fail_at(-1);
        lost = log.lost;
        for (const struct cvx_log_record *r = log.first; r; r = r->next)
            records += r != log.marker;
        assert_non_null(log.marker);
        assert_true(log.bytes <= CVX_LOG_MAX);
        assert_int_equal(records + log.dropped_records + lost, 10);
        cvx_log_done(&log);
    }
}

/* An error about memory can be told when there is none. */
static void test_err_needs_no_memory(void **state)
{
    struct cvx_err err;
    char text[64];

    (void)state;
    cvx_err_init(&err);
    cvx_mem_fail_at(0);
    cvx_fail(&err, CVX_ENOMEM, "no memory for %d bytes", 42);
    cvx_wrap(&err, "%s", "reading");
    cvx_err_text(&err, text, sizeof(text));
    assert_int_equal(cvx_mem_count(), 0);
    cvx_mem_fail_at(-1);
    assert_string_equal(text, "reading: no memory for 42 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_issues),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_mem),
        cmocka_unit_test(test_full_log),
        cmocka_unit_test(test_err_needs_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
