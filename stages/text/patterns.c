/* The patterns of the CV layout, compiled by PCRE2. Thread: the compiled patterns are
 * only read after cvx_patterns_new(); a matcher belongs to one thread. */
#include "text/patterns.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>

#include "text/unicode_tables.h"

/* A pattern is written as a template: every small letter stands for the characters that
 * match it caselessly, B for a blank and D for a digit; anything else is PCRE2's.
 *
 * Repeats are possessive wherever what follows cannot begin with what is repeated: the
 * language stays the same, and there is nothing to try again, whatever the input. */
#define MONTH                                                                            \
    "(?:jan(?:uary)?+|feb(?:ruary)?+|mar(?:ch)?+|apr(?:il)?+|may|june?+|july?+"          \
    "|aug(?:ust)?+|sep(?:t(?:ember)?+)?+|oct(?:ober)?+|nov(?:ember)?+|dec(?:ember)?+)"
#define YEAR "D{4}"
#define MONTH_YEAR MONTH "B++" YEAR
#define NUMERIC "(?:1[0-2]|0?[1-9])/(?:19|20)D{2}"
#define DASH "B*+(?:--|[-\u2011\u2012\u2013\u2014\u2212])B*+"
#define OPEN "present|now|current"

static const char k_date_range[] =
    "(?:" MONTH_YEAR DASH "(?:" OPEN "|" MONTH_YEAR "|" NUMERIC ")"
    "|" NUMERIC DASH "(?:" NUMERIC "|" OPEN ")"
    "|" YEAR "(?:B*+[|]|" DASH "(?:" YEAR "|" OPEN ")))";
static const char k_environment[] = "environmentB*+:(?=.)";

/* Far beyond what the patterns can need; PCRE2's own limit is ten million. */
#define MATCH_LIMIT 10000u

enum { DATE_RANGE, ENVIRONMENT, PATTERNS };

struct pattern {
    pcre2_code *code;
    bool starts[256]; /* the bytes that a match can begin with */
};

struct cvx_patterns {
    pcre2_general_context *memory;
    struct pattern pattern[PATTERNS];
};

struct cvx_matcher {
    const struct cvx_patterns *patterns;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

static void *memory_alloc(size_t size, void *unused)
{
    (void)unused;
    return cvx_alloc(size);
}

static void memory_free(void *p, void *unused)
{
    (void)unused;
    cvx_free(p);
}

static void put_caseless(struct cvx_buf *buf, char letter)
{
    const uint32_t *c = cvx_unicode_tables_caseless[letter - 'a'];

    cvx_buf_putc(buf, '[');
    for (size_t i = 0; i < CVX_UNICODE_CASELESS_MAX && c[i]; i++)
        cvx_buf_printf(buf, "\\x{%x}", (unsigned)c[i]);
    cvx_buf_putc(buf, ']');
}

static void put_class(struct cvx_buf *buf, const struct cvx_unicode_range *ranges,
                      size_t count)
{
    cvx_buf_putc(buf, '[');
    for (size_t i = 0; i < count; i++)
        cvx_buf_printf(buf, "\\x{%x}-\\x{%x}", (unsigned)ranges[i].first,
                       (unsigned)ranges[i].last);
    cvx_buf_putc(buf, ']');
}

static void put_template(struct cvx_buf *buf, const char *template)
{
    for (const char *p = template; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            put_caseless(buf, *p);
        else if (*p == 'B')
            put_class(buf, cvx_unicode_tables_space, cvx_unicode_tables_space_count);
        else if (*p == 'D')
            put_class(buf, cvx_unicode_tables_digit, cvx_unicode_tables_digit_count);
        else
            cvx_buf_putc(buf, *p);
    }
}

static unsigned char first_byte(uint32_t c)
{
    if (c < 0x80)
        return (unsigned char)c;
    if (c < 0x800)
        return (unsigned char)(0xc0 | c >> 6);
    if (c < 0x10000)
        return (unsigned char)(0xe0 | c >> 12);
    return (unsigned char)(0xf0 | c >> 18);
}

static void starts_add_letters(struct pattern *pattern, const char *letters)
{
    for (const char *p = letters; *p; p++) {
        const uint32_t *c = cvx_unicode_tables_caseless[*p - 'a'];
        for (size_t i = 0; i < CVX_UNICODE_CASELESS_MAX && c[i]; i++)
            pattern->starts[first_byte(c[i])] = true;
    }
}

static void starts_add_digits(struct pattern *pattern)
{
    for (size_t i = 0; i < cvx_unicode_tables_digit_count; i++) {
        unsigned last = first_byte(cvx_unicode_tables_digit[i].last);
        for (unsigned b = first_byte(cvx_unicode_tables_digit[i].first); b <= last; b++)
            pattern->starts[b] = true;
    }
}

static int pattern_compile(struct pattern *pattern, const char *template,
                           pcre2_compile_context *context, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int why = 0;
    size_t where = 0;

    put_template(&text, template);
    int rc = cvx_buf_check(&text, err);
    if (rc)
        goto out;
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text.data, text.len,
                      PCRE2_ANCHORED | PCRE2_UTF | PCRE2_DOTALL, &why, &where, context);
    if (!pattern->code) {
        rc = why == PCRE2_ERROR_HEAP_FAILED
                 ? cvx_fail(err, CVX_ENOMEM, "out of memory compiling a pattern")
                 : cvx_fail(err, CVX_EINTERNAL, "PCRE2 error %d at %zu", why, where);
        goto out;
    }
    /* Where there is no JIT, or no executable memory to be had, PCRE2 interprets. */
    (void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
out:
    cvx_buf_done(&text);
    return rc;
}

int cvx_patterns_new(struct cvx_patterns **ret, struct cvx_err *err)
{
    pcre2_compile_context *context = NULL;
    struct cvx_patterns *patterns = cvx_zalloc(sizeof(*patterns));
    int rc = CVX_OK;

    if (patterns)
        patterns->memory = pcre2_general_context_create(memory_alloc, memory_free, NULL);
    if (patterns && patterns->memory)
        context = pcre2_compile_context_create(patterns->memory);
    if (!context) {
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for the patterns");
        goto out;
    }
    rc = pattern_compile(&patterns->pattern[DATE_RANGE], k_date_range, context, err);
    if (rc)
        goto out;
    rc = pattern_compile(&patterns->pattern[ENVIRONMENT], k_environment, context, err);
    if (rc)
        goto out;
    starts_add_letters(&patterns->pattern[DATE_RANGE], "jfmasond");
    starts_add_digits(&patterns->pattern[DATE_RANGE]);
    starts_add_letters(&patterns->pattern[ENVIRONMENT], "e");
    *ret = patterns;
    patterns = NULL;
out:
    pcre2_compile_context_free(context);
    cvx_patterns_free(patterns);
    return rc;
}

void cvx_patterns_free(struct cvx_patterns *patterns)
{
    if (!patterns)
        return;
    for (size_t i = 0; i < PATTERNS; i++)
        pcre2_code_free(patterns->pattern[i].code);
    pcre2_general_context_free(patterns->memory);
    cvx_free(patterns);
}

static int match(struct cvx_matcher *matcher, int which, struct cvx_span line)
{
    return pcre2_match(matcher->patterns->pattern[which].code, (PCRE2_SPTR)line.p,
                       line.len, 0, PCRE2_NO_UTF_CHECK, matcher->data, matcher->limits);
}

/* The interpreter takes its stack from the heap at its first match and keeps it;
 * taking it here leaves the matching itself nothing that can fail. */
static int matcher_warm_up(struct cvx_matcher *matcher, struct cvx_err *err)
{
    static const char *const sample[PATTERNS] = {
        [DATE_RANGE] = "September 2019 \u2013 December 2020",
        [ENVIRONMENT] = "Environment : C",
    };

    for (int i = 0; i < PATTERNS; i++) {
        int rc = match(matcher, i, (struct cvx_span){sample[i], strlen(sample[i])});
        if (rc == PCRE2_ERROR_NOMEMORY)
            return cvx_fail(err, CVX_ENOMEM, "out of memory for the pattern matcher");
        if (rc < 0)
            return cvx_fail(err, CVX_EINTERNAL, "pattern %d fails its sample: %d", i, rc);
    }
    return CVX_OK;
}

int cvx_matcher_new(const struct cvx_patterns *patterns, struct cvx_matcher **ret,
                    struct cvx_err *err)
{
    struct cvx_matcher *matcher = cvx_zalloc(sizeof(*matcher));
    int rc = CVX_OK;

    if (matcher) {
        matcher->patterns = patterns;
        matcher->data = pcre2_match_data_create(1, patterns->memory);
        matcher->limits = pcre2_match_context_create(patterns->memory);
    }
    if (!matcher || !matcher->data || !matcher->limits) {
        rc = cvx_fail(err, CVX_ENOMEM, "out of memory for the pattern matcher");
        goto out;
    }
    pcre2_set_match_limit(matcher->limits, MATCH_LIMIT);
    pcre2_set_depth_limit(matcher->limits, MATCH_LIMIT);
    rc = matcher_warm_up(matcher, err);
    if (rc)
        goto out;
    *ret = matcher;
    matcher = NULL;
out:
    cvx_matcher_free(matcher);
    return rc;
}

void cvx_matcher_free(struct cvx_matcher *matcher)
{
    if (!matcher)
        return;
    pcre2_match_data_free(matcher->data);
    pcre2_match_context_free(matcher->limits);
    cvx_free(matcher);
}

static bool matches(struct cvx_matcher *matcher, int which, struct cvx_span line)
{
    const struct pattern *pattern = &matcher->patterns->pattern[which];

    if (line.len == 0 || !pattern->starts[(unsigned char)line.p[0]])
        return false;
    int rc = match(matcher, which, line);
    assert(rc >= 0 || rc == PCRE2_ERROR_NOMATCH);
    return rc >= 0;
}

bool cvx_patterns_date_range(struct cvx_matcher *matcher, struct cvx_span line)
{
    return matches(matcher, DATE_RANGE, line);
}

size_t cvx_patterns_date_range_len(struct cvx_matcher *matcher, struct cvx_span line)
{
    if (!matches(matcher, DATE_RANGE, line))
        return 0;
    return pcre2_get_ovector_pointer(matcher->data)[1];
}

bool cvx_patterns_environment(struct cvx_matcher *matcher, struct cvx_span line,
                              struct cvx_span *ret_items)
{
    if (!matches(matcher, ENVIRONMENT, line))
        return false;
    size_t from = pcre2_get_ovector_pointer(matcher->data)[1];
    *ret_items = (struct cvx_span){line.p + from, line.len - from};
    return true;
}
