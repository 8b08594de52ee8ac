/* Owns the question how long the window of an announced limit is.
 *
 * Taken literally the headers of two kinds of servers contradict each other: where "limit" is
 * what the bucket holds, reset * limit / (limit - remaining) is its window (OpenAI, Azure's
 * shorter windows); where the limit is a minute's and the bucket smaller, the same figure is
 * nonsense, and so it is for a fixed window, whose reset says nothing of remaining. So a
 * minute is assumed until pairs taken at different levels agree on something else. */
#include "bucket.h"

#include <math.h>

static const double k_minute_s = 60;
static const double k_fine_s = 0.0015, k_coarse_s = 1; /* to which resets are rounded */
static const unsigned k_pairs = 3;

static double grain(const struct cvx_window *window)
{
    return window->fine ? k_fine_s : k_coarse_s;
}

static void restart(struct cvx_window *window, const struct cvx_rate *rate)
{
    window->anchor_remaining = rate->remaining;
    window->anchor_reset_s = rate->reset_s;
    window->agreed = 0;
}

/* One pair is proof enough where it lies well below a full bucket of one minute. */
static bool fits_minute(const struct cvx_window *window, const struct cvx_rate *rate)
{
    double per_s = rate->limit / k_minute_s;
    double slack = 1 + grain(window) * per_s, used = rate->limit - rate->remaining;

    /* Near a full bucket every window fits. */
    return used > 2 * slack && fabs(rate->reset_s * per_s - used) <= slack + used * 0.01;
}

static bool near(double a, double b, double share)
{
    return fabs(a - b) <= share * fmax(fabs(a), fabs(b));
}

/* The line through the anchor and this pair, its slope rounded to the slow side. */
static void compare(struct cvx_window *window, const struct cvx_rate *rate)
{
    double fallen = window->anchor_remaining - rate->remaining;
    double longer = rate->reset_s - window->anchor_reset_s;
    double slope = (fabs(fallen) - 1) / (fabs(longer) + grain(window));

    if (fallen * longer < 0) {
        restart(window, rate);
        return;
    }
    if (fabs(fallen) < 8 || fabs(longer) < 5 * grain(window))
        return;
    window->agreed = near(slope, window->candidate, 0.15) ? window->agreed + 1 : 1;
    window->candidate = slope;
}

static void decide(struct cvx_window *window, const struct cvx_rate *rate)
{
    double minute = rate->limit / k_minute_s, slope = window->candidate;
    bool whole = near(rate->reset_s * slope, rate->limit - rate->remaining, 0.25);

    if (window->agreed < k_pairs)
        return;
    if (near(slope, minute, 0.3)) {
        window->rate = minute;
        window->confirmed = true;
    } else if (whole) {
        window->rate = slope;
        window->confirmed = true;
    }
}

void cvx_window_observe(struct cvx_window *window, const struct cvx_rate *rate)
{
    bool complete = rate->remaining >= 0 && rate->reset_s >= 0;

    if (rate->limit <= 0)
        return;
    if (rate->limit != window->limit) {
        *window = (struct cvx_window){.limit = rate->limit,
                                      .rate = rate->limit / k_minute_s,
                                      .fine = window->fine,
                                      .anchor_reset_s = -1};
    }
    if (!complete)
        return;
    window->fine |= rate->reset_s != floor(rate->reset_s);
    if (window->anchor_reset_s < 0)
        restart(window, rate);
    if (fits_minute(window, rate)) {
        window->rate = rate->limit / k_minute_s;
        window->confirmed = true;
    } else {
        compare(window, rate);
        decide(window, rate);
    }
    window->capacity = fmin(rate->limit, rate->remaining + rate->reset_s * window->rate);
}
