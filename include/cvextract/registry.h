/* The list of stages that a run may use. No global one exists: a program fills its own.
 *
 * Order counts: the first extractor and the first renderer are the defaults, and verifiers
 * run by default in this order. Thread: build it on one thread, then only read it. */
#ifndef CVEXTRACT_REGISTRY_H
#define CVEXTRACT_REGISTRY_H

#include <stddef.h>

#include <cvextract/err.h>
#include <cvextract/stage.h>

struct cvx_registry;

/* An empty one, NULL when memory is short. */
struct cvx_registry *cvx_registry_new(void);
/* One with the program's own stages (defined by stages/registry.c, the only list). */
struct cvx_registry *cvx_registry_builtin(struct cvx_err *err);
void cvx_registry_free(struct cvx_registry *registry);

/* Adds a stage; the descriptor is borrowed and must outlive the registry. CVX_EUSAGE: the
 * name is taken within its kind, the contract version is another, or a required field is
 * missing. */
int cvx_registry_add(struct cvx_registry *registry, const struct cvx_stage *stage,
                     struct cvx_err *err);

/* NULL when there is none. */
const struct cvx_stage *cvx_registry_find(const struct cvx_registry *registry,
                                          enum cvx_stage_kind kind, const char *name);
/* The i-th stage of a kind, in order of registration; NULL past the end. */
const struct cvx_stage *cvx_registry_at(const struct cvx_registry *registry,
                                        enum cvx_stage_kind kind, size_t i);

/* Static text: "extractor", "adjuster", "renderer", "verifier". */
const char *cvx_stage_kind_name(enum cvx_stage_kind kind);
/* The letter of a kind on a file's line: 'E', 'A', 'R', 'V'. */
char cvx_stage_kind_letter(enum cvx_stage_kind kind);

#endif
