#!/bin/sh
# Formatting and clang-tidy, as ctest calls them: lint.sh format|tidy|banned ROOT BUILD.
# Exit 77 = skipped, with the reason (another version of the tool judges differently).
set -eu

what=$1 root=$2 build=$3
cd "$root"

version() { "$1" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1; }
sources() { find include engine stages tests bench -name '*.[ch]' ! -path '*/corpus/*' | sort; }

case $what in
format)
    v=$(version clang-format)
    [ "$v" = 14 ] || { echo "SKIPPED: clang-format 14 wanted, found '${v:-none}'"; exit 77; }
    sources | xargs clang-format --dry-run --Werror
    ;;
tidy)
    v=$(version clang-tidy)
    [ "$v" = 14 ] || { echo "SKIPPED: clang-tidy 14 wanted, found '${v:-none}'"; exit 77; }
    [ -f "$build/compile_commands.json" ] || {
        echo "SKIPPED: no compile_commands.json: configure with a preset"; exit 77; }
    # What the compile commands know, the tests left to the compilers' own warnings.
    sources | grep -E '^(engine|stages)/.*\.c$' |
        xargs -n 1 -P "$(nproc)" clang-tidy --quiet -p "$build" >"$build/tidy.log" 2>&1 || {
        grep -v 'warnings generated' "$build/tidy.log"
        exit 1
    }
    ;;
banned)
    # Functions without bounds, unfinished work, machine paths.
    bad=$(
        sources | grep -v '^tests/' |
            xargs grep -nE '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets|atoi|atol|atof)\s*\(' || true
        sources | grep -E '^(engine|stages)/' | grep -v -e '^engine/main.c' -e '^engine/cli' |
            xargs grep -nE '\b(printf|puts|fprintf|exit|abort)\s*\(' | grep -vE 'snprintf|__attribute__' || true
        sources | xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' || true
        find . -path ./build -prune -o -path ./out -prune -o -path ./.git -prune -o -type f -print0 |
            grep -zvE '\.(docx|png|bin|zip)$|/corpus/|^./LICENSE' | xargs -0 grep -nE '/work/|/root/|/tmp/bash_' |
            grep -v '^./tests/lint.sh' || true
    )
    [ -z "$bad" ] || { echo "$bad"; exit 1; }
    ;;
esac
