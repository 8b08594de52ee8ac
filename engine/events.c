/* Hands events to the reporters that subscribed to them. */
#include "events.h"

#include <cvextract/mem.h>

void cvx_events_init(struct cvx_events *events)
{
    *events = (struct cvx_events){.log_level = CVX_LEVEL_NONE};
}

int cvx_events_add(struct cvx_events *events, struct cvx_reporter *reporter)
{
    if (events->count == events->cap) {
        size_t cap = events->cap ? events->cap * 2 : 4;
        struct cvx_reporter **more =
            cvx_realloc_array(events->reporters, cap, sizeof(*more));

        if (!more)
            return CVX_ENOMEM;
        events->reporters = more;
        events->cap = cap;
    }
    events->reporters[events->count++] = reporter;
    events->mask |= reporter->mask;
    if (reporter->log_level < events->log_level)
        events->log_level = reporter->log_level;
    return CVX_OK;
}

void cvx_events_done(struct cvx_events *events)
{
    cvx_free(events->reporters);
    *events = (struct cvx_events){.log_level = CVX_LEVEL_NONE};
}

bool cvx_events_want(const struct cvx_events *events, enum cvx_event_type type)
{
    return (events->mask & CVX_EVENT_BIT(type)) != 0;
}

void cvx_events_emit(struct cvx_events *events, struct cvx_event *event)
{
    if (!cvx_events_want(events, event->type))
        return;
    event->mono_ns = cvx_loop_now(events->loop) - events->started_ns;
    event->totals = &events->totals;
    for (size_t i = 0; i < events->count; i++)
        if (events->reporters[i]->mask & CVX_EVENT_BIT(event->type))
            events->reporters[i]->on_event(events->reporters[i], event);
}
