/* A folder of a test's own. */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void scratch_make(struct scratch *s)
{
    const char *base = getenv("TMPDIR");

    snprintf(s->root, sizeof(s->root), "%s/cvx-test-XXXXXX",
             base && *base ? base : "/tmp");
    if (!mkdtemp(s->root))
        abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void scratch_remove(struct scratch *s)
{
    nftw(s->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_path(const struct scratch *s, const char *rel, char *buf, size_t size)
{
    snprintf(buf, size, "%s/%s", s->root, rel);
    return buf;
}

void scratch_write(const struct scratch *s, const char *rel, const void *data, size_t len)
{
    char path[4096];
    FILE *file;

    scratch_path(s, rel, path, sizeof(path));
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
        abort();
}

char *scratch_read(const struct scratch *s, const char *rel, size_t *ret_len)
{
    char path[4096];
    FILE *file = fopen(scratch_path(s, rel, path, sizeof(path)), "rb");
    char *data = NULL;
    size_t len = 0, cap = 0;

    if (!file)
        return NULL;
    for (;;) {
        if (len + 1 >= cap) {
            cap = cap ? cap * 2 : 4096;
            data = realloc(data, cap);
            if (!data)
                abort();
        }
        size_t n = fread(data + len, 1, cap - len - 1, file);
        if (n == 0)
            break;
        len += n;
    }
    fclose(file);
    data[len] = '\0';
    if (ret_len)
        *ret_len = len;
    return data;
}
