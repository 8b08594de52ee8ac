/* One stage flag of the command line read: its words against the keys of the flag and of
 * the stages that it names. Of equal keys the flag's own counts. Thread: main's. */
#ifndef CVX_CLI_STEP_H
#define CVX_CLI_STEP_H

#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

#include "cli_words.h"

/* The blocks that a struct cvx_cli's options point into, released together. */
struct cvx_cli_memory {
    size_t n;
    void *blocks[]; /* room for all that a line can need */
};

#define CVX_CLI_STEP_BLOCKS 3 /* most that one step takes: names, verifiers, params */

/* An uninitialised block that `memory` owns; NULL when memory is short. */
void *cvx_cli_step_block(struct cvx_cli_memory *memory, size_t count, size_t size);

/* What all steps of a line share. */
struct cvx_cli_build {
    const struct cvx_cli_line *line;
    const struct cvx_registry *registry;
    struct cvx_cli_memory *memory;
};

struct cvx_cli_step {
    const struct cvx_cli_given *given; /* set by the caller, with options.kind */
    struct cvx_step_options options;
    struct cvx_param *params;          /* options.params, while they grow */
    const char *own[CVX_CLI_KEYS_MAX]; /* values of the flag's own keys; "" = bare */
};

/* The value of one of the flag's own keys, NULL when it was not given. */
const char *cvx_cli_step_own(const struct cvx_cli_step *step, const char *key);

/* Reads the words alone: all that a flag without stages (--parallel) needs. */
int cvx_cli_step_words(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                       struct cvx_err *err);
/* Reads a stage's words and fills step->options; sources are left to the caller. Names in
 * the options are the registry's own. CVX_EUSAGE: a stage, verifier or key that does not
 * exist, a value missing or in the wrong place, a key twice. */
int cvx_cli_step_read(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                      struct cvx_err *err);

#endif
