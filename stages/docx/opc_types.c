/* Owns the lookup of content types: names sorted once, of equal ones the last in the file. */
#include "docx/opc_types.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cvextract/mem.h>

int cvx_opc_grow(void **items, size_t n, size_t *cap, size_t size, struct cvx_err *err)
{
    size_t more = *cap > 0 ? 2 * *cap : 32;
    void *p;

    if (n < *cap)
        return CVX_OK;
    p = cvx_realloc_array(*items, more, size);
    if (!p)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the package's relationships");
    *items = p;
    *cap = more;
    return CVX_OK;
}

bool cvx_opc_is_element(xmlNodePtr node, const char *name, const char *ns)
{
    return node->type == XML_ELEMENT_NODE && node->ns &&
           xmlStrEqual(node->name, (const xmlChar *)name) &&
           xmlStrEqual(node->ns->href, (const xmlChar *)ns);
}

int cvx_opc_attribute(struct cvx_buf *texts, const char *file, xmlNodePtr node,
                      const char *name, size_t *ret, struct cvx_err *err)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    size_t place = texts->len;

    if (!value)
        return cvx_fail(err, CVX_EFORMAT, "%s: a %s has no %s", file,
                        (const char *)node->name, name);
    cvx_buf_put(texts, value, strlen((const char *)value) + 1);
    xmlFree(value);
    *ret = place;
    return cvx_buf_check(texts, err);
}

static int add(struct cvx_opc_types *types, const char *file, xmlNodePtr node,
               struct cvx_opc_type_list *list, const char *key, struct cvx_err *err)
{
    struct cvx_opc_type type = {.order = list->n};
    int rc = cvx_opc_attribute(&types->texts, file, node, key, &type.key, err);

    if (!rc)
        rc = cvx_opc_attribute(&types->texts, file, node, "ContentType", &type.type, err);
    if (!rc)
        rc = cvx_opc_grow((void **)&list->items, list->n, &list->cap, sizeof(type), err);
    if (!rc)
        list->items[list->n++] = type;
    return rc;
}

static int compare(const void *a, const void *b, void *user)
{
    const struct cvx_opc_type *x = a, *y = b;
    const struct cvx_opc_types *types = user;
    int order = strcasecmp(types->texts.data + x->key, types->texts.data + y->key);

    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static void sort(struct cvx_opc_types *types, struct cvx_opc_type_list *list)
{
    if (list->n > 0)
        qsort_r(list->items, list->n, sizeof(*list->items), compare, types);
}

int cvx_opc_types_read(struct cvx_opc_types *ret, const char *file, xmlNodePtr root,
                       struct cvx_err *err)
{
    int rc = CVX_OK;

    for (xmlNodePtr node = root->children; node && !rc; node = node->next) {
        if (cvx_opc_is_element(node, "Override", CVX_OPC_TYPES_NS))
            rc = add(ret, file, node, &ret->overrides, "PartName", err);
        else if (cvx_opc_is_element(node, "Default", CVX_OPC_TYPES_NS))
            rc = add(ret, file, node, &ret->defaults, "Extension", err);
    }
    if (rc)
        return rc;
    sort(ret, &ret->overrides);
    sort(ret, &ret->defaults);
    return CVX_OK;
}

void cvx_opc_types_done(struct cvx_opc_types *types)
{
    cvx_buf_done(&types->texts);
    cvx_free(types->overrides.items);
    cvx_free(types->defaults.items);
}

static const char *find(const struct cvx_opc_types *types,
                        const struct cvx_opc_type_list *list, const char *key)
{
    const char *texts = types->texts.data;
    size_t low = 0, high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcasecmp(texts + list->items[middle].key, key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || strcasecmp(texts + list->items[low - 1].key, key) != 0)
        return NULL;
    return texts + list->items[low - 1].type;
}

const char *cvx_opc_types_default(const struct cvx_opc_types *types,
                                  const char *extension)
{
    return find(types, &types->defaults, extension);
}

/* Names in the types begin with '/', those of entries do not. */
const char *cvx_opc_types_of(const struct cvx_opc_types *types, const char *name,
                             struct cvx_buf *work)
{
    const char *file = strrchr(name, '/');
    const char *dot = strrchr(file ? file : name, '.');
    const char *type;

    cvx_buf_clear(work);
    cvx_buf_putc(work, '/');
    cvx_buf_puts(work, name);
    if (work->failed)
        return NULL;
    type = find(types, &types->overrides, work->data);
    return type || !dot ? type : find(types, &types->defaults, dot + 1);
}
