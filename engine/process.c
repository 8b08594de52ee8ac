/* Settings of the process that runs profit from. Nobody is obliged to make them. */
#include <malloc.h>
#include <stdlib.h>

#include <cvextract/run.h>

/* Above any buffer that an ordinary CV needs (an archive of up to 4 MiB is read whole), so
 * that none is mapped and unmapped each time; and twice that may lie unused at the end of
 * an arena before it is given back. */
#define KEEP_BELOW (4 << 20)
#define KEEP_UNUSED (8 << 20)

void cvx_process_tune(void)
{
    setenv("TZ", ":/etc/localtime", 0);
#ifdef M_TRIM_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, KEEP_BELOW);
    mallopt(M_TRIM_THRESHOLD, KEEP_UNUSED);
#endif
}
