/* The words and numbers of a CV. See facts.h. */
#include "adjust/facts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unictype.h>

#include <cvextract/mem.h>

#include "adjust/words.h"

struct cvx_facts {
    struct json_object *cv; /* borrowed */
    struct cvx_buf text; /* every string, folded, between newlines; made when it is first
                               asked for: most items are in the lists as they are */
    struct cvx_buf numbers; /* each with its NUL */
    const char **sorted;    /* into numbers */
    size_t n_numbers;
    struct cvx_span *items; /* of lists, sorted; into the tree */
    size_t n_items, items_cap;
    bool listed; /* items and numbers are there */
    bool failed;
};

/* ---- numbers ---- */

static bool is_digit_at(struct cvx_span text, size_t at, uint32_t *ret, size_t *ret_len)
{
    if (at >= text.len)
        return false;
    if ((unsigned char)text.p[at] < 0x80) {
        *ret = (unsigned char)text.p[at];
        *ret_len = 1;
        return *ret >= '0' && *ret <= '9';
    }
    *ret = cvx_unicode_decode(text.p + at, text.p + text.len, ret_len);
    return cvx_unicode_is_digit(*ret);
}

static char ascii_digit(uint32_t c)
{
    int value = c < 0x80 ? (int)c - '0' : uc_decimal_value(c);

    return (char)('0' + (value < 0 ? 0 : value));
}

/* Copies the number that begins at `at`, its separators too; where it ends is returned. */
static size_t copy_number(struct cvx_span text, size_t at,
                          char ret[CVX_FACTS_NUMBER_ROOM])
{
    size_t len = 0, n;
    uint32_t c;

    while (is_digit_at(text, at, &c, &n)) {
        if (len + 1 < CVX_FACTS_NUMBER_ROOM)
            ret[len++] = ascii_digit(c);
        at += n;
        if (at < text.len && (text.p[at] == '.' || text.p[at] == ',') &&
            is_digit_at(text, at + 1, &c, &n)) {
            if (len + 1 < CVX_FACTS_NUMBER_ROOM)
                ret[len++] = text.p[at];
            at++;
        }
    }
    ret[len] = '\0';
    return at;
}

/* Whether all separators stand before groups of three: 1,000,000. */
static bool is_grouped(const char *number)
{
    size_t group = strcspn(number, ".,");

    if (number[group] == '\0' || group > 3)
        return false;
    while (number[group] != '\0') {
        number += group + 1;
        group = strcspn(number, ".,");
        if (group != 3)
            return false;
    }
    return true;
}

static void canonical_number(char *number)
{
    bool grouped = is_grouped(number);
    size_t to = 0;

    for (size_t i = 0; number[i] != '\0'; i++) {
        bool separator = number[i] == '.' || number[i] == ',';

        if (!separator)
            number[to++] = number[i];
        else if (!grouped)
            number[to++] = '.';
    }
    number[to] = '\0';
}

bool cvx_facts_next_number(struct cvx_span *rest, char ret[CVX_FACTS_NUMBER_ROOM])
{
    size_t n;
    uint32_t c;

    for (size_t at = 0; at < rest->len; at += n) {
        if (!is_digit_at(*rest, at, &c, &n))
            continue;
        at = copy_number(*rest, at, ret);
        canonical_number(ret);
        *rest = (struct cvx_span){rest->p + at, rest->len - at};
        return true;
    }
    rest->p += rest->len;
    rest->len = 0;
    return false;
}

void cvx_facts_digits(struct cvx_span text, struct cvx_buf *buf)
{
    size_t n;
    uint32_t c;

    for (size_t at = 0; at < text.len; at += n)
        if (is_digit_at(text, at, &c, &n))
            cvx_buf_putc(buf, ascii_digit(c));
}

/* ---- making ---- */

/* Appends the text as it is compared: cleaned, in lower case. */
static void put_folded(struct cvx_span text, struct cvx_buf *buf)
{
    struct cvx_buf clean = CVX_BUF_INIT;

    cvx_clean(&clean, text);
    if (clean.len > 0)
        cvx_unicode_lower(buf, clean.data, clean.len);
    if (clean.failed)
        buf->failed = true;
    cvx_buf_done(&clean);
}

static struct cvx_span span_of(struct json_object *string)
{
    return (struct cvx_span){json_object_get_string(string),
                             (size_t)json_object_get_string_len(string)};
}

static void add_item(struct cvx_facts *facts, struct cvx_span item)
{
    if (facts->n_items == facts->items_cap) {
        size_t cap = facts->items_cap ? 2 * facts->items_cap : 64;
        struct cvx_span *grown =
            cvx_realloc_array(facts->items, cap, sizeof(*facts->items));

        if (!grown) {
            facts->failed = true;
            return;
        }
        facts->items = grown;
        facts->items_cap = cap;
    }
    facts->items[facts->n_items++] = item;
}

static void add_string(struct cvx_facts *facts, struct json_object *string)
{
    struct cvx_span text = span_of(string);
    char number[CVX_FACTS_NUMBER_ROOM];

    while (cvx_facts_next_number(&text, number)) {
        cvx_buf_put(&facts->numbers, number, strlen(number) + 1);
        facts->n_numbers++;
    }
}

static void add_value(struct cvx_facts *facts, struct json_object *value);

static void add_list(struct cvx_facts *facts, struct json_object *list)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);

        if (json_object_is_type(item, json_type_string))
            add_item(facts, span_of(item));
        add_value(facts, item);
    }
}

/* As deep as the schema of a CV goes. */
static void add_value(struct cvx_facts *facts, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        add_string(facts, value);
        break;
    case json_type_array:
        add_list(facts, value);
        break;
    case json_type_object: {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            add_value(facts, member);
        }
        break;
    }
    default:
        break;
    }
}

/* Appends every string of the value, folded, each with a newline behind it. */
static void fold_value(struct json_object *value, struct cvx_buf *buf)
{
    if (json_object_is_type(value, json_type_string)) {
        put_folded(span_of(value), buf);
        cvx_buf_putc(buf, '\n');
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            fold_value(json_object_array_get_idx(value, i), buf);
    } else if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            fold_value(member, buf);
        }
    }
}

static int compare_numbers(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_items(const void *a, const void *b)
{
    const struct cvx_span *x = a, *y = b;
    int order = memcmp(x->p, y->p, x->len < y->len ? x->len : y->len);

    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static int sort_numbers(struct cvx_facts *facts)
{
    const char *at = facts->numbers.data;

    facts->sorted = cvx_alloc_array(facts->n_numbers, sizeof(*facts->sorted));
    if (!facts->sorted)
        return CVX_ENOMEM;
    for (size_t i = 0; i < facts->n_numbers; i++) {
        facts->sorted[i] = at;
        at += strlen(at) + 1;
    }
    if (facts->n_numbers > 0)
        qsort(facts->sorted, facts->n_numbers, sizeof(*facts->sorted), compare_numbers);
    return CVX_OK;
}

int cvx_facts_new(struct json_object *cv, struct cvx_facts **ret, struct cvx_err *err)
{
    struct cvx_facts *facts = cvx_zalloc(sizeof(*facts));

    if (!facts)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the facts of a CV");
    facts->cv = cv;
    *ret = facts;
    return CVX_OK;
}

static int list_all(struct cvx_facts *facts, struct cvx_err *err)
{
    if (facts->listed)
        return CVX_OK;
    facts->listed = true;
    add_value(facts, facts->cv);
    if (facts->failed || facts->numbers.failed || sort_numbers(facts)) {
        facts->n_items = facts->n_numbers = 0;
        return cvx_fail(err, CVX_ENOMEM, "out of memory for the facts of a CV");
    }
    if (facts->n_items > 0)
        qsort(facts->items, facts->n_items, sizeof(*facts->items), compare_items);
    return CVX_OK;
}

void cvx_facts_free(struct cvx_facts *facts)
{
    if (!facts)
        return;
    cvx_buf_done(&facts->text);
    cvx_buf_done(&facts->numbers);
    cvx_free(facts->sorted);
    cvx_free(facts->items);
    cvx_free(facts);
}

/* ---- asking ---- */

/* The character that ends right before p; 0 at the beginning. */
static uint32_t char_before(const char *begin, const char *p)
{
    const char *at = p;
    size_t n;

    if (at == begin)
        return 0;
    do
        at--;
    while (at > begin && ((unsigned char)*at & 0xC0) == 0x80);
    return cvx_unicode_decode(at, p, &n);
}

static uint32_t char_at(const char *p, const char *end)
{
    size_t n;

    return p < end ? cvx_unicode_decode(p, end, &n) : 0;
}

/* Whether what stands at p is a word of its own where it ends with letters. */
static bool is_bounded(const struct cvx_buf *text, const char *p, size_t len)
{
    const char *end = text->data + text->len;
    bool begins = !cvx_words_joins(char_before(text->data, p)) ||
                  cvx_words_unspaced(char_at(p, end));

    return begins && (!cvx_words_joins(char_at(p + len, end)) ||
                      cvx_words_unspaced(char_before(p, p + len)));
}

/* Past the word that p is in: no other occurrence can begin within it. */
static const char *next_start(const char *p, const char *end)
{
    size_t n = 0;

    do
        p += n;
    while (p < end && cvx_words_joins(cvx_unicode_decode(p, end, &n)));
    return p;
}

static bool holds(const struct cvx_buf *text, const struct cvx_buf *part)
{
    const char *at = text->data, *end = text->data + text->len;

    while (at < end) {
        at = memmem(at, (size_t)(end - at), part->data, part->len);
        if (!at)
            return false;
        if (is_bounded(text, at, part->len))
            return true;
        at = cvx_words_joins(char_at(at, end)) ? next_start(at, end) : at + 1;
    }
    return false;
}

int cvx_facts_has_item(struct cvx_facts *facts, struct cvx_span item, bool *ret,
                       struct cvx_err *err)
{
    int rc = list_all(facts, err);

    if (!rc)
        *ret = facts->n_items > 0 && bsearch(&item, facts->items, facts->n_items,
                                             sizeof(*facts->items), compare_items);
    return rc;
}

int cvx_facts_has_text(struct cvx_facts *facts, struct cvx_span text, bool *ret,
                       struct cvx_err *err)
{
    struct cvx_buf part = CVX_BUF_INIT;

    if (facts->text.len == 0) {
        cvx_buf_putc(&facts->text, '\n');
        fold_value(facts->cv, &facts->text);
    }
    put_folded(text, &part);
    int rc = part.failed || facts->text.failed
                 ? cvx_fail(err, CVX_ENOMEM, "out of memory for an item")
                 : CVX_OK;
    if (!rc)
        *ret = part.len > 0 && holds(&facts->text, &part);
    cvx_buf_done(&part);
    return rc;
}

int cvx_facts_has_number(struct cvx_facts *facts, const char *number, bool *ret,
                         struct cvx_err *err)
{
    int rc = list_all(facts, err);

    if (!rc)
        *ret = facts->n_numbers > 0 && bsearch(&number, facts->sorted, facts->n_numbers,
                                               sizeof(*facts->sorted), compare_numbers);
    return rc;
}
