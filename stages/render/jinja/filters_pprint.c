/* The filter pprint: values as Python's pprint lays them out, 80 columns wide. See
 * value.h. */
#include "render/jinja/filterkit.h"

#include <string.h>

#include "render/jinja/filtersort.h"
#include "text/unicode.h"

#define WIDTH 80

struct printer {
    struct cvx_rt *rt;
    struct cvx_buf *out;
    struct cvx_buf scratch; /* one repr at a time */
};

/* Where a value is written: from this column on, with `allowance` more to come behind it
 * on its last line, `level` containers deep. */
struct place {
    int64_t indent, allowance;
    unsigned level;
};

static int put_layout(struct printer *p, struct cvx_value value, struct place place);
static int put_flat(struct printer *p, struct cvx_value value, struct cvx_buf *out);

/* ---- the order of keys: by `<`, where that fails by the names of their types ---- */

static const char *type_name(struct cvx_value value)
{
    if (value.kind == CVX_V_STR && value.safe)
        return "markupsafe.Markup";
    return value.named ? "jinja2.filters._GroupTuple" : cvx_value_type(value);
}

static int less_safely(struct cvx_rt *rt, const void *ctx,
                       const struct cvx_filtersort_item *a,
                       const struct cvx_filtersort_item *b, bool *ret)
{
    struct cvx_value left = a->keys[0], right = b->keys[0];
    (void)ctx;
    if (left.kind == CVX_V_UNDEFINED || right.kind == CVX_V_UNDEFINED)
        return cvx_value_fail_undefined(rt, left.kind == CVX_V_UNDEFINED ? left : right);
    int rc = cvx_compare_order(rt, CVX_LT, left, right, ret);
    if (rc != CVX_EFORMAT)
        return rc;
    cvx_err_init(rt->err);
    *ret = strcmp(type_name(left), type_name(right)) < 0;
    return CVX_OK;
}

static int sorted_entries(struct cvx_rt *rt, const struct cvx_dict *dict,
                          struct cvx_filtersort_item **ret)
{
    size_t n = cvx_dict_count(dict);
    struct cvx_filtersort_item *items = cvx_heap_array(rt->heap, n, sizeof(*items));
    struct cvx_value *keys = items ? cvx_heap_array(rt->heap, n, sizeof(*keys)) : NULL;
    if (!items || !keys)
        return cvx_value_no_memory(rt);
    for (size_t i = 0; i < n; i++) {
        const struct cvx_dict_entry *entry = cvx_dict_at(dict, i);
        keys[i] = entry->key;
        items[i] = (struct cvx_filtersort_item){&keys[i], entry->value};
    }
    *ret = items;
    return cvx_filtersort_run(rt, items, n, false, less_safely, NULL);
}

/* ---- on one line: repr(), but with sorted keys ---- */

static int put_flat_dict(struct printer *p, const struct cvx_dict *dict,
                         struct cvx_buf *out)
{
    struct cvx_filtersort_item *items = NULL;
    size_t n = cvx_dict_count(dict);
    int rc = sorted_entries(p->rt, dict, &items);
    if (rc || !items)
        return rc;
    cvx_buf_putc(out, '{');
    for (size_t i = 0; i < n && !rc; i++) {
        if (i > 0)
            cvx_buf_puts(out, ", ");
        rc = put_flat(p, items[i].keys[0], out);
        cvx_buf_puts(out, ": ");
        if (!rc)
            rc = put_flat(p, items[i].value, out);
    }
    cvx_buf_putc(out, '}');
    return rc;
}

static int put_flat_list(struct printer *p, struct cvx_value value, struct cvx_buf *out)
{
    const struct cvx_list *list = value.u.list;
    bool tuple = value.kind == CVX_V_TUPLE;
    int rc = CVX_OK;
    cvx_buf_putc(out, tuple ? '(' : '[');
    for (size_t i = 0; i < list->n && !rc; i++) {
        if (i > 0)
            cvx_buf_puts(out, ", ");
        rc = put_flat(p, list->items[i], out);
    }
    if (tuple && list->n == 1)
        cvx_buf_putc(out, ',');
    cvx_buf_putc(out, tuple ? ')' : ']');
    return rc;
}

/* What has a layout of its own; a tuple of groupby prints itself. */
static bool is_container(struct cvx_value value)
{
    return value.kind == CVX_V_DICT || value.kind == CVX_V_LIST ||
           (value.kind == CVX_V_TUPLE && !value.named);
}

static int put_flat(struct printer *p, struct cvx_value value, struct cvx_buf *out)
{
    if (!is_container(value))
        return cvx_repr_repr(p->rt, value, out);
    int rc = cvx_value_enter(p->rt);
    if (rc)
        return rc;
    rc = value.kind == CVX_V_DICT ? put_flat_dict(p, value.u.dict, out)
                                  : put_flat_list(p, value, out);
    cvx_value_leave(p->rt);
    return rc;
}

static int64_t points_of(const char *text, size_t len)
{
    int64_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* The repr into the scratch buffer, and how wide it is. */
static int measure(struct printer *p, struct cvx_value value, int64_t *ret)
{
    cvx_buf_clear(&p->scratch);
    int rc = put_flat(p, value, &p->scratch);
    if (!rc)
        rc = cvx_buf_check(&p->scratch, p->rt->err);
    if (!rc)
        *ret = points_of(p->scratch.data, p->scratch.len);
    return rc;
}

static void put_newline(struct cvx_buf *out, int64_t indent)
{
    cvx_buf_putc(out, '\n');
    for (int64_t i = 0; i < indent; i++)
        cvx_buf_putc(out, ' ');
}

/* ---- containers over several lines ---- */

static int put_items(struct printer *p, const struct cvx_list *list, struct place place)
{
    int rc = CVX_OK;
    int64_t last = place.allowance;
    place.indent++;
    for (size_t i = 0; i < list->n && !rc; i++) {
        if (i > 0) {
            cvx_buf_putc(p->out, ',');
            put_newline(p->out, place.indent);
        }
        place.allowance = i + 1 == list->n ? last : 1;
        rc = put_layout(p, list->items[i], place);
    }
    return rc;
}

static int put_list(struct printer *p, struct cvx_value value, struct place place)
{
    const struct cvx_list *list = value.u.list;
    bool tuple = value.kind == CVX_V_TUPLE;
    const char *end = !tuple ? "]" : list->n == 1 ? ",)" : ")";
    cvx_buf_putc(p->out, tuple ? '(' : '[');
    place.allowance += (int64_t)strlen(end);
    int rc = put_items(p, list, place);
    cvx_buf_puts(p->out, end);
    return rc;
}

static int put_dict(struct printer *p, const struct cvx_dict *dict, struct place place)
{
    struct cvx_filtersort_item *items = NULL;
    size_t n = cvx_dict_count(dict);
    int rc = sorted_entries(p->rt, dict, &items);
    if (rc || !items)
        return rc;
    cvx_buf_putc(p->out, '{');
    for (size_t i = 0; i < n && !rc; i++) {
        int64_t width = 0;
        if (i > 0) {
            cvx_buf_putc(p->out, ',');
            put_newline(p->out, place.indent + 1);
        }
        rc = measure(p, items[i].keys[0], &width);
        if (rc)
            break;
        cvx_buf_put(p->out, p->scratch.data, p->scratch.len);
        cvx_buf_puts(p->out, ": ");
        struct place value = {place.indent + 1 + width + 2,
                              i + 1 == n ? place.allowance + 1 : 1, place.level};
        rc = put_layout(p, items[i].value, value);
    }
    cvx_buf_putc(p->out, '}');
    return rc;
}

/* ---- long text in pieces ---- */

struct pieces {
    struct printer *printer;
    enum cvx_value_kind kind; /* STR or BYTES */
    int64_t indent;
    struct cvx_buf made; /* the pieces so far, each but the first on a line of its own */
    size_t n;
    const char *start; /* of the one being collected */
    size_t len;
};

static int repr_piece(struct pieces *pieces, const char *text, size_t len, int64_t *ret)
{
    struct cvx_str str = {text, len, (size_t)points_of(text, len)};
    struct cvx_value value = {.kind = (uint8_t)pieces->kind, .u.str = &str};
    return measure(pieces->printer, value, ret);
}

/* What the scratch buffer holds is a piece. */
static void add_piece(struct pieces *pieces)
{
    const struct cvx_buf *scratch = &pieces->printer->scratch;
    if (pieces->n++ > 0)
        put_newline(&pieces->made, pieces->indent);
    cvx_buf_put(&pieces->made, scratch->data, scratch->len);
}

/* Ends the piece being collected, if there is one. */
static int flush(struct pieces *pieces)
{
    int64_t width;
    if (pieces->len == 0)
        return CVX_OK;
    int rc = repr_piece(pieces, pieces->start, pieces->len, &width);
    if (!rc)
        add_piece(pieces);
    pieces->len = 0;
    return rc;
}

/* Adds `len` bytes to the piece, unless that makes it wider than `width`: then they begin
 * a new one. */
static int collect(struct pieces *pieces, const char *text, size_t len, int64_t width)
{
    int64_t wide = 0;
    if (pieces->len == 0)
        pieces->start = text;
    int rc = repr_piece(pieces, pieces->start, pieces->len + len, &wide);
    if (rc)
        return rc;
    if (wide > width) {
        rc = flush(pieces);
        pieces->start = text;
    }
    pieces->len += len;
    return rc;
}

/* The bytes of characters that are no space, then of those that are. */
static size_t word_and_gap(const char *text, const char *end)
{
    const char *p = text;
    for (int space = 0; space < 2; space++)
        while (p < end) {
            size_t len;
            if (cvx_unicode_is_space(cvx_unicode_decode(p, end, &len)) != (space == 1))
                break;
            p += len;
        }
    return (size_t)(p - text);
}

/* One line of a text: into pieces of `width`, the last of them no wider than `fits`. */
static int add_line(struct pieces *pieces, const struct cvx_str *line, int64_t width,
                    int64_t fits)
{
    const char *p = line->data, *end = p + line->len;
    int64_t wide = 0;
    int rc = repr_piece(pieces, p, line->len, &wide);
    if (rc)
        return rc;
    if (wide <= fits) {
        add_piece(pieces);
        return CVX_OK;
    }
    while (p < end && !rc) {
        size_t part = word_and_gap(p, end);
        rc = collect(pieces, p, part, p + part == end ? fits : width);
        p += part;
    }
    return rc ? rc : flush(pieces);
}

static int add_text(struct pieces *pieces, struct cvx_value text, int64_t allowance)
{
    static const struct cvx_str k_splitlines = CVX_FILTERKIT_TEXT("splitlines");
    struct cvx_value lines = {0}, keep_ends = cvx_value_bool(true);
    int64_t width = WIDTH - pieces->indent;
    int rc = cvx_filterkit_method(pieces->printer->rt, text, &k_splitlines, &keep_ends, 1,
                                  &lines);
    for (size_t i = 0; !rc && i < lines.u.list->n; i++) {
        bool last = i + 1 == lines.u.list->n;
        rc = add_line(pieces, lines.u.list->items[i].u.str, width,
                      last ? width - allowance : width);
    }
    return rc;
}

/* By fours. */
static int add_bytes(struct pieces *pieces, const struct cvx_str *bytes,
                     int64_t allowance)
{
    int64_t width = WIDTH - pieces->indent;
    int rc = CVX_OK;
    for (size_t i = 0; i < bytes->len && !rc; i += 4) {
        size_t n = bytes->len - i < 4 ? bytes->len - i : 4;
        if (i == bytes->len / 4 * 4)
            width -= allowance;
        rc = collect(pieces, bytes->data + i, n, width);
    }
    return rc ? rc : flush(pieces);
}

/* At the top the pieces stand in parentheses: text only if there are several. */
static int put_pieces(struct printer *p, struct cvx_value value, struct place place)
{
    bool top = place.level == 1, text = value.kind == CVX_V_STR;
    struct pieces pieces = {.printer = p, .kind = (enum cvx_value_kind)value.kind};
    pieces.made.max = p->out->max;
    pieces.indent = place.indent + top;
    int rc = text ? add_text(&pieces, value, place.allowance + top)
                  : add_bytes(&pieces, value.u.str, place.allowance + top);
    if (!rc)
        rc = cvx_buf_check(&pieces.made, p->rt->err);
    if (!rc) {
        bool enclosed = top && (pieces.n > 1 || !text);
        cvx_buf_puts(p->out, enclosed ? "(" : "");
        cvx_buf_put(p->out, pieces.made.data, pieces.made.len);
        cvx_buf_puts(p->out, enclosed ? ")" : "");
    }
    cvx_buf_done(&pieces.made);
    return rc;
}

/* ---- any value ---- */

static int put_layout(struct printer *p, struct cvx_value value, struct place place)
{
    int64_t width = 0;
    int rc = measure(p, value, &width);
    if (rc)
        return rc;
    bool bytes = value.kind == CVX_V_BYTES && value.u.str->len > 4;
    bool text = value.kind == CVX_V_STR && !value.safe && value.u.str->len > 0;
    if (width <= WIDTH - place.indent - place.allowance ||
        (!bytes && !text && !is_container(value))) {
        cvx_buf_put(p->out, p->scratch.data, p->scratch.len);
        return CVX_OK;
    }
    place.level++;
    if (bytes || text)
        return put_pieces(p, value, place);
    rc = cvx_value_enter(p->rt);
    if (rc)
        return rc;
    rc = value.kind == CVX_V_DICT ? put_dict(p, value.u.dict, place)
                                  : put_list(p, value, place);
    cvx_value_leave(p->rt);
    return rc;
}

static int filter_pprint(struct cvx_rt *rt, struct cvx_value input,
                         const struct cvx_args *args, struct cvx_value *ret)
{
    int rc = cvx_filterkit_bind_none(rt, "filter 'pprint'", args);
    if (rc)
        return rc;
    struct cvx_buf buf = cvx_filterkit_buf(rt);
    struct printer printer = {rt, &buf, cvx_filterkit_buf(rt)};
    rc = put_layout(&printer, input, (struct place){0});
    cvx_buf_done(&printer.scratch);
    return cvx_filterkit_finish(rt, rc, &buf, false, ret);
}

const struct cvx_filterkit_entry cvx_filters_pprint_table[] = {
    {"pprint", filter_pprint},
    {NULL, NULL},
};
