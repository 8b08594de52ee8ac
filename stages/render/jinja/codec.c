/* Encodings. See codec.h. */
#include "render/jinja/codec.h"

#include <string.h>

#include <cvextract/text.h>

#include "text/unicode.h"

struct cvx_codec {
    const char *names; /* each followed by a blank; small letters and '_' */
    int unit;          /* bytes; 0: UTF-8 */
    uint32_t max;      /* the last character of a unit of one byte */
    bool big;
    bool marked; /* begins with a byte order mark, which tells the order when decoded */
};

static const struct cvx_codec k_codecs[] = {
    {.names = "utf_8 utf8 u8 utf cp65001 utf8_ucs2 utf8_ucs4 "},
    {.names = "utf_8_sig ", .marked = true},
    {.names = "ascii us_ascii 646 us ansi_x3.4_1968 ansi_x3_4_1968 cp367 csascii ibm367 "
              "iso646_us iso_646.irv_1991 iso_ir_6 ",
     .unit = 1,
     .max = 0x7f},
    {.names =
         "latin_1 latin1 iso_8859_1 iso8859_1 iso8859 8859 cp819 l1 latin csisolatin1 "
         "ibm819 iso_8859_1_1987 iso_ir_100 ",
     .unit = 1,
     .max = 0xff},
    {.names = "utf_16 utf16 u16 ", .unit = 2, .marked = true},
    {.names = "utf_16_le utf_16le unicodelittleunmarked ", .unit = 2},
    {.names = "utf_16_be utf_16be unicodebigunmarked ", .unit = 2, .big = true},
    {.names = "utf_32 utf32 u32 ", .unit = 4, .marked = true},
    {.names = "utf_32_le utf_32le ", .unit = 4},
    {.names = "utf_32_be utf_32be ", .unit = 4, .big = true},
};

/* The name in small letters, everything but letters, digits and points one '_', none at
 * the ends, a blank behind; false when it is too long for any of ours. */
static bool normalise(struct cvx_span name, char *ret, size_t size)
{
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.p[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool keep = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        if (keep && gap && n > 0)
            ret[n++] = '_';
        gap = !keep;
        if (keep)
            ret[n++] = (char)(upper ? c + ('a' - 'A') : c);
        if (n + 4 > size)
            return false;
    }
    ret[n++] = ' ';
    ret[n] = 0;
    return n > 1;
}

const struct cvx_codec *cvx_codec_find(struct cvx_span name)
{
    char text[40];
    if (!normalise(name, text, sizeof(text)))
        return NULL;
    for (size_t i = 0; i < sizeof(k_codecs) / sizeof(k_codecs[0]); i++) {
        const char *at = k_codecs[i].names;
        while ((at = strstr(at, text)) && at > k_codecs[i].names && at[-1] != ' ')
            at++;
        if (at)
            return &k_codecs[i];
    }
    return NULL;
}

/* ---- encoding ---- */

static void put_unit(struct cvx_buf *out, uint32_t unit, int bytes, bool big)
{
    for (int i = 0; i < bytes; i++) {
        int shift = 8 * (big ? bytes - 1 - i : i);
        cvx_buf_putc(out, (char)(unit >> shift & 0xff));
    }
}

static void put_char(struct cvx_buf *out, const struct cvx_codec *codec, uint32_t c)
{
    if (codec->unit == 0) {
        cvx_pystr_put(out, c);
    } else if (codec->unit == 2 && c > 0xffff) {
        put_unit(out, 0xd7c0 + (c >> 10), 2, codec->big);
        put_unit(out, 0xdc00 + (c & 0x3ff), 2, codec->big);
    } else {
        put_unit(out, c, codec->unit, codec->big);
    }
}

static bool is(struct cvx_span word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.p, text, word.len) == 0;
}

static int refuse(struct cvx_rt *rt, struct cvx_span errors, const char *kind,
                  const char *what)
{
    if (is(errors, "strict"))
        return cvx_value_fail(rt, kind, "%s", what);
    return cvx_value_fail(rt, "LookupError", "unknown way of handling errors");
}

/* c is not in ASCII or Latin-1. */
static int put_missing(struct cvx_rt *rt, struct cvx_buf *out, uint32_t c,
                       struct cvx_span errors)
{
    if (is(errors, "replace"))
        cvx_buf_putc(out, '?');
    else if (is(errors, "xmlcharrefreplace"))
        cvx_buf_printf(out, "&#%u;", (unsigned)c);
    else if (is(errors, "backslashreplace"))
        cvx_buf_printf(out,
                       c < 0x100     ? "\\x%02x"
                       : c < 0x10000 ? "\\u%04x"
                                     : "\\U%08x",
                       (unsigned)c);
    else if (!is(errors, "ignore"))
        return refuse(rt, errors, "UnicodeEncodeError",
                      "encode(): the encoding lacks a character of the text");
    return CVX_OK;
}

int cvx_codec_encode(struct cvx_rt *rt, const struct cvx_codec *codec,
                     struct cvx_span text, struct cvx_span errors, struct cvx_buf *out)
{
    size_t len;
    int rc = CVX_OK;
    cvx_buf_put(out, "", 0);
    if (codec->marked)
        put_char(out, codec, 0xfeff);
    for (size_t at = 0; at < text.len && !rc && !out->failed; at += len) {
        uint32_t c = cvx_unicode_decode(text.p + at, text.p + text.len, &len);
        if (codec->unit == 1 && c > codec->max)
            rc = put_missing(rt, out, c, errors);
        else
            put_char(out, codec, c);
    }
    return rc;
}

/* ---- decoding ---- */

static int put_broken(struct cvx_rt *rt, struct cvx_buf *out, struct cvx_span bytes,
                      struct cvx_span errors)
{
    if (is(errors, "replace"))
        cvx_pystr_put(out, 0xfffd);
    else if (is(errors, "backslashreplace"))
        for (size_t i = 0; i < bytes.len; i++)
            cvx_buf_printf(out, "\\x%02x", (unsigned)(unsigned char)bytes.p[i]);
    else if (!is(errors, "ignore"))
        return refuse(rt, errors, "UnicodeDecodeError",
                      "decode(): the bytes are not in this encoding");
    return CVX_OK;
}

/* The bytes at p that begin a character of UTF-8, no more than could belong to it. */
static size_t broken_utf8(struct cvx_span s)
{
    static const char k_fill[] = "\x80\xbf\xa0\x90\x8f\x9f";
    for (size_t n = s.len < 3 ? s.len : 3; n > 1; n--) {
        char whole[4];
        memcpy(whole, s.p, n);
        for (size_t f = 0; f < sizeof(k_fill) - 1; f++) {
            memset(whole + n, k_fill[f], 4 - n);
            if (cvx_text_utf8_len(whole, 4) > n)
                return n;
        }
    }
    return 1;
}

static int decode_utf8(struct cvx_rt *rt, struct cvx_span s, struct cvx_span errors,
                       struct cvx_buf *out)
{
    int rc = CVX_OK;
    while (s.len > 0 && !rc && !out->failed) {
        size_t len = cvx_text_utf8_len(s.p, s.len);
        if (len > 0) {
            cvx_buf_put(out, s.p, len);
        } else {
            len = broken_utf8(s);
            rc = put_broken(rt, out, (struct cvx_span){s.p, len}, errors);
        }
        s.p += len;
        s.len -= len;
    }
    return rc;
}

static uint32_t get_unit(const char *p, int bytes, bool big)
{
    uint32_t unit = 0;
    for (int i = 0; i < bytes; i++)
        unit = unit << 8 | (unsigned char)p[big ? i : bytes - 1 - i];
    return unit;
}

/* The character at s.p; its bytes, or how many of them are broken (then false). */
static bool get_char(const struct cvx_codec *codec, struct cvx_span s, bool big,
                     uint32_t *ret, size_t *ret_len)
{
    size_t unit = (size_t)codec->unit;
    *ret_len = unit < s.len ? unit : s.len;
    if (s.len < unit)
        return false;
    uint32_t c = get_unit(s.p, codec->unit, big);
    *ret = c;
    if (unit == 1)
        return c <= codec->max;
    if (unit == 4 || c < 0xd800 || c > 0xdfff)
        return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    if (c >= 0xdc00)
        return false;
    if (s.len < 4) {
        *ret_len = s.len;
        return false;
    }
    uint32_t low = get_unit(s.p + 2, 2, big);
    if (low < 0xdc00 || low > 0xdfff)
        return false;
    *ret_len = 4;
    *ret = ((c & 0x3ff) << 10) + (low & 0x3ff) + 0x10000;
    return true;
}

static int decode_units(struct cvx_rt *rt, const struct cvx_codec *codec,
                        struct cvx_span s, bool big, struct cvx_span errors,
                        struct cvx_buf *out)
{
    uint32_t c = 0;
    size_t len;
    int rc = CVX_OK;
    while (s.len > 0 && !rc && !out->failed) {
        if (get_char(codec, s, big, &c, &len))
            cvx_pystr_put(out, c);
        else
            rc = put_broken(rt, out, (struct cvx_span){s.p, len}, errors);
        s.p += len;
        s.len -= len;
    }
    return rc;
}

int cvx_codec_decode(struct cvx_rt *rt, const struct cvx_codec *codec,
                     struct cvx_span bytes, struct cvx_span errors, struct cvx_buf *out)
{
    bool big = codec->big;
    cvx_buf_put(out, "", 0);
    if (codec->unit == 0) {
        if (codec->marked && cvx_pystr_starts(bytes, (struct cvx_span){"\ufeff", 3}))
            bytes = (struct cvx_span){bytes.p + 3, bytes.len - 3};
        return decode_utf8(rt, bytes, errors, out);
    }
    size_t unit = (size_t)codec->unit;
    if (codec->marked && bytes.len >= unit) {
        big = get_unit(bytes.p, codec->unit, true) == 0xfeff;
        if (big || get_unit(bytes.p, codec->unit, false) == 0xfeff)
            bytes = (struct cvx_span){bytes.p + unit, bytes.len - unit};
    }
    return decode_units(rt, codec, bytes, big, errors, out);
}
