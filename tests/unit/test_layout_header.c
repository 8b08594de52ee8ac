/* Identity and sidebar: each rule of 20-extraction.md, "Headers", and its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "extract/layout.h"
#include "layout_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NOBODY                                                                           \
    "{\"title\":\"\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}"
#define BAKER                                                                            \
    "{\"title\":\"Baker\",\"full_name\":\"Ana Maria Ruiz\",\"first_name\":\"Ana\","      \
    "\"last_name\":\"Maria Ruiz\"}"
#define NAMED                                                                            \
    "{\"title\":\"Baker\",\"full_name\":\"Ana\",\"first_name\":\"Ana\",\"last_name\":"   \
    "\"\"}"

/* One part: lines that begin with '>' are in a text box, '|' ends a part. */
struct header_case {
    const char *in[14];
    const char *identity;
    const char *sections; /* those that are not empty, as "key=[...] key=[...]" */
};

static const struct header_case k_headers[] = {
    {{0}, NOBODY, ""},
    {{"Baker", "Ana Ruiz"}, NOBODY, ""},
    /* identity before the first title */
    {{"Baker", "Ana", "Maria  Ruiz", "SKILLS", "a"}, BAKER, "skills=[\"a\"]"},
    {{"Baker", "Tools"},
     "{\"title\":\"Baker\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     ""},
    {{"Baker", "Ana", "A\u2003na", "A na", "Tools"},
     "{\"title\":\"Baker\",\"full_name\":\"Ana A na\",\"first_name\":\"Ana\","
     "\"last_name\":\"A na\"}",
     ""},
    /* identity at the end: three, two, one line behind the last title */
    {{"Tools", "a", "Skills", "b", "Baker", "Ana", "Maria Ruiz"},
     BAKER,
     "skills=[\"b\"] tools=[\"a\"]"},
    {{"Tools", "Baker", "Ana Maria Ruiz"}, BAKER, ""},
    {{"Tools", "Baker"}, NOBODY, "tools=[\"Baker\"]"},
    /* as many raw lines as there are distinct ones are taken from the end */
    {{"Tools", "Baker", "A\u2003na", "A na"},
     "{\"title\":\"Baker\",\"full_name\":\"A na\",\"first_name\":\"A\","
     "\"last_name\":\"na\"}",
     "tools=[\"Baker\"]"},
    /* a title behind the last section ends nothing that the tail would reach */
    {{"Tools", "a", "b", "c", "Skills", "Baker", "Ana"},
     NAMED,
     "tools=[\"a\",\"b\",\"c\"]"},
    /* titles */
    {{"x", " skills .:;", "a"},
     "{\"title\":\"x\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     "skills=[\"a\"]"},
    {{"x", "s\u212aills", "a", "Tools", "b"},
     "{\"title\":\"x\",\"full_name\":\"s\u212aills a\",\"first_name\":\"s\u212aills\","
     "\"last_name\":\"a\"}",
     "tools=[\"b\"]"},
    {{"x", "tool\u017f", "a", "spoken\u00a0 languages:", "b", "ACADEM\u0131C BACKGROUND",
      "c", "Certifications", "d", "Industries", "e", ". Skills", "Languages"},
     "{\"title\":\"x\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     "tools=[\"a\"] certifications=[\"d\"] industries=[\"e\",\". Skills\"] "
     "spoken_languages=[\"b\"] academic_background=[\"c\"]"},
    /* a title seen again closes; the next new one opens */
    {{"x", "Tools", "a", "TOOLS", "b", "tools.", "c", "Skills", "d", "Tools:", "e"},
     "{\"title\":\"x\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     "skills=[\"d\"] tools=[\"a\"]"},
    /* items */
    {{"x", "Tools", "a, b;c|d \u2022e\u00b7 f\u2027g\u2219h\u25cfi", "b,,  , j  k,\u00ad",
      "\u2026,\u00c2"},
     "{\"title\":\"x\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     "tools=[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j k\",\"-\","
     "\"\u2026\",\"\u00c2\"]"},
    {{"x", "Tools", ", ;"},
     "{\"title\":\"x\",\"full_name\":\"\",\"first_name\":\"\",\"last_name\":\"\"}",
     ""},
    /* lines are cut at LF alone */
    {{"Baker\n \nAna", "Tools\na\u2028b\nc\xc2\x85"
                       "d"},
     NAMED,
     "tools=[\"a b\",\"c d\"]"},
    /* text boxes first, per part; all paragraphs where they give no text */
    {{"no", ">Baker", ">Ana", "Tools", "|", "> ", "Tools", "a", "|", "b"},
     NAMED,
     "tools=[\"a\",\"b\"]"},
    /* over all parts a line counts once, as stripped */
    {{">Baker", ">Ana", ">Tools", ">a", "|", ">Baker", "> a ", ">Skills", ">a\u00a0",
      ">b"},
     NAMED,
     "skills=[\"b\"] tools=[\"a\"]"},
};

static void add_parts(struct cvx_layout_header *header, const char *const *in, size_t n)
{
    struct layout_paragraph part[14];
    size_t count = 0;

    for (size_t i = 0; i <= n; i++) {
        if (i < n && in[i] && strcmp(in[i], "|") != 0) {
            bool box = in[i][0] == '>';
            part[count++] = (struct layout_paragraph){in[i] + box, NULL, box ? "x" : ""};
            continue;
        }
        struct cvx_paragraphs paragraphs;
        layout_make(part, count, &paragraphs);
        assert_int_equal(cvx_layout_header_add(header, &paragraphs, NULL), CVX_OK);
        cvx_paragraphs_done(&paragraphs);
        count = 0;
        if (i < n && !in[i])
            return;
    }
}

static const char *const k_keys[] = {
    "skills",           "languages",           "tools", "certifications", "industries",
    "spoken_languages", "academic_background",
};

/* All seven keys in their order; of the lists those that are not empty. */
static void put_sections(struct json_object *sidebar, struct cvx_buf *ret)
{
    size_t i = 0;
    json_object_object_foreach(sidebar, key, list)
    {
        assert_true(i < COUNT(k_keys));
        assert_string_equal(key, k_keys[i++]);
        if (json_object_array_length(list) == 0)
            continue;
        cvx_buf_printf(ret, "%s%s=%s", ret->len ? " " : "", key, layout_json(list));
    }
    assert_int_equal(i, COUNT(k_keys));
}

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(k_headers); i++) {
        struct cvx_layout_header *header = NULL;
        struct json_object *identity = NULL, *sidebar = NULL;
        struct cvx_buf sections = CVX_BUF_INIT;
        assert_int_equal(cvx_layout_header_new(i * 7, &header, NULL), CVX_OK);
        add_parts(header, k_headers[i].in, COUNT(k_headers[i].in));
        assert_int_equal(cvx_layout_header_read(header, &identity, &sidebar, NULL),
                         CVX_OK);
        put_sections(sidebar, &sections);
        const char *got = sections.data ? sections.data : "";
        if (strcmp(layout_json(identity), k_headers[i].identity) != 0 ||
            strcmp(got, k_headers[i].sections) != 0)
            fail_msg("header %zu: %s %s", i, layout_json(identity), got);
        cvx_buf_done(&sections);
        json_object_put(identity);
        json_object_put(sidebar);
        cvx_layout_header_free(header);
    }
}

/* Thousands of parts with thousands of lines, all different and all the same. */
static void test_many(void **state)
{
    struct cvx_layout_header *header = NULL;
    struct json_object *identity = NULL, *sidebar = NULL;
    (void)state;

    assert_int_equal(cvx_layout_header_new(9, &header, NULL), CVX_OK);
    for (int part = 0; part < 3000; part++) {
        char own[32];
        const struct layout_paragraph in[] = {{"Baker", NULL, ""},
                                              {"Tools", NULL, ""},
                                              {own, NULL, ""},
                                              {"same", NULL, ""}};
        struct cvx_paragraphs paragraphs;
        (void)snprintf(own, sizeof(own), "item %d, x", part);
        layout_make(in, COUNT(in), &paragraphs);
        assert_int_equal(cvx_layout_header_add(header, &paragraphs, NULL), CVX_OK);
        cvx_paragraphs_done(&paragraphs);
    }
    assert_int_equal(cvx_layout_header_read(header, &identity, &sidebar, NULL), CVX_OK);
    assert_int_equal(cvx_layout_header_items(header), 3002);
    json_object_put(identity);
    json_object_put(sidebar);
    cvx_layout_header_free(header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
