/* Owns the level of one bucket. Thread: the loop's. */
#include "bucket.h"

#include <math.h>

static const double k_jitter_s = (double)CVX_BUCKET_JITTER_NS / 1e9;
/* A timer that fires late may not cost quota, so even a burst of one call carries over what
 * comes in within this time, but for slow rates, where lateness is nothing. */
static const double k_late_s = 0.02, k_late_free = 0.1;
static const double k_room = 1e-6; /* below: rounding, not a shortage */
static const double k_first_pace = 0.97, k_slower = 0.8, k_least_pace = 0.05;
static const double k_tight_pace = 0.98, k_recovery = 1.05;
static const double k_call_memory = 0.99;
static const double k_longest_ns = 1e18; /* 30 years */
static const int64_t k_recovery_ns = INT64_C(10000000000);

static double seconds(int64_t from, int64_t to)
{
    return to > from ? (double)(to - from) / 1e9 : 0;
}

/* Rounded up, and within what an int64_t can tell. */
static int64_t after(int64_t from, double wait_s)
{
    double ns = ceil(wait_s * 1e9);

    return from + (ns < k_longest_ns ? (int64_t)ns : (int64_t)k_longest_ns);
}

void cvx_bucket_init(struct cvx_bucket *bucket, double per_minute, double burst_s,
                     double whole, int64_t now)
{
    *bucket = (struct cvx_bucket){
        .whole = whole,
        .given = per_minute / 60,
        .burst_s = burst_s,
        .known = per_minute > 0,
        .pace = 1,
        .paced_at = now,
        .at = now,
        .full_at = now - CVX_BUCKET_JITTER_NS,
        .window = {.anchor_reset_s = -1},
    };
    bucket->level = cvx_bucket_size(bucket);
    bucket->largest = bucket->level;
}

/* The user's word counts against an announced limit whose window is only assumed, for such
 * a limit may be a shorter window's. */
double cvx_bucket_limit(const struct cvx_bucket *bucket)
{
    const struct cvx_window *window = &bucket->window;

    if (bucket->given <= 0)
        return window->rate;
    return window->confirmed ? fmin(bucket->given, window->rate) : bucket->given;
}

static double burst(const struct cvx_bucket *bucket)
{
    return bucket->burst_s * cvx_bucket_limit(bucket);
}

/* Requests sent evenly arrive unevenly. Unless so much always stays in the bucket, one that
 * arrives late makes the next ones too many. */
static double margin(const struct cvx_bucket *bucket)
{
    double limit = cvx_bucket_limit(bucket);

    return bucket->single ? 0 : fmin(k_jitter_s * limit, burst(bucket) / 2);
}

/* A bucket beyond what the user allows is not ours to empty. */
static bool may_use_servers(const struct cvx_bucket *bucket)
{
    bool users = bucket->given <= 0 || bucket->window.rate <= bucket->given * 1.01;

    return bucket->known && !bucket->single && users;
}

/* No more than the server is known to hold. */
static double at_capacity(const struct cvx_bucket *bucket, double amount)
{
    double capacity = bucket->window.capacity;

    return capacity > 0 ? fmin(amount, capacity) : amount;
}

double cvx_bucket_shown(const struct cvx_bucket *bucket)
{
    return at_capacity(bucket, bucket->shown);
}

double cvx_bucket_size(const struct cvx_bucket *bucket)
{
    double call = fmax(bucket->whole, at_capacity(bucket, bucket->call));
    double late = k_late_s * cvx_bucket_limit(bucket) - k_late_free * bucket->whole;

    if (bucket->single)
        return call + fmax(0, late);
    if (may_use_servers(bucket))
        call = fmax(call, cvx_bucket_shown(bucket));
    return fmax(call, at_capacity(bucket, burst(bucket)));
}

/* A bucket of about one call leaves no room for a margin; then the distance between calls
 * must hold it. */
static bool tight(const struct cvx_bucket *bucket)
{
    return bucket->whole > 0 && !bucket->single &&
           cvx_bucket_size(bucket) < bucket->whole + margin(bucket);
}

double cvx_bucket_rate(const struct cvx_bucket *bucket)
{
    double pace = tight(bucket) ? fmin(bucket->pace, k_tight_pace) : bucket->pace;

    return cvx_bucket_limit(bucket) * pace;
}

double cvx_bucket_level(const struct cvx_bucket *bucket, int64_t now)
{
    double refilled = bucket->level + seconds(bucket->at, now) * cvx_bucket_rate(bucket);

    return fmin(cvx_bucket_size(bucket), refilled);
}

/* When it became, or becomes, full. */
static int64_t full_at(const struct cvx_bucket *bucket)
{
    double missing = cvx_bucket_size(bucket) - bucket->level;
    double rate = cvx_bucket_rate(bucket);

    if (missing <= k_room)
        return bucket->full_at;
    return after(bucket->at, rate > 0 ? missing / rate : 0);
}

static void advance(struct cvx_bucket *bucket, int64_t now)
{
    bucket->full_at = full_at(bucket);
    bucket->level = cvx_bucket_level(bucket, now);
    if (now > bucket->at)
        bucket->at = now;
}

int64_t cvx_bucket_wait(const struct cvx_bucket *bucket, double amount, int64_t now)
{
    double size = cvx_bucket_size(bucket), needed = fmin(amount + margin(bucket), size);
    double missing = needed - cvx_bucket_level(bucket, now);

    if (!bucket->known)
        return 0;
    if (amount > size + k_room) {
        /* The server's bucket must be full, not nearly so. */
        int64_t at = full_at(bucket) + CVX_BUCKET_JITTER_NS;

        return at > now ? at - now : 0;
    }
    if (missing <= k_room * fmax(1, needed))
        return 0;
    return after(0, missing / cvx_bucket_rate(bucket));
}

void cvx_bucket_take(struct cvx_bucket *bucket, double amount, int64_t now)
{
    advance(bucket, now);
    if (amount > bucket->call * k_call_memory) {
        bool full = bucket->level >= cvx_bucket_size(bucket) - k_room;

        /* A full bucket of ours is a full one of the server's, which may hold more. */
        bucket->call = amount;
        if (full)
            bucket->level = cvx_bucket_size(bucket);
    } else if (amount > 0) {
        bucket->call *= k_call_memory;
    }
    bucket->level = fmin(bucket->level - amount, cvx_bucket_size(bucket));
}

/* ---- the server's view ---- */

static bool raise_to(struct cvx_bucket *bucket, double remaining,
                     const struct cvx_bucket_sent *sent)
{
    double level = remaining - (sent->now - sent->before - sent->own);

    bucket->shown = fmax(bucket->shown, remaining + sent->own);
    level = fmin(level, cvx_bucket_size(bucket));
    bucket->largest = fmax(bucket->largest, cvx_bucket_size(bucket));
    /* Nothing left may be less than nothing: a large call leaves a debt. */
    if (remaining <= 0 || !may_use_servers(bucket) || level <= bucket->level)
        return false;
    bucket->level = level;
    return true;
}

/* Whether the server counted at arrival or when it answered is not known: the more generous
 * of both readings is the one that can be held against our own view. */
static bool lower_to(struct cvx_bucket *bucket, double remaining,
                     const struct cvx_bucket_sent *sent, int64_t now)
{
    double refilled = seconds(sent->at, now) * cvx_bucket_limit(bucket);
    double level = remaining + fmax(0, refilled - (sent->now - sent->until));

    /* remaining is rounded down to whole requests. */
    if (bucket->level <= level + bucket->whole)
        return false;
    bucket->level = level;
    return true;
}

static void first_sight(struct cvx_bucket *bucket, const struct cvx_bucket_sent *sent,
                        int64_t now)
{
    bucket->known = true;
    bucket->at = now;
    bucket->full_at = now;
    bucket->largest = cvx_bucket_size(bucket);
    bucket->level = bucket->largest - (sent->now - sent->before);
}

bool cvx_bucket_observe(struct cvx_bucket *bucket, const struct cvx_rate *rate,
                        const struct cvx_bucket_sent *sent, int64_t now)
{
    bool set = false;

    advance(bucket, now);
    cvx_window_observe(&bucket->window, rate);
    if (bucket->window.limit > 0 && !bucket->known) {
        set = true;
        first_sight(bucket, sent, now);
    }
    bucket->level = fmin(bucket->level, cvx_bucket_size(bucket));
    if (!bucket->known || rate->remaining < 0)
        return set;
    set |= raise_to(bucket, rate->remaining, sent);
    set |= lower_to(bucket, rate->remaining, sent, now);
    return set;
}

void cvx_bucket_empty(struct cvx_bucket *bucket, bool owing, int64_t now)
{
    advance(bucket, now);
    bucket->level = owing ? fmin(bucket->level, 0) : 0;
}

void cvx_bucket_slow(struct cvx_bucket *bucket, int64_t now)
{
    advance(bucket, now);
    bucket->pace =
        bucket->single ? fmax(k_least_pace, bucket->pace * k_slower) : k_first_pace;
    bucket->single = true;
    bucket->paced_at = now;
    bucket->largest = cvx_bucket_size(bucket);
    bucket->level = fmin(bucket->level, bucket->largest);
}

void cvx_bucket_recover(struct cvx_bucket *bucket, int64_t now)
{
    if (bucket->pace >= k_first_pace || now - bucket->paced_at < k_recovery_ns)
        return;
    advance(bucket, now);
    bucket->pace = fmin(k_first_pace, bucket->pace * k_recovery);
    bucket->paced_at = now;
}
