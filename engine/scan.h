/* Discovery: a folder, a pattern -> the sorted list of inputs, each with its output name and,
 * where it cannot be processed, the reason (10-cli.md, "Discovery" and "Outputs").
 *
 * Blocking: runs as a job on a worker. Thread: whoever holds the list; frozen once made. */
#ifndef CVX_SCAN_H
#define CVX_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <cvextract/buf.h>
#include <cvextract/err.h>

/* A few bytes per input, so that a hundred thousand cost nothing to speak of. */
struct cvx_scan_entry {
    const char *rel;   /* relative to the source, never with a ".." in it; a folder that
                          cannot be read ends in '/'; owned by the list */
    const char *fault; /* why it cannot be processed, printable; NULL = it can; owned by
                          the list */
};

struct cvx_scan {
    char *root; /* the source folder as given, without trailing slashes ("/" stays); NULL
                   for a list whose paths have no common one */
    struct cvx_scan_entry *items; /* sorted by rel, bytewise */
    size_t count;
    struct cvx_arena *names; /* where rel and fault live */
};

struct cvx_scan_request {
    const char *root;
    const char *pattern; /* NULL = "*.docx" in any case; else as written (glob.h) */
    const char *shown;   /* the pattern as messages name it; NULL = as it is */
    const char *target;  /* never scanned; may not exist yet; may be NULL. Where it is the
                              source itself, its folders of outputs are not scanned */
    /* Of the outputs, ".json", "_NEW.docx", each distinct one once: the longest decides the
     * checks of names. None = no output is named after its input. */
    const char *const *suffixes;
    size_t n_suffixes;
    const char *const *skip; /* further folders never scanned (an output= of the user's);
                                need not exist; NULL = none */
    size_t n_skip;
    const atomic_bool *stop; /* once set, the walk gives up; NULL = it never does */
    /* Bytes of the longest folder path that outputs are laid out below, so that paths too
     * long for the system are found before work starts; 0 = only names are checked. */
    size_t output_folder_len;
};

/* Walks the tree. CVX_ECANCELED when it was stopped; CVX_EIO when root is missing, no folder, or unreadable; CVX_EFORMAT "no
 * files matching ..." when nothing matches; CVX_ENOMEM. */
int cvx_scan_tree(const struct cvx_scan_request *request, struct cvx_scan *ret,
                  struct cvx_err *err);
/* The same list from given paths (--rerun-failed): `root` NULL = each path's own parent.
 * Order: as cvx_scan_tree sorts. A path given twice counts once. An empty list is fine; the
 * pattern does not limit it. With a root: a path "folder/" (an unreadable folder of the
 * earlier run) is scanned anew; files of the pattern that lie beside a listed one are
 * looked at for collisions only, so that a rerun overwrites no more than the first run
 * would have; a path that is not below the root is CVX_EUSAGE. */
int cvx_scan_list(const struct cvx_scan_request *request, const char *const *paths,
                  size_t count, struct cvx_scan *ret, struct cvx_err *err);
void cvx_scan_done(struct cvx_scan *scan);

/* Appends the path that opens entry i ("root/rel"). */
int cvx_scan_path(const struct cvx_scan *scan, size_t i, struct cvx_buf *buf,
                  struct cvx_err *err);

/* The part of rel that outputs are named after: its length without the last extension (a
 * leading dot is none): "a/b.c.docx" -> "a/b.c". */
size_t cvx_scan_stem_len(const char *rel);

#endif
