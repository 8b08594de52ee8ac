/* A package as a graph: the content type of every part, and which part relates to which
 * (40-render.md, 1.1): what a template must have in order.
 *
 * Thread: that of the package. Ownership: cvx_opc_free(); the package must outlive it. */
#ifndef CVX_DOCX_OPC_H
#define CVX_DOCX_OPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "docx/package.h"

#define CVX_OPC_ROOT SIZE_MAX /* the package itself, where a part's index is asked for */
#define CVX_OPC_CONTENT_TYPES "[Content_Types].xml"

struct cvx_opc;

struct cvx_opc_rel {
    size_t from; /* entry of the package, or CVX_OPC_ROOT */
    size_t to;   /* entry; not to be used when external */
    bool external;
    const char *id, *type; /* owned by the graph */
};

/* Reads the types and follows the relationships from the package's own to every part that
 * can be reached. CVX_EFORMAT: no or malformed types or relationships, a target that is not
 * there or has no type. CVX_ELIMIT, CVX_ENOMEM. */
int cvx_opc_load(struct cvx_package *package, struct cvx_opc **ret, struct cvx_err *err);
void cvx_opc_free(struct cvx_opc *opc);

/* Of an entry: its type, NULL when it has none or is not reached. */
const char *cvx_opc_type(const struct cvx_opc *opc, size_t part);
bool cvx_opc_reached(const struct cvx_opc *opc, size_t part);
/* Whether names that end in ".EXTENSION" have a type. */
bool cvx_opc_has_default(const struct cvx_opc *opc, const char *extension);
/* All relationships, those of one source in the order of its file, next to each other. */
size_t cvx_opc_rel_count(const struct cvx_opc *opc);
struct cvx_opc_rel cvx_opc_rel(const struct cvx_opc *opc, size_t i);
/* Whether the entry is a relationships file that says nothing. */
bool cvx_opc_is_empty_rels(const struct cvx_opc *opc, size_t part);
/* The one relationship of this type that `from` has: *ret its place; *ret CVX_OPC_ROOT for
 * none. CVX_EFORMAT when there are several. */
int cvx_opc_find(const struct cvx_opc *opc, size_t from, const char *type, size_t *ret,
                 struct cvx_err *err);

#endif
