/* A CV from a document's text: headings open sections, lines with dates open jobs, bullets
 * and "Environment:" lines belong to the open job. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "answers.h"
#include "util.h"

enum section {
    S_NONE,
    S_SKILLS,
    S_LANGUAGES,
    S_TOOLS,
    S_CERTIFICATIONS,
    S_INDUSTRIES,
    S_SPOKEN,
    S_ACADEMIC,
    S_OVERVIEW,
    S_EXPERIENCE
};

static const char *const k_lists[] = {[S_SKILLS] = "skills",
                                      [S_LANGUAGES] = "languages",
                                      [S_TOOLS] = "tools",
                                      [S_CERTIFICATIONS] = "certifications",
                                      [S_INDUSTRIES] = "industries",
                                      [S_SPOKEN] = "spoken_languages",
                                      [S_ACADEMIC] = "academic_background"};

static const struct {
    const char *title;
    enum section section;
} k_titles[] = {
    {"skills", S_SKILLS},
    {"key skills", S_SKILLS},
    {"competencies", S_SKILLS},
    {"languages", S_LANGUAGES},
    {"programming languages", S_LANGUAGES},
    {"tools", S_TOOLS},
    {"technologies", S_TOOLS},
    {"tools and technologies", S_TOOLS},
    {"certifications", S_CERTIFICATIONS},
    {"certificates", S_CERTIFICATIONS},
    {"industries", S_INDUSTRIES},
    {"spoken languages", S_SPOKEN},
    {"academic background", S_ACADEMIC},
    {"education", S_ACADEMIC},
    {"overview", S_OVERVIEW},
    {"summary", S_OVERVIEW},
    {"profile", S_OVERVIEW},
    {"about me", S_OVERVIEW},
    {"professional experience", S_EXPERIENCE},
    {"experience", S_EXPERIENCE},
    {"work experience", S_EXPERIENCE},
    {"employment", S_EXPERIENCE},
    {"work history", S_EXPERIENCE},
};

struct line {
    char text[2048];
    bool bullet, marked; /* marked: a Markdown heading */
};

struct state {
    struct json_object *identity, *sidebar, *experiences, *job;
    struct cvx_buf overview;
    char top[4][256]; /* lines before the first section */
    bool top_marked[4];
    size_t n_top;
    enum section section;
};

/* ---- lines ------------------------------------------------------------------------------ */

static const char *bullet_end(const char *p)
{
    static const char *const k_bullets[] = {"•", "·", "- ", "* ", "+ ",
                                            "–", "—", "→",  "->"};

    for (size_t i = 0; i < sizeof k_bullets / sizeof *k_bullets; i++) {
        size_t n = strlen(k_bullets[i]);

        if (strncmp(p, k_bullets[i], n) == 0)
            return p + n;
    }
    return NULL;
}

/* Folds white space, takes Markdown's signs off. */
static void line_clean(const char *p, size_t len, struct line *ret)
{
    char raw[2048];
    const char *q;
    size_t n = 0;

    *ret = (struct line){0};
    for (size_t i = 0; i < len && n < sizeof raw - 1; i++) {
        bool blank = isspace((unsigned char)p[i]) || p[i] == '\0';

        if (!blank)
            raw[n++] = p[i];
        else if (n > 0 && raw[n - 1] != ' ')
            raw[n++] = ' ';
    }
    while (n > 0 && raw[n - 1] == ' ')
        n--;
    raw[n] = '\0';
    q = raw;
    if (*q == '#') {
        ret->marked = true;
        q += strspn(q, "# ");
    }
    const char *after = bullet_end(q);
    if (after) {
        ret->bullet = true;
        q = after + strspn(after, " ");
    }
    if (strncmp(q, "**", 2) == 0 && strlen(q) > 4) {
        size_t l = strlen(q);

        if (strcmp(q + l - 2, "**") == 0) {
            raw[(size_t)(q - raw) + l - 2] = '\0';
            q += 2;
        }
    }
    memcpy(ret->text, q, strlen(q) + 1);
}

static bool title_is(const char *text, size_t len, const char *title)
{
    while (len > 0 && strchr(" .:;", text[len - 1]))
        len--;
    return strlen(title) == len && strncasecmp(text, title, len) == 0;
}

static enum section section_of(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof k_titles / sizeof *k_titles; i++) {
        if (title_is(text, len, k_titles[i].title))
            return k_titles[i].section;
    }
    return S_NONE;
}

static bool is_year(const char *p)
{
    return (strncmp(p, "19", 2) == 0 || strncmp(p, "20", 2) == 0) &&
           isdigit((unsigned char)p[2]) && isdigit((unsigned char)p[3]) &&
           !isdigit((unsigned char)p[4]);
}

/* A line that opens with a date: "Jan 2020 - Present ...", "03/2019 – ...", "2015 | ...". */
static bool starts_with_date(const char *text)
{
    static const char k_months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    const char *p = text;

    if (isalpha((unsigned char)*p)) {
        char three[4] = "";

        for (size_t i = 0; i < 3 && isalpha((unsigned char)p[i]); i++)
            three[i] = (char)tolower((unsigned char)p[i]);
        const char *at = strstr(k_months, three);
        if (strlen(three) < 3 || !at || (at - k_months) % 3)
            return false;
        p += strcspn(p, " ");
        p += strspn(p, " ");
    } else if (isdigit((unsigned char)*p) && strchr(p, '/') && strchr(p, '/') - p <= 2) {
        p = strchr(p, '/') + 1;
    }
    if (!is_year(p))
        return false;
    p += 4;
    p += strspn(p, " ");
    return *p == '-' || *p == '|' || (unsigned char)*p >= 0x80;
}

static size_t count_of(const char *text, char c)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == c;
    return n;
}

static const char *environment_of(const char *text)
{
    static const char *const k_words[] = {"environment", "technologies", "tech stack"};

    for (size_t i = 0; i < sizeof k_words / sizeof *k_words; i++) {
        size_t n = strlen(k_words[i]);

        if (strncasecmp(text, k_words[i], n) != 0)
            continue;
        n += strspn(text + n, " ");
        if (text[n] == ':' && text[n + 1])
            return text + n + 1;
    }
    return NULL;
}

static bool opens_job(const struct line *line)
{
    size_t len = strlen(line->text);

    if (starts_with_date(line->text))
        return true;
    if (line->bullet)
        return false;
    return line->marked || (len <= 80 && count_of(line->text, ' ') <= 10 &&
                            !strchr(".;:", line->text[len - 1]) &&
                            strncasecmp(line->text, "environment", 11) != 0);
}

/* ---- items -------------------------------------------------------------------------------- */

static bool array_holds(struct json_object *array, const char *text, size_t len)
{
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *one = json_object_array_get_idx(array, i);

        if ((size_t)json_object_get_string_len(one) == len &&
            memcmp(json_object_get_string(one), text, len) == 0)
            return true;
    }
    return false;
}

static size_t separator(const char *p)
{
    static const char *const k_separators[] = {"•", "·", "‧", "∙", "●"};

    if (*p == ',' || *p == ';' || *p == '|')
        return 1;
    for (size_t i = 0; i < sizeof k_separators / sizeof *k_separators; i++) {
        size_t n = strlen(k_separators[i]);

        if (strncmp(p, k_separators[i], n) == 0)
            return n;
    }
    return 0;
}

static void item_add(struct json_object *array, const char *from, const char *to,
                     bool once)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    size_t len = (size_t)(to - from);
    if (len > 0 && !(once && array_holds(array, from, len)))
        json_object_array_add(array, json_object_new_string_len(from, (int)len));
}

static void items_add(struct json_object *array, const char *text, bool once)
{
    const char *from = text, *p = text;

    while (*p) {
        size_t n = separator(p);

        if (n == 0) {
            p++;
            continue;
        }
        item_add(array, from, p, once);
        p += n;
        from = p;
    }
    item_add(array, from, p, once);
}

/* ---- building ----------------------------------------------------------------------------- */

static void job_open(struct state *s, const char *heading)
{
    s->job = json_object_new_object();
    json_object_object_add(s->job, "heading", json_object_new_string(heading));
    json_object_object_add(s->job, "description", json_object_new_string(""));
    json_object_object_add(s->job, "bullets", json_object_new_array());
    json_object_object_add(s->job, "environment", NULL);
    json_object_array_add(s->experiences, s->job);
}

static void job_describe(struct state *s, const char *text)
{
    struct json_object *old = fake_member(s->job, "description");
    struct cvx_buf joined = CVX_BUF_INIT;

    cvx_buf_puts(&joined, json_object_get_string(old));
    if (joined.len > 0)
        cvx_buf_putc(&joined, ' ');
    cvx_buf_puts(&joined, text);
    json_object_set_string(old, joined.data);
    cvx_buf_done(&joined);
}

static void job_environment(struct state *s, const char *text)
{
    struct json_object *list = fake_member(s->job, "environment");

    if (!list) {
        list = json_object_new_array();
        json_object_object_add(s->job, "environment", list);
    }
    items_add(list, text, false);
}

static void experience_line(struct state *s, const struct line *line)
{
    const char *environment = environment_of(line->text);

    if (environment && s->job)
        job_environment(s, environment);
    else if (opens_job(line))
        job_open(s, line->text);
    else if (!s->job)
        return;
    else if (line->bullet)
        json_object_array_add(fake_member(s->job, "bullets"),
                              json_object_new_string(line->text));
    else
        job_describe(s, line->text);
}

static void top_line(struct state *s, const struct line *line)
{
    bool contact = strchr(line->text, '@') || strstr(line->text, "://") ||
                   strspn(line->text, "+0123456789 ()/-") == strlen(line->text);

    if (contact || s->n_top == sizeof s->top / sizeof *s->top)
        return;
    size_t len = strlen(line->text);
    if (len >= sizeof s->top[0])
        return;
    memcpy(s->top[s->n_top], line->text, len + 1);
    s->top_marked[s->n_top++] = line->marked;
}

static void section_line(struct state *s, const struct line *line)
{
    if (s->section == S_NONE) {
        top_line(s, line);
    } else if (s->section == S_OVERVIEW) {
        if (s->overview.len > 0)
            cvx_buf_putc(&s->overview, ' ');
        cvx_buf_puts(&s->overview, line->text);
    } else if (s->section == S_EXPERIENCE) {
        experience_line(s, line);
    } else {
        items_add(fake_member(s->sidebar, k_lists[s->section]), line->text, true);
    }
}

static void line_take(struct state *s, const struct line *line)
{
    const char *colon = strchr(line->text, ':');
    enum section section = section_of(line->text, strlen(line->text));

    if (section != S_NONE && !line->bullet) {
        s->section = section;
        s->job = NULL;
        return;
    }
    /* "Skills: a, b, c" on one line, outside of jobs. */
    section = colon && s->section != S_EXPERIENCE
                  ? section_of(line->text, (size_t)(colon - line->text))
                  : S_NONE;
    if (section != S_NONE && section < S_OVERVIEW)
        items_add(fake_member(s->sidebar, k_lists[section]), colon + 1, true);
    else
        section_line(s, line);
}

/* Whether a line names a role rather than a person. */
static bool is_role(const char *text)
{
    static const char *const k_roles[] = {
        "engineer",   "developer",     "manager", "designer",  "analyst",
        "consultant", "architect",     "lead",    "head",      "officer",
        "nurse",      "teacher",       "writer",  "scientist", "director",
        "specialist", "administrator", "violist", "tester",    "accountant",
        "chef"};

    for (size_t i = 0; i < sizeof k_roles / sizeof *k_roles; i++) {
        if (fake_holds(text, k_roles[i]))
            return true;
    }
    return false;
}

static void identity_make(struct state *s)
{
    /* The layout's own order is title, then name; Markdown's is the name as its heading. */
    size_t name = s->n_top > 1 && !s->top_marked[0] && !is_role(s->top[1]) ? 1 : 0;
    const char *title = s->n_top > 1 ? s->top[1 - name] : "";
    const char *full = s->n_top > 0 ? s->top[name] : "";
    size_t first = strcspn(full, " ");

    json_object_object_add(s->identity, "title", json_object_new_string(title));
    json_object_object_add(s->identity, "full_name", json_object_new_string(full));
    json_object_object_add(s->identity, "first_name",
                           json_object_new_string_len(full, (int)first));
    json_object_object_add(
        s->identity, "last_name",
        json_object_new_string(full + first + strspn(full + first, " ")));
}

struct json_object *fake_answer_extract(const char *text, size_t len)
{
    struct state s = {.identity = json_object_new_object(),
                      .sidebar = json_object_new_object(),
                      .experiences = json_object_new_array()};
    struct json_object *cv = json_object_new_object();

    for (int i = S_SKILLS; i <= S_ACADEMIC; i++)
        json_object_object_add(s.sidebar, k_lists[i], json_object_new_array());
    for (size_t from = 0; from < len;) {
        const char *end = memchr(text + from, '\n', len - from);
        size_t to = end ? (size_t)(end - text) : len;
        struct line line;

        line_clean(text + from, to - from, &line);
        if (line.text[0] && strspn(line.text, "-=*_ ") != strlen(line.text))
            line_take(&s, &line);
        from = to + 1;
    }
    identity_make(&s);
    json_object_object_add(cv, "identity", s.identity);
    json_object_object_add(cv, "sidebar", s.sidebar);
    json_object_object_add(
        cv, "overview", json_object_new_string(s.overview.data ? s.overview.data : ""));
    json_object_object_add(cv, "experiences", s.experiences);
    cvx_buf_done(&s.overview);
    return cv;
}
