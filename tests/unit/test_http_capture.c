/* The record of an exchange: what is in it at which level, and that no secret is, in
 * whatever way it came along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_capture.h"

#include <http_probe.h>
#include <raw_server.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY "sk-T0p-secret/0123456789"

/* Reflects the key in all that it says, in pieces. */
static void serve_mirror(struct raw_connection *c)
{
    static const char head[] = "HTTP/1.1 401 Unauthorized\r\n"
                               "X-Request-Id: req_42\r\n"
                               "Set-Cookie: session=crumbs; Path=/\r\n"
                               "X-Folded-Token: first\r\n"
                               "   second-crumbs\r\n"
                               "X-Echo: you sent " KEY "\r\n"
                               "Location: https://bob:crumbs@host/?token=crumbs&a=1\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";
    static const char *const chunks[] = {
        "{\"error\":\"wrong key ",
        "sk-T0p-se",
        "cret/01",
        "23456789",
        " given as ",
        "sk-T0p-secret%2F0123456789 or sk-T0p-secret\\/0123456789\"}"};

    while (raw_request(c)) {
        char size[32];

        raw_say(c, head);
        for (size_t i = 0; i < COUNT(chunks); i++) {
            snprintf(size, sizeof(size), "%zx\r\n", strlen(chunks[i]));
            raw_say(c, size);
            raw_say(c, chunks[i]);
            raw_say(c, "\r\n");
        }
        raw_say(c, "0\r\n\r\n");
    }
}

/* All records, a line each. */
static struct cvx_buf text_of(const struct cvx_log *log)
{
    struct cvx_buf text = CVX_BUF_INIT;

    cvx_buf_put(&text, NULL, 0);
    for (const struct cvx_log_record *r = log->first; r; r = r->next) {
        cvx_buf_printf(&text, "%s: ", cvx_level_name(r->level));
        cvx_buf_put(&text, r->text, r->len);
        cvx_buf_putc(&text, '\n');
    }
    assert_int_equal(cvx_buf_check(&text, NULL), CVX_OK);
    return text;
}

static void exchange(struct http_bench *b, const struct raw_server *s,
                     struct cvx_log *log)
{
    const char *const headers[] = {"Authorization: Bearer " KEY,
                                   "api-key: " KEY,
                                   "Cookie: a=crumbs",
                                   "Proxy-Authorization: Basic crumbs",
                                   "X-Plain: " KEY,
                                   "Content-Type: application/json",
                                   NULL};
    struct cvx_buf body = CVX_BUF_INIT;
    struct http_probe p;

    cvx_buf_puts(&body, "{\"model\":\"m\",\"text\":\"" KEY "\"}");
    http_probe_init(&p, b, s->port, "/");
    snprintf(p.url, sizeof(p.url),
             "http://alice:crumbs@127.0.0.1:%u/v1/chat?api-version=1&key=crumbs#crumbs",
             s->port);
    p.request.headers = headers;
    p.request.body = &body;
    p.request.log = log;
    http_probe_run(&p);
    http_probe_assert(&p, CVX_HTTP_OK);
    http_probe_done(&p);
    cvx_buf_done(&body);
}

static const char *const k_secrets[] = {KEY, "sk-T0p", "crumbs", "0123456789",
                                        /* "alice:crumbs" and what base64 makes of it */
                                        "YWxpY2U6Y3J1bWJz"};

static void assert_no_secret(const char *text)
{
    for (size_t i = 0; i < COUNT(k_secrets); i++)
        if (strstr(text, k_secrets[i]))
            fail_msg("'%s' is told:\n%s", k_secrets[i], text);
}

static void test_levels(void **state)
{
    static const struct {
        enum cvx_level level;
        size_t least, most; /* records */
    } cases[] = {
        {CVX_LEVEL_NONE, 0, 0},
        {CVX_LEVEL_WARNING, 0, 0},
        {CVX_LEVEL_INFO, 2, 2},
        {CVX_LEVEL_DEBUG, 25, 60},
    };
    const struct cvx_http_options options = {.secret = KEY};
    struct http_bench b;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_mirror, NULL, NULL);
    http_bench_make(&b, &options);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_log log;
        struct cvx_buf text;
        size_t records = 0;

        cvx_log_init(&log, cases[i].level);
        exchange(&b, &s, &log);
        text = text_of(&log);
        for (size_t k = 0; k < text.len; k++)
            records += text.data[k] == '\n';
        if (records < cases[i].least || records > cases[i].most)
            fail_msg("%zu records:\n%s", records, text.data);
        assert_no_secret(text.data);
        cvx_buf_done(&text);
        cvx_log_done(&log);
    }
    http_bench_done(&b);
    raw_stop(&s);
}

/* What is asked for is there, in this order. */
static void test_contents(void **state)
{
    static const char *const want[] = {
        "INFO: POST http://[redacted]@127.0.0.1:",
        "/v1/chat?api-version=1&key=[redacted] (",
        "DEBUG: * Connected to 127.0.0.1",
        "DEBUG: > POST /v1/chat?api-version=1&key=[redacted] HTTP/1.1\n",
        "DEBUG: > Authorization: [redacted]\n",
        "DEBUG: > api-key: [redacted]\n",
        "DEBUG: > Cookie: [redacted]\n",
        "DEBUG: > Proxy-Authorization: [redacted]\n",
        "DEBUG: > X-Plain: [redacted]\n",
        "DEBUG: > Content-Type: application/json\n",
        "DEBUG: request body, 47 bytes: {\"model\":\"m\",\"text\":\"[redacted]\"}\n",
        "DEBUG: < HTTP/1.1 401 Unauthorized\n",
        "DEBUG: < X-Request-Id: req_42\n",
        "DEBUG: < Set-Cookie: [redacted]\n",
        "DEBUG: < X-Folded-Token: [redacted]\n",
        "DEBUG: <  [redacted]\n",
        "DEBUG: < X-Echo: you sent [redacted]\n",
        "DEBUG: < Location: https://[redacted]@host/?token=[redacted]&a=1\n",
        "DEBUG: response body, ",
        "{\"error\":\"wrong key [redacted] given as [redacted] or [redacted]\"}\n",
        "INFO: POST http://[redacted]@127.0.0.1:",
        " -> 401, ",
        " ms, HTTP/1.1, new connection, ",
        " bytes came, request id req_42\n",
    };
    const struct cvx_http_options options = {.secret = KEY};
    struct http_bench b;
    struct raw_server s;
    struct cvx_log log;
    struct cvx_buf text;
    const char *at;

    (void)state;
    raw_start(&s, serve_mirror, NULL, NULL);
    http_bench_make(&b, &options);
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    exchange(&b, &s, &log);
    text = text_of(&log);
    at = text.data;
    for (size_t i = 0; i < COUNT(want); i++) {
        const char *found = strstr(at, want[i]);

        if (!found)
            fail_msg("'%s' is missing or out of order in\n%s", want[i], text.data);
        at = found + strlen(want[i]);
    }
    cvx_buf_done(&text);
    cvx_log_done(&log);

    /* The second one says that the connection was there. */
    cvx_log_init(&log, CVX_LEVEL_INFO);
    exchange(&b, &s, &log);
    text = text_of(&log);
    assert_non_null(strstr(text.data, "connection reused"));
    cvx_buf_done(&text);
    cvx_log_done(&log);
    http_bench_done(&b);
    raw_stop(&s);
}

/* libcurl makes an Authorization of them and speaks of the user. */
static void test_url_credentials(void **state)
{
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;
    struct cvx_log log;
    struct cvx_buf text;

    (void)state;
    raw_start(&s, serve_mirror, NULL, NULL);
    http_bench_make(&b, NULL);
    cvx_log_init(&log, CVX_LEVEL_DEBUG);
    http_probe_init(&p, &b, s.port, "/");
    snprintf(p.url, sizeof(p.url), "http://alice:crumbs@127.0.0.1:%u/", s.port);
    p.request.log = &log;
    http_probe_run(&p);
    text = text_of(&log);
    assert_non_null(strstr(text.data, "> Authorization: [redacted]\n"));
    assert_null(strstr(text.data, "alice"));
    assert_null(strstr(text.data, "YWxpY2U6"));
    cvx_buf_done(&text);
    cvx_log_done(&log);
    http_probe_done(&p);
    http_bench_done(&b);
    raw_stop(&s);
}

/* A body whose secret lies across the cut, at each place of it. */
static void serve_body(struct raw_connection *c)
{
    while (raw_request(c))
        raw_answer(c, c->server->arg);
}

static void test_cut(void **state)
{
    const struct cvx_http_options options = {.secret = KEY};

    (void)state;
    for (size_t before = CVX_HTTP_CAPTURE_BODY - sizeof(KEY) - 2;
         before < CVX_HTTP_CAPTURE_BODY + 2; before += 3) {
        char *body = calloc(1, 9000);
        struct http_bench b;
        struct http_probe p;
        struct raw_server s;
        struct cvx_log log;
        struct cvx_buf text;

        assert_non_null(body);
        memset(body, 'x', before);
        snprintf(body + before, 9000 - before, "%s%01000d", KEY, 0);
        raw_start(&s, serve_body, body, NULL);
        http_bench_make(&b, &options);
        cvx_log_init(&log, CVX_LEVEL_DEBUG);
        http_probe_init(&p, &b, s.port, "/");
        p.request.log = &log;
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_OK);
        text = text_of(&log);
        assert_null(strstr(text.data, "sk-"));
        assert_non_null(strstr(text.data, "...\n"));
        assert_true(text.len < CVX_HTTP_CAPTURE_BODY + 2048);
        cvx_buf_done(&text);
        http_probe_done(&p);
        cvx_log_done(&log);
        http_bench_done(&b);
        raw_stop(&s);
        free(body);
    }
}

static void serve_end(struct raw_connection *c)
{
    raw_request(c);
}

/* Attempts that fail say why. */
static void test_faults(void **state)
{
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;
    struct cvx_log log;
    struct cvx_buf text;

    (void)state;
    raw_start(&s, serve_end, NULL, NULL);
    http_bench_make(&b, NULL);
    cvx_log_init(&log, CVX_LEVEL_INFO);
    http_probe_init(&p, &b, s.port, "/");
    p.request.log = &log;
    http_probe_run(&p);
    http_probe_done(&p);
    http_probe_init(&p, &b, 0, "http://name.invalid/");
    p.request.log = &log;
    http_probe_run(&p);
    http_probe_done(&p);
    http_probe_init(&p, &b, 0, "http://");
    p.request.log = &log;
    http_probe_send(&p);
    cvx_http_cancel(b.http, &p.request);
    http_bench_wait(&b);
    http_probe_done(&p);
    text = text_of(&log);
    assert_non_null(
        strstr(text.data, "-> no answer (send): the connection to 127.0.0.1:"));
    assert_non_null(
        strstr(text.data, "-> no answer (resolve): no address found for name."));
    assert_non_null(strstr(text.data, "-> no answer (canceled): "));
    cvx_buf_done(&text);
    cvx_log_done(&log);
    http_bench_done(&b);
    raw_stop(&s);
}

/* Request headers in whatever pieces, bytes that are no text. */
static void test_pieces(void **state)
{
    static const char head[] =
        "GET / HTTP/1.1\r\nAuthorization: Bearer " KEY "\r\nX-Also: " KEY "\r\n\r\n";
    struct cvx_buf body = CVX_BUF_INIT;
    struct cvx_http_redact *redact = NULL;
    struct cvx_err err;

    (void)state;
    cvx_buf_put(&body, "a\0b" KEY "\xff", 4 + sizeof(KEY) - 1);
    assert_int_equal(cvx_http_redact_new(KEY, &redact, &err), CVX_OK);
    for (size_t piece = 1; piece < sizeof(head); piece++) {
        struct cvx_log log;
        struct cvx_http_request request = {
            .url = "http://h/", .body = &body, .log = &log};
        struct cvx_http_capture *capture;
        struct cvx_buf text;
        char bytes[sizeof(head)];

        cvx_log_init(&log, CVX_LEVEL_DEBUG);
        capture = cvx_http_capture_new(redact, &request);
        assert_non_null(capture);
        memcpy(bytes, head, sizeof(head));
        for (size_t at = 0; at < sizeof(head) - 1; at += piece) {
            size_t left = sizeof(head) - 1 - at;

            cvx_http_capture_on_debug(NULL, CURLINFO_HEADER_OUT, bytes + at,
                                      piece < left ? piece : left, capture);
        }
        cvx_http_capture_on_debug(NULL, CURLINFO_DATA_OUT, body.data, body.len, capture);
        cvx_http_capture_on_debug(NULL, CURLINFO_DATA_OUT, body.data, body.len, capture);
        cvx_http_capture_free(capture);
        text = text_of(&log);
        assert_string_equal(text.data,
                            "INFO: POST http://h/ (28 bytes)\n"
                            "DEBUG: > GET / HTTP/1.1\n"
                            "DEBUG: > Authorization: [redacted]\n"
                            "DEBUG: > X-Also: [redacted]\n"
                            "DEBUG: request body, 28 bytes: a\\0b[redacted]\xff\n");
        cvx_buf_done(&text);
        cvx_log_done(&log);
    }
    cvx_http_redact_free(redact);
    cvx_buf_done(&body);
}

/* For the lane: what a server says may be shown by way of this. */
static void test_redact_for_others(void **state)
{
    const struct cvx_http_options options = {.secret = KEY};
    struct cvx_buf text = CVX_BUF_INIT;
    struct http_bench b;

    (void)state;
    http_bench_make(&b, &options);
    cvx_http_redact(b.http, "bad key " KEY, strlen("bad key " KEY), &text);
    assert_string_equal(text.data, "bad key [redacted]");
    cvx_buf_done(&text);
    http_bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_url_credentials),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_redact_for_others),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
