/* Owns when the next call of a lane may go: two buckets, one pause, and the rule that the
 * first call goes alone where no limit is known. Thread: the loop's. */
#include "limiter.h"

#include <math.h>

#include <cvextract/mem.h>

#include "bucket.h"
#include "charge.h"
#include "reserve.h"

/* Answers without a word of limits, after which none is expected: one 2xx is enough, an error
 * may come from a gateway that knows nothing of them. */
enum { SILENT_ERRORS = 3, OUTPUT_CAP = 2048 };

static const double k_longest_pause_s = 366 * 86400.0;
static const double k_blind_pause_s = 1, k_longest_guess_s = 20;
/* A window of a minute, or near it: an empty bucket of that size explains a 429. */
static const double k_long_window_s = 10;
static const double k_many = 0.1;

/* Sums over sends, at one instant. */
struct mark {
    int64_t at;
    double requests, tokens;
};

struct cvx_limiter {
    struct cvx_bucket requests, tokens;
    struct cvx_reserve reserve;
    int64_t paused_until;
    bool told;           /* a limit was announced, or it was seen that none is */
    unsigned silent;     /* errors without a word of limits */
    uint64_t alone;      /* the order of the call that is out alone, 0 = none */
    uint64_t order;      /* of the last send */
    uint64_t seen_order; /* of the latest send whose reply was learnt from */
    double requests_sum, tokens_sum;
    struct cvx_reserve_basis basis_sum;
    struct mark older, newer; /* at least the jitter apart, for what had surely arrived */
    int64_t last_sent;
    struct cvx_charge charge;
    /* Calls up to the one with this sum, and the one of this order, are in the level at what
     * the server took: their reservations are settled. */
    double settled_sum;
    uint64_t settled_order;
    int64_t episode_at;    /* when the last episode of 429 began */
    unsigned fruitless;    /* episodes since an answer */
    uint64_t slowed_order; /* the last send when the pace was last slowed */
    size_t limited_since;  /* answers of 429 to what was sent after it */
    size_t episodes, limited;
};

struct cvx_limiter *cvx_limiter_new(const struct cvx_limiter_options *options,
                                    int64_t now)
{
    struct cvx_limiter *limiter = cvx_zalloc(sizeof(*limiter));

    if (!limiter)
        return NULL;
    cvx_bucket_init(&limiter->requests, options->rpm, options->burst_s, 1, now);
    cvx_bucket_init(&limiter->tokens, options->tpm, options->burst_s, 0, now);
    cvx_reserve_init(&limiter->reserve,
                     options->output_cap < OUTPUT_CAP ? options->output_cap : OUTPUT_CAP);
    limiter->paused_until = INT64_MIN;
    limiter->episode_at = INT64_MIN;
    limiter->last_sent = INT64_MIN;
    limiter->older.at = limiter->newer.at = INT64_MIN;
    /* With one limit given its pace is slow enough to hear of the other in time. */
    limiter->told = options->rpm > 0 || options->tpm > 0;
    return limiter;
}

void cvx_limiter_free(struct cvx_limiter *limiter)
{
    cvx_free(limiter);
}

double cvx_limiter_estimate(const struct cvx_limiter *limiter,
                            const struct cvx_limiter_need *need)
{
    return cvx_reserve_estimate(&limiter->reserve, need->prompt_bytes, need->fixed_tokens,
                                need->max_output);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t cvx_limiter_wait(const struct cvx_limiter *limiter, double tokens, int64_t now)
{
    int64_t wait = limiter->paused_until > now ? limiter->paused_until - now : 0;

    if (!limiter->told && limiter->alone)
        return INT64_MAX;
    wait = later(wait, cvx_bucket_wait(&limiter->requests, 1, now));
    return later(wait, cvx_bucket_wait(&limiter->tokens, tokens, now));
}

/* ---- sending ---- */

/* Moves the marks so that `older` is what had been sent at least the jitter before now. */
static void mark(struct cvx_limiter *limiter, int64_t now)
{
    struct mark here = {now, limiter->requests_sum, limiter->tokens_sum};

    if (limiter->last_sent == INT64_MIN ||
        now - limiter->last_sent >= CVX_BUCKET_JITTER_NS) {
        limiter->older = limiter->newer = here;
    } else if (now - limiter->newer.at >= CVX_BUCKET_JITTER_NS) {
        limiter->older = limiter->newer;
        limiter->newer = here;
    }
    limiter->last_sent = now;
}

void cvx_limiter_take(struct cvx_limiter *limiter, const struct cvx_limiter_need *need,
                      double tokens, int64_t now, struct cvx_limiter_ticket *ret)
{
    struct cvx_reserve_basis basis = cvx_reserve_basis(
        &limiter->reserve, need->prompt_bytes, need->fixed_tokens, need->max_output);

    mark(limiter, now);
    cvx_bucket_take(&limiter->requests, 1, now);
    cvx_bucket_take(&limiter->tokens, tokens, now);
    limiter->requests_sum += 1;
    limiter->tokens_sum += tokens;
    limiter->basis_sum.bytes += basis.bytes;
    limiter->basis_sum.others += basis.others;
    *ret = (struct cvx_limiter_ticket){
        .order = ++limiter->order,
        .sent = now,
        .need = *need,
        .tokens = tokens,
        .requests_sum = limiter->requests_sum,
        .tokens_sum = limiter->tokens_sum,
        .bytes_sum = limiter->basis_sum.bytes,
        .others_sum = limiter->basis_sum.others,
        .requests_before = limiter->older.requests,
        .tokens_before = limiter->older.tokens,
        .gated_requests = limiter->requests.known,
        .gated_tokens = limiter->tokens.known,
    };
    cvx_charge_sent(&limiter->charge, ret);
    if (!limiter->told)
        limiter->alone = ret->order;
}

/* ---- learning ---- */

static void observe(struct cvx_limiter *limiter, const struct cvx_limiter_ticket *ticket,
                    const struct cvx_rates *rates, int64_t now)
{
    const struct cvx_bucket_sent requests = {ticket->sent, 1, ticket->requests_before,
                                             ticket->requests_sum, limiter->requests_sum};
    const struct cvx_bucket_sent tokens = {ticket->sent, ticket->tokens,
                                           ticket->tokens_before, ticket->tokens_sum,
                                           limiter->tokens_sum};

    cvx_bucket_observe(&limiter->requests, &rates->requests, &requests, now);
    if (cvx_bucket_observe(&limiter->tokens, &rates->tokens, &tokens, now)) {
        limiter->settled_sum = ticket->requests_before;
        limiter->settled_order = ticket->order;
    }
    if (rates->tokens.limit > 0 && rates->tokens.remaining >= 0)
        cvx_charge_observe(&limiter->charge, ticket, rates, &limiter->tokens,
                           &limiter->reserve);
}

/* The call that went alone is back: did its answer say all there is to know? */
static void alone_back(struct cvx_limiter *limiter,
                       const struct cvx_limiter_ticket *ticket,
                       const struct cvx_rates *rates)
{
    if (limiter->alone == ticket->order)
        limiter->alone = 0;
    if (!rates)
        return;

    bool good = rates->status >= 200 && rates->status < 300;

    limiter->silent += !good;
    limiter->told |= limiter->requests.known || limiter->tokens.known || good ||
                     limiter->silent >= SILENT_ERRORS;
}

void cvx_limiter_learn(struct cvx_limiter *limiter,
                       const struct cvx_limiter_ticket *ticket,
                       const struct cvx_rates *rates, int64_t now)
{
    if (rates && ticket->order > limiter->seen_order) {
        limiter->seen_order = ticket->order;
        observe(limiter, ticket, rates, now);
    }
    alone_back(limiter, ticket, rates);
    if (rates && rates->status >= 200 && rates->status < 300) {
        limiter->fruitless = 0;
        cvx_bucket_recover(&limiter->requests, now);
        cvx_bucket_recover(&limiter->tokens, now);
    }
}

/* ---- 429 ---- */

/* What a 429 is about: by its text, else by what its headers leave. */
static enum cvx_rates_spent spent(const struct cvx_limiter_ticket *ticket,
                                  const struct cvx_rates *rates)
{
    if (rates->spent != CVX_RATES_UNTOLD)
        return rates->spent;
    if (rates->requests.remaining >= 0 && rates->requests.remaining < 1)
        return CVX_RATES_REQUESTS;
    if (rates->tokens.remaining >= 0 && rates->tokens.remaining < ticket->tokens)
        return CVX_RATES_TOKENS;
    return CVX_RATES_UNTOLD;
}

/* An honest long bucket that is empty: others use it too, or our estimate was too low. Once
 * that is believed, then the server's figures are. */
static bool explained(const struct cvx_limiter *limiter, const struct cvx_bucket *bucket,
                      const struct cvx_rate *rate, double amount)
{
    const struct cvx_window *window = &bucket->window;

    return limiter->episodes <= 1 && window->confirmed && rate->remaining >= 0 &&
           rate->remaining < amount && window->capacity >= k_long_window_s * window->rate;
}

/* A pace that is too fast by so much has as large a share refused; fewer refusals are a server
 * that refuses now and then, whatever the pace. */
static bool many_limited(const struct cvx_limiter *limiter)
{
    return (double)limiter->limited_since >=
           k_many * (double)(limiter->order - limiter->slowed_order);
}

static void bucket_limited(struct cvx_limiter *limiter, struct cvx_bucket *bucket,
                           const struct cvx_rate *rate, double amount, bool gated,
                           int64_t now)
{
    if (!bucket->known)
        return;
    cvx_bucket_empty(bucket, gated, now);
    if (!gated || explained(limiter, bucket, rate, amount))
        return;
    if (bucket->single && !many_limited(limiter))
        return;
    cvx_bucket_slow(bucket, now);
    limiter->slowed_order = limiter->order;
    limiter->limited_since = 0;
}

/* Time in which the server has room for this call again, by what is known of it. */
static double refill_s(const struct cvx_limiter *limiter, double tokens, bool guessed)
{
    double requests_rate = cvx_bucket_rate(&limiter->requests);
    double tokens_rate = cvx_bucket_rate(&limiter->tokens);
    double wait = 0;

    if (limiter->requests.known)
        wait = 1 / requests_rate;
    if (limiter->tokens.known)
        wait = fmax(wait, tokens / tokens_rate);
    wait = wait > 0 ? wait : k_blind_pause_s;
    if (!guessed)
        return wait;

    /* Refused again and again without an answer in between: the guess was too short. */
    double doubled = ldexp(wait, limiter->fruitless < 30 ? (int)limiter->fruitless : 30);

    return fmin(doubled, fmax(wait, k_longest_guess_s));
}

static bool episode_begins(struct cvx_limiter *limiter,
                           const struct cvx_limiter_ticket *ticket, int64_t now)
{
    limiter->limited++;
    limiter->limited_since += ticket->order > limiter->slowed_order;
    if (limiter->episodes > 0 && ticket->sent <= limiter->episode_at)
        return false;
    limiter->episodes++;
    limiter->episode_at = now;
    return true;
}

int64_t cvx_limiter_limited(struct cvx_limiter *limiter,
                            const struct cvx_limiter_ticket *ticket,
                            const struct cvx_rates *rates, int64_t now)
{
    enum cvx_rates_spent what = spent(ticket, rates);
    bool first = episode_begins(limiter, ticket, now);

    cvx_limiter_learn(limiter, ticket, rates, now);
    /* Later ones of an episode tell of the instant at which the first one did. */
    if (first && what != CVX_RATES_TOKENS)
        bucket_limited(limiter, &limiter->requests, &rates->requests, 1,
                       ticket->gated_requests, now);
    if (first && what != CVX_RATES_REQUESTS) {
        bucket_limited(limiter, &limiter->tokens, &rates->tokens, ticket->tokens,
                       ticket->gated_tokens, now);
        limiter->settled_sum = limiter->requests_sum;
    }

    double hint = rates->retry_after_s;
    /* "Retry-After: 0" is the server's word: one refill, however often it is said. */
    double wait = hint > 0 ? hint : refill_s(limiter, ticket->tokens, hint < 0);

    limiter->fruitless += first;
    cvx_limiter_pause(limiter, now + (int64_t)ceil(fmin(wait, k_longest_pause_s) * 1e9));
    return limiter->paused_until - now;
}

void cvx_limiter_pause(struct cvx_limiter *limiter, int64_t until)
{
    limiter->paused_until = later(limiter->paused_until, until);
}

/* ---- settlement ---- */

void cvx_limiter_settle(struct cvx_limiter *limiter,
                        const struct cvx_limiter_ticket *ticket,
                        const struct cvx_usage *usage, int64_t now)
{
    bool settled = ticket->requests_sum <= limiter->settled_sum ||
                   ticket->order == limiter->settled_order;
    double back = ticket->tokens;

    if (limiter->alone == ticket->order) /* never heard of again: another may try */
        limiter->alone = 0;
    if (usage) {
        cvx_reserve_used(&limiter->reserve, ticket->need.prompt_bytes,
                         ticket->need.fixed_tokens, ticket->need.max_output, usage);
        settled |= usage->estimated || limiter->reserve.charges_estimate;
        back -= (double)usage->in + (double)usage->out;
    } else {
        settled |= limiter->charge.counts_failures;
    }
    if (!settled)
        cvx_bucket_take(&limiter->tokens, -back, now);
}

/* ---- looking ---- */

static double window_s(const struct cvx_bucket *bucket)
{
    const struct cvx_window *window = &bucket->window;

    return window->rate > 0 ? window->limit / window->rate : 0;
}

void cvx_limiter_look(const struct cvx_limiter *limiter, int64_t now,
                      struct cvx_limiter_view *ret)
{
    const struct cvx_bucket *requests = &limiter->requests, *tokens = &limiter->tokens;

    *ret = (struct cvx_limiter_view){
        .rpm = cvx_bucket_limit(requests) * 60,
        .tpm = cvx_bucket_limit(tokens) * 60,
        .requests = requests->known ? cvx_bucket_level(requests, now) : 0,
        .tokens = tokens->known ? cvx_bucket_level(tokens, now) : 0,
        .bucket_requests = requests->known ? requests->largest : 0,
        .bucket_tokens = tokens->known ? tokens->largest : 0,
        .window_requests_s = window_s(requests),
        .window_tokens_s = window_s(tokens),
        .pace = fmin(requests->pace, tokens->pace),
        .single_burst = requests->single || tokens->single,
        .paused_ns = limiter->paused_until > now ? limiter->paused_until - now : 0,
        .bytes_to_tokens = limiter->reserve.per_byte,
        .output_p95 = cvx_reserve_output(&limiter->reserve),
        .charges_estimate = limiter->reserve.charges_estimate,
        .episodes = limiter->episodes,
        .limited = limiter->limited,
    };
}
