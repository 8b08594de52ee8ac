/* Owns the matching of file name patterns. Works on bytes, whatever the locale; keeps no
 * table and allocates nothing. Thread: any. */
#include "glob.h"

#include <stddef.h>
#include <string.h>

/* A run of bytes: a component of a pattern or of a path. */
struct span {
    const char *at, *end;
};

/* How far a set's walk has come. */
struct set_scan {
    const char *at;
    bool found;
};

static bool in_range(unsigned char c, unsigned char from, unsigned char to)
{
    return from <= c && c <= to;
}

/* Classes of the C locale: a byte over 0x7F is in none. */
static bool in_class(const char *name, size_t len, unsigned char c)
{
    bool upper = in_range(c, 'A', 'Z'), lower = in_range(c, 'a', 'z');
    bool digit = in_range(c, '0', '9'), graph = in_range(c, '!', '~');
    const struct {
        const char *name;
        bool is;
    } classes[] = {
        {"alnum", upper || lower || digit},
        {"alpha", upper || lower},
        {"blank", c == ' ' || c == '\t'},
        {"cntrl", c < ' ' || c == 0x7F},
        {"digit", digit},
        {"graph", graph},
        {"lower", lower},
        {"print", graph || c == ' '},
        {"punct", graph && !upper && !lower && !digit},
        {"space", c == ' ' || in_range(c, '\t', '\r')},
        {"upper", upper},
        {"xdigit", digit || in_range(c, 'A', 'F') || in_range(c, 'a', 'f')},
    };

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strlen(classes[i].name) == len && memcmp(classes[i].name, name, len) == 0)
            return classes[i].is;
    }
    return false;
}

/* A "[:class:]" at p: its length, 0 when there is none. */
static size_t class_len(const char *p, const char *end)
{
    if (end - p < 4 || p[0] != '[' || p[1] != ':')
        return 0;
    for (const char *q = p + 2; q + 1 < end && *q >= 'a' && *q <= 'z'; q++) {
        if (q[1] == ':' && q + 2 < end && q[2] == ']')
            return (size_t)(q + 3 - p);
    }
    return 0;
}

/* One byte of a set, its backslash resolved; moves *at behind it. */
static unsigned char set_byte(const char **at, const char *end)
{
    if (**at == '\\' && *at + 1 < end)
        (*at)++;
    return (unsigned char)*(*at)++;
}

/* One member of a set (a class, a range, a byte). */
static void set_member(struct set_scan *scan, const char *end, unsigned char c)
{
    size_t len = class_len(scan->at, end);

    if (len > 0) {
        if (in_class(scan->at + 2, len - 4, c))
            scan->found = true;
        scan->at += len;
        return;
    }
    unsigned char from = set_byte(&scan->at, end), to = from;

    /* A '-' before the closing bracket stands for itself. */
    if (end - scan->at >= 2 && scan->at[0] == '-' && scan->at[1] != ']') {
        scan->at++;
        to = set_byte(&scan->at, end);
    }
    if (in_range(c, from, to))
        scan->found = true;
}

/* The set at p ('['): its length and whether c is in it. 0 = not a set: no end to it. */
static size_t set_match(const char *p, const char *end, unsigned char c, bool *ret_match)
{
    struct set_scan scan = {.at = p + 1};
    bool negated = scan.at < end && (*scan.at == '!' || *scan.at == '^');

    if (negated)
        scan.at++;
    /* A ']' in the first place is a member. */
    for (const char *first = scan.at; scan.at < end; set_member(&scan, end, c)) {
        if (*scan.at == ']' && scan.at != first) {
            *ret_match = scan.found != negated;
            return (size_t)(scan.at + 1 - p);
        }
    }
    return 0;
}

/* Matches one byte of a name; moves *pattern behind what it used. */
static bool byte_match(const char **pattern, const char *end, unsigned char c)
{
    const char *p = *pattern;
    bool match = false;
    size_t len;

    switch (*p) {
    case '?':
        *pattern = p + 1;
        return true;
    case '[':
        len = set_match(p, end, c, &match);
        if (len > 0) {
            *pattern = p + len;
            return match;
        }
        break;
    case '\\':
        if (p + 1 < end)
            p++;
        break;
    default:
        break;
    }
    *pattern = p + 1;
    return (unsigned char)*p == c;
}

/* One component. After a mismatch only the last '*' need take one byte more: what an earlier
 * one could take is a case of that. */
static bool span_match(struct span pattern, struct span name)
{
    const char *p = pattern.at, *n = name.at;
    const char *star = NULL, *star_name = NULL;

    while (n < name.end) {
        if (p < pattern.end && *p == '*') {
            star = ++p;
            star_name = n;
        } else if (p < pattern.end && byte_match(&p, pattern.end, (unsigned char)*n)) {
            n++;
        } else if (star) {
            p = star;
            n = ++star_name;
        } else {
            return false;
        }
    }
    while (p < pattern.end && *p == '*')
        p++;
    return p == pattern.end;
}

static struct span component(const char *at)
{
    return (struct span){.at = at, .end = at + strcspn(at, "/")};
}

/* Where the next component begins; NULL behind the last. */
static const char *component_next(struct span span)
{
    return *span.end == '/' ? span.end + 1 : NULL;
}

static bool is_any_folders(struct span span)
{
    return span.end - span.at == 2 && memcmp(span.at, "**", 2) == 0;
}

/* The whole path, component by component; "**" is to folders what '*' is to bytes. */
static bool path_match(const char *pattern, const char *rel)
{
    const char *star = NULL, *star_rel = NULL;

    while (rel) {
        struct span p = pattern ? component(pattern) : (struct span){0};
        struct span name = component(rel);

        if (pattern && is_any_folders(p)) {
            star = pattern = component_next(p);
            star_rel = rel;
            if (!pattern) /* at the end: whatever lies below */
                return true;
        } else if (pattern && span_match(p, name)) {
            pattern = component_next(p);
            rel = component_next(name);
        } else if (star) {
            pattern = star;
            rel = star_rel = component_next(component(star_rel));
        } else {
            return false;
        }
    }
    return !pattern;
}

static const char *last_component(const char *rel)
{
    const char *slash = strrchr(rel, '/');

    return slash ? slash + 1 : rel;
}

bool cvx_glob_match(const char *pattern, const char *rel)
{
    if (strchr(pattern, '/'))
        return path_match(pattern, rel);
    rel = last_component(rel);
    return span_match(component(pattern), component(rel));
}

bool cvx_glob_is_docx(const char *rel)
{
    static const char suffix[] = ".docx";
    size_t len = strlen(rel), want = sizeof(suffix) - 1;

    if (len < want)
        return false;
    rel += len - want;
    for (size_t i = 0; i < want; i++) {
        char c = rel[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != suffix[i])
            return false;
    }
    return true;
}
