/* A company profile from the text of its pages: the name from its title, the rest from words
 * that the pages really hold. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "answers.h"
#include "util.h"

struct word {
    const char *word, *category;
};

static const struct word k_technologies[] = {
    {"Kubernetes", "platform"}, {"Terraform", "platform"}, {"Docker", "platform"},
    {"PostgreSQL", "database"}, {"Kafka", "messaging"},    {"Python", "language"},
    {"Java", "language"},       {"Rust", "language"},      {"TypeScript", "language"},
    {"React", "framework"},     {"Spring", "framework"},   {"Airflow", "data"},
    {"Spark", "data"},          {"Snowflake", "data"},     {"SAP", "application"},
    {"Linux", "platform"},      {"C++", "language"},       {"AWS", "cloud"},
    {"Azure", "cloud"},
};

static const char *const k_domains[] = {
    "logistics", "energy",      "health",   "finance",   "insurance",
    "retail",    "railway",     "shipping", "education", "automotive",
    "telecom",   "agriculture", "media",    "public",    "software"};

/* The first line that is neither a URL nor a mark, up to a dash or bar. */
static void name_read(const char *text, size_t len, char *ret, size_t size)
{
    size_t from = 0;

    *ret = '\0';
    while (from < len && !*ret) {
        const char *end = memchr(text + from, '\n', len - from);
        size_t to = end ? (size_t)(end - text) : len, n = 0;
        const char *p = text + from;

        while (p < text + to && (isspace((unsigned char)*p) || strchr("#*=-", *p)))
            p++;
        if (strncmp(p, "http", 4) != 0 && strncasecmp(p, "URL", 3) != 0 &&
            isalnum((unsigned char)*p)) {
            for (; p < text + to && n < size - 1; p++) {
                if (strncmp(p, " - ", 3) == 0 || *p == '|' || strncmp(p, " –", 4) == 0 ||
                    *p == ':')
                    break;
                ret[n++] = *p;
            }
            while (n > 0 && ret[n - 1] == ' ')
                n--;
            ret[n] = '\0';
        }
        from = to + 1;
    }
}

/* The sentence of the text that holds `word`; empty when none does. */
static void sentence_of(const char *text, const char *word, char *ret, size_t size)
{
    const char *at = strcasestr(text, word), *from, *to;

    *ret = '\0';
    if (!at)
        return;
    for (from = at; from > text && !strchr(".!?\n", from[-1]);)
        from--;
    while (*from == ' ')
        from++;
    to = at + strcspn(at, ".!?\n");
    snprintf(ret, size, "%.*s",
             (int)(to - from < (int)size - 1 ? to - from : (int)size - 1), from);
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at += n) {
        bool before = at > text && isalnum((unsigned char)at[-1]);

        if (!before && !isalnum((unsigned char)at[n]))
            return true;
    }
    return false;
}

static struct json_object *signals_make(const char *text)
{
    struct json_object *list = json_object_new_array();
    char evidence[256];

    for (size_t i = 0; i < sizeof k_technologies / sizeof *k_technologies; i++) {
        struct json_object *one;

        if (!has_word(text, k_technologies[i].word))
            continue;
        one = json_object_new_object();
        sentence_of(text, k_technologies[i].word, evidence, sizeof evidence);
        json_object_object_add(one, "technology",
                               json_object_new_string(k_technologies[i].word));
        json_object_object_add(one, "category",
                               json_object_new_string(k_technologies[i].category));
        json_object_object_add(one, "interest", json_object_new_string("high"));
        json_object_object_add(one, "interest_level", json_object_new_string("high"));
        json_object_object_add(one, "confidence", json_object_new_double(0.75));
        json_object_object_add(one, "evidence", json_object_new_string(evidence));
        json_object_array_add(list, one);
    }
    return list;
}

static struct json_object *domains_make(const char *text)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < sizeof k_domains / sizeof *k_domains; i++) {
        if (has_word(text, k_domains[i]))
            json_object_array_add(list, json_object_new_string(k_domains[i]));
    }
    if (json_object_array_length(list) == 0)
        json_object_array_add(list, json_object_new_string("services"));
    return list;
}

static int founded_of(const char *text)
{
    static const char *const k_words[] = {"founded in ", "since ", "established in "};

    for (size_t i = 0; i < sizeof k_words / sizeof *k_words; i++) {
        const char *at = strcasestr(text, k_words[i]);
        int year = 0;

        if (at && sscanf(at + strlen(k_words[i]), "%4d", &year) == 1 && year > 1500)
            return year;
    }
    return 0;
}

struct json_object *fake_answer_research(const char *text, size_t len)
{
    struct json_object *made = json_object_new_object();
    char name[128], sentence[512];
    int founded = founded_of(text);

    name_read(text, len, name, sizeof name);
    sentence_of(text, *name ? name : " ", sentence, sizeof sentence);
    json_object_object_add(made, "name",
                           json_object_new_string(*name ? name : "Unknown"));
    json_object_object_add(made, "description", json_object_new_string(sentence));
    json_object_object_add(made, "domains", domains_make(text));
    json_object_object_add(made, "technology_signals", signals_make(text));
    json_object_object_add(made, "technologies", signals_make(text));
    if (founded) {
        json_object_object_add(made, "founded", json_object_new_int(founded));
        json_object_object_add(made, "founded_year", json_object_new_int(founded));
    }
    return made;
}
