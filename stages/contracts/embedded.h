/* Text files that are built into the program (cvx_embed() of embed.cmake makes the arrays):
 * constant, followed by a NUL that is not counted. Thread: any. */
#ifndef CVX_CONTRACTS_EMBEDDED_H
#define CVX_CONTRACTS_EMBEDDED_H

#include <stddef.h>

/* cv.schema.json: the shape of a CV document. */
extern const char cvx_embedded_cv_schema[];
extern const size_t cvx_embedded_cv_schema_len;

/* research.schema.json: the profile of a company that an adjuster addresses. */
extern const char cvx_embedded_research_schema[];
extern const size_t cvx_embedded_research_schema_len;

/* prompts/: instructions to a model, each the beginning of every conversation of its kind. */
extern const char cvx_embedded_company_profile[];
extern const size_t cvx_embedded_company_profile_len;
extern const char cvx_embedded_company_tailor[];
extern const size_t cvx_embedded_company_tailor_len;
extern const char cvx_embedded_job_tailor[];
extern const size_t cvx_embedded_job_tailor_len;
extern const char cvx_embedded_translate[];
extern const size_t cvx_embedded_translate_len;
extern const char cvx_embedded_extract[];
extern const size_t cvx_embedded_extract_len;

#endif
