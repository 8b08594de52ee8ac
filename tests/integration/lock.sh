#!/bin/sh
# Who may work on a target at the same time: one batch, or any number of single files. A run
# is held open by a reader that does not read.
. "$(dirname "$0")/lib.sh"

copies in 40
one=$EXAMPLES/cvs/priya-raman.docx
copies_manifest 40 >golden.manifest

# Starts a batch into TARGET that says more than a pipe takes (480 blocks of half a KiB), and
# waits until it has begun. It goes on when `let_go` reads the rest.
hold() { # hold TARGET
    mkfifo held
    "$CVX_BIN" --parallel source=in n=4 --extract --target "$1" --verbosity debug \
        >held 2>held.err &
    holder=$!
    exec 3<held
    IFS= read -r first <&3
    case $first in
    "Processing 480 files "*) pass ;;
    *) fail "the holder did not begin: '$first'" held.err ;;
    esac
}

let_go() { # let_go WHAT
    cat <&3 >held.rest
    exec 3<&-
    wait "$holder"
    equal $? 0 "$1: the holder's exit status"
    is_empty held.err "$1: the holder's stderr"
    rm held
}

hold out
cvx --parallel "source=$EXAMPLES/cvs" n=4 --extract --target out
refused 1 "a second batch"
has stderr "(pid $holder)" "a second batch"
cvx --parallel "source=$EXAMPLES/cvs" n=4 --extract --target ./out/../out/
refused 1 "a second batch, the target by another name"
cvx --extract "source=$one" --target out
refused 1 "a single file beside a batch"
has stderr "(pid $holder)" "a single file beside a batch"
cvx --extract "source=$EXAMPLES/cvs" --target out
refused 1 "a folder beside a batch"
cvx --extract "source=$one" --target elsewhere
is_status 0 "another target"
absent out/structured_data/priya-raman.json "what was refused wrote nothing"
let_go "the holder"
manifest out/structured_data >got.manifest
same got.manifest golden.manifest "the holder's outputs"
cvx --parallel source=in n=4 --extract --target out
is_status 0 "after the holder"

# A holder that is killed holds nothing.
hold out
kill -9 "$holder"
wait "$holder" 2>/dev/null
equal $? 137 "killed"
exec 3<&-
rm held
printf 'half' >out/structured_data/.cvx-0123456789abcdef.tmp
cvx --parallel source=in n=4 --extract --target out
is_status 0 "after a holder that was killed"
no_leftovers out "after a holder that was killed"

# Single files share the lock; a batch is refused meanwhile. One is held by a pipe that is
# full before it begins: it stands at its result line, with the lock.
mkfifo single
exec 4<>single
dd if=/dev/zero of=single oflag=nonblock bs=4096 count=1024 2>/dev/null
"$CVX_BIN" --extract "source=$one" --target shared >single 2>single.err 4<&- &
sharer=$!
tries=0
until ls shared/.cvextract/share-"$sharer"-* >/dev/null 2>&1 || [ $tries -ge 20000 ]; do
    tries=$((tries + 1))
done
for turn in 1 2 3; do
    cvx --extract "source=$EXAMPLES/cvs/oksana-melnyk.docx" --target shared
    is_status 0 "single files share, $turn"
done
cvx --parallel "source=$EXAMPLES/cvs" n=4 --extract --target shared
refused 1 "a batch beside a single file"
has stderr "(pid $sharer)" "a batch beside a single file"
exec 5<single
exec 4<&-
cat <&5 >/dev/null
exec 5<&-
wait $sharer
equal $? 0 "single files share: the first"
is_empty single.err "single files share: the first"
same shared/structured_data/priya-raman.json "$EXAMPLES/expected/priya-raman.json" "shared"
same shared/structured_data/oksana-melnyk.json "$EXAMPLES/expected/oksana-melnyk.json" "shared"
find shared/.cvextract -name 'share-*' >marks
is_empty marks "single files share: marks left"
cvx --parallel "source=$EXAMPLES/cvs" n=4 --extract --target shared
is_status 0 "a batch after single files"

# Twelve at once, into one target.
pids=
find "$EXAMPLES/cvs" -name '*.docx' >all
while IFS= read -r docx; do
    "$CVX_BIN" --extract "source=$docx" --target crowd >/dev/null 2>>crowd.err &
    pids="$pids $!"
done <all
for pid in $pids; do
    wait "$pid"
    equal $? 0 "twelve at once"
done
is_empty crowd.err "twelve at once: stderr"
equal "$(find crowd/structured_data -name '*.json' | wc -l)" 12 "twelve at once: outputs"

# Links and other things in place of the lock are not followed.
mkdir -p evil/.cvextract && printf 'precious' >file && ln -s "$work/file" evil/.cvextract/lock
cvx --parallel source=in n=4 --extract --target evil
refused 1 "a link in place of the lock"
equal "$(cat file)" precious "a link in place of the lock"
rm evil/.cvextract/lock && mkfifo evil/.cvextract/lock
cvx --parallel source=in n=4 --extract --target evil
refused 1 "a FIFO in place of the lock"

finish
