/* Replays a corpus through a fuzz target, for compilers without libFuzzer: every regular
 * file named on the command line, or in a folder named there. No input at all is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t len = 0, n = 0;

    if (!file)
        return -1;
    do {
        uint8_t *more = realloc(data, len + 65536);

        if (!more) {
            free(data);
            fclose(file);
            return -1;
        }
        data = more;
        n = fread(data + len, 1, 65536, file);
        len += n;
    } while (n > 0);
    fclose(file);
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    return 0;
}

static int replay_folder(const char *path, size_t *count)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int rc = 0;

    if (!dir)
        return -1;
    while (!rc && (entry = readdir(dir)) != NULL) {
        char file[4096];
        struct stat st;

        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode)) {
            rc = replay_file(file);
            ++*count;
        }
    }
    closedir(dir);
    return rc;
}

int main(int argc, char **argv)
{
    size_t count = 0;

    for (int i = 1; i < argc; i++) {
        if (replay_folder(argv[i], &count) != 0) {
            fprintf(stderr, "cannot replay %s\n", argv[i]);
            return 1;
        }
    }
    printf("replayed %zu inputs\n", count);
    return count ? 0 : 1;
}
