/* Owns the index of names. One sort, n log n: libzip's own lookup by name finds the first of
 * several, and a loop over the entries per lookup would be quadratic. */
#include "docx/names.h"

#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#include "docx/ziplib.h"

static int compare(const void *a, const void *b)
{
    const struct cvx_name *x = *(const struct cvx_name *const *)a;
    const struct cvx_name *y = *(const struct cvx_name *const *)b;
    int order = strcmp(x->text, y->text);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void sort(struct cvx_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        names->sorted[i] = &names->items[i];
    qsort(names->sorted, names->count, sizeof(struct cvx_name *), compare);
}

/* Marks all but the last of each name, which sorts behind the others, by taking away their
 * text. Items still lie where their index says. */
static size_t mark_repeated(struct cvx_names *names)
{
    size_t marked = 0;

    for (size_t i = 0; i + 1 < names->count; i++) {
        struct cvx_name *earlier = &names->items[names->sorted[i]->index];
        struct cvx_name *later = &names->items[names->sorted[i + 1]->index];

        if (strcmp(earlier->text, later->text) != 0)
            continue;
        earlier->text = NULL;
        later->repeated = true;
        marked++;
    }
    return marked;
}

static void drop_marked(struct cvx_names *names)
{
    size_t kept = 0;

    for (size_t i = 0; i < names->count; i++)
        if (names->items[i].text)
            names->items[kept++] = names->items[i];
    names->count = kept;
    sort(names);
}

int cvx_names_read(zip_t *zip, struct cvx_names *ret, struct cvx_err *err)
{
    size_t n = (size_t)zip_get_num_entries(zip, 0);

    ret->items = cvx_alloc_array(n, sizeof(*ret->items));
    ret->sorted = cvx_alloc_array(n, sizeof(struct cvx_name *));
    if (!ret->items || !ret->sorted)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the names of %zu parts", n);
    for (size_t i = 0; i < n; i++) {
        const char *text = cvx_ziplib_name(zip, i);

        if (!text)
            return cvx_fail(err, CVX_ENOMEM, "out of memory in libzip");
        ret->items[i] = (struct cvx_name){.text = text, .index = i};
    }
    ret->count = n;
    sort(ret);
    if (mark_repeated(ret) > 0)
        drop_marked(ret);
    return CVX_OK;
}

long cvx_names_find(const struct cvx_names *names, const char *text)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(text, names->sorted[middle]->text);

        if (order == 0)
            return (long)(names->sorted[middle] - names->items);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

void cvx_names_done(struct cvx_names *names)
{
    cvx_free(names->items);
    cvx_free(names->sorted);
    *names = (struct cvx_names){0};
}
