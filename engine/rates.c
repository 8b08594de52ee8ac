/* Owns the reading of rate-limit headers, and of the sentence in which a 429 names the limit
 * where headers are missing. Whatever cannot be read, or cannot be true, counts as not told:
 * a wrong figure would pace the whole run. Thread: any. */
#include "rates.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { TEXT_MAX = 4096 }; /* of an error's body that is looked at */

static const double k_none = -1, k_year_s = 366.0 * 86400, k_absurd = 1e15;

/* An unsigned decimal at *at, which moves behind it; -1 = there is none. Not strtod(): that
 * takes hexadecimal, "inf", exponents, and the locale's decimal point. */
static double number(const char **at)
{
    const char *p = *at;
    double value = 0, place = 0.1;
    bool any = false;

    for (; *p >= '0' && *p <= '9'; p++, any = true)
        value = value * 10 + (*p - '0');
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++, any = true) {
            value += place * (*p - '0');
            place /= 10;
        }
    if (!any || !isfinite(value))
        return k_none;
    *at = p;
    return value;
}

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

/* A number and nothing else. */
static double whole_number(const char *text)
{
    if (!text)
        return k_none;

    const char *p = skip_blanks(text);
    double value = number(&p);

    return *skip_blanks(p) || value > k_absurd ? k_none : value;
}

/* Seconds in the unit at *at, which moves behind it; -1 = no unit. */
static double unit(const char **at)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"ms", 1e-3}, {"us", 1e-6}, {"\xC2\xB5s", 1e-6},
                 {"ns", 1e-9}, {"h", 3600},  {"m", 60},
                 {"s", 1},     {"d", 86400}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t len = strlen(units[i].name);

        if (strncasecmp(*at, units[i].name, len) == 0) {
            *at += len;
            return units[i].seconds;
        }
    }
    return k_none;
}

/* A Go duration at *at, which moves behind it; -1 = none. */
static double duration(const char **at)
{
    const char *p = *at;
    double sum = k_none;

    while (isdigit((unsigned char)*p) || *p == '.') {
        const char *part = p;
        double value = number(&part);
        double scale = value < 0 ? k_none : unit(&part);

        if (scale < 0)
            break;
        sum = fmax(sum, 0) + value * scale;
        p = part;
    }
    *at = p;
    return sum;
}

static double sane_wait(double seconds)
{
    return seconds >= 0 && seconds <= k_year_s ? seconds : k_none;
}

double cvx_rates_duration(const char *text)
{
    if (!text)
        return k_none;

    const char *p = skip_blanks(text);
    double sum = duration(&p);

    if (sum >= 0 && !*skip_blanks(p))
        return sane_wait(sum);
    return sane_wait(whole_number(text));
}

/* ---- Retry-After ---- */

static int month(const char *name)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};

    for (int i = 0; i < 12; i++)
        if (strcasecmp(name, names[i]) == 0)
            return i;
    return -1;
}

/* The three forms of an HTTP date (RFC 9110, 5.6.7), as Unix time; -1 = none of them. */
static double http_date(const char *text)
{
    struct tm tm = {0};
    char name[4] = "";
    int year = 0;
    bool read = sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d", &tm.tm_mday,
                       name, &year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6 ||
                sscanf(text, "%*9[A-Za-z], %2d-%3[A-Za-z]-%4d %2d:%2d:%2d", &tm.tm_mday,
                       name, &year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) == 6 ||
                sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", name,
                       &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &year) == 6;

    tm.tm_mon = month(name);
    if (!read || tm.tm_mon < 0 || year < 0 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
        tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
        tm.tm_sec < 0 || tm.tm_sec > 60)
        return k_none;
    if (year < 100) /* RFC 850 */
        year += year < 70 ? 2000 : 1900;
    tm.tm_year = year - 1900;
    return (double)timegm(&tm);
}

static double retry_after(const struct cvx_reply *reply, double wall_s)
{
    double ms = whole_number(cvx_reply_header(reply, "retry-after-ms"));
    const char *text = cvx_reply_header(reply, "retry-after");

    if (ms >= 0 && sane_wait(ms / 1e3) >= 0)
        return ms / 1e3;
    if (!text)
        return k_none;

    double seconds = cvx_rates_duration(text);
    double date = seconds >= 0 ? k_none : http_date(skip_blanks(text));

    return date >= 0 ? sane_wait(fmax(0, date - wall_s)) : seconds;
}

static int should_retry(const struct cvx_reply *reply)
{
    const char *text = cvx_reply_header(reply, "x-should-retry");

    if (!text)
        return -1;
    text = skip_blanks(text);
    if (strncasecmp(text, "true", 4) == 0)
        return 1;
    return strncasecmp(text, "false", 5) == 0 ? 0 : -1;
}

/* ---- limits ---- */

static const char *rate_header(const struct cvx_reply *reply, const char *what,
                               const char *of)
{
    char name[64];

    snprintf(name, sizeof(name), "x-ratelimit-%s-%s", what, of);
    return cvx_reply_header(reply, name);
}

static struct cvx_rate read_rate(const struct cvx_reply *reply, const char *of)
{
    struct cvx_rate rate = {
        .limit = whole_number(rate_header(reply, "limit", of)),
        .remaining = whole_number(rate_header(reply, "remaining", of)),
        .reset_s = cvx_rates_duration(rate_header(reply, "reset", of)),
    };

    /* No limit at all would be told by silence, so a limit of 0 is one that the server does
     * not know, and then its "remaining 0" is not known either. */
    if (rate.limit <= 0) {
        rate.limit = k_none;
        if (rate.remaining <= 0)
            rate.remaining = k_none;
    }
    if (rate.limit > 0)
        rate.remaining = fmin(rate.remaining, rate.limit);
    /* A bucket that is not full cannot be full in no time. */
    if (rate.reset_s <= 0 && (rate.limit < 0 || rate.remaining < rate.limit))
        rate.reset_s = k_none;
    return rate;
}

static double lower(double a, double b)
{
    if (a < 0 || b < 0)
        return fmax(a, b);
    return fmin(a, b);
}

static bool tighter(const struct cvx_rate *a, const struct cvx_rate *b)
{
    return lower(a->limit, b->limit) == a->limit &&
           lower(a->remaining, b->remaining) == a->remaining;
}

/* The figures of two buckets in series: whole where one is the narrower in all, else the lower
 * of each, whose reset then belongs to neither. */
static struct cvx_rate tightest(const struct cvx_rate *a, const struct cvx_rate *b)
{
    double limit = lower(a->limit, b->limit);
    double remaining = lower(a->remaining, b->remaining);

    if (tighter(a, b))
        return *a;
    if (tighter(b, a))
        return *b;
    if (limit > 0)
        remaining = fmin(remaining, limit);
    return (struct cvx_rate){limit, remaining, k_none};
}

static struct cvx_rate read_both(const struct cvx_reply *reply, const char *of,
                                 const char *project)
{
    struct cvx_rate model = read_rate(reply, of), whole = read_rate(reply, project);

    return tightest(&model, &whole);
}

/* ---- the text of a 429 ---- */

/* What follows `word` in the text, NULL = it is not there. */
static const char *after(const char *text, const char *word)
{
    const char *p = strcasestr(text, word);

    return p ? p + strlen(word) : NULL;
}

static void spent(const char *text, struct cvx_rates *ret)
{
    const char *requests = after(text, "(RPM)"), *tokens = after(text, "(TPM)");
    const char *named = requests ? requests : tokens;
    struct cvx_rate *rate = requests ? &ret->requests : &ret->tokens;
    const char *limit = named ? after(named, "limit ") : NULL;

    if (named)
        ret->spent = requests ? CVX_RATES_REQUESTS : CVX_RATES_TOKENS;
    else if (strcasestr(text, "\"type\":\"requests\"") ||
             strcasestr(text, "\"type\": \"requests\""))
        ret->spent = CVX_RATES_REQUESTS;
    else if (strcasestr(text, "\"type\":\"tokens\"") ||
             strcasestr(text, "\"type\": \"tokens\""))
        ret->spent = CVX_RATES_TOKENS;
    if (limit && rate->limit < 0) {
        double value = number(&limit);

        rate->limit = value > 0 && value <= k_absurd ? value : k_none;
        if (rate->limit > 0)
            rate->remaining = fmin(rate->remaining, rate->limit);
    }
}

/* "Rate limit reached for M in organization O on requests per min (RPM): Limit 3, Used 3,
 * Requested 1. Please try again in 20s." */
static void read_text(const struct cvx_reply *reply, struct cvx_rates *ret)
{
    char text[TEXT_MAX];
    size_t len = reply->body.len < sizeof(text) - 1 ? reply->body.len : sizeof(text) - 1;

    if (!reply->body.data)
        return;
    memcpy(text, reply->body.data, len);
    text[len] = '\0';
    spent(text, ret);

    const char *again = after(text, "try again in ");

    if (again && ret->retry_after_s < 0)
        ret->retry_after_s = sane_wait(duration(&again));
}

void cvx_rates_read(const struct cvx_reply *reply, double wall_s, struct cvx_rates *ret)
{
    *ret = (struct cvx_rates){
        .status = reply->status,
        .requests = read_both(reply, "requests", "project-requests"),
        .tokens = read_both(reply, "tokens", "project-tokens"),
        .retry_after_s = retry_after(reply, wall_s),
        .should_retry = should_retry(reply),
    };
    if (reply->status == 429)
        read_text(reply, ret);
}
