/* See context.h. */
#include "render/jinja/context.h"

#include <string.h>

#include "render/jinja/bigint.h"
#include "json/cv_json.h"
#include "json/jsonc.h"

static int load(struct cvx_rt *rt, struct json_object *json, struct cvx_value *ret);

static int load_double(struct cvx_rt *rt, struct json_object *json, struct cvx_value *ret)
{
    const char *digits = cvx_jsonc_digits(json);
    bool ok = false;
    if (!digits) {
        *ret = cvx_value_float(json_object_get_double(json));
        return CVX_OK;
    }
    int rc = cvx_numeric_parse_int(rt, digits, strlen(digits), 10, ret, &ok);
    return rc || ok ? rc : cvx_bigint_too_long(rt);
}

static int load_array(struct cvx_rt *rt, struct json_object *json, struct cvx_value *ret)
{
    size_t n = json_object_array_length(json);
    struct cvx_value list = {0};
    int rc = cvx_value_list(rt, CVX_V_LIST, n, &list);
    for (size_t i = 0; i < n && !rc; i++) {
        struct cvx_value item = {0};
        rc = load(rt, json_object_array_get_idx(json, i), &item);
        if (!rc)
            rc = cvx_list_append(rt, list.u.list, item);
    }
    if (!rc)
        *ret = list;
    return rc;
}

static int load_object(struct cvx_rt *rt, struct json_object *json, struct cvx_value *ret)
{
    struct cvx_value dict = {0};
    int rc = cvx_dict_new(rt, &dict);
    if (rc)
        return rc;
    json_object_object_foreach(json, name, member)
    {
        struct cvx_value key = {0}, value = {0};
        rc = cvx_value_str(rt, name, strlen(name), false, &key);
        if (!rc)
            rc = load(rt, member, &value);
        if (!rc)
            rc = cvx_dict_put(rt, dict.u.dict, key, value);
        if (rc)
            return rc;
    }
    *ret = dict;
    return CVX_OK;
}

static int load_container(struct cvx_rt *rt, struct json_object *json,
                          struct cvx_value *ret)
{
    int rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    rc = json_object_is_type(json, json_type_array) ? load_array(rt, json, ret)
                                                    : load_object(rt, json, ret);
    cvx_value_leave(rt);
    return rc;
}

static int load(struct cvx_rt *rt, struct json_object *json, struct cvx_value *ret)
{
    switch (json_object_get_type(json)) {
    case json_type_null:
        *ret = cvx_value_none();
        return CVX_OK;
    case json_type_boolean:
        *ret = cvx_value_bool(json_object_get_boolean(json));
        return CVX_OK;
    case json_type_int:
        *ret = cvx_value_int(json_object_get_int64(json));
        return CVX_OK;
    case json_type_double:
        return load_double(rt, json, ret);
    case json_type_string:
        return cvx_value_str(rt, json_object_get_string(json),
                             (size_t)json_object_get_string_len(json), false, ret);
    case json_type_array:
    case json_type_object:
        return load_container(rt, json, ret);
    }
    return cvx_fail(rt->err, CVX_EINTERNAL, "a JSON value of no known kind");
}

int cvx_context_load(struct cvx_rt *rt, const struct cvx_cv *cv, struct cvx_value *ret)
{
    struct json_object *root = cvx_cv_root(cv);
    if (!json_object_is_type(root, json_type_object))
        return cvx_fail(rt->err, CVX_EFORMAT,
                        "the data for a template is a JSON %s, not an object",
                        json_type_to_name(json_object_get_type(root)));
    return load(rt, root, ret);
}
