/* Owns walks over folders of benchmark files. */
#include "tree.h"

#include <errno.h>
#include <fts.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

static int tree_add(struct cvx_tree *tree, const char *path, struct cvx_err *err)
{
    if (tree->count == tree->cap) {
        size_t cap = tree->cap ? 2 * tree->cap : 1024;
        char **paths = cvx_realloc_array(tree->paths, cap, sizeof(*paths));
        if (!paths)
            return cvx_fail(err, CVX_ENOMEM, "out of memory for the list of files");
        tree->paths = paths;
        tree->cap = cap;
    }
    tree->paths[tree->count] = cvx_strdup(path);
    if (!tree->paths[tree->count])
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the list of files");
    tree->count++;
    return CVX_OK;
}

static int ends_in_docx(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && strcmp(name + len - 5, ".docx") == 0;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static FTS *walk_open(const char *path, struct cvx_err *err)
{
    char *roots[] = {(char *)(uintptr_t)path, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

    if (!fts)
        cvx_fail_errno(err, errno, "'%s'", path);
    return fts;
}

int cvx_tree_list(const char *folder, struct cvx_tree *ret, struct cvx_err *err)
{
    struct cvx_tree tree = {0};
    FTS *fts = walk_open(folder, err);
    int rc = fts ? CVX_OK : CVX_EIO;

    for (FTSENT *e = fts ? fts_read(fts) : NULL; e && !rc; e = fts_read(fts))
        if (e->fts_info == FTS_F && ends_in_docx(e->fts_name))
            rc = tree_add(&tree, e->fts_path, err);
    if (fts)
        fts_close(fts);
    if (!rc && tree.count == 0)
        rc = cvx_fail(err, CVX_EIO, "'%s': no .docx files there", folder);
    if (rc) {
        cvx_tree_done(&tree);
        return rc;
    }
    qsort(tree.paths, tree.count, sizeof(*tree.paths), compare_paths);
    *ret = tree;
    return CVX_OK;
}

void cvx_tree_done(struct cvx_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        cvx_free(tree->paths[i]);
    cvx_free(tree->paths);
    *tree = (struct cvx_tree){0};
}

static int remove_entry(const FTSENT *e, struct cvx_err *err)
{
    if (e->fts_info == FTS_D)
        return CVX_OK; /* again when its contents are gone */
    int failed = e->fts_info == FTS_DP ? rmdir(e->fts_path) : unlink(e->fts_path);
    if (failed && errno != ENOENT)
        return cvx_fail_errno(err, errno, "'%s'", e->fts_path);
    return CVX_OK;
}

int cvx_tree_remove(const char *path, struct cvx_err *err)
{
    int rc = CVX_OK;

    if (access(path, F_OK) != 0)
        return CVX_OK;
    FTS *fts = walk_open(path, err);
    if (!fts)
        return CVX_EIO;
    for (FTSENT *e = fts_read(fts); e && !rc; e = fts_read(fts))
        rc = remove_entry(e, err);
    fts_close(fts);
    return rc;
}
