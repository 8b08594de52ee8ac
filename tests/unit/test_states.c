/* The tables of states in engine/README.md against the ones in the code, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_fsm.h"
#include "lane.h"
#include "task.h"

static bool task_may(size_t from, size_t to)
{
    return cvx_task_may((enum cvx_task_state)from, (enum cvx_task_state)to);
}

static const char *task_name(size_t state)
{
    return cvx_task_state_name((enum cvx_task_state)state);
}

static bool order_may(size_t from, size_t to)
{
    return cvx_order_may((enum cvx_order_state)from, (enum cvx_order_state)to);
}

static const char *order_name(size_t state)
{
    return cvx_order_state_name((enum cvx_order_state)state);
}

/* What the README should say, made from the code. */
static void print_table(char *ret, size_t size, size_t states,
                        const char *(*name)(size_t), bool (*may)(size_t, size_t))
{
    size_t len = 0;

    for (size_t from = 0; from < states; from++) {
        len += (size_t)snprintf(ret + len, size - len, "%s ->", name(from));
        for (size_t to = 0; to < states; to++)
            if (may(from, to))
                len += (size_t)snprintf(ret + len, size - len, " %s", name(to));
        len += (size_t)snprintf(ret + len, size - len, "\n");
        assert_true(len < size);
    }
}

/* What it says: the fenced block of this name. */
static void read_table(char *ret, size_t size, const char *fence)
{
    FILE *file = fopen(CVX_SOURCE_DIR "/engine/README.md", "r");
    char line[512], open[64];
    bool inside = false;
    size_t len = 0;

    assert_non_null(file);
    snprintf(open, sizeof(open), "```%s\n", fence);
    ret[0] = '\0';
    while (fgets(line, sizeof(line), file)) {
        if (!inside) {
            inside = strcmp(line, open) == 0;
            continue;
        }
        if (strncmp(line, "```", 3) == 0)
            break;
        len += (size_t)snprintf(ret + len, size - len, "%s", line);
        assert_true(len < size);
    }
    fclose(file);
}

static void test_file_states(void **state)
{
    char code[4096], readme[4096];

    (void)state;
    print_table(code, sizeof(code), cvx_file_states(), cvx_file_state_name, cvx_file_may);
    read_table(readme, sizeof(readme), "file-states");
    assert_string_equal(readme, code);
}

static void test_task_states(void **state)
{
    char code[4096], readme[4096];

    (void)state;
    print_table(code, sizeof(code), CVX_TASK_ENDED + 1, task_name, task_may);
    read_table(readme, sizeof(readme), "task-states");
    assert_string_equal(readme, code);
}

static void test_order_states(void **state)
{
    char code[4096], readme[4096];

    (void)state;
    print_table(code, sizeof(code), CVX_ORDER_ENDED + 1, order_name, order_may);
    read_table(readme, sizeof(readme), "order-states");
    assert_string_equal(readme, code);
}

/* A call can be ended whatever it is doing. */
static void test_every_order_can_end(void **state)
{
    (void)state;
    for (size_t from = 0; from < CVX_ORDER_ENDED; from++)
        assert_true(order_may(from, CVX_ORDER_ENDED));
    for (size_t to = 0; to <= CVX_ORDER_ENDED; to++)
        assert_false(order_may(CVX_ORDER_ENDED, to));
}

static void test_every_waiting_file_can_be_canceled(void **state)
{
    size_t canceled = 0, n = cvx_file_states();

    (void)state;
    while (canceled < n && strcmp(cvx_file_state_name(canceled), "CANCELLED") != 0)
        canceled++;
    assert_true(canceled < n);
    for (size_t from = 0; from < n; from++) {
        bool ends = true;

        for (size_t to = 0; to < n; to++)
            ends = ends && !cvx_file_may(from, to);
        assert_true(ends || cvx_file_may(from, canceled));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_states),
        cmocka_unit_test(test_task_states),
        cmocka_unit_test(test_order_states),
        cmocka_unit_test(test_every_order_can_end),
        cmocka_unit_test(test_every_waiting_file_can_be_canceled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
