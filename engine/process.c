/* Settings of the process that runs profit from. Nobody is obliged to make them. */
#include <malloc.h>
#include <stdlib.h>

#include <cvextract/run.h>

void cvx_process_tune(void)
{
    setenv("TZ", ":/etc/localtime", 0);
#ifdef M_TRIM_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}
