/* Where a run of characters that stand for themselves in a JSON string ends: no quote, no
 * backslash, no control character. Eight bytes at a time: most of what is read and written
 * is such text. Thread: any. */
#ifndef CVX_JSON_PLAIN_H
#define CVX_JSON_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CVX_PLAIN_ALL(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bits of bytes that need care; `high`: those over 0x7F too. Zero when there are
 * none; else the lowest bit set is a true one. */
static inline uint64_t cvx_plain_marks(uint64_t word, uint64_t high)
{
    uint64_t quote = word ^ CVX_PLAIN_ALL('"');
    uint64_t slash = word ^ CVX_PLAIN_ALL('\\');
    uint64_t low = (word - CVX_PLAIN_ALL(0x20)) & ~word;
    quote = (quote - CVX_PLAIN_ALL(1)) & ~quote;
    slash = (slash - CVX_PLAIN_ALL(1)) & ~slash;
    return (low | quote | slash | (word & high)) & CVX_PLAIN_ALL(0x80);
}

/* How many of the len bytes at p surely are plain: stops within eight bytes before the
 * first one that may not be. Bytes over 0x7F are plain unless `ascii`. */
static inline size_t cvx_plain_run(const char *p, size_t len, int ascii)
{
    uint64_t high = ascii ? UINT64_MAX : 0, word;
    size_t at = 0;
    for (; len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, p + at, sizeof(word));
        if (cvx_plain_marks(word, high))
            break;
    }
    return at;
}

#endif
