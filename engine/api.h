/* The API side of a run: lanes by model, the page fetcher, the response cache, counters, and
 * the stop that ends all of it. A cvx_caller (task.h) to the tasks. Thread: the loop. */
#ifndef CVX_API_SIDE_H
#define CVX_API_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/api.h>
#include <cvextract/call.h>
#include <cvextract/err.h>
#include <cvextract/figures.h>

#include "bound.h"
#include "cache.h"
#include "http.h"
#include "loop.h"
#include "pool.h"
#include "task.h"

struct cvx_api;

/* Test seam: who sends in the place of cvx_http_send() and cvx_http_cancel(), by the same
 * rules. */
struct cvx_api_wire {
    void (*send)(void *arg, struct cvx_http_request *request);
    void (*cancel)(void *arg, struct cvx_http_request *request);
    void *arg;
};

struct cvx_api_env {
    struct cvx_loop *loop;
    struct cvx_pool *pool;
    const struct cvx_api_options *options; /* frozen */
    struct cvx_cache cache;
    unsigned files_in_flight;        /* n: the default for concurrency */
    bool debug_external;             /* exchanges go into the logs of their tasks */
    const struct cvx_api_wire *wire; /* NULL = the real one */
    double (*random01)(void *arg);   /* NULL = the system's */
    void *random_arg;
};

int cvx_api_new(const struct cvx_api_env *env, struct cvx_api **ret, struct cvx_err *err);
/* No call may be with it. NULL is fine. */
void cvx_api_free(struct cvx_api *api);

/* To hand to the tasks. */
struct cvx_caller *cvx_api_caller(struct cvx_api *api);

/* A stop was asked for: what waits (queue, backoff, pause) ends with CVX_ECANCELED, what was
 * sent may finish. */
void cvx_api_drain(struct cvx_api *api);
/* Every call would fail so: ends what waits with this reason, lets what was sent finish,
 * refuses all later calls. The first reason counts. */
void cvx_api_stop(struct cvx_api *api, const struct cvx_err *err);
/* Why it stopped (CVX_EDENIED, CVX_EQUOTA, CVX_EIO: no server ever answered); rc 0 = not. */
const struct cvx_err *cvx_api_stopped(const struct cvx_api *api);
/* When a call last came, was answered or ended, for stall=; monotonic ns. Sending again and
 * waiting is no progress. */
int64_t cvx_api_progress(const struct cvx_api *api);
/* Whether every lane has room for the calls of a further file (n=auto). */
bool cvx_api_has_room(const struct cvx_api *api);
/* Calls that wait by themselves after a failure. */
size_t cvx_api_backing_off(const struct cvx_api *api);
void cvx_api_count(const struct cvx_api *api, struct cvx_api_counts *ret);

#endif
