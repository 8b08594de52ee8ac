/* Generators that begin when they are asked. See lazy.h. */
#include "render/jinja/lazy.h"

/* Generators may stand upon each other without end: each is a level. */
static int lazy_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct cvx_lazy *lazy = (struct cvx_lazy *)self;
    cvx_lazy_start *start = lazy->start;
    int rc = cvx_value_enter(rt);
    if (rc)
        return rc;
    lazy->start = NULL;
    if (start)
        rc = start(rt, lazy);
    *ret_more = false;
    if (!rc && !lazy->done)
        rc = lazy->step(rt, lazy, ret, ret_more);
    lazy->done = lazy->done || rc || !*ret_more;
    cvx_value_leave(rt);
    return rc;
}

int cvx_lazy_new(struct cvx_rt *rt, size_t size, struct cvx_value input,
                 cvx_lazy_start *start, cvx_lazy_step *step, struct cvx_lazy **ret_lazy,
                 struct cvx_value *ret)
{
    struct cvx_lazy *lazy = cvx_heap_zalloc(rt->heap, size);
    if (!lazy)
        return cvx_value_no_memory(rt);
    lazy->iter.next = lazy_next;
    lazy->input = input;
    lazy->start = start;
    lazy->step = step;
    *ret_lazy = lazy;
    return cvx_iter_object(rt, &lazy->iter, ret);
}

int cvx_lazy_open(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    return cvx_iter_new(rt, lazy->input, &lazy->source);
}

int cvx_lazy_open_true(struct cvx_rt *rt, struct cvx_lazy *lazy)
{
    bool truth = false;
    int rc = cvx_value_truth(rt, lazy->input, &truth);
    lazy->done = !truth;
    return rc || !truth ? rc : cvx_lazy_open(rt, lazy);
}

int cvx_lazy_take(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                  bool *ret_more)
{
    return lazy->source->next(rt, lazy->source, ret, ret_more);
}
