/* Catches request bodies: a server on 127.0.0.1 that keeps what is posted to it and answers
 * 400, so that the floor can post the very bytes that the program posts.
 *
 *     bench_catch PORT_FILE FOLDER      FOLDER/000001.body ...; ends with SIGTERM */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct catcher {
    struct event_base *base;
    const char *folder;
    unsigned count;
};

static void keep(struct catcher *catcher, struct evbuffer *body)
{
    size_t len = evbuffer_get_length(body);
    unsigned char *data = evbuffer_pullup(body, -1);
    char path[4096];

    snprintf(path, sizeof(path), "%s/%06u.body", catcher->folder, ++catcher->count);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void on_request(struct evhttp_request *request, void *arg)
{
    struct evbuffer *answer = evbuffer_new();

    if (!answer)
        exit(1);
    if (evhttp_request_get_command(request) == EVHTTP_REQ_POST)
        keep(arg, evhttp_request_get_input_buffer(request));
    evbuffer_add_printf(answer,
                        "{\"error\":{\"message\":\"caught\",\"type\":"
                        "\"invalid_request_error\",\"param\":null,\"code\":null}}");
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                      "application/json");
    evhttp_send_reply(request, 400, NULL, answer);
    evbuffer_free(answer);
}

static int tell_port(struct evhttp_bound_socket *bound, const char *path)
{
    struct sockaddr_in address;
    socklen_t len = sizeof(address);

    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &len))
        return -1;
    FILE *file = fopen(path, "w");
    if (!file)
        return -1;
    fprintf(file, "%d\n", ntohs(address.sin_port));
    return fclose(file);
}

static void on_term(evutil_socket_t signal_number, short what, void *arg)
{
    struct catcher *catcher = arg;

    (void)signal_number;
    (void)what;
    event_base_loopbreak(catcher->base);
}

static int serve(struct catcher *catcher, struct evhttp *http, struct event *term,
                 const char *port_file)
{
    struct evhttp_bound_socket *bound =
        evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);

    if (!bound || event_add(term, NULL) || tell_port(bound, port_file)) {
        perror("bench_catch");
        return 1;
    }
    evhttp_set_gencb(http, on_request, catcher);
    event_base_dispatch(catcher->base);
    return 0;
}

int main(int argc, char **argv)
{
    struct catcher catcher = {0};
    int status = 1;

    if (argc != 3) {
        fputs("usage: bench_catch PORT_FILE FOLDER\n", stderr);
        return 2;
    }
    catcher.folder = argv[2];
    catcher.base = event_base_new();
    struct evhttp *http = catcher.base ? evhttp_new(catcher.base) : NULL;
    struct event *term =
        catcher.base ? evsignal_new(catcher.base, SIGTERM, on_term, &catcher) : NULL;
    if (http && term)
        status = serve(&catcher, http, term, argv[1]);
    if (term)
        event_free(term);
    if (http)
        evhttp_free(http);
    if (catcher.base)
        event_base_free(catcher.base);
    return status;
}
