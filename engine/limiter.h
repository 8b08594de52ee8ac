/* The rate gate and the pause gate of one lane (30-openai.md, "Rate limits", 1 and 2): two
 * token buckets, continuously refilled, kept in step with what the server tells.
 *
 * Pure: time comes in as an argument (monotonic ns), nothing is read or slept. Thread: the
 * loop's (any single one). All arithmetic in double and int64 ns.
 *
 * How a lane uses it, with aimd.h and backoff.h (tests/unit/test_gate_sim.c does the same on
 * a fake clock; the two must stay alike):
 *
 *   pump, whenever a call was queued, an attempt ended, or the lane's timer fired:
 *     while a call waits and cvx_aimd_room():
 *       tokens = cvx_limiter_estimate(&need)
 *       wait = cvx_limiter_wait(tokens, now)
 *       INT64_MAX: stop; the end of the call that is out pumps again
 *       wait > 0:  arm the lane's one timer for now + wait, rounded UP to its grain; stop
 *                  (a pause beyond max-wait: fail the call, see cvx_limiter_look)
 *       cvx_limiter_take(&need, tokens, now, &ticket), cvx_aimd_start(), send
 *     `now` is read afresh for each call: a stale one would send early.
 *
 *   an attempt ended (the ticket is the attempt's, not the call's):
 *     status 429 that is no quota fault:
 *       cvx_limiter_limited(), cvx_limiter_settle(NULL), cvx_aimd_end(OVERLOAD);
 *       the call goes back to its place in the queue; no attempt is counted
 *     any other answer:  cvx_limiter_learn(&rates); a 503 with a Retry-After also
 *                        cvx_limiter_pause(now + it)
 *     no (whole) answer: cvx_limiter_learn(NULL)
 *     cvx_aimd_end(): GOOD for 2xx of a first attempt; OVERLOAD for 503; TIMEOUT for a timeout
 *       without a byte; TROUBLE for what else is retried; NEUTRAL for the rest
 *     retried: cvx_limiter_settle(NULL), then cvx_backoff_delay()
 *     final:   cvx_limiter_settle(), at the verdict: with its usage, NULL if the call failed
 *
 * Each ticket is learnt from or limited, once, and then settled once. */
#ifndef CVX_LIMITER_H
#define CVX_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/call.h>
#include <cvextract/err.h>

#include "rates.h"

struct cvx_limiter_options {
    double rpm, tpm; /* given by the user; 0 = learn */
    double burst_s;  /* seconds of quota that may go at once */
    size_t
        output_cap; /* max-tokens; before enough samples an answer is taken to be as long,
                          but no longer than 2,048 tokens */
};

/* What a call asks for, as in struct cvx_call. */
struct cvx_limiter_need {
    size_t prompt_bytes, fixed_tokens;
    size_t max_output; /* 0 = unbounded */
};

/* One attempt, from its send to its settlement. The caller keeps it and does not look in. */
struct cvx_limiter_ticket {
    uint64_t order; /* by the time of the send, from 1 */
    int64_t sent;
    struct cvx_limiter_need need;
    double tokens; /* reserved */
    /* Sums over all sends so far, this one included; and over those that had surely arrived
     * before it. */
    double requests_sum, tokens_sum, bytes_sum, others_sum;
    double requests_before, tokens_before;
    bool gated_requests, gated_tokens; /* the limit was known then */
};

struct cvx_limiter; /* opaque */

/* NULL when memory is out. */
struct cvx_limiter *cvx_limiter_new(const struct cvx_limiter_options *options,
                                    int64_t now);
void cvx_limiter_free(struct cvx_limiter *limiter);

/* Tokens to reserve for a call: prompt bytes by the lane's moving average, fixed tokens, and
 * the learnt output size, at most max_output; where the server charges an estimate, that. */
double cvx_limiter_estimate(const struct cvx_limiter *limiter,
                            const struct cvx_limiter_need *need);

/* 0 = a call of this size may start now; else ns to wait (never longer than needed, and ask
 * again then: 0 is the answer unless something was learnt meanwhile); INT64_MAX = not before
 * a reply has told the limits (unknown limits: the first call goes alone). A call larger
 * than the whole bucket goes when that is full. */
int64_t cvx_limiter_wait(const struct cvx_limiter *limiter, double tokens, int64_t now);
/* Takes it: the send follows at once. */
void cvx_limiter_take(struct cvx_limiter *limiter, const struct cvx_limiter_need *need,
                      double tokens, int64_t now, struct cvx_limiter_ticket *ret);

/* The attempt ended, otherwise than by a 429 of the rate limit. Headers of an answer (any
 * status) correct our view: the lower counts, replies to what was sent before one already
 * seen are ignored. rates = NULL: no answer came. */
void cvx_limiter_learn(struct cvx_limiter *limiter,
                       const struct cvx_limiter_ticket *ticket,
                       const struct cvx_rates *rates, int64_t now);
/* A 429 (not a quota fault): pauses the gate until the server's hint or one learnt refill,
 * never earlier than told; when both buckets showed room the window is shorter than thought:
 * the burst falls to one call and the pace to 0.97, and when a tenth of what is sent is
 * refused still, to 0.8 of itself. Returns ns until the gate opens. */
int64_t cvx_limiter_limited(struct cvx_limiter *limiter,
                            const struct cvx_limiter_ticket *ticket,
                            const struct cvx_rates *rates, int64_t now);
/* Pauses everything until `until` at least (Retry-After of a 503, too). */
void cvx_limiter_pause(struct cvx_limiter *limiter, int64_t until);
/* Settles the reservation by real usage, unless the server charges the estimate. Usage that
 * is `estimated` teaches nothing and leaves the reservation as it was. NULL: the attempt
 * failed; the tokens come back unless the server was seen to count failures. A request never
 * comes back: servers count failed ones. */
void cvx_limiter_settle(struct cvx_limiter *limiter,
                        const struct cvx_limiter_ticket *ticket,
                        const struct cvx_usage *usage, int64_t now);

struct cvx_limiter_view {
    double rpm, tpm;         /* limits in force per minute, 0 = unknown */
    double requests, tokens; /* in the buckets now (negative: owed), 0 while unknown */
    double bucket_requests, bucket_tokens; /* most that could go at once (for bound.h) */
    double window_requests_s, window_tokens_s; /* in which a bucket refills, as learnt */
    double pace;       /* share of the limit that is used, the lower of both */
    bool single_burst; /* a shorter window was seen: one call at a time */
    int64_t paused_ns; /* left of a pause; may be beyond any max-wait */
    double bytes_to_tokens, output_p95;
    bool charges_estimate;
    size_t episodes, limited; /* of 429; answers of 429 */
};
void cvx_limiter_look(const struct cvx_limiter *limiter, int64_t now,
                      struct cvx_limiter_view *ret);

#endif
