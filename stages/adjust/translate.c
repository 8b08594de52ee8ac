/* openai-translate: every text of the CV in another language, names and terms of the trade
 * untouched (protect.h). */
#include <string.h>

#include <cvextract/text.h>

#include "adjust/adjust.h"
#include "adjust/invariants.h"
#include "contracts/embedded.h"
#include "stages.h"

#define LANGUAGE_KEY "language"
#define LANGUAGE_MAX 64

static int context(struct cvx_task *task, struct cvx_chat *chat)
{
    cvx_buf_printf(cvx_chat_say(chat, "user"),
                   "Target language: \"%s\" (the name of a language, or its code).\n",
                   cvx_task_param(task, LANGUAGE_KEY));
    return CVX_OK;
}

static size_t context_bytes(const struct cvx_task *task)
{
    return strlen(cvx_task_param(task, LANGUAGE_KEY));
}

static const struct cvx_adjuster k_adjuster = {
    .prompt = cvx_embedded_translate,
    .checks = CVX_INVARIANTS_TRANSLATED,
    .protects = true,
    .context = context,
    .context_bytes = context_bytes,
};

/* Letters of any script, and what stands in names and codes: "pt-BR", "zh_Hant", "Chinese
 * (simplified)". */
static bool is_language(const char *text)
{
    size_t len = strlen(text);
    bool letter = false;

    if (len > LANGUAGE_MAX || !cvx_text_is_utf8(text, len))
        return false;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool is_letter = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!is_letter && !(c >= '0' && c <= '9') && !strchr(" -_().,'/", c))
            return false;
        letter = letter || is_letter;
    }
    return letter;
}

static int check_language(const struct cvx_task *task, struct cvx_err *err)
{
    const char *language = NULL;
    int rc = cvx_adjust_value(task, LANGUAGE_KEY, &language, err);

    if (rc || is_language(language))
        return rc;
    return cvx_fail(err, CVX_EUSAGE,
                    LANGUAGE_KEY "= must be the name or the code of a language");
}

static struct cvx_next prepare(struct cvx_task *task)
{
    struct cvx_adjust_state *state = NULL;
    int rc = check_language(task, &task->err);

    if (!rc)
        rc = cvx_adjust_state_new(task, &k_adjuster, NULL, &state, &task->err);
    if (!rc)
        task->made_state = state;
    return cvx_next_done(rc);
}

static const struct cvx_stage_key k_keys[] = {
    {LANGUAGE_KEY, CVX_KEY_REQUIRED, "LANGUAGE", "code or name of the language"},
    CVX_ADJUST_KEYS,
    {NULL, 0, NULL, NULL},
};

const struct cvx_stage cvx_openai_translate = {
    .contract = CVX_STAGE_CONTRACT,
    .kind = CVX_ADJUSTER,
    .flags = CVX_STAGE_API,
    .name = "openai-translate",
    .summary = "Translates the CV, its names and technical terms untouched",
    .folder = "adjusted_structured_data",
    .suffix = ".json",
    .keys = k_keys,
    .step = cvx_adjust_step,
    .prepare = prepare,
    .close = cvx_adjust_close,
    .estimate = cvx_adjust_estimate,
    .drop = cvx_adjust_drop,
};
