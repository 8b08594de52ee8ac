# Rows about rendering; the rest is in report.awk.

function render_row(name, key, floor, sign, wanted,    r) {
    r = ratio(key " 1", floor " 1", "cpu")
    row(name, middle(key " 1", "cpu"), "us/file", middle(floor " 1", "cpu"), r, sign,
        wanted, r)
}

function render_rows() {
    if (!n["render-plain 1"])
        return
    render_row("render, CPU", "render-plain", "deflate", "<", 3)
    render_row("render, styles of 0.8 MB, CPU", "render-fat", "deflate", "<", 3)
    render_row("render and read back, CPU", "render-checked", "deflate", "", 0)
    of_memory("100 rendered", "render-rss-100", middle("render-rss-100", "rss"), "", 0, "")
    of_memory("1000 rendered", "render-rss-1000", middle("render-rss-100", "rss"), "<", 1.1,
        "ratio")
}
