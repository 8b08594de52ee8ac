/* The floor that rendering is measured against: inflate and deflate (zlib, default level)
 * of the parts that differ from the template's, and nothing else.
 *
 *     bench_deflate TEMPLATE FOLDER
 *
 * FOLDER holds documents rendered from TEMPLATE. All of them are read before the clock
 * starts; buffers are made once. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <zip.h>
#include <zlib.h>

#include <cvextract/mem.h>
#include <cvextract/run.h>

#include "meter.h"
#include "tree.h"

struct part {
    unsigned char *packed;
    size_t n_packed, n_plain;
};

struct floor {
    struct cvx_tree files;
    zip_t *model;
    struct part *parts;
    size_t count, cap;
    size_t largest; /* plain bytes */
    size_t bytes;
};

static bool read_raw(zip_t *zip, zip_uint64_t i, struct part *ret)
{
    zip_stat_t stat;

    if (zip_stat_index(zip, i, 0, &stat) != 0 || stat.comp_method != ZIP_CM_DEFLATE)
        return false;
    ret->n_packed = (size_t)stat.comp_size;
    ret->n_plain = (size_t)stat.size;
    ret->packed = cvx_alloc(ret->n_packed + 1);
    zip_file_t *file = zip_fopen_index(zip, i, ZIP_FL_COMPRESSED);
    bool good = ret->packed && file &&
                zip_fread(file, ret->packed, ret->n_packed) == (zip_int64_t)ret->n_packed;
    if (file)
        zip_fclose(file);
    if (!good)
        cvx_free(ret->packed);
    return good;
}

static bool grow(struct floor *floor)
{
    size_t cap = floor->cap ? floor->cap * 2 : 1024;
    struct part *grown = cvx_realloc_array(floor->parts, cap, sizeof(*grown));

    if (!grown)
        return false;
    floor->parts = grown;
    floor->cap = cap;
    return true;
}

static bool keep(struct floor *floor, struct part part)
{
    if (floor->count == floor->cap) {
        if (!grow(floor)) {
            cvx_free(part.packed);
            return false;
        }
    }
    floor->parts[floor->count++] = part;
    if (part.n_plain > floor->largest)
        floor->largest = part.n_plain;
    floor->bytes += part.n_plain;
    return true;
}

/* Whether the member is in the template with the same size and checksum. */
static bool is_unchanged(zip_t *model, zip_t *zip, zip_uint64_t i)
{
    zip_stat_t here, there;

    return zip_stat_index(zip, i, 0, &here) == 0 &&
           zip_stat(model, here.name, 0, &there) == 0 && here.crc == there.crc &&
           here.size == there.size;
}

static bool read_file(struct floor *floor, const char *path)
{
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    zip_int64_t count = zip ? zip_get_num_entries(zip, 0) : -1;
    bool good = count > 0;

    for (zip_int64_t i = 0; i < count && good; i++) {
        struct part part;
        if (is_unchanged(floor->model, zip, (zip_uint64_t)i))
            continue;
        good = read_raw(zip, (zip_uint64_t)i, &part) && keep(floor, part);
    }
    if (zip)
        zip_discard(zip);
    if (!good)
        fprintf(stderr, "bench_deflate: cannot read '%s'\n", path);
    return good;
}

static bool is_document(const char *path)
{
    size_t len = strlen(path);

    return len > 5 && strcmp(path + len - 5, ".docx") == 0;
}

static bool pump(const struct part *part, unsigned char *plain, unsigned char *packed,
                 size_t room)
{
    z_stream in = {.next_in = part->packed, .avail_in = (uInt)part->n_packed};
    z_stream out = {.next_in = plain, .avail_in = (uInt)part->n_plain};

    in.next_out = plain;
    in.avail_out = (uInt)part->n_plain + 1;
    if (inflateInit2(&in, -MAX_WBITS) != Z_OK)
        return false;
    bool good = inflate(&in, Z_FINISH) == Z_STREAM_END && in.total_out == part->n_plain;
    inflateEnd(&in);
    out.next_out = packed;
    out.avail_out = (uInt)room;
    if (deflateInit2(&out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    good = good && deflate(&out, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&out);
    return good;
}

static bool work(struct floor *floor)
{
    size_t room = compressBound((uLong)floor->largest) + 64;
    unsigned char *plain = cvx_alloc(floor->largest + 1);
    unsigned char *packed = cvx_alloc(room);
    bool good = plain && packed;

    for (size_t i = 0; i < floor->count && good; i++)
        good = pump(&floor->parts[i], plain, packed, room);
    cvx_free(plain);
    cvx_free(packed);
    return good;
}

static int run(struct floor *floor)
{
    struct cvx_meter meter;
    char more[96];
    size_t documents = 0;

    for (size_t i = 0; i < floor->files.count; i++) {
        if (!is_document(floor->files.paths[i]))
            continue;
        if (!read_file(floor, floor->files.paths[i]))
            return 1;
        documents++;
    }
    cvx_meter_start(&meter);
    bool good = work(floor);
    cvx_meter_stop(&meter);
    if (!good || documents == 0) {
        fputs("bench_deflate: nothing to do, or zlib refused\n", stderr);
        return 1;
    }
    snprintf(more, sizeof(more), "\"parts\":%zu,\"part_bytes\":%zu", floor->count,
             floor->bytes);
    cvx_meter_print(&meter, "deflate", documents, 1, more);
    return 0;
}

int main(int argc, char **argv)
{
    struct floor floor = {0};
    struct cvx_err err;

    if (argc != 3) {
        fputs("usage: bench_deflate TEMPLATE FOLDER\n", stderr);
        return 2;
    }
    cvx_process_tune(); /* as the program does: buffers stay in the process */
    floor.model = zip_open(argv[1], ZIP_RDONLY, NULL);
    if (!floor.model || cvx_tree_list(argv[2], &floor.files, &err)) {
        fputs("bench_deflate: cannot read the template or the folder\n", stderr);
        return 1;
    }
    int status = run(&floor);
    for (size_t i = 0; i < floor.count; i++)
        cvx_free(floor.parts[i].packed);
    cvx_free(floor.parts);
    cvx_tree_done(&floor.files);
    zip_discard(floor.model);
    return status;
}
