/* The stand-in server's command line. */
#ifndef FAKE_OPTIONS_H
#define FAKE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "models.h"
#include "rate_limits.h"
#include "refusal.h"

/* Strings are argv's. */
struct fake_options {
    unsigned port;
    const char *tls_cert, *tls_key;
    const char *port_file, *log_path;
    const char *raw; /* a second port, each connection of which suffers this fault */
    struct fake_fault raw_fault;
    const char *key; /* the only one that is right; NULL = any */
    double exit_after_s;
    bool light, no_usage, close_each;
    enum fake_dialect dialect;
    struct fake_models models;
    struct fake_rules rules;
    bool has_latency;
    struct fake_latency latency;
    double rpm, tpm, bucket_s;
    enum fake_limit_kind limit_kind;
    bool charge_estimate, count_refused;
    enum fake_announce announce;
    enum fake_rate_headers rate_headers;
    enum fake_retry_form retry_form;
    const char *retry_literal;
    double retry_after_s; /* of injected 429s and 503s; < 0 = none */
};

/* 0, or the status to end with (help: 0 with *ret_done). Says on stderr what is wrong. */
int fake_options_parse(int argc, char **argv, struct fake_options *ret, bool *ret_done);

#endif
