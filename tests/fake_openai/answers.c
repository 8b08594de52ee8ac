/* Adjusting and translating; and which rule answers which request. */
#include "answers.h"

#include <ctype.h>
#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "conform.h"
#include "util.h"

static struct json_object *copy_of(struct json_object *from)
{
    struct json_object *made = NULL;

    if (json_object_deep_copy(from, &made, NULL) != 0)
        fake_die("out of memory");
    return made;
}

/* ---- adjusting ------------------------------------------------------------------------- */

/* Whether a word of four letters or more of the text occurs in the context, which is in
 * lower case. */
static bool is_relevant(const char *text, const char *context)
{
    char word[64];
    size_t n = 0;

    for (const char *p = text;; p++) {
        if (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80) {
            if (n < sizeof word - 1)
                word[n++] = (char)tolower((unsigned char)*p);
            continue;
        }
        word[n] = '\0';
        if (n >= 4 && strstr(context, word))
            return true;
        n = 0;
        if (!*p)
            return false;
    }
}

/* A list with what is relevant first, otherwise in its own order. */
static struct json_object *reordered(struct json_object *list, const char *context)
{
    struct json_object *made = json_object_new_array();
    size_t n = json_object_array_length(list);

    for (int round = 1; round >= 0; round--) {
        for (size_t i = 0; i < n; i++) {
            struct json_object *one = json_object_array_get_idx(list, i);
            const char *text = json_object_get_string(one);

            if (text && is_relevant(text, context) == (round == 1))
                json_object_array_add(made, json_object_get(one));
        }
    }
    return made;
}

static void lists_reorder(struct json_object *object, const char *context)
{
    static const char *const k_lists[] = {"skills",         "languages",  "tools",
                                          "certifications", "industries", "bullets",
                                          "environment"};

    for (size_t i = 0; i < sizeof k_lists / sizeof *k_lists; i++) {
        struct json_object *list = fake_member(object, k_lists[i]);

        if (json_object_is_type(list, json_type_array))
            json_object_object_add(object, k_lists[i], reordered(list, context));
    }
}

struct json_object *fake_answer_adjust(struct json_object *cv, const char *context)
{
    struct json_object *made = copy_of(cv);
    struct json_object *jobs = fake_member(made, "experiences");
    char *lower = fake_copy(context);

    for (char *p = lower; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    lists_reorder(fake_member(made, "sidebar"), lower);
    for (size_t i = 0; i < json_object_array_length(jobs); i++)
        lists_reorder(json_object_array_get_idx(jobs, i), lower);
    cvx_free(lower);
    return made;
}

/* ---- translating -------------------------------------------------------------------------- */

static bool is_kept(const char *key)
{
    static const char *const k_kept[] = {"full_name", "first_name", "last_name",
                                         "languages", "tools",      "environment"};

    for (size_t i = 0; i < sizeof k_kept / sizeof *k_kept; i++) {
        if (strcmp(k_kept[i], key) == 0)
            return true;
    }
    return false;
}

static struct json_object *marked(struct json_object *value, const char *key,
                                  const char *language)
{
    struct json_object *made;

    if (json_object_is_type(value, json_type_object)) {
        made = json_object_new_object();
        json_object_object_foreach(value, name, member)
        {
            json_object_object_add(made, name, marked(member, name, language));
        }
        return made;
    }
    if (json_object_is_type(value, json_type_array)) {
        made = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(value); i++)
            json_object_array_add(
                made, marked(json_object_array_get_idx(value, i), key, language));
        return made;
    }
    if (!json_object_is_type(value, json_type_string) || is_kept(key) ||
        json_object_get_string_len(value) == 0)
        return json_object_get(value);

    struct cvx_buf text = CVX_BUF_INIT;
    cvx_buf_printf(&text, "[%s] ", language);
    cvx_buf_put(&text, json_object_get_string(value),
                (size_t)json_object_get_string_len(value));
    made = json_object_new_string_len(text.data, (int)text.len);
    cvx_buf_done(&text);
    return made;
}

struct json_object *fake_answer_translate(struct json_object *cv, const char *language)
{
    return marked(cv, "", language);
}

/* ---- which ---------------------------------------------------------------------------------- */

static const char *text_of(const struct cvx_buf *buf)
{
    return buf->data ? buf->data : "";
}

struct json_object *fake_answer(const struct fake_ask *ask)
{
    struct json_object *made = NULL, *shaped;

    switch (ask->job) {
    case FAKE_JOB_EXTRACT:
        made = fake_answer_extract(text_of(&ask->text), ask->text.len);
        break;
    case FAKE_JOB_ADJUST:
        made = fake_answer_adjust(ask->cv, text_of(&ask->context));
        break;
    case FAKE_JOB_TRANSLATE:
        made = fake_answer_translate(ask->cv, ask->language);
        break;
    case FAKE_JOB_RESEARCH:
        made = fake_answer_research(text_of(&ask->text), ask->text.len);
        break;
    case FAKE_JOB_OTHER:
        made = json_object_new_object();
        break;
    }
    if (!ask->schema)
        return made;
    shaped = fake_conform(made, ask->schema, ask->schema);
    json_object_put(made);
    return shaped;
}
