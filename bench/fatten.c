/* Makes a template with a large styles part of a small one, as those have that were edited
 * in many programs over the years.
 *
 *     bench_fatten TEMPLATE BYTES OUT
 *
 * Styles that nothing uses are added until word/styles.xml holds BYTES bytes. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <zip.h>

#include <cvextract/buf.h>

#include "meter.h"

#define BYTES_MAX 100000000u

static bool read_all(zip_t *zip, const char *name, struct cvx_buf *ret)
{
    zip_file_t *file = zip_fopen(zip, name, 0);
    char block[4096];
    zip_int64_t got = -1;

    while (file) {
        got = zip_fread(file, block, sizeof(block));
        if (got <= 0)
            break;
        cvx_buf_put(ret, block, (size_t)got);
    }
    if (file)
        zip_fclose(file);
    return got == 0 && !ret->failed;
}

/* The part with unused styles before its end; the result is never the input. */
static bool fatten(const struct cvx_buf *plain, size_t bytes, struct cvx_buf *ret)
{
    static const char end[] = "</w:styles>";
    const char *at = plain->data ? strstr(plain->data, end) : NULL;

    if (!at)
        return false;
    cvx_buf_put(ret, plain->data, (size_t)(at - plain->data));
    for (unsigned i = 0; ret->len + sizeof(end) < bytes && !ret->failed; i++)
        cvx_buf_printf(ret,
                       "<w:style w:type=\"paragraph\" w:customStyle=\"1\" "
                       "w:styleId=\"Old%u\"><w:name w:val=\"Old style %u\"/>"
                       "<w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"%u\" "
                       "w:after=\"%u\"/></w:pPr><w:rPr><w:color w:val=\"%06X\"/>"
                       "<w:sz w:val=\"%u\"/></w:rPr></w:style>",
                       i, i, i * 7 % 400, i * 13 % 300, i * 2654435761u >> 8,
                       16 + i % 30);
    cvx_buf_puts(ret, at);
    return !ret->failed;
}

static bool write_it(zip_t *zip, const struct cvx_buf *fat)
{
    zip_int64_t i = zip_name_locate(zip, "word/styles.xml", 0);
    zip_source_t *source = zip_source_buffer(zip, fat->data, fat->len, 0);

    return i >= 0 && source && zip_file_replace(zip, (zip_uint64_t)i, source, 0) == 0;
}

static bool copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char block[4096];
    size_t got;
    bool good = in && out;

    while (good) {
        got = fread(block, 1, sizeof(block), in);
        if (got == 0)
            break;
        good = fwrite(block, 1, got, out) == got;
    }
    if (in)
        fclose(in);
    if (out && fclose(out) != 0)
        good = false;
    return good;
}

int main(int argc, char **argv)
{
    struct cvx_buf plain = CVX_BUF_INIT, fat = CVX_BUF_INIT;
    unsigned bytes = argc == 4 ? cvx_meter_number(argv[2], BYTES_MAX) : 0;

    if (bytes == 0) {
        fputs("usage: bench_fatten TEMPLATE BYTES OUT\n", stderr);
        return 2;
    }
    zip_t *zip = copy_file(argv[1], argv[3]) ? zip_open(argv[3], 0, NULL) : NULL;
    bool good = zip && read_all(zip, "word/styles.xml", &plain) &&
                fatten(&plain, bytes, &fat) && write_it(zip, &fat);
    if (zip && !good)
        zip_discard(zip);
    good = good && zip_close(zip) == 0;
    cvx_buf_done(&plain);
    cvx_buf_done(&fat);
    if (!good)
        fputs("bench_fatten: could not make the template\n", stderr);
    return good ? 0 : 1;
}
