/* Names, frames and slots. See scope.h. */
#include "render/jinja/scope.h"

#include <string.h>

/* One name of one frame. `refers` is false for a name that was only looked at. */
struct cvx_scope_name {
    struct cvx_scope_name *next;
    uint32_t name, slot;
    struct cvx_ref outer; /* ALIAS */
    uint32_t stamp, count;
    uint8_t load; /* enum cvx_load_kind */
    bool refers, stored;
};

struct cvx_scope_change {
    struct cvx_scope_change *next;
    struct cvx_scope_name *entry;
    struct cvx_scope_name state; /* before the change; of a branch's end: after it */
};

/* The slots of one unit: (level, name) -> slot, hashed. */
struct unit_slot {
    unsigned level;
    uint32_t name, slot;
};

struct cvx_scope_unit {
    struct cvx_unit *unit;
    struct unit_slot *slots;
    uint32_t n, cap;
};

/* ---- slots of a unit ---- */

static uint32_t slot_place(const struct cvx_scope_unit *u, unsigned level, uint32_t name)
{
    uint32_t mask = u->cap - 1;
    uint32_t i = (name * 2654435761u ^ level * 40503u) & mask;
    while (u->slots[i].slot != 0 &&
           (u->slots[i].level != level || u->slots[i].name != name))
        i = (i + 1) & mask;
    return i;
}

static bool grow_slots(struct cvx_scope_heap *h, struct cvx_scope_unit *u)
{
    struct unit_slot *old = u->slots;
    uint32_t n = u->cap, cap = n ? n * 2 : 16;
    u->slots = cvx_heap_zalloc(h->scratch, cap * sizeof(*u->slots));
    if (!u->slots) {
        u->slots = old;
        return false;
    }
    u->cap = cap;
    for (uint32_t i = 0; i < n; i++)
        if (old[i].slot != 0)
            u->slots[slot_place(u, old[i].level, old[i].name)] = old[i];
    return true;
}

/* Kept as slot + 1, so that 0 is a free place. */
static bool unit_slot(struct cvx_scope_heap *h, struct cvx_scope_unit *u, unsigned level,
                      uint32_t name, uint32_t *ret)
{
    if (u->n * 2 >= u->cap && !grow_slots(h, u))
        return false;
    struct unit_slot *slot = &u->slots[slot_place(u, level, name)];
    if (slot->slot == 0) {
        *slot = (struct unit_slot){level, name, ++u->unit->n_slots};
        u->n++;
    }
    *ret = slot->slot - 1;
    return true;
}

/* ---- names of a scope ---- */

struct cvx_scope *cvx_scope_new(struct cvx_scope_heap *h, struct cvx_scope *up,
                                struct cvx_unit *unit)
{
    struct cvx_scope *scope = cvx_heap_zalloc(h->scratch, sizeof(*scope));
    if (!scope)
        return NULL;
    scope->up = up;
    scope->level = up ? up->level + 1 : 0;
    scope->unit = up ? up->unit : NULL;
    if (unit) {
        scope->unit = cvx_heap_zalloc(h->scratch, sizeof(*scope->unit));
        if (!scope->unit)
            return NULL;
        scope->unit->unit = unit;
        unit->up = up ? up->unit->unit : NULL;
        unit->depth = up ? up->unit->unit->depth + 1 : 0;
    }
    return scope;
}

static uint32_t name_place(const struct cvx_scope *scope, uint32_t name)
{
    uint32_t mask = scope->cap - 1;
    uint32_t i = name * 2654435761u & mask;
    while (scope->table[i] && scope->table[i]->name != name)
        i = (i + 1) & mask;
    return i;
}

static struct cvx_scope_name *name_find(const struct cvx_scope *scope, uint32_t name)
{
    return scope->cap ? scope->table[name_place(scope, name)] : NULL;
}

static bool grow_table(struct cvx_scope_heap *h, struct cvx_scope *scope)
{
    uint32_t cap = scope->cap ? scope->cap * 2 : 8;
    struct cvx_scope_name **table =
        cvx_heap_zalloc(h->scratch, cap * sizeof(struct cvx_scope_name *));
    if (!table)
        return false;
    scope->table = table;
    scope->cap = cap;
    for (struct cvx_scope_name *entry = scope->first; entry; entry = entry->next)
        table[name_place(scope, entry->name)] = entry;
    return true;
}

static struct cvx_scope_name *name_entry(struct cvx_scope_heap *h,
                                         struct cvx_scope *scope, uint32_t name)
{
    struct cvx_scope_name *entry = name_find(scope, name);
    if (entry)
        return entry;
    if (scope->n * 2 >= scope->cap && !grow_table(h, scope))
        return NULL;
    entry = cvx_heap_zalloc(h->scratch, sizeof(*entry));
    if (!entry)
        return NULL;
    entry->name = name;
    scope->table[name_place(scope, name)] = entry;
    scope->n++;
    if (scope->last)
        scope->last->next = entry;
    else
        scope->first = entry;
    scope->last = entry;
    return entry;
}

/* The innermost frame that has the name; NULL when there is none. */
static struct cvx_scope_name *find_from(const struct cvx_scope *scope, uint32_t name,
                                        const struct cvx_scope **ret_scope)
{
    for (; scope; scope = scope->up) {
        struct cvx_scope_name *entry = name_find(scope, name);
        if (entry && entry->refers) {
            *ret_scope = scope;
            return entry;
        }
    }
    return NULL;
}

static struct cvx_ref ref_from(const struct cvx_scope *from, const struct cvx_scope *at,
                               const struct cvx_scope_name *entry)
{
    return (struct cvx_ref){from->unit->unit->depth - at->unit->unit->depth, entry->slot};
}

/* Every change is noted, so that the end of a branch can take it back. */
static bool change(struct cvx_scope_heap *h, struct cvx_scope *scope,
                   struct cvx_scope_name *entry)
{
    struct cvx_scope_change *note = cvx_heap_zalloc(h->scratch, sizeof(*note));
    if (!note)
        return false;
    note->entry = entry;
    note->state = *entry;
    note->next = scope->changes;
    scope->changes = note;
    return true;
}

static bool refer(struct cvx_scope_heap *h, struct cvx_scope *scope,
                  struct cvx_scope_name *entry, enum cvx_load_kind load)
{
    entry->refers = true;
    entry->load = (uint8_t)load;
    return unit_slot(h, scope->unit, scope->level, entry->name, &entry->slot);
}

bool cvx_scope_note_load(struct cvx_scope_heap *h, struct cvx_scope *scope, uint32_t name)
{
    const struct cvx_scope *at = NULL;
    if (find_from(scope, name, &at))
        return true;
    struct cvx_scope_name *entry = name_entry(h, scope, name);
    return entry && change(h, scope, entry) && refer(h, scope, entry, CVX_LOAD_CONTEXT);
}

bool cvx_scope_note_store(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          uint32_t name)
{
    struct cvx_scope_name *entry = name_entry(h, scope, name);
    if (!entry || !change(h, scope, entry))
        return false;
    entry->stored = true;
    if (entry->refers)
        return true;
    const struct cvx_scope *at = NULL;
    const struct cvx_scope_name *outer = find_from(scope->up, name, &at);
    if (outer)
        entry->outer = ref_from(scope, at, outer);
    return refer(h, scope, entry, outer ? CVX_LOAD_ALIAS : CVX_LOAD_UNDEFINED);
}

bool cvx_scope_note_param(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          uint32_t name, uint32_t *ret_slot)
{
    struct cvx_scope_name *entry = name_entry(h, scope, name);
    if (!entry || !change(h, scope, entry) || !refer(h, scope, entry, CVX_LOAD_PARAM))
        return false;
    entry->stored = true;
    if (ret_slot)
        *ret_slot = entry->slot;
    return true;
}

/* ---- branches ---- */

void cvx_scope_branch_begin(struct cvx_scope *scope, struct cvx_scope_branch *branch)
{
    branch->before = scope->changes;
    branch->found = NULL;
    scope->changes = NULL;
}

/* What lists link is kept, whatever state an entry goes back to. */
static void set_state(struct cvx_scope_name *entry, const struct cvx_scope_name *state)
{
    struct cvx_scope_name *next = entry->next;
    uint32_t stamp = entry->stamp, count = entry->count;
    *entry = *state;
    entry->next = next;
    entry->stamp = stamp;
    entry->count = count;
}

bool cvx_scope_branch_end(struct cvx_scope_heap *h, struct cvx_scope *scope,
                          struct cvx_scope_branch *branch)
{
    h->stamp++;
    for (struct cvx_scope_change *note = scope->changes; note; note = note->next) {
        if (note->entry->stamp == h->stamp)
            continue;
        note->entry->stamp = h->stamp;
        struct cvx_scope_change *found = cvx_heap_zalloc(h->scratch, sizeof(*found));
        if (!found)
            return false;
        found->entry = note->entry;
        found->state = *note->entry;
        found->next = branch->found;
        branch->found = found;
    }
    /* From the newest back to the oldest: the state before the branch. */
    for (struct cvx_scope_change *note = scope->changes; note; note = note->next)
        set_state(note->entry, &note->state);
    scope->changes = branch->before;
    return true;
}

/* Counts the branches that set a name which was not set before, and takes over what they
 * noted: of two that differ the later one counts, as in jinja2. */
static bool join_one(struct cvx_scope_heap *h, struct cvx_scope *scope,
                     const struct cvx_scope_change *found)
{
    struct cvx_scope_name *entry = found->entry;
    if (entry->stamp != h->stamp) {
        entry->stamp = h->stamp;
        entry->count = 0;
        if (!change(h, scope, entry))
            return false;
        if (entry->stored) /* it was before: no matter who sets it */
            entry->count = UINT32_MAX / 2;
    }
    entry->count += found->state.stored;
    bool stored = entry->stored || found->state.stored;
    if (found->state.refers)
        set_state(entry, &found->state);
    entry->stored = stored;
    return true;
}

static void settle(const struct cvx_scope *scope, struct cvx_scope_name *entry,
                   uint32_t n)
{
    if (entry->count == 0 || entry->count == n || entry->count >= UINT32_MAX / 2)
        return;
    const struct cvx_scope *at = NULL;
    const struct cvx_scope_name *outer = find_from(scope->up, entry->name, &at);
    entry->load = outer ? CVX_LOAD_ALIAS : CVX_LOAD_CONTEXT;
    if (outer)
        entry->outer = ref_from(scope, at, outer);
}

bool cvx_scope_branch_join(struct cvx_scope_heap *h, struct cvx_scope *scope,
                           const struct cvx_scope_branch *branches, uint32_t n)
{
    h->stamp++;
    for (uint32_t i = 0; i < n; i++)
        for (const struct cvx_scope_change *c = branches[i].found; c; c = c->next)
            if (!join_one(h, scope, c))
                return false;
    for (uint32_t i = 0; i < n; i++)
        for (const struct cvx_scope_change *c = branches[i].found; c; c = c->next)
            settle(scope, c->entry, n);
    return true;
}

/* ---- what the tree gets ---- */

bool cvx_scope_find(const struct cvx_scope *scope, uint32_t name, struct cvx_ref *ret)
{
    const struct cvx_scope *at = NULL;
    const struct cvx_scope_name *entry = find_from(scope, name, &at);
    if (entry)
        *ret = ref_from(scope, at, entry);
    return entry != NULL;
}

bool cvx_scope_frame(struct cvx_scope_heap *h, const struct cvx_scope *scope,
                     struct cvx_frame *ret)
{
    struct cvx_load *loads = cvx_heap_array(h->heap, scope->n, sizeof(*loads));
    uint32_t n = 0;
    if (!loads)
        return false;
    for (const struct cvx_scope_name *entry = scope->first; entry; entry = entry->next)
        if (entry->refers)
            loads[n++] =
                (struct cvx_load){entry->load, entry->slot, entry->name, entry->outer};
    *ret = (struct cvx_frame){loads, n};
    return true;
}

static size_t count_names(const struct cvx_scope *scope)
{
    size_t n = 0;
    for (; scope; scope = scope->up)
        n += scope->n;
    return n;
}

bool cvx_scope_locals(struct cvx_scope_heap *h, const struct cvx_scope *scope,
                      struct cvx_local **ret, uint32_t *ret_n)
{
    size_t most = count_names(scope);
    struct cvx_local *locals = cvx_heap_array(h->heap, most, sizeof(*locals));
    uint32_t n = 0;
    if (!locals)
        return false;
    for (const struct cvx_scope *at = scope; at; at = at->up)
        for (const struct cvx_scope_name *entry = at->first; entry; entry = entry->next) {
            uint32_t k = 0;
            while (k < n && locals[k].name != entry->name)
                k++;
            if (k < n || !entry->stored)
                continue;
            locals[n] = (struct cvx_local){.name = entry->name};
            (void)cvx_scope_find(scope, entry->name, &locals[n++].ref);
        }
    *ret = locals;
    *ret_n = n;
    return true;
}
