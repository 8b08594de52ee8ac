/* What the command line knows: the table of flags and of the keys that a stage flag has
 * whatever its stage. Parser and --help read the same table. Thread: any (constant). */
#ifndef CVX_CLI_FLAGS_H
#define CVX_CLI_FLAGS_H

#include <stdbool.h>

#include <cvextract/stage.h>

/* In the order in which --help shows them; those not built yet last. */
enum cvx_cli_flag_id {
    CVX_CLI_PARALLEL,
    CVX_CLI_EXTRACT,
    CVX_CLI_ADJUST,
    CVX_CLI_RENDER,
    CVX_CLI_TARGET,
    CVX_CLI_RERUN_FAILED,
    CVX_CLI_LOG_FAILED,
    CVX_CLI_FAIL_ON,
    CVX_CLI_SKIP_ALL_VERIFY,
    CVX_CLI_OPENAI,
    CVX_CLI_DRY_RUN,
    CVX_CLI_VERBOSITY,
    CVX_CLI_DEBUG,
    CVX_CLI_DEBUG_EXTERNAL,
    CVX_CLI_LOG_FILE,
    CVX_CLI_SUMMARY_JSON,
    CVX_CLI_NO_PROGRESS,
    CVX_CLI_ASCII,
    CVX_CLI_CPU_THREADS,
    CVX_CLI_GRACE,
    CVX_CLI_LISTING,
    CVX_CLI_HELPING,
    CVX_CLI_VERSIONING,
    CVX_CLI_BUILT, /* how many are built */
    CVX_CLI_RESUME = CVX_CLI_BUILT,
    CVX_CLI_SYNC,
    CVX_CLI_EVENTS,
    CVX_CLI_REPORT,
    CVX_CLI_FLAGS
};

enum cvx_cli_takes {
    CVX_CLI_NOTHING,
    CVX_CLI_VALUE,
    CVX_CLI_MAYBE_VALUE, /* a following word, unless it begins with "--" */
    CVX_CLI_WORDS        /* all words up to the next that begins with "--" */
};

/* Beside enum cvx_key_flag, for the keys that a flag has whatever its stage. */
enum cvx_cli_key_flag {
    CVX_CLI_KEY_API = 1u << 16 /* of use only to stages that make API calls */
};

#define CVX_CLI_KEYS_MAX 8 /* most keys in one flag's own list */

struct cvx_cli_flag {
    const char *name; /* without its dashes */
    enum cvx_cli_takes takes;
    bool repeatable;
    int kind;          /* stage flags: enum cvx_stage_kind; else -1 */
    const char *value; /* what --help shows for the value, NULL without one */
    const char *help;
    /* WORDS: ends with a NULL key; NULL = the keys are settings_knobs.h's. */
    const struct cvx_stage_key *keys;
};

const struct cvx_cli_flag *cvx_cli_flags_at(enum cvx_cli_flag_id id);

/* Static text, as --list takes it: "extractors" ... */
const char *cvx_cli_flags_plural(enum cvx_stage_kind kind);

#endif
