/* The only list of stages. Order counts: see registry.h. */
#include <cvextract/registry.h>

#include <libxml/parser.h>

#include "stages.h"

static const struct cvx_stage *const k_stages[] = {
    &cvx_default_docx_cv_extractor,
    &cvx_openai_extractor,
    &cvx_openai_company_research,
    &cvx_openai_job_specific,
    &cvx_openai_translate,
    &cvx_docx_renderer,
    /* The schema first: the completeness check runs only on what passed it. */
    &cvx_cv_schema_verifier,
    &cvx_default_extract_verifier,
    &cvx_roundtrip_verifier,
};

struct cvx_registry *cvx_registry_builtin(struct cvx_err *err)
{
    struct cvx_registry *registry = cvx_registry_new();

    /* libxml2 wants its globals made before the first thread: here no run exists yet. */
    xmlInitParser();
    if (!registry) {
        cvx_fail(err, CVX_ENOMEM, "out of memory for the list of stages");
        return NULL;
    }
    for (size_t i = 0; i < sizeof(k_stages) / sizeof(k_stages[0]); i++) {
        if (cvx_registry_add(registry, k_stages[i], err)) {
            cvx_registry_free(registry);
            return NULL;
        }
    }
    return registry;
}
