/* The command line: a table of words, each with what it sets. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char k_help[] =
    "usage: fake_openai [options]     a stand-in for OpenAI-like servers on 127.0.0.1\n"
    "  --port N                0 = any free one (default); printed on the first line\n"
    "  --port-file PATH        the port(s), one a line, written when ready\n"
    "  --tls CERT KEY          HTTPS with these PEM files\n"
    "  --raw FAULT             a second port: FAULT on each connection (its request is "
    "not read)\n"
    "  --log PATH              one JSON line per request\n"
    "  --exit-after SECONDS    end after so long without a request (default 300)\n"
    "  --light                 for benchmarks: echo the document, check the key and JSON "
    "only\n"
    "  --dialect NAME          openai azure ollama vllm vllm-old llamacpp litellm\n"
    "  --key KEY               refuse other keys (default: any key is right)\n"
    "  --model NAME[:QUIRKS]   only these models: cap=N context=N noeffort nonone notemp "
    "nostore\n"
    "                          oldmax newmax nostrict noschema nojson nofiles (comma "
    "between)\n"
    "  --any-model             take every name\n"
    "  --latency SPEC          ms, const:MS, uniform:A-B, lognormal:MEDIAN:SIGMA\n"
    "  --rpm N  --tpm N        limits per minute (default none)\n"
    "  --bucket-seconds S      how much of a minute may go at once (default 60)\n"
    "  --limit-kind KIND       bucket (refilled continuously) or window (fixed windows)\n"
    "  --charge WHAT           real (usage) or estimate (prompt + max tokens)\n"
    "  --count-refused         a refused request costs a request\n"
    "  --announce HOW          honest, minute (as if the bucket held a minute), bucket\n"
    "  --rate-headers FORM     openai none azure litellm negative zero project garbage\n"
    "  --retry-after FORM      seconds none fraction ms both date, or lit:TEXT\n"
    "  --retry-seconds S       the wait told by injected 429 and 503 (default 0.5; -1 "
    "none)\n"
    "  --fault WHAT[=ARG]:WHEN[@JOB]  WHEN: 0.05 firstN afterN atN everyN once[N] all "
    "~TEXT\n"
    "       JOB: extract adjust translate research other\n"
    "       status: 400-599 quota credit spend usage-limit slowdown toolarge overloaded\n"
    "               filter400 context unsupported=PARAM noformat echokey html[=STATUS] "
    "plain[=STATUS]\n"
    "       content: empty null refusal length filtered fence think prose notjson "
    "badschema\n"
    "               invent nousage parts nofinish   body: halfjson nochoices nobody\n"
    "       transport: drop drop-reused reset cuthead[=BYTES] cut[=BYTES] garbage "
    "slowhead[=MS]\n"
    "               slowbody[=MS] huge[=MB] hang[=SECONDS] close gzip bomb[=MB]\n"
    "  --no-usage  --close     no usage; Connection: close each time\n"
    "  --seed N                of all that is random (default 1)\n"
    "A request may carry 'X-Fake: FAULT' or 'X-Fake: latency=MS'; GET /__stats tells "
    "totals.\n";

/* A word of a list -> its number. */
static bool pick(const char *word, const char *const *list, int *ret)
{
    for (int i = 0; list[i]; i++) {
        if (strcmp(list[i], word) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool number(const char *text, double *ret)
{
    char *end;

    *ret = strtod(text, &end);
    return end != text && *end == '\0';
}

static bool set_port(struct fake_options *o, const char *v)
{
    double n;

    if (!number(v, &n) || n < 0 || n > 65535)
        return false;
    o->port = (unsigned)n;
    return true;
}

static bool set_port_file(struct fake_options *o, const char *v)
{
    o->port_file = v;
    return true;
}

static bool set_log(struct fake_options *o, const char *v)
{
    o->log_path = v;
    return true;
}

static bool set_raw(struct fake_options *o, const char *v)
{
    o->raw = v;
    return fake_fault_parse(v, &o->raw_fault) &&
           o->raw_fault.klass == FAKE_CLASS_TRANSPORT;
}

static bool set_key(struct fake_options *o, const char *v)
{
    o->key = v;
    return true;
}

static bool set_exit_after(struct fake_options *o, const char *v)
{
    return number(v, &o->exit_after_s) && o->exit_after_s > 0;
}

static bool set_light(struct fake_options *o, const char *v)
{
    (void)v;
    o->light = true;
    return true;
}

static bool set_dialect(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"openai",   "azure",    "ollama",  "vllm",
                                          "vllm-old", "llamacpp", "litellm", NULL};
    int i;

    if (!pick(v, k_words, &i))
        return false;
    o->dialect = (enum fake_dialect)i;
    return true;
}

static bool set_model(struct fake_options *o, const char *v)
{
    return fake_models_add(&o->models, v);
}

static bool set_any_model(struct fake_options *o, const char *v)
{
    (void)v;
    o->models.any = true;
    return true;
}

static bool set_latency(struct fake_options *o, const char *v)
{
    o->has_latency = true;
    return fake_latency_parse(v, &o->latency);
}

static bool set_rpm(struct fake_options *o, const char *v)
{
    return number(v, &o->rpm) && o->rpm > 0;
}

static bool set_tpm(struct fake_options *o, const char *v)
{
    return number(v, &o->tpm) && o->tpm > 0;
}

static bool set_bucket_s(struct fake_options *o, const char *v)
{
    return number(v, &o->bucket_s) && o->bucket_s > 0;
}

static bool set_limit_kind(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"bucket", "window", NULL};
    int i;

    if (!pick(v, k_words, &i))
        return false;
    o->limit_kind = (enum fake_limit_kind)i;
    return true;
}

static bool set_charge(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"real", "estimate", NULL};
    int i;

    if (!pick(v, k_words, &i))
        return false;
    o->charge_estimate = i == 1;
    return true;
}

static bool set_count_refused(struct fake_options *o, const char *v)
{
    (void)v;
    o->count_refused = true;
    return true;
}

static bool set_announce(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"honest", "minute", "bucket", NULL};
    int i;

    if (!pick(v, k_words, &i))
        return false;
    o->announce = (enum fake_announce)i;
    return true;
}

static bool set_rate_headers(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"openai",  "none",     "azure",
                                          "litellm", "negative", "zero",
                                          "project", "garbage",  NULL};
    int i;

    if (!pick(v, k_words, &i))
        return false;
    o->rate_headers = (enum fake_rate_headers)i;
    return true;
}

static bool set_retry_after(struct fake_options *o, const char *v)
{
    static const char *const k_words[] = {"seconds", "none", "fraction", "ms",
                                          "both",    "date", NULL};
    int i;

    if (strncmp(v, "lit:", 4) == 0) {
        o->retry_form = FAKE_RETRY_LITERAL;
        o->retry_literal = v + 4;
        return true;
    }
    if (!pick(v, k_words, &i))
        return false;
    o->retry_form = (enum fake_retry_form)i;
    return true;
}

static bool set_retry_seconds(struct fake_options *o, const char *v)
{
    return number(v, &o->retry_after_s);
}

static bool set_fault(struct fake_options *o, const char *v)
{
    return fake_rules_add(&o->rules, v);
}

static bool set_no_usage(struct fake_options *o, const char *v)
{
    (void)v;
    o->no_usage = true;
    return true;
}

static bool set_close(struct fake_options *o, const char *v)
{
    (void)v;
    o->close_each = true;
    return true;
}

static bool set_seed(struct fake_options *o, const char *v)
{
    o->rules.seed = strtoull(v, NULL, 10);
    return true;
}

static const struct {
    const char *word;
    bool (*set)(struct fake_options *o, const char *value);
    bool bare; /* takes no value */
} k_options[] = {
    {"--port", set_port, false},
    {"--port-file", set_port_file, false},
    {"--log", set_log, false},
    {"--raw", set_raw, false},
    {"--key", set_key, false},
    {"--exit-after", set_exit_after, false},
    {"--light", set_light, true},
    {"--dialect", set_dialect, false},
    {"--model", set_model, false},
    {"--any-model", set_any_model, true},
    {"--latency", set_latency, false},
    {"--rpm", set_rpm, false},
    {"--tpm", set_tpm, false},
    {"--bucket-seconds", set_bucket_s, false},
    {"--limit-kind", set_limit_kind, false},
    {"--charge", set_charge, false},
    {"--count-refused", set_count_refused, true},
    {"--announce", set_announce, false},
    {"--rate-headers", set_rate_headers, false},
    {"--retry-after", set_retry_after, false},
    {"--retry-seconds", set_retry_seconds, false},
    {"--fault", set_fault, false},
    {"--no-usage", set_no_usage, true},
    {"--close", set_close, true},
    {"--seed", set_seed, false},
};

static int usage(const char *what, const char *value)
{
    fprintf(stderr, "fake_openai: %s '%s' (see --help)\n", what, value);
    return 2;
}

/* One word with its values; *i moves past the values. */
static int option_take(int argc, char **argv, int *i, struct fake_options *o)
{
    const char *word = argv[*i];

    if (strcmp(word, "--tls") == 0) {
        if (*i + 2 >= argc)
            return usage("two values wanted after", word);
        o->tls_cert = argv[++*i];
        o->tls_key = argv[++*i];
        return 0;
    }
    for (size_t k = 0; k < sizeof k_options / sizeof *k_options; k++) {
        if (strcmp(k_options[k].word, word) != 0)
            continue;
        if (!k_options[k].bare && *i + 1 >= argc)
            return usage("a value wanted after", word);
        const char *value = k_options[k].bare ? "" : argv[++*i];
        return k_options[k].set(o, value) ? 0 : usage(word, value);
    }
    return usage("unknown option", word);
}

int fake_options_parse(int argc, char **argv, struct fake_options *ret, bool *ret_done)
{
    struct fake_options o = {
        .exit_after_s = 300, .bucket_s = 60, .retry_after_s = 0.5, .rules = {.seed = 1}};

    *ret_done = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(k_help, stdout);
            *ret_done = true;
            return 0;
        }
        int status = option_take(argc, argv, &i, &o);
        if (status != 0)
            return status;
    }
    if (o.models.count == 0)
        fake_models_defaults(&o.models);
    if (o.dialect == FAKE_LLAMACPP)
        o.models.any = true;
    *ret = o;
    return 0;
}
