/* Any words on the command line: parsed or refused with one clean line, never a crash, and a
 * parsed line keeps its promises. The first byte picks the registry; words end at a newline
 * or NUL. Nothing is opened; paths are stat()ed at most. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "cli.h"
#include "cli_stages.h"

#define WORDS_MAX 64

/* abort() reports a broken promise, as a sanitizer does. */
static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_error(int rc, const struct cvx_err *err)
{
    struct cvx_buf shown = CVX_BUF_INIT;
    const char *text = cvx_err_root(err);

    expect(rc == CVX_EUSAGE && err->rc == CVX_EUSAGE && err->depth == 1);
    expect(text[0] != '\0' && strlen(text) < CVX_ERR_TEXT - 1);
    /* What is printable already stays as it is. */
    cvx_text_printable(&shown, text, strlen(text));
    expect(!shown.failed && strcmp(shown.data, text) == 0);
    cvx_buf_done(&shown);
}

static void check_step(const struct cvx_registry *registry,
                       const struct cvx_step_options *step)
{
    for (size_t i = 0; i < step->n_names; i++)
        expect(cvx_registry_find(registry, step->kind, step->names[i]) != NULL);
    for (size_t i = 0; i < step->n_verifiers; i++)
        expect(cvx_registry_find(registry, CVX_VERIFIER, step->verifiers[i]) != NULL);
    for (size_t i = 0; i < step->n_params; i++)
        expect(step->params[i].key &&
               (!step->params[i].value || strlen(step->params[i].value) < SIZE_MAX));
    expect(!step->output || step->output[0] != '\0');
    expect(!(step->skip_verify && step->n_verifiers > 0));
}

static void check_run(const struct cvx_registry *registry, const struct cvx_cli *cli)
{
    const struct cvx_run_options *run = &cli->run;

    expect(run->target && run->target[0] != '\0');
    expect(run->source || cli->rerun_failed);
    expect(run->n_steps > 0 && run->n <= 1000000 && run->cpu_threads <= 1024);
    expect(run->grace_s <= 86400);
    for (size_t i = 0; i < run->n_steps; i++) {
        check_step(registry, &run->steps[i]);
        expect(i == 0 || run->steps[i].kind >= run->steps[i - 1].kind);
    }
}

static void check_line(const struct cvx_registry *registry, int argc, char *const *argv)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_cli cli;
    struct cvx_err err;
    int rc = cvx_cli_parse(argc, argv, registry, &cli, &err);

    if (rc != CVX_OK) {
        check_error(rc, &err);
        return;
    }
    if (cli.action == CVX_CLI_RUN)
        check_run(registry, &cli);
    if (cli.action == CVX_CLI_HELP) {
        rc = cvx_cli_help(registry, cli.help_topic, &buf, &err);
        if (rc != CVX_OK)
            check_error(rc, &err);
    }
    cvx_buf_done(&buf);
    cvx_cli_done(&cli);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *argv[WORDS_MAX + 1] = {"cvextract"};
    struct cvx_registry *registry;
    int argc = 1;

    if (size == 0)
        return 0;
    registry = cli_stages_new(data[0] % 2 ? CLI_STAGES_ALL : CLI_STAGES_TODAY);
    char *text = cvx_memdup((const char *)data + 1, size - 1);
    expect(registry && text);
    for (size_t at = 0; at < size - 1 && argc < WORDS_MAX; argc++) {
        argv[argc] = text + at;
        at += strcspn(text + at, "\n");
        text[at++] = '\0';
    }
    check_line(registry, argc, argv);
    cvx_free(text);
    cvx_registry_free(registry);
    return 0;
}
