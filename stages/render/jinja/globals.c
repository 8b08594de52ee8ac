/* What a template finds without a document: range, dict, lipsum, cycler, joiner, namespace.
 * See eval.h. */
#include "render/jinja/eval.h"

#include <string.h>

#include <cvextract/limits.h>

/* ---- functions ---- */

struct function {
    struct cvx_object object;
    const char
        *shown; /* what printing it gives; NULL: it has an address, and cannot be */
};

static int function_print(struct cvx_rt *rt, struct cvx_object *self, struct cvx_buf *out)
{
    const struct function *function = (const struct function *)self;
    if (!function->shown)
        return cvx_value_fail(rt, "TypeError", "a function cannot be printed");
    cvx_buf_puts(out, function->shown);
    return CVX_OK;
}

static int call_range(struct cvx_rt *rt, struct cvx_object *self,
                      const struct cvx_args *args, struct cvx_value *ret)
{
    (void)self;
    return cvx_iter_range(rt, args, ret);
}

/* ---- dict ---- */

static int put_pair(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value pair)
{
    struct cvx_list *items = NULL;
    int rc = cvx_iter_collect(rt, pair, &items);
    if (!rc && items->n != 2)
        rc = cvx_value_fail(rt, "ValueError",
                            "dict() needs pairs, and got one of %zu values", items->n);
    return rc ? rc : cvx_dict_put(rt, dict, items->items[0], items->items[1]);
}

static int put_pairs(struct cvx_rt *rt, struct cvx_dict *dict, struct cvx_value pairs)
{
    struct cvx_iter *iter = NULL;
    bool more = true;
    int rc = cvx_iter_new(rt, pairs, &iter);
    while (!rc) {
        struct cvx_value pair = {0};
        rc = iter->next(rt, iter, &pair, &more);
        if (rc || !more)
            break;
        rc = put_pair(rt, dict, pair);
    }
    return rc;
}

static int put_mapping(struct cvx_rt *rt, struct cvx_dict *dict,
                       const struct cvx_dict *from)
{
    int rc = CVX_OK;
    for (size_t i = 0; !rc && i < cvx_dict_count(from); i++) {
        const struct cvx_dict_entry *entry = cvx_dict_at(from, i);
        rc = cvx_dict_put(rt, dict, entry->key, entry->value);
    }
    return rc;
}

/* dict(pairs or mapping, name=value ...) */
static int make_dict(struct cvx_rt *rt, const struct cvx_args *args,
                     struct cvx_value *ret)
{
    struct cvx_value dict = {0};
    if (args->n > 1)
        return cvx_value_fail(rt, "TypeError",
                              "dict() takes at most 1 argument, %zu given", args->n);
    if (args->n == 1 && args->pos[0].kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, args->pos[0]);
    int rc = cvx_dict_new(rt, &dict);
    if (!rc && args->n == 1)
        rc = args->pos[0].kind == CVX_V_DICT
                 ? put_mapping(rt, dict.u.dict, args->pos[0].u.dict)
                 : put_pairs(rt, dict.u.dict, args->pos[0]);
    for (size_t i = 0; !rc && i < args->n_kw; i++)
        rc =
            cvx_dict_put(rt, dict.u.dict,
                         (struct cvx_value){.kind = CVX_V_STR, .u.str = args->kw[i].name},
                         args->kw[i].value);
    if (!rc)
        *ret = dict;
    return rc;
}

static int call_dict(struct cvx_rt *rt, struct cvx_object *self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    (void)self;
    return make_dict(rt, args, ret);
}

/* dict.fromkeys(), the one function of the type that needs no dict. */
static int dict_attr(struct cvx_rt *rt, struct cvx_object *self,
                     const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    struct cvx_value dict = {0};
    (void)self;
    *ret_found = false;
    if (strcmp(name->data, "fromkeys") != 0)
        return CVX_OK;
    int rc = cvx_dict_new(rt, &dict);
    return rc ? rc : cvx_methods_find(rt, dict, name, ret, ret_found);
}

/* ---- namespace ---- */

struct namespace
{
    struct cvx_object object;
    struct cvx_dict *attrs;
};

static int namespace_attr(struct cvx_rt *rt, struct cvx_object *self,
                          const struct cvx_str *name, struct cvx_value *ret,
                          bool *ret_found)
{
    const struct cvx_value *found =
        cvx_dict_get(((struct namespace *)self)->attrs, name->data, name->len);
    (void)rt;
    *ret_found = found != NULL;
    if (found)
        *ret = *found;
    return CVX_OK;
}

static int namespace_set(struct cvx_rt *rt, struct cvx_object *self,
                         const struct cvx_str *name, struct cvx_value value)
{
    return cvx_dict_put(rt, ((struct namespace *)self)->attrs,
                        (struct cvx_value){.kind = CVX_V_STR, .u.str = name}, value);
}

static int namespace_print(struct cvx_rt *rt, struct cvx_object *self,
                           struct cvx_buf *out)
{
    struct cvx_value attrs = {.kind = CVX_V_DICT,
                              .u.dict = ((struct namespace *)self)->attrs};
    cvx_buf_puts(out, "<Namespace ");
    int rc = cvx_repr_repr(rt, attrs, out);
    cvx_buf_puts(out, ">");
    return rc;
}

static const struct cvx_object_type k_namespace = {.name = "Namespace",
                                                   .attr = namespace_attr,
                                                   .set_attr = namespace_set,
                                                   .print = namespace_print};

static int call_namespace(struct cvx_rt *rt, struct cvx_object *self,
                          const struct cvx_args *args, struct cvx_value *ret)
{
    struct cvx_value attrs = {0};
    struct namespace *ns = cvx_heap_alloc(rt->heap, sizeof(*ns));
    (void)self;
    if (!ns)
        return cvx_value_no_memory(rt);
    int rc = make_dict(rt, args, &attrs);
    if (rc)
        return rc;
    *ns = (struct namespace){{&k_namespace}, attrs.u.dict};
    *ret = cvx_value_object(&ns->object);
    return CVX_OK;
}

/* ---- cycler ---- */

struct cycler {
    struct cvx_object object;
    struct cvx_value items; /* TUPLE, not empty */
    size_t pos;
};

struct bound {
    struct cvx_object object;
    struct cycler *cycler;
};

static int cycler_next(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    struct cycler *cycler = ((struct bound *)self)->cycler;
    const struct cvx_list *items = cycler->items.u.list;
    if (args->n + args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "next() takes no arguments");
    *ret = items->items[cycler->pos];
    cycler->pos = (cycler->pos + 1) % items->n;
    return CVX_OK;
}

static int cycler_reset(struct cvx_rt *rt, struct cvx_object *self,
                        const struct cvx_args *args, struct cvx_value *ret)
{
    if (args->n + args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "reset() takes no arguments");
    ((struct bound *)self)->cycler->pos = 0;
    *ret = cvx_value_none();
    return CVX_OK;
}

static const struct cvx_object_type k_next = {.name = "method", .call = cycler_next};
static const struct cvx_object_type k_reset = {.name = "method", .call = cycler_reset};

static int cycler_attr(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    struct cycler *cycler = (struct cycler *)self;
    bool next = strcmp(name->data, "next") == 0;
    *ret_found = true;
    if (next || strcmp(name->data, "reset") == 0) {
        struct bound *bound = cvx_heap_alloc(rt->heap, sizeof(*bound));
        if (!bound)
            return cvx_value_no_memory(rt);
        *bound = (struct bound){{next ? &k_next : &k_reset}, cycler};
        *ret = cvx_value_object(&bound->object);
    } else if (strcmp(name->data, "current") == 0) {
        *ret = cycler->items.u.list->items[cycler->pos];
    } else if (strcmp(name->data, "items") == 0) {
        *ret = cycler->items;
    } else if (strcmp(name->data, "pos") == 0) {
        *ret = cvx_value_int((int64_t)cycler->pos);
    } else {
        *ret_found = false;
    }
    return CVX_OK;
}

static const struct cvx_object_type k_cycler = {.name = "Cycler", .attr = cycler_attr};

static int call_cycler(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    (void)self;
    if (args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "cycler() has no argument '%s'",
                              args->kw[0].name->data);
    if (args->n == 0)
        return cvx_value_fail(rt, "RuntimeError", "cycler() needs at least one item");
    struct cycler *cycler = cvx_heap_zalloc(rt->heap, sizeof(*cycler));
    if (!cycler)
        return cvx_value_no_memory(rt);
    int rc = cvx_value_list(rt, CVX_V_TUPLE, args->n, &cycler->items);
    for (size_t i = 0; !rc && i < args->n; i++)
        rc = cvx_list_append(rt, cycler->items.u.list, args->pos[i]);
    cycler->object.type = &k_cycler;
    if (!rc)
        *ret = cvx_value_object(&cycler->object);
    return rc;
}

/* ---- joiner ---- */

struct joiner {
    struct cvx_object object;
    struct cvx_value sep;
    bool used;
};

static int joiner_call(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    struct joiner *joiner = (struct joiner *)self;
    if (args->n + args->n_kw > 0)
        return cvx_value_fail(rt, "TypeError", "a joiner takes no arguments");
    bool first = !joiner->used;
    joiner->used = true;
    if (first)
        return cvx_value_str(rt, "", 0, false, ret);
    *ret = joiner->sep;
    return CVX_OK;
}

static int joiner_attr(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_str *name, struct cvx_value *ret, bool *ret_found)
{
    const struct joiner *joiner = (const struct joiner *)self;
    bool sep = strcmp(name->data, "sep") == 0;
    (void)rt;
    *ret_found = sep || strcmp(name->data, "used") == 0;
    if (*ret_found)
        *ret = sep ? joiner->sep : cvx_value_bool(joiner->used);
    return CVX_OK;
}

static const struct cvx_object_type k_joiner = {
    .name = "Joiner", .attr = joiner_attr, .call = joiner_call};

static int call_joiner(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const char *const k_names[] = {"sep"};
    struct joiner *joiner = cvx_heap_zalloc(rt->heap, sizeof(*joiner));
    bool given = false;
    (void)self;
    if (!joiner)
        return cvx_value_no_memory(rt);
    joiner->object.type = &k_joiner;
    int rc = cvx_args_bind(rt, "joiner()", args, k_names, 1, 0, &joiner->sep, &given);
    if (!rc && !given)
        rc = cvx_value_str(rt, ", ", 2, false, &joiner->sep);
    if (!rc)
        *ret = cvx_value_object(&joiner->object);
    return rc;
}

/* ---- lipsum ----
 *
 * jinja2's is random; ours gives the same text for the same arguments every time. */

static uint64_t lipsum_next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void lipsum_paragraph(struct cvx_buf *out, uint64_t *state, int64_t words)
{
    static const char *const k_words[] = {
        "lorem", "ipsum", "dolor",   "sit",     "amet",   "consectetur", "adipiscing",
        "elit",  "sed",   "eiusmod", "tempor",  "labore", "magna",       "aliqua",
        "quis",  "enim",  "veniam",  "nostrud", "nisi",   "commodo",     "velit"};
    for (int64_t i = 0; i < words; i++) {
        size_t at = lipsum_next(state) % (sizeof(k_words) / sizeof(k_words[0]));
        const char *word = k_words[at];
        bool starts = i % 9 == 0;
        if (i > 0)
            cvx_buf_puts(out, starts ? ". " : " ");
        cvx_buf_putc(out, starts ? (char)(word[0] - 'a' + 'A') : word[0]);
        cvx_buf_puts(out, word + 1);
    }
    cvx_buf_putc(out, '.');
}

static int lipsum_text(struct cvx_rt *rt, int64_t n, bool html, const int64_t *between,
                       struct cvx_buf *out)
{
    uint64_t state = rt->seed;
    int rc = CVX_OK;
    for (int64_t i = 0; !rc && i < n; i++) {
        if (i > 0)
            cvx_buf_puts(out, html ? "\n" : "\n\n");
        cvx_buf_puts(out, html ? "<p>" : "");
        int64_t words = between[0] + (int64_t)(lipsum_next(&state) %
                                               (uint64_t)(between[1] - between[0]));
        lipsum_paragraph(out, &state, words);
        cvx_buf_puts(out, html ? "</p>" : "");
        rc = cvx_value_spend(rt);
        if (!rc)
            rc = cvx_buf_check(out, rt->err);
    }
    return rc;
}

/* lipsum(n=5, html=true, min=20, max=100) */
static int call_lipsum(struct cvx_rt *rt, struct cvx_object *self,
                       const struct cvx_args *args, struct cvx_value *ret)
{
    static const char *const k_names[] = {"n", "html", "min", "max"};
    struct cvx_value values[4];
    bool given[4], html = true;
    int64_t numbers[4] = {5, 1, 20, 100};
    (void)self;
    int rc = cvx_args_bind(rt, "lipsum()", args, k_names, 4, 0, values, given);
    for (int i = 0; !rc && i < 4; i++)
        if (given[i] && i != 1)
            rc = cvx_numeric_index(rt, values[i], &numbers[i]);
    if (!rc && given[1])
        rc = cvx_value_truth(rt, values[1], &html);
    if (!rc && numbers[0] > 0 &&
        (numbers[2] >= numbers[3] || numbers[2] < 0 || numbers[3] > 1000000))
        rc = cvx_value_fail(rt, "ValueError", "lipsum() needs min < max");
    if (rc)
        return rc;
    struct cvx_buf out = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    cvx_buf_put(&out, "", 0);
    rc = lipsum_text(rt, numbers[0], html, numbers + 2, &out);
    if (!rc)
        rc = cvx_value_str_buf(rt, &out, html, ret);
    cvx_buf_done(&out);
    return rc;
}

/* ---- by name ---- */

struct global {
    const char *name, *shown;
    struct cvx_object_type type;
};

static const struct global k_globals[CVX_GLOBALS] = {
    {"range", "<class 'range'>", {"type", .call = call_range, .print = function_print}},
    {"dict",
     "<class 'dict'>",
     {"type", .attr = dict_attr, .call = call_dict, .print = function_print}},
    {"lipsum", NULL, {"function", .call = call_lipsum, .print = function_print}},
    {"cycler",
     "<class 'jinja2.utils.Cycler'>",
     {"type", .call = call_cycler, .print = function_print}},
    {"joiner",
     "<class 'jinja2.utils.Joiner'>",
     {"type", .call = call_joiner, .print = function_print}},
    {"namespace",
     "<class 'jinja2.utils.Namespace'>",
     {"type", .call = call_namespace, .print = function_print}}};

int cvx_globals_open(struct cvx_rt *rt, struct cvx_value *ret)
{
    for (size_t i = 0; i < CVX_GLOBALS; i++) {
        struct function *function = cvx_heap_alloc(rt->heap, sizeof(*function));
        if (!function)
            return cvx_value_no_memory(rt);
        *function = (struct function){{&k_globals[i].type}, k_globals[i].shown};
        ret[i] = cvx_value_object(&function->object);
    }
    return CVX_OK;
}

const struct cvx_value *cvx_globals_find(const struct cvx_value *globals,
                                         const struct cvx_str *name)
{
    for (size_t i = 0; i < CVX_GLOBALS; i++)
        if (strcmp(k_globals[i].name, name->data) == 0)
            return &globals[i];
    return NULL;
}
