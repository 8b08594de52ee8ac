/* Owns discovery: which names in a tree are inputs, and the sorted list of them.
 * Thread: the holder of the list. */
#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "glob.h"
#include "scan_private.h"

const char cvx_scan_shadow[] = "shadow";

/* Folders of the program's own that stand directly below a target (10-cli.md). */
static const char *const k_output_folders[] = {
    "structured_data", "adjusted_structured_data",     "documents",
    "research_data",   "verification_structured_data",
};

static int fail_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory while listing the inputs");
}

int cvx_scan_build_add(struct cvx_scan_build *build, const char *path, size_t rel_at,
                       const char *fault, struct cvx_err *err)
{
    struct cvx_scan *list = &build->list;

    if (list->count == build->cap) {
        size_t cap = build->cap ? build->cap * 2 : 64;
        struct cvx_scan_entry *items =
            cvx_realloc_array(list->items, cap, sizeof(*items));

        if (!items)
            return fail_memory(err);
        list->items = items;
        build->cap = cap;
    }
    const char *copy = cvx_arena_put(list->names, path, rel_at + strlen(path + rel_at));
    const char *kept = fault;

    if (fault && fault != cvx_scan_shadow)
        kept = cvx_arena_put(list->names, fault, strlen(fault));
    if (!copy || (fault && !kept))
        return fail_memory(err);
    list->items[list->count++] = (struct cvx_scan_entry){copy + rel_at, kept};
    return CVX_OK;
}

static const char *fault_of_kind(mode_t kind)
{
    switch (kind) {
    case S_IFDIR:
        return "a folder, not a regular file";
    case S_IFIFO:
        return "a FIFO, not a regular file";
    case S_IFSOCK:
        return "a socket, not a regular file";
    case S_IFCHR:
        return "a character device, not a regular file";
    case S_IFBLK:
        return "a block device, not a regular file";
    default:
        return "not a regular file";
    }
}

static const char *fault_of_errno(int errnum, bool link, char *room, size_t size)
{
    switch (errnum) {
    case ENOENT:
        return link ? "a dangling link" : "no such file";
    case ELOOP:
        return "a loop of links";
    case EACCES:
        return "permission denied";
    default:
        return strerror_r(errnum, room, size);
    }
}

const char *cvx_scan_fault_of(int dir, const char *path, struct cvx_walk_look look,
                              char *room, size_t size)
{
    if (look.kind == 0)
        return fault_of_errno(look.errnum, look.link, room, size);
    if (look.kind != S_IFREG)
        return fault_of_kind(look.kind);
    if (faccessat(dir, path, R_OK, AT_EACCESS) != 0)
        return fault_of_errno(errno, look.link, room, size);
    return NULL;
}

static bool is_wanted(const struct cvx_scan_request *request, const char *rel)
{
    return request->pattern ? cvx_glob_match(request->pattern, rel)
                            : cvx_glob_is_docx(rel);
}

/* What stands behind a name that is no input by itself cannot be seen: there may be a folder
 * of inputs, which must not get lost unheard. A link into nothing is no such loss. */
static int on_unseen(struct cvx_scan_build *build, const struct cvx_walk_entry *entry,
                     struct cvx_err *err)
{
    char text[256], room[128];
    int errnum = entry->look.errnum;

    if (entry->look.kind != 0 || errnum == ENOENT || errnum == ELOOP || errnum == ENOTDIR)
        return CVX_OK;
    snprintf(text, sizeof(text), "%s: %s",
             entry->look.link ? "cannot follow the link" : "cannot look at it",
             fault_of_errno(errnum, entry->look.link, room, sizeof(room)));
    return cvx_scan_build_add(build, entry->rel, 0, text, err);
}

static int on_entry(void *user, const struct cvx_walk_entry *entry, struct cvx_err *err)
{
    struct cvx_scan_build *build = user;
    char room[128];

    if (build->request->stop && atomic_load(build->request->stop))
        return cvx_fail(err, CVX_ECANCELED, "stopped while looking for inputs");
    if (strncmp(entry->name, "~$", 2) == 0) /* Word's lock file */
        return CVX_OK;
    if (!is_wanted(build->request, entry->rel))
        return build->shadows ? CVX_OK : on_unseen(build, entry, err);

    const char *fault =
        cvx_scan_fault_of(entry->dir, entry->name, entry->look, room, sizeof(room));

    if (!build->shadows)
        return cvx_scan_build_add(build, entry->rel, 0, fault, err);
    return fault ? CVX_OK
                 : cvx_scan_build_add(build, entry->rel, 0, cvx_scan_shadow, err);
}

static int on_unread(void *user, const char *rel, int errnum, struct cvx_err *err)
{
    struct cvx_scan_build *build = user;
    char text[256], room[128];

    if (build->shadows)
        return CVX_OK;
    if (rel[0] == '\0')
        return cvx_fail_errno(err, errnum, "cannot read the source folder %s",
                              build->list.root);
    snprintf(text, sizeof(text), "cannot read the folder: %s",
             strerror_r(errnum, room, sizeof(room)));
    return cvx_scan_build_add(build, rel, 0, text, err);
}

static bool enter_none(void *user, const char *rel, const char *name)
{
    (void)user;
    (void)rel;
    (void)name;
    return false;
}

static bool enter(void *user, const char *rel, const char *name)
{
    const struct cvx_scan_build *build = user;
    size_t count = sizeof(k_output_folders) / sizeof(k_output_folders[0]);

    if (strcmp(name, ".cvextract") == 0)
        return false;
    if (!build->in_target || name != rel)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, k_output_folders[i]) == 0)
            return false;
    }
    return true;
}

int cvx_scan_build_walk(struct cvx_scan_build *build, const char *const *starts,
                        size_t count, bool deep, struct cvx_err *err)
{
    struct cvx_walk_request walk = {
        .root = build->root,
        .starts = starts,
        .n_starts = count,
        .skip = build->skip,
        .n_skip = build->n_skip,
        .follow = true,
        .on_entry = on_entry,
        .on_unread = on_unread,
        .enter = deep ? enter : enter_none,
        .user = build,
    };

    return cvx_walk_tree(&walk, err);
}

/* Notes a folder that must not be scanned, unless it is the source itself. */
static bool skip_add(struct cvx_scan_build *build, const struct stat *root,
                     const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return false;
    if (st.st_dev == root->st_dev && st.st_ino == root->st_ino)
        return true;
    build->skip[build->n_skip++] = (struct cvx_folder_id){st.st_dev, st.st_ino};
    return false;
}

static int skip_find(struct cvx_scan_build *build, struct cvx_err *err)
{
    const struct cvx_scan_request *request = build->request;
    struct stat root;

    if (fstat(build->root, &root) != 0)
        return cvx_fail_errno(err, errno, "source folder %s", request->root);
    build->skip = cvx_alloc_array(request->n_skip + 1, sizeof(*build->skip));
    if (!build->skip)
        return fail_memory(err);
    if (request->target)
        build->in_target = skip_add(build, &root, request->target);
    for (size_t i = 0; i < request->n_skip; i++)
        skip_add(build, &root, request->skip[i]);
    return CVX_OK;
}

static int root_open(struct cvx_scan_build *build, struct cvx_err *err)
{
    const char *root = build->request->root;

    build->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOCTTY);
    if (build->root >= 0)
        return CVX_OK;
    if (errno == ENOENT)
        return cvx_fail(err, CVX_EIO, "source folder not found: %s", root);
    if (errno == ENOTDIR)
        return cvx_fail(err, CVX_EIO, "source is not a folder: %s", root);
    return cvx_fail_errno(err, errno, "cannot read the source folder %s", root);
}

int cvx_scan_build_open(struct cvx_scan_build *build,
                        const struct cvx_scan_request *request, struct cvx_err *err)
{
    *build = (struct cvx_scan_build){.request = request, .root = -1};
    build->list.names = cvx_arena_new();
    if (!build->list.names)
        return fail_memory(err);
    if (!request->root)
        return CVX_OK;

    size_t len = strlen(request->root);

    while (len > 1 && request->root[len - 1] == '/')
        len--;
    build->list.root = cvx_memdup(request->root, len);
    if (!build->list.root)
        return fail_memory(err);
    int rc = root_open(build, err);

    return rc ? rc : skip_find(build, err);
}

/* Inputs before shadows, so that of two with the same path the input stays. */
static int by_rel(const void *a, const void *b)
{
    const struct cvx_scan_entry *x = a, *y = b;
    int order = strcmp(x->rel, y->rel);

    if (order != 0)
        return order;
    return (x->fault == cvx_scan_shadow) - (y->fault == cvx_scan_shadow);
}

static int by_rel_then_path(const void *a, const void *b)
{
    const struct cvx_scan_entry *x = a, *y = b;
    int order = strcmp(x->rel, y->rel);

    return order ? order : strcmp(cvx_scan_whole(x->rel), cvx_scan_whole(y->rel));
}

static void list_sort(struct cvx_scan *list)
{
    int (*order)(const void *, const void *) = list->root ? by_rel : by_rel_then_path;
    size_t kept = 0;

    if (list->count == 0)
        return;
    qsort(list->items, list->count, sizeof(*list->items), order);
    for (size_t i = 1; i < list->count; i++) {
        const char *rel = list->items[i].rel, *last = list->items[kept].rel;
        bool same = list->root ? strcmp(rel, last) == 0
                               : strcmp(cvx_scan_whole(rel), cvx_scan_whole(last)) == 0;

        if (!same)
            list->items[++kept] = list->items[i];
    }
    list->count = kept + 1;
}

static void shadows_drop(struct cvx_scan *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].fault != cvx_scan_shadow)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

int cvx_scan_build_finish(struct cvx_scan_build *build, struct cvx_scan *ret,
                          struct cvx_err *err)
{
    list_sort(&build->list);
    int rc = cvx_scan_check_outputs(&build->list, build->request, err);

    if (rc)
        return rc;
    shadows_drop(&build->list);
    *ret = build->list;
    build->list = (struct cvx_scan){0};
    return CVX_OK;
}

void cvx_scan_build_done(struct cvx_scan_build *build)
{
    cvx_scan_done(&build->list);
    cvx_free(build->skip);
    if (build->root >= 0)
        close(build->root);
}

int cvx_scan_tree(const struct cvx_scan_request *request, struct cvx_scan *ret,
                  struct cvx_err *err)
{
    struct cvx_scan_build build;
    int rc = cvx_scan_build_open(&build, request, err);

    if (!rc)
        rc = cvx_scan_build_walk(&build, NULL, 0, true, err);
    if (!rc && build.list.count == 0)
        rc = cvx_fail(err, CVX_EFORMAT, "no files matching '%s' in %s",
                      request->shown     ? request->shown
                      : request->pattern ? request->pattern
                                         : "*.docx",
                      request->root);
    if (!rc)
        rc = cvx_scan_build_finish(&build, ret, err);
    cvx_scan_build_done(&build);
    return rc;
}

void cvx_scan_done(struct cvx_scan *scan)
{
    cvx_free(scan->root);
    cvx_free(scan->items);
    cvx_arena_free(scan->names);
    *scan = (struct cvx_scan){0};
}

int cvx_scan_path(const struct cvx_scan *scan, size_t i, struct cvx_buf *buf,
                  struct cvx_err *err)
{
    const char *rel = scan->items[i].rel;

    if (scan->root) {
        cvx_buf_puts(buf, scan->root);
        if (strcmp(scan->root, "/") != 0)
            cvx_buf_putc(buf, '/');
        cvx_buf_puts(buf, rel);
    } else {
        cvx_buf_puts(buf, cvx_scan_whole(rel));
    }
    return cvx_buf_check(buf, err);
}

size_t cvx_scan_stem_len(const char *rel)
{
    const char *slash = strrchr(rel, '/');
    const char *name = slash ? slash + 1 : rel;
    const char *dot = strrchr(name, '.');

    return dot && dot != name ? (size_t)(dot - rel) : strlen(rel);
}
