/* Any bytes as what a server answers: the first byte tells how (a digit is the class of an
 * HTTP status, 'c' the content of a chat completion, anything else a body with status 200).
 * Whatever comes, there is a verdict with its reason, and what is accepted is a document. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include <chat_drive.h>

#include "contracts/embedded.h"
#include "openai/reply.h"
#include "openai/schema.h"
#include "json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

/* Shown on terminals: no control character may have come through. */
static void require_printable(const struct cvx_err *err)
{
    for (const char *c = cvx_err_top(err); *c; c++)
        require((unsigned char)*c >= 0x20 && *c != 0x7F);
}

static void check_document(struct json_object *root)
{
    static struct cvx_openai_schema *schema;
    struct cvx_issues issues = {0};
    struct cvx_buf text = CVX_BUF_INIT;
    if (!schema)
        require(cvx_openai_schema_new(cvx_embedded_cv_schema, cvx_embedded_cv_schema_len,
                                      &schema, NULL) == CVX_OK);
    cvx_openai_schema_relax(schema, root);
    require(cvx_openai_schema_check(schema, root, &issues, NULL) == CVX_OK);
    require(cvx_writer_print(root, &text, NULL) == CVX_OK);
    cvx_buf_done(&text);
    cvx_issues_done(&issues);
}

static void try_answer(const struct cvx_reply *reply)
{
    struct json_object *root = NULL;
    struct cvx_buf said = CVX_BUF_INIT;
    struct cvx_usage usage;
    struct cvx_err err;
    cvx_err_init(&err);
    enum cvx_verdict verdict = cvx_openai_reply(reply, 1000, &root, &said, &usage, &err);
    require((verdict == CVX_VERDICT_ACCEPTED) == (root != NULL));
    require(verdict == CVX_VERDICT_ACCEPTED || verdict == CVX_VERDICT_REPAIR ||
            verdict == CVX_VERDICT_LONGER || verdict == CVX_VERDICT_FAILED);
    if (verdict == CVX_VERDICT_ACCEPTED)
        check_document(root);
    else
        require(err.rc != CVX_OK && *cvx_err_top(&err));
    require_printable(&err);
    json_object_put(root);
    cvx_buf_done(&said);
}

static void try_error(const struct cvx_reply *reply)
{
    static const struct cvx_profile k_untouched;
    struct cvx_profile profile = k_untouched;
    struct cvx_err err;
    cvx_err_init(&err);
    enum cvx_verdict verdict = cvx_openai_classify(reply, &profile, &err);
    require(verdict == CVX_VERDICT_RETRY || verdict == CVX_VERDICT_ADAPT ||
            verdict == CVX_VERDICT_FAILED || verdict == CVX_VERDICT_STOP);
    require(profile.generation == (verdict == CVX_VERDICT_ADAPT));
    require((err.rc == CVX_EDENIED || err.rc == CVX_EQUOTA) ==
            (verdict == CVX_VERDICT_STOP));
    require(err.rc != CVX_OK && *cvx_err_top(&err));
    require_printable(&err);
}

static int status_of(uint8_t kind)
{
    static const int k_statuses[10] = {0, 401, 302, 403, 400, 500, 404, 422, 503, 429};
    return kind >= '0' && kind <= '9' ? k_statuses[kind - '0'] : 200;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_reply reply = {0};
    struct cvx_buf content = CVX_BUF_INIT;
    if (size == 0)
        return 0;
    reply.status = status_of(data[0]);
    cvx_buf_put(&content, data + 1, size - 1);
    if (data[0] == 'c')
        chat_completion(&reply.body, content.data, "stop");
    else
        cvx_buf_put(&reply.body, content.data, content.len);
    if (reply.status == 200)
        try_answer(&reply);
    else
        try_error(&reply);
    cvx_buf_done(&content);
    cvx_buf_done(&reply.body);
    return 0;
}
