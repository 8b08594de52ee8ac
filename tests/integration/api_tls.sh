#!/bin/sh
# TLS and HTTP/2: certificates of an authority of one's own, and connections that go away
# under many calls.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"
command -v openssl >/dev/null || skip "openssl is missing: it makes the certificates"

cvs in 60
cvs few 8
certificate ca
certificate front ca
certificate self

# ---- whom to trust ----------------------------------------------------------------------

trusted() { # trusted WHAT [OPTIONS...]
    what=$1
    shift
    rm -rf out-trust
    before=$(counted tls requests)
    adjust few out-trust 4 "$@"
    is_status 0 "$what"
    completed 8 8 "$what"
    equal "$(counted tls requests)" $((before + 8)) "$what: requests"
}
refused_tls() { # refused_tls WHAT [OPTIONS...]
    what=$1
    shift
    before=$(counted tls requests)
    adjust few out-refused 4 "$@"
    is_status 5 "$what"
    equal "$(grep -c '^Stopped calling the API: TLS with 127.0.0.1' stdout)" 1 "$what: said once"
    equal "$(counted tls requests)" "$before" "$what: requests"
    equal "$(count_files out-refused)" 0 "$what: outputs"
}
fake_start tls --tls front.pem front.key
refused_tls "an authority that nobody knows"
trusted "ca=" --openai ca=ca.pem
CURL_CA_BUNDLE=$work/ca.pem
export CURL_CA_BUNDLE
trusted "CURL_CA_BUNDLE"
# ca= wins.
refused_tls "ca= of another, against CURL_CA_BUNDLE" --openai ca=self.pem
unset CURL_CA_BUNDLE
export SSL_CERT_FILE="$work/ca.pem"
trusted "SSL_CERT_FILE"
unset SSL_CERT_FILE
mkdir folder && cp ca.pem folder && openssl rehash folder
export SSL_CERT_DIR="$work/folder"
trusted "SSL_CERT_DIR"
unset SSL_CERT_DIR
trusted "ca= with a folder" --openai "ca=$work/folder"
printf 'no certificate' >broken.pem
adjust few out-refused 4 --openai ca=broken.pem
if [ "$status" = 5 ] || [ "$status" = 2 ]; then pass; else
    fail "certificates that are none: exit status $status" stdout stderr
fi
fake_stop tls

fake_start itself --tls self.pem self.key
adjust few out-self 4 --openai ca=ca.pem
is_status 5 "self-signed"
equal "$(counted itself requests)" 0 "self-signed: requests"
# Trusted by name it is as good as any.
adjust few out-self 4 --openai ca=self.pem
is_status 0 "self-signed and trusted"
fake_stop itself

# ---- HTTP/2 -----------------------------------------------------------------------------

fake_start two --latency 30
front_start
adjust in out-two 60 --openai ca=ca.pem
is_status 0 "HTTP/2"
completed 60 60 "HTTP/2"
all_adjusted in out-two "HTTP/2"
equal "$(counted two requests)" 60 "HTTP/2: requests"
equal "$(grep -c 'POST /v1/chat/completions HTTP/2"' front.access)" 60 "HTTP/2: spoken"
# Many calls, one connection or few: far fewer than calls.
before=$(line_count front.access)
adjust in out-one 60 --openai ca=ca.pem http1.1
is_status 0 "http1.1"
equal "$(tail -n +$((before + 1)) front.access | grep -c 'POST /v1/chat/completions HTTP/1.1"')" 60 \
    "http1.1: spoken"
manifest out-two/adjusted_structured_data >want.manifest
manifest out-one/adjusted_structured_data >got.manifest
same got.manifest want.manifest "the same over HTTP/1.1"

# Faults behind it come through as statuses and resets of streams.
fake_start faulty --fault 503:0.05 --fault cut:0.05 --fault reset:0.05 --retry-seconds 0.1 --seed 3
front_stop
front_start
adjust in out-faulty 30 --openai ca=ca.pem
is_status 0 "faults over HTTP/2"
completed 60 60 "faults over HTTP/2"
all_adjusted in out-faulty "faults over HTTP/2"
fake_stop faulty

# ---- it goes away and returns -----------------------------------------------------------

# Killed under the calls: those in flight are sent again, and every file is done.
fake_start away --latency 150
front_stop
front_start
"$CVX_BIN" --parallel source=in n=10 --adjust name=openai-job-specific "$POSTING" \
    --target out-away --summary-json summary.json --openai ca=ca.pem >stdout 2>stderr &
run_pid=$!
tries=0
until [ "$(counted away requests)" -ge 12 ] || [ $tries -ge 2000 ]; do tries=$((tries + 1)); done
front_stop KILL
front_start
wait $run_pid
status=$?
is_status 0 "the connection killed"
completed 60 60 "the connection killed"
all_adjusted in out-away "the connection killed"
if [ "$(summed repeated)" -gt 0 ]; then pass; else fail "the connection killed: nothing repeated" stdout; fi
# The same once more, from the answers kept.
asked=$(counted away requests)
adjust in out-away 10 --openai ca=ca.pem
is_status 0 "after the kill"
equal "$(counted away requests)" "$asked" "after the kill: requests"
front_stop
fake_stop away
fake_stop two

finish
