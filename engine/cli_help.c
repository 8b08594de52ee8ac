/* Owns the texts of --help and --list, made from the table of flags and the registry. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <cvextract/buf.h>

#include "cli_flags.h"
#include "cli_near.h"
#include "cli_words.h"
#include "settings_knobs.h"

#define COLUMNS ((size_t)80)
#define TEXT_AT ((size_t)26)     /* where the right-hand column begins */
#define LIST_AT_MAX ((size_t)40) /* the same of --list, at most */

/* A text being laid out. Failures latch in buf. */
struct page {
    struct cvx_buf *buf;
    const struct cvx_registry *registry;
    size_t column;  /* bytes on the present line */
    size_t text_at; /* where wrapped text begins */
};

static void page_line(struct page *page)
{
    cvx_buf_putc(page->buf, '\n');
    page->column = 0;
}

static void page_raw(struct page *page, const char *text, size_t len)
{
    cvx_buf_put(page->buf, text, len);
    page->column += len;
}

static void page_space_to(struct page *page, size_t column)
{
    while (page->column < column)
        page_raw(page, " ", 1);
}

/* One piece that is not to be broken, on the next line where this one has no room. */
static void page_piece(struct page *page, const char *piece, size_t len)
{
    if (page->column > page->text_at) {
        if (page->column + 1 + len <= COLUMNS)
            page_raw(page, " ", 1);
        else
            page_line(page);
    }
    page_space_to(page, page->text_at);
    page_raw(page, piece, len);
}

static void page_words(struct page *page, const char *text)
{
    while (text && *text != '\0') {
        size_t len = strcspn(text, " ");

        if (len > 0)
            page_piece(page, text, len);
        text += len;
        text += strspn(text, " ");
    }
}

/* "<left>   <text> <note>", the text wrapped in its own column. */
static void page_entry(struct page *page, size_t indent, const char *left,
                       const char *text, const char *note)
{
    page_space_to(page, indent);
    page_raw(page, left, strlen(left));
    if (page->column + 2 > page->text_at && (*text != '\0' || *note != '\0'))
        page_line(page);
    page_words(page, text);
    page_words(page, note);
    page_line(page);
}

static void page_heading(struct page *page, const char *text)
{
    if (page->buf->len > 0)
        page_line(page);
    page_raw(page, text, strlen(text));
    page_line(page);
}

/* ---- flags, keys, stages ---- */

static bool has_kind(const struct page *page, int kind)
{
    return kind < 0 ||
           cvx_registry_at(page->registry, (enum cvx_stage_kind)kind, 0) != NULL;
}

/* Does any stage make API calls? kind -1: of any kind. */
static bool has_api(const struct cvx_registry *registry, int kind)
{
    for (int k = 0; k < CVX_STAGE_KINDS; k++) {
        const struct cvx_stage *stage;

        if (kind >= 0 && k != kind)
            continue;
        for (size_t i = 0;
             (stage = cvx_registry_at(registry, (enum cvx_stage_kind)k, i)) != NULL;
             i++) {
            if (stage->flags & CVX_STAGE_API)
                return true;
        }
    }
    return false;
}

static void put_key(struct page *page, const struct cvx_stage_key *key)
{
    char left[COLUMNS];

    (void)snprintf(left, sizeof(left), "%s%s%s", key->key,
                   key->flags & CVX_KEY_BARE ? "" : "=",
                   key->flags & CVX_KEY_BARE || !key->value ? "" : key->value);
    page_entry(page, 4, left, key->help,
               key->flags & CVX_KEY_REQUIRED ? "(required)" : "");
}

static void put_flag(struct page *page, enum cvx_cli_flag_id id)
{
    const struct cvx_cli_flag *flag = cvx_cli_flags_at(id);
    char left[COLUMNS];

    (void)snprintf(left, sizeof(left), "--%s%s%s", flag->name, flag->value ? " " : "",
                   flag->value ? flag->value : "");
    page_entry(page, 2, left, flag->help, "");
    for (const struct cvx_stage_key *key = flag->keys; key && key->key; key++) {
        if (!(key->flags & CVX_CLI_KEY_API) || has_api(page->registry, flag->kind))
            put_key(page, key);
    }
}

/* "(seconds; default: 900; 0 = none)". */
static void put_knob(struct page *page, const struct cvx_settings_knob *knob)
{
    bool bare = knob->type == CVX_KNOB_BARE;
    struct cvx_buf note = CVX_BUF_INIT;
    char left[COLUMNS];

    (void)snprintf(left, sizeof(left), "%s%s", knob->key, bare ? "" : "=");
    cvx_buf_printf(&note, "(%s%sdefault: ", knob->unit, knob->unit[0] ? "; " : "");
    cvx_settings_knobs_normal(knob, &note);
    cvx_buf_printf(&note, "%s%s)", knob->off[0] ? "; " : "", knob->off);
    page_entry(page, 4, left, knob->help, note.data ? note.data : "");
    if (note.failed)
        page->buf->failed = true;
    cvx_buf_done(&note);
}

static void put_knobs(struct page *page)
{
    const struct cvx_settings_knob *knob;

    for (size_t i = 0; (knob = cvx_settings_knobs_at(i)) != NULL; i++)
        put_knob(page, knob);
}

/* When a verifier runs unasked: "(by default after --extract, --adjust)". */
static void verifier_note(const struct page *page, const struct cvx_stage *stage,
                          char *ret, size_t size)
{
    static const enum cvx_cli_flag_id flags[] = {CVX_CLI_EXTRACT, CVX_CLI_ADJUST,
                                                 CVX_CLI_RENDER};
    size_t len = 0;

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const struct cvx_cli_flag *flag = cvx_cli_flags_at(flags[i]);

        if (!(stage->default_after & CVX_AFTER((unsigned)flag->kind)) ||
            !has_kind(page, flag->kind) || len >= size)
            continue;
        len += (size_t)snprintf(ret + len, size - len, "%s --%s",
                                len > 0 ? "," : "(by default after", flag->name);
    }
    bool apart = (stage->flags & CVX_STAGE_NOT_ADJUSTED) && has_kind(page, CVX_ADJUSTER);
    if (len > 0 && len < size)
        (void)snprintf(ret + len, size - len, "%s)", apart ? ", unless adjusted" : "");
}

/* The keys that a stage flag has anyway are shown with the flag. */
static bool flag_has_key(enum cvx_stage_kind kind, const char *name)
{
    for (int id = 0; id < CVX_CLI_BUILT; id++) {
        const struct cvx_cli_flag *flag = cvx_cli_flags_at((enum cvx_cli_flag_id)id);

        if (flag->kind != (int)kind)
            continue;
        for (const struct cvx_stage_key *key = flag->keys; key && key->key; key++) {
            if (strcmp(key->key, name) == 0)
                return true;
        }
    }
    return false;
}

static void put_stage(struct page *page, const struct cvx_stage *stage)
{
    char note[128] = "";

    if (stage->kind == CVX_VERIFIER)
        verifier_note(page, stage, note, sizeof(note));
    else if (stage->kind == CVX_EXTRACTOR && stage->pattern)
        (void)snprintf(note, sizeof(note), "(%sdefault file-type: %s)",
                       stage->flags & CVX_STAGE_API ? "makes API calls; " : "",
                       stage->pattern);
    else if (stage->flags & CVX_STAGE_API)
        (void)snprintf(note, sizeof(note), "(makes API calls)");
    page_entry(page, 2, stage->name, stage->summary, note);
    for (const struct cvx_stage_key *key = stage->keys; key && key->key; key++) {
        if (!flag_has_key(stage->kind, key->key))
            put_key(page, key);
    }
}

static void put_kind(struct page *page, enum cvx_stage_kind kind)
{
    static const char *const headings[CVX_STAGE_KINDS] = {
        [CVX_EXTRACTOR] = "Extractors (name= of --extract; the first is the default):",
        [CVX_ADJUSTER] = "Adjusters (name= of --adjust):",
        [CVX_RENDERER] = "Renderers (--render takes the first):",
        [CVX_VERIFIER] = "Verifiers (verifier= of any stage):",
    };
    const struct cvx_stage *stage;

    page_heading(page, headings[kind]);
    if (!has_kind(page, (int)kind))
        page_entry(page, 2, "none is built into this program", "", "");
    for (size_t i = 0; (stage = cvx_registry_at(page->registry, kind, i)) != NULL; i++)
        put_stage(page, stage);
}

/* ---- the whole text ---- */

static void put_usage(struct page *page)
{
    static const char name[] = "Usage: cvextract";
    bool other = has_kind(page, CVX_ADJUSTER) || has_kind(page, CVX_RENDERER);
    const char *pieces[] = {
        "[--parallel PARAM...]",
        other ? "[--extract [PARAM...]]" : "--extract [PARAM...]",
        has_kind(page, CVX_ADJUSTER) ? "[--adjust PARAM...]..." : "",
        has_kind(page, CVX_RENDERER) ? "[--render PARAM...]" : "",
        "--target DIR",
        "[OPTION...]",
    };

    page->text_at = strlen(name) + 1;
    page_raw(page, name, strlen(name));
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        if (pieces[i][0] != '\0')
            page_piece(page, pieces[i], strlen(pieces[i]));
    }
    page_line(page);
    page_space_to(page, strlen("Usage: "));
    page_raw(page, name + strlen("Usage: "), strlen("cvextract"));
    page_words(page, "--list [KIND] | --help [TOPIC] | --version");
    page_line(page);
    page_line(page);
    page->text_at = 0;
    page_words(page,
               "Takes CVs, one or a folder full, through the stages given and writes "
               "what they make below the target folder. A PARAM is key=value or a "
               "plain word; all up to the next flag belong to one stage.");
    page_line(page);
    page->text_at = TEXT_AT;
}

static void put_exit(struct page *page)
{
    page_heading(page, "Exit status:");
    page->text_at = 12;
    page_entry(page, 2, "0", "done; for failed files see --fail-on", "");
    page_entry(page, 2, "1",
               "files failed (see --fail-on), or the run could not be carried out: no "
               "input, target full, not writable or in use by another run",
               "");
    page_entry(page, 2, "2",
               "error in the command or its configuration; nothing was done", "");
    if (has_api(page->registry, -1)) {
        page_entry(
            page, 2, "4",
            "API calls stopped: quota, spending limit or a cap of --openai reached", "");
        page_entry(page, 2, "5",
                   "API calls stopped: key, model, certificate or URL refused", "");
    }
    page_entry(page, 2, "130, 143", "interrupted (SIGINT), ended (SIGTERM)", "");
    page->text_at = TEXT_AT;
}

static void put_lines(struct page *page, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        page_raw(page, lines[i], strlen(lines[i]));
        page_line(page);
    }
}

static void put_examples(struct page *page)
{
    static const char *const lines[] = {
        "  cvextract --extract source=cv.docx --target out",
        "  cvextract --parallel source=cvs n=20 --extract --target out \\",
        "            --log-failed failed.txt",
        "  cvextract --parallel source=cvs --rerun-failed failed.txt --extract \\",
        "            --target out --verbosity debug",
    };
    static const char *const render[] = {
        "  cvextract --parallel source=cvs --extract --render template=cv.docx \\",
        "            --target out",
        "  cvextract --render template=cv.docx data=out/structured_data --target out",
    };

    if (!has_kind(page, CVX_EXTRACTOR))
        return;
    page_heading(page, "Examples:");
    put_lines(page, lines, sizeof(lines) / sizeof(lines[0]));
    if (has_kind(page, CVX_RENDERER))
        put_lines(page, render, sizeof(render) / sizeof(render[0]));
}

static void put_whole(struct page *page)
{
    put_usage(page);
    page_heading(page, "Stages and their parameters:");
    for (int id = CVX_CLI_PARALLEL; id <= CVX_CLI_RENDER; id++) {
        if (has_kind(page, cvx_cli_flags_at((enum cvx_cli_flag_id)id)->kind))
            put_flag(page, (enum cvx_cli_flag_id)id);
    }
    for (int kind = 0; kind < CVX_STAGE_KINDS; kind++) {
        if (has_kind(page, kind))
            put_kind(page, (enum cvx_stage_kind)kind);
    }
    page_heading(page, "Options:");
    for (int id = CVX_CLI_TARGET; id < CVX_CLI_BUILT; id++)
        put_flag(page, (enum cvx_cli_flag_id)id);
    put_exit(page);
    put_examples(page);
}

/* ---- one topic ---- */

static bool put_flag_topic(struct page *page, const char *topic)
{
    for (int id = 0; id < CVX_CLI_BUILT; id++) {
        const struct cvx_cli_flag *flag = cvx_cli_flags_at((enum cvx_cli_flag_id)id);

        if (strcmp(flag->name, topic) != 0)
            continue;
        put_flag(page, (enum cvx_cli_flag_id)id);
        if (flag->kind >= 0)
            put_kind(page, (enum cvx_stage_kind)flag->kind);
        if (id == CVX_CLI_OPENAI)
            put_knobs(page);
        return true;
    }
    return false;
}

static bool put_stage_topic(struct page *page, const char *topic)
{
    bool found = false;

    for (int k = 0; k < CVX_STAGE_KINDS; k++) {
        enum cvx_stage_kind kind = (enum cvx_stage_kind)k;
        const struct cvx_stage *stage = cvx_registry_find(page->registry, kind, topic);

        if (strcmp(topic, cvx_cli_flags_plural(kind)) == 0 ||
            strcmp(topic, cvx_stage_kind_name(kind)) == 0) {
            put_kind(page, kind);
            return true;
        }
        if (stage) {
            page_heading(page, cvx_stage_kind_name(kind));
            put_stage(page, stage);
            found = true;
        }
    }
    return found;
}

static int no_topic(const struct cvx_registry *registry, const char *topic,
                    struct cvx_err *err)
{
    struct cvx_cli_near search = {.typed = topic, .len = strlen(topic)};
    struct cvx_cli_hint hint;

    for (int id = 0; id < CVX_CLI_BUILT; id++)
        cvx_cli_near_consider(&search, cvx_cli_flags_at((enum cvx_cli_flag_id)id)->name);
    for (int k = 0; k < CVX_STAGE_KINDS; k++) {
        enum cvx_stage_kind kind = (enum cvx_stage_kind)k;
        const struct cvx_stage *stage;

        cvx_cli_near_consider(&search, cvx_cli_flags_plural(kind));
        for (size_t i = 0; (stage = cvx_registry_at(registry, kind, i)) != NULL; i++)
            cvx_cli_near_consider(&search, stage->name);
    }
    hint = cvx_cli_near_hint(&search, "", "", "see --help");
    return cvx_cli_usage(err, "no help on '%.60s'%s", topic, hint.text);
}

int cvx_cli_help(const struct cvx_registry *registry, const char *topic,
                 struct cvx_buf *buf, struct cvx_err *err)
{
    struct page page = {.buf = buf, .registry = registry, .text_at = TEXT_AT};

    if (!topic || topic[0] == '\0')
        put_whole(&page);
    else if (!put_flag_topic(&page, topic) && !put_stage_topic(&page, topic))
        return no_topic(registry, topic, err);
    return cvx_buf_check(buf, err);
}

/* ---- --list ---- */

static void list_kind(struct page *page, enum cvx_stage_kind kind)
{
    const struct cvx_stage *stage;
    const char *plural = cvx_cli_flags_plural(kind);
    char heading[COLUMNS];

    (void)snprintf(heading, sizeof(heading), "%c%s:", plural[0] - 'a' + 'A', plural + 1);
    page_heading(page, heading);
    if (!has_kind(page, (int)kind))
        page_entry(page, 2, "(none)", "", "");
    for (size_t i = 0; (stage = cvx_registry_at(page->registry, kind, i)) != NULL; i++)
        page_entry(page, 2, stage->name, stage->summary, "");
}

/* Room for the longest name of all, so that the kinds line up. */
static size_t list_column(const struct cvx_registry *registry)
{
    size_t most = 0;

    for (int k = 0; k < CVX_STAGE_KINDS; k++) {
        const struct cvx_stage *stage;

        for (size_t i = 0;
             (stage = cvx_registry_at(registry, (enum cvx_stage_kind)k, i)) != NULL;
             i++) {
            if (strlen(stage->name) > most)
                most = strlen(stage->name);
        }
    }
    return most + 4 < LIST_AT_MAX ? most + 4 : LIST_AT_MAX;
}

void cvx_cli_list(const struct cvx_registry *registry, int kind, bool plain,
                  struct cvx_buf *buf)
{
    struct page page = {.buf = buf, .registry = registry};

    page.text_at = list_column(registry);
    for (int k = 0; k < CVX_STAGE_KINDS; k++) {
        const struct cvx_stage *stage;

        if (kind >= 0 && k != kind)
            continue;
        if (!plain) {
            list_kind(&page, (enum cvx_stage_kind)k);
            continue;
        }
        for (size_t i = 0;
             (stage = cvx_registry_at(registry, (enum cvx_stage_kind)k, i)) != NULL; i++)
            cvx_buf_printf(buf, "%s\t%s\n", stage->name, stage->summary);
    }
}
