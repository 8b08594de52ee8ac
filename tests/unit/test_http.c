/* HTTP on the loop against a scripted server: answers of every shape, faults of every kind,
 * limits, redirects, addresses. Many requests and cancels: test_http_flow.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <http_probe.h>
#include <raw_server.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void serve_hello(struct raw_connection *c)
{
    while (raw_request(c))
        raw_answer(c, "hello");
}

/* What the test's script says, then the end of the connection. */
static void serve_text(struct raw_connection *c)
{
    if (raw_request(c))
        raw_say(c, c->server->arg);
}

static void serve_text_reset(struct raw_connection *c)
{
    if (raw_request(c) && raw_say(c, c->server->arg))
        raw_reset(c);
}

static void serve_text_stall(struct raw_connection *c)
{
    if (raw_request(c) && raw_say(c, c->server->arg))
        raw_stall(c);
}

static const char *text_of(const struct http_probe *p)
{
    return p->reply.answer.body.data ? p->reply.answer.body.data : "";
}

/* One request to a server with this script. */
static void exchange(struct http_probe *p, struct http_bench *b, struct raw_server *s,
                     const char *path)
{
    http_probe_init(p, b, s->port, path);
    http_probe_run(p);
}

static void test_answer_and_reuse(void **state)
{
    struct cvx_buf body = CVX_BUF_INIT;
    const char *const headers[] = {"Content-Type: application/json", "X-Ours: yes", NULL};
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_hello, NULL, NULL);
    http_bench_make(&b, NULL);
    cvx_buf_puts(&body, "{\"a\":1}");
    for (int i = 0; i < 3; i++) {
        http_probe_init(&p, &b, s.port, "/v1");
        p.request.headers = headers;
        p.request.body = i == 2 ? NULL : &body;
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_OK);
        assert_true(p.sent);
        assert_int_equal(p.reply.answer.status, 200);
        assert_int_equal(p.reply.answer.attempts, 1);
        assert_string_equal(text_of(&p), "hello");
        assert_string_equal(cvx_reply_header(&p.reply.answer, "content-LENGTH"), "5");
        assert_null(cvx_reply_header(&p.reply.answer, "x-none"));
        assert_string_equal(p.reply.answer.url, p.url);
        assert_int_equal(p.reply.reused, i > 0);
        assert_int_equal(p.reply.version, 11);
        assert_true(p.reply.from_private);
        assert_false(p.reply.resend);
        assert_int_equal(p.reply.received, strlen("HTTP/1.1 200 OK\r\n"
                                                  "Content-Length: 5\r\n\r\nhello"));
        assert_true(p.reply.sent_ns > 0 && p.reply.done_ns >= p.reply.sent_ns);
        http_probe_done(&p);
    }
    assert_int_equal(raw_connections(&s), 1);
    assert_int_equal(cvx_http_connections(b.http), 1);
    assert_int_equal(cvx_http_in_flight(b.http), 0);
    http_bench_done(&b);
    raw_stop(&s);
    cvx_buf_done(&body);
}

/* What the request looks like on the wire. */
static void serve_judge(struct raw_connection *c)
{
    while (raw_request(c)) {
        char text[128];

        snprintf(text, sizeof(text), "%d%d%d%d%d %zu",
                 raw_has(c, "POST /v1?q=1 HTTP/1.1\r\n"), raw_has(c, "X-Ours: yes\r\n"),
                 raw_has(c, "Expect:"), raw_has(c, "Cookie:"), raw_has(c, "gzip"),
                 c->body_len);
        raw_say(c, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\n");
        raw_say(c, "Content-Length: ");
        char length[32];

        snprintf(length, sizeof(length), "%zu\r\n\r\n", strlen(text));
        raw_say(c, length);
        raw_say(c, text);
    }
}

static void test_request_on_the_wire(void **state)
{
    static const size_t sizes[] = {0, 1, 100, 3 * 1024 * 1024};
    const char *const headers[] = {"X-Ours: yes", NULL};
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_judge, NULL, NULL);
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct cvx_buf body = CVX_BUF_INIT;
        char want[64];

        if (sizes[i] > 0) {
            char *room = cvx_buf_room(&body, sizes[i]);

            assert_non_null(room);
            memset(room, 'x', sizes[i]);
            body.len = sizes[i];
            cvx_buf_trim(&body, body.len);
        }
        http_probe_init(&p, &b, s.port, "/v1?q=1");
        p.request.headers = headers;
        p.request.body = &body;
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_OK);
        /* Our header is there; no Expect; the cookie of before does not come back. */
        snprintf(want, sizeof(want), "11001 %zu", sizes[i]);
        assert_string_equal(text_of(&p), want);
        http_probe_done(&p);
        cvx_buf_done(&body);
    }
    http_bench_done(&b);
    raw_stop(&s);
}

/* ---- shapes of answers ---- */

static const struct shape {
    const char *name, *text;
    void (*serve)(struct raw_connection *c);
    enum cvx_http_fault fault;
    int status;
    const char *body;
    const char *root; /* part of the message */
    bool received;
} k_shapes[] = {
    {"until the close", "HTTP/1.0 200 OK\r\n\r\nall of it", serve_text, CVX_HTTP_OK, 200,
     "all of it", NULL, true},
    {"chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
     "0\r\nX-Trailer: t\r\n\r\n",
     serve_text, CVX_HTTP_OK, 200, "abcde", NULL, true},
    {"no content", "HTTP/1.1 204 No Content\r\n\r\n", serve_text, CVX_HTTP_OK, 204, "",
     NULL, true},
    {"an error is an answer",
     "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow", serve_text,
     CVX_HTTP_OK, 429, "slow", NULL, true},
    {"a redirect is an answer",
     "HTTP/1.1 302 Found\r\nLocation: /x\r\n"
     "Content-Length: 0\r\n\r\n",
     serve_text, CVX_HTTP_OK, 302, "", NULL, true},
    {"continue first",
     "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
     "HTTP/1.1 103 Early Hints\r\nX-Early: 2\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
     serve_text, CVX_HTTP_OK, 200, "ok", NULL, true},
    {"closed before the answer", "", serve_text, CVX_HTTP_SEND, 0, "", "closed before",
     false},
    {"reset before the answer", "", serve_text_reset, CVX_HTTP_SEND, 0, "",
     "closed before", false},
    {"cut in the headers", "HTTP/1.1 200 OK\r\nContent-Le", serve_text,
     CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", serve_text,
     CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"reset in the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
     serve_text_reset, CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
     serve_text, CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
     serve_text, CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"bad gzip",
     "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n"
     "\x1f\x8b\x08no gzip..",
     serve_text, CVX_HTTP_TRUNCATED, 200, "", "cut or garbled", true},
    {"garbage", "\x01\x02 no HTTP at all\r\n\r\n", serve_text, CVX_HTTP_TRUNCATED, 0, "",
     "cut or garbled", false},
    {"garbage, stalling", "SSH-2.0-server\r\n", serve_text_stall, CVX_HTTP_TRUNCATED, 0,
     "", "cut or garbled", false},
};

static void test_shapes(void **state)
{
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(k_shapes); i++) {
        const struct shape *shape = &k_shapes[i];
        struct raw_server s;

        raw_start(&s, shape->serve, (void *)(uintptr_t)shape->text, NULL);
        exchange(&p, &b, &s, "/");
        if (p.reply.fault != shape->fault || p.reply.answer.status != shape->status ||
            strcmp(text_of(&p), shape->body) != 0 ||
            (p.reply.received > 0) != shape->received)
            fail_msg("%s: %s, status %d, '%s', %zu bytes: %s", shape->name,
                     cvx_http_fault_name(p.reply.fault), p.reply.answer.status,
                     text_of(&p), p.reply.received,
                     p.reply.fault ? cvx_err_root(&p.reply.err) : "");
        if (shape->root) {
            char where[32];

            snprintf(where, sizeof(where), "127.0.0.1:%u", s.port);
            http_probe_says(&p, shape->root);
            http_probe_says(&p, where);
            assert_int_equal(p.reply.err.rc, CVX_EIO);
        }
        assert_null(cvx_reply_header(&p.reply.answer, "x-early"));
        assert_false(p.reply.resend);
        http_probe_done(&p);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

static void test_header_block(void **state)
{
    static const char text[] = "HTTP/1.1 200 O:K\r\n"
                               "Plain: value\r\n"
                               "Spaced:  \t two words \t\r\n"
                               "Folded: one\r\n  two\r\n\tthree\r\n"
                               "Empty:\r\n"
                               "Twice: 1\r\n"
                               "twice: 2\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n"
                               "2\r\nok\r\n0\r\nLate: trailer\r\n\r\n";
    static const struct {
        const char *name, *value;
    } want[] = {
        {"Plain", "value"},
        {"Spaced", "two words"},
        {"Folded", "one two three"},
        {"Empty", ""},
        {"Twice", "1"},
        {"twice", "2"},
        {"Transfer-Encoding", "chunked"},
        {"Late", "trailer"},
    };
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_text, (void *)(uintptr_t)text, NULL);
    http_bench_make(&b, NULL);
    exchange(&p, &b, &s, "/");
    http_probe_assert(&p, CVX_HTTP_OK);
    assert_int_equal(p.reply.answer.n_headers, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_string_equal(p.reply.answer.headers[i].name, want[i].name);
        assert_string_equal(p.reply.answer.headers[i].value, want[i].value);
    }
    assert_string_equal(cvx_reply_header(&p.reply.answer, "TWICE"), "1");
    http_probe_done(&p);
    http_bench_done(&b);
    raw_stop(&s);
}

/* ---- sizes ---- */

struct zipped {
    unsigned char bytes[32768];
    size_t len;
};

static void zip_make(struct zipped *z, size_t size)
{
    unsigned char *plain = malloc(size);
    z_stream stream = {0};

    assert_non_null(plain);
    memset(plain, 'z', size);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY),
                     Z_OK);
    stream.next_in = plain;
    stream.avail_in = (uInt)size;
    stream.next_out = z->bytes;
    stream.avail_out = sizeof(z->bytes);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    z->len = stream.total_out;
    deflateEnd(&stream);
    free(plain);
}

static void serve_zipped(struct raw_connection *c)
{
    const struct zipped *z = c->server->arg;

    while (raw_request(c)) {
        char head[128];

        snprintf(
            head, sizeof(head),
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
            z->len);
        raw_say(c, head);
        raw_send(c, z->bytes, z->len);
    }
}

static void test_decoded_size(void **state)
{
    static const struct {
        size_t plain, max;
        enum cvx_http_fault fault;
    } cases[] = {
        {1000, 1000, CVX_HTTP_OK},
        {1001, 1000, CVX_HTTP_TOO_BIG},
        {8 * 1024 * 1024, 1024 * 1024, CVX_HTTP_TOO_BIG}, /* 8 KiB on the wire */
        {8 * 1024 * 1024, 8 * 1024 * 1024, CVX_HTTP_OK},
    };
    struct http_bench b;
    struct http_probe p;
    struct zipped z;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct raw_server s;

        zip_make(&z, cases[i].plain);
        raw_start(&s, serve_zipped, &z, NULL);
        http_probe_init(&p, &b, s.port, "/");
        p.request.max_body = cases[i].max;
        http_probe_run(&p);
        http_probe_assert(&p, cases[i].fault);
        if (cases[i].fault == CVX_HTTP_OK) {
            assert_int_equal(p.reply.answer.body.len, cases[i].plain);
            assert_int_equal(text_of(&p)[cases[i].plain - 1], 'z');
        } else {
            assert_int_equal(p.reply.err.rc, CVX_ELIMIT);
            assert_int_equal(p.reply.answer.body.len, 0);
        }
        http_probe_done(&p);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

/* 100 MB, announced (arg) or not. */
static void serve_flood(struct raw_connection *c)
{
    static const char block[65536];

    if (!raw_request(c) || !raw_say(c, c->server->arg))
        return;
    for (int i = 0; i < 1600; i++)
        if (!raw_send(c, block, sizeof(block)))
            return;
}

static void serve_header_lines(struct raw_connection *c)
{
    if (!raw_request(c) || !raw_say(c, "HTTP/1.1 200 OK\r\n"))
        return;
    while (raw_say(c, "X-Filler: 0123456789012345678901234567890123456789\r\n"))
        ;
}

static void serve_header_line(struct raw_connection *c)
{
    if (!raw_request(c) || !raw_say(c, "HTTP/1.1 200 OK\r\nX-Long: "))
        return;
    while (raw_say(c, "0123456789012345678901234567890123456789"))
        ;
}

static void serve_header_responses(struct raw_connection *c)
{
    if (!raw_request(c))
        return;
    while (raw_say(c, "HTTP/1.1 100 Continue\r\n\r\n"))
        ;
}

static void test_too_big(void **state)
{
    static const struct {
        void (*serve)(struct raw_connection *c);
        const char *arg, *root;
    } cases[] = {
        {serve_flood, "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n",
         "over 1048576 bytes"},
        {serve_flood, "HTTP/1.1 200 OK\r\n\r\n", "over 1048576 bytes"},
        {serve_header_lines, NULL, "headers"},
        {serve_header_line, NULL, "a line of the headers"},
        {serve_header_responses, NULL, "headers"},
    };
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct raw_server s;

        raw_start(&s, cases[i].serve, (void *)(uintptr_t)cases[i].arg, NULL);
        exchange(&p, &b, &s, "/");
        http_probe_assert(&p, CVX_HTTP_TOO_BIG);
        http_probe_says(&p, cases[i].root);
        assert_true(p.reply.received < 3 * 1024 * 1024);
        http_probe_done(&p);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

/* ---- no connection ---- */

static void test_refused(void **state)
{
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;
    char want[64];

    (void)state;
    raw_start(&s, serve_hello, NULL, NULL);
    raw_stop(&s); /* the port is closed now */
    http_bench_make(&b, NULL);
    http_probe_init(&p, &b, s.port, "/");
    snprintf(p.url, sizeof(p.url), "http://user:sesame@127.0.0.1:%u/?key=sesame", s.port);
    http_probe_run(&p);
    http_probe_assert(&p, CVX_HTTP_CONNECT);
    snprintf(want, sizeof(want), "connection refused by 127.0.0.1:%u", s.port);
    assert_string_equal(cvx_err_root(&p.reply.err), want);
    assert_false(p.sent);
    assert_int_equal(p.reply.sent_ns, 0);
    assert_int_equal(p.reply.answer.attempts, 0);
    http_probe_done(&p);
    http_bench_done(&b);
}

static void test_name_not_found(void **state)
{
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    http_probe_init(&p, &b, 0, "http://name.invalid/");
    http_probe_run(&p);
    http_probe_assert(&p, CVX_HTTP_RESOLVE);
    http_probe_says(&p, "no address found for name.invalid:80");
    http_probe_done(&p);
    http_bench_done(&b);
}

static void test_bad_urls(void **state)
{
    static const char *const urls[] = {
        NULL,
        "",
        "http://",
        "://",
        "http://127.0.0.1:99999/",
        "ftp://127.0.0.1/",
        "file:///etc/hostname",
        "http://two words/",
        "gopher://127.0.0.1:1/",
    };
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(urls); i++) {
        http_probe_init(&p, &b, 0, "/");
        p.request.url = urls[i];
        http_probe_run(&p);
        http_probe_assert(&p, CVX_HTTP_URL);
        assert_int_equal(p.reply.err.rc, CVX_EDENIED);
        http_probe_done(&p);
    }
    http_bench_done(&b);
}

/* ---- time ---- */

static void serve_silence(struct raw_connection *c)
{
    raw_stall(c);
}

static void serve_drip(struct raw_connection *c)
{
    static const char slow[] =
        "HTTP/1.1 200 OK\r\nX-One: 1\r\nX-Two: 2\r\nX-Three: 3\r\nX-Four: 4\r\n"
        "X-Five: 5\r\nX-Six: 6\r\nX-Seven: 7\r\nX-Eight: 8\r\nX-Nine: 9\r\nX-Ten: 10\r\n"
        "X-And-So-On: for a long time, until the other side has had enough of this\r\n";

    if (raw_request(c))
        raw_drip(c, slow);
}

static void test_timeouts(void **state)
{
    static const struct {
        void (*serve)(struct raw_connection *c);
        const char *arg, *path;
        enum cvx_http_fault fault;
        bool received;
        const char *root;
    } cases[] = {
        {serve_text_stall, "", "/", CVX_HTTP_TIMEOUT, false, "no answer"},
        {serve_text_stall, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "/",
         CVX_HTTP_TIMEOUT, true, "was not complete within 0.15 s"},
        {serve_drip, NULL, "/", CVX_HTTP_TIMEOUT, true, "was not complete"},
        /* Connected, but the handshake does not come: no connection in time. */
        {serve_silence, NULL, "https", CVX_HTTP_CONNECT, false, "no connection"},
    };
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct raw_server s;
        int64_t began = cvx_loop_now(b.loop), took;

        raw_start(&s, cases[i].serve, (void *)(uintptr_t)cases[i].arg, NULL);
        http_probe_init(&p, &b, s.port, "/");
        if (cases[i].path[0] == 'h')
            snprintf(p.url, sizeof(p.url), "https://127.0.0.1:%u/", s.port);
        p.request.timeout_ns = 150 * CVX_NS_PER_MS;
        http_probe_run(&p);
        took = cvx_loop_now(b.loop) - began;
        http_probe_assert(&p, cases[i].fault);
        http_probe_says(&p, cases[i].root);
        assert_int_equal(p.reply.received > 0, cases[i].received);
        assert_true(took >= 150 * CVX_NS_PER_MS); /* never early */
        http_probe_done(&p);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

/* The shorter limit for connecting counts while there is no connection. */
static void test_connect_timeout(void **state)
{
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_silence, NULL, NULL);
    http_bench_make(&b, NULL);
    http_probe_init(&p, &b, s.port, "/");
    snprintf(p.url, sizeof(p.url), "https://127.0.0.1:%u/", s.port);
    p.request.connect_timeout_ns = 100 * CVX_NS_PER_MS;
    http_probe_run(&p);
    http_probe_assert(&p, CVX_HTTP_CONNECT);
    http_probe_says(&p, "no connection to 127.0.0.1:");
    http_probe_done(&p);
    http_bench_done(&b);
    raw_stop(&s);
}

/* ---- redirects ---- */

static void serve_redirects(struct raw_connection *c)
{
    while (raw_request(c)) {
        if (raw_has(c, "GET /end "))
            raw_answer(c, "arrived");
        else if (raw_has(c, "GET /file "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: file:///etc/hostname\r\n"
                       "Content-Length: 0\r\n\r\n");
        else if (raw_has(c, "GET /ftp "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: ftp://127.0.0.1/\r\n"
                       "Content-Length: 0\r\n\r\n");
        else if (raw_has(c, "GET /bad "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:99999/\r\n"
                       "Content-Length: 0\r\n\r\n");
        else if (raw_has(c, "GET /loop "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
        else /* /1 -> /2 -> /end */
            raw_say(
                c, raw_has(c, "GET /1 ")
                       ? "HTTP/1.1 301 M\r\nLocation: /2\r\nX-Old: 1\r\n"
                         "Content-Length: 3\r\n\r\nold"
                       : "HTTP/1.1 302 F\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n");
    }
}

static void test_redirects(void **state)
{
    static const struct {
        const char *path;
        unsigned redirects;
        enum cvx_http_fault fault;
        unsigned requests;
        const char *root;
    } cases[] = {
        {"/1", 5, CVX_HTTP_OK, 3, NULL},
        {"/1", 2, CVX_HTTP_OK, 3, NULL},
        {"/1", 1, CVX_HTTP_REDIRECT, 2, "more than 1 redirects"},
        {"/loop", 5, CVX_HTTP_REDIRECT, 6, "more than 5 redirects"},
        {"/file", 5, CVX_HTTP_REDIRECT, 1, "no http or https"},
        {"/ftp", 5, CVX_HTTP_REDIRECT, 1, "no http or https"},
        {"/bad", 5, CVX_HTTP_REDIRECT, 1, "no http or https"},
    };
    struct http_bench b;
    struct http_probe p;

    (void)state;
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct raw_server s;

        raw_start(&s, serve_redirects, NULL, NULL);
        http_probe_init(&p, &b, s.port, cases[i].path);
        p.request.redirects = cases[i].redirects;
        http_probe_run(&p);
        http_probe_assert(&p, cases[i].fault);
        assert_int_equal(atomic_load(&s.requests), cases[i].requests);
        assert_false(p.reply.resend);
        if (cases[i].root) {
            http_probe_says(&p, cases[i].root);
        } else {
            char want[64];

            assert_string_equal(text_of(&p), "arrived");
            assert_null(cvx_reply_header(&p.reply.answer, "x-old"));
            snprintf(want, sizeof(want), "http://127.0.0.1:%u/end", s.port);
            assert_string_equal(p.reply.answer.url, want);
        }
        http_probe_done(&p);
        raw_stop(&s);
    }
    http_bench_done(&b);
}

/* ---- addresses ---- */

static void test_private_addresses(void **state)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "2130706433", "0x7f.1",
                                        "[::ffff:127.0.0.1]"};
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;

    (void)state;
    raw_start(&s, serve_hello, NULL, NULL);
    http_bench_make(&b, NULL);
    /* Not even a connection; and once there is one, it is not used. */
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(hosts); i++) {
            http_probe_init(&p, &b, s.port, "/");
            snprintf(p.url, sizeof(p.url), "http://%s:%u/", hosts[i], s.port);
            p.request.forbid_private = true;
            http_probe_run(&p);
            http_probe_assert(&p, CVX_HTTP_REDIRECT);
            http_probe_says(&p, "private or special address");
            assert_false(p.sent);
            http_probe_done(&p);
        }
        assert_int_equal(raw_connections(&s), round);
        assert_int_equal(atomic_load(&s.requests), round);
        exchange(&p, &b, &s, "/");
        http_probe_assert(&p, CVX_HTTP_OK);
        http_probe_done(&p);
    }
    http_bench_done(&b);
    raw_stop(&s);
}

static void serve_proxy(struct raw_connection *c)
{
    while (raw_request(c)) {
        if (raw_has(c, "GET http://public.example/in "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: http://10.1.2.3/secret\r\n"
                       "Content-Length: 0\r\n\r\n");
        else if (raw_has(c, "GET http://10.0.0.1/in "))
            raw_say(c, "HTTP/1.1 302 F\r\nLocation: http://10.1.2.3/secret\r\n"
                       "Content-Length: 0\r\n\r\n");
        else
            raw_answer(c, raw_has(c, "GET http://") ? "by proxy" : "direct");
    }
}

/* Behind a proxy the URL is judged; loopback is never asked of it. */
static void test_proxy(void **state)
{
    static const struct {
        const char *url; /* NULL = the server itself */
        bool forbid;
        enum cvx_http_fault fault;
        const char *body;
    } cases[] = {
        {"http://public.example/", false, CVX_HTTP_OK, "by proxy"},
        {"http://public.example/", true, CVX_HTTP_OK, "by proxy"},
        {"http://10.0.0.1/", false, CVX_HTTP_OK, "by proxy"},
        {"http://10.0.0.1/", true, CVX_HTTP_REDIRECT, ""},
        {"http://localhost/", true, CVX_HTTP_REDIRECT, ""},
        {"http://a.localhost./", true, CVX_HTTP_REDIRECT, ""},
        {"http://[fe80::1]/", true, CVX_HTTP_REDIRECT, ""},
        /* From a public place to a private one, and between private ones. */
        {"http://public.example/in", false, CVX_HTTP_REDIRECT, ""},
        {"http://10.0.0.1/in", false, CVX_HTTP_OK, "by proxy"},
        {NULL, false, CVX_HTTP_OK, "direct"},
    };
    struct http_bench b;
    struct http_probe p;
    struct raw_server s;
    char proxy[64];

    (void)state;
    raw_start(&s, serve_proxy, NULL, NULL);
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", s.port);
    setenv("http_proxy", proxy, 1);
    setenv("no_proxy", "internal.example", 1);
    http_bench_make(&b, NULL);
    for (size_t i = 0; i < COUNT(cases); i++) {
        http_probe_init(&p, &b, s.port, cases[i].url ? cases[i].url : "/");
        p.request.forbid_private = cases[i].forbid;
        p.request.redirects = 5;
        http_probe_run(&p);
        http_probe_assert(&p, cases[i].fault);
        assert_string_equal(text_of(&p), cases[i].body);
        http_probe_done(&p);
    }
    http_bench_done(&b);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    raw_stop(&s);
}

static void test_fault_names(void **state)
{
    (void)state;
    for (int i = 0; i <= CVX_HTTP_INTERNAL; i++) {
        assert_non_null(cvx_http_fault_name((enum cvx_http_fault)i));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(cvx_http_fault_name((enum cvx_http_fault)i),
                                    cvx_http_fault_name((enum cvx_http_fault)k));
    }
    cvx_http_free(NULL);
    cvx_http_reply_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer_and_reuse),
        cmocka_unit_test(test_request_on_the_wire),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_header_block),
        cmocka_unit_test(test_decoded_size),
        cmocka_unit_test(test_too_big),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_name_not_found),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_private_addresses),
        cmocka_unit_test(test_proxy),
        cmocka_unit_test(test_fault_names),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
