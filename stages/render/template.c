/* Owns the rendering of one document: a session of the template language, the stories in
 * their order, and the package put together again. */
#include "render/template.h"

#include <string.h>

#include <cvextract/limits.h>
#include <cvextract/mem.h>

#include "render/jinja/jinja.h"
#include "render/template_private.h"

/* One document under way. */
struct rendering {
    const struct cvx_template *template_;
    struct cvx_jinja_session *session;
    struct cvx_deflater *deflater;
    struct cvx_packed *made; /* of each story, then of the core properties */
    struct cvx_err *err;
};

void cvx_template_free(struct cvx_template *template_)
{
    if (!template_)
        return;
    for (size_t i = 0; i < template_->n_entries; i++) {
        cvx_packed_done(&template_->entries[i].packed);
        cvx_free(template_->entries[i].name);
    }
    for (size_t i = 0; i < template_->n_stories; i++)
        cvx_story_done(&template_->stories[i]);
    cvx_core_props_done(&template_->core);
    cvx_free(template_->entries);
    cvx_free(template_->stories);
    cvx_free(template_);
}

static int pack(struct rendering *r, const struct cvx_buf *xml, struct cvx_packed *ret)
{
    return cvx_deflater_pack(r->deflater, xml->data, xml->len, ret, r->err);
}

static int render_story(struct rendering *r, size_t i)
{
    const struct cvx_story *story = &r->template_->stories[i];
    struct cvx_buf text = {.max = CVX_TEMPLATE_OUTPUT_MAX};
    struct cvx_buf xml = {.max = CVX_PART_MAX};
    int rc = cvx_story_render(story, r->session, &text, r->err);

    if (!rc)
        rc = cvx_story_finish(story, &text, &xml, r->err);
    if (!rc)
        rc = pack(r, &xml, &r->made[i]);
    cvx_buf_done(&text);
    cvx_buf_done(&xml);
    return rc;
}

static int render_core(struct rendering *r)
{
    const struct cvx_template *t = r->template_;
    struct cvx_buf xml = CVX_BUF_INIT;
    int rc;

    if (!t->core_varies)
        return CVX_OK;
    rc = cvx_core_props_render(&t->core, r->session, &xml, r->err);
    if (!rc)
        rc = pack(r, &xml, &r->made[t->n_stories]);
    cvx_buf_done(&xml);
    return rc;
}

/* The core properties come before the notes, in whose place docxtpl has nothing. */
static int render_all(struct rendering *r)
{
    const struct cvx_template *t = r->template_;
    size_t i = 0;
    int rc = CVX_OK;

    for (; !rc && i < t->n_stories && t->stories[i].kind != CVX_STORY_NOTES; i++)
        rc = render_story(r, i);
    if (!rc)
        rc = render_core(r);
    for (; !rc && i < t->n_stories; i++)
        rc = render_story(r, i);
    return rc;
}

static int write_package(const struct rendering *r, struct cvx_buf *out)
{
    const struct cvx_template *t = r->template_;
    struct cvx_zipwrite zip;
    size_t size = t->size;
    int rc;

    for (size_t i = 0; i <= t->n_stories; i++)
        size += r->made[i].data.len;
    (void)cvx_buf_room(out, size);
    cvx_zipwrite_begin(&zip, out);
    for (size_t i = 0; i < t->n_entries; i++) {
        const struct cvx_template_entry *entry = &t->entries[i];
        const struct cvx_packed *packed = &entry->packed;

        if (entry->core)
            packed = &r->made[t->n_stories];
        else if (entry->story != CVX_TEMPLATE_NONE)
            packed = &r->made[entry->story];
        cvx_zipwrite_add(&zip, entry->name, packed);
    }
    rc = cvx_zipwrite_finish(&zip, r->err);
    cvx_zipwrite_done(&zip);
    return rc;
}

int cvx_template_render(const struct cvx_template *template_, const struct cvx_cv *data,
                        struct cvx_buf *ret_docx, struct cvx_err *err)
{
    struct rendering r = {.template_ = template_, .err = err};
    size_t n = template_->n_stories + 1;
    int rc;

    r.made = cvx_zalloc(n * sizeof(*r.made));
    if (!r.made)
        return cvx_fail(err, CVX_ENOMEM, "out of memory for %zu parts", n);
    rc = cvx_deflater_new(&r.deflater, err);
    if (!rc)
        rc = cvx_jinja_open(data, &r.session, err);
    if (!rc)
        rc = render_all(&r);
    if (!rc)
        rc = write_package(&r, ret_docx);
    cvx_jinja_close(r.session);
    cvx_deflater_free(r.deflater);
    for (size_t i = 0; i < n; i++)
        cvx_packed_done(&r.made[i]);
    cvx_free(r.made);
    if (rc)
        cvx_buf_clear(ret_docx);
    return rc;
}
