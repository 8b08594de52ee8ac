/* A lane and a server on a fake clock: the pure parts of the lane (limiter, aimd, backoff)
 * driven as lane.c drives them, against a server of known limits. Deterministic by its seed.
 * Thread: the test's. */
#ifndef CVX_TEST_GATE_SIM_H
#define CVX_TEST_GATE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gate_announce {
    GATE_HONEST,  /* limit per minute, what is really left, time to full */
    GATE_MINUTE,  /* as if the bucket held a minute */
    GATE_BUCKET,  /* limit = what the bucket holds (Azure's shorter windows) */
    GATE_COARSE,  /* as HONEST, resets in whole seconds rounded up */
    GATE_PLAIN,   /* as HONEST, without resets */
    GATE_ON_429,  /* as HONEST, on refusals alone */
    GATE_TEXT,    /* no headers; the text of a 429 names the limit */
    GATE_UNKNOWN, /* -1, -1, 0 */
    GATE_SILENT   /* nothing at all */
};

enum gate_hint {
    GATE_HINT_SECONDS, /* rounded up */
    GATE_HINT_MS,
    GATE_HINT_ZERO,
    GATE_HINT_NONE,
    GATE_HINT_FIXED /* hint_s */
};

struct gate_server {
    double rpm, tpm; /* 0 = no limit */
    double bucket_s; /* what the buckets hold, in seconds of quota */
    bool fixed;      /* fixed windows of bucket_s in place of continuous refill */
    bool estimates;  /* charges prompt and max_output, never settles */
    bool
        late_view; /* headers tell the level at the time of the answer, not of the call */
    bool count_refused;
    enum gate_announce announce;
    enum gate_hint hint;
    double hint_s;
    double odd; /* share of replies whose headers are missing */
    double
        refuse_every_s; /* a 429 for the first call after so long, whatever the quota */
    double fault;       /* share answered 500 */
    int fault_last;     /* so many 500s for the last call */
    double ramp_from, ramp_s; /* quota grows from this share to all of it in so long */
    double share;             /* others use this share of the quota; 0 = none */
};

struct gate_client {
    double rpm, tpm; /* given */
    double burst_s;  /* 0 = 1 */
    unsigned concurrency;
    bool full;
};

struct gate_load {
    size_t calls;
    double latency_s, spread; /* uniform in latency * (1 -+ spread) */
    double network_s;         /* way to the server: uniform in 0.1 .. 1 of it */
    double verdict_s;         /* from an answer to its verdict */
    double late_s;            /* timers fire late by up to so much */
    size_t bytes, out;        /* means; each uniform in +-half */
    double per_byte;
    size_t max_output;
    size_t huge; /* every 50th call is of so many tokens of prompt */
};

struct gate_case {
    struct gate_server server;
    struct gate_client client;
    struct gate_load load;
};

struct gate_result {
    size_t answered, failed, limited, episodes, attempts;
    double wall_s;
    double early_s; /* largest time by which a call left before the server's hint */
    double bound_s; /* by bound.h, with the server's bucket */
    double fixed_bound_s;
    unsigned in_flight, limit;
    bool single, charges_estimate;
    double pace;
};

/* Returns false when it did not come to an end within the bounds on time and events. */
bool gate_sim_run(const struct gate_case *c, uint64_t seed, struct gate_result *ret);

#endif
