/* Owns the table of flags. */
#include "cli_flags.h"

#include <stddef.h>

/* Tables, a row a line where it fits. */
/* clang-format off */

#define OUTPUT_HELP "; a folder in a batch; relative paths are below the target"
#define VERIFIER_KEY {"verifier", 0, "V[,V...]", \
    "verifiers to use in place of the default ones"}
#define SKIP_KEY {"skip-verify", CVX_KEY_BARE, NULL, "no verification after this stage"}
#define MODEL_KEY {"openai-model", CVX_CLI_KEY_API, "M", "the model that this stage asks"}
#define DATA_KEY {"data", 0, "FILE|DIR", \
    "JSON to begin with, when no stage comes before; a folder means a batch (files to " \
    "take are then *.json by default, with --parallel as well)"}
#define KEYS_END {NULL, 0, NULL, NULL}

static const struct cvx_stage_key k_parallel_keys[] = {
    {"source", 0, "DIR",
        "folder to search, with everything below it (required, unless --rerun-failed "
        "names the files)"},
    {"n", 0, "COUNT", "files in flight at once, 1 to 1000000, or auto (default: auto)"},
    {"file-type", 0, "GLOB",
        "files to take, by name, or by relative path when the pattern holds a / "
        "(default: what the first stage takes)"},
    KEYS_END,
};

static const struct cvx_stage_key k_extract_keys[] = {
    {"source", 0, "FILE",
        "the file to read when there is no --parallel; a folder means a batch of "
        "everything below it"},
    {"name", 0, "E[,E...]", "extractors, tried in order until one succeeds"},
    {"output", 0, "PATH", "where the JSON goes" OUTPUT_HELP},
    VERIFIER_KEY,
    SKIP_KEY,
    MODEL_KEY,
    KEYS_END,
};

static const struct cvx_stage_key k_adjust_keys[] = {
    {"name", CVX_KEY_REQUIRED, "A", "the adjuster"},
    DATA_KEY,
    {"output", 0, "PATH", "where the JSON goes (last --adjust only)" OUTPUT_HELP},
    VERIFIER_KEY,
    SKIP_KEY,
    MODEL_KEY,
    KEYS_END,
};

static const struct cvx_stage_key k_render_keys[] = {
    DATA_KEY,
    {"output", 0, "PATH", "where the document goes" OUTPUT_HELP},
    VERIFIER_KEY,
    SKIP_KEY,
    KEYS_END,
};

#define STAGE(name, kind, many, value, help, keys) \
    {name, CVX_CLI_WORDS, many, kind, value, help, keys}
#define VALUE(name, value, help) {name, CVX_CLI_VALUE, false, -1, value, help, NULL}
#define MAYBE(name, value, help) {name, CVX_CLI_MAYBE_VALUE, false, -1, value, help, NULL}
#define PLAIN(name, help) {name, CVX_CLI_NOTHING, true, -1, NULL, help, NULL}
#define UNBUILT(name) {name, CVX_CLI_NOTHING, true, -1, NULL, NULL, NULL}

static const struct cvx_cli_flag k_flags[CVX_CLI_FLAGS] = {
    [CVX_CLI_PARALLEL] = STAGE("parallel", -1, false, "PARAM...",
        "work on a batch, many files at once", k_parallel_keys),
    [CVX_CLI_EXTRACT] = STAGE("extract", CVX_EXTRACTOR, false, "[PARAM...]",
        "read CVs into structured data (JSON)", k_extract_keys),
    [CVX_CLI_ADJUST] = STAGE("adjust", CVX_ADJUSTER, true, "PARAM...",
        "rework the data; when repeated, one after the other", k_adjust_keys),
    [CVX_CLI_RENDER] = STAGE("render", CVX_RENDERER, false, "PARAM...",
        "make a document of the data", k_render_keys),

    [CVX_CLI_TARGET] = VALUE("target", "DIR",
        "folder for everything written, made when missing (required)"),
    [CVX_CLI_RERUN_FAILED] = VALUE("rerun-failed", "PATH",
        "take the files listed there (as --log-failed writes them) instead of searching; "
        "with --parallel source=DIR the outputs keep their places"),
    [CVX_CLI_LOG_FAILED] = VALUE("log-failed", "PATH",
        "write the failed inputs there at the end, one a line (default: not written)"),
    [CVX_CLI_FAIL_ON] = VALUE("fail-on", "any|all|never",
        "exit with 1 when any file failed, when all did, or never because of files "
        "(default: all)"),
    [CVX_CLI_SKIP_ALL_VERIFY] = PLAIN("skip-all-verify",
        "no verification after any stage"),
    [CVX_CLI_OPENAI] = {"openai", CVX_CLI_WORDS, false, -1, "KEY=VALUE...",
        "settings of API calls: limits, retries, caps, the answers kept; see --help openai",
        NULL},
    [CVX_CLI_DRY_RUN] = PLAIN("dry-run",
        "read the files and tell how many calls and tokens they would take; send nothing, "
        "write nothing below the target"),
    [CVX_CLI_VERBOSITY] = {"verbosity", CVX_CLI_VALUE, true, -1, "minimal|verbose|debug",
        "a line for each file, its log as well, or every detail (default: minimal; the "
        "last of several counts)", NULL},
    [CVX_CLI_DEBUG] = PLAIN("debug", "the same as --verbosity debug"),
    [CVX_CLI_DEBUG_EXTERNAL] = PLAIN("debug-external",
        "show the exchanges with servers as well: in a batch, from --verbosity verbose on"),
    [CVX_CLI_LOG_FILE] = VALUE("log-file", "PATH",
        "append everything there, in full detail (default: no log file)"),
    [CVX_CLI_SUMMARY_JSON] = VALUE("summary-json", "PATH",
        "write counters and times of the run there at the end, as JSON; - means standard "
        "output, and the lines go to standard error then (default: not written)"),
    [CVX_CLI_NO_PROGRESS] = PLAIN("no-progress", "no live status line on a terminal"),
    [CVX_CLI_ASCII] = PLAIN("ascii", "words instead of icons"),
    [CVX_CLI_CPU_THREADS] = VALUE("cpu-threads", "N",
        "threads that compute, 1 to 1024 (default: one per CPU)"),
    [CVX_CLI_GRACE] = VALUE("grace", "SECONDS",
        "how long work under way may go on after an interrupt, 0 to 86400 (default: 30)"),
    [CVX_CLI_LISTING] = MAYBE("list", "[KIND]",
        "name the stages: extractors, adjusters, renderers or verifiers (default: all)"),
    [CVX_CLI_HELPING] = MAYBE("help", "[TOPIC]",
        "this text, or what concerns one flag or stage; also -h"),
    [CVX_CLI_VERSIONING] = PLAIN("version", "name and version of the program"),

    [CVX_CLI_RESUME] = UNBUILT("resume"),
    [CVX_CLI_SYNC] = UNBUILT("sync"),
    [CVX_CLI_EVENTS] = UNBUILT("events"),
    [CVX_CLI_REPORT] = UNBUILT("report"),
};

/* clang-format on */

const struct cvx_cli_flag *cvx_cli_flags_at(enum cvx_cli_flag_id id)
{
    return &k_flags[id];
}

const char *cvx_cli_flags_plural(enum cvx_stage_kind kind)
{
    static const char *const names[CVX_STAGE_KINDS] = {
        [CVX_EXTRACTOR] = "extractors",
        [CVX_ADJUSTER] = "adjusters",
        [CVX_RENDERER] = "renderers",
        [CVX_VERIFIER] = "verifiers",
    };

    return names[kind];
}
