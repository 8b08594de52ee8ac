/* Distinct spans keep the order in which they first came, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/limits.h>

#include "extract/span_set.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void add(struct cvx_span_set *set, const char *text, size_t len)
{
    assert_int_equal(cvx_span_set_add(set, (struct cvx_span){text, len}, NULL), CVX_OK);
}

static void test_order(void **state)
{
    static const char *const in[] = {"b", "a", "b", "", "ab", "a", "", "b\xff", "ab"};
    static const char *const out[] = {"b", "a", "", "ab", "b\xff"};
    struct cvx_span_set set;
    (void)state;

    cvx_span_set_init(&set, 1);
    for (size_t i = 0; i < COUNT(in); i++)
        add(&set, in[i], strlen(in[i]));
    assert_int_equal(set.count, COUNT(out));
    for (size_t i = 0; i < COUNT(out); i++) {
        struct cvx_span span = cvx_span_set_at(&set, i);
        assert_int_equal(span.len, strlen(out[i]));
        assert_memory_equal(span.p, out[i], span.len);
    }
    cvx_span_set_done(&set);
    assert_int_equal(set.count, 0);
    cvx_span_set_done(&set);
}

/* NULs are bytes like others, and lengths up to and over a word of the hash differ. */
static void test_bytes(void **state)
{
    static const char zeros[40];
    struct cvx_span_set set;
    (void)state;

    cvx_span_set_init(&set, 2);
    for (size_t len = 0; len < sizeof(zeros); len++) {
        add(&set, zeros, len);
        add(&set, zeros, len);
        assert_int_equal(set.count, len + 1);
    }
    cvx_span_set_done(&set);
}

/* The same set for every seed, growth included. */
static void test_many(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3; seed++) {
        struct cvx_span_set set;
        char text[32];
        cvx_span_set_init(&set, seed << 40);
        for (int i = 0; i < 30000; i++) {
            int len = snprintf(text, sizeof(text), "line %d", i % 10000);
            add(&set, text, (size_t)len);
        }
        assert_int_equal(set.count, 10000);
        for (size_t i = 0; i < set.count; i++) {
            int len = snprintf(text, sizeof(text), "line %zu", i);
            struct cvx_span span = cvx_span_set_at(&set, i);
            assert_int_equal(span.len, len);
            assert_memory_equal(span.p, text, span.len);
        }
        cvx_span_set_done(&set);
    }
}

static void test_limit(void **state)
{
    struct cvx_span_set set;
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_err err;
    (void)state;

    char *room = cvx_buf_room(&text, CVX_DOCUMENT_TEXT_MAX);
    assert_non_null(room);
    memset(room, 'x', CVX_DOCUMENT_TEXT_MAX);
    cvx_span_set_init(&set, 3);
    add(&set, room, CVX_DOCUMENT_TEXT_MAX - 1);
    add(&set, "y", 1);
    add(&set, "y", 1);
    assert_int_equal(cvx_span_set_add(&set, (struct cvx_span){"z", 1}, &err), CVX_ELIMIT);
    assert_string_equal(cvx_err_root(&err),
                        "distinct lines of 67108865 bytes in all, the limit is 67108864");
    assert_int_equal(set.count, 2);
    cvx_span_set_done(&set);
    cvx_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
