/* Lists of texts as they are compared. See items.h. */
#include "verify/items.h"

#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#include "text/clean.h"
#include "text/quoted.h"
#include "text/unicode.h"

static int fail_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory while comparing two documents");
}

bool cvx_items_fit(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!json_object_is_type(json_object_array_get_idx(value, i), json_type_string))
            return false;
    return true;
}

/* How long the mark at p is that ends an item there, 0 when there is none. */
static size_t cut_len(const char *p, const char *end, enum cvx_items_kind kind)
{
    static const struct {
        const char *mark;
        size_t len;
        enum cvx_items_kind from;
    } k_cuts[] = {
        {",", 1, CVX_ITEMS_PLAIN},
        {";", 1, CVX_ITEMS_PLAIN},
        {"\u00b7", sizeof("\u00b7") - 1, CVX_ITEMS_PLAIN},
        {"\u2022", sizeof("\u2022") - 1, CVX_ITEMS_PLAIN},
        {" - ", 3, CVX_ITEMS_ENVIRONMENT},
    };

    for (size_t i = 0; i < sizeof(k_cuts) / sizeof(k_cuts[0]); i++)
        if (kind >= k_cuts[i].from && (size_t)(end - p) >= k_cuts[i].len &&
            memcmp(p, k_cuts[i].mark, k_cuts[i].len) == 0)
            return k_cuts[i].len;
    return 0;
}

static void put_tidied(struct cvx_buf *text, struct cvx_span piece,
                       enum cvx_items_kind kind)
{
    struct cvx_buf clean = CVX_BUF_INIT;

    if (kind == CVX_ITEMS_PLAIN) {
        cvx_clean_comparable(text, piece);
        return;
    }
    cvx_clean(&clean, piece);
    if (clean.failed)
        text->failed = true;
    else if (clean.len > 0)
        cvx_unicode_lower(text, clean.data, clean.len);
    cvx_buf_done(&clean);
}

static int add_piece(struct cvx_items *items, struct cvx_span piece,
                     enum cvx_items_kind kind, struct cvx_err *err)
{
    size_t at = items->text.len;

    put_tidied(&items->text, piece, kind);
    if (items->text.failed)
        return fail_memory(err);
    if (items->text.len == at)
        return CVX_OK;
    if (items->count == items->cap) {
        size_t cap = items->cap ? items->cap * 2 : 16;
        struct cvx_item *more = cvx_realloc_array(items->list, cap, sizeof(*more));

        if (!more)
            return fail_memory(err);
        items->list = more;
        items->cap = cap;
    }
    items->list[items->count++] = (struct cvx_item){at, items->text.len - at};
    return CVX_OK;
}

static int add_string(struct cvx_items *items, struct json_object *string,
                      enum cvx_items_kind kind, struct cvx_err *err)
{
    const char *from = json_object_get_string(string), *p = from;
    const char *end = from + json_object_get_string_len(string);
    int rc = CVX_OK;

    while (p < end && !rc) {
        size_t cut = cut_len(p, end, kind);

        if (cut > 0) {
            rc = add_piece(items, (struct cvx_span){from, (size_t)(p - from)}, kind, err);
            from = p + cut;
        }
        p += cut > 0 ? cut : 1;
    }
    return rc ? rc
              : add_piece(items, (struct cvx_span){from, (size_t)(end - from)}, kind,
                          err);
}

static int by_bytes(const void *a, const void *b, void *text)
{
    const struct cvx_item *x = a, *y = b;
    const char *base = text;
    int order = memcmp(base + x->at, base + y->at, x->len < y->len ? x->len : y->len);

    return order ? order : (x->len > y->len) - (x->len < y->len);
}

int cvx_items_read(struct json_object *list, enum cvx_items_kind kind,
                   struct cvx_items *ret, struct cvx_err *err)
{
    int rc = CVX_OK;

    for (size_t i = 0; i < json_object_array_length(list) && !rc; i++)
        rc = add_string(ret, json_object_array_get_idx(list, i), kind, err);
    /* Bytes of UTF-8 sort as Python's characters do. */
    if (!rc && ret->count > 0)
        qsort_r(ret->list, ret->count, sizeof(*ret->list), by_bytes, ret->text.data);
    return rc;
}

bool cvx_items_equal(const struct cvx_items *a, const struct cvx_items *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct cvx_item *x = &a->list[i], *y = &b->list[i];

        if (x->len != y->len ||
            memcmp(a->text.data + x->at, b->text.data + y->at, x->len) != 0)
            return false;
    }
    return true;
}

void cvx_items_print(const struct cvx_items *items, struct cvx_buf *buf)
{
    cvx_buf_putc(buf, '[');
    for (size_t i = 0; i < items->count; i++) {
        if (i > 0)
            cvx_buf_puts(buf, ", ");
        cvx_quoted_put(buf, items->text.data + items->list[i].at, items->list[i].len);
    }
    cvx_buf_putc(buf, ']');
}

void cvx_items_done(struct cvx_items *items)
{
    cvx_free(items->list);
    cvx_buf_done(&items->text);
    *items = (struct cvx_items){0};
}
