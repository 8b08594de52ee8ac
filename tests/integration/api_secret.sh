#!/bin/sh
# The key is nowhere: not on the console, in a log, a summary, a list, nor in any file below
# the target, over HTTP/1.1 and HTTP/2, and when a server sends it back. What --debug-external
# shows at each verbosity, and whose block it is in.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"
command -v openssl >/dev/null || skip "openssl is missing: it makes the certificates"

cvs in 12
encoded=$(printf '%s' "$SECRET" | base64 | cut -c 1-36)

# Nowhere below the scratch folder, which holds all that was said and written.
no_secret() { # no_secret WHAT
    grep -rlaF -e "$SECRET" -e "$encoded" -e urlsecret "$work" >found
    is_empty found "$1: the key"
}
# The search finds what there is.
printf 'x%sx' "$SECRET" >planted
grep -rlaF -e "$SECRET" "$work" >found
equal "$(cat found)" "$work/planted" "the search"
rm planted

# A chain with pages and research, with every way of being shown, and what goes wrong with it.
talk() { # talk TARGET [OPTIONS...]
    target=$1
    shift
    cvx --parallel source=in n=4 \
        --adjust name=openai-company-research "customer-url=http://127.0.0.1:$port/pages/" \
        --adjust name=openai-job-specific "job-url=http://127.0.0.1:$port/pages/job" \
        --target "$target" --debug --debug-external --log-file "$target.log" \
        --summary-json summary.json --log-failed failed "$@"
}

set -- --fault echokey:first2 --fault echokey:~Raman-003 --fault 429:at6 --fault cut:at8 \
    --fault reset:at9 --retry-seconds 0.1 --key "$SECRET"
fake_start plain "$@"
talk out-plain --openai http1.1 retries=2
is_status 0 "HTTP/1.1"
has stdout "HTTP/1.1" "HTTP/1.1: shown"
has stdout "Authorization: [redacted]" "HTTP/1.1: the header, without its value"
has stdout "request body" "HTTP/1.1: bodies"
equal "$(grep -c '^❌ .*cv003.json .*upstream refused' stdout)" 1 "HTTP/1.1: the key sent back"
has out-plain.log "request body" "HTTP/1.1: the log file"
no_secret "HTTP/1.1"
equal "$(counted plain page_keys)" 0 "HTTP/1.1: pages asked for with the key"
fake_stop plain

# A password in the base URL is one as well.
fake_start login
OPENAI_BASE_URL=http://urluser:urlsecret@127.0.0.1:$port/v1
talk out-login
is_status 0 "a URL with a password"
no_secret "a URL with a password"
fake_stop login

# Where nothing is answered, and where the key is refused.
OPENAI_BASE_URL=http://urluser:urlsecret@127.0.0.1:$port/v1
talk out-nobody --openai retries=0
is_status 1 "nobody there"
no_secret "nobody there"
fake_start wrong --key sk-another
talk out-wrong
is_status 5 "a wrong key"
no_secret "a wrong key"
fake_stop wrong
OPENAI_API_KEY="$SECRET
" cvx --parallel source=in n=4 --adjust name=openai-translate language=de --target none --debug
refused 2 "a key with a line end"
no_secret "a key with a line end"

# ---- what is shown, and where -----------------------------------------------------------

fake_start shown --rpm 6000
adjust in out-minimal 6 --debug-external
is_status 0 "minimal"
equal "$(grep -vc '^✅ \[\|^Processing\|^====\|^Completed\|^API: \|^Tokens: \|^Waits' stdout)" 0 \
    "minimal: nothing of the exchanges"
adjust in out-verbose 6 --debug-external --verbosity verbose
equal "$(grep -c '^INFO: POST .*chat/completions (' stdout)" 12 "verbose: requests"
equal "$(grep -c '^INFO: POST .*chat/completions -> 200, .* ms, .*request id req_' stdout)" 12 \
    "verbose: answers"
equal "$(grep -c '^INFO: tokens: [0-9]* in .* [0-9]* out' stdout)" 12 "verbose: tokens"
equal "$(grep -c '^INFO: attempt 1: requests left: [0-9]* of 6000, ' stdout)" 12 \
    "verbose: what is left of the limit"
has_not stdout "DEBUG" "verbose: no details"
has_not stdout "request body" "verbose: no bodies"
adjust in out-debug 6 --debug
is_status 0 "debug without --debug-external"
has_not stdout "chat/completions" "debug without --debug-external: no exchange"
has_not stdout "HTTP/1.1" "debug without --debug-external: no exchange"
# Off or on, the outputs are the same.
manifest out-minimal/adjusted_structured_data >want.manifest
for one in verbose debug; do
    manifest out-$one/adjusted_structured_data >got.manifest
    same got.manifest want.manifest "$one: outputs"
done
adjust in out-all 6 --debug --debug-external
equal "$(grep -c '^DEBUG: request body, ' stdout)" 12 "debug: request bodies"
equal "$(grep -c '^DEBUG: answer body, \|^DEBUG: response body, \|^DEBUG: body of the answer' stdout)" 12 \
    "debug: bodies of answers"
equal "$(awk 'length($0) > 16000' stdout | wc -l)" 0 "debug: bodies are cut"
# Grouped: between two result lines there is one exchange, that of the second.
awk '/^INFO: POST .* \(/ { posts++ } /^✅ \[/ { if (posts != 1) print posts " in " $0; posts = 0 }' \
    stdout >strangers
is_empty strangers "debug: one exchange in each block"
no_secret "shown"
fake_stop shown

# ---- HTTP/2 -----------------------------------------------------------------------------

set -- --fault echokey:first2 --fault echokey:~Raman-003 --fault 429:at6 --retry-seconds 0.1 \
    --key "$SECRET"
fake_start two "$@"
front_start
talk out-two --openai ca=ca.pem retries=2
is_status 0 "HTTP/2"
has stdout "HTTP/2" "HTTP/2: shown"
has stdout "using HTTP/2" "HTTP/2: what libcurl says"
has stdout "authorization: [redacted]" "HTTP/2: the header, without its value"
equal "$(grep -c '^❌ .*cv003.json .*upstream refused' stdout)" 1 "HTTP/2: the key sent back"
no_secret "HTTP/2"
has front.access ' HTTP/2"' "HTTP/2: spoken"
front_stop
fake_stop two

finish
