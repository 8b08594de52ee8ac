/* See chat_drive.h. The order of things is the lane's: build, send, classify or judge. */
#include "chat_drive.h"

#include <string.h>

#include "json/writer.h"

static int send_once(struct chat_drive *drive, struct cvx_call *call)
{
    size_t i = drive->sent;
    if (i == CHAT_DRIVE_MAX || !drive->answers[i].body)
        return cvx_fail(&call->err, CVX_EINTERNAL, "no answer is left in the list");
    int rc = call->build(call, &drive->profile, &drive->bodies[i], &call->err);
    if (rc)
        return rc;
    drive->keys[i] = call->key;
    drive->caps[i] = call->max_output;
    drive->sent++;
    call->reply.status = drive->answers[i].status ? drive->answers[i].status : 200;
    cvx_buf_clear(&call->reply.body);
    cvx_buf_puts(&call->reply.body, drive->answers[i].body);
    return cvx_buf_check(&call->reply.body, &call->err);
}

static void send_call(struct chat_drive *drive, struct cvx_task *task,
                      struct cvx_call *call)
{
    cvx_err_init(&call->err);
    call->task = task;
    do {
        call->verdict = CVX_VERDICT_FAILED;
        if (send_once(drive, call))
            break;
        call->verdict = call->reply.status < 300
                            ? call->judge(task, call, &drive->usage, &call->err)
                            : call->classify(&call->reply, &drive->profile, &call->err);
    } while (call->verdict == CVX_VERDICT_ADAPT);
    bool answered = call->verdict == CVX_VERDICT_ACCEPTED ||
                    call->verdict == CVX_VERDICT_REPAIR ||
                    call->verdict == CVX_VERDICT_LONGER;
    task->rc = answered ? CVX_OK : (int)call->err.rc;
    task->err = call->err;
}

int chat_drive(struct chat_drive *drive, struct cvx_chat *chat, struct cvx_task *task,
               cvx_job_fn *describe)
{
    int rc = CVX_OK;
    for (task->turn = 0; task->turn < 4 * CHAT_DRIVE_MAX; task->turn++) {
        struct cvx_next next = cvx_chat_next(chat, task, describe, &rc);
        if (chat->ended)
            return rc;
        if (next.wait == CVX_WAIT_JOB)
            task->rc = next.job(task);
        else
            send_call(drive, task, next.call);
    }
    return cvx_fail(&task->err, CVX_EINTERNAL, "the chat does not end");
}

void chat_drive_done(struct chat_drive *drive)
{
    for (size_t i = 0; i < CHAT_DRIVE_MAX; i++)
        cvx_buf_done(&drive->bodies[i]);
}

void chat_completion(struct cvx_buf *buf, const char *content, const char *finish)
{
    cvx_buf_puts(buf,
                 "{\"id\":\"c1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":"
                 "0,\"message\":{\"role\":\"assistant\",\"content\":");
    cvx_writer_string(content, strlen(content), buf);
    cvx_buf_puts(buf, ",\"refusal\":null}");
    if (finish) {
        cvx_buf_puts(buf, ",\"finish_reason\":");
        cvx_writer_string(finish, strlen(finish), buf);
    }
    cvx_buf_puts(buf, "}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,"
                      "\"total_tokens\":120}}");
}
