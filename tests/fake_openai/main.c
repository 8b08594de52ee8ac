/* fake_openai: a stand-in for OpenAI and the servers that copy it, on 127.0.0.1, for tests,
 * benchmarks and the demo. One thread, one loop; ends on SIGTERM, SIGINT or when nobody has
 * asked for long. The options: fake_openai --help. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <event2/event.h>

#include "options.h"
#include "server.h"
#include "util.h"

struct watch {
    struct event_base *base;
    struct fake_server *server;
    const struct fake_options *options;
};

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    event_base_loopbreak(arg);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct watch *w = arg;
    double idle = (double)(fake_now_us() - fake_server_last_us(w->server)) / 1e6;

    (void)fd;
    (void)what;
    fake_server_flush(w->server);
    if (idle > w->options->exit_after_s)
        event_base_loopbreak(w->base);
}

/* Many connections at once are what it is for. */
static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Under another name first, so that a reader never finds half of it. */
static void port_file_write(const char *path, unsigned port, unsigned raw_port)
{
    char temporary[4096];
    int n = snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *f;

    if (n < 0 || (size_t)n >= sizeof temporary)
        fake_die("the path '%s' is too long", path);
    f = fopen(temporary, "we");
    if (!f)
        fake_die("cannot write '%s': %s", temporary, strerror(errno));
    fprintf(f, "%u\n", port);
    if (raw_port)
        fprintf(f, "%u\n", raw_port);
    if (fclose(f) != 0 || rename(temporary, path) != 0)
        fake_die("cannot write '%s': %s", path, strerror(errno));
}

static struct event_base *base_make(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base;

    if (!config)
        fake_die("out of memory");
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER | EVENT_BASE_FLAG_NOLOCK);
    base = event_base_new_with_config(config);
    event_config_free(config);
    if (!base)
        fake_die("cannot make a loop");
    return base;
}

static void announce(const struct fake_options *options, const struct fake_server *server)
{
    unsigned port = fake_server_port(server), raw_port = fake_server_raw_port(server);

    if (options->port_file)
        port_file_write(options->port_file, port, raw_port);
    printf("%u\n", port);
    if (raw_port)
        printf("%u\n", raw_port);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct fake_options options;
    struct timeval second = {1, 0};
    bool done;
    int status = fake_options_parse(argc, argv, &options, &done);

    if (status != 0 || done)
        return status;
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();

    struct event_base *base = base_make();
    struct fake_server *server = fake_server_new(base, &options);
    struct watch watch = {base, server, &options};
    struct event *term = evsignal_new(base, SIGTERM, on_signal, base);
    struct event *interrupt = evsignal_new(base, SIGINT, on_signal, base);
    struct event *tick = event_new(base, -1, EV_PERSIST, on_tick, &watch);

    if (!term || !interrupt || !tick)
        fake_die("out of memory");
    event_add(term, NULL);
    event_add(interrupt, NULL);
    event_add(tick, &second);
    announce(&options, server);
    event_base_dispatch(base);
    event_free(tick);
    event_free(interrupt);
    event_free(term);
    fake_server_free(server);
    event_base_free(base);
    return 0;
}
