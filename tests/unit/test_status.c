/* The text of the live line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <report/reporters.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MS INT64_C(1000000)
#define S (1000 * MS)

static const struct {
    struct cvx_totals totals;
    int64_t mono_ns;
    int columns;
    const char *want;
} k_cases[] = {
    /* Nothing done yet: no forecast. */
    {{.total = 20, .in_flight = 8},
     0,
     200,
     "0/20 done | 0 failed | 8 in flight | elapsed 0:00"},
    {{.total = 20, .in_flight = 8},
     3 * S,
     200,
     "0/20 done | 0 failed | 8 in flight | elapsed 0:03"},
    /* 5 in 12.5 s: 15 more in 37.5 s, rounded up. */
    {{.total = 20, .full = 3, .partial = 1, .failed = 1, .in_flight = 8},
     12500 * MS,
     200,
     "5/20 done | 1 failed | 8 in flight | elapsed 0:12 | ETA 0:38"},
    {{.total = 20, .full = 10, .in_flight = 8, .calls_in_flight = 7},
     4000 * S,
     200,
     "10/20 done | 0 failed | 8 in flight | 7 calls | elapsed 1:06:40 | ETA 1:06:40"},
    {{.total = 1000000, .full = 1, .in_flight = 1},
     3599 * S,
     200,
     "1/1000000 done | 0 failed | 1 in flight | elapsed 59:59"},
    {{.total = 2, .full = 2},
     1 * S,
     200,
     "2/2 done | 0 failed | 0 in flight | elapsed 0:01"},
    /* Stopped before the end: those not done are no longer awaited, but neither counted. */
    {{.total = 2, .full = 1},
     100 * 3600 * S,
     200,
     "1/2 done | 0 failed | 0 in flight | elapsed 100:00:00 | ETA 100:00:00"},
    /* Exactly as wide as the text, then one less: the last part goes. */
    {{.total = 20, .full = 10, .in_flight = 8},
     4 * S,
     61,
     "10/20 done | 0 failed | 8 in flight | elapsed 0:04 | ETA 0:04"},
    {{.total = 20, .full = 10, .in_flight = 8},
     4 * S,
     60,
     "10/20 done | 0 failed | 8 in flight | elapsed 0:04"},
    {{.total = 20, .full = 10, .in_flight = 8}, 4 * S, 12, "10/20 done"},
    {{.total = 20, .full = 10, .in_flight = 8}, 4 * S, 9, "0 failed"},
    {{.total = 20, .full = 10, .in_flight = 8}, 4 * S, 7, ""},
    /* The API side: limits where they are known, retries where there were any. */
    {{.total = 20,
      .full = 10,
      .in_flight = 8,
      .calls_in_flight = 7,
      .calls_queued = 12,
      .retries = 3,
      .rpm = 500,
      .rpm_now = 479.6,
      .tpm = 2000000,
      .tpm_now = 12345},
     4 * S,
     200,
     "10/20 done | 0 failed | 8 in flight | 7 calls, 12 waiting | rpm 480/500 | tpm "
     "12k/2000k | 3 retries | elapsed 0:04 | ETA 0:04"},
    {{.total = 20, .in_flight = 8, .calls_queued = 1, .rpm_now = 6, .tpm_now = 9999.4},
     4 * S,
     200,
     "0/20 done | 0 failed | 8 in flight | 0 calls, 1 waiting | rpm 6 | tpm 9999 | "
     "elapsed "
     "0:04"},
    {{.total = 20, .in_flight = 8, .rpm = 60, .tpm = 1e12, .tpm_now = 9999.5},
     4 * S,
     200,
     "0/20 done | 0 failed | 8 in flight | rpm 0/60 | tpm 10k/1000G | elapsed 0:04"},
    {{.total = 20, .in_flight = 8, .tpm = 1e300},
     4 * S,
     200,
     "0/20 done | 0 failed | 8 in flight | tpm 0/9999G | elapsed 0:04"},
    /* On a narrow line the times stay, the rates go. */
    {{.total = 20, .full = 10, .in_flight = 8, .calls_in_flight = 7, .rpm_now = 480},
     4 * S,
     81,
     "10/20 done | 0 failed | 8 in flight | 7 calls | rpm 480 | elapsed 0:04 | ETA 0:04"},
    {{.total = 20, .full = 10, .in_flight = 8, .calls_in_flight = 7, .rpm_now = 480},
     4 * S,
     80,
     "10/20 done | 0 failed | 8 in flight | 7 calls | elapsed 0:04 | ETA 0:04"},
    {{.total = 20, .full = 10, .in_flight = 8, .calls_in_flight = 7, .rpm_now = 480},
     4 * S,
     70,
     "10/20 done | 0 failed | 8 in flight | elapsed 0:04 | ETA 0:04"},
    {{.total = 20}, 4 * S, 0, ""},
    {{.total = 20}, 4 * S, -1, ""},
};

static void test_print(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_cases); i++) {
        struct cvx_event tick = {.type = CVX_EVENT_TICK,
                                 .mono_ns = k_cases[i].mono_ns,
                                 .totals = &k_cases[i].totals};
        struct cvx_buf buf = CVX_BUF_INIT;

        cvx_buf_puts(&buf, "> ");
        cvx_status_print(&tick, k_cases[i].columns, &buf);
        assert_int_equal(cvx_buf_check(&buf, NULL), CVX_OK);
        assert_string_equal(buf.data + 2, k_cases[i].want);
        cvx_buf_done(&buf);
    }
}

/* Whatever the width: never wider, ASCII, no part that is not whole. */
static void test_widths(void **state)
{
    static const struct cvx_totals totals = {.total = 12345,
                                             .full = 2345,
                                             .failed = 67,
                                             .in_flight = 890,
                                             .calls_in_flight = 12,
                                             .calls_queued = 34,
                                             .retries = 5,
                                             .rpm = 480,
                                             .rpm_now = 440,
                                             .tpm = 200000,
                                             .tpm_now = 123456};
    struct cvx_event tick = {.mono_ns = 4321 * S, .totals = &totals};
    char whole[256];
    struct cvx_buf buf = CVX_BUF_INIT;

    (void)state;
    cvx_status_print(&tick, 255, &buf);
    assert_in_range(buf.len, 1, sizeof(whole) - 1);
    memcpy(whole, buf.data, buf.len + 1);
    for (int columns = 0; columns < 180; columns++) {
        cvx_buf_clear(&buf);
        cvx_buf_puts(&buf, "");
        cvx_status_print(&tick, columns, &buf);
        assert_true(buf.len <= (size_t)columns);
        for (char *part = buf.data, *end; *part; part = end) {
            end = strstr(part, " | ");
            size_t len = end ? (size_t)(end - part) : strlen(part);
            char piece[64];

            assert_true(len > 0 && len < sizeof(piece));
            memcpy(piece, part, len);
            piece[len] = '\0';
            const char *at = strstr(whole, piece);

            assert_non_null(at);
            assert_true(at[len] == '\0' || at[len] == ' ');
            end = end ? end + 3 : part + len;
        }
    }
    cvx_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_widths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
