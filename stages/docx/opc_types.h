/* Inside opc.c: the content types of a package, and the little that reading them and reading
 * relationships have in common. Thread: the package's. */
#ifndef CVX_DOCX_OPC_TYPES_H
#define CVX_DOCX_OPC_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

#define CVX_OPC_TYPES_NS "http://schemas.openxmlformats.org/package/2006/content-types"

/* A part's name or an extension, and its type: places among the texts. */
struct cvx_opc_type {
    size_t key, type;
    size_t order; /* the later of two counts */
};

struct cvx_opc_type_list {
    struct cvx_opc_type *items; /* sorted once they are read */
    size_t n, cap;
};

struct cvx_opc_types {
    struct cvx_buf texts; /* NUL-terminated; not changed after reading */
    struct cvx_opc_type_list overrides, defaults;
};

/* Reads the children of `root`; `file` is the part's name, for messages. *ret is to be
 * released after failure too. CVX_EFORMAT, CVX_ENOMEM. */
int cvx_opc_types_read(struct cvx_opc_types *ret, const char *file, xmlNodePtr root,
                       struct cvx_err *err);
void cvx_opc_types_done(struct cvx_opc_types *types);
/* The type of the entry of this name; NULL for none. `work` is for names; it latches. */
const char *cvx_opc_types_of(const struct cvx_opc_types *types, const char *name,
                             struct cvx_buf *work);
/* That of an extension. */
const char *cvx_opc_types_default(const struct cvx_opc_types *types,
                                  const char *extension);

bool cvx_opc_is_element(xmlNodePtr node, const char *name, const char *ns);
/* Appends an attribute's value and a NUL to the texts; *ret is its place. CVX_EFORMAT when
 * it is missing, CVX_ENOMEM. */
int cvx_opc_attribute(struct cvx_buf *texts, const char *file, xmlNodePtr node,
                      const char *name, size_t *ret, struct cvx_err *err);
/* Doubles an array when it is full. CVX_ENOMEM. */
int cvx_opc_grow(void **items, size_t n, size_t *cap, size_t size, struct cvx_err *err);

#endif
