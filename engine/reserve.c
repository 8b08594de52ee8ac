/* Owns the estimate of a call's tokens. Thread: the loop's. */
#include "reserve.h"

#include <math.h>
#include <string.h>

static const double k_first_per_byte = 1.0 / 3, k_least_per_byte = 1.0 / 8;
static const double k_most_per_byte = 1, k_byte_weight = 0.05;
static const double k_percentile = 0.95;
/* A verdict on the server needs one call made alone, or a stream of them. */
static const double k_enough_calls = 16, k_memory_calls = 64;
static const double k_charged_over = 1.15, k_charged_under = 1.05;
static const double k_least_scale = 0.02, k_most_scale = 2, k_others = 4;

void cvx_reserve_init(struct cvx_reserve *reserve, size_t output_cap)
{
    *reserve = (struct cvx_reserve){
        .output_cap = (double)output_cap, .per_byte = k_first_per_byte, .scale = 1};
}

double cvx_reserve_output(const struct cvx_reserve *reserve)
{
    if (reserve->n < CVX_RESERVE_ENOUGH)
        return fmax(reserve->output_cap, reserve->largest_output);

    size_t rank = (size_t)ceil(k_percentile * (double)reserve->n);

    return reserve->sorted[rank - 1];
}

static double prompt(const struct cvx_reserve *reserve, size_t bytes, size_t fixed)
{
    return (double)bytes * reserve->per_byte + (double)fixed;
}

struct cvx_reserve_basis cvx_reserve_basis(const struct cvx_reserve *reserve,
                                           size_t prompt_bytes, size_t fixed_tokens,
                                           size_t max_output)
{
    double output = max_output ? (double)max_output : cvx_reserve_output(reserve);

    return (struct cvx_reserve_basis){(double)prompt_bytes,
                                      (double)fixed_tokens + output};
}

/* In tokens, by what bytes are now known to be. */
static double full(const struct cvx_reserve *reserve,
                   const struct cvx_reserve_basis *basis)
{
    return basis->bytes * reserve->per_byte + basis->others;
}

double cvx_reserve_estimate(const struct cvx_reserve *reserve, size_t prompt_bytes,
                            size_t fixed_tokens, size_t max_output)
{
    struct cvx_reserve_basis basis =
        cvx_reserve_basis(reserve, prompt_bytes, fixed_tokens, max_output);
    double output = cvx_reserve_output(reserve);

    if (reserve->charges_estimate)
        return reserve->scale * full(reserve, &basis);
    if (max_output)
        output = fmin(output, (double)max_output);
    return prompt(reserve, prompt_bytes, fixed_tokens) + output;
}

/* ---- samples ---- */

/* Where `value` stands, or would stand, among the sorted ones. */
static size_t place(const struct cvx_reserve *reserve, double value)
{
    size_t low = 0, high = reserve->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reserve->sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_output(struct cvx_reserve *reserve, double output)
{
    double *sorted = reserve->sorted;

    reserve->largest_output = fmax(reserve->largest_output, output);
    if (reserve->n == CVX_RESERVE_SAMPLES) {
        size_t gone = place(reserve, reserve->recent[reserve->next]);

        reserve->n--;
        memmove(sorted + gone, sorted + gone + 1, (reserve->n - gone) * sizeof(*sorted));
    }

    size_t at = place(reserve, output);

    memmove(sorted + at + 1, sorted + at, (reserve->n - at) * sizeof(*sorted));
    sorted[at] = output;
    reserve->n++;
    reserve->recent[reserve->next] = output;
    reserve->next = (reserve->next + 1) % CVX_RESERVE_SAMPLES;
}

/* The plain mean of the first ones, then a moving one: a single real figure says more than
 * the assumption. */
static void add_prompt(struct cvx_reserve *reserve, double bytes, double tokens)
{
    reserve->byte_samples++;

    double weight = fmax(1 / reserve->byte_samples, k_byte_weight);
    double sample = fmin(fmax(tokens / bytes, k_least_per_byte), k_most_per_byte);

    reserve->per_byte += weight * (sample - reserve->per_byte);
}

/* ---- does the server charge what it estimates? ---- */

static void sum_add(struct cvx_reserve_sum *sum, double cost,
                    struct cvx_reserve_basis basis, double calls)
{
    double keep = sum->calls > k_memory_calls ? 0.5 : 1;

    sum->cost = sum->cost * keep + cost;
    sum->calls = sum->calls * keep + calls;
    sum->basis.bytes = sum->basis.bytes * keep + basis.bytes;
    sum->basis.others = sum->basis.others * keep + basis.others;
}

static void set_scale(struct cvx_reserve *reserve, double scale)
{
    reserve->scale = fmin(fmax(scale, k_least_scale), k_most_scale);
}

static void judge(struct cvx_reserve *reserve)
{
    const struct cvx_reserve_sum *charged = &reserve->charged, *used = &reserve->used;

    if (charged->calls < k_enough_calls || used->calls < 1 || used->cost <= 0)
        return;

    double took = charged->cost / full(reserve, &charged->basis);
    double real = used->cost / full(reserve, &used->basis);

    if (took > k_charged_over * real)
        reserve->charges_estimate = true;
    else if (took < k_charged_under * real)
        reserve->charges_estimate = false;
    if (reserve->charges_estimate)
        set_scale(reserve, took);
}

void cvx_reserve_used(struct cvx_reserve *reserve, size_t prompt_bytes,
                      size_t fixed_tokens, size_t max_output,
                      const struct cvx_usage *usage)
{
    if (usage->estimated)
        return;
    add_output(reserve, (double)usage->out);
    /* What fixed tokens are part of says nothing of bytes. */
    if (fixed_tokens == 0 && prompt_bytes > 0 && usage->in > 0)
        add_prompt(reserve, (double)prompt_bytes, (double)usage->in);
    sum_add(&reserve->used, (double)usage->in + (double)usage->out,
            cvx_reserve_basis(reserve, prompt_bytes, fixed_tokens, max_output), 1);
    judge(reserve);
}

/* So much cannot have been these calls: somebody else shares the limit. */
static bool others(const struct cvx_reserve *reserve, double charged,
                   const struct cvx_reserve_basis *basis)
{
    return charged > k_others * full(reserve, basis);
}

void cvx_reserve_charged(struct cvx_reserve *reserve, double charged,
                         struct cvx_reserve_basis basis, double calls, bool alone)
{
    if (others(reserve, charged, &basis))
        return;
    sum_add(&reserve->charged, charged, basis, alone ? k_enough_calls : calls);
    judge(reserve);
}

void cvx_reserve_suspect(struct cvx_reserve *reserve, double charged, double reserved,
                         struct cvx_reserve_basis basis, bool alone)
{
    if (reserve->used.calls > 0 || charged <= k_charged_under * reserved ||
        others(reserve, charged, &basis))
        return;
    reserve->charges_estimate = true;

    /* Most likely the largest answer and the prompt, as the server counts it. */
    double per_byte = basis.bytes > 0 ? (charged - basis.others) / basis.bytes : 0;

    if (alone && per_byte >= k_least_per_byte && per_byte <= k_most_per_byte)
        reserve->per_byte = per_byte;
    set_scale(reserve, charged / full(reserve, &basis));
}
