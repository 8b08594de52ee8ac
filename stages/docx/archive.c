/* Owns how an archive's bytes are had: one open, one read for the usual small file, reads by
 * position for a large one. */
#include "docx/archive.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#define IN_MEMORY_MAX ((uint64_t)4 * CVX_MIB)

static int fail_changed(struct cvx_err *err)
{
    return cvx_fail(err, CVX_EIO, "the file changed while it was being read");
}

/* Reads at least `need` bytes at `at` and at most `max`; fewer only at the end of the file.
 */
static int read_fully(int fd, uint64_t at, unsigned char *to, size_t need, size_t max,
                      size_t *ret_got, struct cvx_err *err)
{
    size_t got = 0;

    do {
        ssize_t n = pread(fd, to + got, max - got, (off_t)(at + got));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cvx_fail_errno(err, errno, "cannot read the file");
        if (n == 0)
            break;
        got += (size_t)n;
    } while (got < need);
    *ret_got = got;
    return CVX_OK;
}

static int check_file(int fd, uint64_t *ret_size, struct cvx_err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return cvx_fail_errno(err, errno, "cannot examine the file");
    if (!S_ISREG(st.st_mode))
        return cvx_fail(err, CVX_EFORMAT, "not a regular file");
    if ((uint64_t)st.st_size > CVX_PACKAGE_MAX)
        return cvx_fail(err, CVX_ELIMIT, "the file has %lld bytes, the limit is %zu",
                        (long long)st.st_size, CVX_PACKAGE_MAX);
    *ret_size = (uint64_t)st.st_size;
    return CVX_OK;
}

/* One byte more than the size is asked for, so that a file that grew shows it. */
static int load(int fd, uint64_t size, unsigned char **ret, struct cvx_err *err)
{
    unsigned char *data = cvx_alloc((size_t)size + 1);
    size_t got = 0;

    if (!data)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a file of %zu bytes",
                        (size_t)size);

    int rc = read_fully(fd, 0, data, (size_t)size, (size_t)size + 1, &got, err);

    if (!rc && got != size)
        rc = fail_changed(err);
    if (rc) {
        cvx_free(data);
        return rc;
    }
    *ret = data;
    return CVX_OK;
}

int cvx_archive_open(const char *path, struct cvx_archive *ret, struct cvx_err *err)
{
    struct cvx_archive archive = {.fd = -1};
    /* Without O_NONBLOCK the open of a FIFO would wait for a writer. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return cvx_fail_errno(err, errno, "cannot open the file");

    int rc = check_file(fd, &archive.size, err);

    if (!rc && archive.size > IN_MEMORY_MAX) {
        archive.fd = fd;
        *ret = archive;
        return CVX_OK;
    }
    if (!rc)
        rc = load(fd, archive.size, &archive.owned, err);
    close(fd);
    if (rc)
        return rc;
    archive.data = archive.owned;
    *ret = archive;
    return CVX_OK;
}

void cvx_archive_borrow(const void *data, size_t len, struct cvx_archive *ret)
{
    static const unsigned char nothing[1];

    *ret = (struct cvx_archive){.data = len > 0 ? data : nothing, .fd = -1, .size = len};
}

void cvx_archive_done(struct cvx_archive *archive)
{
    if (!archive)
        return;
    if (archive->fd >= 0)
        close(archive->fd);
    cvx_free(archive->owned);
    *archive = (struct cvx_archive){.fd = -1};
}

int cvx_archive_copy(const struct cvx_archive *archive, uint64_t at, void *to, size_t len,
                     struct cvx_err *err)
{
    size_t got = 0;

    assert(at <= archive->size && len <= archive->size - at);
    if (archive->data) {
        memcpy(to, archive->data + at, len);
        return CVX_OK;
    }

    int rc = read_fully(archive->fd, at, to, len, len, &got, err);

    if (!rc && got < len)
        rc = fail_changed(err);
    return rc;
}

int cvx_archive_map(const struct cvx_archive *archive, uint64_t at, size_t len,
                    const unsigned char **ret, void **ret_scratch, struct cvx_err *err)
{
    if (archive->data) {
        assert(at <= archive->size && len <= archive->size - at);
        *ret = archive->data + at;
        *ret_scratch = NULL;
        return CVX_OK;
    }

    unsigned char *scratch = cvx_alloc(len);

    if (!scratch)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for %zu bytes of the file", len);

    int rc = cvx_archive_copy(archive, at, scratch, len, err);

    if (rc) {
        cvx_free(scratch);
        return rc;
    }
    *ret = scratch;
    *ret_scratch = scratch;
    return CVX_OK;
}
