/* The HTTP side: evhttp on 127.0.0.1, plain or TLS. Answers wait for their latency on
 * timers; transport faults hand the connection to raw.h. Thread: the loop's. */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include <stdint.h>

#include "options.h"

struct event_base;
struct fake_server;

/* Listening when it returns; ends the program when it cannot. */
struct fake_server *fake_server_new(struct event_base *base,
                                    const struct fake_options *options);
unsigned fake_server_port(const struct fake_server *server);
/* The raw listener's port, 0 when there is none. */
unsigned fake_server_raw_port(const struct fake_server *server);
/* When the last request came (fake_now_us()). */
int64_t fake_server_last_us(const struct fake_server *server);
/* Writes what the log still holds back. */
void fake_server_flush(struct fake_server *server);
void fake_server_free(struct fake_server *server);

#endif
