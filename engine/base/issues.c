/* Owns the list of issues and its joined form. */
#include <cvextract/issues.h>

#include <stdarg.h>
#include <string.h>

#include <cvextract/mem.h>
#include <cvextract/text.h>

/* Room for `extra` more items. */
static int issues_grow(struct cvx_issues *issues, size_t extra)
{
    size_t need = issues->count + extra; /* both count things in memory: no overflow */
    size_t cap = issues->cap ? issues->cap : 4;

    if (need <= issues->cap)
        return CVX_OK;
    while (cap < need)
        cap *= 2;

    struct cvx_issue *items =
        cvx_realloc_array(issues->items, cap, sizeof(*issues->items));

    if (!items)
        return CVX_ENOMEM;
    issues->items = items;
    issues->cap = cap;
    return CVX_OK;
}

int cvx_issues_add(struct cvx_issues *issues, enum cvx_severity severity, const char *fmt,
                   ...)
{
    struct cvx_buf text = CVX_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    cvx_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    if (text.failed || issues_grow(issues, 1)) {
        cvx_buf_done(&text);
        return CVX_ENOMEM;
    }
    issues->items[issues->count++] = (struct cvx_issue){severity, text.data};
    issues->errors += severity == CVX_SEVERITY_ERROR;
    return CVX_OK;
}

int cvx_issues_move(struct cvx_issues *issues, struct cvx_issues *from)
{
    if (from->count > 0) {
        if (issues_grow(issues, from->count))
            return CVX_ENOMEM;
        memcpy(issues->items + issues->count, from->items,
               from->count * sizeof(*from->items));
        issues->count += from->count;
        issues->errors += from->errors;
        from->count = 0; /* the texts are ours now */
    }
    cvx_issues_done(from);
    return CVX_OK;
}

static void half_print(const struct cvx_issues *issues, enum cvx_severity severity,
                       const char *title, struct cvx_buf *buf)
{
    const char *before = title;

    for (size_t i = 0; i < issues->count; i++) {
        const struct cvx_issue *issue = &issues->items[i];

        if (issue->severity != severity)
            continue;
        cvx_buf_puts(buf, before);
        cvx_text_printable(buf, issue->text, strlen(issue->text));
        before = ", ";
    }
}

void cvx_issues_print(const struct cvx_issues *issues, struct cvx_buf *buf)
{
    half_print(issues, CVX_SEVERITY_ERROR, "errors: ", buf);
    half_print(issues, CVX_SEVERITY_WARNING,
               issues->errors > 0 ? " | warnings: " : "warnings: ", buf);
}

void cvx_issues_done(struct cvx_issues *issues)
{
    if (!issues)
        return;
    for (size_t i = 0; i < issues->count; i++)
        cvx_free(issues->items[i].text);
    cvx_free(issues->items);
    *issues = (struct cvx_issues){0};
}
