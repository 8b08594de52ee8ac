/* Text to bytes and back, as str.encode and bytes.decode do it, for the encodings of
 * Unicode, ASCII and Latin-1.
 *
 * Thread: any. */
#ifndef CVX_JINJA_CODEC_H
#define CVX_JINJA_CODEC_H

#include "render/jinja/pystr.h"
#include "render/jinja/value.h"

struct cvx_codec;

/* By any of the names that Python knows it by; NULL for none of ours. */
const struct cvx_codec *cvx_codec_find(struct cvx_span name);

/* Appends the bytes of text. What the encoding lacks is treated as `errors` says (strict,
 * ignore, replace, xmlcharrefreplace, backslashreplace); CVX_EFORMAT when strict, and for
 * another word where it is needed. */
int cvx_codec_encode(struct cvx_rt *rt, const struct cvx_codec *codec,
                     struct cvx_span text, struct cvx_span errors, struct cvx_buf *out);

/* Appends the text of bytes; errors as above, without xmlcharrefreplace. */
int cvx_codec_decode(struct cvx_rt *rt, const struct cvx_codec *codec,
                     struct cvx_span bytes, struct cvx_span errors, struct cvx_buf *out);

#endif
