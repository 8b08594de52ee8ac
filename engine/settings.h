/* Where API calls go and as whom: the environment and the knobs of --openai made into the
 * settings of a run (30-openai.md, "Settings"). Part of the program, not of the library.
 * Thread: main's. */
#ifndef CVX_SETTINGS_H
#define CVX_SETTINGS_H

#include <stdbool.h>

#include <cvextract/api.h>
#include <cvextract/err.h>
#include <cvextract/log.h>

struct cvx_settings;

/* The value of a variable, NULL when it is not set. An empty value counts as not set. */
typedef const char *cvx_settings_lookup(const void *arg, const char *name);

struct cvx_settings_request {
    const struct cvx_api_options *knobs; /* of --openai, defaults elsewhere */
    bool sends;                          /* false: nothing is sent, no key is needed */
    cvx_settings_lookup *lookup;         /* NULL = the environment */
    const void *arg;
};

/* The server: OPENAI_BASE_URL; else AZURE_OPENAI_ENDPOINT (with OPENAI_API_VERSION its older
 * paths, else /openai/v1); else OpenAI's own. The first and the last take OPENAI_API_KEY,
 * Azure takes AZURE_OPENAI_API_KEY: a key never goes to the other's server. Certificates:
 * ca=; else CURL_CA_BUNDLE; else SSL_CERT_FILE and SSL_CERT_DIR.
 *
 * CVX_EUSAGE in one line that names the variable and never shows a value that may hold a
 * secret: no key where OpenAI's or Azure's server needs one, no URL, certificates that
 * cannot be read. CVX_ENOMEM. */
int cvx_settings_new(const struct cvx_settings_request *request,
                     struct cvx_settings **ret, struct cvx_err *err);
/* Overwrites the key before it is given back. NULL is fine. */
void cvx_settings_free(struct cvx_settings *settings);

/* Points into the settings. */
const struct cvx_api_options *cvx_settings_api(const struct cvx_settings *settings);
/* What there is to tell: the choice (INFO), a key that goes unencrypted (WARNING). Without
 * the key, and without what may stand before an '@' in a URL. */
const struct cvx_log *cvx_settings_log(const struct cvx_settings *settings);

#endif
