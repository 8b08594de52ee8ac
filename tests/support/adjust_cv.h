/* The CV that the adjusters' tests adjust, and a model that repeats it: what stands between
 * the delimiters of the request's last message, changed as a test wants. */
#ifndef TEST_ADJUST_CV_H
#define TEST_ADJUST_CV_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "model.h"

#define ADJUST_CV(overview)                                                              \
    "{\"identity\":{\"title\":\"Data Engineer\",\"full_name\":\"Ana Ruiz\","             \
    "\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"},\"sidebar\":{\"skills\":["           \
    "\"planning\","                                                                      \
    "\"tuning\"],\"languages\":[\"Go\",\"C++\"],\"tools\":[\"Kafka\",\"Postgres\"],"     \
    "\"certifications\":[],\"industries\":[\"logistics\",\"banking\"],"                  \
    "\"spoken_languages\":[\"Spanish\"],\"academic_background\":[\"BSc\"]},"             \
    "\"overview\":\"" overview                                                           \
    "\",\"experiences\":[{\"heading\":\"Jan 2019 - Present | "                           \
    "Acme\",\"description\":\"Built pipelines for 3 teams.\",\"bullets\":[\"Kafka "      \
    "streams\",\"cut cost by 40%\"],\"environment\":[\"Kafka\",\"Linux\"]},"             \
    "{\"heading\":\"2015 - 2018 | Bolt\",\"description\":\"Did "                         \
    "things.\",\"bullets\":[],"                                                          \
    "\"environment\":null}]}"
#define ADJUST_OVERVIEW "Ana Ruiz has 12 years with Kafka and Go."

/* Text of the request's ith message; the caller puts *ret_root. */
static inline const char *adjust_message(const char *request, size_t i,
                                         struct json_object **ret_root)
{
    struct json_object *messages;

    *ret_root = json_tokener_parse(request);
    messages = json_object_object_get(*ret_root, "messages");
    if (i >= json_object_array_length(messages))
        return "";
    return json_object_get_string(
        json_object_object_get(json_object_array_get_idx(messages, i), "content"));
}

static inline size_t adjust_messages(const char *request)
{
    struct json_object *root = json_tokener_parse(request);
    size_t count = json_object_array_length(json_object_object_get(root, "messages"));

    json_object_put(root);
    return count;
}

/* The document quoted in a message: between the second and the third delimiter. Not with
 * our allocator: a torture test counts that. */
static inline struct json_object *adjust_quoted(const char *message)
{
    const char *begin = strstr(message, ">>\n"), *end;
    struct json_object *document;
    char *text;

    if (!begin)
        return NULL;
    begin += 3;
    end = strstr(begin, "\n<<");
    text = strndup(begin, end ? (size_t)(end - begin) : strlen(begin));
    document = json_tokener_parse(text);
    free(text);
    return document;
}

/* The CV that the first turn of a request holds, in its ith message. The caller puts it. */
static inline struct json_object *adjust_sent(const char *request, size_t i)
{
    struct json_object *root = NULL;
    struct json_object *cv = adjust_quoted(adjust_message(request, i, &root));

    json_object_put(root);
    return cv;
}

static inline struct json_object *adjust_in(struct json_object *root, const char *a,
                                            const char *b)
{
    struct json_object *value = json_object_object_get(root, a);

    return b ? json_object_object_get(value, b) : value;
}

/* Answers with this document, which it puts. */
static inline void adjust_answer(struct cvx_reply *reply, struct json_object *cv)
{
    model_says(reply, json_object_to_json_string_ext(cv, JSON_C_TO_STRING_PLAIN));
    json_object_put(cv);
}

static inline void adjust_print(const struct cvx_cv *cv, struct cvx_buf *buf)
{
    struct cvx_err err;

    cvx_buf_clear(buf);
    if (cv)
        (void)cvx_cv_print(cv, buf, &err);
    else
        cvx_buf_puts(buf, "none");
}

#endif
