/* Inside the cleaning pass: its searches for template tags, and its passes that are not in
 * tags.c. Thread: any; pure. */
#ifndef CVX_RENDER_TAGS_PRIVATE_H
#define CVX_RENDER_TAGS_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "render/edit.h"
#include "render/search.h"

/* The end of the "{%  WORD  %}" at i, white space optional; CVX_SEARCH_NONE. */
size_t cvx_tags_word(struct cvx_span in, size_t i, const char *word);
/* The first such tag at or behind `from`; *ret_end gets its end. */
size_t cvx_tags_find_word(struct cvx_span in, size_t from, const char *word,
                          size_t *ret_end);

/* A tag that means something for the element around it. */
struct cvx_tags_tag {
    size_t begin, end; /* with its delimiters */
    size_t a, b;       /* its content */
};

/* The search for elements around such tags: from `start` up to the last tag before the next
 * start, and on to the first `close` behind that tag. */
struct cvx_tags_around {
    const char *start, *close;
    /* Called with places that never go back. */
    bool (*match)(struct cvx_tags_around *around, struct cvx_span in, size_t at,
                  struct cvx_tags_tag *ret);
    /* For in[begin, end); edit->done is at most begin, and end afterwards. */
    void (*act)(const struct cvx_tags_around *around, struct cvx_edit *edit, size_t begin,
                size_t end, const struct cvx_tags_tag *tag);
    const char *word;                /* for match and act */
    struct cvx_search_ahead stop[2]; /* for match */
};
void cvx_tags_around(struct cvx_tags_around *around, struct cvx_edit *edit);

/* tags_cell.c */
void cvx_tags_colspan(struct cvx_edit *edit, const void *arg);
void cvx_tags_cellbg(struct cvx_edit *edit, const void *arg);
void cvx_tags_vm(struct cvx_edit *edit, const void *arg);
void cvx_tags_hm(struct cvx_edit *edit, const void *arg);

/* tags_lift.c; arg: const char *, the element's name without prefix */
void cvx_tags_lift(struct cvx_edit *edit, const void *arg);
void cvx_tags_lift_comment(struct cvx_edit *edit, const void *arg);

#endif
