/* The stage flags of the command line, checked against the registry and made into the
 * steps of a run. Thread: main's. */
#ifndef CVX_CLI_STEPS_H
#define CVX_CLI_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

#include "cli_step.h"
#include "cli_words.h"

/* Fills source, parallel, n, file_type, steps and n_steps of *run. `rerun`: the inputs
 * come from a list. *ret_memory is the caller's, with cvx_cli_steps_done(). CVX_EUSAGE
 * with one line; neither is written then. */
int cvx_cli_steps_build(const struct cvx_cli_line *line,
                        const struct cvx_registry *registry, bool rerun,
                        struct cvx_run_options *run, struct cvx_cli_memory **ret_memory,
                        struct cvx_err *err);
void cvx_cli_steps_done(struct cvx_cli_memory *memory);

/* Whether any stage named in the steps, or taken for want of a name, makes API calls. */
bool cvx_cli_steps_call(const struct cvx_registry *registry,
                        const struct cvx_run_options *run);

#endif
