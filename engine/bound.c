/* Owns the arithmetic of the lower bound. Thread: any. */
#include "bound.h"

#include <math.h>
#include <stdbool.h>

/* What a bucket of `bucket` units refilled with per_minute leaves to wait for. */
static double quota_s(double wanted, double bucket, double per_minute)
{
    return per_minute > 0 ? fmax(0, wanted - bucket) * 60 / per_minute : 0;
}

static double shared_s(double total, double servers)
{
    return servers > 0 ? total / servers : 0;
}

static void pick(struct cvx_bound *bound)
{
    const struct {
        double value;
        const char *name;
    } all[] = {{bound->path_s, "critical path"},
               {bound->in_flight_s, "in flight"},
               {bound->cpu_s, "CPU"},
               {bound->requests_s, "requests"},
               {bound->tokens_s, "tokens"}};

    bound->bound_s = all[0].value;
    bound->binding = all[0].name;
    for (size_t i = 1; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i].value > bound->bound_s) {
            bound->bound_s = all[i].value;
            bound->binding = all[i].name;
        }
}

void cvx_bound_compute(const struct cvx_bound_input *in, struct cvx_bound *ret)
{
    /* Before the first call a file was read, after the last one was answered it is written. */
    double ends = in->first_cpu_min_s + in->last_min_s;
    bool called = in->calls > 0;

    *ret = (struct cvx_bound){
        .path_s = in->path_max_s,
        .in_flight_s = shared_s(in->path_total_s, (double)in->in_flight),
        .cpu_s = shared_s(in->cpu_total_s, in->cpu_threads),
    };
    if (called && in->rpm > 0)
        ret->requests_s = ends + quota_s((double)in->calls, in->bucket_requests, in->rpm);
    if (called && in->tpm > 0)
        ret->tokens_s = ends + quota_s(in->tokens, in->bucket_tokens, in->tpm);
    pick(ret);
}
