/* Folders as the system knows them: which is which, and how one is opened however long its
 * path. Thread: any; a set, its holder. */
#ifndef CVX_FOLDER_H
#define CVX_FOLDER_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cvextract/err.h>

#define CVX_FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY)

struct cvx_folder_id {
    dev_t dev;
    ino_t ino; /* never 0 */
};

struct cvx_folder_id cvx_folder_id_of(const struct stat *st);
bool cvx_folder_same(struct cvx_folder_id a, struct cvx_folder_id b);

/* A set of them; zero-initialised = empty. */
struct cvx_folder_set {
    struct cvx_folder_id *slots;
    size_t cap, count;
};

/* *ret_new tells whether it was not there. CVX_ENOMEM. */
int cvx_folder_set_add(struct cvx_folder_set *set, struct cvx_folder_id id, bool *ret_new,
                       struct cvx_err *err);
void cvx_folder_set_done(struct cvx_folder_set *set);

/* Opens the folder at `path` (len bytes, relative to the folder `from`; "" = that itself),
 * in pieces where the system would refuse the whole. Links are followed. A descriptor, or
 * -1 with errno. */
int cvx_folder_open(int from, const char *path, size_t len);

#endif
