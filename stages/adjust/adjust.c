/* The common part of the adjusters: state of a run, steps of a file. See adjust.h. */
#include "adjust/adjust.h"

#include <string.h>

#include <cvextract/mem.h>

#include "adjust/compact.h"
#include "adjust/protect.h"
#include "contracts/embedded.h"
#include "json/cv_json.h"

#define ANSWER_TOKENS_MIN ((size_t)2048)

/* Where a file stands. */
enum at { AT_SHARED, AT_CHAT, AT_KEEP };

struct file_data {
    struct cvx_adjust_data head; /* first */
    enum at at;
    struct cvx_chat chat;
    struct cvx_err why; /* of the failure that on-error=keep passes over */
};

/* ---- state of a run ---- */

int cvx_adjust_value(const struct cvx_task *task, const char *key, const char **ret,
                     struct cvx_err *err)
{
    const char *value = cvx_task_param(task, key);

    if (!value || value[strspn(value, " \t\r\n")] == '\0')
        return cvx_fail(err, CVX_EUSAGE, "%s= needs a value", key);
    *ret = value;
    return CVX_OK;
}

bool cvx_adjust_is_given(const struct cvx_task *task, const char *key)
{
    for (size_t i = 0; i < task->n_params; i++)
        if (strcmp(task->params[i].key, key) == 0)
            return true;
    return false;
}

static int read_on_error(const struct cvx_task *task, bool *ret, struct cvx_err *err)
{
    const char *value = cvx_task_param(task, "on-error");

    *ret = value && strcmp(value, "keep") == 0;
    if (*ret || !cvx_adjust_is_given(task, "on-error") ||
        (value && strcmp(value, "fail") == 0))
        return CVX_OK;
    return cvx_fail(err, CVX_EUSAGE, "on-error= must be fail or keep");
}

static int state_fill(struct cvx_adjust_state *state, const char *shared_key,
                      struct cvx_err *err)
{
    int rc = cvx_openai_schema_new(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                   &state->cv, err);

    if (!rc)
        rc = cvx_schema_parse(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                              &state->order, err);
    if (!rc)
        rc = cvx_patterns_new(&state->patterns, err);
    if (rc || !shared_key)
        return rc;
    state->shared_key = cvx_strdup(shared_key);
    return state->shared_key ? CVX_OK
                             : cvx_fail(err, CVX_ENOMEM, "out of memory for an adjuster");
}

int cvx_adjust_state_new(const struct cvx_task *task, const struct cvx_adjuster *adjuster,
                         const char *shared_key, struct cvx_adjust_state **ret,
                         struct cvx_err *err)
{
    struct cvx_adjust_state *state = cvx_zalloc(sizeof(*state));

    if (!state)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for an adjuster");
    state->adjuster = adjuster;
    int rc = read_on_error(task, &state->keep, err);

    if (!rc)
        rc = state_fill(state, shared_key, err);
    if (rc)
        cvx_adjust_close(state);
    else
        *ret = state;
    return rc;
}

void cvx_adjust_close(void *made)
{
    struct cvx_adjust_state *state = made;

    if (!state)
        return;
    cvx_openai_schema_free(state->cv);
    cvx_openai_schema_free(state->research);
    cvx_schema_free(state->order);
    cvx_patterns_free(state->patterns);
    cvx_free(state->shared_key);
    cvx_free(state);
}

/* ---- the request ---- */

/* A document that no adjusted one could be compared with is not sent. */
static int check_input(const struct cvx_task *task, struct json_object *cv,
                       struct cvx_err *err)
{
    const struct cvx_adjust_state *state = task->state;
    struct cvx_issues violations = {0};
    int rc = cvx_openai_schema_check(state->cv, cv, &violations, err);

    if (!rc && violations.errors > 0)
        rc = cvx_fail(err, CVX_EFORMAT, "the document to adjust is no CV: %s",
                      violations.items[0].text);
    cvx_issues_done(&violations);
    return rc;
}

/* *ret was empty. */
static int print_cv(struct json_object *cv, struct cvx_buf *ret, struct cvx_err *err)
{
    int rc = cvx_compact_print(cv, ret, err);

    if (!rc && ret->len > CVX_ADJUST_CV_MAX)
        rc = cvx_fail(err, CVX_ELIMIT, "the CV has %zu bytes, the limit is %zu", ret->len,
                      CVX_ADJUST_CV_MAX);
    return rc;
}

/* The answer is about as long as the CV. What has to be asked for again, longer, costs more
 * than a generous cap: a token has about four bytes of English, but two of many languages
 * that a CV may be translated into. */
static size_t answer_tokens(const struct cvx_adjuster *adjuster, size_t cv_bytes)
{
    size_t tokens = adjuster->protects ? cv_bytes : cv_bytes / 2;

    return tokens > ANSWER_TOKENS_MIN ? tokens : ANSWER_TOKENS_MIN;
}

static int say_cv(const struct cvx_adjuster *adjuster, struct cvx_chat *chat,
                  struct json_object *cv, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = print_cv(cv, &text, err);

    if (!rc) {
        cvx_chat_quote(cvx_chat_say(chat, "user"), "the CV, as JSON", text.data,
                       text.len);
        chat->max_output = answer_tokens(adjuster, text.len);
    }
    cvx_buf_done(&text);
    return rc;
}

static int say_all(struct cvx_task *task, struct cvx_chat *chat, struct json_object *cv)
{
    const struct cvx_adjuster *adjuster =
        ((const struct cvx_adjust_state *)task->state)->adjuster;
    int rc = CVX_OK;

    cvx_buf_puts(cvx_chat_say(chat, "system"), adjuster->prompt);
    if (adjuster->context)
        rc = adjuster->context(task, chat);
    return rc ? rc : say_cv(adjuster, chat, cv, &task->err);
}

static int describe(struct cvx_task *task)
{
    const struct cvx_adjust_state *state = task->state;
    struct file_data *data = task->data;
    struct json_object *cv = cvx_cv_root(task->input), *sent = cv;
    struct cvx_protect *protect = NULL;
    int rc = check_input(task, cv, &task->err);

    if (!rc && state->adjuster->protects)
        rc = cvx_protect_new(cv, &protect, &task->err);
    if (protect)
        sent = cvx_protect_tree(protect);
    if (!rc) {
        data->chat.schema = state->cv;
        data->chat.schema_name = CVX_ADJUST_SCHEMA_NAME;
        data->chat.check = cvx_adjust_check;
        rc = say_all(task, &data->chat, sent);
    }
    cvx_protect_free(protect);
    return rc;
}

/* ---- the steps of a file ---- */

static void file_done(struct cvx_adjust_data *head)
{
    struct file_data *data = (struct file_data *)head;

    cvx_chat_done(&data->chat);
    cvx_free(data);
}

void cvx_adjust_drop(struct cvx_task *task)
{
    struct cvx_adjust_data *data = task->data;

    if (data)
        data->done(data);
    task->data = NULL;
}

static int keep_input(struct cvx_task *task)
{
    const struct file_data *data = task->data;
    int rc = cvx_cv_copy(task->input, &task->output, &task->err);

    if (!rc && cvx_issues_add(&task->issues, CVX_SEVERITY_WARNING,
                              "%s: not adjusted, kept as it was: %s", task->stage->name,
                              cvx_err_top(&data->why)))
        rc = cvx_fail(&task->err, CVX_ENOMEM, "out of memory for a warning");
    return rc;
}

/* Faults of the run rather than of this file are not passed over: the file would count as
 * done, and no later run would adjust it. */
static bool may_keep(const struct cvx_task *task, int rc)
{
    const struct cvx_adjust_state *state = task->state;

    return state->keep && rc != CVX_ECANCELED && rc != CVX_EDENIED && rc != CVX_EQUOTA &&
           rc != CVX_ENOSPC && rc != CVX_ENOMEM;
}

static struct cvx_next failed(struct cvx_task *task, struct file_data *data, int rc)
{
    if (!may_keep(task, rc)) {
        if (rc != CVX_ECANCELED)
            cvx_wrap(&task->err, "%s: %s", task->stage->name, cvx_err_top(&task->err));
        return cvx_next_done(rc);
    }
    data->why = task->err;
    data->at = AT_KEEP;
    return cvx_next_job(keep_input);
}

static struct cvx_next chat_next(struct cvx_task *task, struct file_data *data)
{
    int rc = CVX_OK;
    struct cvx_next next = cvx_chat_next(&data->chat, task, describe, &rc);

    if (!data->chat.ended)
        return next;
    return rc ? failed(task, data, rc) : cvx_next_done(CVX_OK);
}

static struct cvx_next begin(struct cvx_task *task)
{
    const struct cvx_adjust_state *state = task->state;
    struct file_data *data = cvx_zalloc(sizeof(*data));

    if (!data)
        return cvx_next_done(
            cvx_fail(&task->err, CVX_ENOMEM, "out of memory for an adjustment"));
    data->head.done = file_done;
    cvx_chat_init(&data->chat);
    task->data = data;
    if (state->shared_key) {
        data->at = AT_SHARED;
        return cvx_next_shared(state->shared_key, state->adjuster->produce);
    }
    data->at = AT_CHAT;
    return chat_next(task, data);
}

struct cvx_next cvx_adjust_step(struct cvx_task *task)
{
    struct file_data *data = task->data;

    if (!data)
        return begin(task);
    switch (data->at) {
    case AT_SHARED:
        if (task->rc)
            return failed(task, data, task->rc);
        data->at = AT_CHAT;
        return chat_next(task, data);
    case AT_CHAT:
        return chat_next(task, data);
    case AT_KEEP:
        break;
    }
    return cvx_next_done(task->rc);
}

const char *cvx_adjust_foresee(const struct cvx_task *task, cvx_step_fn **ret_produce)
{
    const struct cvx_adjust_state *state = task->state;

    *ret_produce = state->adjuster->produce;
    return state->shared_key;
}

/* ---- estimates ---- */

size_t cvx_adjust_tokens(size_t bytes)
{
    return bytes / 3 + 1;
}

int cvx_adjust_estimate(struct cvx_task *task, struct cvx_estimate *ret)
{
    const struct cvx_adjust_state *state = task->state;
    const struct cvx_adjuster *adjuster = state->adjuster;
    struct cvx_buf text = CVX_BUF_INIT;
    int rc = print_cv(cvx_cv_root(task->input), &text, &task->err);
    size_t len = text.len, same = strlen(adjuster->prompt);

    cvx_buf_done(&text);
    if (rc)
        return rc;
    same += strlen(cvx_openai_schema_strict(state->cv));
    if (adjuster->context_bytes)
        same += adjuster->context_bytes(task);
    ret->calls++;
    ret->tokens_in += cvx_adjust_tokens(same + len);
    ret->tokens_out += cvx_adjust_tokens(len);
    return CVX_OK;
}
