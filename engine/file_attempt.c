/* What a failed attempt at a step leaves, while the other extractors of a list are tried. */
#include "file_private.h"

#include <cvextract/mem.h>

void cvx_file_attempt_free(struct attempt *attempt)
{
    if (!attempt)
        return;
    cvx_issues_done(&attempt->issues);
    cvx_cv_free(attempt->cv);
    cvx_free(attempt);
}

void cvx_file_attempt_keep(struct cvx_file *f)
{
    if (!f->first) {
        f->first = cvx_zalloc(sizeof(*f->first));
        if (f->first) {
            f->first->column = *cvx_file_column(f);
            f->first->issues = f->step_issues;
            f->step_issues = (struct cvx_issues){0};
            f->first->err = f->err;
        }
    }
    if (f->first && !f->first->cv) {
        f->first->cv = f->cv;
        f->cv = NULL;
    }
    cvx_issues_done(&f->step_issues);
    cvx_cv_free(f->cv);
    f->cv = NULL;
    *cvx_file_column(f) = (struct cvx_column){.kind = cvx_file_step(f)->kind};
    cvx_err_init(&f->err);
    f->step_failed = false;
}

void cvx_file_attempt_restore(struct cvx_file *f)
{
    struct attempt *first = f->first;

    if (!first)
        return;
    cvx_issues_done(&f->step_issues);
    f->step_issues = first->issues;
    first->issues = (struct cvx_issues){0};
    *cvx_file_column(f) = first->column;
    f->err = first->err;
    if (first->cv) {
        cvx_cv_free(f->cv);
        f->cv = first->cv;
        first->cv = NULL;
    }
}
