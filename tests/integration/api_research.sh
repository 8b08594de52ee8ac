#!/bin/sh
# Company research: asked for once, whatever goes wrong on the way, and kept for later runs;
# pages that cannot be used say why; where a page may lead to.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

cvs in 50
cvs few 4
research() { # research IN TARGET N PAGE [OPTIONS...]
    source=$1 target=$2 n=$3 page=$4
    shift 4
    cvx --parallel source="$source" n="$n" --adjust name=openai-company-research \
        customer-url="http://127.0.0.1:$port/pages/$page" --target "$target" \
        --summary-json summary.json "$@"
}

# ---- one call for all -------------------------------------------------------------------

fake_start main
research in out 50 ""
is_status 0 "50 files, one URL"
completed 50 50 "50 files, one URL"
all_adjusted in out "50 files, one URL"
equal "$(counted main research)" 1 "research calls"
equal "$(counted main adjust)" 50 "other calls"
# The page and three of those it leads to, which are of the same site.
equal "$(counted main pages)" 4 "pages"
equal "$(counted main page_keys)" 0 "pages asked for with the key"
profile=$(find out/research_data -type f)
case $profile in
out/research_data/127.0.0.1-????????.research.json) pass ;;
*) fail "the profile's name: $profile" ;;
esac
has "$profile" '"name": "Kestrel Barge Logistics"' "the profile"
has "$profile" '"domains": [' "the profile"
cp "$profile" profile.want

# Again, and with other files: the profile is there.
research in out 50 ""
is_status 0 "a second run"
cvs more 60
research more out 50 "" --verbosity verbose
is_status 0 "more files"
equal "$(counted main research)" 1 "research calls of three runs"
equal "$(counted main adjust)" 60 "other calls of three runs"
equal "$(counted main pages)" 4 "pages of three runs"
has_not stdout "made now" "more files"

# A broken profile is replaced: it is asked for once, by 50 files. Where its answer was kept
# that one serves.
before=1
for broken in '' '{"name": "Kestr' 'no JSON' '{}' '[1]' '{"name": 7, "domains": "x"}'; do
    printf '%s' "$broken" >"$profile"
    research in out 50 "" --openai cache=off
    is_status 0 "the profile '$broken'"
    before=$((before + 1))
    equal "$(counted main research)" $before "research calls after the profile '$broken'"
    same "$profile" profile.want "the profile '$broken'"
done
printf 'broken' >"$profile"
research in out 50 ""
is_status 0 "a broken profile, kept answers"
equal "$(counted main research)" $before "research calls: the answer was kept"
same "$profile" profile.want "a broken profile, kept answers"

# Nothing is researched when no file needs it.
mkdir broken && printf '{' >broken/a.json && printf 'x' >broken/b.json
before_pages=$(counted main pages)
research broken out-none 4 ""
is_status 1 "no file needs it"
equal "$(counted main pages)" "$before_pages" "pages when no file needs any"
equal "$(counted main research)" $before "research when no file needs it"
fake_stop main

# ---- when attempts fail -----------------------------------------------------------------

fake_start first --fault 503:first2@research --retry-seconds 0.2
research in out-first 50 ""
is_status 0 "the first attempts fail"
completed 50 50 "the first attempts fail"
equal "$(logged first '"job":"research".*"status":503')" 2 "attempts that failed"
equal "$(logged first '"job":"research".*"status":200')" 1 "answers"
equal "$(counted first research)" 3 "attempts"
equal "$(summed asked)" 51 "calls"
equal "$(summed status)" 2 "retries counted"
fake_stop first

# A failure is remembered for all: one call, and nothing passes for adjusted.
fake_start refused --fault refusal:all@research
research in out-refused 50 "" --log-failed failed
is_status 1 "research is refused"
completed 0 50 "research is refused"
equal "$(counted refused research)" 1 "research calls"
equal "$(counted refused adjust)" 0 "other calls"
equal "$(counted refused pages)" 4 "pages"
equal "$(grep -c '^❌ .* A:❌·➖ .* | errors: adjust: .*company research: .*the model refused' stdout)" \
    50 "lines of the refused"
equal "$(line_count failed)" 50 "the list"
equal "$(count_files out-refused/adjusted_structured_data)" 0 "outputs"
equal "$(count_files out-refused/research_data)" 0 "profiles"
fake_stop refused

# A later run asks anew.
fake_start later --port "$port"
research in out-refused 50 ""
is_status 0 "after a refusal"
equal "$(counted later research)" 1 "research calls after a refusal"

fake_stop later

# ---- beside the extraction --------------------------------------------------------------

# Where a model extracts too, the company is looked at while the first answer is still to come:
# here the first file waits a second before it may be sent again.
fake_start beside --fault 500:first1@extract --retry-seconds 1
whole() { # whole IN TARGET: the model extracts and adjusts
    cvx --parallel source="$1" n=1 --extract name=openai-extractor \
        --adjust name=openai-company-research \
        customer-url="http://127.0.0.1:$port/pages/" --target "$2" --summary-json summary.json
}
mkdir docs && cp "$(find "$EXAMPLES" -name "*.docx" | LC_ALL=C sort | head -n 1)" docs
whole docs out-beside
is_status 0 "the model extracts"
equal "$(counted beside research)" 1 "research beside the extraction: calls"
equal "$(sed -n 's/.*"job":"\([a-z]*\)".*/\1/p' "$work/beside.log" | grep -v page | head -n 4 |
    tr '\n' ' ')" "extract research extract adjust " "research beside the extraction: order"
fake_stop beside

# When no file comes to need it the research is given up and leaves no profile.
fake_start unneeded --fault 400:all@extract --latency 300
whole docs out-unneeded
is_status 1 "nothing is extracted"
equal "$(count_files out-unneeded/research_data)" 0 "profiles when nothing is extracted"
equal "$(counted unneeded adjust)" 0 "adjustments when nothing is extracted"
fake_stop unneeded

fake_start later
# ---- pages ------------------------------------------------------------------------------

no_page() { # no_page PAGE REASON [N]: it fails for this reason, and no call is made
    calls=$(counted later requests)
    research few "out-$1" 4 "$1"
    is_status 1 "the page $1"
    equal "$(grep -c "^❌ .* A:❌·➖ .*company page .*$2" stdout)" 4 "the page $1: lines"
    equal "$(counted later requests)" "$calls" "the page $1: calls"
    equal "$(count_files "out-$1" '*.json')" 0 "the page $1: outputs"
}
pages=$(counted later pages)
no_page missing 'answered status 404'
equal "$(counted later pages)" $((pages + 1)) "a missing page is asked for once"
no_page script 'made by JavaScript'
no_page redirect/7 'more than 5 redirects'
no_page loop 'more than 5 redirects'
no_page away 'no http or https URL'
no_page big 'over 2097152 bytes'

for page in redirect/3 other-port plain private index.html; do
    calls=$(counted later research)
    research few "out-$page" 4 "$page" --verbosity verbose
    is_status 0 "the page $page"
    equal "$(counted later research)" $((calls + 1)) "the page $page: research"
    has "$(find "out-$page/research_data" -type f)" "Kestrel Barge Logistics" "the page $page"
done
# What is linked and lies elsewhere is not asked for: here 10.0.0.1, and social.invalid.
has_not stdout 10.0.0.1 "links to other sites"
has_not stdout social.invalid "links to other sites"
equal "$(counted later page_keys)" 0 "pages asked for with the key"
fake_stop later

# A server that fails: tried again, like a call; then the page is what failed.
fake_start flaky --fault 503:first2@page --retry-seconds 0.1
research few out-flaky 4 plain
is_status 0 "a page that fails twice"
completed 4 4 "a page that fails twice"
equal "$(counted flaky pages)" 3 "a page that fails twice: fetches"
equal "$(counted flaky research)" 1 "a page that fails twice: research"
fake_stop flaky
fake_start down --fault 503:all@page --retry-seconds 0.1
research few out-down 4 plain
is_status 1 "a page that fails"
equal "$(grep -c '^❌ .* A:❌·➖ .*company page .* status 503' stdout)" 4 "a page that fails: lines"
equal "$(counted down requests)" 0 "a page that fails: calls"
fake_stop down
fake_start cut --fault cut:first1@page
research few out-cut 4 plain
is_status 0 "a page that is cut"
equal "$(counted cut pages)" 2 "a page that is cut: fetches"
equal "$(counted cut research)" 1 "a page that is cut: research"
fake_stop cut

# ---- a posting --------------------------------------------------------------------------

fake_start posting
cvx --parallel source=in n=50 --adjust name=openai-job-specific \
    "job-url=http://127.0.0.1:$port/pages/job" --target out-job
is_status 0 "a posting"
equal "$(counted posting pages)" 1 "fetches of a posting"
equal "$(counted posting adjust)" 50 "calls for a posting"
cvx --parallel source=few n=4 --adjust name=openai-job-specific \
    "job-url=http://127.0.0.1:$port/pages/script" --target out-script
is_status 1 "a posting made by JavaScript"
equal "$(grep -c 'made by JavaScript' stdout)" 4 "a posting made by JavaScript"
equal "$(counted posting requests)" 50 "a posting made by JavaScript: calls"
fake_stop posting

finish
