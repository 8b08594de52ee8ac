/* Owns when an adjusted CV is accepted: brought into form, then held against the one that
 * was given. Runs on a worker. */
#include "adjust/adjust.h"

#include <json-c/json.h>

#include "adjust/invariants.h"
#include "adjust/protect.h"
#include "adjust/shape.h"
#include "json/cv_json.h"

/* Placeholders were made from the same CV by the same rules when it was sent: to make them
 * again costs less than to keep them while the file waits. */
static int restore(struct cvx_task *task, struct json_object *cv,
                   struct json_object *answer, struct json_object **ret,
                   struct cvx_issues *violations)
{
    const struct cvx_adjust_state *state = task->state;
    struct cvx_protect *protect = NULL;
    int rc;

    if (!state->adjuster->protects) {
        *ret = json_object_get(answer);
        return CVX_OK;
    }
    rc = cvx_protect_new(cv, &protect, &task->err);
    if (!rc)
        rc = cvx_protect_restore(protect, answer, ret, violations, &task->err);
    cvx_protect_free(protect);
    return rc;
}

int cvx_adjust_check(struct cvx_task *task, struct json_object *answer,
                     struct cvx_issues *violations)
{
    const struct cvx_adjust_state *state = task->state;
    struct json_object *cv = cvx_cv_root(task->input), *whole = NULL, *shaped = NULL;
    int rc = restore(task, cv, answer, &whole, violations);

    if (!rc)
        rc = cvx_shape_like(state->order, cv, whole, &shaped, &task->err);
    if (!rc)
        rc = cvx_invariants_check(state->adjuster->checks, state->patterns, cv, shaped,
                                  violations, &task->err);
    if (!rc && violations->errors == 0)
        rc = cvx_cv_from_root(json_object_get(shaped), &task->output, &task->err);
    json_object_put(shaped);
    json_object_put(whole);
    return rc;
}
