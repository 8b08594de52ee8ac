/* The tests after `is`. Every row
 * was rendered by Jinja2 3.1.2; NULL is where it reports an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jinja_case.h"

static const struct jinja_case k_kinds[] = {
    {"{{ zz is defined }} {{ d.zz is defined }} {{ n is defined }} {{ zz is undefined }} "
     "{{ n is none }} {{ zz is none }} {{ 0 is none }}",
     "False False True True True False False"},
    {"{{ true is boolean }} {{ 1 is boolean }} {{ true is true }} {{ 1 is true }} {{ "
     "false is false }} {{ 0 is false }} {{ n is false }}",
     "True False True False True False False"},
    {"{{ 1 is integer }} {{ true is integer }} {{ 1.0 is integer }} {{ (10 ** 20) is "
     "integer }} {{ 1.0 is float }} {{ 1 is float }} {{ true is number }} {{ 1.5 is "
     "number }} {{ '1' is number }} {{ n is number }}",
     "True False False True True False True True False False"},
    {"{{ 'a' is string }} {{ ('a'|safe) is string }} {{ 1 is string }} {{ d is mapping "
     "}} {{ l is mapping }} {{ zz is mapping }} {{ 'a' is mapping }}",
     "True True False True False False False"},
    {"{{ 'a' is sequence }} {{ l is sequence }} {{ (1,) is sequence }} {{ d is sequence "
     "}} {{ 1 is sequence }} {{ n is sequence }} {{ zz is sequence }} {{ range(2) is "
     "sequence }} {{ d.keys() is sequence }} {{ (l|map('x')) is sequence }}",
     "True True True True False False True True False False"},
    {"{{ 'a' is iterable }} {{ l is iterable }} {{ d is iterable }} {{ 1 is iterable }} "
     "{{ n is iterable }} {{ zz is iterable }} {{ range(2) is iterable }} {{ d.keys() is "
     "iterable }} {{ (l|map('x')) is iterable }} {{ range is iterable }} {{ true is "
     "iterable }}",
     "True True True False False True True True True False False"},
    {"{{ range is callable }} {{ d.keys is callable }} {{ d is callable }} {{ zz is "
     "callable }} {{ 'a'.upper is callable }} {% macro m() %}{% endmacro %}{{ m is "
     "callable }} {{ n is callable }} {{ namespace is callable }} {{ cycler('a') is "
     "callable }} {{ joiner() is callable }} {{ namespace() is callable }}",
     "True True False True True True False True False True False"},
    {"{{ 'ab' is lower }} {{ 'aB' is lower }} {{ '1' is lower }} {{ 'AB' is upper }} {{ "
     "'É1' is upper }} {{ '1' is upper }} {{ '' is upper }} {{ n is upper }} {{ true is "
     "lower }} {{ zz is lower }} {{ 'ǅ' is upper }} {{ 'ß' is lower }}",
     "True False False True True False False False False False False True"},
    {"{{ 'a' is escaped }} {{ ('a'|e) is escaped }} {{ 1 is escaped }} {{ zz is escaped "
     "}} {{ ['a'|e] is escaped }}",
     "False True False False False"},
    {"{{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }} {{ '==' is test "
     "}} {{ '~' is test }} {{ 1 is filter }} {{ zz is test }} {{ ('upper'|safe) is "
     "filter }} {{ 'e' is filter }} {{ 'd' is filter }} {{ 'tojson' is filter }}",
     "True False True True False False False True True True True"},
    {"{{ [] is filter }}", NULL},
    {"{{ {} is test }}", NULL},
    {"{{ n is none(1) }}", NULL},
    {"{{ 'a' is string(x=1) }}", NULL},
    {"{{ 1 is notest }}", NULL},
};

static const struct jinja_case k_compare[] = {
    {"{{ 3 is odd }} {{ 4 is odd }} {{ -3 is odd }} {{ 2 is even }} {{ 2.0 is even }} {{ "
     "2.5 is even }} {{ 2.5 is odd }} {{ true is odd }} {{ (10 ** 20) is even }} {{ '%d' "
     "is odd }} {{ '%d' is even }}",
     "True False True True True False False True True False False"},
    {"{{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 9.0 is divisibleby 4.5 }} {{ "
     "0 is divisibleby 5 }}",
     "True False True True"},
    {"{{ 9 is divisibleby(num=3) }} {{ '%s' is divisibleby 3 }}", "True False"},
    {"{{ 9 is divisibleby 0 }}", NULL},
    {"{{ 9 is divisibleby }}", NULL},
    {"{{ 'a' is odd }}", NULL},
    {"{{ zz is odd }}", NULL},
    {"{{ n is even }}", NULL},
    {"{{ 1 is eq 1.0 }} {{ 1 is equalto 2 }} {{ 1 is ne 2 }} {{ zz is eq zz }} {{ n is "
     "eq none }} {{ [1] is eq [1.0] }} {{ 'a' is ne 'a' }}",
     "True False True True True True False"},
    {"{{ 1 is lt 2 }} {{ 1 is lessthan 1 }} {{ 1 is le 1 }} {{ 2 is gt 1 }} {{ 2 is "
     "greaterthan 3 }} {{ 2 is ge 2 }} {{ 'a' is lt 'b' }} {{ [1, 2] is lt [1, 3] }}",
     "True False True True False True True True"},
    {"{{ l|select('<', 3)|list }} {{ l|select('<=', 2)|list }} {{ l|select('>', 1)|list "
     "}} {{ l|select('>=', 3)|list }} {{ l|select('==', 1)|list }} {{ l|select('!=', "
     "1)|list }} {{ l|select('lt', 2)|list }}",
     "[1, 2] [1, 2] [3, 2] [3] [1] [3, 2] [1]"},
    {"{{ 1 is lt 'a' }}", NULL},
    {"{{ n is lt 1 }}", NULL},
    {"{{ zz is gt 1 }}", NULL},
    {"{{ 1 is eq }}", NULL},
    {"{{ 1 is eq(1, 2) }}", NULL},
    {"{{ 1 is eq(b=1) }}", NULL},
    {"{{ 1 is in [1, 2] }} {{ 'a' is in 'abc' }} {{ 'b' is in d }} {{ 3 is not in l }} "
     "{{ 1 is in zz }} {{ 2 is in(seq=[2]) }} {{ 1.0 is in [1] }}",
     "True True True False False True True"},
    {"{{ 1 is in 5 }}", NULL},
    {"{{ 1 is in 'abc' }}", NULL},
    {"{{ n is sameas none }} {{ 1 is sameas 1.0 }} {{ 1 is sameas true }} {{ l is sameas "
     "l }} {{ [] is sameas [] }} {{ true is sameas true }} {{ l is sameas(other=l) }} {{ "
     "d is sameas l }}",
     "True False False True False True True False"},
    {"{{ n is sameas }}", NULL},
    {"{{ not 3 is odd }} {{ 3 is not odd }} {{ 3 + 4 is odd }}", "False False 3"},
};

static void test_kinds(void **state)
{
    (void)state;
    jinja_cases_run(k_kinds, sizeof(k_kinds) / sizeof(k_kinds[0]));
}

static void test_compare(void **state)
{
    (void)state;
    jinja_cases_run(k_compare, sizeof(k_compare) / sizeof(k_compare[0]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_compare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
