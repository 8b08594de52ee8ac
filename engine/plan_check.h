/* The checks behind cvx_plan_new(): each gives CVX_OK, or CVX_EUSAGE in one line. They look
 * at files, but touch none. Thread: the loop's, before the run. */
#ifndef CVX_PLAN_CHECK_H
#define CVX_PLAN_CHECK_H

#include "plan.h"

/* The stage's key of this name, NULL when it has none. */
const struct cvx_stage_key *cvx_plan_check_key(const struct cvx_stage *stage,
                                               const char *key);
/* Steps in their order, a target, a source. */
int cvx_plan_check_order(const struct cvx_run_options *options, struct cvx_err *err);
/* Each key belongs to one stage of the step at least: alternatives share their words. Values
 * are there, and so are the files that they name. */
int cvx_plan_check_params(const struct cvx_plan_step *step,
                          const struct cvx_step_options *options, struct cvx_err *err);
/* The stage has what it cannot do without. */
int cvx_plan_check_required(const struct cvx_plan_stage *planned, struct cvx_err *err);
/* No two steps write the same files, none writes over an input. */
int cvx_plan_check_outputs(const struct cvx_plan *plan, struct cvx_err *err);

#endif
