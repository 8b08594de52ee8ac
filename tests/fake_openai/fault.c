/* Fault words, occasions and latencies. */
#include "fault.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const struct {
    const char *name;
    enum fake_fault_kind kind;
    enum fake_fault_class klass;
} k_faults[] = {
    {"quota", FAKE_FAULT_QUOTA, FAKE_CLASS_STATUS},
    {"credit", FAKE_FAULT_CREDIT, FAKE_CLASS_STATUS},
    {"spend", FAKE_FAULT_SPEND, FAKE_CLASS_STATUS},
    {"usage-limit", FAKE_FAULT_USAGE_LIMIT, FAKE_CLASS_STATUS},
    {"slowdown", FAKE_FAULT_SLOW_DOWN, FAKE_CLASS_STATUS},
    {"toolarge", FAKE_FAULT_TOO_LARGE, FAKE_CLASS_STATUS},
    {"overloaded", FAKE_FAULT_OVERLOADED, FAKE_CLASS_STATUS},
    {"filter400", FAKE_FAULT_FILTER_400, FAKE_CLASS_STATUS},
    {"context", FAKE_FAULT_CONTEXT, FAKE_CLASS_STATUS},
    {"unsupported", FAKE_FAULT_UNSUPPORTED, FAKE_CLASS_STATUS},
    {"noformat", FAKE_FAULT_NO_FORMAT, FAKE_CLASS_STATUS},
    {"echokey", FAKE_FAULT_ECHO_KEY, FAKE_CLASS_STATUS},
    {"html", FAKE_FAULT_HTML, FAKE_CLASS_STATUS},
    {"plain", FAKE_FAULT_PLAIN, FAKE_CLASS_STATUS},
    {"empty", FAKE_FAULT_EMPTY, FAKE_CLASS_CONTENT},
    {"null", FAKE_FAULT_NULL, FAKE_CLASS_CONTENT},
    {"refusal", FAKE_FAULT_REFUSAL, FAKE_CLASS_CONTENT},
    {"length", FAKE_FAULT_LENGTH, FAKE_CLASS_CONTENT},
    {"filtered", FAKE_FAULT_FILTERED, FAKE_CLASS_CONTENT},
    {"fence", FAKE_FAULT_FENCE, FAKE_CLASS_CONTENT},
    {"think", FAKE_FAULT_THINK, FAKE_CLASS_CONTENT},
    {"prose", FAKE_FAULT_PROSE, FAKE_CLASS_CONTENT},
    {"notjson", FAKE_FAULT_NOT_JSON, FAKE_CLASS_CONTENT},
    {"badschema", FAKE_FAULT_BAD_SCHEMA, FAKE_CLASS_CONTENT},
    {"invent", FAKE_FAULT_INVENT, FAKE_CLASS_CONTENT},
    {"nousage", FAKE_FAULT_NO_USAGE, FAKE_CLASS_CONTENT},
    {"parts", FAKE_FAULT_PARTS, FAKE_CLASS_CONTENT},
    {"nofinish", FAKE_FAULT_NO_FINISH, FAKE_CLASS_CONTENT},
    {"halfjson", FAKE_FAULT_HALF_JSON, FAKE_CLASS_BODY},
    {"nochoices", FAKE_FAULT_NO_CHOICES, FAKE_CLASS_BODY},
    {"nobody", FAKE_FAULT_NO_BODY, FAKE_CLASS_BODY},
    {"drop", FAKE_FAULT_DROP, FAKE_CLASS_TRANSPORT},
    {"drop-reused", FAKE_FAULT_DROP_REUSED, FAKE_CLASS_TRANSPORT},
    {"reset", FAKE_FAULT_RESET, FAKE_CLASS_TRANSPORT},
    {"cuthead", FAKE_FAULT_CUT_HEAD, FAKE_CLASS_TRANSPORT},
    {"cut", FAKE_FAULT_CUT, FAKE_CLASS_TRANSPORT},
    {"garbage", FAKE_FAULT_GARBAGE, FAKE_CLASS_TRANSPORT},
    {"slowhead", FAKE_FAULT_SLOW_HEAD, FAKE_CLASS_TRANSPORT},
    {"slowbody", FAKE_FAULT_SLOW_BODY, FAKE_CLASS_TRANSPORT},
    {"huge", FAKE_FAULT_HUGE, FAKE_CLASS_TRANSPORT},
    {"hang", FAKE_FAULT_HANG, FAKE_CLASS_TRANSPORT},
    {"close", FAKE_FAULT_CLOSE, FAKE_CLASS_TRANSPORT},
    {"gzip", FAKE_FAULT_GZIP, FAKE_CLASS_TRANSPORT},
    {"bomb", FAKE_FAULT_BOMB, FAKE_CLASS_TRANSPORT},
};

static bool parse_long(const char *text, long *ret)
{
    char *end;

    *ret = strtol(text, &end, 10);
    return end != text && *end == '\0' && *ret >= 0;
}

static bool parse_double(const char *text, double *ret)
{
    char *end;

    *ret = strtod(text, &end);
    return end != text && *end == '\0' && *ret >= 0;
}

static bool copy_word(char ret[FAKE_WORD_MAX], const char *from, size_t len)
{
    if (len >= FAKE_WORD_MAX)
        return false;
    memcpy(ret, from, len);
    ret[len] = '\0';
    return true;
}

bool fake_fault_parse(const char *word, struct fake_fault *ret)
{
    const char *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    struct fake_fault f = {0};
    long status;

    if (equals) {
        if (!copy_word(f.text, equals + 1, strlen(equals + 1)))
            return false;
        f.has_arg = parse_long(f.text, &f.arg);
    }
    for (size_t i = 0; i < sizeof k_faults / sizeof *k_faults; i++) {
        if (strlen(k_faults[i].name) != len || strncmp(k_faults[i].name, word, len) != 0)
            continue;
        f.kind = k_faults[i].kind;
        f.klass = k_faults[i].klass;
        f.name = k_faults[i].name;
        *ret = f;
        return true;
    }
    if (equals || !parse_long(word, &status) || status < 400 || status > 599)
        return false;
    *ret = (struct fake_fault){.kind = FAKE_FAULT_STATUS,
                               .klass = FAKE_CLASS_STATUS,
                               .name = "status",
                               .has_arg = true,
                               .arg = status};
    return true;
}

static bool parse_when(char *text, struct fake_rule *rule)
{
    static const struct {
        const char *word;
        enum fake_when when;
    } k_words[] = {{"first", FAKE_WHEN_FIRST},
                   {"after", FAKE_WHEN_AFTER},
                   {"at", FAKE_WHEN_AT},
                   {"every", FAKE_WHEN_EVERY},
                   {"once", FAKE_WHEN_ONCE}};
    char *job = strrchr(text, '@');

    if (job) {
        *job = '\0';
        snprintf(rule->job, sizeof rule->job, "%s", job + 1);
    }
    if (*text == '~') {
        rule->when = FAKE_WHEN_TEXT;
        return text[1] != '\0' && copy_word(rule->text, text + 1, strlen(text + 1));
    }
    if (strcmp(text, "all") == 0 || *text == '\0') {
        rule->when = FAKE_WHEN_AFTER;
        return true;
    }
    for (size_t i = 0; i < sizeof k_words / sizeof *k_words; i++) {
        size_t len = strlen(k_words[i].word);

        if (strncmp(text, k_words[i].word, len) != 0)
            continue;
        rule->when = k_words[i].when;
        rule->n = 1;
        if (rule->when == FAKE_WHEN_ONCE && text[len] == '\0')
            return true;
        return parse_long(text + len, &rule->n) && rule->n > 0;
    }
    rule->when = FAKE_WHEN_SHARE;
    return parse_double(text, &rule->share) && rule->share <= 1;
}

bool fake_rules_add(struct fake_rules *rules, const char *spec)
{
    char word[FAKE_WORD_MAX], when[2 * FAKE_WORD_MAX];
    const char *colon = strchr(spec, ':');
    size_t len = colon ? (size_t)(colon - spec) : strlen(spec);
    struct fake_rule rule = {0};

    if (rules->count == FAKE_RULES_MAX || !copy_word(word, spec, len))
        return false;
    if (colon && strlen(colon + 1) >= sizeof when)
        return false;
    snprintf(when, sizeof when, "%s", colon ? colon + 1 : "");
    if (!fake_fault_parse(word, &rule.fault) || !parse_when(when, &rule))
        return false;
    rules->rule[rules->count++] = rule;
    return true;
}

static bool strikes(struct fake_rule *rule, const struct fake_occasion *o)
{
    switch (rule->when) {
    case FAKE_WHEN_SHARE:
        return false; /* drawn together, below */
    case FAKE_WHEN_FIRST:
        return rule->seen <= rule->n;
    case FAKE_WHEN_AFTER:
        return rule->seen > rule->n;
    case FAKE_WHEN_AT:
        return rule->seen == rule->n;
    case FAKE_WHEN_EVERY:
        return rule->seen % rule->n == 0;
    case FAKE_WHEN_ONCE:
        return o->times <= rule->n;
    case FAKE_WHEN_TEXT:
        return memmem(o->body, o->len, rule->text, strlen(rule->text)) != NULL;
    }
    return false;
}

struct fake_fault fake_rules_choose(struct fake_rules *rules,
                                    const struct fake_occasion *o)
{
    uint64_t state = rules->seed ^ o->print ^ ((uint64_t)o->times << 32);
    double u = fake_random(&state);
    struct fake_fault chosen = {0};

    /* Shares are parts of one draw, so that they add up as they are written. */
    for (size_t i = 0; i < rules->count; i++) {
        struct fake_rule *rule = &rules->rule[i];

        bool any = rule->job[0] == '\0' && strcmp(o->job, "page") != 0;
        if (!any && strcmp(rule->job, o->job) != 0)
            continue;
        rule->seen++;
        bool hit = strikes(rule, o);
        if (rule->when == FAKE_WHEN_SHARE) {
            hit = u >= 0 && u < rule->share;
            u -= rule->share;
        }
        if (hit && chosen.kind == FAKE_FAULT_NONE)
            chosen = rule->fault;
    }
    return chosen;
}

bool fake_latency_parse(const char *spec, struct fake_latency *ret)
{
    struct fake_latency l = {0};
    char tail;

    if (sscanf(spec, "const:%lf%c", &l.a, &tail) == 1) {
        l.kind = FAKE_LATENCY_CONST;
    } else if (sscanf(spec, "uniform:%lf-%lf%c", &l.a, &l.b, &tail) == 2) {
        l.kind = FAKE_LATENCY_UNIFORM;
    } else if (sscanf(spec, "lognormal:%lf:%lf%c", &l.a, &l.b, &tail) == 2) {
        l.kind = FAKE_LATENCY_LOGNORMAL;
    } else if (!parse_double(spec, &l.a)) {
        return false;
    }
    if (l.a < 0 || l.b < 0 || (l.kind == FAKE_LATENCY_UNIFORM && l.b < l.a))
        return false;
    *ret = l;
    return true;
}

int64_t fake_latency_draw(const struct fake_latency *latency, uint64_t *state)
{
    double ms = latency->a;

    if (latency->kind == FAKE_LATENCY_UNIFORM)
        ms += (latency->b - latency->a) * fake_random(state);
    if (latency->kind == FAKE_LATENCY_LOGNORMAL) {
        /* Box-Muller; 1 - u keeps the logarithm finite. */
        double r = sqrt(-2 * log(1 - fake_random(state)));

        ms *= exp(latency->b * r * cos(2 * M_PI * fake_random(state)));
    }
    return (int64_t)(ms * 1000);
}
