/* Answers kept on disk: one file each, named by the hash of the logical request.
 *
 *     cvextract-answer 1 <sha256 of what follows the blank line>\n
 *     status 200\n
 *     url https://...\n        (pages only: where it came from in the end)
 *     private yes\n            (pages only: the first address asked was a private one)
 *     \n
 *     body
 *
 * Anything that is not exactly so is a miss: a broken entry costs one call, never a run. */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "store.h"

#define MAGIC "cvextract-answer 1 "
#define REJECTED ".rejected"

/* "folder/responses/ab/<hex>" and its two folders. */
struct place {
    struct cvx_buf top, folder, path;
};

static void place_done(struct place *place)
{
    cvx_buf_done(&place->top);
    cvx_buf_done(&place->folder);
    cvx_buf_done(&place->path);
}

static int place_make(const struct cvx_cache *cache, enum cvx_call_kind kind,
                      const struct cvx_hash *key, struct place *ret, struct cvx_err *err)
{
    char hex[CVX_HASH_HEX];

    *ret = (struct place){0};
    cvx_hash_hex(key, hex);
    cvx_buf_printf(&ret->top, "%s/%s", cache->folder,
                   kind == CVX_CALL_FETCH ? "pages" : "responses");
    cvx_buf_printf(&ret->folder, "%s/%.2s", ret->top.data ? ret->top.data : "", hex);
    cvx_buf_printf(&ret->path, "%s/%s", ret->folder.data ? ret->folder.data : "", hex);
    if (ret->top.failed || ret->folder.failed || ret->path.failed) {
        place_done(ret);
        return cvx_fail(err, CVX_ENOMEM, "no memory for the name of a kept answer");
    }
    return CVX_OK;
}

/* Takes "name value\n" off *p; NULL when the line is another. The line is cut in place. */
static char *take_line(char **p, const char *name)
{
    size_t len = strlen(name);
    char *value = *p + len, *end;

    if (strncmp(*p, name, len) != 0)
        return NULL;
    end = strchr(value, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    *p = end + 1;
    return value;
}

/* Reads an entry's text; false when it is broken, or memory was short. */
static bool entry_read(struct cvx_buf *text, struct cvx_reply *reply, bool *ret_short)
{
    char hex[CVX_HASH_HEX], *p = text->data, *sum, *status, *url, *private, *end;
    struct cvx_hash hash;

    if (!p || strlen(p) < 8)
        return false;
    sum = take_line(&p, MAGIC);
    if (!sum)
        return false;
    hash = cvx_hash_of(p, text->len - (size_t)(p - text->data));
    cvx_hash_hex(&hash, hex);
    status = strcmp(sum, hex) == 0 ? take_line(&p, "status ") : NULL;
    if (!status)
        return false;
    url = take_line(&p, "url ");
    private = take_line(&p, "private ");
    if (*p != '\n')
        return false;
    reply->status = (int)strtol(status, &end, 10);
    if (*end != '\0' || reply->status < 200 || reply->status > 299)
        return false;
    p++;
    cvx_buf_put(&reply->body, p, text->len - (size_t)(p - text->data));
    if (url)
        reply->url = cvx_strdup(url);
    reply->from_private = private != NULL;
    *ret_short = reply->body.failed || (url && !reply->url);
    return !*ret_short;
}

/* Only want of memory is a failure: the answer may be there, and would be paid twice. */
static int try_path(const char *path, struct cvx_reply *reply, bool *ret_hit,
                    struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct cvx_err unread;
    bool memory_short = false;
    int rc = cvx_store_read(path, CVX_CHAT_REPLY_MAX + CVX_PAGE_MAX, &text, &unread);

    *ret_hit = rc == CVX_OK && entry_read(&text, reply, &memory_short);
    cvx_buf_done(&text);
    if (!*ret_hit)
        cvx_reply_done(reply);
    if (rc == CVX_ENOMEM || memory_short)
        return cvx_fail(err, CVX_ENOMEM, "no memory for a kept answer");
    return CVX_OK;
}

int cvx_cache_get(const struct cvx_cache *cache, enum cvx_call_kind kind,
                  const struct cvx_hash *key, struct cvx_reply *reply, bool *ret_hit,
                  struct cvx_err *err)
{
    struct place place;
    int rc;

    *ret_hit = false;
    if (!cache->folder || (kind == CVX_CALL_FETCH && !cache->pages))
        return CVX_OK;
    rc = place_make(cache, kind, key, &place, err);
    if (rc)
        return rc;
    rc = try_path(place.path.data, reply, ret_hit, err);
    if (!rc && !*ret_hit && cache->resume) {
        cvx_buf_puts(&place.path, REJECTED);
        rc = cvx_buf_check(&place.path, err);
        if (!rc)
            rc = try_path(place.path.data, reply, ret_hit, err);
    }
    place_done(&place);
    return rc;
}

static int make_folder(const char *path, struct cvx_err *err)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return cvx_fail_errno(err, errno, "cannot make %s", path);
    return CVX_OK;
}

/* Those above are there but for the first entry of a run. */
static int make_folders(const struct cvx_cache *cache, const struct place *place,
                        struct cvx_err *err)
{
    int rc;

    if (mkdir(place->folder.data, 0700) == 0 || errno == EEXIST)
        return CVX_OK;
    rc = make_folder(cache->folder, err);
    if (!rc)
        rc = make_folder(place->top.data, err);
    return rc ? rc : make_folder(place->folder.data, err);
}

/* The address of a server may hold a password: that of a page alone is kept. */
static int entry_print(enum cvx_call_kind kind, const struct cvx_reply *reply,
                       struct cvx_buf *ret, struct cvx_err *err)
{
    struct cvx_buf rest = CVX_BUF_INIT;
    char hex[CVX_HASH_HEX];
    struct cvx_hash hash;
    int rc;

    cvx_buf_printf(&rest, "status %d\n", reply->status);
    if (kind == CVX_CALL_FETCH && reply->url && !strchr(reply->url, '\n'))
        cvx_buf_printf(&rest, "url %s\n", reply->url);
    if (reply->from_private)
        cvx_buf_puts(&rest, "private yes\n");
    cvx_buf_putc(&rest, '\n');
    cvx_buf_put(&rest, reply->body.data, reply->body.len);
    rc = cvx_buf_check(&rest, err);
    if (!rc) {
        hash = cvx_hash_of(rest.data, rest.len);
        cvx_hash_hex(&hash, hex);
        cvx_buf_printf(ret, MAGIC "%s\n", hex);
        cvx_buf_put(ret, rest.data, rest.len);
        rc = cvx_buf_check(ret, err);
    }
    cvx_buf_done(&rest);
    return rc;
}

int cvx_cache_put(const struct cvx_cache *cache, enum cvx_call_kind kind,
                  const struct cvx_hash *key, const struct cvx_reply *reply,
                  struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    struct place place;
    int rc;

    if (!cache->folder)
        return CVX_OK;
    rc = place_make(cache, kind, key, &place, err);
    if (rc)
        return rc;
    rc = entry_print(kind, reply, &text, err);
    if (!rc)
        rc = make_folders(cache, &place, err);
    if (!rc)
        rc = cvx_store_write_private(place.path.data, text.data, text.len, err);
    cvx_buf_done(&text);
    place_done(&place);
    return rc;
}

void cvx_cache_reject(const struct cvx_cache *cache, enum cvx_call_kind kind,
                      const struct cvx_hash *key)
{
    struct cvx_buf to = CVX_BUF_INIT;
    struct cvx_err ignored;
    struct place place;

    if (!cache->folder || place_make(cache, kind, key, &place, &ignored))
        return;
    cvx_buf_printf(&to, "%s" REJECTED, place.path.data);
    /* Whatever fails: it is no hit any more. */
    if (to.failed || rename(place.path.data, to.data) != 0)
        unlink(place.path.data);
    cvx_buf_done(&to);
    place_done(&place);
}
