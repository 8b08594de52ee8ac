/* Paragraphs written down in a test, and JSON printed small, for the two layout tests. */
#ifndef CVX_TESTS_LAYOUT_TEXT_H
#define CVX_TESTS_LAYOUT_TEXT_H

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include <cvextract/mem.h>

#include "docx/paragraphs.h"

/* Adds one; flags: 'n' numbered, 'b' in a body, 'x' in a text box. NULL ends a list. */
struct layout_paragraph {
    const char *text, *style, *flags;
};

static inline void layout_make(const struct layout_paragraph *from, size_t count,
                               struct cvx_paragraphs *ret)
{
    *ret = (struct cvx_paragraphs){.items = cvx_alloc_array(count, sizeof(*ret->items))};
    cvx_buf_putc(&ret->styles, '\0');
    for (size_t i = 0; i < count; i++) {
        const char *flags = from[i].flags ? from[i].flags : "b";
        struct cvx_paragraph *p = &ret->items[ret->count++];
        *p = (struct cvx_paragraph){
            .begin = (uint32_t)ret->text.len,
            .numbered = strchr(flags, 'n') != NULL,
            .in_body = strchr(flags, 'b') != NULL,
            .in_textbox = strchr(flags, 'x') != NULL,
        };
        cvx_buf_puts(&ret->text, from[i].text);
        p->end = (uint32_t)ret->text.len;
        ret->total += p->end - p->begin;
        if (from[i].style) {
            p->style = (uint32_t)ret->styles.len;
            cvx_buf_put(&ret->styles, from[i].style, strlen(from[i].style) + 1);
        }
    }
}

/* Valid until the value changes. */
static inline const char *layout_json(struct json_object *value)
{
    return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                     JSON_C_TO_STRING_NOSLASHESCAPE);
}

#endif
