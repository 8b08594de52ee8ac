#!/bin/sh
# The whole way: extract, three adjusters in a chain, against the stand-in server. Outputs,
# lines, log and counters; and that nothing is paid for twice.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

fake_start main --key "$SECRET"

chain() { # chain TARGET [OPTIONS...]
    target=$1
    shift
    cvx --parallel source="$EXAMPLES/cvs" n=4 --extract \
        --adjust name=openai-job-specific "job-url=http://127.0.0.1:$port/pages/job" \
        --adjust name=openai-company-research "customer-url=http://127.0.0.1:$port/pages/" \
        --adjust name=openai-translate language=de \
        --target "$target" --summary-json summary.json "$@"
}

# ---- the first run ----------------------------------------------------------------------

chain out --verbosity verbose
is_status 0 "the chain"
is_empty stderr "the chain: stderr"
counters_run stdout 12 "the chain"
equal "$(counted main research)" 1 "research calls"
equal "$(counted main adjust)" 24 "calls of the two adjusters"
equal "$(counted main translate)" 12 "calls of the translator"
equal "$(counted main requests)" 37 "calls"
equal "$(counted main repeated_bodies)" 0 "calls sent twice"
equal "$(counted main page_keys)" 0 "pages asked for with the key"
equal "$(logged main '"status":200')" 37 "answers"

# One column for the chain; extracted data as without it, also where it has warnings.
equal "$(grep -c '^✅ \[.*\] E:🟢·✅·A:✅·✅ [^|]*$' stdout)" 9 "lines of full success"
equal "$(grep -c '^⚠️ \[.*\] E:🟢·❎·A:✅·✅ .* | warnings: ' stdout)" 3 "lines with warnings"
mkdir golden && cp -r "$EXAMPLES/expected/." golden && rm golden/status.tsv
manifest golden >golden.manifest
manifest out/structured_data >got.manifest
same got.manifest golden.manifest "what was extracted"

# Only the end of the chain is written; each output is of its own input, in the language.
all_adjusted golden out "the chain"
equal "$(find out -mindepth 1 -maxdepth 1 ! -name .cvextract | sort | tr '\n' ' ')" \
    "out/adjusted_structured_data out/research_data out/structured_data " "folders"
equal "$(grep -rl '"\[de\] ' out/adjusted_structured_data | wc -l)" 12 "translated"
same out/structured_data/priya-raman.json golden/priya-raman.json "extracted data"
# Every list is as long as before: same number of lines.
for rel in priya-raman owen-pritchard "lisbon/Inês Carvalho" 田中結衣; do
    equal "$(line_count "out/adjusted_structured_data/$rel.json")" \
        "$(line_count "golden/$rel.json")" "length of $rel"
done
equal "$(count_files out/research_data '*.research.json')" 1 "profiles"

# What was adjusted is valid input again, and passes as it is.
cvx --parallel source=out/adjusted_structured_data n=4 --adjust name=openai-translate \
    language=de --target again --dry-run
is_status 0 "the outputs as inputs"
has stdout "Dry run: 12 files would make 12 calls" "the outputs as inputs"

chain again --verbosity verbose --openai cache=off
is_status 0 "the chain"
for step in "1/3: openai-job-specific" "2/3: openai-company-research" "3/3: openai-translate"; do
    equal "$(grep -c "^INFO: applying adjuster $step\$" stdout)" 12 "log lines: $step"
done
# In this order in each block, and blocks in one piece.
sed -n 's/^INFO: extracting with .*/E/p; s/^INFO: applying adjuster \(.\).*/\1/p
    s/^[^ ]* \[ *[0-9]*\/12 | .*/./p' stdout | tr -d '\n' >blocks
equal "$(cat blocks)" "$(printf 'E123.%.0s' 1 2 3 4 5 6 7 8 9 10 11 12)" "blocks"
has stdout "INFO: API calls go to http://127.0.0.1:$port/v1 (OPENAI_BASE_URL)" "the choice"

# The optimality line, and the same in the summary.
equal "$(grep -c '^API: 37 calls, .* sends; bound [0-9.]* s ([A-Za-z -]*), took [0-9.]* s: [0-9.]* of the best possible$' stdout)" \
    1 "the optimality line"
equal "$(grep -c '^Tokens: [0-9]* in, [0-9]* out$' stdout)" 1 "the tokens"
equal "$(summed asked)" 37 "summary: asked"
equal "$(summed answered)" 37 "summary: answered"
equal "$(summed from_cache)" 0 "summary: from the cache"
equal "$(summed limited)" 0 "summary: 429"
equal "$(summed exit_status)" 0 "summary: exit status"
fake_stats main
sum() { awk -F"\"$1\":" '{ split($2, a, /[,}]/); s += a[1] } END { print s }' main.log; }
equal "$(summed in)" "$(($(sum prompt_tokens) / 2))" "tokens sent, as the server counts them"
equal "$(summed out)" "$(($(sum completion_tokens) / 2))" "tokens answered"

# ---- again: nothing is asked for --------------------------------------------------------

cp -r out first
before=$(counted main requests)
chain out
is_status 0 "the second run"
equal "$(counted main requests)" "$before" "calls of the second run"
equal "$(summed from_cache)" 36 "summary: from the cache"
has stdout "API: 36 calls (36 from the cache)" "the second run"
has_not stdout "of the best possible" "the second run"
manifest first >want.manifest
manifest out >got.manifest
same got.manifest want.manifest "outputs of the second run"

# Answers are kept where nobody else reads them.
equal "$(find out/.cvextract/responses -type f ! -perm 600 | wc -l)" 0 "modes of kept answers"
equal "$(find out/.cvextract/responses -type d ! -perm 700 | wc -l)" 0 "modes of their folders"
equal "$(count_files out/.cvextract/responses '*')" 37 "kept answers"

# A broken one is asked for again, and only that one.
victim=$(find out/.cvextract/responses -type f | sort | head -n 1)
head -c 100 "$victim" >piece && cat piece >"$victim"
chain out
is_status 0 "a broken kept answer"
equal "$(counted main requests)" $((before + 1)) "calls after a broken kept answer"
manifest out >got.manifest
same got.manifest want.manifest "outputs after a broken kept answer"

# ---- one file, without --parallel -------------------------------------------------------

before=$(counted main requests)
cvx --extract source="$EXAMPLES/cvs/priya-raman.docx" --adjust name=openai-translate \
    language=de --target single
is_status 0 "one file"
equal "$(counted main requests)" $((before + 1)) "calls for one file"
exists single/adjusted_structured_data/priya-raman.json "one file"

# A model's name given for a stage is the one asked.
cvx --extract source="$EXAMPLES/cvs/priya-raman.docx" --adjust name=openai-translate \
    language=nl openai-model=gpt-6-invented --target single
is_status 5 "a model of the stage's own that nobody knows"
equal "$(logged main '"model":"gpt-6-invented"')" 1 "calls for that model"

fake_stop main
finish
