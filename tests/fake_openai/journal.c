/* Totals and the log. */
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <cvextract/mem.h>

#include "ask.h"
#include "util.h"

static void seen_grow(struct fake_seen *seen)
{
    size_t cap = seen->cap ? seen->cap * 2 : 1024;
    struct fake_seen_slot *slot = fake_zalloc(cap * sizeof *slot);

    for (size_t i = 0; i < seen->cap; i++) {
        size_t at = seen->slot[i].print & (cap - 1);

        if (seen->slot[i].times == 0)
            continue;
        while (slot[at].times)
            at = (at + 1) & (cap - 1);
        slot[at] = seen->slot[i];
    }
    cvx_free(seen->slot);
    seen->slot = slot;
    seen->cap = cap;
}

long fake_seen_count(struct fake_seen *seen, uint64_t print)
{
    if (seen->count * 2 >= seen->cap)
        seen_grow(seen);
    size_t at = print & (seen->cap - 1);
    while (seen->slot[at].times && seen->slot[at].print != print)
        at = (at + 1) & (seen->cap - 1);
    if (seen->slot[at].times == 0)
        seen->count++;
    seen->slot[at].print = print;
    return ++seen->slot[at].times;
}

void fake_seen_done(struct fake_seen *seen)
{
    cvx_free(seen->slot);
    *seen = (struct fake_seen){0};
}

void fake_journal_open(struct fake_journal *j, const char *path)
{
    *j = (struct fake_journal){0};
    if (!path)
        return;
    j->log = fopen(path, "we");
    if (!j->log)
        fake_die("cannot write '%s': %s", path, strerror(errno));
    setvbuf(j->log, NULL, _IOFBF, 1 << 16);
}

void fake_journal_flush(struct fake_journal *j)
{
    if (j->log && j->dirty)
        fflush(j->log);
    j->dirty = false;
}

void fake_journal_done(struct fake_journal *j)
{
    if (j->log)
        fclose(j->log);
    fake_seen_done(&j->bodies);
    *j = (struct fake_journal){0};
}

void fake_journal_arrive(struct fake_journal *j)
{
    j->requests++;
    j->in_flight++;
    if (j->in_flight > j->max_in_flight)
        j->max_in_flight = j->in_flight;
}

static void member(struct cvx_buf *line, const char *name, const char *text)
{
    cvx_buf_printf(line, ",\"%s\":", name);
    if (text && *text)
        fake_put_string(line, text, strlen(text));
    else
        cvx_buf_puts(line, "null");
}

static void entry_put(const struct fake_entry *e, struct cvx_buf *line)
{
    cvx_buf_printf(
        line, "{\"t_us\":%" PRId64 ",\"done_us\":%" PRId64 ",\"conn\":%ld,\"nth\":%ld",
        e->at_us, e->done_us, e->conn, e->nth);
    member(line, "method", e->method);
    member(line, "path", e->path);
    member(line, "model", e->model);
    member(line, "job", e->job);
    cvx_buf_printf(line, ",\"bytes\":%zu,\"print\":\"%016" PRIx64 "\"", e->bytes,
                   e->print);
    member(line, "sha256", e->sha256);
    cvx_buf_printf(line, ",\"times\":%ld,\"in_flight\":%ld,\"key\":%s,\"status\":%d",
                   e->times, e->in_flight, e->key ? "true" : "false", e->status);
    member(line, "fault", e->fault);
    member(line, "error", e->error);
    cvx_buf_printf(line, ",\"prompt_tokens\":%ld,\"completion_tokens\":%ld}\n",
                   e->prompt_tokens, e->completion_tokens);
}

void fake_journal_write(struct fake_journal *j, const struct fake_entry *e)
{
    struct cvx_buf line = CVX_BUF_INIT;

    j->in_flight--;
    if (e->status > 0 && e->status < 600)
        j->by_status[e->status]++;
    else
        j->by_status[0]++;
    j->limited += e->status == 429;
    j->faults += e->fault != NULL;
    if (!j->log)
        return;
    entry_put(e, &line);
    fwrite(line.data, 1, line.len, j->log);
    j->dirty = true;
    cvx_buf_done(&line);
}

void fake_journal_stats(const struct fake_journal *j, struct cvx_buf *ret)
{
    const char *comma = "";

    cvx_buf_printf(ret,
                   "{\"requests\":%ld,\"pages\":%ld,\"page_keys\":%ld,\"connections\":%"
                   "ld,\"in_flight\":%ld,"
                   "\"max_in_flight\":%ld,\"limited\":%ld,\"faults\":%ld,"
                   "\"distinct_bodies\":%zu,\"repeated_bodies\":%ld,\"key_missing\":%ld,"
                   "\"key_wrong\":%ld,\"by_status\":{",
                   j->requests, j->pages, j->page_keys, j->connections, j->in_flight,
                   j->max_in_flight, j->limited, j->faults, j->bodies.count, j->repeated,
                   j->key_missing, j->key_wrong);
    for (int i = 0; i < 600; i++) {
        if (j->by_status[i] == 0)
            continue;
        cvx_buf_printf(ret, "%s\"%d\":%ld", comma, i, j->by_status[i]);
        comma = ",";
    }
    cvx_buf_puts(ret, "},\"by_job\":{");
    for (int i = 0; i < FAKE_JOBS; i++)
        cvx_buf_printf(ret, "%s\"%s\":%ld", i ? "," : "", fake_job_name((enum fake_job)i),
                       j->by_job[i]);
    cvx_buf_puts(ret, "}}\n");
}
