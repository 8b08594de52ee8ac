#!/bin/sh
# Measures a release build: run.sh BUILD [options]. What and how: README.md.
set -eu

usage() {
    cat >&2 <<TXT
usage: bench/run.sh BUILD [--files N] [--reps N] [--callgrind] [--long] [--api]
  --files N     generated CVs to extract, at least 1000 (default 1000)
  --reps N      interleaved repetitions, at least 5 (default 5)
  --callgrind   also count instructions per file (needs valgrind)
  --api         also API calls against the stand-in server (a quarter of an hour)
  --long        also peak memory at 10,000 and 100,000 files
TXT
    exit 2
}

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
say() { printf 'bench: %s\n' "$*" >&2; }

here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] && [ -d "$1" ] || usage
build=$(cd "$1" && pwd)
shift
files=1000 reps=5 callgrind=false long=false api=false
while [ $# -gt 0 ]; do
    case $1 in
    --files | --reps)
        [ $# -gt 1 ] || usage
        case $2 in '' | *[!0-9]*) usage ;; esac
        [ "$1" = --files ] && files=$2 || reps=$2
        shift
        ;;
    --callgrind) callgrind=true ;;
    --long) long=true ;;
    --api) api=true ;;
    *) usage ;;
    esac
    shift
done
[ "$files" -ge 1000 ] && [ "$reps" -ge 5 ] || usage

bin=$build/bench
for program in "$build/cvextract" "$bin/bench_floor" "$bin/bench_gen" "$bin/bench_extract" \
    "$bin/bench_measure" "$bin/bench_render" "$bin/bench_deflate" "$bin/bench_fatten"; do
    [ -x "$program" ] || die "no $program: build with -DCVX_BENCH=ON"
done

# ---- where ------------------------------------------------------------------------------

work=$here/../out/bench
mkdir -p "$work" 2>/dev/null && [ -w "$work" ] || work=${TMPDIR:-/tmp}/cvextract-bench
mkdir -p "$work"
work=$(cd "$work" && pwd)

# Outputs go to memory: a disk's own way of making files (ext4 looks through all inodes that
# were deleted lately) can cost more than all of the extraction, and differs run by run.
room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -w /dev/shm ] && [ "${room:-0}" -gt 2000000 ]; then
    memory=/dev/shm/cvextract-bench.$$
else
    memory=$work/memory.$$
    say "no room in /dev/shm: outputs go to $work"
fi
disk=$work/disk.$$
trap 'rm -rf "$memory" "$disk"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$memory" "$disk"
samples=$work/samples.jsonl
: >"$samples"

# ---- inputs, made once ------------------------------------------------------------------

links() { # links TO N: the first N CVs again, as links or, where need be, copies
    mkdir -p "$1"
    # The names are of our own making: nothing in them that the shell would split.
    (cd "$work/cvs" && some=$(ls | head -n "$2") &&
        { ln $some "$1" 2>/dev/null || cp $some "$1"; })
}

set_of() { # set_of N: folder $work/set-N with N files
    [ -d "$work/set-$1" ] && return 0
    rm -rf "$work/set.tmp"
    if [ "$1" -le 1000 ]; then
        links "$work/set.tmp" "$1"
    else
        i=0
        while [ $i -lt $(($1 / 1000)) ]; do
            links "$work/set.tmp/team-$i" 1000
            i=$((i + 1))
        done
    fi
    mv "$work/set.tmp" "$work/set-$1"
}

stamp="$files $(cksum <"$bin/bench_gen")"
if [ "$(cat "$work/stamp" 2>/dev/null)" != "$stamp" ]; then
    say "generating $files CVs"
    rm -rf "$work"/cvs "$work"/set-*
    "$bin/bench_gen" -n "$files" "$work/cvs"
    printf '%s\n' "$stamp" >"$work/stamp"
fi

# ---- extraction against its floor -------------------------------------------------------

sample() { "$@" >>"$samples"; }

# The same, its "what" under another name.
sample_as() {
    as=$1
    shift
    "$@" >"$work/line"
    sed "s/{\"what\":\"[a-z]*\"/{\"what\":\"$as\"/" "$work/line" >>"$samples"
}

# How busy the machine is with other things.
load=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo 0)
rep=1
while [ "$rep" -le "$reps" ]; do
    say "repetition $rep of $reps"
    for threads in 1 2; do
        sample "$bin/bench_floor" -t $threads "$work/cvs"
        sample "$bin/bench_extract" -t $threads "$work/cvs" "$memory/$rep-$threads"
    done
    sample "$bin/bench_floor" -s "$work/cvs"
    sample_as disk "$bin/bench_extract" "$work/cvs" "$disk/$rep"
    rm -rf "$memory"/*
    rep=$((rep + 1))
done

# ---- memory and start of the program itself ---------------------------------------------

memory_at() { # memory_at FILES RUNS
    say "peak memory at $1 files"
    set_of "$1"
    sample "$bin/bench_measure" -r "$2" -d "$memory/target" -w "rss-$1" \
        "$build/cvextract" --parallel "source=$work/set-$1" n=1000 --extract \
        --target "$memory/target" --no-progress
    rm -rf "$memory/target"
}

memory_at 100 3
memory_at 1000 3
if $long; then
    memory_at 10000 1
    memory_at 100000 1
fi

say "start times"
sample "$bin/bench_measure" -r 20 -w start-floor true
sample "$bin/bench_measure" -r 20 -w start-help "$build/cvextract" --help
sample "$bin/bench_measure" -r 20 -d "$memory/target" -w start-file \
    "$build/cvextract" --extract "source=$work/cvs/cv-000001.docx" --target "$memory/target"

# ---- rendering against its floor --------------------------------------------------------

plain=$here/../examples/templates/plain.docx
fat=$work/fat.docx
"$bin/bench_fatten" "$plain" 800000 "$fat"
[ "$(find "$work/people" -name '*.json' 2>/dev/null | wc -l)" = 1000 ] || {
    rm -rf "$work/people"
    "$bin/bench_gen" -j -n 1000 "$work/people"
}

say "rendering"
rep=1
while [ "$rep" -le "$reps" ]; do
    for name in plain fat; do
        [ $name = plain ] && template=$plain || template=$fat
        sample "$bin/bench_render" -w "render-$name" "$template" "$work/people" \
            "$memory/$name"
        [ $name = fat ] || sample "$bin/bench_deflate" "$template" "$memory/$name/documents"
        rm -rf "$memory/$name"
    done
    sample "$bin/bench_render" -v -w render-checked "$plain" "$work/people" "$memory/checked"
    rm -rf "$memory/checked"
    rep=$((rep + 1))
done

render_memory() { # render_memory FILES
    mkdir -p "$work/people-$1"
    # Names of our own making.
    (cd "$work/people" && ls | head -n "$1" | xargs cp -t "$work/people-$1")
    sample "$bin/bench_measure" -r 3 -d "$memory/target" -w "render-rss-$1" \
        "$build/cvextract" --parallel "source=$work/people-$1" n=8 --render \
        "template=$plain" --target "$memory/target" --no-progress
    rm -rf "$memory/target"
}

render_memory 100
render_memory 1000

# ---- instructions -----------------------------------------------------------------------

instructions() { # instructions PROGRAM ARGUMENTS... : of one run
    valgrind --tool=callgrind --callgrind-out-file="$work/callgrind.out" "$@" \
        >"$work/callgrind.log" 2>&1 || { cat "$work/callgrind.log" >&2; die "valgrind failed"; }
    sed -n 's/^totals: //p' "$work/callgrind.out"
}

# What 50 files more cost: starting and ending cancel out.
count() { # count NAME KIND
    for n in 10 60; do
        set_of $n
        case $2 in
        floor) eval "ir_$n=\$(instructions \"\$bin/bench_floor\" \"\$work/set-$n\")" ;;
        sax) eval "ir_$n=\$(instructions \"\$bin/bench_floor\" -s \"\$work/set-$n\")" ;;
        extract) eval "ir_$n=\$(instructions \"\$bin/bench_extract\" \"\$work/set-$n\" \
            \"\$memory/ir-$n\")" ;;
        esac
    done
    printf '{"what":"%s","ir":%d}\n' "$1" $(((ir_60 - ir_10) / 50)) >>"$samples"
}

if $callgrind; then
    command -v valgrind >/dev/null || die "--callgrind needs valgrind"
    say "counting instructions"
    for kind in floor sax extract; do
        count "ir-$kind" $kind
    done
fi

if $api; then
    "$here/api.sh" "$build" --reps "$reps" --samples "$samples" --work "$work"
fi

awk -v load="$load" -v cpus="$(getconf _NPROCESSORS_ONLN)" -f "$here/report_api.awk" \
    -f "$here/report_render.awk" -f "$here/report.awk" "$samples"
