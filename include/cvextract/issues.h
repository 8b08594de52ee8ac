/* What a stage or a verifier has to say about a file: errors fail it, warnings make it
 * partial. Ownership and thread: the holder. Texts are part of the contract
 * (20-extraction.md, "Verifiers"). */
#ifndef CVEXTRACT_ISSUES_H
#define CVEXTRACT_ISSUES_H

#include <stddef.h>

#include <cvextract/buf.h>

enum cvx_severity { CVX_SEVERITY_ERROR, CVX_SEVERITY_WARNING };

struct cvx_issue {
    enum cvx_severity severity;
    char *text;
};

struct cvx_issues {
    struct cvx_issue *items;
    size_t count, cap;
    size_t errors; /* how many of them are errors */
};

/* Adds one issue; the text is copied. CVX_ENOMEM when it could not be. */
int cvx_issues_add(struct cvx_issues *issues, enum cvx_severity severity, const char *fmt,
                   ...) __attribute__((format(printf, 3, 4)));
/* Moves all of `from` to the end of `issues`; on CVX_ENOMEM both stay as they were. */
int cvx_issues_move(struct cvx_issues *issues, struct cvx_issues *from);
/* Appends "errors: a, b | warnings: c" (either half may be missing), texts made printable;
 * nothing when there are no issues. */
void cvx_issues_print(const struct cvx_issues *issues, struct cvx_buf *buf);
void cvx_issues_done(struct cvx_issues *issues);

#endif
