/* Owns the division of argv among flags. */
#include "cli_words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/buf.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#define SHOWN_MAX 60 /* as in %.60s: four times that, escaped, leaves room */

int cvx_cli_words_usage(struct cvx_err *err, const char *file, int line, const char *fmt,
                        ...)
{
    struct cvx_buf buf = CVX_BUF_INIT;
    char raw[CVX_ERR_TEXT];
    va_list args;
    int rc;

    va_start(args, fmt);
    int len = vsnprintf(raw, sizeof(raw), fmt, args);
    va_end(args);
    if (len < 0)
        raw[0] = '\0';
    cvx_text_printable(&buf, raw, strlen(raw));
    rc = cvx_buf_check(&buf, err);
    if (rc == CVX_OK)
        rc = cvx_err_fail(err, CVX_EUSAGE, file, line, "%s", buf.data ? buf.data : "");
    cvx_buf_done(&buf);
    return rc;
}

bool cvx_cli_words_number(const char *text, unsigned min, unsigned max, unsigned *ret)
{
    /* strtoul alone would take signs, blanks and what follows. */
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    unsigned long value = strtoul(text, NULL, 10);
    if (errno != 0 || value < min || value > max)
        return false;
    *ret = (unsigned)value;
    return true;
}

int cvx_cli_words_shown(size_t len)
{
    return len < SHOWN_MAX ? (int)len : SHOWN_MAX;
}

static bool is_flag(const char *word)
{
    return strncmp(word, "--", 2) == 0;
}

const char *cvx_cli_words_at(const struct cvx_cli_given *given, size_t i)
{
    if (given->value) {
        if (i == 0)
            return given->value;
        i--;
    }
    return i < given->n_words ? given->words[i] : NULL;
}

const struct cvx_cli_given *cvx_cli_words_find(const struct cvx_cli_line *line,
                                               enum cvx_cli_flag_id id, size_t nth)
{
    for (size_t i = 0; i < line->n; i++) {
        if (line->given[i].id != id)
            continue;
        if (nth == 0)
            return &line->given[i];
        nth--;
    }
    return NULL;
}

bool cvx_cli_words_help(int argc, char *const *argv, const char **ret_topic)
{
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--help=", 7) == 0) {
            const char *topic = argv[i] + 7;

            *ret_topic = topic + strspn(topic, "-");
            return true;
        }
        if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
            continue;
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        *ret_topic = next[0] != '-' && !strchr(next, '=') ? next : "";
        return true;
    }
    return false;
}

/* The flag that a word without its dashes is nearest to; unbuilt ones are no help. */
static struct cvx_cli_hint flag_hint(const char *name, size_t len, const char *otherwise)
{
    struct cvx_cli_near search = {.typed = name, .len = len};

    for (int i = 0; i < CVX_CLI_BUILT; i++)
        cvx_cli_near_consider(&search, cvx_cli_flags_at((enum cvx_cli_flag_id)i)->name);
    return cvx_cli_near_hint(&search, "--", "", otherwise);
}

int cvx_cli_words_unknown(const char *word, struct cvx_err *err)
{
    size_t dashes = strspn(word, "-");
    size_t len = strcspn(word, "=");
    struct cvx_cli_hint hint =
        flag_hint(word + dashes, len > dashes ? len - dashes : 0, "see --help");

    return cvx_cli_usage(err, "unknown flag %.*s%s", cvx_cli_words_shown(len), word,
                         hint.text);
}

static int stray_word(const char *word, struct cvx_err *err)
{
    if (word[0] == '-' && word[1] != '\0')
        return cvx_cli_words_unknown(word, err);
    struct cvx_cli_hint hint = flag_hint(word, strlen(word), "no flag takes it");
    return cvx_cli_usage(err, "unexpected word '%.60s'%s", word, hint.text);
}

/* The value is what follows '=', NULL without one. */
static int flag_find(const char *word, enum cvx_cli_flag_id *ret_id,
                     const char **ret_value, struct cvx_err *err)
{
    size_t len = strcspn(word + 2, "=");

    for (int i = 0; i < CVX_CLI_FLAGS; i++) {
        const char *name = cvx_cli_flags_at((enum cvx_cli_flag_id)i)->name;

        if (strlen(name) != len || memcmp(name, word + 2, len) != 0)
            continue;
        if (i >= CVX_CLI_BUILT)
            return cvx_cli_usage(err, "--%s is not built yet", name);
        *ret_id = (enum cvx_cli_flag_id)i;
        *ret_value = word[2 + len] == '=' ? word + 2 + len + 1 : NULL;
        return CVX_OK;
    }
    return cvx_cli_words_unknown(word, err);
}

/* Gives the flag what follows it; *at is the next word and moves past what is taken. */
static int flag_take(struct cvx_cli_given *given, int argc, char *const *argv, int *at,
                     struct cvx_err *err)
{
    const struct cvx_cli_flag *flag = given->flag;
    bool more = *at < argc && !is_flag(argv[*at]);

    if (flag->takes == CVX_CLI_NOTHING)
        return given->value ? cvx_cli_usage(err, "--%s takes no value", flag->name)
                            : CVX_OK;
    if (flag->takes == CVX_CLI_WORDS) {
        given->words = argv + *at;
        while (*at < argc && !is_flag(argv[*at]))
            (*at)++;
        given->n_words = (size_t)(argv + *at - given->words);
        return CVX_OK;
    }
    if (!given->value && more)
        given->value = argv[(*at)++];
    if (flag->takes == CVX_CLI_VALUE && (!given->value || given->value[0] == '\0'))
        return cvx_cli_usage(err, "--%s needs a value: --%s %s", flag->name, flag->name,
                             flag->value);
    return CVX_OK;
}

static int line_add(struct cvx_cli_line *line, int argc, char *const *argv, int *at,
                    struct cvx_err *err)
{
    struct cvx_cli_given given = {0};
    const char *word = argv[(*at)++];
    int rc;

    if (!is_flag(word))
        return stray_word(word, err);
    if (word[2] == '\0')
        return cvx_cli_usage(err, "unexpected '--': there are no operands to set apart");
    rc = flag_find(word, &given.id, &given.value, err);
    if (rc != CVX_OK)
        return rc;
    given.flag = cvx_cli_flags_at(given.id);
    if (!given.flag->repeatable && cvx_cli_words_find(line, given.id, 0))
        return cvx_cli_usage(err, "--%s is given twice", given.flag->name);
    rc = flag_take(&given, argc, argv, at, err);
    if (rc == CVX_OK)
        line->given[line->n++] = given;
    return rc;
}

int cvx_cli_words_split(int argc, char *const *argv, struct cvx_cli_line *ret,
                        struct cvx_err *err)
{
    struct cvx_cli_line line = {0};
    int rc = CVX_OK;

    line.given = cvx_alloc_array(argc > 0 ? (size_t)argc : 1, sizeof(*line.given));
    if (!line.given)
        return cvx_fail(err, CVX_ENOMEM, "out of memory");
    for (int at = 1; at < argc && rc == CVX_OK;)
        rc = line_add(&line, argc, argv, &at, err);
    if (rc != CVX_OK) {
        cvx_cli_words_done(&line);
        return rc;
    }
    *ret = line;
    return CVX_OK;
}

void cvx_cli_words_done(struct cvx_cli_line *line)
{
    cvx_free(line->given);
    *line = (struct cvx_cli_line){0};
}
