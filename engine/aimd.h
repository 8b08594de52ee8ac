/* How many calls may be in flight: additive increase, multiplicative decrease
 * (30-openai.md, "Rate limits", 3). Pure; time comes in. Thread: the loop's.
 *
 * A round is max(limit, 4) good ends of calls sent since the last cut. After a round in which
 * the limit was really used (peak at least 80 % of it) and nothing went wrong, the limit
 * grows: doubled until the first overload of the run, then by 5 %, at least by one. That first
 * overload cuts to what was completing: the calls in flight that are not refused too, or what
 * was answered at a time before, whichever is more. Later ones cut by a fifth, where a smaller
 * limit promises fewer refusals: where it had grown back to what was refused before, or where
 * a fifth of the calls is refused. A few refusals at any limit ("scattered") are a server that
 * fails now and then: they stop growth, and the pause gate and the call's own wait see to the
 * rest. */
#ifndef CVX_AIMD_H
#define CVX_AIMD_H

#include <stdbool.h>
#include <stdint.h>

/* Fields are read-only outside aimd.c. */
struct cvx_aimd {
    unsigned limit;           /* calls that may be in flight now */
    unsigned max;             /* never above */
    bool starting;            /* doubling per clean round until the first overload */
    unsigned in_flight, peak; /* peak: most in flight in this round */
    unsigned round_left;      /* good ends until the round is full */
    bool clean;               /* nothing went wrong in this round */
    int64_t
        cut_at; /* the last cut: what was sent before it belongs to its episode, and its
                       end neither cuts again nor grows. INT64_MIN = never cut */
    unsigned cuts;
    unsigned cut_from; /* the least limit at which the last cut found refusals */
    unsigned ends,
        refused;    /* since the last cut, of calls sent after it; old ones fade */
    bool scattered; /* refusals went on, few as before, below what was cut */
    unsigned
        refusable;  /* in flight at the first cut, less those that were refused since */
    unsigned alive; /* answered at a time before it */
    /* What was completing: good ends in the present and the last window of a second, and how
     * long such a call takes. */
    int64_t window_start;
    unsigned window_ends, last_ends;
    double latency_s;       /* moving average */
    unsigned timeouts;      /* in a row, without a byte */
    unsigned timeout_scale; /* 1, 2 or 4 */
};

enum cvx_aimd_end {
    CVX_AIMD_GOOD,    /* an answer (2xx), on the first attempt */
    CVX_AIMD_NEUTRAL, /* says nothing of load: an answer to a retry, a final 4xx, canceled */
    CVX_AIMD_TROUBLE,  /* other transient: stops growth of this round only */
    CVX_AIMD_OVERLOAD, /* 429 or 503 */
    CVX_AIMD_TIMEOUT   /* a timeout without a byte: overload */
};

/* `full`: start at max (the user gave n, concurrency, rpm or tpm), else at min(20, max). */
void cvx_aimd_init(struct cvx_aimd *aimd, unsigned max, bool full);
bool cvx_aimd_room(const struct cvx_aimd *aimd);
void cvx_aimd_start(struct cvx_aimd *aimd);
/* sent: when its request was sent. One cut per episode, whatever Retry-After says. */
void cvx_aimd_end(struct cvx_aimd *aimd, enum cvx_aimd_end how, int64_t sent,
                  int64_t now);
/* What to multiply the timeout of an attempt by: doubled whenever two timeouts without a byte
 * came in a row, at most 4; stays so for the run. */
unsigned cvx_aimd_timeout_scale(const struct cvx_aimd *aimd);

#endif
