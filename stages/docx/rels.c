/* Owns how the main part is found: the package's relationships read by SAX events (no tree,
 * no entities, stopped at the one wanted), their target turned into an entry. */
#include "docx/rels.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>

#define ROOT_RELS "_rels/.rels"
#define FALLBACK "word/document.xml"
#define MAIN_TYPE "/relationships/officeDocument"
#define PART_END ".xml"

struct search {
    xmlParserCtxtPtr parser;
    struct cvx_buf target; /* as written in the relationship */
    bool found;
};

/* An attribute's value as SAX2 gives it: a run of the parser's buffer. */
struct value {
    const char *p; /* NULL when the attribute is missing */
    size_t len;
};

static struct value attribute(const xmlChar **attributes, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        const char *const *a = (const char *const *)&attributes[(size_t)5 * (size_t)i];

        if (!a[1] && strcmp(a[0], name) == 0)
            return (struct value){a[3], (size_t)(a[4] - a[3])};
    }
    return (struct value){NULL, 0};
}

static bool value_is(struct value value, const char *text)
{
    return value.len == strlen(text) && memcmp(value.p, text, value.len) == 0;
}

static bool value_ends(struct value value, const char *text)
{
    size_t len = strlen(text);

    return value.len >= len && memcmp(value.p + value.len - len, text, len) == 0;
}

static void on_element(void *user, const xmlChar *name, const xmlChar *prefix,
                       const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
                       int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    struct search *search = user;
    struct value type, target;

    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    if (search->found || strcmp((const char *)name, "Relationship") != 0)
        return;
    type = attribute(attributes, n_attributes, "Type");
    if (!value_ends(type, MAIN_TYPE) ||
        value_is(attribute(attributes, n_attributes, "TargetMode"), "External"))
        return;
    target = attribute(attributes, n_attributes, "Target");
    search->found = true;
    cvx_buf_put(&search->target, target.p, target.len);
    xmlStopParser(search->parser);
}

/* CVX_OK whether or not the relationship is there; what recovery keeps of broken XML
 * counts. */
static int search_rels(const struct cvx_part *part, struct search *search,
                       struct cvx_err *err)
{
    xmlParserCtxtPtr parser = NULL;
    bool no_memory;

    if (part->len == 0)
        return CVX_OK;
    /* A part has at most 256 MiB. */
    parser = xmlCreateMemoryParserCtxt(part->data, (int)part->len);
    if (!parser)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the XML parser");
    memset(parser->sax, 0, sizeof(*parser->sax));
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->startElementNs = on_element;
    /* Without handlers for declarations and entities there are none: no DTD is read, no
     * reference expands. */
    xmlCtxtUseOptions(parser, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR |
                                  XML_PARSE_NOWARNING);
    parser->userData = search;
    search->parser = parser;
    xmlParseDocument(parser);
    no_memory = parser->errNo == XML_ERR_NO_MEMORY;
    xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
    if (no_memory && !search->found)
        return cvx_fail(err, CVX_ENOMEM, "out of memory in the XML parser");
    return cvx_buf_check(&search->target, err);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes %xx in place; %00 would cut the name off and stays as it is. */
static void percent_decode(char *text)
{
    char *to = text;

    for (const char *p = text; *p; p++, to++) {
        int high = *p == '%' ? hex(p[1]) : -1;
        int low = high >= 0 ? hex(p[2]) : -1;

        *to = *p;
        if (low >= 0 && high + low > 0) {
            *to = (char)(high << 4 | low);
            p += 2;
        }
    }
    *to = '\0';
}

/* Takes away the segment at the end of the path of `len` bytes, and its slash. */
static size_t path_up(const char *path, size_t len)
{
    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 0 ? len - 1 : 0;
}

/* Resolves a target against the package root, in place: "/word/x", "./word/x", "a/../word/x"
 * and "../word/x" all become "word/x". */
static void path_resolve(char *path)
{
    size_t len = 0;
    const char *p = path;

    while (*p) {
        size_t n = strcspn(p, "/");
        const char *next = p[n] ? p + n + 1 : p + n;

        if (n == 2 && memcmp(p, "..", 2) == 0) {
            len = path_up(path, len);
        } else if (n > 0 && !(n == 1 && *p == '.')) {
            if (len > 0)
                path[len++] = '/';
            memmove(path + len, p, n); /* never to behind p: slashes were passed too */
            len += n;
        }
        p = next;
    }
    path[len] = '\0';
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* ASCII alone, whatever the locale. */
static bool same_any_case(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static long find_any_case(const struct cvx_package *package, const char *name)
{
    for (size_t i = cvx_package_count(package); i > 0; i--)
        if (same_any_case(cvx_package_name(package, i - 1), name))
            return (long)(i - 1);
    return -1;
}

/* The entry that a target names, -1 for none. OPC stores part names percent-encoded, other
 * producers do not: both are looked for. Changes target. */
static long find_target(const struct cvx_package *package, char *target)
{
    long raw, decoded;

    target[strcspn(target, "?#")] = '\0';
    path_resolve(target);
    raw = cvx_package_find(package, target);
    if (raw >= 0)
        return raw;
    raw = find_any_case(package, target);
    percent_decode(target);
    path_resolve(target);
    decoded = cvx_package_find(package, target);
    if (decoded < 0 && raw < 0)
        decoded = find_any_case(package, target);
    return decoded >= 0 ? decoded : raw;
}

/* Leaves -1 in *ret when the relationships name no entry. When they cannot be read at all,
 * `why` says for what reason. */
static int find_by_rels(struct cvx_package *package, long *ret, struct cvx_err *why,
                        struct cvx_err *err)
{
    struct search search = {.target = CVX_BUF_INIT};
    struct cvx_part part = {0};
    long rels = cvx_package_find(package, ROOT_RELS);
    int rc;

    *ret = -1;
    if (rels < 0)
        return CVX_OK;
    rc = cvx_package_read(package, (size_t)rels, &part, why);
    if (rc == CVX_EFORMAT)
        return CVX_OK;
    if (rc) {
        *err = *why;
        return rc;
    }
    rc = search_rels(&part, &search, err);
    cvx_part_done(&part);
    if (!rc && search.target.len > 0)
        *ret = find_target(package, search.target.data);
    cvx_buf_done(&search.target);
    return rc;
}

int cvx_rels_main_part(struct cvx_package *package, size_t *ret, struct cvx_err *err)
{
    struct cvx_err why;
    long found;
    int rc;

    cvx_err_init(&why);
    rc = find_by_rels(package, &found, &why, err);
    if (rc)
        return rc;
    if (found < 0)
        found = cvx_package_find(package, FALLBACK);
    if (found >= 0) {
        *ret = (size_t)found;
        return CVX_OK;
    }
    if (!why.rc)
        return cvx_fail(err, CVX_EFORMAT, "no main document part");
    *err = why;
    return cvx_wrap(err, "no main document part");
}

/* The parts folder/begin*.xml: directly there, not deeper. */
struct parts_named {
    const char *folder, *begin;
    size_t folder_len;
};

static bool is_named(const char *name, const struct parts_named *named)
{
    const size_t begin = strlen(named->begin), end = strlen(PART_END);
    size_t len;

    if (strncmp(name, named->folder, named->folder_len) != 0)
        return false;
    name += named->folder_len;
    len = strlen(name);
    return len >= begin + end && memcmp(name, named->begin, begin) == 0 &&
           strcmp(name + len - end, PART_END) == 0 && !strchr(name, '/');
}

static int compare_parts(const void *a, const void *b, void *user)
{
    const struct cvx_package *package = user;

    return strcmp(cvx_package_name(package, *(const size_t *)a),
                  cvx_package_name(package, *(const size_t *)b));
}

int cvx_rels_parts(const struct cvx_package *package, size_t main_part, const char *begin,
                   size_t **ret, size_t *ret_count, struct cvx_err *err)
{
    struct parts_named named = {.folder = cvx_package_name(package, main_part),
                                .begin = begin};
    const char *slash = strrchr(named.folder, '/');
    size_t n = 0, count = cvx_package_count(package);
    size_t *parts;

    named.folder_len = slash ? (size_t)(slash - named.folder) + 1 : 0;

    for (size_t i = 0; i < count; i++)
        n += is_named(cvx_package_name(package, i), &named);
    if (n == 0) {
        *ret = NULL;
        *ret_count = 0;
        return CVX_OK;
    }
    parts = cvx_alloc_array(n, sizeof(*parts));
    if (!parts)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for %zu parts", n);
    n = 0;
    for (size_t i = 0; i < count; i++)
        if (is_named(cvx_package_name(package, i), &named))
            parts[n++] = i;
    qsort_r(parts, n, sizeof(*parts), compare_parts, (void *)package);
    *ret = parts;
    *ret_count = n;
    return CVX_OK;
}

int cvx_rels_header_parts(const struct cvx_package *package, size_t main_part,
                          size_t **ret, size_t *ret_count, struct cvx_err *err)
{
    return cvx_rels_parts(package, main_part, "header", ret, ret_count, err);
}
