/* How a company's profile comes about, once per run: from the file of an earlier run, else
 * from the company's own pages, read by a model (30-openai.md, "Adjusters").
 *
 *     JOB (read the file) -> CALL (page) -> JOB (its text, its links)
 *       -> (CALL (linked page) -> JOB (its text)) * <= 3 -> chat -> JOB (write the file)
 *
 * A linked page that cannot be had or used is passed over. Threads: as stage.h says. */
#ifndef CVX_ADJUST_COMPANY_PROFILE_H
#define CVX_ADJUST_COMPANY_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/stage.h>

#include "adjust/adjust.h"

/* Bytes that a profile has, as long as it is not there. */
#define CVX_COMPANY_PROFILE_GUESS ((size_t)4000)
/* Characters of a linked page: there are up to three. */
#define CVX_COMPANY_LINKED_CHARS ((size_t)8000)

/* The step of the making task; task->bytes is the profile in canonical form. */
struct cvx_next cvx_company_profile_step(struct cvx_task *task, const char *url);

/* For estimates, on a worker: whether a usable profile is on disk, and its size. */
bool cvx_company_profile_known(const struct cvx_task *task, const char *url,
                               size_t *ret_bytes);
/* Tokens that its making is expected to take. */
size_t cvx_company_profile_tokens(const struct cvx_adjust_state *state);

#endif
