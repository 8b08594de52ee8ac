/* A server that says byte for byte what a test wants, on threads of its own: one that
 * accepts, one per connection that runs the test's function. Blocking sockets, so that a
 * script is plain code. Every wait ends when the peer or the test closes.
 *
 * Thread: start, stop and the counters are the test's; raw_*(c, ...) are for the function
 * on its connection's thread. Nothing here asserts off the test's thread. */
#ifndef TEST_RAW_SERVER_H
#define TEST_RAW_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#define RAW_CONNECTIONS_MAX 512

struct raw_server;

struct raw_connection {
    struct raw_server *server;
    int fd;
    unsigned nth; /* 0 = the first connection accepted */
    SSL *ssl;     /* NULL = plain */
    pthread_t thread;
    char head[65536]; /* of the request read last, NUL-terminated */
    size_t body_len;
};

struct raw_server {
    int fd;
    unsigned port;
    pthread_t thread;
    void (*serve)(struct raw_connection *c);
    void *arg;    /* the script's */
    SSL_CTX *tls; /* NULL = plain; borrowed */
    atomic_uint requests;

    /* Guarded by mu. */
    pthread_mutex_t mu;
    pthread_cond_t changed;
    bool stop;
    unsigned n_connections;
    unsigned gathered; /* for raw_gather */
    struct raw_connection *open[RAW_CONNECTIONS_MAX];
};

/* Listens on 127.0.0.1 (or ::1 with `six`), any port. Asserts. */
void raw_start(struct raw_server *s, void (*serve)(struct raw_connection *c), void *arg,
               SSL_CTX *tls);
/* Ends all connections and joins all threads. */
void raw_stop(struct raw_server *s);
unsigned raw_connections(struct raw_server *s);
/* Waits (bounded) until so many requests were read; false = they did not come. */
bool raw_await_requests(struct raw_server *s, unsigned count);

/* Waits (bounded) until no connection is open; false = some stay. */
bool raw_all_closed(struct raw_server *s);

/* Reads a request with its body (Content-Length); false = the peer closed. */
bool raw_request(struct raw_connection *c);
/* The value of a header of that request, NULL = none; in a buffer of the connection's. */
bool raw_has(const struct raw_connection *c, const char *text);
bool raw_send(struct raw_connection *c, const void *data, size_t len);
bool raw_say(struct raw_connection *c, const char *text);
/* A 200 with Content-Length. */
bool raw_answer(struct raw_connection *c, const char *body);
/* Byte by byte, some milliseconds apart, until the peer closes. */
void raw_drip(struct raw_connection *c, const char *text);
/* Until the peer closes. */
void raw_stall(struct raw_connection *c);
/* The connection ends with a reset, not with an orderly close. */
void raw_reset(struct raw_connection *c);
/* Waits until `count` connections are here. */
void raw_gather(struct raw_connection *c, unsigned count);

#endif
