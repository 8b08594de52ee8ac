/* Discovery: order, odd files, links, what is never scanned, collisions, given paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "scan.h"
#include "scratch.h"
#include "unprivileged.h"

static struct scratch g_scratch;

static int setup(void **state)
{
    (void)state;
    scratch_make(&g_scratch);
    assert_int_equal(chdir(g_scratch.root), 0);
    assert_int_equal(chmod(g_scratch.root, 0755), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    scratch_remove(&g_scratch);
    return 0;
}

/* The tests work in the scratch folder, with relative paths. */
static void make(const char *path)
{
    scratch_write(&g_scratch, path, "x", 1);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0755), 0);
}

static void make_link(const char *to, const char *path)
{
    assert_int_equal(symlink(to, path), 0);
}

static struct cvx_scan_request request_for(const char *root, const char *pattern)
{
    static const char *const k_suffixes[] = {".json"};

    return (struct cvx_scan_request){.root = root,
                                     .pattern = pattern,
                                     .target = "out",
                                     .suffixes = k_suffixes,
                                     .n_suffixes = 1};
}

/* "rel" or "rel: fault" a line; borrowed until the next call. */
static const char *text_of(const struct cvx_scan *scan)
{
    static char text[64 * 1024];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < scan->count; i++) {
        const struct cvx_scan_entry *entry = &scan->items[i];

        len +=
            (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%s\n", entry->rel,
                             entry->fault ? ": " : "", entry->fault ? entry->fault : "");
    }
    return text;
}

static void assert_scan(const struct cvx_scan_request *request, const char *want)
{
    struct cvx_scan scan;
    struct cvx_err err;

    cvx_err_init(&err);
    if (cvx_scan_tree(request, &scan, &err) != CVX_OK)
        fail_msg("scan: %s", cvx_err_root(&err));
    assert_string_equal(text_of(&scan), want);
    cvx_scan_done(&scan);
}

static void assert_tree(const char *root, const char *pattern, const char *want)
{
    struct cvx_scan_request request = request_for(root, pattern);

    assert_scan(&request, want);
}

static void test_order_and_names(void **state)
{
    (void)state;
    make("in/b.docx");
    make("in/B.DOCX");
    make("in/a/z.docx");
    make("in/a.docx");
    make("in/a-b.docx");
    make("in/a/~$z.docx");
    make("in/~$b.docx");
    make("in/~$folder/c.docx");
    make("in/notes.txt");
    make("in/.hidden/.x.docx");
    make("in/folder.docx/in it.docx");
    make("in/\xFF\n.docx");
    make("in/.docx");
    assert_tree("in", NULL,
                ".docx\n"
                ".hidden/.x.docx\n"
                "B.DOCX\n"
                "a-b.docx\n"
                "a.docx\n"
                "a/z.docx\n"
                "b.docx\n"
                "folder.docx/in it.docx\n"
                "~$folder/c.docx\n"
                "\xFF\n.docx\n");
    assert_tree("in", "*.DOCX", "B.DOCX\n");
    assert_tree("in//", "a/*", "a/z.docx\n");
    assert_tree("./in/", "**/[a-c].docx", "a.docx\nb.docx\n~$folder/c.docx\n");
}

static void test_paths_and_stems(void **state)
{
    static const struct {
        const char *rel, *stem;
    } stems[] = {
        {"a/b.c.docx", "a/b.c"}, {"a.docx", "a"},      {".docx", ".docx"},
        {"a.b/c", "a.b/c"},      {"a.b/.c", "a.b/.c"}, {"a.", "a"},
        {"a/.x.docx", "a/.x"},   {"noext", "noext"},
    };
    struct cvx_scan scan;
    struct cvx_scan_request request = request_for("in///", NULL);
    struct cvx_buf path = CVX_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
        assert_int_equal(cvx_scan_stem_len(stems[i].rel), strlen(stems[i].stem));
    make("in/x/a.docx");
    assert_int_equal(cvx_scan_tree(&request, &scan, NULL), 0);
    assert_string_equal(scan.root, "in");
    assert_int_equal(cvx_scan_path(&scan, 0, &path, NULL), 0);
    assert_string_equal(path.data, "in/x/a.docx");
    cvx_buf_done(&path);
    cvx_scan_done(&scan);
    cvx_scan_done(&scan); /* a second time does nothing */
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

static void test_odd_files(void **state)
{
    (void)state;
    make("in/good.docx");
    assert_int_equal(mkfifo("in/fifo.docx", 0644), 0);
    make_socket("in/socket.docx");
    make_link("/dev/null", "in/null.docx");
    make_link("fifo.docx", "in/to-fifo.docx");
    make_link("good.docx", "in/to-good.docx");
    make_link("missing", "in/dangling.docx");
    make_link("loop.docx", "in/loop.docx");
    make_link("good.docx/x", "in/through-file.docx");
    /* None of them matches: no inputs, and nothing to say. */
    assert_int_equal(mkfifo("in/fifo", 0644), 0);
    make_link("missing", "in/dangling");
    make_link("loop", "in/loop");
    make_link("good.docx", "in/link");
    assert_tree("in", NULL,
                "dangling.docx: a dangling link\n"
                "fifo.docx: a FIFO, not a regular file\n"
                "good.docx\n"
                "loop.docx: a loop of links\n"
                "null.docx: a character device, not a regular file\n"
                "socket.docx: a socket, not a regular file\n"
                "through-file.docx: Not a directory\n"
                "to-fifo.docx: a FIFO, not a regular file\n"
                "to-good.docx\n");
}

static void test_links_to_folders(void **state)
{
    (void)state;
    make("in/a/one.docx");
    make("else/sub/two.docx");
    make("else/three.docx");
    make("else/deep/er/four.docx");
    make_link(".", "in/self");
    make_link("..", "in/a/up");
    make_link("a", "in/0-first.docx");     /* real folders come first */
    make_link("../else/sub", "in/b-link"); /* before c-link: this one has "sub" */
    make_link("../else", "in/c-link");
    make_link("../else", "in/d-link");
    make_link("../../in", "else/deep/back");
    make_link("er", "else/deep/er2");
    make_link("../in/d-link", "in/e-link");
    /* "self", "a/up", "0-first.docx", "back" lead to what was entered as a real folder;
     * d-link and e-link to what c-link did, er2 to er. */
    assert_tree("in", NULL,
                "a/one.docx\n"
                "b-link/two.docx\n"
                "c-link/deep/er/four.docx\n"
                "c-link/three.docx\n");
}

static void test_link_loops_between_trees(void **state)
{
    (void)state;
    make("p/x.docx");
    make("q/y.docx");
    make_link("../q", "p/q");
    make_link("../p", "q/p");
    assert_tree("p", NULL, "q/y.docx\nx.docx\n");
    make_link("p", "to-p");
    assert_tree("to-p", NULL, "q/y.docx\nx.docx\n");
}

/* A link above the source: everything there is found once, the source itself not again. */
static void test_link_to_above(void **state)
{
    (void)state;
    make("top/in/a.docx");
    make("top/b.docx");
    make("top/out/c.docx");
    make_link("..", "top/in/up");
    struct cvx_scan_request request = request_for("top/in", NULL);

    request.target = "top/out";
    assert_scan(&request, "a.docx\nup/b.docx\n");
}

static void test_never_scanned(void **state)
{
    struct cvx_scan_request request = request_for("in", NULL);
    const char *const skip[] = {"in/mine", "in/missing", "in"};

    (void)state;
    make("in/a.docx");
    make("in/out/b.docx");
    make("in/.cvextract/c.docx");
    make("in/sub/.cvextract/d.docx");
    make("in/documents/e.docx");
    make("in/mine/f.docx");
    make("elsewhere/.cvextract/g.docx");
    make_link("../elsewhere", "in/link");
    make_link("../in/out", "in/link-to-out");
    make_link("../elsewhere/.cvextract", "in/.cvextract2");
    request.target = "in/../in/out";
    request.skip = skip;
    request.n_skip = 3;
    assert_scan(&request, ".cvextract2/g.docx\na.docx\ndocuments/e.docx\n");
    request.target = NULL;
    request.n_skip = 0;
    assert_int_equal(unlink("in/.cvextract2"), 0);
    assert_scan(&request, "a.docx\ndocuments/e.docx\nmine/f.docx\nout/b.docx\n");
}

static void test_source_is_target(void **state)
{
    struct cvx_scan_request request = request_for("in", NULL);

    (void)state;
    make("in/a.docx");
    make("in/sub/structured_data/b.docx");
    make("in/structured_data/c.docx");
    make("in/adjusted_structured_data/d.docx");
    make("in/documents/e_NEW.docx");
    make("in/research_data/f.docx");
    make("in/verification_structured_data/g.docx");
    make("in/.cvextract/h.docx");
    make_link("in", "target");
    request.target = "target";
    assert_scan(&request, "a.docx\nsub/structured_data/b.docx\n");
    /* A source below the target, as where the target is ".". */
    request.target = ".";
    assert_scan(&request, "a.docx\n"
                          "adjusted_structured_data/d.docx\n"
                          "documents/e_NEW.docx\n"
                          "research_data/f.docx\n"
                          "structured_data/c.docx\n"
                          "sub/structured_data/b.docx\n"
                          "verification_structured_data/g.docx\n");
}

static void test_errors(void **state)
{
    static const struct {
        const char *root, *pattern, *message;
        int rc;
    } cases[] = {
        {"missing", NULL, "source folder not found: missing", CVX_EIO},
        {"dangling", NULL, "source folder not found: dangling", CVX_EIO},
        {"file", NULL, "source is not a folder: file", CVX_EIO},
        {"loop", NULL,
         "cannot read the source folder loop: Too many levels of symbolic links",
         CVX_EIO},
        {"in", NULL, "no files matching '*.docx' in in", CVX_EFORMAT},
        {"in/", "x/*.y", "no files matching 'x/*.y' in in/", CVX_EFORMAT},
    };

    (void)state;
    make("file");
    make("in/a.txt");
    make_link("nothing", "dangling");
    make_link("loop", "loop");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cvx_scan_request request = request_for(cases[i].root, cases[i].pattern);
        struct cvx_scan scan = {.count = 77};
        struct cvx_err err;

        cvx_err_init(&err);
        assert_int_equal(cvx_scan_tree(&request, &scan, &err), cases[i].rc);
        assert_string_equal(cvx_err_root(&err), cases[i].message);
        assert_int_equal(scan.count, 77);
    }
}

static void test_collisions(void **state)
{
    (void)state;
    make("in/a.docx");
    make("in/a.b.docx");
    make("in/a.txt");
    make("in/a.zip");
    make("in/CV.DOCX");
    make("in/CV.docx");
    make("in/x/a.docx");
    make("in/x/a");
    make("in/x/\x1B.docx");
    make("in/x/\x1B.txt");
    make("in/x/.docx");
    make_link("nothing", "in/q.docx"); /* has a fault: claims nothing */
    make("in/q.txt");
    make("in/r.docx");
    make_link("nothing", "in/r.txt");
    assert_tree("in", "*",
                "CV.DOCX\n"
                "CV.docx: same output as 'CV.DOCX'\n"
                "a.b.docx\n"
                "a.docx\n"
                "a.txt: same output as 'a.docx'\n"
                "a.zip: same output as 'a.docx'\n"
                "q.docx: a dangling link\n"
                "q.txt\n"
                "r.docx\n"
                "r.txt: a dangling link\n"
                "x/\x1B.docx\n"
                "x/\x1B.txt: same output as 'x/\\x1b.docx'\n"
                "x/.docx\n"
                "x/a\n"
                "x/a.docx: same output as 'x/a'\n");
}

static void test_output_names(void **state)
{
    static const char *const k_both[] = {".json", "_NEW.docx"};
    char path[300], want[700];
    struct cvx_scan_request request = request_for("in", NULL);

    (void)state;
    make("in/k.docx");
    memset(path, 'n', sizeof(path));
    memcpy(path, "in/", 3);
    memcpy(path + 3 + 250, ".docx", 6);
    make(path);
    snprintf(want, sizeof(want), "k.docx\n%s\n", path + 3);
    assert_scan(&request, want);
    request.suffixes = k_both;
    request.n_suffixes = 2;
    snprintf(want, sizeof(want),
             "k.docx\n%s: output name too long (259 bytes, limit 255)\n", path + 3);
    assert_scan(&request, want);
    request.n_suffixes = 1;
    request.output_folder_len = 3842;
    snprintf(want, sizeof(want),
             "k.docx\n%s: output path too long (4098 bytes, limit 4095)\n", path + 3);
    assert_scan(&request, want);
    /* A short name too needs room for the temporary one beside it. */
    request.output_folder_len = 4070;
    snprintf(want, sizeof(want),
             "k.docx: output path too long (4096 bytes, limit 4095)\n"
             "%s: output path too long (4326 bytes, limit 4095)\n",
             path + 3);
    assert_scan(&request, want);
}

static void test_outputs_and_folders(void **state)
{
    (void)state;
    make("in/x.docx");
    make("in/x.json/a.docx");
    make("in/x.json/sub/b.docx");
    make("in/y.json/c.docx");
    make("in/y.txt");
    make("in/z.json.docx");
    make("in/z.jsonx/d.docx");
    make("in/w.json/e.docx"); /* no w.* beside it */
    assert_tree("in", "*",
                "w.json/e.docx\n"
                "x.docx\n"
                "x.json/a.docx: needs a folder where the output of 'x.docx' stands\n"
                "x.json/sub/b.docx: needs a folder where the output of 'x.docx' stands\n"
                "y.json/c.docx\n"
                "y.txt: its output would stand where 'y.json/c.docx' needs a folder\n"
                "z.json.docx\n"
                "z.jsonx/d.docx\n");
}

/* Every ending of an output counts, in whichever folder it is written. */
static void test_outputs_and_folders_of_two(void **state)
{
    static const char *const k_both[] = {".json", "_NEW.docx"};
    struct cvx_scan_request request = request_for("in", "*");

    (void)state;
    make("in/x.docx");
    make("in/x_NEW.docx/a.docx");
    make("in/y.docx");
    make("in/y.json/b.docx");
    request.suffixes = k_both;
    request.n_suffixes = 2;
    assert_scan(&request,
                "x.docx\n"
                "x_NEW.docx/a.docx: needs a folder where the output of 'x.docx' stands\n"
                "y.docx\n"
                "y.json/b.docx: needs a folder where the output of 'y.docx' stands\n");
    request.n_suffixes = 0;
    assert_scan(&request, "x.docx\nx_NEW.docx/a.docx\ny.docx\ny.json/b.docx\n");
}

/* What permissions hide from an ordinary user. */
static void scan_to(int fd, const void *arg)
{
    struct cvx_scan_request request = request_for(arg, NULL);
    struct cvx_scan scan;
    struct cvx_err err;

    cvx_err_init(&err);
    if (cvx_scan_tree(&request, &scan, &err) == CVX_OK) {
        dprintf(fd, "%s", text_of(&scan));
        cvx_scan_done(&scan);
    } else {
        dprintf(fd, "%s", cvx_err_root(&err));
    }
}

static void assert_unprivileged(const char *root, const char *want)
{
    char got[4096];

    unprivileged_run(scan_to, root, got, sizeof(got));
    assert_string_equal(got, want);
}

static void test_permissions(void **state)
{
    (void)state;
    make("in/a.docx");
    make("in/secret.docx");
    make("in/locked/b.docx");
    make("in/listed/c.docx");
    make("in/listed/sub/d.docx");
    make("in/entered/e.docx");
    make("hidden/inner/f.docx");
    make_link("../hidden/inner", "in/to-inner");
    make_link("../hidden/inner/f.docx", "in/to-f.docx");
    assert_int_equal(chmod("in/secret.docx", 0), 0);
    assert_int_equal(chmod("in/locked", 0), 0);
    assert_int_equal(chmod("in/listed", 0444), 0);
    assert_int_equal(chmod("in/entered", 0111), 0);
    assert_int_equal(chmod("hidden", 0), 0);
    assert_unprivileged("in", "a.docx\n"
                              "entered/: cannot read the folder: Permission denied\n"
                              "listed/c.docx: permission denied\n"
                              "listed/sub/: cannot read the folder: Permission denied\n"
                              "locked/: cannot read the folder: Permission denied\n"
                              "secret.docx: permission denied\n"
                              "to-f.docx: permission denied\n"
                              "to-inner: cannot follow the link: permission denied\n");
    assert_unprivileged("in/locked",
                        "cannot read the source folder in/locked: Permission denied");
    assert_unprivileged("hidden/inner",
                        "cannot read the source folder hidden/inner: Permission denied");
    assert_int_equal(chmod("in/locked", 0755), 0);
    assert_int_equal(chmod("in/listed", 0755), 0);
    assert_int_equal(chmod("in/entered", 0755), 0);
    assert_int_equal(chmod("hidden", 0755), 0);
}

/* A comb: each folder holds the next one, two more beside it, and a file in each. */
#define COMB_DEPTH 1200
#define COMB_NAME "folder-of-the-comb" /* far over PATH_MAX in all */

static void comb_make(void)
{
    static const char *const names[] = {COMB_NAME, "a", "z"};
    int at = open("in", O_RDONLY | O_DIRECTORY);

    for (int i = 0; i < COMB_DEPTH; i++) {
        int next;

        for (size_t k = 0; k < 3; k++) {
            char file[64];
            int fd;

            snprintf(file, sizeof(file), "%s/f.docx", names[k]);
            assert_int_equal(mkdirat(at, names[k], 0755), 0);
            fd = openat(at, file, O_WRONLY | O_CREAT, 0644);
            assert_true(fd >= 0);
            close(fd);
        }
        next = openat(at, COMB_NAME, O_RDONLY | O_DIRECTORY);
        close(at);
        at = next;
    }
    close(at);
}

/* Removed from the bottom up, since no path reaches that far. */
static void comb_remove(void)
{
    int at = open("in", O_RDONLY | O_DIRECTORY), depth = 0;

    for (int next; (next = openat(at, COMB_NAME, O_RDONLY | O_DIRECTORY)) >= 0; depth++) {
        close(at);
        at = next;
    }
    for (; depth >= 0; depth--) {
        static const char *const names[] = {"a", "z", COMB_NAME};
        int above = depth ? openat(at, "..", O_RDONLY | O_DIRECTORY) : -1;

        for (size_t k = 0; k < 3; k++) {
            char file[64];

            snprintf(file, sizeof(file), "%s/f.docx", names[k]);
            unlinkat(at, file, 0);
            unlinkat(at, names[k], AT_REMOVEDIR);
        }
        close(at);
        at = above;
    }
}

static void test_deep_tree(void **state)
{
    struct cvx_scan_request request = request_for("in", NULL);
    struct rlimit before, few;
    struct cvx_scan scan;
    size_t faults = 0, last = 0;
    int rc;

    (void)state;
    make_folder("in");
    comb_make();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 32;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    rc = cvx_scan_tree(&request, &scan, NULL);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(rc, 0);
    assert_int_equal(scan.count, 3 * COMB_DEPTH);
    for (size_t i = 0; i < scan.count; i++) {
        const char *fault = scan.items[i].fault;
        bool over = strlen("in/") + strlen(scan.items[i].rel) > 4095;

        assert_int_equal(over, fault != NULL);
        if (fault)
            assert_int_equal(strncmp(fault, "path too long (", 15), 0);
        faults += fault != NULL;
        last = strlen(scan.items[i].rel) > last ? strlen(scan.items[i].rel) : last;
    }
    assert_true(faults > 0);
    assert_int_equal(last, COMB_DEPTH * strlen(COMB_NAME "/") + strlen("f.docx"));
    cvx_scan_done(&scan);
    comb_remove();
}

static void assert_list(const char *root, const char *pattern, const char *const *paths,
                        const char *want)
{
    struct cvx_scan_request request = request_for(root, pattern);
    struct cvx_scan scan;
    struct cvx_err err;
    size_t count = 0;

    while (paths[count])
        count++;
    cvx_err_init(&err);
    if (cvx_scan_list(&request, paths, count, &scan, &err) != CVX_OK)
        fail_msg("list: %s", cvx_err_root(&err));
    assert_string_equal(text_of(&scan), want);
    cvx_scan_done(&scan);
}

static void test_list_below_root(void **state)
{
    char absolute[512];

    (void)state;
    make("in/b.docx");
    make("in/a/z.docx");
    make("in/a/not-listed.docx");
    make("in/other.txt");
    make("in/\xFF.docx");
    make_folder("in/folder");
    make_link("in", "alias");
    snprintf(absolute, sizeof(absolute), "%s/in//a/./z.docx", g_scratch.root);
    assert_list("in", NULL,
                (const char *[]){"in/b.docx", "in/a/z.docx", "./in/b.docx", "in//b.docx",
                                 absolute, "alias/other.txt", "in/gone.docx", "in/folder",
                                 "in/a/../b.docx", "in/\xFF.docx", NULL},
                "a/z.docx\n"
                "b.docx\n"
                "folder: a folder, not a regular file\n"
                "gone.docx: no such file\n"
                "other.txt\n"
                "\xFF.docx\n");
    assert_list("./in/", NULL, (const char *[]){"in/b.docx", NULL}, "b.docx\n");
    assert_list(".", NULL, (const char *[]){"in/b.docx", "./in/a/z.docx", NULL},
                "in/a/z.docx\nin/b.docx\n");
    assert_list("/", NULL, (const char *[]){"/dev/null", NULL},
                "dev/null: a character device, not a regular file\n");
    assert_list("in", NULL, (const char *[]){NULL}, "");
}

static void test_list_outside(void **state)
{
    static const char *const paths[] = {"elsewhere/a.docx",
                                        "in/../elsewhere/a.docx",
                                        "in",
                                        "in/",
                                        "in2/a.docx",
                                        "/etc/passwd",
                                        "in/..",
                                        "in/../missing/x.docx",
                                        ""};

    (void)state;
    make("in/a.docx");
    make("in2/a.docx");
    make("elsewhere/a.docx");
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct cvx_scan_request request = request_for("in", NULL);
        struct cvx_scan scan = {.count = 77};
        char want[256];
        struct cvx_err err;

        cvx_err_init(&err);
        snprintf(want, sizeof(want), "'%s' is not below the source folder in", paths[i]);
        assert_int_equal(cvx_scan_list(&request, &paths[i], 1, &scan, &err), CVX_EUSAGE);
        assert_string_equal(cvx_err_root(&err), want);
        assert_int_equal(scan.count, 77);
    }
    struct cvx_scan_request request = request_for("missing", NULL);
    struct cvx_scan scan;
    struct cvx_err err;

    cvx_err_init(&err);
    assert_int_equal(cvx_scan_list(&request, paths, 0, &scan, &err), CVX_EIO);
    assert_string_equal(cvx_err_root(&err), "source folder not found: missing");
}

/* A folder that could not be read is scanned anew; a file that had lost to another stays
 * the loser, though the winner is not listed. */
static void test_list_of_failed(void **state)
{
    (void)state;
    make("in/locked/a.docx");
    make("in/locked/sub/b.docx");
    make("in/locked/sub/b.txt");
    make("in/c.docx");
    make("in/c.txt");
    make("in/d.txt");
    make("in/x/e.docx");
    make("in/x/f.docx");
    assert_list(
        "in", "*",
        (const char *[]){"in/locked/", "in/c.txt", "in/d.txt", "in/x/f.docx", NULL},
        "c.txt: same output as 'c.docx'\n"
        "d.txt\n"
        "locked/a.docx\n"
        "locked/sub/b.docx\n"
        "locked/sub/b.txt: same output as 'locked/sub/b.docx'\n"
        "x/f.docx\n");
    /* By the pattern c.docx is no input: nothing to lose to. */
    assert_list("in", "*.txt", (const char *[]){"in/c.txt", NULL}, "c.txt\n");
}

static void test_list_without_root(void **state)
{
    static const char *const paths[] = {"y/a.docx", "x/b.docx",  "c.docx", "x/a.docx",
                                        "y/a.docx", "gone.docx", "folder/"};
    struct cvx_scan_request request = request_for(NULL, NULL);
    struct cvx_scan scan;
    struct cvx_buf path = CVX_BUF_INIT;

    (void)state;
    make("x/a.docx");
    make("x/b.docx");
    make("y/a.docx");
    make("c.docx");
    make_folder("folder");
    assert_int_equal(cvx_scan_list(&request, paths, 7, &scan, NULL), 0);
    assert_null(scan.root);
    assert_string_equal(text_of(&scan), "a.docx\n"
                                        "a.docx: same output as 'x/a.docx'\n"
                                        "b.docx\n"
                                        "c.docx\n"
                                        "folder/: a folder, not a regular file\n"
                                        "gone.docx: no such file\n");
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(cvx_scan_path(&scan, i, &path, NULL), 0);
        cvx_buf_putc(&path, ' ');
    }
    assert_string_equal(path.data, "x/a.docx y/a.docx x/b.docx c.docx ");
    cvx_buf_done(&path);
    cvx_scan_done(&scan);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order_and_names),
        TEST(test_paths_and_stems),
        TEST(test_odd_files),
        TEST(test_links_to_folders),
        TEST(test_link_loops_between_trees),
        TEST(test_link_to_above),
        TEST(test_never_scanned),
        TEST(test_source_is_target),
        TEST(test_errors),
        TEST(test_collisions),
        TEST(test_output_names),
        TEST(test_outputs_and_folders),
        TEST(test_outputs_and_folders_of_two),
        TEST(test_permissions),
        TEST(test_deep_tree),
        TEST(test_list_below_root),
        TEST(test_list_outside),
        TEST(test_list_of_failed),
        TEST(test_list_without_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
