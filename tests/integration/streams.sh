#!/bin/sh
# Standard streams and files that take nothing: the work is finished all the same, and what
# could not be said shows in the exit status.
. "$(dirname "$0")/lib.sh"

copies in 20
total=240
copies_manifest 20 >golden.manifest
all="Completed: $total/$total files succeeded"

batch() { # the rest of the line of a whole run into $target
    set -- --parallel source=in n=8 --extract --target "$target" "$@"
    timeout 120 "$CVX_BIN" "$@"
}

finished() { # finished WHAT: all outputs of $target are there
    manifest "$target/structured_data" >got.manifest
    same got.manifest golden.manifest "$1: outputs"
    no_leftovers "$target" "$1"
    rm -rf "$target"
}

target=out

# ---- standard output --------------------------------------------------------------------

"$CVX_TOOLS/drive" -k 1 -c "$CVX_BIN" --parallel source=in n=8 --extract --target out 2>stderr
status=$?
is_status 1 "the reader goes away"
has stderr "cannot write to standard output" "the reader goes away"
equal "$(line_count stderr)" 1 "the reader goes away: lines on stderr"
finished "the reader goes away"

{ batch 2>stderr; echo $? >code; } | head -n 1 >first
equal "$(cat first)" "Processing $total files matching '*.docx' with 8 parallel workers" "head -n 1"
# Whether head was gone in time is chance; a short run may fit into the pipe.
case $(cat code) in 0 | 1) pass ;; *) fail "head -n 1: exit status $(cat code)" ;; esac
finished "head -n 1"

for how in closed full; do
    case $how in
    closed) batch >&- 2>stderr ;;
    full) batch >/dev/full 2>stderr ;;
    esac
    status=$?
    : >stdout
    is_status 1 "stdout $how"
    has stderr "cannot write to standard output" "stdout $how"
    finished "stdout $how"
done
for words in --help --version --list; do
    "$CVX_BIN" $words >/dev/full 2>stderr
    equal $? 1 "$words, stdout full"
    has stderr "cannot write to standard output" "$words, stdout full"
    "$CVX_BIN" $words >&- 2>stderr
    equal $? 1 "$words, stdout closed"
done
"$CVX_BIN" --extract "source=$EXAMPLES/cvs/priya-raman.docx" --target single >/dev/full 2>stderr
equal $? 1 "one file, stdout full"
same single/structured_data/priya-raman.json "$EXAMPLES/expected/priya-raman.json" \
    "one file, stdout full"

# A non-blocking pipe that is slow to be read loses nothing (drive's is small).
"$CVX_TOOLS/drive" -o stdout "$CVX_BIN" --parallel source=in n=240 --extract --target out \
    --verbosity debug 2>stderr
status=$?
is_status 0 "a slow reader"
counters_run stdout $total "a slow reader"
has stdout "$all" "a slow reader"
finished "a slow reader"

# ---- standard error and input -----------------------------------------------------------

for how in closed full; do
    case $how in
    closed) batch >stdout 2>&- ;;
    full) batch >stdout 2>/dev/full ;;
    esac
    status=$?
    is_status 0 "stderr $how"
    has stdout "$all" "stderr $how"
    finished "stderr $how"
done
"$CVX_BIN" --frobnicate >stdout 2>&-
equal $? 2 "a wrong flag, stderr closed"
batch <&- >stdout 2>stderr
status=$?
is_status 0 "stdin closed"
finished "stdin closed"
batch <&- >&- 2>&-
equal $? 1 "all three closed"
finished "all three closed"
# With all of them closed the first files opened are no streams: nothing strays into them.
batch --log-file log <&- >&- 2>&-
equal $? 1 "all three closed, log file"
grep -vE '^[0-9-]+ [0-9:.]+ \| [A-Z]+ \| ' log >strays
is_empty strays "all three closed: strays in the log file"
has log "$all" "all three closed: log file"
finished "all three closed, log file"
rm log

# ---- the log file -----------------------------------------------------------------------

batch --log-file /dev/full >stdout 2>stderr
status=$?
is_status 1 "log file full"
has stderr "/dev/full" "log file full"
has stdout "$all" "log file full: console"
finished "log file full"

batch --log-file deep/er/log >stdout 2>stderr
status=$?
is_status 0 "log file in folders to be made"
finished "log file in folders to be made"
batch --log-file deep/er/log >stdout 2>stderr
equal "$(grep -c " | INFO | - | $all" deep/er/log)" 2 "log file appended to: summaries"
equal "$(grep -c ' | - | Processing ' deep/er/log)" 2 "log file appended to: headers"
equal "$(grep -cE '[0-9]+\] E:|%\] E:' deep/er/log)" $((2 * total)) "log file appended to: lines"
equal "$(head -n 1 deep/er/log | cut -d '|' -f 2-)" \
    " INFO | - | Processing $total files matching '*.docx' with 8 parallel workers" \
    "log file appended to: first line"
finished "log file appended to"

# A log file needs no verbosity, and the console stays as it is.
has deep/er/log " | DEBUG | 0001/priya-raman.docx | " "log file: full detail"
has_not stdout "DEBUG" "log file: console"

# ---- the list of the failed -------------------------------------------------------------

printf 'no archive' >in/0001/bad.docx
batch --log-failed /dev/full >stdout 2>stderr
status=$?
is_status 1 "list of the failed full"
has stderr "/dev/full" "list of the failed full"
rm -r out
batch --log-failed missing/folder/failed >stdout 2>stderr
status=$?
is_status 0 "list of the failed in folders to be made"
has_line missing/folder/failed "in/0001/bad.docx" "list of the failed in folders to be made"
rm -r out
batch --log-failed "$work" >stdout 2>stderr
status=$?
is_status 1 "list of the failed is a folder"
equal "$(line_count stderr)" 1 "list of the failed is a folder: lines on stderr"
batch --log-failed /dev/stderr >stdout 2>stderr
has_line stderr "in/0001/bad.docx" "list of the failed on stderr"
rm in/0001/bad.docx

# A limit on the size of files is an error like another, not the end.
(ulimit -f 8; timeout 120 "$CVX_BIN" --parallel source=in n=8 --extract --target out \
    --log-file sized --verbosity debug) >/dev/null 2>stderr
status=$?
: >stdout
is_status 1 "a limit on the size of files"
has stderr "sized" "a limit on the size of files"
finished "a limit on the size of files"

finish
