/* The settings of API calls: which server, which key, which certificates; what is told of
 * them, and that a key never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <scratch.h>

#include "settings.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEY "sk-never-to-be-shown"
#define AZURE_KEY "az-never-to-be-shown"
#define ALL_MAX 12

/* An environment: "NAME=value" texts, ending with NULL. */
struct surroundings {
    const char *all[ALL_MAX];
};

static const char *look(const void *arg, const char *name)
{
    const struct surroundings *env = arg;
    size_t len = strlen(name);

    for (size_t i = 0; i < ALL_MAX && env->all[i]; i++)
        if (strncmp(env->all[i], name, len) == 0 && env->all[i][len] == '=')
            return env->all[i] + len + 1;
    return NULL;
}

static int make(const struct surroundings *env, bool sends, const char *ca,
                struct cvx_settings **ret, struct cvx_err *err)
{
    struct cvx_api_options knobs = cvx_api_defaults();
    const struct cvx_settings_request request = {
        .knobs = &knobs, .sends = sends, .lookup = look, .arg = env};

    knobs.ca_file = ca;
    knobs.rpm = 480;
    cvx_err_init(err);
    return cvx_settings_new(&request, ret, err);
}

static struct cvx_settings *make_ok(const struct surroundings *env, const char *ca)
{
    struct cvx_settings *settings = NULL;
    struct cvx_err err;

    if (make(env, true, ca, &settings, &err) != CVX_OK)
        fail_msg("%s: %s", env->all[0], cvx_err_root(&err));
    return settings;
}

static void assert_same(const char *text, const char *want)
{
    if (want)
        assert_string_equal(text, want);
    else
        assert_null(text);
}

static void test_servers(void **state)
{
    static const struct {
        struct surroundings env;
        enum cvx_api_dialect dialect;
        const char *url, *key, *version, *told;
    } cases[] = {
        {{{"OPENAI_API_KEY=" KEY}},
         CVX_API_OPENAI,
         "https://api.openai.com/v1",
         KEY,
         NULL,
         "API calls go to https://api.openai.com/v1 (OpenAI's own), with the key of "
         "OPENAI_API_KEY"},
        /* with or without a slash at the end; without a key where nobody asks for one */
        {{{"OPENAI_BASE_URL=http://127.0.0.1:8080/v1"}},
         CVX_API_OPENAI,
         "http://127.0.0.1:8080/v1",
         NULL,
         NULL,
         "API calls go to http://127.0.0.1:8080/v1 (OPENAI_BASE_URL), without a key"},
        {{{"OPENAI_BASE_URL=http://127.0.0.1:8080/v1//", "OPENAI_API_KEY=" KEY}},
         CVX_API_OPENAI,
         "http://127.0.0.1:8080/v1",
         KEY,
         NULL,
         "API calls go to http://127.0.0.1:8080/v1 (OPENAI_BASE_URL), with the key of "
         "OPENAI_API_KEY"},
        {{{"OPENAI_BASE_URL=https://models.example", "OPENAI_API_KEY="}},
         CVX_API_OPENAI,
         "https://models.example",
         NULL,
         NULL,
         "API calls go to https://models.example (OPENAI_BASE_URL), without a key"},
        /* it wins over Azure's, and takes OpenAI's key alone */
        {{{"OPENAI_BASE_URL=https://models.example/v1", "AZURE_OPENAI_API_KEY=" AZURE_KEY,
           "AZURE_OPENAI_ENDPOINT=https://r.openai.azure.com",
           "OPENAI_API_VERSION=2024-10-21"}},
         CVX_API_OPENAI,
         "https://models.example/v1",
         NULL,
         NULL,
         "API calls go to https://models.example/v1 (OPENAI_BASE_URL), without a key"},
        /* an empty value counts as not set */
        {{{"OPENAI_BASE_URL=", "AZURE_OPENAI_API_KEY=" AZURE_KEY, "OPENAI_API_KEY=" KEY,
           "AZURE_OPENAI_ENDPOINT=https://r.openai.azure.com/", "OPENAI_API_VERSION="}},
         CVX_API_AZURE_V1,
         "https://r.openai.azure.com/openai/v1",
         AZURE_KEY,
         NULL,
         "API calls go to https://r.openai.azure.com/openai/v1 (Azure v1, "
         "AZURE_OPENAI_ENDPOINT), with the key of AZURE_OPENAI_API_KEY"},
        {{{"AZURE_OPENAI_ENDPOINT=https://r.openai.azure.com/openai/v1/",
           "AZURE_OPENAI_API_KEY=" AZURE_KEY}},
         CVX_API_AZURE_V1,
         "https://r.openai.azure.com/openai/v1",
         AZURE_KEY,
         NULL,
         "API calls go to https://r.openai.azure.com/openai/v1 (Azure v1, "
         "AZURE_OPENAI_ENDPOINT), with the key of AZURE_OPENAI_API_KEY"},
        {{{"AZURE_OPENAI_ENDPOINT=https://r.openai.azure.com/",
           "AZURE_OPENAI_API_KEY=" AZURE_KEY, "OPENAI_API_VERSION=2024-10-21"}},
         CVX_API_AZURE_CLASSIC,
         "https://r.openai.azure.com",
         AZURE_KEY,
         "2024-10-21",
         "API calls go to https://r.openai.azure.com (Azure, AZURE_OPENAI_ENDPOINT), "
         "with the key of AZURE_OPENAI_API_KEY"},
        /* what may be a password is not shown */
        {{{"OPENAI_BASE_URL=https://me:hush@models.example/v1"}},
         CVX_API_OPENAI,
         "https://me:hush@models.example/v1",
         NULL,
         NULL,
         "API calls go to https://models.example/v1 (OPENAI_BASE_URL), without a key"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_settings *settings = make_ok(&cases[i].env, NULL);
        const struct cvx_api_options *api = cvx_settings_api(settings);
        const struct cvx_log *log = cvx_settings_log(settings);

        assert_int_equal(api->dialect, cases[i].dialect);
        assert_same(api->base_url, cases[i].url);
        assert_same(api->key, cases[i].key);
        assert_same(api->api_version, cases[i].version);
        assert_true(api->rpm == 480 && api->timeout_s == 120);
        assert_non_null(log->first);
        assert_null(log->first->next);
        assert_int_equal(log->first->level, CVX_LEVEL_INFO);
        assert_string_equal(log->first->text, cases[i].told);
        cvx_settings_free(settings);
    }
}

#define NO_URL(name) name " is no URL of the form https://HOST/PATH"
#define ODD(name)                                                                        \
    name " holds a character that it cannot have: look for blanks and line ends"
#define NEEDED(name, url) name " is not set: a stage of this run calls the API at " url

static void test_bad(void **state)
{
    static const struct {
        struct surroundings env;
        const char *message;
    } cases[] = {
        /* no key where one is needed: OpenAI's and Azure's servers, however they are named */
        {{{"PATH=x"}}, NEEDED("OPENAI_API_KEY", "https://api.openai.com/v1")},
        {{{"OPENAI_API_KEY=", "AZURE_OPENAI_API_KEY=" AZURE_KEY}},
         NEEDED("OPENAI_API_KEY", "https://api.openai.com/v1")},
        {{{"OPENAI_BASE_URL=https://API.openai.com./v1"}},
         NEEDED("OPENAI_API_KEY", "https://API.openai.com./v1")},
        {{{"OPENAI_BASE_URL=https://eu.api.openai.com/v1"}},
         NEEDED("OPENAI_API_KEY", "https://eu.api.openai.com/v1")},
        {{{"OPENAI_BASE_URL=https://r.openai.azure.com/openai/v1"}},
         NEEDED("OPENAI_API_KEY", "https://r.openai.azure.com/openai/v1")},
        {{{"AZURE_OPENAI_ENDPOINT=http://127.0.0.1:9", "OPENAI_API_KEY=" KEY}},
         NEEDED("AZURE_OPENAI_API_KEY", "http://127.0.0.1:9/openai/v1")},
        /* no URL */
        {{{"OPENAI_BASE_URL=api.openai.com/v1"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=" KEY}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=https://"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=https:///v1"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=ftp://h/v1"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=file:///etc/passwd"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=http://h:port/v1"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=http://two words/v1"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"OPENAI_BASE_URL=http://h/v1\r\nX: y"}}, NO_URL("OPENAI_BASE_URL")},
        {{{"AZURE_OPENAI_ENDPOINT=r.openai.azure.com"}}, NO_URL("AZURE_OPENAI_ENDPOINT")},
        {{{"OPENAI_BASE_URL=http://h/v1?key=" KEY}},
         "OPENAI_BASE_URL has a '?' or '#': it ends with the path, as in "
         "https://api.openai.com/v1"},
        {{{"OPENAI_BASE_URL=http://h/v1#x"}},
         "OPENAI_BASE_URL has a '?' or '#': it ends with the path, as in "
         "https://api.openai.com/v1"},
        /* what would break a header or a path */
        {{{"OPENAI_API_KEY=" KEY "\n"}}, ODD("OPENAI_API_KEY")},
        {{{"OPENAI_API_KEY=" KEY "\r\nHost: h"}}, ODD("OPENAI_API_KEY")},
        {{{"OPENAI_API_KEY= " KEY}}, ODD("OPENAI_API_KEY")},
        {{{"OPENAI_API_KEY=“" KEY "”"}}, ODD("OPENAI_API_KEY")},
        {{{"OPENAI_API_KEY=" KEY, "OPENAI_ORG_ID=a\nb"}}, ODD("OPENAI_ORG_ID")},
        {{{"OPENAI_API_KEY=" KEY, "OPENAI_PROJECT_ID=a b"}}, ODD("OPENAI_PROJECT_ID")},
        {{{"OPENAI_API_KEY=" KEY, "OPENAI_MODEL=m\033"}}, ODD("OPENAI_MODEL")},
        {{{"AZURE_OPENAI_ENDPOINT=https://h", "AZURE_OPENAI_API_KEY=" AZURE_KEY,
           "OPENAI_API_VERSION=2024&x=1"}},
         ODD("OPENAI_API_VERSION")},
        /* certificates */
        {{{"OPENAI_API_KEY=" KEY, "CURL_CA_BUNDLE=/nonexistent/ca.pem"}},
         "CURL_CA_BUNDLE: cannot read '/nonexistent/ca.pem': No such file or directory"},
        {{{"OPENAI_API_KEY=" KEY, "SSL_CERT_FILE=/nonexistent/ca.pem"}},
         "SSL_CERT_FILE: cannot read '/nonexistent/ca.pem': No such file or directory"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_settings *settings = NULL;
        struct cvx_err err;

        if (make(&cases[i].env, true, NULL, &settings, &err) != CVX_EUSAGE)
            fail_msg("%s was taken", cases[i].env.all[0]);
        assert_null(settings);
        assert_string_equal(cvx_err_root(&err), cases[i].message);
        assert_null(strstr(cvx_err_root(&err), "never-to-be-shown"));
    }
}

/* What sends nothing needs no key. */
static void test_nothing_sent(void **state)
{
    static const struct surroundings none = {{"PATH=x"}};
    struct cvx_settings *settings = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(make(&none, false, NULL, &settings, &err), CVX_OK);
    assert_null(cvx_settings_api(settings)->key);
    cvx_settings_free(settings);
    cvx_settings_free(NULL);
}

static void test_headers(void **state)
{
    static const struct surroundings openai = {
        {"OPENAI_API_KEY=" KEY, "OPENAI_ORG_ID=org-1", "OPENAI_PROJECT_ID=proj_2",
         "OPENAI_MODEL=team/model:3 b", "OPENAI_API_VERSION=1"}};
    static const struct surroundings azure = {
        {"AZURE_OPENAI_ENDPOINT=https://h", "AZURE_OPENAI_API_KEY=" AZURE_KEY,
         "OPENAI_ORG_ID=org-1", "OPENAI_PROJECT_ID=proj_2"}};
    struct cvx_settings *settings = make_ok(&openai, NULL);
    const struct cvx_api_options *api = cvx_settings_api(settings);

    (void)state;
    assert_string_equal(api->organization, "org-1");
    assert_string_equal(api->project, "proj_2");
    assert_string_equal(api->model, "team/model:3 b");
    assert_null(api->api_version);
    cvx_settings_free(settings);
    /* OpenAI's alone. */
    settings = make_ok(&azure, NULL);
    assert_null(cvx_settings_api(settings)->organization);
    assert_null(cvx_settings_api(settings)->project);
    assert_null(cvx_settings_api(settings)->model);
    cvx_settings_free(settings);
}

static void test_unencrypted(void **state)
{
    static const struct {
        const char *url;
        const char *host; /* NULL = no warning */
    } cases[] = {
        {"OPENAI_BASE_URL=http://models.example/v1", "models.example"},
        {"OPENAI_BASE_URL=http://127.0.0.1.example/v1", "127.0.0.1.example"},
        {"OPENAI_BASE_URL=http://localhost.example/v1", "localhost.example"},
        {"OPENAI_BASE_URL=http://notlocalhost/v1", "notlocalhost"},
        {"OPENAI_BASE_URL=http://10.0.0.1/v1", "10.0.0.1"},
        {"OPENAI_BASE_URL=http://[fe80::1]/v1", "[fe80::1]"},
        {"OPENAI_BASE_URL=http://127.0.0.1@models.example/v1", "models.example"},
        {"OPENAI_BASE_URL=HTTP://models.example/v1", "models.example"},
        {"OPENAI_BASE_URL=https://models.example/v1", NULL},
        {"OPENAI_BASE_URL=http://127.0.0.1:8080/v1", NULL},
        {"OPENAI_BASE_URL=http://127.9.9.9/v1", NULL},
        {"OPENAI_BASE_URL=http://LocalHost:1/v1", NULL},
        {"OPENAI_BASE_URL=http://a.localhost/v1", NULL},
        {"OPENAI_BASE_URL=http://[::1]:1/v1", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct surroundings env = {{cases[i].url, "OPENAI_API_KEY=" KEY}};
        const struct surroundings no_key = {{cases[i].url}};
        struct cvx_settings *settings = make_ok(&env, NULL);
        const struct cvx_log_record *r = cvx_settings_log(settings)->first->next;
        char want[256];

        if ((r != NULL) != (cases[i].host != NULL))
            fail_msg("%s", cases[i].url);
        if (r) {
            (void)snprintf(want, sizeof(want),
                           "OPENAI_API_KEY goes to %s unencrypted: use https:// if that "
                           "server has it",
                           cases[i].host);
            assert_int_equal(r->level, CVX_LEVEL_WARNING);
            assert_string_equal(r->text, want);
            assert_null(r->next);
        }
        cvx_settings_free(settings);
        settings = make_ok(&no_key, NULL);
        assert_null(cvx_settings_log(settings)->first->next);
        cvx_settings_free(settings);
    }
}

/* ca= before CURL_CA_BUNDLE before SSL_CERT_FILE and SSL_CERT_DIR; files and folders. */
static void test_certificates(void **state)
{
    static const struct {
        bool ca, bundle, file, folder, ca_is_folder;
        const char *want_file, *want_path; /* names in the scratch folder */
    } cases[] = {
        {false, false, false, false, false, NULL, NULL},
        {true, true, true, true, false, "ca.pem", NULL},
        {true, true, false, false, true, NULL, "certs"},
        {false, true, true, true, false, "bundle.pem", NULL},
        {false, false, true, true, false, "file.pem", "certs"},
        {false, false, true, false, false, "file.pem", NULL},
        {false, false, false, true, false, NULL, "certs"},
    };
    static const char *const names[] = {"ca.pem", "bundle.pem", "file.pem"};
    struct scratch scratch;
    char paths[3][512], folder[512], vars[3][600];

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < 3; i++) {
        scratch_write(&scratch, names[i], "x", 1);
        scratch_path(&scratch, names[i], paths[i], sizeof(paths[i]));
    }
    scratch_write(&scratch, "certs/x", "x", 1);
    scratch_path(&scratch, "certs", folder, sizeof(folder));
    (void)snprintf(vars[0], sizeof(vars[0]), "CURL_CA_BUNDLE=%s", paths[1]);
    (void)snprintf(vars[1], sizeof(vars[1]), "SSL_CERT_FILE=%s", paths[2]);
    (void)snprintf(vars[2], sizeof(vars[2]), "SSL_CERT_DIR=%s", folder);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct surroundings env = {{"OPENAI_API_KEY=" KEY, "A=1", "B=2", "C=3"}};
        const char *ca = cases[i].ca_is_folder ? folder : paths[0];
        struct cvx_settings *settings;
        char want[512];

        if (cases[i].bundle)
            env.all[1] = vars[0];
        if (cases[i].file)
            env.all[2] = vars[1];
        if (cases[i].folder)
            env.all[3] = vars[2];
        settings = make_ok(&env, cases[i].ca ? ca : NULL);
        if (cases[i].want_file)
            scratch_path(&scratch, cases[i].want_file, want, sizeof(want));
        assert_same(cvx_settings_api(settings)->ca_file,
                    cases[i].want_file ? want : NULL);
        if (cases[i].want_path)
            scratch_path(&scratch, cases[i].want_path, want, sizeof(want));
        assert_same(cvx_settings_api(settings)->ca_path,
                    cases[i].want_path ? want : NULL);
        cvx_settings_free(settings);
    }
    scratch_remove(&scratch);
}

/* Without TLS what the environment says of certificates is no concern; what the line names
 * must be there. */
static void test_certificates_unused(void **state)
{
    static const struct surroundings env = {
        {"OPENAI_BASE_URL=http://127.0.0.1/v1", "CURL_CA_BUNDLE=/nonexistent/ca"}};
    struct cvx_settings *settings = make_ok(&env, NULL);
    struct cvx_err err;

    (void)state;
    assert_null(cvx_settings_api(settings)->ca_file);
    cvx_settings_free(settings);
    assert_int_equal(make(&env, true, "/nonexistent/x", &settings, &err), CVX_EUSAGE);
    assert_string_equal(
        cvx_err_root(&err),
        "ca= of --openai: cannot read '/nonexistent/x': No such file or directory");
}

/* All that is pointed to is the settings' own. */
static void test_owned(void **state)
{
    char key[] = "OPENAI_API_KEY=" KEY, model[] = "OPENAI_MODEL=m";
    struct surroundings env = {{key, model}};
    struct cvx_settings *settings = make_ok(&env, NULL);

    (void)state;
    memset(key, 'x', sizeof(key) - 1);
    memset(model, 'x', sizeof(model) - 1);
    assert_string_equal(cvx_settings_api(settings)->key, KEY);
    assert_string_equal(cvx_settings_api(settings)->model, "m");
    cvx_settings_free(settings);
}

/* Without a lookup it is the environment. */
static void test_environment(void **state)
{
    struct cvx_api_options knobs = cvx_api_defaults();
    const struct cvx_settings_request request = {.knobs = &knobs, .sends = true};
    struct cvx_settings *settings = NULL;
    struct cvx_err err;

    (void)state;
    assert_int_equal(setenv("OPENAI_BASE_URL", "http://127.0.0.1:7/v1", 1), 0);
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
    assert_int_equal(cvx_settings_new(&request, &settings, &err), CVX_OK);
    assert_string_equal(cvx_settings_api(settings)->base_url, "http://127.0.0.1:7/v1");
    cvx_settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_nothing_sent),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_unencrypted),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_certificates_unused),
        cmocka_unit_test(test_owned),
        cmocka_unit_test(test_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
