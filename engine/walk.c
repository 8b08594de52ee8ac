/* Owns the walk through a tree of folders: the stack of open folders, the names still to be
 * entered, the set of folders entered, the links that wait. Thread: any. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>

/* Folders on the way down that stay open; those above are closed and opened again on the
 * way back. */
#define KEEP_OPEN 4

/* A folder on the way from where the walk began to where it is. */
struct frame {
    int fd; /* -1 while closed */
    struct cvx_folder_id id;
    size_t path_len;   /* of walk.path, the '/' at its end included */
    size_t names_base; /* of walk.names: what lies above is still to be entered */
};

struct starts {
    char **rels; /* each owned */
    size_t count, cap;
};

struct walk {
    const struct cvx_walk_request *request;
    struct frame *frames;
    size_t depth, frames_cap;
    struct cvx_buf path;  /* of the innermost frame, from the root */
    struct cvx_buf names; /* of folders to enter, each with its NUL; a stack */
    struct cvx_folder_set entered;
    struct starts links; /* to be begun at in the next round */
};

static int fail_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory while listing folders");
}

static int starts_add(struct starts *starts, const char *rel, size_t len,
                      struct cvx_err *err)
{
    if (starts->count == starts->cap) {
        size_t cap = starts->cap ? starts->cap * 2 : 8;
        char **rels = cvx_realloc_array(starts->rels, cap, sizeof(*rels));

        if (!rels)
            return fail_memory(err);
        starts->rels = rels;
        starts->cap = cap;
    }

    char *copy = cvx_memdup(rel, len);

    if (!copy)
        return fail_memory(err);
    starts->rels[starts->count++] = copy;
    return CVX_OK;
}

static void starts_done(struct starts *starts)
{
    for (size_t i = 0; i < starts->count; i++)
        cvx_free(starts->rels[i]);
    cvx_free(starts->rels);
    *starts = (struct starts){0};
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct cvx_walk_look cvx_walk_look_at(int dir, const char *path, bool follow)
{
    struct cvx_walk_look look = {0};
    struct stat st;

    if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        look.errnum = errno;
        return look;
    }
    look.link = S_ISLNK(st.st_mode);
    if (look.link && follow && fstatat(dir, path, &st, 0) != 0) {
        look.errnum = errno;
        return look;
    }
    look.kind = st.st_mode & S_IFMT;
    return look;
}

/* As above, sparing the calls where the listing has already told. */
static struct cvx_walk_look look_listed(int dir, const struct dirent *listed, bool follow)
{
    switch (listed->d_type) {
    case DT_REG:
        return (struct cvx_walk_look){.kind = S_IFREG};
    case DT_DIR:
        return (struct cvx_walk_look){.kind = S_IFDIR};
    default:
        return cvx_walk_look_at(dir, listed->d_name, follow);
    }
}

static int tell_unread(struct walk *walk, int errnum, struct cvx_err *err)
{
    const struct cvx_walk_request *request = walk->request;

    if (!request->on_unread)
        return CVX_OK;
    return request->on_unread(request->user, walk->path.data ? walk->path.data : "",
                              errnum, err);
}

/* walk.path holds the name's path. A folder is noted for later, the rest handed over. */
static int name_sort_out(struct walk *walk, int dir, const struct dirent *listed,
                         size_t name_at, struct cvx_err *err)
{
    const struct cvx_walk_request *request = walk->request;
    const char *rel = walk->path.data, *name = rel + name_at;
    struct cvx_walk_look look = look_listed(dir, listed, request->follow);

    if (look.kind != S_IFDIR) {
        struct cvx_walk_entry entry = {.rel = rel,
                                       .rel_len = walk->path.len,
                                       .name = name,
                                       .dir = dir,
                                       .look = look};

        return request->on_entry(request->user, &entry, err);
    }
    if (request->enter && !request->enter(request->user, rel, name))
        return CVX_OK;
    if (!look.link) {
        cvx_buf_put(&walk->names, name, strlen(name) + 1);
        return cvx_buf_check(&walk->names, err);
    }
    cvx_buf_putc(&walk->path, '/');
    if (walk->path.failed)
        return cvx_buf_check(&walk->path, err);
    return starts_add(&walk->links, walk->path.data, walk->path.len, err);
}

static bool is_dots(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static int names_read(struct walk *walk, DIR *stream, int dir, struct cvx_err *err)
{
    size_t base = walk->path.len;

    for (;;) {
        errno = 0;
        const struct dirent *listed = readdir(stream);

        if (!listed)
            return errno ? tell_unread(walk, errno, err) : CVX_OK;
        if (is_dots(listed->d_name))
            continue;
        cvx_buf_puts(&walk->path, listed->d_name);
        int rc = cvx_buf_check(&walk->path, err);

        if (!rc)
            rc = name_sort_out(walk, dir, listed, base, err);
        if (rc)
            return rc;
        cvx_buf_trim(&walk->path, base);
    }
}

/* Lists the innermost frame's folder. The stream works on a second descriptor, since it
 * closes its own. */
static int frame_list(struct walk *walk, struct cvx_err *err)
{
    int dir = walk->frames[walk->depth - 1].fd;
    int fd = fcntl(dir, F_DUPFD_CLOEXEC, 0);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

    if (!stream) {
        int errnum = errno;

        if (fd >= 0)
            close(fd);
        return tell_unread(walk, errnum, err);
    }
    int rc = names_read(walk, stream, dir, err);

    closedir(stream);
    return rc;
}

static void frame_close(struct frame *frame)
{
    if (frame->fd >= 0)
        close(frame->fd);
    frame->fd = -1;
}

static int frame_push(struct walk *walk, int fd, struct cvx_folder_id id,
                      struct cvx_err *err)
{
    if (walk->depth == walk->frames_cap) {
        size_t cap = walk->frames_cap ? walk->frames_cap * 2 : 16;
        struct frame *frames = cvx_realloc_array(walk->frames, cap, sizeof(*frames));

        if (!frames)
            return fail_memory(err);
        walk->frames = frames;
        walk->frames_cap = cap;
    }
    /* The first frame stays open: the others can be found again from there. */
    if (walk->depth > KEEP_OPEN)
        frame_close(&walk->frames[walk->depth - KEEP_OPEN]);
    walk->frames[walk->depth++] = (struct frame){
        .fd = fd, .id = id, .path_len = walk->path.len, .names_base = walk->names.len};
    return CVX_OK;
}

/* Enters the folder open at fd (which this takes over); walk.path holds its path. */
static int folder_enter(struct walk *walk, int fd, struct cvx_err *err)
{
    struct stat st;
    bool is_new = false;
    int rc;

    if (fstat(fd, &st) != 0) {
        rc = tell_unread(walk, errno, err);
        goto out;
    }
    struct cvx_folder_id id = cvx_folder_id_of(&st);

    rc = cvx_folder_set_add(&walk->entered, id, &is_new, err);
    if (rc || !is_new)
        goto out;
    rc = frame_push(walk, fd, id, err);
    if (rc)
        goto out;
    fd = -1; /* the frame's now */
    rc = frame_list(walk, err);
out:
    if (fd >= 0)
        close(fd);
    return rc;
}

static bool is_folder(int fd, struct cvx_folder_id id)
{
    struct stat st;

    return fd >= 0 && fstat(fd, &st) == 0 && cvx_folder_same(cvx_folder_id_of(&st), id);
}

/* Opens the innermost frame again, from `below` (a folder in it, -1 = none) or, where that
 * fails and the frame is needed, from the first frame. It stays closed when its folder is
 * not where it was. */
static void frame_reopen(struct walk *walk, int below, bool needed)
{
    struct frame *frame = &walk->frames[walk->depth - 1], *first = &walk->frames[0];
    const char *path = walk->path.data + first->path_len;

    frame->fd = below >= 0 ? openat(below, "..", CVX_FOLDER_FLAGS) : -1;
    if (is_folder(frame->fd, frame->id))
        return;
    frame_close(frame);
    if (needed)
        frame->fd = cvx_folder_open(first->fd, path, frame->path_len - first->path_len);
    if (!is_folder(frame->fd, frame->id))
        frame_close(frame);
}

/* Goes back up one folder. */
static int frame_pop(struct walk *walk, struct cvx_err *err)
{
    struct frame gone = walk->frames[--walk->depth];
    int rc = CVX_OK;

    if (walk->depth > 0) {
        struct frame *top = &walk->frames[walk->depth - 1];
        bool more = walk->names.len > top->names_base;

        cvx_buf_trim(&walk->path, top->path_len);
        if (top->fd < 0)
            frame_reopen(walk, gone.fd, more);
        if (top->fd < 0 && more) {
            /* Moved away meanwhile: what was to be entered in it is lost, which is told. */
            cvx_buf_trim(&walk->names, top->names_base);
            rc = tell_unread(walk, ESTALE, err);
        }
    }
    frame_close(&gone);
    return rc;
}

/* Takes the last name off the stack and enters that folder. */
static int name_enter(struct walk *walk, struct cvx_err *err)
{
    const struct frame *top = &walk->frames[walk->depth - 1];
    size_t at = walk->names.len - 1;

    while (at > top->names_base && walk->names.data[at - 1] != '\0')
        at--;

    const char *name = walk->names.data + at;
    int fd = openat(top->fd, name, CVX_FOLDER_FLAGS | O_NOFOLLOW);
    int errnum = errno;

    cvx_buf_trim(&walk->path, top->path_len);
    cvx_buf_puts(&walk->path, name);
    cvx_buf_putc(&walk->path, '/');
    cvx_buf_trim(&walk->names, at);
    int rc = cvx_buf_check(&walk->path, err);

    if (!rc)
        return fd >= 0 ? folder_enter(walk, fd, err) : tell_unread(walk, errnum, err);
    if (fd >= 0)
        close(fd);
    return rc;
}

static int walk_from(struct walk *walk, const char *start, struct cvx_err *err)
{
    cvx_buf_clear(&walk->path);
    cvx_buf_clear(&walk->names);
    cvx_buf_puts(&walk->path, start);
    int rc = cvx_buf_check(&walk->path, err);

    if (rc)
        return rc;
    int fd = cvx_folder_open(walk->request->root, start, strlen(start));

    rc = fd >= 0 ? folder_enter(walk, fd, err) : tell_unread(walk, errno, err);
    while (!rc && walk->depth > 0) {
        if (walk->names.len > walk->frames[walk->depth - 1].names_base)
            rc = name_enter(walk, err);
        else
            rc = frame_pop(walk, err);
    }
    return rc;
}

/* One round: everything below the starts; links found on the way are the next round's. */
static int walk_round(struct walk *walk, struct starts *starts, struct cvx_err *err)
{
    int rc = CVX_OK;

    if (starts->count > 1)
        qsort(starts->rels, starts->count, sizeof(*starts->rels), by_bytes);
    for (size_t i = 0; !rc && i < starts->count; i++)
        rc = walk_from(walk, starts->rels[i], err);
    return rc;
}

static int walk_prepare(struct walk *walk, struct starts *starts, struct cvx_err *err)
{
    const struct cvx_walk_request *request = walk->request;
    bool is_new;
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < request->n_skip; i++)
        rc = cvx_folder_set_add(&walk->entered, request->skip[i], &is_new, err);
    if (!rc && !request->starts)
        rc = starts_add(starts, "", 0, err);
    for (size_t i = 0; !rc && request->starts && i < request->n_starts; i++)
        rc = starts_add(starts, request->starts[i], strlen(request->starts[i]), err);
    return rc;
}

int cvx_walk_tree(const struct cvx_walk_request *request, struct cvx_err *err)
{
    struct walk walk = {.request = request};
    struct starts starts = {0};
    int rc = walk_prepare(&walk, &starts, err);

    while (!rc && starts.count > 0) {
        rc = walk_round(&walk, &starts, err);
        starts_done(&starts);
        starts = walk.links;
        walk.links = (struct starts){0};
    }
    starts_done(&starts);
    while (walk.depth > 0)
        frame_close(&walk.frames[--walk.depth]);
    cvx_free(walk.frames);
    cvx_folder_set_done(&walk.entered);
    cvx_buf_done(&walk.path);
    cvx_buf_done(&walk.names);
    return rc;
}
