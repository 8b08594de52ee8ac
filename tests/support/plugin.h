/* Stages of an embedding program: one of each kind, written against include/ alone. What a
 * file's text says decides how its processing goes:
 *
 *     "fail ..."    the extractor fails with CVX_EFORMAT
 *     "reject ..."  the verifier finds an error
 *     "warn ..."    the verifier finds a warning
 *     anything else goes through
 *
 * The adjuster waits for a shared result, then makes a call of its own, then computes. */
#ifndef TEST_PLUGIN_H
#define TEST_PLUGIN_H

#include <cvextract/registry.h>
#include <cvextract/stage.h>

extern const struct cvx_stage plugin_extractor; /* "plug-extractor" */
extern const struct cvx_stage
    plugin_careful; /* "plug-careful": takes what the other fails */
extern const struct cvx_stage plugin_adjuster; /* "plug-adjuster", key word= required */
extern const struct cvx_stage plugin_renderer; /* "plug-renderer", key template= a file */
extern const struct cvx_stage plugin_verifier; /* "plug-verifier" */

/* How often the adjuster's shared result was made; read after the run. */
extern int plugin_produced;
/* What its prepare returns. */
extern int plugin_prepare_rc;

/* A registry with all of them. */
struct cvx_registry *plugin_registry(void);

#endif
