/* How long one call waits before its next attempt, and whether there is one
 * (30-openai.md, "Retry"). Pure; randomness comes in. Thread: any. */
#ifndef CVX_BACKOFF_H
#define CVX_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "http.h"
#include "rates.h"

enum cvx_backoff_class {
    CVX_BACKOFF_NEVER,     /* final for this call */
    CVX_BACKOFF_TRANSIENT, /* this call waits by itself: jitter, counted as an attempt */
    CVX_BACKOFF_LIMITED,   /* 429: the whole lane waits; no attempt, no failure */
    CVX_BACKOFF_OVERLOAD,  /* 503: transient, and the lane shrinks */
    CVX_BACKOFF_STOP       /* certificate, URL: the API side stops (CVX_EDENIED) */
};

/* By HTTP status and x-should-retry; quota faults are the stage's classify()'s to tell. */
enum cvx_backoff_class cvx_backoff_status(int status, const struct cvx_rates *rates);
enum cvx_backoff_class cvx_backoff_fault(enum cvx_http_fault fault);

/* ns until the next try after `attempts` sends. hint_s >= 0: as given. Else full jitter on
 * 0.75 s * 2^(attempts-1), at most 20 s, never under 0.25 s. random01 in [0, 1). -1 = none: the hint
 * is over 120 s. */
int64_t cvx_backoff_delay(unsigned attempts, double hint_s, double random01);

#endif
