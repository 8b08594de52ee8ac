/* Owns the list of inputs that a rerun would take: failed, or not done before a stop.
 * Thread: the loop. */
#include "reporters.h"

#include <stdlib.h>

#include <cvextract/mem.h>

#include "../inputs.h"
#include "out.h"

struct entry {
    size_t index; /* place among the inputs */
    char *path;
};

struct cvx_failed {
    struct cvx_reporter reporter; /* first */
    struct entry *entries;
    size_t count, cap;
    size_t missing; /* for which memory had run out */
};

static bool failed_add(struct cvx_failed *failed, const struct cvx_file_info *file)
{
    if (failed->count == failed->cap) {
        size_t cap = failed->cap ? failed->cap * 2 : 16;
        struct entry *more = cvx_realloc_array(failed->entries, cap, sizeof(*more));

        if (!more)
            return false;
        failed->entries = more;
        failed->cap = cap;
    }

    char *path = cvx_strdup(file->path);

    if (!path)
        return false;
    failed->entries[failed->count++] = (struct entry){file->index, path};
    return true;
}

static void failed_on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    struct cvx_failed *failed = (struct cvx_failed *)reporter;

    if (event->type == CVX_EVENT_FILE_DONE &&
        event->u.file_done.outcome != CVX_OUTCOME_FAILED)
        return;
    if (!failed_add(failed, event->file))
        failed->missing++;
}

struct cvx_failed *cvx_failed_new(void)
{
    struct cvx_failed *failed = cvx_zalloc(sizeof(*failed));

    if (!failed)
        return NULL;
    failed->reporter.mask =
        CVX_EVENT_BIT(CVX_EVENT_FILE_DONE) | CVX_EVENT_BIT(CVX_EVENT_FILE_NOT_DONE);
    failed->reporter.log_level = CVX_LEVEL_NONE;
    failed->reporter.on_event = failed_on_event;
    return failed;
}

struct cvx_reporter *cvx_failed_reporter(struct cvx_failed *failed)
{
    return &failed->reporter;
}

/* Files end in any order. */
static int entry_cmp(const void *a, const void *b)
{
    size_t i = ((const struct entry *)a)->index, j = ((const struct entry *)b)->index;

    return (i > j) - (i < j);
}

int cvx_failed_write(struct cvx_failed *failed, const char *path, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc;

    if (failed->count > 0)
        qsort(failed->entries, failed->count, sizeof(*failed->entries), entry_cmp);
    for (size_t i = 0; i < failed->count; i++)
        cvx_inputs_write_line(&text, failed->entries[i].path);
    rc = cvx_buf_check(&text, err);
    if (!rc)
        rc = cvx_out_write_whole(path, &text, err);
    if (!rc && failed->missing > 0)
        rc = cvx_fail(err, CVX_ENOMEM, "%s: memory ran out, %zu of %zu paths are missing",
                      path, failed->missing, failed->missing + failed->count);
    else if (rc)
        cvx_wrap(err, "cannot write the list of failed files");
    cvx_buf_done(&text);
    return rc;
}

void cvx_failed_free(struct cvx_failed *failed)
{
    if (!failed)
        return;
    for (size_t i = 0; i < failed->count; i++)
        cvx_free(failed->entries[i].path);
    cvx_free(failed->entries);
    cvx_free(failed);
}
