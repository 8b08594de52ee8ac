/* Letters and digits of UTF-8: case mappings and the predicates. See pystr.h.
 *
 * libunistring's tables are those of Unicode 14, as Python 3.11's; only the numbers among
 * the Chinese characters are missing there and stand below. */
#include "render/jinja/pystr.h"

#include <stdlib.h>

#include <unicase.h>
#include <unictype.h>

#include "text/unicode.h"

#define SIGMA 0x3a3u

typedef uint8_t *case_fn(const uint8_t *s, size_t n, const char *language, uninorm_t nf,
                         uint8_t *result, size_t *length);

static bool is_lower(uint32_t c)
{
    return uc_is_property_lowercase(c);
}

static bool is_upper(uint32_t c)
{
    return uc_is_property_uppercase(c);
}

static bool is_title(uint32_t c)
{
    return uc_is_general_category(c, UC_TITLECASE_LETTER);
}

static bool is_cased(uint32_t c)
{
    return is_lower(c) || is_upper(c) || is_title(c);
}

/* ---- mappings of one character ---- */

/* One character grows to three at most. */
static void put_mapped(struct cvx_buf *out, const char *p, size_t len, case_fn *map)
{
    uint8_t room[32];
    size_t n = sizeof(room);
    uint8_t *mapped = map((const uint8_t *)p, len, NULL, NULL, room, &n);

    if (!mapped) {
        out->failed = true;
        return;
    }
    cvx_buf_put(out, mapped, n);
    if (mapped != room)
        free(mapped); /* libunistring's own, from malloc */
}

/* The small letter of the character at p within s. */
static void put_lower(struct cvx_buf *out, struct cvx_span s, const char *p, size_t len)
{
    uint32_t c = cvx_unicode_decode(p, s.p + s.len, &(size_t){0});
    if (c == SIGMA)
        cvx_pystr_put(out, cvx_unicode_ends_word(s.p, p, s.p + s.len) ? 0x3c2 : 0x3c3);
    else
        cvx_unicode_lower(out, p, len);
}

static void put_title(struct cvx_buf *out, const char *p, size_t len)
{
    if (len == 1)
        cvx_unicode_upper(out, p, len);
    else
        put_mapped(out, p, len, u8_totitle);
}

/* ---- mappings of a text ---- */

void cvx_pystr_upper(struct cvx_buf *out, struct cvx_span s)
{
    cvx_unicode_upper(out, s.p, s.len);
}

void cvx_pystr_lower(struct cvx_buf *out, struct cvx_span s)
{
    cvx_unicode_lower(out, s.p, s.len);
}

void cvx_pystr_title(struct cvx_buf *out, struct cvx_span s)
{
    size_t len;
    bool within = false;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        uint32_t c = cvx_unicode_decode(p, s.p + s.len, &len);
        if (within)
            put_lower(out, s, p, len);
        else
            put_title(out, p, len);
        within = is_cased(c);
    }
}

void cvx_pystr_capitalize(struct cvx_buf *out, struct cvx_span s)
{
    size_t len;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        (void)cvx_unicode_decode(p, s.p + s.len, &len);
        if (p == s.p)
            put_title(out, p, len);
        else
            put_lower(out, s, p, len);
    }
}

void cvx_pystr_swapcase(struct cvx_buf *out, struct cvx_span s)
{
    size_t len;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        uint32_t c = cvx_unicode_decode(p, s.p + s.len, &len);
        if (is_upper(c))
            put_lower(out, s, p, len);
        else if (is_lower(c))
            cvx_unicode_upper(out, p, len);
        else
            cvx_buf_put(out, p, len);
    }
}

void cvx_pystr_casefold(struct cvx_buf *out, struct cvx_span s)
{
    size_t len;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        (void)cvx_unicode_decode(p, s.p + s.len, &len);
        if (len == 1)
            cvx_unicode_lower(out, p, len);
        else
            put_mapped(out, p, len, u8_casefold);
    }
}

/* ---- predicates of one character ---- */

static bool is_alpha(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L);
}

/* Word characters are these and the underscore. */
static bool is_alnum(uint32_t c)
{
    return c != '_' && cvx_unicode_is_word(c);
}

static bool is_decimal(uint32_t c)
{
    return cvx_unicode_is_digit(c);
}

static bool is_digit(uint32_t c)
{
    return uc_digit_value(c) >= 0;
}

static const uint32_t k_chinese_numbers[] = {
    0x3405,  0x3483,  0x382a,  0x3b4d,  0x4e00,  0x4e03,  0x4e07,  0x4e09,  0x4e5d,
    0x4e8c,  0x4e94,  0x4e96,  0x4ebf,  0x4ec0,  0x4edf,  0x4ee8,  0x4f0d,  0x4f70,
    0x5104,  0x5146,  0x5169,  0x516b,  0x516d,  0x5341,  0x5343,  0x5344,  0x5345,
    0x534c,  0x53c1,  0x53c2,  0x53c3,  0x53c4,  0x56db,  0x58f1,  0x58f9,  0x5e7a,
    0x5efe,  0x5eff,  0x5f0c,  0x5f0d,  0x5f0e,  0x5f10,  0x62fe,  0x634c,  0x67d2,
    0x6f06,  0x7396,  0x767e,  0x8086,  0x842c,  0x8cae,  0x8cb3,  0x8d30,  0x9621,
    0x9646,  0x964c,  0x9678,  0x96f6,  0x20001, 0x20064, 0x200e2, 0x20121, 0x2092a,
    0x20983, 0x2098c, 0x2099c, 0x20aea, 0x20afd, 0x20b19, 0x22390, 0x22998, 0x23b1b,
    0x2626d,
};

static int compare_points(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool is_numeric(uint32_t c)
{
    return uc_numeric_value(c).denominator != 0 ||
           bsearch(&c, k_chinese_numbers,
                   sizeof(k_chinese_numbers) / sizeof(k_chinese_numbers[0]),
                   sizeof(k_chinese_numbers[0]), compare_points);
}

static bool all(struct cvx_span s, bool (*is)(uint32_t c))
{
    size_t len;
    for (const char *p = s.p; p < s.p + s.len; p += len)
        if (!is(cvx_unicode_decode(p, s.p + s.len, &len)))
            return false;
    return true;
}

/* ---- predicates of a text ---- */

bool cvx_pystr_is_alpha(struct cvx_span s)
{
    return s.len > 0 && all(s, is_alpha);
}

bool cvx_pystr_is_alnum(struct cvx_span s)
{
    return s.len > 0 && all(s, is_alnum);
}

bool cvx_pystr_is_ascii(struct cvx_span s)
{
    return cvx_pystr_points(s) == s.len;
}

bool cvx_pystr_is_decimal(struct cvx_span s)
{
    return s.len > 0 && all(s, is_decimal);
}

bool cvx_pystr_is_digit(struct cvx_span s)
{
    return s.len > 0 && all(s, is_digit);
}

bool cvx_pystr_is_numeric(struct cvx_span s)
{
    return s.len > 0 && all(s, is_numeric);
}

bool cvx_pystr_is_space(struct cvx_span s)
{
    return s.len > 0 && all(s, cvx_unicode_is_space);
}

bool cvx_pystr_is_printable(struct cvx_span s)
{
    return all(s, cvx_unicode_is_printable);
}

static bool is_name(uint32_t c)
{
    return uc_is_property_xid_continue(c);
}

bool cvx_pystr_is_identifier(struct cvx_span s)
{
    if (s.len == 0)
        return false;
    uint32_t c = cvx_unicode_decode(s.p, s.p + s.len, &(size_t){0});
    return (c == '_' || uc_is_property_xid_start(c)) && all(s, is_name);
}

/* No character of the other cases, and one of the case at least. */
static bool all_in_case(struct cvx_span s, bool (*wanted)(uint32_t c),
                        bool (*other)(uint32_t c))
{
    size_t len;
    bool any = false;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        uint32_t c = cvx_unicode_decode(p, s.p + s.len, &len);
        if (other(c) || is_title(c))
            return false;
        any = any || wanted(c);
    }
    return any;
}

bool cvx_pystr_is_lower(struct cvx_span s)
{
    return all_in_case(s, is_lower, is_upper);
}

bool cvx_pystr_is_upper(struct cvx_span s)
{
    return all_in_case(s, is_upper, is_lower);
}

bool cvx_pystr_is_title(struct cvx_span s)
{
    size_t len;
    bool within = false, any = false;
    for (const char *p = s.p; p < s.p + s.len; p += len) {
        uint32_t c = cvx_unicode_decode(p, s.p + s.len, &len);
        bool starts = is_upper(c) || is_title(c), goes_on = is_lower(c);
        if ((starts && within) || (goes_on && !within))
            return false;
        within = starts || goes_on;
        any = any || within;
    }
    return any;
}

int cvx_pystr_decimal(uint32_t c)
{
    return uc_decimal_value(c);
}
