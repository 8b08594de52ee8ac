/* One call on its way: the inside of lane.c, order*.c, answer.c and api.c, which nobody else
 * includes. Thread: the loop, but for the parts that a job is given. */
#ifndef CVX_ORDER_H
#define CVX_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lane.h"

/* The same failure again and again, while others succeed: poison=. */
struct cvx_poison {
    struct cvx_hash last;
    unsigned times;
    int64_t first_ns;
    size_t answers_then; /* how many calls had been answered at the first of them */
};

enum cvx_order_job { CVX_ORDER_OPEN, CVX_ORDER_BUILD, CVX_ORDER_JUDGE };

struct cvx_order {
    struct cvx_order *next, *prev; /* among all that are under way */
    struct cvx_api *api;
    struct cvx_lane *lane; /* NULL = a page */
    struct cvx_call *call;
    enum cvx_order_state state;
    size_t place; /* of its file */
    uint64_t seq; /* order of arrival, among equals */
    size_t at;    /* in the line, counted from 1; 0 = not in it */
    /* Names it in the cache: the logical request and the address it goes to. */
    struct cvx_hash key;
    struct cvx_order *twin; /* the next of its bucket in api->by_key */

    struct cvx_job job;
    enum cvx_order_job what;
    struct cvx_profile profile; /* that `body` was built under */
    struct cvx_buf body;
    struct cvx_usage usage; /* of the judge */
    enum cvx_verdict verdict;
    struct cvx_err err;
    bool hit; /* the answer came from the cache */

    struct cvx_http_request request;
    struct cvx_http_reply reply;
    struct cvx_timer *timer; /* the earlier of deadline and end of backoff */
    int64_t asked_ns, ready_ns, deadline_ns;
    unsigned attempts; /* that count against retries= */
    unsigned sends;
    bool repeat; /* the next send repeats one whose answer was lost on the way */
    struct cvx_limiter_ticket ticket;      /* of the present attempt */
    double reserved, reserved_cost;        /* tokens, and by the given prices */
    size_t weight;                         /* bytes of it counted in api->bytes */
    bool holds_slot, holds_tokens, taught; /* taught: the limiter knows how it ended */
    struct cvx_poison poison;

    struct cvx_order *joined, *join_next; /* identical calls that wait for this one */
    struct cvx_order *leader;             /* that this one waits for */
    bool was_joined;
    bool cancel;
    struct cvx_deferred end;
};

struct cvx_order_list {
    struct cvx_order *head, *tail;
};

/* Those under way that an identical call may join, by key. */
enum { CVX_ORDER_BUCKETS = 4096 };

/* What all lanes share. */
struct cvx_api {
    struct cvx_caller caller; /* first */
    struct cvx_api_env env;
    const struct cvx_api_options *options;
    struct cvx_http *http;
    struct cvx_lane **lanes;
    size_t n_lanes;
    struct cvx_order_list orders; /* all that are under way */
    struct cvx_order *by_key[CVX_ORDER_BUCKETS];
    char **headers; /* of API calls, NULL-terminated */
    struct cvx_err stopped;
    bool draining;
    uint64_t seq;
    int64_t progress_ns;
    size_t bytes;       /* bodies in memory */
    size_t backing_off; /* orders in BACKOFF */
    /* Of calls between their send and their verdict. */
    size_t holding;
    double reserved, reserved_cost;
    struct cvx_api_counts counts;
    float *latencies; /* seconds */
    size_t n_latencies, cap_latencies;
    int64_t recent_start[10]; /* sends and tokens by second, for the live line */
    double recent_calls[10], recent_tokens[10];
    struct cvx_call *stillborn; /* that no order could be made for */
    struct cvx_deferred bury;
};

struct cvx_lane {
    struct cvx_api *api;
    char *model;
    char *url; /* of the endpoint for this model */
    struct cvx_limiter *limiter;
    struct cvx_aimd aimd;
    struct cvx_profile profile; /* what the server has shown not to know */
    struct cvx_order **line;    /* QUEUED, a heap by (place, seq) */
    size_t n_line, cap_line;
    struct cvx_timer *timer; /* when the gate opens for the first in line */
    struct cvx_deferred pump;
    bool connected; /* a first connection came up */
    bool reached;   /* a first answer came */
    size_t answered, sent;
    double quota_wait_s, backoff_s;
    int64_t gated_ns;  /* when the gate was found closed; 0 = it is not known to be */
    size_t gated_line; /* calls in line then */
};

/* ---- order.c ---- */

/* The only writer of order->state; keeps the lists. */
void cvx_order_enter(struct cvx_order *order, enum cvx_order_state to);
/* Takes the call; NULL when memory is short. */
struct cvx_order *cvx_order_new(struct cvx_api *api, struct cvx_lane *lane,
                                struct cvx_call *call, size_t place);
void cvx_order_open(struct cvx_order *order);
/* Ends the order with this verdict (err may be NULL): the call is told by a deferred call. */
void cvx_order_end(struct cvx_order *order, enum cvx_verdict verdict,
                   const struct cvx_err *err);
/* order_job.c: starts the job of this state. */
void cvx_order_work(struct cvx_order *order, enum cvx_order_job what);
/* Takes over the body that was made already, if there is one for this server. */
bool cvx_order_ready(struct cvx_order *order);
/* It has its answer, or its body: on to the judge, into the line, onto the wire. */
void cvx_order_opened(struct cvx_order *order);
/* Sends it now. */
void cvx_order_send(struct cvx_order *order);
void cvx_order_wait(struct cvx_order *order, int64_t delay_ns);
void cvx_order_cancel(struct cvx_order *order);
/* Ends it with CVX_ECANCELED. */
void cvx_order_abandon(struct cvx_order *order);
/* No deadline was set, or it is still to come; else ends it and is true. */
bool cvx_order_too_late(struct cvx_order *order);
/* Names a logical request on its way to this address. Pure. */
struct cvx_hash cvx_order_key(const struct cvx_hash *request, const char *url);
/* Counts what it holds in memory now. */
void cvx_order_weigh(struct cvx_order *order);

/* ---- lane.c: what the lane makes of an order that came so far ---- */

void cvx_lane_opened(struct cvx_order *order);
/* Something changed: look whether a call may be sent. */
void cvx_lane_pump(struct cvx_lane *lane);
/* Joins an identical call that is under way; else opens it. */
void cvx_lane_join(struct cvx_order *order);
void cvx_lane_ended(struct cvx_order *order);

/* ---- answer.c ---- */

void cvx_lane_replied(struct cvx_order *order);
/* The deadline has passed, whatever it was doing on the way. */
void cvx_lane_late(struct cvx_order *order);
void cvx_lane_judged(struct cvx_order *order);
/* Gives back the slot and the tokens that the present attempt still holds. */
void cvx_lane_let_go(struct cvx_order *order);

/* ---- api.c ---- */

/* Something changed that all lanes go by. */
void cvx_api_pump(struct cvx_api *api);
void cvx_api_note_send(struct cvx_api *api, double tokens, int64_t now);
void cvx_api_note_latency(struct cvx_api *api, double seconds);
/* A call that no order could be made for: told so by a deferred call. */
void cvx_api_bury(struct cvx_api *api, struct cvx_call *call);
/* Where a chat completion of this model is posted; NULL when memory is short. */
char *cvx_api_url(const struct cvx_api_options *options, const char *model);
/* By the real HTTP, or by what a test has in its place. */
void cvx_api_http_send(struct cvx_api *api, struct cvx_http_request *request);
void cvx_api_http_cancel(struct cvx_api *api, struct cvx_http_request *request);
/* Unix time in seconds, for HTTP dates. */
double cvx_api_wall(void);
/* What makes two failures the same: status and body, words with digits (ids, times) left
 * out. */
struct cvx_hash cvx_api_fingerprint(const struct cvx_reply *reply,
                                    const struct cvx_err *err);
int64_t cvx_api_now(const struct cvx_api *api);
double cvx_api_random(struct cvx_api *api);

#endif
