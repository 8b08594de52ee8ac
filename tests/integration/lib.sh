# Common to the integration tests: a scratch folder, running the program, checks that count.
# Sourced by each script, which ends with `finish`. CMake passes the environment:
#   CVX_BIN    the program             CVX_TOOLS  folder of our helper programs
#   CVX_SRC    the project's sources   CVX_KIND   release, debug, asan or tsan
# A script exits 0, 1 (a check failed) or 77 (cannot run here; it says why).
# shellcheck shell=sh disable=SC2034 # some names are for the scripts alone

set -u
: "${CVX_BIN:?} ${CVX_SRC:?} ${CVX_TOOLS:?}"
CVX_KIND=${CVX_KIND:-debug}

# Names are bytes and icons are UTF-8, whatever the machine's own settings are.
export LC_ALL=C.UTF-8
unset NO_COLOR
# A report of a sanitizer shows in the exit status even where stderr cannot be read.
export ASAN_OPTIONS="exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export LSAN_OPTIONS="exitcode=99${LSAN_OPTIONS:+:$LSAN_OPTIONS}"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
export TSAN_OPTIONS="exitcode=99${TSAN_OPTIONS:+:$TSAN_OPTIONS}"

EXAMPLES=$CVX_SRC/examples
EXAMPLE_COUNT=12
RULE="============================================================"
NOBODY=65534

checks=0
failures=0

work=$(mktemp -d "${TMPDIR:-/tmp}/cvx-test.XXXXXX") || exit 1
# shellcheck disable=SC2329 # called by the trap
cleanup() {
    cd /
    chmod -R u+rwX "$work" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

note() { printf '%s\n' "-- $*"; }

skip() { # the whole script cannot run
    printf 'SKIPPED: %s\n' "$*"
    exit 77
}

pass() { checks=$((checks + 1)); }

fail() { # fail WHAT [FILE...]: the files are shown
    checks=$((checks + 1))
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$1"
    shift
    for shown in "$@"; do
        printf '  ---- %s\n' "$shown"
        head -c 4000 "$shown" 2>/dev/null | head -n 15 | cat -v | sed 's/^/  /'
    done
}

finish() {
    printf '%s: %d checks, %d failed\n' "$(basename "$0" .sh)" "$checks" "$failures"
    [ "$failures" = 0 ] || exit 1
    exit 0
}

# ---- running ----------------------------------------------------------------------------

# Runs a command; leaves stdout, stderr (files of the scratch folder) and $status. No run may
# hang the suite.
run() {
    timeout -k 5 "${limit:-120}" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null
    status=$?
    [ "$status" != 124 ] || fail "timed out: $*" "$work/stdout" "$work/stderr"
}

cvx() { run "$CVX_BIN" "$@"; }

# The same as an unprivileged user: root is bound by no mode. Needs open_to_all first.
cvx_nobody() {
    if [ "$(id -u)" = 0 ]; then
        run setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups "$work/cvextract" "$@"
    else
        cvx "$@"
    fi
}

# Lets an unprivileged user run the program and read what is in the scratch folder.
open_to_all() {
    chmod 755 "$work"
    cp "$CVX_BIN" "$work/cvextract" && chmod 755 "$work/cvextract"
    if [ "$(id -u)" = 0 ]; then
        command -v setpriv >/dev/null || skip "setpriv is missing and root is bound by no mode"
        setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups test -x "$work/cvextract" ||
            skip "an unprivileged user cannot reach the scratch folder"
    fi
}

# ---- checks -----------------------------------------------------------------------------

is_status() { # is_status WANT WHAT, of the last run
    if [ "$status" = "$1" ]; then pass; else
        fail "$2: exit status $status, not $1" "$work/stdout" "$work/stderr"
    fi
}

equal() { # equal GOT WANT WHAT
    if [ "$1" = "$2" ]; then pass; else fail "$3: got '$1', not '$2'"; fi
}

same() { # same GOT WANT WHAT: two files
    if cmp -s "$1" "$2"; then pass; else
        diff "$2" "$1" >"$work/diff" 2>&1
        fail "$3: differs (< wanted, > got)" "$work/diff"
    fi
}

has() { # has FILE TEXT WHAT: a line holds the text
    if grep -qF -e "$2" "$1"; then pass; else fail "$3: no '$2'" "$1"; fi
}

has_line() { # has_line FILE LINE WHAT: a whole line
    if grep -qxF -e "$2" "$1"; then pass; else fail "$3: no line '$2'" "$1"; fi
}

has_not() { # has_not FILE TEXT WHAT
    if grep -qF -e "$2" "$1"; then fail "$3: has '$2'" "$1"; else pass; fi
}

is_empty() { # is_empty FILE WHAT
    if [ -s "$1" ]; then fail "$2: not empty" "$1"; else pass; fi
}

exists() { if [ -f "$1" ]; then pass; else fail "$2: no file $1"; fi; }
absent() { if [ -e "$1" ] || [ -L "$1" ]; then fail "$2: there is $1"; else pass; fi; }

line_count() { wc -l <"$1" | tr -d ' '; }

# One line on stderr and nothing else: how the program refuses.
refused() { # refused STATUS WHAT, of the last run
    is_status "$1" "$2"
    is_empty "$work/stdout" "$2: standard output"
    equal "$(line_count "$work/stderr")" 1 "$2: lines on stderr"
    has "$work/stderr" 'cvextract: ' "$2: stderr"
}

# The result lines of a run without mark and counter, sorted.
results() { # results FILE
    sed -n 's/^[^ ]* \[ *[0-9]*\/[0-9]* | *[0-9]*%\] //p' "$1" | sort
}

# Counters run from 1 to the total, in order, with the percentage rounded down.
counters_run() { # counters_run FILE TOTAL WHAT
    sed -n 's/^[^ ]* \(\[ *[0-9]*\/[0-9]* | *[0-9]*%\]\) .*/\1/p' "$1" >"$work/counters"
    awk -v n="$2" 'BEGIN { w = length(n)
        for (i = 1; i <= n; i++)
            printf "[%" w "d/%d | %3d%%]\n", i, n, int(i * 100 / n) }' >"$work/counters.want"
    same "$work/counters" "$work/counters.want" "$3: counters"
}

# What lies below a folder of outputs: path, checksum, size.
manifest() { # manifest DIR
    (cd "$1" 2>/dev/null && find . -name .cvextract -prune -o -type f -exec cksum {} + |
        awk '{ sum = $1 " " $2; sub(/^[0-9]+ [0-9]+ /, ""); print $0 "\t" sum }' | sort)
}

no_leftovers() { # no_leftovers DIR WHAT: no temporary files
    find "$1" -name '.cvx-*' >"$work/leftovers"
    is_empty "$work/leftovers" "$2: temporary files"
}

# Output may hold printable UTF-8 and newlines only.
is_printable() { # is_printable FILE WHAT
    tr -d '\n' <"$1" | LC_ALL=C tr -d '\040-\176\200-\377' >"$work/control"
    is_empty "$work/control" "$2: control characters"
    if iconv -f UTF-8 -t UTF-8 <"$1" >"$work/iconv" 2>&1; then pass; else
        fail "$2: not UTF-8" "$1"
    fi
}

# ---- inputs -----------------------------------------------------------------------------

# DIR/NNNN/<the examples>: COUNT copies of the example tree, hard links to one of them, and
# the manifest that extracting them must give.
copies() { # copies DIR COUNT
    mkdir -p "$1" || exit 1
    cp -r "$EXAMPLES/cvs" "$1/0001" || exit 1
    i=2
    while [ "$i" -le "$2" ]; do
        cp -rl "$1/0001" "$(printf '%s/%04d' "$1" "$i")" || exit 1
        i=$((i + 1))
    done
}

# The manifest of structured_data for copies.
copies_manifest() { # copies_manifest COUNT
    mkdir -p "$work/golden" && cp -r "$EXAMPLES/expected/." "$work/golden" || exit 1
    rm -f "$work/golden/status.tsv"
    manifest "$work/golden" | awk -v n="$1" '{ sub(/^\.\//, "")
        for (i = 1; i <= n; i++) printf "./%04d/%s\n", i, $0 }' | sort
}
