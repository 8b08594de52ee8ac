/* A whole run under torture: each allocation of it fails once, on the loop or on a worker.
 * The run may refuse to start, lose a file or stop early; it must end, account for every
 * file, leak nothing and leave no temporary file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>
#include <cvextract/run.h>

#include "caller.h"
#include "plugin.h"
#include "run_private.h"
#include "scratch.h"

enum { FILES = 3 };

static struct scratch g_scratch;
static struct test_caller g_caller;
static struct cvx_run *g_run;
static struct cvx_run_result g_result;

static struct cvx_loop *run_loop(void *arg)
{
    (void)arg;
    return cvx_run_loop(g_run);
}

static int run_with(struct cvx_registry *registry, const struct cvx_run_options *options)
{
    struct cvx_err err;
    int rc;

    cvx_err_init(&err);
    rc = cvx_run_new(registry, options, &g_run, &err);
    if (rc)
        return rc;
    test_caller_init(&g_caller, run_loop, NULL);
    cvx_run_set_caller(g_run, &g_caller.caller);
    rc = cvx_run_go(g_run, &g_result, &err);
    cvx_run_free(g_run);
    if (rc)
        assert_int_equal(rc, err.rc);
    return rc;
}

static int body(void)
{
    static const char *const names[] = {"plug-extractor", "plug-careful",
                                        "plug-adjuster"};
    char source[300], target[300], template[300];
    const struct cvx_param word = {"word", "hello"}, file = {"template", template};
    const struct cvx_step_options steps[] = {
        {.kind = CVX_EXTRACTOR, .names = names, .n_names = 2},
        {.kind = CVX_ADJUSTER,
         .names = &names[2],
         .n_names = 1,
         .params = &word,
         .n_params = 1},
        {.kind = CVX_RENDERER, .params = &file, .n_params = 1},
    };
    const struct cvx_run_options options = {.source = source,
                                            .parallel = true,
                                            .n = 2,
                                            .target = target,
                                            .steps = steps,
                                            .n_steps = 3,
                                            .cpu_threads = 2};
    struct cvx_registry *registry = plugin_registry();
    int rc;

    if (!registry)
        return CVX_ENOMEM;
    scratch_path(&g_scratch, "in", source, sizeof(source));
    scratch_path(&g_scratch, "out", target, sizeof(target));
    scratch_path(&g_scratch, "in/a.txt", template, sizeof(template));
    memset(&g_result, 0, sizeof(g_result));
    rc = run_with(registry, &options);
    cvx_registry_free(registry);
    return rc;
}

static size_t g_temporary;

static int count_temporary(const char *path, const struct stat *st, int type)
{
    (void)st;
    (void)type;
    g_temporary += strstr(path, ".tmp") != NULL;
    return 0;
}

static void test_every_allocation(void **state)
{
    long count;

    (void)state;
    scratch_make(&g_scratch);
    scratch_write(&g_scratch, "in/a.txt", "hello", 5);
    scratch_write(&g_scratch, "in/b.txt", "fail", 4);
    scratch_write(&g_scratch, "in/c/d.txt", "warn", 4);
    cvx_mem_fail_at(-1);
    assert_int_equal(body(), CVX_OK);
    count = cvx_mem_count();
    assert_true(count > 50);
    assert_int_equal(g_result.totals.full + g_result.totals.partial, FILES);
    for (long i = 0; i < count; i++) {
        const struct cvx_totals *t = &g_result.totals;
        int rc;

        cvx_mem_fail_at(i);
        rc = body();
        assert_true(rc == CVX_OK || rc == CVX_ENOMEM);
        if (rc == CVX_OK)
            assert_int_equal(t->full + t->partial + t->failed + t->not_done, FILES);
    }
    cvx_mem_fail_at(-1);
    ftw(g_scratch.root, count_temporary, 16);
    assert_int_equal(g_temporary, 0);
    scratch_remove(&g_scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
