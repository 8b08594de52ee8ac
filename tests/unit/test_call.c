/* What is common to replies of calls: headers by name, memory given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <cvextract/call.h>
#include <cvextract/mem.h>

/* As a reply that came: one block for the headers, a URL, a body. */
static void reply_fill(struct cvx_reply *reply)
{
    reply->headers = cvx_alloc_array(2, sizeof(*reply->headers));
    assert_non_null(reply->headers);
    reply->headers[0] = (struct cvx_header){"Retry-After", "1"};
    reply->headers[1] = (struct cvx_header){"retry-after", "2"};
    reply->n_headers = 2;
    reply->url = cvx_strdup("http://host/");
    assert_non_null(reply->url);
    reply->status = 429;
    reply->attempts = 3;
    cvx_buf_puts(&reply->body, "slow down");
}

static void test_headers(void **state)
{
    struct cvx_reply reply = {0};

    (void)state;
    assert_null(cvx_reply_header(&reply, "retry-after"));
    reply_fill(&reply);
    assert_string_equal(cvx_reply_header(&reply, "RETRY-AFTER"), "1");
    assert_null(cvx_reply_header(&reply, "retry-after-ms"));
    assert_null(cvx_reply_header(&reply, "retry"));
    cvx_reply_done(&reply);
    assert_null(cvx_reply_header(&reply, "retry-after"));
}

static void test_done(void **state)
{
    struct cvx_call call = {.model = "m", .verdict = CVX_VERDICT_FAILED, .usage.in = 5};

    (void)state;
    reply_fill(&call.reply);
    cvx_fail(&call.err, CVX_EIO, "no luck");
    for (int i = 0; i < 2; i++) { /* again is fine */
        cvx_call_done(&call);
        assert_string_equal(call.model, "m");
        assert_int_equal(call.verdict, CVX_VERDICT_NONE);
        assert_int_equal(call.usage.in, 0);
        assert_int_equal(call.err.depth, 0);
        assert_int_equal(call.reply.status, 0);
        assert_int_equal(call.reply.attempts, 0);
        assert_null(call.reply.headers);
        assert_null(call.reply.url);
        assert_null(call.reply.body.data);
    }
    cvx_call_done(NULL);
    cvx_reply_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
