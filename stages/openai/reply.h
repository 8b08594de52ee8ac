/* What a server answered: a document with its verdict, or an error with its class
 * (30-openai.md "The answer", "Retry"; 31-openai-wire.md §2.2, §2.6, §7). Pure. */
#ifndef CVX_OPENAI_REPLY_H
#define CVX_OPENAI_REPLY_H

#include <cvextract/call.h>
#include <cvextract/err.h>

struct json_object;

/* An answer that is not 2xx: by status first, then error.code and error.type, whatever the
 * dialect; the provider's own text is in err, cut and printable. ADAPT changes *profile. */
enum cvx_verdict cvx_openai_classify(const struct cvx_reply *reply,
                                     struct cvx_profile *profile, struct cvx_err *err);

/* The content of a 2xx answer as JSON: refusal, finish_reason, code fences, <think>, the
 * outermost {...}. ACCEPTED: *ret is the document (the caller puts it) and `text`, when not
 * NULL, gets what the model wrote. LONGER: finish_reason length. REPAIR: no JSON in it.
 * FAILED: refusal, content filter, empty. Fills *usage (estimated by `prompt_bytes` where the
 * answer has none). */
enum cvx_verdict cvx_openai_reply(const struct cvx_reply *reply, size_t prompt_bytes,
                                  struct json_object **ret, struct cvx_buf *text,
                                  struct cvx_usage *usage, struct cvx_err *err);

#endif
