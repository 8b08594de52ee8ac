/* A company's profile as a file: <target>/research_data/<host>-<8 hex>.research.json, shared
 * by all files of a run and by later runs (10-cli.md, "Outputs"). Thread: workers. */
#ifndef CVX_ADJUST_PROFILE_H
#define CVX_ADJUST_PROFILE_H

#include <stdbool.h>

#include <json-c/json.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>
#include <cvextract/issues.h>

#include "openai/schema.h"

/* Of the file, and of what is handed to a model. */
#define CVX_PROFILE_MAX ((size_t)256 * 1024)

/* Appends the path. Addresses that differ in case alone share a profile. `url` has passed
 * cvx_url_split(). */
void cvx_profile_path(const char *target, const char *url, struct cvx_buf *buf);

/* Appends the profile kept there, in canonical form. *ret_found is false when there is none
 * or none that can be used: then *ret_why tells what is wrong with what is there, "" when
 * there is nothing. CVX_ENOMEM only. */
int cvx_profile_read(const struct cvx_openai_schema *schema, const char *path,
                     struct cvx_buf *ret, bool *ret_found, struct cvx_err *ret_why,
                     struct cvx_err *err);

/* Adds an error for what makes a profile that fits the schema useless all the same. */
int cvx_profile_check(struct json_object *profile, struct cvx_issues *violations,
                      struct cvx_err *err);

#endif
