#!/bin/sh
# The reference cases of templates, through the program: the same normalised XML, errors where
# they expect errors.
. "$(dirname "$0")/lib.sh"

cases=${CVX_TEMPLATES_DIR:-$CVX_SRC/../shared/data/templates}
[ -f "$cases/run_all.py" ] || skip "no reference cases: $cases"
/usr/bin/python3 -c 'import lxml.etree' 2>/dev/null ||
    skip "/usr/bin/python3 with lxml is missing: it compares the documents"

limit=280
run /usr/bin/python3 "$cases/run_all.py" -j 2 --timeout 60 \
    "$CVX_BIN --render template={template} data={context} output={output} skip-verify --target $work/out"
is_status 0 "the reference cases"
grep -v '^PASS' stdout >reasons
is_empty stderr "the comparison: stderr"
passed=$(sed -n 's/^TOTAL \([0-9]*\)\/.*/\1/p' stdout)
total=$(sed -n 's/^TOTAL [0-9]*\/\([0-9]*\) .*/\1/p' stdout)
[ "$passed" = "$total" ] || fail "reference cases: $passed of $total" reasons
note "$passed of $total cases"
# No file of the program's own is left where the cases put theirs.
no_leftovers "$work" "the reference cases"

finish
