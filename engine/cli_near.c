/* Owns the measure of how near two words are, for "did you mean". */
#include "cli_near.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX ((size_t)64) /* longer words get no suggestion */
#define PART_MIN ((size_t)3)  /* letters that may stand for a longer name */

/* ASCII only: the locale must not change what is suggested. */
static char lower(char c)
{
    if (c < 'A' || c > 'Z')
        return c;
    return (char)(c - 'A' + 'a');
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (add, leave out, change, swap neighbours) from a to b: the matrix of the "optimal
 * string alignment" distance, of which three rows suffice. */
static size_t word_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][WORD_MAX + 1] = {{0}};
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= m; j++)
        above[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            bool same = lower(a[i - 1]) == lower(b[j - 1]);

            row[j] =
                least(least(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[m];
}

static size_t allowed_distance(size_t longer)
{
    if (longer < 2)
        return 0;
    return longer < 5 ? 1 : (longer + 1) / 3;
}

/* 0 = begins no hyphenated part, 1 = begins the candidate, 2 = a later part of it. */
static size_t begins_part(const char *typed, size_t len, const char *candidate, size_t m)
{
    for (size_t at = 0; len >= PART_MIN && at + len <= m; at++) {
        if ((at == 0 || candidate[at - 1] == '-') &&
            memcmp(typed, candidate + at, len) == 0)
            return at == 0 ? 1 : 2;
    }
    return 0;
}

void cvx_cli_near_consider(struct cvx_cli_near *search, const char *candidate)
{
    size_t m = strlen(candidate);

    if (search->len == 0 || search->len > WORD_MAX || m > WORD_MAX)
        return;
    size_t distance = word_distance(search->typed, search->len, candidate, m);
    if (distance > allowed_distance(search->len > m ? search->len : m)) {
        size_t part = begins_part(search->typed, search->len, candidate, m);

        if (part == 0)
            return;
        distance = WORD_MAX + part;
    }
    if (!search->best || distance < search->distance) {
        search->best = candidate;
        search->distance = distance;
    }
}

struct cvx_cli_hint cvx_cli_near_hint(const struct cvx_cli_near *search,
                                      const char *before, const char *after,
                                      const char *otherwise)
{
    struct cvx_cli_hint hint;

    if (search->best)
        (void)snprintf(hint.text, sizeof(hint.text), "; did you mean %s%s%s?", before,
                       search->best, after);
    else
        (void)snprintf(hint.text, sizeof(hint.text), "; %s", otherwise);
    return hint;
}
