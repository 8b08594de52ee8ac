/* Owns JSON without white space. See compact.h. */
#include "adjust/compact.h"

#include <string.h>

#include "json/writer.h"

static int put_value(struct json_object *value, struct cvx_buf *buf, struct cvx_err *err);

static int put_list(struct json_object *list, struct cvx_buf *buf, struct cvx_err *err)
{
    int rc = CVX_OK;

    cvx_buf_putc(buf, '[');
    for (size_t i = 0; !rc && i < json_object_array_length(list); i++) {
        if (i > 0)
            cvx_buf_putc(buf, ',');
        rc = put_value(json_object_array_get_idx(list, i), buf, err);
    }
    cvx_buf_putc(buf, ']');
    return rc;
}

static int put_object(struct json_object *object, struct cvx_buf *buf,
                      struct cvx_err *err)
{
    struct lh_entry *entry = json_object_get_object(object)->head;
    int rc = CVX_OK;

    cvx_buf_putc(buf, '{');
    for (; !rc && entry; entry = entry->next) {
        const char *key = lh_entry_k(entry);

        cvx_writer_string(key, strlen(key), buf);
        cvx_buf_putc(buf, ':');
        rc = put_value(lh_entry_v(entry), buf, err);
        if (entry->next)
            cvx_buf_putc(buf, ',');
    }
    cvx_buf_putc(buf, '}');
    return rc;
}

static int put_value(struct json_object *value, struct cvx_buf *buf, struct cvx_err *err)
{
    if (json_object_is_type(value, json_type_object))
        return put_object(value, buf, err);
    if (json_object_is_type(value, json_type_array))
        return put_list(value, buf, err);
    return cvx_writer_print(value, buf, err);
}

int cvx_compact_print(struct json_object *value, struct cvx_buf *buf, struct cvx_err *err)
{
    int rc = put_value(value, buf, err);

    return rc ? rc : cvx_buf_check(buf, err);
}
