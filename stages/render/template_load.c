/* Owns the loading of a template: which parts are rendered and in what order, every other
 * part read once to see that it is sound, and then kept as the archive has it. */
#include <string.h>

#include <cvextract/issues.h>
#include <cvextract/limits.h>
#include <cvextract/mem.h>
#include <cvextract/text.h>

#include "docx/xmltree.h"
#include "render/place.h"
#include "render/template_private.h"

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define CORE_REL                                                                         \
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"             \
    "core-properties"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"
#define MAIN_TYPE WORD_TYPE "document.main+xml"

/* What python-docx parses as XML, and so must be well-formed. */
static const char *const k_xml_types[] = {
    MAIN_TYPE,
    WORD_TYPE "header+xml",
    WORD_TYPE "footer+xml",
    WORD_TYPE "numbering+xml",
    WORD_TYPE "settings+xml",
    WORD_TYPE "styles+xml",
    CORE_TYPE,
};

/* The relationships of the main part that lead to stories, in the order of rendering. */
static const struct {
    const char *type;
    enum cvx_story_kind kind;
} k_story_rels[] = {
    {REL "header", CVX_STORY_MARGIN},
    {REL "footer", CVX_STORY_MARGIN},
    {REL "footnotes", CVX_STORY_NOTES},
    {REL "endnotes", CVX_STORY_NOTES},
};

static int check_duplicates(struct cvx_template_load *load)
{
    struct cvx_issues issues = {0};
    int rc = cvx_package_warn_duplicates(load->package, &issues);

    if (rc)
        rc = cvx_fail(load->err, CVX_ENOMEM, "out of memory for a message");
    else if (issues.count > 0)
        rc = cvx_fail(load->err, CVX_EFORMAT, "%s", issues.items[0].text);
    cvx_issues_done(&issues);
    return rc;
}

static int find_main(struct cvx_template_load *load)
{
    size_t i = CVX_OPC_ROOT;
    int rc = cvx_opc_find(load->opc, CVX_OPC_ROOT, REL "officeDocument", &i, load->err);
    struct cvx_opc_rel rel;

    if (rc)
        return rc;
    if (i == CVX_OPC_ROOT)
        return cvx_fail(load->err, CVX_EFORMAT, "no main document part");
    rel = cvx_opc_rel(load->opc, i);
    if (rel.external)
        return cvx_fail(load->err, CVX_EFORMAT, "the main document part is elsewhere");
    load->main = rel.to;
    if (strcmp(cvx_opc_type(load->opc, rel.to), MAIN_TYPE) == 0)
        return CVX_OK;
    return cvx_fail(load->err, CVX_EFORMAT,
                    "not a Word document (.docx): its main part has the type %.100s",
                    cvx_opc_type(load->opc, rel.to));
}

/* Entries of the template: all of the package but folders and empty relationships. */
static int make_entries(struct cvx_template_load *load)
{
    struct cvx_template *t = load->template_;
    size_t n = cvx_package_count(load->package);

    /* One more: the core properties may have to be added. */
    t->entries = cvx_zalloc((n + 1) * sizeof(*t->entries));
    load->entry_of = cvx_alloc_array(n + 1, sizeof(*load->entry_of));
    if (!t->entries || !load->entry_of)
        return cvx_fail(load->err, CVX_ENOMEM, "out of memory for %zu parts", n);
    for (size_t i = 0; i < n; i++) {
        const char *name = cvx_package_name(load->package, i);
        size_t len = strlen(name);

        load->entry_of[i] = CVX_TEMPLATE_NONE;
        if (len == 0 || name[len - 1] == '/' || cvx_opc_is_empty_rels(load->opc, i))
            continue;
        t->entries[t->n_entries].name = cvx_strdup(name);
        t->entries[t->n_entries].story = CVX_TEMPLATE_NONE;
        if (!t->entries[t->n_entries].name)
            return cvx_fail(load->err, CVX_ENOMEM, "out of memory for a part's name");
        load->entry_of[i] = t->n_entries++;
    }
    return CVX_OK;
}

int cvx_template_pack(struct cvx_template_load *load, struct cvx_template_entry *entry,
                      const struct cvx_buf *text)
{
    cvx_packed_done(&entry->packed);
    return cvx_deflater_pack(load->deflater, text->data, text->len, &entry->packed,
                             load->err);
}

/* A story without tags: what it becomes is made now. Notes stay as they were. */
static int keep_constant(struct cvx_template_load *load, struct cvx_story *story,
                         struct cvx_template_entry *entry, struct cvx_buf *text)
{
    struct cvx_buf xml = CVX_BUF_INIT;
    int rc = CVX_OK;

    if (story->kind != CVX_STORY_NOTES) {
        rc = cvx_story_finish(story, text, &xml, load->err);
        if (!rc)
            rc = cvx_template_pack(load, entry, &xml);
    }
    cvx_story_done(story);
    cvx_buf_done(&xml);
    return rc;
}

static int load_story(struct cvx_template_load *load, enum cvx_story_kind kind,
                      size_t part)
{
    struct cvx_template *t = load->template_;
    struct cvx_template_entry *entry = &t->entries[load->entry_of[part]];
    struct cvx_buf constant = CVX_BUF_INIT;
    struct cvx_part bytes = {0};
    struct cvx_story story;
    int rc = cvx_package_read(load->package, part, &bytes, load->err);

    if (rc)
        return rc;
    /* docxtpl passes over empty parts, and copies notes whatever they hold. */
    if (bytes.len == 0 ||
        (kind == CVX_STORY_NOTES && !memchr(bytes.data, '{', bytes.len)))
        goto out;
    rc = cvx_story_load(kind, entry->name, (struct cvx_span){bytes.data, bytes.len},
                        &story, &constant, load->err);
    if (rc)
        goto out;
    cvx_part_done(&bytes); /* finishing may want an account of its own */
    if (story.jinja) {
        entry->story = t->n_stories;
        t->stories[t->n_stories++] = story;
    } else {
        rc = keep_constant(load, &story, entry, &constant);
    }
out:
    cvx_buf_done(&constant);
    cvx_part_done(&bytes);
    return rc;
}

/* Whether an entry is a story already, or has its bytes. */
static bool is_taken(const struct cvx_template_entry *entry)
{
    return entry->story != CVX_TEMPLATE_NONE || entry->core || entry->packed.data.data;
}

static int load_related(struct cvx_template_load *load, const char *type,
                        enum cvx_story_kind kind)
{
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < cvx_opc_rel_count(load->opc); i++) {
        struct cvx_opc_rel rel = cvx_opc_rel(load->opc, i);

        if (rel.from != load->main || strcmp(rel.type, type) != 0)
            continue;
        if (rel.external)
            return cvx_fail(load->err, CVX_EFORMAT,
                            "a header, footer or note of the document is elsewhere");
        /* Two relationships may lead to one part. */
        if (load->entry_of[rel.to] != CVX_TEMPLATE_NONE &&
            !is_taken(&load->template_->entries[load->entry_of[rel.to]]))
            rc = load_story(load, kind, rel.to);
    }
    return rc;
}

static int load_stories(struct cvx_template_load *load)
{
    struct cvx_template *t = load->template_;
    int rc;

    t->stories = cvx_alloc_array(t->n_entries + 1, sizeof(*t->stories));
    if (!t->stories)
        return cvx_fail(load->err, CVX_ENOMEM, "out of memory for %zu parts",
                        t->n_entries);
    if (load->entry_of[load->main] == CVX_TEMPLATE_NONE)
        return cvx_fail(load->err, CVX_EFORMAT, "no main document part");
    rc = load_story(load, CVX_STORY_BODY, load->main);
    for (size_t i = 0; !rc && i < sizeof(k_story_rels) / sizeof(k_story_rels[0]); i++)
        rc = load_related(load, k_story_rels[i].type, k_story_rels[i].kind);
    return rc;
}

int cvx_template_take_core(struct cvx_template_load *load,
                           struct cvx_template_entry *entry, struct cvx_span xml)
{
    struct cvx_template *t = load->template_;
    struct cvx_buf made = CVX_BUF_INIT;
    int rc = cvx_core_props_load(entry->name, xml, &t->core, load->err);

    if (rc)
        return rc;
    if (t->core.plain) {
        rc = cvx_core_props_render(&t->core, NULL, &made, load->err);
        if (!rc)
            rc = cvx_template_pack(load, entry, &made);
        cvx_buf_done(&made);
        return rc;
    }
    cvx_packed_done(&entry->packed);
    entry->packed = (struct cvx_packed){0};
    entry->core = t->core_varies = true;
    return CVX_OK;
}

static int load_core(struct cvx_template_load *load)
{
    struct cvx_part bytes = {0};
    struct cvx_opc_rel rel;
    size_t i = CVX_OPC_ROOT, place;
    int rc = cvx_opc_find(load->opc, CVX_OPC_ROOT, CORE_REL, &i, load->err);

    if (rc)
        return rc;
    if (i == CVX_OPC_ROOT)
        return cvx_template_complete(load, false);
    rel = cvx_opc_rel(load->opc, i);
    place = rel.external ? CVX_TEMPLATE_NONE : load->entry_of[rel.to];
    if (place == CVX_TEMPLATE_NONE || is_taken(&load->template_->entries[place]) ||
        strcmp(cvx_opc_type(load->opc, rel.to), CORE_TYPE) != 0)
        return cvx_fail(load->err, CVX_EFORMAT,
                        "what the package names as core properties is not that");
    rc = cvx_package_read(load->package, rel.to, &bytes, load->err);
    if (!rc)
        rc = cvx_template_take_core(load, &load->template_->entries[place],
                                    (struct cvx_span){bytes.data, bytes.len});
    cvx_part_done(&bytes);
    return rc ? rc : cvx_template_complete(load, true);
}

static int check_xml(struct cvx_template_load *load, size_t part,
                     const struct cvx_part *bytes)
{
    const char *type =
        cvx_opc_reached(load->opc, part) ? cvx_opc_type(load->opc, part) : NULL;
    xmlDocPtr doc = NULL;
    bool xml = false;

    for (size_t i = 0; type && i < sizeof(k_xml_types) / sizeof(k_xml_types[0]); i++)
        xml = xml || strcmp(type, k_xml_types[i]) == 0;
    if (!xml)
        return CVX_OK;
    if (cvx_xmltree_strict(bytes->data, bytes->len, &doc, load->err))
        return cvx_place_part(load->err, cvx_package_name(load->package, part));
    xmlFreeDoc(doc);
    return CVX_OK;
}

/* Every entry that has nothing yet gets what the archive has. */
static int keep_rest(struct cvx_template_load *load)
{
    int rc = CVX_OK;

    for (size_t i = 0; !rc && i < cvx_package_count(load->package); i++) {
        size_t place = load->entry_of[i];
        struct cvx_part bytes = {0};

        if (place == CVX_TEMPLATE_NONE || is_taken(&load->template_->entries[place]))
            continue;
        rc = cvx_package_read(load->package, i, &bytes, load->err);
        if (!rc)
            rc = check_xml(load, i, &bytes);
        cvx_part_done(&bytes);
        if (!rc)
            rc = cvx_package_read_packed(
                load->package, i, &load->template_->entries[place].packed, load->err);
    }
    return rc;
}

static int load_all(struct cvx_template_load *load)
{
    int rc = check_duplicates(load);

    if (!rc)
        rc = cvx_opc_load(load->package, &load->opc, load->err);
    if (!rc)
        rc = find_main(load);
    if (!rc)
        rc = make_entries(load);
    if (!rc)
        rc = cvx_deflater_new(&load->deflater, load->err);
    if (!rc)
        rc = load_stories(load);
    if (!rc)
        rc = load_core(load);
    return rc ? rc : keep_rest(load);
}

static size_t total_size(const struct cvx_template *t)
{
    size_t size = 64;

    for (size_t i = 0; i < t->n_entries; i++)
        size += t->entries[i].packed.data.len + 2 * strlen(t->entries[i].name) + 80;
    return size;
}

int cvx_template_load(const char *path, struct cvx_template **ret, struct cvx_err *err)
{
    struct cvx_template_load load = {.err = err};
    int rc;

    load.template_ = cvx_zalloc(sizeof(*load.template_));
    if (!load.template_)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for a template");
    rc = cvx_package_open(path, &load.package, err);
    if (!rc)
        rc = load_all(&load);
    cvx_opc_free(load.opc);
    cvx_package_close(load.package);
    cvx_deflater_free(load.deflater);
    cvx_free(load.entry_of);
    if (rc) {
        cvx_template_free(load.template_);
        return rc;
    }
    load.template_->size = total_size(load.template_);
    *ret = load.template_;
    return CVX_OK;
}
