/* The command line: argv -> immutable options (10-cli.md, "Shape"). Part of the program, not
 * of the library. Thread: main's. */
#ifndef CVX_CLI_H
#define CVX_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/registry.h>
#include <cvextract/run.h>

enum cvx_cli_action {
    CVX_CLI_RUN,
    CVX_CLI_HELP, /* help_topic: "" or the name of a flag, a stage or a kind */
    CVX_CLI_VERSION,
    CVX_CLI_LIST /* list_kind, or all */
};

enum cvx_verbosity { CVX_MINIMAL, CVX_VERBOSE, CVX_DEBUG };

struct cvx_cli {
    enum cvx_cli_action action;
    const char *help_topic;
    int list_kind;              /* enum cvx_stage_kind, -1 = all */
    struct cvx_run_options run; /* points into memory of this struct and of argv */
    enum cvx_verbosity verbosity;
    bool no_progress, ascii;
    const char *log_file;     /* NULL = none */
    const char *log_failed;   /* NULL = none */
    const char *summary_json; /* NULL = none, "-" = standard output */
    const char *rerun_failed; /* NULL = none; main reads it into run.inputs */
    bool calls;               /* a stage of the run makes API calls: main adds run.api */
    struct cvx_api_options api; /* the words of --openai, defaults elsewhere */
    struct cvx_cli_memory *memory;
};

/* CVX_EUSAGE with one line that names the word and the nearest valid one. --help wins over
 * every error. Options and keys of 10-cli.md that this build does not have yet are refused
 * by name. argv is borrowed for the life of *ret. */
int cvx_cli_parse(int argc, char *const *argv, const struct cvx_registry *registry,
                  struct cvx_cli *ret, struct cvx_err *err);
void cvx_cli_done(struct cvx_cli *cli);

/* Appends the text of --help (topic "" or NULL: the whole; else one stage's or flag's).
 * CVX_EUSAGE when there is no such topic. */
int cvx_cli_help(const struct cvx_registry *registry, const char *topic,
                 struct cvx_buf *buf, struct cvx_err *err);
/* Appends the text of --list; `plain` = name<TAB>description lines, for a pipe. */
void cvx_cli_list(const struct cvx_registry *registry, int kind, bool plain,
                  struct cvx_buf *buf);

#endif
