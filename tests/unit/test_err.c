/* The chain of causes: order, cutting, mapping of errno, what a person reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/err.h>
#include <cvextract/text.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void test_init_is_empty(void **state)
{
    struct cvx_err err;
    char text[32];

    (void)state;
    memset(&err, 0xA5, sizeof(err)); /* as uninitialised memory may look */
    cvx_err_init(&err);
    assert_int_equal(err.rc, CVX_OK);
    assert_int_equal(err.depth, 0);
    assert_string_equal(cvx_err_root(&err), "");
    assert_string_equal(cvx_err_text(&err, text, sizeof(text)), "");
}

static void test_fail_starts_a_new_chain(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    assert_int_equal(cvx_fail(&err, CVX_EIO, "old"), CVX_EIO);
    assert_int_equal(cvx_wrap(&err, "old circumstance"), CVX_EIO);
    assert_int_equal(cvx_fail(&err, CVX_EFORMAT, "part %d of '%s'", 7, "a.docx"),
                     CVX_EFORMAT);
    assert_int_equal(err.rc, CVX_EFORMAT);
    assert_int_equal(err.depth, 1);
    assert_string_equal(err.frame[0].text, "part 7 of 'a.docx'");
    assert_non_null(strstr(err.frame[0].file, "test_err.c"));
    assert_in_range(err.frame[0].line, 1, __LINE__);
}

static void test_without_a_chain(void **state)
{
    struct cvx_err err;
    char text[8] = "before";

    (void)state;
    assert_int_equal(cvx_fail(NULL, CVX_ELIMIT, "%s", "x"), CVX_ELIMIT);
    assert_int_equal(cvx_fail_errno(NULL, ENOSPC, "%s", "x"), CVX_ENOSPC);
    assert_int_equal(cvx_wrap(NULL, "%s", "x"), CVX_EINTERNAL);
    assert_string_equal(cvx_err_root(NULL), "");
    assert_string_equal(cvx_err_text(NULL, text, sizeof(text)), "");

    cvx_err_init(&err);
    assert_int_equal(cvx_wrap(&err, "nothing below"), CVX_EINTERNAL);
    assert_int_equal(err.rc, CVX_EINTERNAL);
    assert_string_equal(cvx_err_root(&err), "nothing below");
}

static void test_a_failure_is_never_success(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    assert_int_equal(cvx_fail(&err, CVX_OK, "x"), CVX_EINTERNAL);
    assert_int_equal(err.rc, CVX_EINTERNAL);
    assert_int_equal(cvx_fail(NULL, CVX_OK, "x"), CVX_EINTERNAL);
}

static void test_argument_from_the_chain_itself(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "disk");
    cvx_fail(&err, CVX_EFORMAT, "again: %s", cvx_err_root(&err));
    assert_string_equal(cvx_err_root(&err), "again: disk");
}

static void test_full_chain_keeps_root_and_newest(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "frame 0");
    for (int i = 1; i < CVX_ERR_DEPTH + 3; i++) {
        assert_int_equal(cvx_wrap(&err, "frame %d", i), CVX_EIO);
        assert_int_equal(err.depth, i < CVX_ERR_DEPTH ? i + 1 : CVX_ERR_DEPTH);
    }
    assert_string_equal(cvx_err_root(&err), "frame 0");
    assert_string_equal(err.frame[CVX_ERR_DEPTH - 2].text, "frame 3");
    assert_string_equal(err.frame[CVX_ERR_DEPTH - 1].text, "frame 7");
}

static void test_copy_is_independent(void **state)
{
    struct cvx_err err, copy;

    (void)state;
    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "first");
    copy = err;
    cvx_fail(&err, CVX_EIO, "second");
    assert_string_equal(cvx_err_root(&copy), "first");
}

/* A text of `ascii` letters, then two-byte characters without end. */
static void test_long_text_is_cut_at_a_character(void **state)
{
    char text[CVX_ERR_TEXT * 2];
    struct cvx_err err;

    (void)state;
    for (size_t ascii = 0; ascii < 4; ascii++) {
        memset(text, 'x', ascii);
        for (size_t i = ascii; i + 2 < sizeof(text); i += 2)
            memcpy(text + i, "\xC3\xA9\0", 3);
        cvx_err_init(&err);
        cvx_fail(&err, CVX_EIO, "%s", text);

        const char *cut = err.frame[0].text;
        size_t len = strlen(cut);

        assert_in_range(len, CVX_ERR_TEXT - 3, CVX_ERR_TEXT - 1);
        assert_string_equal(cut + len - 3, "...");
        assert_true(cvx_text_is_utf8(cut, len));
        assert_memory_equal(cut, text, len - 3);
    }
}

static void test_longest_text_is_whole(void **state)
{
    char text[CVX_ERR_TEXT];
    struct cvx_err err;

    (void)state;
    memset(text, 'y', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "%s", text);
    assert_string_equal(err.frame[0].text, text);
    cvx_fail(&err, CVX_EIO, "%s!", text);
    assert_string_equal(err.frame[0].text + CVX_ERR_TEXT - 5, "y...");
}

static void test_fail_errno(void **state)
{
    static const struct {
        int errnum;
        enum cvx_rc rc;
        const char *text;
    } cases[] = {
        {ENOSPC, CVX_ENOSPC, "write 'a': No space left on device"},
        {EDQUOT, CVX_ENOSPC, "write 'a': Disk quota exceeded"},
        {EROFS, CVX_ENOSPC, "write 'a': Read-only file system"},
        {ENOMEM, CVX_ENOMEM, "write 'a': Cannot allocate memory"},
        {EACCES, CVX_EIO, "write 'a': Permission denied"},
        {ENOENT, CVX_EIO, "write 'a': No such file or directory"},
        {54321, CVX_EIO, "write 'a': Unknown error 54321"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_err err;

        cvx_err_init(&err);
        cvx_fail(&err, CVX_EFORMAT, "dropped");
        assert_int_equal(cvx_fail_errno(&err, cases[i].errnum, "write '%s'", "a"),
                         cases[i].rc);
        assert_int_equal(err.rc, cases[i].rc);
        assert_int_equal(err.depth, 1);
        assert_string_equal(cvx_err_root(&err), cases[i].text);
    }
}

static void test_fail_errno_keeps_the_reason(void **state)
{
    static const char end[] = "...: No space left on device";
    char path[CVX_ERR_TEXT * 2];
    struct cvx_err err;

    (void)state;
    memset(path, 'p', sizeof(path));
    for (size_t len = CVX_ERR_TEXT - 40; len < sizeof(path); len++) {
        cvx_err_init(&err);
        cvx_fail_errno(&err, ENOSPC, "%.*s", (int)len, path);

        size_t got = strlen(cvx_err_root(&err));
        size_t reason = strlen(end) - 3;

        assert_int_equal(got,
                         len + reason < CVX_ERR_TEXT ? len + reason : CVX_ERR_TEXT - 1);
        assert_string_equal(cvx_err_root(&err) + got - reason, end + 3);
        if (len + reason >= CVX_ERR_TEXT)
            assert_string_equal(cvx_err_root(&err) + got - strlen(end), end);
    }
}

static void test_text_joins_outermost_first(void **state)
{
    static const struct {
        const char *frames[CVX_ERR_DEPTH]; /* root first */
        const char *text;
    } cases[] = {
        {{"root"}, "root"},
        {{"root", "middle", "outer"}, "outer: middle: root"},
        {{"root", "same", "same"}, "same: root"},
        {{"same", "same", "same"}, "same"},
        {{"a", "b", "a"}, "a: b: a"},
        {{"root", "", ""}, "root"},
        {{"", "outer"}, "outer"},
        {{"same", "", "same"}, "same"},
        {{""}, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_err err;
        char text[64];

        cvx_err_init(&err);
        cvx_fail(&err, CVX_EIO, "%s", cases[i].frames[0]);
        for (int f = 1; f < CVX_ERR_DEPTH && cases[i].frames[f]; f++)
            cvx_wrap(&err, "%s", cases[i].frames[f]);
        assert_ptr_equal(cvx_err_text(&err, text, sizeof(text)), text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_text_fits_any_room(void **state)
{
    static const char whole[] = "\xC3\xA9\xC3\xA9: \xE2\x82\xAC\xF0\x9F\x98\x80";
    struct cvx_err err;
    char text[sizeof(whole) + 4];

    (void)state;
    cvx_err_init(&err);
    cvx_fail(&err, CVX_EIO, "%s", "\xE2\x82\xAC\xF0\x9F\x98\x80");
    cvx_wrap(&err, "%s", "\xC3\xA9\xC3\xA9");
    for (size_t size = 0; size < sizeof(text); size++) {
        memset(text, '#', sizeof(text));
        cvx_err_text(&err, text, size);
        assert_int_equal(text[size], '#');
        if (size == 0)
            continue;

        size_t len = strnlen(text, size);

        assert_true(len < size);
        assert_true(cvx_text_is_utf8(text, len));
        if (size >= sizeof(whole))
            assert_string_equal(text, whole);
        else if (size > 3)
            assert_string_equal(text + len - 3, "...");
    }
}

static void test_rc_names_differ(void **state)
{
    (void)state;
    for (int a = CVX_EINTERNAL; a <= CVX_OK; a++) {
        assert_string_not_equal(cvx_rc_name((enum cvx_rc)a), "unknown");
        for (int b = CVX_EINTERNAL; b < a; b++)
            assert_string_not_equal(cvx_rc_name((enum cvx_rc)a),
                                    cvx_rc_name((enum cvx_rc)b));
    }
    assert_string_equal(cvx_rc_name(CVX_EFORMAT), "format");
    assert_string_equal(cvx_rc_name(CVX_ELIMIT), "limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init_is_empty),
        cmocka_unit_test(test_fail_starts_a_new_chain),
        cmocka_unit_test(test_without_a_chain),
        cmocka_unit_test(test_a_failure_is_never_success),
        cmocka_unit_test(test_argument_from_the_chain_itself),
        cmocka_unit_test(test_full_chain_keeps_root_and_newest),
        cmocka_unit_test(test_copy_is_independent),
        cmocka_unit_test(test_long_text_is_cut_at_a_character),
        cmocka_unit_test(test_longest_text_is_whole),
        cmocka_unit_test(test_fail_errno),
        cmocka_unit_test(test_fail_errno_keeps_the_reason),
        cmocka_unit_test(test_text_joins_outermost_first),
        cmocka_unit_test(test_text_fits_any_room),
        cmocka_unit_test(test_rc_names_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
