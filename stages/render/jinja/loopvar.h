/* The object "loop" of a 'for': where the pass over its items is, and what a template may
 * ask of it.
 *
 * Items are taken one by one, as jinja2 takes them: a list that grows in its own loop is
 * followed, and a length that nobody knows is found by reading the rest ahead.
 * Thread: the session's worker. */
#ifndef CVX_JINJA_LOOPVAR_H
#define CVX_JINJA_LOOPVAR_H

#include "render/jinja/eval.h"

struct cvx_loopvar {
    struct cvx_object object;
    const struct cvx_for *def;
    struct cvx_act *up; /* where the loop stands */
    struct cvx_value iterable;
    struct cvx_iter *iter;
    struct cvx_value before, current, after; /* MISSING: none */
    struct cvx_list *changed;                /* what changed() saw last, or NULL */
    int64_t index0;
    size_t length;
    unsigned depth0;
    bool has_length;
};

/* Around a pass over iterable that has not begun. */
int cvx_loopvar_new(struct cvx_run *run, const struct cvx_for *def, struct cvx_act *up,
                    struct cvx_value iterable, struct cvx_iter *iter, unsigned depth0,
                    struct cvx_loopvar **ret);
/* The next item; *ret_more false: there is none. */
int cvx_loopvar_step(struct cvx_rt *rt, struct cvx_loopvar *loop, struct cvx_value *ret,
                     bool *ret_more);

#endif
