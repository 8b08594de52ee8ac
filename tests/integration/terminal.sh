#!/bin/sh
# The live status line: on a terminal only, erased before every line, never with
# --no-progress; icons or words; NO_COLOR.
. "$(dirname "$0")/lib.sh"

"$CVX_TOOLS/on_terminal" probe true || skip "no pseudo-terminals here"
escape=$(printf '\033')
erase=$(printf '\r')$escape'[K'

# A run that lasts until the line has been drawn: as many files as that takes.
mkdir in
"$CVX_TOOLS/make_hostile" large in/large.docx 4
grow() { # grow COUNT: that many inputs
    i=$(find in -name '*.docx' | wc -l)
    while [ "$i" -lt "$1" ]; do
        i=$((i + 1))
        ln in/large.docx "in/$i.docx"
    done
}

on_terminal() { "$CVX_TOOLS/on_terminal" "$@"; status=$?; }

batch() { # the program's words for all inputs
    set -- --parallel source=in n=2 --extract --target out "$@"
    on_terminal transcript "$CVX_BIN" "$@"
}

count=8
while :; do
    grow $count
    batch
    grep -qF "$erase" transcript && break
    count=$((count * 2))
    [ $count -le 1024 ] || break
done
note "the status line came with $count files"
: >stdout && cp transcript stderr
is_status 0 "on a terminal"

# What a person sees in the end: each line after its last erasure.
screen() {
    tr -d '\015' <"$1" | awk -v esc="$escape" '{
        while ((at = index($0, esc "[K")) > 0) $0 = substr($0, at + 3)
        print }'
}

screen transcript >seen
equal "$(line_count seen)" $((count + 3)) "on a terminal: lines in the end"
is_printable seen "on a terminal: what is seen"
equal "$(head -n 1 seen)" "Processing $count files matching '*.docx' with 2 parallel workers" \
    "on a terminal: header"
counters_run seen $count "on a terminal"
equal "$(tail -n 1 seen)" "Completed: $count/$count files succeeded ($count full, 0 partial), 0 failed" \
    "on a terminal: summary"

# The line itself: short enough for the window, with what the spec says, and gone in the end.
sed "s/$escape\[K/\n/g" transcript | tr -d '\015' | grep ' done | ' | sed "s/$escape\[[0-9;]*m//g" >drawn
if [ -s drawn ]; then pass; else fail "no status line" transcript; fi
head -n 1 drawn >first.drawn
if grep -qE "^ *[0-9]+/$count done \| 0 failed \| [0-2] in flight \| elapsed [0-9:]+" first.drawn; then
    pass
else fail "the status line" first.drawn; fi
awk 'length($0) > 99' drawn >too-long
is_empty too-long "status lines wider than the window"
sed 's/.*/&/' transcript | tail -n 1 | grep -F " done | " >left
is_empty left "a status line that was left standing"

# A narrow window cuts it, it never wraps.
on_terminal -w 30 transcript "$CVX_BIN" --parallel source=in n=2 --extract --target out
sed "s/$escape\[K/\n/g" transcript | tr -d '\015' | grep 'done' | sed "s/$escape\[[0-9;]*m//g" |
    grep -v '^Completed' | awk 'length($0) > 29' >too-long
is_empty too-long "status lines wider than a narrow window"

# Standard output elsewhere: the terminal holds the status line alone, the file none of it.
on_terminal -o elsewhere transcript "$CVX_BIN" --parallel source=in n=2 --extract --target out
counters_run elsewhere $count "stdout in a file"
has_not elsewhere "$escape" "stdout in a file"
has transcript " done | " "stdout in a file: the terminal"
has_not transcript "Completed" "stdout in a file: the terminal"
screen transcript | tr -d '\n' >seen
is_empty seen "stdout in a file: what is left on the terminal"

# Never: with --no-progress, on a pipe, in a file.
batch --no-progress
has_not transcript "$escape" "--no-progress"
counters_run transcript $count "--no-progress"
cvx --parallel source=in n=2 --extract --target out
has_not stdout "$escape" "a file"
has_not stderr "$escape" "a file"
is_empty stderr "a file: stderr"

# NO_COLOR: the line may be erased, but nothing is dimmed.
NO_COLOR=1 batch
: >stdout
has transcript "$erase" "NO_COLOR"
grep -E "$escape\[[0-9;]*m" transcript >coloured
is_empty coloured "NO_COLOR"

# ---- icons as words ---------------------------------------------------------------------

mkdir words
cp "$EXAMPLES/cvs/priya-raman.docx" "$EXAMPLES/cvs/sofia-lindqvist.docx" words
printf 'broken' >words/broken.docx
"$CVX_TOOLS/make_hostile" header-empty words/header.docx
cat >words.want <<'TXT'
FAIL E:FAIL/- broken.docx | errors: extract: not a zip archive
ok E:ok/ok priya-raman.docx
warn E:ok/warn sofia-lindqvist.docx | warnings: missing sidebar: tools
warn E:warn/ok header.docx | warnings: header part unreadable: word/header2.xml
TXT

words_said() { sed -n 's/^\([^ ]*\) \[.*%\] /\1 /p' "$1" | LC_ALL=C sort; }

run "$CVX_BIN" --parallel source=words n=2 --extract --target out --ascii
words_said stdout >said
same said words.want "--ascii"
for locale in C POSIX nonsense; do
    run env LC_ALL=$locale "$CVX_BIN" --parallel source=words n=2 --extract --target out
    words_said stdout >said
    same said words.want "LC_ALL=$locale"
done
run env -u LC_ALL -u LANG LC_CTYPE=C.UTF-8 "$CVX_BIN" --parallel source=words n=2 --extract --target out
has stdout "⚠️ [" "LC_CTYPE=C.UTF-8"
run env LC_ALL=C "$CVX_BIN" --extract source=words/priya-raman.docx --target out
equal "$(cat stdout)" "ok E:ok/ok priya-raman.docx" "LC_ALL=C, one file"

finish
