/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `graph caps`: components with the capabilities they hold, what they share, the operator's
 * objects, and the untypeds that all is made of. An edge goes the way a message may. Pure.
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

static const struct dot_legend legend[] = {
    {COLOUR_COMPONENT, "component: slot, kind and name of its capabilities"},
    {COLOUR_SHARED, "object that components were given, by name"},
    {COLOUR_OPERATOR, "the operator's objects"},
    {COLOUR_MONITOR, "the monitor"},
    {COLOUR_UNTYPED, "untyped of the kernel; dashed: made of it"},
    {"white", "solid edges go the way that a message or signal may; labels: badge, rights"},
    {NULL, NULL},
};

struct caps {
    const struct picture *p;
    FILE *to;
};

/* --- components ------------------------------------------------------------------------------- */

static void slots_text(const json_t *held, char *to, size_t cap)
{
    if (picture_word(held, "count") > 1)
        snprintf(to, cap, "%s-%s", picture_text(held, "first"), picture_text(held, "last"));
    else
        snprintf(to, cap, "%s", picture_text(held, "first"));
}

static void write_row(const struct caps *c, const json_t *held)
{
    char slots[48], count[24] = "";
    const char *kind = picture_text(held, "kind");

    slots_text(held, slots, sizeof(slots));
    if (picture_word(held, "count") > 1)
        snprintf(count, sizeof(count), "%" PRIu64 " x ", picture_word(held, "count"));
    dot_print(c->to,
              "<tr><td align=\"left\" port=\"r%h\">%h</td><td align=\"left\">%h%h</td>"
              "<td align=\"left\" port=\"s%h\">%h</td></tr>",
              picture_text(held, "first"), slots, count, *kind ? kind : "?",
              picture_text(held, "first"), picture_text(held, "name"));
}

static bool is_plain(const json_t *held)
{
    return !json_object_get(held, "name") && !json_object_get(held, "object");
}

/* What it made itself has no name: one row a kind. */
static void write_own(const struct caps *c, const json_t *held_all)
{
    json_t *plain = json_array(), *groups, *group, *record;
    const char *kind;
    size_t i;

    json_array_foreach(held_all, i, record)
    {
        if (is_plain(record))
            json_array_append(plain, record);
    }
    groups = graph_group(plain, "kind");
    json_object_foreach(groups, kind, group)
    {
        uint64_t count = 0;
        char text[24];

        json_array_foreach(group, i, record) count += picture_word(record, "count");
        snprintf(text, sizeof(text), "%" PRIu64 " x ", count);
        dot_print(c->to,
                  "<tr><td></td><td align=\"left\">%h%h</td><td align=\"left\"><i>made itself</i>"
                  "</td></tr>",
                  text, *kind ? kind : "?");
    }
    json_decref(groups);
    json_decref(plain);
}

static json_t *held_by(const struct picture *p, const char *component)
{
    json_t *mine = json_array(), *record;
    size_t i;

    json_array_foreach(p->held, i, record)
    {
        if (strcmp(picture_text(record, "component"), component) == 0)
            json_array_append(mine, record);
    }
    return mine;
}

static void write_component(const struct caps *c, const json_t *component)
{
    const char *name = picture_text(component, "name");
    json_t *held = held_by(c->p, name), *record;
    char size[32], id[96];
    size_t i;

    snprintf(id, sizeof(id), "c:%s", name);
    dot_print(c->to,
              "%q [shape=plain, label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" "
              "bgcolor=%q><tr><td colspan=\"3\" port=\"top\"><b>%h</b><br/>%h, estate of %h</td>"
              "</tr>",
              id, COLOUR_COMPONENT, name, picture_text(component, "state"),
              picture_size(picture_word(component, "memory"), size, sizeof(size)));
    json_array_foreach(held, i, record)
    {
        if (!is_plain(record))
            write_row(c, record);
    }
    write_own(c, held);
    dot_print(c->to, "</table>>];\n");
    json_decref(held);
}

/* --- what they share -------------------------------------------------------------------------- */

static const char *shape_of(const char *kind)
{
    if (strcmp(kind, "Endpoint") == 0)
        return "ellipse";
    return strcmp(kind, "Notification") == 0 ? "diamond" : "box";
}

static void write_object(const struct caps *c, const json_t *object, const char *colour)
{
    const char *kind = picture_text(object, "kind"), *name = picture_text(object, "name");
    char id[96], label[160];

    snprintf(id, sizeof(id), "o:%s", name);
    snprintf(label, sizeof(label), "%s\n%s", name, *kind ? kind : "empty slot");
    dot_print(c->to, "%q [label=%q, shape=%s, fillcolor=%q];\n", id, label, shape_of(kind), colour);
}

static bool is_given(const struct picture *p, const json_t *object)
{
    return picture_find(p->held, "object", picture_text(object, "name")) != NULL;
}

static bool has_owner(const json_t *record, const char *owner)
{
    return strcmp(picture_text(record, "owner"), owner) == 0;
}

/* An edge the way that messages go; no rights: the component has it, and that is all. */
static void write_given(const struct caps *c, const json_t *held)
{
    const char *rights = picture_text(held, "rights"), *badge = picture_text(held, "badge");
    bool sends = strchr(rights, 'w') != NULL, receives = strchr(rights, 'r') != NULL;
    char from[96], port[32], to[96], label[128];

    snprintf(from, sizeof(from), "c:%s", picture_text(held, "component"));
    snprintf(port, sizeof(port), "%c%s", receives && !sends ? 'r' : 's',
             picture_text(held, "first"));
    snprintf(to, sizeof(to), "o:%s", picture_text(held, "object"));
    snprintf(label, sizeof(label), "%s%s%s%s%s", sends ? "send" : "", sends && receives ? ", " : "",
             receives ? "receive" : "", *badge ? "\nbadge " : "", badge);
    if (receives && !sends)
        dot_print(c->to, "%q -> %q:%q:w [label=%q];\n", to, from, port, label);
    else
        dot_print(c->to, "%q:%q:e -> %q [label=%q, dir=%s];\n", from, port, to, label,
                  sends && receives ? "both"
                  : sends           ? "forward"
                                    : "none");
}

static void write_links(const struct caps *c)
{
    const json_t *held, *component;
    char id[96];
    size_t i;

    json_array_foreach(c->p->held, i, held)
    {
        const char *object = picture_text(held, "object");

        if (*object && strcmp(object, "monitor") != 0)
            write_given(c, held);
    }
    json_array_foreach(c->p->components, i, component)
    {
        snprintf(id, sizeof(id), "c:%s", picture_text(component, "name"));
        dot_print(c->to, "%q:top -> monitor [label=\"text, faults\", color=\"#7fb8b0\"];\n", id);
    }
}

/* --- the operator's --------------------------------------------------------------------------- */

/* Each by itself while they are few of a kind, else one node; what components were given has its
 * own all the same. */
static void write_group(const struct caps *c, const char *kind, const json_t *group)
{
    char id[96], names[256], label[400];
    const json_t *object;
    size_t i, left = 0;

    json_array_foreach(group, i, object)
    {
        if (json_array_size(group) <= GRAPH_GROUP_FEW || is_given(c->p, object))
            write_object(c, object, COLOUR_OPERATOR);
        else
            left++;
    }
    if (!left)
        return;
    snprintf(id, sizeof(id), "g:%s", kind);
    snprintf(label, sizeof(label), "%zu x %s\n%s", left, *kind ? kind : "empty slot",
             graph_group_names(group, names, sizeof(names)));
    dot_print(c->to, "%q [label=%q, shape=%s, fillcolor=%q, peripheries=2];\n", id, label,
              shape_of(kind), COLOUR_OPERATOR);
}

static json_t *operators(const struct picture *p)
{
    json_t *mine = json_array(), *object;
    size_t i;

    json_array_foreach(p->objects, i, object)
    {
        if (has_owner(object, "operator") && json_object_get(object, "kind"))
            json_array_append(mine, object);
    }
    return mine;
}

/* --- made of ---------------------------------------------------------------------------------- */

/* The node that stands for a piece: a component, an object, a group of objects. */
static bool node_of(const struct caps *c, const json_t *groups, const json_t *piece, char *id,
                    size_t cap)
{
    const char *name = picture_text(piece, "name"), *kind = picture_text(piece, "kind");
    const json_t *group = json_object_get(groups, kind);

    if (has_owner(piece, "estate"))
        snprintf(id, cap, "c:%s", name);
    else if (has_owner(piece, "component") || has_owner(piece, "operator"))
        snprintf(id, cap, "o:%s", name);
    else
        return false;
    if (has_owner(piece, "operator") && json_array_size(group) > GRAPH_GROUP_FEW &&
        !is_given(c->p, piece))
        snprintf(id, cap, "g:%s", kind);
    return true;
}

/* One edge for each pair of untyped and node. */
static void write_made_of(const struct caps *c, const json_t *groups)
{
    json_t *seen = json_object();
    const json_t *piece, *untyped;
    char id[96], pair[160], label[160], size[32], from[64];
    size_t i;

    json_array_foreach(c->p->pieces, i, piece)
    {
        const char *of = picture_text(piece, "of");

        if (!node_of(c, groups, piece, id, sizeof(id)))
            continue;
        snprintf(pair, sizeof(pair), "%s %s", of, id);
        if (json_object_get(seen, pair))
            continue;
        json_object_set_new(seen, pair, json_true());
        snprintf(from, sizeof(from), "u:%s", of);
        untyped = picture_find(c->p->untypeds, "cap", of);
        snprintf(label, sizeof(label), "untyped %s\n%s at %s", of,
                 picture_size(picture_word(untyped, "size"), size, sizeof(size)),
                 picture_text(untyped, "paddr"));
        if (!json_object_get(seen, of))
            dot_print(c->to, "%q [label=%q, fillcolor=%q, shape=cylinder];\n", from, label,
                      COLOUR_UNTYPED);
        json_object_set_new(seen, of, json_true());
        dot_print(c->to, "%q -> %q [style=dashed, arrowhead=none, color=\"#aaaaaa\"];\n", from, id);
    }
    json_decref(seen);
}

void picture_graph_caps(const struct picture *p, FILE *to)
{
    const struct caps c = {p, to};
    json_t *mine = operators(p), *groups = graph_group(mine, "kind"), *group;
    const json_t *record;
    const char *kind;
    size_t i;

    dot_begin(to, "caps", "Capabilities", "rankdir=LR, ranksep=0.9, nodesep=0.2");
    dot_print(to, "monitor [label=\"the monitor\", fillcolor=%q, shape=box3d];\n", COLOUR_MONITOR);
    json_array_foreach(p->components, i, record) write_component(&c, record);
    json_array_foreach(p->objects, i, record)
    {
        if (has_owner(record, "component") && is_given(p, record))
            write_object(&c, record, COLOUR_SHARED);
    }
    dot_print(to, "subgraph cluster_operator {\nlabel=\"the operator's\"; style=dashed;\n");
    json_object_foreach(groups, kind, group) write_group(&c, kind, group);
    dot_print(to, "}\n");
    write_links(&c);
    write_made_of(&c, groups);
    dot_end(to, legend);
    json_decref(groups);
    json_decref(mine);
}
