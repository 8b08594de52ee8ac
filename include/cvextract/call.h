/* An API call: what a stage asks of the lane, and what comes back.
 *
 * A stage builds the call in a job, returns it as what it waits for, and finds the outcome
 * in it when it is resumed. Retries, pacing and pauses belong to the lane: the stage and
 * its file only wait (30-openai.md, "One call" and "Retry"). Ownership: the stage's task,
 * from the first return until the task ends; while it is waited for, only the lane touches
 * it. */
#ifndef CVEXTRACT_CALL_H
#define CVEXTRACT_CALL_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_task;

/* The outcome of one attempt that is not 2xx, or of the whole call. */
enum cvx_verdict {
    CVX_VERDICT_NONE,     /* not judged yet */
    CVX_VERDICT_ACCEPTED, /* a usable answer */
    CVX_VERDICT_RETRY,    /* transient: the same request may be sent again */
    CVX_VERDICT_REPAIR,   /* answered, but the content breaks the contract: ask again */
    CVX_VERDICT_LONGER,   /* cut by the output cap: ask again with a larger one */
    CVX_VERDICT_FAILED,   /* this call is lost, others may do */
    CVX_VERDICT_STOP      /* every call would fail so: the API side of the run stops */
};

/* One response header, borrowed. */
struct cvx_header {
    const char *name, *value;
};

struct cvx_reply {
    int status; /* HTTP status, 0 when no answer came */
    const struct cvx_header *headers;
    size_t n_headers;
    struct cvx_buf body; /* decoded */
    unsigned attempts;   /* how often it was sent */
};

struct cvx_call {
    /* Filled by the stage. */
    const char *model;    /* picks the lane; borrowed */
    const char *endpoint; /* below the base URL, "/chat/completions"; borrowed */
    struct cvx_buf body;  /* the request, built once and kept for every attempt */
    size_t reserve_in;    /* estimated tokens of the request */
    size_t reserve_out;   /* estimated tokens of the answer */
    /* Pure; on the loop, for answers that are not 2xx, over at most 64 KiB of body. */
    enum cvx_verdict (*classify)(const struct cvx_reply *reply, struct cvx_err *err);
    /* On a worker, once, for a 2xx answer: parses it, leaves the product in the task and
     * tells the verdict, from which the lane settles its reservation. */
    enum cvx_verdict (*judge)(struct cvx_task *task, struct cvx_reply *reply,
                              struct cvx_err *err);
    struct cvx_task *task;

    /* Filled by the lane. */
    enum cvx_verdict verdict;
    struct cvx_reply reply;
    struct cvx_err err; /* why the verdict is not ACCEPTED */

    /* The lane's own while the call is waited for. */
    void *lane_data;
    void (*on_done)(struct cvx_call *call); /* on the loop, never from inside the send */
};

#endif
