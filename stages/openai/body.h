/* A chat -> the JSON of its request for a server of a profile (31-openai-wire.md §2.1).
 * Pure; on a worker. */
#ifndef CVX_OPENAI_BODY_H
#define CVX_OPENAI_BODY_H

#include <cvextract/buf.h>
#include <cvextract/call.h>
#include <cvextract/err.h>

#include "openai/chat.h"

/* The same chat, cap and profile give the same bytes; fields not set are left out.
 * Texts are UTF-8 (the chat sees to it). max_output: the cap on the answer's tokens.
 * CVX_EFORMAT when the profile has no_files and the chat has a file; CVX_ENOMEM, CVX_ELIMIT
 * as the buffer latched. */
int cvx_openai_body(const struct cvx_chat *chat, size_t max_output,
                    const struct cvx_profile *profile, struct cvx_buf *body,
                    struct cvx_err *err);

/* Names the logical request: sha256 over the path of the endpoint, the model, messages,
 * schema and what the user set, before any step-down. The server's address is the lane's to
 * add: a stage does not know it. `body`, which must be empty, gets the bytes that were made
 * for it when they are those of the request for an untouched profile (no file in it); else
 * it stays empty. */
int cvx_openai_key(const struct cvx_chat *chat, size_t max_output, struct cvx_hash *ret,
                   struct cvx_buf *body, struct cvx_err *err);

#endif
