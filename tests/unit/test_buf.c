/* Growing byte runs: contents, the NUL, the limit, the latch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/buf.h>

static void assert_buf(const struct cvx_buf *buf, const char *want, size_t len)
{
    assert_int_equal(buf->len, len);
    assert_memory_equal(buf->data, want, len);
    assert_int_equal(buf->data[len], '\0');
    assert_true(buf->len < buf->cap);
}

static void test_appends(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    assert_null(buf.data);
    cvx_buf_puts(&buf, "ab");
    cvx_buf_put(&buf, "\0c", 2);
    cvx_buf_putc(&buf, '\xFF');
    cvx_buf_printf(&buf, "%d|%s", 42, "xyz");
    assert_buf(&buf,
               "ab\0c\xFF"
               "42|xyz",
               11);
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
    cvx_buf_done(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.len, 0);
    assert_int_equal(buf.cap, 0);
}

static void test_nothing_is_an_empty_string(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    cvx_buf_put(&buf, NULL, 0);
    assert_buf(&buf, "", 0);
    cvx_buf_done(&buf);
    cvx_buf_printf(&buf, "%s", "");
    assert_buf(&buf, "", 0);
    cvx_buf_done(&buf);
}

static void test_grows_by_every_size(void **state)
{
    char block[300];

    (void)state;
    memset(block, 'q', sizeof(block));
    for (size_t step = 1; step < sizeof(block); step += 7) {
        struct cvx_buf buf = CVX_BUF_INIT;

        for (size_t n = 0; n < 50; n++) {
            block[0] = (char)n;
            cvx_buf_put(&buf, block, step);
            assert_int_equal(buf.data[buf.len], '\0');
        }
        assert_int_equal(buf.len, 50 * step);
        for (size_t n = 0; n < 50; n++)
            assert_int_equal(buf.data[n * step], n);
        cvx_buf_done(&buf);
    }
}

static void test_printf_of_every_length(void **state)
{
    char text[200];

    (void)state;
    memset(text, 'w', sizeof(text));
    for (int n = 0; n < (int)sizeof(text); n++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_buf_printf(&buf, "%.*s", n, text);
        cvx_buf_printf(&buf, "%.*s!", n, text);
        assert_int_equal(buf.len, 2 * n + 1);
        assert_int_equal(buf.data[buf.len - 1], '!');
        assert_int_equal(buf.data[buf.len], '\0');
        cvx_buf_done(&buf);
    }
}

static void test_limit(void **state)
{
    struct cvx_buf buf = {.max = 100};
    struct cvx_err err;

    (void)state;
    for (int i = 0; i < 10; i++)
        cvx_buf_puts(&buf, "0123456789");
    assert_int_equal(buf.len, 100);
    cvx_buf_puts(&buf, "");
    assert_false(buf.failed);
    assert_true(buf.cap <= 101);

    cvx_buf_puts(&buf, "x");
    assert_true(buf.failed);
    assert_int_equal(buf.len, 100);
    cvx_buf_puts(&buf, "");
    cvx_buf_printf(&buf, "%d", 1);
    assert_null(cvx_buf_room(&buf, 0));
    assert_int_equal(buf.len, 100);
    assert_int_equal(buf.data[100], '\0');

    cvx_err_init(&err);
    assert_int_equal(cvx_buf_check(&buf, &err), CVX_ELIMIT);
    assert_non_null(strstr(cvx_err_root(&err), "100"));

    cvx_buf_clear(&buf);
    assert_int_equal(cvx_buf_check(&buf, &err), CVX_OK);
    cvx_buf_puts(&buf, "again");
    assert_buf(&buf, "again", 5);
    cvx_buf_done(&buf);
    assert_int_equal(buf.max, 100);
}

static void test_limit_of_one_large_put(void **state)
{
    struct cvx_buf buf = {.max = 4};

    (void)state;
    cvx_buf_printf(&buf, "%s", "12345");
    assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ELIMIT);
    assert_int_equal(buf.len, 0);
    cvx_buf_clear(&buf); /* nothing was ever written */
    assert_null(buf.data);
    cvx_buf_printf(&buf, "%s", "1234");
    assert_buf(&buf, "1234", 4);
    cvx_buf_done(&buf);
}

static void test_size_that_overflows(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, PTRDIFF_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_buf_puts(&buf, "abc");
        assert_null(cvx_buf_room(&buf, sizes[i]));
        assert_int_equal(cvx_buf_check(&buf, NULL), CVX_ENOMEM);
        assert_buf(&buf, "abc", 3);
        cvx_buf_done(&buf);
    }
}

static void test_room_and_trim(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    cvx_buf_puts(&buf, "head ");
    char *room = cvx_buf_room(&buf, 1000);

    assert_ptr_equal(room, buf.data + 5);
    memset(room, 'r', 1000); /* all of it is ours, as ASan would tell */
    buf.len += 1000;
    cvx_buf_trim(&buf, buf.len);
    assert_int_equal(buf.len, 1005);
    assert_int_equal(buf.data[1005], '\0');
    cvx_buf_trim(&buf, 7);
    assert_buf(&buf, "head rr", 7);
    cvx_buf_clear(&buf);
    assert_buf(&buf, "", 0);
    cvx_buf_done(&buf);
    cvx_buf_trim(&buf, 0);
    assert_null(buf.data);
    cvx_buf_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_appends),
        cmocka_unit_test(test_nothing_is_an_empty_string),
        cmocka_unit_test(test_grows_by_every_size),
        cmocka_unit_test(test_printf_of_every_length),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_limit_of_one_large_put),
        cmocka_unit_test(test_size_that_overflows),
        cmocka_unit_test(test_room_and_trim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
