/* The way back: placeholders become what they stand for, and each is accounted for. */
#include "adjust/protect_private.h"

#include <string.h>

#include <cvextract/mem.h>

#include "adjust/shape.h"
#include "json/jsonc.h"

/* More are counted, not told. */
#define TOLD_MAX 20

struct restore {
    const struct cvx_protect *protect;
    struct cvx_buf path; /* of the value at hand */
    long *balance; /* per term: sent less received, of the text at hand; all 0 between */
    size_t broken; /* marks of the text at hand that are no placeholders */
    size_t untold;
    struct cvx_issues *violations;
};

static int restore_value(struct restore *r, struct json_object *was,
                         struct json_object *sent, struct json_object *is,
                         const char *key, struct json_object **ret);

static int tell(struct restore *r, const char *what, size_t term)
{
    struct cvx_buf name = CVX_BUF_INIT;

    if (r->violations->count >= TOLD_MAX) {
        r->untold++;
        return CVX_OK;
    }
    if (term < r->protect->terms.count)
        cvx_protect_mark_put(r->protect, term, &name);
    int rc = name.failed || r->path.failed
                 ? CVX_ENOMEM
                 : cvx_issues_add(r->violations, CVX_SEVERITY_ERROR, "%s %s%s",
                                  r->path.data, what, name.len ? name.data : "");

    cvx_buf_done(&name);
    return rc;
}

/* Adds `step` to the balance of every placeholder of the text. */
static void count_marks(struct restore *r, struct cvx_span text, long step)
{
    struct cvx_span before = {"", 0};
    size_t term = 0;

    while (cvx_protect_mark_next(r->protect, &text, &before, &term)) {
        if (term < r->protect->terms.count)
            r->balance[term] += step;
        else if (step < 0)
            r->broken++;
    }
}

/* Tells what is out of balance among the placeholders of the text, and clears it. */
static int settle(struct restore *r, struct cvx_span text)
{
    struct cvx_span before = {"", 0};
    size_t term = 0;
    int rc = CVX_OK;

    while (cvx_protect_mark_next(r->protect, &text, &before, &term)) {
        long balance = term < r->protect->terms.count ? r->balance[term] : 0;

        if (balance == 0)
            continue;
        r->balance[term] = 0;
        if (!rc)
            rc = tell(r,
                      balance > 0 ? "has lost the placeholder "
                                  : "has more often than it was sent the placeholder ",
                      term);
    }
    return rc;
}

static int check_marks(struct restore *r, struct json_object *sent, struct cvx_span is)
{
    struct cvx_span was = {"", 0};

    if (json_object_is_type(sent, json_type_string))
        was = (struct cvx_span){json_object_get_string(sent),
                                (size_t)json_object_get_string_len(sent)};
    r->broken = 0;
    count_marks(r, was, 1);
    count_marks(r, is, -1);
    int rc = settle(r, was);

    if (!rc)
        rc = settle(r, is);
    if (!rc && r->broken > 0)
        rc = tell(r, "has a placeholder that was not sent", r->protect->terms.count);
    return rc;
}

static int restore_string(struct restore *r, struct json_object *sent,
                          struct json_object *is, struct json_object **ret)
{
    struct cvx_span text = {json_object_get_string(is),
                            (size_t)json_object_get_string_len(is)};
    struct cvx_span before = {"", 0};
    struct cvx_buf buf = CVX_BUF_INIT;
    size_t term = 0;
    int rc = check_marks(r, sent, text);

    while (!rc && cvx_protect_mark_next(r->protect, &text, &before, &term)) {
        cvx_buf_put(&buf, before.p, before.len);
        if (term < r->protect->terms.count)
            cvx_buf_put(&buf, r->protect->terms.items[term].p,
                        r->protect->terms.items[term].len);
    }
    cvx_buf_put(&buf, before.p, before.len);
    struct json_object *made =
        rc || buf.failed ? NULL : cvx_jsonc_string(buf.data, buf.len);

    cvx_buf_done(&buf);
    if (!made)
        return CVX_ENOMEM;
    *ret = made;
    return CVX_OK;
}

static struct json_object *item_of(struct json_object *list, size_t i)
{
    if (!json_object_is_type(list, json_type_array) ||
        i >= json_object_array_length(list))
        return NULL;
    return json_object_array_get_idx(list, i);
}

static int restore_list(struct restore *r, struct json_object *was,
                        struct json_object *sent, struct json_object *is, const char *key,
                        struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_array();
    size_t len = r->path.len;
    int rc = made ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; !rc && i < json_object_array_length(is); i++) {
        struct json_object *item = NULL;

        cvx_buf_printf(&r->path, "[%zu]", i);
        rc = restore_value(r, item_of(was, i), item_of(sent, i),
                           json_object_array_get_idx(is, i), key, &item);
        cvx_buf_trim(&r->path, len);
        if (!rc)
            rc = cvx_jsonc_append(made, item);
    }
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

static int copy_value(struct json_object *value, struct json_object **ret)
{
    return cvx_shape_copy(value, ret, NULL);
}

/* The CV's own where a field is protected as a whole; an experience that the CV has not is
 * left for the check of lengths to find. */
static int restore_member(struct restore *r, struct json_object *was,
                          struct json_object *sent, struct json_object *is,
                          const char *parent, const char *name, struct json_object **ret)
{
    struct json_object *own = NULL, *hidden = NULL;
    bool had = json_object_object_get_ex(was, name, &own);
    size_t len = r->path.len;

    if (had && cvx_protect_kind_of(parent, name) == CVX_PROTECT_WHOLE)
        return copy_value(own, ret);
    json_object_object_get_ex(sent, name, &hidden);
    cvx_buf_printf(&r->path, "%s%s", len > 0 ? "." : "", name);
    int rc = restore_value(r, own, hidden, is, name, ret);

    cvx_buf_trim(&r->path, len);
    return rc;
}

/* Adds what is protected as a whole and missing in the answer. */
static int add_missing(struct json_object *was, const char *parent,
                       struct json_object *made)
{
    int rc = CVX_OK;

    if (!json_object_is_type(was, json_type_object))
        return CVX_OK;
    json_object_object_foreach(was, name, own)
    {
        struct json_object *value = NULL;

        if (rc || cvx_protect_kind_of(parent, name) != CVX_PROTECT_WHOLE ||
            json_object_object_get_ex(made, name, NULL))
            continue;
        rc = copy_value(own, &value);
        if (!rc)
            rc = cvx_jsonc_put(made, name, value);
    }
    return rc;
}

static int restore_object(struct restore *r, struct json_object *was,
                          struct json_object *sent, struct json_object *is,
                          const char *key, struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_object();
    int rc = made ? CVX_OK : CVX_ENOMEM;

    json_object_object_foreach(is, name, member)
    {
        struct json_object *value = NULL;

        if (!rc)
            rc = restore_member(r, was, sent, member, key, name, &value);
        if (!rc)
            rc = cvx_jsonc_put(made, name, value);
    }
    if (!rc)
        rc = add_missing(was, key, made);
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

/* As deep as the schema of a CV goes. */
static int restore_value(struct restore *r, struct json_object *was,
                         struct json_object *sent, struct json_object *is,
                         const char *key, struct json_object **ret)
{
    if (json_object_is_type(is, json_type_object))
        return restore_object(r, was, sent, is, key, ret);
    if (json_object_is_type(is, json_type_array))
        return restore_list(r, was, sent, is, key, ret);
    if (json_object_is_type(is, json_type_string))
        return restore_string(r, sent, is, ret);
    return copy_value(is, ret);
}

int cvx_protect_restore(const struct cvx_protect *protect, struct json_object *answer,
                        struct json_object **ret, struct cvx_issues *violations,
                        struct cvx_err *err)
{
    struct restore r = {.protect = protect, .violations = violations};
    struct json_object *made = NULL;
    int rc = CVX_ENOMEM;

    r.balance = cvx_zalloc((protect->terms.count + 1) * sizeof(*r.balance));
    if (r.balance)
        rc = restore_value(&r, protect->cv, protect->sent, answer, NULL, &made);
    if (!rc && r.untold > 0)
        rc = cvx_issues_add(violations, CVX_SEVERITY_ERROR, "and %zu more placeholders",
                            r.untold);
    if (!rc && r.path.failed)
        rc = CVX_ENOMEM;
    cvx_free(r.balance);
    cvx_buf_done(&r.path);
    if (rc) {
        json_object_put(made);
        return cvx_fail(err, CVX_ENOMEM, "out of memory while restoring placeholders");
    }
    *ret = made;
    return CVX_OK;
}
