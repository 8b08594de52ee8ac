/* The list of stages that the program comes with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cvextract/registry.h>

/* Order counts: the default verifiers run in it. */
static void test_builtin(void **state)
{
    static const struct {
        enum cvx_stage_kind kind;
        const char *names[4];
    } k_kinds[] = {
        {CVX_EXTRACTOR, {"default-docx-cv-extractor", "openai-extractor"}},
        {CVX_ADJUSTER,
         {"openai-company-research", "openai-job-specific", "openai-translate"}},
        {CVX_RENDERER, {"docx-renderer"}},
        {CVX_VERIFIER,
         {"cv-schema-verifier", "default-extract-verifier", "roundtrip-verifier"}},
    };
    struct cvx_err err;
    struct cvx_registry *registry = cvx_registry_builtin(&err);
    (void)state;
    assert_non_null(registry);
    for (size_t kind = 0; kind < sizeof(k_kinds) / sizeof(k_kinds[0]); kind++) {
        for (size_t i = 0; i < 4; i++) {
            const struct cvx_stage *stage =
                cvx_registry_at(registry, k_kinds[kind].kind, i);
            const char *name = k_kinds[kind].names[i];
            if (!name) {
                assert_null(stage);
                break;
            }
            assert_non_null(stage);
            assert_string_equal(stage->name, name);
        }
    }
    cvx_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builtin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
