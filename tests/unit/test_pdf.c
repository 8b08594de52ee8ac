/* PDF files as parts of requests: base64, pages, what is no PDF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cvextract/limits.h>

#include "input/pdf.h"
#include "scratch.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES(text) text, sizeof(text) - 1

/* The vectors of RFC 4648, and all bits. */
static void test_base64(void **state)
{
    static const struct {
        const char *data;
        size_t len;
        const char *text;
    } cases[] = {
        {BYTES(""), ""},
        {BYTES("f"), "Zg=="},
        {BYTES("fo"), "Zm8="},
        {BYTES("foo"), "Zm9v"},
        {BYTES("foob"), "Zm9vYg=="},
        {BYTES("fooba"), "Zm9vYmE="},
        {BYTES("foobar"), "Zm9vYmFy"},
        {BYTES("\x00\x10\x83\xff\xfe\xfd\xfb\xef\xbe"), "ABCD//79++++"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf text = CVX_BUF_INIT;
        cvx_buf_puts(&text, ",");
        cvx_pdf_base64(cases[i].data, cases[i].len, &text);
        assert_string_equal(text.data + 1, cases[i].text);
        assert_int_equal(text.len, strlen(cases[i].text) + 1);
        cvx_buf_done(&text);
    }
}

static void test_pages(void **state)
{
    static const struct {
        const char *data;
        size_t pages;
    } cases[] = {
        {"", 1},
        {"%PDF-1.4 nothing that is known", 1},
        {"<</Type /Page/Parent 1 0 R>> <</Type/Page>> <</Type\r\n/Page /X>>", 3},
        {"<</Type /Pages /Count 7>> <</Type/Pages>>", 7},
        /* objects that are seen count more than what is said */
        {"<</Type/Pages/Count 9>> <</Type/Page>>", 1},
        {"<</Type/PageLabel>> <</Types/Page>> <</Type Page>> /Type", 1},
        {"%PDF-1.5 <</Linearized 1/L 9/N 12/T 5>>", 12},
        {"<</Type/ObjStm/N 3/Count -4>>", 3},
        {"/Count 99999999999999999999999999", CVX_PDF_PAGES_MAX},
        {"/Count", 1},
        {"/Type", 1},
        {"/", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (cvx_pdf_pages(cases[i].data, strlen(cases[i].data)) != cases[i].pages)
            fail_msg("%s", cases[i].data);
}

static void test_many_pages(void **state)
{
    struct cvx_buf data = CVX_BUF_INIT;
    (void)state;
    for (size_t i = 0; i < CVX_PDF_PAGES_MAX + 5; i++)
        cvx_buf_puts(&data, "/Type /Page ");
    assert_int_equal(cvx_pdf_pages(data.data, data.len), CVX_PDF_PAGES_MAX);
    /* far from the beginning /N is something else */
    cvx_buf_clear(&data);
    for (int i = 0; i < 2000; i++)
        cvx_buf_putc(&data, ' ');
    cvx_buf_puts(&data, "/N 40");
    assert_int_equal(cvx_pdf_pages(data.data, data.len), 1);
    cvx_buf_done(&data);
}

static void test_read(void **state)
{
    static const struct {
        const char *data;
        size_t len;
        const char *text; /* or, with '!', what is wrong */
    } cases[] = {
        {BYTES("%PDF-1.4"), "data:application/pdf;base64,JVBERi0xLjQ="},
        {BYTES("\n\n%PDF-1"), "data:application/pdf;base64,CgolUERGLTE="},
        {BYTES(""), "!not a PDF file"},
        {BYTES("PK\3\4"), "!not a PDF file"},
        {BYTES("<html>"), "!not a PDF file"},
    };
    struct scratch scratch;
    char path[512];
    (void)state;
    scratch_make(&scratch);
    scratch_path(&scratch, "x.pdf", path, sizeof(path));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cvx_buf url = CVX_BUF_INIT;
        struct cvx_err err;
        size_t pages = 0;
        scratch_write(&scratch, "x.pdf", cases[i].data, cases[i].len);
        int rc = cvx_pdf_read(path, &url, &pages, &err);
        if (cases[i].text[0] == '!') {
            assert_int_equal(rc, CVX_EFORMAT);
            assert_string_equal(cvx_err_top(&err), cases[i].text + 1);
        } else {
            assert_int_equal(rc, CVX_OK);
            assert_string_equal(url.data, cases[i].text);
            assert_int_equal(pages, 1);
        }
        cvx_buf_done(&url);
    }
    scratch_remove(&scratch);
}

/* A file over the limit is refused before it is read; one that is read in pieces is whole. */
static void test_size(void **state)
{
    struct scratch scratch;
    struct cvx_buf url = CVX_BUF_INIT;
    struct cvx_err err;
    char path[512];
    size_t pages = 0;
    (void)state;
    scratch_make(&scratch);
    scratch_path(&scratch, "x.pdf", path, sizeof(path));
    scratch_write(&scratch, "x.pdf", BYTES("%PDF-"));
    assert_int_equal(truncate(path, 6 * 1024 * 1024), 0);
    assert_int_equal(cvx_pdf_read(path, &url, &pages, &err), CVX_OK);
    assert_int_equal(url.len, strlen("data:application/pdf;base64,") + 8 * 1024 * 1024);
    cvx_buf_done(&url);
    assert_int_equal(truncate(path, (off_t)CVX_PDF_MAX + 1), 0);
    assert_int_equal(cvx_pdf_read(path, &url, &pages, &err), CVX_ELIMIT);
    assert_string_equal(cvx_err_top(&err),
                        "the file has 20971521 bytes, the limit is 20971520");
    scratch_remove(&scratch);
    assert_int_equal(cvx_pdf_read(path, &url, &pages, &err), CVX_EIO);
    cvx_buf_done(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),     cmocka_unit_test(test_pages),
        cmocka_unit_test(test_many_pages), cmocka_unit_test(test_read),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
