/* Owns the table of the knobs of --openai and the reading of their values. */
#include "settings_knobs.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "cli_near.h"

/* Digits of a number that a double keeps whatever they are. */
#define DIGITS_MAX 15

#define FIELD(name) offsetof(struct cvx_api_options, name)

/* A table, two rows a knob. */
/* clang-format off */

static const struct cvx_settings_knob k_knobs[] = {
    {"rpm", CVX_KNOB_NUMBER, FIELD(rpm), 0, 0, 1e9, "requests a minute",
        "learnt from the server", "0 = learn", "what the server allows, for each model"},
    {"tpm", CVX_KNOB_NUMBER, FIELD(tpm), 0, 0, 1e12, "tokens a minute",
        "learnt from the server", "0 = learn", "what the server allows, for each model"},
    {"concurrency", CVX_KNOB_COUNT, FIELD(concurrency), 0, 0, 1e6, "calls",
        "n", "0 = n", "most calls in flight at once, for each model"},
    {"timeout", CVX_KNOB_NUMBER, FIELD(timeout_s), 0, 0.1, 86400, "seconds",
        NULL, "", "for one attempt"},
    {"retries", CVX_KNOB_COUNT, FIELD(retries), 0, 0, 1000, "tries",
        NULL, "0 = none", "after the first one"},
    {"deadline", CVX_KNOB_NUMBER, FIELD(deadline_s), 0, 0, 1e7, "seconds",
        NULL, "0 = none", "for a call, all attempts and waits; it wins over retries="},
    {"temperature", CVX_KNOB_NUMBER, FIELD(temperature), FIELD(has_temperature), 0, 2, "",
        "not sent", "", "0 to 2, sent to the model"},
    {"max-tokens", CVX_KNOB_SIZE, FIELD(max_tokens), 0, 1, 1e6, "tokens",
        NULL, "", "longest answer"},
    {"burst", CVX_KNOB_NUMBER, FIELD(burst_s), 0, 0, 60, "seconds of quota",
        NULL, "0 = one call", "what may go at once, the rest is spread evenly; at most 60"},
    {"max-wait", CVX_KNOB_NUMBER, FIELD(max_wait_s), 0, 0, 1e6, "seconds",
        NULL, "0 = never wait", "longest pause that a server may ask for; beyond it calls fail"},
    {"stall", CVX_KNOB_NUMBER, FIELD(stall_s), 0, 0, 1e7, "seconds",
        NULL, "0 = never", "without any progress, then the run ends"},
    {"poison", CVX_KNOB_COUNT, FIELD(poison), 0, 0, 1e6, "times",
        NULL, "0 = never", "the same failure in a row while other calls succeed: given up"},
    {"max-tokens-total", CVX_KNOB_SIZE, FIELD(max_tokens_total), 0, 0, 1e15, "tokens",
        "none", "0 = none", "cap of the run: no call starts that might go beyond it"},
    {"max-cost", CVX_KNOB_NUMBER, FIELD(max_cost), 0, 0, 1e9, "money",
        "none", "0 = none", "cap of the run, reckoned by price-in= and price-out="},
    {"price-in", CVX_KNOB_NUMBER, FIELD(price_in), 0, 0, 1e6, "money a million tokens",
        NULL, "", "of tokens sent"},
    {"price-out", CVX_KNOB_NUMBER, FIELD(price_out), 0, 0, 1e6, "money a million tokens",
        NULL, "", "of tokens answered"},
    {"http1.1", CVX_KNOB_BARE, FIELD(http11), 0, 0, 0, "",
        "HTTP/2 where offered", "", "never HTTP/2"},
    {"ca", CVX_KNOB_PATH, FIELD(ca_file), 0, 0, 0, "path",
        "the system's", "", "certificates to trust: a file, or a folder as OpenSSL has it"},
    {"cache", CVX_KNOB_SWITCH, FIELD(cache), 0, 0, 0, "on or off",
        NULL, "off = none kept", "keep answers below the target, so that none is paid for twice"},
};

/* clang-format on */

#define KNOBS (sizeof(k_knobs) / sizeof(k_knobs[0]))

const struct cvx_settings_knob *cvx_settings_knobs_at(size_t i)
{
    return i < KNOBS ? &k_knobs[i] : NULL;
}

/* ---- fields ---- */

static bool switch_get(const struct cvx_settings_knob *knob,
                       const struct cvx_api_options *api)
{
    bool on;

    memcpy(&on, (const char *)api + knob->field, sizeof(on));
    return on;
}

static double figure_get(const struct cvx_settings_knob *knob,
                         const struct cvx_api_options *api)
{
    const char *field = (const char *)api + knob->field;
    double number = 0;
    unsigned count = 0;
    size_t size = 0;

    if (knob->type == CVX_KNOB_NUMBER)
        memcpy(&number, field, sizeof(number));
    else if (knob->type == CVX_KNOB_COUNT)
        memcpy(&count, field, sizeof(count));
    else
        memcpy(&size, field, sizeof(size));
    return number + (double)count + (double)size;
}

static void figure_set(const struct cvx_settings_knob *knob, double value,
                       struct cvx_api_options *api)
{
    char *field = (char *)api + knob->field;
    unsigned count = (unsigned)(knob->type == CVX_KNOB_COUNT ? value : 0);
    size_t size = (size_t)value;

    if (knob->type == CVX_KNOB_NUMBER)
        memcpy(field, &value, sizeof(value));
    else if (knob->type == CVX_KNOB_COUNT)
        memcpy(field, &count, sizeof(count));
    else
        memcpy(field, &size, sizeof(size));
}

static void switch_set(size_t field, bool on, struct cvx_api_options *api)
{
    memcpy((char *)api + field, &on, sizeof(on));
}

void cvx_settings_knobs_normal(const struct cvx_settings_knob *knob, struct cvx_buf *buf)
{
    const struct cvx_api_options api = cvx_api_defaults();

    if (knob->normal)
        cvx_buf_puts(buf, knob->normal);
    else if (knob->type == CVX_KNOB_SWITCH)
        cvx_buf_puts(buf, switch_get(knob, &api) ? "on" : "off");
    else
        cvx_buf_printf(buf, "%.15g", figure_get(knob, &api));
}

/* ---- values ---- */

/* Digits, with `point` perhaps a point among them and digits on either side of it; no sign,
 * exponent, blank or locale. */
static bool number_read(const char *text, bool point, double *ret)
{
    uint64_t digits = 0;
    double scale = 1;
    size_t n = 0;
    bool behind = false;

    for (const char *p = text; *p; p++) {
        if (*p == '.' && point && !behind && p != text && p[1] != '\0') {
            behind = true;
            continue;
        }
        if (*p < '0' || *p > '9' || n == DIGITS_MAX)
            return false;
        digits = digits * 10 + (uint64_t)(*p - '0');
        n += digits > 0 ? 1 : 0;
        scale *= behind ? 10 : 1;
    }
    /* Both are exact as long as the scale is: the quotient is the nearest double. */
    *ret = (double)digits / scale;
    return text[0] != '\0' && scale < 1e22;
}

static int take_figure(const struct cvx_settings_knob *knob, const char *value,
                       struct cvx_api_options *api, struct cvx_err *err)
{
    bool number = knob->type == CVX_KNOB_NUMBER;
    double figure = 0;

    if (!number_read(value, number, &figure) || figure < knob->min || figure > knob->max)
        return cvx_cli_usage(err,
                             "%s= of --openai takes a %s from %.15g to %.15g, "
                             "not '%.60s'",
                             knob->key, number ? "number" : "whole number", knob->min,
                             knob->max, value);
    figure_set(knob, figure, api);
    if (knob->mark)
        switch_set(knob->mark, true, api);
    return CVX_OK;
}

static int take_switch(const struct cvx_settings_knob *knob, const char *value,
                       struct cvx_api_options *api, struct cvx_err *err)
{
    bool on = strcmp(value, "on") == 0;

    if (!on && strcmp(value, "off") != 0)
        return cvx_cli_usage(err, "%s= of --openai takes on or off, not '%.60s'",
                             knob->key, value);
    switch_set(knob->field, on, api);
    return CVX_OK;
}

static const char *value_shown(const struct cvx_settings_knob *knob)
{
    switch (knob->type) {
    case CVX_KNOB_SWITCH:
        return "on|off";
    case CVX_KNOB_PATH:
        return "PATH";
    case CVX_KNOB_NUMBER:
    case CVX_KNOB_COUNT:
    case CVX_KNOB_SIZE:
    case CVX_KNOB_BARE:
        break;
    }
    return "N";
}

/* `value`: NULL = bare. */
static int take_value(const struct cvx_settings_knob *knob, const char *value,
                      struct cvx_api_options *api, struct cvx_err *err)
{
    if (knob->type == CVX_KNOB_BARE) {
        if (value)
            return cvx_cli_usage(err, "%s of --openai takes no value", knob->key);
        switch_set(knob->field, true, api);
        return CVX_OK;
    }
    if (!value || value[0] == '\0')
        return cvx_cli_usage(err, "%s= of --openai needs a value: %s=%s", knob->key,
                             knob->key, value_shown(knob));
    if (knob->type == CVX_KNOB_SWITCH)
        return take_switch(knob, value, api, err);
    if (knob->type == CVX_KNOB_PATH) {
        memcpy((char *)api + knob->field, &value, sizeof(value));
        return CVX_OK;
    }
    return take_figure(knob, value, api, err);
}

/* ---- words ---- */

static const struct cvx_settings_knob *find_knob(const char *key, size_t len)
{
    for (size_t i = 0; i < KNOBS; i++)
        if (strlen(k_knobs[i].key) == len && memcmp(k_knobs[i].key, key, len) == 0)
            return &k_knobs[i];
    return NULL;
}

static int unknown_key(const char *word, size_t len, struct cvx_err *err)
{
    struct cvx_cli_near search = {.typed = word, .len = len};
    const struct cvx_settings_knob *knob;
    struct cvx_cli_hint hint;

    if (word[0] == '-')
        return cvx_cli_words_unknown(word, err);
    for (size_t i = 0; i < KNOBS; i++)
        cvx_cli_near_consider(&search, k_knobs[i].key);
    knob = search.best ? find_knob(search.best, strlen(search.best)) : NULL;
    hint = cvx_cli_near_hint(&search, "", knob && knob->type == CVX_KNOB_BARE ? "" : "=",
                             "see --help openai");
    return cvx_cli_usage(err, "unknown key '%.*s' of --openai%s",
                         cvx_cli_words_shown(len), word, hint.text);
}

static int take_word(const char *word, bool seen[KNOBS], struct cvx_api_options *api,
                     struct cvx_err *err)
{
    size_t len = strcspn(word, "=");
    const struct cvx_settings_knob *knob = find_knob(word, len);

    if (!knob)
        return unknown_key(word, len, err);
    if (seen[knob - k_knobs])
        return cvx_cli_usage(err, "%s%s of --openai is given twice", knob->key,
                             knob->type == CVX_KNOB_BARE ? "" : "=");
    seen[knob - k_knobs] = true;
    return take_value(knob, word[len] == '=' ? word + len + 1 : NULL, api, err);
}

int cvx_settings_knobs_read(const struct cvx_cli_given *given,
                            struct cvx_api_options *api, struct cvx_err *err)
{
    struct cvx_api_options made = *api;
    bool seen[KNOBS] = {false};
    const char *word;

    if (!cvx_cli_words_at(given, 0))
        return cvx_cli_usage(err, "--openai needs KEY=VALUE; see --help openai");
    for (size_t i = 0; (word = cvx_cli_words_at(given, i)) != NULL; i++) {
        int rc = take_word(word, seen, &made, err);

        if (rc)
            return rc;
    }
    /* At no price the cap would never be reached. */
    if (made.max_cost > 0 && made.price_in <= 0 && made.price_out <= 0)
        return cvx_cli_usage(err, "max-cost= of --openai needs price-in= and price-out=");
    *api = made;
    return CVX_OK;
}
