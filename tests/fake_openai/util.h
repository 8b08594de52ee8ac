/* What the stand-in server's parts share: time, randomness, hashes, JSON text, memory that
 * ends the program when there is none. It is a tool of the tests: out of memory it stops.
 * Thread: the one there is. */
#ifndef FAKE_UTIL_H
#define FAKE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cvextract/buf.h>

struct json_object;

/* Says why on stderr and ends the program with status 1. */
_Noreturn void fake_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory, released with cvx_free(); never NULL. */
void *fake_zalloc(size_t size);
void *fake_grow(void *p, size_t count, size_t size);
char *fake_copy(const char *text);

/* Microseconds of the monotonic clock. */
int64_t fake_now_us(void);

/* A quick 64-bit fingerprint; not for secrets. */
uint64_t fake_print_of(const void *data, size_t len, uint64_t seed);
/* The next number of a sequence, uniform in [0, 1). */
double fake_random(uint64_t *state);

/* Appends text as a JSON string with its quotes; bytes that are not UTF-8 are passed on. */
void fake_put_string(struct cvx_buf *buf, const char *text, size_t len);

/* The member of an object, NULL when there is none or the parent is no object. Borrowed. */
struct json_object *fake_member(struct json_object *parent, const char *name);
/* Its text, NULL when it is no string. Borrowed. */
const char *fake_text(struct json_object *parent, const char *name);
/* Whether haystack holds needle, letters of ASCII compared in any case. */
bool fake_holds(const char *haystack, const char *needle);

#endif
