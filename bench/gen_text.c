/* Owns the words of the generated CVs and how they become sentences. */
#include "gen_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) ((unsigned)(sizeof(list) / sizeof((list)[0])))
#define PICK(text, list) ((list)[cvx_gen_text_below((text), COUNT(list))])

const char *const cvx_gen_text_sections[CVX_GEN_SECTIONS] = {
    "SKILLS",           "LANGUAGES",           "TOOLS",         "INDUSTRIES",
    "SPOKEN LANGUAGES", "ACADEMIC BACKGROUND", "CERTIFICATIONS"};

static const char *const k_first[] = {
    "Adela",  "Bastien",   "Chiara",  "Dimitri", "Eleonora", "Fenna",
    "Gustav", "Henriette", "Ilmari",  "Jördis",  "Kamil",    "Liv",
    "Matej",  "Nadège",    "Orsolya", "Pavel",   "Quirin",   "Rosalía",
    "Søren",  "Tamsin",    "Ulrika",  "Viorel",  "Wanda",    "Žofie"};
static const char *const k_last[] = {
    "Achterberg", "Brændstrup",  "Castellanos", "Dąbrowska",  "Eichenlaub", "Ferrantelli",
    "Grünwald",   "Hollingdale", "Iwanczuk",    "Jokiranta",  "Kovalenko",  "Lindqvist",
    "Maråker",    "Nørregaard",  "Oyelaran",    "Pettigrew",  "Quintero",   "Rautavaara",
    "Szabados",   "Tremblay",    "Uhlířová",    "Vandermeer", "Westergren", "Zieliński"};
static const char *const k_level[] = {"Senior", "Lead", "Principal", "Associate",
                                      "Chief"};
static const char *const k_field[] = {
    "Data Platform",    "Embedded Systems", "Payments",          "Machine Vision",
    "Network Security", "Logistics",        "Clinical Software", "Energy Trading"};
static const char *const k_role[] = {"Engineer", "Architect", "Consultant",
                                     "Analyst",  "Developer", "Programme Manager"};
static const char *const k_month[] = {"January", "February", "March",    "April",
                                      "May",     "June",     "July",     "August",
                                      "Sept",    "October",  "November", "Dec"};
static const char *const k_verb[] = {"Designed", "Rebuilt",  "Introduced", "Led",
                                     "Migrated", "Hardened", "Automated",  "Specified",
                                     "Measured", "Replaced", "Delivered",  "Maintained"};
static const char *const k_kind[] = {
    "an event-driven", "a fault-tolerant", "a multi-tenant",   "a low-latency",
    "a regulated",     "a self-hosted",    "a batch-oriented", "a real-time"};
static const char *const k_thing[] = {
    "ingestion pipeline", "settlement engine",   "telemetry gateway",
    "scheduling service", "reporting warehouse", "firmware update path",
    "identity provider",  "search index",        "dispatch planner",
    "imaging archive",    "pricing model",       "audit trail"};
static const char *const k_gain[] = {"cutting the nightly run from %u to %u hours",
                                     "bringing incidents down from %u to %u a quarter",
                                     "serving %u sites in %u countries",
                                     "keeping %u services available through %u releases",
                                     "reducing storage cost by %u%% within %u months",
                                     "coordinating %u engineers over %u teams"};
static const char *const k_for[] = {
    "a regional hospital group",   "a Nordic grid operator",
    "an insurer’s claims desk",    "two container terminals",
    "a maker of rail signalling",  "an online pharmacy",
    "the city’s transport office", "a satellite operator"};
static const char *const k_skill[] = {
    "Stakeholder workshops", "Capacity planning", "Threat modelling", "Code review",
    "Cost control",          "Incident command",  "Mentoring",        "Technical writing",
    "Requirements analysis", "Release management"};
static const char *const k_language[] = {"C",    "C++",     "Rust",   "Go",  "Python",
                                         "Java", "Kotlin",  "Erlang", "SQL", "TypeScript",
                                         "Ada",  "Haskell", "Bash",   "VHDL"};
static const char *const k_tool[] = {
    "PostgreSQL", "Kafka",     "Kubernetes", "Terraform", "Ansible",       "Grafana",
    "Prometheus", "GitLab CI", "RabbitMQ",   "Redis",     "Elasticsearch", "Wireshark",
    "Yocto",      "CMake",     "Airflow",    "Vault"};
static const char *const k_industry[] = {"Energy",    "Health care", "Rail",
                                         "Insurance", "Shipping",    "Retail banking",
                                         "Space",     "Pharmacy"};
static const char *const k_spoken[] = {"English", "Deutsch", "Français",
                                       "Svenska", "Polski",  "Español",
                                       "Suomi",   "Čeština", "日本語"};
static const char *const k_degree[] = {
    "BSc Computer Science", "MSc Applied Mathematics", "MSc Electrical Engineering",
    "BEng Mechatronics",    "PhD Operations Research", "BA Information Design"};
static const char *const k_school[] = {
    "Polytechnic of Aldermoor", "University of Vestholm", "Technical College Rauhala",
    "Institute of Monteverde",  "Royal Academy of Lindö", "Open Faculty Brannick"};
static const char *const k_certificate[] = {
    "Certified Platform Operator", "Safety Assessor Level 2",
    "Cloud Practitioner (Gold)",   "Network Auditor",
    "Agile Coach Foundation",      "Privacy Officer"};

uint64_t cvx_gen_text_next(struct cvx_gen_text *text)
{
    uint64_t z = text->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

unsigned cvx_gen_text_below(struct cvx_gen_text *text, unsigned n)
{
    return (unsigned)(cvx_gen_text_next(text) % n);
}

__attribute__((format(printf, 3, 4))) static void put(char *to, size_t size,
                                                      const char *format, ...)
{
    size_t len = strlen(to);
    va_list ap;

    va_start(ap, format);
    vsnprintf(to + len, size - len, format, ap);
    va_end(ap);
}

/* Some distinct items of a list, from a random place on, joined by commas. */
static void put_items(struct cvx_gen_text *text, char *to, size_t size,
                      const char *const *list, unsigned count, unsigned wanted)
{
    unsigned at = cvx_gen_text_below(text, count);
    unsigned step = count % 2 ? 2 : count % 3 ? 3 : 5;

    for (unsigned i = 0; i < wanted; i++)
        put(to, size, "%s%s", i ? ", " : "", list[(at + i * step) % count]);
}

static void put_gain(struct cvx_gen_text *text, char *to, size_t size)
{
    unsigned a = 12 + cvx_gen_text_below(text, 80), b = 2 + cvx_gen_text_below(text, 10);

    put(to, size, PICK(text, k_gain), a, b);
}

/* "Rebuilt a low-latency search index for the city’s transport office, ..." */
static void put_deed(struct cvx_gen_text *text, char *to, size_t size)
{
    const char *verb = PICK(text, k_verb), *kind = PICK(text, k_kind);
    const char *thing = PICK(text, k_thing), *whom = PICK(text, k_for);

    put(to, size, "%s %s %s for %s, ", verb, kind, thing, whom);
    put_gain(text, to, size);
}

static void make_heading(struct cvx_gen_text *text, unsigned from, unsigned to,
                         struct cvx_gen_job *job)
{
    const char *begin = PICK(text, k_month), *end = PICK(text, k_month);
    const char *field = PICK(text, k_field), *role = PICK(text, k_role);
    char *line = job->heading;

    put(line, sizeof(job->heading), "%s %u – ", begin, from);
    if (to == 0)
        put(line, sizeof(job->heading), "Present");
    else
        put(line, sizeof(job->heading), "%s %u", end, to);
    put(line, sizeof(job->heading), " | %s %s", field, role);
}

static void make_job(struct cvx_gen_text *text, unsigned from, unsigned to,
                     struct cvx_gen_job *job)
{
    *job = (struct cvx_gen_job){0};
    make_heading(text, from, to, job);
    put_deed(text, job->description, sizeof(job->description));
    const char *skill = PICK(text, k_skill), *thing = PICK(text, k_thing);
    put(job->description, sizeof(job->description),
        ". The work began with %s & ended in a new %s.", skill, thing);
    job->n_bullets = CVX_GEN_BULLETS - cvx_gen_text_below(text, 2);
    for (unsigned i = 0; i < job->n_bullets; i++)
        put_deed(text, job->bullets[i], sizeof(job->bullets[i]));
    put_items(text, job->environment, sizeof(job->environment), k_language,
              COUNT(k_language), 3 + cvx_gen_text_below(text, 3));
    put(job->environment, sizeof(job->environment), ", ");
    put_items(text, job->environment, sizeof(job->environment), k_tool, COUNT(k_tool),
              3 + cvx_gen_text_below(text, 4));
}

static void put_degree(struct cvx_gen_text *text, char *to, size_t size)
{
    const char *school = PICK(text, k_school), *degree = PICK(text, k_degree);

    put(to, size, "%s %s (%u)", school, degree, 1990 + cvx_gen_text_below(text, 25));
}

static void make_sidebar(struct cvx_gen_text *text, char (*sidebar)[CVX_GEN_LINE])
{
    const struct {
        const char *const *list;
        unsigned count, least;
    } of[CVX_GEN_SECTIONS] = {
        {k_skill, COUNT(k_skill), 4},
        {k_language, COUNT(k_language), 5},
        {k_tool, COUNT(k_tool), 6},
        {k_industry, COUNT(k_industry), 3},
        {k_spoken, COUNT(k_spoken), 2},
        {NULL, 0, 0},
        {k_certificate, COUNT(k_certificate), 2},
    };

    for (unsigned i = 0; i < CVX_GEN_SECTIONS; i++)
        if (of[i].list)
            put_items(text, sidebar[i], CVX_GEN_LINE, of[i].list, of[i].count,
                      of[i].least + cvx_gen_text_below(text, 3));
        else
            put_degree(text, sidebar[i], CVX_GEN_LINE);
}

static void make_overview(struct cvx_gen_text *text, size_t number, struct cvx_gen_cv *cv)
{
    char *to = cv->overview;
    size_t size = sizeof(cv->overview);

    put(to, size, "%s %s, %s, has a record in ", cv->first, cv->last, cv->title);
    put_items(text, to, size, k_industry, COUNT(k_industry), 3);
    put(to, size, ". Most recently: ");
    put_deed(text, to, size);
    put(to, size, ". Known for ");
    put_items(text, to, size, k_skill, COUNT(k_skill), 3);
    put(to, size, "; writes & reviews %s daily. Profile no. %zu.", PICK(text, k_language),
        number);
}

void cvx_gen_text_cv(struct cvx_gen_text *text, size_t number, struct cvx_gen_cv *ret)
{
    unsigned year = 2014 + cvx_gen_text_below(text, 10);

    *ret = (struct cvx_gen_cv){.n_jobs = CVX_GEN_JOBS};
    const char *level = PICK(text, k_level), *field = PICK(text, k_field);
    put(ret->title, sizeof(ret->title), "%s %s %s", level, field, PICK(text, k_role));
    put(ret->first, sizeof(ret->first), "%s", PICK(text, k_first));
    put(ret->last, sizeof(ret->last), "%s", PICK(text, k_last));
    make_overview(text, number, ret);
    for (unsigned i = 0; i < ret->n_jobs; i++) {
        unsigned from = year - 1 - cvx_gen_text_below(text, 3);
        make_job(text, from, i == 0 ? 0 : year, &ret->jobs[i]);
        year = from;
    }
    make_sidebar(text, ret->sidebar);
}
