/* SHA-256 against the published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <cvextract/hash.h>

static void assert_hash(const void *data, size_t len, const char *want)
{
    struct cvx_hash hash = cvx_hash_of(data, len);
    char text[CVX_HASH_HEX];

    memset(text, 'x', sizeof(text));
    cvx_hash_hex(&hash, text);
    assert_string_equal(text, want);
}

static void test_vectors(void **state)
{
    char *million = malloc(1000000);

    (void)state;
    assert_hash(NULL, 0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_hash(million, 1000000,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void test_every_byte_counts(void **state)
{
    struct cvx_hash a = cvx_hash_of("a\0b", 3), b = cvx_hash_of("a\0c", 3);

    (void)state;
    assert_memory_not_equal(a.bytes, b.bytes, CVX_HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_byte_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
