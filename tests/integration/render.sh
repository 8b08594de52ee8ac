#!/bin/sh
# Rendering: the example CVs through a template and back without a difference; the same
# documents whatever the number of files in flight; data= in all its forms; what fails, fails
# alone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_render.sh"

cvs=$EXAMPLES/cvs

# ---- extract, render, read back ---------------------------------------------------------

cvx --parallel "source=$cvs" n=1 --extract --render "template=$PLAIN" --target one
is_status 0 "the examples"
is_empty stderr "the examples: stderr"
counters_run stdout $EXAMPLE_COUNT "the examples"
equal "$(results stdout | grep -c '^E:[^ ]*·R:✅·✅ ')" $EXAMPLE_COUNT "read back equal"
mkdir golden && cp -r "$EXAMPLES/expected/." golden && rm golden/status.tsv
manifest golden >golden.manifest
manifest one/structured_data >got.manifest
same got.manifest golden.manifest "what was extracted"
(cd "$cvs" && find . -name '*.docx' | sed 's/\.docx$/_NEW.docx/' | sort) >documents.want
documents one >documents.got
same documents.got documents.want "where the documents are"
(cd one/verification_structured_data && find . -type f | sed 's/\.json$/.docx/' | sort) >read
same read documents.want "where is what was read back"
no_leftovers one "the examples"
(cd one && find . -mindepth 1 -maxdepth 1 | sort | tr '\n' ' ') >top
equal "$(cat top)" "./.cvextract ./documents ./structured_data ./verification_structured_data " \
    "what stands in the target"

# The same bytes with many in flight, from the JSON, and one by one.
manifest one/documents >documents.manifest
for n in 8 500; do
    cvx --parallel "source=$cvs" n=$n --extract --render "template=$PLAIN" --target "n$n"
    is_status 0 "n=$n"
    manifest "n$n/documents" >got.manifest
    same got.manifest documents.manifest "n=$n: documents"
done
cvx --render "template=$PLAIN" data=one/structured_data --target from
is_status 0 "data=DIR"
has stdout "Processing 12 files matching '*.json' with up to " "data=DIR: header"
equal "$(results stdout | grep -c '^R:✅·✅ ')" $EXAMPLE_COUNT "data=DIR: lines"
manifest from/documents >got.manifest
same got.manifest documents.manifest "data=DIR: documents"
cvx --parallel source=one/structured_data n=3 'file-type=berlin/*.json' \
    --render "template=$PLAIN" output=mine --target from
is_status 0 "a folder of output="
equal "$(cd from/mine && find . -type f | sort | tr '\n' ' ')" \
    "./berlin/emre-aydin_NEW.docx ./berlin/jana-koehler_NEW.docx ./berlin/matthias-groß_NEW.docx " \
    "a folder of output="
cvx --extract "source=$cvs/priya-raman.docx" --render "template=$PLAIN" --target single
is_status 0 "one file"
equal "$(cat stdout)" "✅ E:🟢·✅·R:✅·✅ priya-raman.docx" "one file: line"
same single/documents/priya-raman_NEW.docx one/documents/priya-raman_NEW.docx "one file"
exists single/verification_structured_data/priya-raman_NEW.json "one file: read back"
cvx --render "template=$PLAIN" data=one/structured_data/priya-raman.json \
    output=here/cv.docx --target single --verbosity verbose
is_status 0 "one JSON"
same single/here/cv.docx one/documents/priya-raman_NEW.docx "one JSON"
equal "$(sed -n 1,3p stdout)" "INFO: rendering with docx-renderer
INFO: wrote single/here/cv.docx
INFO: roundtrip-verifier: 0 errors, 0 warnings" "one JSON: log"
equal "$(tail -n 1 stdout)" "✅ R:✅·✅ priya-raman.json" "one JSON: line"

# The designed template too is filled in for everybody.
cvx --render "template=$DESIGNED" data=one/structured_data --target designed
is_status 0 "the designed template"
equal "$(results stdout | grep -c '^R:✅·✅ ')" $EXAMPLE_COUNT "the designed template, read back"
documents designed >documents.got
same documents.got documents.want "the designed template"

# ---- without verification, and as a dry run ---------------------------------------------

for how in skip-verify --skip-all-verify; do
    cvx --render "template=$PLAIN" data=one/structured_data/priya-raman.json $how \
        --target unverified
    is_status 0 "$how"
    equal "$(cat stdout)" "✅ R:✅·➖ priya-raman.json" "$how: line"
    absent unverified/verification_structured_data "$how"
done
cvx --parallel "source=$cvs" --extract --render "template=$PLAIN" --target dry --dry-run
is_status 0 "a dry run"
absent dry "a dry run"

# ---- what a document lost is an error, and the document is there for the eye ------------

template lossy.docx '{{ identity.full_name }}'
cvx --extract "source=$cvs/priya-raman.docx" --render template=lossy.docx --target lossy
is_status 1 "a template that drops much"
has stdout "❌ E:🟢·✅·R:✅·❌ priya-raman.docx | errors: list length mismatch at experiences: 5 vs 0, " "lossy: line"
has stdout ", and " "lossy: more than ten"
has stdout " more" "lossy: more than ten"
says lossy/documents/priya-raman_NEW.docx "Priya Raman" "lossy: document"
exists lossy/verification_structured_data/priya-raman_NEW.json "lossy: read back"

# ---- data that cannot be rendered fails alone -------------------------------------------

template demand.docx '{{ person.name }} {{ number + 1 }}'
json data/a.json '{"person": {"name": "Ada & <Bob>"}, "number": 1}'
json data/b.json '{"person": {"name": "Nobody"}}'
json data/c.json '[1]'
json data/d.json '{"person": '
json data/e.json '{"number": "x", "person": {}}'
json data/deep/a.json '{"person": {"name": "Deep"}, "number": 123456789012345678901234567890}'
mkfifo data/f.json
cvx --render template=demand.docx data=data skip-verify --target some --fail-on any \
    --log-failed failed
is_status 1 "data with faults"
equal "$(tail -n 1 stdout)" "Completed: 2/7 files succeeded (2 full, 0 partial), 5 failed" \
    "data with faults: summary"
equal "$(grep -c '^❌ \[.*\] R:❌·➖ [b-e].json | errors: \(render\|load\): ' stdout)" 4 \
    "data with faults: lines"
has stdout "'number'" "data with faults: the name that is missing"
has stdout "number + 1" "data with faults: the expression"
documents some >documents.got
equal "$(tr '\n' ' ' <documents.got)" "./a_NEW.docx ./deep/a_NEW.docx " "data with faults"
says some/documents/a_NEW.docx "Ada &amp; &lt;Bob&gt; 2" "values are text"
says some/documents/deep/a_NEW.docx "Deep 123456789012345678901234567891" "long integers"
no_leftovers some "data with faults"
equal "$(tr '\n' ' ' <failed)" "data/b.json data/c.json data/d.json data/e.json data/f.json " \
    "data with faults: the list"
rm data/f.json
json data/b.json '{"person": {"name": "Somebody"}, "number": 0.5}'
cvx --parallel source=data --rerun-failed failed --render template=demand.docx skip-verify \
    --target some
says some/documents/b_NEW.docx "Somebody 1.5" "rerun"

# Two inputs of one output; and no input is written over.
json twice/x.json '{"person": {"name": "first"}, "number": 1}'
json twice/x.txt '{"person": {"name": "second"}, "number": 1}'
cvx --parallel source=twice 'file-type=*' --render template=demand.docx skip-verify \
    --target twice.out
has stdout "x.txt | errors: render: same output as 'x.json'" "two of one output"
says twice.out/documents/x_NEW.docx "first" "two of one output"

# What Python reads beyond JSON is taken where data is only shown.
template numbers.docx '{{ a }} {{ b }} {{ c }}'
json numbers.json '{"a": NaN, "b": -Infinity, "c": 1e999}'
cvx --render template=numbers.docx data=numbers.json skip-verify --target numbers
is_status 0 "NaN"
says numbers/documents/numbers_NEW.docx "nan -inf inf" "NaN"

# Files replace those of an earlier run, whole.
printf 'old' >some/documents/a_NEW.docx
cvx --render template=demand.docx data=data/a.json skip-verify --target some
says some/documents/a_NEW.docx "Ada &amp; &lt;Bob&gt; 2" "again"

finish
