/* A CV with placeholders, and back. See protect.h; the table: protect_terms.c; what a
 * placeholder looks like: protect_marks.c; addresses: protect_address.c. */
#include "adjust/protect_private.h"

#include <stdint.h>
#include <string.h>

#include <cvextract/mem.h>

#include "adjust/shape.h"
#include "adjust/words.h"
#include "json/jsonc.h"

static struct cvx_span span_of(struct json_object *string)
{
    if (!json_object_is_type(string, json_type_string))
        return (struct cvx_span){"", 0};
    return (struct cvx_span){json_object_get_string(string),
                             (size_t)json_object_get_string_len(string)};
}

/* A new string of what was written; the buffer is empty afterwards. */
static int take_string(struct cvx_buf *buf, struct json_object **ret)
{
    struct json_object *made =
        buf->failed ? NULL : cvx_jsonc_string(buf->len ? buf->data : "", buf->len);

    cvx_buf_done(buf);
    if (!made)
        return CVX_ENOMEM;
    *ret = made;
    return CVX_OK;
}

/* ---- there ---- */

/* Copies the text with the longest term at each beginning of a word hidden. */
static void hide_text(const struct cvx_protect *protect, struct cvx_span text,
                      struct cvx_buf *buf)
{
    const struct cvx_protect_terms *terms = &protect->terms;
    bool inside = false;
    size_t n = 0;

    for (size_t at = 0; at < text.len; at += n) {
        struct cvx_span from = {text.p + at, text.len - at};
        uint32_t c = cvx_unicode_decode(from.p, from.p + from.len, &n);
        bool begins = !inside || cvx_words_unspaced(c);
        size_t term = begins ? cvx_protect_terms_match(terms, from) : terms->count;

        if (term < terms->count) {
            cvx_protect_mark_put(protect, term, buf);
            n = terms->items[term].len;
            inside = false;
            continue;
        }
        inside = cvx_words_joins(c);
        cvx_buf_put(buf, from.p, n);
    }
}

static int hide_string(const struct cvx_protect *protect, struct json_object *string,
                       enum cvx_protect_kind kind, struct json_object **ret)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_span text = span_of(string);
    size_t term = kind == CVX_PROTECT_WHOLE
                      ? cvx_protect_terms_find(&protect->terms, text)
                      : protect->terms.count;

    if (term < protect->terms.count)
        cvx_protect_mark_put(protect, term, &buf);
    else
        hide_text(protect, text, &buf);
    return take_string(&buf, ret);
}

static int hide(const struct cvx_protect *protect, struct json_object *value,
                const char *key, enum cvx_protect_kind kind, struct json_object **ret);

static int hide_list(const struct cvx_protect *protect, struct json_object *list,
                     const char *key, enum cvx_protect_kind kind,
                     struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_array();
    int rc = made ? CVX_OK : CVX_ENOMEM;

    for (size_t i = 0; !rc && i < json_object_array_length(list); i++) {
        struct json_object *item = NULL;

        rc = hide(protect, json_object_array_get_idx(list, i), key, kind, &item);
        if (!rc)
            rc = cvx_jsonc_append(made, item);
    }
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

static int hide_object(const struct cvx_protect *protect, struct json_object *object,
                       const char *key, struct json_object **ret)
{
    struct json_object *made = cvx_jsonc_object();
    int rc = made ? CVX_OK : CVX_ENOMEM;

    json_object_object_foreach(object, name, member)
    {
        struct json_object *value = NULL;

        if (!rc)
            rc = hide(protect, member, name, cvx_protect_kind_of(key, name), &value);
        if (!rc)
            rc = cvx_jsonc_put(made, name, value);
    }
    if (rc)
        json_object_put(made);
    else
        *ret = made;
    return rc;
}

/* As deep as the schema of a CV goes. */
static int hide(const struct cvx_protect *protect, struct json_object *value,
                const char *key, enum cvx_protect_kind kind, struct json_object **ret)
{
    if (json_object_is_type(value, json_type_object))
        return hide_object(protect, value, key, ret);
    if (json_object_is_type(value, json_type_array))
        return hide_list(protect, value, key, kind, ret);
    if (json_object_is_type(value, json_type_string))
        return hide_string(protect, value, kind, ret);
    *ret = json_object_get(value);
    return CVX_OK;
}

int cvx_protect_new(struct json_object *cv, struct cvx_protect **ret, struct cvx_err *err)
{
    struct cvx_protect *protect = cvx_zalloc(sizeof(*protect));
    int rc = protect ? CVX_OK : CVX_ENOMEM;

    if (!rc) {
        protect->cv = cv;
        cvx_protect_terms_collect(&protect->terms, cv);
        cvx_protect_mark_choose(cv, &protect->mark);
        rc = protect->terms.failed || protect->mark.failed ? CVX_ENOMEM : CVX_OK;
    }
    if (!rc)
        rc = hide(protect, cv, NULL, CVX_PROTECT_TEXT, &protect->sent);
    if (rc) {
        cvx_protect_free(protect);
        return cvx_fail(err, CVX_ENOMEM, "out of memory for protected terms");
    }
    *ret = protect;
    return CVX_OK;
}

void cvx_protect_free(struct cvx_protect *protect)
{
    if (!protect)
        return;
    json_object_put(protect->sent);
    cvx_protect_terms_done(&protect->terms);
    cvx_buf_done(&protect->mark);
    cvx_free(protect);
}

struct json_object *cvx_protect_tree(const struct cvx_protect *protect)
{
    return protect->sent;
}
