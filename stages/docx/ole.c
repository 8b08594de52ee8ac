/* Owns the walk through an OLE file's directory, just far enough to see whether it holds an
 * encrypted package ([MS-CFB] 2.2 to 2.6, [MS-OFFCRYPTO] 2.3.4.4). */
#include "docx/ole.h"

#include <string.h>

#define HEADER 512
#define SECTOR_MAX 4096
#define ENTRY 128
#define DIFAT_AT 76
#define DIFAT_COUNT 109
/* A directory of more sectors belongs to no document; the bound also ends a chain that
 * leads back into itself. */
#define SECTORS_WALKED_MAX 256

struct ole {
    const struct cvx_archive *archive;
    unsigned char header[HEADER];
    unsigned shift; /* a sector has 1 << shift bytes */
};

/* False when the place lies outside the file or cannot be read. */
static bool sector_read(const struct ole *ole, uint32_t sector, size_t offset, void *to,
                        size_t len)
{
    uint64_t at = (((uint64_t)sector + 1) << ole->shift) + offset;

    if (at > ole->archive->size || len > ole->archive->size - at)
        return false;
    return cvx_archive_copy(ole->archive, at, to, len, NULL) == CVX_OK;
}

static bool sector_next(const struct ole *ole, uint32_t sector, uint32_t *ret)
{
    uint32_t per_sector = (1u << ole->shift) / 4;
    uint32_t nth = sector / per_sector;
    unsigned char number[4];

    if (nth >= DIFAT_COUNT)
        return false;

    uint32_t table = cvx_archive_le32(ole->header + DIFAT_AT + (size_t)4 * nth);

    if (!sector_read(ole, table, (size_t)(sector % per_sector) * 4, number, 4))
        return false;
    *ret = cvx_archive_le32(number);
    return true;
}

static bool sector_names_package(const unsigned char *sector, size_t len)
{
    static const char name[] = "EncryptedPackage";
    unsigned char wide[2 * sizeof(name)] = {0};

    for (size_t i = 0; i < sizeof(name); i++)
        wide[2 * i] = (unsigned char)name[i];
    for (size_t at = 0; at + ENTRY <= len; at += ENTRY)
        if (memcmp(sector + at, wide, sizeof(wide)) == 0)
            return true;
    return false;
}

static bool holds_package(const struct ole *ole)
{
    unsigned char sector[SECTOR_MAX];
    size_t len = (size_t)1 << ole->shift;
    uint32_t at = cvx_archive_le32(ole->header + 48);

    for (int i = 0; i < SECTORS_WALKED_MAX; i++) {
        if (!sector_read(ole, at, 0, sector, len))
            return false;
        if (sector_names_package(sector, len))
            return true;
        if (!sector_next(ole, at, &at))
            return false;
    }
    return false;
}

int cvx_ole_refuse(const struct cvx_archive *archive, struct cvx_err *err)
{
    static const unsigned char magic[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    struct ole ole = {.archive = archive};
    size_t have = archive->size < HEADER ? (size_t)archive->size : HEADER;
    int rc = cvx_archive_copy(archive, 0, ole.header, have, err);

    if (rc || memcmp(ole.header, magic, sizeof(magic)) != 0)
        return rc;
    ole.shift = cvx_archive_le16(ole.header + 30);
    if (have == HEADER && (ole.shift == 9 || ole.shift == 12) && holds_package(&ole))
        return cvx_fail(err, CVX_EFORMAT, "encrypted");
    return cvx_fail(err, CVX_EFORMAT, "an old .doc file (OLE), not .docx");
}
