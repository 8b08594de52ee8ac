/* Answers kept: <target>/.cvextract/responses/ab/<sha256>, pages likewise below pages/
 * (30-openai.md, "What must never happen"). A completed call is never sent again.
 *
 * Blocking: in jobs on workers. Thread: any; the struct is frozen. Files 0600 in folders
 * 0700, checksummed: a broken one is a miss. */
#ifndef CVX_CACHE_H
#define CVX_CACHE_H

#include <stdbool.h>

#include <cvextract/buf.h>
#include <cvextract/call.h>
#include <cvextract/err.h>
#include <cvextract/hash.h>

struct cvx_cache {
    const char *folder; /* <target>/.cvextract; NULL = off */
    bool resume;        /* rejected entries count too */
    bool pages;         /* kept pages are used: a run that continues another */
};

/* CVX_OK and *ret_hit; CVX_ENOMEM. The entry's status, url and body go into `reply`. Never
 * fails for a bad entry: that is a miss. */
int cvx_cache_get(const struct cvx_cache *cache, enum cvx_call_kind kind,
                  const struct cvx_hash *key, struct cvx_reply *reply, bool *ret_hit,
                  struct cvx_err *err);
/* Stores a whole answer; atomic. */
int cvx_cache_put(const struct cvx_cache *cache, enum cvx_call_kind kind,
                  const struct cvx_hash *key, const struct cvx_reply *reply,
                  struct cvx_err *err);
/* The call failed in the end: kept for inspection, no hit any more. */
void cvx_cache_reject(const struct cvx_cache *cache, enum cvx_call_kind kind,
                      const struct cvx_hash *key);

#endif
