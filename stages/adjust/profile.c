/* Owns where profiles are kept, and which are good enough to be used. */
#include "adjust/profile.h"

#include <string.h>

#include <cvextract/hash.h>
#include <cvextract/output.h>

#include "adjust/url.h"
#include "text/clean.h"
#include "json/reader.h"
#include "json/writer.h"

/* Of the host in a file name. */
#define HOST_MAX ((size_t)100)
#define HEX_DIGITS 8

static void put_host(struct cvx_span host, struct cvx_buf *buf)
{
    for (size_t i = 0; i < host.len && i < HOST_MAX; i++) {
        char c = host.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                    (c == '.' && i > 0);

        cvx_buf_putc(buf, kept ? c : '_');
    }
}

void cvx_profile_path(const char *target, const char *url, struct cvx_buf *buf)
{
    struct cvx_buf lower = CVX_BUF_INIT;
    char hex[CVX_HASH_HEX];
    struct cvx_url parts = {.host = {"", 0}};

    cvx_url_lower(url, &lower);
    if (lower.failed) {
        buf->failed = true;
        return;
    }
    struct cvx_hash hash = cvx_hash_of(lower.data, lower.len);

    cvx_hash_hex(&hash, hex);
    (void)cvx_url_split(url, &parts);
    cvx_buf_printf(buf, "%s/research_data/", target);
    put_host(parts.host, buf);
    cvx_buf_printf(buf, "-%.*s.research.json", HEX_DIGITS, hex);
    cvx_buf_done(&lower);
}

/* Blank or missing. */
static bool is_blank(struct json_object *text)
{
    struct cvx_span span = {"", 0};

    if (json_object_is_type(text, json_type_string))
        span = (struct cvx_span){json_object_get_string(text),
                                 (size_t)json_object_get_string_len(text)};
    return cvx_clean_strip(span).len == 0;
}

int cvx_profile_check(struct json_object *profile, struct cvx_issues *violations,
                      struct cvx_err *err)
{
    struct json_object *name = NULL, *domains = NULL;
    int rc = CVX_OK;

    json_object_object_get_ex(profile, "name", &name);
    json_object_object_get_ex(profile, "domains", &domains);
    if (is_blank(name))
        rc = cvx_issues_add(violations, CVX_SEVERITY_ERROR, "name must not be empty");
    if (!rc && json_object_array_length(domains) == 0)
        rc = cvx_issues_add(violations, CVX_SEVERITY_ERROR, "domains must not be empty");
    return rc ? cvx_fail(err, CVX_ENOMEM, "out of memory for a violation") : CVX_OK;
}

/* CVX_EFORMAT with the first thing that is wrong. */
static int check(const struct cvx_openai_schema *schema, struct json_object *profile,
                 struct cvx_err *err)
{
    struct cvx_issues violations = {0};
    int rc = cvx_openai_schema_check(schema, profile, &violations, err);

    if (!rc && violations.errors == 0)
        rc = cvx_profile_check(profile, &violations, err);
    if (!rc && violations.errors > 0)
        rc = cvx_fail(err, CVX_EFORMAT, "%s", violations.items[0].text);
    cvx_issues_done(&violations);
    return rc;
}

static int parse(const struct cvx_openai_schema *schema, const struct cvx_buf *bytes,
                 struct cvx_buf *ret, struct cvx_err *err)
{
    struct json_object *profile = NULL;
    int rc = cvx_reader_parse(bytes->len ? bytes->data : "", bytes->len, &profile, err);

    if (!rc)
        rc = check(schema, profile, err);
    if (!rc)
        rc = cvx_writer_print(profile, ret, err);
    json_object_put(profile);
    return rc;
}

int cvx_profile_read(const struct cvx_openai_schema *schema, const char *path,
                     struct cvx_buf *ret, bool *ret_found, struct cvx_err *ret_why,
                     struct cvx_err *err)
{
    struct cvx_buf bytes = CVX_BUF_INIT;
    bool found = false;
    int rc = cvx_output_read(path, CVX_PROFILE_MAX, &bytes, &found, ret_why);

    if (!rc && found)
        rc = parse(schema, &bytes, ret, ret_why);
    cvx_buf_done(&bytes);
    if (rc == CVX_ENOMEM)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a company profile");
    *ret_found = !rc && found;
    if (!rc)
        cvx_err_init(ret_why);
    return CVX_OK;
}
