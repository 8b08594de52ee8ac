/* The nearest valid word to a mistyped one. Thread: any (pure, no memory of its own). */
#ifndef CVX_CLI_NEAR_H
#define CVX_CLI_NEAR_H

#include <stddef.h>

/* A search: set typed and len (bytes that count), the rest zero; then consider words. */
struct cvx_cli_near {
    const char *typed;
    size_t len;
    const char *best; /* borrowed from the caller; NULL = nothing is near enough */
    size_t distance;
};

/* Takes `candidate` as the best when it is near enough and nearer than the best so far;
 * of equals the first stays. Near: at most a third of the longer word's letters (one of
 * two to four letters, none of one) added, left out, changed or swapped, case aside; or,
 * ranked last, `typed` (three letters or more) begins a hyphenated part of it. */
void cvx_cli_near_consider(struct cvx_cli_near *search, const char *candidate);

struct cvx_cli_hint {
    char text[160];
};

/* "; did you mean <before><best><after>?", or "; <otherwise>" when nothing was near. */
struct cvx_cli_hint cvx_cli_near_hint(const struct cvx_cli_near *search,
                                      const char *before, const char *after,
                                      const char *otherwise);

#endif
