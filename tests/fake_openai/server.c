/* Requests in, answers out. */
#include "server.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include <cvextract/hash.h>
#include <cvextract/mem.h>

#include "pages.h"
#include "server_private.h"
#include "tls.h"
#include "util.h"

enum { BODY_MAX = 64 * 1024 * 1024, BACKLOG = 4096, IDLE_S = 3600 };

/* ---- chat completions ------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len >= n && strcmp(text + len - n, end) == 0;
}

/* The deployment of Azure's classic path, "" when it is not one. */
static void deployment_of(const char *path, char ret[96])
{
    static const char k_prefix[] = "/openai/deployments/";
    const char *from = path + sizeof k_prefix - 1;

    *ret = '\0';
    if (strncmp(path, k_prefix, sizeof k_prefix - 1) == 0)
        snprintf(ret, 96, "%.*s", (int)strcspn(from, "/"), from);
}

static void call_read(struct fake_exchange *x, const char *deployment, const char *path)
{
    struct evkeyvalq *in = evhttp_request_get_input_headers(x->req);
    struct evbuffer *body = evhttp_request_get_input_buffer(x->req);
    struct fake_call *call = &x->call;

    call->dialect =
        strncmp(path, "/openai/", 8) == 0 ? FAKE_AZURE : x->server->options->dialect;
    call->deployment = *deployment ? deployment : NULL;
    call->authorization = evhttp_find_header(in, "Authorization");
    call->api_key = evhttp_find_header(in, "api-key");
    call->content_type = evhttp_find_header(in, "Content-Type");
    call->marker = evhttp_find_header(in, "X-Fake");
    call->len = evbuffer_get_length(body);
    call->body = call->len > 0 ? (const char *)evbuffer_pullup(body, -1) : "";
}

static void usual_head(struct fake_exchange *x)
{
    struct fake_reply *reply = &x->call.reply;

    fake_reply_head(reply, "x-request-id", "req_fake%08ld", ++x->server->serial);
    if (x->call.dialect != FAKE_OPENAI)
        return;
    fake_reply_head(reply, "openai-version", "2020-10-01");
    fake_reply_head(reply, "openai-organization", "org-fake");
    fake_reply_head(reply, "openai-processing-ms", "%ld",
                    (long)(x->call.latency_us / 1000));
}

static void chat(struct fake_exchange *x, const char *path)
{
    struct fake_server *s = x->server;
    struct fake_entry *e = &x->call.entry;
    char deployment[96];

    x->counted = true;
    deployment_of(path, deployment);
    call_read(x, deployment, path);
    fake_journal_arrive(&s->journal);
    e->in_flight = s->journal.in_flight;
    e->bytes = x->call.len;
    e->print = fake_print_of(x->call.body, x->call.len, 1);
    e->times = fake_seen_count(&s->journal.bodies, e->print);
    s->journal.repeated += e->times > 1;
    if (!s->options->light && s->journal.log) {
        struct cvx_hash hash = cvx_hash_of(x->call.body, x->call.len);

        cvx_hash_hex(&hash, e->sha256);
    }
    fake_desk_answer(&s->desk, &s->journal, &x->call);
    usual_head(x);
    x->call.deployment = NULL;
    x->call.body = NULL;
    fake_exchange_end(x);
}

/* ---- everything else ---------------------------------------------------------------------------- */

static void error_reply(struct fake_exchange *x, int status, const char *message)
{
    struct fake_refusal r;

    fake_refuse(&r, status, "invalid_request_error", NULL, NULL, "%s", message);
    fake_reply_refuse(&x->call.reply, &r, x->server->options->dialect);
    fake_exchange_end(x);
}

static void stats(struct fake_exchange *x)
{
    fake_journal_flush(&x->server->journal);
    x->call.reply.status = 200;
    fake_reply_head(&x->call.reply, "Content-Type", "application/json");
    fake_journal_stats(&x->server->journal, &x->call.reply.body);
    fake_exchange_end(x);
}

static void models(struct fake_exchange *x)
{
    const struct fake_models *m = &x->server->options->models;
    struct cvx_buf *body = &x->call.reply.body;

    x->call.reply.status = 200;
    fake_reply_head(&x->call.reply, "Content-Type", "application/json");
    cvx_buf_puts(body, "{\"object\":\"list\",\"data\":[");
    for (size_t i = 0; i < m->count; i++) {
        cvx_buf_puts(body, i ? ",{\"id\":" : "{\"id\":");
        fake_put_string(body, m->model[i].name, strlen(m->model[i].name));
        cvx_buf_puts(
            body, ",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"fake\"}");
    }
    cvx_buf_puts(body, "]}\n");
    fake_exchange_end(x);
}

static void page(struct fake_exchange *x, const char *path)
{
    struct fake_server *s = x->server;
    struct evkeyvalq *in = evhttp_request_get_input_headers(x->req);
    const char *host = evhttp_find_header(in, "Host");
    struct fake_occasion o = {.job = "page", .body = path, .len = strlen(path)};

    s->journal.pages++;
    o.print = fake_print_of(path, strlen(path), 3);
    o.times = s->journal.pages;
    x->call.fault = fake_rules_choose(&s->desk.rules, &o);
    x->call.entry.job = "page";
    /* A page must never be asked for with the key. */
    s->journal.page_keys += evhttp_find_header(in, "Authorization") != NULL ||
                            evhttp_find_header(in, "api-key") != NULL;
    if (x->call.fault.klass == FAKE_CLASS_STATUS)
        fake_desk_fault(&s->desk, &x->call);
    else
        fake_pages_get(path, s->tls ? "https" : "http", host ? host : "127.0.0.1",
                       &x->call.reply);
    fake_exchange_end(x);
}

static bool has_version(const char *query)
{
    return query &&
           (strncmp(query, "api-version=", 12) == 0 || strstr(query, "&api-version="));
}

static void route(struct fake_exchange *x, const char *path, const char *query)
{
    bool post = evhttp_request_get_command(x->req) == EVHTTP_REQ_POST;
    char message[256];

    if (ends_with(path, "/chat/completions") && post) {
        if (strncmp(path, "/openai/deployments/", 20) == 0 && !has_version(query))
            error_reply(x, 404, "Resource not found");
        else if (strncmp(path, "/openai/", 8) == 0 || strncmp(path, "/v1/", 4) == 0 ||
                 strcmp(path, "/chat/completions") == 0)
            chat(x, path);
        else
            error_reply(x, 404, "Invalid URL");
        return;
    }
    if (strcmp(path, "/__stats") == 0) {
        stats(x);
    } else if (strncmp(path, "/pages/", 7) == 0 && !post) {
        page(x, path);
    } else if (ends_with(path, "/models") && !post) {
        models(x);
    } else {
        snprintf(message, sizeof message, "Invalid URL (%s %.200s)",
                 post ? "POST" : "GET", path);
        error_reply(x, ends_with(path, "/chat/completions") ? 405 : 404, message);
    }
}

static void on_request(struct evhttp_request *req, void *arg)
{
    struct fake_server *s = arg;
    const char *uri = evhttp_request_get_uri(req);
    char path[512];

    if (!uri || !evhttp_request_get_connection(req)) {
        evhttp_send_error(req, 400, NULL);
        return;
    }
    snprintf(path, sizeof path, "%.*s", (int)strcspn(uri, "?#"), uri);
    const char *query = strchr(uri, '?');
    route(fake_exchange_new(s, req), path, query ? query + 1 : NULL);
}

/* ---- the server ------------------------------------------------------------------------------------ */

static void listen_on(struct fake_server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)s->options->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    s->listener = evconnlistener_new_bind(s->base, NULL, NULL,
                                          LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE,
                                          BACKLOG, (struct sockaddr *)&at, sizeof at);
    if (!s->listener || !evhttp_bind_listener(s->http, s->listener))
        fake_die("cannot listen on 127.0.0.1:%u", s->options->port);
    getsockname(evconnlistener_get_fd(s->listener), (struct sockaddr *)&at, &len);
    s->port = ntohs(at.sin_port);
}

struct fake_server *fake_server_new(struct event_base *base,
                                    const struct fake_options *options)
{
    struct fake_server *s = fake_zalloc(sizeof *s);

    s->base = base;
    s->options = options;
    s->raws.base = base;
    s->last_us = fake_now_us();
    fake_journal_open(&s->journal, options->log_path);
    fake_desk_init(&s->desk, options, s->last_us);
    s->http = evhttp_new(base);
    if (!s->http)
        fake_die("out of memory");
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_max_body_size(s->http, BODY_MAX);
    evhttp_set_timeout(s->http, IDLE_S);
    evhttp_set_gencb(s->http, on_request, s);
    if (options->tls_cert) {
        s->tls = fake_tls_new(options->tls_cert, options->tls_key);
        evhttp_set_bevcb(s->http, fake_tls_bufferevent, s->tls);
    }
    listen_on(s);
    if (options->raw)
        s->raw_port = fake_raws_listen(&s->raws, &options->raw_fault);
    return s;
}

unsigned fake_server_port(const struct fake_server *s)
{
    return s->port;
}

unsigned fake_server_raw_port(const struct fake_server *s)
{
    return s->raw_port;
}

int64_t fake_server_last_us(const struct fake_server *s)
{
    return s->last_us;
}

void fake_server_flush(struct fake_server *s)
{
    fake_journal_flush(&s->journal);
}

void fake_server_free(struct fake_server *s)
{
    while (s->first)
        fake_exchange_abandon(s->first);
    fake_raws_done(&s->raws);
    evhttp_free(s->http);
    fake_desk_done(&s->desk);
    fake_journal_done(&s->journal);
    if (s->tls)
        fake_tls_free(s->tls);
    cvx_free(s->conns);
    cvx_free(s);
}
