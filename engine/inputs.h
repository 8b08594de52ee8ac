/* The list of paths that --log-failed writes and --rerun-failed reads (10-cli.md). */
#ifndef CVX_INPUTS_H
#define CVX_INPUTS_H

#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

struct cvx_inputs {
    char **paths;
    size_t count, cap;
};

/* Reads the file: a path a line; blank lines, "# comment" lines and a leading "- " are
 * accepted, CRLF too; a line that begins with a double quote is a C string. CVX_EIO,
 * CVX_EFORMAT with the line number, CVX_ENOMEM. */
int cvx_inputs_read(const char *path, struct cvx_inputs *ret, struct cvx_err *err);
void cvx_inputs_done(struct cvx_inputs *inputs);
/* Appends one path and a newline, quoted when the reader would take it for something else:
 * a control character, invalid UTF-8, a quote, a beginning of "#", "- ", a blank, or an end
 * in a blank. */
void cvx_inputs_write_line(struct cvx_buf *buf, const char *path);

#endif
