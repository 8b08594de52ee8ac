/* Owns the accepting and serving threads of a scripted server. See raw_server.h. */
#include "raw_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 30000

static ssize_t conn_read(struct raw_connection *c, void *data, size_t len)
{
    if (c->ssl) {
        int n = SSL_read(c->ssl, data, (int)len);

        return n > 0 ? n : -1;
    }
    return recv(c->fd, data, len, 0);
}

bool raw_send(struct raw_connection *c, const void *data, size_t len)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n =
            c->ssl ? SSL_write(c->ssl, p, (int)len) : send(c->fd, p, len, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

bool raw_say(struct raw_connection *c, const char *text)
{
    return raw_send(c, text, strlen(text));
}

bool raw_answer(struct raw_connection *c, const char *body)
{
    char text[65536];
    int n =
        snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(body), body);

    return raw_send(c, text, (size_t)n);
}

static bool read_head(struct raw_connection *c)
{
    size_t len = 0;

    /* Byte by byte: what follows belongs to the body. */
    while (len + 1 < sizeof(c->head)) {
        if (conn_read(c, c->head + len, 1) != 1)
            return false;
        c->head[++len] = '\0';
        if (len >= 4 && memcmp(c->head + len - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

bool raw_request(struct raw_connection *c)
{
    char block[16384];
    const char *length;

    if (!read_head(c))
        return false;
    length = strstr(c->head, "Content-Length: ");
    c->body_len = length ? strtoul(length + 16, NULL, 10) : 0;
    for (size_t left = c->body_len; left > 0;) {
        ssize_t n = conn_read(c, block, left < sizeof(block) ? left : sizeof(block));

        if (n <= 0)
            return false;
        left -= (size_t)n;
    }
    pthread_mutex_lock(&c->server->mu);
    atomic_fetch_add(&c->server->requests, 1);
    pthread_cond_broadcast(&c->server->changed);
    pthread_mutex_unlock(&c->server->mu);
    return true;
}

bool raw_has(const struct raw_connection *c, const char *text)
{
    return strstr(c->head, text) != NULL;
}

void raw_drip(struct raw_connection *c, const char *text)
{
    for (; *text; text++) {
        struct pollfd peer = {.fd = c->fd, .events = POLLIN};

        if (!raw_send(c, text, 1) || poll(&peer, 1, 3) > 0)
            return; /* nothing but its end is expected of the peer */
    }
}

void raw_stall(struct raw_connection *c)
{
    char byte;

    while (conn_read(c, &byte, 1) > 0)
        ;
}

void raw_reset(struct raw_connection *c)
{
    const struct linger none = {.l_onoff = 1, .l_linger = 0};

    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

void raw_gather(struct raw_connection *c, unsigned count)
{
    struct raw_server *s = c->server;

    pthread_mutex_lock(&s->mu);
    s->gathered++;
    pthread_cond_broadcast(&s->changed);
    while (!s->stop && s->gathered < count)
        pthread_cond_wait(&s->changed, &s->mu);
    pthread_mutex_unlock(&s->mu);
}

bool raw_all_closed(struct raw_server *s)
{
    struct timespec until;
    bool all;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    pthread_mutex_lock(&s->mu);
    do {
        all = true;
        for (unsigned i = 0; i < s->n_connections; i++)
            all = all && s->open[i]->fd < 0;
    } while (!all && pthread_cond_timedwait(&s->changed, &s->mu, &until) == 0);
    pthread_mutex_unlock(&s->mu);
    return all;
}

static void *connection_run(void *arg)
{
    struct raw_connection *c = arg;
    struct raw_server *s = c->server;
    bool ready = true;

    if (s->tls) {
        c->ssl = SSL_new(s->tls);
        ready = c->ssl && SSL_set_fd(c->ssl, c->fd) == 1 && SSL_accept(c->ssl) == 1;
    }
    if (ready)
        s->serve(c);
    /* Not closed before it is off the list: raw_stop() shuts down what is on it. */
    pthread_mutex_lock(&s->mu);
    SSL_free(c->ssl);
    close(c->fd);
    c->fd = -1;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mu);
    return NULL;
}

static void connection_begin(struct raw_server *s, int fd)
{
    struct raw_connection *c = calloc(1, sizeof(*c));
    const int one = 1;

    pthread_mutex_lock(&s->mu);
    if (!c || s->stop || s->n_connections == RAW_CONNECTIONS_MAX) {
        free(c);
        close(fd);
    } else {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        c->server = s;
        c->fd = fd;
        c->nth = s->n_connections;
        if (pthread_create(&c->thread, NULL, connection_run, c) == 0) {
            s->open[s->n_connections++] = c;
        } else {
            close(fd);
            free(c);
        }
    }
    pthread_mutex_unlock(&s->mu);
}

static void *server_run(void *arg)
{
    struct raw_server *s = arg;

    for (;;) {
        int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0 && errno == EINTR)
            continue;
        if (fd < 0)
            return NULL;
        connection_begin(s, fd);
    }
}

void raw_start(struct raw_server *s, void (*serve)(struct raw_connection *c), void *arg,
               SSL_CTX *tls)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);

    memset(s, 0, sizeof(*s));
    s->serve = serve;
    s->arg = arg;
    s->tls = tls;
    pthread_mutex_init(&s->mu, NULL);
    pthread_cond_init(&s->changed, NULL);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(s->fd >= 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(s->fd, RAW_CONNECTIONS_MAX), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&address, &len), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, server_run, s), 0);
}

void raw_stop(struct raw_server *s)
{
    pthread_mutex_lock(&s->mu);
    s->stop = true;
    shutdown(s->fd, SHUT_RDWR);
    for (unsigned i = 0; i < s->n_connections; i++)
        if (s->open[i]->fd >= 0)
            shutdown(s->open[i]->fd, SHUT_RDWR);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mu);
    pthread_join(s->thread, NULL);
    for (unsigned i = 0; i < s->n_connections; i++) {
        pthread_join(s->open[i]->thread, NULL);
        free(s->open[i]);
    }
    close(s->fd);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->mu);
}

unsigned raw_connections(struct raw_server *s)
{
    pthread_mutex_lock(&s->mu);
    unsigned n = s->n_connections;

    pthread_mutex_unlock(&s->mu);
    return n;
}

bool raw_await_requests(struct raw_server *s, unsigned count)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&s->mu);
    while (rc == 0 && atomic_load(&s->requests) < count)
        rc = pthread_cond_timedwait(&s->changed, &s->mu, &until);
    pthread_mutex_unlock(&s->mu);
    return atomic_load(&s->requests) >= count;
}
