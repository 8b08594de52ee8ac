/* The command line: every option into its field, and the exact words about a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/mem.h>

#include "cli.h"
#include "cli_near.h"
#include "cli_stages.h"
#include "cli_words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS_MAX 40
#define LINE_MAX_LEN 1024

/* A line for the table tests: words are parted by blanks; '_' in a word is a blank, and ''
 * is the empty word. */
struct line {
    char text[LINE_MAX_LEN];
    char *argv[WORDS_MAX + 1];
    int argc;
};

static void line_make(struct line *line, const char *text)
{
    assert_true((size_t)snprintf(line->text, LINE_MAX_LEN, "cvextract %s", text) <
                LINE_MAX_LEN);
    line->argc = 0;
    for (char *word = line->text, *next; *word; word = next) {
        next = word + strcspn(word, " ");
        if (*next)
            *next++ = '\0';
        assert_true(line->argc < WORDS_MAX);
        if (strcmp(word, "''") == 0)
            word[0] = '\0';
        for (char *p = word; *p; p++)
            *p = *p == '_' ? ' ' : *p;
        line->argv[line->argc++] = word;
    }
    line->argv[line->argc] = NULL;
}

static struct cvx_registry *today(void **state)
{
    return ((struct cvx_registry **)*state)[0];
}

static struct cvx_registry *full(void **state)
{
    return ((struct cvx_registry **)*state)[1];
}

static int parse(struct line *line, const char *text, const struct cvx_registry *registry,
                 struct cvx_cli *ret, struct cvx_err *err)
{
    line_make(line, text);
    cvx_err_init(err);
    return cvx_cli_parse(line->argc, line->argv, registry, ret, err);
}

static void parse_ok(struct line *line, const char *text,
                     const struct cvx_registry *registry, struct cvx_cli *ret)
{
    struct cvx_err err;

    if (parse(line, text, registry, ret, &err) != CVX_OK)
        fail_msg("%s: %s", text, cvx_err_root(&err));
}

struct bad {
    const char *line, *message;
};

static void check_bad(const struct bad *bad, size_t n,
                      const struct cvx_registry *registry)
{
    for (size_t i = 0; i < n; i++) {
        struct cvx_cli cli, before;
        struct cvx_err err;
        struct line line;
        char text[CVX_ERR_TEXT];

        memset(&cli, 0x5A, sizeof(cli));
        memcpy(&before, &cli, sizeof(cli));
        int rc = parse(&line, bad[i].line, registry, &cli, &err);
        if (rc != CVX_EUSAGE)
            fail_msg("'%s' gave %d", bad[i].line, rc);
        assert_string_equal(cvx_err_text(&err, text, sizeof(text)), bad[i].message);
        /* On failure the result is never written. */
        assert_memory_equal(&cli, &before, sizeof(cli));
    }
}

#define NEAR_DOCX "default-docx-cv-extractor"
#define OK_END " --extract source=a.docx --target out"

/* What is wrong whatever stages there are. */
static const struct bad k_bad[] = {
    /* flags */
    {"--targt out", "unknown flag --targt; did you mean --target?"},
    {"--targt=out", "unknown flag --targt; did you mean --target?"},
    {"--Target out", "unknown flag --Target; did you mean --target?"},
    {"--log_file=x", "unknown flag --log file; did you mean --log-file?"},
    {"--fail any", "unknown flag --fail; did you mean --fail-on?"},
    {"--threads 4", "unknown flag --threads; did you mean --cpu-threads?"},
    {"--paralel n=4", "unknown flag --paralel; did you mean --parallel?"},
    {"--frobnicate", "unknown flag --frobnicate; see --help"},
    {"---", "unknown flag ---; see --help"},
    {"--=x", "unknown flag --; see --help"},
    {"-target out", "unknown flag -target; did you mean --target?"},
    {"-x", "unknown flag -x; see --help"},
    {"--", "unexpected '--': there are no operands to set apart"},
    {"-- cv.docx" OK_END, "unexpected '--': there are no operands to set apart"},
    {"cv.docx", "unexpected word 'cv.docx'; no flag takes it"},
    {"extract source=a", "unexpected word 'extract'; did you mean --extract?"},
    {"-", "unexpected word '-'; no flag takes it"},
    {"''", "unexpected word ''; no flag takes it"},
    {"--target out more" OK_END, "unexpected word 'more'; no flag takes it"},
    {"--ascii yes" OK_END, "unexpected word 'yes'; no flag takes it"},
    {"--verbosity debug verbose", "unexpected word 'verbose'; did you mean --verbosity?"},
    {"--list extractors adjusters",
     "unexpected word 'adjusters'; did you mean --adjust?"},
    {"--ascii=yes" OK_END, "--ascii takes no value"},
    {"--ascii=" OK_END, "--ascii takes no value"},
    {"--version=2", "--version takes no value"},
    {"--target", "--target needs a value: --target DIR"},
    {"--target=" OK_END, "--target needs a value: --target DIR"},
    {"--target '' --extract source=a", "--target needs a value: --target DIR"},
    {"--target --extract source=a", "--target needs a value: --target DIR"},
    {"--log-file" OK_END, "--log-file needs a value: --log-file PATH"},
    {"--grace" OK_END, "--grace needs a value: --grace SECONDS"},
    {"--target a --target b", "--target is given twice"},
    {"--target a --target=a", "--target is given twice"},
    {"--log-failed a --log-failed b", "--log-failed is given twice"},
    {"--grace 1 --grace 1", "--grace is given twice"},
    {"--list --list", "--list is given twice"},
    {"--extract source=a --extract source=b --target o", "--extract is given twice"},
    {"--parallel source=a --parallel n=2", "--parallel is given twice"},
    {"--render --render", "--render is given twice"},
    /* not built */
    {"--resume" OK_END, "--resume is not built yet"},
    {"--events=-" OK_END, "--events is not built yet"},
    {"--report r.html" OK_END, "--report is not built yet"},
    {"--sync=off" OK_END, "--sync is not built yet"},
    /* of no use, or without what they need */
    {"--openai rpm=3" OK_END,
     "--openai has no use: no stage of this run makes API calls"},
    {"--openai" OK_END, "--openai needs KEY=VALUE; see --help openai"},
    {"--openai rmp=3" OK_END, "unknown key 'rmp' of --openai; did you mean rpm=?"},
    {"--openai rpm=3 --openai tpm=3" OK_END, "--openai is given twice"},
    {"--summary-json" OK_END, "--summary-json needs a value: --summary-json PATH"},
    {"--dry-run=yes" OK_END, "--dry-run takes no value"},
    {"--debug-external yes" OK_END, "unexpected word 'yes'; no flag takes it"},
    /* values */
    {"--verbosity loud" OK_END,
     "--verbosity does not take 'loud'; it takes minimal, verbose, debug"},
    {"--verbosity verbos" OK_END,
     "--verbosity does not take 'verbos'; did you mean verbose?"},
    {"--verbosity DEBUG" OK_END,
     "--verbosity does not take 'DEBUG'; did you mean debug?"},
    {"--fail-on nevr" OK_END, "--fail-on does not take 'nevr'; did you mean never?"},
    {"--fail-on 1" OK_END, "--fail-on does not take '1'; it takes all, any, never"},
    {"--list extractor", "--list does not take 'extractor'; did you mean extractors?"},
    {"--list=", "--list does not take ''; it takes extractors, adjusters, renderers, "
                "verifiers"},
    {"--list stages", "--list does not take 'stages'; it takes extractors, adjusters, "
                      "renderers, verifiers"},
    {"--grace -1" OK_END, "--grace takes a whole number from 0 to 86400, not '-1'"},
    {"--grace +1" OK_END, "--grace takes a whole number from 0 to 86400, not '+1'"},
    {"--grace _1" OK_END, "--grace takes a whole number from 0 to 86400, not ' 1'"},
    {"--grace 86401" OK_END, "--grace takes a whole number from 0 to 86400, not '86401'"},
    {"--grace 30s" OK_END, "--grace takes a whole number from 0 to 86400, not '30s'"},
    {"--grace 1e3" OK_END, "--grace takes a whole number from 0 to 86400, not '1e3'"},
    {"--cpu-threads 0" OK_END,
     "--cpu-threads takes a whole number from 1 to 1024, not '0'"},
    {"--cpu-threads 0x4" OK_END,
     "--cpu-threads takes a whole number from 1 to 1024, not '0x4'"},
    {"--cpu-threads 4294967297" OK_END,
     "--cpu-threads takes a whole number from 1 to 1024, not '4294967297'"},
    {"--cpu-threads 18446744073709551617" OK_END,
     "--cpu-threads takes a whole number from 1 to 1024, not '18446744073709551617'"},
    /* --parallel */
    {"--parallel --extract --target o",
     "--parallel needs source=DIR (or --rerun-failed)"},
    {"--parallel source= --extract --target o",
     "source= of --parallel needs a value: source=DIR"},
    {"--parallel source --extract --target o",
     "source= of --parallel needs a value: source=DIR"},
    {"--parallel source=a source=b --extract --target o",
     "source= of --parallel is given twice"},
    {"--parallel soruce=a --extract --target o",
     "unknown key 'soruce' of --parallel; did you mean source=?"},
    {"--parallel source=a filetype=*.txt --extract --target o",
     "unknown key 'filetype' of --parallel; did you mean file-type=?"},
    {"--parallel source=a 10 --extract --target o",
     "unknown key '10' of --parallel; see --help parallel"},
    {"--parallel source=a =5 --extract --target o",
     "unknown key '' of --parallel; see --help parallel"},
    {"--parallel source=a '' --extract --target o",
     "unknown key '' of --parallel; see --help parallel"},
    {"--parallel source=a -n --extract --target o", "unknown flag -n; see --help"},
    {"--parallel source=a -targe o --extract",
     "unknown flag -targe; did you mean --target?"},
    {"--parallel source=a n=0 --extract --target o",
     "n= of --parallel is a whole number from 1 to 1000000, or auto; not '0'"},
    {"--parallel source=a n=1000001 --extract --target o",
     "n= of --parallel is a whole number from 1 to 1000000, or auto; not '1000001'"},
    {"--parallel source=a n=-4 --extract --target o",
     "n= of --parallel is a whole number from 1 to 1000000, or auto; not '-4'"},
    {"--parallel source=a n=4_ --extract --target o",
     "n= of --parallel is a whole number from 1 to 1000000, or auto; not '4 '"},
    {"--parallel source=a n=Auto --extract --target o",
     "n= of --parallel is a whole number from 1 to 1000000, or auto; not 'Auto'"},
    {"--parallel source=a n= --extract --target o",
     "n= of --parallel needs a value: n=COUNT"},
    /* --extract */
    {"", "nothing to do: no stage is given; see --help"},
    {"--target o", "nothing to do: no stage is given; see --help"},
    {"--parallel source=a --target o", "nothing to do: no stage is given; see --help"},
    {"--extract source=a", "--target DIR is missing"},
    {"--extract --target o", "--extract needs source=FILE (or --parallel source=DIR)"},
    {"--parallel source=d --extract source=a --target o",
     "source= of --extract and --parallel exclude each other: the folder is --parallel "
     "source=DIR"},
    {"--extract source=a n=4 --target o",
     "unknown key 'n' of --extract; see --help extract"},
    {"--extract source=a nmae=x --target o",
     "unknown key 'nmae' of --extract; did you mean name=?"},
    {"--extract source=a skip-verfy --target o",
     "unknown key 'skip-verfy' of --extract; did you mean skip-verify?"},
    {"--extract source=a skip-verify=yes --target o",
     "skip-verify of --extract takes no value"},
    {"--extract source=a skip-verify skip-verify --target o",
     "skip-verify of --extract is given twice"},
    {"--extract source=a skip-verify verifier=cv-schema-verifier --target o",
     "verifier= and skip-verify of --extract exclude each other"},
    {"--extract source=a output --target o",
     "output= of --extract needs a value: output=PATH"},
    {"--extract source=a name= --target o",
     "name= of --extract needs a value: name=E[,E...]"},
    {"--extract source=a name=default-docx-extractor --target o",
     "extractor 'default-docx-extractor' is not built into this program; did you "
     "mean " NEAR_DOCX "?"},
    {"--extract source=a name=docx --target o",
     "extractor 'docx' is not built into this program; did you mean " NEAR_DOCX "?"},
    {"--extract source=a name=pdf --target o",
     "extractor 'pdf' is not built into this program; see --list extractors"},
    {"--extract source=a name=cv-schema-verifier --target o",
     "extractor 'cv-schema-verifier' is not built into this program; see --list "
     "extractors"},
    {"--extract source=a name=" NEAR_DOCX ",pdf --target o",
     "extractor 'pdf' is not built into this program; see --list extractors"},
    {"--extract source=a name=" NEAR_DOCX ", --target o",
     "a list of --extract has an empty name: remove the surplus comma"},
    {"--extract source=a name=," NEAR_DOCX " --target o",
     "a list of --extract has an empty name: remove the surplus comma"},
    {"--extract source=a name=" NEAR_DOCX "," NEAR_DOCX " --target o",
     "extractor '" NEAR_DOCX "' is named twice in --extract"},
    {"--extract source=a name=" NEAR_DOCX " name=" NEAR_DOCX " --target o",
     "name= of --extract is given twice"},
    {"--extract source=a verifier=cv-schema --target o",
     "verifier 'cv-schema' is not built into this program; did you mean "
     "cv-schema-verifier?"},
    {"--extract source=a verifier=cv-schema-verifier,x --target o",
     "verifier 'x' is not built into this program; see --list verifiers"},
    {"--extract source=a openai-model=m --target o",
     "openai-model= of --extract has no use: '" NEAR_DOCX "' makes no API calls"},
    {"--extract source=a --rerun-failed f --target o",
     "--rerun-failed is for a batch: give --parallel too"},
    /* control characters are shown, not sent */
    {"--target o\033[2J\n --ta\rget", "unknown flag --ta\\rget; did you mean --target?"},
    {"\033]0;x\a", "unexpected word '\\x1b]0;x\\x07'; no flag takes it"},
};

static void test_bad(void **state)
{
    check_bad(k_bad, COUNT(k_bad), today(state));
    /* None of them becomes right where there are more stages. */
    check_bad(k_bad, COUNT(k_bad), full(state));
}

/* Stages that a build with extraction alone lacks, refused by name. */
static const struct bad k_bad_today[] = {
    {"--adjust name=openai-translate language=de --target o",
     "adjuster 'openai-translate' is not built into this program; see --list adjusters"},
    {"--parallel source=d --extract --adjust name=firm-adjuster customer-url=u --target "
     "o",
     "adjuster 'firm-adjuster' is not built into this program; see --list adjusters"},
    {"--adjust --target o", "--adjust needs name=A; see --list adjusters"},
    {"--adjust name --target o", "name= of --adjust needs a value: name=A"},
    {"--parallel source=d --extract --render template=t.docx --target o",
     "--render: no renderer is built into this program"},
    {"--render --target o", "--render: no renderer is built into this program"},
    {"--extract source=a name=model-extractor --target o",
     "extractor 'model-extractor' is not built into this program; see --list extractors"},
    {"--extract source=a hints=x --target o",
     "unknown key 'hints' of --extract; see --help extract"},
};

static void test_bad_today(void **state)
{
    check_bad(k_bad_today, COUNT(k_bad_today), today(state));
}

static const struct bad k_bad_full[] = {
    {"--adjust data=a.json name=firm-adjuster --target o",
     "adjuster 'firm-adjuster' needs customer-url=URL"},
    {"--adjust data=a.json name=firm-adjuster customer-url= --target o",
     "customer-url= of --adjust needs a value: customer-url=URL"},
    {"--adjust data=a.json name=firm-adjuster customer-url=a customer-url=b --target o",
     "customer-url= of --adjust is given twice"},
    {"--adjust data=a.json name=firm-adjuster customer-ulr=a --target o",
     "unknown key 'customer-ulr' of --adjust; did you mean customer-url=?"},
    {"--adjust data=a.json name=firm-adjuster customer-url=a gentl --target o",
     "unknown key 'gentl' of --adjust; did you mean gentle?"},
    {"--adjust data=a.json name=firm-adjuster customer-url=a gentle=1 --target o",
     "gentle of --adjust takes no value"},
    {"--adjust data=a.json name=firm-adjuster customer-url=a gentle gentle --target o",
     "gentle of --adjust is given twice"},
    {"--adjust data=a.json name=firm-adjusted --target o",
     "adjuster 'firm-adjusted' is not built into this program; did you mean "
     "firm-adjuster?"},
    {"--adjust data=a.json nam=plain-adjuster --target o",
     "unknown key 'nam' of --adjust; did you mean name=?"},
    {"--adjust customer-url=u --target o", "--adjust needs name=A; see --list adjusters"},
    {"--adjust data=a.json name=plain-adjuster,keep-adjuster --target o",
     "--adjust takes one adjuster; repeat --adjust for a chain"},
    {"--adjust data=a.json name=plain-adjuster openai-model=m --target o",
     "openai-model= of --adjust has no use: 'plain-adjuster' makes no API calls"},
    {"--adjust data=a.json name=plain-adjuster on-error=keep --target o",
     "unknown key 'on-error' of --adjust; see --help adjust"},
    {"--adjust name=plain-adjuster --target o",
     "--adjust needs data=FILE (or --parallel source=DIR)"},
    {"--parallel source=d --adjust name=plain-adjuster data=x --target o",
     "data= of --adjust and --parallel exclude each other: the folder is --parallel "
     "source=DIR"},
    {"--extract source=a --adjust name=plain-adjuster data=x --target o",
     "data= of --adjust is for the first stage only"},
    {"--adjust name=plain-adjuster data=x --adjust name=keep-adjuster data=y --target o",
     "data= of --adjust is for the first stage only"},
    {"--extract source=a --adjust name=plain-adjuster output=x --adjust "
     "name=keep-adjuster --target o",
     "output= is for the last --adjust only"},
    {"--render data=x --target o", "renderer 'docx-renderer' needs template=FILE.docx"},
    {"--render data=x template= --target o",
     "template= of --render needs a value: template=FILE.docx"},
    {"--render data=x tempate=t --target o",
     "unknown key 'tempate' of --render; did you mean template=?"},
    {"--render template=t name=docx-renderer data=x --target o",
     "unknown key 'name' of --render; see --help render"},
    {"--render template=t openai-model=m data=x --target o",
     "unknown key 'openai-model' of --render; see --help render"},
    {"--render template=t --target o",
     "--render needs data=FILE (or --parallel source=DIR)"},
    {"--extract source=a --render template=t data=x --target o",
     "data= of --render is for the first stage only"},
    /* the order of the steps does not follow the line */
    {"--render template=t data=x --extract source=a --target o",
     "data= of --render is for the first stage only"},
};

static void test_bad_full(void **state)
{
    check_bad(k_bad_full, COUNT(k_bad_full), full(state));
}

/* A word too long to show is cut, and the rest of the message stays. */
static void test_long_word(void **state)
{
    struct cvx_err err;
    struct cvx_cli cli;
    char word[5000];
    char *argv[] = {word, word, NULL};

    memset(word, 'x', sizeof(word));
    word[sizeof(word) - 1] = '\0';
    assert_int_equal(cvx_cli_parse(2, argv, today(state), &cli, &err), CVX_EUSAGE);
    assert_non_null(strstr(cvx_err_root(&err), "; no flag takes it"));
    /* escapes make a word longer still */
    memset(word, 0xC1, sizeof(word) - 1);
    memcpy(word, "--target=o", 10);
    char *more[] = {word, "--extract", "source=a", "--verbosity", word + 10, NULL};
    assert_int_equal(cvx_cli_parse(5, more, today(state), &cli, &err), CVX_EUSAGE);
    assert_non_null(strstr(cvx_err_root(&err), "'; it takes minimal, verbose, debug"));
    memset(word, 'x', sizeof(word) - 1);
    memcpy(word, "--", 2);
    assert_int_equal(cvx_cli_parse(2, argv, today(state), &cli, &err), CVX_EUSAGE);
    assert_non_null(strstr(cvx_err_root(&err), "; see --help"));
}

/* ---- lines that are right ---- */

static void test_defaults(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line, "--extract source=/none/a.docx --target out", today(state), &cli);
    assert_int_equal(cli.action, CVX_CLI_RUN);
    assert_string_equal(cli.run.source, "/none/a.docx");
    assert_string_equal(cli.run.target, "out");
    assert_false(cli.run.parallel);
    assert_int_equal(cli.run.n, 0);
    assert_null(cli.run.file_type);
    assert_false(cli.run.inputs_given);
    assert_int_equal(cli.run.n_inputs, 0);
    assert_false(cli.run.skip_all_verify);
    assert_int_equal(cli.run.fail_on, CVX_FAIL_ON_ALL);
    assert_int_equal(cli.run.cpu_threads, 0);
    assert_int_equal(cli.run.grace_s, 30);
    assert_int_equal(cli.verbosity, CVX_MINIMAL);
    assert_false(cli.no_progress || cli.ascii);
    assert_null(cli.log_file);
    assert_null(cli.log_failed);
    assert_null(cli.rerun_failed);
    assert_null(cli.summary_json);
    assert_false(cli.run.dry_run || cli.run.debug_external || cli.calls);
    assert_null(cli.run.api); /* main's */
    assert_int_equal(cli.run.n_steps, 1);
    assert_int_equal(cli.run.steps[0].kind, CVX_EXTRACTOR);
    assert_int_equal(cli.run.steps[0].n_names, 0);
    assert_int_equal(cli.run.steps[0].n_params, 0);
    assert_int_equal(cli.run.steps[0].n_verifiers, 0);
    assert_false(cli.run.steps[0].skip_verify);
    assert_null(cli.run.steps[0].output);
    cvx_cli_done(&cli);
    assert_null(cli.memory);
    cvx_cli_done(&cli);
    cvx_cli_done(NULL);
}

static void test_options(void **state)
{
    static const char *const forms[] = {
        "--target out --no-progress --ascii --ascii --grace 0 --log-file=l "
        "--skip-all-verify "
        "--log-failed f --rerun-failed=r --fail-on any --cpu-threads 1024 --verbosity "
        "verbose --dry-run --debug-external --summary-json - --parallel source=d "
        "n=1000000 file-type=*.txt --extract",
        "--summary-json=- --debug-external --dry-run --dry-run "
        "--extract --parallel n=1000000 file-type=*.txt source=d --verbosity=verbose "
        "--cpu-threads=1024 --fail-on=any --rerun-failed r --log-failed=f "
        "--skip-all-verify --log-file l --grace=00 --ascii --no-progress --target=out",
    };

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct cvx_cli cli;
        struct line line;

        parse_ok(&line, forms[i], today(state), &cli);
        assert_true(cli.no_progress && cli.ascii && cli.run.skip_all_verify);
        assert_int_equal(cli.run.grace_s, 0);
        assert_int_equal(cli.run.cpu_threads, 1024);
        assert_int_equal(cli.run.fail_on, CVX_FAIL_ON_ANY);
        assert_int_equal(cli.verbosity, CVX_VERBOSE);
        assert_string_equal(cli.log_file, "l");
        assert_string_equal(cli.log_failed, "f");
        assert_string_equal(cli.summary_json, "-");
        assert_true(cli.run.dry_run && cli.run.debug_external);
        assert_string_equal(cli.rerun_failed, "r");
        assert_true(cli.run.parallel);
        assert_string_equal(cli.run.source, "d");
        assert_string_equal(cli.run.target, "out");
        assert_string_equal(cli.run.file_type, "*.txt");
        assert_int_equal(cli.run.n, 1000000);
        cvx_cli_done(&cli);
    }
}

/* Whether the run makes calls; --openai for those that do. */
static void test_calls(void **state)
{
    static const struct {
        const char *line;
        bool calls, n_given;
    } cases[] = {
        {"--extract source=a", false, false},
        {"--extract source=a name=model-extractor", true, false},
        {"--parallel source=d n=4 --extract "
         "name=default-docx-cv-extractor,model-extractor",
         true, true},
        {"--parallel source=d n=auto --extract --adjust name=firm-adjuster "
         "customer-url=u",
         true, false},
        {"--parallel source=d n=4 --extract --adjust name=plain-adjuster", false, true},
        {"--extract source=a verifier=cv-schema-verifier", false, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_cli cli;
        struct line line;
        char text[256];

        (void)snprintf(text, sizeof(text), "%s --target o%s", cases[i].line,
                       cases[i].calls ? " --openai=rpm=480 retries=0 http1.1" : "");
        parse_ok(&line, text, full(state), &cli);
        assert_int_equal(cli.calls, cases[i].calls);
        assert_int_equal(cli.api.n_given, cases[i].n_given);
        assert_true(cli.api.rpm == (cases[i].calls ? 480 : 0));
        assert_int_equal(cli.api.retries, cases[i].calls ? 0 : 7);
        assert_int_equal(cli.api.http11, cases[i].calls);
        assert_true(cli.api.cache);
        cvx_cli_done(&cli);
    }
}

static void test_verbosity(void **state)
{
    static const struct {
        const char *words;
        enum cvx_verbosity want;
    } cases[] = {
        {"--debug", CVX_DEBUG},
        {"--verbosity debug --verbosity minimal", CVX_MINIMAL},
        {"--debug --verbosity=verbose", CVX_VERBOSE},
        {"--verbosity verbose --debug", CVX_DEBUG},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_cli cli;
        struct line line;
        char text[200];

        (void)snprintf(text, sizeof(text), "%s" OK_END, cases[i].words);
        parse_ok(&line, text, today(state), &cli);
        assert_int_equal(cli.verbosity, cases[i].want);
        cvx_cli_done(&cli);
    }
}

static void test_small_values(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line, "--fail-on never --grace 86400 --cpu-threads 1" OK_END, today(state),
             &cli);
    assert_int_equal(cli.run.fail_on, CVX_FAIL_ON_NEVER);
    assert_int_equal(cli.run.grace_s, 86400);
    assert_int_equal(cli.run.cpu_threads, 1);
    cvx_cli_done(&cli);
    parse_ok(&line, "--parallel source=d n=auto --extract --target o --fail-on all",
             today(state), &cli);
    assert_int_equal(cli.run.n, 0);
    assert_int_equal(cli.run.fail_on, CVX_FAIL_ON_ALL);
    cvx_cli_done(&cli);
    parse_ok(&line, "--parallel source=d n=1 --extract --target o", today(state), &cli);
    assert_int_equal(cli.run.n, 1);
    cvx_cli_done(&cli);
}

/* Blanks, further '=' and bytes of any kind reach the options as they were typed; a word is
 * borrowed, not copied. */
static void test_values_kept(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line,
             "--extract=source=my_cv_=_a=b\xFF.docx output=-x --target=-=- --log-file -",
             today(state), &cli);
    assert_string_equal(cli.run.source, "my cv = a=b\xFF.docx");
    assert_ptr_equal(cli.run.source, line.argv[1] + strlen("--extract=source="));
    assert_string_equal(cli.run.steps[0].output, "-x");
    assert_string_equal(cli.run.target, "-=-");
    assert_string_equal(cli.log_file, "-");
    cvx_cli_done(&cli);
}

static void test_lists(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line,
             "--parallel source=d --target o --extract "
             "name=model-extractor,default-docx-cv-extractor skip-verify hints= "
             "openai-model=m-1",
             full(state), &cli);
    const struct cvx_step_options *step = &cli.run.steps[0];
    assert_int_equal(step->n_names, 2);
    assert_string_equal(step->names[0], "model-extractor");
    assert_string_equal(step->names[1], "default-docx-cv-extractor");
    assert_true(step->skip_verify);
    assert_int_equal(step->n_params, 2);
    assert_string_equal(step->params[0].key, "hints");
    assert_string_equal(step->params[0].value, "");
    assert_string_equal(step->params[1].key, "openai-model");
    assert_string_equal(step->params[1].value, "m-1");
    cvx_cli_done(&cli);

    parse_ok(&line,
             "--parallel source=d --target o --extract "
             "verifier=default-extract-verifier,cv-schema-verifier",
             today(state), &cli);
    step = &cli.run.steps[0];
    assert_int_equal(step->n_verifiers, 2);
    assert_string_equal(step->verifiers[0], "default-extract-verifier");
    assert_string_equal(step->verifiers[1], "cv-schema-verifier");
    cvx_cli_done(&cli);
}

/* Steps run in their own order, chains in that of the line, wherever the flags stand. */
static void test_pipeline(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(
        &line,
        "--render template=t.docx verifier=roundtrip-verifier --adjust "
        "name=keep-adjuster on-error=stop --target o --adjust gentle "
        "customer-url=http://h/?a=b name=firm-adjuster output=x skip-verify --extract "
        "source=a",
        full(state), &cli);
    const struct cvx_step_options *steps = cli.run.steps;
    assert_int_equal(cli.run.n_steps, 4);
    assert_int_equal(steps[0].kind, CVX_EXTRACTOR);
    assert_int_equal(steps[1].kind, CVX_ADJUSTER);
    assert_string_equal(steps[1].names[0], "keep-adjuster");
    /* a stage that has the key itself takes it */
    assert_string_equal(steps[1].params[0].key, "on-error");
    assert_string_equal(steps[1].params[0].value, "stop");
    assert_string_equal(steps[2].names[0], "firm-adjuster");
    assert_int_equal(steps[2].n_params, 2);
    assert_string_equal(steps[2].params[0].key, "gentle");
    assert_null(steps[2].params[0].value);
    assert_string_equal(steps[2].params[1].value, "http://h/?a=b");
    assert_string_equal(steps[2].output, "x");
    assert_true(steps[2].skip_verify);
    assert_int_equal(steps[3].kind, CVX_RENDERER);
    assert_int_equal(steps[3].n_names, 0);
    assert_string_equal(steps[3].params[0].value, "t.docx");
    assert_string_equal(steps[3].verifiers[0], "roundtrip-verifier");
    assert_string_equal(cli.run.source, "a");
    cvx_cli_done(&cli);
}

static void test_without_extract(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line, "--adjust name=plain-adjuster data=/none/a.json --target o",
             full(state), &cli);
    assert_string_equal(cli.run.source, "/none/a.json");
    assert_null(cli.run.file_type); /* the run knows what the first step reads */
    assert_false(cli.run.parallel);
    cvx_cli_done(&cli);
    parse_ok(&line, "--render template=t --parallel source=d --target o", full(state),
             &cli);
    assert_true(cli.run.parallel);
    assert_string_equal(cli.run.source, "d");
    cvx_cli_done(&cli);
}

static void test_folder(void **state)
{
    static const char *const forms[] = {
        "--extract source=%s --target o",
        "--extract source=%s --target o --rerun-failed list",
        "--adjust data=%s name=plain-adjuster --target o",
        "--render data=%s template=t --target o",
    };
    const char *base = getenv("TMPDIR");
    char dir[256], text[512];

    /* No '_' in the template: the lines of this test show blanks so. */
    (void)snprintf(dir, sizeof(dir), "%s/cvx-cli-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < COUNT(forms) && !strchr(dir, '_'); i++) {
        struct cvx_cli cli;
        struct line line;
        size_t hole = strcspn(forms[i], "%");

        (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)hole, forms[i], dir,
                       forms[i] + hole + 2);
        parse_ok(&line, text, full(state), &cli);
        assert_true(cli.run.parallel);
        assert_int_equal(cli.run.n, 0);
        assert_string_equal(cli.run.source, dir);
        cvx_cli_done(&cli);
    }
    assert_int_equal(rmdir(dir), 0);
}

static void test_rerun_without_source(void **state)
{
    struct cvx_cli cli;
    struct line line;

    parse_ok(&line, "--parallel --rerun-failed list --extract --target o", today(state),
             &cli);
    assert_true(cli.run.parallel);
    assert_null(cli.run.source);
    assert_string_equal(cli.rerun_failed, "list");
    cvx_cli_done(&cli);
}

static void test_actions(void **state)
{
    static const struct {
        const char *line;
        enum cvx_cli_action action;
        const char *topic;
        int kind;
    } cases[] = {
        {"--help", CVX_CLI_HELP, "", -1},
        {"-h", CVX_CLI_HELP, "", -1},
        {"--help=", CVX_CLI_HELP, "", -1},
        {"--help extract", CVX_CLI_HELP, "extract", -1},
        {"-h cv-schema-verifier", CVX_CLI_HELP, "cv-schema-verifier", -1},
        {"--help=parallel", CVX_CLI_HELP, "parallel", -1},
        {"--help=--parallel", CVX_CLI_HELP, "parallel", -1},
        {"--help --extract", CVX_CLI_HELP, "", -1},
        {"--extract --help source=a", CVX_CLI_HELP, "", -1},
        {"--help --help extract", CVX_CLI_HELP, "", -1},
        {"--help ''", CVX_CLI_HELP, "", -1},
        /* wins over every error */
        {"--frobnicate --help", CVX_CLI_HELP, "", -1},
        {"--resume stray -- --grace x --help", CVX_CLI_HELP, "", -1},
        {"--openai --help openai", CVX_CLI_HELP, "openai", -1},
        {"--target --help", CVX_CLI_HELP, "", -1},
        {"--extract nonsense -h", CVX_CLI_HELP, "", -1},
        {"--version --help", CVX_CLI_HELP, "", -1},
        {"--version", CVX_CLI_VERSION, "", -1},
        {"--ascii --version --list", CVX_CLI_VERSION, "", -1},
        {"--list --version", CVX_CLI_VERSION, "", -1},
        {"--list", CVX_CLI_LIST, "", -1},
        {"--list --ascii", CVX_CLI_LIST, "", -1},
        {"--list extractors", CVX_CLI_LIST, "", CVX_EXTRACTOR},
        {"--list=adjusters", CVX_CLI_LIST, "", CVX_ADJUSTER},
        {"--list renderers --target o", CVX_CLI_LIST, "", CVX_RENDERER},
        {"--list verifiers", CVX_CLI_LIST, "", CVX_VERIFIER},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_cli cli;
        struct line line;

        parse_ok(&line, cases[i].line, today(state), &cli);
        assert_int_equal(cli.action, cases[i].action);
        assert_string_equal(cli.help_topic, cases[i].topic);
        assert_int_equal(cli.list_kind, cases[i].kind);
        cvx_cli_done(&cli);
    }
}

static void test_no_argv(void **state)
{
    char *argv[] = {NULL};
    struct cvx_err err;
    struct cvx_cli cli;

    assert_int_equal(cvx_cli_parse(0, argv, today(state), &cli, &err), CVX_EUSAGE);
}

/* ---- the parts ---- */

static void test_near(void **state)
{
    static const struct {
        const char *typed, *candidate;
        bool near;
    } cases[] = {
        {"targt", "target", true},
        {"tagret", "target", true},
        {"taaaet", "target", true},
        {"tarbets", "target", true},
        {"trgtes", "target", false},
        {"TARGET", "target", true},
        {"x", "n", false},
        {"nn", "n", true},
        {"ab", "n", false},
        {"lits", "list", true},
        {"last", "list", true},
        {"fist", "lost", false},
        {"", "list", false},
        {"ver", "verbosity", true},
        {"ve", "verbosity", false},
        {"type", "file-type", true},
        {"yp", "file-type", false},
        {"ype", "file-type", false},
        {"file-types", "type", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_cli_near search = {.typed = cases[i].typed,
                                      .len = strlen(cases[i].typed)};

        cvx_cli_near_consider(&search, cases[i].candidate);
        if ((search.best != NULL) != cases[i].near)
            fail_msg("'%s' and '%s'", cases[i].typed, cases[i].candidate);
    }
}

/* The nearest wins whatever the order; of equals the first; a real miss beats a beginning. */
static void test_near_order(void **state)
{
    struct cvx_cli_near search = {.typed = "lost", .len = 4};

    (void)state;
    cvx_cli_near_consider(&search, "lost-and-found");
    assert_string_equal(search.best, "lost-and-found");
    cvx_cli_near_consider(&search, "list");
    assert_string_equal(search.best, "list");
    cvx_cli_near_consider(&search, "last");
    assert_string_equal(search.best, "list");
    cvx_cli_near_consider(&search, "LOST");
    assert_string_equal(search.best, "LOST");
}

/* The table must leave room for each flag's own keys, and say something on all it shows. */
static void test_table(void **state)
{
    (void)state;
    for (int id = 0; id < CVX_CLI_FLAGS; id++) {
        const struct cvx_cli_flag *flag = cvx_cli_flags_at((enum cvx_cli_flag_id)id);
        size_t n = 0;

        assert_non_null(flag->name);
        assert_int_equal(flag->help != NULL, id < CVX_CLI_BUILT);
        assert_int_equal(flag->keys != NULL,
                         flag->takes == CVX_CLI_WORDS && id != CVX_CLI_OPENAI);
        while (flag->keys && flag->keys[n].key)
            n++;
        assert_true(n <= CVX_CLI_KEYS_MAX);
    }
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
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_today),
        cmocka_unit_test(test_bad_full),
        cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_verbosity),
        cmocka_unit_test(test_small_values),
        cmocka_unit_test(test_values_kept),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_pipeline),
        cmocka_unit_test(test_without_extract),
        cmocka_unit_test(test_folder),
        cmocka_unit_test(test_rerun_without_source),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_no_argv),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_near_order),
        cmocka_unit_test(test_table),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
