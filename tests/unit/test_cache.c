/* Kept answers: there and back, private, and a miss whenever something is not exactly right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include <scratch.h>

#include "cache.h"

static struct scratch g_scratch;
static char g_folder[300];
static const char k_body[] = "{\"a\":\0\n\n1}";

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    scratch_path(&g_scratch, ".cvextract", g_folder, sizeof(g_folder));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&g_scratch);
    return 0;
}

static struct cvx_cache cache(void)
{
    return (struct cvx_cache){.folder = g_folder, .pages = true};
}

static struct cvx_hash key(const char *text)
{
    return cvx_hash_of(text, strlen(text));
}

static void put(enum cvx_call_kind kind, const char *name, struct cvx_reply *reply)
{
    struct cvx_cache c = cache();
    struct cvx_hash k = key(name);
    struct cvx_err err;

    assert_int_equal(cvx_cache_put(&c, kind, &k, reply, &err), CVX_OK);
    cvx_reply_done(reply);
}

static void put_answer(const char *name)
{
    struct cvx_reply reply = {.status = 200};

    cvx_buf_put(&reply.body, k_body, sizeof(k_body) - 1);
    put(CVX_CALL_MODEL, name, &reply);
}

static bool get(const struct cvx_cache *c, enum cvx_call_kind kind, const char *name,
                struct cvx_reply *reply)
{
    struct cvx_hash k = key(name);
    struct cvx_err err;
    bool hit = false;

    *reply = (struct cvx_reply){0};
    assert_int_equal(cvx_cache_get(c, kind, &k, reply, &hit, &err), CVX_OK);
    return hit;
}

static bool is_hit(const struct cvx_cache *c, const char *name)
{
    struct cvx_reply reply;
    bool hit = get(c, CVX_CALL_MODEL, name, &reply);

    if (!hit)
        assert_null(reply.body.data);
    cvx_reply_done(&reply);
    return hit;
}

/* "responses/ab/<hex>" below the scratch folder. */
static const char *entry(const char *name, const char *suffix, char *buf, size_t size)
{
    char hex[CVX_HASH_HEX];
    struct cvx_hash k = key(name);

    cvx_hash_hex(&k, hex);
    snprintf(buf, size, ".cvextract/responses/%.2s/%s%s", hex, hex, suffix);
    return buf;
}

static void test_round_trip(void **state)
{
    struct cvx_cache c = cache();
    struct cvx_reply reply;

    (void)state;
    assert_false(is_hit(&c, "a"));
    put_answer("a");
    assert_false(is_hit(&c, "b"));
    assert_true(get(&c, CVX_CALL_MODEL, "a", &reply));
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body.len, sizeof(k_body) - 1);
    assert_memory_equal(reply.body.data, k_body, sizeof(k_body) - 1);
    assert_null(reply.url);
    assert_false(reply.from_private);
    cvx_reply_done(&reply);
}

static void test_pages(void **state)
{
    struct cvx_cache c = cache();
    struct cvx_reply reply = {.status = 203, .from_private = true};

    (void)state;
    reply.url = cvx_strdup("http://site/end");
    cvx_buf_puts(&reply.body, "");
    put(CVX_CALL_FETCH, "page", &reply);
    assert_false(is_hit(&c, "page")); /* answers are elsewhere */
    assert_true(get(&c, CVX_CALL_FETCH, "page", &reply));
    assert_int_equal(reply.status, 203);
    assert_string_equal(reply.url, "http://site/end");
    assert_true(reply.from_private);
    assert_int_equal(reply.body.len, 0);
    cvx_reply_done(&reply);
    c.pages = false;
    assert_false(get(&c, CVX_CALL_FETCH, "page", &reply));
}

static mode_t mode_of(const char *rel)
{
    char path[512];
    struct stat st;

    scratch_path(&g_scratch, rel, path, sizeof(path));
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void test_private(void **state)
{
    char file[200], folder[200];
    mode_t mask = umask(0);

    (void)state;
    put_answer("a");
    umask(mask);
    entry("a", "", file, sizeof(file));
    snprintf(folder, sizeof(folder), "%s", file);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(mode_of(file), 0600);
    assert_int_equal(mode_of(folder), 0700);
    assert_int_equal(mode_of(".cvextract/responses"), 0700);
    assert_int_equal(mode_of(".cvextract"), 0700);
}

/* Every prefix, and every byte changed, is a miss; the next answer replaces it. */
static void test_broken(void **state)
{
    struct cvx_cache c = cache();
    char name[200], *text;
    size_t len;

    (void)state;
    put_answer("a");
    entry("a", "", name, sizeof(name));
    text = scratch_read(&g_scratch, name, &len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++) {
        scratch_write(&g_scratch, name, text, i);
        if (is_hit(&c, "a"))
            fail_msg("a hit with %zu of %zu bytes", i, len);
        text[i] ^= 1;
        scratch_write(&g_scratch, name, text, len);
        text[i] ^= 1;
        if (is_hit(&c, "a"))
            fail_msg("a hit with byte %zu changed", i);
    }
    put_answer("a");
    assert_true(is_hit(&c, "a"));
    free(text);
}

/* Right by its checksum, but not what we write. */
static void test_odd_entries(void **state)
{
    static const char *const rests[] = {"",
                                        "\n",
                                        "status 200\n",
                                        "status 200\nbody",
                                        "status 404\n\nx",
                                        "status \n\n",
                                        "status 2x0\n\n",
                                        "url x\nstatus 200\n\n",
                                        "status 200\nodd 1\n\n"};
    struct cvx_cache c = cache();
    char name[200];

    (void)state;
    entry("a", "", name, sizeof(name));
    for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
        struct cvx_hash sum = key(rests[i]);
        char hex[CVX_HASH_HEX], text[300];

        cvx_hash_hex(&sum, hex);
        snprintf(text, sizeof(text), "cvextract-answer 1 %s\n%s", hex, rests[i]);
        scratch_write(&g_scratch, name, text, strlen(text));
        if (is_hit(&c, "a"))
            fail_msg("a hit with \"%s\"", rests[i]);
    }
}

/* A folder, a link to nowhere, a FIFO in its place. */
static void test_not_a_file(void **state)
{
    struct cvx_cache c = cache();
    char name[200], path[512];

    (void)state;
    put_answer("a");
    scratch_path(&g_scratch, entry("a", "", name, sizeof(name)), path, sizeof(path));
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(is_hit(&c, "a"));
    rmdir(path);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_false(is_hit(&c, "a"));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(is_hit(&c, "a"));
    unlink(path);
}

static void test_rejected(void **state)
{
    struct cvx_cache c = cache();
    struct cvx_hash k = key("a");
    char name[200], *text;

    (void)state;
    put_answer("a");
    cvx_cache_reject(&c, CVX_CALL_MODEL, &k);
    assert_false(is_hit(&c, "a"));
    c.resume = true;
    assert_true(is_hit(&c, "a"));
    text = scratch_read(&g_scratch, entry("a", ".rejected", name, sizeof(name)), NULL);
    assert_non_null(text); /* kept for inspection */
    free(text);
    c.resume = false;
    put_answer("a");
    assert_true(is_hit(&c, "a"));
    cvx_cache_reject(&c, CVX_CALL_MODEL, &k); /* over an older one */
    cvx_cache_reject(&c, CVX_CALL_MODEL, &k); /* nothing there: fine */
    assert_false(is_hit(&c, "a"));
}

static void test_off(void **state)
{
    struct cvx_cache off = {.folder = NULL, .resume = true, .pages = true};
    struct cvx_reply reply = {.status = 200};
    struct cvx_hash k = key("a");
    struct cvx_err err;
    char path[512];

    (void)state;
    cvx_buf_puts(&reply.body, "x");
    assert_int_equal(cvx_cache_put(&off, CVX_CALL_MODEL, &k, &reply, &err), CVX_OK);
    cvx_reply_done(&reply);
    assert_false(is_hit(&off, "a"));
    cvx_cache_reject(&off, CVX_CALL_MODEL, &k);
    assert_int_not_equal(
        access(scratch_path(&g_scratch, ".cvextract", path, sizeof(path)), F_OK), 0);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(test_round_trip),  IN_SCRATCH(test_pages),
        IN_SCRATCH(test_private),     IN_SCRATCH(test_broken),
        IN_SCRATCH(test_odd_entries), IN_SCRATCH(test_not_a_file),
        IN_SCRATCH(test_rejected),    IN_SCRATCH(test_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
