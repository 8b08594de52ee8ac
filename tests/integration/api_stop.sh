#!/bin/sh
# What would fail every call ends the API side at the first such answer: nothing more is sent,
# the reason is said once, the status tells which; a later run pays for the rest alone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"
command -v openssl >/dev/null || skip "openssl is missing: it makes the certificates"

cvs in 40

# stopped STATUS KIND REASON WHAT, of the last run: said once, in the summary as well
stopped() {
    is_status "$1" "$4"
    equal "$(grep -c '^Stopped calling the API: ' stdout)" 1 "$4: said once"
    equal "$(grep -c "^Stopped calling the API: .*$3" stdout)" 1 "$4: the reason $3"
    equal "$(sed -n '/"api_stopped": {/,/}/s/.*"kind": "\(.*\)",/\1/p' summary.json)" "$2" \
        "$4: summary"
    equal "$(summed exit_status)" "$1" "$4: exit status in the summary"
    is_empty stderr "$4: stderr"
}

# ---- the quota, in the middle -----------------------------------------------------------

for word in quota credit spend usage-limit; do
    fake_start "$(echo $word | tr -d -)" --fault "$word:after10"
    name=$server
    rm -rf out
    adjust in out 1 --log-failed failed
    stopped 4 quota 'quota is exhausted' "$word"
    completed 10 40 "$word"
    equal "$(counted "$name" requests)" 11 "$word: requests"
    equal "$(summed all)" 11 "$word: sends"
    counters_run stdout 40 "$word"
    equal "$(grep -c '^❌ .* A:❌·➖ .* | errors: adjust: openai-job-specific: the quota' stdout)" 30 "$word: lines"
    equal "$(line_count failed)" 30 "$word: the list"
    equal "$(count_files out)" 10 "$word: outputs"
    fake_stop "$name"
done

# The rest, from the list: what was answered is not asked again.
fake_start rest --port "$port"
adjust in out 8 --rerun-failed failed --log-failed failed
is_status 0 "the rest, from the list"
counters_run stdout 30 "the rest, from the list"
equal "$(counted rest requests)" 30 "the rest, from the list: requests"
is_empty failed "the rest, from the list: the list"
all_adjusted in out "the rest, from the list"
# And all of it: from the answers kept.
adjust in out 8
is_status 0 "all, again"
equal "$(counted rest requests)" 30 "all, again: requests"
fake_stop rest

# Many in flight: those finish, and no other is sent after the first refusal.
fake_start many --fault quota:after10 --latency 50
adjust in out-many 8 --log-failed failed
stopped 4 quota 'quota is exhausted' "quota, 8 in flight"
asked=$(counted many requests)
if [ "$asked" -ge 11 ] && [ "$asked" -le 18 ]; then pass; else
    fail "quota, 8 in flight: $asked requests, with 8 at most under way" stdout
fi
equal "$(logged many '"status":200')" 10 "quota, 8 in flight: answers"
completed 10 40 "quota, 8 in flight"
fake_stop many
fake_start more --port "$port"
adjust in out-many 8
is_status 0 "after the quota, 8 in flight"
equal "$(counted more requests)" 30 "after the quota, 8 in flight: requests"
all_adjusted in out-many "after the quota, 8 in flight"
fake_stop more

# ---- refused from the first on ----------------------------------------------------------

fake_start wrong --key sk-another
adjust in out-wrong 8 --log-failed failed
stopped 5 denied 'refused the key' "a wrong key"
completed 0 40 "a wrong key"
equal "$(counted wrong requests)" 1 "a wrong key: requests"
equal "$(line_count failed)" 40 "a wrong key: the list"
# Neither what files do nor --fail-on makes less of it.
adjust in out-wrong 8 --fail-on never
stopped 5 denied 'refused the key' "a wrong key, --fail-on never"

# What needs no API goes on: extraction beside the adjuster, the next extractor of a list.
cvx --parallel source="$EXAMPLES/cvs" n=4 --extract --adjust name=openai-translate \
    language=de --target out-beside --summary-json summary.json
stopped 5 denied 'refused the key' "beside an extraction"
equal "$(counted wrong requests)" 3 "beside an extraction: requests"
mkdir golden && cp -r "$EXAMPLES/expected/." golden && rm golden/status.tsv
manifest golden >golden.manifest
manifest out-beside/structured_data >got.manifest
same got.manifest golden.manifest "beside an extraction: what was extracted"
equal "$(count_files out-beside/adjusted_structured_data)" 0 "beside an extraction: adjusted"
cvx --parallel source="$EXAMPLES/cvs" n=4 \
    --extract name=openai-extractor,default-docx-cv-extractor --target out-list \
    --summary-json summary.json
stopped 5 denied 'refused the key' "the first of two extractors"
has_line stdout "Completed: 12/12 files succeeded (9 full, 3 partial), 0 failed" \
    "the first of two extractors"
manifest out-list/structured_data >got.manifest
same got.manifest golden.manifest "the first of two extractors"
equal "$(counted wrong requests)" 4 "the first of two extractors: requests"
fake_stop wrong

fake_start model
OPENAI_MODEL=gpt-invented adjust in out-model 8
stopped 5 denied 'knows no such model' "an unknown model"
equal "$(counted model requests)" 1 "an unknown model: requests"
OPENAI_BASE_URL=http://127.0.0.1:$port/pages
adjust in out-address 8
stopped 5 denied 'nothing at this address' "a wrong address"
fake_stop model

for code in 401 403 402; do
    fake_start "code$code" --fault "$code:all"
    adjust in out-status 8
    case $code in
    402) stopped 4 quota 'quota is exhausted' "status $code" ;;
    401) stopped 5 denied 'refused the key' "status $code" ;;
    403) stopped 5 denied 'refused access' "status $code" ;;
    esac
    equal "$(counted "code$code" requests)" 1 "status $code: requests"
    fake_stop "code$code"
done

# ---- no server --------------------------------------------------------------------------

# The port was somebody's a moment ago and is nobody's now.
OPENAI_BASE_URL=http://127.0.0.1:$port/v1
adjust in out-nobody 8 --openai retries=1 --log-failed failed
stopped 1 io 'connection refused' "nobody there"
completed 0 40 "nobody there"
equal "$(line_count failed)" 40 "nobody there: the list"
equal "$(summed answered)" 0 "nobody there: answered"

# ---- a certificate that nobody vouches for ----------------------------------------------

certificate self
fake_start tls --tls self.pem self.key
adjust in out-tls 8
stopped 5 denied 'self-signed certificate' "self-signed"
equal "$(counted tls requests)" 0 "self-signed: requests"
# A certificate for another name.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=other -addext subjectAltName=DNS:other.invalid -keyout other.key -out other.pem \
    >openssl.out 2>&1
fake_start name --tls other.pem other.key
adjust in out-tls 8 --openai ca=other.pem
stopped 5 denied 'TLS with 127.0.0.1' "a certificate for another name"
equal "$(counted name requests)" 0 "a certificate for another name: requests"
fake_stop tls
fake_stop name

# ---- known before any work: a usage error -----------------------------------------------

before_work() { # before_work TEXT WHAT
    refused 2 "$2"
    has stderr "$1" "$2"
    absent out-none "$2"
}
adjust_none() { cvx --parallel source=in n=8 --adjust name=openai-translate language=de --target out-none "$@"; }
unset OPENAI_API_KEY
OPENAI_BASE_URL=https://api.openai.com/v1
adjust_none
before_work OPENAI_API_KEY "no key"
unset OPENAI_BASE_URL
adjust_none
before_work OPENAI_API_KEY "no key, no base URL"
export AZURE_OPENAI_ENDPOINT=https://example.openai.azure.com
adjust_none
before_work AZURE_OPENAI_API_KEY "no key for Azure"
unset AZURE_OPENAI_ENDPOINT
export OPENAI_BASE_URL=ftp://127.0.0.1/v1
adjust_none
before_work OPENAI_BASE_URL "a URL of another scheme"
export OPENAI_BASE_URL=https://127.0.0.1:1/v1
adjust_none --openai ca=missing.pem
before_work missing.pem "certificates that are not there"
# Another server may be used without a key.
fake_start open
unset OPENAI_API_KEY
adjust in out-open 8
equal "$(counted open key_missing)" 1 "without a key: the header"
stopped 5 denied 'refused the key' "without a key"
fake_stop open

finish
