/* Owns the way from argv to options: the plain options here, stages in cli_steps.c. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <cvextract/mem.h>

#include "cli_steps.h"
#include "cli_words.h"
#include "settings_knobs.h"

#define GRACE_DEFAULT 30u
#define GRACE_MAX 86400u
#define CPU_THREADS_MAX 1024u

/* One of a few words. *ret_i is its place among `choices`, which end with NULL. */
static int choose(const struct cvx_cli_given *given, const char *const *choices,
                  int *ret_i, struct cvx_err *err)
{
    struct cvx_cli_near search = {.typed = given->value, .len = strlen(given->value)};
    struct cvx_cli_hint hint;
    char all[96] = "it takes ";

    for (int i = 0; choices[i]; i++) {
        if (strcmp(given->value, choices[i]) == 0) {
            *ret_i = i;
            return CVX_OK;
        }
        cvx_cli_near_consider(&search, choices[i]);
        size_t len = strlen(all);
        (void)snprintf(all + len, sizeof(all) - len, "%s%s", i > 0 ? ", " : "",
                       choices[i]);
    }
    hint = cvx_cli_near_hint(&search, "", "", all);
    return cvx_cli_usage(err, "--%s does not take '%.60s'%s", given->flag->name,
                         given->value, hint.text);
}

static int number(const struct cvx_cli_given *given, unsigned min, unsigned max,
                  unsigned *ret, struct cvx_err *err)
{
    if (cvx_cli_words_number(given->value, min, max, ret))
        return CVX_OK;
    return cvx_cli_usage(err, "--%s takes a whole number from %u to %u, not '%.60s'",
                         given->flag->name, min, max, given->value);
}

static int take_verbosity(const struct cvx_cli_given *given, struct cvx_cli *cli,
                          struct cvx_err *err)
{
    static const char *const choices[] = {"minimal", "verbose", "debug", NULL};
    int i = 0;
    int rc = choose(given, choices, &i, err);

    if (rc == CVX_OK)
        cli->verbosity = (enum cvx_verbosity)i;
    return rc;
}

static int take_fail_on(const struct cvx_cli_given *given, struct cvx_cli *cli,
                        struct cvx_err *err)
{
    static const char *const choices[] = {"all", "any", "never", NULL};
    static const enum cvx_fail_on values[] = {CVX_FAIL_ON_ALL, CVX_FAIL_ON_ANY,
                                              CVX_FAIL_ON_NEVER};
    int i = 0;
    int rc = choose(given, choices, &i, err);

    if (rc == CVX_OK)
        cli->run.fail_on = values[i];
    return rc;
}

static int take_list(const struct cvx_cli_given *given, struct cvx_cli *cli,
                     struct cvx_err *err)
{
    const char *choices[CVX_STAGE_KINDS + 1] = {NULL};
    int rc = CVX_OK;

    for (int kind = 0; kind < CVX_STAGE_KINDS; kind++)
        choices[kind] = cvx_cli_flags_plural((enum cvx_stage_kind)kind);
    if (given->value)
        rc = choose(given, choices, &cli->list_kind, err);
    if (rc == CVX_OK && cli->action == CVX_CLI_RUN)
        cli->action = CVX_CLI_LIST;
    return rc;
}

/* The options whose value may be wrong. */
static int take_checked(const struct cvx_cli_given *given, struct cvx_cli *cli,
                        struct cvx_err *err)
{
    switch (given->id) {
    case CVX_CLI_VERBOSITY:
        return take_verbosity(given, cli, err);
    case CVX_CLI_FAIL_ON:
        return take_fail_on(given, cli, err);
    case CVX_CLI_LISTING:
        return take_list(given, cli, err);
    case CVX_CLI_GRACE:
        return number(given, 0, GRACE_MAX, &cli->run.grace_s, err);
    case CVX_CLI_CPU_THREADS:
        return number(given, 1, CPU_THREADS_MAX, &cli->run.cpu_threads, err);
    case CVX_CLI_OPENAI:
        return cvx_settings_knobs_read(given, &cli->api, err);
    default:
        return CVX_OK; /* take_option()'s, or a stage */
    }
}

static int take_option(const struct cvx_cli_given *given, struct cvx_cli *cli,
                       struct cvx_err *err)
{
    switch (given->id) {
    case CVX_CLI_TARGET:
        cli->run.target = given->value;
        break;
    case CVX_CLI_RERUN_FAILED:
        cli->rerun_failed = given->value;
        break;
    case CVX_CLI_LOG_FAILED:
        cli->log_failed = given->value;
        break;
    case CVX_CLI_LOG_FILE:
        cli->log_file = given->value;
        break;
    case CVX_CLI_SUMMARY_JSON:
        cli->summary_json = given->value;
        break;
    case CVX_CLI_DEBUG:
        cli->verbosity = CVX_DEBUG;
        break;
    case CVX_CLI_VERSIONING:
        cli->action = CVX_CLI_VERSION;
        break;
    default:
        return take_checked(given, cli, err);
    }
    return CVX_OK;
}

/* The options without a value; false = it is none of them. */
static bool take_plain(const struct cvx_cli_given *given, struct cvx_cli *cli)
{
    switch (given->id) {
    case CVX_CLI_SKIP_ALL_VERIFY:
        cli->run.skip_all_verify = true;
        return true;
    case CVX_CLI_DRY_RUN:
        cli->run.dry_run = true;
        return true;
    case CVX_CLI_DEBUG_EXTERNAL:
        cli->run.debug_external = true;
        return true;
    case CVX_CLI_NO_PROGRESS:
        cli->no_progress = true;
        return true;
    case CVX_CLI_ASCII:
        cli->ascii = true;
        return true;
    default:
        return false;
    }
}

static int check_calls(const struct cvx_cli_line *line,
                       const struct cvx_registry *registry, struct cvx_cli *cli,
                       struct cvx_err *err)
{
    cli->calls = cvx_cli_steps_call(registry, &cli->run);
    /* Whoever names how many calls may run at once is taken at their word from the start. */
    cli->api.n_given = cli->run.n > 0;
    if (!cli->calls && cvx_cli_words_find(line, CVX_CLI_OPENAI, 0))
        return cvx_cli_usage(err,
                             "--openai has no use: no stage of this run makes API calls");
    return CVX_OK;
}

static int read_line(const struct cvx_cli_line *line, const struct cvx_registry *registry,
                     struct cvx_cli *cli, struct cvx_err *err)
{
    for (size_t i = 0; i < line->n; i++) {
        int rc = CVX_OK;

        if (!take_plain(&line->given[i], cli))
            rc = take_option(&line->given[i], cli, err);
        if (rc != CVX_OK)
            return rc;
    }
    if (cli->action != CVX_CLI_RUN)
        return CVX_OK;
    int rc = cvx_cli_steps_build(line, registry, cli->rerun_failed != NULL, &cli->run,
                                 &cli->memory, err);
    if (rc == CVX_OK && !cli->run.target)
        rc = cvx_cli_usage(err, "--target DIR is missing");
    if (rc == CVX_OK)
        rc = check_calls(line, registry, cli, err);
    return rc;
}

int cvx_cli_parse(int argc, char *const *argv, const struct cvx_registry *registry,
                  struct cvx_cli *ret, struct cvx_err *err)
{
    struct cvx_cli cli = {.help_topic = "", .list_kind = -1};
    struct cvx_cli_line line = {0};
    int rc;

    cli.run.grace_s = GRACE_DEFAULT;
    cli.api = cvx_api_defaults();
    if (cvx_cli_words_help(argc, argv, &cli.help_topic)) {
        cli.action = CVX_CLI_HELP;
        *ret = cli;
        return CVX_OK;
    }
    rc = cvx_cli_words_split(argc, argv, &line, err);
    if (rc == CVX_OK)
        rc = read_line(&line, registry, &cli, err);
    cvx_cli_words_done(&line);
    if (rc != CVX_OK) {
        cvx_cli_done(&cli);
        return rc;
    }
    *ret = cli;
    return CVX_OK;
}

void cvx_cli_done(struct cvx_cli *cli)
{
    if (!cli)
        return;
    cvx_cli_steps_done(cli->memory);
    *cli = (struct cvx_cli){0};
}
