/* The allocation seam and the account of inflated parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

static void test_size_zero_is_a_pointer(void **state)
{
    void *p[] = {cvx_alloc(0), cvx_zalloc(0), cvx_alloc_array(0, 8),
                 cvx_alloc_array(8, 0), cvx_realloc_array(NULL, 0, 8)};

    (void)state;
    for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++) {
        assert_non_null(p[i]);
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal(p[i], p[j]);
    }
    for (size_t i = 0; i < sizeof(p) / sizeof(p[0]); i++)
        cvx_free(p[i]);
    cvx_free(NULL);
}

static void test_sizes_that_overflow(void **state)
{
    static const struct {
        size_t count, size;
    } cases[] = {{SIZE_MAX, 2},           {2, SIZE_MAX}, {SIZE_MAX / 2 + 1, 2},
                 {SIZE_MAX / 16 + 1, 16}, {SIZE_MAX, 1}, {(size_t)PTRDIFF_MAX + 1, 1}};
    char *p = cvx_strdup("kept");

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_null(cvx_alloc_array(cases[i].count, cases[i].size));
        assert_null(cvx_realloc_array(p, cases[i].count, cases[i].size));
        assert_string_equal(p, "kept");
    }
    assert_null(cvx_alloc(SIZE_MAX));
    assert_null(cvx_zalloc(SIZE_MAX));
    assert_null(cvx_memdup(p, SIZE_MAX));
    cvx_free(p);
}

static void test_zalloc_is_zero(void **state)
{
    static const char zeros[1000];

    (void)state;
    for (int i = 0; i < 20; i++) { /* memory that was used before, too */
        char *p = cvx_zalloc(sizeof(zeros));

        assert_non_null(p);
        assert_memory_equal(p, zeros, sizeof(zeros));
        memset(p, 0xFF, sizeof(zeros));
        cvx_free(p);
    }
}

static void test_copies(void **state)
{
    char *text = cvx_strdup("caf\xC3\xA9"), *bytes = cvx_memdup("a\0b\xFF", 4),
         *nothing = cvx_memdup(NULL, 0);

    (void)state;
    assert_string_equal(text, "caf\xC3\xA9");
    assert_memory_equal(bytes, "a\0b\xFF", 5);
    assert_string_equal(nothing, "");
    cvx_free(text);
    cvx_free(bytes);
    cvx_free(nothing);
}

static void test_realloc_keeps_contents(void **state)
{
    int *p = NULL;

    (void)state;
    for (size_t n = 1; n <= 1000; n++) {
        p = cvx_realloc_array(p, n, sizeof(*p));
        assert_non_null(p);
        p[n - 1] = (int)n;
    }
    p = cvx_realloc_array(p, 10, sizeof(*p));
    assert_non_null(p);
    for (int n = 0; n < 10; n++)
        assert_int_equal(p[n], n + 1);
    p = cvx_realloc_array(p, 0, sizeof(*p));
    assert_non_null(p);
    cvx_free(p);
}

static void test_reserve_bounds(void **state)
{
    (void)state;
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX + 1), -1);
    assert_int_equal(cvx_mem_reserve(SIZE_MAX), -1);
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX), 0);
    assert_int_equal(cvx_mem_reserve(0), 0); /* fits even now */
    cvx_mem_release(0);
    cvx_mem_release(CVX_INFLATED_MAX);
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX), 0); /* all was given back */
    cvx_mem_release(CVX_INFLATED_MAX);
}

/* Many threads that together want far more than there is. */
struct crowd {
    atomic_size_t used;
    atomic_int over, refused, rounds;
};

static void *crowd_member(void *arg)
{
    struct crowd *crowd = arg;

    for (size_t i = 0; i < 200; i++) {
        size_t size = CVX_INFLATED_MAX / 4 * (i % 4 + 1);

        if (cvx_mem_reserve(size) != 0) {
            atomic_fetch_add(&crowd->refused, 1);
            continue;
        }
        if (atomic_fetch_add(&crowd->used, size) + size > CVX_INFLATED_MAX)
            atomic_fetch_add(&crowd->over, 1);
        for (int turn = 0; turn < 4; turn++)
            sched_yield(); /* others get a chance to do wrong */
        atomic_fetch_add(&crowd->rounds, 1);
        atomic_fetch_sub(&crowd->used, size);
        cvx_mem_release(size);
    }
    return NULL;
}

static void test_reserve_never_exceeds_the_account(void **state)
{
    struct crowd crowd = {0};
    pthread_t threads[8];

    (void)state;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_member, &crowd), 0);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(atomic_load(&crowd.over), 0);
    assert_int_equal(atomic_load(&crowd.refused), 0);
    assert_int_equal(atomic_load(&crowd.rounds), 8 * 200);
    assert_int_equal(atomic_load(&crowd.used), 0);
    assert_int_equal(cvx_mem_reserve(CVX_INFLATED_MAX), 0);
    cvx_mem_release(CVX_INFLATED_MAX);
}

#ifdef CVX_FAULTS
static void test_fails_at_the_number(void **state)
{
    (void)state;
    for (long nth = 0; nth < 6; nth++) {
        char *p[6] = {0};

        cvx_mem_fail_at(nth);
        p[0] = cvx_alloc(1);
        p[1] = cvx_zalloc(1);
        p[2] = cvx_alloc_array(1, 1);
        p[3] = cvx_realloc_array(NULL, 1, 1);
        p[4] = cvx_strdup("x");
        p[5] = cvx_memdup("x", 1);
        assert_int_equal(cvx_mem_count(), 6);
        for (long i = 0; i < 6; i++) {
            assert_true((p[i] == NULL) == (i == nth));
            cvx_free(p[i]);
        }
    }
    cvx_mem_fail_at(-1);
    assert_int_equal(cvx_mem_count(), 0);
}

static void test_failed_realloc_keeps_the_old(void **state)
{
    char *p = cvx_strdup("kept");

    (void)state;
    cvx_mem_fail_at(0);
    assert_null(cvx_realloc_array(p, 100, 1));
    cvx_mem_fail_at(-1);
    assert_string_equal(p, "kept");
    cvx_free(p);
}

static void *allocate_many(void *arg)
{
    atomic_int *failed = arg;

    for (int i = 0; i < 1000; i++) {
        char *p = cvx_alloc(8);

        if (!p)
            atomic_fetch_add(failed, 1);
        cvx_free(p);
    }
    return NULL;
}

static void test_counts_over_all_threads(void **state)
{
    pthread_t threads[4];
    atomic_int failed = 0;

    (void)state;
    cvx_mem_fail_at(2500);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, allocate_many, &failed), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(cvx_mem_count(), 4000);
    cvx_mem_fail_at(-1);
    assert_int_equal(atomic_load(&failed), 1);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size_zero_is_a_pointer),
        cmocka_unit_test(test_sizes_that_overflow),
        cmocka_unit_test(test_zalloc_is_zero),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_realloc_keeps_contents),
        cmocka_unit_test(test_reserve_bounds),
        cmocka_unit_test(test_reserve_never_exceeds_the_account),
#ifdef CVX_FAULTS
        cmocka_unit_test(test_fails_at_the_number),
        cmocka_unit_test(test_failed_realloc_keeps_the_old),
        cmocka_unit_test(test_counts_over_all_threads),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
