/* json-c as this program uses it: constructors that a torture test can refuse, and the one
 * kind of value that json-c does not know.
 *
 * An integer beyond 64 bits is a double object that also keeps its digits as read: the
 * digits count, the double is an approximation (infinite for very long ones). A JSON null
 * is a NULL pointer, as everywhere in json-c; so callers must check a constructor's result
 * before they use it as a value. Thread: the owner of the objects. */
#ifndef CVX_JSON_JSONC_H
#define CVX_JSON_JSONC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include <cvextract/err.h>
#include <cvextract/mem.h>

/* Whether the next call of json-c shall be answered as json-c answers when memory is short.
 * Always false in builds without CVX_FAULTS. */
static inline bool cvx_jsonc_refused(void)
{
#ifdef CVX_FAULTS
    void *probe = cvx_alloc(1);
    cvx_free(probe);
    return probe == NULL;
#else
    return false;
#endif
}

/* Each returns a new object that the caller owns, NULL when memory is short. */
static inline struct json_object *cvx_jsonc_object(void)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_object();
}

static inline struct json_object *cvx_jsonc_array(void)
{
    /* json-c's default of 32 places costs 256 bytes for every empty list. */
    return cvx_jsonc_refused() ? NULL : json_object_new_array_ext(4);
}

/* Any bytes, NUL included; len at most INT_MAX. */
static inline struct json_object *cvx_jsonc_string(const char *text, size_t len)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_string_len(text, (int)len);
}

static inline struct json_object *cvx_jsonc_boolean(bool value)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_boolean(value);
}

static inline struct json_object *cvx_jsonc_integer(int64_t value)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_int64(value);
}

static inline struct json_object *cvx_jsonc_double(double value)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_double(value);
}

/* digits: NUL-terminated, canonical (no leading zero, no "+"), copied. */
static inline struct json_object *cvx_jsonc_long_integer(const char *digits,
                                                         double approx)
{
    return cvx_jsonc_refused() ? NULL : json_object_new_double_s(approx, digits);
}

/* The digits of an integer beyond 64 bits, borrowed; NULL for every other value. */
static inline const char *cvx_jsonc_digits(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_double))
        return NULL;
    return json_object_get_userdata(value);
}

/* Puts value under key (copied): behind the others, or in the place of an equal key. Takes
 * value over, also on failure. CVX_OK or CVX_ENOMEM. */
static inline int cvx_jsonc_put(struct json_object *object, const char *key,
                                struct json_object *value)
{
    if (!cvx_jsonc_refused() && json_object_object_add(object, key, value) == 0)
        return CVX_OK;
    json_object_put(value);
    return CVX_ENOMEM;
}

/* Adds value at the end. Takes it over, also on failure. CVX_OK or CVX_ENOMEM. */
static inline int cvx_jsonc_append(struct json_object *array, struct json_object *value)
{
    if (!cvx_jsonc_refused() && json_object_array_add(array, value) == 0)
        return CVX_OK;
    json_object_put(value);
    return CVX_ENOMEM;
}

#endif
