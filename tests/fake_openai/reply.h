/* The bytes of an answer: a chat completion in all its right and wrong forms. Pure. */
#ifndef FAKE_REPLY_H
#define FAKE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include <cvextract/buf.h>

#include "fault.h"
#include "refusal.h"

struct json_object;

struct fake_reply {
    int status;
    struct cvx_buf head; /* header lines, each with CRLF; no status line, no length */
    struct cvx_buf body;
    bool close;
    long prompt_tokens, completion_tokens, cached_tokens;
};

void fake_reply_done(struct fake_reply *reply);
/* Appends one header line. */
void fake_reply_head(struct fake_reply *reply, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Makes it an error answer. */
void fake_reply_refuse(struct fake_reply *reply, const struct fake_refusal *refusal,
                       enum fake_dialect dialect);

/* What a completion says. */
struct fake_completion {
    const char *model;
    const char *content; /* the document's JSON */
    size_t content_len;
    size_t prompt_bytes, cached_bytes;
    long max_tokens; /* the request's cap, 0 = none */
    uint64_t print;  /* of the request, for the id */
    bool no_usage;
    enum fake_dialect dialect;
    struct fake_fault
        fault; /* of the classes CONTENT and BODY; kind NONE = a good answer */
};

/* 200 and the completion. An answer over max_tokens is cut with finish_reason "length". */
void fake_reply_complete(struct fake_reply *reply, const struct fake_completion *c);
/* A document spoilt on purpose (BAD_SCHEMA, INVENT), in place. */
void fake_reply_spoil(struct json_object *document, enum fake_fault_kind kind);

#endif
