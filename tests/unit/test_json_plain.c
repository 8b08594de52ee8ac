/* The eight-bytes-at-a-time scan: never past a character that needs care, never more than
 * seven bytes short of it, wherever that stands and whatever it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "json/plain.h"

static bool needs_care(unsigned char c, bool ascii)
{
    return c < 0x20 || c == '"' || c == '\\' || (ascii && c > 0x7F);
}

static void assert_run(const char *text, size_t len, size_t at, bool ascii)
{
    size_t end = needs_care((unsigned char)text[at], ascii) ? at : len;
    assert_int_equal(cvx_plain_run(text, len, ascii), end / 8 * 8);
}

static void test_every_byte_everywhere(void **state)
{
    char text[27];
    (void)state;
    for (size_t at = 0; at < sizeof(text); at++)
        for (unsigned c = 0; c < 256; c++)
            for (size_t fill = 0; fill < 3; fill++) {
                memset(text, " #~"[fill], sizeof(text));
                text[at] = (char)c;
                assert_run(text, sizeof(text), at, true);
                assert_run(text, sizeof(text), at, false);
            }
}

/* Two neighbours: a borrow from one byte must not hide the next. */
static void test_neighbours(void **state)
{
    char text[8];
    (void)state;
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            memset(text, 'x', sizeof(text));
            text[3] = (char)a;
            text[4] = (char)b;
            bool care = needs_care((unsigned char)a, false) ||
                        needs_care((unsigned char)b, false);
            assert_int_equal(cvx_plain_run(text, 8, 0), care ? 0 : 8);
        }
}

static void test_short(void **state)
{
    (void)state;
    assert_int_equal(cvx_plain_run("", 0, 1), 0);
    assert_int_equal(cvx_plain_run("abcdefg", 7, 1), 0);
    assert_int_equal(cvx_plain_run("abcdefgh", 8, 1), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_everywhere),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
