/* A rendered document in a scratch folder and the data that it was made of, for the tests of
 * roundtrip-verifier. */
#ifndef CVX_TESTS_ROUNDTRIP_CASE_H
#define CVX_TESTS_ROUNDTRIP_CASE_H

#include <string.h>

#include "scratch.h"
#include "stage_run.h"
#include "stages.h"
#include "zipmake.h"

#define RT_W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define RT_LINE(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define RT_BULLET(text)                                                                  \
    "<w:p><w:pPr><w:pStyle w:val='List'/></w:pPr><w:r><w:t>" text "</w:t></w:r></w:p>"

#define RT_DOCUMENT                                                                      \
    "<w:d xmlns:w='" RT_W "'><w:body>" RT_LINE("OVERVIEW") RT_LINE("Bakes.")             \
        RT_LINE("PROFESSIONAL EXPERIENCE") RT_LINE("2019 - 2020 Bakery")                 \
            RT_LINE("Bread, and cakes.") RT_BULLET("Rolls")                              \
                RT_LINE("Environment: Oven, Mixer") "</w:body></w:d>"
#define RT_HEADER                                                                        \
    "<w:d xmlns:w='" RT_W "'>" RT_LINE("Baker") RT_LINE("Ana Ruiz") RT_LINE("TOOLS")     \
        RT_LINE("oven, tray") "</w:d>"
#define RT_SIDEBAR                                                                       \
    "\"sidebar\":{\"tools\":[\"tray\",\"Oven\"],\"skills\":[],\"languages\":[],"         \
    "\"certifications\":[],\"industries\":[],\"spoken_languages\":[],"                   \
    "\"academic_background\":[]}"
#define RT_DATA(name)                                                                    \
    "{\"identity\":{\"title\":\"baker\",\"full_name\":\"" name                           \
    "\",\"first_name\":\"Ana\",\"last_name\":\"Ruiz\"}," RT_SIDEBAR                      \
    ",\"overview\":\"Bakes\",\"experiences\":[{\"heading\":\"2019 - 2020: Bakery\","     \
    "\"description\":\"Bread and cakes\",\"bullets\":[\"Rolls!\"],"                      \
    "\"environment\":[\"mixer\",\"oven\"]}]}"

struct rt_case {
    struct scratch scratch;
    char document[512], target[512];
    struct cvx_file_info file;
    void *state;
    struct cvx_cv *data;
};

/* A package of these two parts (NULL = left out) as sub/x_NEW.docx. */
static inline void rt_document(struct rt_case *c, const char *document,
                               const char *header)
{
    struct zipmake zip;

    zipmake_init(&zip, NULL, 0);
    if (document)
        zipmake_text(&zip, "word/document.xml", document);
    if (header)
        zipmake_text(&zip, "word/header1.xml", header);
    zipmake_finish(&zip, NULL);
    scratch_write(&c->scratch, "made/x_NEW.docx", zip.bytes.data, zip.bytes.len);
    zipmake_done(&zip);
}

static inline int rt_run(struct rt_case *c, struct cvx_task *task)
{
    *task = (struct cvx_task){.stage = &cvx_roundtrip_verifier,
                              .state = c->state,
                              .file = &c->file,
                              .input = c->data,
                              .document = c->document,
                              .target = c->target};
    cvx_err_init(&task->err);
    cvx_log_init(&task->log, CVX_LEVEL_NONE);
    return cvx_roundtrip_verifier.run(task);
}

static inline int rt_make(struct rt_case *c, const char *data)
{
    struct cvx_err err;

    *c = (struct rt_case){0};
    scratch_make(&c->scratch);
    scratch_path(&c->scratch, "made/x_NEW.docx", c->document, sizeof(c->document));
    scratch_path(&c->scratch, "out", c->target, sizeof(c->target));
    c->file = (struct cvx_file_info){.path = "in/sub/x.y.docx", .rel = "sub/x.y.docx"};
    if (stage_prepare(&cvx_roundtrip_verifier, &c->state, &err))
        return -1;
    return cvx_cv_parse(data, strlen(data), &c->data, &err);
}

static inline void rt_done(struct rt_case *c)
{
    cvx_cv_free(c->data);
    stage_close(&cvx_roundtrip_verifier, c->state);
    scratch_remove(&c->scratch);
}

#endif
