/* Inside template.c, template_load.c and template_extra.c: what a loaded template is.
 * Thread: constant once loaded. */
#ifndef CVX_RENDER_TEMPLATE_PRIVATE_H
#define CVX_RENDER_TEMPLATE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "docx/opc.h"
#include "docx/package.h"
#include "docx/packed.h"
#include "docx/zipwrite.h"
#include "render/core_props.h"
#include "render/story.h"
#include "render/template.h"

#define CVX_TEMPLATE_NONE SIZE_MAX

/* One part of the rendered package, in the order in which they are written. */
struct cvx_template_entry {
    char *name;
    struct cvx_packed packed; /* the same in every document; else made by ... */
    size_t story;             /* ... this story, or CVX_TEMPLATE_NONE */
    bool core;                /* ... the core properties */
};

struct cvx_template {
    struct cvx_template_entry *entries;
    size_t n_entries;
    struct cvx_story *stories; /* in the order in which they are rendered */
    size_t n_stories;
    struct cvx_core_props core;
    bool core_varies;
    size_t size; /* of all that is the same in every document, and of the records */
};

/* While it is loaded. */
struct cvx_template_load {
    struct cvx_template *template_;
    struct cvx_package *package;
    struct cvx_opc *opc;
    struct cvx_deflater *deflater;
    size_t
        *entry_of; /* for each entry of the package its place in the template, or NONE */
    size_t main;   /* entry of the package */
    struct cvx_err *err;
};

/* template_extra.c: gives a template without core properties a part for them and the
 * package's lists their mention; adds the type of relationships when it is missing. */
int cvx_template_complete(struct cvx_template_load *load, bool has_core);
/* Compresses a text into an entry. */
int cvx_template_pack(struct cvx_template_load *load, struct cvx_template_entry *entry,
                      const struct cvx_buf *text);
/* Loads the core properties from a part's bytes into their entry. */
int cvx_template_take_core(struct cvx_template_load *load,
                           struct cvx_template_entry *entry, struct cvx_span xml);

#endif
