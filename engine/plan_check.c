/* What can be known to be wrong with a plan before any work: keys, values, the order of
 * steps, where outputs would go. */
#include "plan_check.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct cvx_stage_key *cvx_plan_check_key(const struct cvx_stage *stage,
                                               const char *key)
{
    for (const struct cvx_stage_key *k = stage->keys; k && k->key; k++)
        if (strcmp(k->key, key) == 0)
            return k;
    return NULL;
}

static int check_file(const struct cvx_param *param, struct cvx_err *err)
{
    struct stat st;

    if (stat(param->value, &st) != 0)
        return cvx_fail(err, CVX_EUSAGE, "%s=%s: %s", param->key, param->value,
                        strerror(errno));
    if (!S_ISREG(st.st_mode))
        return cvx_fail(err, CVX_EUSAGE, "%s=%s: not a regular file", param->key,
                        param->value);
    if (access(param->value, R_OK) != 0)
        return cvx_fail(err, CVX_EUSAGE, "%s=%s: %s", param->key, param->value,
                        strerror(errno));
    return CVX_OK;
}

int cvx_plan_check_params(const struct cvx_plan_step *step,
                          const struct cvx_step_options *options, struct cvx_err *err)
{
    for (size_t i = 0; i < options->n_params; i++) {
        const struct cvx_param *param = &options->params[i];
        const struct cvx_stage_key *key = NULL;

        for (size_t t = 0; t < step->n_tries && !key; t++)
            key = cvx_plan_check_key(step->tries[t].stage, param->key);
        if (!key)
            return cvx_fail(err, CVX_EUSAGE, "%s '%s' has no key '%s'",
                            cvx_stage_kind_name(step->kind), step->tries[0].stage->name,
                            param->key);
        if (!(key->flags & CVX_KEY_BARE) && (!param->value || !*param->value))
            return cvx_fail(err, CVX_EUSAGE, "%s= needs a value", param->key);
        if (key->flags & CVX_KEY_FILE) {
            int rc = check_file(param, err);

            if (rc)
                return rc;
        }
    }
    return CVX_OK;
}

int cvx_plan_check_required(const struct cvx_plan_stage *planned, struct cvx_err *err)
{
    const struct cvx_stage *stage = planned->stage;

    for (const struct cvx_stage_key *k = stage->keys; k && k->key; k++) {
        bool given = false;

        for (size_t i = 0; i < planned->n_params; i++)
            given = given || strcmp(planned->params[i].key, k->key) == 0;
        if ((k->flags & CVX_KEY_REQUIRED) && !given)
            return cvx_fail(err, CVX_EUSAGE,
                            "%s '%s' needs %s=", cvx_stage_kind_name(stage->kind),
                            stage->name, k->key);
    }
    return CVX_OK;
}

int cvx_plan_check_order(const struct cvx_run_options *options, struct cvx_err *err)
{
    if (options->n_steps == 0)
        return cvx_fail(err, CVX_EUSAGE, "nothing to do: no stage was asked for");
    for (size_t i = 0; i < options->n_steps; i++) {
        enum cvx_stage_kind kind = options->steps[i].kind;

        if (kind == CVX_VERIFIER || kind >= CVX_STAGE_KINDS)
            return cvx_fail(err, CVX_EUSAGE, "step %zu is no extract, adjust or render",
                            i + 1);
        if (i && (kind < options->steps[i - 1].kind ||
                  (kind == options->steps[i - 1].kind && kind != CVX_ADJUSTER)))
            return cvx_fail(err, CVX_EUSAGE,
                            "steps go extract, adjust (any number), render");
    }
    if (!options->target || !*options->target)
        return cvx_fail(err, CVX_EUSAGE, "a target folder is needed");
    if (!options->source && !options->inputs_given)
        return cvx_fail(err, CVX_EUSAGE, "a source is needed");
    return CVX_OK;
}

/* The same folder however it is spelled: "x", "./x/", "x//" (".." is left to the system). */
static bool same_place(const char *a, const char *b)
{
    for (;;) {
        while (*a == '/' || (a[0] == '.' && (a[1] == '/' || a[1] == '\0')))
            a++;
        while (*b == '/' || (b[0] == '.' && (b[1] == '/' || b[1] == '\0')))
            b++;
        if (!*a || !*b)
            return !*a && !*b;
        size_t n = strcspn(a, "/");

        if (n != strcspn(b, "/") || memcmp(a, b, n) != 0)
            return false;
        a += n;
        b += n;
    }
}

/* The folder of the lock, the journal and kept answers is nobody's output. */
static bool is_ours(const char *path)
{
    for (const char *p = path; (p = strstr(p, ".cvextract")) != NULL; p++)
        if ((p == path || p[-1] == '/') && (p[10] == '/' || p[10] == '\0'))
            return true;
    return false;
}

static int check_shared(const struct cvx_plan *plan, struct cvx_err *err)
{
    for (size_t i = 0; i < plan->n_steps; i++)
        for (size_t k = 0; k < i; k++)
            if (plan->steps[i].stores && plan->steps[k].stores &&
                same_place(plan->steps[i].folder, plan->steps[k].folder) &&
                (plan->steps[i].single ||
                 strcmp(plan->steps[i].suffix, plan->steps[k].suffix) == 0))
                return cvx_fail(err, CVX_EUSAGE, "output=%s is used by two stages",
                                plan->steps[i].folder);
    return CVX_OK;
}

static bool is_same(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* output= of a single input: a file, or nothing yet, but never the input itself. */
static int check_single(const struct cvx_plan *plan, const char *path,
                        struct cvx_err *err)
{
    size_t len = strlen(path);
    struct stat st;

    if (plan->source && is_same(path, plan->source))
        return cvx_fail(err, CVX_EUSAGE, "output=%s is the input itself", path);
    if (path[len - 1] == '/' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return cvx_fail(err, CVX_EUSAGE,
                        "output=%s is a folder; of a single input it is the file", path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return cvx_fail(err, CVX_EUSAGE, "output=%s is not a regular file", path);
    return CVX_OK;
}

int cvx_plan_check_outputs(const struct cvx_plan *plan, struct cvx_err *err)
{
    int rc = check_shared(plan, err);

    for (size_t i = 0; i < plan->n_steps && !rc; i++) {
        const struct cvx_plan_step *step = &plan->steps[i];

        if (!step->stores)
            continue;
        if (is_ours(step->folder))
            return cvx_fail(err, CVX_EUSAGE, "output=%s is the program's own folder",
                            step->folder);
        if (step->single)
            rc = check_single(plan, step->folder, err);
        else if (plan->loads && plan->source && strcmp(step->suffix, ".json") == 0 &&
                 is_same(step->folder, plan->source))
            rc = cvx_fail(err, CVX_EUSAGE, "output=%s is where the inputs are",
                          step->folder);
    }
    return rc;
}
