#!/bin/sh
# Measures API calls of a release build against the stand-in server: api.sh BUILD [options].
# run.sh --api calls it; alone it prints its own table. What and how: README.md.
set -eu

usage() {
    cat >&2 <<TXT
usage: bench/api.sh BUILD [--reps N] [--seconds N] [--samples PATH] [--work FOLDER] [--only PART]
  --reps N        interleaved repetitions of CPU per call (default 5)
  --seconds N     of quota in each run against a limit (default 60)
  --samples PATH  append the samples there and print no table
  --work FOLDER   where inputs are kept (default out/bench)
  --only PART     cpu, h2, walls or small alone
TXT
    exit 2
}

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
say() { printf 'bench: %s\n' "$*" >&2; }

here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] && [ -d "$1" ] || usage
build=$(cd "$1" && pwd)
shift
reps=5 seconds=60 samples='' work='' only=''
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
    --reps) reps=$2 ;;
    --seconds) seconds=$2 ;;
    --samples) samples=$2 ;;
    --work) work=$2 ;;
    --only) only=$2 ;;
    *) usage ;;
    esac
    shift 2
done
bin=$build/bench
fake=$build/tests/fake_openai/fake_openai
for program in "$fake" "$bin/bench_adjust" "$bin/bench_catch" "$bin/bench_gen" \
    "$bin/bench_post"; do
    [ -x "$program" ] || die "no $program: build with -DCVX_BENCH=ON"
done

# ---- where ------------------------------------------------------------------------------

[ -n "$work" ] || work=$here/../out/bench
mkdir -p "$work"
work=$(cd "$work" && pwd)
table=false
[ -n "$samples" ] || { table=true samples=$work/api.jsonl; : >"$samples"; }
room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -w /dev/shm ] && [ "${room:-0}" -gt 2000000 ]; then
    memory=/dev/shm/cvextract-bench-api.$$
else
    memory=$work/api-memory.$$
fi
server=''
front=''
stop() {
    for pid in $server $front; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    server='' front=''
}
trap 'stop; rm -rf "$memory"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$memory"
ulimit -n "$(ulimit -H -n)" 2>/dev/null || true

# ---- inputs: CVs as JSON, and the bodies that the program makes of them -----------------

all=20000
set_of() { # set_of N: folder $memory/in-N with N files
    [ -d "$memory/in-$1" ] && return 0
    mkdir "$memory/in-$1"
    (cd "$memory/in" && ls | head -n "$1" | xargs ln -t "$memory/in-$1")
}

port_of() { # port_of FILE: the first line, once it is there
    i=0
    while [ ! -s "$1" ]; do
        i=$((i + 1))
        [ $i -lt 100 ] || die "a server does not start"
        sleep 0.1
    done
    head -n 1 "$1"
}

say "generating $all CVs as JSON"
"$bin/bench_gen" -j -n $all "$memory/in"
set_of 1000
mkdir "$memory/bodies"
"$bin/bench_catch" "$memory/port" "$memory/bodies" &
server=$!
"$bin/bench_adjust" -k -n 50 "http://127.0.0.1:$(port_of "$memory/port")/v1" \
    "$memory/in-1000" "$memory/out" >/dev/null
stop
rm -rf "$memory/out"
[ "$(ls "$memory/bodies" | wc -l)" -eq 1000 ] || die "not all request bodies were caught"

# ---- running ----------------------------------------------------------------------------

serve() { # serve OPTIONS...: a server; $url is its address
    rm -f "$memory/port"
    "$fake" --light --port-file "$memory/port" "$@" >/dev/null &
    server=$!
    port=$(port_of "$memory/port")
    url=http://127.0.0.1:$port
}

sample() { "$@" >>"$samples" || say "failed: $*"; }

post() { # post NAME N COUNT OPTIONS...
    name=$1 n=$2 count=$3
    shift 3
    sample "$bin/bench_post" -w "$name" -n "$n" -c "$count" "$@" \
        "$url/v1/chat/completions" "$memory/bodies"
}

adjust() { # adjust NAME N COUNT OPTIONS...
    name=$1 n=$2 count=$3
    shift 3
    set_of "$count"
    sample "$bin/bench_adjust" -w "$name" -n "$n" "$@" "$url/v1" "$memory/in-$count" \
        "$memory/out"
    rm -rf "$memory/out"
}

wants() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# ---- CPU per call -----------------------------------------------------------------------

cpu_at() { # cpu_at N COUNT: at least 20 rounds of latency
    rep=1
    serve --latency 100
    while [ "$rep" -le "$reps" ]; do
        say "$1 calls in flight, repetition $rep of $reps"
        post "api-post-$1" "$1" "$2"
        post "api-poll-$1" "$1" "$2" -p
        adjust "api-adjust-$1" "$1" "$2"
        adjust "api-cached-$1" "$1" "$2" -c
        rep=$((rep + 1))
    done
    stop
}

if wants cpu; then
    cpu_at 200 4000
    cpu_at 1000 20000
fi

# 5,000 at a time over a few connections: a TLS front that speaks HTTP/2.
not_run() {
    say "5000 in flight over HTTP/2: not run ($1)"
    printf '{"what":"api-h2-not-run","files":1,"reason":"%s"}\n' "$1" >>"$samples"
}

h2() {
    command -v nghttpx >/dev/null || { not_run "no nghttpx"; return 0; }
    command -v openssl >/dev/null || { not_run "no openssl"; return 0; }
    [ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 10500 ] ||
        { not_run "open files: $(ulimit -n)"; return 0; }
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$memory/key.pem" \
        -out "$memory/cert.pem" 2>/dev/null
    serve --latency 1000
    front_port=$((port > 40000 ? port - 20000 : port + 20000))
    nghttpx --frontend="127.0.0.1,$front_port" --backend="127.0.0.1,$port" \
        --no-ocsp --accesslog-file=/dev/null --errorlog-file="$memory/nghttpx.log" \
        "$memory/key.pem" "$memory/cert.pem" >/dev/null 2>&1 &
    front=$!
    sleep 1
    kill -0 "$front" 2>/dev/null || { not_run "nghttpx does not start"; stop; return 0; }
    url=https://127.0.0.1:$front_port
    rep=1
    while [ "$rep" -le "$reps" ]; do
        say "5000 calls in flight over HTTP/2, repetition $rep of $reps"
        post api-post-5000 5000 20000 -a "$memory/cert.pem"
        adjust api-adjust-5000 5000 20000 -a "$memory/cert.pem"
        rep=$((rep + 1))
    done
    stop
}

wants h2 && h2

# ---- wall times against what is possible ------------------------------------------------

# Against a bound of our own, from what the server was told: calls, tokens, latency, limits.
wall() { # wall NAME N COUNT LATENCY_MS RPM TPM BUCKET_S OPTIONS...
    name=$1 n=$2 count=$3 latency=$4 its_rpm=$5 its_tpm=$6 its_bucket=$7
    shift 7
    say "$name: $count files"
    set_of "$count"
    "$bin/bench_adjust" -k -w "$name" -n "$n" "$@" "$url/v1" "$memory/in-$count" \
        "$memory/out" >"$memory/line" || say "failed: $name"
    rm -rf "$memory/out"
    awk -v n="$n" -v latency="$latency" -v rpm="$its_rpm" -v tpm="$its_tpm" \
        -v bucket="$its_bucket" '
        function number(name) {
            match($0, "\"" name "\":[0-9.]+")
            return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0
        }
        function most(a, b) { return a > b ? a : b }
        {
            calls = number("answered")
            tokens = number("tokens_in") + number("tokens_out")
            s = latency / 1000
            bound = most(s, calls * s / n)
            if (rpm > 0)
                bound = most(bound, s + (calls - rpm * bucket / 60) * 60 / rpm)
            if (tpm > 0)
                bound = most(bound, s + (tokens - tpm * bucket / 60) * 60 / tpm)
            sub(/}$/, sprintf(",\"check_s\":%.4f}", bound))
            print
        }' "$memory/line" >>"$samples"
}

faults='--fault 500:0.02 --fault 503:0.01 --fault drop:0.01 --fault cut=300:0.01 --retry-seconds -1'
bucket=2
rpm=6000

walls() {
    # Latencies that differ: equal ones keep all calls in step, so that CPU work and waiting
    # never overlap, which no real server does. The second run shows that case.
    serve --latency uniform:800-1200
    wall api-wall-latency 200 8000 1000 0 0 0
    stop
    serve --latency 200
    wall api-wall-step 200 4000 200 0 0 0
    # What a call costs in tokens, as the server counts.
    a_call=$(sed -n 's/.*"tokens_in":\([0-9]*\),"tokens_out":\([0-9]*\).*/\1 \2/p' \
        "$memory/line" | awk '{ print ($1 + $2) / 4000 }')
    stop
    serve --latency uniform:800-1200 $faults
    wall api-wall-latency-faults 200 8000 1000 0 0 0
    stop
    # As many calls as fill the bucket once and refill it for so many seconds.
    count=$(((seconds + bucket) * rpm / 60))
    [ "$count" -le "$all" ] || die "--seconds: at most $((all * 60 / rpm - bucket))"
    tpm=$(awk -v a="$a_call" -v rpm="$rpm" 'BEGIN { printf "%d", a * rpm }')
    for what in rpm tpm; do
        eval limit=\$$what
        r=$rpm t=0 flag=-r
        [ $what = rpm ] || r=0 t=$tpm flag=-m
        serve --latency 300 --$what "$limit" --bucket-seconds $bucket --rate-headers none
        wall "api-wall-$what-given" 1000 "$count" 300 "$r" "$t" $bucket $flag "$limit"
        stop
        serve --latency 300 --$what "$limit" --bucket-seconds $bucket
        wall "api-wall-$what-announced" 1000 "$count" 300 "$r" "$t" $bucket
        stop
        serve --latency 300 --$what "$limit" --bucket-seconds $bucket --rate-headers none
        wall "api-wall-$what-unknown" 1000 "$count" 300 "$r" "$t" $bucket
        stop
        serve --latency 300 --$what "$limit" --bucket-seconds $bucket $faults
        wall "api-wall-$what-faults" 1000 "$count" 300 "$r" "$t" $bucket
        stop
    done
}

wants walls && walls

# ---- the small case, and memory ---------------------------------------------------------

small() {
    serve --latency 200
    rep=1
    while [ "$rep" -le "$reps" ]; do
        adjust api-small 200 200
        rep=$((rep + 1))
    done
    stop
    say "peak memory with 1000 in flight"
    serve --latency 200
    adjust api-rss-1000 1000 1000 -c
    adjust api-rss-10000 1000 10000 -c
    stop
}

wants small && small

if $table; then
    load=$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo 0)
    awk -v load="$load" -v cpus="$(getconf _NPROCESSORS_ONLN)" -f "$here/report_api.awk" \
        -f "$here/report.awk" "$samples"
fi
