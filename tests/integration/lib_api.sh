# Common to the tests of the API lane: the stand-in server and its counters, inputs that differ.
# Sourced after lib.sh. CMake passes in the environment:
#   CVX_FAKE   the stand-in server (tests/fake_openai)
# shellcheck shell=sh disable=SC2034,SC2154 # names of lib.sh and of the scripts

: "${CVX_FAKE:?}"
command -v curl >/dev/null || skip "curl is missing: it asks the stand-in server for its counters"

# No setting of whoever runs the tests may reach the program.
unset OPENAI_BASE_URL OPENAI_MODEL OPENAI_ORG_ID OPENAI_PROJECT_ID AZURE_OPENAI_ENDPOINT \
    AZURE_OPENAI_API_KEY OPENAI_API_VERSION CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR \
    http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
SECRET=sk-invented-4f9d1c7ae2b80356
export OPENAI_API_KEY=$SECRET

# Long enough for a sanitizer on a busy machine; a test that hangs still ends.
limit=90
POSTING="job-description=Senior platform engineer: Kubernetes, PostgreSQL, Python"

# ---- the server -------------------------------------------------------------------------

servers=

# Starts a server and leaves $port and the program's base URL at it. Its files are NAME.log,
# NAME.stats; NAME is a word, used once.
fake_start() { # fake_start NAME [OPTIONS...]
    server=$1
    shift
    mkfifo "$work/$server.ready"
    "$CVX_FAKE" --log "$work/$server.log" --exit-after 120 "$@" >"$work/$server.ready" \
        2>"$work/$server.err" &
    eval "pid_$server=$!"
    servers="$servers $!"
    port=
    read -r port <"$work/$server.ready"
    rm "$work/$server.ready"
    [ -n "$port" ] || { fail "the stand-in server did not start: $*" "$work/$server.err"; finish; }
    eval "port_$server=$port"
    case " $* " in *" --tls "*) scheme=https ;; *) scheme=http ;; esac
    eval "scheme_$server=$scheme"
    export OPENAI_BASE_URL="$scheme://127.0.0.1:$port/v1"
}

# Ends it; its log and counters are complete then.
fake_stop() { # fake_stop NAME
    fake_stats "$1"
    eval "stopped=\$pid_$1"
    kill "$stopped"
    wait "$stopped"
    equal $? 0 "the stand-in server $1"
    is_empty "$work/$1.err" "the stand-in server $1: stderr"
}

fake_stats() { # fake_stats NAME: NAME.stats and NAME.log are as of now
    eval "asked=\$port_$1"
    eval "scheme=\$scheme_$1"
    curl -sk "$scheme://127.0.0.1:$asked/__stats" >"$work/$1.stats" ||
        fail "the stand-in server $1 does not answer" "$work/$1.err"
}

# One counter: requests, pages, page_keys, limited, adjust, research, max_in_flight ...
counted() { # counted NAME COUNTER
    fake_stats "$1"
    sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$work/$1.stats" | grep . || echo 0
}

# Requests of the log whose line has that pattern.
logged() { # logged NAME PATTERN
    fake_stats "$1"
    grep -c -e "$2" "$work/$1.log"
}

# shellcheck disable=SC2329 # called by the trap
api_cleanup() {
    for one in $servers; do kill "$one" 2>/dev/null; done
    cleanup
}
trap api_cleanup EXIT

# ---- inputs and outputs -----------------------------------------------------------------

# Different CVs as JSON: identical requests would share one call.
cvs() { # cvs DIR COUNT
    mkdir -p "$1" && awk -v dir="$1" -v n="$2" '{ line[NR] = $0 } END {
        for (i = 1; i <= n; i++) {
            file = sprintf("%s/cv%03d.json", dir, i)
            for (k = 1; k <= NR; k++) {
                text = line[k]
                gsub(/Raman/, sprintf("Raman-%03d", i), text)
                printf "%s%s", text, k < NR ? "\n" : "" >file
            }
            close(file)
        }
    }' "$EXAMPLES/expected/priya-raman.json"
}

# Who is in which file: an output must be of its own input.
people() { # people DIR
    (cd "$1" 2>/dev/null && grep -rH '"full_name"' . | sort)
}

count_files() { find "$1" -name "${2:-*.json}" -type f 2>/dev/null | wc -l | tr -d ' '; }

# Every input has its output, made of it and of nothing else.
all_adjusted() { # all_adjusted IN TARGET WHAT
    people "$1" >"$work/people.want"
    people "$2/adjusted_structured_data" >"$work/people"
    same "$work/people" "$work/people.want" "$3: outputs"
    no_leftovers "$2" "$3"
}

# The common case: a folder of JSON through one adjuster.
adjust() { # adjust IN TARGET N [OPTIONS...]
    source=$1 target=$2 n=$3
    shift 3
    cvx --parallel source="$source" n="$n" --adjust name=openai-job-specific "$POSTING" \
        --target "$target" --summary-json summary.json "$@"
}

# A key and a certificate signed by itself or by a CA made so: NAME.key, NAME.pem.
certificate() { # certificate NAME [CA]
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj "/CN=$1" -addext "subjectAltName=IP:127.0.0.1" ${2:+-CA "$2.pem" -CAkey "$2.key"} \
        -keyout "$1.key" -out "$1.pem" >openssl.out 2>&1 ||
        { fail "openssl made no certificate" openssl.out; finish; }
}

# TLS and HTTP/2 in front of the server started last: nghttpx, when it is there. Leaves $front,
# its port (the same when it is started again), and the program's base URL.
front=
front_start() {
    command -v nghttpx >/dev/null || skip "nghttpx is missing: it speaks HTTP/2 to the program"
    [ -f front.pem ] || { certificate ca && certificate front ca; }
    front_tries=0
    : "${front:=$((20000 + $$ % 20000))}"
    until [ $front_tries -ge 2000 ]; do
        if [ $((front_tries % 500)) = 0 ]; then
            [ $front_tries = 0 ] || front=$((front + 1))
            nghttpx --conf=/dev/null --frontend="127.0.0.1,$front" --backend="127.0.0.1,$port" \
                --no-ocsp --single-process --workers=1 --accesslog-file="$work/front.access" \
                --errorlog-file="$work/front.err" front.key front.pem >front.out 2>&1 &
            front_pid=$!
            servers="$servers $front_pid"
        fi
        front_tries=$((front_tries + 1))
        curl -sk "https://127.0.0.1:$front/__stats" >/dev/null && break
    done
    [ $front_tries -lt 2000 ] || { fail "nghttpx does not start" front.out front.err; finish; }
    export OPENAI_BASE_URL="https://127.0.0.1:$front/v1"
}

front_stop() { # front_stop [SIGNAL]
    kill "-${1:-TERM}" "$front_pid"
    wait "$front_pid" 2>/dev/null
}

# One number or word of the last run's summary.json: the first of that name.
summed() { # summed KEY
    sed -n "s/^ *\"$1\": \([^,]*\),*\$/\1/p" "$work/summary.json" | head -n 1
}

completed() { # completed FULL TOTAL WHAT, of the last run
    has_line stdout "Completed: $1/$2 files succeeded ($1 full, 0 partial), $(($2 - $1)) failed" "$3"
}
