/* Owns the checks on a finished list: outputs that two inputs would share, names and paths
 * that no output can have. In a sorted list the later input gives way. An entry that has a
 * fault claims no output. Thread: the holder of the list. */
#include "scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "scan_private.h"

/* As long as the temporary name beside an output (store.h). */
#define TMP_NAME_LEN ((size_t)25)

static bool claims(const struct cvx_scan_entry *entry)
{
    return !entry->fault || entry->fault == cvx_scan_shadow;
}

/* Moves the finished text into the list. Shadows keep what they are. */
static int fault_set(struct cvx_scan *list, size_t i, struct cvx_buf *text,
                     struct cvx_err *err)
{
    int rc = cvx_buf_check(text, err);
    const char *fault = rc ? NULL : cvx_arena_put(list->names, text->data, text->len);

    if (!rc && !fault)
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory while checking the outputs");
    if (!rc && list->items[i].fault != cvx_scan_shadow)
        list->items[i].fault = fault;
    cvx_buf_done(text);
    return rc;
}

static int fault_length(struct cvx_scan *list, size_t i, const char *what, size_t len,
                        size_t limit, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_printf(&text, "%s too long (%zu bytes, limit %zu)", what, len, limit);
    return fault_set(list, i, &text, err);
}

static int fault_naming(struct cvx_scan *list, size_t i, const char *before,
                        const char *name, size_t len, const char *after,
                        struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_puts(&text, before);
    cvx_text_printable(&text, name, len);
    cvx_buf_puts(&text, after);
    return fault_set(list, i, &text, err);
}

static size_t longest_suffix(const struct cvx_scan_request *request)
{
    size_t longest = 0;

    for (size_t i = 0; i < request->n_suffixes; i++)
        if (strlen(request->suffixes[i]) > longest)
            longest = strlen(request->suffixes[i]);
    return longest;
}

static int lengths_check(struct cvx_scan *list, size_t i,
                         const struct cvx_scan_request *request, struct cvx_err *err)
{
    const char *rel = list->items[i].rel, *slash = strrchr(rel, '/');
    size_t folder = slash ? (size_t)(slash + 1 - rel) : 0;
    size_t name = cvx_scan_stem_len(rel) - folder + longest_suffix(request);
    size_t in =
        list->root ? strlen(list->root) + 1 + strlen(rel) : strlen(cvx_scan_whole(rel));
    size_t out = request->output_folder_len + 1 + folder;

    out += name > TMP_NAME_LEN ? name : TMP_NAME_LEN;
    if (name > CVX_OUTPUT_NAME_MAX)
        return fault_length(list, i, "output name", name, CVX_OUTPUT_NAME_MAX, err);
    if (in > CVX_PATH_BYTES_MAX)
        return fault_length(list, i, "path", in, CVX_PATH_BYTES_MAX, err);
    if (request->output_folder_len > 0 && out > CVX_PATH_BYTES_MAX)
        return fault_length(list, i, "output path", out, CVX_PATH_BYTES_MAX, err);
    return CVX_OK;
}

static int stems_order(const char *a, const char *b)
{
    size_t a_len = cvx_scan_stem_len(a), b_len = cvx_scan_stem_len(b);
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* By stem, then by place in the list. */
static int by_stem(const void *a, const void *b, void *items)
{
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct cvx_scan_entry *list = items;
    int order = stems_order(list[i].rel, list[j].rel);

    return order ? order : (i > j) - (i < j);
}

/* `order` holds the places of claimants, by stem: the first of each run keeps the output. */
static int runs_check(struct cvx_scan *list, const uint32_t *order, size_t count,
                      struct cvx_err *err)
{
    int rc = CVX_OK;

    for (size_t k = 1, owner = 0; !rc && k < count; k++) {
        const char *first = list->items[order[owner]].rel;

        if (stems_order(first, list->items[order[k]].rel) != 0) {
            owner = k;
            continue;
        }
        if (!list->root)
            first = cvx_scan_whole(first);
        rc = fault_naming(list, order[k], "same output as '", first, strlen(first), "'",
                          err);
    }
    return rc;
}

static int stems_check(struct cvx_scan *list, struct cvx_err *err)
{
    uint32_t *order = cvx_alloc_array(list->count, sizeof(*order));
    size_t count = 0;

    if (!order)
        return cvx_fail(err, CVX_ENOMEM, "out of memory while checking the outputs");
    for (size_t i = 0; i < list->count; i++) {
        if (claims(&list->items[i]))
            order[count++] = (uint32_t)i;
    }
    if (count > 0)
        qsort_r(order, count, sizeof(*order), by_stem, list->items);
    int rc = runs_check(list, order, count, err);

    cvx_free(order);
    return rc;
}

/* The first entry whose rel is not below `text`, bytewise. */
static size_t lower_bound(const struct cvx_scan *list, const char *text)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(list->items[middle].rel, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Entry i writes the file `output` (with a '/' behind it); others may need a folder of that
 * name. In a sorted list they stand together. */
static int folder_check(struct cvx_scan *list, size_t i, const struct cvx_buf *output,
                        struct cvx_err *err)
{
    const char *rel = list->items[i].rel;
    int rc = CVX_OK;

    for (size_t j = lower_bound(list, output->data); !rc && j < list->count; j++) {
        const char *other = list->items[j].rel;

        if (strncmp(other, output->data, output->len) != 0)
            break;
        if (!claims(&list->items[j]))
            continue;
        if (j < i)
            return fault_naming(list, i, "its output would stand where '", other,
                                strlen(other), "' needs a folder", err);
        rc = fault_naming(list, j, "needs a folder where the output of '", rel,
                          strlen(rel), "' stands", err);
    }
    return rc;
}

/* "x.docx" writes x.json, "x.json/y.docx" needs a folder x.json. Rare, so the names are
 * asked first whether there is such a folder at all. */
static int folders_check(struct cvx_scan *list, const char *suffix, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    bool any = false;
    int rc;

    cvx_buf_printf(&text, "%s/", suffix);
    rc = cvx_buf_check(&text, err);
    for (size_t i = 0; !rc && !any && i < list->count; i++)
        any = strstr(list->items[i].rel, text.data) != NULL;
    for (size_t i = 0; !rc && any && i < list->count; i++) {
        const char *rel = list->items[i].rel;

        if (!claims(&list->items[i]))
            continue;
        cvx_buf_clear(&text);
        cvx_buf_put(&text, rel, cvx_scan_stem_len(rel));
        cvx_buf_printf(&text, "%s/", suffix);
        rc = cvx_buf_check(&text, err);
        if (!rc)
            rc = folder_check(list, i, &text, err);
    }
    cvx_buf_done(&text);
    return rc;
}

int cvx_scan_check_outputs(struct cvx_scan *list, const struct cvx_scan_request *request,
                           struct cvx_err *err)
{
    int rc = CVX_OK;

    if (list->count > UINT32_MAX)
        return cvx_fail(err, CVX_ELIMIT, "%zu inputs, limit %u", list->count, UINT32_MAX);
    for (size_t i = 0; !rc && i < list->count; i++) {
        if (!list->items[i].fault)
            rc = lengths_check(list, i, request, err);
    }
    if (!rc)
        rc = stems_check(list, err);
    for (size_t i = 0; !rc && i < request->n_suffixes; i++)
        rc = folders_check(list, request->suffixes[i], err);
    return rc;
}
