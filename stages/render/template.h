/* A Word template: loaded and checked once, then rendered for every file
 * (40-render.md, sections 1 to 3).
 *
 * Thread: a loaded template is constant and may be read by many workers at once. */
#ifndef CVX_RENDER_TEMPLATE_H
#define CVX_RENDER_TEMPLATE_H

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_cv;
struct cvx_template;

/* Reads the package, follows its relationships, and parses every part that is rendered. The
 * bytes of the others are kept as they are compressed. CVX_EFORMAT for what is wrong with
 * the package or the tags: the text names part, paragraph and cause. CVX_EIO, CVX_ELIMIT,
 * CVX_ENOMEM. On failure *ret is untouched. */
int cvx_template_load(const char *path, struct cvx_template **ret, struct cvx_err *err);
void cvx_template_free(struct cvx_template *template_);

/* Appends the rendered package to *ret_docx, which is empty; the same data gives the same
 * bytes. CVX_EFORMAT for what data and template do not agree on, with part, paragraph and
 * cause; CVX_ELIMIT; CVX_ENOMEM. On failure *ret_docx is empty. */
int cvx_template_render(const struct cvx_template *template_, const struct cvx_cv *data,
                        struct cvx_buf *ret_docx, struct cvx_err *err);

#endif
