/* Any headers and text to the reader of limits, and whatever it read to a limiter: figures are
 * finite or "not told", waits are never negative, pauses never shorter than told. The first
 * byte picks the status, the rest are lines: "name: value", and after an empty one the body. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/call.h>

#include "limiter.h"
#include "rates.h"

enum { LINES_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static bool sane(double value, double most)
{
    return value == -1 || (value >= 0 && value <= most);
}

static void check(const struct cvx_rates *rates)
{
    const struct cvx_rate *both[] = {&rates->requests, &rates->tokens};

    for (size_t i = 0; i < 2; i++) {
        require(sane(both[i]->limit, 1e15) && both[i]->limit != 0);
        require(sane(both[i]->remaining, 1e15));
        require(sane(both[i]->reset_s, 366 * 86400.0));
        require(both[i]->limit < 0 || both[i]->remaining <= both[i]->limit);
    }
    require(sane(rates->retry_after_s, 366 * 86400.0));
    require(rates->should_retry >= -1 && rates->should_retry <= 1);
}

/* Twenty calls, each answered so. */
static void drive(const struct cvx_rates *rates, double given)
{
    const struct cvx_limiter_options options = {
        .rpm = given, .burst_s = 1, .output_cap = 2048};
    const struct cvx_limiter_need need = {.prompt_bytes = 3000, .max_output = 4096};
    const struct cvx_usage usage = {.in = 900, .out = 300};
    struct cvx_limiter *limiter = cvx_limiter_new(&options, 0);
    int64_t now = 0;

    require(limiter != NULL);
    for (int i = 0; i < 20; i++) {
        struct cvx_limiter_ticket ticket;
        double tokens = cvx_limiter_estimate(limiter, &need);
        int64_t wait = cvx_limiter_wait(limiter, tokens, now);

        require(isfinite(tokens) && tokens > 0);
        require(wait >= 0 && wait != INT64_MAX);
        if (wait > INT64_C(1000000000000000))
            break; /* over ten days */
        now += wait;
        require(cvx_limiter_wait(limiter, tokens, now) == 0);
        cvx_limiter_take(limiter, &need, tokens, now, &ticket);
        now += 10000000;
        if (rates->status == 429) {
            int64_t pause = cvx_limiter_limited(limiter, &ticket, rates, now);

            require((double)pause >= rates->retry_after_s * 1e9 * (1 - 1e-12));
        } else {
            cvx_limiter_learn(limiter, &ticket, rates, now);
            cvx_limiter_settle(limiter, &ticket, rates->status == 200 ? &usage : NULL,
                               now);
        }
    }

    struct cvx_limiter_view view;

    cvx_limiter_look(limiter, now, &view);
    require(isfinite(view.rpm) && isfinite(view.tpm) && view.rpm >= 0 && view.tpm >= 0);
    require(isfinite(view.requests) && isfinite(view.tokens));
    require(view.pace > 0 && view.pace <= 1);
    cvx_limiter_free(limiter);
}

static size_t split(char *text, struct cvx_header *headers, char **ret_body)
{
    size_t n = 0;

    while (*text && n < LINES_MAX) {
        char *end = strchr(text, '\n'), *value;

        if (end)
            *end = '\0';
        if (!*text) {
            *ret_body = end ? end + 1 : text;
            return n;
        }
        value = strchr(text, ':');
        if (value) {
            *value = '\0';
            headers[n++] = (struct cvx_header){text, value + 1};
        }
        if (!end)
            break;
        text = end + 1;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 429, 503, 500};
    struct cvx_header headers[LINES_MAX];
    struct cvx_reply reply = {.headers = headers};
    struct cvx_rates rates;
    char *text = NULL, *body = NULL;

    if (size == 0)
        return 0;
    text = malloc(size);
    require(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    reply.status = statuses[data[0] % 4];
    reply.n_headers = split(text, headers, &body);
    if (body)
        reply.body = (struct cvx_buf){.data = body, .len = strlen(body)};
    cvx_rates_read(&reply, 1795521600, &rates);
    check(&rates);
    drive(&rates, 0);
    drive(&rates, 600);
    free(text);
    return 0;
}
