/* Transport faults as scripts: what is written, in which steps, and how it ends. */
#include <stdio.h>
#include <string.h>

#include <zlib.h>

#include "raw.h"
#include "util.h"

enum { MEGABYTE = 1024 * 1024 };

static void put_head(struct cvx_buf *out, int status, const struct cvx_buf *head,
                     size_t length, const char *more)
{
    cvx_buf_printf(out, "HTTP/1.1 %d %s\r\n", status, status == 200 ? "OK" : "Error");
    if (head->len > 0)
        cvx_buf_put(out, head->data, head->len);
    cvx_buf_printf(out, "%sContent-Length: %zu\r\n\r\n", more, length);
}

/* The bytes of `from`, then `blanks` blanks, deflated as gzip. */
static void gzip_put(const struct cvx_buf *from, size_t blanks, struct cvx_buf *ret)
{
    char filler[65536];
    z_stream z = {0};
    int rc = Z_OK;

    memset(filler, ' ', sizeof filler);
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        fake_die("out of memory");
    z.next_in = (unsigned char *)from->data;
    z.avail_in = (unsigned)from->len;
    while (rc != Z_STREAM_END) {
        char *room = cvx_buf_room(ret, sizeof filler);

        if (!room)
            fake_die("out of memory");
        if (z.avail_in == 0 && blanks > 0) {
            size_t n = blanks < sizeof filler ? blanks : sizeof filler;

            z.next_in = (unsigned char *)filler;
            z.avail_in = (unsigned)n;
            blanks -= n;
        }
        z.next_out = (unsigned char *)room;
        z.avail_out = sizeof filler;
        rc = deflate(&z, blanks > 0 ? Z_NO_FLUSH : Z_FINISH);
        ret->len += sizeof filler - z.avail_out;
    }
    cvx_buf_trim(ret, ret->len);
    deflateEnd(&z);
}

static void gzip_make(const struct cvx_buf *head, const struct cvx_buf *body,
                      size_t blanks, int status, struct cvx_buf *out)
{
    struct cvx_buf packed = CVX_BUF_INIT;

    gzip_put(body, blanks, &packed);
    put_head(out, status, head, packed.len,
             "Content-Encoding: gzip\r\nConnection: close\r\n");
    cvx_buf_put(out, packed.data, packed.len);
    cvx_buf_done(&packed);
}

static void whole_make(struct cvx_buf *out, int status, const struct cvx_buf *head,
                       const struct cvx_buf *body)
{
    put_head(out, status, head, body->len, "Connection: close\r\n");
    cvx_buf_put(out, body->data, body->len);
}

static size_t arg_or(const struct fake_fault *fault, size_t other)
{
    return fault->has_arg ? (size_t)fault->arg : other;
}

void fake_script_make(const struct fake_fault *fault, int status,
                      const struct cvx_buf *head, const struct cvx_buf *body,
                      struct fake_script *ret)
{
    struct fake_script s = {.end = FAKE_RAW_CLOSE};
    struct cvx_buf *out = &s.bytes;
    size_t keep;

    switch (fault->kind) {
    case FAKE_FAULT_RESET:
        s.end = FAKE_RAW_RESET;
        break;
    case FAKE_FAULT_HANG:
        s.end = FAKE_RAW_HOLD;
        s.hold_s = (double)arg_or(fault, 120);
        break;
    case FAKE_FAULT_CUT_HEAD:
        whole_make(out, status, head, body);
        cvx_buf_trim(out, arg_or(fault, 25) < out->len ? arg_or(fault, 25) : out->len);
        break;
    case FAKE_FAULT_CUT:
        whole_make(out, status, head, body);
        keep = arg_or(fault, body->len / 2);
        keep = keep < body->len ? keep : body->len;
        cvx_buf_trim(out, out->len - body->len + keep);
        break;
    case FAKE_FAULT_GARBAGE:
        cvx_buf_put(out, "\x16\x03\x01\x00\xff\xfe garbage \x00\x01\r\n\r\n", 22);
        break;
    case FAKE_FAULT_SLOW_HEAD:
        whole_make(out, status, head, body);
        s.step = 1 + (out->len - body->len) / 8;
        s.gap_ms = (unsigned)arg_or(fault, 100);
        break;
    case FAKE_FAULT_SLOW_BODY:
        whole_make(out, status, head, body);
        s.fast = out->len - body->len;
        s.step = 1 + body->len / 8;
        s.gap_ms = (unsigned)arg_or(fault, 100);
        break;
    case FAKE_FAULT_HUGE:
        s.filler = arg_or(fault, 100) * MEGABYTE;
        put_head(out, status, head, s.filler, "Connection: close\r\n");
        break;
    case FAKE_FAULT_GZIP:
        gzip_make(head, body, 0, status, out);
        break;
    case FAKE_FAULT_BOMB:
        gzip_make(head, body, arg_or(fault, 64) * MEGABYTE, status, out);
        break;
    default: /* drop, drop-reused: nothing is said */
        break;
    }
    *ret = s;
}
