#!/bin/sh
# The list of the failed and the rerun from it: outputs land where the first run would have
# put them, whatever the list looks like.
. "$(dirname "$0")/lib.sh"

cp -r "$EXAMPLES/cvs" in
mkdir golden && cp -r "$EXAMPLES/expected/." golden && rm golden/status.tsv
manifest golden >golden.manifest

# Three are broken, one of them twice over; the list says which, in sorted order.
mkdir whole
for rel in berlin/jana-koehler "lisbon/Inês Carvalho" priya-raman; do
    mkdir -p "whole/$(dirname "$rel")"
    mv "in/$rel.docx" "whole/$rel.docx"
    printf 'broken' >"in/$rel.docx"
done
cvx --parallel source=in n=4 --extract --target out --log-failed lists/failed
is_status 0 "first run"
equal "$(tail -n 1 stdout | sed 's/.*), //')" "3 failed" "first run"
printf 'in/%s.docx\n' berlin/jana-koehler "lisbon/Inês Carvalho" priya-raman >failed.want
same lists/failed failed.want "the list"

# Rerun while still broken: only those, and they stay on the list (the file read is written).
cvx --parallel source=in n=4 --extract --target out --rerun-failed lists/failed \
    --log-failed lists/failed
is_status 1 "rerun, still broken"
counters_run stdout 3 "rerun, still broken"
equal "$(head -n 1 stdout)" "Processing 3 files with 4 parallel workers" "rerun: header"
same lists/failed failed.want "rerun, still broken: the list"

# Repaired: the outputs complete the first run's.
cp -r whole/. in/
cvx --parallel source=in n=4 --extract --target out --rerun-failed lists/failed \
    --log-failed lists/failed
is_status 0 "rerun, repaired"
counters_run stdout 3 "rerun, repaired"
manifest out/structured_data >got.manifest
same got.manifest golden.manifest "rerun, repaired"

# An empty list is a success that says so: nothing was left to do.
is_empty lists/failed "rerun, repaired: the list"
cvx --parallel source=in n=4 --extract --target out2 --rerun-failed lists/failed
is_status 0 "an empty list"
is_empty stderr "an empty list: stderr"
equal "$(tail -n 1 stdout)" "Completed: 0/0 files succeeded (0 full, 0 partial), 0 failed" \
    "an empty list"

# Comments, blank lines, items, white space, CRLF, a BOM, no newline at the end, repeats.
printf '\357\273\277# a comment\r\n\r\n- in/priya-raman.docx\r\n   in/berlin/jana-koehler.docx \n' >list
printf '\t\n  # another\n-  in/berlin/emre-aydin.docx\n"in/lisbon/In\\xc3\\xaas Carvalho.docx"\n' >>list
printf 'in/priya-raman.docx\nin/./priya-raman.docx\nin//oksana-melnyk.docx' >>list
cvx --parallel source=in n=4 --extract --target forms --rerun-failed list
is_status 0 "forms of a list"
results stdout | sed 's/^[^ ]* //; s/ | .*//' >lines
printf '%s.docx\n' berlin/emre-aydin berlin/jana-koehler "lisbon/Inês Carvalho" oksana-melnyk \
    priya-raman | sort >lines.want
same lines lines.want "forms of a list"
(cd forms/structured_data && find . -type f) | sed 's/^\.\///; s/\.json$/.docx/' | sort >lines
same lines lines.want "forms of a list: outputs"

# A list may come through a pipe.
mkfifo pipe
printf 'in/priya-raman.docx\n' >pipe &
cvx --parallel source=in n=4 --extract --target piped --rerun-failed pipe
is_status 0 "a list from a pipe"
wait

# What the list names and is not there, or is no file, fails for itself.
mkdir in/folder.docx
printf 'in/gone.docx\nin/priya-raman.docx\nin/folder.docx\n' >list
cvx --parallel source=in n=4 --extract --target gone --rerun-failed list --log-failed failed
is_status 0 "names that are gone"
has stdout "gone.docx | errors: extract: no such file" "names that are gone"
same gone/structured_data/priya-raman.json "$EXAMPLES/expected/priya-raman.json" \
    "names that are gone: the other"
has_line failed "in/gone.docx" "names that are gone: the list"
(cd gone && find . -name '*.json') >lines
equal "$(cat lines)" ./structured_data/priya-raman.json "names that are gone: outputs"
rmdir in/folder.docx

# With a source, what does not lie below it has no place among the outputs.
for path in in ../outside.docx "$EXAMPLES/cvs/priya-raman.docx" in/../two.docx; do
    printf 'in/priya-raman.docx\n%s\n' "$path" >list
    cvx --parallel source=in n=4 --extract --target below --rerun-failed list
    refused 2 "a path that is not below the source: $path"
    absent below "a path that is not below the source: $path"
done

# A malformed list is refused before anything is done, with the line's number.
for line in '"in/open.docx' '"in/x.docx" more' '"bad \q escape"' '""'; do
    printf '# one\nin/priya-raman.docx\n%s\n' "$line" >list
    cvx --parallel source=in n=4 --extract --target refused --rerun-failed list
    refused 2 "the line '$line'"
    has stderr "list, line 3" "the line '$line'"
    absent refused "the line '$line'"
done
printf 'in/a\000b.docx\n' >list
cvx --parallel source=in n=4 --extract --target refused --rerun-failed list
refused 2 "a NUL in the list"

# Without a source the list alone says what to do.
cd in || exit 1
printf 'berlin/jana-koehler.docx\n%s\n' "$work/in/priya-raman.docx" >../list
cvx --parallel n=4 --extract --target ../nosource --rerun-failed ../list
cd ..
is_status 0 "no source"
equal "$(find nosource/structured_data -type f | wc -l)" 2 "no source: outputs"
same "$(find nosource -name jana-koehler.json)" golden/berlin/jana-koehler.json "no source"
same "$(find nosource -name priya-raman.json)" golden/priya-raman.json "no source"

# An input outside the list keeps its output: a rerun of the later of two must not take it.
mkdir two && cp in/priya-raman.docx two/x.DOCX && printf 'broken' >two/x.docx
cvx --parallel source=two n=4 --extract --target two-out --log-failed failed
has stdout "same output as 'x.DOCX'" "one output for two"
cp in/oksana-melnyk.docx two/x.docx
cvx --parallel source=two n=4 --extract --target two-out --rerun-failed failed
is_status 1 "rerun of the later of two"
has stdout "same output as 'x.DOCX'" "rerun of the later of two"
same two-out/structured_data/x.json golden/priya-raman.json "rerun of the later of two"

finish
