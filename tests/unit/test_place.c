/* Faults told with the paragraph that they are in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "render/place.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define T(x) "<w:r><w:t>" x "</w:t></w:r>"
#define LONG                                                                             \
    "0123456789012345678901234567890123456789012345678901234567890123456789"             \
    "0123456789012345678901234567890123456789"

static void test_paragraph(void **state)
{
    /* The fault is at the '@'. */
    static const struct {
        const char *xml, *told;
    } examples[] = {
        {"<w:p>" T("a") "</w:p><w:p>" T("b {{ @ }} c") "</w:p>",
         "word/x.xml, paragraph \"b {{ @ }} c\": cause"},
        {"<w:p a=\"\">" T("b ") "<w:tab/>" T("{{ @ }} &lt;&amp;&gt;") "</w:p>",
         "word/x.xml, paragraph \"b {{ @ }} <&>\": cause"},
        {"<w:p>" T("out") "<w:p>" T("in @") "</w:p>" T("side") "</w:p>",
         "word/x.xml, paragraph \"in @\": cause"},
        {"<w:p>" T("out") "<w:p>" T("in") "</w:p>" T("side @") "</w:p>",
         "word/x.xml, paragraph \"outside @\": cause"},
        {"<w:p a=\"\"/><w:tc>@</w:tc><w:p>" T("next") "</w:p>",
         "word/x.xml, paragraph \"next\": cause"},
        {"<w:p>" T("a") "</w:p>@", "word/x.xml: cause"},
        {"<w:p a=\"@\"><w:r/></w:p>", "word/x.xml: cause"},
        {"<w:p>" T("never closed @"), "word/x.xml, paragraph \"never closed @\": cause"},
        {"@", "word/x.xml: cause"},
        {"<w:p>" T(LONG LONG "@\x07\n" LONG) "</w:p>",
         "word/x.xml, paragraph \"...0123456789012345678901234567890123456789@\\x07\\n"
         "012345678901234567890123456789012345678901234567890123456...\": cause"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const char *xml = examples[i].xml;
        struct cvx_err err;
        char text[512];

        cvx_fail(&err, CVX_EFORMAT, "cause");
        assert_int_equal(cvx_place_paragraph(&err, "word/x.xml",
                                             (struct cvx_span){xml, strlen(xml)},
                                             (size_t)(strchr(xml, '@') - xml)),
                         CVX_EFORMAT);
        assert_string_equal(cvx_err_text(&err, text, sizeof(text)), examples[i].told);
    }
}

static void test_others(void **state)
{
    struct cvx_err err;

    (void)state;
    cvx_fail(&err, CVX_ELIMIT, "cause");
    assert_int_equal(cvx_place_part(&err, "a\nb"), CVX_ELIMIT);
    assert_string_equal(cvx_err_top(&err), "a\\nb: cause");
    cvx_fail(&err, CVX_EFORMAT, "cause");
    assert_int_equal(cvx_place_property(&err, "p", "title", (struct cvx_span){"{{ a", 4}),
                     CVX_EFORMAT);
    assert_string_equal(cvx_err_top(&err), "p, title \"{{ a\": cause");
    cvx_fail(&err, CVX_ENOMEM, "out");
    assert_int_equal(cvx_place_part(&err, "p"), CVX_ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paragraph),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
