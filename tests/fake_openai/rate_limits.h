/* Rate limits as servers keep them: continuous buckets, fixed windows; what they announce.
 * Pure: the time comes as an argument (microseconds of any one clock). */
#ifndef FAKE_RATE_LIMITS_H
#define FAKE_RATE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include <cvextract/buf.h>

enum fake_limit_kind {
    FAKE_LIMIT_BUCKET, /* refilled continuously */
    FAKE_LIMIT_WINDOW  /* full again at each multiple of the window */
};

/* One quantity per minute. With per_minute 0 there is no limit. */
struct fake_bucket {
    enum fake_limit_kind kind;
    double per_minute;
    double cap;   /* what may go at once: per_minute * seconds / 60, at least 1 */
    double level; /* below 0 after something larger than the bucket went through */
    int64_t window_us;
    int64_t at, start;
};

void fake_bucket_init(struct fake_bucket *b, enum fake_limit_kind kind, double per_minute,
                      double seconds, int64_t now);
/* What is left now. */
double fake_bucket_level(struct fake_bucket *b, int64_t now);
/* Microseconds until `n` would be granted, 0 = now. More than the bucket holds is granted
 * by a full bucket. */
int64_t fake_bucket_wait(struct fake_bucket *b, double n, int64_t now);
/* Takes n, whether it is there or not. */
void fake_bucket_take(struct fake_bucket *b, double n, int64_t now);
/* Microseconds until it is full again. */
int64_t fake_bucket_full_in(struct fake_bucket *b, int64_t now);

enum fake_announce {
    FAKE_ANNOUNCE_HONEST, /* limit per minute, what is really left, time to full */
    FAKE_ANNOUNCE_MINUTE, /* as if the bucket held a whole minute */
    FAKE_ANNOUNCE_BUCKET  /* limit = what the bucket holds (Azure's shorter windows) */
};

enum fake_rate_headers {
    FAKE_RATES_OPENAI,   /* integers and Go durations */
    FAKE_RATES_NONE,     /* no header at all */
    FAKE_RATES_AZURE,    /* integers; resets in whole seconds */
    FAKE_RATES_LITELLM,  /* the same, no resets */
    FAKE_RATES_NEGATIVE, /* -1, -1, 0 */
    FAKE_RATES_ZERO,     /* 0 everywhere: unknown */
    FAKE_RATES_PROJECT,  /* OpenAI's, with the project's beside them */
    FAKE_RATES_GARBAGE   /* words, empty, out of range */
};

struct fake_limits {
    struct fake_bucket requests, tokens;
    enum fake_announce announce;
    enum fake_rate_headers headers;
    bool count_refused; /* a refused request costs a request too */
};

enum fake_limited {
    FAKE_FREE,
    FAKE_LIMITED_REQUESTS,
    FAKE_LIMITED_TOKENS,
    FAKE_TOO_LARGE
};

/* Takes one request and its tokens when both are there. Else *ret_wait_us is how long until
 * they would be. TOO_LARGE: more tokens than a minute allows. */
enum fake_limited fake_limits_admit(struct fake_limits *l, double tokens, int64_t now,
                                    int64_t *ret_wait_us);
/* Appends the x-ratelimit-* lines ("name: value\r\n"). */
void fake_limits_head(struct fake_limits *l, int64_t now, struct cvx_buf *head);

/* A Go duration as OpenAI writes it: "12ms", "1s", "6m0s", "11m32.334s". */
void fake_go_duration(int64_t us, struct cvx_buf *ret);

/* Forms of Retry-After. */
enum fake_retry_form {
    FAKE_RETRY_SECONDS, /* rounded up */
    FAKE_RETRY_NONE,
    FAKE_RETRY_FRACTION, /* "0.250" */
    FAKE_RETRY_MS,       /* retry-after-ms alone */
    FAKE_RETRY_BOTH,     /* retry-after-ms and whole seconds */
    FAKE_RETRY_DATE,     /* an HTTP date, rounded up */
    FAKE_RETRY_LITERAL   /* a text given by the user */
};
/* Appends the lines for a wait; `unix_us` is the calendar's time, for dates. */
void fake_retry_head(enum fake_retry_form form, const char *literal, int64_t wait_us,
                     int64_t unix_us, struct cvx_buf *head);

#endif
