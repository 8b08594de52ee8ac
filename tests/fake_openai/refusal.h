/* Error answers: what is wrong, and its JSON in the words and shape of each kind of server
 * (31-openai-wire.md §2.6, §7). Pure. */
#ifndef FAKE_REFUSAL_H
#define FAKE_REFUSAL_H

#include <stdbool.h>

#include <cvextract/buf.h>

enum fake_dialect {
    FAKE_OPENAI,
    FAKE_AZURE,
    FAKE_OLLAMA,
    FAKE_VLLM,
    FAKE_VLLM_OLD, /* flat bodies */
    FAKE_LLAMACPP,
    FAKE_LITELLM
};

/* An answer that is not 2xx. Empty texts are null in the body. */
struct fake_refusal {
    int status;
    char message[640];
    char type[48];
    char param[128];
    char code[48];
};

/* Fills it in; the message is a format. NULL for type, param or code is null. Returns false,
 * so that checks can end with it. */
bool fake_refuse(struct fake_refusal *ret, int status, const char *type,
                 const char *param, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The body for it. */
void fake_refusal_body(const struct fake_refusal *refusal, enum fake_dialect dialect,
                       struct cvx_buf *body);
/* What a bare status says. */
void fake_refusal_of_status(int status, const char *model, struct fake_refusal *ret);

#endif
