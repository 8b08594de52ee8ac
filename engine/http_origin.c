/* Owns how many requests may be on their way to a TLS server whose connection is not up yet.
 * Thread: the loop.
 *
 * libcurl opens a connection for each transfer that finds none with room, also when a
 * hundred would share it a moment later; its own remedy (CURLOPT_PIPEWAIT) folds a cold
 * burst onto the first connection only, and makes requests to a server without keep-alive
 * wait for one another. So the waiting is ours:
 *
 *     UNKNOWN   one at a time, until it is seen what the next one does while the first is
 *               under way: it goes along on its connection (SHARED), or opens one (SEPARATE)
 *     SHARED    HTTP/2: a few at a time; each that was sent lets the next one go
 *     SEPARATE  HTTP/1.1: all at once, each needs a connection of its own anyway
 *
 * The version of an answer decides too, whatever was seen before. */
#include "http_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* Connections to a server that are being made at once, at most. */
#define SHARED_OPENING 8

/* FNV-1a over the authority of an https URL, never 0; 0 for what is not TLS. */
static uint64_t hash_of(const char *url)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    if (strncasecmp(url, "https://", 8) != 0)
        return 0;
    for (const char *p = url + 8; *p && !strchr("/?#", *p); p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    return hash ? hash : 1;
}

/* A record for this server; a new one takes the place of one without requests. NULL when
 * all are busy: then nobody waits. */
static struct cvx_http_origin *find(struct cvx_http *http, uint64_t hash)
{
    struct cvx_http_origin *spare = NULL;

    for (size_t i = 0; i < CVX_HTTP_ORIGINS; i++) {
        struct cvx_http_origin *origin = &http->origins[i];

        if (origin->hash == hash)
            return origin;
        if (origin->requests == 0 && (!spare || origin->used < spare->used))
            spare = origin;
    }
    if (spare)
        *spare = (struct cvx_http_origin){.hash = hash, .kind = CVX_HTTP_UNKNOWN};
    return spare;
}

void cvx_http_origin_join(struct cvx_http_transfer *t)
{
    uint64_t hash = t->request->url ? hash_of(t->request->url) : 0;

    t->origin = hash == 0 || t->http->http11 ? NULL : find(t->http, hash);
    if (!t->origin)
        return;
    t->origin->requests++;
    t->origin->used = ++t->http->origin_clock;
}

static size_t window(const struct cvx_http_origin *origin)
{
    switch (origin->kind) {
    case CVX_HTTP_UNKNOWN:
        return 1;
    case CVX_HTTP_SHARED:
        return SHARED_OPENING;
    case CVX_HTTP_SEPARATE:
        break;
    }
    return SIZE_MAX;
}

bool cvx_http_origin_has_room(const struct cvx_http_origin *origin)
{
    return !origin || origin->opening < window(origin);
}

void cvx_http_origin_start(struct cvx_http_transfer *t)
{
    if (!t->origin)
        return;
    t->origin->opening++;
    t->opening = true;
}

/* libcurl may be on the stack: whoever waits is let go later. */
static void go_on(struct cvx_http_transfer *t)
{
    if (t->origin->first)
        cvx_loop_defer(t->http->loop, &t->http->release);
}

static void learn(struct cvx_http_transfer *t, enum cvx_http_kind kind)
{
    t->origin->kind = kind;
    go_on(t);
}

void cvx_http_origin_on_open(struct cvx_http_transfer *t)
{
    if (!t->origin)
        return;
    t->opened = true;
    if (t->origin->kind == CVX_HTTP_UNKNOWN && t->origin->sent > 0)
        learn(t, CVX_HTTP_SEPARATE);
}

void cvx_http_origin_on_send(struct cvx_http_transfer *t)
{
    if (!t->origin || !t->opening)
        return;
    t->opening = false;
    t->origin->opening--;
    if (t->origin->kind == CVX_HTTP_UNKNOWN && t->origin->sent > 0 && !t->opened)
        t->origin->kind = CVX_HTTP_SHARED;
    t->origin->sent++;
    go_on(t);
}

void cvx_http_origin_on_version(struct cvx_http_transfer *t, bool http2)
{
    enum cvx_http_kind kind = http2 ? CVX_HTTP_SHARED : CVX_HTTP_SEPARATE;

    /* After a redirect it is another server that speaks. */
    if (t->origin && t->sends == 1 && t->origin->kind != kind)
        learn(t, kind);
}

void cvx_http_origin_leave(struct cvx_http_transfer *t)
{
    if (!t->origin)
        return;
    if (t->opening)
        t->origin->opening--;
    else if (t->sends > 0)
        t->origin->sent--;
    t->opening = false;
    t->origin->requests--;
    go_on(t);
    t->origin = NULL;
}

void cvx_http_origin_wait(struct cvx_http_transfer *t)
{
    struct cvx_http_origin *origin = t->origin;

    t->next = NULL;
    t->prev = origin->last;
    if (origin->last)
        origin->last->next = t;
    else
        origin->first = t;
    origin->last = t;
}

void cvx_http_origin_unwait(struct cvx_http_transfer *t)
{
    struct cvx_http_origin *origin = t->origin;

    if (t->prev)
        t->prev->next = t->next;
    else
        origin->first = t->next;
    if (t->next)
        t->next->prev = t->prev;
    else
        origin->last = t->prev;
    t->next = t->prev = NULL;
}
