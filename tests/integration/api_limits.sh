#!/bin/sh
# Limits of the server: none is run into when they are known, at most one episode until they
# are. Caps of the user, and the dry run. Counts alone: how fast it goes is the bench's affair.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

cvs in 60
cvs many 130
cvs few 16

# in_limits IN WHAT [OPTIONS...]: all at once, against the server started last; all are done
in_limits() {
    source=$1 what=$2 server_now=$server
    shift 2
    total=$(find "$source" -type f | wc -l | tr -d ' ')
    adjust "$source" "out-$server_now" "$total" "$@"
    is_status 0 "$what"
    completed "$total" "$total" "$what"
    equal "$(counted "$server_now" limited)" "$(summed limited)" "$what: 429 answers counted"
    equal "$(logged "$server_now" '"status":200')" "$total" "$what: answers"
    equal "$(summed all)" "$(counted "$server_now" requests)" "$what: sends"
}

no_429() { equal "$(counted "$server_now" limited)" 0 "$what: 429 answers"; }
one_episode() {
    if [ "$(summed limited_episodes)" -le 1 ]; then pass; else
        fail "$what: $(summed limited_episodes) episodes, $(summed limited) answers of 429" stdout
    fi
}

# ---- requests a minute ------------------------------------------------------------------

# Announced; the server's bucket holds one second's worth.
fake_start announced --rpm 1200 --bucket-seconds 1
in_limits in "rpm announced"
no_429
equal "$(summed requests_per_minute)" 1200.0 "rpm announced: learnt"
fake_stop announced

# Given, and nothing announced.
fake_start given --rpm 1200 --bucket-seconds 1 --rate-headers none
in_limits in "rpm given" --openai rpm=1200
no_429
fake_stop given

# Known from the headers alone: a bucket of a minute, a few more calls than it holds.
fake_start headers --rpm 124
in_limits many "rpm from headers"
no_429
equal "$(summed requests_per_minute)" 124.0 "rpm from headers: learnt"
fake_stop headers

# Other servers' headers.
for form in azure litellm; do
    fake_start "form_$form" --rpm 1200 --bucket-seconds 1 --rate-headers $form
    in_limits few "headers as of $form"
    one_episode
    fake_stop "form_$form"
done
# Headers that say nothing: as if there were none.
for form in negative zero garbage; do
    fake_start "form_$form" --rate-headers $form
    in_limits few "headers $form"
    no_429
    fake_stop "form_$form"
done

# Not known: once it is run into, then it is known.
fake_start unknown --rpm 1200 --bucket-seconds 1 --rate-headers none
in_limits in "rpm unknown"
if [ "$(counted unknown limited)" -gt 0 ]; then pass; else fail "rpm unknown: no 429 came"; fi
one_episode
fake_stop unknown

# Fixed windows of a second.
fake_start window --rpm 1200 --bucket-seconds 1 --limit-kind window
in_limits in "fixed windows"
one_episode
fake_stop window

# Each form of Retry-After is understood: none of the calls is lost.
for form in none fraction ms both date; do
    word=$(echo "$form" | tr -d ':')
    fake_start "after_$word" --fault 429:first4 --retry-after "$form" --retry-seconds 0.2
    in_limits few "Retry-After: $form"
    equal "$(summed limited)" 4 "Retry-After: $form: 429 answers"
    equal "$(summed status)" 0 "Retry-After: $form: no retry of ours"
    fake_stop "after_$word"
done

# Longer than max-wait=: the call fails, and says so.
fake_start long --fault 429:all --retry-seconds 300
adjust few out-long 1 --openai max-wait=20
is_status 1 "a wait over max-wait="
equal "$(grep -c '^❌ .*the server asks to wait 300 s, over max-wait=20' stdout)" 16 "a wait over max-wait="
fake_stop long

# ---- tokens a minute --------------------------------------------------------------------

fake_start tokens --tpm 1800000 --bucket-seconds 1
in_limits few "tpm announced"
no_429
equal "$(summed tokens_per_minute)" 1800000.0 "tpm announced: learnt"
fake_stop tokens
fake_start tokens_unknown --tpm 1800000 --bucket-seconds 1 --rate-headers none
in_limits few "tpm unknown"
one_episode
fake_stop tokens_unknown

# ---- concurrency ------------------------------------------------------------------------

fake_start three --latency 20
in_limits in "concurrency=3" --openai concurrency=3
equal "$(counted three max_in_flight)" 3 "concurrency=3: most at once"
fake_stop three
fake_start wide --latency 700
adjust many out-wide 60
is_status 0 "n=60"
equal "$(counted wide max_in_flight)" 60 "n=60: most at once"
fake_stop wide

# ---- caps -------------------------------------------------------------------------------

capped() { # capped WHAT, of the last run
    is_status 4 "$1"
    equal "$(grep -c '^Stopped calling the API: max-' stdout)" 1 "$1: said once"
    has stdout "Stopped calling the API: $1" "$1"
    equal "$(counted caps requests)" "$(($(summed answered) + before))" "$1: requests"
    equal "$(count_files "$target")" "$(summed answered)" "$1: outputs"
    equal "$(line_count failed)" $((60 - $(summed answered))) "$1: the list"
    if [ "$(summed answered)" -gt 0 ]; then pass; else fail "$1: nothing was done" stdout; fi
}
fake_start caps
before=0
adjust in out-capped 8 --openai max-tokens-total=60000 --log-failed failed
capped "max-tokens-total=60000"
if [ $(($(summed in) + $(summed out))) -le 60000 ]; then pass; else
    fail "max-tokens-total=60000: $(summed in) in, $(summed out) out" stdout
fi
# The rest later; what was answered is not paid for again.
adjust in out-capped 8 --rerun-failed failed
is_status 0 "after max-tokens-total="
equal "$(counted caps requests)" 60 "after max-tokens-total=: requests"
all_adjusted in out-capped "after max-tokens-total="
before=60
adjust in out-cost 8 --openai max-cost=0.09 price-in=1 price-out=3 --log-failed failed
capped "max-cost=0.09"
if awk "BEGIN { exit !($(summed cost) > 0 && $(summed cost) <= 0.09) }"; then pass; else
    fail "max-cost=0.09: $(summed cost) spent" stdout
fi
has stdout "; cost 0.0" "max-cost=: the cost is told"
# A cap that one call would break: nothing is sent at all.
before=$(counted caps requests)
adjust in out-none 8 --openai max-tokens-total=100
is_status 4 "max-tokens-total=100"
equal "$(counted caps requests)" "$before" "max-tokens-total=100: requests"
equal "$(count_files out-none)" 0 "max-tokens-total=100: outputs"
adjust in out-none 8 --openai max-cost=1
refused 2 "max-cost= without prices"
fake_stop caps

# ---- the dry run ------------------------------------------------------------------------

fake_start dry
dry() {
    cvx --parallel source="$EXAMPLES/cvs" n=4 --extract \
        --adjust name=openai-company-research "customer-url=http://127.0.0.1:$port/pages/" \
        --adjust name=openai-job-specific "job-url=http://127.0.0.1:$port/pages/job" \
        --target "$@"
}
dry out-dry --dry-run --log-file dry.log --summary-json summary.json
is_status 0 "--dry-run"
equal "$(counted dry requests)" 0 "--dry-run: requests"
equal "$(counted dry pages)" 0 "--dry-run: pages"
equal "$(counted dry connections)" 3 "--dry-run: connections, ours for the counters aside"
absent out-dry "--dry-run"
exists dry.log "--dry-run: a file that was named"
equal "$(grep -c '^Dry run: 12 files would make 25 calls, about [0-9]* tokens in and [0-9]* out (assumed: .*); nothing was sent or written$' stdout)" \
    1 "--dry-run: the estimate"
equal "$(sed -n '/"estimate"/,/}/s/.*"shared_calls": \([0-9]*\).*/\1/p' summary.json)" 1 \
    "--dry-run: shared calls"
equal "$(sed -n '/"estimate"/,/}/s/.*"calls": \([0-9]*\).*/\1/p' summary.json | head -n 1)" 24 \
    "--dry-run: calls"
said=$(sed -n 's/^Dry run: .* about \([0-9]*\) tokens in .*/\1/p' stdout)
# The estimate is one: half to three times of what is then paid.
dry out-real --summary-json summary.json
is_status 0 "the run after it"
equal "$(counted dry requests)" 25 "the run after it: requests"
if [ "$said" -gt $(($(summed in) / 2)) ] && [ "$said" -lt $(($(summed in) * 3)) ]; then pass; else
    fail "--dry-run: about $said tokens in, really $(summed in)"
fi
# It needs no key, no server, and leaves a target that is there alone.
manifest out-real >want.manifest
(
    unset OPENAI_API_KEY
    OPENAI_BASE_URL=https://api.openai.com/v1
    dry out-real --dry-run
    printf '%s' "$status" >dry.status
)
equal "$(cat dry.status)" 0 "--dry-run without a key"
manifest out-real >got.manifest
same got.manifest want.manifest "--dry-run over a target"
equal "$(counted dry requests)" 25 "--dry-run over a target: requests"
fake_stop dry

finish
