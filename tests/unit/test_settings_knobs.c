/* The knobs of --openai: each into its field, strict about every value; and the tables in
 * --help and README say what the parser does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#include "settings_knobs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS_MAX 24

/* The words of a line, parted by blanks; '' is the empty word. */
static int read_line(const char *line, struct cvx_api_options *api, struct cvx_err *err)
{
    char text[512], *words[WORDS_MAX];
    struct cvx_cli_given given = {.words = words};

    assert_true(strlen(line) < sizeof(text));
    memcpy(text, line, strlen(line) + 1);
    for (char *word = text, *next; *word; word = next) {
        next = word + strcspn(word, " ");
        if (*next)
            *next++ = '\0';
        assert_true(given.n_words < WORDS_MAX);
        words[given.n_words++] = strcmp(word, "''") == 0 ? word + 2 : word;
    }
    cvx_err_init(err);
    return cvx_settings_knobs_read(&given, api, err);
}

static void test_bad(void **state)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"", "--openai needs KEY=VALUE; see --help openai"},
        /* keys */
        {"rmp=3", "unknown key 'rmp' of --openai; did you mean rpm=?"},
        {"RPM=3", "unknown key 'RPM' of --openai; did you mean rpm=?"},
        {"maxtokens=3", "unknown key 'maxtokens' of --openai; did you mean max-tokens=?"},
        {"cost=3", "unknown key 'cost' of --openai; did you mean max-cost=?"},
        {"http1", "unknown key 'http1' of --openai; did you mean http1.1?"},
        {"frobnicate=1", "unknown key 'frobnicate' of --openai; see --help openai"},
        {"5", "unknown key '5' of --openai; see --help openai"},
        {"''", "unknown key '' of --openai; see --help openai"},
        {"=5", "unknown key '' of --openai; see --help openai"},
        {"-target out", "unknown flag -target; did you mean --target?"},
        {"rpm=1 rpm=1", "rpm= of --openai is given twice"},
        {"http1.1 http1.1", "http1.1 of --openai is given twice"},
        {"cache=on cache=off", "cache= of --openai is given twice"},
        /* no value, or one too many */
        {"rpm", "rpm= of --openai needs a value: rpm=N"},
        {"rpm=", "rpm= of --openai needs a value: rpm=N"},
        {"ca=", "ca= of --openai needs a value: ca=PATH"},
        {"cache", "cache= of --openai needs a value: cache=on|off"},
        {"http1.1=on", "http1.1 of --openai takes no value"},
        {"http1.1=", "http1.1 of --openai takes no value"},
        {"cache=yes", "cache= of --openai takes on or off, not 'yes'"},
        {"cache=ON", "cache= of --openai takes on or off, not 'ON'"},
        /* numbers */
        {"rpm=-1", "rpm= of --openai takes a number from 0 to 1000000000, not '-1'"},
        {"rpm=+1", "rpm= of --openai takes a number from 0 to 1000000000, not '+1'"},
        {"rpm=1e3", "rpm= of --openai takes a number from 0 to 1000000000, not '1e3'"},
        {"rpm=0x10", "rpm= of --openai takes a number from 0 to 1000000000, not '0x10'"},
        {"rpm=inf", "rpm= of --openai takes a number from 0 to 1000000000, not 'inf'"},
        {"rpm=nan", "rpm= of --openai takes a number from 0 to 1000000000, not 'nan'"},
        {"rpm=.5", "rpm= of --openai takes a number from 0 to 1000000000, not '.5'"},
        {"rpm=5.", "rpm= of --openai takes a number from 0 to 1000000000, not '5.'"},
        {"rpm=1.2.3",
         "rpm= of --openai takes a number from 0 to 1000000000, not '1.2.3'"},
        {"rpm=1,5", "rpm= of --openai takes a number from 0 to 1000000000, not '1,5'"},
        {"rpm=500/min",
         "rpm= of --openai takes a number from 0 to 1000000000, not '500/min'"},
        {"rpm=1000000001",
         "rpm= of --openai takes a number from 0 to 1000000000, not '1000000001'"},
        {"rpm=99999999999999999999999999",
         "rpm= of --openai takes a number from 0 to 1000000000, not "
         "'99999999999999999999999999'"},
        {"timeout=0", "timeout= of --openai takes a number from 0.1 to 86400, not '0'"},
        {"timeout=0.09",
         "timeout= of --openai takes a number from 0.1 to 86400, not '0.09'"},
        {"burst=61", "burst= of --openai takes a number from 0 to 60, not '61'"},
        {"temperature=2.01",
         "temperature= of --openai takes a number from 0 to 2, not '2.01'"},
        {"retries=1.5",
         "retries= of --openai takes a whole number from 0 to 1000, not '1.5'"},
        {"retries=1001",
         "retries= of --openai takes a whole number from 0 to 1000, not '1001'"},
        {"poison=-1",
         "poison= of --openai takes a whole number from 0 to 1000000, not '-1'"},
        {"max-tokens=0",
         "max-tokens= of --openai takes a whole number from 1 to 1000000, not '0'"},
        {"max-tokens=16k",
         "max-tokens= of --openai takes a whole number from 1 to 1000000, not '16k'"},
        {"concurrency=4294967297", "concurrency= of --openai takes a whole number from 0 "
                                   "to 1000000, not '4294967297'"},
        /* what only makes sense together */
        {"max-cost=5", "max-cost= of --openai needs price-in= and price-out="},
        {"max-cost=5 price-in=0 price-out=0",
         "max-cost= of --openai needs price-in= and price-out="},
        /* control characters are shown, not sent */
        {"rpm=\033[2J",
         "rpm= of --openai takes a number from 0 to 1000000000, not '\\x1b[2J'"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_api_options api = cvx_api_defaults(), before = api;
        struct cvx_err err;

        if (read_line(cases[i].line, &api, &err) != CVX_EUSAGE)
            fail_msg("'%s' was taken", cases[i].line);
        assert_string_equal(cvx_err_root(&err), cases[i].message);
        assert_memory_equal(&api, &before, sizeof(api));
    }
}

static void test_all(void **state)
{
    struct cvx_api_options api = cvx_api_defaults();
    struct cvx_err err;

    (void)state;
    assert_int_equal(
        read_line("rpm=480.5 tpm=200000 concurrency=64 timeout=0.1 retries=3 "
                  "deadline=60 temperature=0.2 max-tokens=4096 burst=60 "
                  "max-wait=0.25 stall=30 poison=5 max-tokens-total=1000000 "
                  "max-cost=2.5 price-in=0.25 price-out=2 http1.1 cache=off",
                  &api, &err),
        CVX_OK);
    assert_true(api.rpm == 480.5 && api.tpm == 200000);
    assert_int_equal(api.concurrency, 64);
    assert_true(api.timeout_s == 0.1 && api.deadline_s == 60);
    assert_int_equal(api.retries, 3);
    assert_true(api.has_temperature && api.temperature == 0.2);
    assert_int_equal(api.max_tokens, 4096);
    assert_true(api.burst_s == 60 && api.max_wait_s == 0.25 && api.stall_s == 30);
    assert_int_equal(api.poison, 5);
    assert_int_equal(api.max_tokens_total, 1000000);
    assert_true(api.max_cost == 2.5 && api.price_in == 0.25 && api.price_out == 2);
    assert_true(api.http11);
    assert_false(api.cache);
}

/* Off-values, and what is not named stays. */
static void test_off(void **state)
{
    struct cvx_api_options api = cvx_api_defaults();
    struct cvx_err err;

    (void)state;
    assert_false(api.has_temperature);
    assert_true(api.cache);
    assert_int_equal(read_line("rpm=0 tpm=0 concurrency=0 retries=0 deadline=0 burst=0 "
                               "max-wait=0 stall=0 poison=0 max-tokens-total=0 "
                               "max-cost=0 temperature=0 cache=on",
                               &api, &err),
                     CVX_OK);
    assert_true(api.rpm == 0 && api.tpm == 0 && api.deadline_s == 0 && api.burst_s == 0);
    assert_true(api.max_wait_s == 0 && api.stall_s == 0 && api.max_cost == 0);
    assert_int_equal(api.concurrency + api.retries + api.poison, 0);
    assert_int_equal(api.max_tokens_total, 0);
    /* 0 is a temperature as any other. */
    assert_true(api.has_temperature && api.temperature == 0);
    assert_true(api.cache && !api.http11);
    assert_true(api.timeout_s == 120);
    assert_int_equal(api.max_tokens, 16384);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *line;
        double want;
    } cases[] = {
        {"rpm=0.1", 0.1},
        {"rpm=007", 7},
        {"rpm=3.14159265358979", 3.14159265358979},
        {"rpm=0.000001", 0.000001},
        {"rpm=1.50", 1.5},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_api_options api = cvx_api_defaults();
        struct cvx_err err;

        assert_int_equal(read_line(cases[i].line, &api, &err), CVX_OK);
        assert_true(fabs(api.rpm - cases[i].want) == 0);
    }
}

/* `--openai=rpm=3` is the same; a path is borrowed. */
static void test_value(void **state)
{
    struct cvx_api_options api = cvx_api_defaults();
    char word[] = "ca=/certs/my ca=1.pem", *words[] = {word};
    struct cvx_cli_given given = {.value = "rpm=3", .words = words, .n_words = 1};
    struct cvx_err err;

    (void)state;
    assert_int_equal(cvx_settings_knobs_read(&given, &api, &err), CVX_OK);
    assert_true(api.rpm == 3);
    assert_ptr_equal(api.ca_file, word + strlen("ca="));
}

/* ---- the table ---- */

static void test_table(void **state)
{
    const struct cvx_settings_knob *knob, *other;
    size_t n = 0;

    (void)state;
    for (; (knob = cvx_settings_knobs_at(n)) != NULL; n++) {
        assert_true(knob->help[0] != '\0');
        assert_true(knob->field < sizeof(struct cvx_api_options));
        assert_true(knob->min <= knob->max);
        for (size_t j = 0; j < n; j++) {
            other = cvx_settings_knobs_at(j);
            assert_string_not_equal(knob->key, other->key);
            assert_true(knob->field != other->field);
        }
    }
    assert_int_equal(n, 19);
    assert_null(cvx_settings_knobs_at(n + 100));
}

static char *read_readme(void)
{
    FILE *file = fopen(CVX_SOURCE_DIR "/README.md", "r");
    char *text = NULL;
    size_t size = 0;

    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

/* "| `deadline=` | seconds | 900 | 0 = none | for a call ... |" */
static void test_readme(void **state)
{
    char *readme = read_readme();
    const struct cvx_settings_knob *knob;

    (void)state;
    for (size_t i = 0; (knob = cvx_settings_knobs_at(i)) != NULL; i++) {
        struct cvx_buf row = CVX_BUF_INIT;

        cvx_buf_printf(&row, "\n| `%s%s` | %s | ", knob->key,
                       knob->type == CVX_KNOB_BARE ? "" : "=", knob->unit);
        cvx_settings_knobs_normal(knob, &row);
        cvx_buf_printf(&row, " | %s | %s |\n", knob->off, knob->help);
        assert_int_equal(cvx_buf_check(&row, NULL), CVX_OK);
        if (!strstr(readme, row.data))
            fail_msg("README.md lacks the row%s", row.data);
        cvx_buf_done(&row);
    }
    free(readme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad),    cmocka_unit_test(test_all),
        cmocka_unit_test(test_off),    cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_value),  cmocka_unit_test(test_table),
        cmocka_unit_test(test_readme),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
