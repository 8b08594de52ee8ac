/* Identity and sidebar out of the headers' lines: the rules of 20-extraction.md,
 * "Headers". */
#include <stdbool.h>
#include <string.h>

#include <cvextract/mem.h>

#include "extract/layout.h"
#include "extract/span_set.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "json/jsonc.h"

enum { SECTIONS = 7, NO_SECTION = SECTIONS };

static const struct {
    const char *title, *key;
} k_sections[SECTIONS] = {
    {"SKILLS", "skills"},
    {"LANGUAGES", "languages"},
    {"TOOLS", "tools"},
    {"CERTIFICATIONS", "certifications"},
    {"INDUSTRIES", "industries"},
    {"SPOKEN LANGUAGES", "spoken_languages"},
    {"ACADEMIC BACKGROUND", "academic_background"},
};

#define TITLE_LEN_MIN (sizeof("TOOLS") - 1)
#define TITLE_LEN_MAX (sizeof("ACADEMIC BACKGROUND") - 1)

struct cvx_layout_header {
    struct cvx_span_set lines;    /* stripped, as they came */
    struct cvx_span_set identity; /* cleaned */
    struct cvx_span_set items[SECTIONS];
    struct cvx_buf cleaned, upper; /* of one line */
    size_t first, last;            /* places of the first and the last title */
    bool titled;                   /* there is one */
};

static int out_of_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory for the headers' text");
}

int cvx_layout_header_new(uint64_t seed, struct cvx_layout_header **ret,
                          struct cvx_err *err)
{
    struct cvx_layout_header *header = cvx_zalloc(sizeof(*header));

    if (!header)
        return out_of_memory(err);
    cvx_span_set_init(&header->lines, seed);
    cvx_span_set_init(&header->identity, seed);
    for (size_t i = 0; i < SECTIONS; i++)
        cvx_span_set_init(&header->items[i], seed);
    *ret = header;
    return CVX_OK;
}

void cvx_layout_header_free(struct cvx_layout_header *header)
{
    if (!header)
        return;
    cvx_span_set_done(&header->lines);
    cvx_span_set_done(&header->identity);
    for (size_t i = 0; i < SECTIONS; i++)
        cvx_span_set_done(&header->items[i]);
    cvx_buf_done(&header->cleaned);
    cvx_buf_done(&header->upper);
    cvx_free(header);
}

static int header_add_paragraph(struct cvx_layout_header *header, struct cvx_span text,
                                bool *ret_any, struct cvx_err *err)
{
    struct cvx_buf *normal = &header->cleaned;
    struct cvx_span rest, line;

    cvx_buf_clear(normal);
    cvx_clean_normalise(normal, text);
    if (normal->failed)
        return out_of_memory(err);
    if (normal->len == 0)
        return CVX_OK;
    rest = (struct cvx_span){normal->data, normal->len};
    while (cvx_lines_next_lf(&rest, &line)) {
        line = cvx_clean_strip(line);
        if (line.len == 0)
            continue;
        *ret_any = true;
        int rc = cvx_span_set_add(&header->lines, line, err);
        if (rc)
            return rc;
    }
    return CVX_OK;
}

static int header_add_paragraphs(struct cvx_layout_header *header,
                                 const struct cvx_paragraphs *paragraphs, bool boxes_only,
                                 bool *ret_any, struct cvx_err *err)
{
    int rc = CVX_OK;

    for (size_t i = 0; i < paragraphs->count && rc == CVX_OK; i++) {
        const struct cvx_paragraph *paragraph = &paragraphs->items[i];
        if (paragraph->in_textbox || !boxes_only)
            rc = header_add_paragraph(header, cvx_paragraphs_text(paragraphs, paragraph),
                                      ret_any, err);
    }
    return rc;
}

int cvx_layout_header_add(struct cvx_layout_header *header,
                          const struct cvx_paragraphs *paragraphs, struct cvx_err *err)
{
    bool any = false;
    int rc = header_add_paragraphs(header, paragraphs, true, &any, err);

    if (rc || any)
        return rc;
    return header_add_paragraphs(header, paragraphs, false, &any, err);
}

/* Cleans line i into header->cleaned. */
static int header_clean(struct cvx_layout_header *header, size_t i, struct cvx_err *err)
{
    cvx_buf_clear(&header->cleaned);
    cvx_clean(&header->cleaned, cvx_span_set_at(&header->lines, i));
    return header->cleaned.failed ? out_of_memory(err) : CVX_OK;
}

static bool is_trailing(char c)
{
    return c == ' ' || c == '.' || c == ':' || c == ';';
}

/* The section whose title the line is that was cleaned last. */
static int header_section(struct cvx_layout_header *header, size_t *ret,
                          struct cvx_err *err)
{
    size_t len = header->cleaned.len;

    *ret = NO_SECTION;
    /* No upper case ends in one of these unless the text does. */
    while (len > 0 && is_trailing(header->cleaned.data[len - 1]))
        len--;
    /* What becomes an ASCII letter in upper case takes one or two bytes. */
    if (len < TITLE_LEN_MIN || len > 2 * TITLE_LEN_MAX)
        return CVX_OK;
    cvx_buf_clear(&header->upper);
    cvx_unicode_upper(&header->upper, header->cleaned.data, len);
    if (header->upper.failed)
        return out_of_memory(err);
    for (size_t i = 0; i < SECTIONS; i++)
        if (strcmp(header->upper.data, k_sections[i].title) == 0)
            *ret = i;
    return CVX_OK;
}

static int header_find_titles(struct cvx_layout_header *header, struct cvx_err *err)
{
    header->titled = false;
    for (size_t i = 0; i < header->lines.count; i++) {
        size_t section = NO_SECTION;
        int rc = header_clean(header, i, err);
        if (rc == CVX_OK)
            rc = header_section(header, &section, err);
        if (rc)
            return rc;
        if (section == NO_SECTION)
            continue;
        if (!header->titled)
            header->first = i;
        header->last = i;
        header->titled = true;
    }
    return CVX_OK;
}

/* Fills the identity with the distinct cleaned lines from `from` to before `to`. */
static int header_distinct(struct cvx_layout_header *header, size_t from, size_t to,
                           struct cvx_err *err)
{
    int rc = CVX_OK;

    for (size_t i = from; i < to && rc == CVX_OK; i++) {
        rc = header_clean(header, i, err);
        if (rc == CVX_OK && header->cleaned.len > 0)
            rc = cvx_span_set_add(
                &header->identity,
                (struct cvx_span){header->cleaned.data, header->cleaned.len}, err);
    }
    return rc;
}

/* Finds the lines of the identity: from *ret_from on in header->identity; *ret_tail of
 * them were taken from the end of the lines. */
static int header_find_identity(struct cvx_layout_header *header, size_t *ret_from,
                                size_t *ret_tail, struct cvx_err *err)
{
    *ret_from = *ret_tail = 0;
    int rc = header_distinct(header, 0, header->first, err);
    if (rc || header->identity.count > 0)
        return rc;
    rc = header_distinct(header, header->last + 1, header->lines.count, err);
    if (rc)
        return rc;
    size_t count = header->identity.count;
    size_t tail = count >= 3 ? 3 : count == 2 ? 2 : 0;
    *ret_from = count - tail;
    *ret_tail = tail;
    return CVX_OK;
}

static int put_string(struct json_object *object, const char *key, struct cvx_span span)
{
    struct json_object *string = cvx_jsonc_string(span.len ? span.p : "", span.len);
    return string ? cvx_jsonc_put(object, key, string) : CVX_ENOMEM;
}

/* name: cleaned lines joined, so that single spaces are all its blanks. */
static int put_name(struct json_object *identity, struct cvx_span name)
{
    const char *space = name.len ? memchr(name.p, ' ', name.len) : NULL;
    struct cvx_span first = name, rest = {NULL, 0};

    if (space) {
        first.len = (size_t)(space - name.p);
        rest = (struct cvx_span){space + 1, name.len - first.len - 1};
    }
    int rc = put_string(identity, "full_name", name);
    if (rc == CVX_OK)
        rc = put_string(identity, "first_name", first);
    if (rc == CVX_OK)
        rc = put_string(identity, "last_name", rest);
    return rc;
}

/* The identity made of the lines from `from` on; four empty strings when there are none.
 */
static struct json_object *identity_new(const struct cvx_span_set *lines, size_t from)
{
    struct json_object *identity = cvx_jsonc_object();
    struct cvx_buf name = CVX_BUF_INIT;
    struct cvx_span title = {NULL, 0};

    if (!identity)
        return NULL;
    if (from < lines->count)
        title = cvx_span_set_at(lines, from);
    for (size_t i = from + 1; i < lines->count; i++) {
        struct cvx_span line = cvx_span_set_at(lines, i);
        if (name.len)
            cvx_buf_putc(&name, ' ');
        cvx_buf_put(&name, line.p, line.len);
    }
    if (name.failed || put_string(identity, "title", title) ||
        put_name(identity, (struct cvx_span){name.data, name.len})) {
        json_object_put(identity);
        identity = NULL;
    }
    cvx_buf_done(&name);
    return identity;
}

/* Bytes of the separator at p, 0 when there is none. */
static size_t separator_len(const char *p, size_t len)
{
    static const char *const wide[] = {"•", "·", "‧", "∙", "●"};

    if (*p == ',' || *p == ';' || *p == '|')
        return 1;
    if ((unsigned char)*p != 0xc2 && (unsigned char)*p != 0xe2)
        return 0;
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
        size_t n = strlen(wide[i]);
        if (len >= n && memcmp(p, wide[i], n) == 0)
            return n;
    }
    return 0;
}

/* Adds the items of the line that was cleaned last. A line that comes again adds none. */
static int header_add_items(struct cvx_layout_header *header, struct cvx_span_set *items,
                            struct cvx_err *err)
{
    const char *p = header->cleaned.data;
    const char *end = p + header->cleaned.len;
    int rc = CVX_OK;

    while (p < end && rc == CVX_OK) {
        const char *start = p;
        size_t n = 0;
        while (p < end && n == 0) {
            n = separator_len(p, (size_t)(end - p));
            p += n == 0;
        }
        struct cvx_span item =
            cvx_clean_strip((struct cvx_span){start, (size_t)(p - start)});
        if (item.len > 0)
            rc = cvx_span_set_add(items, item, err);
        p += n;
    }
    return rc;
}

static int header_find_items(struct cvx_layout_header *header, size_t end,
                             struct cvx_err *err)
{
    bool seen[SECTIONS] = {false};
    size_t current = NO_SECTION;

    for (size_t i = header->first; i < end; i++) {
        size_t section = NO_SECTION;
        int rc = header_clean(header, i, err);
        if (rc == CVX_OK)
            rc = header_section(header, &section, err);
        if (rc == CVX_OK && section == NO_SECTION && current != NO_SECTION)
            rc = header_add_items(header, &header->items[current], err);
        if (rc)
            return rc;
        if (section == NO_SECTION)
            continue;
        current = seen[section] ? NO_SECTION : section;
        seen[section] = true;
    }
    return CVX_OK;
}

static struct json_object *list_new(const struct cvx_span_set *items)
{
    struct json_object *list = cvx_jsonc_array();

    for (size_t i = 0; list && i < items->count; i++) {
        struct cvx_span item = cvx_span_set_at(items, i);
        struct json_object *string = cvx_jsonc_string(item.p, item.len);
        if (string && cvx_jsonc_append(list, string) == CVX_OK)
            continue;
        json_object_put(list);
        list = NULL;
    }
    return list;
}

static struct json_object *sidebar_new(const struct cvx_layout_header *header)
{
    struct json_object *sidebar = cvx_jsonc_object();

    for (size_t i = 0; sidebar && i < SECTIONS; i++) {
        struct json_object *list = list_new(&header->items[i]);
        if (list && cvx_jsonc_put(sidebar, k_sections[i].key, list) == CVX_OK)
            continue;
        json_object_put(sidebar);
        sidebar = NULL;
    }
    return sidebar;
}

int cvx_layout_header_read(struct cvx_layout_header *header,
                           struct json_object **ret_identity,
                           struct json_object **ret_sidebar, struct cvx_err *err)
{
    size_t from = 0, tail = 0;
    int rc = header_find_titles(header, err);

    if (rc == CVX_OK && header->titled)
        rc = header_find_identity(header, &from, &tail, err);
    if (rc == CVX_OK && header->titled) {
        size_t end = header->lines.count - tail;
        rc = header_find_items(header, end > header->first ? end : header->first, err);
    }
    if (rc)
        return rc;
    struct json_object *identity = identity_new(&header->identity, from);
    struct json_object *sidebar = identity ? sidebar_new(header) : NULL;
    if (!sidebar) {
        json_object_put(identity);
        return out_of_memory(err);
    }
    *ret_identity = identity;
    *ret_sidebar = sidebar;
    return CVX_OK;
}

size_t cvx_layout_header_items(const struct cvx_layout_header *header)
{
    size_t count = 0;

    for (size_t i = 0; i < SECTIONS; i++)
        count += header->items[i].count;
    return count;
}
