/* Owns --summary-json: what the run came to, as one JSON object. Thread: the loop. */
#include "reporters.h"

#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "json_out.h"
#include "out.h"

struct cvx_summary {
    struct cvx_reporter reporter; /* first */
    /* Copies of what RUN_DONE told; nothing of it needs memory of its own. */
    bool told, stopped;
    struct cvx_totals totals;
    double wall_s;
    struct cvx_err fault, api_stopped; /* rc CVX_OK = none */
    bool has_figures, has_estimate;
    struct cvx_figures figures;
    struct cvx_estimate estimate;
};

static void summary_on_event(struct cvx_reporter *reporter, const struct cvx_event *event)
{
    struct cvx_summary *s = (struct cvx_summary *)reporter;

    s->told = true;
    s->totals = *event->totals;
    s->wall_s = (double)event->mono_ns / 1e9;
    s->stopped = event->u.run_done.stopped;
    if (event->u.run_done.err)
        s->fault = *event->u.run_done.err;
    if (event->u.run_done.api_stopped)
        s->api_stopped = *event->u.run_done.api_stopped;
    s->has_figures = event->u.run_done.figures != NULL;
    if (s->has_figures)
        s->figures = *event->u.run_done.figures;
    s->has_estimate = event->u.run_done.estimate != NULL;
    if (s->has_estimate)
        s->estimate = *event->u.run_done.estimate;
}

struct cvx_summary *cvx_summary_new(void)
{
    struct cvx_summary *summary = cvx_zalloc(sizeof(*summary));

    if (!summary)
        return NULL;
    summary->reporter.mask = CVX_EVENT_BIT(CVX_EVENT_RUN_DONE);
    summary->reporter.log_level = CVX_LEVEL_NONE;
    summary->reporter.on_event = summary_on_event;
    return summary;
}

struct cvx_reporter *cvx_summary_reporter(struct cvx_summary *summary)
{
    return &summary->reporter;
}

/* ---- the parts ---- */

/* A list of members with the same kind of value. */
struct size_member {
    const char *key;
    size_t value;
};
struct number_member {
    const char *key;
    double value;
};

static void put_sizes(struct cvx_json_out *json, const char *key,
                      const struct size_member *members, size_t n)
{
    cvx_json_out_open(json, key);
    for (size_t i = 0; i < n; i++)
        cvx_json_out_size(json, members[i].key, members[i].value);
    cvx_json_out_close(json);
}

static void put_numbers(struct cvx_json_out *json, const char *key,
                        const struct number_member *members, size_t n)
{
    cvx_json_out_open(json, key);
    for (size_t i = 0; i < n; i++)
        cvx_json_out_number(json, members[i].key, members[i].value);
    cvx_json_out_close(json);
}

#define SIZES(json, key, members)                                                        \
    put_sizes(json, key, members, sizeof(members) / sizeof((members)[0]))
#define NUMBERS(json, key, members)                                                      \
    put_numbers(json, key, members, sizeof(members) / sizeof((members)[0]))

static void put_err(struct cvx_json_out *json, const char *key, const struct cvx_err *err)
{
    char text[CVX_ERR_DEPTH * (CVX_ERR_TEXT + 2)];

    if (err->rc == CVX_OK) {
        cvx_json_out_null(json, key);
        return;
    }
    cvx_json_out_open(json, key);
    cvx_json_out_text(json, "kind", cvx_rc_name(err->rc));
    cvx_json_out_text(json, "text", cvx_err_text(err, text, sizeof(text)));
    cvx_json_out_close(json);
}

static void put_files(struct cvx_json_out *json, const struct cvx_totals *t)
{
    const struct size_member files[] = {{"total", t->total},
                                        {"full", t->full},
                                        {"partial", t->partial},
                                        {"failed", t->failed},
                                        {"not_done", t->not_done}};

    SIZES(json, "files", files);
}

static void put_counts(struct cvx_json_out *json, const struct cvx_api_counts *c)
{
    const struct size_member calls[] = {{"asked", c->calls},
                                        {"from_cache", c->cached},
                                        {"joined", c->joined},
                                        {"answered", c->answered},
                                        {"failed", c->failed}};
    const struct size_member sends[] = {{"all", c->attempts},
                                        {"repeated", c->repeated},
                                        {"hidden_resends", c->resends},
                                        {"limited", c->limited},
                                        {"limited_episodes", c->episodes}};
    const struct size_member retries[] = {{"connect", c->retries_connect},
                                          {"timeout", c->retries_timeout},
                                          {"status", c->retries_status},
                                          {"truncated", c->retries_truncated}};
    const struct size_member tokens[] = {{"in", c->tokens_in},
                                         {"out", c->tokens_out},
                                         {"in_cached_by_server", c->tokens_cached},
                                         {"answers_without_usage", c->usage_estimated}};

    SIZES(json, "calls", calls);
    SIZES(json, "sends", sends);
    SIZES(json, "retries", retries);
    SIZES(json, "tokens", tokens);
    cvx_json_out_number(json, "cost", c->cost);
}

static void put_api(struct cvx_json_out *json, const struct cvx_figures *f)
{
    const struct cvx_api_counts *c = &f->counts;
    const struct number_member latency[] = {
        {"p50", c->latency_p50_s}, {"p90", c->latency_p90_s}, {"p99", c->latency_p99_s}};
    const struct number_member limits[] = {{"requests_per_minute", c->rpm},
                                           {"tokens_per_minute", c->tpm},
                                           {"requests_at_once", c->bucket_requests},
                                           {"tokens_at_once", c->bucket_tokens}};
    const struct number_member waits[] = {{"quota", c->quota_wait_s},
                                          {"backoff", c->backoff_s},
                                          {"cpu_queue", f->cpu_queue_s},
                                          {"tail", f->tail_s}};
    const struct number_member bound[] = {{"critical_path", f->bound.path_s},
                                          {"in_flight", f->bound.in_flight_s},
                                          {"cpu", f->bound.cpu_s},
                                          {"requests", f->bound.requests_s},
                                          {"tokens", f->bound.tokens_s},
                                          {"largest", f->bound.bound_s}};

    cvx_json_out_open(json, "api");
    put_counts(json, c);
    NUMBERS(json, "latency_s", latency);
    NUMBERS(json, "limits", limits);
    NUMBERS(json, "waits_s", waits);
    cvx_json_out_number(json, "cpu_s", f->cpu_s);
    NUMBERS(json, "bounds_s", bound);
    cvx_json_out_text(json, "binding", f->bound.binding ? f->bound.binding : "");
    cvx_json_out_number(json, "wall_s", f->wall_s);
    cvx_json_out_number(json, "ratio", f->ratio);
    cvx_json_out_close(json);
}

static void put_estimate(struct cvx_json_out *json, const struct cvx_estimate *e)
{
    const struct size_member estimate[] = {{"calls", e->calls},
                                           {"tokens_in", e->tokens_in},
                                           {"tokens_out", e->tokens_out},
                                           {"shared_calls", e->shared_calls},
                                           {"shared_tokens", e->shared_tokens}};

    SIZES(json, "estimate", estimate);
}

static void summary_print(const struct cvx_summary *s, int exit_status,
                          struct cvx_buf *buf)
{
    struct cvx_json_out json = {.buf = buf};

    cvx_json_out_open(&json, NULL);
    cvx_json_out_size(&json, "exit_status", (size_t)exit_status);
    cvx_json_out_bool(&json, "stopped", s->stopped);
    put_err(&json, "fault", &s->fault);
    put_err(&json, "api_stopped", &s->api_stopped);
    cvx_json_out_number(&json, "wall_s", s->wall_s);
    put_files(&json, &s->totals);
    if (s->has_figures)
        put_api(&json, &s->figures);
    else
        cvx_json_out_null(&json, "api");
    if (s->has_estimate)
        put_estimate(&json, &s->estimate);
    else
        cvx_json_out_null(&json, "estimate");
    cvx_json_out_close(&json);
    cvx_buf_putc(buf, '\n');
}

int cvx_summary_write(const struct cvx_summary *summary, int exit_status,
                      const char *path, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc;

    if (!summary->told)
        return CVX_OK;
    summary_print(summary, exit_status, &text);
    rc = cvx_buf_check(&text, err);
    if (!rc)
        rc = strcmp(path, "-") == 0 ? cvx_out_write_fd(STDOUT_FILENO, &text, err)
                                    : cvx_out_write_whole(path, &text, err);
    cvx_buf_done(&text);
    return rc ? cvx_wrap(err, "cannot write the summary") : CVX_OK;
}

void cvx_summary_free(struct cvx_summary *summary)
{
    cvx_free(summary);
}
