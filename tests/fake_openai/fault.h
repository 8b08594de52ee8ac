/* What goes wrong on demand, and when: fault words, their occasions, latencies. Pure: the
 * same seed, body and count give the same choice in whatever order requests arrive. */
#ifndef FAKE_FAULT_H
#define FAKE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fake_fault_class {
    FAKE_CLASS_NONE,
    FAKE_CLASS_STATUS,   /* an answer with another status */
    FAKE_CLASS_CONTENT,  /* 200, but what the model says is wrong */
    FAKE_CLASS_BODY,     /* 200, but the body is something else */
    FAKE_CLASS_TRANSPORT /* bytes and connections */
};

enum fake_fault_kind {
    FAKE_FAULT_NONE,
    /* status */
    FAKE_FAULT_STATUS, /* a number: 400 ... 599 */
    FAKE_FAULT_QUOTA,
    FAKE_FAULT_CREDIT,
    FAKE_FAULT_SPEND,
    FAKE_FAULT_USAGE_LIMIT,
    FAKE_FAULT_SLOW_DOWN,
    FAKE_FAULT_TOO_LARGE,
    FAKE_FAULT_OVERLOADED,
    FAKE_FAULT_FILTER_400,
    FAKE_FAULT_CONTEXT,
    FAKE_FAULT_UNSUPPORTED,
    FAKE_FAULT_NO_FORMAT,
    FAKE_FAULT_ECHO_KEY,
    FAKE_FAULT_HTML,
    FAKE_FAULT_PLAIN,
    /* content */
    FAKE_FAULT_EMPTY,
    FAKE_FAULT_NULL,
    FAKE_FAULT_REFUSAL,
    FAKE_FAULT_LENGTH,
    FAKE_FAULT_FILTERED,
    FAKE_FAULT_FENCE,
    FAKE_FAULT_THINK,
    FAKE_FAULT_PROSE,
    FAKE_FAULT_NOT_JSON,
    FAKE_FAULT_BAD_SCHEMA,
    FAKE_FAULT_INVENT,
    FAKE_FAULT_NO_USAGE,
    FAKE_FAULT_PARTS,
    FAKE_FAULT_NO_FINISH,
    /* body */
    FAKE_FAULT_HALF_JSON,
    FAKE_FAULT_NO_CHOICES,
    FAKE_FAULT_NO_BODY,
    /* transport */
    FAKE_FAULT_DROP,
    FAKE_FAULT_DROP_REUSED,
    FAKE_FAULT_RESET,
    FAKE_FAULT_CUT_HEAD,
    FAKE_FAULT_CUT,
    FAKE_FAULT_GARBAGE,
    FAKE_FAULT_SLOW_HEAD,
    FAKE_FAULT_SLOW_BODY,
    FAKE_FAULT_HUGE,
    FAKE_FAULT_HANG,
    FAKE_FAULT_CLOSE,
    FAKE_FAULT_GZIP,
    FAKE_FAULT_BOMB
};

#define FAKE_WORD_MAX 64

/* One fault: its word, and the number or text after '='. */
struct fake_fault {
    enum fake_fault_kind kind;
    enum fake_fault_class klass;
    const char *name; /* static; for a status "status" */
    bool has_arg;
    long arg;
    char text[FAKE_WORD_MAX];
};

/* When a rule strikes. */
enum fake_when {
    FAKE_WHEN_SHARE, /* a probability */
    FAKE_WHEN_FIRST, /* the first N */
    FAKE_WHEN_AFTER, /* all after N */
    FAKE_WHEN_AT,    /* the Nth alone, from 1 */
    FAKE_WHEN_EVERY, /* each Nth */
    FAKE_WHEN_ONCE,  /* the first N times that a body is seen; N = 1 when not given */
    FAKE_WHEN_TEXT   /* bodies that hold a text */
};

struct fake_rule {
    struct fake_fault fault;
    enum fake_when when;
    double share;
    long n;
    char text[FAKE_WORD_MAX];
    char job[16]; /* "extract", "adjust", "translate", "research", "page"; empty = any but
                     pages */
    long seen;    /* requests of that job so far */
};

#define FAKE_RULES_MAX 32

struct fake_rules {
    struct fake_rule rule[FAKE_RULES_MAX];
    size_t count;
    uint64_t seed;
};

/* "429", "cut=100", "unsupported=temperature". False when it is no fault. */
bool fake_fault_parse(const char *word, struct fake_fault *ret);
/* "WHAT:WHEN[@JOB]" with WHEN one of 0.05 firstN afterN atN everyN once[N] all ~TEXT.
 * False when it is malformed or there are too many. */
bool fake_rules_add(struct fake_rules *rules, const char *spec);

/* What a rule looks at. */
struct fake_occasion {
    const char *job;
    const char *body;
    size_t len;
    uint64_t print; /* of the body */
    long times;     /* how often this body came, this time included */
};

/* The fault for a request, kind NONE when there is none; counts the request. */
struct fake_fault fake_rules_choose(struct fake_rules *rules,
                                    const struct fake_occasion *occasion);

enum fake_latency_kind {
    FAKE_LATENCY_CONST,
    FAKE_LATENCY_UNIFORM,
    FAKE_LATENCY_LOGNORMAL
};

struct fake_latency {
    enum fake_latency_kind kind;
    double a, b; /* const: ms; uniform: from, to; lognormal: median in ms, sigma */
};

/* "200", "const:200", "uniform:100-300", "lognormal:200:0.5". False when malformed. */
bool fake_latency_parse(const char *spec, struct fake_latency *ret);
/* Microseconds, drawn by `u` from the state. */
int64_t fake_latency_draw(const struct fake_latency *latency, uint64_t *state);

#endif
