/* An API call: what a stage asks of the lane, and what comes back.
 *
 * A stage describes the call in a job, returns it as what it waits for, and finds the
 * outcome in it when it is resumed. Building the body for the server at hand, the response
 * cache, pacing, retries and pauses belong to the lane: the stage and its file only wait
 * (30-openai.md, "One call", "Retry"). Ownership: the stage's task, from the first return
 * until the task ends; while it is waited for, the lane alone touches it. */
#ifndef CVEXTRACT_CALL_H
#define CVEXTRACT_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/hash.h>

struct cvx_task;
struct cvx_call;

enum cvx_call_kind {
    CVX_CALL_MODEL, /* a chat completion */
    CVX_CALL_FETCH  /* a page that the user named, or one linked from it */
};

/* The outcome of one attempt that is not 2xx, or of the whole call. */
enum cvx_verdict {
    CVX_VERDICT_NONE,     /* not judged yet */
    CVX_VERDICT_ACCEPTED, /* a usable answer */
    CVX_VERDICT_RETRY,    /* transient: the same request may be sent again */
    CVX_VERDICT_ADAPT, /* the server does not know a part of the request: build it anew */
    CVX_VERDICT_REPAIR, /* answered, but the content breaks the contract: ask again */
    CVX_VERDICT_LONGER, /* cut by the output cap: ask again with a larger one */
    CVX_VERDICT_FAILED, /* this call is lost, others may do */
    CVX_VERDICT_STOP    /* every call would fail so: the API side of the run stops, with
                             CVX_EDENIED or CVX_EQUOTA in err */
};

/* What a server has shown not to know; steps down only, once per server and run. The engine
 * keeps it and hands it on; what it means is stages/openai's affair. */
enum cvx_schema_mode {
    CVX_MODE_STRICT, /* response_format json_schema, strict */
    CVX_MODE_LOOSE,  /* the same, not strict */
    CVX_MODE_OBJECT, /* json_object, the schema in the prompt */
    CVX_MODE_PROMPT  /* the schema in the prompt alone */
};

struct cvx_profile {
    unsigned generation; /* grows with every step down */
    enum cvx_schema_mode schema_mode;
    bool drop_temperature, drop_effort, drop_store;
    bool old_max_tokens; /* max_tokens in place of max_completion_tokens */
    bool no_files;       /* refuses the file part (PDF) */
};

/* One response header, borrowed. */
struct cvx_header {
    const char *name, *value;
};

struct cvx_reply {
    int status; /* HTTP status, 0 when no answer came */
    /* One allocation: the array, and behind it the texts that it points to. NULL = none. */
    struct cvx_header *headers;
    size_t n_headers;
    struct cvx_buf body; /* decoded, whole */
    char *url;           /* FETCH: where it came from in the end; owned */
    bool from_private;   /* FETCH: the first address asked was a private one */
    unsigned attempts;   /* how often it was sent; 0 = it came from the cache */
};

/* The value of the first header of this name, in any case; NULL when there is none. */
const char *cvx_reply_header(const struct cvx_reply *reply, const char *name);
/* Releases all it holds; as new afterwards. NULL is fine. */
void cvx_reply_done(struct cvx_reply *reply);

/* Tokens as the server counted them. */
struct cvx_usage {
    size_t in, out, cached;
    bool estimated; /* the answer had no usage: these are our own figures */
};

struct cvx_call {
    /* ---- filled by the stage ---- */
    enum cvx_call_kind kind;
    const char *url;   /* FETCH; borrowed. The user's own when `linked` is false */
    bool linked;       /* FETCH: found on a page: may not lead to private addresses */
    const char *model; /* MODEL: picks the lane; borrowed */
    /* MODEL: names the logical request (messages, schema, what the user set), before any
     * step-down: sha256 over it, endpoint and model. FETCH: over the URL. */
    struct cvx_hash key;
    /* MODEL: of the calls whose answers led to this one (repair, longer): rejected with this
     * one's answer when the judge finds that it failed. */
    struct cvx_hash earlier[2];
    unsigned n_earlier;
    size_t prompt_bytes; /* of text in the request, from which its tokens are estimated */
    size_t fixed_tokens; /* beside those: pages of a PDF */
    size_t max_output;   /* cap on the answer's tokens */
    /* MODEL, on a worker: the request's JSON for a server of this profile, into `body`.
     * Pure: the same call and profile give the same bytes. */
    int (*build)(const struct cvx_call *call, const struct cvx_profile *profile,
                 struct cvx_buf *body, struct cvx_err *err);
    /* MODEL, quick, on the loop or on a worker: hands over the body for a server of this
     * profile when it was made beside the key; false = it has to be built. May be NULL. */
    bool (*ready)(const struct cvx_call *call, const struct cvx_profile *profile,
                  struct cvx_buf *body);
    /* MODEL, pure, on the loop: an answer that is not 2xx, over at most 64 KiB of body. For
     * ADAPT, *ret_profile (a copy of the profile it was sent under) has been changed. */
    enum cvx_verdict (*classify)(const struct cvx_reply *reply,
                                 struct cvx_profile *ret_profile, struct cvx_err *err);
    /* On a worker, once per answer that is 2xx (also one from the cache): parses it, leaves
     * the product in the task, tells the verdict and the usage. */
    enum cvx_verdict (*judge)(struct cvx_task *task, struct cvx_call *call,
                              struct cvx_usage *ret_usage, struct cvx_err *err);
    void *data; /* the stage's own */

    /* ---- filled by the engine ---- */
    struct cvx_task *task;
    struct cvx_reply reply;
    enum cvx_verdict verdict;
    struct cvx_usage usage;
    int64_t latency_ns; /* of its answers, added up */
    int64_t cpu_ns;     /* of its jobs */
    struct cvx_err err; /* why the verdict is not ACCEPTED */
    void *lane_data;    /* the lane's own while the call is waited for */
    void (*on_done)(struct cvx_call *call); /* on the loop, never from inside the send */
};

/* Releases the reply and forgets the outcome; what the stage filled in stays. The stage calls
 * it for calls it made, in its drop(), and before the same struct is used for another call.
 * NULL is fine. */
void cvx_call_done(struct cvx_call *call);

#endif
