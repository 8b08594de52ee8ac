/* The parts of a generated package that hold the person's text. Thread: any. */
#ifndef CVX_BENCH_GEN_DOCUMENT_H
#define CVX_BENCH_GEN_DOCUMENT_H

#include "gen_markup.h"
#include "gen_text.h"

/* word/document.xml, near 20 KB: overview and experiences. */
void cvx_gen_document_body(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv);
/* word/header1.xml, near 48 KB: identity and sidebar in two text boxes, each with its
 * fallback in VML. */
void cvx_gen_document_header(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv);
/* docProps/core.xml. */
void cvx_gen_document_core(struct cvx_gen_markup *markup, const struct cvx_gen_cv *cv);
/* word/settings.xml, near 10 KB: its list of editing sessions is the document's. */
void cvx_gen_document_settings(struct cvx_gen_markup *markup);

#endif
