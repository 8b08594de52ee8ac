/* Any bytes as a main document part: walked, compared with what a tree of the same bytes
 * gives, and laid out as overview and experiences. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cvextract/limits.h>

#include "docx/wordml.h"
#include "extract/layout.h"
#include "wordml_tree.h"

static void check(bool ok)
{
    if (!ok)
        abort();
}

/* Spans lie in the text, in order of their beginnings, each within or behind the others.
 */
static void check_paragraphs(const struct cvx_paragraphs *paragraphs,
                             struct cvx_buf *lines)
{
    size_t begin = 0, total = 0;

    for (size_t i = 0; i < paragraphs->count; i++) {
        const struct cvx_paragraph *p = &paragraphs->items[i];
        struct cvx_span text = cvx_paragraphs_text(paragraphs, p);
        check(p->begin >= begin && p->begin < p->end && p->end <= paragraphs->text.len);
        check(cvx_text_is_utf8(text.p, text.len));
        begin = p->begin;
        total += text.len;
        tree_put_paragraph(lines, text.p, text.len, cvx_paragraphs_style(paragraphs, p),
                           p->numbered, p->in_body, p->in_textbox);
    }
    check(total == paragraphs->total && total <= CVX_DOCUMENT_TEXT_MAX);
}

/* Entities are where the two may differ (wordml_sax.c). */
static void compare(const char *data, size_t size, int rc, const struct cvx_buf *lines)
{
    struct cvx_buf tree = CVX_BUF_INIT;
    bool entities = false;
    bool rooted = size > 0 && tree_read(data, size, &tree, &entities);

    check(rooted == (rc == CVX_OK));
    if (rc == CVX_OK && !entities)
        check(lines->len == tree.len &&
              (tree.len == 0 || memcmp(lines->data, tree.data, tree.len) == 0));
    cvx_buf_done(&tree);
}

static void lay_out(const struct cvx_paragraphs *paragraphs)
{
    static struct cvx_patterns *patterns;
    static struct cvx_matcher *matcher;
    struct json_object *overview = NULL, *experiences = NULL;

    if (!patterns)
        check(cvx_patterns_new(&patterns, NULL) == CVX_OK &&
              cvx_matcher_new(patterns, &matcher, NULL) == CVX_OK);
    check(cvx_layout_body_read(paragraphs, matcher, &overview, &experiences, NULL) ==
          CVX_OK);
    check(json_object_is_type(overview, json_type_string));
    check(json_object_is_type(experiences, json_type_array));
    json_object_put(overview);
    json_object_put(experiences);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cvx_paragraphs paragraphs = {0};
    struct cvx_buf lines = CVX_BUF_INIT;
    struct cvx_err err;
    int rc = cvx_wordml_read((const char *)data, size, &paragraphs, &err);

    check(rc == CVX_OK || rc == CVX_EFORMAT || rc == CVX_ELIMIT);
    check_paragraphs(&paragraphs, &lines);
    if (rc != CVX_ELIMIT)
        compare((const char *)data, size, rc, &lines);
    lay_out(&paragraphs);
    cvx_buf_done(&lines);
    cvx_paragraphs_done(&paragraphs);
    return 0;
}
