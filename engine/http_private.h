/* What the files of the HTTP client share: the client, and one transfer. See http.h.
 *
 *     http.c           the multi handle on the loop: sockets, timer, ends, delivery
 *     http_settings.c  options and proxy variables
 *     http_transfer.c  one transfer: its options, what libcurl asks while it runs
 *     http_origin.c    how many may be on their way to a new connection
 *     http_reply.c     what came: header block, body, the reply made of them
 *     http_fault.c     why nothing (whole) came, in words
 *     http_capture.c   the record of an exchange      http_redact.c  without secrets
 *     http_address.c   which addresses are private
 *
 * Thread: the loop. libcurl's callbacks store and record, they call nobody. */
#ifndef CVX_HTTP_PRIVATE_H
#define CVX_HTTP_PRIVATE_H

#include <curl/curl.h>

#include "http.h"
#include "http_capture.h"
#include "http_redact.h"

#define CVX_HTTP_ORIGINS 16

enum cvx_http_kind { CVX_HTTP_UNKNOWN, CVX_HTTP_SHARED, CVX_HTTP_SEPARATE };

/* A TLS server, by a hash of its authority: two that share one would share a queue. */
struct cvx_http_origin {
    uint64_t hash; /* 0 = free */
    enum cvx_http_kind kind;
    size_t requests, opening, sent; /* all; started and not sent; sent and not ended */
    uint64_t used;                  /* the client's clock when it was asked for last */
    struct cvx_http_transfer *first, *last; /* waiting */
};

struct cvx_http {
    struct cvx_loop *loop;
    CURLM *multi;
    struct cvx_timer *timer; /* libcurl's one timer */
    bool timer_armed;
    char *ca_file, *ca_path, *no_proxy;
    bool http11;
    bool proxy_http, proxy_https; /* the environment names a proxy for them */
    struct cvx_http_redact *redact;
    struct cvx_http_origin origins[CVX_HTTP_ORIGINS];
    uint64_t origin_clock;
    struct cvx_deferred release;       /* a waiting transfer may start */
    struct cvx_http_transfer *running; /* list: added to the multi handle */
    struct cvx_http_transfer *idle;    /* list: handles kept for the next ones */
    size_t in_flight, connections;
    long cache_size; /* connections that libcurl may keep */
    bool doomed;     /* a running transfer is */
};

enum cvx_http_state {
    CVX_HTTP_IDLE,
    CVX_HTTP_WAITING, /* in its origin's queue */
    CVX_HTTP_RUNNING, /* with libcurl */
    CVX_HTTP_ENDED    /* on_done is on its way */
};

/* What ended a transfer that libcurl had not ended by itself. */
enum cvx_http_end {
    CVX_HTTP_END_LIBCURL,
    CVX_HTTP_END_CANCEL,
    CVX_HTTP_END_DEADLINE,
    CVX_HTTP_END_DOOM /* reply.err says why */
};

struct cvx_http_transfer {
    struct cvx_http *http;
    struct cvx_http_transfer *next, *prev;
    struct cvx_http_request *request;
    CURL *easy;
    struct cvx_timer *deadline;
    struct cvx_deferred sent; /* on_sent waits to be called */
    struct curl_slist *lines; /* array, linked; points at the request's headers */
    size_t lines_cap;
    char detail[CURL_ERROR_SIZE];
    struct cvx_http_capture *capture; /* NULL = not recorded */
    enum cvx_http_state state;
    struct cvx_http_origin *origin; /* NULL = never waits */
    bool opening;                   /* counted as such in its origin */
    bool opened;                    /* a socket */

    struct cvx_buf head; /* lines of the last response, trailers included */
    size_t head_bytes;   /* of all responses */
    bool head_over;
    bool head_ended;             /* the last response's, by its empty line */
    unsigned sends;              /* requests that left, redirects included */
    bool forbidden;              /* an address was refused */
    bool doomed;                 /* reply.err says why */
    struct cvx_http_reply reply; /* the body grows in it */
};

/* ---- http_transfer.c ---- */
/* A handle with its timer; on_deadline fires with the transfer as its argument. */
struct cvx_http_transfer *cvx_http_transfer_new(struct cvx_http *http,
                                                void (*on_deadline)(void *arg));
void cvx_http_transfer_free(struct cvx_http_transfer *t);
/* Fits the handle out for a request. */
int cvx_http_transfer_setup(struct cvx_http_transfer *t, struct cvx_http_request *request,
                            struct cvx_err *err);
/* As new, for the next request. The reply must have been moved out. */
void cvx_http_transfer_reset(struct cvx_http_transfer *t);

/* ---- http_settings.c ---- */
/* On failure what was taken is still to be released. */
int cvx_http_settings_take(struct cvx_http *http, const struct cvx_http_options *options,
                           struct cvx_err *err);
void cvx_http_settings_done(struct cvx_http *http);

/* ---- http_origin.c ---- */
/* Sets t->origin from the request's URL, and gives it up. Whoever joins leaves. */
void cvx_http_origin_join(struct cvx_http_transfer *t);
void cvx_http_origin_leave(struct cvx_http_transfer *t);
/* Whether one more may start. */
bool cvx_http_origin_has_room(const struct cvx_http_origin *origin);
void cvx_http_origin_start(struct cvx_http_transfer *t);
/* Into and out of the queue of those that may not. */
void cvx_http_origin_wait(struct cvx_http_transfer *t);
void cvx_http_origin_unwait(struct cvx_http_transfer *t);
/* What is seen of it: it opens a socket, it is sent, its answer begins. */
void cvx_http_origin_on_open(struct cvx_http_transfer *t);
void cvx_http_origin_on_send(struct cvx_http_transfer *t);
void cvx_http_origin_on_version(struct cvx_http_transfer *t, bool http2);

/* ---- http_reply.c ---- */
size_t cvx_http_reply_on_header(char *data, size_t size, size_t count, void *arg);
size_t cvx_http_reply_on_body(char *data, size_t size, size_t count, void *arg);
/* Completes t->reply; before the handle is removed. */
void cvx_http_reply_take(struct cvx_http_transfer *t, enum cvx_http_end end,
                         CURLcode code);

/* ---- http_fault.c ---- */
/* Sets fault and err of t->reply for what went wrong; CVX_HTTP_OK when nothing did. */
void cvx_http_fault_judge(struct cvx_http_transfer *t, enum cvx_http_end end,
                          CURLcode code);
void cvx_http_fault_memory(struct cvx_http_reply *reply);

/* ---- http_address.c ---- */
/* Whether an address is special in any way: loopback, private, link-local, multicast ...,
 * also in the clothes of an IPv6 one. What is no IP address counts as private. */
bool cvx_http_address_private(const struct sockaddr *address);
bool cvx_http_address_text_private(const char *text);
/* The same for the host of a URL: addresses and localhost; other names are not private. */
bool cvx_http_address_url_private(const char *url);

/* Test seam: whether the library call about to be made fails instead. */
#ifdef CVX_FAULTS
bool cvx_http_call_fails(void);
#else
static inline bool cvx_http_call_fails(void)
{
    return false;
}
#endif

#endif
