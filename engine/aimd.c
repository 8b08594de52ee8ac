/* Owns the number of calls that may be in flight in a lane. Thread: the loop's. */
#include "aimd.h"

#include <assert.h>
#include <math.h>

enum { START = 20, ROUND_MIN = 4, TIMEOUTS_MAX = 2, SCALE_MAX = 4 };
/* Refused are too many from one in MANY on, beyond what chance may bring. */
enum { MANY = 10, CHANCE = 4, MEMORY = 200 };

static const int64_t k_window_ns = 1000000000;
static const double k_saturated = 0.8, k_cut = 0.8, k_growth = 0.05,
                    k_latency_weight = 0.2;

static unsigned at_least(unsigned value, unsigned least)
{
    return value > least ? value : least;
}

static unsigned at_most(unsigned value, unsigned most)
{
    return value < most ? value : most;
}

static void round_begin(struct cvx_aimd *aimd)
{
    aimd->round_left = at_least(aimd->limit, ROUND_MIN);
    aimd->peak = aimd->in_flight;
    aimd->clean = true;
}

void cvx_aimd_init(struct cvx_aimd *aimd, unsigned max, bool full)
{
    max = at_least(max, 1);
    *aimd = (struct cvx_aimd){
        .limit = full ? max : at_most(START, max),
        .max = max,
        .starting = true,
        .cut_at = INT64_MIN,
        .window_start = INT64_MIN,
        .timeout_scale = 1,
    };
    round_begin(aimd);
}

bool cvx_aimd_room(const struct cvx_aimd *aimd)
{
    return aimd->in_flight < aimd->limit;
}

void cvx_aimd_start(struct cvx_aimd *aimd)
{
    aimd->in_flight++;
    aimd->peak = at_least(aimd->peak, aimd->in_flight);
}

/* ---- growth ---- */

static unsigned grown(const struct cvx_aimd *aimd)
{
    unsigned step = at_least((unsigned)(aimd->limit * k_growth), 1);

    if (aimd->starting)
        step = aimd->limit;
    return aimd->limit < aimd->max - at_most(step, aimd->max) ? aimd->limit + step
                                                              : aimd->max;
}

static void window_count(struct cvx_aimd *aimd, int64_t now)
{
    bool first = aimd->window_start == INT64_MIN;
    int64_t passed = first ? 0 : now - aimd->window_start;

    if (first || passed >= k_window_ns) {
        aimd->last_ends = first || passed >= 2 * k_window_ns ? 0 : aimd->window_ends;
        aimd->window_ends = 0;
        aimd->window_start =
            first ? now : aimd->window_start + passed / k_window_ns * k_window_ns;
    }
    aimd->window_ends++;
}

static void good_end(struct cvx_aimd *aimd, int64_t sent, int64_t now)
{
    double latency = (double)(now - sent) / 1e9;
    double weight = aimd->latency_s > 0 ? k_latency_weight : 1;

    aimd->timeouts = 0;
    aimd->latency_s += weight * (latency - aimd->latency_s);
    window_count(aimd, now);
    /* An answer to what was sent before the cut tells of the old limit. */
    if (sent < aimd->cut_at)
        return;
    if (--aimd->round_left > 0)
        return;
    if (aimd->clean && aimd->peak >= k_saturated * aimd->limit)
        aimd->limit = grown(aimd);
    round_begin(aimd);
}

/* ---- cuts ---- */

/* How many calls were being answered at a time, by Little's law, over one or two windows;
 * 0 = none was. */
static unsigned completing(const struct cvx_aimd *aimd, int64_t now)
{
    if (aimd->window_start == INT64_MIN || now - aimd->window_start >= 2 * k_window_ns)
        return 0;

    double ends = (double)aimd->window_ends + aimd->last_ends;
    double span = (double)(now - aimd->window_start) / 1e9 + (aimd->last_ends ? 1 : 0);
    double at_once = ends * aimd->latency_s / fmax(span, aimd->latency_s);

    return ends > 0 ? at_least((unsigned)lround(at_once), 1) : 0;
}

static void cut_to(struct cvx_aimd *aimd, unsigned limit)
{
    aimd->limit = at_least(at_most(limit, aimd->limit), 1);
    round_begin(aimd);
}

/* The calls in flight are what may be completing: those that are not will say so at once. */
static void first_cut(struct cvx_aimd *aimd, int64_t now)
{
    aimd->alive = completing(aimd, now);
    aimd->refusable = aimd->in_flight;
    aimd->starting = false;

    unsigned left = at_least(aimd->refusable, aimd->alive);

    /* Alone and refused: that was not for too many at a time. */
    cut_to(aimd, left ? left : (unsigned)(aimd->limit * k_cut));
    aimd->cut_from = aimd->limit + 1;
}

static void ended(struct cvx_aimd *aimd, int64_t sent, bool refused)
{
    if (sent < aimd->cut_at)
        return;
    aimd->ends++;
    aimd->refused += refused;
    if (aimd->ends >= MEMORY) {
        aimd->ends /= 2;
        aimd->refused /= 2;
    }
}

static bool many_refused(const struct cvx_aimd *aimd)
{
    return aimd->refused >= CHANCE + (aimd->ends + MANY - 1) / MANY;
}

/* Whether fewer at a time would be refused less. */
static bool cut_helps(struct cvx_aimd *aimd)
{
    if (aimd->cuts == 0 || many_refused(aimd)) {
        aimd->scattered = false;
        return true;
    }
    if (aimd->limit < aimd->cut_from)
        aimd->scattered = true;
    return !aimd->scattered;
}

static void overload(struct cvx_aimd *aimd, int64_t sent, int64_t now)
{
    if (sent < aimd->cut_at) {
        /* Of a burst that was too much nearly all are sent before the first is refused. */
        if (aimd->cuts == 1 && aimd->refusable > 0) {
            cut_to(aimd, at_least(--aimd->refusable, aimd->alive));
            aimd->cut_from = aimd->limit + 1;
        }
        return;
    }
    aimd->clean = false;
    if (!cut_helps(aimd))
        return;
    aimd->cut_at = now;
    aimd->cuts++;
    aimd->cut_from = aimd->limit;
    aimd->ends = aimd->refused = 0;
    if (aimd->starting)
        first_cut(aimd, now);
    else
        cut_to(aimd, (unsigned)(aimd->limit * k_cut));
}

static void timed_out(struct cvx_aimd *aimd)
{
    if (++aimd->timeouts < TIMEOUTS_MAX)
        return;
    aimd->timeouts = 0;
    aimd->timeout_scale = at_most(aimd->timeout_scale * 2, SCALE_MAX);
}

void cvx_aimd_end(struct cvx_aimd *aimd, enum cvx_aimd_end how, int64_t sent, int64_t now)
{
    assert(aimd->in_flight > 0);
    aimd->in_flight--;
    ended(aimd, sent, how == CVX_AIMD_OVERLOAD || how == CVX_AIMD_TIMEOUT);
    switch (how) {
    case CVX_AIMD_GOOD:
        good_end(aimd, sent, now);
        break;
    case CVX_AIMD_NEUTRAL:
        aimd->timeouts = 0;
        break;
    case CVX_AIMD_TROUBLE:
        aimd->clean = false;
        break;
    case CVX_AIMD_TIMEOUT:
        timed_out(aimd);
        overload(aimd, sent, now);
        break;
    case CVX_AIMD_OVERLOAD:
        aimd->timeouts = 0;
        overload(aimd, sent, now);
        break;
    }
}

unsigned cvx_aimd_timeout_scale(const struct cvx_aimd *aimd)
{
    return aimd->timeout_scale;
}
