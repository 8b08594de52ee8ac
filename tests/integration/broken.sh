#!/bin/sh
# Broken, hostile and odd files among good ones: each fails alone with a reason a person
# understands, the good ones are done, and nothing gets out of its place.
. "$(dirname "$0")/lib.sh"

open_to_all
hostile() { "$CVX_TOOLS/make_hostile" "$@" || fail "cannot make a '$1'"; }
good=$EXAMPLES/cvs/priya-raman.docx
want=$EXAMPLES/expected/priya-raman.json

# ---- the folder -------------------------------------------------------------------------

mkdir in
cp "$good" in/good-first.docx
cp "$good" in/zz-good-last.docx
printf 'The canary sings at noon.\n' >canary.txt

printf 'Dear reader, this is no archive.' >in/not-a-zip.docx
: >in/empty.docx
head -c 3000 "$good" >in/truncated.docx
hostile ole in/old-word.docx
hostile encrypted in/encrypted.docx
hostile method in/method.docx
hostile no-document in/no-document.docx
hostile bad-xml in/bad-xml.docx
hostile bomb in/bomb.docx 64
hostile entries in/entries.docx 20000
hostile deep in/deep.docx 5000
hostile laughs in/laughs.docx
hostile plain in/plain.docx
hostile outside in/outside.docx "$work/outside.txt"
hostile header-empty in/header-empty.docx
hostile part-name in/part-name.docx
hostile entities in/entities.docx "$work/canary.txt"
mkfifo in/fifo.docx
mkdir in/folder.docx && cp "$good" in/folder.docx/inside.docx
ln -s nowhere in/dangling.docx
ln -s loop.docx in/loop.docx
ln -s ../in in/round-and-round
ln -s /dev/zero in/device.docx
ln -s good-first.docx in/link-to-good.docx
cp "$good" in/unreadable.docx && chmod 000 in/unreadable.docx
cp "$good" "in/~\$lock.docx"
mkdir -p in/.cvextract && cp "$good" in/.cvextract/hidden.docx
cp "$good" in/UPPER.DOCX
printf 'no CV' >in/notes.txt

# ---- the run ----------------------------------------------------------------------------

mkdir -m 777 spot && cd spot || exit 1
cvx_nobody --parallel source=../in n=8 --extract --target out --log-failed failed \
    --log-file log --verbosity debug
cd ..
is_status 0 "some failed, not all"
is_empty stderr "stderr"
for file in stdout spot/log spot/failed; do is_printable "$file" "$file"; done
results stdout >lines
counters_run stdout 27 "broken"

reason() { has_line lines "E:❌·➖ $1 | errors: extract: $2" "$1"; }
reason not-a-zip.docx "not a zip archive"
reason empty.docx "not a zip archive"
reason truncated.docx "not a zip archive"
reason old-word.docx "an old .doc file (OLE), not .docx"
reason encrypted.docx "encrypted"
reason no-document.docx "no main document part"
reason bad-xml.docx "main document part is not readable XML"
reason fifo.docx "a FIFO, not a regular file"
reason device.docx "a character device, not a regular file"
reason dangling.docx "a dangling link"
reason loop.docx "a loop of links"
reason unreadable.docx "permission denied"

# Limits: each names itself and the value seen.
grep -E '^E:❌·➖ (bomb|entries|deep|laughs|method)\.docx' lines >limits
equal "$(line_count limits)" 5 "limits"
for name in bomb:200 entries:10000 entries:200 deep:512 laughs:limit method:97; do
    if grep -E " ${name%:*}\.docx \| errors: extract: .*${name#*:}" limits >/dev/null; then
        pass
    else fail "the reason of ${name%:*} does not say ${name#*:}" limits; fi
done

has_line lines "E:🟢·✅ plain.docx" "plain"
has_line lines "E:🟢·✅ outside.docx" "outside"
has_line lines "E:❎·✅ header-empty.docx | warnings: header part unreadable: word/header2.xml" \
    "header-empty"
if grep -qE '^E:❎·✅ part-name\.docx \| warnings: header part unreadable: word/header[^ ]*owned' \
    lines; then pass; else fail "part-name" lines; fi
for name in good-first zz-good-last link-to-good UPPER folder.docx/inside; do
    same "spot/out/structured_data/$name.json" "$want" "$name"
done
equal "$(grep -c '^E:🟢·✅ folder.docx/inside.docx$' lines)" 1 "a folder is entered once"
for word in lock notes hidden round-and-round; do has_not lines "$word" "not an input"; done

# Nothing got out of its place, and the canary is heard nowhere.
absent outside.txt "outside"
absent ../outside.txt "outside"
grep -rlF "canary sings" stdout stderr spot >heard
is_empty heard "files that hold the canary's text"
find spot -mindepth 1 -maxdepth 1 | sort >top
printf 'spot/%s\n' failed log out >top.want
same top top.want "what was written"
no_leftovers spot "broken"
equal "$(find spot/out/structured_data -name '*.json' | wc -l)" \
    "$(grep -cE '^E:(🟢|❎)' lines)" "outputs: one for each extracted, none for the others"

# The failed are listed, in order, and nothing else is.
sed -n 's/^E:❌·➖ \([^ ]*\) .*/..\/in\/\1/p' lines | LC_ALL=C sort >failed.want
same spot/failed failed.want "the list of the failed"

# ---- exit status ------------------------------------------------------------------------

chmod 644 in/unreadable.docx
for how in any:1 all:0 never:0; do
    cvx --parallel source=in n=4 --extract --target again --fail-on "${how%:*}"
    is_status "${how#*:}" "--fail-on ${how%:*}, some failed"
done
mkdir all-bad && cp in/empty.docx in/old-word.docx all-bad
for how in any:1 all:1 never:0 default:1; do
    set -- --fail-on "${how%:*}"
    [ "${how%:*}" != default ] || set --
    cvx --parallel source=all-bad n=4 --extract --target again2 "$@"
    is_status "${how#*:}" "$how, all failed"
    equal "$(tail -n 1 stdout)" \
        "Completed: 0/2 files succeeded (0 full, 0 partial), 2 failed" "$how, all failed"
done
mkdir all-good && cp "$good" all-good
cvx --parallel source=all-good n=4 --extract --target again3 --fail-on any
is_status 0 "--fail-on any, none failed"

# Single mode: the same reasons, without a counter.
for name in old-word:"an old .doc file (OLE), not .docx" not-a-zip:"not a zip archive" \
    fifo:"a FIFO, not a regular file" dangling:"a dangling link"; do
    cvx --extract "source=in/${name%%:*}.docx" --target single
    is_status 1 "single ${name%%:*}"
    equal "$(cat stdout)" "❌ E:❌·➖ ${name%%:*}.docx | errors: extract: ${name#*:}" \
        "single ${name%%:*}"
    cvx --extract "source=in/${name%%:*}.docx" --target single --fail-on never
    is_status 0 "single ${name%%:*}, --fail-on never"
done

# Two names for one output: the later one in sorted order fails and names the earlier.
mkdir -p same/a same/A
cp "$good" same/CV.DOCX
cp "$EXAMPLES/cvs/oksana-melnyk.docx" same/CV.docx
cp "$good" same/a/x.docx
cp "$good" same/A/x.docx
cvx --parallel source=same n=8 --extract --target same-out
is_status 0 "one output for two"
results stdout >lines
has_line lines "E:🟢·✅ CV.DOCX" "one output for two"
has_line lines "E:❌·➖ CV.docx | errors: extract: same output as 'CV.DOCX'" "one output for two"
has_line lines "E:🟢·✅ a/x.docx" "one output for two"
has_line lines "E:🟢·✅ A/x.docx" "one output for two"
same same-out/structured_data/CV.json "$want" "one output for two: the first keeps it"
cp "$good" same/CV.txt
cvx --parallel source=same n=8 "file-type=CV.*" --extract --target same-out2
results stdout >lines
equal "$(grep -c "same output as 'CV.DOCX'" lines)" 2 "one output for three"

finish
