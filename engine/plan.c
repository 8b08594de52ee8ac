/* Options -> plan: every name looked up, every key checked (plan_check.c), everything copied,
 * so that the caller's memory may go and no later code meets a configuration fault. */
#include "plan.h"

#include <string.h>

#include <cvextract/mem.h>

#include "plan_check.h"
#include "scan.h"

/* All the plan's strings and arrays, released together. */
struct cvx_plan_memory {
    void **blocks;
    size_t count, cap;
};

static void *plan_keep(struct cvx_plan *plan, void *block)
{
    struct cvx_plan_memory *m = plan->memory;

    if (!block)
        return NULL;
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 32;
        void **more = cvx_realloc_array(m->blocks, cap, sizeof(*more));

        if (!more) {
            cvx_free(block);
            return NULL;
        }
        m->blocks = more;
        m->cap = cap;
    }
    m->blocks[m->count++] = block;
    return block;
}

static void *plan_array(struct cvx_plan *plan, size_t count, size_t size)
{
    void *p = plan_keep(plan, cvx_alloc_array(count ? count : 1, size));

    if (p)
        memset(p, 0, (count ? count : 1) * size);
    return p;
}

static char *plan_text(struct cvx_plan *plan, const char *text)
{
    return plan_keep(plan, cvx_strdup(text));
}

static int no_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "no memory for the plan of the run");
}

/* The parameters of the step that this stage knows. */
static int copy_params(struct cvx_plan *plan, const struct cvx_step_options *options,
                       struct cvx_plan_stage *planned, struct cvx_err *err)
{
    struct cvx_param *copy = plan_array(plan, options->n_params, sizeof(*copy));

    if (!copy)
        return no_memory(err);
    for (size_t i = 0; i < options->n_params; i++) {
        const struct cvx_param *from = &options->params[i];
        struct cvx_param *to = &copy[planned->n_params];

        if (!cvx_plan_check_key(planned->stage, from->key))
            continue;
        to->key = plan_text(plan, from->key);
        to->value = from->value ? plan_text(plan, from->value) : NULL;
        if (!to->key || (from->value && !to->value))
            return no_memory(err);
        planned->n_params++;
    }
    planned->params = copy;
    return cvx_plan_check_required(planned, err);
}

static int plan_tries(struct cvx_plan *plan, const struct cvx_registry *registry,
                      const struct cvx_step_options *options, struct cvx_plan_step *step,
                      struct cvx_err *err)
{
    size_t count = options->n_names ? options->n_names : 1;

    step->tries = plan_array(plan, count, sizeof(*step->tries));
    if (!step->tries)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct cvx_stage *stage =
            options->n_names ? cvx_registry_find(registry, step->kind, options->names[i])
                             : cvx_registry_at(registry, step->kind, 0);

        if (!stage)
            return options->n_names
                       ? cvx_fail(err, CVX_EUSAGE, "there is no %s named '%s'",
                                  cvx_stage_kind_name(step->kind), options->names[i])
                       : cvx_fail(err, CVX_EUSAGE, "there is no %s",
                                  cvx_stage_kind_name(step->kind));
        step->tries[i].stage = stage;
        plan->calls = plan->calls || (stage->flags & CVX_STAGE_API);
    }
    step->n_tries = count;
    return cvx_plan_check_params(step, options, err);
}

/* A folder, relative ones below the target; NULL when memory is short. */
static const char *plan_place(struct cvx_plan *plan, const char *place)
{
    struct cvx_buf path = CVX_BUF_INIT;
    const char *kept = NULL;

    if (place[0] != '/') {
        cvx_buf_puts(&path, plan->target);
        cvx_buf_putc(&path, '/');
    }
    cvx_buf_puts(&path, place);
    if (!path.failed)
        kept = plan_text(plan, path.data);
    cvx_buf_done(&path);
    return kept;
}

static bool runs_by_default(const struct cvx_stage *verifier, enum cvx_stage_kind kind,
                            bool adjusted)
{
    return (verifier->default_after & CVX_AFTER(kind)) &&
           !(adjusted && (verifier->flags & CVX_STAGE_NOT_ADJUSTED));
}

static int plan_verifiers(struct cvx_plan *plan, const struct cvx_registry *registry,
                          const struct cvx_step_options *options,
                          struct cvx_plan_step *step, bool adjusted, struct cvx_err *err)
{
    const struct cvx_stage *stage;
    size_t count = options->n_verifiers, n = 0;

    if (!count)
        while (cvx_registry_at(registry, CVX_VERIFIER, count))
            count++;
    step->verifiers = plan_array(plan, count, sizeof(*step->verifiers));
    if (!step->verifiers)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (options->n_verifiers) {
            stage = cvx_registry_find(registry, CVX_VERIFIER, options->verifiers[i]);
            if (!stage)
                return cvx_fail(err, CVX_EUSAGE, "there is no verifier named '%s'",
                                options->verifiers[i]);
            if ((stage->flags & CVX_STAGE_RENDERED) && step->kind != CVX_RENDERER)
                return cvx_fail(err, CVX_EUSAGE,
                                "verifier '%s' reads a rendered document: it cannot "
                                "check what an %s made",
                                stage->name, cvx_stage_kind_name(step->kind));
        } else {
            stage = cvx_registry_at(registry, CVX_VERIFIER, i);
            if (!runs_by_default(stage, step->kind, adjusted))
                continue;
        }
        plan->calls = plan->calls || (stage->flags & CVX_STAGE_API);
        step->verifiers[n].stage = stage;
        if (stage->folder) {
            step->verifiers[n].folder = plan_place(plan, stage->folder);
            if (!step->verifiers[n].folder)
                return no_memory(err);
        }
        n++;
    }
    step->n_verifiers = n;
    return CVX_OK;
}

/* "target/folder", or the user's output= (relative ones below the target). */
static int plan_folder(struct cvx_plan *plan, const struct cvx_step_options *options,
                       struct cvx_plan_step *step, struct cvx_err *err)
{
    const struct cvx_stage *stage = step->tries[0].stage;

    step->folder = plan_place(plan, options->output ? options->output : stage->folder);
    if (!step->folder)
        return no_memory(err);
    step->single = options->output && !plan->parallel;
    step->suffix = stage->suffix;
    return CVX_OK;
}

static int plan_step(struct cvx_plan *plan, const struct cvx_registry *registry,
                     const struct cvx_run_options *all, size_t i, struct cvx_err *err)
{
    const struct cvx_step_options *options = &all->steps[i];
    struct cvx_plan_step *step = &plan->steps[i];
    bool adjusted = false;
    int rc;

    for (size_t k = 0; k < i; k++)
        adjusted = adjusted || all->steps[k].kind == CVX_ADJUSTER;
    step->kind = options->kind;
    step->stores = i + 1 == all->n_steps || all->steps[i + 1].kind != step->kind;
    if (options->output && !step->stores)
        return cvx_fail(err, CVX_EUSAGE, "output= is allowed on the last adjuster only");
    rc = plan_tries(plan, registry, options, step, err);
    for (size_t t = 0; t < step->n_tries && !rc; t++)
        rc = copy_params(plan, options, &step->tries[t], err);
    if (!rc && !options->skip_verify && !all->skip_all_verify)
        rc = plan_verifiers(plan, registry, options, step, adjusted, err);
    if (!rc)
        rc = plan_folder(plan, options, step, err);
    return rc;
}

/* Notes where outputs named after their inputs go, and how they end. */
static void layout_add(struct cvx_plan *plan, const char *folder, const char *suffix)
{
    size_t i = 0;

    plan->folders[plan->n_folders++] = folder;
    while (i < plan->n_suffixes && strcmp(plan->suffixes[i], suffix) != 0)
        i++;
    if (i == plan->n_suffixes)
        plan->suffixes[plan->n_suffixes++] = suffix;
}

static int plan_layout(struct cvx_plan *plan, struct cvx_err *err)
{
    size_t most = plan->n_steps;

    for (size_t i = 0; i < plan->n_steps; i++)
        most += plan->steps[i].n_verifiers;
    plan->folders = plan_array(plan, most, sizeof(*plan->folders));
    plan->suffixes = plan_array(plan, most, sizeof(*plan->suffixes));
    if (!plan->folders || !plan->suffixes)
        return no_memory(err);
    for (size_t i = 0; i < plan->n_steps; i++) {
        const struct cvx_plan_step *step = &plan->steps[i];

        if (step->stores && !step->single)
            layout_add(plan, step->folder, step->suffix);
        for (size_t v = 0; v < step->n_verifiers; v++)
            if (step->verifiers[v].folder)
                layout_add(plan, step->verifiers[v].folder,
                           step->verifiers[v].stage->suffix);
    }
    return CVX_OK;
}

static int plan_steps(struct cvx_plan *plan, const struct cvx_registry *registry,
                      const struct cvx_run_options *options, struct cvx_err *err)
{
    plan->steps = plan_array(plan, options->n_steps, sizeof(*plan->steps));
    plan->columns = plan_array(plan, options->n_steps, sizeof(*plan->columns));
    if (!plan->steps || !plan->columns)
        return no_memory(err);
    plan->n_steps = options->n_steps;
    for (size_t i = 0; i < options->n_steps; i++) {
        enum cvx_stage_kind kind = options->steps[i].kind;
        int rc = plan_step(plan, registry, options, i, err);

        if (rc)
            return rc;
        if (!plan->n_columns || plan->columns[plan->n_columns - 1] != kind)
            plan->columns[plan->n_columns++] = kind;
        plan->steps[i].column = plan->n_columns - 1;
    }
    plan->loads = options->steps[0].kind != CVX_EXTRACTOR;
    return plan_layout(plan, err);
}

static int plan_inputs(struct cvx_plan *plan, const struct cvx_run_options *options,
                       struct cvx_err *err)
{
    plan->inputs = plan_array(plan, options->n_inputs, sizeof(*plan->inputs));
    if (!plan->inputs)
        return no_memory(err);
    for (size_t i = 0; i < options->n_inputs; i++) {
        plan->inputs[i] = plan_text(plan, options->inputs[i]);
        if (!plan->inputs[i])
            return no_memory(err);
    }
    plan->n_inputs = options->n_inputs;
    plan->inputs_given = options->inputs_given;
    return CVX_OK;
}

static int plan_texts(struct cvx_plan *plan, const struct cvx_run_options *options,
                      struct cvx_err *err)
{
    plan->target = plan_text(plan, options->target);
    if (options->source)
        plan->source = plan_text(plan, options->source);
    if (options->file_type)
        plan->file_type = plan_text(plan, options->file_type);
    if (!plan->target || (options->source && !plan->source) ||
        (options->file_type && !plan->file_type))
        return no_memory(err);
    return plan_inputs(plan, options, err);
}

/* The settings of the API side, their texts copied. */
static int plan_api(struct cvx_plan *plan, const struct cvx_api_options *api,
                    struct cvx_err *err)
{
    const char **texts[] = {&plan->api.base_url,     &plan->api.key,
                            &plan->api.organization, &plan->api.project,
                            &plan->api.api_version,  &plan->api.model,
                            &plan->api.ca_file,      &plan->api.ca_path};

    if (!api)
        return CVX_OK;
    plan->api = *api;
    plan->has_api = true;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!*texts[i])
            continue;
        *texts[i] = plan_text(plan, *texts[i]);
        if (!*texts[i])
            return no_memory(err);
    }
    return CVX_OK;
}

int cvx_plan_new(const struct cvx_registry *registry,
                 const struct cvx_run_options *options, struct cvx_plan **ret,
                 struct cvx_err *err)
{
    struct cvx_plan *plan = NULL;
    int rc = cvx_plan_check_order(options, err);

    if (rc)
        return rc;
    plan = cvx_zalloc(sizeof(*plan));
    if (plan)
        plan->memory = cvx_zalloc(sizeof(*plan->memory));
    if (!plan || !plan->memory) {
        rc = no_memory(err);
        goto out;
    }
    plan->parallel = options->parallel;
    plan->n = options->n;
    plan->fail_on = options->fail_on;
    plan->cpu_threads = options->cpu_threads;
    plan->grace_s = options->grace_s;
    plan->debug_external = options->debug_external;
    plan->dry_run = options->dry_run;
    rc = plan_texts(plan, options, err);
    if (!rc)
        rc = plan_api(plan, options->api, err);
    if (!rc)
        rc = plan_steps(plan, registry, options, err);
    if (!rc)
        rc = cvx_plan_check_outputs(plan, err);
    if (rc)
        goto out;
    *ret = plan;
    plan = NULL;
out:
    cvx_plan_free(plan);
    return rc;
}

void cvx_plan_free(struct cvx_plan *plan)
{
    if (!plan)
        return;
    if (plan->memory) {
        for (size_t i = 0; i < plan->memory->count; i++)
            cvx_free(plan->memory->blocks[i]);
        cvx_free(plan->memory->blocks);
        cvx_free(plan->memory);
    }
    cvx_free(plan);
}

struct cvx_plan_stage *cvx_plan_stage_at(struct cvx_plan *plan, size_t i)
{
    for (size_t s = 0; s < plan->n_steps; s++) {
        struct cvx_plan_step *step = &plan->steps[s];

        if (i < step->n_tries)
            return &step->tries[i];
        i -= step->n_tries;
        if (i < step->n_verifiers)
            return &step->verifiers[i];
        i -= step->n_verifiers;
    }
    return NULL;
}

void cvx_plan_output(const struct cvx_plan_step *step, const char *rel,
                     struct cvx_buf *buf)
{
    cvx_buf_puts(buf, step->folder);
    if (step->single)
        return;
    cvx_buf_putc(buf, '/');
    cvx_buf_put(buf, rel, cvx_scan_stem_len(rel));
    cvx_buf_puts(buf, step->suffix);
}

size_t cvx_plan_longest_folder(const struct cvx_plan *plan)
{
    size_t longest = 0;

    for (size_t i = 0; i < plan->n_folders; i++)
        if (strlen(plan->folders[i]) > longest)
            longest = strlen(plan->folders[i]);
    return longest;
}

const char *cvx_plan_pattern(const struct cvx_plan *plan)
{
    const char *pattern = plan->steps[0].tries[0].stage->pattern;

    if (plan->file_type)
        return plan->file_type;
    if (plan->loads)
        return "*.json";
    return pattern ? pattern : "*.docx";
}
