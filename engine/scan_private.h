/* What the three files of discovery share: the list while it grows (scan.c), the list from
 * given paths (scan_list.c), the checks on the finished list (scan_check.c). */
#ifndef CVX_SCAN_PRIVATE_H
#define CVX_SCAN_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "scan.h"
#include "walk.h"

/* A list under construction. */
struct cvx_scan_build {
    const struct cvx_scan_request *request;
    struct cvx_scan list;
    size_t cap;
    int root; /* descriptor of the source folder, -1 = none */
    struct cvx_folder_id *skip;
    size_t n_skip;
    bool in_target; /* source and target are the same folder */
    bool shadows;   /* what is found now is only looked at, see below */
};

/* In place of a fault: a file that is no input of this run, but claims its output. */
extern const char cvx_scan_shadow[];

/* Copies the root and opens it; errors as of cvx_scan_tree(). */
int cvx_scan_build_open(struct cvx_scan_build *build,
                        const struct cvx_scan_request *request, struct cvx_err *err);
/* Adds what lies below the starts (NULL = the root), into sub-folders if `deep`. */
int cvx_scan_build_walk(struct cvx_scan_build *build, const char *const *starts,
                        size_t count, bool deep, struct cvx_err *err);
/* Adds an entry: `path` is copied, its part from path + rel_at on is rel. */
int cvx_scan_build_add(struct cvx_scan_build *build, const char *path, size_t rel_at,
                       const char *fault, struct cvx_err *err);
/* Sorts, drops doubles, checks outputs, drops shadows, moves the list to *ret. */
int cvx_scan_build_finish(struct cvx_scan_build *build, struct cvx_scan *ret,
                          struct cvx_err *err);
void cvx_scan_build_done(struct cvx_scan_build *build);

/* Why the thing cannot be read as a regular file; NULL = it can. Static text or `room`. */
const char *cvx_scan_fault_of(int dir, const char *path, struct cvx_walk_look look,
                              char *room, size_t size);

/* The whole path of an entry of a list without a root. */
const char *cvx_scan_whole(const char *rel);

/* Gives faults to entries whose output another one has, or no file can have. The list is
 * sorted. CVX_ENOMEM. */
int cvx_scan_check_outputs(struct cvx_scan *list, const struct cvx_scan_request *request,
                           struct cvx_err *err);

#endif
