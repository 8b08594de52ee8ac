/* --help and --list: what they show follows the registry, fits 80 columns, and is true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <cvextract/buf.h>

#include "cli.h"
#include "cli_flags.h"
#include "cli_stages.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct cvx_registry *today(void **state)
{
    return ((struct cvx_registry **)*state)[0];
}

static struct cvx_registry *full(void **state)
{
    return ((struct cvx_registry **)*state)[1];
}

/* At most 80 bytes a line (the texts are ASCII), no blank at an end, whole lines. */
static void check_layout(const char *text)
{
    size_t len;

    for (; *text; text += len + 1) {
        len = strcspn(text, "\n");
        if (text[len] != '\n' || len > 80 || (len > 0 && text[len - 1] == ' ') ||
            memchr(text, '\t', len))
            fail_msg("badly laid out: '%.*s'", (int)len, text);
    }
}

static void help(const struct cvx_registry *registry, const char *topic,
                 struct cvx_buf *buf)
{
    struct cvx_err err;

    cvx_buf_clear(buf);
    if (cvx_cli_help(registry, topic, buf, &err) != CVX_OK)
        fail_msg("%s: %s", topic ? topic : "", cvx_err_root(&err));
    assert_true(buf->len > 0);
    check_layout(buf->data);
}

static void test_whole(void **state)
{
    static const struct {
        const char *text;
        bool today, full;
    } cases[] = {
        {"Usage: cvextract [--parallel PARAM...]", true, true},
        {"] --extract [PARAM...] --target DIR", true, false},
        {"[--extract [PARAM...]]", false, true},
        {"[--adjust PARAM...]...", false, true},
        {"[--render PARAM...]", false, true},
        {"\n  --adjust PARAM...", false, true},
        {"\n  --render PARAM...", false, true},
        {"(default: auto)", true, true},
        {"openai-model=M", false, true},
        {"shown with the flag instead", false, false},
        {"on-error=WHAT", false, true}, /* the stage's own */
        {"Asks a model (makes API calls)", false, true},
        {"--openai KEY=VALUE...", true, true},
        {"deadline=", false, false}, /* in its own topic */
        {"Adjusters (", false, true},
        {"Renderers (", false, true},
        {"template=FILE.docx    the template (required)", false, true},
        {"Rules for DOCX (default file-type: *.docx)", true, true},
        {"Judges the form (by default after --extract)", true, false},
        {"Judges the form (by default after --extract, --adjust)", false, true},
        {"Judges the content (by default after --extract)", true, false},
        {", unless", false, true},
        {"Towards a firm (makes API calls)", false, true},
        {"    gentle                change little", false, true},
        {"\n  1   ", true, true},
        {"\n  4   ", false, true},
        {"\n  5   ", false, true},
        {"\n  130, 143", true, true},
        {"none is built", false, false},
    };
    struct cvx_buf few = CVX_BUF_INIT, all = CVX_BUF_INIT;

    help(today(state), NULL, &few);
    help(full(state), "", &all);
    for (size_t i = 0; i < COUNT(cases); i++) {
        if ((strstr(few.data, cases[i].text) != NULL) != cases[i].today)
            fail_msg("today, '%s':\n%s", cases[i].text, few.data);
        if ((strstr(all.data, cases[i].text) != NULL) != cases[i].full)
            fail_msg("all, '%s':\n%s", cases[i].text, all.data);
    }
    cvx_buf_done(&few);
    cvx_buf_done(&all);
}

/* Every flag that is built has its entry, and no other flag is even mentioned. */
static void test_flags(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    help(full(state), NULL, &buf);
    for (int id = 0; id < CVX_CLI_FLAGS; id++) {
        const struct cvx_cli_flag *flag = cvx_cli_flags_at((enum cvx_cli_flag_id)id);
        bool built = id < CVX_CLI_BUILT;
        char entry[64];

        (void)snprintf(entry, sizeof(entry), "%s--%s", built ? "\n  " : "", flag->name);
        if ((strstr(buf.data, entry) != NULL) != built)
            fail_msg("--%s:\n%s", flag->name, buf.data);
    }
    cvx_buf_done(&buf);
}

/* The line from its command on, its continuations joined, as words of argv. */
static int example_words(char *line, char **words, int max)
{
    int n = 0;

    for (char *word = line + strspn(line, " "); *word; word += strspn(word, " \\\n")) {
        char *end = word + strcspn(word, " \\\n");

        assert_true(n < max);
        words[n++] = word;
        if (*end)
            *end++ = '\0';
        word = end;
    }
    return n;
}

static void test_examples_parse(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    int seen = 0;

    help(today(state), NULL, &buf);
    char *at = strstr(buf.data, "\nExamples:\n");
    assert_non_null(at);
    at += strlen("\nExamples:\n");
    while (*at) {
        char *words[20], *end = strchr(at, '\n');
        struct cvx_cli cli;
        struct cvx_err err;

        while (end && end[-1] == '\\')
            end = strchr(end + 1, '\n');
        assert_non_null(end);
        *end = '\0';
        int n = example_words(at, words, (int)COUNT(words));
        assert_string_equal(words[0], "cvextract");
        if (cvx_cli_parse(n, words, today(state), &cli, &err) != CVX_OK)
            fail_msg("example %d: %s", seen, cvx_err_root(&err));
        cvx_cli_done(&cli);
        seen++;
        at = end + 1;
    }
    assert_true(seen >= 3);
    cvx_buf_done(&buf);
}

static const struct {
    const char *topic, *text;
} k_topics[] = {
    {"grace",
     "  --grace SECONDS         how long work under way may go on after an interrupt,\n"
     "                          0 to 86400 (default: 30)\n"},
    {"ascii", "  --ascii                 words instead of icons\n"},
    {"adjust",
     "  --adjust PARAM...       rework the data; when repeated, one after the other\n"
     "    name=A                the adjuster (required)\n"
     "    data=FILE|DIR         JSON to begin with, when no stage comes before; a\n"
     "                          folder means a batch (files to take are then *.json by\n"
     "                          default, with --parallel as well)\n"
     "    output=PATH           where the JSON goes (last --adjust only); a folder in\n"
     "                          a batch; relative paths are below the target\n"
     "    verifier=V[,V...]     verifiers to use in place of the default ones\n"
     "    skip-verify           no verification after this stage\n"
     "\n"
     "Adjusters (name= of --adjust):\n"
     "  none is built into this program\n"},
    {"extractors",
     "Extractors (name= of --extract; the first is the default):\n"
     "  default-docx-cv-extractor\n"
     "                          Rules for DOCX (default file-type: *.docx)\n"},
    {"extractor",
     "Extractors (name= of --extract; the first is the default):\n"
     "  default-docx-cv-extractor\n"
     "                          Rules for DOCX (default file-type: *.docx)\n"},
    {"cv-schema-verifier",
     "verifier\n"
     "  cv-schema-verifier      Judges the form (by default after --extract)\n"},
    {"renderers", "Renderers (--render takes the first):\n"
                  "  none is built into this program\n"},
};

static void test_topics(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    for (size_t i = 0; i < COUNT(k_topics); i++) {
        help(today(state), k_topics[i].topic, &buf);
        assert_string_equal(buf.data, k_topics[i].text);
    }
    help(full(state), "firm-adjuster", &buf);
    assert_string_equal(buf.data, "adjuster\n"
                                  "  firm-adjuster           Towards a firm (makes API "
                                  "calls)\n"
                                  "    customer-url=URL      page of the customer "
                                  "(required)\n"
                                  "    gentle                change little\n");
    cvx_buf_done(&buf);
}

/* The knobs: each with unit, default and off-value. */
static void test_openai(void **state)
{
    static const char *const cases[] = {
        "  --openai KEY=VALUE...   settings of API calls: limits, ",
        "\n    rpm=                  what the server allows, for each model (requests a\n"
        "                          minute; default: learnt from the server; 0 = learn)\n",
        "\n    timeout=              for one attempt (seconds; default: 120)\n",
        "\n    deadline=             for a call, all attempts and waits; it wins over\n"
        "                          retries= (seconds; default: 900; 0 = none)\n",
        "\n    max-tokens=           longest answer (tokens; default: 16384)\n",
        "\n    http1.1               never HTTP/2 (default: HTTP/2 where offered)\n",
        "(on or off; default: on; off = none kept)\n",
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    help(full(state), "openai", &buf);
    for (size_t i = 0; i < COUNT(cases); i++)
        if (!strstr(buf.data, cases[i]))
            fail_msg("'%s':\n%s", cases[i], buf.data);
    cvx_buf_done(&buf);
}

/* All flags and all stages are topics. */
static void test_every_topic(void **state)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    for (int id = 0; id < CVX_CLI_BUILT; id++) {
        const char *name = cvx_cli_flags_at((enum cvx_cli_flag_id)id)->name;

        help(full(state), name, &buf);
        assert_int_equal(strncmp(buf.data, "  --", 4), 0);
        assert_int_equal(strncmp(buf.data + 4, name, strlen(name)), 0);
    }
    for (size_t i = 0; i < CLI_STAGES_ALL; i++) {
        help(full(state), k_cli_stages[i].name, &buf);
        assert_non_null(strstr(buf.data, k_cli_stages[i].summary));
    }
    cvx_buf_done(&buf);
}

static void test_no_topic(void **state)
{
    static const struct {
        const char *topic, *message;
    } cases[] = {
        {"extrakt", "no help on 'extrakt'; did you mean extract?"},
        {"schema", "no help on 'schema'; did you mean cv-schema-verifier?"},
        {"weather", "no help on 'weather'; see --help"},
        {"resume", "no help on 'resume'; see --help"},
        {"\033[m", "no help on '\\x1b[m'; see --help"},
    };
    struct cvx_buf buf = CVX_BUF_INIT;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_err err;

        assert_int_equal(cvx_cli_help(today(state), cases[i].topic, &buf, &err),
                         CVX_EUSAGE);
        assert_string_equal(cvx_err_root(&err), cases[i].message);
        assert_int_equal(buf.len, 0);
    }
}

static void test_no_room(void **state)
{
    struct cvx_buf buf = {.max = 100};
    struct cvx_err err;

    assert_int_equal(cvx_cli_help(today(state), NULL, &buf, &err), CVX_ELIMIT);
    assert_true(buf.failed);
    cvx_buf_done(&buf);
}

static void check_list(const struct cvx_registry *registry, int kind, bool plain,
                       const char *want)
{
    struct cvx_buf buf = CVX_BUF_INIT;

    cvx_cli_list(registry, kind, plain, &buf);
    assert_string_equal(buf.data ? buf.data : "", want);
    if (!plain)
        check_layout(want);
    cvx_buf_done(&buf);
}

static void test_list(void **state)
{
    check_list(today(state), -1, true,
               "default-docx-cv-extractor\tRules for DOCX\n"
               "cv-schema-verifier\tJudges the form\n"
               "default-extract-verifier\tJudges the content\n");
    check_list(today(state), CVX_EXTRACTOR, true,
               "default-docx-cv-extractor\tRules for DOCX\n");
    check_list(today(state), CVX_ADJUSTER, true, "");
    check_list(today(state), -1, false,
               "Extractors:\n"
               "  default-docx-cv-extractor  Rules for DOCX\n"
               "\n"
               "Adjusters:\n"
               "  (none)\n"
               "\n"
               "Renderers:\n"
               "  (none)\n"
               "\n"
               "Verifiers:\n"
               "  cv-schema-verifier         Judges the form\n"
               "  default-extract-verifier   Judges the content\n");
    check_list(full(state), CVX_ADJUSTER, false,
               "Adjusters:\n"
               "  firm-adjuster              Towards a firm\n"
               "  plain-adjuster             By rules\n"
               "  keep-adjuster              With a key of its own\n");
    check_list(full(state), CVX_RENDERER, true, "docx-renderer\tFills a template\n");
}

static int setup(void **state)
{
    static struct cvx_registry *registries[2];

    registries[0] = cli_stages_new(CLI_STAGES_TODAY);
    registries[1] = cli_stages_new(CLI_STAGES_ALL);
    *state = registries;
    return registries[0] && registries[1] ? 0 : -1;
}

static int teardown(void **state)
{
    cvx_registry_free(today(state));
    cvx_registry_free(full(state));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),          cmocka_unit_test(test_flags),
        cmocka_unit_test(test_examples_parse), cmocka_unit_test(test_topics),
        cmocka_unit_test(test_every_topic),    cmocka_unit_test(test_no_topic),
        cmocka_unit_test(test_no_room),        cmocka_unit_test(test_list),
        cmocka_unit_test(test_openai),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
