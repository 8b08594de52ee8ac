/* Options to plan: which verifiers run, where outputs go, what is refused before any work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "plan.h"
#include "plugin.h"
#include "scratch.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A verifier of rendered documents that keeps what it read. */
static struct cvx_stage reader_stage(void)
{
    struct cvx_stage stage = plugin_verifier;

    stage.name = "reader";
    stage.flags = CVX_STAGE_RENDERED | CVX_STAGE_NOT_ADJUSTED;
    stage.default_after = CVX_AFTER(CVX_RENDERER);
    stage.folder = "read_back";
    stage.suffix = "_NEW.json";
    return stage;
}

/* Extract, adjust, render of one source into one target. */
struct setting {
    struct scratch scratch;
    char source[300], target[300], template[300];
    struct cvx_stage renderer, reader;
    struct cvx_registry *registry;
    struct cvx_param word, template_param;
    struct cvx_step_options steps[3];
    struct cvx_run_options options;
    struct cvx_err err;
};

static void setting_make(struct setting *s)
{
    memset(s, 0, sizeof(*s));
    scratch_make(&s->scratch);
    scratch_write(&s->scratch, "in/x.docx", "x", 1);
    scratch_write(&s->scratch, "out/documents/t_NEW.docx", "t", 1);
    scratch_write(&s->scratch, "template.docx", "t", 1);
    scratch_path(&s->scratch, "in", s->source, sizeof(s->source));
    scratch_path(&s->scratch, "out", s->target, sizeof(s->target));
    scratch_path(&s->scratch, "template.docx", s->template, sizeof(s->template));
    s->renderer = plugin_renderer;
    s->renderer.suffix = "_NEW.docx";
    s->reader = reader_stage();
    s->registry = cvx_registry_new();
    const struct cvx_stage *stages[] = {&plugin_extractor, &plugin_adjuster, &s->renderer,
                                        &plugin_verifier, &s->reader};

    for (size_t i = 0; i < COUNT(stages); i++)
        assert_int_equal(cvx_registry_add(s->registry, stages[i], &s->err), CVX_OK);
    s->word = (struct cvx_param){"word", "hello"};
    s->template_param = (struct cvx_param){"template", s->template};
    s->options = (struct cvx_run_options){
        .source = s->source, .parallel = true, .target = s->target, .steps = s->steps};
}

static void setting_done(struct setting *s)
{
    cvx_registry_free(s->registry);
    scratch_remove(&s->scratch);
}

/* Letters: E extract, A adjust, R render. */
static void setting_steps(struct setting *s, const char *letters)
{
    s->options.n_steps = 0;
    for (; *letters; letters++) {
        struct cvx_step_options *step = &s->steps[s->options.n_steps++];

        *step = (struct cvx_step_options){.kind = *letters == 'E'   ? CVX_EXTRACTOR
                                                  : *letters == 'A' ? CVX_ADJUSTER
                                                                    : CVX_RENDERER};
        step->params = *letters == 'A' ? &s->word : &s->template_param;
        step->n_params = *letters == 'E' ? 0 : 1;
    }
}

static int setting_plan(struct setting *s, struct cvx_plan **ret)
{
    *ret = NULL;
    return cvx_plan_new(s->registry, &s->options, ret, &s->err);
}

static bool runs(const struct cvx_plan *plan, const char *verifier)
{
    const struct cvx_plan_step *step = &plan->steps[plan->n_steps - 1];

    for (size_t i = 0; i < step->n_verifiers; i++)
        if (strcmp(step->verifiers[i].stage->name, verifier) == 0)
            return true;
    return false;
}

/* By default after a renderer, unless adjusted; named, always; never without a document. */
static void test_verifier_of_documents(void **state)
{
    static const char *const named[] = {"reader"};
    static const struct {
        const char *steps;
        bool named, runs;
        const char *refused;
    } k_cases[] = {
        {"ER", false, true, NULL},
        {"R", false, true, NULL},
        {"EAR", false, false, NULL},
        {"AR", true, true, NULL},
        {"E", true, false,
         "verifier 'reader' reads a rendered document: it cannot check what an "
         "extractor made"},
        {"EA", true, false,
         "verifier 'reader' reads a rendered document: it cannot check what an "
         "adjuster made"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(k_cases); i++) {
        struct setting s;
        struct cvx_plan *plan;

        setting_make(&s);
        setting_steps(&s, k_cases[i].steps);
        if (k_cases[i].named) {
            s.steps[s.options.n_steps - 1].verifiers = named;
            s.steps[s.options.n_steps - 1].n_verifiers = 1;
        }
        int rc = setting_plan(&s, &plan);

        assert_int_equal(rc, k_cases[i].refused ? CVX_EUSAGE : CVX_OK);
        if (k_cases[i].refused)
            assert_string_equal(cvx_err_root(&s.err), k_cases[i].refused);
        else
            assert_int_equal(runs(plan, "reader"), k_cases[i].runs);
        cvx_plan_free(plan);
        setting_done(&s);
    }
}

/* All folders that are laid out as the inputs are, and each ending once. */
static void test_layout(void **state)
{
    struct setting s;
    struct cvx_plan *plan;
    char want[400];

    (void)state;
    setting_make(&s);
    setting_steps(&s, "ER");
    assert_int_equal(setting_plan(&s, &plan), CVX_OK);
    assert_int_equal(plan->n_folders, 3);
    snprintf(want, sizeof(want), "%s/read_back", s.target);
    assert_string_equal(plan->folders[2], want);
    assert_int_equal(plan->n_suffixes, 3);
    assert_string_equal(plan->suffixes[0], ".json");
    assert_string_equal(plan->suffixes[1], "_NEW.docx");
    assert_string_equal(plan->suffixes[2], "_NEW.json");
    cvx_plan_free(plan);

    s.options.parallel = false;
    s.options.source = s.template;
    s.steps[0].output = "one.json";
    s.steps[1].skip_verify = true;
    assert_int_equal(setting_plan(&s, &plan), CVX_OK);
    assert_int_equal(plan->n_folders, 1);
    assert_int_equal(plan->n_suffixes, 1);
    cvx_plan_free(plan);
    setting_done(&s);
}

/* output= of the first and the last step, and a template; NULL = none. */
static void test_outputs(void **state)
{
    static const struct {
        const char *steps, *first, *last, *template;
        bool parallel, refused;
    } k_cases[] = {
        {"ER", "same", "same", NULL, true, false},   /* .json and _NEW.docx */
        {"ER", "read_back", NULL, NULL, true, true}, /* .json and _NEW.json */
        {"ER", "./read_back/", NULL, NULL, true, true},
        {"ER", NULL, "read_back", NULL, true, false},
        {"ER", "same", "same", NULL, false, true},
        /* a rendered document could take the place of an input */
        {"ER", NULL, "../in", NULL, true, true},
        {"R", NULL, "../in", NULL, true, false}, /* inputs are JSON */
        {"R", NULL, NULL, NULL, true, false},
        /* or of the template */
        {"R", NULL, "../template.docx", NULL, false, true},
        {"R", NULL, "new/../../new/./../template.docx", NULL, false, true},
        {"R", NULL, "new/../../in/x.json", NULL, false, true}, /* the input */
        {"R", NULL, "new/../../in/../x.json", NULL, false, false},
        {"ER", NULL, "new/../../in", NULL, true, true},
        {"R", NULL, NULL, "out/documents/t_NEW.docx", true, true},
        {"R", NULL, NULL, "out/documents/t_NEW.docx", false, true},
        {"R", NULL, "x", "out/documents/t_NEW.docx", true, false},
        {"R", NULL, "y.docx", "out/documents/t_NEW.docx", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(k_cases); i++) {
        struct setting s;
        struct cvx_plan *plan;

        setting_make(&s);
        scratch_write(&s.scratch, "in/x.json", "{}", 2);
        setting_steps(&s, k_cases[i].steps);
        s.options.parallel = k_cases[i].parallel;
        if (!k_cases[i].parallel)
            scratch_path(&s.scratch, "in/x.json", s.source, sizeof(s.source));
        if (k_cases[i].template)
            scratch_path(&s.scratch, k_cases[i].template, s.template, sizeof(s.template));
        if (k_cases[i].first)
            s.steps[0].output = k_cases[i].first;
        if (k_cases[i].last)
            s.steps[s.options.n_steps - 1].output = k_cases[i].last;
        int rc = setting_plan(&s, &plan);

        if (rc != (k_cases[i].refused ? CVX_EUSAGE : CVX_OK))
            fail_msg("case %zu: %d %s", i, rc, rc ? cvx_err_root(&s.err) : "");
        cvx_plan_free(plan);
        setting_done(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verifier_of_documents),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_outputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
