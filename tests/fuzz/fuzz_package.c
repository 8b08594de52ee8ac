/* Any bytes as a package: opened, every way of looking into it taken. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/package.h"
#include "docx/rels.h"

#define PARTS_READ 64 /* a few bytes may claim 10,000 parts of 1 MiB each */

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void read_parts(struct cvx_package *package)
{
    size_t count = cvx_package_count(package);

    check(count <= CVX_PACKAGE_ENTRIES_MAX);
    for (size_t i = 0; i < count && i < PARTS_READ; i++) {
        struct cvx_part part = {0};
        struct cvx_err err;

        cvx_err_init(&err);
        check(cvx_package_find(package, cvx_package_name(package, i)) == (long)i);

        int rc = cvx_package_read(package, i, &part, &err);

        check(rc == (int)err.rc);
        if (!rc)
            check(part.len <= CVX_PART_MAX && part.data[part.len] == '\0');
        cvx_part_done(&part);
    }
}

static void find_parts(struct cvx_package *package)
{
    size_t main_part = 0, n = 0, *headers = NULL;
    struct cvx_err err;

    if (cvx_rels_main_part(package, &main_part, &err))
        return;
    check(main_part < cvx_package_count(package));
    check(cvx_rels_header_parts(package, main_part, &headers, &n, &err) == CVX_OK);
    for (size_t i = 0; i < n; i++)
        check(headers[i] < cvx_package_count(package));
    cvx_free(headers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_package *package = NULL;
    struct cvx_issues issues = {0};
    struct cvx_err err;

    cvx_err_init(&err);
    if (cvx_package_open_memory(data, size, &package, &err)) {
        check(!package && err.rc && cvx_err_root(&err)[0] != '\0');
        return 0;
    }
    check(cvx_package_warn_duplicates(package, &issues) == CVX_OK);
    cvx_issues_done(&issues);
    find_parts(package);
    read_parts(package);
    cvx_package_close(package);
    return 0;
}
