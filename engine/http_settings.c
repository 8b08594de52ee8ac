/* Owns what comes before the first request: libcurl's global state, a client's options, the
 * proxy variables as far as we must know them; and the seam for failing library calls.
 * Thread: the loop's. */
#include "http_private.h"

#include <stdlib.h>
#include <string.h>

#include <cvextract/mem.h>

#define NO_PROXY_LOCAL "127.0.0.1,localhost,::1"

#ifdef CVX_FAULTS
/* The loop's thread alone makes library calls. */
static long g_calls, g_fail_at = -1;

void cvx_http_fail_at(long nth)
{
    g_calls = 0;
    g_fail_at = nth;
}

long cvx_http_call_count(void)
{
    return g_calls;
}

bool cvx_http_call_fails(void)
{
    return g_calls++ == g_fail_at;
}
#endif

int cvx_http_global(struct cvx_err *err)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);

    if (code != CURLE_OK)
        return cvx_fail(err, CVX_EINTERNAL, "libcurl: %s", curl_easy_strerror(code));
    return CVX_OK;
}

/* The first of two names that the environment has, in the order libcurl asks. */
static const char *env_either(const char *lower, const char *upper)
{
    const char *value = getenv(lower);

    if (!value && upper)
        value = getenv(upper);
    return value && value[0] ? value : NULL;
}

/* The user's list and loopback: the servers of tests and on people's own machines. */
static char *no_proxy_make(void)
{
    const char *user = env_either("no_proxy", "NO_PROXY");
    struct cvx_buf list = CVX_BUF_INIT;

    /* "*" counts on its own only. */
    if (user && strcmp(user, "*") == 0)
        cvx_buf_puts(&list, user);
    else
        cvx_buf_printf(&list, "%s%s%s", user ? user : "", user ? "," : "",
                       NO_PROXY_LOCAL);
    if (cvx_buf_check(&list, NULL) != CVX_OK)
        cvx_buf_done(&list);
    return list.data;
}

static int copy_text(const char *text, char **ret)
{
    if (text) {
        *ret = cvx_strdup(text);
        if (!*ret)
            return CVX_ENOMEM;
    }
    return CVX_OK;
}

int cvx_http_settings_take(struct cvx_http *http, const struct cvx_http_options *options,
                           struct cvx_err *err)
{
    const char *all = env_either("all_proxy", "ALL_PROXY");

    http->http11 = options->http11;
    /* Never HTTP_PROXY: a web server's children get it from strangers. */
    http->proxy_http = all || env_either("http_proxy", NULL);
    http->proxy_https = all || env_either("https_proxy", "HTTPS_PROXY");
    http->no_proxy = no_proxy_make();
    if (!http->no_proxy || copy_text(options->ca_file, &http->ca_file) != CVX_OK ||
        copy_text(options->ca_path, &http->ca_path) != CVX_OK)
        return cvx_fail(err, CVX_ENOMEM, "no memory for the HTTP client");
    return cvx_http_redact_new(options->secret, &http->redact, err);
}

void cvx_http_settings_done(struct cvx_http *http)
{
    cvx_http_redact_free(http->redact);
    cvx_free(http->no_proxy);
    cvx_free(http->ca_file);
    cvx_free(http->ca_path);
}
