# From the samples (one JSON object a line) to a table and to JSON lines: medians, and
# ratios to the floor. Ratios are taken within a repetition first, then their median:
# whatever else the machine does meanwhile burdens both sides alike.

function number(name) {
    if (!match($0, "\"" name "\":[0-9.]+"))
        return 0
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0
}

function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
            t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
        }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

# The median of one field over the repetitions of a key.
function middle(key, field,    i, list) {
    for (i = 1; i <= n[key]; i++)
        list[i] = value[key, i, field]
    return n[key] ? median(list, n[key]) : 0
}

# The median of the ratios, repetition by repetition.
function ratio_of(key, field, floor, floor_field,    i, list, least) {
    least = n[key] < n[floor] ? n[key] : n[floor]
    for (i = 1; i <= least; i++)
        list[i] = value[key, i, field] / value[floor, i, floor_field]
    return least ? median(list, least) : 0
}

function ratio(key, floor, field) {
    return ratio_of(key, field, floor, field)
}

# One line of the table, and its JSON for later. sign: "<" or ">" before the wanted ratio or
# value, "" when there is none to meet.
function row(name, seen, unit, base, quotient, sign, wanted, judged,    met, verdict) {
    met = "null"
    verdict = ""
    if (sign != "") {
        met = (sign == "<" ? judged <= wanted : judged >= wanted) ? "true" : "false"
        verdict = (sign == "<" ? "at most " : "at least ") wanted
        verdict = verdict (met == "true" ? ", met" : ", MISSED")
    }
    printf "%-34s %12.2f %-9s %12.2f %8.2f  %s\n", name, seen, unit, base, quotient, verdict
    json[++n_json] = sprintf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",", name, seen, unit)
    json[n_json] = json[n_json] sprintf("\"floor\":%.3f,\"ratio\":%.4f,\"met\":%s}",
        base, quotient, met)
}

function against_floor(name, key, floor, field, sign, wanted,    r) {
    r = ratio(key, floor, field)
    row(name, middle(key, field), "us/file", middle(floor, field), r, sign, wanted, r)
}

{
    match($0, /"what":"[^"]*"/)
    key = substr($0, RSTART + 8, RLENGTH - 9)
    if (number("threads"))
        key = key " " number("threads")
    i = ++n[key]
    value[key, i, "cpu"] = number("cpu_us")
    value[key, i, "self"] = number("self_us")
    value[key, i, "workers"] = number("cpu_us") - number("self_us")
    value[key, i, "wall"] = number("wall_us")
    value[key, i, "ms"] = number("wall_ms")
    value[key, i, "cpu_ms"] = number("cpu_ms")
    value[key, i, "rss"] = number("rss_kib") / 1024
    value[key, i, "ir"] = number("ir")
    value[key, i, "wall_s"] = number("wall_s")
    value[key, i, "check_s"] = number("check_s")
    value[key, i, "ratio"] = number("ratio")
    value[key, i, "limited"] = number("limited")
    value[key, i, "full"] = number("full")
    value[key, i, "files"] = number("files")
    if (number("files") && key !~ /^(api|render|deflate)-/)
        files = number("files")
}

function of_start(name, key,    seen, base) {
    seen = middle(key, "ms")
    base = middle("start-floor", "ms")
    row("start, " name, seen, "ms", base, seen / base, "<", 10, seen)
    seen = middle(key, "cpu_ms")
    row("start, " name ", CPU", seen, "ms", base, seen / base, "", 0, 0)
}

function of_memory(files, key, base, sign, wanted, judged,    seen) {
    seen = middle(key, "rss")
    row("peak memory, " files " files", seen, "MiB", base, seen / base, sign, wanted,
        judged == "ratio" ? seen / base : seen)
}

function cv_rows(    i, up, bound) {
    against_floor("extract, CPU, 1 thread", "extract 1", "floor 1", "cpu", "<", 0.8)
    against_floor("extract, CPU, 2 threads", "extract 2", "floor 2", "cpu", "", 0)
    against_floor("extract, wall, 1 thread", "extract 1", "floor 1", "wall", "", 0)
    against_floor("extract, wall, 2 threads", "extract 2", "floor 2", "wall", "", 0)
    against_floor("extract to disk, CPU, 1 thread", "disk 1", "floor 1", "cpu", "", 0)
    against_floor("bare SAX walk, CPU, 1 thread", "sax 1", "floor 1", "cpu", "", 0)
    up = ratio("extract 1", "extract 2", "wall")
    row("speed-up by a second thread", up, "times", ratio("floor 1", "floor 2", "wall"),
        up / ratio("floor 1", "floor 2", "wall"), ">", 1.8, up)
    # Workers that never wait for work are what wall times would show on an idle machine.
    for (i = 1; i <= n["extract 2"]; i++)
        bound[i] = 2 * value["extract 1", i, "workers"] / value["extract 2", i, "cpu"]
    up = median(bound, n["extract 2"])
    row("the same, as CPU times allow it", up, "times", 2, up / 2, "", 0, 0)
    up = ratio("extract 2", "extract 1", "cpu")
    row("CPU, 2 threads over 1", up, "times", ratio("floor 2", "floor 1", "cpu"),
        up / ratio("floor 2", "floor 1", "cpu"), "", 0, 0)
    row("loop thread, CPU, 1 thread", middle("extract 1", "self"), "us/file",
        middle("floor 1", "cpu"), ratio_of("extract 1", "self", "floor 1", "cpu"), "", 0, 0)
    if (n["ir-floor"]) {
        up = ratio("ir-extract", "ir-floor", "ir")
        row("extract, instructions", middle("ir-extract", "ir"), "/file",
            middle("ir-floor", "ir"), up, "<", 0.8, up)
        row("bare SAX walk, instructions", middle("ir-sax", "ir"), "/file",
            middle("ir-floor", "ir"), ratio("ir-sax", "ir-floor", "ir"), "", 0, 0)
    }
    of_memory(100, "rss-100", middle("rss-100", "rss"), "", 0, "")
    of_memory(1000, "rss-1000", middle("rss-100", "rss"), "<", 1.1, "ratio")
    if (n["rss-10000"]) {
        of_memory(10000, "rss-10000", middle("rss-100", "rss"), "<", 150, "size")
        of_memory(100000, "rss-100000", middle("rss-10000", "rss"), "", 0, "")
        # A scan entry: its path, and what the scan knows of it.
        up = (middle("rss-100000", "rss") - middle("rss-10000", "rss")) * 1048576 / 90000
        row("memory per file beyond 10000", up, "bytes", 0, 0, "<", 128, up)
    }
    of_start("--help", "start-help")
    of_start("one small file", "start-file")
}

END {
    if (n["floor 1"])
        printf "\n%d CVs, %d repetitions; floor: inflate and parse into a tree\n", files,
            n["floor 1"]
    if (load > cpus / 4)
        printf "Load average %.1f on %d CPUs: wall times, and what is drawn from them, say little.\n",
            load, cpus
    printf "\n%-34s %12s %-9s %12s %8s\n", "", "median", "", "floor", "ratio"
    if (n["floor 1"])
        cv_rows()
    render_rows()
    api_rows()
    printf "\n"
    for (i = 1; i <= n_json; i++)
        print json[i]
}
