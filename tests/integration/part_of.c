/* Writes one part of a package to standard output.
 *
 *   part_of PACKAGE PART      1 when there is none, or the package cannot be read */
#include <stdio.h>

#include "docx/package.h"

int main(int argc, char **argv)
{
    struct cvx_package *package = NULL;
    struct cvx_part part = {0};
    struct cvx_err err;
    char text[1024];
    long at;
    int rc = 1;

    cvx_err_init(&err);
    if (argc != 3 || cvx_package_open(argv[1], &package, &err))
        goto out;
    at = cvx_package_find(package, argv[2]);
    if (at < 0) {
        cvx_fail(&err, CVX_EFORMAT, "no part %s", argv[2]);
        goto out;
    }
    if (cvx_package_read(package, (size_t)at, &part, &err))
        goto out;
    rc = fwrite(part.data, 1, part.len, stdout) == part.len ? 0 : 1;
out:
    if (rc)
        fprintf(stderr, "part_of: %s\n", cvx_err_text(&err, text, sizeof(text)));
    cvx_part_done(&part);
    cvx_package_close(package);
    return rc;
}
