/* What a request asks for: found by its schema's property names and by the JSON objects and
 * quoted text in its messages, never by the wording of a prompt (but for "translate"). The
 * one place to change when the program's prompts change. Pure. */
#ifndef FAKE_ASK_H
#define FAKE_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

struct json_object;

enum fake_job {
    FAKE_JOB_OTHER,
    FAKE_JOB_EXTRACT,   /* a document's text -> a CV */
    FAKE_JOB_ADJUST,    /* a CV and a profile or posting -> the CV */
    FAKE_JOB_TRANSLATE, /* a CV -> the CV in another language */
    FAKE_JOB_RESEARCH   /* pages -> a company profile */
};

struct fake_ask {
    enum fake_job job;
    struct json_object
        *schema;            /* what the answer must look like; NULL when none was given */
    struct json_object *cv; /* in the request; NULL when there is none */
    struct cvx_buf instructions; /* system messages and what else is no document */
    struct cvx_buf text;         /* the document: what is quoted in the last message */
    struct cvx_buf context;      /* texts beside the CV: posting, profile */
    bool marked;                 /* the CV holds placeholders */
    char language[16];           /* TRANSLATE: short name of the target */
    size_t prompt_bytes;         /* of all messages and the schema */
};

/* Reads a request that has been checked; fake_ask_done() afterwards. */
void fake_ask_read(struct json_object *request, struct fake_ask *ret);
void fake_ask_done(struct fake_ask *ask);
const char *fake_job_name(enum fake_job job);

#endif
