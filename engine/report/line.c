/* Owns the wording and the layout of what reporters say: result lines, header, summary. */
#include "reporters.h"

#include <string.h>

#include <cvextract/registry.h>
#include <cvextract/text.h>

/* Nearer to the bound than this, nobody asks where the rest went. */
#define RATIO_GOOD 0.97

/* What differs between the two spellings of a line. */
struct alphabet {
    const char *outcome[3];   /* by enum cvx_outcome */
    const char *extracted[4]; /* an extractor's own mark, by enum cvx_mark */
    const char *mark[4];      /* every other mark */
    const char *between;      /* a step and its verification */
    const char *columns;      /* two columns */
};

static const struct alphabet k_icons = {
    .outcome = {"✅", "⚠️", "❌"},
    .extracted = {"➖", "🟢", "❎", "❌"},
    .mark = {"➖", "✅", "❎", "❌"},
    .between = "·",
    .columns = "·",
};

static const struct alphabet k_words = {
    .outcome = {"ok", "warn", "FAIL"},
    .extracted = {"-", "ok", "warn", "FAIL"},
    .mark = {"-", "ok", "warn", "FAIL"},
    .between = "/",
    .columns = ",",
};

static int count_digits(size_t n)
{
    int digits = 1;

    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

static void counter_put(const struct cvx_totals *totals, struct cvx_buf *buf)
{
    size_t done = totals->full + totals->partial + totals->failed;
    size_t percent = totals->total > 0 ? done * 100 / totals->total : 100;

    cvx_buf_printf(buf, "[%*zu/%zu | %3zu%%] ", count_digits(totals->total), done,
                   totals->total, percent);
}

static void column_put(const struct cvx_column *column, const struct alphabet *alphabet,
                       struct cvx_buf *buf)
{
    const char *const *work =
        column->kind == CVX_EXTRACTOR ? alphabet->extracted : alphabet->mark;

    cvx_buf_putc(buf, cvx_stage_kind_letter(column->kind));
    cvx_buf_putc(buf, ':');
    cvx_buf_puts(buf, work[column->work]);
    cvx_buf_puts(buf, alphabet->between);
    cvx_buf_puts(buf, alphabet->mark[column->verify]);
}

void cvx_line_print(const struct cvx_event *event, bool counter, bool ascii,
                    struct cvx_buf *buf)
{
    const struct alphabet *alphabet = ascii ? &k_words : &k_icons;
    const char *issues = event->u.file_done.issues;

    cvx_buf_puts(buf, alphabet->outcome[event->u.file_done.outcome]);
    cvx_buf_putc(buf, ' ');
    if (counter)
        counter_put(event->totals, buf);
    for (size_t i = 0; i < event->u.file_done.n_columns; i++) {
        if (i > 0)
            cvx_buf_puts(buf, alphabet->columns);
        column_put(&event->u.file_done.columns[i], alphabet, buf);
    }
    cvx_buf_putc(buf, ' ');
    cvx_text_printable(buf, event->file->rel, strlen(event->file->rel));
    if (issues[0] != '\0') {
        cvx_buf_puts(buf, " | ");
        cvx_buf_puts(buf, issues);
    }
}

void cvx_line_header(const struct cvx_event *event, struct cvx_buf *buf)
{
    const char *pattern = event->u.run_started.pattern;

    cvx_buf_printf(buf, "Processing %zu files", event->totals->total);
    if (pattern) {
        cvx_buf_puts(buf, " matching '");
        cvx_text_printable(buf, pattern, strlen(pattern));
        cvx_buf_putc(buf, '\'');
    }
    cvx_buf_printf(buf, " with %s%zu parallel workers",
                   event->u.run_started.workers_auto ? "up to " : "",
                   event->u.run_started.workers);
}

void cvx_line_summary(const struct cvx_event *event, struct cvx_buf *buf)
{
    const struct cvx_totals *t = event->totals;

    cvx_buf_printf(
        buf, "Completed: %zu/%zu files succeeded (%zu full, %zu partial), %zu failed",
        t->full + t->partial, t->total, t->full, t->partial, t->failed);
    if (t->not_done > 0)
        cvx_buf_printf(buf, ", %zu not done", t->not_done);
}

static void reason_put(const char *what, const char *text, struct cvx_buf *buf)
{
    cvx_buf_puts(buf, what);
    cvx_text_printable(buf, text, strlen(text));
}

void cvx_line_stopped(const struct cvx_err *err, struct cvx_buf *buf)
{
    char text[CVX_ERR_DEPTH * (CVX_ERR_TEXT + 2)];

    reason_put("Stopped: ", cvx_err_text(err, text, sizeof(text)), buf);
}

/* The lane's outermost words repeat the cause. */
void cvx_line_api_stopped(const struct cvx_err *err, struct cvx_buf *buf)
{
    reason_put("Stopped calling the API: ", cvx_err_top(err), buf);
}

/* ---- the API side ---- */

/* "<before>3 <what>", nothing for none; true = it was put. */
static bool count_put(const char *before, size_t n, const char *what, struct cvx_buf *buf)
{
    if (n > 0)
        cvx_buf_printf(buf, "%s%zu %s", before, n, what);
    return n > 0;
}

static void seconds_put(const char *before, double seconds, struct cvx_buf *buf)
{
    cvx_buf_printf(buf, "%s%.*f s", before, seconds < 1 ? 3 : 1, seconds);
}

/* Where nobody answered, no time is worth being held against a bound. */
static bool has_bound(const struct cvx_figures *figures)
{
    return figures->bound.bound_s > 0 && figures->counts.answered > 0;
}

static void calls_put(const struct cvx_figures *figures, struct cvx_buf *buf)
{
    const struct cvx_api_counts *c = &figures->counts;
    bool open;

    cvx_buf_printf(buf, "API: %zu calls", c->calls);
    open = count_put(" (", c->cached, "from the cache", buf);
    open = count_put(open ? ", " : " (", c->joined, "shared", buf) || open;
    cvx_buf_puts(buf, open ? ")" : "");
    count_put(", ", c->failed, "failed", buf);
    cvx_buf_printf(buf, ", %zu sends", c->attempts);
    count_put(", ", c->repeated, "repeated", buf);
    count_put(", ", c->limited, "limited", buf);
    if (has_bound(figures)) {
        seconds_put("; bound ", figures->bound.bound_s, buf);
        cvx_buf_printf(buf, " (%s)", figures->bound.binding);
        seconds_put(", took ", figures->wall_s, buf);
        cvx_buf_printf(buf, ": %.2f of the best possible", figures->ratio);
    }
    cvx_buf_putc(buf, '\n');
}

static void tokens_put(const struct cvx_api_counts *c, struct cvx_buf *buf)
{
    cvx_buf_printf(buf, "Tokens: %zu in", c->tokens_in);
    count_put(" (", c->tokens_cached, "from the provider's cache)", buf);
    cvx_buf_printf(buf, ", %zu out", c->tokens_out);
    count_put(" (estimated for ", c->usage_estimated, "answers)", buf);
    if (c->cost > 0)
        cvx_buf_printf(buf, "; cost %.4f", c->cost);
    cvx_buf_putc(buf, '\n');
}

static void waits_put(const struct cvx_figures *figures, struct cvx_buf *buf)
{
    const struct cvx_api_counts *c = &figures->counts;

    seconds_put("Waits, summed over calls: quota ", c->quota_wait_s, buf);
    seconds_put(", backoff ", c->backoff_s, buf);
    seconds_put(", CPU ", figures->cpu_queue_s, buf);
    cvx_buf_printf(buf, "; 429 answers: %zu", c->limited);
    seconds_put("; after the last file began: ", figures->tail_s, buf);
    cvx_buf_putc(buf, '\n');
}

void cvx_line_api(const struct cvx_figures *figures, const char *prefix,
                  struct cvx_buf *buf)
{
    const struct cvx_api_counts *c = &figures->counts;

    cvx_buf_puts(buf, prefix);
    calls_put(figures, buf);
    if (c->tokens_in > 0 || c->tokens_out > 0) {
        cvx_buf_puts(buf, prefix);
        tokens_put(c, buf);
    }
    if (has_bound(figures) && figures->ratio < RATIO_GOOD) {
        cvx_buf_puts(buf, prefix);
        waits_put(figures, buf);
    }
}

void cvx_line_estimate(const struct cvx_event *event, struct cvx_buf *buf)
{
    const struct cvx_estimate *e = event->u.run_done.estimate;

    cvx_buf_printf(buf,
                   "Dry run: %zu files would make %zu calls, about %zu tokens in and %zu "
                   "out (assumed: 3 bytes a token, answers as long as what they answer, "
                   "no answer kept from before, no retry); nothing was sent or written",
                   event->totals->total, e->calls + e->shared_calls,
                   e->tokens_in + e->shared_tokens, e->tokens_out);
}

void cvx_line_text(const char *text, size_t len, const char *prefix, struct cvx_buf *buf)
{
    /* The newline that ends a text begins no further line. */
    if (len > 0 && text[len - 1] == '\n')
        len--;
    for (;;) {
        const char *end = len > 0 ? memchr(text, '\n', len) : NULL;
        size_t line = end ? (size_t)(end - text) : len;
        size_t shown = line > 0 && text[line - 1] == '\r' ? line - 1 : line;

        cvx_buf_puts(buf, prefix);
        cvx_text_printable(buf, text, shown);
        cvx_buf_putc(buf, '\n');
        if (!end || buf->failed)
            return;
        text += line + 1;
        len -= line + 1;
    }
}

void cvx_line_causes(const struct cvx_err *err, const char *prefix, struct cvx_buf *buf)
{
    for (int i = err->depth - 1; i >= 0; i--) {
        const struct cvx_err_frame *frame = &err->frame[i];

        cvx_buf_puts(buf, prefix);
        cvx_buf_puts(buf, i == err->depth - 1 ? "failed: " : "  caused by: ");
        cvx_text_printable(buf, frame->text, strlen(frame->text));
        cvx_buf_printf(buf, " (%s:%d)\n", frame->file, frame->line);
    }
}
