/* Owns the discrete events of the simulation: calls arrive, replies arrive, timers fire. */
#include "gate_sim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aimd.h"
#include "backoff.h"
#include "bound.h"
#include "limiter.h"

enum { EVENTS_MAX = 200000, RETRIES = 7 };

static const double k_end_s = 7200;

enum event_kind { ARRIVAL, REPLY, VERDICT, WAKE, READY };

struct event {
    int64_t at;
    uint64_t order; /* of events at one instant */
    enum event_kind kind;
    size_t call;
};

struct call {
    struct cvx_limiter_need need;
    struct cvx_usage usage;
    struct cvx_limiter_ticket ticket;
    struct cvx_rates rates;
    unsigned attempts;
    bool queued;
};

struct bucket {
    double per_s, cap, level;
    int64_t at;
};

struct sim {
    const struct gate_case *c;
    uint64_t random, order;
    int64_t wake_at; /* the lane's timer, INT64_MAX = not armed */
    int64_t now, told_until, refused_at, arrived_at;
    struct event *heap;
    size_t n_events, events;
    struct call *calls;
    size_t first; /* no call before it waits */
    struct bucket requests, tokens;
    struct cvx_limiter *limiter;
    struct cvx_aimd aimd;
    int faults_left;
    struct gate_result result;
    double last_min_s, tokens_sum, latency_sum, path_max;
};

static double random01(struct sim *sim)
{
    uint64_t z = sim->random += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static int64_t ns(double seconds)
{
    return (int64_t)ceil(seconds * 1e9);
}

/* ---- events ---- */

static bool before(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void post(struct sim *sim, int64_t at, enum event_kind kind, size_t call)
{
    size_t i = sim->n_events++;
    struct event event = {at, ++sim->order, kind, call};

    while (i > 0 && before(&event, &sim->heap[(i - 1) / 2])) {
        sim->heap[i] = sim->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    sim->heap[i] = event;
}

static struct event next_event(struct sim *sim)
{
    struct event top = sim->heap[0], last = sim->heap[--sim->n_events];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < sim->n_events && before(&sim->heap[child + 1], &sim->heap[child]))
            child++;
        if (child >= sim->n_events || !before(&sim->heap[child], &last))
            break;
        sim->heap[i] = sim->heap[child];
        i = child;
    }
    sim->heap[i] = last;
    return top;
}

/* ---- the server ---- */

static double quota_share(const struct sim *sim)
{
    const struct gate_server *server = &sim->c->server;
    double share = 1 - server->share;

    if (server->ramp_s > 0) {
        double grown = fmin(1, (double)sim->now / 1e9 / server->ramp_s);

        share *= server->ramp_from + (1 - server->ramp_from) * grown;
    }
    return share;
}

static void refill(struct sim *sim, struct bucket *bucket)
{
    const struct gate_server *server = &sim->c->server;
    double share = quota_share(sim);

    if (server->fixed) {
        int64_t window = ns(server->bucket_s);

        if (sim->now / window != bucket->at / window)
            bucket->level = bucket->cap * share;
    } else {
        double passed = (double)(sim->now - bucket->at) / 1e9;

        bucket->level = fmin(bucket->cap, bucket->level + passed * bucket->per_s * share);
    }
    bucket->at = sim->now;
}

/* Seconds until `amount` is there. */
static double missing_s(const struct sim *sim, const struct bucket *bucket, double amount)
{
    double missing = fmin(amount, bucket->cap) - bucket->level;

    if (bucket->per_s <= 0 || missing <= 1e-9)
        return 0;
    if (!sim->c->server.fixed)
        return missing / (bucket->per_s * quota_share(sim));

    int64_t window = ns(sim->c->server.bucket_s);

    return (double)(window - sim->now % window) / 1e9;
}

static struct cvx_rate header(const struct sim *sim, const struct bucket *bucket)
{
    const struct gate_server *server = &sim->c->server;
    enum gate_announce how = server->announce;
    double minute = bucket->per_s * 60 * quota_share(sim);
    struct cvx_rate rate = {minute, floor(fmax(0, bucket->level) + 1e-6),
                            missing_s(sim, bucket, bucket->cap)};

    if (bucket->per_s <= 0 || how >= GATE_TEXT)
        return (struct cvx_rate){-1, -1, -1};
    if (how == GATE_MINUTE)
        rate.remaining = floor(fmax(0, minute - (bucket->cap - bucket->level)));
    if (how == GATE_BUCKET)
        rate.limit = bucket->cap;
    rate.reset_s = ceil(rate.reset_s * 1e3) / 1e3;
    if (how == GATE_COARSE)
        rate.reset_s = ceil(rate.reset_s);
    if (how == GATE_PLAIN || (rate.reset_s <= 0 && rate.remaining < rate.limit))
        rate.reset_s = -1;
    return rate;
}

static void headers(struct sim *sim, struct cvx_rates *rates)
{
    const struct gate_server *server = &sim->c->server;
    bool left_out = random01(sim) < server->odd;

    if (left_out || (server->announce == GATE_ON_429 && rates->status != 429)) {
        rates->requests = rates->tokens = (struct cvx_rate){-1, -1, -1};
        return;
    }
    rates->requests = header(sim, &sim->requests);
    rates->tokens = header(sim, &sim->tokens);
}

static double hint(const struct gate_server *server, double wait)
{
    switch (server->hint) {
    case GATE_HINT_SECONDS:
        return ceil(wait);
    case GATE_HINT_MS:
        return ceil(wait * 1e3) / 1e3;
    case GATE_HINT_ZERO:
        return 0;
    case GATE_HINT_FIXED:
        return server->hint_s;
    case GATE_HINT_NONE:
        break;
    }
    return -1;
}

static void refuse(struct sim *sim, struct call *call, double requests_s, double tokens_s)
{
    const struct gate_server *server = &sim->c->server;
    struct cvx_rates *rates = &call->rates;

    rates->status = 429;
    rates->retry_after_s = hint(server, fmax(requests_s, tokens_s));
    if (server->count_refused)
        sim->requests.level -= 1;
    headers(sim, rates);
    if (server->announce != GATE_TEXT)
        return;
    rates->spent = requests_s > tokens_s ? CVX_RATES_REQUESTS : CVX_RATES_TOKENS;
    if (requests_s > tokens_s)
        rates->requests.limit = server->rpm;
    else
        rates->tokens.limit = server->tpm;
}

static double charge(const struct sim *sim, const struct call *call)
{
    if (sim->c->server.estimates)
        return (double)call->need.prompt_bytes / 4 + (double)call->need.max_output;
    return (double)(call->usage.in + call->usage.out);
}

static bool whim(struct sim *sim)
{
    int64_t every = ns(sim->c->server.refuse_every_s), idle = sim->now - sim->arrived_at;

    sim->arrived_at = sim->now;
    if (idle > every) /* a new run of calls */
        sim->refused_at = sim->now;
    if (every <= 0 || sim->now - sim->refused_at < every)
        return false;
    sim->refused_at = sim->now;
    return true;
}

static double latency(struct sim *sim)
{
    const struct gate_load *load = &sim->c->load;

    return load->latency_s * (1 + load->spread * (2 * random01(sim) - 1));
}

static void serve(struct sim *sim, struct call *call)
{
    double tokens = charge(sim, call);

    refill(sim, &sim->requests);
    refill(sim, &sim->tokens);

    double requests_s = missing_s(sim, &sim->requests, 1);
    double tokens_s = missing_s(sim, &sim->tokens, tokens);
    bool refused = requests_s > 0 || tokens_s > 0 || whim(sim);

    call->rates = (struct cvx_rates){.retry_after_s = -1, .should_retry = -1};
    if (refused) {
        refuse(sim, call, requests_s, tokens_s);
        return;
    }
    if (sim->requests.per_s > 0)
        sim->requests.level -= 1;
    if (sim->tokens.per_s > 0)
        sim->tokens.level -= tokens;
    call->rates.status = 200;
    if (random01(sim) < sim->c->server.fault)
        call->rates.status = 500;
    if (call == &sim->calls[sim->c->load.calls - 1] && sim->faults_left-- > 0)
        call->rates.status = 500;
    headers(sim, &call->rates);
}

static void arrive(struct sim *sim, size_t i)
{
    struct call *call = &sim->calls[i];

    serve(sim, call);

    double work = call->rates.status == 200 ? latency(sim) : 0.002;

    if (call->rates.status == 200) {
        sim->last_min_s = fmin(sim->last_min_s, work);
        sim->path_max = fmax(sim->path_max, work);
        sim->latency_sum += work;
    }
    post(sim, sim->now + ns(work), REPLY, i);
}

/* ---- the lane ---- */

static void send_call(struct sim *sim, size_t i, double tokens)
{
    struct call *call = &sim->calls[i];
    double way = sim->c->load.network_s * (0.1 + 0.9 * random01(sim));

    cvx_limiter_take(sim->limiter, &call->need, tokens, sim->now, &call->ticket);
    cvx_aimd_start(&sim->aimd);
    if (sim->aimd.in_flight > sim->result.in_flight)
        sim->result.in_flight = sim->aimd.in_flight;
    if (sim->now < sim->told_until)
        sim->result.early_s =
            fmax(sim->result.early_s, (double)(sim->told_until - sim->now) / 1e9);
    sim->result.attempts++;
    call->queued = false;
    post(sim, sim->now + ns(way), ARRIVAL, i);
}

/* An earlier wake only asks again. */
static void arm(struct sim *sim, int64_t at)
{
    if (sim->wake_at <= at)
        return;
    sim->wake_at = at;
    post(sim, at, WAKE, 0);
}

static void pump(struct sim *sim)
{
    while (cvx_aimd_room(&sim->aimd)) {
        while (sim->first < sim->c->load.calls && !sim->calls[sim->first].queued)
            sim->first++;
        if (sim->first == sim->c->load.calls)
            return;

        double tokens = cvx_limiter_estimate(sim->limiter, &sim->calls[sim->first].need);
        int64_t wait = cvx_limiter_wait(sim->limiter, tokens, sim->now);

        if (wait == INT64_MAX)
            return;
        if (wait > 0) {
            arm(sim, sim->now + wait + ns(sim->c->load.late_s * random01(sim)));
            return;
        }
        send_call(sim, sim->first, tokens);
    }
}

static void queue(struct sim *sim, size_t i)
{
    sim->calls[i].queued = true;
    if (i < sim->first)
        sim->first = i;
}

static void retry(struct sim *sim, size_t i)
{
    struct call *call = &sim->calls[i];

    cvx_limiter_settle(sim->limiter, &call->ticket, NULL, sim->now);
    if (call->attempts > RETRIES) {
        sim->result.failed++;
        return;
    }

    int64_t delay =
        cvx_backoff_delay(call->attempts, call->rates.retry_after_s, random01(sim));

    post(sim, sim->now + delay, READY, i);
}

static void answered(struct sim *sim, struct call *call)
{
    cvx_limiter_settle(sim->limiter, &call->ticket, &call->usage, sim->now);
    sim->result.answered++;
    sim->tokens_sum += charge(sim, call);
    sim->result.wall_s = (double)sim->now / 1e9;
}

static void reply(struct sim *sim, size_t i)
{
    struct call *call = &sim->calls[i];
    int64_t sent = call->ticket.sent;

    if (sim->c->server.late_view) {
        refill(sim, &sim->requests);
        refill(sim, &sim->tokens);
        headers(sim, &call->rates);
    }
    if (cvx_backoff_status(call->rates.status, &call->rates) == CVX_BACKOFF_LIMITED) {
        cvx_limiter_limited(sim->limiter, &call->ticket, &call->rates, sim->now);
        cvx_limiter_settle(sim->limiter, &call->ticket, NULL, sim->now);
        cvx_aimd_end(&sim->aimd, CVX_AIMD_OVERLOAD, sent, sim->now);
        if (call->rates.retry_after_s > 0 &&
            sim->now + ns(call->rates.retry_after_s) > sim->told_until)
            sim->told_until = sim->now + ns(call->rates.retry_after_s);
        sim->result.limited++;
        queue(sim, i);
        return;
    }
    call->attempts++;
    cvx_limiter_learn(sim->limiter, &call->ticket, &call->rates, sim->now);
    if (call->rates.status != 200) {
        cvx_aimd_end(&sim->aimd, CVX_AIMD_TROUBLE, sent, sim->now);
        retry(sim, i);
        return;
    }
    cvx_aimd_end(&sim->aimd, call->attempts == 1 ? CVX_AIMD_GOOD : CVX_AIMD_NEUTRAL, sent,
                 sim->now);
    post(sim, sim->now + ns(sim->c->load.verdict_s), VERDICT, i);
}

static bool step(struct sim *sim)
{
    struct event event = next_event(sim);

    sim->now = event.at;
    switch (event.kind) {
    case ARRIVAL:
        arrive(sim, event.call);
        return true;
    case REPLY:
        reply(sim, event.call);
        break;
    case VERDICT:
        answered(sim, &sim->calls[event.call]);
        break;
    case READY:
        queue(sim, event.call);
        break;
    case WAKE:
        if (event.at != sim->wake_at) /* armed anew since */
            return true;
        sim->wake_at = INT64_MAX;
        break;
    }
    pump(sim);
    return ++sim->events < EVENTS_MAX && (double)sim->now / 1e9 < k_end_s;
}

/* ---- set-up and result ---- */

static size_t around(struct sim *sim, size_t mean)
{
    return (size_t)((double)mean * (0.5 + random01(sim)));
}

static void make_calls(struct sim *sim)
{
    const struct gate_load *load = &sim->c->load;

    for (size_t i = 0; i < load->calls; i++) {
        struct call *call = &sim->calls[i];
        double per_byte = load->per_byte > 0 ? load->per_byte : 0.25;

        call->queued = true;
        call->need.prompt_bytes = around(sim, load->bytes);
        call->need.max_output = load->max_output;
        if (load->huge && i % 50 == 49)
            call->need.prompt_bytes = (size_t)((double)load->huge / per_byte);
        call->usage.in = (size_t)((double)call->need.prompt_bytes * per_byte);
        call->usage.out = around(sim, load->out);
    }
}

static struct bucket make_bucket(double per_minute, double seconds)
{
    double cap = fmax(1, per_minute * seconds / 60);

    if (per_minute <= 0)
        cap = 1e18;
    return (struct bucket){per_minute / 60, cap, cap, 0};
}

static void conclude(struct sim *sim)
{
    const struct gate_server *server = &sim->c->server;
    struct gate_result *result = &sim->result;
    struct cvx_limiter_view view;
    struct cvx_bound bound;
    struct cvx_bound_input in = {
        .in_flight = sim->c->client.concurrency,
        .path_max_s = sim->path_max,
        .path_total_s = sim->latency_sum,
        .last_min_s = sim->last_min_s,
        .calls = result->answered,
        .tokens = sim->tokens_sum,
        .rpm = server->rpm * (1 - server->share),
        .tpm = server->tpm * (1 - server->share),
        .bucket_requests = sim->requests.cap,
        .bucket_tokens = sim->tokens.cap,
    };

    /* What may go at once is what the lane could know of. */
    if (server->announce >= GATE_TEXT) {
        double burst_s = sim->c->client.burst_s > 0 ? sim->c->client.burst_s : 1;

        in.bucket_requests = fmin(in.bucket_requests, sim->c->client.rpm * burst_s / 60);
        in.bucket_tokens = fmin(in.bucket_tokens, sim->c->client.tpm * burst_s / 60);
    }
    cvx_bound_compute(&in, &bound);
    cvx_limiter_look(sim->limiter, sim->now, &view);
    result->bound_s = bound.bound_s;
    if (server->fixed)
        result->fixed_bound_s =
            server->bucket_s * floor(((double)result->answered - 1) / sim->requests.cap) +
            sim->last_min_s;
    result->episodes = view.episodes;
    result->single = view.single_burst;
    result->charges_estimate = view.charges_estimate;
    result->pace = view.pace;
    result->limit = sim->aimd.limit;
}

bool gate_sim_run(const struct gate_case *c, uint64_t seed, struct gate_result *ret)
{
    const struct cvx_limiter_options options = {
        .rpm = c->client.rpm,
        .tpm = c->client.tpm,
        .burst_s = c->client.burst_s > 0 ? c->client.burst_s : 1,
        .output_cap = c->load.max_output < 2048 ? c->load.max_output : 2048,
    };
    struct sim sim = {.c = c, .random = seed, .last_min_s = 1e9, .wake_at = INT64_MAX};
    bool ended = false;

    sim.heap = calloc(2 * EVENTS_MAX, sizeof(*sim.heap));
    sim.calls = calloc(c->load.calls, sizeof(*sim.calls));
    sim.limiter = cvx_limiter_new(&options, 0);
    if (sim.heap && sim.calls && sim.limiter) {
        cvx_aimd_init(&sim.aimd, c->client.concurrency, c->client.full);
        sim.requests = make_bucket(c->server.rpm, c->server.bucket_s);
        sim.tokens = make_bucket(c->server.tpm, c->server.bucket_s);
        sim.faults_left = c->server.fault_last;
        make_calls(&sim);
        pump(&sim);
        while (sim.n_events > 0 && step(&sim))
            continue;
        ended =
            sim.n_events == 0 || sim.result.answered + sim.result.failed == c->load.calls;
        conclude(&sim);
        *ret = sim.result;
    }
    cvx_limiter_free(sim.limiter);
    free(sim.calls);
    free(sim.heap);
    return ended;
}
