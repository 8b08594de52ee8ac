/* Owns the seam through which a test makes libzip fail. */
#include "docx/ziplib.h"

#include <stdbool.h>

#ifdef CVX_FAULTS
static _Thread_local long t_calls;
static _Thread_local long t_failing = -1;

void cvx_ziplib_fail_at(long nth)
{
    t_calls = 0;
    t_failing = nth;
}

long cvx_ziplib_count(void)
{
    return t_calls;
}

static bool fails(void)
{
    return t_calls++ == t_failing;
}
#else
static bool fails(void)
{
    return false;
}
#endif

static zip_source_t *source_new(struct cvx_view *view, zip_error_t *error)
{
    if (!fails())
        return cvx_view_source(view, error);
    zip_error_set(error, ZIP_ER_MEMORY, 0);
    return NULL;
}

static zip_t *open_source(zip_source_t *source, zip_error_t *error)
{
    if (!fails())
        return zip_open_from_source(source, ZIP_RDONLY, error);
    zip_error_set(error, ZIP_ER_INCONS, 0);
    return NULL;
}

zip_t *cvx_ziplib_open(struct cvx_view *view, zip_error_t *error)
{
    zip_source_t *source = source_new(view, error);
    zip_t *zip = source ? open_source(source, error) : NULL;

    if (!zip)
        zip_source_free(source);
    return zip;
}

const char *cvx_ziplib_name(zip_t *zip, zip_uint64_t i)
{
    if (!fails())
        return zip_get_name(zip, i, ZIP_FL_ENC_RAW);
    zip_error_set(zip_get_error(zip), ZIP_ER_MEMORY, 0);
    return NULL;
}

int cvx_ziplib_stat(zip_t *zip, zip_uint64_t i, zip_stat_t *st)
{
    if (!fails())
        return zip_stat_index(zip, i, 0, st);
    zip_error_set(zip_get_error(zip), ZIP_ER_INVAL, 0);
    return -1;
}

zip_file_t *cvx_ziplib_fopen(zip_t *zip, zip_uint64_t i)
{
    if (!fails())
        return zip_fopen_index(zip, i, 0);
    zip_error_set(zip_get_error(zip), ZIP_ER_MEMORY, 0);
    return NULL;
}

zip_file_t *cvx_ziplib_fopen_packed(zip_t *zip, zip_uint64_t i)
{
    if (!fails())
        return zip_fopen_index(zip, i, ZIP_FL_COMPRESSED);
    zip_error_set(zip_get_error(zip), ZIP_ER_MEMORY, 0);
    return NULL;
}

zip_int64_t cvx_ziplib_fread(zip_file_t *file, void *to, size_t len)
{
    if (!fails())
        return zip_fread(file, to, len);
    zip_error_set(zip_file_get_error(file), ZIP_ER_READ, 0);
    return -1;
}
