/* The one CV layout that the default extractor knows (20-extraction.md): the body holds
 * overview and experiences, the headers hold identity and sidebar. From paragraphs to the
 * parts of the document. Thread: a worker; nothing is shared. All of it takes time linear
 * in the text. Failures: CVX_ENOMEM, CVX_ELIMIT; on failure no ret_ is written. The JSON
 * values returned are the caller's. */
#ifndef CVX_EXTRACT_LAYOUT_H
#define CVX_EXTRACT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include <cvextract/err.h>

#include "docx/paragraphs.h"
#include "text/patterns.h"

/* "Body: overview and experiences": of the paragraphs below a w:body. */
int cvx_layout_body_read(const struct cvx_paragraphs *paragraphs,
                         struct cvx_matcher *matcher, struct json_object **ret_overview,
                         struct json_object **ret_experiences, struct cvx_err *err);

/* The lines of all header parts. */
struct cvx_layout_header;

/* seed: for hashing, hard to guess; results do not depend on it. */
int cvx_layout_header_new(uint64_t seed, struct cvx_layout_header **ret,
                          struct cvx_err *err);
void cvx_layout_header_free(struct cvx_layout_header *header);
/* Adds the lines of one part. Call in the order of the parts. */
int cvx_layout_header_add(struct cvx_layout_header *header,
                          const struct cvx_paragraphs *paragraphs, struct cvx_err *err);
/* "Headers: identity and sidebar", after the last part. */
int cvx_layout_header_read(struct cvx_layout_header *header,
                           struct json_object **ret_identity,
                           struct json_object **ret_sidebar, struct cvx_err *err);
/* How many items all sections of the sidebar hold together, once it was read. */
size_t cvx_layout_header_items(const struct cvx_layout_header *header);

#endif
