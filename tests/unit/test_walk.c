/* The walk where the tree changes under its feet. What it finds in a quiet tree is seen in
 * test_scan.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "walk.h"

#define DEEP "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    assert_int_equal(chdir(g_scratch.root), 0);
    scratch_write(&g_scratch, "in/top/a" DEEP "/file", "x", 1);
    scratch_write(&g_scratch, "in/top/b" DEEP "/file", "x", 1);
    scratch_write(&g_scratch, "in/top/c" DEEP "/file", "x", 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

/* What a walk met, and what the first file it meets sets off. */
struct met {
    int files, unread;
    char unread_rel[256];
    int unread_errnum;
    const char *move; /* a folder to move away; "" = the one of a, b, c that it is in */
    const char *also; /* and another */
    int answer;
};

static int on_entry(void *user, const struct cvx_walk_entry *entry, struct cvx_err *err)
{
    struct met *met = user;
    char path[64];

    met->files++;
    if (met->files > 1 || !met->move)
        return met->answer ? cvx_fail(err, met->answer, "enough") : CVX_OK;
    snprintf(path, sizeof(path), "in/%.5s", entry->rel);
    if (rename(met->move[0] ? met->move : path, "away") != 0)
        return CVX_EINTERNAL;
    return met->also && rename(met->also, "away2") != 0 ? CVX_EINTERNAL : CVX_OK;
}

static int on_unread(void *user, const char *rel, int errnum, struct cvx_err *err)
{
    struct met *met = user;

    (void)err;
    met->unread++;
    met->unread_errnum = errnum;
    snprintf(met->unread_rel, sizeof(met->unread_rel), "%s", rel);
    return CVX_OK;
}

static int walk_in(struct met *met, struct cvx_err *err)
{
    struct cvx_walk_request request = {
        .root = open("in", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
        .on_entry = on_entry,
        .on_unread = on_unread,
        .user = met,
    };

    assert_true(request.root >= 0);
    int rc = cvx_walk_tree(&request, err);

    close(request.root);
    return rc;
}

/* The way back up leads elsewhere: the folder to go on with is found by its path. */
static void test_moved_folder(void **state)
{
    struct met met = {.move = ""};

    (void)state;
    assert_int_equal(walk_in(&met, NULL), CVX_OK);
    assert_int_equal(met.files, 3);
    assert_int_equal(met.unread, 0);
}

/* A folder moved with all in it is still reached by way of its own folders. */
static void test_moved_from_above(void **state)
{
    struct met met = {.move = "in/top"};

    (void)state;
    assert_int_equal(walk_in(&met, NULL), CVX_OK);
    assert_int_equal(met.files, 3);
    assert_int_equal(met.unread, 0);
}

/* The folder to go on with is reached neither way: what was left in it is told, once. */
static void test_moved_apart(void **state)
{
    struct met met = {.move = "", .also = "in/top"};

    (void)state;
    assert_int_equal(walk_in(&met, NULL), CVX_OK);
    assert_int_equal(met.files, 1);
    assert_int_equal(met.unread, 1);
    assert_string_equal(met.unread_rel, "top/");
    assert_int_equal(met.unread_errnum, ESTALE);
}

/* A callback's answer ends the walk. */
static void test_answer_ends_it(void **state)
{
    struct met met = {.answer = CVX_ECANCELED};
    struct cvx_err err;

    (void)state;
    cvx_err_init(&err);
    assert_int_equal(walk_in(&met, &err), CVX_ECANCELED);
    assert_string_equal(cvx_err_root(&err), "enough");
    assert_int_equal(met.files, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_moved_folder),
        TEST(test_moved_from_above),
        TEST(test_moved_apart),
        TEST(test_answer_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
