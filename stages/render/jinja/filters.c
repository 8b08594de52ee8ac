/* The names of the filters. See value.h. */
#include <string.h>

#include "render/jinja/filterkit.h"

/* The first that templates use most. */
static const struct cvx_filterkit_entry *const k_tables[] = {
    cvx_filters_text_table,   cvx_filters_list_table,   cvx_filters_lazy_table,
    cvx_filters_sort_table,   cvx_filters_markup_table, cvx_filters_number_table,
    cvx_filters_wrap_table,   cvx_filters_json_table,   cvx_filters_urlize_table,
    cvx_filters_pprint_table, cvx_filters_chunk_table,  cvx_filters_round_table,
};

cvx_filter_fn *cvx_filters_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof(k_tables) / sizeof(k_tables[0]); i++)
        for (const struct cvx_filterkit_entry *at = k_tables[i]; at->name; at++)
            if (strlen(at->name) == len && memcmp(at->name, name, len) == 0)
                return at->fn;
    return NULL;
}
