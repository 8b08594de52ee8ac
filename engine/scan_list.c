/* Owns the list of inputs made from given paths: where each lies relative to the source,
 * and what lies beside it. Thread: the holder of the list. */
#include "scan.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#include "scan_private.h"

/* Folders that the list leads to, for the walks behind it. Each text is borrowed from the
 * list's arena or owned by the arena beside it. */
struct folders {
    const char **rels;
    size_t count;
};

const char *cvx_scan_whole(const char *rel)
{
    /* whole_add() put a NUL before each. */
    while (rel[-1] != '\0')
        rel--;
    return rel;
}

/* Appends the path without empty and "." components; a '/' at its end stays. */
static void path_clean(struct cvx_buf *buf, const char *path)
{
    if (path[0] == '/')
        cvx_buf_putc(buf, '/');
    while (*path) {
        size_t len = strcspn(path, "/");
        bool dot = len == 0 || (len == 1 && path[0] == '.');

        if (!dot)
            cvx_buf_put(buf, path, len);
        path += len;
        if (*path != '/')
            break;
        path++;
        if (!dot)
            cvx_buf_putc(buf, '/');
    }
}

static bool leads_up(const char *rel)
{
    while (rel) {
        size_t len = strcspn(rel, "/");

        if (len == 2 && rel[0] == '.' && rel[1] == '.')
            return true;
        rel = rel[len] ? rel + len + 1 : NULL;
    }
    return false;
}

/* The part of a clean path that lies below a clean root; NULL when it does not, or when
 * that cannot be told from the text. */
static const char *below(const char *root, const char *path)
{
    size_t len = strlen(root);

    while (len > 1 && root[len - 1] == '/')
        len--;
    if (len == 0) /* "." */
        return path[0] == '/' || path[0] == '\0' || leads_up(path) ? NULL : path;
    if (strncmp(root, path, len) != 0)
        return NULL;
    path += len;
    if (root[len - 1] != '/' && *path++ != '/')
        return NULL;
    return path[0] == '\0' || leads_up(path) ? NULL : path;
}

/* The same as the file system sees it: "in/a.docx" is below "/home/me/in". The name itself
 * is not resolved, since the file may be gone or a link. */
static bool below_by_system(const char *root, const char *path, struct cvx_buf *rel)
{
    char real_root[PATH_MAX], real_path[PATH_MAX], folder[PATH_MAX];
    size_t len = strlen(path), name_at = len;

    while (name_at > 0 && path[name_at - 1] == '/')
        name_at--;
    while (name_at > 0 && path[name_at - 1] != '/')
        name_at--;
    if (name_at + 2 > sizeof(folder) || name_at == len || leads_up(path + name_at))
        return false;
    memcpy(folder, path, name_at);
    memcpy(folder + name_at, ".", 2);
    if (!realpath(root, real_root) || !realpath(folder, real_path))
        return false;

    const char *inner =
        strcmp(real_root, real_path) == 0 ? "" : below(real_root, real_path);

    if (!inner)
        return false;
    cvx_buf_puts(rel, inner);
    if (inner[0])
        cvx_buf_putc(rel, '/');
    cvx_buf_puts(rel, path + name_at);
    return true;
}

static int rel_find(const char *root, const char *path, struct cvx_buf *rel,
                    struct cvx_err *err)
{
    struct cvx_buf clean_root = CVX_BUF_INIT, clean = CVX_BUF_INIT;
    int rc;

    path_clean(&clean_root, root);
    path_clean(&clean, path);
    cvx_buf_put(&clean_root, "", 0);
    cvx_buf_put(&clean, "", 0);
    rc = cvx_buf_check(&clean_root, err);
    if (!rc)
        rc = cvx_buf_check(&clean, err);
    if (rc)
        goto out;

    const char *inner = below(clean_root.data, clean.data);

    if (inner)
        cvx_buf_puts(rel, inner);
    else if (!below_by_system(root, clean.data, rel))
        rc = cvx_fail(err, CVX_EUSAGE, "'%s' is not below the source folder %s", path,
                      root);
    if (!rc)
        rc = cvx_buf_check(rel, err);
out:
    cvx_buf_done(&clean_root);
    cvx_buf_done(&clean);
    return rc;
}

/* Adds a path that stands for itself. The NUL before it is what cvx_scan_whole() stops at. */
static int whole_add(struct cvx_scan_build *build, const char *path, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    size_t name_at = strlen(path);
    char room[128];
    struct cvx_walk_look look = cvx_walk_look_at(AT_FDCWD, path, true);
    const char *fault = cvx_scan_fault_of(AT_FDCWD, path, look, room, sizeof(room));

    while (name_at > 0 && path[name_at - 1] == '/')
        name_at--;
    while (name_at > 0 && path[name_at - 1] != '/')
        name_at--;
    cvx_buf_putc(&text, '\0');
    cvx_buf_puts(&text, path);
    int rc = cvx_buf_check(&text, err);

    if (!rc)
        rc = cvx_scan_build_add(build, text.data, name_at + 1, fault, err);
    cvx_buf_done(&text);
    return rc;
}

/* Adds a path below the root; one that ends in '/' is left to the walk. */
static int rooted_add(struct cvx_scan_build *build, const char *path,
                      struct folders *again, struct cvx_err *err)
{
    struct cvx_buf rel = CVX_BUF_INIT;
    char room[128];
    int rc = rel_find(build->request->root, path, &rel, err);

    if (rc)
        goto out;
    if (rel.len > 0 && rel.data[rel.len - 1] == '/') {
        again->rels[again->count] = cvx_arena_put(build->list.names, rel.data, rel.len);
        if (!again->rels[again->count])
            rc = cvx_fail(err, CVX_ENOMEM, "out of memory while listing the inputs");
        else
            again->count++;
        goto out;
    }
    struct cvx_walk_look look = cvx_walk_look_at(build->root, rel.data, true);

    rc = cvx_scan_build_add(
        build, rel.data, 0,
        cvx_scan_fault_of(build->root, rel.data, look, room, sizeof(room)), err);
out:
    cvx_buf_done(&rel);
    return rc;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders that the inputs found so far lie in, each once. */
static int folders_of(struct cvx_scan_build *build, struct folders *ret,
                      struct cvx_err *err)
{
    const struct cvx_scan *list = &build->list;
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        const char *rel = list->items[i].rel, *slash = strrchr(rel, '/');
        size_t len = slash ? (size_t)(slash + 1 - rel) : 0;

        ret->rels[i] = cvx_arena_put(list->names, rel, len);
        if (!ret->rels[i])
            return cvx_fail(err, CVX_ENOMEM, "out of memory while listing the inputs");
    }
    if (list->count > 0)
        qsort(ret->rels, list->count, sizeof(*ret->rels), by_bytes);
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || strcmp(ret->rels[kept - 1], ret->rels[i]) != 0)
            ret->rels[kept++] = ret->rels[i];
    }
    ret->count = kept;
    return CVX_OK;
}

/* A rerun of one file must not take the output of another that did not fail: what lies
 * beside the inputs is looked at too. */
static int shadows_add(struct cvx_scan_build *build, struct cvx_err *err)
{
    struct folders beside = {
        .rels = cvx_alloc_array(build->list.count, sizeof(*beside.rels))};
    int rc;

    if (!beside.rels)
        return cvx_fail(err, CVX_ENOMEM, "out of memory while listing the inputs");
    rc = folders_of(build, &beside, err);
    build->shadows = true;
    if (!rc)
        rc = cvx_scan_build_walk(build, beside.rels, beside.count, false, err);
    cvx_free(beside.rels);
    return rc;
}

static int rooted_all(struct cvx_scan_build *build, const char *const *paths,
                      size_t count, struct cvx_err *err)
{
    struct folders again = {.rels = cvx_alloc_array(count, sizeof(*again.rels))};
    int rc = CVX_OK;

    if (!again.rels)
        return cvx_fail(err, CVX_ENOMEM, "out of memory while listing the inputs");
    for (size_t i = 0; !rc && i < count; i++)
        rc = rooted_add(build, paths[i], &again, err);
    if (!rc && again.count > 0)
        rc = cvx_scan_build_walk(build, again.rels, again.count, true, err);
    if (!rc)
        rc = shadows_add(build, err);
    cvx_free(again.rels);
    return rc;
}

int cvx_scan_list(const struct cvx_scan_request *request, const char *const *paths,
                  size_t count, struct cvx_scan *ret, struct cvx_err *err)
{
    struct cvx_scan_build build;
    int rc = cvx_scan_build_open(&build, request, err);

    if (!rc && request->root)
        rc = rooted_all(&build, paths, count, err);
    for (size_t i = 0; !rc && !request->root && i < count; i++)
        rc = whole_add(&build, paths[i], err);
    if (!rc)
        rc = cvx_scan_build_finish(&build, ret, err);
    cvx_scan_build_done(&build);
    return rc;
}
