/* Owns the choice of server, key and certificates. URLs are taken apart by libcurl, so that
 * the host judged here is the one connected to. */
#include "settings.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "cli_words.h"

#define OPENAI_URL "https://api.openai.com/v1"
#define HOST_MAX 256

enum text {
    TEXT_URL,
    TEXT_KEY,
    TEXT_ORGANIZATION,
    TEXT_PROJECT,
    TEXT_VERSION,
    TEXT_MODEL,
    TEXT_CA_FILE,
    TEXT_CA_PATH,
    TEXTS
};

struct cvx_settings {
    struct cvx_api_options api;
    char *texts[TEXTS]; /* what api's pointers lead to */
    struct cvx_log log;
};

/* Settings while they are made. */
struct maker {
    const struct cvx_settings_request *request;
    struct cvx_settings *settings;
    const char *from;    /* the variable that chose the server, NULL = none did */
    const char *key_var; /* the one that a key for it comes from */
    struct cvx_buf shown;
    char host[HOST_MAX];
    bool https;
    struct cvx_err *err;
};

static const char *look_up(const struct maker *m, const char *name)
{
    const char *value =
        m->request->lookup ? m->request->lookup(m->request->arg, name) : getenv(name);

    return value && value[0] ? value : NULL;
}

static int no_memory(struct cvx_err *err)
{
    return cvx_fail(err, CVX_ENOMEM, "no memory for the settings of API calls");
}

/* A copy, and *field leads to it. */
static int keep(struct maker *m, enum text text, const char *value, size_t len,
                const char **field)
{
    char *copy = cvx_memdup(value, len);

    if (!copy)
        return no_memory(m->err);
    cvx_free(m->settings->texts[text]);
    m->settings->texts[text] = copy;
    *field = copy;
    return CVX_OK;
}

/* ---- values that become header lines or parts of a URL ---- */

enum charset { PRINTABLE, TOKEN, VERSION };

static bool fits(const char *value, enum charset charset)
{
    for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
        bool alnum = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                     (*p >= 'A' && *p <= 'Z');

        if (*p < 0x20 || *p == 0x7f)
            return false;
        if (charset == TOKEN && (*p == ' ' || *p > 0x7f))
            return false;
        if (charset == VERSION && !alnum && *p != '-' && *p != '.' && *p != '_')
            return false;
    }
    return true;
}

/* Takes a variable when it is set; its value is never shown. */
static int take(struct maker *m, const char *name, enum charset charset, enum text text,
                const char **field)
{
    const char *value = look_up(m, name);

    if (!value)
        return CVX_OK;
    if (!fits(value, charset))
        return cvx_cli_usage(m->err,
                             "%s holds a character that it cannot have: look for "
                             "blanks and line ends",
                             name);
    return keep(m, text, value, strlen(value), field);
}

/* ---- the server ---- */

/* For people: without what may be a user name and a password. */
static int show_url(struct maker *m, CURLU *url)
{
    char *text = NULL;
    size_t len;

    if (curl_url_set(url, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_OPTIONS, NULL, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
        return no_memory(m->err);
    len = strlen(text);
    while (len > 0 && text[len - 1] == '/')
        len--;
    cvx_buf_put(&m->shown, text, len);
    curl_free(text);
    return cvx_buf_check(&m->shown, m->err);
}

static bool take_host(struct maker *m, CURLU *url)
{
    char *host = NULL;
    bool ok = curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    size_t len = ok ? strlen(host) : 0;

    if (len > 0 && host[len - 1] == '.')
        len--;
    ok = len > 0 && len < HOST_MAX;
    if (ok)
        memcpy(m->host, host, len);
    m->host[ok ? len : 0] = '\0';
    curl_free(host);
    return ok;
}

static int take_apart(struct maker *m, const char *text)
{
    bool https = strncasecmp(text, "https://", 8) == 0;
    bool web =
        (https || strncasecmp(text, "http://", 7) == 0) && text[https ? 8 : 7] != '/';
    CURLU *url = curl_url();
    CURLUcode code;
    int rc;

    if (!url)
        return no_memory(m->err);
    code = curl_url_set(url, CURLUPART_URL, text, 0);
    m->https = https;
    if (code == CURLUE_OUT_OF_MEMORY)
        rc = no_memory(m->err);
    else if (!web || code != CURLUE_OK || !take_host(m, url))
        rc = cvx_cli_usage(m->err, "%s is no URL of the form https://HOST/PATH", m->from);
    else if (strpbrk(text, "?#"))
        rc = cvx_cli_usage(m->err, "%s has a '?' or '#': it ends with the path, as in %s",
                           m->from, OPENAI_URL);
    else
        rc = show_url(m, url);
    curl_url_cleanup(url);
    return rc;
}

static bool host_is(const struct maker *m, const char *name)
{
    size_t len = strlen(m->host), n = strlen(name);

    return len >= n && strcasecmp(m->host + len - n, name) == 0 &&
           (len == n || m->host[len - n - 1] == '.');
}

/* Servers that answer nobody without a key. */
static bool needs_key(const struct maker *m)
{
    static const char *const names[] = {"api.openai.com", "openai.azure.com",
                                        "cognitiveservices.azure.com",
                                        "services.ai.azure.com"};

    if (m->settings->api.dialect != CVX_API_OPENAI)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (host_is(m, names[i]))
            return true;
    return false;
}

static size_t without_slashes(const char *text, size_t len)
{
    while (len > 0 && text[len - 1] == '/')
        len--;
    return len;
}

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);

    return len >= n && memcmp(text + len - n, end, n) == 0;
}

/* The endpoint alone, also of one that was copied with its path. */
static size_t endpoint_len(const char *endpoint)
{
    size_t len = without_slashes(endpoint, strlen(endpoint));

    if (ends_with(endpoint, len, "/openai/v1"))
        len -= strlen("/openai/v1");
    else if (ends_with(endpoint, len, "/openai"))
        len -= strlen("/openai");
    return without_slashes(endpoint, len);
}

static int take_azure(struct maker *m, const char *endpoint)
{
    struct cvx_api_options *api = &m->settings->api;
    struct cvx_buf url = CVX_BUF_INIT;
    int rc;

    m->from = "AZURE_OPENAI_ENDPOINT";
    m->key_var = "AZURE_OPENAI_API_KEY";
    rc = take(m, "OPENAI_API_VERSION", VERSION, TEXT_VERSION, &api->api_version);
    if (rc)
        return rc;
    api->dialect = api->api_version ? CVX_API_AZURE_CLASSIC : CVX_API_AZURE_V1;
    cvx_buf_put(&url, endpoint, endpoint_len(endpoint));
    cvx_buf_puts(&url, api->api_version ? "" : "/openai/v1");
    rc = cvx_buf_check(&url, m->err);
    if (!rc)
        rc = take_apart(m, url.data);
    if (!rc)
        rc = keep(m, TEXT_URL, url.data, url.len, &api->base_url);
    cvx_buf_done(&url);
    return rc;
}

static int take_other(struct maker *m, const char *base)
{
    struct cvx_api_options *api = &m->settings->api;
    const char *url = base ? base : OPENAI_URL;
    int rc;

    m->from = base ? "OPENAI_BASE_URL" : NULL;
    m->key_var = "OPENAI_API_KEY";
    rc = take_apart(m, url);
    if (!rc)
        rc = keep(m, TEXT_URL, url, without_slashes(url, strlen(url)), &api->base_url);
    if (!rc)
        rc = take(m, "OPENAI_ORG_ID", TOKEN, TEXT_ORGANIZATION, &api->organization);
    if (!rc)
        rc = take(m, "OPENAI_PROJECT_ID", TOKEN, TEXT_PROJECT, &api->project);
    return rc;
}

static int take_server(struct maker *m)
{
    const char *base = look_up(m, "OPENAI_BASE_URL");
    const char *endpoint = look_up(m, "AZURE_OPENAI_ENDPOINT");

    return !base && endpoint ? take_azure(m, endpoint) : take_other(m, base);
}

static int take_key(struct maker *m)
{
    struct cvx_api_options *api = &m->settings->api;
    int rc = take(m, m->key_var, TOKEN, TEXT_KEY, &api->key);

    if (rc || api->key || !m->request->sends || !needs_key(m))
        return rc;
    return cvx_cli_usage(m->err, "%s is not set: a stage of this run calls the API at %s",
                         m->key_var, m->shown.data);
}

/* ---- certificates ---- */

static int take_certificates(struct maker *m, const char *name, const char *path)
{
    struct cvx_api_options *api = &m->settings->api;
    struct stat st;
    bool folder;

    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        return cvx_cli_usage(m->err, "%s: cannot read '%.60s': %s", name, path,
                             strerror(errno));
    folder = S_ISDIR(st.st_mode);
    return keep(m, folder ? TEXT_CA_PATH : TEXT_CA_FILE, path, strlen(path),
                folder ? &api->ca_path : &api->ca_file);
}

static int take_ca(struct maker *m)
{
    const char *given = m->request->knobs->ca_file;
    const char *bundle = look_up(m, "CURL_CA_BUNDLE");
    const char *file = look_up(m, "SSL_CERT_FILE"), *folder = look_up(m, "SSL_CERT_DIR");
    struct cvx_api_options *api = &m->settings->api;
    int rc = CVX_OK;

    api->ca_file = api->ca_path = NULL;
    if (given)
        return take_certificates(m, "ca= of --openai", given);
    /* Of no use without TLS: then what is wrong with them is nobody's affair. */
    if (!m->https)
        return CVX_OK;
    if (bundle)
        return take_certificates(m, "CURL_CA_BUNDLE", bundle);
    if (file)
        rc = take_certificates(m, "SSL_CERT_FILE", file);
    /* Perhaps a list of folders, which OpenSSL knows how to read. */
    if (!rc && folder)
        rc = keep(m, TEXT_CA_PATH, folder, strlen(folder), &api->ca_path);
    return rc;
}

/* ---- what there is to tell ---- */

static bool is_loopback(const char *host)
{
    static const char local[] = "localhost";
    size_t len = strlen(host), n = sizeof(local) - 1;
    struct in_addr in;

    if (len >= n && strcasecmp(host + len - n, local) == 0)
        return len == n || host[len - n - 1] == '.';
    if (inet_pton(AF_INET, host, &in) == 1)
        return (ntohl(in.s_addr) >> 24) == 127;
    return strcmp(host, "[::1]") == 0;
}

static int tell(struct maker *m)
{
    static const char *const ways[] = {[CVX_API_OPENAI] = "",
                                       [CVX_API_AZURE_CLASSIC] = "Azure, ",
                                       [CVX_API_AZURE_V1] = "Azure v1, "};
    const struct cvx_api_options *api = &m->settings->api;
    struct cvx_log *log = &m->settings->log;

    cvx_log_add(log, CVX_LEVEL_INFO, "API calls go to %s (%s%s), %s%s", m->shown.data,
                ways[api->dialect], m->from ? m->from : "OpenAI's own",
                api->key ? "with the key of " : "without a key",
                api->key ? m->key_var : "");
    if (api->key && !m->https && !is_loopback(m->host))
        cvx_log_add(log, CVX_LEVEL_WARNING,
                    "%s goes to %s unencrypted: use https:// if that server has it",
                    m->key_var, m->host);
    return log->lost ? no_memory(m->err) : CVX_OK;
}

/* ---- life ---- */

static int make(struct maker *m)
{
    int rc = take_server(m);

    if (!rc)
        rc = take_key(m);
    if (!rc)
        rc = take(m, "OPENAI_MODEL", PRINTABLE, TEXT_MODEL, &m->settings->api.model);
    if (!rc)
        rc = take_ca(m);
    return rc ? rc : tell(m);
}

int cvx_settings_new(const struct cvx_settings_request *request,
                     struct cvx_settings **ret, struct cvx_err *err)
{
    struct maker m = {.request = request, .err = err};
    int rc;

    m.settings = cvx_zalloc(sizeof(*m.settings));
    if (!m.settings)
        return no_memory(err);
    m.settings->api = *request->knobs;
    cvx_log_init(&m.settings->log, CVX_LEVEL_INFO);
    rc = make(&m);
    cvx_buf_done(&m.shown);
    if (rc) {
        cvx_settings_free(m.settings);
        return rc;
    }
    *ret = m.settings;
    return CVX_OK;
}

void cvx_settings_free(struct cvx_settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < TEXTS; i++) {
        /* The URL may hold a password. */
        if (settings->texts[i])
            explicit_bzero(settings->texts[i], strlen(settings->texts[i]));
        cvx_free(settings->texts[i]);
    }
    cvx_log_done(&settings->log);
    cvx_free(settings);
}

const struct cvx_api_options *cvx_settings_api(const struct cvx_settings *settings)
{
    return &settings->api;
}

const struct cvx_log *cvx_settings_log(const struct cvx_settings *settings)
{
    return &settings->log;
}
