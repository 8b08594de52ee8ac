#!/bin/sh
# Servers and connections that fail: every file is done, retries are counted as what they
# were, and what cannot be cured is said at the right file.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_api.sh"

# ---- 5 % of each ------------------------------------------------------------------------

cvs in 150
fake_start mixed --fault 429:0.05 --fault 500:0.03 --fault 503:0.03 --fault reset:0.05 \
    --fault cut:0.05 --retry-seconds 0.1 --latency uniform:1-20 --seed 7
adjust in out 20 --verbosity debug --debug-external --log-file log
is_status 0 "5 % faults"
counters_run stdout 150 "5 % faults"
all_adjusted in out "5 % faults"
has stdout "Completed: 150/150 files succeeded (150 full, 0 partial), 0 failed" "5 % faults"

# The server did each of them, and what it did is what we counted.
for fault in '"429"' '"cut"' '"reset"'; do
    case $fault in
    '"429"') n=$(logged mixed '"status":429') ;;
    *) n=$(logged mixed "\"fault\":$fault") ;;
    esac
    if [ "$n" -gt 0 ]; then pass; else fail "no $fault among the faults"; fi
done
lost=$(($(logged mixed '"fault":"cut"') + $(logged mixed '"fault":"reset"')))
equal "$(summed asked)" 150 "calls"
equal "$(summed answered)" 150 "answered"
equal "$(summed all)" "$(counted mixed requests)" "sends"
equal "$(summed limited)" "$(logged mixed '"status":429')" "limited"
equal "$(summed status)" "$(logged mixed '"status":50[03]')" "retries after 5xx"
equal "$(summed truncated)" "$lost" "retries after cut and reset"
# Each decision is told in its file's block, with the wait it leads to.
equal "$(grep -c '^INFO: attempt [0-9]* failed (.*), the next one in [0-9.]* s$' stdout)" \
    $(($(logged mixed '"status":50[03]') + lost)) "retries told"
equal "$(grep -c "^INFO: attempt [0-9]* was too much for the server's limit: the lane waits" stdout)" \
    "$(logged mixed '"status":429')" "waits for the limit told"
# A second answer for one purpose only where the first was lost on the way.
equal "$(summed repeated)" "$lost" "repeated"
equal "$(counted mixed repeated_bodies)" "$(($(counted mixed requests) - 150))" "bodies sent again"
equal "$(logged mixed '"status":200,"fault":null')" 150 "whole answers"
equal "$(summed failed)" 0 "failed"

# Blocks are in one piece: whose text a line holds says whose block it is in. The bodies are
# shown up to the name, which differs in each.
awk '/Raman-[0-9][0-9][0-9]/ { match($0, /Raman-[0-9][0-9][0-9]/)
        seen[substr($0, RSTART + 6, 3)] = 1 }
    /^✅ \[/ { match($0, /cv[0-9][0-9][0-9]/); mine = substr($0, RSTART + 2, 3)
        for (name in seen) { total++; if (name != mine) print "block of " mine " has " name }
        split("", seen) }
    END { if (total != 150) print total " blocks with a name" }' stdout >strangers
is_empty strangers "blocks on the console"
# In the log file each line names its file.
awk -F' [|] ' 'NF > 2 && $3 ~ /^cv/ { if ($3 != last) runs[$3]++; last = $3 }
    NF > 2 && $3 !~ /^cv/ { last = "" }
    END { n = 0; for (f in runs) { n++; if (runs[f] > 1) print f " in " runs[f] " pieces" }
        if (n != 150) print n " files" }' log >pieces
is_empty pieces "blocks in the log file"
fake_stop mixed

# ---- a hidden resend --------------------------------------------------------------------

# The server takes the request on a connection used before and closes it: libcurl would send
# it again by itself. Each send is ours and counted, and the server saw no other.
cvs twenty 20
fake_start dropped --fault drop-reused:every4
adjust twenty out-dropped 1 --openai http1.1
is_status 0 "connections closed under a request"
completed 20 20 "connections closed under a request"
hits=$(logged dropped '"fault":"drop-reused"')
if [ "$hits" -gt 0 ]; then pass; else fail "no connection was closed under a request"; fi
equal "$(summed hidden_resends)" "$hits" "resends that were caught"
equal "$(summed all)" "$(counted dropped requests)" "sends"
equal "$(summed all)" $((20 + hits)) "sends, one for each that was lost"
equal "$(summed repeated)" "$hits" "repeated"
fake_stop dropped

# ---- each once: cured -------------------------------------------------------------------

cvs in16 16
set --
i=0
for fault in drop reset cut cuthead garbage html=502 plain=503 500 520 408 409 echokey; do
    i=$((i + 1))
    set -- "$@" --fault "$fault:at$i"
done
fake_start once "$@" --retry-seconds 0.1
adjust in16 out-once 16
is_status 0 "each fault once"
completed 16 16 "each fault once"
all_adjusted in16 out-once "each fault once"
equal "$(counted once requests)" $((16 + i)) "each fault once: requests"
equal "$(logged once '"fault":"')" "$i" "each fault once: faults"
equal "$(summed all)" $((16 + i)) "each fault once: sends"
equal "$(summed truncated)" 5 "each fault once: drop, reset, cut, cuthead, garbage"
equal "$(summed repeated)" 5 "each fault once: repeated"
equal "$(summed status)" $((i - 5)) "each fault once: statuses"
fake_stop once

# Late ones: the attempt ends, not the call.
fake_start late --fault hang=60:at1 --fault slowbody=400:at2 --fault slowhead=400:at3
adjust in16 out-late 16 --openai timeout=2
is_status 0 "late answers"
completed 16 16 "late answers"
equal "$(summed timeout)" 3 "late answers: timeouts"
equal "$(summed repeated)" 3 "late answers: repeated"
equal "$(counted late requests)" 19 "late answers: requests"
fake_stop late

# Not faults at all.
fake_start closing --close --fault gzip:0.5 --no-usage
adjust in16 out-closing 16
is_status 0 "closed after each, compressed, no usage"
completed 16 16 "closed after each, compressed, no usage"
equal "$(summed answers_without_usage)" 16 "answers without usage"
equal "$(grep -c '^Tokens: .* (estimated for 16 answers)' stdout)" 1 "estimated tokens are marked"
fake_stop closing

# ---- again and again: said at the right file --------------------------------------------

# fault, sends, what the line says; one file each, in this order
cat >faults <<'TXT'
drop      2 given up after 2 attempts: .*closed before the answer
reset     2 given up after 2 attempts: .*closed before the answer
cut       2 given up after 2 attempts: .*cut or garbled
garbage   2 given up after 2 attempts: .*cut or garbled
html=502  2 given up after 2 attempts: HTTP 502: .*HTML instead of JSON
hang=60   2 given up after 2 attempts: .* within 3 s
html=200  1 HTML instead of JSON
plain=200 1 not JSON
huge      1 is over 8388608 bytes
bomb=20   1 is over 8388608 bytes
halfjson  1 not JSON
nobody    1 answered nothing
nochoices 1 no choices
400       1 HTTP 400
TXT
set --
i=0
while read -r fault sends reason; do
    i=$((i + 1))
    set -- "$@" --fault "$fault:~$(printf 'Raman-%03d' $i)"
done <faults
fake_start spoilt "$@" --retry-seconds 0.1
adjust in16 out-spoilt 16 --openai retries=1 timeout=3 --log-failed failed
is_status 0 "files that fail"
completed 2 16 "files that fail"
equal "$(line_count failed)" 14 "files that fail: the list"
equal "$(count_files out-spoilt)" 2 "files that fail: outputs"
exists out-spoilt/adjusted_structured_data/cv016.json "files that fail: another"
i=0
all=2
while read -r fault sends reason; do
    i=$((i + 1))
    all=$((all + sends))
    file=$(printf 'cv%03d.json' $i)
    equal "$(grep -c "^❌ .* A:❌·➖ $file | errors: adjust: openai-job-specific: .*$reason" stdout)" \
        1 "$fault: $reason"
done <faults
equal "$(summed all)" $all "files that fail: sends"
fake_stop spoilt

finish
