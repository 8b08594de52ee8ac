/* The patterns of the CV layout: a date range at the start of a line, "Environment: ..."
 * (20-extraction.md, "Body"), matched as Python's re matches them: PCRE2 with explicit
 * classes from our Unicode table. The compiled patterns are read-only and shared by all
 * workers; each matcher belongs to one thread. */
#ifndef CVX_TEXT_PATTERNS_H
#define CVX_TEXT_PATTERNS_H

#include <stdbool.h>

#include <cvextract/err.h>

#include "text/clean.h"

struct cvx_patterns; /* compiled, frozen */
struct cvx_matcher;  /* scratch memory of one thread */

/* Both give the caller a new object. Failure: CVX_ENOMEM; CVX_EINTERNAL when PCRE2
 * refuses a pattern. The patterns must outlive their matchers. */
int cvx_patterns_new(struct cvx_patterns **ret, struct cvx_err *err);
void cvx_patterns_free(struct cvx_patterns *patterns);
int cvx_matcher_new(const struct cvx_patterns *patterns, struct cvx_matcher **ret,
                    struct cvx_err *err);
void cvx_matcher_free(struct cvx_matcher *matcher);

/* Lines are well-formed UTF-8 and hold no LF. Matching cannot fail, and takes linear
 * time. */

/* Whether the line begins with a date range. */
bool cvx_patterns_date_range(struct cvx_matcher *matcher, struct cvx_span line);
/* How many bytes of the line that date range takes, 0 when there is none. */
size_t cvx_patterns_date_range_len(struct cvx_matcher *matcher, struct cvx_span line);
/* Whether the line is "Environment: items"; *ret_items gets what follows the colon
 * (borrowed from the line, not empty, blanks included), and is not written otherwise. */
bool cvx_patterns_environment(struct cvx_matcher *matcher, struct cvx_span line,
                              struct cvx_span *ret_items);

#endif
