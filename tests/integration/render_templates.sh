#!/bin/sh
# Templates that cannot be used: exit 2 and one line with the place of the fault, before any
# work; nothing is written.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_render.sh"

json in/a.json '{"x": 1}'
mkdir templates

refuses() { # refuses TEMPLATE NEEDLE...
    shown=$1
    shift
    cvx --parallel source=in --render "template=$shown" --target out
    refused 2 "$shown"
    for needle in "$@"; do
        has stderr "$needle" "$shown"
    done
    absent out "$shown"
}

bad() { # bad NAME BODY NEEDLE...: also not in a dry run, and not for one file
    template "templates/$1.docx" "$2"
    name=templates/$1.docx
    shift 2
    refuses "$name" "$name" "word/document.xml" "$@"
}

# ---- the template's own text ------------------------------------------------------------

bad unclosed-for 'People: {% for p in people %}{{ p }}' "People: " "endfor" "{% for p in people %}"
bad unclosed-if '{% if x %}yes' "endif"
bad stray-end 'a {% endfor %} b' "endfor"
bad unknown-tag 'Dear {% frobnicate x %}' "frobnicate" "Dear"
bad unknown-filter 'Hello {{ x|nofilter }}' "nofilter" "Hello"
bad unknown-test '{% for y in [] %}{{ y is notest }}{% endfor %}' "notest"
bad half-expression 'Sum {{ 1 + }} end' "Sum"
bad unclosed-tag 'text {{ x' "text"
bad unclosed-string "{{ 'abc }}"
bad unclosed-comment '{# no end'
bad and-operator '{{ x &amp; 1 }}'
bad far '<w:p><w:r><w:t>First</w:t></w:r></w:p><w:p><w:r><w:t>Second {{ 1 1 }}</w:t></w:r></w:p>' "Second"
template templates/header.docx '{{ x }}' header \
    '<w:p><w:r><w:t>Page {{ x </w:t></w:r></w:p>'
refuses templates/header.docx "word/header1.xml" "Page"

cvx --render template=templates/unknown-tag.docx data=in/a.json --target out
refused 2 "one file"
has stderr "frobnicate" "one file"
cvx --extract "source=$EXAMPLES/cvs/priya-raman.docx" --render \
    template=templates/unknown-tag.docx --target out --dry-run
refused 2 "a dry run"
absent out "one file, and a dry run"

# ---- the file and the package -----------------------------------------------------------

refuses nothing-there.docx "nothing-there.docx" "No such file"
mkdir folder.docx
refuses folder.docx "not a regular file"
mkfifo fifo.docx
refuses fifo.docx "not a regular file"
ln -s nowhere dangling.docx
refuses dangling.docx "No such file"
ln -s loop.docx loop.docx
refuses loop.docx "loop.docx"
refuses /dev/null "not a regular file"
: >empty.docx
refuses empty.docx "empty.docx"
printf 'not a zip at all, whatever its name' >text.docx
refuses text.docx "not a zip archive"
"$CVX_TOOLS/make_hostile" ole ole.docx
refuses ole.docx "an old .doc file (OLE), not .docx"
head -c 700 "$PLAIN" >cut.docx
refuses cut.docx "cut.docx"
template templates/twice.docx '{{ x }}' twice
refuses templates/twice.docx "word/document.xml"
template templates/nomain.docx '{{ x }}' nomain
refuses templates/nomain.docx "templates/nomain.docx"
template templates/notype.docx '{{ x }}' notype
refuses templates/notype.docx "templates/notype.docx"
template templates/target.docx '{{ x }}' target
refuses templates/target.docx "nowhere.png"
template templates/xml.docx '<w:p><w:r><w:t>{{ x }}</w:r></w:p>'
refuses templates/xml.docx "word/document.xml"

# One that the user may not read.
cp "$PLAIN" secret.docx && chmod 000 secret.docx
open_to_all
mkdir open && chmod 777 open
cvx_nobody --parallel "source=$work/in" --render "template=$work/secret.docx" --target open/out
refused 2 "an unreadable template"
has stderr "Permission denied" "an unreadable template"
absent open/out "an unreadable template"

# ---- words ------------------------------------------------------------------------------

cvx --parallel source=in --render --target out
refused 2 "no template"
has stderr "template=FILE.docx" "no template"
cvx --parallel source=in --render "template=$PLAIN" data=in --target out
refused 2 "data= in a batch"
cvx --extract "source=$EXAMPLES/cvs" --render "template=$PLAIN" data=in --target out
refused 2 "data= after a stage"
cvx --render "template=$PLAIN" --target out
refused 2 "no data"
cvx --render "template=$PLAIN" data=in/a.json verifier=rountrip-verifier --target out
refused 2 "an unknown verifier"
has stderr "roundtrip-verifier" "an unknown verifier"
cp "$PLAIN" own.docx
cvx --render template=own.docx data=in/a.json output=../own.docx --target out
refused 2 "the template as output"
same own.docx "$PLAIN" "the template as output"
cvx --parallel "source=$EXAMPLES/cvs" --extract --render "template=$PLAIN" \
    "output=$EXAMPLES/cvs" --target out
refused 2 "documents among the inputs"
cvx --render "template=$PLAIN" data=missing.json --target out
is_status 1 "missing data"
mkdir none
cvx --render "template=$PLAIN" data=none --target out
refused 1 "no data files"
has stderr "no files matching '*.json' in none" "no data files"
absent out "wrong words"

finish
