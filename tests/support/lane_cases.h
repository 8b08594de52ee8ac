/* What the tests of a lane begin with and ask at the end. Each test program has one world.
 * Thread: the test's. */
#ifndef TEST_LANE_CASES_H
#define TEST_LANE_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <lane_world.h>

static struct world g_w;

/* No limits to be found out first. */
static inline struct world *fast(void)
{
    world_init(&g_w);
    g_w.options.rpm = 600000;
    return &g_w;
}

static inline struct world *open_fast(void)
{
    struct cvx_err err;
    struct world *w = fast();

    assert_int_equal(world_open(w, &err), CVX_OK);
    return w;
}

static inline void reply(struct world *w, const char *text, int status, const char *body)
{
    world_reply(w, text, status, "", body);
}

static inline void assert_accepted(struct world *w, const struct world_call *c)
{
    assert_int_equal(world_verdict(w, c), CVX_VERDICT_ACCEPTED);
    assert_int_equal(c->call.err.rc, CVX_OK);
}

static inline void assert_failed(struct world *w, const struct world_call *c,
                                 enum cvx_rc rc, const char *part)
{
    char text[2048];

    assert_int_equal(world_verdict(w, c), CVX_VERDICT_FAILED);
    assert_int_equal(c->call.err.rc, rc);
    if (!strstr(cvx_err_text(&c->call.err, text, sizeof(text)), part))
        fail_msg("\"%s\" does not say \"%s\"", text, part);
}

#endif
