/* What happened: totals, and one JSON line per request in the log. */
#ifndef FAKE_JOURNAL_H
#define FAKE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cvextract/buf.h>

/* How often each body came; open addressing, grows. */
struct fake_seen {
    struct fake_seen_slot {
        uint64_t print;
        long times;
    } * slot;
    size_t cap, count;
};

/* Counts it and returns how often it came, this time included. */
long fake_seen_count(struct fake_seen *seen, uint64_t print);
void fake_seen_done(struct fake_seen *seen);

#define FAKE_JOBS 5

struct fake_journal {
    FILE *log;
    bool dirty;
    long requests, pages, page_keys, connections, key_missing, key_wrong;
    long in_flight, max_in_flight, limited, repeated, faults;
    long by_status[600]; /* [0]: ended without a status */
    long by_job[FAKE_JOBS];
    struct fake_seen bodies;
};

/* NULL path: no log. */
void fake_journal_open(struct fake_journal *j, const char *path);
void fake_journal_flush(struct fake_journal *j);
void fake_journal_done(struct fake_journal *j);

/* A request as the log tells of it. */
struct fake_entry {
    int64_t at_us, done_us;
    long conn, nth; /* connection, and which request on it, from 1 */
    const char *method, *path, *model, *job;
    size_t bytes;
    uint64_t print;
    char sha256[65]; /* empty in light mode */
    long times;      /* how often this body came */
    long in_flight;  /* on arrival, this one included */
    bool key;
    int status; /* 0: none was sent */
    const char *fault;
    char error[48]; /* code of an error answer */
    long prompt_tokens, completion_tokens;
};

void fake_journal_arrive(struct fake_journal *j);
void fake_journal_write(struct fake_journal *j, const struct fake_entry *e);
/* The totals as JSON. */
void fake_journal_stats(const struct fake_journal *j, struct cvx_buf *ret);

#endif
