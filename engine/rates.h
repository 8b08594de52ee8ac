/* Rate-limit headers read: what a server says of its limits and of when to come back.
 * Formats: 31-openai-wire.md §3, 32-field-notes.md b1. Pure. Thread: any. */
#ifndef CVX_RATES_H
#define CVX_RATES_H

#include <stdbool.h>
#include <stdint.h>

#include <cvextract/call.h>

/* One resource (requests, or tokens) as a reply's headers describe it. -1 = not told (absent,
 * negative, not a number, or 0 where 0 means unknown). */
struct cvx_rate {
    double limit, remaining; /* remaining <= limit where both are told */
    double reset_s;          /* until the bucket is full again */
};

/* What a 429 says has run out. */
enum cvx_rates_spent { CVX_RATES_UNTOLD, CVX_RATES_REQUESTS, CVX_RATES_TOKENS };

struct cvx_rates {
    int status; /* of the reply */
    /* The tighter of the model's and the project's figures. Of a 429 without such headers:
     * the limit per minute that the error's text names. */
    struct cvx_rate requests, tokens;
    double
        retry_after_s; /* -1 = none; retry-after-ms first, then seconds or HTTP date, then
                             what the text of a 429 asks for ("try again in 1.2s") */
    int should_retry;  /* x-should-retry: 1, 0, -1 = not told */
    enum cvx_rates_spent spent;
};

/* `wall_s`: Unix time, for HTTP dates; a date in the past is a wait of 0. Absurd values
 * (NaN, infinite, over a year, over 1e15) are none. */
void cvx_rates_read(const struct cvx_reply *reply, double wall_s, struct cvx_rates *ret);

/* A Go duration ("6m0s", "12ms", "1h2m3.5s") or a bare number of seconds; -1 = neither. */
double cvx_rates_duration(const char *text);

#endif
