#!/bin/sh
# Interrupts while calls are under way: those sent finish and are kept, waits end at once, a
# rerun pays for the rest alone; a second signal ends it now.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

cvs in 60

# interrupt SIGNALS LINES TARGET N [OPTIONS...]: after so many lines; leaves stdout, $status.
interrupt() {
    signals=$1 lines=$2 target=$3 n=$4
    shift 4
    "$CVX_TOOLS/drive" -o stdout -k "$lines" -s "$signals" -t $limit "$CVX_BIN" \
        --parallel source=in n="$n" --adjust name=openai-job-specific "$POSTING" \
        --target "$target" --log-failed failed --summary-json summary.json "$@" 2>stderr
    status=$?
}

# check_stopped NAME TARGET WHAT: lines, summary, list, outputs and kept answers agree
check_stopped() {
    done_count=$(grep -c '^✅ \[' stdout)
    rest=$((60 - done_count))
    has_line stdout "Completed: $done_count/60 files succeeded ($done_count full, 0 partial), 0 failed, $rest not done" \
        "$3: summary"
    is_empty stderr "$3: stderr"
    equal "$(line_count failed)" "$rest" "$3: the list"
    equal "$(count_files "$2/adjusted_structured_data")" "$done_count" "$3: outputs"
    equal "$(sed -n 's/.*"not_done": \([0-9]*\).*/\1/p' summary.json)" "$rest" "$3: not done"
    no_leftovers "$2" "$3"
    if [ "$rest" -gt 10 ] && [ "$done_count" -gt 0 ]; then pass; else
        fail "$3: $rest of 60 not done" stdout
    fi
}

# ---- once: what was sent finishes -------------------------------------------------------

for signal in INT TERM; do
    name=once_$signal
    fake_start "$name" --latency 100
    interrupt $signal 4 "out-$signal" 6
    is_status $((128 + $([ $signal = INT ] && echo 2 || echo 15))) "SIG$signal"
    check_stopped "$name" "out-$signal" "SIG$signal"
    # Every call that was sent was answered, its answer kept, its file done.
    equal "$(counted "$name" requests)" "$done_count" "SIG$signal: calls sent"
    equal "$(logged "$name" '"status":200')" "$done_count" "SIG$signal: calls answered"
    equal "$(count_files "out-$signal/.cvextract/responses" '*')" "$done_count" "SIG$signal: kept"
    cvx --parallel source=in n=6 --adjust name=openai-job-specific "$POSTING" \
        --target "out-$signal" --rerun-failed failed
    is_status 0 "the rest, after SIG$signal"
    equal "$(counted "$name" requests)" 60 "the rest, after SIG$signal: requests"
    equal "$(counted "$name" distinct_bodies)" 60 "the rest, after SIG$signal: none twice"
    all_adjusted in "out-$signal" "the rest, after SIG$signal"
    fake_stop "$name"
done

# In the middle of a chain: an answer that is kept is not asked for again.
fake_start chain --latency 100
"$CVX_TOOLS/drive" -o stdout -k 4 -s INT -t $limit "$CVX_BIN" --parallel source=in n=6 \
    --adjust name=openai-job-specific "$POSTING" --adjust name=openai-translate language=de \
    --target out-chain --log-failed failed 2>stderr
status=$?
is_status 130 "SIGINT in a chain"
sent=$(counted chain requests)
equal "$(count_files out-chain/.cvextract/responses '*')" "$sent" "SIGINT in a chain: kept"
cvx --parallel source=in n=6 --adjust name=openai-job-specific "$POSTING" \
    --adjust name=openai-translate language=de --target out-chain
is_status 0 "after SIGINT in a chain"
# Translations are the same for all: names are protected, and they are all that differs.
equal "$(counted chain requests)" 61 "after SIGINT in a chain: requests"
equal "$(counted chain repeated_bodies)" 0 "after SIGINT in a chain: none twice"
all_adjusted in out-chain "after SIGINT in a chain"
fake_stop chain

# ---- waits end at once ------------------------------------------------------------------

# For quota: it would take a minute each. The limit on the test's time is what shows it.
limit=40
fake_start quota
interrupt INT 3 out-quota 60 --openai rpm=2 burst=60
is_status 130 "SIGINT while waiting for quota"
check_stopped quota out-quota "SIGINT while waiting for quota"
equal "$(counted quota requests)" "$done_count" "SIGINT while waiting for quota: requests"
fake_stop quota

# For a pause that the server asked for.
fake_start pause --fault 429:after5 --retry-seconds 100
interrupt INT 4 out-pause 3
is_status 130 "SIGINT in a pause"
check_stopped pause out-pause "SIGINT in a pause"
fake_stop pause

# In backoff: the server asks for 100 s.
fake_start backoff --fault 500:after5
interrupt INT 4 out-backoff 3 --openai retries=1000 deadline=0
is_status 130 "SIGINT in backoff"
check_stopped backoff out-backoff "SIGINT in backoff"
fake_stop backoff

# ---- twice: now -------------------------------------------------------------------------

fake_start twice --fault hang=100:after5
interrupt INT,INT 4 out-twice 3
is_status 130 "SIGINT twice"
check_stopped twice out-twice "SIGINT twice"
fake_stop twice

# --grace: what was sent may take so long and no longer.
fake_start grace --fault hang=100:after5
interrupt INT 4 out-grace 3 --grace 1
is_status 130 "--grace 1"
check_stopped grace out-grace "--grace 1"
fake_stop grace

finish
