/* Where API calls go and how: settings of a run, and what stages see of them.
 * Facts: 30-openai.md, "Settings". Frozen once the run began. */
#ifndef CVEXTRACT_API_H
#define CVEXTRACT_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cvx_api_dialect {
    CVX_API_OPENAI,        /* Authorization: Bearer; also every compatible server */
    CVX_API_AZURE_CLASSIC, /* {endpoint}/openai/deployments/{model}/...?api-version=, api-key */
    CVX_API_AZURE_V1       /* {endpoint}/openai/v1, api-key */
};

/* Strings are borrowed from whoever made the options and copied by the run. A figure of 0
 * means "not given" unless said otherwise. */
struct cvx_api_options {
    enum cvx_api_dialect dialect;
    const char *base_url; /* without a trailing slash; NULL = https://api.openai.com/v1 */
    const char *key;      /* NULL = none */
    const char *organization, *project;
    const char *api_version; /* Azure classic */
    const char *model;       /* OPENAI_MODEL; NULL = the built-in default */
    const char *ca_file, *ca_path;

    double rpm, tpm;      /* per minute and lane; 0 = learn from the server */
    unsigned concurrency; /* calls in flight; 0 = as many as files */
    double timeout_s;     /* per attempt; 120 */
    unsigned retries;     /* tries after the first; 7 */
    double deadline_s;    /* per call, all attempts and waits; 900; 0 = none */
    bool has_temperature;
    double temperature;
    size_t max_tokens; /* cap on an answer; 16384 */
    double burst_s;    /* seconds of quota that may go at once; 1 */
    double max_wait_s; /* longest pause a server may impose; 120; 0 = never wait */
    double stall_s;    /* no progress at all for so long ends the run; 600; 0 = never */
    unsigned poison;   /* same failure so often while others succeed; 3; 0 = never */
    size_t max_tokens_total;    /* cap over the run; 0 = none */
    double max_cost;            /* cap over the run; 0 = none */
    double price_in, price_out; /* per million tokens */
    bool http11;                /* never HTTP/2 */
    bool cache;                 /* response cache; default true */
    bool n_given;               /* the user named n=COUNT: start at full concurrency */
};

/* The defaults above. */
struct cvx_api_options cvx_api_defaults(void);

/* What a stage may know (task->api). */
struct cvx_api_info {
    const char *model; /* the user's default, NULL = none given */
    bool has_temperature;
    double temperature;
    size_t max_tokens;
};

#endif
