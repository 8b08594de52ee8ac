/* Events on their way to the reporters: who wants what, and the totals that go with each.
 * Thread: the loop. */
#ifndef CVX_EVENTS_H
#define CVX_EVENTS_H

#include <stdbool.h>

#include <cvextract/event.h>

#include "loop.h"

struct cvx_events {
    struct cvx_reporter **reporters;
    size_t count, cap;
    unsigned mask;               /* of all reporters together */
    enum cvx_level log_level;    /* the lowest that one of them wants */
    const struct cvx_loop *loop; /* for the time; NULL before the run */
    int64_t started_ns;
    struct cvx_totals totals;
};

void cvx_events_init(struct cvx_events *events);
int cvx_events_add(struct cvx_events *events, struct cvx_reporter *reporter);
void cvx_events_done(struct cvx_events *events);

/* Whether an event of this type is worth building. */
bool cvx_events_want(const struct cvx_events *events, enum cvx_event_type type);
/* Completes the event (time, totals) and hands it to every reporter that wants it. */
void cvx_events_emit(struct cvx_events *events, struct cvx_event *event);

#endif
