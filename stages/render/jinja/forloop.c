/* The 'for' statement. See eval.h and loopvar.h. */
#include "render/jinja/loopvar.h"

/* ---- the condition ---- */

struct test_iter {
    struct cvx_iter iter;
    struct cvx_iter *base;
    const struct cvx_for *def;
    struct cvx_act *act; /* of the condition */
    bool entered;
};

static int test_item(struct cvx_run *run, struct test_iter *it, struct cvx_value item,
                     bool *ret)
{
    struct cvx_act *outer = run->act;
    run->act = it->act;
    if (!it->entered)
        cvx_exec_enter(run, &it->def->test_frame);
    it->entered = true;
    int rc = cvx_exec_assign(run, it->def->test_target, item);
    if (!rc)
        rc = cvx_eval_truth(run, it->def->test, ret);
    run->act = outer;
    return rc;
}

static int test_next(struct cvx_rt *rt, struct cvx_iter *self, struct cvx_value *ret,
                     bool *ret_more)
{
    struct test_iter *it = (struct test_iter *)self;
    for (;;) {
        struct cvx_value item = {0};
        bool more = false, kept = false;
        int rc = it->base->next(rt, it->base, &item, &more);
        if (!rc && more)
            rc = test_item(cvx_eval_run(rt), it, item, &kept);
        if (rc)
            return rc;
        if (!more || kept) {
            *ret_more = more;
            if (more)
                *ret = item;
            return CVX_OK;
        }
    }
}

/* A pass over the items that the loop keeps. */
static int open_pass(struct cvx_run *run, const struct cvx_for *def, struct cvx_act *up,
                     struct cvx_value iterable, struct cvx_iter **ret)
{
    struct cvx_iter *base = NULL;
    int rc = cvx_iter_new(run->rt, iterable, &base);
    if (rc || !def->test) {
        *ret = base;
        return rc;
    }
    struct test_iter *it = cvx_heap_alloc(run->rt->heap, sizeof(*it));
    struct cvx_act *act = it ? cvx_exec_act(run, &def->test_unit, up, up->ctx) : NULL;
    if (!act)
        return cvx_value_no_memory(run->rt);
    *it = (struct test_iter){{test_next}, base, def, act, false};
    *ret = &it->iter;
    return CVX_OK;
}

/* ---- executing ---- */

static int put_round(struct cvx_run *run, const struct cvx_for *def,
                     struct cvx_value item, struct cvx_loopvar *loop)
{
    int rc = cvx_exec_assign(run, def->target, item);
    if (rc)
        return rc;
    if (loop)
        run->act->slots[def->loop_slot] = cvx_value_object(&loop->object);
    cvx_exec_enter(run, &def->frame);
    rc = cvx_exec_body(run, &def->body);
    /* Without the check a full buffer would be noticed only when all rounds are done. */
    return rc || !run->out->failed ? rc : cvx_buf_check(run->out, run->rt->err);
}

static int put_other(struct cvx_run *run, const struct cvx_for *def)
{
    cvx_exec_enter(run, &def->other_frame);
    int rc = cvx_exec_body(run, &def->other);
    cvx_exec_leave(run, &def->other_frame);
    return rc;
}

/* All rounds, in the current act. */
static int put_rounds(struct cvx_run *run, const struct cvx_for *def, struct cvx_act *up,
                      struct cvx_value iterable, unsigned depth0)
{
    struct cvx_loopvar *loop = NULL;
    struct cvx_iter *iter = NULL;
    bool any = false, more = true;
    int rc = open_pass(run, def, up, iterable, &iter);
    if (!rc && def->extended)
        rc = cvx_loopvar_new(run, def, up, iterable, iter, depth0, &loop);
    while (!rc && iter) {
        struct cvx_value item = {0};
        rc = loop ? cvx_loopvar_step(run->rt, loop, &item, &more)
                  : iter->next(run->rt, iter, &item, &more);
        if (rc || !more)
            break;
        any = true;
        rc = put_round(run, def, item, loop);
    }
    cvx_exec_leave(run, &def->frame);
    return rc || any || !def->has_other ? rc : put_other(run, def);
}

/* A recursive loop is a unit of its own, called for each level. */
static int put_recursive(struct cvx_run *run, const struct cvx_for *def,
                         struct cvx_act *up, struct cvx_value iterable, unsigned depth0)
{
    struct cvx_act *outer = run->act;
    int rc = cvx_eval_enter(run);
    if (rc)
        return rc;
    struct cvx_act *act = cvx_exec_act(run, &def->unit, up, up->ctx);
    if (act) {
        run->act = act;
        rc = put_rounds(run, def, up, iterable, depth0);
        run->act = outer;
    }
    cvx_eval_leave(run);
    return act ? rc : (int)run->rt->err->rc;
}

int cvx_forloop_call(struct cvx_rt *rt, struct cvx_object *self,
                     const struct cvx_args *args, struct cvx_value *ret)
{
    static const char *const k_names[] = {"iterable"};
    struct cvx_run *run = cvx_eval_run(rt);
    const struct cvx_loopvar *loop = (const struct cvx_loopvar *)self;
    struct cvx_value iterable = {0};
    bool given = false;
    int rc = cvx_args_bind(rt, "loop()", args, k_names, 1, 1, &iterable, &given);
    if (rc)
        return rc;
    if (!loop->def->recursive)
        return cvx_value_fail(rt, "TypeError",
                              "loop() needs a 'for' that is 'recursive'");
    size_t mark = run->out->len;
    rc = put_recursive(run, loop->def, loop->up, iterable, loop->depth0 + 1);
    if (!rc)
        rc = cvx_exec_capture(run, mark, cvx_exec_safe(run, loop->def->escape), ret);
    return rc;
}

int cvx_forloop_exec(struct cvx_run *run, const struct cvx_for *loop)
{
    struct cvx_value iterable = {0};
    int rc = cvx_eval(run, loop->iter, &iterable);
    if (rc)
        return rc;
    return loop->recursive ? put_recursive(run, loop, run->act, iterable, 0)
                           : put_rounds(run, loop, run->act, iterable, 0);
}
