/* Owns what comes back: the header block of the last response, the decoded body, and the
 * reply made of both. Thread: the loop. */
#include "http_private.h"

#include <ctype.h>
#include <string.h>

#include <cvextract/mem.h>

/* One whole line. A status line begins a new response: what 1xx and redirects said is past. */
size_t cvx_http_reply_on_header(char *data, size_t size, size_t count, void *arg)
{
    struct cvx_http_transfer *t = arg;
    size_t len = size * count;

    t->head_bytes += len;
    if (t->head_bytes > CVX_HTTP_HEAD_MAX) {
        t->head_over = true;
        return 0;
    }
    if (len > 6 && memcmp(data, "HTTP/", 5) == 0) {
        cvx_buf_clear(&t->head);
        cvx_buf_clear(&t->reply.answer.body);
        t->head_ended = false;
        cvx_http_origin_on_version(t, data[5] == '2');
    }
    t->head_ended |= len > 0 && (data[0] == '\r' || data[0] == '\n');
    if (t->capture)
        cvx_http_capture_header(t->capture, data, len);
    cvx_buf_put(&t->head, data, len);
    return t->head.failed ? 0 : len;
}

size_t cvx_http_reply_on_body(char *data, size_t size, size_t count, void *arg)
{
    struct cvx_http_transfer *t = arg;
    size_t len = size * count;

    cvx_buf_put(&t->reply.answer.body, data, len);
    return t->reply.answer.body.failed ? 0 : len;
}

/* One line of the block: its text without the line end; folded lines count with the line
 * that they continue. Returns the bytes used up. */
static size_t line_at(const char *p, size_t left, size_t *ret_len)
{
    size_t used = 0;

    do {
        const char *end = memchr(p + used, '\n', left - used);

        *ret_len = end ? (size_t)(end - p) : left;
        used = end ? *ret_len + 1 : left;
    } while (used<left && * ret_len> 0 && (p[used] == ' ' || p[used] == '\t'));
    while (*ret_len > 0 && isspace((unsigned char)p[*ret_len - 1]))
        --*ret_len;
    return used;
}

/* Copies a header line to `to` as two texts, name and value; returns the bytes written, 0
 * when it is no header. */
static size_t split_line(const char *line, size_t len, char *to, struct cvx_header *ret)
{
    const char *colon = memchr(line, ':', len);
    size_t name = colon ? (size_t)(colon - line) : 0, n = name + 1;

    /* "HTTP/1.1 200 a:b" holds a blank in what would be the name. */
    if (name == 0 || memchr(line, ' ', name))
        return 0;
    memcpy(to, line, name);
    to[name] = '\0';
    ret->name = to;
    ret->value = to + n;
    for (size_t i = name + 1; i < len; i++) {
        char c = line[i] == '\r' || line[i] == '\n' || line[i] == '\t' ? ' ' : line[i];
        bool first = to + n == ret->value;

        /* Blanks around the value and the runs that folding leaves mean nothing. */
        if (c != ' ' || (!first && to[n - 1] != ' '))
            to[n++] = c;
    }
    to[n] = '\0';
    return n + 1;
}

static size_t count_lines(const struct cvx_buf *head)
{
    size_t n = 0;

    for (size_t i = 0; i < head->len; i++)
        n += head->data[i] == '\n';
    return n + 1;
}

/* The array of headers with its texts behind it, in one allocation. */
static int take_headers(struct cvx_http_transfer *t)
{
    struct cvx_reply *answer = &t->reply.answer;
    size_t lines = count_lines(&t->head), n = 0, at = 0;
    char *texts;

    if (t->head.len == 0)
        return CVX_OK;
    /* Each line loses its line end and gains two NULs at most. */
    answer->headers = cvx_alloc(lines * (sizeof(*answer->headers) + 2) + t->head.len);
    if (!answer->headers)
        return CVX_ENOMEM;
    texts = (char *)(answer->headers + lines);
    while (at < t->head.len) {
        size_t len;
        const char *line = t->head.data + at;

        at += line_at(line, t->head.len - at, &len);
        size_t used = split_line(line, len, texts, &answer->headers[n]);

        texts += used;
        n += used > 0;
    }
    answer->n_headers = n;
    return CVX_OK;
}

static int version_of(long version)
{
    if (version == CURL_HTTP_VERSION_1_0)
        return 10;
    if (version == CURL_HTTP_VERSION_1_1)
        return 11;
    if (version == CURL_HTTP_VERSION_2_0)
        return 20;
    return 0;
}

static void take_facts(struct cvx_http_transfer *t)
{
    struct cvx_http_reply *reply = &t->reply;
    long status = 0, version = 0, connects = 0, head = 0;
    curl_off_t body = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(t->easy, CURLINFO_HEADER_SIZE, &head);
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
    reply->answer.status = (int)status;
    reply->answer.attempts = t->sends > 0;
    reply->version = version_of(version);
    reply->reused = t->sends > 0 && connects == 0;
    reply->received = (size_t)head + (size_t)body;
    reply->done_ns = cvx_loop_now(t->http->loop);
    t->http->connections += (size_t)connects;
}

static int take_url(struct cvx_http_transfer *t)
{
    char *url = NULL;

    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    if (!url)
        return CVX_OK;
    t->reply.answer.url = cvx_strdup(url);
    return t->reply.answer.url ? CVX_OK : CVX_ENOMEM;
}

void cvx_http_reply_take(struct cvx_http_transfer *t, enum cvx_http_end end,
                         CURLcode code)
{
    take_facts(t);
    cvx_http_fault_judge(t, end, code);
    if (t->reply.fault == CVX_HTTP_OK &&
        (take_headers(t) != CVX_OK || take_url(t) != CVX_OK))
        cvx_http_fault_memory(&t->reply);
    else if (t->reply.fault != CVX_HTTP_OK && take_headers(t) != CVX_OK)
        t->reply.answer.n_headers = 0; /* they were for the log only */
    if (t->reply.fault != CVX_HTTP_OK)
        cvx_buf_done(&t->reply.answer.body);
    if (t->capture)
        cvx_http_capture_end(t->capture, &t->reply);
}

void cvx_http_reply_done(struct cvx_http_reply *reply)
{
    if (reply)
        cvx_reply_done(&reply->answer);
}
