/* What all adjusters have in common: a CV goes to a model with instructions, comes back, and
 * is accepted only when what must not change has not (30-openai.md, "Adjusters").
 *
 *     [SHARED: what the run needs once] -> chat (describe, call, check) -> DONE
 *                                            |
 *                                            v on-error=keep
 *                                          JOB (copy the CV) -> DONE, with a warning
 *
 * An adjuster is a constant of its own file; the descriptor's functions are those below.
 * Threads: as stage.h says. */
#ifndef CVX_ADJUST_ADJUST_H
#define CVX_ADJUST_ADJUST_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/stage.h>

#include "openai/chat.h"
#include "text/patterns.h"
#include "verify/schema.h"

/* A CV of more bytes (JSON, as it is sent) is refused: no model reads so much. */
#define CVX_ADJUST_CV_MAX ((size_t)1024 * 1024)
/* Name of the answer's schema on the wire. */
#define CVX_ADJUST_SCHEMA_NAME "cv"

/* One adjuster. Constant. */
struct cvx_adjuster {
    const char *prompt; /* instructions: what is the same for all runs */
    unsigned checks;    /* enum cvx_invariant */
    bool protects;      /* the CV is sent with placeholders (protect.h) */
    /* Writes what is the same for all files of the run into the chat, behind the prompt.
     * On a worker; task->shared is there. NULL = nothing. */
    int (*context)(struct cvx_task *task, struct cvx_chat *chat);
    /* Bytes of that, for estimates. NULL = none. */
    size_t (*context_bytes)(const struct cvx_task *task);
    /* What the whole run needs once, and who makes it. NULL = nothing. */
    cvx_step_fn *produce;
};

/* Of a run; read by all workers. */
struct cvx_adjust_state {
    const struct cvx_adjuster *adjuster;
    struct cvx_openai_schema *cv;       /* of the answer */
    struct cvx_schema *order;           /* the same, for the order of its keys */
    struct cvx_openai_schema *research; /* company research: of the profile */
    struct cvx_patterns *patterns;
    char *shared_key; /* NULL = this run needs nothing shared */
    bool keep;        /* on-error=keep */
};

/* What task->data of every task of an adjuster begins with. */
struct cvx_adjust_data {
    void (*done)(struct cvx_adjust_data *data); /* releases it */
};

/* The key that every adjuster has beside its own, and the one for its model. */
#define CVX_ADJUST_KEYS                                                                  \
    {"on-error", 0, "fail|keep",                                                         \
     "keep: when it fails, the CV goes on as it was, with a warning (default: fail)"},   \
    {                                                                                    \
        "openai-model", 0, "M", "model to ask"                                           \
    }

/* For a prepare: the state, with on-error= read. `shared_key` is copied; NULL = none.
 * CVX_EUSAGE, CVX_ENOMEM; *ret is for cvx_adjust_close(). */
int cvx_adjust_state_new(const struct cvx_task *task, const struct cvx_adjuster *adjuster,
                         const char *shared_key, struct cvx_adjust_state **ret,
                         struct cvx_err *err);
/* The value of a key that must not be empty. CVX_EUSAGE naming it. */
int cvx_adjust_value(const struct cvx_task *task, const char *key, const char **ret,
                     struct cvx_err *err);

/* For the descriptor. */
struct cvx_next cvx_adjust_step(struct cvx_task *task);
void cvx_adjust_close(void *made);
void cvx_adjust_drop(struct cvx_task *task);
/* Whether the user gave this key, with a value or bare. */
bool cvx_adjust_is_given(const struct cvx_task *task, const char *key);
/* A foresee: what the state's shared_key names. */
const char *cvx_adjust_foresee(const struct cvx_task *task, cvx_step_fn **ret_produce);
/* Calls and tokens for one file; nothing that is shared. */
int cvx_adjust_estimate(struct cvx_task *task, struct cvx_estimate *ret);

/* Tokens of that many bytes, as long as no server has counted any (30-openai.md). */
size_t cvx_adjust_tokens(size_t bytes);

/* adjust_check.c: the check of a chat (chat.h); leaves task->output. */
int cvx_adjust_check(struct cvx_task *task, struct json_object *answer,
                     struct cvx_issues *violations);

#endif
