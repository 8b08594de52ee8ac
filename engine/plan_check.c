/* What can be known to be wrong with a plan before any work: keys, values, the order of
 * steps, where outputs would go. */
#include "plan_check.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
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

static bool ends_in(const char *text, const char *tail)
{
    size_t len = strlen(text), n = strlen(tail);

    return n <= len && memcmp(text + len - n, tail, n) == 0;
}

/* A step's outputs, or what one of its verifiers keeps. */
struct place {
    const char *folder, *suffix;
    bool single;
};

/* Could two inputs give both the same name? "a_NEW" + ".json", "a" + "_NEW.json". */
static bool collide(const struct place *a, const struct place *b)
{
    return a->single == b->single && same_place(a->folder, b->folder) &&
           (a->single || ends_in(a->suffix, b->suffix) || ends_in(b->suffix, a->suffix));
}

/* The i-th place that the plan writes to, false past the end. */
static bool place_at(const struct cvx_plan *plan, size_t i, struct place *ret)
{
    for (size_t s = 0; s < plan->n_steps; s++) {
        const struct cvx_plan_step *step = &plan->steps[s];

        if (step->stores && i-- == 0) {
            *ret = (struct place){step->folder, step->suffix, step->single};
            return true;
        }
        for (size_t v = 0; v < step->n_verifiers; v++) {
            const struct cvx_plan_stage *verifier = &step->verifiers[v];

            if (verifier->folder && i-- == 0) {
                *ret = (struct place){verifier->folder, verifier->stage->suffix, false};
                return true;
            }
        }
    }
    return false;
}

static int check_shared(const struct cvx_plan *plan, struct cvx_err *err)
{
    struct place a, b;

    for (size_t i = 0; place_at(plan, i, &a); i++)
        for (size_t k = 0; k < i && place_at(plan, k, &b); k++)
            if (collide(&a, &b))
                return cvx_fail(err, CVX_EUSAGE, "output=%s is used by two stages",
                                a.folder);
    return CVX_OK;
}

/* Adds one component to a real path: ".." takes one off, a link is followed. */
static bool settle_add(char *room, const char *name, size_t len)
{
    char next[PATH_MAX];
    size_t at = strlen(room);

    if (len == 0 || (len == 1 && name[0] == '.'))
        return true;
    if (len == 2 && name[0] == '.' && name[1] == '.') {
        char *slash = strrchr(room, '/');

        if (slash)
            *slash = '\0';
        return true;
    }
    if (at + 1 + len >= PATH_MAX)
        return false;
    room[at] = '/';
    memcpy(room + at + 1, name, len);
    room[at + 1 + len] = '\0';
    if (realpath(room, next))
        memcpy(room, next, strlen(next) + 1);
    if (strcmp(room, "/") == 0)
        room[0] = '\0';
    return true;
}

/* The place that a path will name once the folders on its way were made. */
static bool settle(const char *path, char room[PATH_MAX])
{
    room[0] = '\0';
    if (path[0] != '/' && !realpath(".", room))
        return false;
    if (strcmp(room, "/") == 0)
        room[0] = '\0';
    while (*path) {
        size_t len = strcspn(path, "/");

        if (!settle_add(room, path, len))
            return false;
        path += len + (path[len] == '/');
    }
    return true;
}

/* Whether an output's path, some of whose folders may not be there yet, is this file or
 * folder. */
static bool is_same(const char *output, const char *file)
{
    char path[PATH_MAX] = "";
    struct stat x, y;

    return settle(output, path) && stat(path[0] ? path : "/", &x) == 0 &&
           stat(file, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Whether the file lies in the folder or below it. */
static bool is_below(const char *folder, const char *file)
{
    char path[PATH_MAX];
    char *slash;

    if (!realpath(file, path))
        return false;
    while ((slash = strrchr(path, '/')) != NULL && slash != path) {
        *slash = '\0';
        if (is_same(folder, path))
            return true;
    }
    return false;
}

/* What a stage reads besides the inputs (a template) must not be an output. */
static int check_read(const struct cvx_plan_stage *planned, const struct place *place,
                      struct cvx_err *err)
{
    for (size_t i = 0; i < planned->n_params; i++) {
        const struct cvx_param *param = &planned->params[i];
        const struct cvx_stage_key *key = cvx_plan_check_key(planned->stage, param->key);

        if (!key || !(key->flags & CVX_KEY_FILE))
            continue;
        if (place->single ? is_same(place->folder, param->value)
                          : ends_in(param->value, place->suffix) &&
                                is_below(place->folder, param->value))
            return cvx_fail(err, CVX_EUSAGE, "%s=%s lies where outputs go, %s",
                            param->key, param->value, place->folder);
    }
    return CVX_OK;
}

static int check_reads(const struct cvx_plan *plan, struct cvx_err *err)
{
    struct place place;
    int rc = CVX_OK;

    for (size_t i = 0; !rc && place_at(plan, i, &place); i++)
        for (size_t s = 0; s < plan->n_steps; s++)
            for (size_t t = 0; !rc && t < plan->steps[s].n_tries; t++)
                rc = check_read(&plan->steps[s].tries[t], &place, err);
    return rc;
}

/* Outputs in the folder of the inputs that an input could have the name of. */
static bool writes_inputs(const struct cvx_plan *plan, const struct cvx_plan_step *step)
{
    const char *ending = plan->loads ? ".json" : ".docx";

    return plan->source && ends_in(step->suffix, ending) &&
           is_same(step->folder, plan->source);
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

    if (!rc)
        rc = check_reads(plan, err);
    for (size_t i = 0; i < plan->n_steps && !rc; i++) {
        const struct cvx_plan_step *step = &plan->steps[i];

        if (!step->stores)
            continue;
        if (is_ours(step->folder))
            return cvx_fail(err, CVX_EUSAGE, "output=%s is the program's own folder",
                            step->folder);
        if (step->single)
            rc = check_single(plan, step->folder, err);
        else if (writes_inputs(plan, step))
            rc = cvx_fail(err, CVX_EUSAGE, "output=%s is where the inputs are",
                          step->folder);
    }
    return rc;
}
