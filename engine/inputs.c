/* Owns the form of the list of inputs: how a path becomes a line and a line a path. */
#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#define BOM "\xEF\xBB\xBF"
#define BOM_LEN (sizeof(BOM) - 1)

/* A line, or what is left of it. */
struct line {
    const char *at;
    size_t len;
    size_t number; /* from 1 */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool begins_with(const char *at, size_t len, const char *prefix)
{
    size_t want = strlen(prefix);

    return len >= want && memcmp(at, prefix, want) == 0;
}

static struct line line_trimmed(struct line line)
{
    while (line.len > 0 && is_blank(line.at[0])) {
        line.at++;
        line.len--;
    }
    while (line.len > 0 && is_blank(line.at[line.len - 1]))
        line.len--;
    return line;
}

static int inputs_add(struct cvx_inputs *inputs, const char *path, size_t len,
                      struct cvx_err *err)
{
    if (inputs->count == inputs->cap) {
        size_t cap = inputs->cap ? inputs->cap * 2 : 64;
        char **paths = cvx_realloc_array(inputs->paths, cap, sizeof(*paths));

        if (!paths)
            goto failed;
        inputs->paths = paths;
        inputs->cap = cap;
    }
    char *copy = cvx_memdup(path, len);

    if (!copy)
        goto failed;
    inputs->paths[inputs->count++] = copy;
    return CVX_OK;
failed:
    return cvx_fail(err, CVX_ENOMEM, "out of memory while reading a list of %zu paths",
                    inputs->count + 1);
}

static int quoted_add(struct cvx_inputs *inputs, struct line line, struct cvx_err *err)
{
    struct cvx_buf path = CVX_BUF_INIT;
    int rc = cvx_text_unquote(&path, line.at, line.len, err);

    if (!rc && path.len == 0)
        rc = cvx_fail(err, CVX_EFORMAT, "an empty path");
    if (!rc)
        rc = inputs_add(inputs, path.data, path.len, err);
    cvx_buf_done(&path);
    return rc;
}

/* One line without its end. */
static int line_read(struct cvx_inputs *inputs, struct line line, struct cvx_err *err)
{
    if (line.len > 0 && line.at[line.len - 1] == '\r')
        line.len--;
    line = line_trimmed(line);
    if (line.len == 0 || line.at[0] == '#')
        return CVX_OK;
    if (begins_with(line.at, line.len, "- ")) {
        line.at += 2;
        line.len -= 2;
        line = line_trimmed(line);
    }
    if (line.at[0] == '"')
        return quoted_add(inputs, line, err);
    if (memchr(line.at, '\0', line.len))
        return cvx_fail(err, CVX_EFORMAT, "a NUL byte in a path");
    return inputs_add(inputs, line.at, line.len, err);
}

static int lines_read(struct cvx_inputs *inputs, const struct cvx_buf *text,
                      const char *path, struct cvx_err *err)
{
    struct line line = {.at = text->data};
    size_t left = text->len;

    if (begins_with(line.at, left, BOM)) {
        line.at += BOM_LEN;
        left -= BOM_LEN;
    }
    while (left > 0) {
        const char *end = memchr(line.at, '\n', left);

        line.len = end ? (size_t)(end - line.at) : left;
        line.number++;
        int rc = line_read(inputs, line, err);

        if (rc == CVX_EFORMAT)
            cvx_wrap(err, "%s, line %zu", path, line.number);
        if (rc)
            return rc;
        left -= line.len + (end ? 1 : 0);
        line.at += line.len + (end ? 1 : 0);
    }
    return CVX_OK;
}

/* Not cvx_store_read(): the list may come out of a pipe that the user named. */
static int text_read(int fd, struct cvx_buf *text, const char *path, struct cvx_err *err)
{
    for (;;) {
        char *room = cvx_buf_room(text, 1);
        ssize_t n = 0;

        if (room)
            n = read(fd, room, text->cap - text->len - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cvx_fail_errno(err, errno, "cannot read %s", path);
        if (n == 0)
            break;
        cvx_buf_trim(text, text->len + (size_t)n);
    }
    int rc = cvx_buf_check(text, err);

    if (rc)
        cvx_wrap(err, "%s", path);
    return rc;
}

int cvx_inputs_read(const char *path, struct cvx_inputs *ret, struct cvx_err *err)
{
    struct cvx_buf text = {.max = CVX_INPUTS_MAX};
    struct cvx_inputs inputs = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), rc;

    if (fd < 0) {
        rc = cvx_fail_errno(err, errno, "cannot read %s", path);
        goto out;
    }
    rc = text_read(fd, &text, path, err);
    if (!rc)
        rc = lines_read(&inputs, &text, path, err);
    if (rc)
        goto out;
    *ret = inputs;
    inputs = (struct cvx_inputs){0};
out:
    if (fd >= 0)
        close(fd);
    cvx_inputs_done(&inputs);
    cvx_buf_done(&text);
    return rc;
}

void cvx_inputs_done(struct cvx_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        cvx_free(inputs->paths[i]);
    cvx_free(inputs->paths);
    *inputs = (struct cvx_inputs){0};
}

/* Whether the reader would take the line for something else than this path. */
static bool needs_quotes(const char *path, size_t len)
{
    if (len == 0 || path[0] == '#' || is_blank(path[0]) || is_blank(path[len - 1]))
        return true;
    return begins_with(path, len, "- ") || begins_with(path, len, BOM) ||
           memchr(path, '"', len);
}

void cvx_inputs_write_line(struct cvx_buf *buf, const char *path)
{
    size_t start = buf->len, len = strlen(path);

    if (needs_quotes(path, len)) {
        cvx_text_quote(buf, path, len);
    } else {
        /* What display would have to escape would not survive an editor either. */
        cvx_text_printable(buf, path, len);
        if (!buf->failed &&
            (buf->len - start != len || memcmp(buf->data + start, path, len) != 0)) {
            cvx_buf_trim(buf, start);
            cvx_text_quote(buf, path, len);
        }
    }
    cvx_buf_putc(buf, '\n');
}
