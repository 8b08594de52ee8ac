/* Which failures are tried again, and after how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backoff.h"

enum { N = CVX_BACKOFF_NEVER, T = CVX_BACKOFF_TRANSIENT };

static int wanted(int status)
{
    static const int transient[] = {408, 409, 500, 502, 504};

    if (status == 429)
        return CVX_BACKOFF_LIMITED;
    if (status == 503)
        return CVX_BACKOFF_OVERLOAD;
    for (size_t i = 0; i < sizeof(transient) / sizeof(transient[0]); i++)
        if (status == transient[i])
            return T;
    return status >= 520 && status <= 530 ? T : N;
}

static void test_every_status(void **state)
{
    const struct cvx_rates untold = {.should_retry = -1};

    (void)state;
    for (int status = 0; status < 700; status++) {
        if ((int)cvx_backoff_status(status, &untold) != wanted(status))
            fail_msg("status %d is of class %d", status,
                     (int)cvx_backoff_status(status, &untold));
        assert_int_equal(cvx_backoff_status(status, NULL), wanted(status));
    }
    assert_int_equal(wanted(400), N);
    assert_int_equal(wanted(401), N);
    assert_int_equal(wanted(403), N);
    assert_int_equal(wanted(404), N);
    assert_int_equal(wanted(422), N);
    assert_int_equal(wanted(501), N);
    assert_int_equal(wanted(519), N);
    assert_int_equal(wanted(531), N);
}

static void test_should_retry_overrides(void **state)
{
    static const struct {
        int status, yes, no;
    } cases[] = {
        {400, T, N},
        {401, T, N},
        {422, T, N},
        {501, T, N},
        {500, T, N},
        {429, CVX_BACKOFF_LIMITED, N}, /* asked for again, but by the lane's clock */
        {503, CVX_BACKOFF_OVERLOAD, N},
        {200, N, N},
        {204, N, N},
    };
    const struct cvx_rates yes = {.should_retry = 1}, no = {.should_retry = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(cvx_backoff_status(cases[i].status, &yes), cases[i].yes);
        assert_int_equal(cvx_backoff_status(cases[i].status, &no), cases[i].no);
    }
}

static void test_faults(void **state)
{
    static const struct {
        enum cvx_http_fault fault;
        int class;
    } cases[] = {
        {CVX_HTTP_OK, N},        {CVX_HTTP_CANCELED, N},
        {CVX_HTTP_CONNECT, T},   {CVX_HTTP_RESOLVE, T},
        {CVX_HTTP_TIMEOUT, T},   {CVX_HTTP_SEND, T},
        {CVX_HTTP_TRUNCATED, T}, {CVX_HTTP_TLS, CVX_BACKOFF_STOP},
        {CVX_HTTP_TOO_BIG, N},   {CVX_HTTP_URL, CVX_BACKOFF_STOP},
        {CVX_HTTP_REDIRECT, N},  {CVX_HTTP_INTERNAL, N},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(cvx_backoff_fault(cases[i].fault), cases[i].class);
}

static const double k_almost_1 = 0.99999999;

static void test_jitter(void **state)
{
    static const double caps_s[] = {0.75, 1.5, 3, 6, 12, 20, 20, 20};

    (void)state;
    for (unsigned i = 0; i < sizeof(caps_s) / sizeof(caps_s[0]); i++) {
        int64_t most = cvx_backoff_delay(i + 1, -1, k_almost_1);

        assert_true(most <= (int64_t)(caps_s[i] * 1e9));
        assert_true(most > (int64_t)(caps_s[i] * 0.999e9));
        assert_int_equal(cvx_backoff_delay(i + 1, -1, 0), 250000000);
        assert_int_equal(cvx_backoff_delay(i + 1, -1, 0.5), (int64_t)(caps_s[i] * 0.5e9));
    }
    assert_true(cvx_backoff_delay(0, -1, k_almost_1) <= 750000000);
    assert_true(cvx_backoff_delay(4000000000u, -1, k_almost_1) <= 20000000000);
    assert_true(cvx_backoff_delay(4000000000u, -1, k_almost_1) > 19000000000);
}

static void test_hints(void **state)
{
    static const struct {
        double hint_s;
        int64_t ns;
    } cases[] = {
        {0, 0},
        {0.0000000001, 1}, /* never earlier than told */
        {0.25, 250000000},
        {20, 20000000000},
        {119.5, 119500000000},
        {120, 120000000000},
        {120.001, -1},
        {3600, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (unsigned attempts = 1; attempts < 9; attempts++)
            assert_int_equal(cvx_backoff_delay(attempts, cases[i].hint_s, 0.7),
                             cases[i].ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status),
        cmocka_unit_test(test_should_retry_overrides),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_jitter),
        cmocka_unit_test(test_hints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
