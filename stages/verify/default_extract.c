/* default-extract-verifier: is the CV complete enough to be of use? (20-extraction.md,
 * "Verifiers".) It may be named alone, without the schema check before it, so no value is
 * taken to have the right type: a section of a wrong type counts as absent. */
#include <string.h>

#include <json-c/json.h>

#include <cvextract/buf.h>

#include "stages.h"
#include "text/clean.h"
#include "json/cv_json.h"
#include "json/jsonc.h"

/* The sections that a CV is expected to have. */
static const char *const k_sidebar[] = {"languages", "tools", "industries",
                                        "spoken_languages", "academic_background"};
static const char *const k_identity[] = {"title", "full_name", "first_name", "last_name"};
#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What the experiences together have and lack. */
struct survey {
    bool details; /* bullets or an environment somewhere */
    bool no_heading, no_description;
    bool bad_environment;
};

/* Whether there is something in it, as Python's truth test tells. */
static bool is_filled(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return false;
    case json_type_boolean:
        return json_object_get_boolean(value);
    case json_type_int:
        return json_object_get_int64(value) != 0;
    case json_type_double:
        return cvx_jsonc_digits(value) || json_object_get_double(value) != 0;
    case json_type_string:
        return json_object_get_string_len(value) > 0;
    case json_type_array:
        return json_object_array_length(value) > 0;
    case json_type_object:
        return json_object_object_length(value) > 0;
    }
    return false;
}

/* The member of an object; NULL when there is none, or `object` is no object. */
static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, key, &value);
    return value;
}

static bool has_key(struct json_object *object, const char *key)
{
    return json_object_is_type(object, json_type_object) &&
           json_object_object_get_ex(object, key, NULL);
}

/* Whether it is a string of more than white space. */
static bool has_text(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return false;
    struct cvx_span text = {json_object_get_string(value),
                            (size_t)json_object_get_string_len(value)};
    return cvx_clean_strip(text).len > 0;
}

static int add_error(struct cvx_task *task, const char *text)
{
    return cvx_issues_add(&task->issues, CVX_SEVERITY_ERROR, "%s", text);
}

static int add_warning(struct cvx_task *task, const char *text)
{
    return cvx_issues_add(&task->issues, CVX_SEVERITY_WARNING, "%s", text);
}

static int check_identity(struct cvx_task *task, struct json_object *identity)
{
    size_t filled = 0;
    for (size_t i = 0; i < N_OF(k_identity); i++)
        filled += is_filled(member(identity, k_identity[i]));
    return filled == N_OF(k_identity) ? CVX_OK : add_error(task, "identity");
}

static int warn_sidebar(struct cvx_task *task, struct json_object *sidebar)
{
    struct cvx_buf text = CVX_BUF_INIT;
    for (size_t i = 0; i < N_OF(k_sidebar); i++) {
        if (is_filled(member(sidebar, k_sidebar[i])))
            continue;
        cvx_buf_puts(&text, text.len > 0 ? ", " : "missing sidebar: ");
        cvx_buf_puts(&text, k_sidebar[i]);
    }
    int rc = text.failed ? CVX_ENOMEM : CVX_OK;
    if (!rc && text.len > 0)
        rc = add_warning(task, text.data);
    cvx_buf_done(&text);
    return rc;
}

static int check_sidebar(struct cvx_task *task, struct json_object *sidebar)
{
    size_t present = 0, filled = 0;
    for (size_t i = 0; i < N_OF(k_sidebar); i++) {
        present += has_key(sidebar, k_sidebar[i]);
        filled += is_filled(member(sidebar, k_sidebar[i]));
    }
    bool object = json_object_is_type(sidebar, json_type_object);
    /* Five empty lists are what a failed extraction leaves; where some of the keys are
     * absent somebody has chosen what to write, and a warning will do. */
    if (!object || !is_filled(sidebar) || (present == N_OF(k_sidebar) && filled == 0))
        return add_error(task, "sidebar");
    return warn_sidebar(task, sidebar);
}

static void survey_experience(struct survey *survey, struct json_object *experience)
{
    struct json_object *environment = member(experience, "environment");
    if (!has_text(member(experience, "heading")))
        survey->no_heading = true;
    if (!has_text(member(experience, "description")))
        survey->no_description = true;
    if (is_filled(member(experience, "bullets")) || is_filled(environment))
        survey->details = true;
    if (environment && !json_object_is_type(environment, json_type_array))
        survey->bad_environment = true;
}

static int warn_experiences(struct cvx_task *task, const struct survey *survey)
{
    /* By what is missing: bit 0 the description, bit 1 the heading. */
    static const char *const k_incomplete[] = {
        NULL,
        "incomplete: missing description",
        "incomplete: missing heading",
        "incomplete: missing description; missing heading",
    };
    const char *incomplete =
        k_incomplete[(survey->no_description ? 1 : 0) + (survey->no_heading ? 2 : 0)];
    int rc = CVX_OK;
    if (!survey->details)
        rc = add_warning(task, "no bullets or environment in any experience");
    if (!rc && incomplete)
        rc = add_warning(task, incomplete);
    if (!rc && survey->bad_environment)
        rc = add_warning(task, "invalid environment format");
    return rc;
}

static int check_experiences(struct cvx_task *task, struct json_object *experiences)
{
    struct survey survey = {0};
    size_t count = json_object_is_type(experiences, json_type_array)
                       ? json_object_array_length(experiences)
                       : 0;
    int rc = count == 0 ? add_error(task, "experiences_empty") : CVX_OK;
    for (size_t i = 0; i < count; i++)
        survey_experience(&survey, json_object_array_get_idx(experiences, i));
    return rc ? rc : warn_experiences(task, &survey);
}

static int run(struct cvx_task *task)
{
    struct json_object *root = cvx_cv_root(task->input);
    int rc = check_identity(task, member(root, "identity"));
    if (!rc)
        rc = check_sidebar(task, member(root, "sidebar"));
    if (!rc)
        rc = check_experiences(task, member(root, "experiences"));
    return rc ? cvx_fail(&task->err, CVX_ENOMEM,
                         "out of memory while checking a document")
              : CVX_OK;
}

const struct cvx_stage cvx_default_extract_verifier = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_VERIFIER,
    .default_after = CVX_AFTER(CVX_EXTRACTOR),
    .name = "default-extract-verifier",
    .summary = "Checks that an extracted CV is complete",
    .run = run,
};
