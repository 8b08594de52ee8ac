/* Owns the comparison of the server's remaining tokens from call to call. Thread: the loop's. */
#include "charge.h"

#include <math.h>

/* Calls that a chain must have per neighbour of its end. */
enum { CHAIN = 10 };

static const double k_nearly_full = 0.98;

void cvx_charge_sent(struct cvx_charge *charge, const struct cvx_limiter_ticket *ticket)
{
    charge->order = ticket->order;
    charge->sends[ticket->order % CVX_CHARGE_SENDS] = ticket->sent;
}

/* How many other calls were sent so near to this one that they may have arrived on its other
 * side; negative = too long ago to say. */
static int neighbours(const struct cvx_charge *charge,
                      const struct cvx_limiter_ticket *ticket)
{
    uint64_t first =
        charge->order > CVX_CHARGE_SENDS ? charge->order - CVX_CHARGE_SENDS + 1 : 1;
    int count = 0;

    if (ticket->order <= first && first > 1)
        return -1;
    for (uint64_t i = ticket->order + 1; i <= charge->order; i++, count++)
        if (charge->sends[i % CVX_CHARGE_SENDS] - ticket->sent >= CVX_BUCKET_JITTER_NS)
            break;
    for (uint64_t i = ticket->order - 1; i >= first; i--, count++)
        if (ticket->sent - charge->sends[i % CVX_CHARGE_SENDS] >= CVX_BUCKET_JITTER_NS)
            break;
    return count;
}

/* Of a bucket that was full before our first call; negative = not told. */
static double missing(const struct cvx_window *window, const struct cvx_rate *rate)
{
    double used = rate->limit - rate->remaining, refill = rate->reset_s * window->rate;

    if (rate->reset_s < 0)
        return -1;
    /* Within a second, to which some round: a bucket that holds the whole limit. */
    return window->confirmed || fabs(used - refill) <= window->rate ? used
           : window->fine                                           ? refill
                                                                    : -1;
}

static void first_charge(const struct cvx_charge *charge,
                         const struct cvx_limiter_ticket *ticket,
                         const struct cvx_rate *rate, const struct cvx_window *window,
                         struct cvx_reserve *reserve)
{
    const struct cvx_reserve_basis basis = {ticket->bytes_sum, ticket->others_sum};
    double took = missing(window, rate);
    double passed = (double)(ticket->sent - charge->sends[1]) / 1e9;

    if (took < 0)
        return;
    if (ticket->order == 1)
        cvx_reserve_charged(reserve, took, basis, 1, true);
    cvx_reserve_suspect(reserve, took + passed * window->rate, ticket->tokens_sum, basis,
                        ticket->order == 1);
}

static void next_charge(struct cvx_charge *charge,
                        const struct cvx_limiter_ticket *ticket,
                        const struct cvx_rates *rates, const struct cvx_window *window,
                        struct cvx_reserve *reserve)
{
    const struct cvx_charge_mark *last = &charge->last;
    struct cvx_reserve_basis basis = {ticket->bytes_sum - last->basis.bytes,
                                      ticket->others_sum - last->basis.others};
    double calls = ticket->requests_sum - last->requests_sum;
    double passed = (double)(ticket->sent - last->sent) / 1e9;
    double took =
        fmax(0, last->remaining + passed * window->rate - rates->tokens.remaining);

    if (rates->status == 429) { /* this one was not charged */
        struct cvx_reserve_basis own =
            cvx_reserve_basis(reserve, ticket->need.prompt_bytes,
                              ticket->need.fixed_tokens, ticket->need.max_output);

        basis.bytes -= own.bytes;
        basis.others -= own.others;
        calls -= 1;
    } else if (rates->status / 100 != 2) {
        if (calls <= 1)
            charge->counts_failures = took > ticket->tokens / 2;
        return;
    }
    if (calls >= 1)
        cvx_reserve_charged(reserve, took, basis, calls, false);
}

/* What the server took for the calls since the one whose reply was taken as the last mark.
 * A chain of marks is exact but at its ends, where requests may have overtaken each other. */
void cvx_charge_observe(struct cvx_charge *charge,
                        const struct cvx_limiter_ticket *ticket,
                        const struct cvx_rates *rates, const struct cvx_bucket *tokens,
                        struct cvx_reserve *reserve)
{
    double left = rates->tokens.remaining;
    struct cvx_charge_mark *last = &charge->last;
    double calls = ticket->requests_sum - last->requests_sum;
    int near = neighbours(charge, ticket);

    /* Full in between: some refill was lost, nobody knows how much. */
    if (left + ticket->tokens > k_nearly_full * cvx_bucket_shown(tokens))
        last->known = false;
    if (near < 0 || near * CHAIN > calls)
        return;
    if (last->requests_sum == 0)
        first_charge(charge, ticket, &rates->tokens, &tokens->window, reserve);
    else if (last->known)
        next_charge(charge, ticket, rates, &tokens->window, reserve);
    *last = (struct cvx_charge_mark){
        .known = true,
        .remaining = left,
        .sent = ticket->sent,
        .requests_sum = ticket->requests_sum,
        .basis = {ticket->bytes_sum, ticket->others_sum},
    };
}
