/* Folders of benchmark files: listed, and removed. Thread: any. Ownership: the holder of
 * the struct, who calls cvx_tree_done(). */
#ifndef CVX_BENCH_TREE_H
#define CVX_BENCH_TREE_H

#include <stddef.h>

#include <cvextract/err.h>

struct cvx_tree {
    char **paths; /* bytewise sorted */
    size_t count, cap;
};

/* All regular files *.docx below a folder. CVX_EIO, also when there is none;
 * CVX_ENOMEM. */
int cvx_tree_list(const char *folder, struct cvx_tree *ret, struct cvx_err *err);
void cvx_tree_done(struct cvx_tree *tree);

/* Removes a folder and all below it; one that is not there is removed already.
 * CVX_EIO. */
int cvx_tree_remove(const char *path, struct cvx_err *err);

#endif
