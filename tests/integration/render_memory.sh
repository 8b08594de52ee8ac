#!/bin/sh
# A thousand documents of one template: memory does not grow with their number, and the same
# bytes come of the same data every time.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_render.sh"

mkdir -p few many
i=0
while [ $i -lt 84 ]; do
    i=$((i + 1))
    for folder in few many; do
        [ $folder = many ] || [ $i -le 8 ] || continue
        cp -r "$EXAMPLES/expected" "$folder/$(printf %04d $i)" || exit 1
    done
done
equal "$(find many -name '*.json' | wc -l | tr -d ' ')" 1008 "the many"

# At 1,008 files with 8 in flight, then with all of them.
for n in 8 1000; do
    cvx --parallel source=many n=$n --render "template=$PLAIN" skip-verify --target "out$n"
    is_status 0 "n=$n"
    equal "$(tail -n 1 stdout)" \
        "Completed: 1008/1008 files succeeded (1008 full, 0 partial), 0 failed" "n=$n"
    for folder in "out$n"/documents/*; do
        manifest "$folder" | cut -f 2
    done | sort -u | wc -l | tr -d ' ' >kinds
    equal "$(cat kinds)" 12 "n=$n: different documents"
    rm -r "out$n"
done

case $CVX_KIND in
asan | tsan)
    note "a sanitizer's memory is not the program's: peaks are not compared"
    finish
    ;;
esac

peak() { # peak SOURCE N: KiB, the least of three runs: the order of threads only adds
    for turn in 1 2 3; do
        "$CVX_TOOLS/drive" -m peak -p 1048576 "$CVX_BIN" --parallel "source=$1" "n=$2" \
            --render "template=$PLAIN" --target "out$turn" >/dev/null 2>&1 || echo 999999999
        cat peak
        rm -r "out$turn"
    done | sort -n | head -n 1
}

for n in 1 8; do
    few=$(peak few $n)
    many=$(peak many $n)
    note "n=$n: $few KiB for 96 files, $many KiB for 1,008"
    if [ $((many * 10)) -le $((few * 11)) ]; then pass; else
        fail "n=$n: $many KiB is more than 10 % above $few KiB"
    fi
done

finish
