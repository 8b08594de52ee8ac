/* Owns what an adjusted CV must not have: items and numbers that its input lacks. */
#include "adjust/invariants_private.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cvextract/text.h>

/* Bytes of an item that a message quotes. */
#define QUOTED_MAX 60

static int tell_item(struct cvx_invariants_check *check, const char *where,
                     const char *key, size_t i, struct cvx_span item)
{
    size_t len = cvx_text_cut(item.p, item.len, QUOTED_MAX);

    return cvx_invariants_tell(
        check, "%s.%s[%zu] '%.*s%s' is not in the CV that was given", where, key, i,
        (int)len, item.p, len < item.len ? "..." : "");
}

static bool is_same(struct json_object *a, struct json_object *b)
{
    struct cvx_span x = cvx_invariants_text(a), y = cvx_invariants_text(b);

    return x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
}

static int search_item(struct cvx_invariants_check *check, const char *where,
                       const char *key, size_t i, struct cvx_span text)
{
    bool known = false;

    if (++check->searches > CVX_INVARIANTS_SEARCHES_MAX) {
        if (check->searches > CVX_INVARIANTS_SEARCHES_MAX + 1)
            return CVX_OK;
        return cvx_invariants_tell(check,
                                   "over %d list items are not in the lists of the CV "
                                   "that was given",
                                   CVX_INVARIANTS_SEARCHES_MAX);
    }
    int rc = cvx_facts_has_text(check->facts, text, &known, check->err);

    return rc || known ? rc : tell_item(check, where, key, i, text);
}

/* The item of a list, NULL when it has not so many or is no list. */
static struct json_object *item_of(struct json_object *list, size_t i)
{
    if (!json_object_is_type(list, json_type_array) ||
        i >= json_object_array_length(list))
        return NULL;
    return json_object_array_get_idx(list, i);
}

static size_t length_of(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list)
                                                      : 0;
}

/* Most items stand where they stood: no need to look further for those. */
static int check_list(struct cvx_invariants_check *check, const char *where,
                      const char *key, struct json_object *was, struct json_object *is)
{
    size_t count = check->checks & CVX_INVARIANT_ITEMS ? length_of(is) : 0;
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < count; i++) {
        struct json_object *item = item_of(is, i), *before = item_of(was, i);
        bool known = before && is_same(before, item);

        if (!known)
            rc = cvx_facts_has_item(check->facts, cvx_invariants_text(item), &known,
                                    check->err);
        if (!rc && !known)
            rc = search_item(check, where, key, i, cvx_invariants_text(item));
    }
    return rc;
}

/* Where a text stands: of experience `i` the field `key`, and of a list the item `k`. */
struct place {
    const char *key;
    size_t i, k;
    bool in_list;
};

static int tell_number(struct cvx_invariants_check *check, const struct place *place,
                       const char *number)
{
    char where[96];

    if (!place->key)
        snprintf(where, sizeof(where), "overview");
    else if (place->in_list)
        snprintf(where, sizeof(where), "experiences[%zu].%s[%zu]", place->i, place->key,
                 place->k);
    else
        snprintf(where, sizeof(where), "experiences[%zu].%s", place->i, place->key);
    return cvx_invariants_tell(
        check, "%s has the number %s, which the CV that was given has not", where,
        number);
}

/* What was said before, word for word, has no new number. */
static int check_numbers(struct cvx_invariants_check *check, const struct place *place,
                         struct json_object *was, struct json_object *is)
{
    struct cvx_span rest = cvx_invariants_text(is);
    char number[CVX_FACTS_NUMBER_ROOM];
    bool known = false;
    int rc = CVX_OK;

    if (!(check->checks & CVX_INVARIANT_NUMBERS) || is_same(was, is))
        return CVX_OK;
    while (!rc && cvx_facts_next_number(&rest, number)) {
        rc = cvx_facts_has_number(check->facts, number, &known, check->err);
        if (!rc && !known)
            rc = tell_number(check, place, number);
    }
    return rc;
}

static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    json_object_object_get_ex(object, key, &value);
    return value;
}

static int check_experience(struct cvx_invariants_check *check, size_t i)
{
    struct json_object *was = cvx_invariants_item(check->input, "experiences", i);
    struct json_object *is = cvx_invariants_item(check->answer, "experiences", i);
    struct json_object *before = member(was, "bullets"), *after = member(is, "bullets");
    struct place place = {.key = "description", .i = i};
    char where[48];

    snprintf(where, sizeof(where), "experiences[%zu]", i);
    int rc = check_list(check, where, "environment", member(was, "environment"),
                        member(is, "environment"));

    if (!rc)
        rc = check_numbers(check, &place, member(was, "description"),
                           member(is, "description"));
    place.key = "bullets";
    place.in_list = true;
    for (; !rc && place.k < length_of(after); place.k++)
        rc = check_numbers(check, &place, item_of(before, place.k),
                           item_of(after, place.k));
    return rc;
}

int cvx_invariants_invented(struct cvx_invariants_check *check)
{
    struct json_object *was = member(check->input, "sidebar");
    struct json_object *is = member(check->answer, "sidebar");
    const struct place overview = {0};
    int rc = check_numbers(check, &overview, member(check->input, "overview"),
                           member(check->answer, "overview"));

    json_object_object_foreach(is, key, list)
    {
        if (!rc)
            rc = check_list(check, "sidebar", key, member(was, key), list);
    }
    for (size_t i = 0; !rc && i < cvx_invariants_count(check->answer, "experiences"); i++)
        rc = check_experience(check, i);
    return rc;
}
