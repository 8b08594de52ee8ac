/* The descriptors of all stages of this program. registry.c lists them; each is defined in
 * the file that is named after it. Constant. Thread: any. */
#ifndef CVX_STAGES_H
#define CVX_STAGES_H

#include <cvextract/stage.h>

extern const struct cvx_stage cvx_default_docx_cv_extractor; /* extract/default_docx.c */
extern const struct cvx_stage cvx_openai_extractor;          /* extract/openai.c */

extern const struct cvx_stage cvx_openai_company_research; /* adjust/company_research.c */
extern const struct cvx_stage cvx_openai_job_specific;     /* adjust/job_specific.c */
extern const struct cvx_stage cvx_openai_translate;        /* adjust/translate.c */

extern const struct cvx_stage cvx_docx_renderer; /* render/docx_renderer.c */

extern const struct cvx_stage cvx_cv_schema_verifier;       /* verify/cv_schema.c */
extern const struct cvx_stage cvx_default_extract_verifier; /* verify/default_extract.c */
extern const struct cvx_stage cvx_roundtrip_verifier;       /* verify/roundtrip.c */

#endif
