/* A list of texts as it is compared: the items of all its strings, cut apart, tidied, sorted.
 * Thread: the holder. */
#ifndef CVX_VERIFY_ITEMS_H
#define CVX_VERIFY_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_item {
    size_t at, len; /* within `text` */
};

struct cvx_items {
    struct cvx_item *list;
    size_t count, cap;
    struct cvx_buf text;
};

enum cvx_items_kind {
    CVX_ITEMS_PLAIN,      /* cut at U+2022 U+00B7 , ; and compared by comparable text */
    CVX_ITEMS_ENVIRONMENT /* cut at " - " too; cleaned and lower-cased */
};

/* Whether the value is a list that holds strings alone. */
bool cvx_items_fit(struct json_object *value);
/* `ret` is empty before, and done by the caller after any outcome. The list must fit.
 * CVX_ENOMEM. */
int cvx_items_read(struct json_object *list, enum cvx_items_kind kind,
                   struct cvx_items *ret, struct cvx_err *err);
bool cvx_items_equal(const struct cvx_items *a, const struct cvx_items *b);
/* Appends the list as Python's repr writes it: ['a', 'b']. */
void cvx_items_print(const struct cvx_items *items, struct cvx_buf *buf);
void cvx_items_done(struct cvx_items *items);

#endif
