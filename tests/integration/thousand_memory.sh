#!/bin/sh
# Memory does not grow with the number of files: at 1,000 its peak is at most 10 % above that
# at 100 with the same n.
. "$(dirname "$0")/lib.sh"

case $CVX_KIND in
asan | tsan) skip "a sanitizer's memory is not the program's" ;;
esac

peak() { # peak SOURCE N: KiB, the least of five runs: the order of threads only adds
    for turn in 1 2 3 4 5; do
        "$CVX_TOOLS/drive" -m peak -p 1048576 "$CVX_BIN" --parallel "source=$1" "n=$2" \
            --extract --target "out$turn" >/dev/null 2>&1 || echo 999999999
        cat peak
        rm -r "out$turn"
    done | sort -n | head -n 1
}

copies few 8
mkdir few/0009
for name in owen-pritchard sofia-lindqvist oksana-melnyk priya-raman; do
    ln "few/0001/$name.docx" few/0009/
done
copies many 84
equal "$(find few -type f | wc -l)" 100 "the few"
equal "$(find many -type f | wc -l)" 1008 "the many"
for n in 1 8 1000; do
    few=$(peak few $n)
    many=$(peak many $n)
    note "n=$n: $few KiB for 100 files, $many KiB for 1,008"
    if [ $((many * 10)) -le $((few * 11)) ]; then pass; else
        fail "n=$n: $many KiB is more than 10 % above $few KiB"
    fi
done

finish
