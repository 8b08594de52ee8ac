/* Builds the json-c tree from tokens, iteratively, over a stack of the open containers.
 * A container is attached to its parent when it opens: the tree under `root` is complete at
 * every moment, so one release of the root is the whole cleanup. */
#include "json/reader.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/limits.h>

#include "json/jsonc.h"
#include "json/lexer.h"
#include "json/number.h"

struct reader {
    struct cvx_lexer lexer;
    struct json_object *root;
    struct json_object *open[CVX_JSON_DEPTH_MAX];
    size_t depth;
    bool fresh; /* the innermost container holds nothing yet */
    size_t values;
    struct cvx_buf key;    /* of the member that is being read */
    struct cvx_buf number; /* a number with a NUL behind it */
};

static int fail_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory while reading JSON");
}

static int fail_expected(const struct reader *rd, const char *expected,
                         struct cvx_err *err)
{
    return cvx_lexer_fail(&rd->lexer, CVX_EFORMAT, rd->lexer.start, err,
                          "expected %s, found %s", expected,
                          cvx_lexer_kind_name(rd->lexer.kind));
}

/* Copies the token: strtod and json-c want a NUL behind it. */
static int number_text(struct reader *rd, struct cvx_err *err)
{
    cvx_buf_clear(&rd->number);
    cvx_buf_put(&rd->number, rd->lexer.text, rd->lexer.text_len);
    return cvx_buf_check(&rd->number, err);
}

static int make_number(struct reader *rd, struct json_object **ret, struct cvx_err *err)
{
    int64_t integer;
    double real;
    bool is_real = rd->lexer.kind == CVX_LEXER_REAL;
    if (!is_real && cvx_number_int64(rd->lexer.text, rd->lexer.text_len, &integer)) {
        *ret = cvx_jsonc_integer(integer);
        return *ret ? CVX_OK : fail_memory(err);
    }
    int rc = number_text(rd, err);
    if (rc)
        return rc;
    if (cvx_number_double(rd->number.data, &real))
        return fail_memory(err);
    /* Python reads infinity here and would then write what is no JSON: fine for what is
     * read to be shown only. */
    if (is_real && !isfinite(real) && !rd->lexer.nonfinite)
        return cvx_lexer_fail(&rd->lexer, CVX_EFORMAT, rd->lexer.start, err,
                              "this number is too large");
    *ret =
        is_real ? cvx_jsonc_double(real) : cvx_jsonc_long_integer(rd->number.data, real);
    return *ret ? CVX_OK : fail_memory(err);
}

/* Makes the value that the current token is or begins. */
static int make_value(struct reader *rd, struct json_object **ret, struct cvx_err *err)
{
    switch (rd->lexer.kind) {
    case CVX_LEXER_OBJECT:
        *ret = cvx_jsonc_object();
        break;
    case CVX_LEXER_ARRAY:
        *ret = cvx_jsonc_array();
        break;
    case CVX_LEXER_STRING:
        *ret = cvx_jsonc_string(rd->lexer.text, rd->lexer.text_len);
        break;
    case CVX_LEXER_INTEGER:
    case CVX_LEXER_REAL:
        return make_number(rd, ret, err);
    case CVX_LEXER_TRUE:
    case CVX_LEXER_FALSE:
        *ret = cvx_jsonc_boolean(rd->lexer.kind == CVX_LEXER_TRUE);
        break;
    case CVX_LEXER_NULL:
        *ret = NULL;
        return CVX_OK;
    case CVX_LEXER_END:
    case CVX_LEXER_OBJECT_END:
    case CVX_LEXER_ARRAY_END:
    case CVX_LEXER_COMMA:
    case CVX_LEXER_COLON:
        return fail_expected(rd, "a value", err);
    }
    return *ret ? CVX_OK : fail_memory(err);
}

/* Hands the value to the innermost container, or makes it the root. */
static int attach(struct reader *rd, struct json_object *value, struct cvx_err *err)
{
    if (rd->depth == 0) {
        rd->root = value;
        return CVX_OK;
    }
    struct json_object *parent = rd->open[rd->depth - 1];
    int rc = json_object_is_type(parent, json_type_object)
                 ? cvx_jsonc_put(parent, rd->key.data, value)
                 : cvx_jsonc_append(parent, value);
    return rc ? fail_memory(err) : CVX_OK;
}

static int check_limits(const struct reader *rd, bool opens, struct cvx_err *err)
{
    if (opens && rd->depth == CVX_JSON_DEPTH_MAX)
        return cvx_lexer_fail(&rd->lexer, CVX_ELIMIT, rd->lexer.start, err,
                              "JSON nested %zu deep (limit %d)", rd->depth + 1,
                              CVX_JSON_DEPTH_MAX);
    if (rd->values == CVX_JSON_VALUES_MAX)
        return cvx_lexer_fail(&rd->lexer, CVX_ELIMIT, rd->lexer.start, err,
                              "JSON of %zu or more values (limit %zu)", rd->values + 1,
                              CVX_JSON_VALUES_MAX);
    return CVX_OK;
}

/* Reads the value that begins with the current token; a container is left open. */
static int read_value(struct reader *rd, struct cvx_err *err)
{
    bool opens = rd->lexer.kind == CVX_LEXER_OBJECT || rd->lexer.kind == CVX_LEXER_ARRAY;
    struct json_object *value = NULL;
    int rc = check_limits(rd, opens, err);
    if (!rc)
        rc = make_value(rd, &value, err);
    if (!rc)
        rc = attach(rd, value, err);
    if (rc)
        return rc;
    if (opens)
        rd->open[rd->depth++] = value;
    rd->fresh = opens;
    rd->values++;
    return CVX_OK;
}

/* Reads `"key":` from the current token on; the value's first token is current then. */
static int read_key(struct reader *rd, struct cvx_err *err)
{
    struct cvx_lexer *lexer = &rd->lexer;
    if (lexer->kind != CVX_LEXER_STRING)
        return fail_expected(rd, rd->fresh ? "a key or '}'" : "a key", err);
    if (lexer->text_len > 0 && memchr(lexer->text, 0, lexer->text_len))
        return cvx_lexer_fail(lexer, CVX_EFORMAT, lexer->start, err,
                              "a key must not hold \\u0000");
    cvx_buf_clear(&rd->key);
    cvx_buf_put(&rd->key, lexer->text, lexer->text_len);
    cvx_buf_putc(&rd->key, '\0');
    int rc = cvx_buf_check(&rd->key, err);
    if (!rc)
        rc = cvx_lexer_next(lexer, err);
    if (!rc && lexer->kind != CVX_LEXER_COLON)
        rc = fail_expected(rd, "':'", err);
    return rc ? rc : cvx_lexer_next(lexer, err);
}

/* Reads the innermost container's next item or member, or its end. */
static int read_next(struct reader *rd, struct cvx_err *err)
{
    bool object = json_object_is_type(rd->open[rd->depth - 1], json_type_object);
    int rc = cvx_lexer_next(&rd->lexer, err);
    if (rc)
        return rc;
    if (rd->lexer.kind == (object ? CVX_LEXER_OBJECT_END : CVX_LEXER_ARRAY_END)) {
        rd->depth--;
        rd->fresh = false;
        return CVX_OK;
    }
    if (!rd->fresh) {
        if (rd->lexer.kind != CVX_LEXER_COMMA)
            return fail_expected(rd, object ? "',' or '}'" : "',' or ']'", err);
        rc = cvx_lexer_next(&rd->lexer, err);
    }
    if (!rc && object)
        rc = read_key(rd, err);
    return rc ? rc : read_value(rd, err);
}

static int read_document(struct reader *rd, struct cvx_err *err)
{
    int rc = cvx_lexer_next(&rd->lexer, err);
    if (!rc)
        rc = read_value(rd, err);
    while (!rc && rd->depth > 0)
        rc = read_next(rd, err);
    if (!rc)
        rc = cvx_lexer_next(&rd->lexer, err);
    if (!rc && rd->lexer.kind != CVX_LEXER_END)
        rc = fail_expected(rd, "nothing more after the value", err);
    return rc;
}

static int parse(const char *data, size_t len, bool python, struct json_object **ret,
                 struct cvx_err *err)
{
    if (len > CVX_JSON_MAX)
        return cvx_fail(err, CVX_ELIMIT, "JSON of %zu bytes (limit %zu)", len,
                        CVX_JSON_MAX);
    struct reader rd = {.key = CVX_BUF_INIT, .number = CVX_BUF_INIT};
    cvx_lexer_init(&rd.lexer, data, len);
    rd.lexer.nonfinite = python;
    int rc = read_document(&rd, err);
    if (rc)
        json_object_put(rd.root);
    else
        *ret = rd.root;
    cvx_buf_done(&rd.number);
    cvx_buf_done(&rd.key);
    cvx_lexer_done(&rd.lexer);
    return rc;
}

int cvx_reader_parse(const char *data, size_t len, struct json_object **ret,
                     struct cvx_err *err)
{
    return parse(data, len, false, ret, err);
}

int cvx_reader_parse_python(const char *data, size_t len, struct json_object **ret,
                            struct cvx_err *err)
{
    return parse(data, len, true, ret, err);
}
