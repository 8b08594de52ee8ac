/* The program: the only file that sees both halves. Command line in, one run, exit status.
 *
 * Everything global to the process is done here, before the first thread: descriptors 0-2,
 * signals, the limit on open files. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cvextract/registry.h>
#include <cvextract/run.h>
#include <cvextract/text.h>
#include <cvextract/version.h>

#include "cli.h"
#include "inputs.h"
#include "report/reporters.h"

enum { EXIT_RUN_FAULT = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

/* What the signal handler needs; set before it is installed. */
static struct cvx_run *g_run;
static volatile sig_atomic_t g_signal, g_signals;

/* Once: drain. Twice: now. A third time, should the loop hang in a write to a reader that
 * does not read: leave at once; outputs are whole at any instant. */
static void on_signal(int signo)
{
    if (g_signal == 0)
        g_signal = signo;
    if (++g_signals > 2)
        _exit(EXIT_SIGNAL + g_signal);
    cvx_run_stop(g_run);
}

static void catch_signals(struct cvx_run *run)
{
    struct sigaction stop = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    g_run = run;
    sigemptyset(&stop.sa_mask);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
}

static void ignore_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGTERM, &ignore, NULL);
}

/* A closed standard stream must not become the first file we open. Open for the other
 * direction, so that using it still fails. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool locale_is_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool utf8 = false;

    if (locale != (locale_t)0) {
        utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
        freelocale(locale);
    }
    return utf8;
}

static void complain(const struct cvx_err *err)
{
    char text[4 * CVX_ERR_TEXT];
    struct cvx_buf line = CVX_BUF_INIT;

    cvx_err_text(err, text, sizeof(text));
    cvx_text_printable(&line, text, strlen(text));
    fprintf(stderr, "cvextract: %s\n", line.data ? line.data : "out of memory");
    cvx_buf_done(&line);
}

/* Text for standard output; 1 when it could not be written. */
static int say(const struct cvx_buf *buf)
{
    /* A list may be empty, and an empty buffer has no bytes to point at. */
    size_t said = buf->len > 0 ? fwrite(buf->data, 1, buf->len, stdout) : 0;

    if (buf->failed || said != buf->len || fflush(stdout) != 0) {
        fprintf(stderr, "cvextract: cannot write to standard output\n");
        return EXIT_RUN_FAULT;
    }
    return 0;
}

/* --help, --version, --list. */
static int inform(const struct cvx_cli *cli, const struct cvx_registry *registry)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_err err;
    int status = 0;

    cvx_err_init(&err);
    if (cli->action == CVX_CLI_VERSION) {
        cvx_buf_puts(&text, "cvextract " CVX_VERSION "\n");
    } else if (cli->action == CVX_CLI_LIST) {
        cvx_cli_list(registry, cli->list_kind, !isatty(STDOUT_FILENO), &text);
    } else if (cvx_cli_help(registry, cli->help_topic, &text, &err)) {
        complain(&err);
        status = EXIT_USAGE;
    }
    if (!status)
        status = say(&text);
    cvx_buf_done(&text);
    return status;
}

/* Everything that listens to the run. */
struct audience {
    struct cvx_console *console;
    struct cvx_logfile *logfile;
    struct cvx_failed *failed;
};

static void audience_done(struct audience *a)
{
    cvx_console_free(a->console);
    cvx_logfile_free(a->logfile);
    cvx_failed_free(a->failed);
}

static int audience_new(const struct cvx_cli *cli, struct audience *a,
                        struct cvx_err *err)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool tty = isatty(STDERR_FILENO) == 1 && !(term && strcmp(term, "dumb") == 0);
    struct cvx_console_options options = {
        .out = STDOUT_FILENO,
        .err_fd = STDERR_FILENO,
        .level = cli->verbosity == CVX_MINIMAL   ? CVX_LEVEL_NONE
                 : cli->verbosity == CVX_VERBOSE ? CVX_LEVEL_INFO
                                                 : CVX_LEVEL_DEBUG,
        .causes = cli->verbosity == CVX_DEBUG,
        .ascii = cli->ascii || !locale_is_utf8(),
        .progress = tty && !cli->no_progress,
        .color = isatty(STDOUT_FILENO) == 1 && !(no_color && *no_color),
    };

    a->console = cvx_console_new(&options);
    a->failed = cli->log_failed ? cvx_failed_new() : NULL;
    if (!a->console || (cli->log_failed && !a->failed))
        return cvx_fail(err, CVX_ENOMEM, "no memory for the reporters");
    if (cli->log_file)
        return cvx_logfile_new(cli->log_file, &a->logfile, err);
    return CVX_OK;
}

static int audience_join(const struct audience *a, struct cvx_run *run,
                         struct cvx_err *err)
{
    int rc = cvx_run_add_reporter(run, cvx_console_reporter(a->console));

    if (!rc && a->logfile)
        rc = cvx_run_add_reporter(run, cvx_logfile_reporter(a->logfile));
    if (!rc && a->failed)
        rc = cvx_run_add_reporter(run, cvx_failed_reporter(a->failed));
    return rc ? cvx_fail(err, CVX_ENOMEM, "no memory for the reporters") : CVX_OK;
}

/* A report that could not be written is a fault of the run, told where it still can be. */
static int audience_faults(const struct cvx_cli *cli, const struct audience *a)
{
    struct cvx_err err;
    int status = 0, e = cvx_console_fault(a->console);

    cvx_err_init(&err);
    if (e) {
        fprintf(stderr, "cvextract: cannot write to standard output: %s\n", strerror(e));
        status = EXIT_RUN_FAULT;
    }
    e = a->logfile ? cvx_logfile_fault(a->logfile) : 0;
    if (e) {
        fprintf(stderr, "cvextract: cannot write to %s: %s\n", cli->log_file,
                strerror(e));
        status = EXIT_RUN_FAULT;
    }
    if (a->failed && cvx_failed_write(a->failed, cli->log_failed, &err)) {
        complain(&err);
        status = EXIT_RUN_FAULT;
    }
    return status;
}

/* 10-cli.md, "Exit status": the first that applies. */
static int exit_status(int rc, const struct cvx_run_result *result, int report_status)
{
    if (rc == CVX_EUSAGE)
        return EXIT_USAGE;
    if (g_signal)
        return EXIT_SIGNAL + g_signal;
    if (rc)
        return EXIT_RUN_FAULT;
    if (report_status)
        return report_status;
    return result->exit_status;
}

static int run_with(const struct cvx_cli *cli, struct cvx_run *run, struct cvx_err *err)
{
    struct cvx_run_result result = {0};
    struct audience audience = {0};
    int report_status = 0, rc = audience_new(cli, &audience, err);

    if (!rc)
        rc = audience_join(&audience, run, err);
    if (rc) {
        /* Nothing was begun: a report that cannot be opened is a wrong setting. */
        complain(err);
        audience_done(&audience);
        return EXIT_USAGE;
    }
    catch_signals(run);
    rc = cvx_run_go(run, &result, err);
    ignore_signals();
    if (rc && !(rc == CVX_ECANCELED && g_signal))
        complain(err);
    if (!rc)
        report_status = audience_faults(cli, &audience);
    audience_done(&audience);
    return exit_status(rc, &result, report_status);
}

static int run_once(struct cvx_cli *cli, const struct cvx_registry *registry)
{
    struct cvx_inputs inputs = {0};
    struct cvx_run *run = NULL;
    struct cvx_err err;
    int rc = CVX_OK, status = EXIT_USAGE;

    cvx_err_init(&err);
    if (cli->rerun_failed) {
        rc = cvx_inputs_read(cli->rerun_failed, &inputs, &err);
        cli->run.inputs = (const char *const *)inputs.paths;
        cli->run.n_inputs = inputs.count;
        cli->run.inputs_given = true;
    }
    if (!rc)
        rc = cvx_run_new(registry, &cli->run, &run, &err);
    if (rc)
        complain(&err);
    else
        status = run_with(cli, run, &err);
    cvx_run_free(run);
    cvx_inputs_done(&inputs);
    return status;
}

int main(int argc, char **argv)
{
    struct cvx_registry *registry = NULL;
    struct cvx_cli cli = {0};
    struct cvx_err err;
    int status = EXIT_USAGE;

    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    /* Past the limit on a file's size write() then says EFBIG: that file's error. */
    signal(SIGXFSZ, SIG_IGN);
    raise_file_limit();
    cvx_process_tune();
    cvx_err_init(&err);
    registry = cvx_registry_builtin(&err);
    if (!registry || cvx_cli_parse(argc, argv, registry, &cli, &err))
        complain(&err);
    else if (cli.action == CVX_CLI_RUN)
        status = run_once(&cli, registry);
    else
        status = inform(&cli, registry);
    cvx_cli_done(&cli);
    cvx_registry_free(registry);
    return status;
}
