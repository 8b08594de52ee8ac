/* Models and their quirks. */
#include "models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool quirk_set(struct fake_model *m, const char *word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {{"noeffort", &m->no_effort},    {"nonone", &m->no_none},
                 {"notemp", &m->no_temperature}, {"nostore", &m->no_store},
                 {"oldmax", &m->old_max},        {"newmax", &m->new_max},
                 {"nostrict", &m->no_strict},    {"noschema", &m->no_schema},
                 {"nojson", &m->no_json_mode},   {"nofiles", &m->no_files}};

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(flags[i].word, word) == 0) {
            *flags[i].flag = true;
            return true;
        }
    }
    if (strncmp(word, "cap=", 4) == 0)
        m->output_cap = strtol(word + 4, NULL, 10);
    else if (strncmp(word, "context=", 8) == 0)
        m->context = strtol(word + 8, NULL, 10);
    else
        return false;
    return m->output_cap >= 0 && m->context >= 0;
}

bool fake_models_add(struct fake_models *models, const char *spec)
{
    char text[256], *rest = text;
    struct fake_model m = {0};

    if (models->count == FAKE_MODELS_MAX || strlen(spec) >= sizeof text)
        return false;
    snprintf(text, sizeof text, "%s", spec);
    char *quirks = strchr(text, ':');
    if (quirks)
        *quirks++ = '\0';
    if (*text == '\0' || strlen(text) >= sizeof m.name)
        return false;
    memcpy(m.name, text, strlen(text));
    for (rest = quirks; rest && *rest;) {
        char *word = strsep(&rest, ",");

        if (!quirk_set(&m, word))
            return false;
    }
    models->model[models->count++] = m;
    return true;
}

void fake_models_defaults(struct fake_models *models)
{
    static const char *const k_specs[] = {
        "gpt-6-luna",   "gpt-6.1-terra", "gpt-6-astra:nonone,notemp,newmax",
        "gpt-5.6-luna", "gpt-5.4-mini",  "gpt-4o-mini:noeffort,cap=16384,context=128000",
        "fake-model",
    };

    for (size_t i = 0; i < sizeof k_specs / sizeof *k_specs; i++)
        fake_models_add(models, k_specs[i]);
}

const struct fake_model *fake_models_find(const struct fake_models *models,
                                          const char *name)
{
    static const struct fake_model k_plain = {.name = "any"};

    for (size_t i = 0; i < models->count; i++) {
        if (strcmp(models->model[i].name, name) == 0)
            return &models->model[i];
    }
    return models->any ? &k_plain : NULL;
}
