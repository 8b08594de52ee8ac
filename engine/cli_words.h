/* The command line as words: which word belongs to which flag, and the wording of
 * usage errors. What the words mean is cli.c's (options) and cli_steps.c's
 * (stages). Thread: main's. */
#ifndef CVX_CLI_WORDS_H
#define CVX_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <cvextract/err.h>

#include "cli_flags.h"
#include "cli_near.h"

/* One flag as it stands on the line. Everything is borrowed from argv. */
struct cvx_cli_given {
    enum cvx_cli_flag_id id;
    const struct cvx_cli_flag *flag;
    const char *value;  /* VALUE, MAYBE_VALUE: NULL = none. WORDS: the word after '=' */
    char *const *words; /* WORDS: those that follow */
    size_t n_words;
};

/* The line as it was typed, in its order. */
struct cvx_cli_line {
    struct cvx_cli_given *given;
    size_t n;
};

/* The i-th word of a WORDS flag, `--flag=WORD` included; NULL past the end. */
const char *cvx_cli_words_at(const struct cvx_cli_given *given, size_t i);
/* The n-th occurrence (from 0) of a flag, NULL when there are not so many. */
const struct cvx_cli_given *cvx_cli_words_find(const struct cvx_cli_line *line,
                                               enum cvx_cli_flag_id id, size_t nth);

/* True when the line asks for help, wherever and whatever else it holds. *ret_topic: the
 * word after it when that can be a topic (no flag, no key=value; --help=--topic loses its
 * dashes), else "". */
bool cvx_cli_words_help(int argc, char *const *argv, const char **ret_topic);

/* Divides argv[1..] among flags. CVX_EUSAGE: unknown or unbuilt flag, stray word, missing
 * or surplus value, a flag twice. Release with cvx_cli_words_done(). */
int cvx_cli_words_split(int argc, char *const *argv, struct cvx_cli_line *ret,
                        struct cvx_err *err);
void cvx_cli_words_done(struct cvx_cli_line *line);

/* A whole number in decimal digits alone, from min to max; false for anything else. */
bool cvx_cli_words_number(const char *text, unsigned min, unsigned max, unsigned *ret);

/* How much of a word of `len` bytes a message shows, for %.*s. */
int cvx_cli_words_shown(size_t len);

/* "unknown flag -targt; did you mean --target?" */
int cvx_cli_words_unknown(const char *word, struct cvx_err *err);

/* CVX_EUSAGE (CVX_ENOMEM when memory is short) with a line made fit for a terminal. The
 * user's words go in as %.60s, so that what follows them is never cut off. */
#define cvx_cli_usage(err, ...)                                                          \
    cvx_cli_words_usage((err), __FILE__, __LINE__, __VA_ARGS__)
int cvx_cli_words_usage(struct cvx_err *err, const char *file, int line, const char *fmt,
                        ...) __attribute__((format(printf, 4, 5)));

#endif
