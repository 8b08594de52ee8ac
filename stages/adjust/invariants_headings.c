/* Owns what a heading must keep: its digits, its date ranges, its place. */
#include "adjust/invariants_private.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cvextract/text.h>

#include "adjust/words.h"

/* A comparison of neighbours costs their product: CVs have tens of experiences. */
#define ORDER_MAX 1000
/* Bytes of a date range that a message quotes. */
#define RANGE_QUOTED_MAX 80

static struct cvx_span heading_of(struct json_object *cv, size_t i)
{
    struct json_object *heading = NULL;

    json_object_object_get_ex(cvx_invariants_item(cv, "experiences", i), "heading",
                              &heading);
    return cvx_invariants_text(heading);
}

static bool same(struct cvx_span a, struct cvx_span b)
{
    return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

/* ---- order ---- */

/* The input's experience whose heading, word for word, is now the ith; `count` when that is
 * none, or as it was. */
static size_t moved_from(const struct cvx_invariants_check *check, size_t i, size_t count)
{
    struct cvx_span is = heading_of(check->answer, i);

    if (is.len == 0 || same(heading_of(check->input, i), is))
        return count;
    for (size_t k = 0; k < count; k++)
        if (same(heading_of(check->input, k), is))
            return k;
    return count;
}

int cvx_invariants_order(struct cvx_invariants_check *check)
{
    size_t count = cvx_invariants_count(check->answer, "experiences");
    int rc = CVX_OK;

    for (size_t i = 0; !rc && count <= ORDER_MAX && i < count; i++) {
        size_t from = moved_from(check, i, count);

        if (from < count)
            rc = cvx_invariants_tell(check,
                                     "experiences[%zu] has the heading of "
                                     "experiences[%zu]: their order must not change",
                                     i, from);
    }
    return rc;
}

/* ---- digits ---- */

static int check_digits(struct cvx_invariants_check *check, size_t i)
{
    struct cvx_buf was = CVX_BUF_INIT, is = CVX_BUF_INIT;
    int rc = CVX_OK;

    cvx_facts_digits(heading_of(check->input, i), &was);
    cvx_facts_digits(heading_of(check->answer, i), &is);
    if (was.failed || is.failed)
        rc = cvx_fail(check->err, CVX_ENOMEM, "out of memory for a heading's digits");
    else if (was.len != is.len ||
             (was.len > 0 && memcmp(was.data, is.data, was.len) != 0))
        rc = cvx_invariants_tell(check,
                                 "experiences[%zu].heading must keep its digits, all of "
                                 "them, in their order",
                                 i);
    cvx_buf_done(&was);
    cvx_buf_done(&is);
    return rc;
}

/* ---- date ranges ---- */

/* Takes the next date range off *rest; it begins where a word begins. */
static bool next_range(struct cvx_matcher *matcher, struct cvx_span *rest,
                       struct cvx_span *ret)
{
    bool inside = false;
    size_t n = 0;

    for (size_t at = 0; at < rest->len; at += n) {
        struct cvx_span from = {rest->p + at, rest->len - at};
        size_t len = inside ? 0 : cvx_patterns_date_range_len(matcher, from);

        if (len > 0) {
            *ret = (struct cvx_span){from.p, len};
            *rest = (struct cvx_span){from.p + len, from.len - len};
            return true;
        }
        inside = cvx_words_joins(cvx_unicode_decode(from.p, from.p + from.len, &n));
    }
    return false;
}

static int check_dates(struct cvx_invariants_check *check, size_t i)
{
    struct cvx_span was = heading_of(check->input, i), is = heading_of(check->answer, i);
    struct cvx_span before = {"", 0}, after = {"", 0};
    bool had, has;

    do {
        had = next_range(check->matcher, &was, &before);
        has = next_range(check->matcher, &is, &after);
    } while (had && has && same(before, after));
    if (!had && !has)
        return CVX_OK;
    if (had)
        return cvx_invariants_tell(
            check, "experiences[%zu].heading must keep its date range '%.*s' as written",
            i, (int)cvx_text_cut(before.p, before.len, RANGE_QUOTED_MAX), before.p);
    return cvx_invariants_tell(
        check, "experiences[%zu].heading must not have a date range that it had not", i);
}

int cvx_invariants_heading(struct cvx_invariants_check *check, size_t i)
{
    int rc = CVX_OK;

    if (same(heading_of(check->input, i), heading_of(check->answer, i)))
        return CVX_OK;
    if (check->checks & CVX_INVARIANT_DIGITS)
        rc = check_digits(check, i);
    if (!rc && (check->checks & CVX_INVARIANT_DATES))
        rc = check_dates(check, i);
    return rc;
}
