/* The floor of API calls: libcurl's multi interface, so many posts in flight, kept
 * connections, and nothing else: no parsing, no pacing, no files.
 *
 *     bench_post [-p] [-a CA] [-c COUNT] [-n IN_FLIGHT] [-w WHAT] URL FOLDER
 *
 * The loop is curl_multi_socket_action() over epoll, the cheapest there is; with -p the
 * usual one of curl_multi_perform() and curl_multi_poll(). Posts the FOLDER's bodies, again from the first when COUNT is more. Every answer must be
 * 200. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "meter.h"

#define IN_FLIGHT_MAX 100000u
#define COUNT_MAX 10000000u
#define EVENTS 256
/* On one HTTP/2 connection: what servers allow. */
#define STREAMS 100

struct body {
    char *data;
    long len;
};

struct post {
    const char *url, *ca, *what;
    unsigned in_flight, count;
    struct body *bodies;
    size_t n_bodies;
    CURLM *multi;
    struct curl_slist *headers;
    int epoll;
    long wait_ms; /* until libcurl wants its timer; -1 = never */
    bool poll;
    unsigned started, ended, failed;
    size_t received;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void read_body(const char *path, struct body *ret)
{
    struct stat st;
    FILE *file = fopen(path, "r");

    if (!file || fstat(fileno(file), &st))
        die(path);
    ret->len = (long)st.st_size;
    ret->data = malloc((size_t)st.st_size + 1);
    if (!ret->data || fread(ret->data, 1, (size_t)ret->len, file) != (size_t)ret->len)
        die(path);
    fclose(file);
}

static void read_bodies(struct post *post, const char *folder)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    char path[4096];

    if (n <= 2)
        die(folder);
    post->bodies = calloc((size_t)n, sizeof(*post->bodies));
    if (!post->bodies)
        die(folder);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            read_body(path, &post->bodies[post->n_bodies++]);
        free(names[i]);
    }
    free(names);
}

/* ---- libcurl's callbacks ---- */

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
    struct post *post = arg;

    (void)data;
    post->received += size * n;
    return size * n;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct post *post = arg;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(post->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN)
        event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        event.events |= EPOLLOUT;
    if (epoll_ctl(post->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event))
        die("epoll_ctl");
    curl_multi_assign(post->multi, fd, post);
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct post *post = arg;

    (void)multi;
    post->wait_ms = ms;
    return 0;
}

/* ---- the loop ---- */

static CURL *make_easy(struct post *post)
{
    CURL *easy = curl_easy_init();

    if (!easy)
        die("curl_easy_init");
    curl_easy_setopt(easy, CURLOPT_URL, post->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, post);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (post->ca) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, post->ca);
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
        curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    }
    return easy;
}

static void start(struct post *post, CURL *easy)
{
    const struct body *body = &post->bodies[post->started++ % post->n_bodies];

    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->data);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, body->len);
    if (curl_multi_add_handle(post->multi, easy) != CURLM_OK)
        die("curl_multi_add_handle");
}

static void take_ended(struct post *post)
{
    CURLMsg *message;
    long status;
    int left;

    while ((message = curl_multi_info_read(post->multi, &left))) {
        CURL *easy = message->easy_handle;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        post->failed += message->data.result != CURLE_OK || status != 200;
        post->ended++;
        curl_multi_remove_handle(post->multi, easy);
        if (post->started < post->count)
            start(post, easy);
        else
            curl_easy_cleanup(easy);
    }
}

static void step(struct post *post)
{
    struct epoll_event events[EVENTS];
    int running, n = epoll_wait(post->epoll, events, EVENTS,
                                post->wait_ms < 0 ? 1000 : (int)post->wait_ms);

    for (int i = 0; i < n; i++) {
        int mask = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                   (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

        curl_multi_socket_action(post->multi, events[i].data.fd, mask, &running);
    }
    if (n == 0 || post->wait_ms == 0) {
        post->wait_ms = -1;
        curl_multi_socket_action(post->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_ended(post);
}

static void step_poll(struct post *post)
{
    int running;

    curl_multi_perform(post->multi, &running);
    take_ended(post);
    if (post->ended < post->count)
        curl_multi_poll(post->multi, NULL, 0, 1000, NULL);
}

static void use_epoll(struct post *post)
{
    curl_multi_setopt(post->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(post->multi, CURLMOPT_SOCKETDATA, post);
    curl_multi_setopt(post->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(post->multi, CURLMOPT_TIMERDATA, post);
}

static void run(struct post *post)
{
    post->multi = curl_multi_init();
    post->epoll = epoll_create1(EPOLL_CLOEXEC);
    post->wait_ms = -1;
    if (!post->multi || post->epoll < 0)
        die("bench_post");
    if (!post->poll)
        use_epoll(post);
    curl_multi_setopt(post->multi, CURLMOPT_MAXCONNECTS, (long)post->in_flight);
    /* Over HTTP/2 what waits for the first connection would open one each. */
    if (post->ca)
        curl_multi_setopt(post->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                          (long)((post->in_flight + STREAMS - 1) / STREAMS));
    for (unsigned i = 0; i < post->in_flight && post->started < post->count; i++)
        start(post, make_easy(post));
    while (post->ended < post->count)
        post->poll ? step_poll(post) : step(post);
    curl_multi_cleanup(post->multi);
    close(post->epoll);
}

static void prepare(struct post *post)
{
    static const char *const k_headers[] = {"Content-Type: application/json",
                                            "Authorization: Bearer sk-bench", "Expect:"};
    struct rlimit limit;

    for (size_t i = 0; i < sizeof(k_headers) / sizeof(k_headers[0]); i++)
        post->headers = curl_slist_append(post->headers, k_headers[i]);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int measure(struct post *post)
{
    struct cvx_meter meter;
    char more[160];

    cvx_meter_start(&meter);
    run(post);
    cvx_meter_stop(&meter);
    snprintf(more, sizeof(more), "\"in_flight\":%u,\"full\":%u,\"failed\":%u",
             post->in_flight, post->ended - post->failed, post->failed);
    cvx_meter_print(&meter, post->what, post->count, 1, more);
    if (post->failed > 0)
        fprintf(stderr, "bench_post: %u of %u posts failed\n", post->failed, post->count);
    return post->failed > 0;
}

static int usage(void)
{
    fputs(
        "usage: bench_post [-p] [-a CA] [-c COUNT] [-n IN_FLIGHT] [-w WHAT] URL FOLDER\n",
        stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct post post = {.in_flight = 200, .count = 1000, .what = "post"};
    int option;

    while ((option = getopt(argc, argv, "pa:c:n:w:")) != -1) {
        if (option == 'p')
            post.poll = true;
        else if (option == 'a')
            post.ca = optarg;
        else if (option == 'c')
            post.count = cvx_meter_number(optarg, COUNT_MAX);
        else if (option == 'n')
            post.in_flight = cvx_meter_number(optarg, IN_FLIGHT_MAX);
        else if (option == 'w')
            post.what = optarg;
        else
            return usage();
    }
    if (post.count == 0 || post.in_flight == 0 || argc - optind != 2)
        return usage();
    post.url = argv[optind];
    prepare(&post);
    read_bodies(&post, argv[optind + 1]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int status = measure(&post);
    curl_global_cleanup();
    curl_slist_free_all(post.headers);
    for (size_t i = 0; i < post.n_bodies; i++)
        free(post.bodies[i].data);
    free(post.bodies);
    return status;
}
