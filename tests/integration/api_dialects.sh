#!/bin/sh
# Other servers: what they do not know is found out once a run and left out from then on, and
# their answers are taken.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

cvs in 12

# Two adjusters. The names that differ are protected from the translator, so that its requests
# are all the same and share one call.
all_of_it() { # all_of_it NAME WHAT [STEPS-DOWN]: all is accepted; so many 400 came, no more
    cvx --parallel source=in n=6 --adjust name=openai-job-specific "$POSTING" \
        --adjust name=openai-translate language=de --target "out-$1" --summary-json summary.json
    is_status 0 "$2"
    completed 12 12 "$2"
    all_adjusted in "out-$1" "$2"
    equal "$(logged "$1" '"status":200')" 13 "$2: answers"
    equal "$(summed answered)" 13 "$2: answered"
    # Requests of one generation may be under way together; a later one never asks again.
    refusals=$(logged "$1" '"status":400')
    if [ "$refusals" -ge "${3:-0}" ] && [ "$refusals" -le $((${3:-0} * 6)) ]; then pass; else
        fail "$2: $refusals refusals for ${3:-0} steps down, 6 in flight" stdout
    fi
    equal "$(logged "$1" '"status":[0-9]')" $((13 + refusals)) "$2: nothing else"
    # One after the other it is exactly one refusal a step.
    adjust in "out-$1-single" 1
    is_status 0 "$2, one at a time"
    equal "$(($(logged "$1" '"status":400') - refusals))" "${3:-0}" "$2, one at a time: steps down"
}

for dialect in openai ollama vllm vllm-old llamacpp litellm; do
    name=$(echo $dialect | tr -d -)
    fake_start "$name" --dialect $dialect --any-model
    all_of_it "$name" $dialect 0
    fake_stop "$name"
done

# Models and servers that do not know a part of the request.
for quirk in nostrict:1 noschema:2 noschema,nojson:3 noeffort:1 nonone:1 nostore:1 oldmax:1; do
    quirks=${quirk%:*}
    word=$(echo "$quirks" | tr -d ,)
    fake_start "$word" --model "gpt-6-luna:$quirks"
    all_of_it "$word" "$quirks" "${quirk#*:}"
    fake_stop "$word"
done
fake_start notemp --model gpt-6-luna:notemp
adjust in out-notemp 1 --openai temperature=0.2
is_status 0 "a model without temperature"
equal "$(logged notemp '"status":400')" 1 "a model without temperature: steps down"
fake_stop notemp
# All at once.
fake_start all --model gpt-6-luna:noschema,nojson,noeffort,nostore,oldmax
adjust in out-all 1
is_status 0 "a server that knows nothing"
completed 12 12 "a server that knows nothing"
equal "$(logged all '"status":400')" 6 "a server that knows nothing: steps down"
fake_stop all

# ---- Azure ------------------------------------------------------------------------------

unset OPENAI_API_KEY
export AZURE_OPENAI_API_KEY="$SECRET"
for kind in v1 classic; do
    name=azure$kind
    fake_start "$name" --dialect azure --any-model --key "$SECRET" --rate-headers azure
    unset OPENAI_BASE_URL
    export AZURE_OPENAI_ENDPOINT="http://127.0.0.1:$port/"
    if [ $kind = classic ]; then
        export OPENAI_API_VERSION=2024-10-21
        path=/openai/deployments/my-deployment/chat/completions
    else
        unset OPENAI_API_VERSION
        path=/openai/v1/chat/completions
    fi
    OPENAI_MODEL=my-deployment adjust in "out-$name" 6 --verbosity verbose
    is_status 0 "Azure $kind"
    completed 12 12 "Azure $kind"
    equal "$(logged "$name" "\"path\":\"$path")" 12 "Azure $kind: the path"
    equal "$(counted "$name" key_missing)" 0 "Azure $kind: the key"
    has stdout "AZURE_OPENAI_ENDPOINT" "Azure $kind: the choice is told"
    fake_stop "$name"
done

# ---- PDF --------------------------------------------------------------------------------

# A server that takes no files is remembered: one question, each of the others says so.
unset AZURE_OPENAI_ENDPOINT OPENAI_API_VERSION
export OPENAI_API_KEY="$SECRET"
mkdir pdfs
for one in 1 2 3 4; do
    cat >"pdfs/$one.pdf" <<TXT
%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>> endobj
4 0 obj <</Length 44>> stream
BT /F1 12 Tf 72 720 Td (Dana Osei $one) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
TXT
done
fake_start nofiles --model gpt-6-luna:nofiles
cvx --parallel source=pdfs "file-type=*.pdf" n=1 --extract name=openai-extractor \
    --target out-pdf
is_status 1 "a server that takes no PDF"
equal "$(counted nofiles requests)" 1 "a server that takes no PDF: requests"
equal "$(grep -c '^❌ .*[Pp][Dd][Ff]' stdout)" 4 "a server that takes no PDF: lines"
fake_stop nofiles

finish
