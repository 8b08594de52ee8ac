/* Memory running out at each allocation of the command line: CVX_ENOMEM, nothing leaked
 * (ASan), nothing written; also where the line is wrong as well. */
#include "torture.h"

#include <string.h>

#include <cvextract/buf.h>

#include "cli.h"
#include "cli_stages.h"
#include "settings.h"

static const struct cvx_registry *registry_of(struct cvx_registry *set)
{
    static struct cvx_registry *kept; /* the bodies take no argument */

    if (set)
        kept = set;
    return kept;
}

static int parse(int argc, char *const *argv)
{
    struct cvx_cli cli, before;
    struct cvx_err err;

    memset(&cli, 0x5A, sizeof(cli));
    memcpy(&before, &cli, sizeof(cli));
    int rc = cvx_cli_parse(argc, argv, registry_of(NULL), &cli, &err);
    if (rc == CVX_OK) {
        cvx_cli_done(&cli);
        return rc;
    }
    assert_int_equal(err.rc, rc);
    assert_memory_equal(&cli, &before, sizeof(cli));
    return rc;
}

static int parse_right(void)
{
    static char *const argv[] = {"cvextract",
                                 "--parallel",
                                 "source=d",
                                 "n=3",
                                 "--extract",
                                 "name=default-docx-cv-extractor,model-extractor",
                                 "verifier=cv-schema-verifier,default-extract-verifier",
                                 "--adjust",
                                 "name=firm-adjuster",
                                 "customer-url=u",
                                 "--adjust",
                                 "name=plain-adjuster",
                                 "output=x",
                                 "--render",
                                 "template=t",
                                 "verifier=roundtrip-verifier",
                                 "--target",
                                 "o",
                                 "--verbosity",
                                 "debug",
                                 "--openai",
                                 "rpm=480",
                                 "cache=off"};

    return parse((int)(sizeof(argv) / sizeof(argv[0])), argv);
}

/* The wording of the error needs memory too; CVX_OK stands for the error that is right. */
static int usage(int rc)
{
    return rc == CVX_EUSAGE ? CVX_OK : rc;
}

static int parse_unknown_flag(void)
{
    static char *const argv[] = {"cvextract", "--targt", "o"};

    return usage(parse(3, argv));
}

static int parse_late_fault(void)
{
    static char *const argv[] = {
        "cvextract",          "--extract",      "source=a", "--adjust",
        "name=firm-adjuster", "customer-url=u", "--render", "template=t",
        "verifier=nonesuch",  "--target",       "o"};

    return usage(parse((int)(sizeof(argv) / sizeof(argv[0])), argv));
}

static int parse_knob_fault(void)
{
    static char *const argv[] = {"cvextract", "--extract", "name=model-extractor",
                                 "source=a",  "--target",  "o",
                                 "--openai",  "rpm=many"};

    return usage(parse((int)(sizeof(argv) / sizeof(argv[0])), argv));
}

static const char *look(const void *arg, const char *name)
{
    const char *const *env = arg;

    for (size_t i = 0; env[i]; i += 2)
        if (strcmp(env[i], name) == 0)
            return env[i + 1];
    return NULL;
}

static int make_settings(const char *const *env)
{
    struct cvx_api_options knobs = cvx_api_defaults();
    struct cvx_settings *settings = NULL;
    struct cvx_err err;
    int rc;

    knobs.ca_file = "/dev/null";
    rc = cvx_settings_new(
        &(struct cvx_settings_request){
            .knobs = &knobs, .sends = true, .lookup = look, .arg = env},
        &settings, &err);
    if (rc) {
        assert_int_equal(err.rc, rc);
        assert_null(settings);
    }
    cvx_settings_free(settings);
    return rc;
}

static int settings_openai(void)
{
    static const char *const env[] = {"OPENAI_BASE_URL",
                                      "http://models.example/v1",
                                      "OPENAI_API_KEY",
                                      "k",
                                      "OPENAI_ORG_ID",
                                      "o",
                                      "OPENAI_PROJECT_ID",
                                      "p",
                                      "OPENAI_MODEL",
                                      "m",
                                      NULL};

    return make_settings(env);
}

static int settings_azure(void)
{
    static const char *const env[] = {"AZURE_OPENAI_ENDPOINT",
                                      "https://r.openai.azure.com",
                                      "AZURE_OPENAI_API_KEY",
                                      "k",
                                      "OPENAI_API_VERSION",
                                      "1",
                                      NULL};

    return make_settings(env);
}

static int settings_wrong(void)
{
    static const char *const env[] = {"OPENAI_BASE_URL", "models.example", NULL};

    return usage(make_settings(env));
}

static int help_openai(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = cvx_cli_help(registry_of(NULL), "openai", &buf, &err);

    cvx_buf_done(&buf);
    return rc;
}

static int help_whole(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = cvx_cli_help(registry_of(NULL), NULL, &buf, &err);

    cvx_buf_done(&buf);
    return rc;
}

static int help_no_topic(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = usage(cvx_cli_help(registry_of(NULL), "nonesuch", &buf, &err));

    cvx_buf_done(&buf);
    return rc;
}

static int list_all(void)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    struct cvx_err err;

    cvx_cli_list(registry_of(NULL), -1, false, &buf);
    int rc = cvx_buf_check(&buf, &err);
    cvx_buf_done(&buf);
    return rc;
}

static void test_parse(void **state)
{
    (void)state;
    torture(parse_right);
    torture(parse_unknown_flag);
    torture(parse_late_fault);
    torture(parse_knob_fault);
}

static void test_settings(void **state)
{
    (void)state;
    torture(settings_openai);
    torture(settings_azure);
    torture(settings_wrong);
}

static void test_texts(void **state)
{
    (void)state;
    torture(help_whole);
    torture(help_openai);
    torture(help_no_topic);
    torture(list_all);
}

static int setup(void **state)
{
    *state = cli_stages_new(CLI_STAGES_ALL);
    (void)registry_of(*state);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    cvx_registry_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
