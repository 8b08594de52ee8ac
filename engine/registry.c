/* The list of stages a run may use: adding with checks, finding. What is in it is decided by
 * stages/registry.c and by embedding programs. */
#include <cvextract/registry.h>

#include <string.h>

#include <cvextract/mem.h>

struct cvx_registry {
    const struct cvx_stage **stages;
    size_t count, cap;
};

struct cvx_registry *cvx_registry_new(void)
{
    return cvx_zalloc(sizeof(struct cvx_registry));
}

void cvx_registry_free(struct cvx_registry *registry)
{
    if (!registry)
        return;
    cvx_free(registry->stages);
    cvx_free(registry);
}

static int stage_check(const struct cvx_stage *stage, struct cvx_err *err)
{
    if (stage->contract != CVX_STAGE_CONTRACT)
        return cvx_fail(err, CVX_EUSAGE, "stage built for contract %u, this is %u",
                        stage->contract, CVX_STAGE_CONTRACT);
    if (!stage->name || !*stage->name || strpbrk(stage->name, ", \t\n="))
        return cvx_fail(err, CVX_EUSAGE,
                        "a stage needs a name without blanks, ',' or '='");
    if (stage->kind >= CVX_STAGE_KINDS)
        return cvx_fail(err, CVX_EUSAGE, "stage '%s' is of no known kind", stage->name);
    if (!stage->summary || !*stage->summary)
        return cvx_fail(err, CVX_EUSAGE, "stage '%s' has no summary", stage->name);
    if (stage->kind != CVX_VERIFIER && (!stage->folder || !stage->suffix))
        return cvx_fail(err, CVX_EUSAGE, "stage '%s' says not where its outputs go",
                        stage->name);
    if (!stage->run == !stage->step)
        return cvx_fail(err, CVX_EUSAGE, "stage '%s' needs one of run and step",
                        stage->name);
    return CVX_OK;
}

int cvx_registry_add(struct cvx_registry *registry, const struct cvx_stage *stage,
                     struct cvx_err *err)
{
    int rc = stage_check(stage, err);

    if (rc)
        return rc;
    if (cvx_registry_find(registry, stage->kind, stage->name))
        return cvx_fail(err, CVX_EUSAGE, "%s '%s' is there already",
                        cvx_stage_kind_name(stage->kind), stage->name);
    if (registry->count == registry->cap) {
        size_t cap = registry->cap ? registry->cap * 2 : 16;
        const struct cvx_stage **more =
            cvx_realloc_array(registry->stages, cap, sizeof(*more));

        if (!more)
            return cvx_fail(err, CVX_ENOMEM, "no memory for the list of stages");
        registry->stages = more;
        registry->cap = cap;
    }
    registry->stages[registry->count++] = stage;
    return CVX_OK;
}

const struct cvx_stage *cvx_registry_find(const struct cvx_registry *registry,
                                          enum cvx_stage_kind kind, const char *name)
{
    for (size_t i = 0; i < registry->count; i++) {
        const struct cvx_stage *stage = registry->stages[i];

        if (stage->kind == kind && strcmp(stage->name, name) == 0)
            return stage;
    }
    return NULL;
}

const struct cvx_stage *cvx_registry_at(const struct cvx_registry *registry,
                                        enum cvx_stage_kind kind, size_t i)
{
    for (size_t k = 0; k < registry->count; k++)
        if (registry->stages[k]->kind == kind && i-- == 0)
            return registry->stages[k];
    return NULL;
}

const char *cvx_stage_kind_name(enum cvx_stage_kind kind)
{
    static const char *const names[] = {"extractor", "adjuster", "renderer", "verifier"};

    return kind < CVX_STAGE_KINDS ? names[kind] : "stage";
}

char cvx_stage_kind_letter(enum cvx_stage_kind kind)
{
    static const char letters[] = "EARV";

    if (kind >= CVX_STAGE_KINDS)
        return '?';
    return letters[kind];
}

const char *cvx_task_param(const struct cvx_task *task, const char *key)
{
    for (size_t i = 0; i < task->n_params; i++)
        if (strcmp(task->params[i].key, key) == 0)
            return task->params[i].value;
    return NULL;
}
