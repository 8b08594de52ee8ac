/* What a server says when it does not answer: one view of the error bodies of all dialects
 * (31-openai-wire.md §2.6, §7). Pure.
 *
 * OpenAI, Azure: {"error": {"message", "type", "param", "code"}}; vLLM, llama.cpp: `code` is
 * a number; old vLLM: the same four at the root; Ollama: {"error": "text"}; FastAPI:
 * {"detail": ...}; proxies: HTML or plain text. */
#ifndef CVX_OPENAI_ERROR_H
#define CVX_OPENAI_ERROR_H

#include <stdbool.h>

#include <cvextract/call.h>
#include <cvextract/err.h>

struct json_object;

struct cvx_openai_error {
    struct json_object *root; /* NULL: the body is no JSON object */
    bool html;
    /* Never NULL, "" for what is missing; borrowed from root and from the reply. */
    const char *message, *type, *param, *code;
    char code_text[24]; /* a code that was a number */
};

/* CVX_OK whatever the body is; CVX_ENOMEM. To be released with cvx_openai_error_done(). */
int cvx_openai_error_read(const struct cvx_reply *reply, struct cvx_openai_error *ret,
                          struct cvx_err *err);
/* The same from a body that was read already; takes a reference to root. */
void cvx_openai_error_from(struct json_object *root, struct cvx_openai_error *ret);
void cvx_openai_error_done(struct cvx_openai_error *error);

/* Whether the reply is a page for people. */
bool cvx_openai_error_html(const struct cvx_reply *reply);

/* Starts a chain: "what: the server's own text", that text cut and printable. */
void cvx_openai_error_say(const struct cvx_openai_error *error, enum cvx_rc rc,
                          const char *what, struct cvx_err *err);

/* Whether a text has this word, in any case, not as a part of a longer one. */
bool cvx_openai_error_word(const char *text, const char *word);

#endif
