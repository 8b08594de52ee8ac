/* The floor that extraction is measured against: inflate (libzip) and parse (libxml2) the
 * parts that the extractor reads, and nothing else.
 *
 *     bench_floor [-s] [-t THREADS] FOLDER     -s: a bare SAX walk in place of the tree
 *
 * Threads take the files one by one from a common counter; the calling thread is one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <zip.h>

#include <cvextract/mem.h>

#include "meter.h"
#include "tree.h"

#define THREADS_MAX 256u
#define OPTIONS (XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_HUGE)

struct floor {
    struct cvx_tree files;
    bool sax;
    atomic_size_t next; /* the file that nobody has taken yet */
    atomic_size_t parts, bytes;
    atomic_bool failed;
};

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int n_spaces, const xmlChar **spaces,
                     int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    (void)data, (void)name, (void)prefix, (void)uri, (void)n_spaces, (void)spaces;
    (void)n_attributes, (void)n_defaulted, (void)attributes;
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    (void)data, (void)name, (void)prefix, (void)uri;
}

static void on_text(void *data, const xmlChar *text, int len)
{
    (void)data, (void)text, (void)len;
}

static bool parse_tree(const char *data, size_t len)
{
    xmlDocPtr doc = xmlReadMemory(data, (int)len, NULL, NULL, OPTIONS);

    xmlFreeDoc(doc);
    return doc != NULL;
}

static bool parse_sax(const char *data, size_t len)
{
    xmlParserCtxtPtr ctxt = xmlCreateMemoryParserCtxt(data, (int)len);

    if (!ctxt)
        return false;
    (void)xmlCtxtUseOptions(ctxt, OPTIONS);
    *ctxt->sax = (xmlSAXHandler){.startElementNs = on_start,
                                 .endElementNs = on_end,
                                 .characters = on_text,
                                 .ignorableWhitespace = on_text,
                                 .cdataBlock = on_text,
                                 .initialized = XML_SAX2_MAGIC};
    bool good = xmlParseDocument(ctxt) == 0;
    xmlFreeParserCtxt(ctxt);
    return good;
}

static bool inflate_part(zip_t *zip, zip_uint64_t i, char *to, size_t len)
{
    zip_file_t *part = zip_fopen_index(zip, i, 0);

    if (!part)
        return false;
    bool good = zip_fread(part, to, len) == (zip_int64_t)len;
    zip_fclose(part);
    return good;
}

static bool read_part(struct floor *floor, zip_t *zip, zip_uint64_t i)
{
    zip_stat_t stat;

    if (zip_stat_index(zip, i, 0, &stat) != 0)
        return false;
    size_t len = (size_t)stat.size;
    char *data = cvx_alloc(len + 1);
    if (!data)
        return false;
    bool good = inflate_part(zip, i, data, len) &&
                (floor->sax ? parse_sax : parse_tree)(data, len);
    cvx_free(data);
    atomic_fetch_add_explicit(&floor->parts, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&floor->bytes, len, memory_order_relaxed);
    return good;
}

static bool is_wanted(const char *name)
{
    size_t len = name ? strlen(name) : 0;

    if (len < 4 || strcmp(name + len - 4, ".xml") != 0)
        return false;
    return strcmp(name, "word/document.xml") == 0 ||
           (strncmp(name, "word/header", 11) == 0 && !strchr(name + 11, '/'));
}

static bool read_file(struct floor *floor, const char *path)
{
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);

    if (!zip)
        return false;
    bool good = true;
    zip_int64_t count = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < count && good; i++)
        if (is_wanted(zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW)))
            good = read_part(floor, zip, (zip_uint64_t)i);
    zip_discard(zip);
    return good;
}

static void *work(void *data)
{
    struct floor *floor = data;

    for (;;) {
        size_t i = atomic_fetch_add_explicit(&floor->next, 1, memory_order_relaxed);
        if (i >= floor->files.count || atomic_load(&floor->failed))
            return NULL;
        if (!read_file(floor, floor->files.paths[i])) {
            fprintf(stderr, "bench_floor: cannot read '%s'\n", floor->files.paths[i]);
            atomic_store(&floor->failed, true);
        }
    }
}

static void run(struct floor *floor, unsigned threads)
{
    pthread_t others[THREADS_MAX];
    unsigned started = 0;

    while (started < threads - 1 &&
           pthread_create(&others[started], NULL, work, floor) == 0)
        started++;
    if (started < threads - 1)
        atomic_store(&floor->failed, true);
    work(floor);
    for (unsigned i = 0; i < started; i++)
        pthread_join(others[i], NULL);
}

static void report(const struct cvx_meter *meter, const struct floor *floor,
                   unsigned threads)
{
    char more[128];

    snprintf(more, sizeof(more), "\"parts\":%zu,\"part_bytes\":%zu", floor->parts,
             floor->bytes);
    cvx_meter_print(meter, floor->sax ? "sax" : "floor", floor->files.count, threads,
                    more);
}

static int usage(void)
{
    fputs("usage: bench_floor [-s] [-t THREADS] FOLDER\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct floor floor = {0};
    struct cvx_meter meter;
    struct cvx_err err;
    unsigned threads = 1;
    int option;

    while ((option = getopt(argc, argv, "st:")) != -1) {
        if (option == 's')
            floor.sax = true;
        else if (option == 't')
            threads = cvx_meter_number(optarg, THREADS_MAX);
        else
            return usage();
    }
    if (threads == 0 || argc - optind != 1)
        return usage();
    if (cvx_tree_list(argv[optind], &floor.files, &err)) {
        fprintf(stderr, "bench_floor: %s\n", cvx_err_root(&err));
        return 1;
    }
    xmlInitParser();
    cvx_meter_start(&meter);
    run(&floor, threads);
    cvx_meter_stop(&meter);
    if (!floor.failed)
        report(&meter, &floor, threads);
    cvx_tree_done(&floor.files);
    xmlCleanupParser();
    return floor.failed ? 1 : 0;
}
