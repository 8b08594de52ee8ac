#!/bin/sh
# Where calls go and what is told of it; --dry-run, --summary-json, exit statuses 4 and 5; and
# the key is nowhere.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

cvs in 12

nowhere() { # nowhere TARGET WHAT: the key, in whatever was said or written
    if grep -rqF -e "$SECRET" stdout stderr summary.json run.log "$1" 2>/dev/null; then
        fail "$2: the key is shown"
    else pass; fi
}

# ---- which server -----------------------------------------------------------------------

fake_start main --key "$SECRET"
export OPENAI_BASE_URL="http://127.0.0.1:$port/v1/"
adjust in out 4 --verbosity verbose --log-file run.log --openai rpm=60000
is_status 0 "verbose"
is_empty stderr "verbose: stderr"
said="API calls go to http://127.0.0.1:$port/v1 (OPENAI_BASE_URL), with the key of OPENAI_API_KEY"
equal "$(head -n 1 stdout)" "INFO: $said" "verbose: first line"
has run.log "| INFO | - | $said" "verbose: log file"
has stdout "API: 12 calls, 12 sends; bound " "verbose: figures"
has run.log "API: 12 calls, 12 sends; bound " "verbose: figures in the log file"
equal "$(summed exit_status)" 0 "summary: status"
equal "$(summed asked)" 12 "summary: calls"
equal "$(summed requests_per_minute)" 60000.0 "summary: rpm="
nowhere out "verbose"

# At minimal nothing of it; of a second run all answers are there already.
cvx --parallel source=in n=4 --adjust name=openai-job-specific "$POSTING" --target out \
    --summary-json -
is_status 0 "summary on stdout"
equal "$(head -n 1 stdout)" "{" "summary on stdout: begins"
equal "$(tail -n 1 stdout)" "}" "summary on stdout: ends"
equal "$(head -n 1 stderr)" "Processing 12 files matching '*.json' with 4 parallel workers" \
    "summary on stdout: lines on stderr"
has stderr "API: 12 calls (12 from the cache), 0 sends" "answers kept"
has_not stderr "API calls go to" "minimal"
equal "$(counted main adjust)" 12 "calls that the server saw"

# ---- nothing is sent, nothing written ---------------------------------------------------

(
    unset OPENAI_API_KEY OPENAI_BASE_URL
    adjust in dry 4 --dry-run --verbosity verbose --log-failed failed.txt
    is_status 0 "--dry-run"
    is_empty stderr "--dry-run: stderr"
    absent dry "--dry-run"
    has stdout "Dry run: 12 files would make 12 calls, about " "--dry-run"
    has stdout "INFO: API calls go to https://api.openai.com/v1 (OpenAI's own), without a key" \
        "--dry-run"
    exists failed.txt "--dry-run: --log-failed"
    equal "$(summed api)" null "--dry-run: no figures"
    equal "$(summed shared_calls)" 0 "--dry-run: estimate"
    exit "$failures"
) || failures=$((failures + $?))

# A key that would cross the network in the clear: a warning, once, at any verbosity.
OPENAI_BASE_URL=http://me:hush@models.invalid/v1 adjust in dry 4 --dry-run --log-file run.log
is_status 0 "plain http"
warning="OPENAI_API_KEY goes to models.invalid unencrypted: use https:// if that server has it"
equal "$(cat stderr)" "cvextract: warning: $warning" "plain http: stderr"
has run.log "| WARNING | - | $warning" "plain http: log file"
OPENAI_BASE_URL=http://me:hush@models.invalid/v1 adjust in dry 4 --dry-run --verbosity verbose
is_empty stderr "plain http, verbose: stderr"
has_line stdout "WARNING: $warning" "plain http, verbose"
has_not stdout hush "plain http, verbose"
has_not run.log hush "plain http"

# ---- the API side stops -----------------------------------------------------------------

stops() { # stops STATUS KIND REASON OPTIONS-OF-THE-SERVER
    fake_start "stop$1" $4
    adjust in "stop$1" 4 --log-file run.log
    is_status "$1" "$2"
    has stdout "Stopped calling the API: $3" "$2"
    equal "$(grep -c 'Stopped calling' stdout)" 1 "$2: how often it is said"
    has run.log "| ERROR | - | Stopped calling the API: $3" "$2: log file"
    equal "$(summed exit_status)" "$1" "$2: summary"
    equal "$(summed kind)" "\"$2\"" "$2: summary"
    nowhere "stop$1" "$2"
}

stops 5 denied "the server refused the key" "--key another"
stops 4 quota "the quota is exhausted" "--fault quota:all"

# A cap of the user's own: what is within it is done, the rest is left.
fake_start cap
adjust in cap 1 --openai max-tokens-total=30000
is_status 4 "a cap"
has stdout "Stopped calling the API: max-tokens-total=30000 reached" "a cap"
equal "$(summed exit_status)" 4 "a cap: summary"
if [ "$(count_files cap/adjusted_structured_data)" -gt 0 ]; then pass; else
    fail "a cap: nothing was done within it" stdout
fi

# ---- an interrupt -----------------------------------------------------------------------

fake_start slow --latency const:20000
"$CVX_BIN" --parallel source=in n=4 --adjust name=openai-job-specific "$POSTING" \
    --target slow --summary-json summary.json --grace 0 --openai rpm=60000 \
    >stdout 2>stderr &
program=$!
tries=0
until [ "$(counted slow in_flight)" -ge 4 ] || [ $tries -ge 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
kill -INT $program
wait $program
equal $? 130 "an interrupt"
equal "$(summed exit_status)" 130 "an interrupt: summary"
equal "$(summed stopped)" true "an interrupt: summary"

finish
