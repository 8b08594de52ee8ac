/* Buckets and windows, and the headers that tell of them (31-openai-wire.md §3). */
#include "rate_limits.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

/* So that a client which waited exactly as long as it was told is not refused by rounding. */
static const double k_slack = 1e-6;

void fake_bucket_init(struct fake_bucket *b, enum fake_limit_kind kind, double per_minute,
                      double seconds, int64_t now)
{
    *b = (struct fake_bucket){
        .kind = kind, .per_minute = per_minute, .at = now, .start = now};
    b->cap = fmax(1, per_minute * seconds / 60);
    b->level = b->cap;
    b->window_us = (int64_t)(seconds * 1e6);
}

double fake_bucket_level(struct fake_bucket *b, int64_t now)
{
    if (now <= b->at)
        return b->level;
    if (b->kind == FAKE_LIMIT_BUCKET) {
        b->level += (double)(now - b->at) * b->per_minute / 60e6;
    } else {
        int64_t passed =
            (now - b->start) / b->window_us - (b->at - b->start) / b->window_us;

        b->level += (double)passed * b->cap;
    }
    b->level = fmin(b->level, b->cap);
    b->at = now;
    return b->level;
}

int64_t fake_bucket_wait(struct fake_bucket *b, double n, int64_t now)
{
    if (b->per_minute <= 0)
        return 0;
    double missing = fmin(n, b->cap) - fake_bucket_level(b, now);
    if (missing <= k_slack)
        return 0;
    if (b->kind == FAKE_LIMIT_BUCKET)
        return (int64_t)ceil(missing * 60e6 / b->per_minute);

    int64_t windows = (int64_t)ceil(missing / b->cap);
    int64_t into = (now - b->start) % b->window_us;
    return windows * b->window_us - into;
}

void fake_bucket_take(struct fake_bucket *b, double n, int64_t now)
{
    fake_bucket_level(b, now);
    b->level -= n;
}

int64_t fake_bucket_full_in(struct fake_bucket *b, int64_t now)
{
    return fake_bucket_wait(b, b->cap, now);
}

enum fake_limited fake_limits_admit(struct fake_limits *l, double tokens, int64_t now,
                                    int64_t *ret_wait_us)
{
    int64_t wait_requests = fake_bucket_wait(&l->requests, 1, now);
    int64_t wait_tokens = fake_bucket_wait(&l->tokens, tokens, now);
    bool too_large = l->tokens.per_minute > 0 && tokens > l->tokens.per_minute;

    if (wait_requests == 0 && wait_tokens == 0 && !too_large) {
        fake_bucket_take(&l->requests, 1, now);
        fake_bucket_take(&l->tokens, tokens, now);
        return FAKE_FREE;
    }
    if (l->count_refused && wait_requests == 0)
        fake_bucket_take(&l->requests, 1, now);
    *ret_wait_us = wait_requests > wait_tokens ? wait_requests : wait_tokens;
    if (too_large)
        return FAKE_TOO_LARGE;
    return wait_requests > 0 ? FAKE_LIMITED_REQUESTS : FAKE_LIMITED_TOKENS;
}

void fake_go_duration(int64_t us, struct cvx_buf *ret)
{
    int64_t ms = (us + 999) / 1000, minutes = ms / 60000;

    if (ms < 1000) {
        cvx_buf_printf(ret, "%" PRId64 "ms", ms);
        return;
    }
    if (minutes >= 60)
        cvx_buf_printf(ret, "%" PRId64 "h", minutes / 60);
    if (minutes > 0)
        cvx_buf_printf(ret, "%" PRId64 "m", minutes % 60);
    ms %= 60000;
    cvx_buf_printf(ret, "%" PRId64, ms / 1000);
    if (ms % 1000) {
        int digits = 3;
        int64_t part = ms % 1000;

        for (; part % 10 == 0; part /= 10)
            digits--;
        cvx_buf_printf(ret, ".%0*" PRId64, digits, part);
    }
    cvx_buf_putc(ret, 's');
}

/* What a bucket tells about itself. */
struct view {
    int64_t limit, remaining, reset_us;
};

static struct view bucket_view(struct fake_bucket *b, enum fake_announce announce,
                               int64_t now)
{
    double level = fake_bucket_level(b, now), used = b->cap - level;
    struct view v = {.limit = (int64_t)b->per_minute,
                     .reset_us = fake_bucket_full_in(b, now)};

    if (announce == FAKE_ANNOUNCE_BUCKET)
        v.limit = (int64_t)b->cap;
    if (announce == FAKE_ANNOUNCE_MINUTE)
        level = b->per_minute - used;
    v.remaining = level > 0 ? (int64_t)(level + k_slack) : 0;
    return v;
}

static void put_openai(struct cvx_buf *head, const char *what, const struct view *v)
{
    cvx_buf_printf(head,
                   "x-ratelimit-limit-%s: %" PRId64 "\r\n"
                   "x-ratelimit-remaining-%s: %" PRId64 "\r\nx-ratelimit-reset-%s: ",
                   what, v->limit, what, v->remaining, what);
    fake_go_duration(v->reset_us, head);
    cvx_buf_puts(head, "\r\n");
}

static void put_integers(struct cvx_buf *head, const char *what, const struct view *v,
                         bool with_reset)
{
    cvx_buf_printf(head,
                   "x-ratelimit-limit-%s: %" PRId64 "\r\n"
                   "x-ratelimit-remaining-%s: %" PRId64 "\r\n",
                   what, v->limit, what, v->remaining);
    if (with_reset)
        cvx_buf_printf(head, "x-ratelimit-reset-%s: %" PRId64 "\r\n", what,
                       (v->reset_us + 999999) / 1000000);
}

static void put_three(struct cvx_buf *head, const char *what, const char *limit,
                      const char *remaining, const char *reset)
{
    cvx_buf_printf(head,
                   "x-ratelimit-limit-%s: %s\r\nx-ratelimit-remaining-%s: %s\r\n"
                   "x-ratelimit-reset-%s: %s\r\n",
                   what, limit, what, remaining, what, reset);
}

static void put_bucket(struct fake_limits *l, struct fake_bucket *b, const char *what,
                       int64_t now, struct cvx_buf *head)
{
    struct view v = bucket_view(b, l->announce, now);

    switch (l->headers) {
    case FAKE_RATES_NONE:
        break;
    case FAKE_RATES_PROJECT:
        cvx_buf_printf(head, "x-ratelimit-limit-project-%s: %" PRId64 "\r\n", what,
                       v.limit / 2);
        cvx_buf_printf(head, "x-ratelimit-remaining-project-%s: %" PRId64 "\r\n", what,
                       v.remaining / 2);
        cvx_buf_printf(head, "x-ratelimit-reset-project-%s: 1s\r\n", what);
        put_openai(head, what, &v);
        break;
    case FAKE_RATES_OPENAI:
        put_openai(head, what, &v);
        break;
    case FAKE_RATES_AZURE:
        put_integers(head, what, &v, true);
        break;
    case FAKE_RATES_LITELLM:
        put_integers(head, what, &v, false);
        break;
    case FAKE_RATES_NEGATIVE:
        put_three(head, what, "-1", "-1", "0");
        break;
    case FAKE_RATES_ZERO:
        put_three(head, what, "0", "0", "0");
        break;
    case FAKE_RATES_GARBAGE:
        put_three(head, what, "unlimited", "99999999999999999999999", "1fortnight");
        break;
    }
}

void fake_limits_head(struct fake_limits *l, int64_t now, struct cvx_buf *head)
{
    bool always = l->headers >= FAKE_RATES_NEGATIVE && l->headers != FAKE_RATES_PROJECT;

    if (l->requests.per_minute > 0 || always)
        put_bucket(l, &l->requests, "requests", now, head);
    if (l->tokens.per_minute > 0 || always)
        put_bucket(l, &l->tokens, "tokens", now, head);
}

static void put_date(int64_t unix_us, struct cvx_buf *head)
{
    time_t at = (time_t)((unix_us + 999999) / 1000000);
    struct tm tm;
    char text[64];

    gmtime_r(&at, &tm);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    cvx_buf_printf(head, "retry-after: %s\r\n", text);
}

void fake_retry_head(enum fake_retry_form form, const char *literal, int64_t wait_us,
                     int64_t unix_us, struct cvx_buf *head)
{
    switch (form) {
    case FAKE_RETRY_NONE:
        break;
    case FAKE_RETRY_SECONDS:
        cvx_buf_printf(head, "retry-after: %" PRId64 "\r\n",
                       (wait_us + 999999) / 1000000);
        break;
    case FAKE_RETRY_FRACTION:
        cvx_buf_printf(head, "retry-after: %.3f\r\n", ceil((double)wait_us / 1e3) / 1e3);
        break;
    case FAKE_RETRY_BOTH:
        cvx_buf_printf(head, "retry-after: %" PRId64 "\r\n",
                       (wait_us + 999999) / 1000000);
        /* fall through */
    case FAKE_RETRY_MS:
        cvx_buf_printf(head, "retry-after-ms: %" PRId64 "\r\n", (wait_us + 999) / 1000);
        break;
    case FAKE_RETRY_DATE:
        put_date(unix_us + wait_us, head);
        break;
    case FAKE_RETRY_LITERAL:
        cvx_buf_printf(head, "retry-after: %s\r\n", literal);
        break;
    }
}
