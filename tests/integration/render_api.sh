#!/bin/sh
# The whole way: extract, adjust, render, against the stand-in server; in a batch and for one
# file.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"
. "$(dirname "$0")/lib_render.sh"

fake_start main --key "$SECRET"

chain() { # chain TARGET N [OPTIONS...]
    target=$1 n=$2
    shift 2
    cvx --parallel source="$EXAMPLES/cvs" "n=$n" --extract \
        --adjust name=openai-company-research "customer-url=http://127.0.0.1:$port/pages/" \
        --adjust name=openai-translate language=de \
        --render "template=$PLAIN" "$@" --target "$target"
}

chain out 8
is_status 0 "the chain"
is_empty stderr "the chain: stderr"
counters_run stdout 12 "the chain"
# Adjusted, so not read back unless asked for.
equal "$(results stdout | grep -c '^E:[^ ]*·A:✅·✅·R:✅·➖ ')" 12 "the chain: lines"
equal "$(find out -mindepth 1 -maxdepth 1 ! -name .cvextract | sort | tr '\n' ' ')" \
    "out/adjusted_structured_data out/documents out/research_data out/structured_data " \
    "the chain: folders"
(cd "$EXAMPLES/cvs" && find . -name '*.docx' | sed 's/\.docx$/_NEW.docx/' | sort) >want
documents out >got
same got want "the chain: documents"
# Each document is of its own adjusted data.
cvx --render "template=$PLAIN" data=out/adjusted_structured_data --target again
is_status 0 "the adjusted data by itself"
equal "$(results stdout | grep -c '^R:✅·✅ ')" 12 "the adjusted data by itself: lines"
manifest out/documents >documents.manifest
manifest again/documents >got.manifest
same got.manifest documents.manifest "the chain: documents of their own data"
says out/documents/priya-raman_NEW.docx "[de] " "the chain: a document"

# Asked for by name, the round trip follows an adjuster too; answers come from the cache.
before=$(counted main requests)
chain out 1 verifier=roundtrip-verifier
is_status 0 "read back after adjusting"
equal "$(results stdout | grep -c '^E:[^ ]*·A:✅·✅·R:✅·✅ ')" 12 "read back: lines"
equal "$(find out/verification_structured_data -name '*_NEW.json' | wc -l | tr -d ' ')" 12 \
    "read back: files"
equal "$(counted main requests)" "$before" "read back: calls"
manifest out/documents >got.manifest
same got.manifest documents.manifest "n=1: documents"

# One file.
cvx --extract source="$EXAMPLES/cvs/priya-raman.docx" \
    --adjust name=openai-translate language=de --render "template=$PLAIN" --target single
is_status 0 "one file"
equal "$(cat stdout | head -n 1)" "✅ E:🟢·✅·A:✅·✅·R:✅·➖ priya-raman.docx" "one file: line"
exists single/documents/priya-raman_NEW.docx "one file"

# Adjust and render without extracting.
cvx --parallel source=out/structured_data n=4 --adjust name=openai-translate language=de \
    --render "template=$PLAIN" --target later
is_status 0 "adjust and render"
equal "$(results stdout | grep -c '^A:✅·✅·R:✅·➖ ')" 12 "adjust and render: lines"

# A broken template is known before a call is paid for.
before=$(counted main requests)
template broken.docx '{% for x in y %}'
cvx --extract source="$EXAMPLES/cvs/sofia-lindqvist.docx" \
    --adjust name=openai-translate language=nl --render template=broken.docx --target paid
refused 2 "a broken template"
equal "$(counted main requests)" "$before" "a broken template: calls"
absent paid "a broken template"

# What a file cannot be rendered of does not touch the others.
template picky.docx '{% if identity.first_name == "Priya" %}{{ nobody.there }}{% endif %}x'
cvx --parallel source="$EXAMPLES/cvs" n=8 --extract \
    --adjust name=openai-translate language=de --render template=picky.docx --target picky
is_status 0 "one of twelve"
equal "$(grep -c '^❌ .*·R:❌·➖ priya-raman.docx | errors: render: ' stdout)" 1 "one of twelve"
equal "$(documents picky | wc -l | tr -d ' ')" 11 "one of twelve: documents"

fake_stop main
finish
