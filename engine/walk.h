/* Walks trees of folders by descriptors: any depth, any name, a dozen descriptors open, no
 * recursion, each folder entered once however many links lead to it.
 *
 * Real folders come first. Links to folders are remembered and entered afterwards, sorted by
 * path, where the folder was not entered yet: nothing is seen twice, no loop is followed, and
 * the outcome does not depend on the order in which the system lists names.
 * Blocking. Thread: any; no state between calls. */
#ifndef CVX_WALK_H
#define CVX_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <cvextract/err.h>

#include "folder.h"

/* What a name leads to. */
struct cvx_walk_look {
    mode_t kind; /* S_IFMT bits, links followed if asked; 0 when it cannot be told ... */
    int errnum;  /* ... for this reason */
    bool link;   /* the name itself is a symbolic link */
};

/* Something that is not a folder (or a link whose end cannot be seen). */
struct cvx_walk_entry {
    const char *rel; /* from the root, "a/b/name"; valid during the call */
    size_t rel_len;
    const char *name; /* the last component, within rel */
    int dir;          /* descriptor of its folder, for the ...at() calls */
    struct cvx_walk_look look;
};

struct cvx_walk_request {
    int root; /* descriptor of a folder, borrowed */
    /* Where to begin, relative to root, each "" or ending in '/'. NULL = at root. */
    const char *const *starts;
    size_t n_starts;
    const struct cvx_folder_id *skip; /* folders never entered */
    size_t n_skip;
    bool follow; /* enter links to folders */

    /* Each returns CVX_OK or an error that ends the walk. */
    int (*on_entry)(void *user, const struct cvx_walk_entry *entry, struct cvx_err *err);
    /* A folder ("a/b/", "" = the root) that cannot be read, or not to its end. May be NULL. */
    int (*on_unread)(void *user, const char *rel, int errnum, struct cvx_err *err);
    /* Whether to enter the folder at rel ("a/b", not yet known to be readable). NULL = yes. */
    bool (*enter)(void *user, const char *rel, const char *name);
    void *user;
};

/* CVX_ENOMEM, or what a callback answered. */
int cvx_walk_tree(const struct cvx_walk_request *request, struct cvx_err *err);

/* What `path` is, seen from the folder `dir` (AT_FDCWD for the current one). */
struct cvx_walk_look cvx_walk_look_at(int dir, const char *path, bool follow);

#endif
