/* Owns the table of protected terms: which fields are protected, what occurs where. */
#include "adjust/protect_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#include "adjust/words.h"

enum cvx_protect_kind cvx_protect_kind_of(const char *parent, const char *key)
{
    static const struct {
        const char *parent, *key;
    } k_whole[] = {
        {"identity", "full_name"}, {"identity", "first_name"},
        {"identity", "last_name"}, {"sidebar", "languages"},
        {"sidebar", "tools"},      {"experiences", "environment"},
    };
    for (size_t i = 0; parent && i < sizeof(k_whole) / sizeof(k_whole[0]); i++)
        if (strcmp(parent, k_whole[i].parent) == 0 && strcmp(key, k_whole[i].key) == 0)
            return CVX_PROTECT_WHOLE;
    return CVX_PROTECT_TEXT;
}

static int compare(const void *a, const void *b)
{
    const struct cvx_span *x = a, *y = b;
    int order = memcmp(x->p, y->p, x->len < y->len ? x->len : y->len);

    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static void add(struct cvx_protect_terms *terms, struct cvx_span term)
{
    if (cvx_clean_strip(term).len == 0)
        return;
    if (terms->count == terms->cap) {
        size_t cap = terms->cap ? 2 * terms->cap : 32;
        struct cvx_span *grown =
            cvx_realloc_array(terms->items, cap, sizeof(*terms->items));

        if (!grown) {
            terms->failed = true;
            return;
        }
        terms->items = grown;
        terms->cap = cap;
    }
    terms->items[terms->count++] = term;
}

static void collect_string(struct cvx_protect_terms *terms, struct json_object *string,
                           enum cvx_protect_kind kind)
{
    struct cvx_span text = {json_object_get_string(string),
                            (size_t)json_object_get_string_len(string)};
    struct cvx_span address = {"", 0};

    if (kind == CVX_PROTECT_WHOLE) {
        add(terms, text);
        return;
    }
    while (cvx_protect_address_next(&text, &address))
        add(terms, address);
}

/* As deep as the schema of a CV goes. `key` is the member that value stands in. */
static void collect(struct cvx_protect_terms *terms, struct json_object *value,
                    const char *key, enum cvx_protect_kind kind)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        collect_string(terms, value, kind);
        break;
    case json_type_array:
        for (size_t i = 0; i < json_object_array_length(value); i++)
            collect(terms, json_object_array_get_idx(value, i), key, kind);
        break;
    case json_type_object: {
        json_object_object_foreach(value, name, member)
        {
            collect(terms, member, name, cvx_protect_kind_of(key, name));
        }
        break;
    }
    default:
        break;
    }
}

void cvx_protect_terms_collect(struct cvx_protect_terms *terms, struct json_object *cv)
{
    size_t kept = 0;

    collect(terms, cv, NULL, CVX_PROTECT_TEXT);
    if (terms->count == 0)
        return;
    qsort(terms->items, terms->count, sizeof(*terms->items), compare);
    for (size_t i = 0; i < terms->count; i++)
        if (kept == 0 || compare(&terms->items[kept - 1], &terms->items[i]) != 0)
            terms->items[kept++] = terms->items[i];
    terms->count = kept;
}

void cvx_protect_terms_done(struct cvx_protect_terms *terms)
{
    cvx_free(terms->items);
    *terms = (struct cvx_protect_terms){0};
}

size_t cvx_protect_terms_find(const struct cvx_protect_terms *terms, struct cvx_span text)
{
    const struct cvx_span *found = NULL;

    if (terms->count > 0)
        found =
            bsearch(&text, terms->items, terms->count, sizeof(*terms->items), compare);
    return found ? (size_t)(found - terms->items) : terms->count;
}

/* In [*low, *high), whose terms agree up to byte `at`: narrows to those with byte c there. */
static void narrow(const struct cvx_protect_terms *terms, size_t at, unsigned char c,
                   size_t *low, size_t *high)
{
    size_t bounds[2];

    for (int upper = 0; upper < 2; upper++) {
        size_t a = *low, b = *high;

        while (a < b) {
            size_t middle = a + (b - a) / 2;
            const struct cvx_span *term = &terms->items[middle];
            int byte = term->len > at ? (unsigned char)term->p[at] : -1;

            if (byte < (int)c + upper)
                a = middle + 1;
            else
                b = middle;
        }
        bounds[upper] = a;
    }
    *low = bounds[0];
    *high = bounds[1];
}

/* Whether a term may end before byte `at`, which is one of a character's first. */
static bool ends_word(struct cvx_span text, size_t at)
{
    const char *last = text.p + at, *end = text.p + text.len;
    size_t n;

    if (last == end || !cvx_words_joins(cvx_unicode_decode(last, end, &n)))
        return true;
    do
        last--;
    while (last > text.p && ((unsigned char)*last & 0xC0) == 0x80);
    return cvx_words_unspaced(cvx_unicode_decode(last, text.p + at, &n));
}

size_t cvx_protect_terms_match(const struct cvx_protect_terms *terms,
                               struct cvx_span text)
{
    size_t low = 0, high = terms->count, best = terms->count;

    for (size_t at = 0; at < text.len && at < CVX_PROTECT_TERM_MAX; at++) {
        narrow(terms, at, (unsigned char)text.p[at], &low, &high);
        if (low == high)
            break;
        /* The shortest sorts first: only it can end right here. */
        if (terms->items[low].len == at + 1 && ends_word(text, at + 1))
            best = low;
    }
    return best;
}
