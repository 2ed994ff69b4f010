/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `graph memory`: the kernel's untypeds of which something is made, what is made of each, and where
 * that is mapped in components. What nothing is made of is one node. Pure.
 */
#include "host/client/picture.h"

#include <inttypes.h>
#include <string.h>

#include "host/client/dot.h"
#include "host/client/graph_group.h"

#define COLOUR_COMPONENT "#dcebfa"
#define COLOUR_SHARED    "#f3e2f7"
#define COLOUR_OPERATOR  "#fdf0cf"
#define COLOUR_MONITOR   "#d9f2ef"
#define COLOUR_UNTYPED   "#e8e8e8"
#define COLOUR_DEVICE    "#f8dcc4"

#define ROWS_MAX 24 /* mapped areas shown of one component */

static const struct dot_legend legend[] = {
    {COLOUR_UNTYPED, "RAM: untyped of the kernel"},
    {COLOUR_DEVICE, "device memory: untyped of the kernel"},
    {COLOUR_COMPONENT, "estate of a component, and what is mapped in it"},
    {COLOUR_SHARED, "made for all components that share it"},
    {COLOUR_OPERATOR, "the operator's objects"},
    {COLOUR_MONITOR, "the monitor's objects and tables"},
    {NULL, NULL},
};

struct memory {
    const struct picture *p;
    FILE *to;
};

/* How the pieces of an untyped are gathered: owner and kind, estates and few ones by name. */
struct look {
    const char *owner, *words, *colour;
};
static const struct look looks[] = {
    {"monitor", "of the monitor", COLOUR_MONITOR},
    {"operator", "of the operator", COLOUR_OPERATOR},
    {"component", "shared by components", COLOUR_SHARED},
    {"estate", "estate", COLOUR_COMPONENT},
};

static const struct look *look_of(const json_t *piece)
{
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        if (strcmp(picture_text(piece, "owner"), looks[i].owner) == 0)
            return &looks[i];
    }
    return NULL; /* free */
}

/* --- untypeds --------------------------------------------------------------------------------- */

static void write_untyped(const struct memory *m, const json_t *untyped)
{
    uint64_t size = picture_word(untyped, "size"), spent = picture_word(untyped, "spent");
    char id[64], label[200], all[32], some[32];

    snprintf(id, sizeof(id), "u:%s", picture_text(untyped, "cap"));
    snprintf(label, sizeof(label), "%s\nuntyped %s, %s\nspent %s (%" PRIu64 " %%)",
             picture_text(untyped, "paddr"), picture_text(untyped, "cap"),
             picture_size(size, all, sizeof(all)), picture_size(spent, some, sizeof(some)),
             size ? (uint64_t)(100.0 * (double)spent / (double)size) : 0);
    dot_print(m->to, "%q [label=%q, shape=cylinder, fillcolor=%q];\n", id, label,
              json_is_true(json_object_get(untyped, "device")) ? COLOUR_DEVICE : COLOUR_UNTYPED);
}

static void write_untypeds(const struct memory *m)
{
    uint64_t ram = 0, device = 0;
    unsigned untouched = 0;
    const json_t *untyped;
    char label[160], some[32], more[32];
    size_t i;

    json_array_foreach(m->p->untypeds, i, untyped)
    {
        bool is_device = json_is_true(json_object_get(untyped, "device"));

        if (picture_word(untyped, "spent")) {
            write_untyped(m, untyped);
            continue;
        }
        untouched++;
        *(is_device ? &device : &ram) += picture_word(untyped, "size");
    }
    snprintf(label, sizeof(label),
             "%u untypeds of which nothing is made:\n%s of RAM, %s of devices", untouched,
             picture_size(ram, some, sizeof(some)), picture_size(device, more, sizeof(more)));
    dot_print(m->to, "untouched [label=%q, shape=cylinder, style=\"dashed\"];\n", label);
}

/* --- what is made of them --------------------------------------------------------------------- */

static void write_edge(const struct memory *m, const char *of, const char *id)
{
    char from[64];

    snprintf(from, sizeof(from), "u:%s", of);
    dot_print(m->to, "%q -> %q;\n", from, id);
}

static void write_piece(const struct memory *m, const json_t *piece, const struct look *look)
{
    const char *name = picture_text(piece, "name"), *kind = picture_text(piece, "kind");
    char id[96], label[200], size[32];

    snprintf(id, sizeof(id), "%c:%s", look->owner[0] == 'e' ? 'e' : 'o', name);
    snprintf(label, sizeof(label), "%s\n%s, %s\n%s", *name ? name : "a table",
             *kind ? kind : look->words,
             picture_size(picture_word(piece, "size"), size, sizeof(size)),
             picture_text(piece, "paddr"));
    dot_print(m->to, "%q [label=%q, fillcolor=%q];\n", id, label, look->colour);
    write_edge(m, picture_text(piece, "of"), id);
}

static void write_many(const struct memory *m, const char *key, const json_t *group,
                       const struct look *look)
{
    const json_t *first = json_array_get(group, 0);
    const char *kind = picture_text(first, "kind");
    char id[160], label[400], size[32], names[200];

    snprintf(id, sizeof(id), "g:%.150s", key);
    snprintf(label, sizeof(label), "%zu x %s %s, %s\n%s", json_array_size(group),
             look->owner[0] == 'm' ? "memory" : kind, look->words,
             picture_size(graph_group_bytes(group), size, sizeof(size)),
             graph_group_names(group, names, sizeof(names)));
    dot_print(m->to, "%q [label=%q, fillcolor=%q, peripheries=2];\n", id, label, look->colour);
    write_edge(m, picture_text(first, "of"), id);
}

/* Estates and what components share stand alone, the rest by untyped, owner and kind; what the
 * monitor has, all of one untyped. */
static json_t *gathered(const struct picture *p)
{
    json_t *pieces = json_array(), *piece;
    size_t i;

    json_array_foreach(p->pieces, i, piece)
    {
        const struct look *look = look_of(piece);
        bool alone = look && (look->owner[0] == 'e' || look->owner[0] == 'c');

        if (!look)
            continue;
        json_object_set_new(piece, "group",
                            json_sprintf("%s %s %s", picture_text(piece, "of"), look->owner,
                                         alone                   ? picture_text(piece, "name")
                                         : look->owner[0] == 'm' ? ""
                                                                 : picture_text(piece, "kind")));
        json_array_append(pieces, piece);
    }
    return pieces;
}

static void write_pieces(const struct memory *m)
{
    json_t *pieces = gathered(m->p), *groups = graph_group(pieces, "group"), *group;
    const json_t *piece;
    const char *key;
    size_t i;

    json_object_foreach(groups, key, group)
    {
        const struct look *look = look_of(json_array_get(group, 0));

        if (json_array_size(group) > GRAPH_GROUP_FEW / 2 ||
            (look->owner[0] == 'm' && json_array_size(group) > 1)) {
            write_many(m, key, group, look);
            continue;
        }
        json_array_foreach(group, i, piece) write_piece(m, piece, look);
    }
    json_decref(groups);
    json_decref(pieces);
}

/* --- where it is mapped ----------------------------------------------------------------------- */

static void write_region(const struct memory *m, const json_t *region)
{
    char size[32];

    dot_print(m->to,
              "<tr><td align=\"left\">%h</td><td align=\"right\">%h</td><td>%h</td>"
              "<td align=\"left\">%h</td></tr>",
              picture_text(region, "address"),
              picture_size(picture_word(region, "size"), size, sizeof(size)),
              picture_text(region, "rights"), picture_text(region, "paddr"));
}

/* Memory by name that is not of the estate: devices. */
static bool is_mapped_device(const json_t *held)
{
    return picture_word(held, "address") && json_object_get(held, "object");
}

static void write_device_rows(const struct memory *m, const char *name)
{
    const json_t *held;
    char size[32];
    size_t i;

    json_array_foreach(m->p->held, i, held)
    {
        if (strcmp(picture_text(held, "component"), name) == 0 && is_mapped_device(held))
            dot_print(m->to,
                      "<tr><td align=\"left\">%h</td><td align=\"right\">%h</td><td>%h</td>"
                      "<td align=\"left\" port=\"s%h\" bgcolor=%q>%h</td></tr>",
                      picture_text(held, "address"),
                      picture_size(picture_word(held, "size"), size, sizeof(size)),
                      picture_text(held, "rights"), picture_text(held, "first"), COLOUR_DEVICE,
                      picture_text(held, "name"));
    }
}

static void write_device_edges(const struct memory *m, const char *name, const char *id)
{
    const json_t *held;
    char object[96], port[48];
    size_t i;

    json_array_foreach(m->p->held, i, held)
    {
        if (strcmp(picture_text(held, "component"), name) != 0 || !is_mapped_device(held))
            continue;
        snprintf(object, sizeof(object), "o:%s", picture_text(held, "object"));
        snprintf(port, sizeof(port), "s%s", picture_text(held, "first"));
        dot_print(m->to, "%q -> %q:%q;\n", object, id, port);
    }
}

static void write_space(const struct memory *m, const json_t *component)
{
    const char *name = picture_text(component, "name");
    unsigned shown = 0, more = 0;
    const json_t *region;
    char id[96], estate[96], text[64];
    size_t i;

    snprintf(id, sizeof(id), "a:%s", name);
    snprintf(estate, sizeof(estate), "e:%s", name);
    dot_print(m->to,
              "%q [shape=plain, label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" "
              "bgcolor=%q><tr><td colspan=\"4\"><b>%h</b>: mapped at, size, rights, "
              "physical</td></tr>",
              id, COLOUR_COMPONENT, name);
    json_array_foreach(m->p->regions, i, region)
    {
        if (strcmp(picture_text(region, "component"), name) != 0)
            continue;
        if (shown == ROWS_MAX)
            more++;
        else
            shown++, write_region(m, region);
    }
    snprintf(text, sizeof(text), "and %u more", more);
    if (more)
        dot_print(m->to, "<tr><td colspan=\"4\">%h</td></tr>", text);
    write_device_rows(m, name);
    dot_print(m->to, "</table>>];\n%q -> %q;\n", estate, id);
    write_device_edges(m, name, id);
}

void picture_graph_memory(const struct picture *p, FILE *to)
{
    const struct memory m = {p, to};
    const json_t *component;
    size_t i;

    dot_begin(to, "memory", "Physical memory", "rankdir=LR, ranksep=0.8, nodesep=0.15");
    write_untypeds(&m);
    write_pieces(&m);
    json_array_foreach(p->components, i, component) write_space(&m, component);
    dot_end(to, legend);
}
