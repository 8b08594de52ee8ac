# Common to the tests of rendering: templates, and what a rendered document says.
# Sourced after lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names of lib.sh and of the scripts

PLAIN=$EXAMPLES/templates/plain.docx
DESIGNED=$EXAMPLES/templates/designed.docx

template() { "$CVX_TOOLS/make_template" "$@" || fail "make_template $*"; }

json() { # json FILE TEXT
    mkdir -p "$(dirname "$1")" && printf '%s' "$2" >"$1"
}

# A rendered document's body as it was put into the package; documents are small.
body() { # body FILE
    "$CVX_TOOLS/part_of" "$1" word/document.xml 2>/dev/null
}

says() { # says FILE TEXT WHAT: the document's body holds it
    body "$1" >"$work/body"
    has "$work/body" "$2" "$3"
}

documents() { (cd "$1/documents" 2>/dev/null && find . -type f | sort); }
