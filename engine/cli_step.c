/* Owns the meaning of a stage flag's words: keys, names of stages, required values. */
#include "cli_step.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include <cvextract/mem.h>

/* A word divided at its first '='. */
struct pair {
    const char *key;
    size_t len;
    const char *value; /* NULL = bare */
};

void *cvx_cli_step_block(struct cvx_cli_memory *memory, size_t count, size_t size)
{
    void *block = cvx_alloc_array(count, size);

    if (block)
        memory->blocks[memory->n++] = block;
    return block;
}

static struct pair word_split(const char *word)
{
    size_t len = strcspn(word, "=");

    return (struct pair){word, len, word[len] == '=' ? word + len + 1 : NULL};
}

static bool pair_is(const struct pair *pair, const char *key)
{
    return strlen(key) == pair->len && memcmp(key, pair->key, pair->len) == 0;
}

static const struct cvx_stage_key *find_key(const struct cvx_stage_key *keys,
                                            const struct pair *pair)
{
    for (; keys && keys->key; keys++) {
        if (pair_is(pair, keys->key))
            return keys;
    }
    return NULL;
}

const char *cvx_cli_step_own(const struct cvx_cli_step *step, const char *key)
{
    const struct cvx_stage_key *keys = step->given->flag->keys;

    for (size_t i = 0; keys[i].key; i++) {
        if (strcmp(keys[i].key, key) == 0)
            return step->own[i];
    }
    return NULL;
}

/* The i-th stage of the step: those named, else the first of the kind. */
static const struct cvx_stage *step_stage(const struct cvx_cli_build *build,
                                          const struct cvx_cli_step *step, size_t i)
{
    if (step->given->flag->kind < 0)
        return NULL;
    enum cvx_stage_kind kind = step->options.kind;
    if (i < step->options.n_names)
        return cvx_registry_find(build->registry, kind, step->options.names[i]);
    /* A flag that must name its stage has no default. */
    bool named = step->options.n_names > 0 || kind == CVX_ADJUSTER;
    return i == 0 && !named ? cvx_registry_at(build->registry, kind, 0) : NULL;
}

static const struct cvx_stage_key *stage_find_key(const struct cvx_cli_build *build,
                                                  const struct cvx_cli_step *step,
                                                  const struct pair *pair)
{
    const struct cvx_stage *stage;

    for (size_t i = 0; (stage = step_stage(build, step, i)) != NULL; i++) {
        const struct cvx_stage_key *key = find_key(stage->keys, pair);

        if (key)
            return key;
    }
    return NULL;
}

static int unknown_key(const struct cvx_cli_build *build, const struct cvx_cli_step *step,
                       const struct pair *pair, struct cvx_err *err)
{
    struct cvx_cli_near search = {.typed = pair->key, .len = pair->len};
    const struct cvx_cli_flag *flag = step->given->flag;
    const struct cvx_stage_key *key;
    const struct cvx_stage *stage;
    struct cvx_cli_hint hint;
    struct pair found;

    for (key = flag->keys; key->key; key++)
        cvx_cli_near_consider(&search, key->key);
    for (size_t i = 0; (stage = step_stage(build, step, i)) != NULL; i++) {
        for (key = stage->keys; key && key->key; key++)
            cvx_cli_near_consider(&search, key->key);
    }
    found = word_split(search.best ? search.best : "");
    key = find_key(flag->keys, &found);
    if (!key)
        key = stage_find_key(build, step, &found);
    hint =
        cvx_cli_near_hint(&search, "", key && (key->flags & CVX_KEY_BARE) ? "" : "=", "");
    if (!search.best)
        return cvx_cli_usage(err, "unknown key '%.*s' of --%s; see --help %s",
                             cvx_cli_words_shown(pair->len), pair->key, flag->name,
                             flag->name);
    return cvx_cli_usage(err, "unknown key '%.*s' of --%s%s",
                         cvx_cli_words_shown(pair->len), pair->key, flag->name,
                         hint.text);
}

/* Is there a value exactly where there must be one? `filled`: an empty one is none. */
static int check_value(const struct cvx_cli_flag *flag, const struct cvx_stage_key *key,
                       bool filled, const struct pair *pair, struct cvx_err *err)
{
    if (key->flags & CVX_KEY_BARE)
        return pair->value
                   ? cvx_cli_usage(err, "%s of --%s takes no value", key->key, flag->name)
                   : CVX_OK;
    if (!pair->value || (filled && pair->value[0] == '\0'))
        return cvx_cli_usage(err, "%s= of --%s needs a value: %s=%s", key->key,
                             flag->name, key->key, key->value ? key->value : "VALUE");
    return CVX_OK;
}

static int given_twice(const struct cvx_cli_step *step, const struct cvx_stage_key *key,
                       struct cvx_err *err)
{
    return cvx_cli_usage(err, "%s%s of --%s is given twice", key->key,
                         key->flags & CVX_KEY_BARE ? "" : "=", step->given->flag->name);
}

static int take_own(struct cvx_cli_step *step, const struct cvx_stage_key *key,
                    const struct pair *pair, struct cvx_err *err)
{
    size_t i = (size_t)(key - step->given->flag->keys);
    int rc = check_value(step->given->flag, key, true, pair, err);

    if (rc != CVX_OK)
        return rc;
    if (step->own[i])
        return given_twice(step, key, err);
    step->own[i] = pair->value ? pair->value : "";
    if (key->flags & CVX_CLI_KEY_API)
        step->params[step->options.n_params++] =
            (struct cvx_param){key->key, pair->value};
    return CVX_OK;
}

static int take_param(struct cvx_cli_step *step, const struct cvx_stage_key *key,
                      const struct pair *pair, struct cvx_err *err)
{
    bool filled = (key->flags & (CVX_KEY_REQUIRED | CVX_KEY_FILE)) != 0;
    int rc = check_value(step->given->flag, key, filled, pair, err);

    if (rc != CVX_OK)
        return rc;
    for (size_t i = 0; i < step->options.n_params; i++) {
        if (strcmp(step->params[i].key, key->key) == 0)
            return given_twice(step, key, err);
    }
    step->params[step->options.n_params++] = (struct cvx_param){key->key, pair->value};
    return CVX_OK;
}

static int take_word(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                     const char *word, struct cvx_err *err)
{
    struct pair pair = word_split(word);
    const struct cvx_stage_key *own = find_key(step->given->flag->keys, &pair);
    const struct cvx_stage_key *key = NULL;

    if (own)
        return take_own(step, own, &pair, err);
    key = stage_find_key(build, step, &pair);
    if (key)
        return take_param(step, key, &pair, err);
    if (word[0] == '-')
        return cvx_cli_words_unknown(word, err);
    return unknown_key(build, step, &pair, err);
}

/* ---- names of stages ---- */

static const struct cvx_stage *find_stage(const struct cvx_registry *registry,
                                          enum cvx_stage_kind kind, const char *name,
                                          size_t len)
{
    const struct cvx_stage *stage;

    for (size_t i = 0; (stage = cvx_registry_at(registry, kind, i)) != NULL; i++) {
        if (strlen(stage->name) == len && memcmp(stage->name, name, len) == 0)
            return stage;
    }
    return NULL;
}

static int unknown_stage(const struct cvx_registry *registry, enum cvx_stage_kind kind,
                         const char *name, size_t len, struct cvx_err *err)
{
    struct cvx_cli_near search = {.typed = name, .len = len};
    const struct cvx_stage *stage;
    struct cvx_cli_hint hint;

    for (size_t i = 0; (stage = cvx_registry_at(registry, kind, i)) != NULL; i++)
        cvx_cli_near_consider(&search, stage->name);
    hint = cvx_cli_near_hint(&search, "", "", "");
    if (search.best)
        return cvx_cli_usage(err, "%s '%.*s' is not built into this program%s",
                             cvx_stage_kind_name(kind), cvx_cli_words_shown(len), name,
                             hint.text);
    return cvx_cli_usage(err, "%s '%.*s' is not built into this program; see --list %s",
                         cvx_stage_kind_name(kind), cvx_cli_words_shown(len), name,
                         cvx_cli_flags_plural(kind));
}

/* Adds the stage called name[0..len) to names, which holds n already. The names kept are
 * the registry's, which outlive the options. */
static int add_name(const struct cvx_cli_build *build, const struct cvx_cli_step *step,
                    enum cvx_stage_kind kind, const char *name, size_t len,
                    const char **names, size_t *n, struct cvx_err *err)
{
    const struct cvx_stage *stage = find_stage(build->registry, kind, name, len);

    if (len == 0)
        return cvx_cli_usage(err,
                             "a list of --%s has an empty name: remove the surplus comma",
                             step->given->flag->name);
    if (!stage)
        return unknown_stage(build->registry, kind, name, len, err);
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(names[i], stage->name) == 0)
            return cvx_cli_usage(err, "%s '%s' is named twice in --%s",
                                 cvx_stage_kind_name(kind), stage->name,
                                 step->given->flag->name);
    }
    names[(*n)++] = stage->name;
    return CVX_OK;
}

static int list_names(const struct cvx_cli_build *build, const struct cvx_cli_step *step,
                      enum cvx_stage_kind kind, const char *list,
                      const char *const **ret_names, size_t *ret_n, struct cvx_err *err)
{
    const char **names;
    size_t most = 1, n = 0;
    int rc;

    for (const char *p = list; *p != '\0'; p++)
        most += *p == ',' ? 1 : 0;
    names = cvx_cli_step_block(build->memory, most, sizeof(*names));
    if (!names)
        return cvx_fail(err, CVX_ENOMEM, "out of memory");
    for (;;) {
        size_t len = strcspn(list, ",");

        rc = add_name(build, step, kind, list, len, names, &n, err);
        if (rc != CVX_OK)
            return rc;
        if (list[len] == '\0')
            break;
        list += len + 1;
    }
    *ret_names = names;
    *ret_n = n;
    return CVX_OK;
}

/* No name= where one must be: a mistyped key is the likelier fault, and said first. */
static int name_missing(const struct cvx_cli_build *build,
                        const struct cvx_cli_step *step, const struct cvx_stage_key *key,
                        struct cvx_err *err)
{
    const char *word;

    for (size_t i = 0; (word = cvx_cli_words_at(step->given, i)) != NULL; i++) {
        struct pair pair = word_split(word);
        struct cvx_cli_near search = {.typed = pair.key, .len = pair.len};

        if (find_key(step->given->flag->keys, &pair))
            continue;
        cvx_cli_near_consider(&search, "name");
        if (search.best)
            return unknown_key(build, step, &pair, err);
    }
    return cvx_cli_usage(err, "--%s needs name=%s; see --list %s",
                         step->given->flag->name, key->value,
                         cvx_cli_flags_plural(step->options.kind));
}

/* The stages come first: they decide which other keys there are. */
static int read_name(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                     struct cvx_err *err)
{
    const struct cvx_cli_flag *flag = step->given->flag;
    const struct pair name = word_split("name");
    const struct cvx_stage_key *key = find_key(flag->keys, &name);
    const char *word;

    for (size_t i = 0; key && (word = cvx_cli_words_at(step->given, i)) != NULL; i++) {
        struct pair pair = word_split(word);

        if (!pair_is(&pair, name.key))
            continue;
        int rc = check_value(flag, key, true, &pair, err);
        if (rc != CVX_OK)
            return rc;
        assert(pair.value); /* no bare key */
        return list_names(build, step, step->options.kind, pair.value,
                          &step->options.names, &step->options.n_names, err);
    }
    if (key && (key->flags & CVX_KEY_REQUIRED))
        return name_missing(build, step, key, err);
    if (!cvx_registry_at(build->registry, step->options.kind, 0))
        return cvx_cli_usage(err, "--%s: no %s is built into this program", flag->name,
                             cvx_stage_kind_name(step->options.kind));
    return CVX_OK;
}

/* ---- one step ---- */

static bool step_has_param(const struct cvx_cli_step *step, const char *key)
{
    for (size_t i = 0; i < step->options.n_params; i++) {
        if (strcmp(step->params[i].key, key) == 0)
            return true;
    }
    return false;
}

static int check_required(const struct cvx_cli_build *build,
                          const struct cvx_cli_step *step, struct cvx_err *err)
{
    const struct cvx_stage *stage;

    for (size_t i = 0; (stage = step_stage(build, step, i)) != NULL; i++) {
        for (const struct cvx_stage_key *key = stage->keys; key && key->key; key++) {
            if (!(key->flags & CVX_KEY_REQUIRED) || step_has_param(step, key->key))
                continue;
            return cvx_cli_usage(err, "%s '%s' needs %s%s%s",
                                 cvx_stage_kind_name(stage->kind), stage->name, key->key,
                                 key->flags & CVX_KEY_BARE ? "" : "=",
                                 key->value ? key->value : "");
        }
    }
    return CVX_OK;
}

static int check_model(const struct cvx_cli_build *build, const struct cvx_cli_step *step,
                       struct cvx_err *err)
{
    const struct pair model = word_split("openai-model");
    const struct cvx_stage *stage;

    if (!cvx_cli_step_own(step, model.key))
        return CVX_OK;
    for (size_t i = 0; (stage = step_stage(build, step, i)) != NULL; i++) {
        if ((stage->flags & CVX_STAGE_API) || find_key(stage->keys, &model))
            return CVX_OK;
    }
    stage = step_stage(build, step, 0);
    return cvx_cli_usage(err, "openai-model= of --%s has no use: '%s' makes no API calls",
                         step->given->flag->name, stage ? stage->name : "");
}

int cvx_cli_step_words(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                       struct cvx_err *err)
{
    const struct cvx_cli_given *given = step->given;
    const char *word;
    int rc;

    step->params =
        cvx_cli_step_block(build->memory, given->n_words + 1, sizeof(*step->params));
    if (!step->params)
        return cvx_fail(err, CVX_ENOMEM, "out of memory");
    for (size_t i = 0; (word = cvx_cli_words_at(given, i)) != NULL; i++) {
        rc = take_word(build, step, word, err);
        if (rc != CVX_OK)
            return rc;
    }
    step->options.params = step->params;
    return CVX_OK;
}

int cvx_cli_step_read(const struct cvx_cli_build *build, struct cvx_cli_step *step,
                      struct cvx_err *err)
{
    const char *verifiers;
    int rc = read_name(build, step, err);

    if (rc == CVX_OK && step->options.kind == CVX_ADJUSTER && step->options.n_names > 1)
        rc = cvx_cli_usage(err,
                           "--adjust takes one adjuster; repeat --adjust for a chain");
    if (rc == CVX_OK)
        rc = cvx_cli_step_words(build, step, err);
    if (rc == CVX_OK)
        rc = check_required(build, step, err);
    if (rc == CVX_OK)
        rc = check_model(build, step, err);
    if (rc != CVX_OK)
        return rc;
    step->options.output = cvx_cli_step_own(step, "output");
    step->options.skip_verify = cvx_cli_step_own(step, "skip-verify") != NULL;
    verifiers = cvx_cli_step_own(step, "verifier");
    if (!verifiers)
        return CVX_OK;
    if (step->options.skip_verify)
        return cvx_cli_usage(err, "verifier= and skip-verify of --%s exclude each other",
                             step->given->flag->name);
    return list_names(build, step, CVX_VERIFIER, verifiers, &step->options.verifiers,
                      &step->options.n_verifiers, err);
}
