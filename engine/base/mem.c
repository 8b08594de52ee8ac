/* Owns the allocation seam, with its failing counter in CVX_FAULTS builds, and the account
 * of inflated parts. The only state of the process that more than one thread writes without
 * the pool's knowledge. Thread: any. */
#include <cvextract/mem.h>

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/limits.h>

#ifdef CVX_FAULTS
#include <stdatomic.h>

static atomic_long g_asked;
static atomic_long g_fail_at = -1;

void cvx_mem_fail_at(long nth)
{
    /* Disarmed first: a worker between the two stores must not meet the old number. */
    atomic_store(&g_fail_at, -1);
    atomic_store(&g_asked, 0);
    atomic_store(&g_fail_at, nth);
}

long cvx_mem_count(void)
{
    return atomic_load(&g_asked);
}

static bool fault_due(void)
{
    return atomic_fetch_add(&g_asked, 1) == atomic_load(&g_fail_at);
}
#else
static bool fault_due(void)
{
    return false;
}
#endif

/* Refused here and not by malloc: some allocators end the process over such a size. */
static bool size_sane(size_t size)
{
    return size <= PTRDIFF_MAX;
}

/* malloc(0) may answer NULL, which would read as a failure. */
static size_t size_of(size_t size)
{
    return size ? size : 1;
}

void *cvx_alloc(size_t size)
{
    if (!size_sane(size) || fault_due())
        return NULL;
    return malloc(size_of(size));
}

void *cvx_zalloc(size_t size)
{
    if (!size_sane(size) || fault_due())
        return NULL;
    return calloc(1, size_of(size));
}

void *cvx_alloc_array(size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return cvx_alloc(total);
}

void *cvx_realloc_array(void *p, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total) || !size_sane(total) || fault_due())
        return NULL;
    return realloc(p, size_of(total));
}

char *cvx_strdup(const char *text)
{
    return cvx_memdup(text, strlen(text));
}

char *cvx_memdup(const char *data, size_t len)
{
    char *copy = len < SIZE_MAX ? cvx_alloc(len + 1) : NULL;

    if (!copy)
        return NULL;
    if (len > 0) /* data may be NULL then */
        memcpy(copy, data, len);
    copy[len] = '\0';
    return copy;
}

void cvx_free(void *p)
{
    free(p);
}

/* The account. Tickets are served in the order they were drawn, so that a large request is
 * not overtaken for ever by small ones. */
static struct {
    pthread_mutex_t mu;
    pthread_cond_t changed;
    /* guarded by mu */
    size_t used;
    unsigned long drawn, served;
} g_account = {.mu = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

int cvx_mem_reserve(size_t size)
{
    if (size > CVX_INFLATED_MAX)
        return -1;
    if (size == 0)
        return 0;
    pthread_mutex_lock(&g_account.mu);
    unsigned long ticket = g_account.drawn++;

    while (ticket != g_account.served || size > CVX_INFLATED_MAX - g_account.used)
        pthread_cond_wait(&g_account.changed, &g_account.mu);
    g_account.used += size;
    g_account.served++;
    /* The next in line may fit as well. */
    if (g_account.served != g_account.drawn)
        pthread_cond_broadcast(&g_account.changed);
    pthread_mutex_unlock(&g_account.mu);
    return 0;
}

void cvx_mem_release(size_t size)
{
    if (size == 0)
        return;
    pthread_mutex_lock(&g_account.mu);
    assert(size <= g_account.used);
    g_account.used -= size;
    pthread_cond_broadcast(&g_account.changed);
    pthread_mutex_unlock(&g_account.mu);
}
