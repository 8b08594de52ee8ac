/* HTTPS: connections of evhttp wrapped in TLS. */
#ifndef FAKE_TLS_H
#define FAKE_TLS_H

struct event_base;
struct bufferevent;

struct ssl_ctx_st;

/* A context from PEM files; ends the program when they cannot be read. */
struct ssl_ctx_st *fake_tls_new(const char *cert, const char *key);
void fake_tls_free(struct ssl_ctx_st *ctx);
/* For evhttp_set_bevcb(); arg is the context. */
struct bufferevent *fake_tls_bufferevent(struct event_base *base, void *arg);

#endif
