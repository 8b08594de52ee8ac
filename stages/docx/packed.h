/* One entry's data as it lies in a zip archive, so that one archive can take it over from
 * another. Ownership: the holder; cvx_packed_done() releases. Thread: the holder. */
#ifndef CVX_DOCX_PACKED_H
#define CVX_DOCX_PACKED_H

#include <stdint.h>

#include <cvextract/buf.h>

struct cvx_packed {
    unsigned method; /* 0 stored, 8 deflated, or whatever it was */
    uint32_t crc;
    uint32_t len; /* inflated */
    struct cvx_buf data;
};

static inline void cvx_packed_done(struct cvx_packed *packed)
{
    if (packed)
        cvx_buf_done(&packed->data);
}

#endif
