/* What the server's headers show that calls cost it, in tokens: whether it charges what they
 * used or an estimate of its own, and whether it charges failures (30-openai.md "Rate limits"
 * 1, 32-field-notes.md b5). Pure. Thread: the loop's. */
#ifndef CVX_CHARGE_H
#define CVX_CHARGE_H

#include <stdbool.h>
#include <stdint.h>

#include "bucket.h"
#include "limiter.h"
#include "rates.h"
#include "reserve.h"

enum { CVX_CHARGE_SENDS = 256 };

/* The server's tokens by the reply to one call, and the sums until that call. */
struct cvx_charge_mark {
    bool known;
    double remaining;
    int64_t sent;
    double requests_sum;
    struct cvx_reserve_basis basis;
};

/* All zero at first. Fields are read-only outside charge.c. */
struct cvx_charge {
    int64_t sends[CVX_CHARGE_SENDS]; /* when the latest calls went, by order */
    uint64_t order;                  /* of the last one */
    struct cvx_charge_mark last;
    bool counts_failures;
};

void cvx_charge_sent(struct cvx_charge *charge, const struct cvx_limiter_ticket *ticket);
/* A reply with limit and remaining of tokens, later sent than those before. */
void cvx_charge_observe(struct cvx_charge *charge,
                        const struct cvx_limiter_ticket *ticket,
                        const struct cvx_rates *rates, const struct cvx_bucket *tokens,
                        struct cvx_reserve *reserve);

#endif
