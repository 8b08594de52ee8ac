/* From a request's bytes to the answer: key, JSON, checks, limits, faults, the model's words.
 * No I/O: the server brings the bytes and sends what comes out. Thread: the loop's. */
#ifndef FAKE_DESK_H
#define FAKE_DESK_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "journal.h"
#include "options.h"
#include "rate_limits.h"
#include "reply.h"

/* What the answers of a server share. */
struct fake_desk {
    const struct fake_options *options;
    struct fake_limits limits;
    struct fake_rules rules; /* the options', with their counts */
    struct fake_seen prefixes;
};

/* One call. */
struct fake_call {
    /* ---- from the server ---- */
    enum fake_dialect dialect;
    const char *deployment; /* Azure classic: the model; else NULL */
    const char *authorization, *api_key, *content_type,
        *marker; /* headers, NULL = absent */
    const char *body;
    size_t len;
    int64_t now_us;
    /* ---- the outcome ---- */
    struct fake_entry entry; /* key, model, job, error, tokens */
    char model[96];
    struct fake_reply reply;
    struct fake_fault fault;
    int64_t latency_us;
};

void fake_desk_init(struct fake_desk *desk, const struct fake_options *options,
                    int64_t now);
void fake_desk_done(struct fake_desk *desk);
/* Answers a call: entry.print and entry.times must be set. */
void fake_desk_answer(struct fake_desk *desk, struct fake_journal *journal,
                      struct fake_call *call);
/* Makes the answer an error, in the dialect's shape. */
void fake_desk_refuse(struct fake_call *call, const struct fake_refusal *refusal);
/* Tells the wait in the form that the options name. */
void fake_desk_retry_head(struct fake_desk *desk, struct fake_call *call,
                          int64_t wait_us);
/* The refusal for a fault of class STATUS. */
void fake_desk_fault(struct fake_desk *desk, struct fake_call *call);

#endif
