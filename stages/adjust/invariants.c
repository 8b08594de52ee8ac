/* The invariants in their order, and those that compare field with field. See invariants.h;
 * headings: invariants_headings.c; what the input does not have: invariants_invented.c. */
#include "adjust/invariants.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "adjust/invariants_private.h"

static const char *const k_identity[] = {"title", "full_name", "first_name", "last_name"};
static const char *const k_terms[] = {"languages", "tools"};

int cvx_invariants_tell(struct cvx_invariants_check *check, const char *fmt, ...)
{
    char text[CVX_ERR_TEXT];
    va_list ap;

    if (check->violations->count >= CVX_INVARIANTS_TOLD_MAX) {
        check->untold++;
        return CVX_OK;
    }
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (cvx_issues_add(check->violations, CVX_SEVERITY_ERROR, "%s", text))
        return cvx_fail(check->err, CVX_ENOMEM, "out of memory for a violation");
    return CVX_OK;
}

struct cvx_span cvx_invariants_text(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return (struct cvx_span){"", 0};
    return (struct cvx_span){json_object_get_string(value),
                             (size_t)json_object_get_string_len(value)};
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    json_object_object_get_ex(object, key, &value);
    return value;
}

size_t cvx_invariants_count(struct json_object *object, const char *key)
{
    struct json_object *list = member(object, key);

    return json_object_is_type(list, json_type_array) ? json_object_array_length(list)
                                                      : 0;
}

struct json_object *cvx_invariants_item(struct json_object *object, const char *key,
                                        size_t i)
{
    if (i >= cvx_invariants_count(object, key))
        return NULL;
    return json_object_array_get_idx(member(object, key), i);
}

static bool same_text(struct json_object *a, struct json_object *b)
{
    struct cvx_span x = cvx_invariants_text(a), y = cvx_invariants_text(b);

    return x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

static bool is_blank(struct json_object *value)
{
    return cvx_clean_strip(cvx_invariants_text(value)).len == 0;
}

/* ---- identity ---- */

static int check_identity(struct cvx_invariants_check *check)
{
    size_t first = check->checks & CVX_INVARIANT_IDENTITY ? 0 : 1;
    size_t count = sizeof(k_identity) / sizeof(k_identity[0]);
    struct json_object *was = member(check->input, "identity");
    struct json_object *is = member(check->answer, "identity");
    int rc = CVX_OK;

    for (size_t i = first; !rc && i < count; i++)
        if (!same_text(member(was, k_identity[i]), member(is, k_identity[i])))
            rc = cvx_invariants_tell(check, "identity.%s must not change", k_identity[i]);
    return rc;
}

/* ---- lists and texts ---- */

static int check_equal(struct cvx_invariants_check *check, const char *where,
                       const char *key, struct json_object *was, struct json_object *is)
{
    size_t count = cvx_invariants_count(was, key);
    bool equal = count == cvx_invariants_count(is, key);

    for (size_t i = 0; equal && i < count; i++)
        equal =
            same_text(cvx_invariants_item(was, key, i), cvx_invariants_item(is, key, i));
    return equal ? CVX_OK
                 : cvx_invariants_tell(check, "%s.%s must not change", where, key);
}

static int check_length(struct cvx_invariants_check *check, const char *where,
                        const char *key, struct json_object *was, struct json_object *is)
{
    size_t before = cvx_invariants_count(was, key), after = cvx_invariants_count(is, key);
    int rc = CVX_OK;

    if (before != after)
        return cvx_invariants_tell(check, "%s.%s must have %zu items as before, not %zu",
                                   where, key, before, after);
    for (size_t i = 0; !rc && i < before; i++)
        if (is_blank(cvx_invariants_item(is, key, i)) &&
            !is_blank(cvx_invariants_item(was, key, i)))
            rc = cvx_invariants_tell(check, "%s.%s[%zu] must not become empty", where,
                                     key, i);
    return rc;
}

static int check_text(struct cvx_invariants_check *check, const char *where,
                      const char *key, struct json_object *was, struct json_object *is)
{
    if (!is_blank(member(is, key)) || is_blank(member(was, key)))
        return CVX_OK;
    return cvx_invariants_tell(check, "%s%s%s must not become empty", where,
                               *where ? "." : "", key);
}

static int check_sidebar_lengths(struct cvx_invariants_check *check)
{
    struct json_object *was = member(check->input, "sidebar");
    struct json_object *is = member(check->answer, "sidebar");
    int rc = CVX_OK;

    json_object_object_foreach(was, key, list)
    {
        (void)list;
        if (!rc)
            rc = check_length(check, "sidebar", key, was, is);
    }
    json_object_object_foreach(is, other, more)
    {
        (void)more;
        if (!rc && !json_object_object_get_ex(was, other, NULL))
            rc = check_length(check, "sidebar", other, was, is);
    }
    return rc;
}

static int check_sidebar(struct cvx_invariants_check *check)
{
    struct json_object *was = member(check->input, "sidebar");
    struct json_object *is = member(check->answer, "sidebar");
    int rc = CVX_OK;

    if (check->checks & CVX_INVARIANT_TERMS)
        for (size_t i = 0; !rc && i < sizeof(k_terms) / sizeof(k_terms[0]); i++)
            rc = check_equal(check, "sidebar", k_terms[i], was, is);
    if (!rc && (check->checks & CVX_INVARIANT_LENGTHS))
        rc = check_sidebar_lengths(check);
    return rc;
}

static int check_root_texts(struct cvx_invariants_check *check)
{
    int rc = check_text(check, "identity", "title", member(check->input, "identity"),
                        member(check->answer, "identity"));

    return rc ? rc : check_text(check, "", "overview", check->input, check->answer);
}

/* ---- experiences ---- */

static int check_experience_lengths(struct cvx_invariants_check *check, const char *where,
                                    struct json_object *was, struct json_object *is)
{
    static const char *const k_texts[] = {"heading", "description"};
    static const char *const k_lists[] = {"bullets", "environment"};
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < 2; i++)
        rc = check_text(check, where, k_texts[i], was, is);
    for (size_t i = 0; !rc && i < 2; i++)
        rc = check_length(check, where, k_lists[i], was, is);
    return rc;
}

static int check_experience(struct cvx_invariants_check *check, size_t i)
{
    struct json_object *was = cvx_invariants_item(check->input, "experiences", i);
    struct json_object *is = cvx_invariants_item(check->answer, "experiences", i);
    char where[48];
    int rc = cvx_invariants_heading(check, i);

    snprintf(where, sizeof(where), "experiences[%zu]", i);
    if (!rc && (check->checks & CVX_INVARIANT_TERMS))
        rc = check_equal(check, where, "environment", was, is);
    if (!rc && (check->checks & CVX_INVARIANT_LENGTHS))
        rc = check_experience_lengths(check, where, was, is);
    return rc;
}

static int check_experiences(struct cvx_invariants_check *check)
{
    size_t before = cvx_invariants_count(check->input, "experiences");
    size_t after = cvx_invariants_count(check->answer, "experiences");
    int rc = CVX_OK;

    if (before != after && (check->checks & CVX_INVARIANT_EXPERIENCES))
        return cvx_invariants_tell(
            check, "experiences must be %zu as before, in the same order, not %zu",
            before, after);
    if (check->checks & CVX_INVARIANT_EXPERIENCES)
        rc = cvx_invariants_order(check);
    for (size_t i = 0; !rc && i < before && i < after; i++)
        rc = check_experience(check, i);
    return rc;
}

static int check_all(struct cvx_invariants_check *check)
{
    int rc = CVX_OK;

    if (check->checks & (CVX_INVARIANT_IDENTITY | CVX_INVARIANT_NAMES))
        rc = check_identity(check);
    if (!rc)
        rc = check_sidebar(check);
    if (!rc && (check->checks & CVX_INVARIANT_LENGTHS))
        rc = check_root_texts(check);
    if (!rc)
        rc = check_experiences(check);
    if (!rc && check->facts)
        rc = cvx_invariants_invented(check);
    if (!rc && check->untold > 0 &&
        cvx_issues_add(check->violations, CVX_SEVERITY_ERROR, "and %zu more",
                       check->untold))
        rc = cvx_fail(check->err, CVX_ENOMEM, "out of memory for a violation");
    return rc;
}

int cvx_invariants_check(unsigned checks, const struct cvx_patterns *patterns,
                         struct json_object *input, struct json_object *answer,
                         struct cvx_issues *violations, struct cvx_err *err)
{
    struct cvx_invariants_check check = {
        .checks = checks,
        .input = input,
        .answer = answer,
        .violations = violations,
        .err = err,
    };
    int rc = CVX_OK;

    if (checks & (CVX_INVARIANT_ITEMS | CVX_INVARIANT_NUMBERS))
        rc = cvx_facts_new(input, &check.facts, err);
    if (!rc && (checks & CVX_INVARIANT_DATES))
        rc = cvx_matcher_new(patterns, &check.matcher, err);
    if (!rc)
        rc = check_all(&check);
    cvx_matcher_free(check.matcher);
    cvx_facts_free(check.facts);
    return rc;
}
