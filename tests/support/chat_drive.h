/* A chat without an engine and without a network: the steps, jobs and calls that
 * cvx_chat_next() asks for, with answers from a list. Thread: the test's. */
#ifndef CVX_TESTS_CHAT_DRIVE_H
#define CVX_TESTS_CHAT_DRIVE_H

#include <cvextract/call.h>
#include <cvextract/stage.h>

#include "openai/chat.h"

#define CHAT_DRIVE_MAX 8

struct chat_drive {
    /* In order; past the end the drive fails. Status 0 means 200. */
    struct {
        int status;
        const char *body;
    } answers[CHAT_DRIVE_MAX];

    size_t sent;
    struct cvx_buf bodies[CHAT_DRIVE_MAX]; /* as they were sent */
    struct cvx_hash keys[CHAT_DRIVE_MAX];
    size_t caps[CHAT_DRIVE_MAX];
    struct cvx_profile profile;
    struct cvx_usage usage; /* of the last answer */
};

/* Until the chat has ended; how it ended (text in task->err). */
int chat_drive(struct chat_drive *drive, struct cvx_chat *chat, struct cvx_task *task,
               cvx_job_fn *describe);
void chat_drive_done(struct chat_drive *drive);

/* Appends a chat completion whose content is this text. finish NULL: none is given. */
void chat_completion(struct cvx_buf *buf, const char *content, const char *finish);

#endif
