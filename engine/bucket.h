/* One token bucket of the rate gate, and what the server's headers teach about it.
 *
 * Two beliefs are kept apart. The level is ours: it falls when a call is sent and is refilled
 * at the pace. The server's `remaining` corrects it: downwards whenever it is the lower even
 * after all that may have been refilled since, upwards (which may be far above our burst) only
 * to what is left when everything sent about that time or later is taken off.
 * Rules: 30-openai.md "Rate limits" 1, 32-field-notes.md b1. Pure. Thread: the loop's. */
#ifndef CVX_BUCKET_H
#define CVX_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "rates.h"

/* How far apart two requests may arrive out of the distance in which they were sent. */
#define CVX_BUCKET_JITTER_NS INT64_C(100000000)

/* The length of the window, from (remaining, reset) pairs: of a continuous bucket they all
 * lie on one line. Fields are window.c's. */
struct cvx_window {
    double limit;    /* per window as announced, 0 = never */
    double rate;     /* per second */
    bool confirmed;  /* the pairs agree on it; else a minute is assumed */
    bool fine;       /* resets are told in parts of a second */
    double capacity; /* what a full bucket holds, 0 = not told */
    double anchor_remaining, anchor_reset_s; /* reset < 0 = none yet */
    double candidate;                        /* slope, per second */
    unsigned agreed;                         /* pairs that gave it */
};

void cvx_window_observe(struct cvx_window *window, const struct cvx_rate *rate);

/* Fields are read-only outside bucket.c. */
struct cvx_bucket {
    double whole;   /* the smallest amount: 1 request; 0 for tokens, which come in any */
    double given;   /* the user's limit per second, 0 = none */
    double burst_s; /* seconds of quota that may go at once */
    struct cvx_window window;
    bool known;       /* a limit is in force */
    bool single;      /* the burst has fallen to one call */
    double pace;      /* share of the limit that is used */
    int64_t paced_at; /* last change of pace */
    double shown;     /* most that the server showed to hold */
    double level;
    int64_t at;      /* when the level was so */
    int64_t full_at; /* since when it was full, if it was */
    double call;    /* size of the largest calls of late: the least that a burst can be */
    double largest; /* level ever granted, for the bound */
};

/* What was sent about the time of the observed call, in this bucket's unit. */
struct cvx_bucket_sent {
    int64_t at;    /* when it was sent */
    double own;    /* its amount */
    double before; /* sum of what was sent well before it */
    double until;  /* sum until it, itself included */
    double now;    /* sum until now */
};

void cvx_bucket_init(struct cvx_bucket *bucket, double per_minute, double burst_s,
                     double whole, int64_t now);
/* Per second: the limit in force, and what of it is used. 0 = unknown. */
double cvx_bucket_limit(const struct cvx_bucket *bucket);
double cvx_bucket_rate(const struct cvx_bucket *bucket);
/* What refilling stops at: the burst, or what the server showed to hold. */
double cvx_bucket_size(const struct cvx_bucket *bucket);
/* What the server's own bucket was seen to hold. */
double cvx_bucket_shown(const struct cvx_bucket *bucket);
double cvx_bucket_level(const struct cvx_bucket *bucket, int64_t now);
/* ns until `amount` may be taken: until all of it and a margin for uneven arrival are there,
 * or the bucket is full. */
int64_t cvx_bucket_wait(const struct cvx_bucket *bucket, double amount, int64_t now);
/* Negative gives back. */
void cvx_bucket_take(struct cvx_bucket *bucket, double amount, int64_t now);
/* Returns whether the level was set to the server's view, which knows what every earlier call
 * and this one really took. */
bool cvx_bucket_observe(struct cvx_bucket *bucket, const struct cvx_rate *rate,
                        const struct cvx_bucket_sent *sent, int64_t now);
/* The server has just said that nothing is left. `owing`: what our own view owes still counts
 * (else that view is too young to be believed). */
void cvx_bucket_empty(struct cvx_bucket *bucket, bool owing, int64_t now);
/* Refused in spite of room: first a burst of one call and 0.97 of the limit, then slower. */
void cvx_bucket_slow(struct cvx_bucket *bucket, int64_t now);
/* An answer came: when nothing was refused for a while, a pace below 0.97 grows again. */
void cvx_bucket_recover(struct cvx_bucket *bucket, int64_t now);

#endif
