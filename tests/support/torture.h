/* The torture loop: a body is run once for each allocation it makes, with that allocation
 * failing. Builds with CVX_FAULTS only. Thread: the test's. */
#ifndef CVX_TEST_TORTURE_H
#define CVX_TEST_TORTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cvextract/err.h>
#include <cvextract/mem.h>

/* The body returns CVX_OK or what failed, and frees all it made either way (ASan checks
 * that). It must succeed undisturbed, and answer each failing allocation with CVX_ENOMEM. */
static inline void torture(int (*body)(void))
{
    cvx_mem_fail_at(-1);
    assert_int_equal(body(), CVX_OK);

    long n = cvx_mem_count();

    assert_true(n > 0);
    for (long i = 0; i < n; i++) {
        cvx_mem_fail_at(i);
        int rc = body();

        cvx_mem_fail_at(-1);
        if (rc != CVX_ENOMEM)
            fail_msg("allocation %ld of %ld failed, the answer was %d", i, n, rc);
    }
    assert_int_equal(body(), CVX_OK);
}

#endif
