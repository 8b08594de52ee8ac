/* Owns what a person sees while the program runs: blocks on one descriptor, the live line
 * on another, and that the two never meet on one terminal. Thread: the loop. */
#include "reporters.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "out.h"

#define ERASE "\r\x1b[K"
#define DIM "\x1b[2m"
#define PLAIN "\x1b[0m"
#define COLUMNS_UNKNOWN 80
/* The live line's text has a dozen numbers at most. */
#define STATUS_ROOM ((size_t)512)

struct cvx_console {
    struct cvx_reporter reporter; /* first */
    struct cvx_console_options options;
    struct cvx_out out;
    struct cvx_buf status; /* with STATUS_ROOM from the start: a tick needs no memory */
    bool parallel;
    bool shown; /* the live line is on the terminal */
};

/* ---- the live line ---- */

/* Nothing waits for the live line, and no run ends in failure for it: what the terminal does
 * not take is lost, and one that is gone is left alone. */
static void status_write(struct cvx_console *console, const char *text, size_t len)
{
    if (write(console->options.err_fd, text, len) < 0 && errno != EINTR &&
        errno != EAGAIN)
        console->options.progress = false;
}

static void status_erase(struct cvx_console *console)
{
    if (console->shown)
        status_write(console, ERASE, sizeof(ERASE) - 1);
    console->shown = false;
}

/* Asked for each time: windows change. The last column stays free, since a cursor that has
 * passed it is on the next line for some terminals. */
static int status_columns(const struct cvx_console *console)
{
    struct winsize size = {0};

    if (ioctl(console->options.err_fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_UNKNOWN - 1;
    return size.ws_col - 1;
}

static void status_draw(struct cvx_console *console, const struct cvx_event *tick)
{
    struct cvx_buf *status = &console->status;

    if (!console->options.progress)
        return;
    cvx_buf_clear(status);
    cvx_buf_puts(status, console->options.color ? ERASE DIM : ERASE);
    cvx_status_print(tick, status_columns(console), status);
    if (console->options.color)
        cvx_buf_puts(status, PLAIN);
    status_write(console, status->data, status->len);
    console->shown = true;
}

/* ---- blocks ---- */

static void block_flush(struct cvx_console *console)
{
    /* First, for both descriptors may be one terminal. */
    status_erase(console);
    cvx_out_flush(&console->out);
}

static void block_line_end(struct cvx_console *console)
{
    cvx_buf_putc(&console->out.block, '\n');
}

static void record_put(struct cvx_console *console, const struct cvx_log_record *record)
{
    char prefix[16];

    if (record->level < console->options.level)
        return;
    snprintf(prefix, sizeof(prefix), "%s: ", cvx_level_name(record->level));
    cvx_line_text(record->text, record->len, prefix, &console->out.block);
}

static void causes_put(struct cvx_console *console, const struct cvx_err *err)
{
    if (console->options.causes && err)
        cvx_line_causes(err, "DEBUG: ", &console->out.block);
}

/* The records of a single file were printed as they came. */
static void log_put(struct cvx_console *console, const struct cvx_log *log)
{
    if (console->options.level == CVX_LEVEL_NONE)
        return;
    if (console->parallel)
        for (const struct cvx_log_record *r = log->first; r; r = r->next)
            record_put(console, r);
    if (log->lost)
        cvx_buf_puts(&console->out.block,
                     "WARNING: memory ran out, a part of this file's log is missing\n");
}

static void on_run_started(struct cvx_console *console, const struct cvx_event *event)
{
    console->parallel = event->u.run_started.parallel;
    if (!console->parallel)
        return;
    cvx_line_header(event, &console->out.block);
    block_line_end(console);
    block_flush(console);
}

static void on_log(struct cvx_console *console, const struct cvx_event *event)
{
    if (console->parallel && event->file)
        return;
    record_put(console, event->u.log);
    /* The live line stays where it is when there is nothing to say. */
    if (console->out.block.len > 0 || console->out.block.failed)
        block_flush(console);
}

static void on_file_done(struct cvx_console *console, const struct cvx_event *event)
{
    struct cvx_out *out = &console->out;
    struct cvx_err err;

    cvx_out_log_begin(out);
    log_put(console, event->u.file_done.log);
    causes_put(console, event->u.file_done.err);
    if (cvx_out_log_end(out, &err))
        cvx_buf_printf(&out->block, "WARNING: log left out: %s\n", cvx_err_root(&err));
    cvx_line_print(event, console->parallel, console->options.ascii, &out->block);
    block_line_end(console);
    block_flush(console);
}

/* What the API side came to: of a batch, since a single file's line says it all. */
static void api_put(struct cvx_console *console, const struct cvx_event *event)
{
    const struct cvx_figures *figures = event->u.run_done.figures;
    struct cvx_buf *block = &console->out.block;

    if (event->u.run_done.api_stopped) {
        cvx_line_api_stopped(event->u.run_done.api_stopped, block);
        block_line_end(console);
        causes_put(console, event->u.run_done.api_stopped);
    }
    if (figures)
        cvx_line_api(figures, "", block);
}

static void on_run_done(struct cvx_console *console, const struct cvx_event *event)
{
    static const char rule[] =
        "============================================================\n";
    struct cvx_buf *block = &console->out.block;

    if (event->u.run_done.err) {
        cvx_line_stopped(event->u.run_done.err, block);
        block_line_end(console);
        causes_put(console, event->u.run_done.err);
    }
    if (console->parallel) {
        cvx_buf_puts(block, rule);
        cvx_line_summary(event, block);
        block_line_end(console);
        api_put(console, event);
    }
    if (event->u.run_done.estimate) {
        cvx_line_estimate(event, block);
        block_line_end(console);
    }
    block_flush(console);
}

static void console_on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    struct cvx_console *console = (struct cvx_console *)reporter;

    switch (event->type) {
    case CVX_EVENT_RUN_STARTED:
        on_run_started(console, event);
        break;
    case CVX_EVENT_LOG:
        on_log(console, event);
        break;
    case CVX_EVENT_FILE_DONE:
        on_file_done(console, event);
        break;
    case CVX_EVENT_TICK:
        status_draw(console, event);
        break;
    case CVX_EVENT_RUN_DONE:
        on_run_done(console, event);
        break;
    case CVX_EVENT_FILE_STARTED:
    case CVX_EVENT_STATE:
    case CVX_EVENT_STEP_DONE:
    case CVX_EVENT_FILE_NOT_DONE:
        break;
    }
}

/* LOG is for the single file and for the run itself; which of the two modes it will be is
 * not known yet. */
static unsigned console_mask(const struct cvx_console_options *options)
{
    unsigned mask = CVX_EVENT_BIT(CVX_EVENT_RUN_STARTED) |
                    CVX_EVENT_BIT(CVX_EVENT_FILE_DONE) |
                    CVX_EVENT_BIT(CVX_EVENT_RUN_DONE);

    if (options->level != CVX_LEVEL_NONE)
        mask |= CVX_EVENT_BIT(CVX_EVENT_LOG);
    if (options->progress)
        mask |= CVX_EVENT_BIT(CVX_EVENT_TICK);
    return mask;
}

struct cvx_console *cvx_console_new(const struct cvx_console_options *options)
{
    struct cvx_console *console = cvx_zalloc(sizeof(*console));

    if (!console)
        return NULL;
    console->options = *options;
    console->out.fd = options->out;
    console->reporter.mask = console_mask(options);
    console->reporter.log_level = options->level;
    console->reporter.on_event = console_on_event;
    if (!cvx_buf_room(&console->status, STATUS_ROOM)) {
        cvx_console_free(console);
        return NULL;
    }
    return console;
}

struct cvx_reporter *cvx_console_reporter(struct cvx_console *console)
{
    return &console->reporter;
}

int cvx_console_fault(const struct cvx_console *console)
{
    return console->out.fault;
}

void cvx_console_free(struct cvx_console *console)
{
    if (!console)
        return;
    /* A run that broke off has no RUN_DONE. */
    status_erase(console);
    cvx_out_done(&console->out);
    cvx_buf_done(&console->status);
    cvx_free(console);
}
