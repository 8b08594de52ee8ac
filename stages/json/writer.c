/* The printer: iterative, over a stack of the open containers, and linear; runs of
 * characters that need no escape are copied as one. json-c's own printer breaks empty
 * containers over lines and prints doubles with 17 digits. */
#include "json/writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cvextract/limits.h>

#include "json/jsonc.h"
#include "json/number.h"
#include "json/plain.h"

/* Bytes of a text that are escaped at once: six times as many are made ready. */
#define BLOCK ((size_t)512)

/* A container that is being printed: what comes next in it. */
struct frame {
    struct json_object *array; /* NULL for an object */
    size_t index, count;       /* array */
    struct lh_entry *entry;    /* object: NULL at its end */
    bool begun;                /* something was printed in it */
};

struct writer {
    struct cvx_buf *buf;
    struct cvx_err *err;
    struct frame open[CVX_JSON_DEPTH_MAX];
    size_t depth;
};

/* Writes what stands for c; returns its length, 6 at most. */
static size_t escaped(unsigned char c, char *ret)
{
    static const char k_hex[] = "0123456789abcdef";
    /* What stands behind the backslash, for characters that have a short form. */
    static const char k_short[0x80] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
        ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    char text[6] = {'\\', 'u', '0', '0', k_hex[c >> 4], k_hex[c & 15]};
    size_t len = sizeof(text);
    if (k_short[c]) {
        text[1] = k_short[c];
        len = 2;
    }
    memcpy(ret, text, len);
    return len;
}

static void put_escaped(unsigned char c, struct cvx_buf *buf)
{
    char text[6];
    cvx_buf_put(buf, text, escaped(c, text));
}

/* In a buffer that is nearly full: as much as is needed, and nothing more. */
static void put_string_tight(const char *text, size_t len, struct cvx_buf *buf)
{
    size_t from = 0;
    cvx_buf_putc(buf, '"');
    size_t i = cvx_plain_run(text, len, 0);
    for (; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        cvx_buf_put(buf, text + from, i - from);
        put_escaped(c, buf);
        from = i + 1;
        i += cvx_plain_run(text + from, len - from, 0);
    }
    cvx_buf_put(buf, text + from, len - from);
    cvx_buf_putc(buf, '"');
}

/* Writes the text to `to`, six bytes for each of its own at most; returns the end. */
static char *escape(const char *text, size_t len, char *to)
{
    size_t i = 0;
    while (i < len) {
        size_t plain = cvx_plain_run(text + i, len - i, 0);
        memcpy(to, text + i, plain);
        to += plain;
        i += plain;
        for (size_t end = len - i > 8 ? i + 8 : len; i < end; i++) {
            unsigned char c = (unsigned char)text[i];
            if (c >= 0x20 && c != '"' && c != '\\')
                *to++ = (char)c;
            else
                to += escaped(c, to);
        }
    }
    return to;
}

void cvx_writer_string(const char *text, size_t len, struct cvx_buf *buf)
{
    if (buf->max != 0 && (buf->len > buf->max || (buf->max - buf->len) / 6 < len + 1)) {
        put_string_tight(text, len, buf);
        return;
    }
    cvx_buf_putc(buf, '"');
    while (len > 0) {
        size_t n = len < BLOCK ? len : BLOCK;
        char *room = cvx_buf_room(buf, 6 * n);
        if (!room)
            return;
        char *end = escape(text, n, room);
        cvx_buf_trim(buf, (size_t)(end - buf->data));
        text += n;
        len -= n;
    }
    cvx_buf_putc(buf, '"');
}

static void put_integer(struct json_object *value, struct cvx_buf *buf)
{
    int64_t number = json_object_get_int64(value);
    /* json-c answers the largest int64 for every unsigned value above it. */
    if (number == INT64_MAX)
        cvx_buf_printf(buf, "%" PRIu64, json_object_get_uint64(value));
    else
        cvx_buf_printf(buf, "%" PRId64, number);
}

static int put_double(struct writer *wr, struct json_object *value)
{
    const char *digits = cvx_jsonc_digits(value);
    char text[CVX_NUMBER_ROOM];
    size_t len;
    if (digits) {
        cvx_buf_puts(wr->buf, digits);
        return CVX_OK;
    }
    len = cvx_number_print(json_object_get_double(value), text);
    if (len == 0)
        return cvx_fail(wr->err, CVX_EINTERNAL, "a number that JSON has no form for");
    cvx_buf_put(wr->buf, text, len);
    return CVX_OK;
}

static void put_newline(struct writer *wr)
{
    static const char k_line[1 + 2 * CVX_JSON_DEPTH_MAX + 1] =
        "\n                                                                "
        "                                                                ";
    cvx_buf_put(wr->buf, k_line, 1 + 2 * wr->depth);
}

/* Prints what opens a container that is not empty; its content follows step by step. */
static int open_container(struct writer *wr, struct frame frame)
{
    if (wr->depth == CVX_JSON_DEPTH_MAX)
        return cvx_fail(wr->err, CVX_ELIMIT, "JSON nested %zu deep (limit %d)",
                        wr->depth + 1, CVX_JSON_DEPTH_MAX);
    cvx_buf_putc(wr->buf, frame.array ? '[' : '{');
    wr->open[wr->depth++] = frame;
    return CVX_OK;
}

static int put_array(struct writer *wr, struct json_object *value)
{
    size_t count = json_object_array_length(value);
    if (count > 0)
        return open_container(wr, (struct frame){.array = value, .count = count});
    cvx_buf_puts(wr->buf, "[]");
    return CVX_OK;
}

static int put_object(struct writer *wr, struct json_object *value)
{
    struct lh_entry *head = json_object_get_object(value)->head;
    if (head)
        return open_container(wr, (struct frame){.entry = head});
    cvx_buf_puts(wr->buf, "{}");
    return CVX_OK;
}

/* Prints a scalar or an empty container whole, and the beginning of any other. */
static int put_value(struct writer *wr, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        cvx_buf_puts(wr->buf, "null");
        return CVX_OK;
    case json_type_boolean:
        cvx_buf_puts(wr->buf, json_object_get_boolean(value) ? "true" : "false");
        return CVX_OK;
    case json_type_int:
        put_integer(value, wr->buf);
        return CVX_OK;
    case json_type_double:
        return put_double(wr, value);
    case json_type_string:
        cvx_writer_string(json_object_get_string(value),
                          (size_t)json_object_get_string_len(value), wr->buf);
        return CVX_OK;
    case json_type_array:
        return put_array(wr, value);
    case json_type_object:
        return put_object(wr, value);
    }
    return cvx_fail(wr->err, CVX_EINTERNAL, "a JSON value of no known type");
}

static bool frame_ended(const struct frame *frame)
{
    return frame->array ? frame->index == frame->count : frame->entry == NULL;
}

static void close_container(struct writer *wr)
{
    char mark = wr->open[--wr->depth].array ? ']' : '}';
    put_newline(wr);
    cvx_buf_putc(wr->buf, mark);
}

/* Prints the innermost container's next item or member, or its end. */
static int put_next(struct writer *wr)
{
    struct frame *frame = &wr->open[wr->depth - 1];
    if (frame_ended(frame)) {
        close_container(wr);
        return CVX_OK;
    }
    if (frame->begun)
        cvx_buf_putc(wr->buf, ',');
    frame->begun = true;
    put_newline(wr);
    if (frame->array)
        return put_value(wr, json_object_array_get_idx(frame->array, frame->index++));
    const char *key = lh_entry_k(frame->entry);
    struct json_object *value = lh_entry_v(frame->entry);
    frame->entry = frame->entry->next;
    cvx_writer_string(key, strlen(key), wr->buf);
    cvx_buf_puts(wr->buf, ": ");
    return put_value(wr, value);
}

int cvx_writer_print(struct json_object *root, struct cvx_buf *buf, struct cvx_err *err)
{
    struct writer wr = {.buf = buf, .err = err};
    int rc = put_value(&wr, root);
    /* A buffer that has latched a failure takes nothing more: no need to walk on. */
    while (!rc && wr.depth > 0 && !buf->failed)
        rc = put_next(&wr);
    return rc ? rc : cvx_buf_check(buf, err);
}
