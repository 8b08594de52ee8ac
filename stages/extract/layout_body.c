/* Overview and experiences out of the body's lines: the rules of 20-extraction.md,
 * "Body", in their order. */
#include <string.h>

#include "extract/layout.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "json/jsonc.h"

/* A heading by its looks has at most this many characters and spaces. */
#define HEADING_CHARS_MAX 80
#define HEADING_SPACES_MAX 10

enum section { SECTION_NONE, SECTION_OVERVIEW, SECTION_EXPERIENCE };

struct body {
    struct cvx_matcher *matcher;
    struct cvx_buf normal;   /* the paragraph's text, normalised */
    struct cvx_buf scratch;  /* of one line */
    struct cvx_buf overview; /* lines joined by spaces */
    enum section section;

    /* Of the paragraph at hand. */
    const char *style;
    bool style_is_list, style_is_heading, bullet;

    struct json_object *experiences;
    /* The open experience, if heading is set. environment: NULL until there is an item.
     */
    struct json_object *heading, *bullets, *environment;
    struct cvx_buf description;
};

static int out_of_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "out of memory for the body's text");
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether text begins with a word of lower-case ASCII letters once lower-cased. Enough
 * for Python's lower(): no other character becomes one of the letters asked for here. */
static bool begins_with(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);

    if (len < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (ascii_lower(text[i]) != word[i])
            return false;
    return true;
}

static bool holds(const char *text, size_t len, const char *word)
{
    for (size_t i = 0; i < len; i++)
        if (begins_with(text + i, len - i, word))
            return true;
    return false;
}

/* Neighbours often share a style: what it means is worked out once. */
static void body_set_style(struct body *b, const char *style)
{
    if (b->style && strcmp(b->style, style) == 0)
        return;
    size_t len = strlen(style);
    b->style = style;
    b->style_is_list = begins_with(style, len, "list") || holds(style, len, "bullet") ||
                       holds(style, len, "number");
    b->style_is_heading =
        begins_with(style, len, "heading") || holds(style, len, "title");
}

static bool is_trim(char c)
{
    return c == ' ' || c == '.' || c == ':';
}

/* The section that the line opens, SECTION_NONE when it is no title. */
static enum section section_of(struct body *b, struct cvx_span line)
{
    static const char overview[] = "OVERVIEW";
    static const char experience[] = "PROFESSIONAL EXPERIENCE";

    while (line.len > 0 && is_trim(line.p[0])) {
        line.p++;
        line.len--;
    }
    while (line.len > 0 && is_trim(line.p[line.len - 1]))
        line.len--;
    /* What becomes an ASCII letter in upper case takes one or two bytes. */
    if (line.len < sizeof(overview) - 1 || line.len > 2 * (sizeof(experience) - 1))
        return SECTION_NONE;
    cvx_buf_clear(&b->scratch);
    cvx_unicode_upper(&b->scratch, line.p, line.len);
    if (b->scratch.failed)
        return SECTION_NONE;
    if (strcmp(b->scratch.data, overview) == 0)
        return SECTION_OVERVIEW;
    if (strcmp(b->scratch.data, experience) == 0)
        return SECTION_EXPERIENCE;
    return SECTION_NONE;
}

static bool begins_like_item(struct cvx_span line)
{
    static const char *const lead[] = {"•", "·", "-", "–", "—", "→"}; /* "->" too */

    for (size_t i = 0; i < sizeof(lead) / sizeof(lead[0]); i++) {
        size_t n = strlen(lead[i]);
        if (line.len >= n && memcmp(line.p, lead[i], n) == 0)
            return true;
    }
    return false;
}

/* Rule 1c, for a line that is not empty. */
static bool looks_like_heading(const struct body *b, struct cvx_span line)
{
    size_t chars = 0, spaces = 0;
    char last = line.p[line.len - 1];

    if (b->bullet || begins_with(line.p, line.len, "environment") ||
        begins_like_item(line) || last == '.' || last == ';' || last == ':')
        return false;
    for (size_t i = 0; i < line.len && chars <= HEADING_CHARS_MAX; i++) {
        chars += ((unsigned char)line.p[i] & 0xc0) != 0x80;
        spaces += line.p[i] == ' ';
    }
    return chars <= HEADING_CHARS_MAX && spaces <= HEADING_SPACES_MAX;
}

/* The line, cleaned, as a JSON string; NULL when memory is short. */
static struct json_object *body_string(struct body *b, struct cvx_span line)
{
    cvx_buf_clear(&b->scratch);
    cvx_clean(&b->scratch, line);
    if (b->scratch.failed)
        return NULL;
    return cvx_jsonc_string(b->scratch.len ? b->scratch.data : "", b->scratch.len);
}

static int body_join(struct cvx_buf *joined, struct cvx_span line, struct cvx_err *err)
{
    if (joined->len)
        cvx_buf_putc(joined, ' ');
    cvx_clean(joined, line);
    return joined->failed ? out_of_memory(err) : CVX_OK;
}

static int body_close_experience(struct body *b, struct cvx_err *err)
{
    static const char *const key[] = {"heading", "description", "bullets", "environment"};

    if (!b->heading)
        return CVX_OK;
    struct json_object *experience = cvx_jsonc_object();
    struct json_object *description = cvx_jsonc_string(
        b->description.len ? b->description.data : "", b->description.len);
    struct json_object *value[] = {b->heading, description, b->bullets, b->environment};
    int rc = experience && description ? CVX_OK : CVX_ENOMEM;

    b->heading = b->bullets = b->environment = NULL;
    for (size_t i = 0; i < 4; i++) {
        if (rc)
            json_object_put(value[i]);
        else
            rc = cvx_jsonc_put(experience, key[i], value[i]);
    }
    if (rc)
        json_object_put(experience);
    else
        rc = cvx_jsonc_append(b->experiences, experience);
    return rc ? out_of_memory(err) : CVX_OK;
}

static int body_open_experience(struct body *b, struct cvx_span line, struct cvx_err *err)
{
    int rc = body_close_experience(b, err);
    if (rc)
        return rc;
    cvx_buf_clear(&b->description);
    b->bullets = cvx_jsonc_array();
    b->heading = body_string(b, line);
    return b->bullets && b->heading ? CVX_OK : out_of_memory(err);
}

static int body_add_environment(struct body *b, struct cvx_span items,
                                struct cvx_err *err)
{
    while (items.len > 0) {
        const char *comma = memchr(items.p, ',', items.len);
        size_t len = comma ? (size_t)(comma - items.p) : items.len;
        struct cvx_span item = cvx_clean_strip((struct cvx_span){items.p, len});
        size_t taken = len + (comma != NULL);
        items.p += taken;
        items.len -= taken;
        if (item.len == 0)
            continue;
        if (!b->environment)
            b->environment = cvx_jsonc_array();
        struct json_object *string = b->environment ? body_string(b, item) : NULL;
        if (!string || cvx_jsonc_append(b->environment, string))
            return out_of_memory(err);
    }
    return CVX_OK;
}

static int body_experience_line(struct body *b, struct cvx_span line, struct cvx_err *err)
{
    struct cvx_span items;

    if (cvx_patterns_date_range(b->matcher, line) || b->style_is_heading ||
        looks_like_heading(b, line))
        return body_open_experience(b, line, err);
    if (!b->heading)
        return CVX_OK;
    if (cvx_patterns_environment(b->matcher, line, &items))
        return body_add_environment(b, items, err);
    if (!b->bullet)
        return body_join(&b->description, line, err);
    struct json_object *bullet = body_string(b, line);
    if (!bullet || cvx_jsonc_append(b->bullets, bullet))
        return out_of_memory(err);
    return CVX_OK;
}

static int body_line(struct body *b, struct cvx_span line, struct cvx_err *err)
{
    enum section opened = section_of(b, line);

    if (b->scratch.failed)
        return out_of_memory(err);
    if (opened != SECTION_NONE) {
        b->section = opened;
        return body_close_experience(b, err);
    }
    if (b->section == SECTION_OVERVIEW)
        return body_join(&b->overview, line, err);
    if (b->section == SECTION_EXPERIENCE)
        return body_experience_line(b, line, err);
    return CVX_OK;
}

static int body_paragraph(struct body *b, const struct cvx_paragraphs *paragraphs,
                          const struct cvx_paragraph *paragraph, struct cvx_err *err)
{
    cvx_buf_clear(&b->normal);
    cvx_clean_normalise(&b->normal, cvx_paragraphs_text(paragraphs, paragraph));
    if (b->normal.failed)
        return out_of_memory(err);
    body_set_style(b, cvx_paragraphs_style(paragraphs, paragraph));
    b->bullet = paragraph->numbered || b->style_is_list;

    struct cvx_span rest = {b->normal.data, b->normal.len};
    struct cvx_span line;
    int rc = CVX_OK;
    while (rc == CVX_OK && cvx_lines_next(&rest, &line)) {
        line = cvx_clean_strip(line);
        if (line.len > 0)
            rc = body_line(b, line, err);
    }
    return rc;
}

static void body_done(struct body *b)
{
    cvx_buf_done(&b->normal);
    cvx_buf_done(&b->scratch);
    cvx_buf_done(&b->overview);
    cvx_buf_done(&b->description);
    json_object_put(b->experiences);
    json_object_put(b->heading);
    json_object_put(b->bullets);
    json_object_put(b->environment);
}

int cvx_layout_body_read(const struct cvx_paragraphs *paragraphs,
                         struct cvx_matcher *matcher, struct json_object **ret_overview,
                         struct json_object **ret_experiences, struct cvx_err *err)
{
    struct body b = {.matcher = matcher, .experiences = cvx_jsonc_array()};
    struct json_object *overview = NULL;
    int rc = b.experiences ? CVX_OK : out_of_memory(err);

    for (size_t i = 0; i < paragraphs->count && rc == CVX_OK; i++)
        if (paragraphs->items[i].in_body)
            rc = body_paragraph(&b, paragraphs, &paragraphs->items[i], err);
    if (rc == CVX_OK)
        rc = body_close_experience(&b, err);
    if (rc)
        goto out;
    overview = cvx_jsonc_string(b.overview.len ? b.overview.data : "", b.overview.len);
    if (!overview) {
        rc = out_of_memory(err);
        goto out;
    }
    *ret_overview = overview;
    *ret_experiences = b.experiences;
    b.experiences = NULL;
out:
    body_done(&b);
    return rc;
}
