/* How many tokens to set aside for a call: learnt from usage, and from what the server's
 * headers show it took (30-openai.md "Rate limits" 1). Pure. Thread: the loop's. */
#ifndef CVX_RESERVE_H
#define CVX_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/call.h>

enum { CVX_RESERVE_SAMPLES = 256, CVX_RESERVE_ENOUGH = 30 };

/* What a server that charges every call at the largest answer it may give goes by. */
struct cvx_reserve_basis {
    double bytes;  /* of prompt */
    double others; /* fixed tokens and the largest answer */
};

/* Sums over recent calls, old ones fading. */
struct cvx_reserve_sum {
    double cost, calls;
    struct cvx_reserve_basis basis;
};

/* Fields are read-only outside reserve.c. */
struct cvx_reserve {
    double output_cap, largest_output;
    double per_byte; /* tokens per byte of prompt: moving average */
    double byte_samples;
    double recent[CVX_RESERVE_SAMPLES], sorted[CVX_RESERVE_SAMPLES];
    size_t n, next;
    struct cvx_reserve_sum charged, used;
    bool charges_estimate; /* the server takes its own estimate and does not settle */
    double scale;          /* of its estimate to ours */
};

void cvx_reserve_init(struct cvx_reserve *reserve, size_t output_cap);
/* `max_output` 0 = unbounded. */
double cvx_reserve_estimate(const struct cvx_reserve *reserve, size_t prompt_bytes,
                            size_t fixed_tokens, size_t max_output);
struct cvx_reserve_basis cvx_reserve_basis(const struct cvx_reserve *reserve,
                                           size_t prompt_bytes, size_t fixed_tokens,
                                           size_t max_output);
/* 95 of 100 answers were not longer; the cap before enough samples. */
double cvx_reserve_output(const struct cvx_reserve *reserve);

/* Real usage of a call. */
void cvx_reserve_used(struct cvx_reserve *reserve, size_t prompt_bytes,
                      size_t fixed_tokens, size_t max_output,
                      const struct cvx_usage *usage);
/* By its headers the server took `charged` for `calls` calls of this sum of bases. One made
 * `alone` is enough for a verdict, else it takes a number of them. */
void cvx_reserve_charged(struct cvx_reserve *reserve, double charged,
                         struct cvx_reserve_basis basis, double calls, bool alone);
/* The first calls of all cost about so much: when that is more than was reserved for them,
 * charging of estimates is assumed until some usage is known. */
void cvx_reserve_suspect(struct cvx_reserve *reserve, double charged, double reserved,
                         struct cvx_reserve_basis basis, bool alone);

#endif
