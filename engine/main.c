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
#include "http.h"
#include "inputs.h"
#include "report/reporters.h"
#include "settings.h"

enum {
    EXIT_RUN_FAULT = 1,
    EXIT_USAGE = 2,
    EXIT_QUOTA = 4,
    EXIT_DENIED = 5,
    EXIT_SIGNAL = 128
};

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

static void complain_text(const char *what, const char *text)
{
    struct cvx_buf line = CVX_BUF_INIT;

    cvx_text_printable(&line, text, strlen(text));
    fprintf(stderr, "cvextract: %s%s\n", what, line.data ? line.data : "out of memory");
    cvx_buf_done(&line);
}

static void complain(const struct cvx_err *err)
{
    char text[4 * CVX_ERR_TEXT];

    complain_text("", cvx_err_text(err, text, sizeof(text)));
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
    struct cvx_summary *summary;
};

static void audience_done(struct audience *a)
{
    cvx_console_free(a->console);
    cvx_logfile_free(a->logfile);
    cvx_failed_free(a->failed);
    cvx_summary_free(a->summary);
}

/* The summary takes standard output, and the lines make room for it. */
static bool summary_on_stdout(const struct cvx_cli *cli)
{
    return cli->summary_json && strcmp(cli->summary_json, "-") == 0;
}

static int audience_new(const struct cvx_cli *cli, struct audience *a,
                        struct cvx_err *err)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool tty = isatty(STDERR_FILENO) == 1 && !(term && strcmp(term, "dumb") == 0);
    struct cvx_console_options options = {
        .out = summary_on_stdout(cli) ? STDERR_FILENO : STDOUT_FILENO,
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
    a->summary = cli->summary_json ? cvx_summary_new() : NULL;
    if (!a->console || (cli->log_failed && !a->failed) ||
        (cli->summary_json && !a->summary))
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
    if (!rc && a->summary)
        rc = cvx_run_add_reporter(run, cvx_summary_reporter(a->summary));
    return rc ? cvx_fail(err, CVX_ENOMEM, "no memory for the reporters") : CVX_OK;
}

static void tell_one(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    if (reporter->mask & CVX_EVENT_BIT(event->type))
        reporter->on_event(reporter, event);
}

/* What the settings have to say, ahead of the run's own events. A warning is seen at any
 * verbosity. */
static void audience_tell(const struct cvx_cli *cli, const struct audience *a,
                          const struct cvx_settings *settings)
{
    const struct cvx_log_record *r = settings ? cvx_settings_log(settings)->first : NULL;
    const struct cvx_totals none = {0};
    struct cvx_event event = {.type = CVX_EVENT_LOG, .totals = &none};

    for (; r; r = r->next) {
        event.u.log = r;
        tell_one(cvx_console_reporter(a->console), &event);
        if (a->logfile)
            tell_one(cvx_logfile_reporter(a->logfile), &event);
        if (cli->verbosity == CVX_MINIMAL && r->level >= CVX_LEVEL_WARNING)
            complain_text("warning: ", r->text);
    }
}

/* A report that could not be written is a fault of the run, told where it still can be. */
static int audience_faults(const struct cvx_cli *cli, const struct audience *a)
{
    struct cvx_err err;
    int status = 0, e = cvx_console_fault(a->console);

    cvx_err_init(&err);
    if (e) {
        fprintf(stderr, "cvextract: cannot write to standard %s: %s\n",
                summary_on_stdout(cli) ? "error" : "output", strerror(e));
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
    if (rc == CVX_EDENIED || rc == CVX_EQUOTA)
        return rc == CVX_EDENIED ? EXIT_DENIED : EXIT_QUOTA;
    if (rc)
        return EXIT_RUN_FAULT;
    if (result->exit_status == EXIT_DENIED || result->exit_status == EXIT_QUOTA)
        return result->exit_status;
    if (report_status)
        return report_status;
    return result->exit_status;
}

/* Last of all, so that it can tell how the program ends. */
static int sum_up(const struct cvx_cli *cli, const struct audience *a,
                  const struct cvx_run_result *result, int status)
{
    struct cvx_err err;

    cvx_err_init(&err);
    if (!a->summary || !cvx_summary_write(a->summary, status, cli->summary_json, &err))
        return status;
    complain(&err);
    return exit_status(CVX_OK, result, EXIT_RUN_FAULT);
}

static int run_with(const struct cvx_cli *cli, const struct cvx_settings *settings,
                    struct cvx_run *run, struct cvx_err *err)
{
    struct cvx_run_result result = {0};
    struct audience audience = {0};
    int status, report_status = 0, rc = audience_new(cli, &audience, err);

    if (!rc)
        rc = audience_join(&audience, run, err);
    if (rc) {
        /* Nothing was begun: a report that cannot be opened is a wrong setting. */
        complain(err);
        audience_done(&audience);
        return EXIT_USAGE;
    }
    audience_tell(cli, &audience, settings);
    catch_signals(run);
    rc = cvx_run_go(run, &result, err);
    ignore_signals();
    if (rc && !(rc == CVX_ECANCELED && g_signal))
        complain(err);
    if (!rc)
        report_status = audience_faults(cli, &audience);
    status = exit_status(rc, &result, report_status);
    if (!rc)
        status = sum_up(cli, &audience, &result, status);
    audience_done(&audience);
    return status;
}

/* Before the first thread: libcurl's global state too. */
static int prepare_calls(struct cvx_cli *cli, struct cvx_settings **ret,
                         struct cvx_err *err)
{
    const struct cvx_settings_request request = {.knobs = &cli->api,
                                                 .sends = !cli->run.dry_run};
    int rc;

    if (!cli->calls)
        return CVX_OK;
    rc = cvx_http_global(err);
    if (!rc)
        rc = cvx_settings_new(&request, ret, err);
    if (!rc)
        cli->run.api = cvx_settings_api(*ret);
    return rc;
}

static int run_once(struct cvx_cli *cli, const struct cvx_registry *registry)
{
    struct cvx_settings *settings = NULL;
    struct cvx_inputs inputs = {0};
    struct cvx_run *run = NULL;
    struct cvx_err err;
    int rc, status = EXIT_USAGE;

    cvx_err_init(&err);
    rc = prepare_calls(cli, &settings, &err);
    if (!rc && cli->rerun_failed) {
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
        status = run_with(cli, settings, run, &err);
    cvx_run_free(run);
    cvx_settings_free(settings);
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
