/* Owns the identity of folders, the set of those seen, and the opening of far ones.
 * Thread: any; a set, its holder. */
#include "folder.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

/* Some file systems in user space number nothing: 0 marks a free slot and is told apart. */
struct cvx_folder_id cvx_folder_id_of(const struct stat *st)
{
    return (struct cvx_folder_id){.dev = st->st_dev,
                                  .ino = st->st_ino ? st->st_ino : (ino_t)-1};
}

bool cvx_folder_same(struct cvx_folder_id a, struct cvx_folder_id b)
{
    return a.dev == b.dev && a.ino == b.ino;
}

/* Where the folder is, or where it would go. */
static struct cvx_folder_id *slot_of(const struct cvx_folder_set *set,
                                     struct cvx_folder_id id)
{
    uint64_t key = (uint64_t)id.ino ^ (uint64_t)id.dev << 32;
    size_t i = (size_t)((key * 0x9E3779B97F4A7C15u) >> 20) & (set->cap - 1);

    while (set->slots[i].ino != 0 && !cvx_folder_same(set->slots[i], id))
        i = (i + 1) & (set->cap - 1);
    return &set->slots[i];
}

static bool set_grow(struct cvx_folder_set *set)
{
    struct cvx_folder_set wider = {.cap = set->cap ? set->cap * 2 : 64,
                                   .count = set->count};

    wider.slots = cvx_zalloc(wider.cap * sizeof(*wider.slots));
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i].ino != 0)
            *slot_of(&wider, set->slots[i]) = set->slots[i];
    }
    cvx_free(set->slots);
    *set = wider;
    return true;
}

int cvx_folder_set_add(struct cvx_folder_set *set, struct cvx_folder_id id, bool *ret_new,
                       struct cvx_err *err)
{
    if (2 * (set->count + 1) > set->cap && !set_grow(set))
        return cvx_fail(err, CVX_ENOMEM, "out of memory while listing folders");

    struct cvx_folder_id *slot = slot_of(set, id);

    *ret_new = slot->ino == 0;
    if (*ret_new)
        set->count++;
    *slot = id;
    return CVX_OK;
}

void cvx_folder_set_done(struct cvx_folder_set *set)
{
    cvx_free(set->slots);
    *set = (struct cvx_folder_set){0};
}

int cvx_folder_open(int from, const char *path, size_t len)
{
    char piece[PATH_MAX];
    int at = openat(from, ".", CVX_FOLDER_FLAGS);

    while (at >= 0 && len > 0) {
        size_t take = len;

        if (take >= sizeof(piece)) {
            take = sizeof(piece) - 1;
            while (take > 0 && path[take - 1] != '/')
                take--;
        }
        memcpy(piece, path, take);
        piece[take] = '\0';

        int next = take ? openat(at, piece, CVX_FOLDER_FLAGS) : -1;
        int errnum = take ? errno : ENAMETOOLONG;

        close(at);
        errno = errnum;
        at = next;
        path += take;
        len -= take;
    }
    return at;
}
