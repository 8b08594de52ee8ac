/* Owns the JSON form of a generated CV. */
#include "gen_json.h"

#include <string.h>

/* The sidebar's keys, in the order of cvx_gen_cv.sidebar. */
static const char *const k_sections[CVX_GEN_SECTIONS] = {
    "skills",           "languages",           "tools",         "industries",
    "spoken_languages", "academic_background", "certifications"};

static void put_bytes(struct cvx_buf *buf, const char *text, size_t len)
{
    cvx_buf_putc(buf, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\')
            cvx_buf_putc(buf, '\\');
        cvx_buf_putc(buf, text[i]);
    }
    cvx_buf_putc(buf, '"');
}

static void put_text(struct cvx_buf *buf, const char *key, const char *text)
{
    cvx_buf_printf(buf, "\"%s\": ", key);
    put_bytes(buf, text, strlen(text));
}

/* "a, b, c" as three items. */
static void put_items(struct cvx_buf *buf, const char *key, const char *text)
{
    cvx_buf_printf(buf, "\"%s\": [", key);
    while (*text) {
        const char *end = strstr(text, ", ");
        size_t len = end ? (size_t)(end - text) : strlen(text);

        put_bytes(buf, text, len);
        text += end ? len + 2 : len;
        if (*text)
            cvx_buf_puts(buf, ", ");
    }
    cvx_buf_puts(buf, "]");
}

static void put_identity(const struct cvx_gen_cv *cv, struct cvx_buf *buf)
{
    cvx_buf_puts(buf, "{\n  \"identity\": {\n    ");
    put_text(buf, "title", cv->title);
    cvx_buf_printf(buf, ",\n    \"full_name\": \"%s %s\",\n    ", cv->first, cv->last);
    put_text(buf, "first_name", cv->first);
    cvx_buf_puts(buf, ",\n    ");
    put_text(buf, "last_name", cv->last);
    cvx_buf_puts(buf, "\n  },\n");
}

static void put_job(const struct cvx_gen_job *job, struct cvx_buf *buf)
{
    cvx_buf_puts(buf, "    {\n      ");
    put_text(buf, "heading", job->heading);
    cvx_buf_puts(buf, ",\n      ");
    put_text(buf, "description", job->description);
    cvx_buf_puts(buf, ",\n      \"bullets\": [");
    for (unsigned i = 0; i < job->n_bullets; i++) {
        cvx_buf_puts(buf, i > 0 ? ", " : "");
        put_bytes(buf, job->bullets[i], strlen(job->bullets[i]));
    }
    cvx_buf_puts(buf, "],\n      ");
    put_items(buf, "environment", job->environment);
    cvx_buf_puts(buf, "\n    }");
}

void cvx_gen_json_cv(const struct cvx_gen_cv *cv, struct cvx_buf *ret)
{
    put_identity(cv, ret);
    cvx_buf_puts(ret, "  \"sidebar\": {");
    for (unsigned i = 0; i < CVX_GEN_SECTIONS; i++) {
        cvx_buf_puts(ret, i > 0 ? ",\n    " : "\n    ");
        put_items(ret, k_sections[i], cv->sidebar[i]);
    }
    cvx_buf_puts(ret, "\n  },\n  ");
    put_text(ret, "overview", cv->overview);
    cvx_buf_puts(ret, ",\n  \"experiences\": [\n");
    for (unsigned i = 0; i < cv->n_jobs; i++) {
        cvx_buf_puts(ret, i > 0 ? ",\n" : "");
        put_job(&cv->jobs[i], ret);
    }
    cvx_buf_puts(ret, "\n  ]\n}\n");
}
