/* What the generated parts have in common: the long list of namespaces that Word
 * declares, revision marks, and text cut into runs as editing leaves it. Thread: any. */
#ifndef CVX_BENCH_GEN_MARKUP_H
#define CVX_BENCH_GEN_MARKUP_H

#include <stddef.h>

#include <cvextract/buf.h>

#include "gen_text.h"

#define CVX_GEN_RSIDS 12
#define CVX_GEN_DECLARATION                                                              \
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define CVX_GEN_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

/* A document being written: where to, and the numbers it draws from. */
struct cvx_gen_markup {
    struct cvx_buf *out;
    struct cvx_gen_text *text;
    unsigned rsids[CVX_GEN_RSIDS]; /* the editing sessions its runs name */
};

void cvx_gen_markup_init(struct cvx_gen_markup *markup, struct cvx_buf *out,
                         struct cvx_gen_text *text);

/* <w:ELEMENT xmlns:...="..."> with every namespace that Word declares in a main part. */
void cvx_gen_markup_root(struct cvx_buf *out, const char *element);
/* The same with the few of a settings-like part. */
void cvx_gen_markup_small_root(struct cvx_buf *out, const char *element);

/* <w:p ...> with its identifiers, then properties: `ppr` is what w:pPr holds before its
 * w:rPr, `rpr` what that and every run's w:rPr holds. */
void cvx_gen_markup_open(struct cvx_gen_markup *markup, const char *ppr, const char *rpr);
void cvx_gen_markup_close(struct cvx_gen_markup *markup);
/* The text, escaped, in up to `pieces` runs, some between w:proofErr marks. */
void cvx_gen_markup_runs(struct cvx_gen_markup *markup, const char *rpr, const char *text,
                         unsigned pieces);
/* A run that holds raw markup, such as <w:tab/>. */
void cvx_gen_markup_run(struct cvx_gen_markup *markup, const char *rpr, const char *raw);
/* An eight-digit hexadecimal number, below 2^31 as paragraph identifiers have to be. */
void cvx_gen_markup_id(struct cvx_gen_markup *markup);

#endif
