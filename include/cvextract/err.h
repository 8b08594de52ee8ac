/* Errors: a result code for the program, a chain of causes for a person.
 *
 * Every function that can fail returns an enum cvx_rc (0 or negative, as int) and takes
 * a `struct cvx_err *err` last. Whoever first knows what went wrong starts the chain with
 * cvx_fail(); whoever can say more about the circumstances adds a frame with cvx_wrap().
 * The pair travels inside the job or task, so it survives the hop between threads.
 *
 * Ownership: a cvx_err is plain memory without pointers to free; copying the struct copies
 * the error. Thread: the owner of the struct only. No allocation happens here, so an error
 * about memory can always be told. */
#ifndef CVEXTRACT_ERR_H
#define CVEXTRACT_ERR_H

#include <stddef.h>

/* What the program does next depends on the code alone, never on the text. */
enum cvx_rc {
    CVX_OK = 0,
    CVX_ENOMEM = -1,  /* memory exhausted */
    CVX_EIO = -2,     /* the system refused a read, a write, a rename ... */
    CVX_EFORMAT = -3, /* the input is not what it should be (archive, XML, JSON) */
    CVX_ELIMIT = -4,  /* a limit of limits.h was passed; the text names limit and value */
    CVX_EUSAGE = -5,  /* a word, key or setting of the user's is wrong: exit status 2 */
    CVX_ECANCELED = -6, /* given up because the run stops; not a fault of the file */
    CVX_EREJECTED = -7, /* a verifier found errors */
    CVX_ENOSPC = -8,    /* the target is full, over quota or read-only: run-level */
    CVX_EBUSY = -9,     /* another run holds the target */
    CVX_EQUOTA = -11,   /* quota, spend or a cap is exhausted: the API side stops */
    CVX_EDENIED = -12,  /* key, model, certificate or URL refused: likewise */
    CVX_EINTERNAL = -10 /* a promise of our own was broken */
};

#define CVX_ERR_DEPTH 5
#define CVX_ERR_TEXT 384 /* bytes of one message, its NUL included */

/* One link of the chain: what was found, and where in the source it was said. */
struct cvx_err_frame {
    const char *file; /* static text */
    int line;
    char text[CVX_ERR_TEXT]; /* UTF-8; cut at a character with "..." when too long */
};

/* frame[0] is the root cause, frame[depth-1] the outermost circumstance. When the chain
 * is full the newest frame replaces the one before it: the root is never lost. */
struct cvx_err {
    enum cvx_rc rc;
    int depth;
    struct cvx_err_frame frame[CVX_ERR_DEPTH];
};

/* Makes err empty. Touches the two counters only: a cvx_err may be uninitialised memory. */
void cvx_err_init(struct cvx_err *err);

/* Starts a new chain (an older one is dropped) and returns rc. err may be NULL. */
#define cvx_fail(err, rc, ...) cvx_err_fail((err), (rc), __FILE__, __LINE__, __VA_ARGS__)

/* Adds a frame and returns the chain's rc (CVX_EINTERNAL when there is no chain). */
#define cvx_wrap(err, ...) cvx_err_wrap((err), __FILE__, __LINE__, __VA_ARGS__)

/* As cvx_fail, with ": " and the system's text for `errnum`; ENOSPC, EDQUOT and EROFS
 * become CVX_ENOSPC, ENOMEM becomes CVX_ENOMEM, everything else CVX_EIO. */
#define cvx_fail_errno(err, errnum, ...)                                                 \
    cvx_err_fail_errno((err), (errnum), __FILE__, __LINE__, __VA_ARGS__)

int cvx_err_fail(struct cvx_err *err, enum cvx_rc rc, const char *file, int line,
                 const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int cvx_err_wrap(struct cvx_err *err, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int cvx_err_fail_errno(struct cvx_err *err, int errnum, const char *file, int line,
                       const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The text for a person: the outermost frame that is not empty, then ": " and the causes
 * down to the root. Writes at most size bytes, NUL included; returns ret. */
char *cvx_err_text(const struct cvx_err *err, char *ret, size_t size);

/* The outermost frame alone, "" when there is none: what a file's line shows, so each frame
 * is a whole statement, and the frames below it are details. Borrowed from err. */
const char *cvx_err_top(const struct cvx_err *err);

/* The root cause alone, "" when there is none. Borrowed from err. */
const char *cvx_err_root(const struct cvx_err *err);

/* A short static name of the code, for logs: "format", "limit", ... */
const char *cvx_rc_name(enum cvx_rc rc);

#endif
