/* Made-up stages of every kind for the tests of the command line: what a build has once
 * later stages are there. They are never run. */
#ifndef CVX_TEST_CLI_STAGES_H
#define CVX_TEST_CLI_STAGES_H

#include <stddef.h>

#include <cvextract/registry.h>

static inline int cli_stage_job(struct cvx_task *task)
{
    (void)task;
    return CVX_EINTERNAL;
}

static const struct cvx_stage_key k_cli_model_keys[] = {
    {"hints", 0, "TEXT", "what to look for"},
    {"openai-model", 0, "M", "shown with the flag instead"},
    {NULL, 0, NULL, NULL},
};

static const struct cvx_stage_key k_cli_firm_keys[] = {
    {"customer-url", CVX_KEY_REQUIRED, "URL", "page of the customer"},
    {"gentle", CVX_KEY_BARE, NULL, "change little"},
    {"openai-model", 0, "M", "shown with the flag instead"},
    {NULL, 0, NULL, NULL},
};

static const struct cvx_stage_key k_cli_keep_keys[] = {
    {"on-error", 0, "WHAT", "a key of this stage's own"},
    {NULL, 0, NULL, NULL},
};

static const struct cvx_stage_key k_cli_render_keys[] = {
    {"template", CVX_KEY_REQUIRED | CVX_KEY_FILE, "FILE.docx", "the template"},
    {NULL, 0, NULL, NULL},
};

#define CLI_STAGE(KIND, NAME, SUMMARY)                                                   \
    .contract = CVX_STAGE_CONTRACT, .kind = (KIND), .name = (NAME),                      \
    .summary = (SUMMARY), .run = cli_stage_job
#define CLI_OUT .folder = "made", .suffix = ".json"

/* The first CLI_STAGES_TODAY are the kinds that a build with extraction alone has. */
#define CLI_STAGES_TODAY 3
static const struct cvx_stage k_cli_stages[] = {
    {CLI_STAGE(CVX_EXTRACTOR, "default-docx-cv-extractor", "Rules for DOCX"), CLI_OUT,
     .pattern = "*.docx"},
    {CLI_STAGE(CVX_VERIFIER, "cv-schema-verifier", "Judges the form"),
     .default_after = CVX_AFTER(CVX_EXTRACTOR) | CVX_AFTER(CVX_ADJUSTER)},
    {CLI_STAGE(CVX_VERIFIER, "default-extract-verifier", "Judges the content"),
     .default_after = CVX_AFTER(CVX_EXTRACTOR), .flags = CVX_STAGE_NOT_ADJUSTED},
    {CLI_STAGE(CVX_EXTRACTOR, "model-extractor", "Asks a model"), CLI_OUT,
     .flags = CVX_STAGE_API, .keys = k_cli_model_keys},
    {CLI_STAGE(CVX_ADJUSTER, "firm-adjuster", "Towards a firm"), CLI_OUT,
     .flags = CVX_STAGE_API, .keys = k_cli_firm_keys},
    {CLI_STAGE(CVX_ADJUSTER, "plain-adjuster", "By rules"), CLI_OUT},
    {CLI_STAGE(CVX_ADJUSTER, "keep-adjuster", "With a key of its own"), CLI_OUT,
     .keys = k_cli_keep_keys},
    {CLI_STAGE(CVX_RENDERER, "docx-renderer", "Fills a template"), CLI_OUT,
     .keys = k_cli_render_keys},
    {CLI_STAGE(CVX_VERIFIER, "roundtrip-verifier", "Reads the document back"),
     .default_after = CVX_AFTER(CVX_RENDERER)},
};
#define CLI_STAGES_ALL (sizeof(k_cli_stages) / sizeof(k_cli_stages[0]))

/* A registry of the first `count`; NULL when memory is short. */
static inline struct cvx_registry *cli_stages_new(size_t count)
{
    struct cvx_registry *registry = cvx_registry_new();

    for (size_t i = 0; registry && i < count; i++) {
        if (cvx_registry_add(registry, &k_cli_stages[i], NULL) != CVX_OK) {
            cvx_registry_free(registry);
            return NULL;
        }
    }
    return registry;
}

#endif
