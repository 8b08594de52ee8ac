/* HTTP on the loop: libcurl's multi interface driven by libevent (32-field-notes.md, pitfalls).
 *
 * One request = one transfer = at most one send: libcurl's own resends on dead connections
 * are caught and reported as a failed attempt of their own (`resend`), so that whoever
 * retries also counts. Thread: the loop. No callback fires from inside a call of this
 * interface.
 *
 * Connections: as many as requests under way need, all kept for the next ones. HTTP/2 is
 * spoken where a TLS server offers it. Nothing queues within libcurl. What queues here: to a
 * TLS server not known to speak HTTP/1.1 only, few requests at a time may be without their
 * connection (one until it is seen what the server speaks), so that a cold burst shares a
 * few HTTP/2 connections instead of opening one each (http_origin.c); the attempt's timeout
 * runs meanwhile, the time to connect does not. Plain http never waits.
 *
 * The process must ignore SIGPIPE (main.c does): libcurl is told not to touch signals. */
#ifndef CVX_HTTP_H
#define CVX_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>
#include <cvextract/call.h>
#include <cvextract/err.h>
#include <cvextract/log.h>

#include "loop.h"

struct cvx_http;
struct cvx_http_request;

/* Copied. Proxies come from libcurl's environment variables; loopback never goes through
 * one. */
struct cvx_http_options {
    const char *ca_file, *ca_path; /* each NULL = the system's */
    bool http11;
    /* Redacted by its bytes wherever it would be shown; may be NULL. */
    const char *secret;
};

/* Why no (whole) answer came. */
enum cvx_http_fault {
    CVX_HTTP_OK, /* an answer came, whatever its status */
    CVX_HTTP_CANCELED,
    /* Nothing was sent: refused, unreachable, a TLS handshake that broke off, or no
     * connection in time (the attempt's timeout included). */
    CVX_HTTP_CONNECT,
    CVX_HTTP_RESOLVE, /* name not found (yet) */
    CVX_HTTP_TLS,     /* certificate or host name refused, unreadable CA: never retried */
    CVX_HTTP_URL,     /* no URL, or a scheme that is not allowed: never retried */
    CVX_HTTP_TIMEOUT, /* after the send; see `received` whether any byte came */
    CVX_HTTP_SEND,    /* reset or closed before the answer, or a hidden resend stopped */
    /* Cut inside headers or body, or garbage. A body without a length ends with its
     * connection: that it is cut nobody can tell here. */
    CVX_HTTP_TRUNCATED,
    CVX_HTTP_TOO_BIG,  /* over max_body or CVX_HTTP_HEAD_MAX */
    CVX_HTTP_REDIRECT, /* too many, to another scheme, or to a forbidden address */
    CVX_HTTP_INTERNAL  /* err.rc CVX_ENOMEM: memory; else libcurl in a state of its own */
};

/* Header bytes of one attempt, all its responses (redirects, 1xx) together. */
#define CVX_HTTP_HEAD_MAX ((size_t)256 * 1024)

struct cvx_http_reply {
    enum cvx_http_fault fault;
    /* When fault is not OK. Names host and port, never the URL or the secret. rc: CVX_EIO;
     * CVX_EDENIED for TLS and URL; CVX_ELIMIT for TOO_BIG; CVX_ECANCELED; CVX_ENOMEM,
     * CVX_EINTERNAL. */
    struct cvx_err err;
    /* Status, headers of the last response, decoded body, URL. With a fault the body is
     * empty, status and headers are what had come. attempts: 0 never sent, else 1. */
    struct cvx_reply answer;
    int64_t sent_ns; /* when the send began, monotonic; 0 = never */
    int64_t done_ns;
    size_t received;   /* bytes of the answer that came: whole header lines, body */
    bool resend;       /* libcurl was about to send it a second time */
    bool reused;       /* on a connection that was open before */
    bool from_private; /* the first address connected to is a private one */
    int version;       /* 10, 11, 20; 0 = no answer */
};

/* Filled by the caller; every pointer is borrowed until on_done. */
struct cvx_http_request {
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated */
    const struct cvx_buf *body; /* POST; NULL = GET */
    int64_t timeout_ns;         /* for the whole attempt, ours and libcurl's; > 0 */
    int64_t connect_timeout_ns; /* > 0 */
    size_t max_body;            /* decoded bytes; > 0 */
    unsigned redirects; /* followed at most; 0 for API calls: a 3xx is an answer */
    /* Loopback, private, link-local and other special addresses are refused, judged by the
     * address really connected to. Without it they are refused still where a redirect leads
     * to them from a public one. Behind a proxy the address is not ours to see: then hosts
     * given as an address, and localhost, are judged. */
    bool forbid_private;
    /* Where the exchange is recorded (--debug-external), redacted; NULL = nowhere, at no
     * cost. INFO: a line per request and answer; DEBUG: all that libcurl tells, headers,
     * bodies cut to 4 KiB each. */
    struct cvx_log *log;
    void *arg;
    /* A connection is up and the request is being sent; at most once, before on_done, and
     * not when it is canceled meanwhile. May be NULL. */
    void (*on_sent)(struct cvx_http_request *request);
    /* The request is free again. What the reply holds is the callee's: it takes out what it
     * keeps and ends with cvx_http_reply_done(); the struct itself is gone on return. */
    void (*on_done)(struct cvx_http_request *request, struct cvx_http_reply *reply);

    /* http.c's own. */
    void *transfer;
    struct cvx_deferred deferred;
};

/* curl_global_init() is the program's affair (once, before threads): cvx_http_global(). */
int cvx_http_global(struct cvx_err *err);

int cvx_http_new(struct cvx_loop *loop, const struct cvx_http_options *options,
                 struct cvx_http **ret, struct cvx_err *err);
/* No request may be under way. */
void cvx_http_free(struct cvx_http *http);

/* Always ends in on_done, also when memory is short. */
void cvx_http_send(struct cvx_http *http, struct cvx_http_request *request);
/* on_done follows with CVX_HTTP_CANCELED unless the answer was faster. */
void cvx_http_cancel(struct cvx_http *http, struct cvx_http_request *request);

void cvx_http_reply_done(struct cvx_http_reply *reply);
/* Static text, one word. */
const char *cvx_http_fault_name(enum cvx_http_fault fault);

/* Appends a text that came from outside (an error body, a page) without the secret, URL
 * credentials and secrets in query parts. For whatever is shown of it: the secret may come
 * back from a server. */
void cvx_http_redact(const struct cvx_http *http, const char *text, size_t len,
                     struct cvx_buf *ret);

/* Requests whose on_done is still to come; connections opened so far by those ended. */
size_t cvx_http_in_flight(const struct cvx_http *http);
size_t cvx_http_connections(const struct cvx_http *http);

#ifdef CVX_FAULTS
/* Makes the library call with this number (0 = the next) fail once; -1 = none. Counted are
 * those that can fail: making handles, setting options, adding, acting on sockets. */
void cvx_http_fail_at(long nth);
/* Library calls since the last cvx_http_fail_at(). */
long cvx_http_call_count(void);
#endif

#endif
