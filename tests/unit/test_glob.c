/* File name patterns: every construct, bytes of any kind, malformed patterns, cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "glob.h"

struct glob_case {
    const char *pattern, *rel;
    bool match;
};

static void check(const struct glob_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cvx_glob_match(cases[i].pattern, cases[i].rel) != cases[i].match)
            fail_msg("'%s' on '%s': not %d", cases[i].pattern, cases[i].rel,
                     cases[i].match);
    }
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof((cases)[0]))

static void test_stars_and_bytes(void **state)
{
    static const struct glob_case cases[] = {
        {"*.docx", "a.docx", true},
        {"*.docx", "team/sub/a.docx", true},
        {"*.docx", "a.DOCX", false},
        {"*.docx", ".docx", true},
        {"*.docx", ".hidden.docx", true},
        {"*.docx", "a.docx.bak", false},
        {"*.docx", "a.docx/b", false},
        {"a.docx", "x/a.docx", true},
        {"a.docx", "xa.docx", false},
        {"*", "anything", true},
        {"*", "a/b", true},
        {"**", "a/b", true},
        {"a**b", "axyzb", true},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "a-c-b", false},
        {"?.docx", "a.docx", true},
        {"?.docx", ".docx", false},
        {"?.docx", "ab.docx", false},
        {"??.docx", "\xC3\xA9.docx", true}, /* bytes, not characters */
        {"*.docx", "\xFF\x01\n.docx", true},
        {"?", "\xFF", true},
        {"", "", true},
        {"", "a", false},
        {"*a", "", false},
        {"CV *.docx", "CV of 2024.docx", true},
    };

    (void)state;
    CHECK(cases);
}

static void test_sets(void **state)
{
    static const struct glob_case cases[] = {
        {"[abc].docx", "b.docx", true},
        {"[abc].docx", "d.docx", false},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "-x", false},
        {"[c-a]x", "bx", false},
        {"[!a-c]x", "dx", true},
        {"[!a-c]x", "bx", false},
        {"[^a-c]x", "dx", true},
        {"[^a-c]x", "ax", false},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[!]]", "a", true},
        {"[]-a]", "^", true},
        {"[a-]", "-", true},
        {"[-a]", "-", true},
        {"[--0]", ".", true},
        {"[a\\]b]", "]", true},
        {"[\\!a]", "!", true},
        {"[a\\-c]", "b", false},
        {"[a\\-c]", "-", true},
        {"[\x80-\xFF]", "\xC3", true},
        {"[\x80-\xFF]", "a", false},
        {"[[:digit:]]*", "7a", true},
        {"[[:digit:]]*", "a7", false},
        {"[![:digit:]]", "a", true},
        {"[[:upper:][:space:]_]", "Q", true},
        {"[[:upper:][:space:]_]", "\t", true},
        {"[[:upper:][:space:]_]", "_", true},
        {"[[:upper:][:space:]_]", "q", false},
        {"[[:alpha:]]", "\xC3", false},
        {"[[:xdigit:]][[:punct:]]", "f~", true},
        {"[[:alnum:]][[:blank:]][[:cntrl:]]", "z \x7F", true},
        {"[[:graph:]][[:print:]][[:lower:]]", "! q", true},
        {"[[:nosuch:]]", "n", false},
        {"[[:digit]", ":", true}, /* no class: the set of its bytes */
        {"x[ab]*[cd]y", "xb-b-dy", true},
    };

    (void)state;
    CHECK(cases);
}

static void test_escapes_and_malformed(void **state)
{
    static const struct glob_case cases[] = {
        {"\\*.docx", "*.docx", true},
        {"\\*.docx", "a.docx", false},
        {"\\[a]", "[a]", true},
        {"\\[a]", "a", false},
        {"a\\?", "a?", true},
        {"a\\?", "ab", false},
        {"\\\\", "\\", true},
        {"a\\", "a\\", true}, /* nothing behind it: itself */
        {"\\a", "a", true},
        {"[ab", "[ab", true}, /* no end: itself */
        {"[ab", "a", false},
        {"[", "[", true},
        {"[!", "[!", true},
        {"[]", "[]", true},
        {"[a-", "[a-", true},
        {"*[x", "ab[x", true},
        {"[a/b]", "[a/b]", true}, /* a set ends with its component */
        {"[a/b]", "a", false},
    };

    (void)state;
    CHECK(cases);
}

static void test_folders(void **state)
{
    static const struct glob_case cases[] = {
        {"team/*.docx", "team/a.docx", true},
        {"team/*.docx", "team/sub/a.docx", false},
        {"team/*.docx", "x/team/a.docx", false},
        {"*/*.docx", "team/a.docx", true},
        {"*/*.docx", "a.docx", false},
        {"**/*.docx", "a.docx", true},
        {"**/*.docx", "x/y/z/a.docx", true},
        {"**/team/*.docx", "team/a.docx", true},
        {"**/team/*.docx", "x/team/y/team/a.docx", true},
        {"**/team/*.docx", "x/teams/a.docx", false},
        {"a/**/b", "a/b", true},
        {"a/**/b", "a/x/y/b", true},
        {"a/**/b", "a/x/b/y", false},
        {"a/**", "a/x/y", true},
        {"a/**", "a/x", true},
        {"a/**", "a", false},
        {"a/**", "b/x", false},
        {"**/a/**/b/**/c", "a/b/a/x/b/b/y/c", true},
        {"**/a/**/b/**/c", "x/b/a/y/c", false},
        {"**/**/c", "c", true},
        {"a**/b", "axx/b", true}, /* within a component: a star */
        {"a**/b", "ax/x/b", false},
        {"a/b/", "a/b", false},
        {"/a", "a", false},
        {"?/a", "x/a", true},
        {"t[a-z]/?", "tq/a", true},
        {"*/", "a", false},
        {"\\*/a", "*/a", true},
    };

    (void)state;
    CHECK(cases);
}

/* Patterns that cost a backtracking matcher time beyond all bounds end at once here. */
static void test_cost(void **state)
{
    char pattern[2048], name[4096];
    size_t len = 0;

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (int i = 0; i < 500; i++)
        len += (size_t)snprintf(pattern + len, sizeof(pattern) - len, "*a");
    snprintf(pattern + len, sizeof(pattern) - len, "*b");
    assert_false(cvx_glob_match(pattern, name));

    len = 0;
    for (int i = 0; i < 200; i++)
        len += (size_t)snprintf(pattern + len, sizeof(pattern) - len, "**/a/");
    snprintf(pattern + len, sizeof(pattern) - len, "b");
    for (size_t i = 1; i < sizeof(name) - 1; i += 2)
        name[i] = '/';
    name[sizeof(name) - 2] = 'a';
    assert_false(cvx_glob_match(pattern, name));
    name[sizeof(name) - 2] = 'b';
    name[sizeof(name) - 3] = '/';
    assert_true(cvx_glob_match(pattern, name));
}

static void test_default(void **state)
{
    static const struct {
        const char *rel;
        bool match;
    } cases[] = {
        {"a.docx", true},
        {"x/a.DOCX", true},
        {"a.DocX", true},
        {".docx", true},
        {"docx", false},
        {"a.doc", false},
        {"a.docxx", false},
        {"", false},
        {"a.docm", false},
        {"x.docx/a", false},
        {"\xFF.docx", true},
        /* Kelvin and long s fold to ASCII in Unicode, and are other bytes. */
        {"a.do\xE2\x84\xAAx", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (cvx_glob_is_docx(cases[i].rel) != cases[i].match)
            fail_msg("'%s': not %d", cases[i].rel, cases[i].match);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stars_and_bytes),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_escapes_and_malformed),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
