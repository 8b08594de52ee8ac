/* The API side of a run with everything around it scripted: time and jobs (fake_loop.h), the
 * wire, the model's stage. A test makes calls, sees what is sent, and says what comes back.
 * Thread: the test's. Asserts on misuse. */
#ifndef CVX_TEST_LANE_WORLD_H
#define CVX_TEST_LANE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/stage.h>

#include "api.h"
#include "fake_loop.h"
#include "scratch.h"

#define WORLD_CALLS 64
/* The place of a call that no file makes. */
#define WORLD_SHARED SIZE_MAX
#define WORLD_SECRET "sk-open-sesame"

/* One call of a stage. Its answers are judged by their text: "ok" (100 tokens in, 50 out),
 * "repair", "longer", "bad", "silent" (no usage). */
struct world_call {
    struct cvx_call call; /* first */
    struct cvx_task task;
    struct cvx_file_info file;
    const char *text;
    struct world *world;
    unsigned built, judged;
    bool done, sending; /* sending: inside of send(), where nothing may be told */
};

/* What is on the wire. */
struct world_sent {
    struct cvx_http_request *request; /* NULL: over */
    struct world_call *call;
    int64_t at;
    bool connected, canceled;
    char body[256], url[256];
};

struct world {
    struct cvx_loop *loop;
    struct cvx_pool *pool;
    struct cvx_api *api;
    struct cvx_api_options options;
    struct cvx_api_env env;
    struct cvx_api_wire wire;
    struct scratch scratch;
    char folder[300];
    bool no_connection; /* on_sent does not come by itself */
    double random;      /* what chance says */
    struct world_call calls[WORLD_CALLS];
    size_t n_calls;
    struct world_sent sent[512];
    size_t n_sent;
    size_t n_done;
    size_t done_order[WORLD_CALLS];
};

/* Options by default, no cache; to be changed before world_open(). */
void world_init(struct world *w);
int world_open(struct world *w, struct cvx_err *err);
/* world_open() with a folder for the cache. */
void world_open_cached(struct world *w);
/* A run that continues, with the same folder. */
void world_again(struct world *w);
/* The folder stays. */
void world_close(struct world *w);
void world_done(struct world *w);

/* A model's call of the file at this place. */
struct world_call *world_ask(struct world *w, size_t place, const char *text);
struct world_call *world_ask_as(struct world *w, size_t place, const char *text,
                                const char *model, unsigned long earlier);
struct world_call *world_fetch(struct world *w, const char *url);
void world_cancel(struct world *w, struct world_call *call);

/* Lets all that can happen now happen. */
void world_settle(struct world *w);
void world_wait(struct world *w, double seconds);
double world_now(const struct world *w);

/* The wire: what was sent and is not over, by the call's text; it must be there. */
struct world_sent *world_on_wire(struct world *w, const char *text);
bool world_is_sent(struct world *w, const char *text);
/* How many are on it. */
size_t world_in_flight(const struct world *w);
/* Ends it with an answer: headers "name: value", one a line, "" = none. */
void world_reply(struct world *w, const char *text, int status, const char *headers,
                 const char *body);
void world_fault(struct world *w, const char *text, enum cvx_http_fault fault);
/* The same after the first bytes came. */
void world_fault_after(struct world *w, const char *text, enum cvx_http_fault fault,
                       size_t received);
/* How often it was sent so far. */
unsigned world_sends(const struct world *w, const char *text);

/* A call's outcome; it must have been told. */
enum cvx_verdict world_verdict(struct world *w, const struct world_call *call);
struct cvx_api_counts world_counts(const struct world *w);

#endif
