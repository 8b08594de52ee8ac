/* The bounded log: order, thresholds, what is dropped and that it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cvextract/log.h>
#include <cvextract/text.h>

#define HALF (CVX_LOG_MAX / 2)

/* What a walk over the records finds. */
struct walk {
    size_t records, text, size; /* the marker counted in none but size */
    size_t markers;
};

/* Walks the log, checks its inner promises. */
static struct walk walk(const struct cvx_log *log)
{
    const struct cvx_log_record *last = NULL;
    struct walk found = {0};
    bool head_seen = log->first == NULL;
    char text[96];

    for (const struct cvx_log_record *r = log->first; r; r = r->next) {
        assert_int_equal(r->text[r->len], '\0');
        found.size += sizeof(*r) + r->len + 1;
        if (r == log->marker) {
            assert_ptr_equal(last, log->head_last);
            found.markers++;
        } else {
            found.records++;
            found.text += r->len;
        }
        head_seen = head_seen || r == log->head_last;
        last = r;
    }
    assert_true(head_seen);
    assert_ptr_equal(last, log->last);
    assert_true(found.size <= CVX_LOG_MAX);
    assert_true(log->bytes <= CVX_LOG_MAX);
    assert_true(log->head_bytes <= HALF);
    assert_int_equal(found.markers, log->dropped_records > 0);
    if (log->marker) {
        snprintf(text, sizeof(text), "%zu log record%s (%zu bytes) dropped here",
                 log->dropped_records, log->dropped_records == 1 ? "" : "s",
                 log->dropped);
        assert_string_equal(log->marker->text, text);
        assert_int_equal(log->marker->len, strlen(text));
        assert_int_equal(log->marker->level, CVX_LEVEL_WARNING);
    }
    return found;
}

/* Adds the record "<number> " filled up with blanks to len bytes. */
static void add_numbered(struct cvx_log *log, size_t number, size_t len)
{
    cvx_log_add(log, CVX_LEVEL_INFO, "%-*zu", (int)len, number);
}

static size_t number_of(const struct cvx_log_record *r)
{
    return (size_t)strtoul(r->text, NULL, 10);
}

/* The kept numbers are 0..a without a gap, then (behind the marker) b..end without one. */
static void assert_two_runs(const struct cvx_log *log, size_t end)
{
    size_t want = 0;

    for (const struct cvx_log_record *r = log->first; r; r = r->next) {
        if (r == log->marker) {
            want += log->dropped_records;
            continue;
        }
        assert_int_equal(number_of(r), want);
        want++;
    }
    assert_int_equal(want, end);
}

static void test_records_in_order(void **state)
{
    static const struct {
        enum cvx_level level;
        const char *text;
    } cases[] = {{CVX_LEVEL_INFO, "first"},
                 {CVX_LEVEL_DEBUG, ""},
                 {CVX_LEVEL_ERROR, "third\nwith a line"},
                 {CVX_LEVEL_WARNING, "\xFF raw"}};
    struct timespec before, after;
    struct cvx_log log;
    size_t i = 0;

    (void)state;
    clock_gettime(CLOCK_REALTIME, &before);
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    assert_int_equal(walk(&log).records, 0);
    for (i = 0; i < 4; i++)
        cvx_log_add(&log, cases[i].level, "%s", cases[i].text);
    clock_gettime(CLOCK_REALTIME, &after);
    assert_int_equal(walk(&log).records, 4);
    i = 0;
    for (const struct cvx_log_record *r = log.first; r; r = r->next, i++) {
        assert_int_equal(r->level, cases[i].level);
        assert_string_equal(r->text, cases[i].text);
        assert_true(r->wall_ms >= (int64_t)before.tv_sec * 1000);
        assert_true(r->wall_ms <= (int64_t)after.tv_sec * 1000 + 1000);
    }
    assert_false(log.lost);
    cvx_log_done(&log);
    assert_null(log.first);
    assert_int_equal(log.threshold, CVX_LEVEL_DEBUG);
    cvx_log_done(NULL);
}

static void test_threshold(void **state)
{
    (void)state;
    for (int threshold = CVX_LEVEL_DEBUG; threshold <= CVX_LEVEL_NONE; threshold++) {
        for (int level = CVX_LEVEL_DEBUG; level < CVX_LEVEL_NONE; level++) {
            struct cvx_log log;

            cvx_log_init(&log, (enum cvx_level)threshold);
            assert_true(cvx_log_wants(&log, (enum cvx_level)level) ==
                        (level >= threshold));
            cvx_log_add(&log, (enum cvx_level)level, "x");
            assert_int_equal(walk(&log).records, level >= threshold);
            cvx_log_done(&log);
        }
    }
}

static void test_level_names(void **state)
{
    (void)state;
    assert_string_equal(cvx_level_name(CVX_LEVEL_DEBUG), "DEBUG");
    assert_string_equal(cvx_level_name(CVX_LEVEL_INFO), "INFO");
    assert_string_equal(cvx_level_name(CVX_LEVEL_WARNING), "WARNING");
    assert_string_equal(cvx_level_name(CVX_LEVEL_ERROR), "ERROR");
    assert_string_equal(cvx_level_name(CVX_LEVEL_NONE), "NONE");
}

static void test_middle_is_dropped(void **state)
{
    static const size_t lens[] = {1, 60, 95, 96, 1000, 20000, 64 * 1024};

    (void)state;
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        size_t added = 0, text = 0;
        struct cvx_log log;

        cvx_log_init(&log, CVX_LEVEL_INFO);
        while (log.dropped_records < 40) {
            add_numbered(&log, added++, lens[i]);
            text += log.last->len;
            assert_int_equal(number_of(log.last), added - 1);
        }
        struct walk found = walk(&log);

        assert_int_equal(found.records + log.dropped_records, added);
        assert_int_equal(found.text + log.dropped, text);
        assert_two_runs(&log, added);
        /* No more is dropped than must be, and the head fills its half: each is short of
         * one record at most. */
        assert_true(log.bytes + lens[i] + 200 > CVX_LOG_MAX);
        assert_true(log.head_bytes + lens[i] + 200 > HALF);
        cvx_log_done(&log);
        assert_int_equal(log.dropped_records, 0);
    }
}

static void test_bounds_hold_at_each_step(void **state)
{
    struct cvx_log log;
    uint32_t seed = 11;
    size_t text = 0;

    (void)state;
    cvx_log_init(&log, CVX_LEVEL_INFO);
    for (size_t n = 0; n < 600; n++) {
        seed = seed * 1664525u + 1013904223u;
        add_numbered(&log, n, (seed >> 8) % (seed & 0x80 ? 70000 : 300));
        assert_int_equal(number_of(log.last), n);
        text += log.last->len;

        struct walk found = walk(&log);

        assert_int_equal(found.records + log.dropped_records, n + 1);
        assert_int_equal(found.text + log.dropped, text);
    }
    assert_two_runs(&log, 600);
    cvx_log_done(&log);
}

static void test_long_record_is_cut(void **state)
{
    static const size_t limit = 64 * 1024;
    char *text = malloc(3 * limit);

    (void)state;
    assert_non_null(text);
    for (size_t ascii = 0; ascii < 3; ascii++) {
        struct cvx_log log;

        memset(text, 'x', ascii);
        for (size_t i = ascii; i + 3 <= 3 * limit; i += 3)
            memcpy(text + i, "\xE2\x82\xAC", 3);
        cvx_log_init(&log, CVX_LEVEL_INFO);
        cvx_log_add(&log, CVX_LEVEL_INFO, "%.*s", (int)(2 * limit), text);

        const struct cvx_log_record *r = log.first;
        const char *note = strstr(r->text, "... (cut; 131072 bytes in all)");

        assert_true(r->len <= limit);
        assert_true(r->len > limit - 100);
        assert_true(cvx_text_is_utf8(r->text, r->len));
        assert_non_null(note);
        assert_memory_equal(r->text, text, (size_t)(note - r->text));
        assert_int_equal(walk(&log).records, 1);
        cvx_log_done(&log);
    }
    free(text);
}

static void test_longest_record_is_whole(void **state)
{
    struct cvx_log log;

    (void)state;
    cvx_log_init(&log, CVX_LEVEL_INFO);
    cvx_log_add(&log, CVX_LEVEL_INFO, "%065536d", 7);
    assert_int_equal(log.first->len, 65536);
    assert_int_equal(log.first->text[65535], '7');
    cvx_log_done(&log);
}

static void test_move_small(void **state)
{
    (void)state;
    for (size_t a = 0; a < 3; a++) {
        for (size_t b = 0; b < 3; b++) {
            struct cvx_log log, from;

            cvx_log_init(&log, CVX_LEVEL_WARNING);
            cvx_log_init(&from, CVX_LEVEL_INFO);
            log.threshold = CVX_LEVEL_INFO;
            for (size_t i = 0; i < a; i++)
                add_numbered(&log, i, 0);
            log.threshold = CVX_LEVEL_WARNING;
            for (size_t i = 0; i < b; i++)
                add_numbered(&from, a + i, 0);
            from.lost = b == 2;
            cvx_log_move(&log, &from);
            assert_int_equal(walk(&log).records, a + b);
            assert_two_runs(&log, a + b);
            assert_int_equal(log.threshold, CVX_LEVEL_WARNING);
            assert_int_equal(log.lost, b == 2);
            assert_int_equal(walk(&from).records, 0);
            assert_int_equal(from.threshold, CVX_LEVEL_INFO);
            assert_false(from.lost);
            assert_int_equal(from.bytes, 0);
            cvx_log_add(&from, CVX_LEVEL_INFO, "used again");
            assert_int_equal(walk(&from).records, 1);
            cvx_log_done(&from);
            cvx_log_done(&log);
        }
    }
}

/* All pairs of small, half-full, full and overflowing logs. */
static void test_move_keeps_the_bounds(void **state)
{
    static const size_t counts[] = {0, 1, 12, 24, 26, 50, 400};
    static const size_t len = 10000;
    const size_t n = sizeof(counts) / sizeof(counts[0]);

    (void)state;
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) {
            size_t total = counts[a] + counts[b];
            struct cvx_log log, from;

            cvx_log_init(&log, CVX_LEVEL_INFO);
            cvx_log_init(&from, CVX_LEVEL_INFO);
            for (size_t i = 0; i < counts[a]; i++)
                add_numbered(&log, i, len);
            for (size_t i = 0; i < counts[b]; i++)
                add_numbered(&from, counts[a] + i, len);
            cvx_log_move(&log, &from);

            struct walk found = walk(&log);

            assert_int_equal(found.records + log.dropped_records, total);
            assert_int_equal(found.text + log.dropped, total * len);
            assert_two_runs(&log, total);
            cvx_log_done(&log);
            assert_null(from.first);
        }
    }
}

/* The whole head that is moved fits beside ours: only the marker itself joins them. */
static void test_move_of_a_marker_behind_a_head(void **state)
{
    struct cvx_log log, from;

    (void)state;
    cvx_log_init(&log, CVX_LEVEL_INFO);
    cvx_log_init(&from, CVX_LEVEL_INFO);
    add_numbered(&log, 0, 0);
    for (size_t i = 1; i < 100; i++)
        add_numbered(&from, i, 20000);

    size_t dropped = from.dropped_records;

    assert_true(dropped > 0);
    assert_true(from.bytes + 200 < CVX_LOG_MAX);
    cvx_log_move(&log, &from);
    walk(&log);
    assert_int_equal(log.dropped_records, dropped);
    assert_two_runs(&log, 100);
    cvx_log_done(&log);
}

/* What is moved before a marker and does not fit the head goes with the dropped ones: there
 * is one place where records are missing, never two. */
static void test_move_of_a_marker_into_a_small_log(void **state)
{
    struct cvx_log log, from;

    (void)state;
    cvx_log_init(&log, CVX_LEVEL_INFO);
    add_numbered(&log, 0, 60000);
    for (size_t round = 0; round < 3; round++) { /* three workers' logs in turn */
        cvx_log_init(&from, CVX_LEVEL_INFO);
        for (size_t i = 0; i < 100; i++)
            add_numbered(&from, 1 + round * 100 + i, 10000);
        assert_non_null(from.marker);
        cvx_log_move(&log, &from);
        walk(&log);
        assert_two_runs(&log, 1 + (round + 1) * 100);
        assert_int_equal(number_of(log.last), (round + 1) * 100);
    }
    cvx_log_done(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_in_order),
        cmocka_unit_test(test_threshold),
        cmocka_unit_test(test_level_names),
        cmocka_unit_test(test_middle_is_dropped),
        cmocka_unit_test(test_bounds_hold_at_each_step),
        cmocka_unit_test(test_long_record_is_cut),
        cmocka_unit_test(test_longest_record_is_whole),
        cmocka_unit_test(test_move_small),
        cmocka_unit_test(test_move_keeps_the_bounds),
        cmocka_unit_test(test_move_of_a_marker_behind_a_head),
        cmocka_unit_test(test_move_of_a_marker_into_a_small_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
