/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `graph threads`: threads by priority, the highest at the top, with what each does, faults, and
 * what those that wait may be waiting for. States and priorities are the kernel's, where it is a
 * debug build; no kernel tells which object a thread waits for, so those that its component holds
 * are drawn. Pure.
 */
#include "host/client/picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/client/dot.h"
#include "host/client/graph_group.h"

#define COLOUR_RUNS    "#d8f0d3"
#define COLOUR_WAITS   "#dcebfa"
#define COLOUR_STOPPED "#e8e8e8"
#define COLOUR_FAULT   "#f8c9c4"
#define COLOUR_SHARED  "#f3e2f7"

static const struct dot_legend legend[] = {
    {COLOUR_RUNS, "runs, or is ready to"},
    {COLOUR_WAITS, "waits for a message, a signal or a reply"},
    {COLOUR_STOPPED, "stopped, inactive or ended"},
    {COLOUR_FAULT, "has a fault that nobody has dealt with"},
    {COLOUR_SHARED, "what it may be waiting for, of all that its component was given"},
    {"white", "dotted: who could wake it; rows are priorities, the highest on top"},
    {NULL, NULL},
};

/* A thread as drawn. */
struct thread {
    char id[64], name[64], state[48], more[96], group[32];
    int priority; /* -1: not known */
    bool has_fault;
    const char *component; /* NULL: none's */
    unsigned like;         /* others of the same look, drawn with it */
};

struct threads {
    const struct picture *p;
    FILE *to;
    struct thread *list;
    size_t count;
};

/* --- reading ---------------------------------------------------------------------------------- */

/* The kernel's row of a component's thread: by name, and if several have that name by address. */
static json_t *find_scheduled(const struct threads *t, const char *name, uint64_t pc)
{
    json_t *record, *found = NULL;
    size_t i;

    json_array_foreach(t->p->scheduler, i, record)
    {
        if (strcmp(picture_text(record, "name"), name) != 0 || json_object_get(record, "drawn"))
            continue;
        if (!found || picture_word(record, "ip") == pc)
            found = record;
    }
    return found;
}

static void add_component_thread(struct threads *t, const json_t *record)
{
    struct thread *new = &t->list[t->count++];
    const char *state = picture_text(record, "state"), *name = picture_text(record, "thread");
    const char *called = picture_text(record, "name");
    const json_t *component;
    json_t *row;
    char of[64];

    snprintf(of, sizeof(of), "%.*s", (int)strcspn(name, "."), name);
    component = picture_find(t->p->components, "name", of);
    row = find_scheduled(t, picture_text(record, "name"), picture_word(record, "pc"));
    if (row)
        json_object_set_new(row, "drawn", json_true());
    new->component = picture_text(component, "name");
    snprintf(new->group, sizeof(new->group), "%.31s", of);
    snprintf(new->id, sizeof(new->id), "t:%.40s", name);
    snprintf(new->name, sizeof(new->name), "%.24s%s%.24s%s", name, *called ? " (" : "", called,
             *called ? ")" : "");
    new->has_fault = json_object_get(record, "fault") != NULL;
    new->priority = row ? (int)picture_word(row, "priority")
                    : strcmp(name + strcspn(name, "."), ".1") == 0 || !strchr(name, '.')
                        ? (int)picture_word(component, "priority")
                        : -1;
    snprintf(new->state, sizeof(new->state), "%s",
             row && strcmp(state, "running") == 0 ? picture_text(row, "state") : state);
    if (new->has_fault)
        snprintf(new->more, sizeof(new->more), "%s %s", picture_text(record, "fault"),
                 picture_text(record, "address"));
    else
        snprintf(new->more, sizeof(new->more), "at %s", picture_text(record, "pc"));
}

/* The monitor's own, the operator's, the kernel's idle thread. */
static void add_other(struct threads *t, const json_t *row, size_t number)
{
    static const char *const own[] = {"keeper", "supervisor", "shell", "worker"};
    struct thread *new = &t->list[t->count++];
    const char *name = picture_text(row, "name");
    const json_t *object = picture_find(t->p->objects, "name", name);

    snprintf(new->id, sizeof(new->id), "k:%zu", number);
    snprintf(new->name, sizeof(new->name), "%.60s", *name ? name : "(no name)");
    snprintf(new->state, sizeof(new->state), "%.40s", picture_text(row, "state"));
    snprintf(new->group, sizeof(new->group), "%s",
             object && strcmp(picture_text(object, "owner"), "operator") == 0 ? "the operator's"
                                                                              : "others");
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(name, own[i]) == 0)
            snprintf(new->group, sizeof(new->group), "the monitor's");
    }
    new->priority = (int)picture_word(row, "priority");
}

static bool read_threads(struct threads *t)
{
    const json_t *record;
    size_t i;

    t->list = calloc(json_array_size(t->p->threads) + json_array_size(t->p->scheduler) + 1,
                     sizeof(*t->list));
    if (!t->list)
        return false;
    json_array_foreach(t->p->threads, i, record) add_component_thread(t, record);
    json_array_foreach(t->p->scheduler, i, record)
    {
        if (!json_object_get(record, "drawn"))
            add_other(t, record, i);
    }
    return true;
}

/* --- many alike ------------------------------------------------------------------------------- */

static bool alike(const struct thread *a, const struct thread *b)
{
    return a->priority == b->priority && !a->has_fault && !b->has_fault &&
           strcmp(a->group, b->group) == 0 && strcmp(a->state, b->state) == 0;
}

/* Threads that look the same are drawn as the first of them where there are more than a few. */
static void collapse(struct threads *t)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->count; i++) {
        size_t same = 0, first = t->count;

        for (size_t j = 0; j < t->count; j++)
            same += alike(&t->list[i], &t->list[j]);
        for (size_t j = 0; j < kept && first == t->count; j++) {
            if (alike(&t->list[i], &t->list[j]))
                first = j;
        }
        if (first < kept && t->list[first].like + 1 + same > GRAPH_GROUP_FEW + 1) {
            t->list[first].like++;
            continue;
        }
        t->list[kept++] = t->list[i];
    }
    t->count = kept;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static bool waits(const struct thread *thread)
{
    return strcmp(thread->state, "receiving") == 0 || strcmp(thread->state, "sending") == 0 ||
           strncmp(thread->state, "awaiting", 8) == 0;
}

static const char *colour_of(const struct thread *thread)
{
    if (thread->has_fault)
        return COLOUR_FAULT;
    if (waits(thread))
        return COLOUR_WAITS;
    return strcmp(thread->state, "running") == 0 || strcmp(thread->state, "ready") == 0
               ? COLOUR_RUNS
               : COLOUR_STOPPED;
}

static void write_thread(const struct threads *t, const struct thread *thread)
{
    char label[320], priority[32] = "", more[32] = "";

    if (thread->priority >= 0)
        snprintf(priority, sizeof(priority), ", priority %d", thread->priority);
    if (thread->like)
        snprintf(more, sizeof(more), "\nand %u more like it", thread->like);
    snprintf(label, sizeof(label), "%s\n%s%s%s%s%s", thread->name, thread->state, priority,
             thread->more[0] ? "\n" : "", thread->more, more);
    dot_print(t->to, "%q [label=%q, fillcolor=%q, peripheries=%u];\n", thread->id, label,
              colour_of(thread), thread->like ? 2u : 1u);
}

static void write_clusters(const struct threads *t)
{
    for (size_t i = 0; i < t->count; i++) {
        bool first = true;

        for (size_t j = 0; j < i; j++)
            first = first && strcmp(t->list[j].group, t->list[i].group) != 0;
        if (!first)
            continue;
        dot_print(t->to, "subgraph cluster_%u {\nlabel=%q; style=rounded; color=\"#999999\";\n",
                  (unsigned)i, t->list[i].group);
        for (size_t j = i; j < t->count; j++) {
            if (strcmp(t->list[j].group, t->list[i].group) == 0)
                write_thread(t, &t->list[j]);
        }
        dot_print(t->to, "}\n");
    }
}

/* A rung: who has that priority, at one height. */
static bool write_rung(const struct threads *t, int priority)
{
    bool any = false;

    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].priority != priority)
            continue;
        if (!any)
            dot_print(t->to,
                      "\"p:%u\" [label=\"priority %u\", shape=plaintext, style=\"\"];\n"
                      "{ rank=same; \"p:%u\";",
                      (unsigned)priority, (unsigned)priority, (unsigned)priority);
        dot_print(t->to, " %q;", t->list[i].id);
        any = true;
    }
    if (any)
        dot_print(t->to, " }\n");
    return any;
}

static void write_ladder(const struct threads *t)
{
    int above = -1;

    for (int priority = 255; priority >= 0; priority--) {
        if (!write_rung(t, priority))
            continue;
        if (above >= 0)
            dot_print(t->to, "\"p:%u\" -> \"p:%u\" [color=\"#bbbbbb\", arrowhead=none];\n",
                      (unsigned)above, (unsigned)priority);
        above = priority;
    }
}

static const struct thread *first_of(const struct threads *t, const char *component)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->list[i].component && strcmp(t->list[i].component, component) == 0)
            return &t->list[i];
    }
    return NULL;
}

/* The rights with which one may wait so, and be woken: letters of `caps`. */
static bool rights_for(const struct thread *thread, char *waiting, char *waking)
{
    *waiting =
        strcmp(thread->state, "receiving") == 0 || strcmp(thread->state, "awaiting a signal") == 0
            ? 'r'
            : 'w';
    *waking = *waiting == 'r' ? 'w' : 'r';
    return waits(thread) && thread->component && thread->component[0];
}

static void write_wakers(const struct threads *t, const char *object, const char *component,
                         char right, json_t *seen)
{
    const json_t *held;
    char pair[160], id[96];
    size_t i;

    json_array_foreach(t->p->held, i, held)
    {
        const char *who = picture_text(held, "component");
        const struct thread *thread = first_of(t, who);

        if (strcmp(picture_text(held, "object"), object) != 0 || strcmp(who, component) == 0 ||
            !strchr(picture_text(held, "rights"), right) || !thread)
            continue;
        snprintf(pair, sizeof(pair), "%s %s %c", object, who, right);
        if (json_object_get(seen, pair))
            continue;
        json_object_set_new(seen, pair, json_true());
        snprintf(id, sizeof(id), "o:%s", object);
        dot_print(t->to, "%q -> %q [style=dotted, constraint=false, label=%q];\n", thread->id, id,
                  right == 'w' ? "may send" : "may receive");
    }
}

static void write_waiting(const struct threads *t, const struct thread *thread, json_t *seen)
{
    const char *kind =
        strcmp(thread->state, "awaiting a signal") == 0 ? "Notification" : "Endpoint";
    const json_t *held;
    char waiting, waking, id[96], label[96];
    size_t i;

    if (!rights_for(thread, &waiting, &waking))
        return;
    json_array_foreach(t->p->held, i, held)
    {
        const char *object = picture_text(held, "object");

        if (strcmp(picture_text(held, "component"), thread->component) != 0 || !*object ||
            strcmp(object, "monitor") == 0 || strcmp(picture_text(held, "kind"), kind) != 0 ||
            !strchr(picture_text(held, "rights"), waiting))
            continue;
        snprintf(id, sizeof(id), "o:%s", object);
        snprintf(label, sizeof(label), "%s\n%s", object, kind);
        if (!json_object_get(seen, object))
            dot_print(t->to, "%q [label=%q, shape=ellipse, fillcolor=%q];\n", id, label,
                      COLOUR_SHARED);
        json_object_set_new(seen, object, json_true());
        dot_print(t->to, "%q -> %q [style=dashed, constraint=false, label=%q];\n", thread->id, id,
                  waiting == 'r' ? "waits on?" : "waits for an answer?");
        write_wakers(t, object, thread->component, waking, seen);
    }
}

void picture_graph_threads(const struct picture *p, FILE *to)
{
    struct threads t = {.p = p, .to = to};
    json_t *seen = json_object();

    dot_begin(to, "threads", "Threads by priority", "rankdir=TB, ranksep=0.45, nodesep=0.25");
    if (read_threads(&t)) {
        collapse(&t);
        write_clusters(&t);
        write_ladder(&t);
        for (size_t i = 0; i < t.count; i++)
            write_waiting(&t, &t.list[i], seen);
    }
    dot_end(to, legend);
    json_decref(seen);
    free(t.list);
}
