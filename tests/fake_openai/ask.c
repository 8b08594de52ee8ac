/* Recognising a request. */
#include "ask.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "pdf.h"
#include "util.h"

const char *fake_job_name(enum fake_job job)
{
    static const char *const k_names[] = {"other", "extract", "adjust", "translate",
                                          "research"};

    return k_names[job];
}

/* ---- JSON inside of text ------------------------------------------------------------- */

/* The JSON object that begins at text[0] == '{', NULL when there is none; *ret_len is how
 * far it goes. */
static struct json_object *object_at(const char *text, size_t len, size_t *ret_len)
{
    struct json_tokener *tok = json_tokener_new_ex(64);
    struct json_object *found;

    if (!tok)
        fake_die("out of memory");
    found = json_tokener_parse_ex(tok, text, (int)len);
    *ret_len = json_tokener_get_parse_end(tok);
    if (json_tokener_get_error(tok) != json_tokener_success ||
        !json_object_is_type(found, json_type_object)) {
        json_object_put(found);
        found = NULL;
    }
    json_tokener_free(tok);
    return found;
}

static bool is_cv(struct json_object *object)
{
    return json_object_is_type(fake_member(object, "experiences"), json_type_array) &&
           fake_member(object, "identity") && !fake_member(object, "properties");
}

static bool is_schema(struct json_object *object)
{
    return json_object_is_type(fake_member(object, "properties"), json_type_object);
}

static void keep(struct json_object **place, struct json_object *object)
{
    json_object_put(*place);
    *place = json_object_get(object);
}

/* Takes the CV and the schema out of a text; the rest of it goes to `rest`. */
static void objects_take(struct fake_ask *ask, const char *text, size_t len,
                         struct cvx_buf *rest)
{
    size_t from = 0, tries = 0;

    for (size_t i = 0; i < len; i++) {
        size_t used = 0;

        if (text[i] != '{' || tries++ > 256)
            continue;
        struct json_object *object = object_at(text + i, len - i, &used);
        if (!object)
            continue;
        bool cv = is_cv(object), schema = is_schema(object);
        if (cv)
            keep(&ask->cv, object);
        else if (schema && !ask->schema)
            keep(&ask->schema, object);
        json_object_put(object);
        if (cv || schema) {
            cvx_buf_put(rest, text + from, i - from);
            from = i + used;
        }
        i += used ? used - 1 : 0;
    }
    cvx_buf_put(rest, text + from, len - from);
    cvx_buf_putc(rest, '\n');
}

/* ---- quoted data ------------------------------------------------------------------------ */

struct span {
    const char *text;
    size_t len;
};

static struct span line_of(const char *text, size_t len, size_t *at)
{
    size_t from = *at, to = from;

    while (to < len && text[to] != '\n')
        to++;
    *at = to + 1;
    while (from < to && isspace((unsigned char)text[from]))
        from++;
    size_t end = to;
    while (end > from && isspace((unsigned char)text[end - 1]))
        end--;
    return (struct span){text + from, end - from};
}

/* A line like "<<<END 8f3a>>>": its marks, so that the opening line can be found. Letters of
 * BEGIN, START, END, and '/' are left out. */
static size_t mark_of(struct span line, char ret[128])
{
    static const char *const k_words[] = {"BEGIN", "START", "OPEN", "END", "CLOSE", "/"};
    size_t n = 0;

    for (size_t i = 0; i < line.len && n < 127;) {
        size_t skip = 0;

        for (size_t w = 0; w < sizeof k_words / sizeof *k_words && !skip; w++) {
            size_t l = strlen(k_words[w]);

            if (line.len - i >= l && strncasecmp(line.text + i, k_words[w], l) == 0)
                skip = l;
        }
        if (skip)
            i += skip;
        else if (line.text[i] == ' ')
            i++;
        else
            ret[n++] = line.text[i++];
    }
    ret[n] = '\0';
    return n;
}

static bool looks_like_mark(struct span line)
{
    return line.len >= 4 && line.len < 100 && ispunct((unsigned char)line.text[0]) &&
           line.text[0] != '#' && line.text[0] != '{' && line.text[0] != '}' &&
           ispunct((unsigned char)line.text[line.len - 1]);
}

/* Appends every text between two lines that carry the same mark; all of it when there are
 * none. Returns what stands before the first mark. */
static size_t quoted_put(const char *text, size_t len, struct cvx_buf *ret)
{
    char mark[128], other[128];
    size_t at = 0, before = len, blocks = 0;

    while (at < len) {
        size_t open_at = at;
        struct span open = line_of(text, len, &at);

        if (!looks_like_mark(open))
            continue;
        mark_of(open, mark);
        for (size_t to = at; to < len;) {
            size_t close_at = to;
            struct span close = line_of(text, len, &to);

            mark_of(close, other);
            if (!looks_like_mark(close) || strcmp(mark, other) != 0)
                continue;
            cvx_buf_put(ret, text + at, close_at - at);
            before = blocks++ == 0 ? open_at : before;
            at = to;
            break;
        }
    }
    if (blocks > 0)
        return before;
    cvx_buf_put(ret, text, len);
    return 0;
}

/* ---- messages ------------------------------------------------------------------------------ */

static void part_text(struct json_object *part, struct cvx_buf *ret)
{
    struct json_object *text = fake_member(part, "text");
    const char *data = fake_text(fake_member(part, "file"), "file_data");

    if (text)
        cvx_buf_put(ret, json_object_get_string(text),
                    (size_t)json_object_get_string_len(text));
    if (data)
        fake_pdf_text(data, ret);
    cvx_buf_putc(ret, '\n');
}

static void message_text(struct json_object *message, struct cvx_buf *ret)
{
    struct json_object *content = fake_member(message, "content");

    if (json_object_is_type(content, json_type_string))
        cvx_buf_put(ret, json_object_get_string(content),
                    (size_t)json_object_get_string_len(content));
    if (!json_object_is_type(content, json_type_array))
        return;
    for (size_t i = 0; i < json_object_array_length(content); i++)
        part_text(json_object_array_get_idx(content, i), ret);
}

static bool is_user(struct json_object *message)
{
    const char *role = fake_text(message, "role");

    return role && strcmp(role, "user") == 0;
}

/* The index of the message that holds the document: the last of the user's before the first
 * answer (a repair turn follows an answer). */
static size_t document_index(struct json_object *messages)
{
    size_t n = json_object_array_length(messages), found = n;

    for (size_t i = 0; i < n; i++) {
        struct json_object *message = json_object_array_get_idx(messages, i);
        const char *role = fake_text(message, "role");

        if (role && strcmp(role, "assistant") == 0)
            break;
        if (is_user(message))
            found = i;
    }
    return found;
}

/* Placeholders (U+27E6) stand in a CV that is to be translated, and nowhere else. */
static bool has_marks(const char *text)
{
    return strstr(text, "\xe2\x9f\xa6") || fake_holds(text, "\\u27e6");
}

static void document_read(struct fake_ask *ask, const char *text, size_t len)
{
    struct cvx_buf rest = CVX_BUF_INIT;
    size_t before;

    ask->marked = has_marks(text);
    objects_take(ask, text, len, &rest);
    if (ask->cv) {
        cvx_buf_put(&ask->context, rest.data, rest.len);
    } else {
        before = quoted_put(text, len, &ask->text);
        cvx_buf_put(&ask->instructions, text, before);
    }
    cvx_buf_done(&rest);
}

static void messages_read(struct fake_ask *ask, struct json_object *messages)
{
    size_t document = document_index(messages);

    for (size_t i = 0; i < json_object_array_length(messages); i++) {
        struct json_object *message = json_object_array_get_idx(messages, i);
        const char *role = fake_text(message, "role");
        struct cvx_buf text = CVX_BUF_INIT;

        message_text(message, &text);
        ask->prompt_bytes += text.len;
        if (i == document)
            document_read(ask, text.data ? text.data : "", text.len);
        else if (i < document && is_user(message))
            objects_take(ask, text.data ? text.data : "", text.len, &ask->context);
        else if (i < document && role)
            objects_take(ask, text.data ? text.data : "", text.len, &ask->instructions);
        cvx_buf_done(&text);
    }
}

/* ---- what it is ---------------------------------------------------------------------------- */

/* The short name of a language: of those that tests and the demo use, else its first two
 * letters. */
static void language_name(const char *word, size_t len, char ret[16])
{
    static const struct {
        const char *word, *name;
    } k_names[] = {
        {"german", "de"}, {"spanish", "es"}, {"portuguese", "pt"}, {"dutch", "nl"}};

    for (size_t i = 0; i < sizeof k_names / sizeof *k_names; i++) {
        if (strlen(k_names[i].word) == len &&
            strncasecmp(k_names[i].word, word, len) == 0) {
            snprintf(ret, 16, "%s", k_names[i].name);
            return;
        }
    }
    snprintf(ret, 16, "%.2s", word);
    for (char *p = ret; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}

/* "into German", "language: de": the first word after either. */
static void language_read(struct fake_ask *ask)
{
    static const char *const k_before[] = {"language: ", "language is ", "into ",
                                           "language ", " to "};
    const char *all = ask->context.data && fake_holds(ask->context.data, "language")
                          ? ask->context.data
                      : ask->instructions.data ? ask->instructions.data
                                               : "";

    snprintf(ask->language, sizeof ask->language, "xx");
    for (size_t i = 0; i < sizeof k_before / sizeof *k_before; i++) {
        const char *at = strcasestr(all, k_before[i]);
        size_t n = 0;

        if (!at)
            continue;
        at += strlen(k_before[i]);
        at += strspn(at, "\"'`: ");
        while (isalpha((unsigned char)at[n]))
            n++;
        if (n >= 2) {
            language_name(at, n, ask->language);
            return;
        }
    }
}

static enum fake_job job_of(const struct fake_ask *ask)
{
    struct json_object *properties = fake_member(ask->schema, "properties");
    const char *said = ask->instructions.data ? ask->instructions.data : "";

    if (ask->cv) {
        bool translate =
            fake_holds(said, "translat") && !fake_holds(said, "not translat");

        return ask->marked || translate ? FAKE_JOB_TRANSLATE : FAKE_JOB_ADJUST;
    }
    if (fake_member(properties, "experiences") && fake_member(properties, "identity"))
        return FAKE_JOB_EXTRACT;
    if (fake_member(properties, "domains"))
        return FAKE_JOB_RESEARCH;
    return FAKE_JOB_OTHER;
}

void fake_ask_read(struct json_object *request, struct fake_ask *ret)
{
    struct json_object *format = fake_member(request, "response_format");
    struct json_object *schema =
        fake_member(fake_member(format, "json_schema"), "schema");

    *ret = (struct fake_ask){.job = FAKE_JOB_OTHER};
    if (schema) {
        ret->schema = json_object_get(schema);
        ret->prompt_bytes +=
            strlen(json_object_to_json_string_ext(schema, JSON_C_TO_STRING_PLAIN));
    }
    messages_read(ret, fake_member(request, "messages"));
    ret->job = job_of(ret);
    if (ret->job == FAKE_JOB_TRANSLATE)
        language_read(ret);
}

void fake_ask_done(struct fake_ask *ask)
{
    json_object_put(ask->schema);
    json_object_put(ask->cv);
    cvx_buf_done(&ask->instructions);
    cvx_buf_done(&ask->text);
    cvx_buf_done(&ask->context);
}
