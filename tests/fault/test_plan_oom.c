/* Memory runs out at every point of making a plan: CVX_ENOMEM, nothing leaks. */
#include <torture.h>

#include "plan.h"
#include "plugin.h"
#include "scratch.h"

static struct scratch g_scratch;
static char g_source[300], g_target[300], g_template[300];

/* Two places laid out after the inputs, one of a verifier's; a file that is read. */
static int plan_body(void)
{
    const struct cvx_param word = {"word", "hello"}, file = {"template", g_template};
    const struct cvx_step_options steps[] = {
        {.kind = CVX_EXTRACTOR},
        {.kind = CVX_ADJUSTER, .params = &word, .n_params = 1},
        {.kind = CVX_RENDERER, .params = &file, .n_params = 1}};
    const struct cvx_run_options options = {.source = g_source,
                                            .parallel = true,
                                            .target = g_target,
                                            .steps = steps,
                                            .n_steps = 3};
    struct cvx_stage reader = plugin_verifier;
    struct cvx_registry *registry = plugin_registry();
    struct cvx_plan *plan = NULL;
    struct cvx_err err;
    int rc;

    reader.name = "reader";
    reader.flags = CVX_STAGE_RENDERED;
    reader.default_after = CVX_AFTER(CVX_RENDERER);
    reader.folder = "read_back";
    reader.suffix = "_NEW.json";
    if (!registry)
        return CVX_ENOMEM;
    rc = cvx_registry_add(registry, &reader, &err);
    if (!rc)
        rc = cvx_plan_new(registry, &options, &plan, &err);
    assert_true((plan != NULL) == (rc == CVX_OK));
    cvx_plan_free(plan);
    cvx_registry_free(registry);
    return rc;
}

static void test_plan(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    scratch_write(&g_scratch, "in/x.docx", "x", 1);
    scratch_write(&g_scratch, "template", "t", 1);
    scratch_path(&g_scratch, "in", g_source, sizeof(g_source));
    scratch_path(&g_scratch, "out", g_target, sizeof(g_target));
    scratch_path(&g_scratch, "template", g_template, sizeof(g_template));
    torture(plan_body);
    scratch_remove(&g_scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
