#!/bin/sh
# A thousand files with n from 1 to 1,000: the same outputs and lines whatever n is, one line
# per file, and blocks that never interleave, on the console and in the log file.
. "$(dirname "$0")/lib.sh"

# 83 copies of the 12 examples and 4 more: exactly 1,000.
copies in 83
mkdir in/0084
for name in owen-pritchard sofia-lindqvist oksana-melnyk priya-raman; do
    ln "in/0001/$name.docx" in/0084/
done
{
    copies_manifest 83
    copies_manifest 84 | grep -E '^./0084/(owen|sofia|oksana|priya)'
} | sort >want.manifest
equal "$(line_count want.manifest)" 1000 "inputs"
while IFS='	' read -r rel columns; do
    case $columns in
    *' | '*) printf '%s %%s/%s | %s\n' "${columns%% | *}" "$rel" "${columns#* | }" ;;
    *) printf '%s %%s/%s\n' "$columns" "$rel" ;;
    esac
done <"$EXAMPLES/expected/status.tsv" |
    awk '{ for (i = 1; i <= 84; i++) { line = $0; sub(/%s/, sprintf("%04d", i), line)
               if (i < 84 || line ~ /0084\/(owen|sofia|oksana|priya)/) print line } }' |
    sort >want.lines

# What the block of each example says, from a run of its own; the path becomes <rel>.
mkdir blocks
cvx --parallel source=in/0001 n=1 --extract --target alone --verbosity debug
is_status 0 "the blocks of the examples"
blocks_of() { # FILE TARGET: a block a line: its path, a tab, the text with <rel> for the path
    awk -v target="$2" '
    function flush_line(line) {
        rel = line
        sub(/^[^]]*\] [^ ]* /, "", rel); sub(/ \| .*/, "", rel)
        stem = rel; sub(/\.docx$/, "", stem)
        out = "wrote " target "/structured_data/" stem ".json"
        at = index(text, out)
        if (!at) { print "BAD\t" rel " | " text; return }
        sub(/^[^]]*\]/, "[]", line)
        print rel "\t" substr(text, 1, at - 1) "<out>" substr(text, at + length(out)) line
    }
    NR == 1 || /^=+$/ || /^Completed: / { next }
    / \[ *[0-9]+\/[0-9]+ \| +[0-9]+%\] / { flush_line($0); text = ""; next }
    { text = text $0 "\r" }' "$1"
}
blocks_of stdout alone | awk -F '\t' '{ sub($1, "<rel>", $2); print $1 "\t" $2 }' |
    sort >blocks/want
equal "$(line_count blocks/want)" 12 "the blocks of the examples"
has_not blocks/want BAD "the blocks of the examples"

for n in 1 8 500 1000; do
    cvx --parallel source=in "n=$n" --extract --target "out$n" --verbosity debug \
        --log-file "log$n"
    is_status 0 "n=$n"
    is_empty stderr "n=$n: stderr"
    counters_run stdout 1000 "n=$n"
    results stdout >lines
    same lines want.lines "n=$n: result lines"
    equal "$(tail -n 1 stdout)" \
        "Completed: 1000/1000 files succeeded ($(grep -vc ' | ' want.lines) full, $(
            grep -c ' | ' want.lines) partial), 0 failed" "n=$n: summary"
    manifest "out$n/structured_data" >got.manifest
    same got.manifest want.manifest "n=$n: outputs"
    no_leftovers "out$n" "n=$n"

    # Every block is word for word the block of the same example alone.
    blocks_of stdout "out$n" |
        awk -F '\t' '{ sub($1, "<rel>", $2); sub(/^[0-9]+\//, "", $1)
            print $1 "\t" $2 }' | sort -u >blocks/got
    same blocks/got blocks/want "n=$n: blocks on the console"

    # In the log file each line has its path: no path may come back once another has begun.
    awk -F ' [|] ' '$3 == "-" { next }
        $3 != last { if ($3 in seen) print; seen[$3] = 1; last = $3 }' "log$n" >come-back
    is_empty come-back "n=$n: paths that come back in the log file"
    awk -F ' [|] ' '$3 != "-" { count[$3]++ } END { for (p in count) print p }' "log$n" |
        sort >paths
    cut -d ' ' -f 2- want.lines | sed 's/ | .*//' | sort >paths.want
    same paths paths.want "n=$n: paths in the log file"
    grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3} \| [A-Z]+ \| ' \
        "log$n" >malformed
    is_empty malformed "n=$n: lines of the log file of another form"
    has "log$n" " | INFO | - | Completed: 1000/1000 files succeeded" "n=$n: log file"
    rm -r "out$n"
done

finish
