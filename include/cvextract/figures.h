/* Figures of a run that used the API: what was done, and how near to the best possible
 * (30-openai.md, "The optimality line"). Plain numbers. Thread: the holder. */
#ifndef CVEXTRACT_FIGURES_H
#define CVEXTRACT_FIGURES_H

#include <stddef.h>

/* Counters over the run; also what --summary-json writes. */
struct cvx_api_counts {
    size_t calls;    /* asked for by stages */
    size_t cached;   /* of them answered from the cache */
    size_t joined;   /* of them answered by another's identical call */
    size_t answered; /* 2xx over the wire */
    size_t failed;
    size_t attempts; /* sends */
    size_t repeated; /* sends after one whose answer was cut, reset or timed out */
    size_t resends;  /* libcurl's hidden ones, stopped and counted as attempts */
    size_t limited;  /* answers of 429 */
    size_t episodes; /* of 429 */
    size_t retries_connect, retries_timeout, retries_status, retries_truncated;
    size_t tokens_in, tokens_out, tokens_cached;
    size_t usage_estimated; /* answers without usage */
    double cost;            /* by the given prices */
    double latency_p50_s, latency_p90_s, latency_p99_s;
    double quota_wait_s, backoff_s; /* sums over calls */
    size_t bytes;                   /* request and reply bodies */
    size_t in_flight, queued;
    double rpm, tpm;         /* limits in force, largest lane; 0 = unknown */
    double rpm_now, tpm_now; /* over the last 10 s, per minute */
    double bucket_requests, bucket_tokens;
};

/* The lower bound on the run's wall time. */
struct cvx_bound {
    double path_s, in_flight_s, cpu_s, requests_s, tokens_s; /* each a lower bound */
    double bound_s;
    const char *binding; /* "critical path", "in flight", "CPU", "requests", "tokens" */
};

/* Where the difference between bound and wall time went: sums over the run. */
struct cvx_figures {
    struct cvx_api_counts counts;
    struct cvx_bound bound;
    double wall_s;
    double ratio;       /* bound / wall, 0 = no bound */
    double cpu_s;       /* of all jobs */
    double cpu_queue_s; /* jobs waited for a thread */
    double tail_s;      /* from the last admission to the end */
};

#endif
