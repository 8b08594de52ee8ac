/* Passes over a text, and the way back from its last form to its first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/edit.h"

/* Drops every byte of arg. */
static void drop_all(struct cvx_edit *edit, const void *arg)
{
    for (size_t i = 0; i < edit->in.len; i++)
        if (edit->in.p[i] == *(const char *)arg) {
            cvx_edit_keep(edit, i);
            cvx_edit_drop(edit, i + 1);
        }
}

/* Puts "<>" before every byte of arg. */
static void mark_all(struct cvx_edit *edit, const void *arg)
{
    for (size_t i = 0; i < edit->in.len; i++)
        if (edit->in.p[i] == *(const char *)arg) {
            cvx_edit_keep(edit, i);
            cvx_edit_put(edit, "<>");
        }
}

static void drop_everything(struct cvx_edit *edit, const void *arg)
{
    (void)arg;
    cvx_edit_drop(edit, edit->in.len);
}

static void append(struct cvx_edit *edit, const void *arg)
{
    cvx_edit_keep(edit, edit->in.len);
    cvx_edit_put(edit, arg);
}

static void nothing(struct cvx_edit *edit, const void *arg)
{
    (void)arg;
    cvx_edit_keep(edit, edit->in.len / 2);
}

static void fault(struct cvx_edit *edit, const void *arg)
{
    cvx_edit_fault(edit, "first", 2);
    cvx_edit_fault(edit, arg, 0);
}

/* The part in square brackets is edited on its own. */
static void splice(struct cvx_edit *edit, const void *arg)
{
    const char *open = memchr(edit->in.p, '[', edit->in.len);
    const char *shut = memchr(edit->in.p, ']', edit->in.len);
    size_t begin = (size_t)(open - edit->in.p), end = (size_t)(shut - edit->in.p) + 1;
    struct cvx_edit_text part;

    cvx_edit_keep(edit, begin);
    cvx_edit_text_init(&part, (struct cvx_span){open, end - begin});
    cvx_edit_run(&part, drop_all, arg);
    cvx_edit_splice(edit, &part, end);
    cvx_edit_text_done(&part);
}

static void expect(const struct cvx_edit_text *text, const char *want)
{
    assert_false(text->text.failed);
    assert_int_equal(text->text.len, strlen(want));
    assert_string_equal(text->text.data, want);
}

/* Every byte that was copied is found again where it was. */
static void expect_origins(const struct cvx_edit_text *text, const char *first)
{
    size_t before = 0;

    for (size_t i = 0; i <= text->text.len; i++) {
        size_t from = cvx_edit_origin(text, i);

        assert_in_range(from, before, strlen(first));
        before = from;
        if (i < text->text.len && text->text.data[i] != '<' && text->text.data[i] != '>')
            assert_int_equal(text->text.data[i], first[from]);
    }
}

static void test_passes(void **state)
{
    static const char first[] = "aXbYcXXdYe";
    struct cvx_edit_text text;

    (void)state;
    cvx_edit_text_init(&text, (struct cvx_span){first, sizeof(first) - 1});
    expect_origins(&text, first);
    cvx_edit_run(&text, drop_all, "X");
    expect(&text, "abYcdYe");
    expect_origins(&text, first);
    cvx_edit_run(&text, mark_all, "Y");
    expect(&text, "ab<>Ycd<>Ye");
    expect_origins(&text, first);
    cvx_edit_run(&text, nothing, NULL);
    cvx_edit_run(&text, drop_all, "b");
    cvx_edit_run(&text, drop_all, ">");
    cvx_edit_run(&text, mark_all, "a");
    expect(&text, "<>a<Ycd<Ye");
    expect_origins(&text, first);
    cvx_edit_run(&text, append, "<>");
    expect(&text, "<>a<Ycd<Ye<>");
    expect_origins(&text, first);
    assert_int_equal(cvx_edit_origin(&text, 11), 10);
    cvx_edit_run(&text, drop_everything, NULL);
    expect(&text, "");
    assert_int_equal(cvx_edit_origin(&text, 0), 10);
    cvx_edit_text_done(&text);
}

static void test_splice(void **state)
{
    static const char first[] = "-ax-[bxcxd]-x-";
    struct cvx_edit_text text;

    (void)state;
    cvx_edit_text_init(&text, (struct cvx_span){first, sizeof(first) - 1});
    cvx_edit_run(&text, splice, "x");
    expect(&text, "-ax-[bcd]-x-");
    expect_origins(&text, first);
    cvx_edit_run(&text, drop_all, "a");
    cvx_edit_run(&text, splice, "c");
    expect(&text, "-x-[bd]-x-");
    expect_origins(&text, first);
    cvx_edit_text_done(&text);
}

static void test_fault(void **state)
{
    static const char first[] = "abcdef";
    struct cvx_edit_text text;

    (void)state;
    cvx_edit_text_init(&text, (struct cvx_span){first, sizeof(first) - 1});
    cvx_edit_run(&text, drop_all, "b");
    cvx_edit_run(&text, fault, "second");
    assert_string_equal(text.fault, "first");
    assert_int_equal(text.fault_at, 3);
    cvx_edit_run(&text, drop_everything, NULL); /* no pass after a fault */
    assert_int_equal(text.text.len, 5);
    cvx_edit_text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passes),
        cmocka_unit_test(test_splice),
        cmocka_unit_test(test_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
