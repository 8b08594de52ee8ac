#!/bin/sh
# The long forms of the tests, before an issue closes. Prints one line a part; what each part
# said is in out/soak/. `./dev soak` runs it.
#
#   tests/soak.sh [kills=200] [points=50] [fuzz=600] [render=300] [seed=1] [PART...]
#
#   kill      kill -9 at `kills` pseudo-random instants, a new seed every 50
#   disk      `points` sizes of a target that fills up
#   valgrind  the examples and the broken ones under memcheck, release build
#   office    LibreOffice opens every example
#   render    `render` seconds each of random templates and random documents from `seed` on,
#             here and by docxtpl; LibreOffice opens every example rendered by each template
#   threads   the concurrent unit tests and a run of a thousand files under TSan
#   fuzz      every fuzz target for `fuzz` seconds
#
# shellcheck disable=SC2317 # parts are called by name
#
# Exits 1 when a part failed. Parts that cannot run here are listed as skipped.
set -u

cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
kills=200 points=50 fuzz=600 render=300 seed=1 parts=
for word in "$@"; do
    case $word in
    kills=*) kills=${word#*=} ;;
    points=*) points=${word#*=} ;;
    fuzz=*) fuzz=${word#*=} ;;
    render=*) render=${word#*=} ;;
    seed=*) seed=${word#*=} ;;
    kill | disk | valgrind | office | render | threads | fuzz) parts="$parts $word" ;;
    *) sed -n 's/^# \{0,1\}//; 2,17p' "$0" >&2; exit 2 ;;
    esac
done
parts=${parts:-kill disk valgrind office render threads fuzz}
logs=$root/out/soak
mkdir -p "$logs" build
failed=0

# ---- parts: 0 good, 77 cannot run here, else failed; the last line said is the figure -----

build() { # build PRESET [TARGET...]
    cmake --preset "$1" >"$logs/build.log" 2>&1 || return 1
    preset=$1
    shift
    # shellcheck disable=SC2086 # words
    cmake --build --preset "$preset" ${1:+--target} "$@" >>"$logs/build.log" 2>&1 || {
        tail -n 30 "$logs/build.log"
        return 1
    }
}

# One integration script against a preset's build.
script() { # script PRESET KIND NAME
    CVX_BIN=$root/build/$1/cvextract CVX_TOOLS=$root/build/$1/tests CVX_SRC=$root CVX_KIND=$2 \
        "$root/tests/integration/$3.sh"
}

part_kill() {
    build asan cvextract drive make_hostile || return 1
    left=$kills seed=1 hit=0
    while [ "$left" -gt 0 ]; do
        now=$((left < 50 ? left : 50))
        CVX_KILLS=$now CVX_SEED=$seed script asan asan kill >"$logs/kill.part" || {
            cat "$logs/kill.part"
            return 1
        }
        hit=$((hit + $(sed -n 's/^-- \([0-9]*\) runs were hit.*/\1/p' "$logs/kill.part")))
        left=$((left - now)) seed=$((seed + 1))
    done
    echo "$kills kills, $hit of them before the run's end: every next run complete and identical"
}

part_disk() {
    build asan cvextract drive make_hostile || return 1
    CVX_FULL_POINTS=$points script asan asan disk || return $?
    echo "$points sizes of a full disk: outputs whole, reruns complete"
}

part_valgrind() {
    command -v valgrind >/dev/null || { echo "valgrind is not installed"; return 77; }
    build release cvextract make_hostile || return 1
    scratch=$(mktemp -d) || return 1
    cp -r examples/cvs "$scratch/in"
    for kind in bad-xml no-document encrypted ole header-empty part-name laughs plain; do
        build/release/tests/make_hostile "$kind" "$scratch/in/$kind.docx"
    done
    valgrind -q --error-exitcode=98 --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible \
        build/release/cvextract --parallel "source=$scratch/in" n=8 --extract \
        --target "$scratch/out" --verbosity debug --log-file "$scratch/log" \
        --log-failed "$scratch/failed" >"$scratch/stdout" 2>"$logs/memcheck"
    status=$?
    tail -n 1 "$scratch/stdout"
    rm -rf "$scratch"
    [ "$status" = 0 ] || { cat "$logs/memcheck"; return 1; }
    echo "examples and broken files under memcheck: no errors, no leaks"
}

# How many of the documents named in a file LibreOffice makes a PDF of; names the others.
opened() { # opened LIST SCRATCH
    opened=0
    while IFS= read -r docx; do
        timeout 120 "$office" --headless "-env:UserInstallation=file://$2/profile" \
            --convert-to pdf --outdir "$2/pdf" "$docx" </dev/null >"$2/said" 2>&1
        pdf=$2/pdf/$(basename "$docx" .docx).pdf
        if [ "$(head -c 4 "$pdf" 2>/dev/null)" = %PDF ]; then opened=$((opened + 1)); else
            echo "not opened: $docx"
            cat "$2/said"
        fi
        rm -f "$pdf"
    done <"$1"
}

part_office() {
    office=$(command -v soffice || command -v libreoffice) ||
        { echo "LibreOffice is not installed"; return 77; }
    scratch=$(mktemp -d) || return 1
    find examples/cvs -name '*.docx' >"$scratch/list"
    opened "$scratch/list" "$scratch"
    count=$(wc -l <"$scratch/list")
    rm -rf "$scratch"
    echo "LibreOffice opened $opened of $count examples"
    [ "$opened" = "$count" ]
}

# A Python that has docxtpl: the one on the PATH may be another than the system's.
oracle() {
    for python in python3 /usr/bin/python3; do
        (cd / && "$python" -c 'import docxtpl, lxml') 2>/dev/null && return 0
    done
    return 1
}

# Every example by every template; $scratch/list names the documents.
render_examples() {
    for template in examples/templates/*.docx; do
        name=$(basename "$template" .docx)
        build/asan/cvextract --parallel source=examples/cvs n=4 --extract \
            --render "template=$template" --target "$scratch/$name" --no-progress || return 1
    done
    find "$scratch" -name '*_NEW.docx' >"$scratch/list"
    [ -s "$scratch/list" ]
}

part_render() {
    build asan jinja_probe docx_probe cvextract || return 1
    if oracle; then
        for mode in jinja docx; do
            "$python" tests/soak/render.py --mode "$mode" --seed "$seed" --cases 100000000 \
                --seconds "$render" --probe "build/asan/tests/${mode}_probe" || return 1
        done
        compared="$render s each of random templates and documents as docxtpl's"
    else
        compared="docxtpl is not installed: not compared with it"
    fi
    scratch=$(mktemp -d) || return 1
    render_examples || { rm -rf "$scratch"; return 1; }
    count=$(wc -l <"$scratch/list")
    if office=$(command -v soffice || command -v libreoffice); then
        opened "$scratch/list" "$scratch"
        looked="LibreOffice opened $opened of $count rendered examples"
    else
        opened=$count looked="LibreOffice is not installed: $count rendered examples unopened"
    fi
    rm -rf "$scratch"
    echo "$compared; $looked"
    [ "$opened" = "$count" ]
}

part_threads() {
    setarch -R true 2>/dev/null || { echo "setarch -R is not allowed here"; return 77; }
    build tsan || return 1
    setarch -R ctest --preset tsan || return 1
    for name in examples thousand signals kill lock; do
        CVX_BIN=$root/build/tsan/cvextract CVX_TOOLS=$root/build/tsan/tests CVX_SRC=$root \
            CVX_KIND=tsan setarch -R "tests/integration/$name.sh" || return 1
    done
    echo "unit tests and integration scripts under TSan: no races"
}

part_fuzz() {
    command -v clang >/dev/null || { echo "clang is not installed"; return 77; }
    ./dev fuzz "" "$fuzz" || return 1
    found=$(find out/fuzz -maxdepth 1 -type f | wc -l)
    echo "every fuzz target for $fuzz s: $found findings (out/fuzz)"
    [ "$found" = 0 ]
}

# ---- all of them ------------------------------------------------------------------------

for part in $parts; do
    printf '%-9s ' "$part"
    started=$(date +%s)
    "part_$part" >"$logs/$part.log" 2>&1
    status=$?
    seconds=$(($(date +%s) - started))
    case $status in
    0) verdict=ok ;;
    77) verdict=skipped ;;
    *) verdict=FAILED failed=1 ;;
    esac
    printf '%-8s %5d s  %s\n' "$verdict" "$seconds" "$(tail -n 1 "$logs/$part.log")"
    [ "$verdict" != FAILED ] || tail -n 30 "$logs/$part.log" | sed 's/^/    /'
done
exit $failed
