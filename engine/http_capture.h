/* The record of one HTTP exchange in a file's log (--debug-external), without secrets.
 *
 * INFO: a record for the request, one for its end. DEBUG: also what libcurl tells, all
 * header lines, both bodies up to 4 KiB. A record that memory is short for is lost, the
 * exchange goes on (cvx_log's `lost`). Thread: the loop. */
#ifndef CVX_HTTP_CAPTURE_H
#define CVX_HTTP_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#include "http.h"
#include "http_redact.h"

#define CVX_HTTP_CAPTURE_BODY ((size_t)4096) /* bytes shown of a body */

struct cvx_http_capture;

/* Borrows both until it is freed; records the request. NULL when the request's log wants
 * nothing of it, or memory is short. */
struct cvx_http_capture *cvx_http_capture_new(const struct cvx_http_redact *redact,
                                              const struct cvx_http_request *request);
void cvx_http_capture_free(struct cvx_http_capture *capture);

/* Whether libcurl's own words and the bodies are wanted. */
bool cvx_http_capture_wants_all(const struct cvx_http_capture *capture);
/* libcurl's CURLOPT_DEBUGFUNCTION; arg is the capture. */
int cvx_http_capture_on_debug(CURL *easy, curl_infotype type, char *data, size_t size,
                              void *arg);
/* One whole header line of an answer. */
void cvx_http_capture_header(struct cvx_http_capture *capture, const char *line,
                             size_t len);
void cvx_http_capture_end(struct cvx_http_capture *capture,
                          const struct cvx_http_reply *reply);

#endif
