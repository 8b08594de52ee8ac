/* Owns the decision whether a failed attempt is followed by another, and when. Thread: any. */
#include "backoff.h"

#include <math.h>

static const double k_base_s = 0.75, k_cap_s = 20, k_floor_s = 0.25, k_hint_max_s = 120;

static enum cvx_backoff_class by_status(int status)
{
    switch (status) {
    case 429:
        return CVX_BACKOFF_LIMITED;
    case 503:
        return CVX_BACKOFF_OVERLOAD;
    case 408:
    case 409:
    case 500:
    case 502:
    case 504:
        return CVX_BACKOFF_TRANSIENT;
    default: /* 520 to 530: what a proxy says of a server that it cannot reach */
        return status >= 520 && status <= 530 ? CVX_BACKOFF_TRANSIENT : CVX_BACKOFF_NEVER;
    }
}

enum cvx_backoff_class cvx_backoff_status(int status, const struct cvx_rates *rates)
{
    enum cvx_backoff_class class = by_status(status);

    if (status >= 200 && status < 300)
        return CVX_BACKOFF_NEVER;
    if (rates && rates->should_retry == 0)
        return CVX_BACKOFF_NEVER;
    if (rates && rates->should_retry == 1 && class == CVX_BACKOFF_NEVER)
        return CVX_BACKOFF_TRANSIENT;
    return class;
}

enum cvx_backoff_class cvx_backoff_fault(enum cvx_http_fault fault)
{
    switch (fault) {
    case CVX_HTTP_CONNECT:
    case CVX_HTTP_RESOLVE:
    case CVX_HTTP_TIMEOUT:
    case CVX_HTTP_SEND:
    case CVX_HTTP_TRUNCATED:
        return CVX_BACKOFF_TRANSIENT;
    case CVX_HTTP_TLS:
    case CVX_HTTP_URL:
        return CVX_BACKOFF_STOP;
    case CVX_HTTP_OK:
    case CVX_HTTP_CANCELED:
    case CVX_HTTP_TOO_BIG:
    case CVX_HTTP_REDIRECT:
    case CVX_HTTP_INTERNAL:
        break;
    }
    return CVX_BACKOFF_NEVER;
}

int64_t cvx_backoff_delay(unsigned attempts, double hint_s, double random01)
{
    if (hint_s > k_hint_max_s)
        return -1;
    /* Rounded up: never earlier than told. */
    if (hint_s >= 0)
        return (int64_t)ceil(hint_s * 1e9);

    unsigned doublings = attempts > 0 ? attempts - 1 : 0;
    double most = fmin(k_cap_s, ldexp(k_base_s, doublings < 30 ? (int)doublings : 30));

    return (int64_t)(fmax(k_floor_s, most * random01) * 1e9);
}
