/* One lane: the calls of one model in line, and when each may be sent (30-openai.md, "Rate
 * limits: the lane"). Four mechanisms decide, each in a file of its own: rate gate and pause
 * gate (limiter.h), concurrency (aimd.h), backoff (backoff.h).
 *
 *     OPENING ─▶ QUEUED ─▶ SENT ─▶ JUDGING ─▶ ENDED
 *        │         ▲ ▲       │
 *        │         │ └───────┼─ BACKOFF      the call alone waits: a transient fault
 *        └▶ JOINED │         └▶ QUEUED       the lane waits: 429
 *                  └─ REBUILDING             the server stepped down, or is known to have
 *
 * OPENING and JUDGING are jobs (cache look-up and body; store and judge); so is REBUILDING.
 * A call holds its slot until its last byte, its token reservation until the verdict.
 * Thread: the loop. */
#ifndef CVX_LANE_H
#define CVX_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/call.h>

#include "aimd.h"
#include "api.h"
#include "backoff.h"
#include "http.h"
#include "limiter.h"
#include "loop.h"
#include "pool.h"

struct cvx_lane;
struct cvx_order;

enum cvx_order_state {
    CVX_ORDER_OPENING,
    CVX_ORDER_JOINED,
    CVX_ORDER_QUEUED,
    CVX_ORDER_REBUILDING,
    CVX_ORDER_SENT,
    CVX_ORDER_BACKOFF,
    CVX_ORDER_JUDGING,
    CVX_ORDER_ENDED
};

int cvx_lane_new(struct cvx_api *api, const char *model, struct cvx_lane **ret,
                 struct cvx_err *err);
void cvx_lane_free(struct cvx_lane *lane);
const char *cvx_lane_model(const struct cvx_lane *lane);

/* Takes the call; place: of its file in the run, smaller goes first. Ends in call->on_done,
 * never from inside. */
void cvx_lane_send(struct cvx_lane *lane, struct cvx_call *call, size_t place);
void cvx_lane_cancel(struct cvx_call *call);
/* Ends what waits in this lane (NULL: among pages): with CVX_ECANCELED (err NULL) or for
 * this reason. */
void cvx_lane_end_waiting(struct cvx_api *api, const struct cvx_lane *lane,
                          const struct cvx_err *err);
/* Whether fewer calls wait than may be in flight: a further file would not just queue. */
bool cvx_lane_has_room(const struct cvx_lane *lane);
/* Adds this lane's part to the counters. */
void cvx_lane_count(const struct cvx_lane *lane, struct cvx_api_counts *counts);

const char *cvx_order_state_name(enum cvx_order_state state);
bool cvx_order_may(enum cvx_order_state from, enum cvx_order_state to);

#endif
