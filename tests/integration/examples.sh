#!/bin/sh
# The example CVs: every JSON byte for byte, every line, in a batch, as a folder, one by one.
. "$(dirname "$0")/lib.sh"

status_of() { awk -F '\t' -v f="$1" '$1 == f { print $2 }' "$EXAMPLES/expected/status.tsv"; }

# The line without mark and counter: columns, path, issues.
line_of() { # line_of REL SHOWN
    columns=$(status_of "$1")
    case $columns in
    *' | '*) printf '%s %s | %s\n' "${columns%% | *}" "$2" "${columns#* | }" ;;
    *) printf '%s %s\n' "$columns" "$2" ;;
    esac
}

mark_of() {
    case $(status_of "$1") in
    *' | errors: '*) echo "❌" ;;
    *' | warnings: '*) echo "⚠️" ;;
    *) echo "✅" ;;
    esac
}

(cd "$EXAMPLES/cvs" && find . -type f -name '*.docx') | sed 's/^\.\///' | sort >names
equal "$(line_count names)" "$EXAMPLE_COUNT" "examples that there are"
cut -f 1 "$EXAMPLES/expected/status.tsv" | sort >listed
same listed names "examples in status.tsv"
mkdir golden && cp -r "$EXAMPLES/expected/." golden && rm golden/status.tsv
manifest golden >golden.manifest
while IFS= read -r rel; do line_of "$rel" "$rel"; done <names | sort >lines.want
partial=$(while IFS= read -r rel; do mark_of "$rel"; done <names | grep -c '⚠️')
summary="Completed: 12/12 files succeeded ($((12 - partial)) full, $partial partial), 0 failed"

check_batch() { # check_batch TARGET HEADER WHAT
    is_status 0 "$3"
    is_empty stderr "$3: stderr"
    equal "$(head -n 1 stdout)" "$2" "$3: header"
    equal "$(line_count stdout)" $((EXAMPLE_COUNT + 3)) "$3: lines"
    counters_run stdout $EXAMPLE_COUNT "$3"
    results stdout >lines
    same lines lines.want "$3: result lines"
    sed '1d' stdout | head -n $EXAMPLE_COUNT | while IFS= read -r line; do
        rel=${line#*] E:}
        rel=${rel#* }
        [ "${line%% *}" = "$(mark_of "${rel%% | *}")" ] || echo "$line"
    done >marks.wrong
    is_empty marks.wrong "$3: marks of the lines"
    equal "$(tail -n 2 stdout | head -n 1)" "$RULE" "$3: rule"
    equal "$(tail -n 1 stdout)" "$summary" "$3: summary"
    manifest "$1/structured_data" >got.manifest
    same got.manifest golden.manifest "$3: outputs"
    no_leftovers "$1" "$3"
    (cd "$1" && find . -mindepth 1 -maxdepth 1) | sort >top
    printf './%s\n' .cvextract structured_data >top.want
    same top top.want "$3: what stands in the target"
}

for n in 1 8; do
    cvx --parallel "source=$EXAMPLES/cvs" "n=$n" --extract --target "batch$n"
    check_batch "batch$n" \
        "Processing 12 files matching '*.docx' with $n parallel workers" "n=$n"
done

# A trailing slash and a relative path change nothing.
cp -r "$EXAMPLES/cvs" here
cvx --parallel source=./here/ n=3 --extract --target ./relative/deep/
check_batch relative/deep/ "Processing 12 files matching '*.docx' with 3 parallel workers" \
    "relative source and target"

# A folder given to --extract is the batch with n=auto.
cvx --extract "source=$EXAMPLES/cvs" --target folder
header=$(head -n 1 stdout)
case $header in
"Processing 12 files matching '*.docx' with up to "*" parallel workers") pass ;;
*) fail "folder mode: header '$header'" ;;
esac
check_batch folder "$header" "folder mode"

# A second run into the same target replaces what is there.
printf 'old' >batch8/structured_data/priya-raman.json
cvx --parallel "source=$EXAMPLES/cvs" n=8 --extract --target batch8
check_batch batch8 "Processing 12 files matching '*.docx' with 8 parallel workers" "again"

# One file at a time: the same JSON, below the file's own folder; the line has no counter.
while IFS= read -r rel; do
    base=${rel##*/}
    cvx --extract "source=$EXAMPLES/cvs/$rel" --target single
    is_status 0 "single $rel"
    is_empty stderr "single $rel: stderr"
    equal "$(cat stdout)" "$(mark_of "$rel") $(line_of "$rel" "$base")" "single $rel: line"
    same "single/structured_data/${base%.docx}.json" "$EXAMPLES/expected/${rel%.docx}.json" \
        "single $rel: JSON"
done <names

# output= names the file in single mode, a folder in a batch; relative means below the target.
cvx --extract "source=$EXAMPLES/cvs/priya-raman.docx" output=mine/it.json --target named
is_status 0 "output= in single mode"
same named/mine/it.json "$EXAMPLES/expected/priya-raman.json" "output= in single mode"
cvx --parallel "source=$EXAMPLES/cvs" n=4 --extract output=mine --target folders
is_status 0 "output= in a batch"
manifest folders/mine >got.manifest
same got.manifest golden.manifest "output= in a batch"

# Without verification the icon says so and nothing is partial; the JSON is the same.
for how in --skip-all-verify skip; do
    if [ $how = skip ]; then set -- --extract skip-verify; else set -- --extract $how; fi
    cvx --parallel "source=$EXAMPLES/cvs" n=4 "$@" --target "unverified"
    is_status 0 "$how"
    equal "$(results stdout | grep -c '^E:🟢·➖ ')" 12 "$how: icons"
    equal "$(tail -n 1 stdout)" \
        "Completed: 12/12 files succeeded (12 full, 0 partial), 0 failed" "$how: summary"
    manifest unverified/structured_data >got.manifest
    same got.manifest golden.manifest "$how: outputs"
    rm -r unverified
done

# What single mode says as it goes.
cvx --extract "source=$EXAMPLES/cvs/priya-raman.docx" --target verbose --verbosity verbose
is_status 0 "verbose"
equal "$(head -n 1 stdout)" "INFO: extracting with default-docx-cv-extractor" "verbose: first"
has stdout "INFO: wrote verbose/structured_data/priya-raman.json" "verbose"
has_not stdout "DEBUG: " "verbose"
equal "$(tail -n 1 stdout)" "✅ E:🟢·✅ priya-raman.docx" "verbose: last"
for flag in --debug "--verbosity debug" "--verbosity minimal --verbosity debug"; do
    # shellcheck disable=SC2086 # words
    cvx --extract "source=$EXAMPLES/cvs/priya-raman.docx" --target verbose $flag
    has stdout "DEBUG: " "$flag"
done

finish
