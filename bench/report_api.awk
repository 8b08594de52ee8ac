# The rows of API calls, for report.awk: CPU per call against the floor, wall times against
# the bound, memory.

function api_cpu(n_flight, label, floor, target,    key) {
    key = "api-adjust-" n_flight " 2"
    floor = "api-post-" n_flight " 1"
    if (!n[key] || !n[floor])
        return
    row("API, CPU per call, " label, middle(key, "cpu"), "us/call", middle(floor, "cpu"),
        ratio(key, floor, "cpu"), "<", 4, ratio(key, floor, "cpu"))
    row("  of it the loop's thread", middle(key, "self"), "us/call", middle(floor, "cpu"),
        ratio_of(key, "self", floor, "cpu"), "", 0, 0)
    if (n["api-cached-" n_flight " 2"])
        row("  with the response cache", middle("api-cached-" n_flight " 2", "cpu"),
            "us/call", middle(floor, "cpu"),
            ratio("api-cached-" n_flight " 2", floor, "cpu"), "", 0, 0)
    floor = "api-poll-" n_flight " 1"
    if (n[floor])
        row("  against curl_multi_poll()", middle(key, "cpu"), "us/call",
            middle(floor, "cpu"), ratio(key, floor, "cpu"), "", 0, 0)
}

# Two bounds: the run's own, and one from what the server was told. The lower ratio counts.
function api_wall(what, label, wanted,    key, own, check, seen) {
    key = "api-wall-" what " 2"
    if (!n[key])
        return
    seen = value[key, 1, "wall_s"]
    own = value[key, 1, "ratio"]
    check = value[key, 1, "check_s"] / seen
    row("API, bound/wall, " label, own, "ratio", value[key, 1, "check_s"], check,
        wanted > 0 ? ">" : "", wanted, own < check ? own : check)
    row("  429s; files not full", value[key, 1, "limited"], "answers",
        value[key, 1, "files"] - value[key, 1, "full"], 0, "", 0, 0)
}

function api_rows() {
    api_cpu(200, "200 in flight")
    api_cpu(1000, "1000 in flight")
    api_cpu(5000, "5000, HTTP/2")
    if (n["api-h2-not-run"])
        printf "%-34s not run\n", "API, CPU per call, 5000, HTTP/2"
    api_wall("latency", "latency", 0.97)
    api_wall("step", "200 ms in step", 0)
    api_wall("rpm-given", "rpm given", 0.97)
    api_wall("rpm-announced", "rpm announced", 0.97)
    api_wall("rpm-unknown", "rpm unknown", 0.97)
    api_wall("tpm-given", "tpm given", 0.97)
    api_wall("tpm-announced", "tpm announced", 0.97)
    api_wall("tpm-unknown", "tpm unknown", 0.97)
    api_wall("latency-faults", "latency, faults", 0.90)
    api_wall("rpm-faults", "rpm, faults", 0.90)
    api_wall("tpm-faults", "tpm, faults", 0.90)
    if (n["api-small 2"])
        row("API, 200 files, n=200, 200 ms", 1000 * middle("api-small 2", "wall_s"), "ms", 200,
            5 * middle("api-small 2", "wall_s"), "", 0, 0)
    if (n["api-rss-1000 2"]) {
        row("API, peak memory, 1000 files", middle("api-rss-1000 2", "rss"), "MiB", 0, 0, "",
            0, 0)
        row("API, peak memory, 10000 files", middle("api-rss-10000 2", "rss"), "MiB",
            middle("api-rss-1000 2", "rss"),
            middle("api-rss-10000 2", "rss") / middle("api-rss-1000 2", "rss"), "<", 150,
            middle("api-rss-10000 2", "rss"))
    }
}
