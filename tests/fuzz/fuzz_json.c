/* Any bytes to the JSON reader: it refuses them, or what it prints of them is read again and
 * printed the same. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/cv.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_cv *cv = NULL, *again = NULL, *copy = NULL;
    struct cvx_buf first = CVX_BUF_INIT, second = CVX_BUF_INIT, third = CVX_BUF_INIT;
    if (cvx_cv_parse((const char *)data, size, &cv, NULL))
        return 0;
    require(cvx_cv_print(cv, &first, NULL) == CVX_OK);
    require(cvx_cv_parse(first.data, first.len, &again, NULL) == CVX_OK);
    require(cvx_cv_print(again, &second, NULL) == CVX_OK);
    require(cvx_cv_copy(cv, &copy, NULL) == CVX_OK);
    require(cvx_cv_print(copy, &third, NULL) == CVX_OK);
    require(second.len == first.len && memcmp(second.data, first.data, first.len) == 0);
    require(third.len == first.len && memcmp(third.data, first.data, first.len) == 0);
    cvx_cv_free(cv);
    cvx_cv_free(again);
    cvx_cv_free(copy);
    cvx_buf_done(&first);
    cvx_buf_done(&second);
    cvx_buf_done(&third);
    return 0;
}
