/* Small things that every part of the stand-in server needs. */
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

void fake_die(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("fake_openai: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

void *fake_zalloc(size_t size)
{
    void *p = cvx_zalloc(size);

    if (!p)
        fake_die("out of memory");
    return p;
}

void *fake_grow(void *p, size_t count, size_t size)
{
    void *grown = cvx_realloc_array(p, count, size);

    if (!grown)
        fake_die("out of memory");
    return grown;
}

char *fake_copy(const char *text)
{
    char *copy = cvx_strdup(text);

    if (!copy)
        fake_die("out of memory");
    return copy;
}

int64_t fake_now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9U;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

uint64_t fake_print_of(const void *data, size_t len, uint64_t seed)
{
    const unsigned char *p = data;
    uint64_t h = seed ^ (0x9e3779b97f4a7c15U * (len + 1)), word;

    for (; len >= sizeof word; len -= sizeof word, p += sizeof word) {
        memcpy(&word, p, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15U;
        h ^= h >> 29;
    }
    word = 0;
    if (len > 0)
        memcpy(&word, p, len);
    return mix(h ^ word);
}

double fake_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15U;
    return (double)(mix(*state) >> 11) / 9007199254740992.0;
}

static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

void fake_put_string(struct cvx_buf *buf, const char *text, size_t len)
{
    size_t from = 0;

    cvx_buf_putc(buf, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        cvx_buf_put(buf, text + from, i - from);
        from = i + 1;
        const char *escape = escape_of(c);
        if (escape)
            cvx_buf_puts(buf, escape);
        else
            cvx_buf_printf(buf, "\\u%04x", c);
    }
    cvx_buf_put(buf, text + from, len - from);
    cvx_buf_putc(buf, '"');
}

struct json_object *fake_member(struct json_object *parent, const char *name)
{
    struct json_object *found = NULL;

    if (!json_object_is_type(parent, json_type_object))
        return NULL;
    return json_object_object_get_ex(parent, name, &found) ? found : NULL;
}

const char *fake_text(struct json_object *parent, const char *name)
{
    struct json_object *found = fake_member(parent, name);

    return json_object_is_type(found, json_type_string) ? json_object_get_string(found)
                                                        : NULL;
}

bool fake_holds(const char *haystack, const char *needle)
{
    return strcasestr(haystack, needle) != NULL;
}
