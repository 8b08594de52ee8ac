/* Rate-limit headers: every form seen on the wire, and what must count as not told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rates.h"

enum { HEADERS_MAX = 12 };

/* 2026-11-24 12:00:00 UTC */
static const double k_wall = 1795521600;

static struct cvx_rates read_reply(int status, const struct cvx_header *headers,
                                   char *body)
{
    struct cvx_header copy[HEADERS_MAX];
    struct cvx_reply reply = {.status = status, .headers = copy};
    struct cvx_rates rates;

    for (; headers && headers[reply.n_headers].name; reply.n_headers++)
        copy[reply.n_headers] = headers[reply.n_headers];
    if (body)
        reply.body = (struct cvx_buf){.data = body, .len = strlen(body)};
    cvx_rates_read(&reply, k_wall, &rates);
    return rates;
}

static void near(const char *what, double is, double wanted)
{
    if (!(fabs(is - wanted) <= 1e-9 * fmax(1, fabs(wanted))))
        fail_msg("%s: %.12g, not %.12g", what, is, wanted);
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } cases[] = {
        {"12ms", 0.012},
        {"9ms", 0.009},
        {"1s", 1},
        {"6m0s", 360},
        {"11m32.334s", 692.334},
        {"1h2m3.5s", 3723.5},
        {"1h", 3600},
        {"250us", 250e-6},
        {"250\xC2\xB5s", 250e-6},
        {"7ns", 7e-9},
        {"1d", 86400},
        {"1d2h", 93600},
        {"0s", 0},
        {".5s", 0.5},
        {"1.s", 1},
        {"7", 7}, /* Azure, LiteLLM */
        {"7.25", 7.25},
        {"0", 0},
        {"  20s ", 20},
        {" 20\t", 20},
        {"1M", 60},
        {"-1", -1},
        {"-3s", -1},
        {"", -1},
        {" ", -1},
        {".", -1},
        {"s", -1},
        {"1fortnight", -1},
        {"1s2", -1},
        {"1 s", -1},
        {"1s!", -1},
        {"nan", -1},
        {"inf", -1},
        {"0x10", -1},
        {"1e3", -1},
        {"1,5", -1},
        {"8784h", 31622400}, /* a year of 366 days */
        {"8784h1s", -1},     /* absurd */
        {"99999999999999", -1},
        {NULL, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        near(cases[i].text ? cases[i].text : "(null)", cvx_rates_duration(cases[i].text),
             cases[i].seconds);
}

/* A number too long for any double is absurd, not infinite. */
static void test_endless_digits(void **state)
{
    static char digits[2000];

    (void)state;
    memset(digits, '9', sizeof(digits) - 1);
    near("digits", cvx_rates_duration(digits), -1);
    near("limit",
         read_reply(
             200,
             (const struct cvx_header[]){{"x-ratelimit-limit-requests", digits}, {0}},
             NULL)
             .requests.limit,
         -1);
}

#define L "x-ratelimit-limit-requests"
#define R "x-ratelimit-remaining-requests"
#define S "x-ratelimit-reset-requests"

static void test_limits(void **state)
{
    static const struct {
        const char *limit, *remaining, *reset;
        struct cvx_rate rate;
    } cases[] = {
        {"5000", "4999", "12ms", {5000, 4999, 0.012}},
        {"60", "59", "1s", {60, 59, 1}},
        {"6000", "6000", "0s", {6000, 6000, 0}}, /* full */
        {"6000", "0", "6m0s", {6000, 0, 360}},   /* empty, and known to be */
        {"6000.0", "12.5", "3", {6000, 12.5, 3}},
        {"-1", "-1", "0", {-1, -1, -1}}, /* Azure knows nothing */
        {"0", "0", "0", {-1, -1, -1}},
        {"-1", "17", "5", {-1, 17, 5}},
        {"100", "-1", "0", {100, -1, -1}},
        {"100", "50", "0", {100, 50, -1}}, /* half empty is not full in no time */
        {"100", "5999", "1s", {100, 100, 1}},
        {"100", NULL, NULL, {100, -1, -1}},
        {NULL, "0", NULL, {-1, -1, -1}},
        {NULL, "3", "1s", {-1, 3, 1}},
        {NULL, NULL, NULL, {-1, -1, -1}},
        {"unlimited", "99999999999999999999999", "1fortnight", {-1, -1, -1}},
        {"", "", "", {-1, -1, -1}},
        {"nan", "inf", "-0", {-1, -1, -1}},
        {"6,000", "1 2", "1", {-1, -1, 1}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_header headers[4] = {0};
        size_t n = 0;

        if (cases[i].limit)
            headers[n++] = (struct cvx_header){L, cases[i].limit};
        if (cases[i].remaining)
            headers[n++] =
                (struct cvx_header){"X-RateLimit-Remaining-Requests", cases[i].remaining};
        if (cases[i].reset)
            headers[n++] = (struct cvx_header){S, cases[i].reset};

        struct cvx_rates rates = read_reply(200, headers, NULL);
        char name[64];

        snprintf(name, sizeof(name), "case %zu", i);
        near(name, rates.requests.limit, cases[i].rate.limit);
        near(name, rates.requests.remaining, cases[i].rate.remaining);
        near(name, rates.requests.reset_s, cases[i].rate.reset_s);
        near(name, rates.tokens.limit, -1);
        assert_int_equal(rates.status, 200);
    }
}

/* The tighter of the model's and the project's tokens. */
static void test_project(void **state)
{
    static const struct {
        const char *model[3], *project[3];
        struct cvx_rate tokens;
    } cases[] = {
        {{"200000", "150000", "15s"}, {"100000", "40000", "36s"}, {100000, 40000, 36}},
        {{"100000", "40000", "36s"}, {"200000", "150000", "15s"}, {100000, 40000, 36}},
        /* each narrower in one: no single bucket has these figures */
        {{"100000", "90000", "6s"}, {"200000", "5000", "58s"}, {100000, 5000, -1}},
        {{"100000", "90000", "6s"}, {NULL, NULL, NULL}, {100000, 90000, 6}},
        {{NULL, NULL, NULL}, {"100000", "90000", "6s"}, {100000, 90000, 6}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static const char *const names[] = {
            "x-ratelimit-limit-tokens",
            "x-ratelimit-remaining-tokens",
            "x-ratelimit-reset-tokens",
            "x-ratelimit-limit-project-tokens",
            "x-ratelimit-remaining-project-tokens",
            "x-ratelimit-reset-project-tokens",
        };
        struct cvx_header headers[7] = {0};
        size_t n = 0;

        for (size_t k = 0; k < 6; k++) {
            const char *value = k < 3 ? cases[i].model[k] : cases[i].project[k - 3];

            if (value)
                headers[n++] = (struct cvx_header){names[k], value};
        }

        struct cvx_rates rates = read_reply(200, headers, NULL);

        near("limit", rates.tokens.limit, cases[i].tokens.limit);
        near("remaining", rates.tokens.remaining, cases[i].tokens.remaining);
        near("reset", rates.tokens.reset_s, cases[i].tokens.reset_s);
    }
}

static void test_retry_after(void **state)
{
    static const struct {
        const char *ms, *after;
        double seconds;
    } cases[] = {
        {NULL, NULL, -1},
        {NULL, "0", 0},
        {NULL, "20", 20},
        {NULL, "0.250", 0.25},
        {NULL, " 3 ", 3},
        {NULL, "1.5s", 1.5},
        {"250", NULL, 0.25},
        {"12.5", "20", 0.0125},
        {"0", "20", 0},
        {"-5", "20", 20},
        {"soon", "20", 20},
        {"nan", NULL, -1},
        {"99999999999999999", "2", 2}, /* absurd */
        {NULL, "-1", -1},
        {NULL, "inf", -1},
        {NULL, "1e400", -1},
        {NULL, "31622401", -1}, /* over a year */
        {NULL, "31622400", 31622400},
        {NULL, "Tue, 24 Nov 2026 12:00:30 GMT", 30},
        {NULL, "Tuesday, 24-Nov-26 12:01:00 GMT", 60},
        {NULL, "Tue Nov 24 12:00:05 2026", 5},
        {NULL, "Sun, 06 Nov 1994 08:49:37 GMT", 0}, /* past: now */
        {NULL, "Tue, 24 Nov 2099 12:00:30 GMT", -1},
        {NULL, "Tue, 24 Nix 2026 12:00:30 GMT", -1},
        {NULL, "Tue, 24 Nov 2026 25:00:30 GMT", -1},
        {NULL, "Tue, 42 Nov 2026 12:00:30 GMT", -1},
        {NULL, "Tue, 24 Nov 2026", -1},
        {NULL, "", -1},
        {NULL, "later", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_header headers[3] = {0};
        size_t n = 0;

        if (cases[i].ms)
            headers[n++] = (struct cvx_header){"Retry-After-Ms", cases[i].ms};
        if (cases[i].after)
            headers[n++] = (struct cvx_header){"Retry-After", cases[i].after};
        near(cases[i].after ? cases[i].after : "no Retry-After",
             read_reply(503, headers, NULL).retry_after_s, cases[i].seconds);
    }
}

static void test_should_retry(void **state)
{
    static const struct {
        const char *text;
        int wanted;
    } cases[] = {{"true", 1}, {"True", 1}, {" false", 0}, {"FALSE", 0},
                 {"", -1},    {"1", -1},   {"maybe", -1}};

    (void)state;
    assert_int_equal(read_reply(500, NULL, NULL).should_retry, -1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct cvx_header headers[] = {{"x-should-retry", cases[i].text}, {0}};

        assert_int_equal(read_reply(500, headers, NULL).should_retry, cases[i].wanted);
    }
}

struct text_case {
    const char *body;
    enum cvx_rates_spent spent;
    double requests, tokens, retry_after_s;
};

static const struct text_case k_texts[] = {
    {"{\"error\":{\"message\":\"Rate limit reached for m in organization o on requests "
     "per "
     "min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. Visit x\","
     "\"type\":\"requests\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}",
     CVX_RATES_REQUESTS, 3, -1, 20},
    {"{\"error\":{\"message\":\"Rate limit reached for m on tokens per min (TPM): Limit "
     "40000, Used 39000, Requested 2000. Please try again in 1.5s.\"}}",
     CVX_RATES_TOKENS, -1, 40000, 1.5},
    {"{\"error\":{\"message\":\"Please try again in 6m0s.\",\"type\":\"tokens\"}}",
     CVX_RATES_TOKENS, -1, -1, 360},
    {"{\"error\":{\"message\":\"m\",\"type\": \"requests\"}}", CVX_RATES_REQUESTS, -1, -1,
     -1},
    /* a day's limit says nothing of a minute's */
    {"on requests per day (RPD): Limit 200, Used 200, Requested 1.", CVX_RATES_UNTOLD, -1,
     -1, -1},
    {"on requests per min (RPM): Limit unknown. Please try again in a while.",
     CVX_RATES_REQUESTS, -1, -1, -1},
    {"(TPM): Limit 0, Used 0", CVX_RATES_TOKENS, -1, -1, -1},
    {"<html>429 Too Many Requests</html>", CVX_RATES_UNTOLD, -1, -1, -1},
    {"", CVX_RATES_UNTOLD, -1, -1, -1},
};

/* Where headers are missing, the sentence of a 429 tells; and of a 429 only. */
static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(k_texts) / sizeof(k_texts[0]); i++) {
        char body[512];

        snprintf(body, sizeof(body), "%s", k_texts[i].body);

        struct cvx_rates rates = read_reply(429, NULL, body);

        assert_int_equal(rates.spent, k_texts[i].spent);
        near("requests", rates.requests.limit, k_texts[i].requests);
        near("tokens", rates.tokens.limit, k_texts[i].tokens);
        near("again", rates.retry_after_s, k_texts[i].retry_after_s);
        rates = read_reply(500, NULL, body);
        assert_int_equal(rates.spent, CVX_RATES_UNTOLD);
        near("requests", rates.requests.limit, -1);
        near("again", rates.retry_after_s, -1);
    }
}

static void test_headers_win(void **state)
{
    const struct cvx_header headers[] = {
        {L, "60"}, {R, "0"}, {S, "1s"}, {"retry-after", "2"}, {0}};
    char body[512];

    (void)state;
    snprintf(body, sizeof(body), "%s", k_texts[0].body);

    struct cvx_rates rates = read_reply(429, headers, body);

    near("limit", rates.requests.limit, 60);
    near("remaining", rates.requests.remaining, 0);
    near("again", rates.retry_after_s, 2);
    assert_int_equal(rates.spent, CVX_RATES_REQUESTS);
}

/* A long body is looked at in part, and never past its end. */
static void test_long_body(void **state)
{
    static char body[100000];

    (void)state;
    memset(body, 'x', sizeof(body) - 1);
    memcpy(body + sizeof(body) - 20, "(RPM): Limit 7, ", 16);
    assert_int_equal(read_reply(429, NULL, body).spent, CVX_RATES_UNTOLD);
    memcpy(body, "(RPM): Limit 7, ", 16);
    near("limit", read_reply(429, NULL, body).requests.limit, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),   cmocka_unit_test(test_endless_digits),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_project),
        cmocka_unit_test(test_retry_after), cmocka_unit_test(test_should_retry),
        cmocka_unit_test(test_text),        cmocka_unit_test(test_headers_win),
        cmocka_unit_test(test_long_body),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
