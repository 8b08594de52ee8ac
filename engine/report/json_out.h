/* JSON of our own making: objects and lists of known keys, printed as they are told, in the
 * form of all our JSON (two spaces, UTF-8). No document is read or kept: that is the stages'
 * affair. Thread: the holder. */
#ifndef CVX_JSON_OUT_H
#define CVX_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>

/* A text being printed. Failures latch in buf. Start from {.buf = buf}. */
struct cvx_json_out {
    struct cvx_buf *buf;
    unsigned depth;
    bool begun; /* something stands in the open container */
};

/* Each puts one member; key NULL = an element of a list, or the whole text. */
void cvx_json_out_open(struct cvx_json_out *json, const char *key);
/* Closes what was opened last. */
void cvx_json_out_close(struct cvx_json_out *json);
void cvx_json_out_null(struct cvx_json_out *json, const char *key);
void cvx_json_out_bool(struct cvx_json_out *json, const char *key, bool value);
void cvx_json_out_size(struct cvx_json_out *json, const char *key, size_t value);
/* Seconds, rates, ratios: at most six digits behind the point and always one; null where
 * JSON has no form for it (infinite, not a number). */
void cvx_json_out_number(struct cvx_json_out *json, const char *key, double value);
/* Any text: control characters and bytes that are no UTF-8 are made printable first. */
void cvx_json_out_text(struct cvx_json_out *json, const char *key, const char *text);

#endif
