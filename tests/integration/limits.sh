#!/bin/sh
# shellcheck disable=SC3045 # ulimit -n: dash and bash have it
#
# Targets that cannot be written, and few descriptors or threads: a clear error, or the work
# done with less.
. "$(dirname "$0")/lib.sh"

open_to_all
copies in 10
copies_manifest 10 >golden.manifest

finished() { # finished TARGET WHAT
    manifest "$1/structured_data" >got.manifest
    same got.manifest golden.manifest "$2: outputs"
    no_leftovers "$1" "$2"
}

# ---- the target -------------------------------------------------------------------------

mkdir -m 555 read-only
cvx_nobody --parallel source=in n=8 --extract --target read-only
refused 1 "a read-only target"
has stderr "Permission denied" "a read-only target"
has stderr "read-only" "a read-only target"
cvx_nobody --parallel source=in n=8 --extract --target read-only/below/it
refused 1 "a target below a read-only folder"
cvx_nobody --extract source=in/0001/priya-raman.docx --target read-only
refused 1 "a read-only target, one file"
equal "$(find read-only | wc -l)" 1 "a read-only target: written"

# The folder of outputs alone is closed: known before any work.
mkdir -m 777 half
mkdir -m 555 half/structured_data
cvx_nobody --parallel source=in n=8 --extract --target half
refused 1 "a read-only folder in the target"
has stderr "half/structured_data: Permission denied" "a read-only folder in the target"
equal "$(find half/structured_data | wc -l)" 1 "a read-only folder in the target: written"

# One folder further down: its files say so, the others are done.
mkdir -m 777 third
mkdir -m 777 third/structured_data
mkdir -m 555 third/structured_data/0003
cvx_nobody --parallel source=in n=8 --extract --target third
is_status 0 "a read-only folder among the outputs"
equal "$(tail -n 1 stdout | sed 's/.*), //')" "12 failed" "a read-only folder among the outputs"
equal "$(grep -c ' 0003/.*Permission denied' stdout)" 12 "a read-only folder among the outputs"
no_leftovers third "a read-only folder among the outputs"

printf 'precious' >file
cvx --parallel source=in n=8 --extract --target file
refused 1 "the target is a file"
has stderr "not a folder" "the target is a file"
equal "$(cat file)" precious "the target is a file"
cvx --parallel source=in n=8 --extract --target file/below
refused 1 "the target is below a file"
ln -s nowhere dangling
cvx --parallel source=in n=8 --extract --target dangling
is_status 1 "the target is a dangling link"
absent nowhere "the target is a dangling link"

# An output's place is taken by a folder: that file fails, the others are done.
mkdir -p taken/structured_data/0001/priya-raman.json
cvx --parallel source=in n=8 --extract --target taken
is_status 0 "an output's place is a folder"
equal "$(grep -c '^❌ .* 0001/priya-raman.docx | errors: extract: ' stdout)" 1 \
    "an output's place is a folder"
equal "$(tail -n 1 stdout | sed 's/.*), //')" "1 failed" "an output's place is a folder"
no_leftovers taken "an output's place is a folder"

# Links in place of outputs are replaced, never followed.
mkdir -p linked/structured_data/0001
ln -s "$work/file" linked/structured_data/0001/priya-raman.json
cvx --parallel source=in n=8 --extract --target linked
is_status 0 "an output's place is a link"
equal "$(cat file)" precious "an output's place is a link"
finished linked "an output's place is a link"

# The source is its own target: outputs are no inputs, again and again.
cp -r in/0001 both
for turn in 1 2; do
    cvx --parallel source=both n=4 --extract --target both
    is_status 0 "source = target, turn $turn"
    counters_run stdout 12 "source = target, turn $turn"
done
cp -r in/0001 around && mkdir around/out
for turn in 1 2; do
    cvx --parallel source=around "file-type=*" n=4 --extract --target around/out
    is_status 0 "target in the source, turn $turn"
    counters_run stdout 12 "target in the source, turn $turn"
done

# Modes of outputs follow the umask.
(umask 027; "$CVX_BIN" --parallel source=in/0001 n=4 --extract --target modes >/dev/null)
equal "$(find modes/structured_data -name '*.json' -perm 640 | wc -l)" 12 "umask 027"

# ---- the system's limits ----------------------------------------------------------------

# The soft limit alone is raised by the program; the hard one is a fact.
for limit_on_files in 20 24 32 64; do
    for n in 1 8 120; do
        what="ulimit -n $limit_on_files, n=$n"
        rm -rf few
        (ulimit -n $limit_on_files && exec timeout 120 "$CVX_BIN" --parallel source=in n=$n \
            --extract --target few --cpu-threads 16) >stdout 2>stderr
        status=$?
        is_status 0 "$what"
        finished few "$what"
    done
done
# Deep trees need no descriptor a level.
mkdir -p deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28
cp in/0001/priya-raman.docx deep/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/
cp in/0001/priya-raman.docx deep/1/
(ulimit -n 20 && exec timeout 120 "$CVX_BIN" --parallel source=deep n=4 --extract \
    --target deep-out) >stdout 2>stderr
status=$?
is_status 0 "a deep tree, few descriptors"
equal "$(find deep-out/structured_data -type f | wc -l)" 2 "a deep tree, few descriptors"

# Threads: more than there are files, one, and none to be had.
for threads in 1 64; do
    cvx --parallel source=in n=50 --extract --target "threads$threads" --cpu-threads $threads
    is_status 0 "--cpu-threads $threads"
    finished "threads$threads" "--cpu-threads $threads"
done
# Root is bound by no limit on processes, and a sanitizer needs a thread of its own.
if [ "$CVX_KIND" = release ] || [ "$CVX_KIND" = debug ]; then
    mkdir -m 777 spot
    cat >no-threads <<'TXT'
ulimit -u 1 2>/dev/null || ulimit -p 1
exec "$@"
TXT
    if [ "$(id -u)" = 0 ]; then
        run setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups sh no-threads \
            "$work/cvextract" --parallel source=in n=8 --extract --target spot/out
        refused 1 "no threads to be had"
    fi
fi

finish
