/* Byte-level faults: answers written to a connection by hand, and a listener whose every
 * connection suffers one. Nothing here blocks: gaps are timers.
 * Thread: the loop's. */
#ifndef FAKE_RAW_H
#define FAKE_RAW_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

#include "fault.h"

struct bufferevent;
struct event_base;
struct evhttp_connection;

enum fake_raw_end {
    FAKE_RAW_CLOSE, /* FIN when all is written */
    FAKE_RAW_RESET, /* RST at once when all is written */
    FAKE_RAW_HOLD /* stays open, silent, until the other side leaves or the time is up */
};

/* What to write and how. */
struct fake_script {
    struct cvx_buf bytes; /* moved away by fake_raws_take() */
    size_t fast;          /* bytes that go at once; the rest in steps */
    size_t step;          /* bytes per step */
    unsigned gap_ms;      /* between steps */
    size_t filler;        /* so many blanks after the bytes */
    enum fake_raw_end end;
    double hold_s; /* HOLD: at most so long */
};

/* All connections in the hands of this module. */
struct fake_raws {
    struct event_base *base;
    struct fake_raw *first;
    struct evconnlistener *listener;
    struct fake_fault fault; /* of the listener */
};

/* Takes a connection from evhttp (whose request was read and not answered) and plays the
 * script on it; evhttp's connection and request are freed at its end. */
void fake_raws_take(struct fake_raws *raws, struct evhttp_connection *evcon,
                    struct fake_script *script);
/* The script of a transport fault for a good answer: status line, head and body. */
void fake_script_make(const struct fake_fault *fault, int status,
                      const struct cvx_buf *head, const struct cvx_buf *body,
                      struct fake_script *ret);
/* Listens on 127.0.0.1 on any free port, which it returns. */
unsigned fake_raws_listen(struct fake_raws *raws, const struct fake_fault *fault);
/* Ends them all. */
void fake_raws_done(struct fake_raws *raws);

#endif
