/* A conversation with a model as stages use it: describe it once, wait for its call, have
 * the answer checked; one repair turn, one longer answer (30-openai.md, "One call").
 *
 * A stage embeds a chat in its task->data, makes it with cvx_chat_init() and returns what
 * cvx_chat_next() says until the chat has ended. Threads: describe and check run on a worker,
 * the rest on the loop. Pure but for that: no I/O here. While a chat is under way it is the
 * task's driver (task->driver). */
#ifndef CVX_OPENAI_CHAT_H
#define CVX_OPENAI_CHAT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/call.h>
#include <cvextract/stage.h>

#include "openai/schema.h"

struct json_object;

/* The model when neither the stage's parameters nor the user's settings name one. */
#define CVX_CHAT_MODEL_DEFAULT "gpt-6-luna"

/* Of a stage; the chat itself adds two more for the repair turn. */
#define CVX_CHAT_MESSAGES_MAX 8

struct cvx_chat_message {
    const char *role; /* "system", "user", "assistant"; static */
    struct cvx_buf text;
    /* A file part beside the text (PDF): name and a data URL; empty = none. */
    struct cvx_buf file_name, file_data;
};

/* How far a chat has come. */
enum cvx_chat_at {
    CVX_CHAT_NEW,
    CVX_CHAT_DESCRIBING, /* the job */
    CVX_CHAT_ASKED,      /* the call */
    CVX_CHAT_ENDED
};

struct cvx_chat {
    /* ---- set by the stage's describe ---- */
    const char *model;       /* NULL = cvx_chat_model(task) */
    const char *schema_name; /* [A-Za-z0-9_-]{1,64} */
    /* Made in the stage's prepare by cvx_openai_schema_new(); borrowed from its state. */
    const struct cvx_openai_schema *schema;
    size_t
        max_output; /* first cap on the answer's tokens; 0 = judged by the prompt's size.
                          Never over the user's max-tokens= */
    size_t fixed_tokens; /* beside the texts: pages of a PDF */
    struct cvx_chat_message messages[CVX_CHAT_MESSAGES_MAX + 2];
    size_t n_messages;
    /* Checks a parsed answer on the worker and leaves the product in the task. The answer is
     * borrowed (take a reference to keep it; the schema has been checked, nulls of optional
     * fields removed). Violations (errors among the issues) lead to the repair turn, and to
     * failure when that was it: then leave no product. CVX_OK, or a fault with task->err
     * filled. Never NULL. */
    int (*check)(struct cvx_task *task, struct json_object *answer,
                 struct cvx_issues *violations);

    /* ---- the chat's own ---- */
    enum cvx_chat_at at;
    cvx_job_fn *describe;
    struct cvx_call call;
    /* Of the request to send next: made by the job, then by the judge. */
    struct cvx_hash key;
    struct cvx_buf
        request; /* its bytes, for a server that takes everything: given away by
                               the first build */
    struct cvx_hash earlier[2]; /* of those before it */
    unsigned n_earlier;
    size_t prompt_bytes, next_output;
    bool repaired, longer;
    bool ended;
    bool has_temperature;
    double temperature;
    size_t cap; /* max-tokens= */
};

void cvx_chat_init(struct cvx_chat *chat);
/* Also for one that never began; not while its call is waited for. */
void cvx_chat_done(struct cvx_chat *chat);

/* The stage's openai-model=, else the user's default, else the built-in one. */
const char *cvx_chat_model(const struct cvx_task *task);

/* Appends a message; its text is then written into the buffer returned (NULL: too many).
 * What is the same for all files goes first: providers keep the beginning of a prompt. A
 * file part is written into the last message's file_name and file_data. */
struct cvx_buf *cvx_chat_say(struct cvx_chat *chat, const char *role);
/* Appends `text` as data set off by a delimiter that does not occur in it, with a line that
 * says that instructions inside it are to be ignored. */
void cvx_chat_quote(struct cvx_buf *buf, const char *what, const char *text, size_t len);

/* What to wait for next: first `describe` (a job that fills the chat), then the call; then,
 * after a broken or a cut answer, the call again. When it is over: chat->ended, and *ret_rc
 * is how (CVX_OK: check() accepted; else task->err says why). The returned next is then not
 * to be used. A chat is over once; another one needs cvx_chat_done() and cvx_chat_init(). */
struct cvx_next cvx_chat_next(struct cvx_chat *chat, struct cvx_task *task,
                              cvx_job_fn *describe, int *ret_rc);

#endif
