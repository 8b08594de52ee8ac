/* What differs between two documents. See differences.h. The recursion is as deep as the JSON is
 * nested, which the reader bounds. */
#include "verify/differences.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>

#include "text/clean.h"
#include "text/quoted.h"
#include "verify/items.h"
#include "verify/numbers.h"

/* The comparison under way. */
struct compare {
    struct cvx_issues *issues;
    struct cvx_err *err;
    struct cvx_buf path; /* of the values at hand, empty at the top */
    size_t found;
};

static int compare_values(struct compare *c, struct json_object *was,
                          struct json_object *now);

static int fail_memory(struct compare *c)
{
    return cvx_fail(c->err, CVX_ENOMEM, "out of memory while comparing two documents");
}

static const char *path_text(const struct compare *c)
{
    return c->path.len > 0 ? c->path.data : "<root>";
}

/* Each returns the length to give to path_leave(). */
static size_t path_enter_key(struct compare *c, const char *key)
{
    size_t len = c->path.len;

    if (len > 0)
        cvx_buf_putc(&c->path, '.');
    cvx_buf_puts(&c->path, key);
    return len;
}

static size_t path_enter_item(struct compare *c, size_t index)
{
    size_t len = c->path.len;

    cvx_buf_printf(&c->path, "[%zu]", index);
    return len;
}

static void path_leave(struct compare *c, size_t len)
{
    if (!c->path.failed)
        cvx_buf_trim(&c->path, len);
}

static bool path_begins(const struct compare *c, const char *with)
{
    size_t len = strlen(with);

    return c->path.len >= len && memcmp(c->path.data, with, len) == 0;
}

/* Its last key is `environment`. */
static bool path_is_environment(const struct compare *c)
{
    static const char key[] = "environment";
    size_t len = sizeof(key) - 1;

    if (c->path.len < len || memcmp(c->path.data + c->path.len - len, key, len) != 0)
        return false;
    return c->path.len == len || c->path.data[c->path.len - len - 1] == '.';
}

/* It is experiences[N]. */
static bool path_is_experience(const struct compare *c)
{
    if (!path_begins(c, "experiences["))
        return false;
    return memchr(c->path.data, ']', c->path.len) == c->path.data + c->path.len - 1;
}

/* ---- telling ---- */

/* Whether the next difference is still told; it is counted either way. */
static bool wanted(struct compare *c)
{
    return ++c->found <= CVX_DIFFERENCES_MAX;
}

static int tell(struct compare *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int tell(struct compare *c, const char *fmt, ...)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = CVX_OK;
    va_list ap;

    va_start(ap, fmt);
    cvx_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    if (text.failed || cvx_issues_add(c->issues, CVX_SEVERITY_ERROR, "%s", text.data))
        rc = fail_memory(c);
    cvx_buf_done(&text);
    return rc;
}

static int tell_pair(struct compare *c, const char *what, const struct cvx_buf *was,
                     const struct cvx_buf *now)
{
    if (was->failed || now->failed)
        return fail_memory(c);
    return tell(c, "%s mismatch at %s: %s vs %s", what, path_text(c), was->data,
                now->data);
}

/* ---- leaves ---- */

static const char *type_name(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return "object";
    case json_type_array:
        return "array";
    case json_type_string:
        return "string";
    case json_type_int:
    case json_type_double:
        return "number";
    case json_type_boolean:
        return "boolean";
    case json_type_null:
        break;
    }
    return "null";
}

static void put_comparable(struct cvx_buf *buf, struct json_object *string)
{
    struct cvx_span text = {json_object_get_string(string),
                            (size_t)json_object_get_string_len(string)};

    cvx_clean_comparable(buf, text);
    cvx_buf_put(buf, "", 0);
}

static void put_repr(struct cvx_buf *ret, const struct cvx_buf *text)
{
    if (text->failed)
        ret->failed = true;
    else
        cvx_quoted_put(ret, text->data, text->len);
}

static int compare_strings(struct compare *c, struct json_object *was,
                           struct json_object *now)
{
    struct cvx_buf a = CVX_BUF_INIT, b = CVX_BUF_INIT;
    struct cvx_buf shown_a = CVX_BUF_INIT, shown_b = CVX_BUF_INIT;
    int rc = CVX_OK;

    put_comparable(&a, was);
    put_comparable(&b, now);
    if (a.failed || b.failed) {
        rc = fail_memory(c);
    } else if ((a.len != b.len || memcmp(a.data, b.data, a.len) != 0) && wanted(c)) {
        put_repr(&shown_a, &a);
        put_repr(&shown_b, &b);
        rc = tell_pair(c, "value", &shown_a, &shown_b);
    }
    cvx_buf_done(&a);
    cvx_buf_done(&b);
    cvx_buf_done(&shown_a);
    cvx_buf_done(&shown_b);
    return rc;
}

static int compare_numbers(struct compare *c, struct json_object *was,
                           struct json_object *now)
{
    struct cvx_buf a = CVX_BUF_INIT, b = CVX_BUF_INIT;
    int rc;

    if (cvx_numbers_equal(was, now) || !wanted(c))
        return CVX_OK;
    cvx_numbers_print(was, &a);
    cvx_numbers_print(now, &b);
    rc = tell_pair(c, "value", &a, &b);
    cvx_buf_done(&a);
    cvx_buf_done(&b);
    return rc;
}

static int compare_booleans(struct compare *c, struct json_object *was,
                            struct json_object *now)
{
    bool a = json_object_get_boolean(was), b = json_object_get_boolean(now);

    if (a == b || !wanted(c))
        return CVX_OK;
    return tell(c, "value mismatch at %s: %s vs %s", path_text(c), a ? "True" : "False",
                b ? "True" : "False");
}

/* ---- lists ---- */

static int compare_items(struct compare *c, const char *what, enum cvx_items_kind kind,
                         struct json_object *was, struct json_object *now)
{
    struct cvx_items a = {0}, b = {0};
    struct cvx_buf shown_a = CVX_BUF_INIT, shown_b = CVX_BUF_INIT;
    int rc = cvx_items_read(was, kind, &a, c->err);

    if (!rc)
        rc = cvx_items_read(now, kind, &b, c->err);
    if (!rc && !cvx_items_equal(&a, &b) && wanted(c)) {
        cvx_items_print(&a, &shown_a);
        cvx_items_print(&b, &shown_b);
        rc = tell_pair(c, what, &shown_a, &shown_b);
    }
    cvx_items_done(&a);
    cvx_items_done(&b);
    cvx_buf_done(&shown_a);
    cvx_buf_done(&shown_b);
    return rc;
}

static int compare_each(struct compare *c, struct json_object *was,
                        struct json_object *now)
{
    size_t a = json_object_array_length(was), b = json_object_array_length(now);
    int rc = CVX_OK;

    if (a != b)
        return !wanted(c) ? CVX_OK
                          : tell(c, "list length mismatch at %s: %zu vs %zu",
                                 path_text(c), a, b);
    for (size_t i = 0; i < a && !rc; i++) {
        size_t len = path_enter_item(c, i);

        rc = compare_values(c, json_object_array_get_idx(was, i),
                            json_object_array_get_idx(now, i));
        path_leave(c, len);
    }
    return rc;
}

static int compare_lists(struct compare *c, struct json_object *was,
                         struct json_object *now)
{
    bool texts = cvx_items_fit(was) && cvx_items_fit(now);

    if (texts && path_is_environment(c))
        return compare_items(c, "environment", CVX_ITEMS_ENVIRONMENT, was, now);
    if (texts && path_begins(c, "sidebar."))
        return compare_items(c, "list", CVX_ITEMS_PLAIN, was, now);
    return compare_each(c, was, now);
}

/* ---- objects ---- */

static bool is_empty_list(struct json_object *value)
{
    return json_object_is_type(value, json_type_array) &&
           json_object_array_length(value) == 0;
}

/* 1: the text holds that of each bullet; 0: it does not; -1: memory is short. */
static int text_holds(const struct cvx_buf *text, struct json_object *bullets)
{
    int holds = cvx_items_fit(bullets);

    for (size_t i = 0; holds == 1 && i < json_object_array_length(bullets); i++) {
        struct cvx_buf bullet = CVX_BUF_INIT;

        put_comparable(&bullet, json_object_array_get_idx(bullets, i));
        if (bullet.failed)
            holds = -1;
        else if (!memmem(text->data, text->len, bullet.data, bullet.len))
            holds = 0;
        cvx_buf_done(&bullet);
    }
    return holds;
}

/* Bullets that became part of the description, or the other way round: then both keys count
 * as equal. */
static int bullets_moved(struct compare *c, struct json_object *was,
                         struct json_object *now, bool *ret)
{
    struct json_object *a = json_object_object_get(was, "bullets");
    struct json_object *b = json_object_object_get(now, "bullets");
    bool none_a = !a || is_empty_list(a), none_b = !b || is_empty_list(b);
    struct json_object *description =
        json_object_object_get(none_a ? was : now, "description");
    struct cvx_buf text = CVX_BUF_INIT;
    int holds;

    *ret = false;
    if (none_a == none_b)
        return CVX_OK;
    if (json_object_is_type(description, json_type_string))
        put_comparable(&text, description);
    else
        cvx_buf_put(&text, "", 0);
    holds = text.failed ? -1 : text_holds(&text, none_a ? b : a);
    cvx_buf_done(&text);
    *ret = holds == 1;
    return holds < 0 ? fail_memory(c) : CVX_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object, sorted; NULL when memory is short. */
static const char **sorted_keys(struct json_object *object, size_t *ret_count)
{
    size_t count = (size_t)json_object_object_length(object), n = 0;
    const char **keys = cvx_alloc_array(count, sizeof(*keys));

    if (!keys)
        return NULL;
    for (struct lh_entry *e = json_object_get_object(object)->head; e; e = e->next)
        keys[n++] = lh_entry_k(e);
    if (n > 0)
        qsort(keys, n, sizeof(*keys), by_text);
    *ret_count = n;
    return keys;
}

/* Two objects and their keys. */
struct pair {
    struct json_object *was, *now;
    bool moved; /* description and bullets are not looked at */
};

static bool is_looked_at(const struct pair *pair, const char *key)
{
    return !pair->moved ||
           (strcmp(key, "description") != 0 && strcmp(key, "bullets") != 0);
}

/* Keys of `from` that the other lacks; an empty list says no more than none. */
static int tell_lacking(struct compare *c, const struct pair *pair, const char *what,
                        struct json_object *from, struct json_object *other)
{
    size_t count = 0;
    const char **keys = sorted_keys(from, &count);
    int rc = CVX_OK;

    if (!keys)
        return fail_memory(c);
    for (size_t i = 0; i < count && !rc; i++) {
        struct json_object *value = json_object_object_get(from, keys[i]);

        if (json_object_object_get_ex(other, keys[i], NULL) || is_empty_list(value) ||
            !is_looked_at(pair, keys[i]) || !wanted(c))
            continue;
        rc = tell(c, "%s key in new at %s.%s", what, path_text(c), keys[i]);
    }
    cvx_free(keys);
    return rc;
}

static int compare_common(struct compare *c, const struct pair *pair)
{
    size_t count = 0;
    const char **keys = sorted_keys(pair->was, &count);
    int rc = CVX_OK;

    if (!keys)
        return fail_memory(c);
    for (size_t i = 0; i < count && !rc; i++) {
        struct json_object *now;

        if (!json_object_object_get_ex(pair->now, keys[i], &now) ||
            !is_looked_at(pair, keys[i]))
            continue;
        size_t len = path_enter_key(c, keys[i]);

        rc = compare_values(c, json_object_object_get(pair->was, keys[i]), now);
        path_leave(c, len);
    }
    cvx_free(keys);
    return rc;
}

static int compare_objects(struct compare *c, struct json_object *was,
                           struct json_object *now)
{
    struct pair pair = {was, now, false};
    int rc = CVX_OK;

    if (path_is_experience(c))
        rc = bullets_moved(c, was, now, &pair.moved);
    if (!rc)
        rc = tell_lacking(c, &pair, "missing", was, now);
    if (!rc)
        rc = tell_lacking(c, &pair, "extra", now, was);
    return rc ? rc : compare_common(c, &pair);
}

/* ---- all values ---- */

static int compare_values(struct compare *c, struct json_object *was,
                          struct json_object *now)
{
    const char *a = type_name(was), *b = type_name(now);

    if (c->path.failed)
        return fail_memory(c);
    if (strcmp(a, b) != 0)
        return !wanted(c) ? CVX_OK
                          : tell(c, "type mismatch at %s: %s vs %s", path_text(c), a, b);
    switch (json_object_get_type(was)) {
    case json_type_object:
        return compare_objects(c, was, now);
    case json_type_array:
        return compare_lists(c, was, now);
    case json_type_string:
        return compare_strings(c, was, now);
    case json_type_int:
    case json_type_double:
        return compare_numbers(c, was, now);
    case json_type_boolean:
        return compare_booleans(c, was, now);
    case json_type_null:
        break;
    }
    return CVX_OK;
}

int cvx_differences_find(struct json_object *was, struct json_object *now,
                         struct cvx_issues *issues, struct cvx_err *err)
{
    struct compare c = {.issues = issues, .err = err, .path = CVX_BUF_INIT};
    int rc = compare_values(&c, was, now);

    if (!rc && c.found > CVX_DIFFERENCES_MAX)
        rc = tell(&c, "and %zu more", c.found - CVX_DIFFERENCES_MAX);
    cvx_buf_done(&c.path);
    return rc;
}
