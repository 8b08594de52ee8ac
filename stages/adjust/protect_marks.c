/* Owns what a placeholder looks like. */
#include "adjust/protect_private.h"

#include <string.h>

#define OPEN "\u27e6"
#define CLOSE "\u27e7"
#define LETTER 'T'
/* Digits of a number; no CV has a million terms. */
#define DIGITS_MAX 6

static bool occurs(struct json_object *value, const struct cvx_buf *mark)
{
    bool found = false;

    switch (json_object_get_type(value)) {
    case json_type_string:
        return memmem(json_object_get_string(value),
                      (size_t)json_object_get_string_len(value), mark->data,
                      mark->len) != NULL;
    case json_type_array:
        for (size_t i = 0; !found && i < json_object_array_length(value); i++)
            found = occurs(json_object_array_get_idx(value, i), mark);
        return found;
    case json_type_object: {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            found = found || occurs(member, mark);
        }
        return found;
    }
    default:
        return false;
    }
}

/* Ends: the CV would have to hold every length of it. */
void cvx_protect_mark_choose(struct json_object *cv, struct cvx_buf *mark)
{
    cvx_buf_puts(mark, OPEN);
    do
        cvx_buf_putc(mark, LETTER);
    while (!mark->failed && occurs(cv, mark));
}

void cvx_protect_mark_put(const struct cvx_protect *protect, size_t term,
                          struct cvx_buf *buf)
{
    cvx_buf_printf(buf, "%s%zu%s", protect->mark.data, term, CLOSE);
}

/* The number at p, and in *ret_len its bytes with the closing mark; `count` when it is not
 * one of ours. */
static size_t read_number(const struct cvx_protect *protect, struct cvx_span text,
                          size_t *ret_len)
{
    size_t number = 0, n = 0;

    while (n < text.len && n < DIGITS_MAX && text.p[n] >= '0' && text.p[n] <= '9')
        number = 10 * number + (size_t)(text.p[n++] - '0');
    if (n == 0 || (n > 1 && text.p[0] == '0') || text.len - n < strlen(CLOSE) ||
        memcmp(text.p + n, CLOSE, strlen(CLOSE)) != 0 || number >= protect->terms.count) {
        *ret_len = 0;
        return protect->terms.count;
    }
    *ret_len = n + strlen(CLOSE);
    return number;
}

bool cvx_protect_mark_next(const struct cvx_protect *protect, struct cvx_span *rest,
                           struct cvx_span *ret_text, size_t *ret_term)
{
    const char *found = memmem(rest->p, rest->len, protect->mark.data, protect->mark.len);
    size_t len = found ? (size_t)(found - rest->p) : rest->len;

    *ret_text = (struct cvx_span){rest->p, len};
    *rest = (struct cvx_span){rest->p + len, rest->len - len};
    if (!found)
        return false;
    *rest = (struct cvx_span){rest->p + protect->mark.len, rest->len - protect->mark.len};
    *ret_term = read_number(protect, *rest, &len);
    *rest = (struct cvx_span){rest->p + len, rest->len - len};
    return true;
}
