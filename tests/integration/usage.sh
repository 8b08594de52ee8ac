#!/bin/sh
# Wrong command lines: one line on stderr that names the word, exit 2, nothing written.
# What can only be known by looking at the files: exit 1, likewise one line, nothing written.
. "$(dirname "$0")/lib.sh"

mkdir cwd && cd cwd || exit 1
cvs=$EXAMPLES/cvs
one=$cvs/priya-raman.docx

nothing_written() { # nothing_written WHAT
    find . -mindepth 1 >../written
    is_empty ../written "$1: written"
}

wrong() { # wrong NEEDLE WORDS...
    needle=$1
    shift
    cvx "$@"
    refused 2 "'$*'"
    has ../stderr "$needle" "'$*'"
    nothing_written "'$*'"
}

faulty() { # faulty NEEDLE WORDS...: well said, but impossible
    needle=$1
    shift
    cvx "$@"
    refused 1 "'$*'"
    has ../stderr "$needle" "'$*'"
    nothing_written "'$*'"
}

# ---- what is missing or superfluous -----------------------------------------------------

wrong "--help"
wrong "--target" --target
wrong "--target" --target=
wrong "--target" --extract "source=$one"
wrong "source=" --extract --target out
wrong "source=" --parallel n=4 --extract --target out
wrong "stage" --parallel "source=$cvs" --target out
wrong "stage" --target out
wrong "source=" --parallel "source=$cvs" --extract "source=$one" --target out
wrong "name=" --adjust "data=$one" --target out
wrong "stray" stray --extract "source=$one" --target out
wrong "stray" --target out stray --extract "source=$one"
wrong "stray" --extract "source=$one" stray --target out
wrong "x" -x --extract "source=$one" --target out
wrong "--extract" --extract "source=$one" --extract "source=$one" --target out
wrong "--target" --extract "source=$one" --target out --target out2
wrong "--parallel" --parallel "source=$cvs" --parallel "source=$cvs" --extract --target out
wrong "source" --extract "source=$one" "source=$one" --target out
wrong "source" --extract source --target out
wrong "skip-verify" --extract "source=$one" skip-verify=yes --target out
wrong "exclude" --extract "source=$one" skip-verify verifier=cv-schema-verifier --target out

# ---- what is misspelt: the nearest is named ---------------------------------------------

wrong "--extract" --extrct "source=$one" --target out
wrong "--target" --extract "source=$one" --traget out
wrong "--verbosity" --extract "source=$one" --target out --verbose
wrong "source" --extract "sorce=$one" --target out
wrong "verifier" --extract "source=$one" verifer=x --target out
wrong "file-type" --parallel "source=$cvs" "filetype=*.docx" --extract --target out
wrong "default-docx-cv-extractor" --extract "source=$one" name=default-docx-extractor \
    --target out
wrong "cv-schema-verifier" --extract "source=$one" verifier=cv-shema-verifier --target out
wrong "extractors" --list extracters

# ---- values -----------------------------------------------------------------------------

for n in 0 -1 four 1.5 99999999999999999999 "" " 4" 4x; do
    wrong "n" --parallel "source=$cvs" "n=$n" --extract --target out
done
for value in sometimes "" ALL; do
    wrong "fail-on" --extract "source=$one" --target out --fail-on "$value"
done
wrong "verbosity" --extract "source=$one" --target out --verbosity loud
wrong "grace" --extract "source=$one" --target out --grace soon
wrong "cpu-threads" --extract "source=$one" --target out --cpu-threads 0
wrong "cpu-threads" --extract "source=$one" --target out --cpu-threads many
wrong "list" --list everything
wrong "name" --extract "source=$one" name= --target out
wrong "name" --extract "source=$one" name=default-docx-cv-extractor, --target out
wrong "twice" --extract "source=$one" \
    name=default-docx-cv-extractor,default-docx-cv-extractor --target out
wrong "rerun-failed" --rerun-failed nothing-there --extract "source=$one" --target out
wrong "nothing-there" --parallel "source=$cvs" --rerun-failed nothing-there --extract \
    --target out
wrong "$work" --extract "source=$one" --target out --log-file "$work"
wrong "log" --extract "source=$one" --target out --log-file /proc/nothing/here

# ---- what is not built yet is refused by name, never ignored ----------------------------

for flag in --resume "--events e" "--report r.html" "--sync"; do
    # shellcheck disable=SC2086 # words
    wrong "${flag%% *}" --parallel "source=$cvs" --extract --target out $flag
done
wrong "template=t.docx" --extract "source=$one" --render template=t.docx --target out
wrong "template=FILE.docx" --extract "source=$one" --render --target out
wrong "roundtrip-verifier" --extract "source=$one" verifier=roundtrip-verifier --target out
wrong "openai-model" --extract "source=$one" openai-model=m --target out

# ---- calls: settings that are wrong, before anything is sent -----------------------------

unset OPENAI_API_KEY OPENAI_BASE_URL AZURE_OPENAI_ENDPOINT AZURE_OPENAI_API_KEY
translate="name=openai-translate language=de"
wrong "no use" --extract "source=$one" --target out --openai rpm=5
wrong "OPENAI_API_KEY" --extract "source=$one" name=openai-extractor --target out
# shellcheck disable=SC2086 # words
{
    wrong "OPENAI_API_KEY" --extract "source=$one" --adjust $translate --target out
    wrong "rpm=" --extract "source=$one" --adjust $translate --target out --openai rmp=5
    wrong "timeout=" --extract "source=$one" --adjust $translate --target out \
        --openai timeout=soon
    wrong "price-in=" --extract "source=$one" --adjust $translate --target out \
        --openai max-cost=5
    OPENAI_API_KEY=k wrong "ca=" --extract "source=$one" --adjust $translate --target out \
        --openai ca=missing
}
wrong "language=" --extract "source=$one" --adjust name=openai-translate --target out
wrong "customer-url=" --extract "source=$one" --adjust name=openai-company-research \
    --target out
export OPENAI_BASE_URL=models.example/v1
# shellcheck disable=SC2086 # words
wrong "OPENAI_BASE_URL" --extract "source=$one" --adjust $translate --target out
unset OPENAI_BASE_URL

# ---- a hostile word is shown, not obeyed ------------------------------------------------

escape=$(printf '\033[31mred\007')
cvx "--$escape" --target out
refused 2 "a flag with escapes"
is_printable ../stderr "a flag with escapes"
cvx --extract "$escape=1" --target out
refused 2 "a key with escapes"
is_printable ../stderr "a key with escapes"
newline=$(printf 'two\nlines')
cvx --extract "source=$one" "$newline" --target out
refused 2 "a word of two lines"
cvx --extract "source=$(head -c 100000 /dev/zero | tr '\0' 'x')" --target out
equal "$(line_count ../stderr)" 1 "a very long source: lines on stderr"
nothing_written "a very long source"
cvx "--$(head -c 100000 /dev/zero | tr '\0' 'y')"
refused 2 "a very long flag"

# ---- impossible: exit 1 -----------------------------------------------------------------

mkdir ../empty && printf 'x' >../empty/notes.txt
faulty "not found" --parallel source=../missing --extract --target out
faulty "not a folder" --parallel "source=$one" --extract --target out
faulty "missing.docx" --extract source=../missing.docx --target out
faulty "*.docx" --parallel source=../empty --extract --target out
faulty "*.pdf" --parallel "source=$cvs" "file-type=*.pdf" --extract --target out
faulty "*.docx" --extract source=../empty --target out
faulty "not a folder" --extract "source=$one" --target "$one"
faulty "cannot" --extract "source=$one" --target "$one/below"
faulty "priya-raman" --extract "source=$one" --target "$one"

# ---- what informs -----------------------------------------------------------------------

informs() { # informs NEEDLE WORDS...
    needle=$1
    shift
    cvx "$@"
    is_status 0 "'$*'"
    is_empty ../stderr "'$*': stderr"
    has ../stdout "$needle" "'$*'"
    nothing_written "'$*'"
}

informs "--parallel" --help
informs "--parallel" -h
informs "source=" --help extract
informs "deadline=" --help openai
informs "default-docx-cv-extractor" --help default-docx-cv-extractor
informs "--parallel" --bogus stray --help
informs "--parallel" --extract "source=$one" --target out --help
informs "cvextract 0." --version
informs "default-docx-cv-extractor" --list
informs "cv-schema-verifier" --list verifiers
cvx --list extractors
tab=$(printf '\t')
equal "$(cut -d "$tab" -f 1 ../stdout | tr '\n' ' ')" \
    "default-docx-cv-extractor openai-extractor " "--list in a pipe"
has ../stdout "default-docx-cv-extractor$tab" "--list in a pipe"
for kind in adjusters renderers; do
    cvx --list $kind
    is_status 0 "--list $kind"
done
cvx --list
equal "$(cut -d "$tab" -f 1 ../stdout | sort | tr '\n' ' ')" \
    "cv-schema-verifier default-docx-cv-extractor default-extract-verifier docx-renderer \
openai-company-research openai-extractor openai-job-specific openai-translate \
roundtrip-verifier " "--list"

finish
