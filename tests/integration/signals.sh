#!/bin/sh
# Interrupts: once drains, twice stops now, SIGTERM is like one SIGINT. The program is held on
# a short pipe (drive), so a signal always comes while most of the files are still to do.
. "$(dirname "$0")/lib.sh"

copies in 84
total=1008
copies_manifest 84 >golden.manifest

# interrupt SIGNALS N TARGET [OPTIONS]: after the fifth line; leaves stdout and $status.
interrupt() {
    signals=$1 n=$2 target=$3
    shift 3
    "$CVX_TOOLS/drive" -o stdout -k 5 -s "$signals" "$CVX_BIN" --parallel source=in "n=$n" \
        --extract --target "$target" --log-failed failed "$@" 2>stderr
    status=$?
}

# The summary's last number; the counts agree with each other, the list and the outputs.
check_stopped() { # check_stopped TARGET WHAT
    summary=$(tail -n 1 stdout)
    rest=${summary##*failed, }
    rest=${rest%% not done}
    case $rest in
    '' | *[!0-9]*) fail "$2: the summary says nothing of files not done: $summary"
        rest=0 ;;
    *) pass ;;
    esac
    full=$(grep -c '^✅ \[' stdout)
    partial=$(grep -c '^⚠️ \[' stdout)
    done_count=$((full + partial))
    equal "$summary" "Completed: $done_count/$total files succeeded ($full full, $partial partial), 0 failed, $rest not done" \
        "$2: summary"
    equal $((done_count + rest)) $total "$2: done and not done"
    is_empty stderr "$2: stderr"
    equal "$(line_count failed)" "$rest" "$2: the list of the unfinished"

    # What is there is whole, and it is what the lines say.
    manifest "$1/structured_data" >got.manifest
    comm -23 got.manifest golden.manifest >foreign
    is_empty foreign "$2: outputs that differ"
    no_leftovers "$1" "$2"
    results stdout | sed 's/^[^ ]* //; s/ | .*//; s/\.docx$/.json/' | sort >said
    cut -d "$(printf '\t')" -f 1 got.manifest | sed 's/^\.\///' | sort >there
    comm -23 said there >lost
    is_empty lost "$2: files said to be done without an output"
}

# ---- once -------------------------------------------------------------------------------

interrupt INT 4 once
is_status 130 "SIGINT"
check_stopped once "SIGINT"
# Admission has stopped: beyond what the pipe held only the four in flight may follow.
if [ "$rest" -gt 500 ]; then pass; else fail "SIGINT: only $rest files were left undone" stdout; fi
same there said "SIGINT: outputs are those of the lines"

# The rest can be run from the list, and the whole is as if nothing had been.
cvx --parallel source=in n=8 --extract --target once --rerun-failed failed
is_status 0 "the rest, after SIGINT"
manifest once/structured_data >got.manifest
same got.manifest golden.manifest "the rest, after SIGINT"

# ---- twice, and more --------------------------------------------------------------------

for pair in INT,INT TERM,TERM INT,TERM; do
    interrupt $pair 1008 twice
    is_status $((128 + $([ "${pair%,*}" = INT ] && echo 2 || echo 15))) "$pair"
    check_stopped twice "$pair"
    if [ "$rest" -gt 500 ]; then pass; else fail "$pair: only $rest files not done" stdout; fi
    rm -r twice
done

# More than two, as they come: no matter how many are one for the program, nothing is half.
interrupt INT,INT,INT 4 more
is_status 130 "three SIGINTs"
manifest more/structured_data >got.manifest
grep -v '/\.cvx-[0-9a-f]*\.tmp	' got.manifest | comm -23 - golden.manifest >foreign
is_empty foreign "three SIGINTs: outputs that differ"

# A third leaves at once, even when nobody reads what is said: here the pipe is full from the
# start and is never read. The lock's content shows that the run has begun.
mkfifo unread
exec 4<>unread
dd if=/dev/zero of=unread oflag=nonblock bs=4096 count=1024 2>/dev/null
"$CVX_BIN" --parallel source=in n=4 --extract --target more >unread 2>stderr 4<&- &
pid=$!
tries=0
until [ -s more/.cvextract/lock ] || [ $tries -ge 20000 ]; do tries=$((tries + 1)); done
tries=0
while [ $tries -lt 20000 ] && kill -INT $pid 2>/dev/null &&
    ! grep -q '^State:.*zombie' "/proc/$pid/status" 2>/dev/null; do
    tries=$((tries + 1))
done
[ $tries -lt 20000 ] || kill -9 $pid 2>/dev/null
wait $pid
status=$?
is_status 130 "SIGINTs, nobody reads"
exec 4<&-
cvx --parallel source=in n=8 --extract --target more
is_status 0 "after many SIGINTs"
manifest more/structured_data >got.manifest
same got.manifest golden.manifest "after many SIGINTs"
no_leftovers more "after many SIGINTs"

# ---- SIGTERM ----------------------------------------------------------------------------

interrupt TERM 4 term --log-file log --verbosity verbose
is_status 143 "SIGTERM"
full=$(grep -c '^✅ \[' stdout)
check_stopped term "SIGTERM"
equal "$(grep -c 'not done: the run was stopped first' log)" "$rest" "SIGTERM: the log file"
has log "$(tail -n 1 stdout)" "SIGTERM: the log file"

# --grace 0: nothing in flight is waited for.
interrupt INT 1008 grace --grace 0
is_status 130 "--grace 0"
check_stopped grace "--grace 0"

# The exit status of the interrupt wins over that of failed files and of --fail-on never.
interrupt INT 4 never --fail-on never
is_status 130 "--fail-on never"

# ---- one file ---------------------------------------------------------------------------

"$CVX_TOOLS/make_hostile" large in/large.docx 8
"$CVX_TOOLS/drive" -o stdout -k 1 -s INT "$CVX_BIN" --extract source=in/large.docx \
    --target single --verbosity verbose 2>stderr
status=$?
is_status 130 "SIGINT, one file"
no_leftovers single "SIGINT, one file"

finish
