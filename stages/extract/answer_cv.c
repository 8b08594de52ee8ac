/* Owns how an answer becomes a document. The recursion is as deep as the schema. */
#include "extract/answer_cv.h"

#include <stdbool.h>
#include <string.h>

#include "text/clean.h"
#include "json/cv_json.h"
#include "json/jsonc.h"

/* What became of one value. `text`: whether anything in it says something. */
struct made {
    struct json_object *value; /* NULL = null */
    bool text;
};

static int make(const struct cvx_schema *schema, struct json_object *from,
                struct made *ret);

static int make_string(struct json_object *from, struct made *ret)
{
    struct cvx_buf clean = CVX_BUF_INIT;

    if (json_object_is_type(from, json_type_string))
        cvx_clean(&clean, (struct cvx_span){json_object_get_string(from),
                                            (size_t)json_object_get_string_len(from)});
    ret->value =
        clean.failed ? NULL : cvx_jsonc_string(clean.len ? clean.data : "", clean.len);
    ret->text = clean.len > 0;
    cvx_buf_done(&clean);
    return ret->value ? CVX_OK : CVX_ENOMEM;
}

static int make_items(const struct cvx_schema *schema, struct json_object *from,
                      struct made *ret)
{
    size_t count =
        json_object_is_type(from, json_type_array) ? json_object_array_length(from) : 0;

    for (size_t i = 0; i < count; i++) {
        struct made item = {0};
        int rc = make(schema->items, json_object_array_get_idx(from, i), &item);

        if (!rc && item.text)
            rc = cvx_jsonc_append(ret->value, item.value);
        else
            json_object_put(item.value);
        if (rc)
            return rc;
        ret->text = ret->text || item.text;
    }
    return CVX_OK;
}

static int make_array(const struct cvx_schema *schema, struct json_object *from,
                      struct made *ret)
{
    struct made made = {.value = cvx_jsonc_array()};
    int rc = made.value ? make_items(schema, from, &made) : CVX_ENOMEM;

    if (rc || (!made.text && (schema->types & CVX_SCHEMA_NULL))) {
        json_object_put(made.value);
        made.value = NULL;
    }
    *ret = made;
    return rc;
}

static int make_object(const struct cvx_schema *schema, struct json_object *from,
                       struct made *ret)
{
    struct made made = {.value = cvx_jsonc_object()};
    int rc = made.value ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; !rc && i < schema->n_fields; i++) {
        struct made field = {0};
        struct json_object *value = NULL;

        if (json_object_is_type(from, json_type_object))
            value = json_object_object_get(from, schema->fields[i].name);
        rc = make(schema->fields[i].schema, value, &field);
        if (rc)
            break;
        made.text = made.text || field.text;
        rc = cvx_jsonc_put(made.value, schema->fields[i].name, field.value);
    }
    if (rc) {
        json_object_put(made.value);
        made.value = NULL;
    }
    *ret = made;
    return rc;
}

static int make(const struct cvx_schema *schema, struct json_object *from,
                struct made *ret)
{
    if (schema && (schema->types & CVX_SCHEMA_OBJECT))
        return make_object(schema, from, ret);
    if (schema && (schema->types & CVX_SCHEMA_ARRAY))
        return make_array(schema, from, ret);
    if (schema && (schema->types & CVX_SCHEMA_STRING))
        return make_string(from, ret);
    *ret = (struct made){.value = json_object_get(from)};
    return CVX_OK;
}

int cvx_answer_cv(const struct cvx_schema *schema, struct json_object *answer,
                  struct cvx_cv **ret, struct cvx_err *err)
{
    struct made made = {0};

    if (make(schema, answer, &made))
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the document");
    if (!made.text) {
        json_object_put(made.value);
        return cvx_fail(err, CVX_EFORMAT,
                        "the model found nothing in the document: every field is empty");
    }
    return cvx_cv_from_root(made.value, ret, err);
}
