/* A scripted model and web behind the stages that call them, and a small world to run them
 * in: a loop, workers, shared results, tasks of one stage. What the lane does to a call is
 * done here in its simplest form: build, answer, judge. Thread: the test's. */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/cv.h>

#include "task.h"

enum { MODEL_TASKS = 50, MODEL_CALLS = 256 };

struct model_world;

/* Answers one attempt: fills reply (status, body, headers are the test's to make with the
 * helpers below). `request` is the JSON of a model call, "" for a page. */
typedef void model_answer(struct model_world *w, const struct cvx_call *call,
                          const char *request, struct cvx_reply *reply);

struct model_result {
    bool ended;
    int rc;
    char err[1024]; /* outermost frame */
    char issues[1024];
    struct cvx_cv *output;
};

struct model_world {
    struct cvx_caller caller; /* first */
    struct cvx_loop *loop;
    struct cvx_task_env env;
    struct cvx_task_ctl tasks[MODEL_TASKS];
    struct model_result results[MODEL_TASKS];
    struct cvx_file_info file;
    size_t ended, expect;
    struct cvx_deferred turn;
    struct cvx_call *waiting[MODEL_CALLS];
    size_t n_waiting;

    /* Of the test. */
    model_answer *answer;
    void *arg;
    const char *target;
    unsigned fail_first; /* attempts that fail transiently before the first answer */

    /* Seen. */
    size_t fetches, researches, chats, attempts;
    char urls[MODEL_CALLS][256];
    struct cvx_buf last_request; /* of a model call */
    struct cvx_buf research_request;
};

/* Asserts that everything could be made. */
void model_world_make(struct model_world *w, const char *target, model_answer *answer);
void model_world_done(struct model_world *w);
/* Prepares the stage with these parameters, runs `count` tasks over copies of the CV, closes
 * it. The prepare's rc when that is not CVX_OK (its error in results[0].err). */
int model_world_run(struct model_world *w, const struct cvx_stage *stage,
                    const struct cvx_param *params, size_t n_params, const char *cv,
                    size_t count);

/* A completion with this content. */
void model_says(struct cvx_reply *reply, const char *content);
/* A page, with its type. */
void model_page(struct cvx_reply *reply, const char *type, const char *body);

#endif
