/* Any bytes as header parts (a form feed, which XML forbids, divides them): walked and
 * laid out as identity and sidebar, whose promises hold. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "docx/wordml.h"
#include "extract/layout.h"

static void check(bool ok)
{
    if (!ok)
        abort();
}

static bool is_empty(struct json_object *object, const char *key)
{
    return json_object_get_string_len(json_object_object_get(object, key)) == 0;
}

/* Four strings: without a title there is no name, without a first name no last one. */
static void check_identity(struct json_object *identity)
{
    check(json_object_object_length(identity) == 4);
    check(!is_empty(identity, "title") || is_empty(identity, "full_name"));
    check(is_empty(identity, "full_name") == is_empty(identity, "first_name"));
    check(!is_empty(identity, "first_name") || is_empty(identity, "last_name"));
}

/* Seven lists without an empty item. */
static void check_sidebar(struct json_object *sidebar, size_t items)
{
    check(json_object_object_length(sidebar) == 7);
    json_object_object_foreach(sidebar, key, list)
    {
        check(*key && json_object_is_type(list, json_type_array));
        size_t count = json_object_array_length(list);
        for (size_t i = 0; i < count; i++)
            check(json_object_get_string_len(json_object_array_get_idx(list, i)) > 0);
        items -= count;
    }
    check(items == 0);
}

static void add_part(struct cvx_layout_header *header, const char *data, size_t len)
{
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_err err;
    int rc = cvx_wordml_read(data, len, &paragraphs, &err);

    check(rc == CVX_OK || rc == CVX_EFORMAT || rc == CVX_ELIMIT);
    if (rc == CVX_OK)
        check(cvx_layout_header_add(header, &paragraphs, &err) == CVX_OK);
    cvx_paragraphs_done(&paragraphs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_layout_header *header = NULL;
    struct json_object *identity = NULL, *sidebar = NULL;
    const char *p = (const char *)data;

    check(cvx_layout_header_new(size, &header, NULL) == CVX_OK);
    while (size > 0) {
        const char *end = memchr(p, '\f', size);
        size_t len = end ? (size_t)(end - p) : size;
        add_part(header, p, len);
        len += end != NULL;
        p += len;
        size -= len;
    }
    check(cvx_layout_header_read(header, &identity, &sidebar, NULL) == CVX_OK);
    check_identity(identity);
    check_sidebar(sidebar, cvx_layout_header_items(header));
    json_object_put(identity);
    json_object_put(sidebar);
    cvx_layout_header_free(header);
    return 0;
}
