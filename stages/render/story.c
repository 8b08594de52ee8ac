/* Owns a rendered part: parsed strictly, written out as text, cleaned, parsed as a template;
 * rendered, mended, parsed again as XML, written out as the part. */
#include "render/story.h"

#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "docx/xmltree.h"
#include "render/jinja/jinja.h"
#include "render/mend.h"
#include "render/place.h"
#include "render/plain.h"
#include "render/prefix.h"
#include "render/search.h"
#include "render/tables.h"
#include "render/tags.h"

#define TAG_SIZE ((size_t)100)
#define TREE_SMALL (16 * CVX_MIB)

static bool is_text(xmlNodePtr node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static xmlNodePtr find_body(xmlNodePtr root)
{
    if (!cvx_prefix_is_word(root, "document"))
        return NULL;
    for (xmlNodePtr node = root->children; node; node = node->next)
        if (cvx_prefix_is_word(node, "body"))
            return node;
    return NULL;
}

/* Appends an element's start tag and its end tag, without the namespaces that are known:
 * what is written for it with one element in it, cut there. */
static int put_tags(xmlNodePtr root, const struct cvx_buf *known, struct cvx_buf *start,
                    struct cvx_buf *end, struct cvx_err *err)
{
    xmlNsPtr hidden;
    xmlNodePtr copy = xmlDocCopyNode(root, root->doc, 2);
    struct cvx_buf tags = CVX_BUF_INIT;
    int rc;

    if (!copy || !xmlNewChild(copy, copy->ns, (const xmlChar *)"x", NULL)) {
        xmlFreeNode(copy);
        return cvx_fail(err, CVX_ENOMEM, "out of memory for an element");
    }
    hidden = cvx_prefix_hide(copy, known);
    cvx_xmltree_put(&tags, root->doc, copy);
    cvx_prefix_show(copy, hidden);
    xmlFreeNode(copy);
    rc = cvx_buf_check(&tags, err);
    if (!rc) {
        /* "<w:document ...><w:x/></w:document>" */
        const char *second = memrchr(tags.data, '<', tags.len);
        const char *first = memrchr(tags.data, '<', (size_t)(second - tags.data));

        cvx_buf_put(start, tags.data, (size_t)(first - tags.data));
        cvx_buf_puts(end, second);
        rc = cvx_buf_check(end, err);
    }
    cvx_buf_done(&tags);
    return rc;
}

/* What stands before and behind the body in the part. */
static int put_surroundings(struct cvx_story *story, xmlNodePtr root, xmlNodePtr body,
                            struct cvx_err *err)
{
    const struct cvx_buf none = CVX_BUF_INIT;
    struct cvx_buf end = CVX_BUF_INIT;
    xmlNodePtr node = root->children;
    int rc;

    cvx_prefix_list(&story->namespaces, root);
    cvx_xmltree_put_declaration(&story->before);
    rc = put_tags(root, &none, &story->before, &end, err);
    for (; node != body; node = node->next)
        cvx_xmltree_put(&story->before, root->doc, node);
    /* Text right behind the body belongs to it, is rendered, and then lost. */
    for (node = body->next; node && is_text(node); node = node->next)
        continue;
    for (; node; node = node->next)
        cvx_xmltree_put(&story->behind, root->doc, node);
    cvx_buf_put(&story->behind, end.data, end.len);
    cvx_buf_done(&end);
    if (!rc)
        rc = cvx_buf_check(&story->before, err);
    if (!rc)
        rc = cvx_buf_check(&story->namespaces, err);
    return rc ? rc : cvx_buf_check(&story->behind, err);
}

/* An entity that a document type declared is unknown in what is written: the type is not. */
static int check_surroundings(const struct cvx_story *story, struct cvx_err *err)
{
    struct cvx_buf text = CVX_BUF_INIT;
    int rc;

    cvx_buf_put(&text, story->before.data, story->before.len);
    cvx_buf_puts(&text, "<body/>");
    cvx_buf_put(&text, story->behind.data, story->behind.len);
    rc = cvx_buf_check(&text, err);
    if (!rc)
        rc = cvx_xmltree_check(text.data, text.len, NULL, NULL, err);
    cvx_buf_done(&text);
    return rc;
}

/* The start tag of the body as it is rendered; '>' is escaped in attributes. */
static int put_start(struct cvx_story *story, struct cvx_err *err)
{
    const char *gt = memchr(story->first.data, '>', story->first.len);
    int rc = cvx_buf_check(&story->bare_start, err);

    if (rc || !gt || gt[-1] == '/')
        return rc;
    cvx_buf_put(&story->start, story->first.data, (size_t)(gt + 1 - story->first.data));
    return cvx_buf_check(&story->start, err);
}

static int read_body(struct cvx_story *story, xmlNodePtr root, struct cvx_err *err)
{
    xmlNodePtr body = find_body(root);
    struct cvx_buf end = CVX_BUF_INIT;
    int rc;

    if (!body)
        return cvx_fail(err, CVX_EFORMAT, "there is no w:body in it");
    rc = put_surroundings(story, root, body, err);
    if (!rc)
        rc = check_surroundings(story, err);
    if (!rc)
        rc = put_tags(body, &story->namespaces, &story->bare_start, &end, err);
    cvx_buf_done(&end);
    if (!rc)
        rc = cvx_xmltree_put_alone(&story->first, body, err);
    if (!rc)
        rc = put_start(story, err);
    for (xmlNodePtr node = body->next; node && is_text(node); node = node->next)
        cvx_xmltree_put(&story->first, root->doc, node);
    return rc ? rc : cvx_buf_check(&story->first, err);
}

static int read_xml(struct cvx_story *story, struct cvx_span xml, struct cvx_err *err)
{
    xmlDocPtr doc = NULL;
    xmlNodePtr root;
    int rc = cvx_xmltree_strict(xml.p, xml.len, &doc, err);

    if (rc)
        return rc;
    root = xmlDocGetRootElement(doc);
    if (story->kind == CVX_STORY_BODY) {
        rc = cvx_prefix_make_w(doc, err);
        if (!rc)
            rc = read_body(story, root, err);
    } else {
        /* docxtpl reads a part that it has written: what its encoding was is forgotten. */
        if (!doc->encoding)
            doc->encoding = xmlStrdup((const xmlChar *)"UTF-8");
        cvx_xmltree_put(&story->first, doc, root);
        rc = cvx_buf_check(&story->first, err);
    }
    xmlFreeDoc(doc);
    return rc;
}

static bool has_tags(struct cvx_span text)
{
    for (size_t i = cvx_search_byte(text, 0, '{'); i != CVX_SEARCH_NONE;
         i = cvx_search_byte(text, i + 1, '{'))
        if (i + 1 < text.len && memchr("{%#", text.p[i + 1], 3))
            return true;
    return false;
}

static struct cvx_span first_span(const struct cvx_story *story)
{
    return (struct cvx_span){story->first.data, story->first.len};
}

static int read_template(struct cvx_story *story, struct cvx_buf *ret_constant,
                         struct cvx_err *err)
{
    struct cvx_edit_text *source = &story->source;
    struct cvx_jinja_place place = {0};
    int rc;

    cvx_edit_text_init(source, first_span(story));
    cvx_tags_clean(source);
    rc = cvx_buf_check(&source->text, err);
    if (rc)
        return rc;
    if (source->fault) {
        cvx_fail(err, CVX_EFORMAT, "%s", source->fault);
        return cvx_place_paragraph(err, story->name, first_span(story), source->fault_at);
    }
    if (!has_tags(cvx_edit_text_span(source))) {
        *ret_constant = source->text;
        source->text = CVX_BUF_INIT;
        return CVX_OK;
    }
    rc = cvx_jinja_parse(source->text.data, source->text.len, &story->jinja, &place, err);
    if (rc)
        return cvx_place_paragraph(err, story->name, first_span(story),
                                   cvx_edit_origin(source, place.offset));
    cvx_buf_done(&source->text);
    return CVX_OK;
}

int cvx_story_load(enum cvx_story_kind kind, const char *name, struct cvx_span xml,
                   struct cvx_story *ret, struct cvx_buf *ret_constant,
                   struct cvx_err *err)
{
    struct cvx_story story = {.kind = kind, .name = name};
    int rc = read_xml(&story, xml, err);

    if (rc)
        cvx_place_part(err, name);
    else
        rc = read_template(&story, ret_constant, err);
    if (rc) {
        cvx_story_done(&story);
        return rc;
    }
    *ret = story;
    return CVX_OK;
}

void cvx_story_done(struct cvx_story *story)
{
    cvx_buf_done(&story->first);
    cvx_edit_text_done(&story->source);
    cvx_jinja_free(story->jinja);
    cvx_buf_done(&story->before);
    cvx_buf_done(&story->behind);
    cvx_buf_done(&story->namespaces);
    cvx_buf_done(&story->start);
    cvx_buf_done(&story->bare_start);
}

int cvx_story_render(const struct cvx_story *story, struct cvx_jinja_session *session,
                     struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_jinja_place place = {0};
    int rc = cvx_jinja_render(story->jinja, session, out, &place, err);

    if (rc)
        return cvx_place_paragraph(err, story->name, first_span(story),
                                   cvx_edit_origin(&story->source, place.offset));
    return CVX_OK;
}

static int count_tags(const struct cvx_buf *text, size_t *ret, struct cvx_err *err)
{
    struct cvx_span in = {text->data, text->len};
    size_t n = 0;

    for (size_t i = cvx_search_byte(in, 0, '<'); i != CVX_SEARCH_NONE;
         i = cvx_search_byte(in, i + 1, '<'))
        n++;
    if (n > CVX_TEMPLATE_TAGS_MAX)
        return cvx_fail(err, CVX_ELIMIT, "%zu XML tags in one part, the limit is %zu", n,
                        CVX_TEMPLATE_TAGS_MAX);
    *ret = n;
    return CVX_OK;
}

/* What a tree of so many tags takes, for the account of cvx_mem_reserve(); 0 when it is not
 * worth waiting for. */
static size_t tree_size(const struct cvx_buf *text, size_t tags)
{
    size_t size = tags * TAG_SIZE + 2 * text->len;

    if (size < TREE_SMALL)
        return 0;
    return size < CVX_INFLATED_MAX ? size : CVX_INFLATED_MAX;
}

/* Appends a text from `from` on, with the drawings' numbers replaced. */
static void put_numbered(struct cvx_buf *out, const struct cvx_buf *text, size_t from,
                         const struct cvx_buf *ids)
{
    const struct cvx_plain_id *id = (const struct cvx_plain_id *)(const void *)ids->data;
    size_t n = ids->len / sizeof(*id);

    for (size_t i = 0; i < n; i++) {
        cvx_buf_put(out, text->data + from, id[i].at - from);
        cvx_buf_printf(out, "%zu", CVX_TABLES_FIRST_ID + i);
        from = id[i].at + id[i].len;
    }
    cvx_buf_put(out, text->data + from, text->len - from);
}

/* The body's text as it is, without the declarations that the part around it makes. */
static void put_plain(const struct cvx_story *story, const struct cvx_buf *text,
                      const struct cvx_buf *ids, struct cvx_buf *out)
{
    size_t from = 0;

    cvx_buf_put(out, story->before.data, story->before.len);
    if (story->start.len > 0 && text->len >= story->start.len &&
        memcmp(text->data, story->start.data, story->start.len) == 0) {
        cvx_buf_put(out, story->bare_start.data, story->bare_start.len);
        from = story->start.len;
    }
    put_numbered(out, text, from, ids);
    cvx_buf_put(out, story->behind.data, story->behind.len);
}

static int finish_tree(const struct cvx_story *story, const struct cvx_buf *text,
                       struct cvx_buf *out, struct cvx_err *err)
{
    xmlDocPtr doc = NULL;
    xmlNodePtr root;
    int rc = cvx_xmltree_recover(text->data, text->len, &doc, err);

    if (rc)
        return rc;
    root = xmlDocGetRootElement(doc);
    rc = cvx_tables_fix(root, err);
    if (!rc) {
        xmlNsPtr hidden = cvx_prefix_hide(root, &story->namespaces);

        cvx_buf_put(out, story->before.data, story->before.len);
        cvx_xmltree_put(out, doc, root);
        cvx_buf_put(out, story->behind.data, story->behind.len);
        cvx_prefix_show(root, hidden);
    }
    xmlFreeDoc(doc);
    return rc;
}

static int finish_body(const struct cvx_story *story, const struct cvx_buf *text,
                       struct cvx_buf *out, struct cvx_err *err)
{
    struct cvx_span xml = {text->data, text->len};
    struct cvx_buf ids = CVX_BUF_INIT;
    bool plain = false;
    int rc = cvx_plain_is(xml, &plain, &ids, err);

    if (!rc && plain)
        put_plain(story, text, &ids, out);
    else if (!rc)
        rc = finish_tree(story, text, out, err);
    cvx_buf_done(&ids);
    return rc;
}

/* What is well-formed can be written as it is. */
static int finish_margin(const struct cvx_buf *text, struct cvx_buf *out,
                         struct cvx_err *err)
{
    int rc = cvx_xmltree_check(text->data, text->len, NULL, NULL, err);

    if (rc)
        return rc;
    cvx_xmltree_put_declaration(out);
    cvx_buf_put(out, text->data, text->len);
    return CVX_OK;
}

int cvx_story_finish(const struct cvx_story *story, struct cvx_buf *text,
                     struct cvx_buf *out, struct cvx_err *err)
{
    size_t tags = 0, reserved = 0;
    int rc;

    cvx_mend_text(text);
    rc = cvx_buf_check(text, err);
    if (!rc)
        rc = count_tags(text, &tags, err);
    if (!rc)
        reserved = tree_size(text, tags);
    if (reserved > 0)
        (void)cvx_mem_reserve(reserved); /* never more than the whole account */
    if (!rc && story->kind == CVX_STORY_BODY)
        rc = finish_body(story, text, out, err);
    else if (!rc)
        rc = finish_margin(text, out, err);
    if (reserved > 0)
        cvx_mem_release(reserved);
    if (!rc)
        rc = cvx_buf_check(out, err);
    return rc ? cvx_place_part(err, story->name) : CVX_OK;
}
