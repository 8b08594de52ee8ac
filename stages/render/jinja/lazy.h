/* Generators as filters give them: what they are given is looked at when the first item
 * is asked for, and no error comes before.
 *
 * A kind of generator is a struct whose first member is a struct cvx_lazy, with two
 * functions. All of it lies in the session's heap. Thread: the session's worker. */
#ifndef CVX_JINJA_LAZY_H
#define CVX_JINJA_LAZY_H

#include "render/jinja/value.h"

struct cvx_lazy;

/* The first look: makes lazy->source, or sets lazy->done when nothing will come. */
typedef int cvx_lazy_start(struct cvx_rt *rt, struct cvx_lazy *lazy);
/* As next() of struct cvx_iter. */
typedef int cvx_lazy_step(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                          bool *ret_more);

struct cvx_lazy {
    struct cvx_iter iter;
    struct cvx_value input;
    cvx_lazy_start *start; /* NULL once it was called */
    cvx_lazy_step *step;
    struct cvx_iter *source; /* the pass over the input */
    bool done;
};

/* A new generator of `size` bytes, cleared but for its first member: *ret_lazy for the
 * rest to be filled in, *ret as the value. */
int cvx_lazy_new(struct cvx_rt *rt, size_t size, struct cvx_value input,
                 cvx_lazy_start *start, cvx_lazy_step *step, struct cvx_lazy **ret_lazy,
                 struct cvx_value *ret);

/* A start: the pass over the input. */
int cvx_lazy_open(struct cvx_rt *rt, struct cvx_lazy *lazy);
/* Likewise, but an input that is false, of whatever kind, is as good as an empty one. */
int cvx_lazy_open_true(struct cvx_rt *rt, struct cvx_lazy *lazy);
/* The input's next item. */
int cvx_lazy_take(struct cvx_rt *rt, struct cvx_lazy *lazy, struct cvx_value *ret,
                  bool *ret_more);

#endif
