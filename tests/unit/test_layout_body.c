/* Overview and experiences: each rule of 20-extraction.md, "Body", and its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "extract/layout.h"
#include "layout_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NARROW "xxxxxxxxxxxxxxxxxxxx"
#define CHARS_80 NARROW NARROW NARROW NARROW
#define SPACES_10 "a b c d e f g h i j k"

static struct cvx_patterns *g_patterns;
static struct cvx_matcher *g_matcher;

static int set_up(void **state)
{
    (void)state;
    if (cvx_patterns_new(&g_patterns, NULL))
        return -1;
    return cvx_matcher_new(g_patterns, &g_matcher, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    cvx_matcher_free(g_matcher);
    cvx_patterns_free(g_patterns);
    return 0;
}

static void read_body(const struct layout_paragraph *from, size_t count,
                      struct json_object **ret_overview,
                      struct json_object **ret_experiences)
{
    struct cvx_paragraphs paragraphs;
    struct cvx_err err;

    layout_make(from, count, &paragraphs);
    int rc =
        cvx_layout_body_read(&paragraphs, g_matcher, ret_overview, ret_experiences, &err);
    assert_int_equal(rc, CVX_OK);
    cvx_paragraphs_done(&paragraphs);
}

struct body_case {
    struct layout_paragraph in[10];
    const char *overview, *experiences;
};

static const struct body_case k_bodies[] = {
    {{{"before any section", 0, 0}}, "\"\"", "[]"},
    {{{"Overview", 0, 0}, {" a\u00a0 b\n\nc ", 0, 0}, {"d", "Heading1", "bn"}},
     "\"a b c d\"",
     "[]"},
    /* sections: what is trimmed, what is not */
    {{{" .: OVERVIEW :. ", 0, 0}, {"x", 0, 0}}, "\"x\"", "[]"},
    {{{"Over view", 0, 0}, {"x", 0, 0}}, "\"\"", "[]"},
    {{{"Overview;", 0, 0}, {"x", 0, 0}}, "\"\"", "[]"},
    {{{"Professional  Experience", 0, 0}, {"x", 0, 0}}, "\"\"", "[]"},
    {{{"Profe\u017f\u017fional Exper\u0131ence", 0, 0}, {"h", 0, 0}},
     "\"\"",
     "[{\"heading\":\"h\",\"description\":\"\",\"bullets\":[],\"environment\":null}]"},
    {{{"profe\u00dfional experience", 0, 0}, {"h", 0, 0}},
     "\"\"",
     "[{\"heading\":\"h\",\"description\":\"\",\"bullets\":[],\"environment\":null}]"},
    {{{"Overview", "ListBullet", "bn"}, {"x", 0, 0}}, "\"x\"", "[]"},
    /* one paragraph, several lines and sections; both sections twice */
    {{{"Overview\nx\u2028Professional Experience\xc2\x85"
       "h\u2029Overview\ny",
       0, 0}},
     "\"x y\"",
     "[{\"heading\":\"h\",\"description\":\"\",\"bullets\":[],\"environment\":null}]"},
    /* not in a body: passed over */
    {{{"Overview", 0, 0}, {"x", 0, "x"}, {"y", 0, 0}}, "\"y\"", "[]"},
    /* everything an experience has */
    {{{"Professional Experience", 0, 0},
      {"lost.", 0, 0},
      {"lost too", 0, "bn"},
      {"Environment: lost", 0, 0},
      {"Jan 2019 - Present  Cook\u00adie", 0, "bn"},
      {"A  sentence.\nAnother.", 0, 0},
      {"one", 0, "bn"},
      {"ENVIRONMENT : C ,, C,\tD ", 0, 0},
      {"two\nthree", "My Bullets", 0},
      {"Envıronment:E", 0, "bn"}},
     "\"\"",
     "[{\"heading\":\"Jan 2019 - Present Cook-ie\","
     "\"description\":\"A sentence. Another.\","
     "\"bullets\":[\"one\",\"two\",\"three\"],\"environment\":[\"C\",\"C\",\"D\",\"E\"]}"
     "]"},
    /* used up though no item is left; not one without anything behind the colon */
    {{{"Professional Experience", 0, 0},
      {"h", 0, 0},
      {"Environment: ,", 0, 0},
      {"Environment:", 0, 0}},
     "\"\"",
     "[{\"heading\":\"h\",\"description\":\"Environment:\",\"bullets\":[],"
     "\"environment\":null}]"},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_bodies); i++) {
        struct json_object *overview = NULL, *experiences = NULL;
        size_t count = 0;
        while (count < COUNT(k_bodies[i].in) && k_bodies[i].in[count].text)
            count++;
        read_body(k_bodies[i].in, count, &overview, &experiences);
        if (strcmp(layout_json(overview), k_bodies[i].overview) != 0 ||
            strcmp(layout_json(experiences), k_bodies[i].experiences) != 0)
            fail_msg("body %zu: %s\n%s", i, layout_json(overview),
                     layout_json(experiences));
        json_object_put(overview);
        json_object_put(experiences);
    }
}

/* What becomes of one line behind the heading "Top". */
static const struct {
    const char *line, *style, *flags;
    char is; /* 'h' heading, 'b' bullet, 'd' description, 'e' environment */
} k_lines[] = {
    /* 1a */
    {"2019 - 2020. It ends in a full stop and it has more than ten spaces.", 0, 0, 'h'},
    {"2019 | Cook; a bullet;", "ListParagraph", "bn", 'h'},
    {"x 2019 - 2020.", 0, 0, 'd'},
    /* 1b */
    {"in a heading style.", "Heading 7", 0, 'h'},
    {"in a heading style.", "hEADING", "bn", 'h'},
    {"in a title style.", "my TITLE x", 0, 'h'},
    {"no heading style.", "x heading", 0, 'd'},
    {"Environment: a", "Title", 0, 'h'},
    /* 1c */
    {"short", 0, 0, 'h'},
    {"short", 0, "bn", 'b'},
    {"short", "LIST", 0, 'b'},
    {"short", "xList", 0, 'h'},
    {"short", "xBULLETx", 0, 'b'},
    {"short", "Numbered", 0, 'b'},
    {"short.", 0, 0, 'd'},
    {"short;", 0, 0, 'd'},
    {"short:", 0, 0, 'd'},
    {"short.)", 0, 0, 'h'},
    {"environmental", 0, 0, 'd'},
    {"ENVIRONMENT", 0, 0, 'd'},
    {"Env\u0131ronment", 0, 0, 'h'},
    {"Environment: a", 0, 0, 'e'},
    {"\u2022x", 0, 0, 'd'},
    {"\u00b7x", 0, 0, 'd'},
    {"-x", 0, 0, 'd'},
    {"\u2013x", 0, 0, 'd'},
    {"\u2014x", 0, 0, 'd'},
    {"->x", 0, 0, 'd'},
    {"\u2192x", 0, 0, 'd'},
    {"\u2212x", 0, 0, 'h'},
    {">x", 0, 0, 'h'},
    {CHARS_80, 0, 0, 'h'},
    {CHARS_80 "x", 0, 0, 'd'},
    {"\u00e9" NARROW NARROW NARROW "xxxxxxxxxxxxxxxxxx\U0001f600", 0, 0, 'h'},
    {"\u00e9" NARROW NARROW NARROW "xxxxxxxxxxxxxxxxxxx\U0001f600", 0, 0, 'd'},
    {SPACES_10, 0, 0, 'h'},
    {SPACES_10 " l", 0, 0, 'd'},
    /* spaces are U+0020 only, and counted before they are folded */
    {SPACES_10 "\tl\u2003m", 0, 0, 'h'},
    {"a           b", 0, 0, 'd'},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_lines); i++) {
        const struct layout_paragraph in[] = {
            {"Professional Experience", 0, 0},
            {"Top", 0, 0},
            {k_lines[i].line, k_lines[i].style, k_lines[i].flags},
        };
        struct json_object *overview = NULL, *experiences = NULL;
        read_body(in, COUNT(in), &overview, &experiences);
        size_t n = json_object_array_length(experiences);
        struct json_object *first = json_object_array_get_idx(experiences, 0);
        struct json_object *bullets = json_object_object_get(first, "bullets");
        char is = n == 2                                         ? 'h'
                  : json_object_array_length(bullets)            ? 'b'
                  : json_object_object_get(first, "environment") ? 'e'
                  : *json_object_get_string(json_object_object_get(first, "description"))
                      ? 'd'
                      : '?';
        if (is != k_lines[i].is)
            fail_msg("'%s': %c, not %c", k_lines[i].line, is, k_lines[i].is);
        json_object_put(overview);
        json_object_put(experiences);
    }
}

/* Time that grew with the square of these would be noticed. */
static void test_many(void **state)
{
    static struct layout_paragraph in[60002];
    struct json_object *overview = NULL, *experiences = NULL;
    (void)state;

    in[0].text = "Professional Experience";
    for (size_t i = 1; i < COUNT(in); i++)
        in[i] = (struct layout_paragraph){i % 2 ? "Head" : "Some text that goes on.",
                                          i % 3 ? "Normal" : "Body", "b"};
    read_body(in, COUNT(in), &overview, &experiences);
    assert_int_equal(json_object_array_length(experiences), 30001);
    json_object_put(overview);
    json_object_put(experiences);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
