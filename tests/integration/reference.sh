#!/bin/sh
# The reference cases, through the program: every JSON byte for byte, every line as
# status.tsv has it; where the reference system crashed we must not.
. "$(dirname "$0")/lib.sh"

cases=${CVX_REFERENCE_DIR:-$CVX_SRC/../shared/data/cvs}
[ -d "$cases" ] || skip "no reference cases: $cases"

# A case is a .docx with a JSON or a line in status.tsv; others are templates.
gather() { # gather SET
    mkdir -p "in/$1" "want/$1"
    : >"crashed.$1"
    : >"lines.$1"
    for docx in "$1_dir"/*.docx; do
        name=${docx##*/}
        line=
        [ -f "$1_dir/status.tsv" ] &&
            line=$(awk -F '\t' -v f="$name" '$1 == f { print $2 }' "$1_dir/status.tsv")
        if [ -f "${docx%.docx}.json" ]; then
            cp "${docx%.docx}.json" "want/$1/"
            [ -z "$line" ] || printf '%s\n' "$line" >>"lines.$1"
        elif [ -n "$line" ]; then
            printf '%s\n' "$name" >>"crashed.$1"
        else
            continue
        fi
        cp "$docx" "in/$1/"
    done
    sort -o "lines.$1" "lines.$1"
}

check_set() { # check_set SET
    cvx --parallel "source=in/$1" n=8 --extract --target "out/$1"
    is_status 0 "$1"
    is_empty stderr "$1: stderr"
    is_printable stdout "$1"
    counters_run stdout "$(find "in/$1" -type f | wc -l | tr -d ' ')" "$1"
    for json in "want/$1"/*.json; do
        same "out/$1/structured_data/${json##*/}" "$json" "$1: ${json##*/}"
    done
    results stdout >lines
    while IFS= read -r line; do
        has_line lines "$line" "$1: line of status.tsv"
    done <"lines.$1"
    while IFS= read -r name; do
        exists "out/$1/structured_data/${name%.docx}.json" "$1: where the reference crashed"
        if grep -F " $name" lines | grep -qE '^E:(🟢|❎)·'; then pass; else
            fail "$1: $name, where the reference crashed, was not extracted" lines
        fi
    done <"crashed.$1"
}

count=0
for set in "$cases"/*/; do
    set=${set%/}
    ls "$set"/*.docx >/dev/null 2>&1 || continue
    ln -s "$set" "${set##*/}_dir"
    gather "${set##*/}"
    check_set "${set##*/}"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || skip "no sets of cases in $cases"

finish
