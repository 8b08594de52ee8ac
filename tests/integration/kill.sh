#!/bin/sh
# kill -9 at pseudo-random instants: at no instant does a path hold half a file, and the next
# run makes everything as if nothing had been.
#   CVX_KILLS  how many (default 20)    CVX_SEED  where the numbers begin (default 1)
. "$(dirname "$0")/lib.sh"

kills=${CVX_KILLS:-20}
seed=${CVX_SEED:-1}
copies in 15
total=180
copies_manifest 15 >golden.manifest
note "$kills kills, seed $seed"

# lines to read, files in flight, bytes that the pipe takes
awk -v n="$kills" -v seed="$seed" 'BEGIN {
    srand(seed)
    for (i = 0; i < n; i++)
        print int(rand() * 180), int(1 + rand() * 180 * rand()), 4096 * 2 ^ int(rand() * 5) }' >instants

half=0
while read -r lines n pipe; do
    what="killed after $lines lines, n=$n"
    rm -rf out
    "$CVX_TOOLS/drive" -k "$lines" -s KILL -p "$pipe" "$CVX_BIN" --parallel source=in "n=$n" \
        --extract --target out 2>stderr
    status=$?
    # It may have ended before it was hit.
    case $status in 137) half=$((half + 1)) ;; *) is_status 0 "$what" ;; esac
    mkdir -p out/structured_data
    manifest out/structured_data | grep -v '/\.cvx-[0-9a-f]*\.tmp	' | comm -23 - golden.manifest >foreign
    is_empty foreign "$what: outputs that differ"
    [ $status != 137 ] || printf 'half a f' >out/structured_data/.cvx-00000000deadbeef.tmp

    cvx --parallel source=in n=8 --extract --target out
    is_status 0 "$what: the next run"
    counters_run stdout $total "$what: the next run"
    manifest out/structured_data >got.manifest
    same got.manifest golden.manifest "$what: the next run"
    no_leftovers out "$what: the next run"
    find out/.cvextract -type f ! -name lock >marks
    is_empty marks "$what: what is left in .cvextract"
done <instants
note "$half runs were hit before their end"
if [ $half -ge $((kills / 2)) ]; then pass; else fail "only $half of $kills kills hit a run"; fi

finish
