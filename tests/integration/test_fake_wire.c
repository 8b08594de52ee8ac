/* The stand-in server as a program: what a client really sees of its answers and faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>
#include <json-c/json.h>

static const char k_body[] =
    "{\"model\":\"gpt-6-luna\",\"messages\":[{\"role\":\"user\",\"content\":\"Sing.\"}]}";

struct fake {
    pid_t pid;
    unsigned port, raw_port;
};

/* Starts it with up to eight more words; returns when it listens. */
static void fake_start(struct fake *ret, const char *const *words)
{
    char *argv[16] = {(char *)(uintptr_t)FAKE_OPENAI, (char *)(uintptr_t) "--exit-after",
                      (char *)(uintptr_t) "60"};
    int out[2], n = 3, raw = 0;
    FILE *f;

    for (; *words; words++) {
        raw |= strcmp(*words, "--raw") == 0;
        argv[n++] = (char *)(uintptr_t)*words;
    }
    assert_int_equal(pipe(out), 0);
    ret->pid = fork();
    assert_true(ret->pid >= 0);
    if (ret->pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        close(out[0]);
        close(out[1]);
        execv(argv[0], argv);
        _exit(127);
    }
    close(out[1]);
    f = fdopen(out[0], "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%u", &ret->port), 1);
    if (raw)
        assert_int_equal(fscanf(f, "%u", &ret->raw_port), 1);
    fclose(f);
}

/* Asks it to end, and wants it to end well. */
static void fake_stop(struct fake *fake)
{
    int status = -1;

    kill(fake->pid, SIGTERM);
    assert_int_equal(waitpid(fake->pid, &status, 0), fake->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

struct answer {
    CURLcode rc;
    long status;
    size_t bytes;
    char head[1024]; /* the body's beginning */
};

static size_t on_data(char *data, size_t size, size_t count, void *arg)
{
    struct answer *a = arg;
    size_t room = sizeof a->head - 1, n = size * count;

    if (a->bytes < room) {
        size_t part = n < room - a->bytes ? n : room - a->bytes;

        memcpy(a->head + a->bytes, data, part);
        a->head[a->bytes + part] = '\0';
    }
    a->bytes += n;
    return n;
}

static struct answer ask(CURL *curl, unsigned port, const char *marker)
{
    struct curl_slist *head = NULL;
    struct answer a = {0};
    char url[128], line[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%u/v1/chat/completions", port);
    head = curl_slist_append(head, "Content-Type: application/json");
    head = curl_slist_append(head, "Authorization: Bearer sk-test");
    if (marker) {
        snprintf(line, sizeof line, "X-Fake: %s", marker);
        head = curl_slist_append(head, line);
    }
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, k_body);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &a);
    a.rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a.status);
    curl_slist_free_all(head);
    return a;
}

/* One number of the totals. */
static int stat_of(unsigned port, const char *pointer)
{
    CURL *curl = curl_easy_init();
    struct answer a = {0};
    struct json_object *stats, *found = NULL;
    char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%u/__stats", port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &a);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
    stats = json_tokener_parse(a.head);
    assert_non_null(stats);
    int n =
        json_pointer_get(stats, pointer, &found) == 0 ? json_object_get_int(found) : 0;
    json_object_put(stats);
    return n;
}

static void test_faults(void **state)
{
    static const struct {
        const char *marker;
        CURLcode rc;
        long status;
        const char *holds;
        size_t bytes; /* at least */
    } k_cases[] = {
        {NULL, CURLE_OK, 200, "\"finish_reason\":\"stop\"", 100},
        {"latency=30", CURLE_OK, 200, "\"content\":\"{}\"", 100},
        {"429", CURLE_OK, 429, "\"rate_limit_exceeded\"", 100},
        {"quota", CURLE_OK, 429, "\"insufficient_quota\"", 100},
        {"503", CURLE_OK, 503, "\"service_unavailable_error\"", 100},
        {"html=502", CURLE_OK, 502, "<html>", 100},
        {"halfjson", CURLE_OK, 200, "\"content\"", 100},
        {"close", CURLE_OK, 200, "\"content\"", 100},
        {"drop", CURLE_GOT_NOTHING, 0, "", 0},
        {"reset", CURLE_RECV_ERROR, 0, "", 0},
        {"cut=40", CURLE_PARTIAL_FILE, 200, "{\"id\"", 40},
        {"cut=0", CURLE_PARTIAL_FILE, 200, "", 0},
        {"garbage", CURLE_UNSUPPORTED_PROTOCOL, 0, "", 0},
        {"slowhead=2", CURLE_OK, 200, "\"content\"", 100},
        {"slowbody=2", CURLE_OK, 200, "\"content\"", 100},
        {"huge=2", CURLE_OK, 200, "  ", 2097152},
        {"gzip", CURLE_OK, 200, "\"content\"", 100},
        {"bomb=2", CURLE_OK, 200, "\"content\"", 2097152},
    };
    struct fake fake;

    (void)state;
    fake_start(&fake, (const char *const[]){NULL});
    for (size_t i = 0; i < sizeof k_cases / sizeof *k_cases; i++) {
        CURL *curl = curl_easy_init();
        struct answer a = ask(curl, fake.port, k_cases[i].marker);

        curl_easy_cleanup(curl);
        if (a.rc != k_cases[i].rc || a.status != k_cases[i].status ||
            a.bytes < k_cases[i].bytes || !strstr(a.head, k_cases[i].holds))
            fail_msg("%s: %s, status %ld, %zu bytes: %s", k_cases[i].marker,
                     curl_easy_strerror(a.rc), a.status, a.bytes, a.head);
    }
    assert_int_equal(stat_of(fake.port, "/requests"), sizeof k_cases / sizeof *k_cases);
    assert_int_equal(stat_of(fake.port, "/distinct_bodies"), 1);
    assert_int_equal(stat_of(fake.port, "/in_flight"), 0);
    fake_stop(&fake);
}

/* A connection kept alive, closed right after the second POST was read: libcurl sends that
 * one again by itself, and the server's count shows it. */
static void test_hidden_resend(void **state)
{
    struct fake fake;
    CURL *curl = curl_easy_init();

    (void)state;
    fake_start(&fake, (const char *const[]){NULL});
    assert_int_equal(ask(curl, fake.port, "drop-reused").status, 200);
    assert_int_equal(ask(curl, fake.port, "drop-reused").status, 200);
    assert_int_equal(stat_of(fake.port, "/requests"), 3);
    assert_int_equal(stat_of(fake.port, "/by_status/0"), 1);
    curl_easy_cleanup(curl);
    fake_stop(&fake);
}

static void test_limits(void **state)
{
    struct fake fake;
    CURL *curl = curl_easy_init();
    int good = 0, limited = 0;

    (void)state;
    fake_start(&fake,
               (const char *const[]){"--rpm", "60", "--bucket-seconds", "5", NULL});
    for (int i = 0; i < 8; i++) {
        long status = ask(curl, fake.port, NULL).status;

        good += status == 200;
        limited += status == 429;
    }
    /* Five at once; more only when the machine took seconds for the eight. */
    assert_true(good >= 5);
    assert_int_equal(good + limited, 8);
    assert_int_equal(stat_of(fake.port, "/limited"), limited);
    curl_easy_cleanup(curl);
    fake_stop(&fake);
}

static void test_raw_port(void **state)
{
    struct fake fake;
    CURL *curl = curl_easy_init();

    (void)state;
    fake_start(&fake, (const char *const[]){"--raw", "reset", NULL});
    CURLcode rc = ask(curl, fake.raw_port, NULL).rc;
    /* How far curl had come when the reset reached it is chance. */
    assert_true(rc == CURLE_RECV_ERROR || rc == CURLE_SEND_ERROR ||
                rc == CURLE_GOT_NOTHING || rc == CURLE_COULDNT_CONNECT);
    assert_int_equal(ask(curl, fake.port, NULL).status, 200);
    curl_easy_cleanup(curl);
    fake_stop(&fake);
}

/* It must be able to end with answers waiting and connections held. */
static void test_end_with_work(void **state)
{
    struct fake fake;
    CURL *curl = curl_easy_init();
    CURLM *multi = curl_multi_init();
    int running = 1;

    (void)state;
    fake_start(&fake, (const char *const[]){"--latency", "60000", NULL});
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/v1/chat/completions", fake.port);
    struct curl_slist *head = curl_slist_append(NULL, "Content-Type: application/json");
    head = curl_slist_append(head, "Authorization: Bearer sk-test");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, k_body);
    curl_multi_add_handle(multi, curl);
    for (int i = 0; i < 1000 && stat_of(fake.port, "/in_flight") == 0; i++)
        curl_multi_perform(multi, &running);
    assert_int_equal(stat_of(fake.port, "/in_flight"), 1);
    fake_stop(&fake);
    curl_multi_remove_handle(multi, curl);
    curl_easy_cleanup(curl);
    curl_multi_cleanup(multi);
    curl_slist_free_all(head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),        cmocka_unit_test(test_hidden_resend),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_raw_port),
        cmocka_unit_test(test_end_with_work),
    };

    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
