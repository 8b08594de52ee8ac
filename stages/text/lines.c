/* Cuts text at line breaks. Thread: any. */
#include "text/lines.h"

#include <string.h>

/* Bytes of the break at p, 0 when there is none. */
static size_t break_len(const char *p, const char *end)
{
    size_t left = (size_t)(end - p);

    switch ((unsigned char)*p) {
    case '\n':
    case '\v':
    case '\f':
    case 0x1c:
    case 0x1d:
    case 0x1e:
        return 1;
    case '\r':
        return left > 1 && p[1] == '\n' ? 2 : 1;
    case 0xc2:
        return left > 1 && p[1] == '\x85' ? 2 : 0;
    case 0xe2:
        if (left < 3)
            return 0;
        return memcmp(p, "\u2028", 3) == 0 || memcmp(p, "\u2029", 3) == 0 ? 3 : 0;
    default:
        return 0;
    }
}

bool cvx_lines_next(struct cvx_span *rest, struct cvx_span *ret_line)
{
    if (rest->len == 0)
        return false;

    const char *p = rest->p;
    const char *end = p + rest->len;
    size_t found = 0;
    while (p < end) {
        found = break_len(p, end);
        if (found)
            break;
        p++;
    }
    *ret_line = (struct cvx_span){rest->p, (size_t)(p - rest->p)};
    p += found;
    *rest = (struct cvx_span){p, (size_t)(end - p)};
    return true;
}

bool cvx_lines_next_lf(struct cvx_span *rest, struct cvx_span *ret_line)
{
    if (!rest->p)
        return false;

    const char *lf = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
    if (!lf) {
        *ret_line = *rest;
        *rest = (struct cvx_span){0};
        return true;
    }
    *ret_line = (struct cvx_span){rest->p, (size_t)(lf - rest->p)};
    *rest = (struct cvx_span){lf + 1, rest->len - ret_line->len - 1};
    return true;
}
