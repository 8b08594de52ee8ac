#!/bin/sh
# File names are bytes: any that the file system allows is processed, shown escaped, stored
# under its own stem, and comes back from the list of the failed.
. "$(dirname "$0")/lib.sh"

good=$EXAMPLES/cvs/priya-raman.docx
want=$EXAMPLES/expected/priya-raman.json
newline=$(printf 'two\nlines.')
newline=${newline%.}
# 250 bytes of stem: with .docx as long as a name may be, and so with .json.
long=$(printf '%0250d' 7)

# One name a line, for loops: the name itself, as printf makes it.
cat >names <<'TXT'
plain.docx
with blank.docx
 leading blank.docx
trailing blank .docx
tab\there.docx
esc\033[31mred\033[0m.docx
title\033]0;owned\007.docx
bell\007.docx
return\rhome.docx
c1\302\23331m.docx
latin1-\351\350.docx
cut-utf8-\342\202.docx
bare-\377.docx
quote".docx
apostrophe'\\''s.docx
back\\\\slash.docx
-dash.docx
--target.docx
- item.docx
#comment.docx
percent%%s%%n.docx
dollar$(echo oops)`echo oops`.docx
star*?[a].docx
name=value.docx
\357\273\277bom.docx
\302\240nbsp.docx
rtl-\342\200\256txt.docx
pipe | errors: none.docx
.docx
..docx
two.dots.docx
UPPER.DoCx
\347\224\260\344\270\255.docx
TXT

make_name() { # the name with a '.' behind it, since $(...) eats newlines
    # shellcheck disable=SC2059 # the format is the name
    printf -- "$1"
    printf .
}

mkdir in
count=0
while IFS= read -r pattern; do
    name=$(make_name "$pattern")
    name=${name%.}
    cp "$good" "in/$name" || fail "cannot make the name '$pattern'"
    count=$((count + 1))
done <names
cp "$good" "in/${newline}x.docx"
cp "$good" "in/$long.docx"
mkdir "in/sub$newline" && cp "$good" "in/sub$newline/deep.docx"
count=$((count + 3))

check_outputs() { # check_outputs TARGET WHAT
    while IFS= read -r pattern; do
        name=$(make_name "$pattern")
        name=${name%.}
        case $name in
        .docx) stem=.docx ;;
        *) stem=${name%.*} ;;
        esac
        same "$1/structured_data/$stem.json" "$want" "$2: '$pattern'"
    done <names
    same "$1/structured_data/${newline}x.json" "$want" "$2: newline"
    same "$1/structured_data/$long.json" "$want" "$2: 255 bytes"
    same "$1/structured_data/sub$newline/deep.json" "$want" "$2: newline in a folder"
    equal "$(find "$1/structured_data" -type f -exec printf 'x\n' ';' | wc -l | tr -d ' ')" \
        "$count" "$2: outputs"
    no_leftovers "$1" "$2"
}

cvx --parallel source=in n=8 --extract --target out --log-file log --verbosity debug
is_status 0 "odd names"
is_printable stdout "odd names: stdout"
is_printable log "odd names: log file"
counters_run stdout $count "odd names"
check_outputs out "odd names"
equal "$(grep -c '^✅ \[' stdout)" $count "odd names: result lines"

# ---- the failed of the same names, through the list and back ----------------------------

cp -r in bad
find bad -type f -exec cp /dev/null {} ';'
cvx --parallel source=bad n=8 --extract --target rerun --log-failed failed
is_status 1 "all failed"
is_printable failed "the list of the failed"
equal "$(line_count failed)" $count "the list of the failed: lines"
rm -r bad && cp -r in bad
cvx --parallel source=bad n=8 --extract --target rerun --rerun-failed failed \
    --log-failed failed.again
is_status 0 "rerun of odd names"
check_outputs rerun "rerun of odd names"
is_empty failed.again "rerun of odd names: nothing failed"

# ---- a source and a target of odd names -------------------------------------------------

mkdir "s $newline" && cp "$good" "s $newline/x.docx"
cvx --parallel "source=s $newline" n=2 --extract --target "t=$newline" --log-failed "l $newline"
is_status 0 "odd source and target"
same "t=$newline/structured_data/x.json" "$want" "odd source and target"
exists "l $newline" "odd list"
cvx --extract "source=s $newline/nothing.docx" --target "t=$newline"
refused 1 "a source that is missing, of an odd name"
is_printable stderr "a source that is missing, of an odd name"
cvx --extract "source=in/- item.docx" --target=dash
is_status 0 "single: a dash"
same "dash/structured_data/- item.json" "$want" "single: a dash"

finish
